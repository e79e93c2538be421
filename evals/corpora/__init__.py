"""Scoring other people's conversations by the hundred thousand."""
