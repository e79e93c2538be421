"""The guard: checks a language model's words as the rep before anyone hears them."""

from .guard import Guard
from .kinds import Kind, Objection

__all__ = ["Guard", "Kind", "Objection"]
