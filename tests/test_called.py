"""The user's own name in place of the scenario's manager: where it stands, and where it may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.engine import Engine
from bot.practice import Practice
from bot.preferences import Preferences, keep_preferences
from bot.scenario import Pronoun, Scenario
from bot.scenario.library import Library
from bot.settings import settings
from ui.called import called, debrief_as_called, own_name, renamed, scenario_as_called, who_is_meant

pytestmark = pytest.mark.slow

LIBRARY = Library()
IDS = [card.id for card in LIBRARY.cards()]


@pytest.fixture
def sam() -> str:
    """The user is called Sam."""
    keep_preferences(settings().home, Preferences("Sam"))
    return "Sam"


@pytest.mark.parametrize(
    ("authored", "shown"),
    [
        ("Thanks, Karen.", "Thanks, Sam."),
        ("Karen, hi. If it's the forecast", "Sam, hi. If it's the forecast"),
        ("Karen? Are you there?", "Sam? Are you there?"),
        ("Hello Karen!", "Hello Sam!"),
        ("The list was in Karen's words.", "The list was in Sam's words."),
        ("In Karen’s car", "In Sam’s car"),
        ("He rang Karen to read them out.", "He rang Sam to read them out."),
        ("Karenina and McKaren and Karen-Ann", "Karenina and McKaren and Karen-Ann"),
        ("karen", "karen"),
        ("Karen Hill and Dr Karen", "Karen Hill and Dr Karen"),
        ("What Karen had taken on she did.", "What Karen had taken on she did."),
        ("I'd say, this is Karen, she's my manager.", "I'd say, this is Karen, she's my manager."),
        ("Priya likes what she saw, Karen.", "Priya likes what she saw, Sam."),
    ],
)
def test_the_name_stands_where_it_reads_right(authored: str, shown: str):
    assert renamed(authored, "Karen", "Sam", Pronoun.HE) == shown


def test_a_name_is_no_pattern():
    assert renamed("Thanks, Karen.", "Karen", r"\1 \g<0>", Pronoun.HE) == r"Thanks, \1 \g<0>."
    assert renamed("Thanks, K.J. (Kay).", "K.J. (Kay)", "Sam", Pronoun.HE) == "Thanks, Sam."


def texts(found: Any) -> Iterator[str]:
    """Every text within plain data."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list | tuple):
        for one in found.values() if isinstance(found, dict) else found:
            yield from texts(one)


def variants(scenario_id: str) -> list[Scenario]:
    return [LIBRARY.scenario(scenario_id, name) for name in LIBRARY.scenario(scenario_id).variant_ids]


@pytest.mark.parametrize(
    "scenario_id", [pytest.param(one, marks=pytest.mark.nightly) if number else one for number, one in enumerate(IDS)]
)
def test_a_rep_speaks_to_the_user_by_name_in_every_line(scenario_id: str, sam: str):
    """All but two: where Walt tells a third person who Ines is, as "she"."""
    kept = []
    for scenario in variants(scenario_id):
        plain = scenario.model_dump(mode="json")
        spoken = texts([plain["replies"], [entry["says"] for entry in plain["entries"]]])
        kept += [line for line in spoken if re.search(rf"\b{scenario.manager.name}\b", called(line, scenario))]

    assert all("This is Ines, " in line for line in kept)
    assert bool(kept) == (scenario_id == "old-playbook")


@pytest.mark.parametrize("scenario_id", IDS)
def test_nobody_is_told_of_by_a_pronoun_that_may_be_wrong(scenario_id: str, sam: str):
    """A text that tells of the manager as he or she keeps the manager's name."""
    others = {"he": r"\b(she|her|herself)\b", "she": r"\b(he|him|himself)\b"}[
        str(LIBRARY.scenario(scenario_id).rep.pronoun)
    ]
    for scenario in variants(scenario_id):
        ends = [(end.text, *(part.text for part in end.parts)) for end in scenario.epilogues]
        for authored in (text for end in ends for text in end):
            shown = called(authored, scenario)
            assert shown == authored or not re.search(others, shown)


def test_what_a_page_shows_names_the_user_and_ids_stay(sam: str):
    authored = LIBRARY.scenario("old-playbook")
    shown = scenario_as_called(authored)

    assert (shown.manager.name, shown.manager.role) == ("Sam", authored.manager.role)
    assert "would say certainly, Sam, and" in shown.brief
    assert "Ride-alongs with Sam" in shown.crm
    assert "Take Sam to a buyer he doesn't know" in [step.title for step in shown.steps]
    assert [fact.id for fact in shown.facts] == [fact.id for fact in authored.facts]
    assert LIBRARY.scenario("old-playbook") == authored, "the library keeps what was written"


@pytest.mark.parametrize("name", ["Mike", "mike", "Warren", "Priya", "Karen", ""])
def test_the_scripts_name_is_kept_where_another_has_the_users(name: str):
    keep_preferences(settings().home, Preferences(name))
    scenario = LIBRARY.scenario("jones-deal")

    assert scenario_as_called(scenario).manager.name == "Karen"
    assert called("Thanks, Karen.", scenario) == "Thanks, Karen."
    assert own_name("Mike") == ("" if name.lower() == "mike" else name)


def test_a_debrief_is_shown_with_the_name_and_kept_without(engine: Engine, sam: str):
    practice = Practice.start("jones-deal", engine=engine)
    for words in (
        "Hi Mike, it's Sam here, and Karen says hello.",
        "Give me his number, I'll ring Warren myself.",
        "Call Warren today.",
    ):
        practice.say(words)
        "".join(practice.reply())
    debrief = practice.debrief()
    shown = debrief_as_called(debrief)

    assert "Karen." in debrief.transcript.turns[1].text, "the greeting names the manager"
    assert "Sam." in shown.transcript.turns[1].text
    assert shown.transcript.manager == shown.scenario.manager.name == "Sam"
    mine = [turn.text for turn in debrief.transcript.manager_turns]
    assert [turn.text for turn in shown.transcript.manager_turns] == mine, "nobody changes what you typed"
    assert shown.transcript.turns[0].units == debrief.transcript.turns[0].units
    assert debrief.epilogue.id == "flown-in"
    assert who_is_meant(debrief) == "Where it says Karen, it means you."


def test_without_a_name_nothing_changes_and_nothing_is_explained(engine: Engine):
    practice = Practice.start("jones-deal", engine=engine)
    practice.say("I'll call Warren myself.")
    "".join(practice.reply())
    debrief = practice.debrief()

    assert debrief_as_called(debrief) is debrief
    assert scenario_as_called(debrief.scenario) is debrief.scenario
    assert who_is_meant(debrief) == ""
