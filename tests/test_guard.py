"""The guard: what a model says as the rep, kind by kind, and the authored lines, to which it never objects."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.guard import Guard, Kind
from bot.guard.holdings import Ground, statements_of
from bot.guard.inventions import invents
from bot.guard.leaks import tells_secret
from bot.guard.manner import Manner
from bot.guard.meaning import Examples, Masks, Meaning
from bot.knowledge import spoken_lines
from bot.scenario.library import Library
from bot.testing import FakeEmbedder, small_scenario
from bot.text.numbers import numbers_in
from bot.text.tokens import sentences_of, stem
from evals.benches.guarding import read_small, replay

Check = Callable[..., Kind | None]


@pytest.fixture(scope="module")
def small() -> Check:
    """Checks a reply to the line "It is fine." in the small scenario, where words are all that is known."""
    guard = Guard(small_scenario(), FakeEmbedder())

    def check(
        reply: str, heard: str = "", released: str = "", said: tuple[str, ...] = (), whole: bool = True
    ) -> Kind | None:
        out = frozenset(released.split())
        found = guard.check(reply, released=out, heard=heard, line="It is fine.", said=said, whole=whole)
        return found.kind if found else None

    return check


@pytest.fixture(scope="module")
def bundled(engine: Engine, home: Path) -> Check:
    """Checks a reply in a bundled scenario."""
    guards: dict[tuple[str, str], Guard] = {}

    def check(
        scenario: str, reply: str, line: str, heard: str = "", released: str = "", variant: str = "base"
    ) -> Kind | None:
        key = scenario, variant
        if key not in guards:
            guards[key] = Guard(engine.library.scenario(*key), engine.embedder, home / "cache" / "vectors")
        found = guards[key].check(reply, released=frozenset(released.split()), heard=heard, line=line)
        return found.kind if found else None

    return check


BAD = [
    (Kind.OUT_OF_ROLE, "As a language model I have no budget of my own."),
    (Kind.OUT_OF_ROLE, "Ada would rather not say that."),
    (Kind.OUT_OF_ROLE, "Ada: It is fine."),
    (Kind.COACHING, "What a good open question, it made me think."),
    (Kind.COACHING, "Next time you could ask that a little later."),
    (Kind.SPEAKS_AS_MANAGER, "Have you thought of ringing them, Ada?"),
    (Kind.SPEAKS_AS_MANAGER, "I want you to ring the plant today."),
    (Kind.OUT_OF_ROLE, "I'm meant to be a bit guarded at this point."),
    (Kind.COACHING, "A question about what stops me would serve you better."),
    (Kind.SPEAKS_AS_MANAGER, "It is filled in already. - And who filled it in? - I never asked."),
    (Kind.SPEAKS_AS_MANAGER, "Now what would hold you back there? I suppose it is the hall."),
    (Kind.SPEAKS_AS_MANAGER, "It is fine. And whose is it, Ada?"),
    (Kind.STAGE_DIRECTION, "(sighs) It is fine."),
    (Kind.STAGE_DIRECTION, "*looks away* It is fine."),
    (Kind.TOO_LONG, "It is quiet there. " * 31),
    (Kind.TOO_LONG, "I could do two things:\n- ring them\n- wait"),
    (Kind.WRONG_LANGUAGE, "Todo está muy bien, no hay nada que decir sobre eso."),
    (Kind.WRONG_LANGUAGE, "The quote is out, und ich weiß nicht, wie sie das finden."),
    (Kind.LEAK, "There is another quote, from Nordpump."),
    (Kind.LEAK, "Well, they cut it in half in March, the pump budget."),
    (Kind.INVENTION, "I had lunch with Gunnar Holm about it."),
    (Kind.INVENTION, "They would sign at seventeen thousand euros."),
    (Kind.INVENTION, "They want to see me on the ninth."),
    (Kind.INVENTION, "Their board voted it through."),
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
    scenario = small_scenario()

    assert Manner(scenario).objects(reply, "How is it going?", reply, whole=True) is None
    assert not invents(reply, Ground(statements_of(scenario), frozenset()), ())


def test_what_has_been_released_or_said_may_be_repeated(small: Check):
    told = "There is another quote, from Nordpump."

    assert small(told) is Kind.LEAK
    assert small(told, released="rival") is Kind.STRAYS
    assert small(told, heard="I hear that Nordpump has put in another quote.") is Kind.STRAYS
    assert small(told, said=("I hear that Nordpump is quoting.", "So I hear.")) is Kind.STRAYS


def test_the_managers_words_handed_back_are_an_echo_and_an_answer_to_them_is_none(small: Check):
    heard = "So you have sent the quote and you are waiting for an answer."

    assert small("Yes, I have sent the quote and I am waiting for an answer.", heard=heard) is Kind.ECHO
    assert small("I have sent it, and the telephone is very quiet.", heard=heard) is Kind.STRAYS
    assert small("Okay. I'll ring them today.", heard="Please ring them today, before noon.") is Kind.STRAYS


def test_a_reply_that_is_still_streaming_is_not_yet_an_echo(small: Check):
    heard = "So you have sent the quote and you are waiting."

    assert small("So I have sent the quote and I am waiting.", heard=heard, whole=False) is not Kind.ECHO
    assert small("So I have sent it. (pauses)", heard=heard, whole=False) is Kind.STAGE_DIRECTION


@pytest.mark.slow
def test_a_fact_that_the_variant_does_not_have_is_no_secret_and_another_is(bundled: Check):
    reply = "I saw that the visitor was there for a certain Brandt."

    assert bundled("jones-deal", reply, "I saw it.", variant="new-boss") is Kind.LEAK
    assert bundled("jones-deal", reply, "I saw it.") is Kind.INVENTION
    assert bundled("jones-deal", reply, "I saw it.", released="visitor-log", variant="new-boss") is Kind.STRAYS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "reply", "fact"),
    [
        ("jones-deal", "The hall is dead, and upstairs the buyers sit up all night on calls to Korea.", "floor-quiet"),
        pytest.param(
            "late-stage-funnel",
            "After the thirtieth of June there's nothing dated in my funnel, not one deal.",
            "next-half",
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "happy-customer",
            "I've never once been up in the lift at their head office.",
            "who-she-knows",
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "old-playbook",
            "I take the points off at my own kitchen table, before anybody has asked for them.",
            "first-number",
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "every-door-alike",
            "I go through them in the order of the alphabet.",
            "order",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_a_fact_in_other_words_tells_it_until_it_is_released(engine: Engine, scenario: str, reply: str, fact: str):
    loaded = engine.library.scenario(scenario)
    statements = statements_of(loaded)
    meaning = Meaning(loaded, statements, engine.embedder, engine.vectors)

    def tells(*released: str) -> bool:
        ground = Ground(statements, frozenset(released))
        return tells_secret(meaning.compare([reply], ""), ground, Masks(meaning, ground), ())

    assert tells()
    assert not tells(fact)


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
    assert Examples(engine.embedder, None).kind_of(reply, engine.embedder.embed([reply])[0], -1.0) is kind


def test_what_the_model_is_told_holds_no_word_of_the_secret(engine: Engine):
    scenario = small_scenario()
    guard = Guard(scenario, FakeEmbedder())
    found = guard.check("It is Nordpump.", released=frozenset(), heard="Who is it?", line="It is fine.")

    assert found is not None
    assert found.why == "You said something that Ada has not been asked about yet; leave it out."


def test_one_guard_serves_several_threads():
    guard = Guard(small_scenario(), FakeEmbedder())

    def kind(reply: str) -> Kind | None:
        found = guard.check(reply, released=frozenset(), heard="", line="It is fine.")
        return found.kind if found else None

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(kind, ["It is Nordpump.", "It is fine."] * 8)) == [Kind.LEAK, None] * 8


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


def test_a_number_may_be_rounded_or_said_without_its_millions(engine: Engine):
    ground = Ground(statements_of(engine.library.scenario("late-stage-funnel")), frozenset())

    assert not invents("I need one point two, and there is three point seven million open.", ground, ())
    assert invents("I need two point nine.", ground, ())


def test_words_are_cut_to_sentences_and_stems():
    assert sentences_of("Dr. Bell rang. Did he? Yes…") == ("Dr. Bell rang.", "Did he?", "Yes…")
    assert {stem("promised"), stem("promises"), stem("promise")} == {"promis"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenario",
    [
        "jones-deal",
        # A guard embeds some five thousand sentences of its scenario, so the others wait for the night.
        pytest.param("late-stage-funnel", marks=pytest.mark.nightly),
        pytest.param("every-door-alike", marks=pytest.mark.nightly),
        pytest.param("happy-customer", marks=pytest.mark.nightly),
        pytest.param("old-playbook", marks=pytest.mark.nightly),
    ],
)
def test_no_authored_line_is_objected_to(bundled: Check, engine: Engine, scenario: str):
    """A line is said with the facts out that it needs, and a step's also with those behind the insight it waits for."""
    objected = []
    for variant in engine.library.scenario(scenario).variant_ids:
        loaded = engine.library.scenario(scenario, variant)
        behind = {insight.id: insight.needs for insight in loaded.insights}
        for spoken in spoken_lines(loaded):
            kind, entry, *_ = spoken.pool.split("/")
            if kind == "entry":
                continue  # the guard was made for lines about facts; it objects to some of these
            waits_for = loaded.step(entry).needs if kind == "step" else ()
            needs = {*spoken.line.needs, *(fact for need in waits_for for fact in behind.get(need, ()))}
            text = spoken.line.text
            found = bundled(scenario, text, text, released=" ".join(needs), variant=variant)
            objected += [(variant, spoken.id, found)] if found else []

    assert objected == []


# What a reply has more, less and other than its line


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("It went to Warren three weeks back, and I haven't heard a thing since.", None),
        ("Three weeks that's been with Warren. Not one word back.", None),
        ("Five weeks that's been with Warren, and not one word back.", Kind.CONTRADICTION),
        ("It's been with Warren since Tuesday, three weeks or so, and not one word back.", Kind.CONTRADICTION),
        ("It went to Warren three weeks back. My wife says I ought to have rung the same evening.", Kind.STRAYS),
        (
            "Three weeks with Warren, not a word. What do you think you could do, and what do you need?",
            Kind.SPEAKS_AS_MANAGER,
        ),
        ("I'm rather fond of gardening, and the tomatoes did splendidly this summer on the balcony.", Kind.STRAYS),
    ],
)
def test_a_reply_keeps_to_its_line(bundled: Check, reply: str, kind: Kind | None):
    line = "The contract went to Warren three weeks ago and nothing's come back."
    heard = "What has happened to the agreement?"

    assert bundled("jones-deal", reply, line, heard, "contract-silence") == kind


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenarios", [["jones-deal"], pytest.param(Library().scenario_ids(), marks=pytest.mark.nightly)]
)
def test_a_small_models_nonsense_is_objected_to_but_for_one_polite_yes(engine: Engine, scenarios: list[str]):
    rows = [row for row in read_small() if row.bad and row.scenario in scenarios]
    missed = [row.id for row in rows if not replay(engine, row)[1]]

    assert missed == [row.id for row in rows if row.id == "small-6"]  # a miss that is mended must be struck out here
