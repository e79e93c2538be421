"""Records of a run: one JSON line per finished conversation, read by every report.

Equal runs give equal lines, except for `seconds`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import AskwellError

_FORMAT = 1
"""Increased when a field changes its meaning. Files with another format can't be read."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReplyRecord(_Strict):
    """One reply of the rep, as shown.

    `act` is the direction's act; `withheld` whether a genuine question got no fact, answer, conclusion or step (a hint
    doesn't count); `repeats` whether the same words were said before in this conversation; `leaks` the unreleased facts
    whose words it contains; `objection` the guard's objection to the words shown, or empty; `refused` earlier
    objections; `fault` why the authored line replaced the model's. `seconds` and `first` are the times to the end and
    to the first words, 0 for scripted lines.
    """

    words: int
    act: str
    withheld: bool = False
    repeats: bool = False
    leaks: tuple[str, ...] = ()
    objection: str = ""
    refused: tuple[str, ...] = ()
    fault: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    first: float = 0.0
    seconds: float = 0.0


class Judged(_Strict):
    """One dimension of a model's ratings: the median, 1 to 5 (None if not scored), and the spread of its runs."""

    id: str
    median: float | None
    spread: int | None


class Record(_Strict):
    """One conversation.

    `key` says what was played: scenario/variant/manager/seed/voice, and the manager's voice if it is a model.
    `voice` is `lines`, `model` or `model:NAME`. `of` is the number of facts that could be elicited (without feelings);
    `facts` says how each of those came out (elicited, donated, told). `openness`, 0 to 1, is the scenario's initial
    value and the value after every reply; `said` has the words of all turns, starting with the manager's.
    `manager_faults` are the reasons why scripted lines replaced the manager's model, `manager_tokens_in` and `_out`
    that model's tokens. `sentence` is the scorecard's reason for the level, empty in older records. `error` says why
    there is no result; then all results are empty.
    """

    format: int = _FORMAT
    key: str
    scenario: str
    variant: str
    manager: str
    seed: int
    voice: str
    digest: str
    reader: str = ""
    rubric: str = ""
    error: str = ""
    level: str = "not_scored"
    score: int | None = None
    sentence: str = ""
    criteria: dict[str, str] = {}
    measures: dict[str, float | int | None] = {}
    of: int = 0
    facts: dict[str, str] = {}
    rep_steps: int = 0
    manager_steps: int = 0
    openness: tuple[float, ...] = ()
    replies: tuple[ReplyRecord, ...] = ()
    said: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    manager_voice: str = "lines"
    manager_faults: tuple[str, ...] = ()
    manager_tokens_in: int = 0
    manager_tokens_out: int = 0
    seconds: float = 0.0

    def as_line(self) -> str:
        """The JSON line, without a line feed."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file in order, without an unfinished last line, which a killed run may leave.

    Raises AskwellError with `file:line` for any other invalid line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AskwellError(f"{path}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AskwellError(f"{path}: not UTF-8 text") from None
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip() or (number == len(lines) and not text.endswith("\n")):
            continue
        try:
            record = Record.model_validate_json(line)
        except ValidationError as error:
            wrong = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in wrong["loc"])
            field = f"{where}: " if where else ""
            raise AskwellError(f"{path}:{number}: {field}{wrong['msg']}") from None
        if record.format != _FORMAT:
            raise AskwellError(f"{path}:{number}: format {record.format}; this Askwell reads format {_FORMAT}")
        yield record
