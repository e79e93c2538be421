"""Hand-coded conversations, compared with the product."""
