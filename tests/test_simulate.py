"""Simulated managers: persons in YAML that react to the rep, offline and seeded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.errors import AskwellError
from bot.practice import Practice
from bot.talk.direction import Direction
from bot.testing import rep_turn, small_engine, small_scenario
from evals.simulate import Knows, Move, Persona, RepMove, echo, moment_of, person, persons, read_person, simulate

ALL = [one.id for one in persons()]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return small_engine(tmp_path_factory.mktemp("small"))


def test_every_way_of_managing_is_there():
    assert ALL == [
        "flatterer", "inspector", "instructor", "leading-questioner", "ordinary-coach", "polite-teller", "rambler",
        "role-breaker", "silent", "skilled-coach", "spammer", "teller",
    ]  # fmt: skip


def test_only_the_skilled_coach_knows_a_scenarios_questions():
    assert [one.id for one in persons() if one.knows is Knows.QUESTIONS] == ["skilled-coach"]


def test_somebody_whom_there_is_not_names_the_choices():
    with pytest.raises(AskwellError, match="there is no manager 'nobody'; choose one of flatterer, inspector"):
        person("nobody")


@pytest.mark.parametrize(
    ("said", "handed_back"),
    [
        ("Sure. I asked him once and he wouldn't say.", "you asked him once and he wouldn't say"),
        ("It's my own fault.", "it's your own fault"),
        ("Harmony was in the book.", "Harmony was in the book"),
        ("Why would I? And then nothing.", None),
        ("No.", None),
    ],
)
def test_an_echo_is_what_the_rep_said_turned_to_you(said: str, handed_back: str | None):
    assert echo(said) == handed_back


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        ({"act": "release", "releases": (("budget", "elicited"),)}, RepMove.OPENED),
        ({"act": "hint", "hint": "budget"}, RepMove.SLIPPED),
        ({"act": "insight", "insight": "why"}, RepMove.CONCLUDED),
        ({"act": "step", "step": "call"}, RepMove.PROPOSED),
        ({"act": "commit", "commits": "call"}, RepMove.COMMITTED),
        ({"act": "comply"}, RepMove.OBEYED),
        ({"act": "unknown"}, RepMove.SHUT),
    ],
)
def test_a_manager_can_tell_what_the_rep_just_did(fields: dict[str, object], moment: RepMove):
    turn = replace(rep_turn(1, "Well."), direction=replace(Direction("nod", (), "open"), **fields))  # type: ignore[arg-type]

    assert moment_of(turn) is moment
    assert moment_of(None) is RepMove.START


def by_hand(*moves: Move, turns: int = 4, knows: Knows = Knows.NOTHING) -> Persona:
    return Persona(id="by-hand", title="By hand", about="For a test.", turns=turns, moves=moves, knows=knows)


def spoken(one: Persona, engine: Engine, seed: int = 0) -> list[str]:
    practice = Practice.start("small-deal", engine=engine, seed=seed)
    return [turn.text for turn in simulate(one, practice).transcript.manager_turns]


def test_the_first_move_that_fits_speaks_and_each_line_is_said_once(small: Engine):
    one = by_hand(Move(on=("start",), say=("Hello.",)), Move(say=("Call them.", "Call them now.")))

    said = spoken(one, small)

    assert (said[0], sorted(said[1:])) == ("Hello.", ["Call them now.", "Call them."])


@pytest.mark.slow
def test_the_same_seed_says_the_same(small: Engine):
    assert spoken(person("teller"), small, 3) == spoken(person("teller"), small, 3)
    assert spoken(person("teller"), small, 3) != spoken(person("teller"), small, 4)


def test_a_topic_is_for_those_who_may_know_it(small: Engine):
    move = Move(say=("Tell me about $next_topic.",))

    assert spoken(by_hand(move), small) == []
    assert spoken(by_hand(move, turns=1, knows=Knows.TOPICS), small) == [
        f"Tell me about {small_scenario().facts[0].topic}."
    ]


def test_a_person_that_makes_no_sense_is_told_with_its_file(tmp_path: Path):
    file = tmp_path / "odd.yaml"
    file.write_text("id: odd\ntitle: Odd\nabout: Odd\nturns: 3\nmoves:\n- on: never\n  say: [Hello]\n")

    with pytest.raises(AskwellError) as refused:
        read_person(file)

    assert str(refused.value) == (
        "odd.yaml:6:3: moves[0].on[0]: 'never' is not one of committed, concluded, obeyed, opened, proposed, shut, "
        "slipped, start"
    )
