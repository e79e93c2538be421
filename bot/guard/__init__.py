"""The guard: checks what a language model says as the rep before anybody hears it."""

from .guard import Guard
from .kinds import Kind, Objection

__all__ = ["Guard", "Kind", "Objection"]
