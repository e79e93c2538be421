"""Next steps in a rep's own words: what he says that he will do, and whose idea it was."""

from .steps import next_steps

__all__ = ["next_steps"]
