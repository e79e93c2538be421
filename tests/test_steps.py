"""Next steps in a rep's words: what counts, whose it was, by when; offsets hold on any text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.next_steps import next_steps
from evals.benches.steps import Gold, matched, measure_steps, same_time


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("I'll phone the harbour office.", [("I'll phone the harbour office", True)]),
        ("Honestly, ill ring Marta", [("ill ring Marta", True)]),
        ("I’m going to send them a sketch.", [("I’m going to send them a sketch", True)]),
        ("I'm meeting the foreman on Thursday.", [("I'm meeting the foreman on Thursday", True)]),
        ("I could ask the night shift.", [("I could ask the night shift", False)]),
        ("Perhaps I'd show her the plans.", [("Perhaps I'd show her the plans", False)]),
        ("Maybe ask the caretaker.", [("Maybe ask the caretaker", False)]),
        (
            "I'll draft the letter tonight and send Omar the figures.",
            [("I'll draft the letter tonight", True), ("send Omar the figures", True)],
        ),
        (
            "I'll call the plant and I might try the mill.",
            [("I'll call the plant", True), ("I might try the mill", False)],
        ),
    ],
)
def test_what_he_will_or_could_do(text: str, steps: list[tuple[str, bool]]) -> None:
    """A promise is a commitment; a could or a might is a step that he only voices."""
    assert [(step.text, step.committed) for step in next_steps(text)] == steps


@pytest.mark.parametrize(
    "text",
    [
        "I rang the plant yesterday and they were out.",
        "If I were him I'd call the lawyers.",
        "If we'd asked sooner I would have sent the offer.",
        "You'll do it? Great.",
        "So you'll call her on Monday?",
        "I won't send them anything.",
        "I usually visit them every time I'm in town.",
        "I told him I'd bring samples.",
        "I'll be honest with you, it hurts.",
        "I don't know what I could ask him.",
        "She is ill today.",
        "",
    ],
)
def test_what_is_no_step(text: str) -> None:
    """The past, refusals, what-ifs, questions back and habits are not next steps."""
    assert next_steps(text, "How do you see it?") == ()


@pytest.mark.parametrize(
    ("context", "text", "author"),
    [
        ("Ring the surveyor today.", "Fine, I'll ring the surveyor.", "manager"),
        ("Have you thought about inviting the architect?", "I could invite the architect.", "manager"),
        ("Send me the forecast by noon.", "Ok, I'll send it before noon.", "manager"),
        ("Why don't you take the trainee along?", "Yeah, I'll take her along.", "manager"),
        ("What will you do next?", "I'll ring the surveyor.", "rep"),
        ("Who else could help you with the surveyor?", "I could invite the architect.", "rep"),
        ("You should cut the price.", "I'd rather not. I'll show them the savings.", "rep"),
        ("", "I'll ring the surveyor.", "rep"),
    ],
)
def test_whose_step_it_was(context: str, text: str, author: str) -> None:
    """What the manager had proposed or ordered is his; an answer to an open question is the rep's."""
    assert [step.author for step in next_steps(text, context)] == [author]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("I'll ring the mill tomorrow morning.", "tomorrow morning"),
        ("I'll have the drawings by Friday noon.", "by Friday noon"),
        ("On Tuesday I'll walk the site.", "On Tuesday"),
        ("I'll ask her when she's back from leave.", "when she's back from leave"),
        ("I'm calling them before the 9th.", "before the 9th"),
        ("I'll send the sheet at half eight.", "at half eight"),
        ("I'll ring the mill.", ""),
    ],
)
def test_by_when(text: str, by: str) -> None:
    """The words that say when, as they stand in the turn; nothing where none do."""
    assert [step.by for step in next_steps(text)] == [by]


def test_a_promise_not_to_do_it_counts_where_that_was_asked() -> None:
    """After "don't", a "won't" is agreement; after a request it is a refusal."""
    (step,) = next_steps("Ok, I won't mention the discount.", "Don't mention the discount.")
    assert (step.committed, step.author) == (True, "manager")
    assert next_steps("No, I won't mention the discount.", "Can you mention the discount?") == ()


def test_a_bare_yes_with_a_time() -> None:
    """Agreeing in fragments is a commitment to what was asked."""
    (step,) = next_steps("Six names by Monday, will do.", "Get me six names by Monday.")
    assert (step.committed, step.author, step.by) == (True, "manager", "by Monday")


def test_at_most_two_a_sentence() -> None:
    """A list of promises in one breath counts twice at most."""
    assert len(next_steps("I'll call Ann, I'll write to Bo, I'll see the bank, I'll ring the mill.")) == 2


TYPED = (
    "I'll ill i could ask him them the plan tomorrow by Friday and then but if when you'll do it gonna , . ? ’ İ 😀 \n"
)
TURNS = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(TYPED.split(" ")), max_size=40).map(" ".join))


@given(text=TURNS, context=TURNS)
def test_offsets_hold_on_any_text(text: str, context: str) -> None:
    """Steps are slices of the turn, in order, without overlap, and so are the words that say when."""
    steps = next_steps(text, context)
    assert all(text[step.start : step.end] == step.text != "" and step.by in text for step in steps)
    assert all(one.end <= two.start for one, two in pairwise(steps))


@pytest.mark.parametrize(
    "text",
    [
        "i'll " * 4000,
        "a" * 50_000,
        ", and " * 5000,
        "\x00\ud800 I'll call",
        "first first " * 3000,
        "I'll\n" * 5000,
        " " * 20_000,
    ],
    ids=["promises", "one word", "joints", "surrogate", "ordinals", "lines", "spaces"],
)
def test_hostile_text(text: str) -> None:
    """Nothing raises, and twice the text takes little more than twice the time: no pattern goes back over it."""
    half, whole = (_time_for(part) for part in (text[: len(text) // 2], text))
    assert whole < 5 * half + 0.05


def _time_for(text: str) -> float:
    """Processor time, which doesn't grow while others work, at best of two."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        next_steps(text, text)
        taken.append(time.process_time() - began)
    return min(taken)


def test_the_measure() -> None:
    """Labels and steps pair one to one by half of the shorter; the reader holds its level on what it was built with."""
    text = "I'll call Ann tomorrow and I could write to Bo."
    gold = [Gold(0, 13, "rep", True, "tomorrow"), Gold(27, 46, "rep", False, "")]
    assert {label for label, _ in matched(gold, next_steps(text))} == set(gold)
    assert same_time("by Monday", "Monday")
    assert not same_time("by Monday", "")
    assert measure_steps("train")["f1"] >= 0.9
