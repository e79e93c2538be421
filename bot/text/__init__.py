"""Helpers for English text: word classes and masking."""
