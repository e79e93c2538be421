"""Scores a conversation: measures, levels with quotes, and what to ask instead."""
