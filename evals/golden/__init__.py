"""Hand-coded conversations, to compare the product with."""
