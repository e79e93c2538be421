"""How near words are to the examples of each label, the examples that ship, and small mends around the choice."""

from __future__ import annotations

import io

import numpy as np
import pytest

from bot.authoring.asked import ask
from bot.engine import Engine
from bot.practice import Practice
from bot.reader.read import default_reader
from bot.scenario.library import Library
from bot.talk.codebook import Code
from bot.talk.direction import Direction
from bot.text.forbidding import forbids
from bot.text.masking import mask
from bot.topics.examples import labelled_examples
from bot.vectors.kept_head import head_key, shipped_heads
from bot.vectors.nearest import basis_of, examples_of, packed_examples, shipped_examples, unpacked_examples
from bot.vectors.turns import turn_encoder


def unit(*rows: list[float]) -> np.ndarray:
    found = np.array(rows, dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_closeness_is_the_mean_of_the_three_nearest_and_equal_ones_count_once():
    examples = examples_of(
        ["b", "a", "b", "b", "b", "a"], unit([1, 0], [0, 1], [1, 0], [1, 1], [-1, 0], [0, 1]), basis=None
    )

    near = examples.closeness(unit([1, 0], [0, 1]))

    assert examples.labels == ("a", "b")
    assert near.shape == (2, 2)
    assert near[0] == pytest.approx([0.0, (1 + 0.5**0.5 - 1) / 3])
    assert near[1] == pytest.approx([1.0, (0.5**0.5 + 0) / 2])


def test_packed_examples_keep_what_is_near_near():
    rng = np.random.default_rng(3)
    plain = unit(*(rng.normal(size=(120, 1)) * 0.3 + rng.normal(size=(120, 40)) @ rng.normal(size=(40, 384))).tolist())
    labels = [f"label-{number % 12}" for number in range(120)]

    file = io.BytesIO()
    np.savez(file, **packed_examples({"a": (labels, plain)}, {"key": "a"}))
    with np.load(io.BytesIO(file.getvalue())) as held:
        assert held["a:rows"].dtype == np.int8
        short = unpacked_examples(held, "a")

    whole = examples_of(labels, plain)
    assert np.abs(short.closeness(plain) - whole.closeness(plain)).max() < 0.05
    assert basis_of(plain).shape == (384, 96)


@pytest.mark.slow
def test_every_bundled_variant_has_examples_of_each_label_that_it_can_answer():
    encoder, library = turn_encoder(), Library()
    for scenario in library.scenarios():
        for variant in scenario.variant_ids:
            own = labelled_examples(library.scenario(scenario.id, variant))
            key = head_key(encoder.name, [label for label, _ in own], [mask(text, scenario.aliases) for _, text in own])
            found = shipped_examples(key)

            assert found is not None, "the texts have changed; run `make vectors` and commit what it writes"
            assert set(shipped_heads()[f"{key}:classes"].tolist()) <= set(found.labels)


def test_a_turn_like_an_example_is_about_what_the_example_is_about(engine: Engine):
    matcher = engine.matcher(engine.library.scenario("jones-deal"))

    assert next(iter(matcher.chances("three weeks and no changes at all?"))) in (
        "fact:contract-silence",
        "entry:agreement-since",
    )
    assert next(iter(matcher.chances("remind me what the weather was like"))) != "fact:contract-silence"


@pytest.mark.parametrize(
    ("scenario", "question", "name"),
    [("late-stage-funnel", "Who's Paloma?", "Paloma"), ("happy-customer", "Who's Katie?", "Katie")],
)
def test_of_two_lines_the_one_with_the_name_is_said(engine: Engine, scenario: str, question: str, name: str):
    assert name in ask(engine, engine.library.scenario(scenario), question).at_first.words


def last_direction(engine: Engine, scenario: str, *said: str) -> Direction:
    practice = Practice.start(scenario, engine=engine)
    for words in said:
        practice.say(words)
        "".join(practice.reply())
    direction = practice.transcript.turns[-1].direction
    assert direction is not None
    return direction


def test_which_one_is_no_question_for_a_day(engine: Engine):
    direction = last_direction(
        engine,
        "late-stage-funnel",
        "Hello Renata, Solveig here. You have the funnel in front of you? What do you see when you look at it?",
        "Then I ask for it in sentences. Start with one. Which of the eight do you know best?",
    )

    assert direction.act not in ("soon", "committed", "commit")


def test_one_entry_is_said_once_though_two_questions_ask_for_it(engine: Engine):
    direction = last_direction(
        engine,
        "old-playbook",
        "How does a price get into one of your quotes?",
        "Then the dates might help. When did you first see the discount creeping, was it before Okafor came or after?",
    )

    pools = [part.pool for part in direction.parts]
    assert len(pools) == len(set(pools))


def test_taking_what_was_offered_takes_nothing_over(engine: Engine):
    offered = "Nine. I'd say ten, but ten's a thing I've never given anybody."
    (accepted,) = default_reader().read("I'll take nine.", offered)
    (taken,) = default_reader().read("Give me his number, I'll ring Warren myself tonight.", offered)

    assert not accepted.claimed
    assert (taken.code, taken.claimed) == (Code.TAKEOVER, True)


@pytest.mark.parametrize(
    ("order", "only_forbids"),
    [
        ("Don't want dates.", True),
        ("Leave Linda out of it.", True),
        ("Leave the brochure with Pauline.", False),
        ("Ring him by Friday.", False),
        ("Please don't reopen the pricing.", True),
        ("Mike, don't ring Mary.", True),
        ("Don't forget to ring Mary.", False),
        ("Don't wait for Priya, call Warren.", False),
        ("Call her today, not tomorrow.", False),
    ],
)
def test_an_order_that_only_forbids(order: str, only_forbids: bool):
    assert forbids(order) is only_forbids
