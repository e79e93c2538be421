"""A conversation with every unit of the manager's speech lettered, coloured and named."""

from __future__ import annotations

from collections.abc import Iterable

from bot.talk.codebook import Flag, Group, Unit
from bot.talk.transcript import Transcript, Turn

from .markup import Html, element, join, spoken
from .palette import GROUP_NAMES
from .wording import CODES, GROUP_MEANS, GROUPS, code_name, mark_name

ORDER = (Group.ASKS, Group.LISTENS, Group.TELLS, Group.PUSHES, Group.NEUTRAL)


def letter(group: Group) -> Html:
    """The badge of a group: its letter, named for those who hear the page."""
    shown = "–" if group is Group.NEUTRAL else str(group)
    return element(
        "span", shown, class_=f"letter {GROUP_NAMES[group]}", title=GROUPS[group], role="img", aria_label=GROUPS[group]
    )


def _unsure() -> Html:
    """The badge of words that count for nothing."""
    return element("span", "?", class_="letter neutral", title="not sure", role="img", aria_label="not sure")


def legend(corrected: bool = True) -> Html:
    """What the letters and colours mean. Marks can be `corrected` in a practice."""
    entries = [
        element(
            "li",
            letter(group),
            join(element("b", GROUPS[group]), " ", element("span", GROUP_MEANS[group], class_="quiet")),
        )
        for group in ORDER
    ]
    doubt = element("span", f"counts for nothing{'; you can say what it was' if corrected else ''}", class_="quiet")
    entries.append(element("li", _unsure(), join(element("b", "not sure"), " ", doubt)))
    return element("ul", *entries, class_="legend")


def short_legend(groups: Iterable[Group]) -> Html:
    """Letters with the names of their groups only, for above a chart."""
    return element("div", *(element("span", letter(group), " ", GROUPS[group]) for group in groups), class_="letters")


def annotated_turns(transcript: Transcript, anchor: str = "turn") -> Html:
    """Every turn in order; a unit that the reader is unsure of says that it isn't counted.

    Turn 3 can be linked to as `#turn-3`; a page with two conversations gives each an `anchor` of its own.
    """
    turns = (
        element("li", *_turn(turn, transcript), class_=_kind(turn), id=f"{anchor}-{turn.index}") for turn in transcript
    )
    return element("ol", *turns, class_="annotated")


def one_turn(turn: Turn, transcript: Transcript) -> Html:
    """One turn by itself, for a page with something between the turns; `#turn-3` is its address too."""
    return element("div", *_turn(turn, transcript), class_=f"{_kind(turn)} alone", id=f"turn-{turn.index}")


def bubble(name: str, words: str, kind: str) -> Html:
    """What somebody says in a talk; `kind` is `manager` or `rep`."""
    return element("div", element("div", name, class_="who"), spoken(words), class_=f"bubble from-{kind}")


def letters(units: Iterable[Unit]) -> Html:
    """The letters of a turn's units with their code names, on one line."""
    shown = [element("span", letter(unit.group), " ", code_name(unit), class_="lettered") for unit in units]
    return join(*shown, between=" ")


def _kind(turn: Turn) -> str:
    return "turn manager" if turn.is_manager else "turn rep"


def _turn(turn: Turn, transcript: Transcript) -> list[Html]:
    if not turn.is_manager:
        return [element("div", transcript.rep, class_="who"), spoken(turn.text)]
    rows = [_row(turn.text[start:end], unit) for start, end, unit in _pieces(turn)]
    return [element("div", transcript.manager, class_="who"), *rows]


def _row(words: str, unit: Unit | None) -> Html:
    """One unit: its letter, its words and its code beside it; words outside any unit stand plain."""
    if unit is None:
        return element("div", spoken(words), class_="unit bare")
    name, means, doubt = mark_name(unit), CODES[unit.code][1], "" if unit.claimed else " doubtful"
    group = unit.group if unit.claimed else Group.NEUTRAL
    badge = letter(group) if unit.claimed else _unsure()
    if unit.claimed:
        hint = f"{name}: {means}"
    elif Flag.YOURS in unit.flags:
        hint = "You said that it isn’t this, so it counts for nothing."
    else:
        hint = "We aren’t sure what this does, so it counts for nothing."
    uncounted = Html() if unit.claimed else element("span", "not counted", class_="unsure")
    label = element("div", name, uncounted, class_="code")
    classes = f"unit {GROUP_NAMES[group]}{doubt}"
    return element("div", badge, spoken(words), label, class_=classes, title=hint)


def _pieces(turn: Turn) -> list[tuple[int, int, Unit | None]]:
    """The turn cut at its units, with whatever words lie between them, so that nothing typed is left out."""
    pieces: list[tuple[int, int, Unit | None]] = []
    at = 0
    for unit in sorted(turn.units, key=lambda entry: entry.start):
        if turn.text[at : unit.start].strip():
            pieces.append((at, unit.start, None))
        pieces.append((unit.start, unit.end, unit))
        at = max(at, unit.end)
    if turn.text[at:].strip():
        pieces.append((at, len(turn.text), None))
    return pieces
