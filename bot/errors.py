"""The errors. Every error a user may see is an `AskwellError`.

AskwellError
  ScenarioError     a scenario file is missing, malformed or inconsistent
  TranscriptError   a transcript can't be read, or a turn can't be accepted
  KnowledgeError    guidance or the index can't be read
  ModelError        the embedding model or a language model can't be used
  StoreError        sessions can't be read or saved
    MissingError    ... because there is no session with that id
    ServerError     ... on a database server. The message holds its address, so a page must not show it
"""

from __future__ import annotations

from .redaction import redacted


class AskwellError(Exception):
    """A problem shown to the user in one `redacted` line, without a traceback."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(redacted(arg) if isinstance(arg, str) else arg for arg in args))


class ScenarioError(AskwellError):
    """A scenario file is missing, malformed or inconsistent."""


class TranscriptError(AskwellError):
    """A transcript can't be read, or a turn can't be accepted."""


class KnowledgeError(AskwellError):
    """Guidance or the index can't be read."""


class ModelError(AskwellError):
    """The embedding model or a language model can't be used."""


class StoreError(AskwellError):
    """Sessions can't be read or saved."""


class MissingError(StoreError):
    """There is no session with that id."""


class ServerError(StoreError):
    """Sessions on a database server can't be read or saved. The message may name its host and user."""
