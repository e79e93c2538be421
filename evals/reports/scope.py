"""What a run covers and what it says nothing of, in a few sentences: who spoke, who judged, which seeds and version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..records import Record
from .recorded import Run
from .wording import count


def scope(run: Run) -> tuple[str, ...]:
    """Sentences on voices, models, judge, seeds and version; no date, because a run holds none."""
    records = run.records
    return (_voices(run), _judge(records), _seeds(records), _version(run))


def _voices(run: Run) -> str:
    rep, managers = ({getattr(one, name) for one in run.records} for name in ("voice", "manager_voice"))
    if rep | managers == {"lines"}:
        return "Written lines only: no language model spoke, so it says nothing of models or prompts."
    behind = run.about.inputs.get("models")
    known = behind if isinstance(behind, dict) else {}

    def named(voices: set[str]) -> str:
        plain = {"lines": "written lines"} | {voice: f"{voice} ({known[voice]})" for voice in voices if voice in known}
        return " and ".join(plain.get(voice, voice) for voice in sorted(voices))

    return f"The rep spoke by {named(rep)}, the managers by {named(managers)}."


def _judge(records: Sequence[Record]) -> str:
    judged = sum(bool(record.judged) for record in records)
    if not judged:
        return "No judge was asked: levels are counted from the words."
    return f"A model judged {judged} of {count(len(records), 'conversation')}; levels are counted all the same."


def _seeds(records: Iterable[Record]) -> str:
    seeds = sorted({record.seed for record in records})
    if len(seeds) == 1:
        return f"Seed {seeds[0]} only: it does not say what other seeds would bring."
    return f"Seeds {_run(seeds)}."


def _run(seeds: Sequence[int]) -> str:
    whole = len(seeds) > 2 and seeds[-1] - seeds[0] == len(seeds) - 1
    return f"{seeds[0]} to {seeds[-1]}" if whole else ", ".join(map(str, seeds))


def _version(run: Run) -> str:
    version = run.about.inputs.get("askwell")
    return f"Askwell {version}." if isinstance(version, str) else "The version of Askwell is not kept."
