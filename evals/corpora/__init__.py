"""Scores hundreds of thousands of real conversations."""
