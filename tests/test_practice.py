"""Whole rehearsals: scripts of several kinds of manager, and what must come of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.errors import ScenarioError, StoreError, TranscriptError
from bot.knowledge import spoken_lines
from bot.practice import Debrief, Practice, practice_json
from bot.scoring.nudges import NO_MORE, NUDGES_AT_ONCE
from bot.store import Store
from bot.talk.direction import Source

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parent / "scripts"
FEELINGS = {"late-losses", "this-year"}
LEVELS = ("telling", "mixed", "coaching", "coaching_well")


def play(engine: Engine, script: str, variant: str = "base", seed: int = 0) -> Debrief:
    practice = Practice.start("jones-deal", variant=variant, seed=seed, engine=engine)
    for line in (SCRIPTS / f"{script}.txt").read_text(encoding="utf-8").splitlines():
        practice.say(line)
        list(practice.reply())
    return practice.finish()


def elicited(debrief: Debrief) -> set[str]:
    return set(debrief.facts(Source.ELICITED)) - FEELINGS


@pytest.mark.parametrize("variant", ["base", "budget-freeze", "new-boss"])
def test_telling_ends_in_telling(engine: Engine, variant: str):
    debrief = play(engine, "telling", variant)

    assert debrief.scorecard.level == "telling"
    assert debrief.scorecard.measures.takeovers >= 1
    assert not elicited(debrief) & {"contract-silence", "who-else", "visitor-log"}
    assert debrief.epilogue.id == "flown-in"


@pytest.mark.parametrize("variant", ["base", "budget-freeze", "new-boss"])
def test_coaching_ends_in_coaching(engine: Engine, variant: str):
    debrief = play(engine, "coaching", variant)

    assert debrief.scorecard.level in ("coaching", "coaching_well")
    assert debrief.scorecard.measures.takeovers == 0
    assert len(elicited(debrief)) >= 5
    assert debrief.scorecard.measures.rep_owned_steps >= (2 if variant == "base" else 1)


def test_coaching_typed_without_capitals_or_punctuation_is_within_one_level(engine: Engine):
    well = play(engine, "coaching").scorecard.level
    tired = play(engine, "coaching-lowercase").scorecard.level

    assert abs(LEVELS.index(well) - LEVELS.index(tired)) <= 1


@pytest.mark.parametrize(
    ("script", "at_most"),
    [("polite-teller", "telling"), ("leading-questioner", "telling"), ("inspector", "mixed"), ("spammer", "mixed")],
)
@pytest.mark.parametrize(
    "seed", [0, pytest.param(1, marks=pytest.mark.nightly), pytest.param(2, marks=pytest.mark.nightly)]
)
def test_other_managers_come_out_no_better_than_they_should(engine: Engine, script: str, at_most: str, seed: int):
    debrief = play(engine, script, seed=seed)

    assert LEVELS.index(debrief.scorecard.level) <= LEVELS.index(at_most)
    assert len(elicited(debrief)) <= 2


@pytest.mark.parametrize("script", sorted(path.stem for path in SCRIPTS.glob("*.txt")))
@pytest.mark.parametrize(
    "variant", ["base", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("budget-freeze", "new-boss"))]
)
def test_no_line_occurs_twice_and_no_unreleased_fact_is_said(engine: Engine, script: str, variant: str):
    debrief = play(engine, script, variant)
    needs = {spoken.id: set(spoken.line.needs) for spoken in spoken_lines(debrief.scenario)}
    said: list[str] = []
    for turn, state in zip(debrief.transcript, debrief.states, strict=True):
        if turn.said:
            said += turn.said.lines
            for line in turn.said.lines:
                assert needs[line] <= set(state.facts), f"{line} says more than is on the table"

    assert len(said) == len(set(said))


def test_quotes_are_exact_substrings(engine: Engine):
    debrief = play(engine, "telling")
    turns = {turn.index: turn.text for turn in debrief.transcript}

    quotes = [(entry.turn, entry.quote) for criterion in debrief.scorecard.criteria for entry in criterion.evidence]
    quotes += [(entry.turn, entry.quote) for entry in debrief.scorecard.feedback]
    assert quotes
    assert all(quote in turns[turn] for turn, quote in quotes)


def test_the_same_script_seed_and_variant_give_the_same_json(engine: Engine):
    first, second = (practice_json(play(engine, "coaching", seed=7), None, 7) for _ in range(2))

    assert first == second
    assert first["turns"] != practice_json(play(engine, "coaching", seed=8), None, 8)["turns"]


def test_random_draws_a_variant_by_seed(engine: Engine):
    drawn = {
        Practice.start("jones-deal", variant="random", seed=seed, engine=engine).scenario.variant for seed in range(12)
    }

    assert drawn == {"base", "budget-freeze", "new-boss"}


@pytest.mark.parametrize("text", ["", "   \n", "x" * 20_000])
def test_an_unusable_turn_is_refused_and_changes_nothing(engine: Engine, text: str):
    practice = Practice.start("jones-deal", engine=engine)

    with pytest.raises(TranscriptError):
        practice.say(text)
    assert len(practice.transcript) == 0


def test_order_is_kept(engine: Engine):
    practice = Practice.start("jones-deal", engine=engine)
    with pytest.raises(TranscriptError, match="say something first"):
        list(practice.reply())
    practice.say("What worries you?")
    with pytest.raises(TranscriptError, match="has not answered yet"):
        practice.say("And?")
    practice.finish()
    with pytest.raises(TranscriptError, match="has ended"):
        practice.say("One more thing")


def test_words_before_the_reply_are_refused_and_not_kept(engine: Engine, tmp_path: Path):
    with Store.open(f"sqlite:///{tmp_path / 'askwell.db'}") as store:
        practice = Practice.start("jones-deal", engine=engine, store=store)
        practice.say("What worries you?", "first")
        with pytest.raises(TranscriptError, match="has not answered yet"):
            practice.say("And?", "second")
        assert practice.say("What worries you?", "first").index == 0

        assert "".join(practice.reply())
        kept = store.load(str(practice.session_id)).turns

    assert [turn.text for turn in kept if turn.is_manager] == ["What worries you?"]
    assert [turn.index for turn in kept] == [0, 1]


def test_nudges_differ_and_end_until_somebody_speaks(engine: Engine):
    practice = Practice.start("jones-deal", engine=engine)
    secrets = [fact.text for fact in practice.scenario.facts]

    said = [practice.hint() for _ in range(NUDGES_AT_ONCE)]

    assert len(set(said)) == NUDGES_AT_ONCE
    assert not any(secret in text for secret in secrets for text in said)
    assert practice.hint() == practice.hint() == NO_MORE
    practice.say("What worries you?")
    "".join(practice.reply())
    assert practice.hint() not in (*said, NO_MORE)


def test_a_saved_practice_knows_its_nudges_and_does_not_save_that_there_is_no_more(engine: Engine, tmp_path: Path):
    with Store.open(f"sqlite:///{tmp_path / 'askwell.db'}") as store:
        first = saved_practice(engine, store)
        said = [first.hint() for _ in range(NUDGES_AT_ONCE + 1)]

        assert [nudge.text for nudge in store.load("s1").nudges] == said[:-1]
        assert Practice.resume("s1", store, engine=engine).hint() == NO_MORE


def test_an_unknown_scenario_or_variant_names_the_choices(engine: Engine):
    with pytest.raises(ScenarioError, match=r"choose one of .*jones-deal, "):
        Practice.start("smith-deal", engine=engine)
    with pytest.raises(ScenarioError, match="base, budget-freeze, new-boss, random"):
        Practice.start("jones-deal", variant="other", engine=engine)


def clock() -> datetime:
    return datetime(2026, 1, 5, 16, 5, tzinfo=UTC)


def saved_practice(engine: Engine, store: Store, name: str = "s1") -> Practice:
    return Practice.start("jones-deal", engine=engine, store=store, clock=clock, new_id=lambda: name)


def test_a_saved_rehearsal_goes_on_where_it_stopped(engine: Engine, tmp_path: Path):
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    practice = saved_practice(engine, store)
    practice.say("What, if anything, worries you about this one?", "t1")
    reply = "".join(practice.reply())

    again = Practice.resume("s1", store, engine=engine, clock=clock)

    assert again.transcript == practice.transcript
    assert again.state == practice.state
    assert again.transcript.turns[-1].text == reply


def test_a_reply_that_was_cut_off_is_completed_on_the_next_call(engine: Engine, tmp_path: Path):
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    saved_practice(engine, store).say("What worries you about the contract?", "t1")

    again = Practice.resume("s1", store, engine=engine, clock=clock)

    assert again.waiting
    assert "".join(again.reply())
    assert not again.waiting


def test_a_resend_is_harmless(engine: Engine, tmp_path: Path):
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    practice = saved_practice(engine, store)
    first = practice.say("What worries you?", "t1")
    list(practice.reply())

    assert practice.say("What worries you?", "t1").text == first.text
    assert len(practice.transcript) == 2


def test_a_finished_rehearsal_keeps_its_scorecard_and_opens_again(engine: Engine, tmp_path: Path):
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    practice = saved_practice(engine, store)
    for words in ("What worries you?", "What do you make of that?", "What could you do?"):
        practice.say(words)
        list(practice.reply())
    debrief = practice.finish()

    again = Practice.resume("s1", store, engine=engine, clock=clock)

    assert store.load("s1").scorecard == debrief.scorecard.as_json()
    assert again.finish().scorecard == debrief.scorecard
    with pytest.raises(StoreError):
        Practice.resume("nobody", store, engine=engine)


@pytest.mark.parametrize("script", ["coaching", "telling"])
def test_a_scenario_edited_since_still_fits_a_whole_conversation(engine: Engine, tmp_path: Path, script: str):
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    practice = saved_practice(engine, store)
    for line in (SCRIPTS / f"{script}.txt").read_text(encoding="utf-8").splitlines():
        practice.say(line)
        list(practice.reply())
    practice.finish()
    store.create(replace(store.load("s1"), id="s2", scenario_digest="of before the edit"))
    last = practice.transcript.manager_turns[-1].index

    again = Practice.retry("s2", last, store, engine=engine, clock=clock, new_id=lambda: "s3")

    assert again.transcript.turns == practice.transcript.turns[:last]
    assert again.state == Practice.retry("s1", last, store, engine=engine, clock=clock).state
