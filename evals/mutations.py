"""Breaks scenarios the way authors do by mistake, to measure whether the check and qualification notice.

Each breaker takes a draft and changes one thing, or returns None where the scenario has nothing of the kind to break.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.authoring.plainyaml import plain_yaml
from bot.errors import AskwellError
from bot.scenario import ScenarioFiles
from bot.scenario.folder import KNOWS, MAIN, in_folder
from bot.scenario.strictyaml import parse

TOO_HIGH = "0.95"
"""A gate that no conversation gets to."""
_LEVEL = re.compile(r"^level: *(guarded|hidden)$", re.MULTILINE)
_FACT = re.compile(r"^fact: *(\S+)\n", re.MULTILINE)
_OFF_TOPIC = (
    "what did you have for lunch", "how was the weekend", "did you watch the game", "how is the new car",
    "what's the weather like with you", "have you booked your holiday", "how are the kids", "seen any good films",
    "how's the garden coming on", "what are you reading just now", "did you get the parking sorted",
    "is that a new phone",
    "how was the traffic this morning", "what time do you start tomorrow", "where do you park", "how's your back today",
)  # fmt: skip


@dataclass
class Draft:
    """A scenario as plain data that can be changed: `scenario.yaml`, and the texts of its other files by name."""

    name: str
    main: dict[str, Any]
    texts: dict[str, str]

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The facts of the base."""
        found: list[dict[str, Any]] = self.main["facts"]
        return found

    @property
    def plain(self) -> list[dict[str, Any]]:
        """The facts that aren't feelings."""
        return [fact for fact in self.facts if fact.get("feeling") != "true"]

    def two(self, draw: Random) -> tuple[dict[str, Any], dict[str, Any]]:
        """Two facts that aren't feelings."""
        one, other = draw.sample(self.plain, 2)
        return one, other

    def files(self) -> ScenarioFiles:
        """The scenario's files as they are now."""
        return in_folder(self.name, {**self.texts, MAIN: plain_yaml(self.main)})


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken scenario: how it was broken, and what a finding about that mentions (any of these)."""

    broken: str
    signs: tuple[str, ...]
    files: ScenarioFiles


Broken = tuple[str, tuple[str, ...]] | None
"""How a draft was broken, and what a finding about that mentions. None: there was nothing to break."""


def mutants(files: ScenarioFiles, count: int, seed: int = 0) -> Iterator[Mutant]:
    """Broken versions of a scenario, one of each kind, then round again with other facts. The seed chooses the facts.

    Raises AskwellError if the scenario has too little to break.
    """
    clean = draft(files)
    if len(clean.plain) < 2:
        raise AskwellError(f"{files.name}: has fewer than two facts that aren't feelings; there is too little to break")
    made = 0
    for number in range(4 * count):
        kind = BREAKERS[number % len(BREAKERS)]
        trial = deepcopy(clean)
        broken = kind(trial, Random(f"{files.name}/{seed}/{number}"))
        if broken is not None:
            yield Mutant(*broken, trial.files())
            made += 1
        if made == count:
            return


def draft(files: ScenarioFiles) -> Draft:
    """A scenario's files as a draft. Raises ScenarioError if scenario.yaml isn't valid YAML."""
    main, _ = parse(files.text(MAIN) or "", files.called(MAIN))
    return Draft(files.name, main, {name: text for name, text in files.files if name != MAIN})


def own_hint(draft: Draft, draw: Random) -> Broken:
    """A fact's hint tells the fact."""
    fact, _ = draft.two(draw)
    fact["hints"][draw.randrange(len(fact["hints"]))] = fact["text"]
    return f"{fact['id']}: its hint tells it", (fact["id"],)


def other_hint(draft: Draft, draw: Random) -> Broken:
    """Another fact's hint tells the fact, in one of its lines."""
    fact, other = draft.two(draw)
    other["hints"][0] = f"{_words(draw.choice(fact['lines']))} Anyway."
    return f"{fact['id']}: the hint of {other['id']} tells it", (fact["id"],)


def open_entry(draft: Draft, draw: Random) -> Broken:
    """An entry that anybody may hear tells the fact."""
    fact, _ = draft.two(draw)
    entry = f"\n## small-thing: a small thing\nlevel: open\n- {fact['text']}\n? anything else\n? what else is there\n"
    draft.texts[KNOWS] = draft.texts.get(KNOWS, "# What the rep knows\n").rstrip("\n") + "\n" + entry
    return f"{fact['id']}: an open entry tells it", (fact["id"],)


def in_the_brief(draft: Draft, draw: Random) -> Broken:
    """The brief tells the fact."""
    fact, _ = draft.two(draw)
    draft.main["brief"] += f" {fact['text']}"
    return f"{fact['id']}: the brief tells it", (fact["id"],)


def on_the_card(draft: Draft, draw: Random) -> Broken:
    """The card tells the fact, in one of its lines."""
    fact, _ = draft.two(draw)
    draft.main["crm"]["Notes"] = _words(draw.choice(fact["lines"]))
    return f"{fact['id']}: the card tells it", (fact["id"],)


def other_more(draft: Draft, draw: Random) -> Broken:
    """What the rep adds about another fact tells this one, without `needs`."""
    fact, other = draft.two(draw)
    other["more"][0] = f"{_words(draw.choice(fact['lines']))} And so on."
    return f"{fact['id']}: told with more about {other['id']}, without needs", (fact["id"],)


def other_lines(draft: Draft, draw: Random) -> Broken:
    """A line of another fact tells this one too, without `needs`."""
    fact, other = draft.two(draw)
    other["lines"][0] = f"{_words(other['lines'][0])} {fact['text']}"
    return f"{fact['id']}: told in a line of {other['id']}, without needs", (fact["id"],)


def gates_too_high(draft: Draft, draw: Random) -> Broken:
    """Every fact asks for more openness than a rep ever has."""
    _gate(draft.facts, openness=TOO_HIGH)
    return "every gate at .95", ("openness", "coach in ")


def gates_but_one_too_high(draft: Draft, draw: Random) -> Broken:
    """The same for all but the fact that opens first."""
    first = min(draft.plain, key=lambda fact: float(fact.get("opens", {}).get("openness", 0)))
    _gate([fact for fact in draft.facts if fact is not first], openness=TOO_HIGH)
    return "every gate but the lowest at .95", ("openness", "coach in ")


def gates_open(draft: Draft, draw: Random) -> Broken:
    """Every fact opens to whatever is said."""
    _gate(draft.facts, openness="0", ask="any")
    return "every gate open to anything", ("opens", "facts", " trail ", "at most")


def asks_swapped(draft: Draft, draw: Random) -> Broken:
    """The questions of two facts are swapped."""
    one, other = draft.two(draw)
    one["asks"], other["asks"] = other.get("asks", []), one.get("asks", [])
    names = [f"asks/{fact['id']}.txt" for fact in (one, other)]
    held = [draft.texts.pop(name, None) for name in names]
    draft.texts |= {name: text for name, text in zip(names, reversed(held), strict=True) if text is not None}
    return f"{one['id']}, {other['id']}: their asks are swapped", (one["id"], other["id"])


def lines_swapped(draft: Draft, draw: Random) -> Broken:
    """What the rep says of two facts is swapped."""
    one, other = draft.two(draw)
    one["lines"], other["lines"] = other["lines"], one["lines"]
    return f"{one['id']}, {other['id']}: their lines are swapped", (one["id"], other["id"])


def asks_off_topic(draft: Draft, draw: Random) -> Broken:
    """A fact has the questions of something else."""
    fact, _ = draft.two(draw)
    fact["asks"] = list(_OFF_TOPIC)
    draft.texts.pop(f"asks/{fact['id']}.txt", None)
    return f"{fact['id']}: its asks are about something else", (fact["id"],)


def entries_dropped(draft: Draft, draw: Random) -> Broken:
    """A third of what the rep knows is gone."""
    head, *entries = re.split(r"(?m)^(?=## )", draft.texts.get(KNOWS, ""))
    if len(entries) < 3:
        return None
    gone = set(draw.sample(range(len(entries)), len(entries) // 3))
    draft.texts[KNOWS] = head + "".join(entry for place, entry in enumerate(entries) if place not in gone)
    return f"{len(gone)} of {len(entries)} entries dropped", ("nothing in knows.md says",)


def epilogue_never_reached(draft: Draft, draw: Random) -> Broken:
    """An epilogue wants more than can come out."""
    first = draft.main["epilogues"][0]
    first["when"] = {**first.get("when", {}), "elicited_at_least": str(len(draft.facts) + 1)}
    return f"{first['id']}: an epilogue that nothing reaches", ("epilogues",)


def epilogue_never_shown(draft: Draft, draw: Random) -> Broken:
    """The epilogue without conditions comes first."""
    draft.main["epilogues"].insert(0, draft.main["epilogues"].pop())
    return "the last epilogue comes first", ("epilogues",)


def insight_never(draft: Draft, draw: Random) -> Broken:
    """An insight needs a fact that never opens."""
    insights = [insight for insight in draft.main.get("insights", []) if insight.get("needs")]
    if not insights:
        return None
    insight = draw.choice(insights)
    need = draw.choice(insight["needs"])
    _gate([fact for fact in draft.facts if fact["id"] == need], openness="1")
    return f"{insight['id']}: an insight that needs {need}, which never opens", (need,)


def secret_made_open(draft: Draft, draw: Random) -> Broken:
    """An entry that gives a fact away is open to everybody."""
    head, *entries = re.split(r"(?m)^(?=## )", draft.texts.get(KNOWS, ""))
    secret = [place for place, entry in enumerate(entries) if _FACT.search(entry) and _LEVEL.search(entry)]
    if not secret:
        return None
    place = draw.choice(secret)
    entry = entries[place]
    fact = _FACT.findall(entry)[0]
    entries[place] = _LEVEL.sub("level: open", _FACT.sub("", entry))
    draft.texts[KNOWS] = head + "".join(entries)
    name = entry.removeprefix("## ").partition(":")[0]
    return f"{name}: an entry about {fact} is open to all", (name, fact)


def needs_forgotten(draft: Draft, draw: Random) -> Broken:
    """Lines that mention another fact lose their `needs`."""
    bare = [fact for fact in draft.facts if any("needs" in line for line in _tagged(fact))]
    if not bare:
        return None
    fact = draw.choice(bare)
    named = {need for line in _tagged(fact) if "needs" in line for need in line.pop("needs")}
    return f"{fact['id']}: its lines lost needs: {', '.join(sorted(named))}", tuple(sorted(named))


def variant_half_changed(draft: Draft, draw: Random) -> Broken:
    """A variant changes a fact, and the rep still tells the old one."""
    names = sorted(name for name in draft.texts if name.startswith("variants/"))
    draw.shuffle(names)
    for name in names:
        variant, _ = parse(draft.texts[name], name)
        changed = [fact for fact in variant["replaces"].get("facts", []) if {"text", "lines"} <= fact.keys()]
        if changed:
            fact = draw.choice(changed)
            del fact["lines"]
            draft.texts[name] = plain_yaml(variant)
            return f"{fact['id']}: {name} changes it, but not its lines", (fact["id"],)
    return None


BREAKERS: tuple[Callable[[Draft, Random], Broken], ...] = (
    own_hint, other_hint, open_entry, in_the_brief, on_the_card, other_more, other_lines, needs_forgotten,
    gates_too_high, gates_but_one_too_high, gates_open, asks_swapped, lines_swapped, asks_off_topic, entries_dropped,
    secret_made_open, epilogue_never_reached, epilogue_never_shown, insight_never, variant_half_changed,
)  # fmt: skip


def _gate(facts: list[dict[str, Any]], **opens: str) -> None:
    for fact in facts:
        fact["opens"] = {**fact.get("opens", {}), **opens}


def _tagged(fact: dict[str, Any]) -> list[dict[str, Any]]:
    """A fact's lines that have tags."""
    return [
        line for pool in ("lines", "hints", "more", "confirm") for line in fact.get(pool, []) if isinstance(line, dict)
    ]


def _words(line: str | dict[str, Any]) -> str:
    return line if isinstance(line, str) else str(line["text"])
