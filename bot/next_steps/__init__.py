"""Finds next steps in a rep's words: what the rep will do, and whose idea it was."""

from .steps import next_steps

__all__ = ["next_steps"]
