"""Sentence vectors and the small classifiers over them."""
