"""Measures whether the rep answers what was asked, on turns of free conversations that outsiders held and labelled.

Beside them, questions by people who saw only the briefs (data/asked.jsonl): each value of the cards, orders that are
right, "when?", and what is said about the talk; and every name in the rep's own lines, asked back.

data/talks.jsonl has those conversations, each manager turn with the ids of what would have answered it. Half of the
managers trained and tuned nothing (`half: held_out`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.authoring.asked import ask
from bot.director import direct, fold
from bot.director.entries import is_kept
from bot.engine import Engine, default_engine
from bot.scenario import EntryLevel, Scenario
from bot.talk.direction import Direction, Source
from bot.talk.transcript import Speaker, Turn
from bot.text.names import name_words

from ..rows import rows_of
from . import BenchFigure, BenchResult

Coded = dict[tuple[str, int], Turn]
"""Coded manager turns by talk and place."""
ANSWERED, NEAR, GAP, BACK, WRONG = "answered", "near", "an honest gap", "asks back", "wrong"

_ACTS = {
    "sunny": ("ask:overall", "ask:how-sure"),
    "the_lot": ("ask:what-else",),
    "feeling_closed": ("ask:feelings",),
    "no_step_yet": ("ask:options",),
    "no_more_steps": ("ask:options",),
    "advice_asked": ("ask:options",),
    "committed": ("ask:when",),
    "soon": ("ask:when",),
    "part_unclear": ("ask:make-of-it",),
    "comply": ("told:order",),
    "agree": ("told:order",),
    "hand_over": ("told:order",),
    "leave_it": ("told:order",),
    "defend": ("told:order", "talk-disagree"),
    "on_my_list": ("told:order",),
    "yours_now": ("ask:options",),
    "advice_taken": ("told:order",),
    "rude": ("rude",),
    "other_account": ("other-account",),
    "puzzled": ("talk-simulation",),
    "greet": ("talk-how-are-you", "talk-time"),
    "small_talk": ("talk-how-are-you",),
    "closing": ("talk-wrap", "talk-bye"),
    "check": ("talk-summary",),
    "help_me": ("talk-need",),
    "affirmed": ("talk-praise", "talk-thanks"),
    "permission": ("talk-permission",),
    "unknown": ("none",),
}
"""What the acts of the director answer, in the words of the labels."""
_MORE = {"ask:more"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A manager turn in its context. `right` would answer it, `near` would half answer it.

    `before` are the earlier turns, the rep's with what he decided, so that his state is known.
    """

    id: str
    half: str
    scenario: str
    before: tuple[Turn, ...]
    text: str
    right: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledTalk:
    """A line of the file: a conversation with its labels."""

    id: str
    round: int
    half: str
    scenario: str
    turns: Sequence[Mapping[str, Any]]

    def labelled(self) -> Iterator[Labelled]:
        """The manager's turns."""
        before: list[Turn] = []
        for turn in self.turns:
            if turn["who"] == "manager":
                name = f"{self.id}-{len(before) // 2 + 1}"
                right, near = tuple(turn["right"]), tuple(turn["near"])
                yield Labelled(name, self.half, self.scenario, tuple(before), turn["text"], right, near)
                before.append(Turn(len(before), Speaker.MANAGER, turn["text"]))
            else:
                said = Direction.from_json(turn["direction"])
                before.append(Turn(len(before), Speaker.REP, turn["text"], direction=said))


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """What the rep did with a labelled turn: the verdict, the ids that he answered, and what he gave away unasked."""

    row: Labelled
    verdict: str
    gave: tuple[str, ...]
    spilled: tuple[str, ...]


def bench(data: Path | None = None, half: str = "held_out") -> BenchResult:
    """Answer every labelled turn of one half of the managers, or of your own talks in `data`, and list the misses."""
    engine = default_engine().packaged()
    rows = read_labelled(data or Path(__file__).parents[1] / "data" / "talks.jsonl")
    coded: Coded = {}
    seen = [answered_row(engine, row, coded) for row in rows if data or row.half == half]
    figures = (*_figures(seen), *(() if data else _asked_figures(engine)))
    misses = [
        f"  {one.verdict:<13} {one.row.id:<22} {'/'.join(one.row.right)[:44]:<46} {'/'.join(one.gave)[:36]:<38} "
        f"{one.row.text[:90]}"
        for one in seen
        if one.verdict != ANSWERED
    ]
    return BenchResult(f"answers: {data.name if data else half}", figures, ("Not answered:", *misses))


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled turns of a file of talks. Raises AskwellError naming the file and line."""
    return [row for _, talk in rows_of(path, LabelledTalk, "a labelled talk") for row in talk.labelled()]


def answered_row(engine: Engine, row: Labelled, coded: Coded | None = None) -> AnswerOutcome:
    """What the rep does with the turn, after what was said before it. `coded` keeps turns that were coded already."""
    scenario = engine.library.scenario(row.scenario)
    direction = _directed(engine, scenario, row, {} if coded is None else coded)
    gave = answered_ids(direction)
    right, near = set(row.right), set(row.near)
    return AnswerOutcome(
        row, _verdict(gave, right, near, direction), tuple(sorted(gave)), _spilled(scenario, direction, row)
    )


def _directed(engine: Engine, scenario: Scenario, row: Labelled, coded: Coded) -> Direction:
    turns: list[Turn] = []
    for turn in (*row.before, Turn(len(row.before), Speaker.MANAGER, row.text)):
        key = row.id.rpartition("-")[0], turn.index
        if turn.is_manager and key not in coded:
            coded[key] = engine.coded(scenario, turn, turns)
        turns.append(coded.get(key, turn))
    return direct(scenario, fold(scenario, turns), turns[-1])


def answered_ids(direction: Direction) -> frozenset[str]:
    """What a reply answers, in the words of the labels."""
    found: set[str] = set()
    for part in direction.parts:
        kind, _, rest = part.pool.partition("/")
        name, _, pool = rest.partition("/")
        match kind:
            case "entry":
                found.add(name)
            case "fact":
                found.add(f"fact:{name}")
            case "insight":
                found |= {f"insight:{name}", "ask:make-of-it", "ask:why"}
            case "step":
                found.add(f"step:{name}" if pool == "lines" else f"step:{name}:{'told' if pool == 'told' else 'when'}")
                found.add({"lines": "ask:options", "commit": "ask:when", "told": "told:order"}[pool])
            case "news":
                found.add(f"news:{name}")
            case "reply" if not name.startswith("ack_"):
                found |= set(_ACTS.get(name, ()))
        if pool == "more":
            found |= _MORE
    return frozenset(found)


def _verdict(gave: frozenset[str], right: set[str], near: set[str], direction: Direction) -> str:
    wanted = {*right, *(one.rpartition(":")[0] for one in right if one.startswith("step:") and one.count(":") > 1)}
    if gave & wanted or any(_same_kind(one, wanted) for one in gave):
        return ANSWERED
    if direction.asks_back or direction.act == "unclear":
        return BACK
    gap = "none" in gave or any(one.startswith("gap-") for one in gave)
    if gap:
        return ANSWERED if "none" in right else GAP
    return NEAR if gave & near else WRONG


def _same_kind(gave: str, wanted: set[str]) -> bool:
    """Whether any step answers where a step is wanted: which one he names is his."""
    steps = [one for one in wanted if one.startswith("step:") and one.count(":") == 1]
    return bool(steps) and gave.startswith("step:") and gave.count(":") == 1


def _spilled(scenario: Scenario, direction: Direction, row: Labelled) -> tuple[str, ...]:
    """Guarded or hidden things told in a reply to a turn that asked for nothing of the kind."""
    asked = {*row.right, *row.near}
    found = [f"fact:{fact}" for fact, how in direction.releases if how is not Source.TOLD]
    if direction.act == "entry" and direction.entry:
        entry = scenario.entry(direction.entry)
        found += [entry.id] if is_kept(entry) and not entry.fact else []
    general = asked & {"ask:what-else", "ask:overall", "ask:feelings", "ask:more", "talk-missed"}
    return tuple(one for one in found if one not in asked and not general)


def _figures(seen: Sequence[AnswerOutcome]) -> tuple[BenchFigure, ...]:
    shares = {name: _share([one.verdict == name for one in seen]) for name in (ANSWERED, NEAR, GAP, BACK, WRONG)}
    spilled = sum(bool(one.spilled) for one in seen)
    return (
        BenchFigure("answered", shares[ANSWERED], "share", "at least .62", shares[ANSWERED] >= 0.62),
        BenchFigure("wrong", shares[WRONG], "share", "at most .12", shares[WRONG] <= 0.12),
        BenchFigure("  near", shares[NEAR], "share"),
        BenchFigure("  an honest gap", shares[GAP], "share"),
        BenchFigure("  asks back", shares[BACK], "share", "at most .15", shares[BACK] <= 0.15),
        BenchFigure("spilled", spilled, "count", "0", spilled == 0),
        BenchFigure("turns", len(seen), "count"),
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """A line of data/asked.jsonl: a question of a kind, what the rep said before it, and what would answer it."""

    kind: str
    scenario: str
    text: str
    right: Sequence[str]
    before: str = ""


_KINDS = {
    "card": ("card and brief, three phrasings each", 0.96),
    "instruction": ("orders that are right", 0.90),
    "when": ('"when?" after a step of his', 0.90),
    "act": ("about the talk: thanks, apologies, offers...", None),
    "gap": ("what he can't know", None),
}


def _asked_figures(engine: Engine) -> Iterator[BenchFigure]:
    rows = [row for _, row in rows_of(Path(__file__).parents[1] / "data" / "asked.jsonl", _Question, "a question")]
    for kind, (name, target) in _KINDS.items():
        own = [row for row in rows if row.kind == kind]
        seen = [_of_question(engine, row) for row in own]
        share = _share([one.verdict == ANSWERED for one in seen])
        met = None if target is None else share >= target
        yield BenchFigure(name, share, "share", f"at least {target}" if target else "", met)
        if kind == "card":
            spilled = sum(bool(one.spilled) for one in seen)
            yield BenchFigure("  spilled", spilled, "count", "0", spilled == 0)
    names = [_knows_name(engine, scenario, name) for scenario, name in _own_names(engine)]
    share = _share(names)
    yield BenchFigure("names in his own lines asked back", share, "share", "at least .95", share >= 0.95)


def _of_question(engine: Engine, row: _Question) -> AnswerOutcome:
    step = "call-buyer-legal" if row.kind == "when" else None
    said = Direction("step", (), "open", step=step)
    before = (Turn(0, Speaker.MANAGER, "Hello."), Turn(1, Speaker.REP, row.before, direction=said))
    right = tuple(row.right)
    return answered_row(engine, Labelled("", "", row.scenario, before if row.before else (), row.text, right, ()))


def _own_names(engine: Engine) -> Iterator[tuple[Scenario, str]]:
    """Every name in a line that the rep may say to anybody, once a scenario."""
    for scenario in engine.library.scenarios():
        harmless = [
            entry
            for entry in scenario.entries
            if entry.level in (EntryLevel.PUBLIC, EntryLevel.OPEN) and not entry.after
        ]
        lines = [line for entry in harmless for line in entry.says]
        lines += [line for act in scenario.replies.values() for line in act]
        lines += [line for fact in scenario.facts for line in fact.hints]
        found = {name for line in lines for name in name_words(line.text)}
        own = {scenario.rep.name, scenario.manager.name}
        yield from ((scenario, name) for name in sorted(found - own))


def _knows_name(engine: Engine, scenario: Scenario, name: str) -> bool:
    """Whether "who or what is NAME?" gets an answer that has the name in it."""
    asked = ask(engine, scenario, f"{name}? Who or what is {name}?")
    return name in asked.at_first.words or name in asked.trusting.words


def _share(values: Iterable[bool]) -> float:
    held = list(values)
    return sum(held) / len(held) if held else 0.0
