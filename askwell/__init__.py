"""What other tools see under the product's name; the library itself is `bot`."""
