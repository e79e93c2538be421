"""The director's input (touches) and output (a direction). Plain values only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Intent(StrEnum):
    """What a unit asks for, apart from the fact it is about."""

    ABOUT = "about"
    OVERALL_STATUS = "overall_status"
    WHAT_ELSE = "what_else"
    WHY = "why"
    MAKE_OF_IT = "make_of_it"
    OPTIONS = "options"
    WHICH_FIRST = "which_first"
    SAY_MORE = "say_more"
    HELP = "help"
    FEELINGS = "feelings"
    SMALL_TALK = "small_talk"
    OTHER_ACCOUNT = "other_account"
    BREAK_PLAY = "break_play"
    RUDE = "rude"
    OPENING = "opening"
    CLOSING = "closing"
    CHECK_UNDERSTANDING = "check_understanding"
    OFF_TOPIC = "off_topic"


class Source(StrEnum):
    """How a fact came out. `told` means the manager said it."""

    ELICITED = "elicited"
    DONATED = "donated"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """What a unit is about, as matched against the scenario.

    `score` is the strength of the match with `fact`, 0 to 1; `sure` means it is strong and clear enough to reveal the
    fact, or for `off_topic` that the scenario is known to hold nothing on it. `entry` is the entry that answers it, if
    one does. `closed` is the index of the fitting closed answer. `either` names the subjects of two answers that are
    about equally likely. `others` are the labels of the next likely answers with their probabilities. `proposes` means
    that the unit tells the rep to take `step`. `form` is the form of the question, if a model read it. `names_topic` is
    False for an elliptical unit ("why?"), which takes the previous topic.
    """

    unit: int
    intent: Intent
    fact: str | None = None
    score: float = 0.0
    sure: bool = False
    closed: int | None = None
    step: str | None = None
    news: str | None = None
    states: str | None = None
    names_topic: bool = False
    entry: str | None = None
    proposes: bool = False
    either: tuple[str, ...] = ()
    others: tuple[tuple[str, float], ...] = ()
    form: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data, without unset fields."""
        result: dict[str, Any] = {"unit": self.unit, "intent": str(self.intent)}
        for name in ("fact", "closed", "step", "news", "states", "entry", "form"):
            if getattr(self, name) is not None:
                result[name] = getattr(self, name)
        if self.score:
            result["score"] = round(self.score, 4)
        for name in ("sure", "names_topic", "proposes"):
            if getattr(self, name):
                result[name] = True
        if self.either:
            result["either"] = list(self.either)
        if self.others:
            result["others"] = [list(pair) for pair in self.others]
        return result

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TopicMatch:
        """Read the output of `as_json`."""
        lists = {
            "either": tuple(data.get("either", ())),
            "others": tuple((label, chance) for label, chance in data.get("others", ())),
        }
        return cls(**{**data, "intent": Intent(data["intent"]), **lists})


@dataclass(frozen=True, slots=True)
class Meant:
    """What a unit asks for, proposes or tells, as a language model read it. The matcher makes a match of it.

    `labels` are up to two labels, the main one first. `nothing` means that the unit asks for something that nobody
    listed. `ruled_out` are labels that the unit surely doesn't bring. `states` is the fact it makes a statement about.
    """

    labels: tuple[str, ...] = ()
    nothing: bool = False
    ruled_out: frozenset[str] = frozenset()
    form: str | None = None
    states: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """One part of a reply: a pool of lines, and which of them fit best."""

    pool: str
    form: str | None = None
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Direction:
    """What the rep does in one reply. The director decides it, a voice words it.

    `releases` maps fact ids to how they came out. `step` is a step the rep brings up in this reply, `told_steps` are
    those the manager gave, and `commits` is one the rep commits to. `entry` is the entry that the rep tells or
    hints at; `deep` means that a feeling comes out. `asks_back` names the two
    subjects between which the rep asks the manager to choose.
    """

    act: str
    parts: tuple[ReplyPart, ...]
    mood: str
    topic: str | None = None
    releases: tuple[tuple[str, Source], ...] = ()
    hint: str | None = None
    insight: str | None = None
    step: str | None = None
    commits: str | None = None
    told_steps: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    generic: bool = False
    unmapped: tuple[str, ...] = ()
    entry: str | None = None
    deep: bool = False
    asks_back: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data, without empty fields."""
        result: dict[str, Any] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if entry.name == "parts":
                value = [
                    {
                        "pool": part.pool,
                        **({"form": part.form} if part.form else {}),
                        **({"verbs": list(part.verbs)} if part.verbs else {}),
                    }
                    for part in value
                ]
            elif entry.name == "releases":
                value = {fact: str(heard) for fact, heard in value}
            elif isinstance(value, tuple):
                value = list(value)
            if value not in (None, [], {}, False):
                result[entry.name] = value
        return result

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Direction:
        """Read the output of `as_json`."""
        plain = dict(data)
        plain["parts"] = tuple(
            ReplyPart(part["pool"], part.get("form"), tuple(part.get("verbs", ()))) for part in data.get("parts", ())
        )
        plain["releases"] = tuple((fact, Source(heard)) for fact, heard in data.get("releases", {}).items())
        for name in ("told_steps", "news", "unmapped", "asks_back"):
            plain[name] = tuple(data.get(name, ()))
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A next step of the rep's own, in his own words, as a model voice heard itself say it.

    `day` says that a time was named. `step` is the scenario's step that it is, if it is one. `again` is the number of
    the earlier step in own words that it repeats, from 1 in the order of the talk; 0 for a new one.
    """

    words: str
    day: bool = False
    step: str = ""
    again: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """How a reply was worded: the voice, and the ids of the authored lines it used.

    A model's reply also has the prompt and its version, what the guard rejected, why an authored line replaced it (if
    one did), tokens in and out as the endpoint counted them, seconds to the first sentence and in total, and the next
    steps that the rep took in it.
    """

    voice: str = "lines"
    lines: tuple[str, ...] = field(default=())
    prompt: str = ""
    objections: tuple[str, ...] = ()
    note: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    first: float = 0.0
    seconds: float = 0.0
    steps: tuple[TakenStep, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data, without empty fields."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        plain["steps"] = [asdict(step) for step in self.steps]
        return {name: value for name, value in plain.items() if value or name in ("voice", "lines")}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Said:
        """Read the output of `as_json`."""
        tuples = {name: tuple(data.get(name, ())) for name in ("lines", "objections")}
        steps = tuple(TakenStep(**step) for step in data.get("steps", ()))
        return cls(**{**data, **tuples, "steps": steps})
