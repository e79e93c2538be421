"""The debrief as Markdown, to keep or to share. Pure; what people typed is escaped, so that it reads as typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.practice import Debrief
from bot.scenario import Fact, Scenario
from bot.scoring.coach import ThingToTry
from bot.scoring.exchange import topic_told, words_that_told
from bot.scoring.moments import Highlights, Moment
from bot.scoring.plan import owned_steps
from bot.scoring.scorecard import Scorecard, Thresholds
from bot.talk.codebook import Unit
from bot.talk.direction import Source
from bot.talk.transcript import Turn

from .wording import GROUPS, LEVEL_NAMES, mark_name, measured, percent, turn_number, turning_title

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENS = re.compile(r"^(\d*)([-+=.)])")
_HEARD = (
    (Source.ELICITED, "Came out after you asked"),
    (Source.DONATED, "Brought up unasked"),
    (Source.TOLD, "You came near it"),
)


def escaped(words: str) -> str:
    """One line of text in which no Markdown renderer finds any markup, link or picture."""
    marked = _MARKS.sub(r"\\\1", " ".join(words.split()))
    return _OPENS.sub(r"\1\\\2", _ADDRESS.sub(lambda found: f"\\{found.group()}", marked))


def quoted(words: str) -> str:
    """Text over several lines as a block quotation, each line escaped and kept on its own."""
    lines = [escaped(line) for line in words.splitlines() if line.strip()] or [""]
    return "\\\n".join(f"> {line}" for line in lines)


def markdown(
    debrief: Debrief,
    things: Sequence[ThingToTry],
    limits: Thresholds,
    self_rating: int | None = None,
    *,
    found: Highlights,
) -> str:
    """The whole debrief, its highlights first. It names no session."""
    scenario, card = debrief.scenario, debrief.scorecard
    parts = [
        f"# Debrief: {escaped(scenario.title)}",
        f"**{escaped(found.headline)}**",
        _list(map(escaped, found.reasons)),
        _moment("What worked", found.worked, debrief),
        _turned(found.turning, debrief),
        _things(things),
        "## What was said",
        "A: asks. L: listens. T: tells. P: pushes. –: neither.",
        *(_turn(turn, debrief) for turn in debrief.transcript),
        _figures(card, limits, self_rating),
        _facts(debrief),
        _steps(debrief),
        f"## What happened next\n\n{escaped(debrief.epilogue.text)}",
        *_different(debrief),
        _feedback(card),
        _provenance(card),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _turned(moment: Moment | None, debrief: Debrief) -> str:
    return _moment(turning_title(moment.turn, debrief.transcript), moment, debrief) if moment else ""


def _moment(title: str, moment: Moment | None, debrief: Debrief) -> str:
    """A moment: the quotes, the effect and the question to ask instead. Empty if there is no moment."""
    if moment is None:
        return ""
    names = debrief.transcript
    said = [f"**{escaped(names.manager)}** (turn {turn_number(moment.turn)})", quoted(moment.quote)]
    if moment.reply_turn is not None:
        said += [f"**{escaped(names.rep)}**", quoted(moment.reply_quote)]
    said += [escaped(moment.effect)]
    if moment.instead:
        said += [f"You could say instead: *{escaped(moment.instead)}*"]
    return "\n\n".join([f"## {title}", *said, *([escaped(moment.why)] if moment.why else [])])


def _things(things: Sequence[ThingToTry]) -> str:
    if not things:
        return ""
    lines = [
        f"{number}. **{escaped(thing.title)}.** {escaped(thing.why)}"
        + (f" Try: *{escaped(thing.question)}*" if thing.question else "")
        for number, thing in enumerate(things, 1)
    ]
    return "## To try next time\n\n" + "\n".join(lines)


def _coded(unit: Unit) -> str:
    return mark_name(unit) if unit.claimed else f"{mark_name(unit)}, not counted"


def _turn(turn: Turn, debrief: Debrief) -> str:
    name = debrief.transcript.manager if turn.is_manager else debrief.transcript.rep
    number = f" (turn {turn_number(turn.index)})" if turn.is_manager else ""
    codes = "\n".join(f"- {_letter(str(unit.group))} {_coded(unit)}: “{escaped(unit.text)}”" for unit in turn.units)
    return "\n\n".join(part for part in (f"**{escaped(name)}**{number}", quoted(turn.text), codes) if part)


def _figures(card: Scorecard, limits: Thresholds, self_rating: int | None) -> str:
    found = card.measures
    rows = [
        f"| {escaped(limits.get(entry.id).title)} | {LEVEL_NAMES[entry.level]} | "
        f"{measured(limits.get(entry.id).measure, entry.value)} | {escaped(entry.why)} |"
        for entry in card.criteria
    ]
    said = f"Question ratio {percent(found.question_ratio)}, directiveness {percent(found.directiveness)}, "
    said += f"asking over telling {percent(found.ask_share)}."
    if card.score is not None:
        said += f" Score {card.score} of 100, which only ranks your own sessions."
    if self_rating is not None:
        said += f" You rated your own asking {self_rating} out of 5."
    return "\n".join(["## Figures", "", said, "", "| Criterion | Level | Value | Why |", "|---|---|---|---|", *rows])


def _facts(debrief: Debrief) -> str:
    parts, told = ["## What came out"], words_that_told(debrief.scenario, debrief.transcript)
    for how, title in _HEARD:
        found = [debrief.scenario.fact(name) for name in debrief.facts(how)]
        if found:
            parts.append(f"{title}:\n\n" + _list(_as_said(fact, debrief.scenario, told) for fact in found))
    missed = [debrief.scenario.fact(name) for name in debrief.missed]
    if missed:
        lines = (
            f"{escaped(topic_told(fact, debrief.scenario))}: {escaped(fact.text)}"
            + ("" if fact.id in debrief.asked_about else f" You could have asked: *{escaped(fact.question)}*")
            for fact in missed
        )
        parts.append("Did not come out:\n\n" + _list(lines))
    return "\n\n".join(parts)


def _as_said(fact: Fact, scenario: Scenario, told: Mapping[str, tuple[int, str]]) -> str:
    """A fact by its topic, with the words that told it."""
    topic = escaped(topic_told(fact, scenario))
    if fact.id not in told:
        return topic
    turn, words = told[fact.id]
    return f"{topic}: “{escaped(words)}” (turn {turn_number(turn)})"


def _steps(debrief: Debrief) -> str:
    names = {True: escaped(debrief.scenario.rep.name), False: escaped(debrief.scenario.manager.name)}
    lines = [
        f"{names[step.by_rep or step.taken]}: "
        + (f"“{escaped(step.words)}”" if step.quoted else escaped(step.words))
        + (" (you took this over)" if step.taken else " (committed)" if step.when else "")
        for step in owned_steps(debrief)
    ]
    if not lines:
        return "## Next steps\n\nWe heard no next step."
    return f"## Next steps, by who named them first\n\n{_list(lines)}"


def _different(debrief: Debrief) -> list[str]:
    return [
        f"## What was different this time\n\n{escaped(variant.told_afterwards)}"
        for variant in debrief.scenario.variants
        if variant.id == debrief.scenario.variant
    ]


def _feedback(card: Scorecard) -> str:
    if not card.feedback:
        return ""
    lines = (
        f"turn {turn_number(entry.turn)}: “{escaped(entry.quote)}”. Instead: *{escaped(entry.try_instead)}*"
        + (f" ({escaped(entry.source)})" if entry.source else "")
        for entry in card.feedback
    )
    return "## Say this instead\n\n" + _list(lines)


def _provenance(card: Scorecard) -> str:
    who = f"Coded by {escaped(card.coded_by)}.\n\n" if card.coded_by else ""
    return f"---\n\n{who}" + ", ".join(f"{escaped(name)} {escaped(value)}" for name, value in card.provenance)


def _letter(group: str) -> str:
    return "–" if group not in GROUPS or group == "-" else group


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
