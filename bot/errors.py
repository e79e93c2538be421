"""What can go wrong, as one tree: every error that a user may see is an `AskwellError`.

AskwellError
  ScenarioError     a scenario file is missing, malformed or makes no sense
  TranscriptError   a transcript cannot be read, or a turn cannot be taken
  KnowledgeError    guidance or the index cannot be read
  ModelError        the embedding model or a language model cannot be used
  StoreError        sessions cannot be read or saved
    ServerError     ... on a database server, told with its address, for which a page is no place
"""

from __future__ import annotations

from .redaction import redacted


class AskwellError(Exception):
    """A problem that is told to the user in one line, without a traceback, `redacted`."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(redacted(arg) if isinstance(arg, str) else arg for arg in args))


class ScenarioError(AskwellError):
    """A scenario file is missing, malformed or makes no sense."""


class TranscriptError(AskwellError):
    """A transcript cannot be read, or a turn cannot be taken."""


class KnowledgeError(AskwellError):
    """Guidance or the index cannot be read."""


class ModelError(AskwellError):
    """The embedding model or a language model cannot be used."""


class StoreError(AskwellError):
    """Sessions cannot be read or saved."""


class ServerError(StoreError):
    """Sessions cannot be read or saved on a database server; it may name the host and the user."""
