"""Entries of JSON and rows of tables as utterances: what has a speaker and words, and what lacks one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .aside import is_direction
from .label import SpeakerLabel, given_label
from .utterance import NobodyNamedError, Utterance, Utterances, passed_over

_FEW = 0.05
"""Up to this share of entries without a speaker is passed over; more are somebody's, and the user says whose."""


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One entry: the speaker and the words as they stand there, blank where there are none, seconds, and its place."""

    speaker: str
    words: str
    start: float | None
    place: str


def utterances_of_entries(entries: Iterable[CallEntry], name: str, thing: str) -> Utterances:
    """The utterances of entries. Passes over and counts those without words, and a few without a speaker.

    Raises NobodyNamedError if none names a speaker.
    """
    entries = list(entries)
    spoken = [entry for entry in entries if entry.words.strip() and not is_direction(entry.words)]
    nameless = [entry for entry in spoken if not entry.speaker.strip()]
    if not entries or not spoken:
        raise NobodyNamedError(f"{name}: no one speaks; each {thing} needs a speaker and text")
    if len(nameless) == len(spoken):
        raise NobodyNamedError(f"{name}: no {thing} says who speaks; export it with speaker names")
    few = len(nameless) <= max(1, _FEW * len(spoken))
    found = []
    for entry in spoken:
        label = given_label(entry.speaker) or (None if few else SpeakerLabel("Unknown", "unknown"))
        if label:
            found.append(Utterance(label, " ".join(entry.words.split()), entry.start, entry.place))
    return Utterances(
        tuple(found),
        passed=len(entries) - len(found),
        remarks=(
            *passed_over(len(entries) - len(spoken), thing, "no words"),
            *passed_over(len(nameless) if few else 0, thing, "no speaker", nameless[0].words if nameless else ""),
        ),
    )
