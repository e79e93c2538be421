"""A call that is kept on this machine: its turns with their codes. What a page says of it is worked out anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..errors import StoreError
from ..store.records import KeptRecord, RecordKind
from ..talk.codebook import Unit
from ..talk.transcript import Speaker, Transcript, Turn

LONGEST_TITLE = 80
"""Characters that a call's title may have."""


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A call with its id, when it was kept (aware, UTC), its title, and the transcript, coded."""

    id: str
    at: datetime
    title: str
    transcript: Transcript

    def record(self) -> KeptRecord:
        """The call as the store keeps it."""
        turns = [
            {
                "speaker": str(turn.speaker),
                "text": turn.text,
                "reader": turn.reader,
                "units": [unit.as_json() for unit in turn.units],
            }
            for turn in self.transcript
        ]
        people = {"manager": self.transcript.manager, "rep": self.transcript.rep}
        body = {"title": self.title[:LONGEST_TITLE], **people, "turns": turns}
        return KeptRecord(RecordKind.CALL, self.id, self.at, body)

    @classmethod
    def of(cls, record: KeptRecord) -> KeptCall:
        """Read what `record` wrote. Raises StoreError if it is damaged."""
        try:
            return cls._read(record)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"call {record.id!r} is damaged, or was kept by a newer Askwell: {error}") from None

    @classmethod
    def _read(cls, record: KeptRecord) -> KeptCall:
        body = record.body
        turns = tuple(
            Turn(
                index,
                Speaker(turn["speaker"]),
                turn["text"],
                tuple(Unit.from_json(unit) for unit in turn["units"]),
                reader=turn["reader"],
            )
            for index, turn in enumerate(body["turns"])
        )
        return cls(record.id, record.at, str(body["title"]), Transcript(turns, body["manager"], body["rep"]))
