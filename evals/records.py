"""What a run keeps of one conversation: a JSON line, written as the conversation finishes and read by every report.

Nothing here depends on when or where it was played but `seconds`: equal runs give equal lines but for those.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import AskwellError

FORMAT = 1
"""Goes up when a field changes its meaning; a reader refuses files of another format."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReplyRecord(_Strict):
    """One reply of the rep, as it was shown.

    `act` is the direction's act, `withheld` whether a genuine question got no fact, answer, conclusion or step (a hint
    is none of these), `repeats` whether the same words were said before in this conversation, `leaks` the unreleased
    facts whose words it holds, `objection` what the guard would say of the words shown (empty where nothing), `refused`
    what was objected to before that, `fault` why the authored line stood in for a model. `seconds` and `first` are
    until the end and until the first words; written lines take none.
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
    """One dimension of a model judge: the median of 1 to 5 (None where it is not scored) and the spread of its runs."""

    id: str
    median: float | None
    spread: int | None


class Record(_Strict):
    """One conversation.

    `key` names what was played: scenario/variant/manager/seed/voice, and the manager's voice where it is a model.
    `voice` is `lines`, `model` or `model:NAME`. `of` is how many facts could be elicited (those of feeling apart),
    `facts` each of them that came out with how (elicited, donated, told). `openness` is 0 to 1, as the scenario sets it
    and after every reply; `said` the words of every turn, the manager's first, in turn. `manager_faults` are the
    reasons why a manager's written line stood in for a model, `manager_tokens_in` and `_out` what that model took.
    `sentence` is the scorecard's reason for the level, empty in older records.
    `error` says why there is no result; then all that is played is empty.
    """

    format: int = FORMAT
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
        """The JSON line, without its end."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file in order; an unfinished last line, as a killed run leaves it, is left out.

    Raises AskwellError with `file:line` for any other line that is no record.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AskwellError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AskwellError(f"{path}: is not text in UTF-8") from None
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
        if record.format != FORMAT:
            raise AskwellError(f"{path}:{number}: format {record.format}; this Askwell reads {FORMAT}")
        yield record
