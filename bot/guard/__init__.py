"""The guard over a language model's words: what it may say as the rep, and what not."""

from .given import Given
from .guard import Guard
from .kinds import Kind, Objection, objection
from .manner import Manner
from .secrets import entry_key

__all__ = ["Given", "Guard", "Kind", "Manner", "Objection", "entry_key", "objection"]
