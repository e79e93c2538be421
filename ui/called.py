"""The user's own name in place of the scenario's manager, in whatever is shown.

What is stored, sent to a model or downloaded as JSON keeps the authored name. What the user typed is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.preferences import read_preferences
from bot.scenario import Pronoun, Scenario
from bot.settings import settings
from bot.text.names import name_words

if TYPE_CHECKING:
    from bot.practice import Debrief
    from bot.scoring.moments import Highlights, Moment
    from bot.talk.transcript import Turn

_HE, _SHE = r"\b(?:he|him|his|himself)\b", r"\b(?:she|her|hers|herself)\b"
_ANOTHERS = {
    Pronoun.HE: re.compile(_SHE, re.IGNORECASE),
    Pronoun.SHE: re.compile(_HE, re.IGNORECASE),
    Pronoun.THEY: re.compile(f"{_HE}|{_SHE}", re.IGNORECASE),
}
"""Pronouns that aren't the rep's, by the rep's: they may be the manager's, and we don't know the user's."""
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|St|Saint|Uncle|Aunt)\.?\s$")
_GREETS = "hi|hello|hey|thanks|sorry|bye|night|morning|afternoon"
_BEFORE_ADDRESS = re.compile(rf"(?:^|[,.?!:;–—\"“‘(]\s*|\b(?:{_GREETS})\s)$", re.IGNORECASE)
_AFTER_ADDRESS = re.compile(r"\s*(?:$|[,.?!:;–—\"”’)](?!s\b))")


def own_name(rep_name: str) -> str:
    """What the user is called in a conversation with a rep of this name. Empty to keep the scenario's name."""
    name = read_preferences(settings().home).name
    return "" if name.casefold() == rep_name.casefold() else name


def called(words: str, scenario: Scenario) -> str:
    """Words of the scenario or the rep with the user's name in place of the manager's, where that reads right."""
    own = _own(scenario)
    return renamed(words, scenario.manager.name, own, scenario.rep.pronoun) if own else words


def renamed(words: str, name: str, own: str, rep: Pronoun) -> str:
    """`words` with `own` for `name` as a whole word: not where the name is another's ("Dr Graham", "Graham Hill").

    Where the words tell of somebody by a pronoun other than the rep's, only those spoken to keep up: "Thanks, Karen".
    """
    only_spoken_to = bool(_ANOTHERS[rep].search(words))

    def change(found: re.Match[str]) -> str:
        before, after = words[: found.start()], words[found.end() :]
        if _TITLE.search(before):
            return found[0]
        spoken_to = _BEFORE_ADDRESS.search(before) and _AFTER_ADDRESS.match(after)
        return own if spoken_to or not only_spoken_to else found[0]

    return _whole(name).sub(change, words)


def scenario_as_called(scenario: Scenario) -> Scenario:
    """The scenario as it is shown: of what a page shows, every text with the user's name. Ids stay as they are."""
    own = _own(scenario)
    if not own:
        return scenario

    def told(words: str) -> str:
        return renamed(words, scenario.manager.name, own, scenario.rep.pronoun)

    rep = scenario.rep
    about_rep = {name: tuple(map(told, getattr(rep, name))) for name in ("strengths", "goals")}
    return scenario.model_copy(
        update={
            "manager": scenario.manager.model_copy(update={"name": own}),
            "rep": rep.model_copy(update={"style": told(rep.style), **about_rep}),
            "scene": told(scenario.scene),
            "brief": told(scenario.brief),
            "crm": {told(label): told(entry) for label, entry in scenario.crm.items()},
            "facts": tuple(
                fact.model_copy(update={name: told(getattr(fact, name)) for name in ("topic", "text", "question")})
                for fact in scenario.facts
            ),
            "insights": tuple(one.model_copy(update={"topic": told(one.topic)}) for one in scenario.insights),
            "steps": tuple(step.model_copy(update={"title": told(step.title)}) for step in scenario.steps),
            "news": tuple(news.model_copy(update={"title": told(news.title)}) for news in scenario.news),
            "variants": tuple(
                variant.model_copy(update={"told_afterwards": told(variant.told_afterwards)})
                for variant in scenario.variants
            ),
        }
    )


def turns_as_called(turns: Iterable[Turn], scenario: Scenario) -> tuple[Turn, ...]:
    """The turns as they are shown: the rep's with the user's name, the manager's as typed."""
    return tuple(turn if turn.is_manager else replace(turn, text=called(turn.text, scenario)) for turn in turns)


def debrief_as_called(debrief: Debrief) -> Debrief:
    """The debrief as it is shown: scenario, epilogue, and what the rep said. The manager's own words stay."""
    own = _own(debrief.scenario)
    if not own:
        return debrief
    turns = turns_as_called(debrief.transcript, debrief.scenario)
    return replace(
        debrief,
        scenario=scenario_as_called(debrief.scenario),
        transcript=replace(debrief.transcript, turns=turns, manager=own),
        epilogue=debrief.epilogue.model_copy(update={"text": called(debrief.epilogue.text, debrief.scenario)}),
    )


def highlights_as_called(found: Highlights, scenario: Scenario) -> Highlights:
    """What a debrief begins with, as it is shown. `scenario` is as authored; the manager's own words stay."""

    def told(moment: Moment | None) -> Moment | None:
        if moment is None:
            return None
        return replace(
            moment,
            reply_quote=called(moment.reply_quote, scenario),
            effect=called(moment.effect, scenario),
            instead=called(moment.instead, scenario),
        )

    return replace(found, worked=told(found.worked), turning=told(found.turning))


def who_is_meant(debrief: Debrief) -> str:
    """What to say under a debrief whose texts still name the manager as authored. Empty if none does."""
    name = debrief.scenario.manager.name
    shown = debrief_as_called(debrief)
    texts = (shown.epilogue.text, *_shown_afterwards(shown.scenario))
    left = bool(_own(debrief.scenario)) and any(_whole(name).search(words) for words in texts)
    return f"Where it says {name}, it means you." if left else ""


def _own(scenario: Scenario) -> str:
    """The user's name; empty as well where somebody else in the story has it."""
    own = own_name(scenario.rep.name)
    others = {name for words in _shown_before(scenario) for name in name_words(words, everywhere=True)}
    return "" if others.intersection(own.split()) else own


def _shown_before(scenario: Scenario) -> Iterator[str]:
    yield from (scenario.scene, scenario.brief, *scenario.crm.values())
    yield from (fact.text for fact in scenario.facts)


def _shown_afterwards(scenario: Scenario) -> Iterator[str]:
    yield from (fact.text for fact in scenario.facts)
    yield from (step.title for step in scenario.steps)
    yield from (variant.told_afterwards for variant in scenario.variants if variant.id == scenario.variant)


def _whole(name: str) -> re.Pattern[str]:
    """The name as a word of its own, and no surname after it."""
    return re.compile(rf"(?<![\w-])(?<!\w['’]){re.escape(name)}(?![\w-])(?! [^\W\d_a-z]\w)")
