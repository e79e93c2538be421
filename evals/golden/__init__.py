"""Conversations coded by hand, and what the product says of them."""
