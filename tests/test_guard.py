"""The guard: what a model says as the rep, kind by kind, and what was given to it, to which it never objects."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.director import start, tellable
from bot.engine import Engine
from bot.guard import Given, Guard, Kind, Manner, entry_key
from bot.guard.inventions import invented
from bot.guard.meaning import ComparedSentence, Examples
from bot.knowledge import spoken_lines
from bot.testing import FakeEmbedder, small_scenario
from bot.text.numbers import numbers_in
from bot.text.tokens import sentences_of, stem

Check = Callable[..., Kind | None]
KNOWN = ("It is fine.", "The plant has bought from us for years.")


@pytest.fixture(scope="module")
def small() -> Check:
    """Checks a reply in the small scenario, where words are all that is known."""
    guard = Guard(small_scenario(), FakeEmbedder())

    def check(
        reply: str,
        heard: str = "",
        out: str = "",
        said: tuple[str, ...] = (),
        given: tuple[str, ...] = KNOWN,
    ) -> Kind | None:
        texts = Given((*given, *said, heard))
        found = guard.check(reply, given=texts, out=frozenset(out.split()), said=said)
        return found.kind if found else None

    return check


BAD = [
    (Kind.OUT_OF_ROLE, "As a language model I have no budget of my own."),
    (Kind.OUT_OF_ROLE, "Ada would rather not say that."),
    (Kind.OUT_OF_ROLE, "Ada: It is fine."),
    (Kind.COACHING, "Next time you could ask that a little later."),
    (Kind.SPEAKS_AS_MANAGER, "Have you thought of ringing them, Ada?"),
    (Kind.COACHING, "A question about what stops me would serve you better."),
    (Kind.SPEAKS_AS_MANAGER, "It is fine. And whose is it, Ada?"),
    (Kind.STAGE_DIRECTION, "(sighs) It is fine."),
    (Kind.STAGE_DIRECTION, "*looks away* It is fine."),
    (Kind.TOO_LONG, "It is quiet there. " * 9),
    (Kind.TOO_LONG, "I could do two things:\n- ring them\n- wait"),
    (Kind.WRONG_LANGUAGE, "Todo está muy bien, no hay nada que decir sobre eso."),
    (Kind.LEAK, "There is another quote, from Nordpump."),
    (Kind.LEAK, "Well, they cut it in half in March, the pump budget."),
    (Kind.INVENTION, "I had lunch with Gunnar Holm about it."),
    (Kind.INVENTION, "They would sign at seventeen thousand euros."),
    (Kind.INVENTION, "They want to see me on the ninth."),
]
GOOD = [
    "It is fine, Nora. It is a quote like any other.",
    "Good question. I could not tell you.",
    "Give me two minutes and a cup of coffee.",
    "That's a good question, and I have no answer to it.",
    "I'm parked up outside Skipton with a sandwich.",
    "I have asked them that a hundred times.",
    "That's life, or c'est la vie, as they say.",
    "He said to me, 'you'll see, Ada', and that was that.",
    "You're the manager, so what would you do?",
]


@pytest.mark.parametrize(("kind", "reply"), BAD)
def test_what_no_rep_says_is_objected_to(small: Check, kind: Kind, reply: str):
    assert small(reply, heard="How is it going?") is kind


@pytest.mark.parametrize("reply", GOOD)
def test_what_a_rep_may_say_is_objected_to_neither_for_its_manner_nor_as_an_invention(reply: str):
    assert Manner(small_scenario()).objects(reply) is None
    assert not invented(reply, Given(("Nora and Ada talk.",)))


def test_what_is_out_or_was_given_may_be_said(small: Check):
    told = "There is another quote, from Nordpump."

    assert small(told) is Kind.LEAK
    assert small(told, given=(*KNOWN, told)) is None
    assert small(told, heard="I hear that Nordpump has put in another quote.", out="rival") is None


def test_a_sentence_that_he_has_said_before_is_not_said_again(small: Check):
    line = "I walk past the purchasing office and I never go in."

    assert small(line, said=(line,)) is Kind.REPEATS
    assert small("It is fine.", said=("It is fine.",)) is None  # people do say that twice


def test_the_model_is_told_which_words_were_wrong_but_not_those_of_a_secret():
    guard = Guard(small_scenario(), FakeEmbedder())
    invention = guard.check("I had lunch with Gunnar Holm.", given=Given(KNOWN), out=frozenset())
    leak = guard.check("It is Nordpump.", given=Given(KNOWN), out=frozenset())

    assert invention is not None
    assert leak is not None
    assert invention.why == "You made something up; say only what you were given. The words were: Gunnar"
    assert leak.why == (
        "You said something that Ada has not been asked about yet; leave it out, and answer without it. "
        "The words were: those of sentence 1"
    )


def test_one_guard_serves_several_threads():
    guard = Guard(small_scenario(), FakeEmbedder())

    def kind(reply: str) -> Kind | None:
        found = guard.check(reply, given=Given(KNOWN), out=frozenset())
        return found.kind if found else None

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(kind, ["It is Nordpump.", "It is fine."] * 8)) == [Kind.LEAK, None] * 8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reply", "about"),
    [
        ("The hall is dead, and upstairs the buyers sit up all night on calls to Korea.", "floor-quiet"),
        ("Truth is I go stiff as a board with money people, engineers are easy and that lot frighten me.", "self-hard"),
    ],
)
def test_a_secret_in_other_words_is_known_until_it_is_out(engine: Engine, reply: str, about: str):
    scenario = engine.library.scenario("jones-deal")
    guard = engine.guard(scenario)
    own = {about} if about in {fact.id for fact in scenario.facts} else {entry_key(about)}
    given = Given((*scenario.crm.values(), "What is it like in there?"))

    assert guard.check(reply, given=given, out=frozenset()) is not None
    found = guard.check(reply, given=given, out=frozenset(own))
    assert found is None or found.kind is not Kind.LEAK


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        (Kind.COACHING, "I like it that you gave me room there and did not just hand me your answer."),
        (Kind.OUT_OF_ROLE, "There is nothing about that in the background that my character has."),
        (Kind.SPEAKS_AS_MANAGER, "And what do you want to do about it, what help do you need from me?"),
    ],
)
def test_a_reply_out_of_part_is_known_by_its_sense(engine: Engine, kind: Kind, reply: str):
    part = ComparedSentence(reply, engine.embedder.embed([reply])[0], -1.0, {})

    assert Examples(engine.embedder, None).kind_of(part) is kind


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenario",
    [
        "jones-deal",
        # A guard embeds its scenario's secrets, so the others wait for the night.
        *(
            pytest.param(name, marks=pytest.mark.nightly)
            for name in ("late-stage-funnel", "every-door-alike", "happy-customer", "old-playbook")
        ),
    ],
)
def test_what_he_would_tell_anybody_gives_no_secret_away(engine: Engine, scenario: str):
    loaded = engine.library.scenario(scenario)
    guard, free = engine.guard(loaded), frozenset(tellable(loaded, start(loaded)))
    out = frozenset(map(entry_key, free))
    card = (loaded.scene, loaded.rep.name, loaded.manager.name, *loaded.crm.values())
    objected = []
    for spoken in spoken_lines(loaded):
        kind, name, *part = spoken.pool.split("/")
        if kind == "entry" and name in free and part == ["says"] and not spoken.line.needs:
            found = guard.check(spoken.line.text, given=Given((*card, spoken.line.text)), out=out)
            objected += [spoken.id] if found and found.kind in (Kind.LEAK, Kind.INVENTION) else []

    assert objected == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("two point four one million of $3.72 million", [2_410_000, 3_720_000]),
        ("fifty-two hundred, a hundred ninety-eight, two hundred and eighteen thousand", [5200, 198, 218_000]),
        ("the sixth, the twenty-eighth, 9.3%, 20 000 euros, £1.2m", [6, 28, 9.3, 20_000, 1_200_000]),
    ],
)
def test_numbers_are_read_as_they_are_said(text: str, values: list[float]):
    assert [number.value for number in numbers_in(text)] == pytest.approx(values)


def test_a_number_may_be_rounded_or_said_without_its_millions():
    given = Given(("There is $3.72 million open, and 1.2 million to go.",))

    assert not invented("I need one point two, and there is three point seven million open.", given)
    assert invented("I need two point nine.", given) == "two point nine"


def test_words_are_cut_to_sentences_and_stems():
    assert sentences_of("Dr. Bell rang. Did he? Yes…") == ("Dr. Bell rang.", "Did he?", "Yes…")
    assert {stem("promised"), stem("promises"), stem("promise")} == {"promis"}
