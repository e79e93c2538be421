"""What a debrief begins with: its sentence, its reasons, the moment that worked and the one to do differently."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.director import State, fold, start, trace
from bot.director.state import StepState, normalise
from bot.engine import Engine
from bot.practice import Debrief, Practice
from bot.scenario import Scenario
from bot.scenario.library import Library
from bot.scoring.asked import facts_asked_about, was_put
from bot.scoring.moments import EVERYTHING, Highlights, Moment, highlights
from bot.scoring.score import Practised, judged
from bot.talk.codebook import Code, Flag, Focus, Group
from bot.talk.direction import Direction, Intent, ReplyPart, Source, TopicMatch
from bot.talk.transcript import Speaker, Transcript, Turn
from bot.testing import Label, manager_turn, small_scenario
from evals.simulate import persons, simulate

SMALL = small_scenario()
TALKS = Path(__file__).parents[1] / "evals" / "data" / "talks.jsonl"
OPEN: Label = Code.OPEN_QUESTION
STATUS: Label = (Code.CLOSED_QUESTION, Focus.STATUS)
BUDGET, RIVAL, TIRED = (SMALL.fact(name) for name in ("budget", "rival", "tired"))


# Hand-made conversations: what is said, by its codes, and what the rep did


@dataclass(frozen=True)
class Said:
    """A manager's turn in a script: its units, each with its code and what it is about."""

    units: tuple[tuple[str, Label], ...]
    about: tuple[TopicMatch, ...] = ()


def said(*units: tuple[str, Label], fact: str | None = None, step: str | None = None) -> Said:
    about = TopicMatch(0, Intent.ABOUT, fact=fact, score=0.9, sure=True, names_topic=fact is not None, step=step)
    return Said(units, (about,) if fact or step else ())


def did(act: str, **more: object) -> Direction:
    return replace(Direction(act, (ReplyPart(f"reply/{act}"),), "guarded"), **more)  # type: ignore[arg-type]  # by name


def told(fact: str, how: Source = Source.ELICITED) -> Direction:
    return did("release", topic=fact, releases=((fact, how),))


def talk(*turns: tuple[Said, str, Direction], scenario: Scenario = SMALL) -> tuple[Transcript, list[State], State]:
    found: list[Turn] = []
    for manager, reply, direction in turns:
        turn = manager_turn(len(found), *manager.units)
        found.append(replace(turn, touches=manager.about, reader="fake"))
        found.append(Turn(len(found), Speaker.REP, reply, direction=direction))
    states = trace(scenario, found)
    return Transcript(tuple(found), manager="Nora", rep="Ada"), states, fold(scenario, found)


def shown(engine: Engine, *turns: tuple[Said, str, Direction], scenario: Scenario = SMALL) -> Highlights:
    transcript, states, state = talk(*turns, scenario=scenario)
    card = judged(transcript.turns, Practised(scenario, state))
    return highlights(scenario, transcript, states, state, card, engine.knowledge)


ASKED = (said(("What do you know about the money?", OPEN), fact="budget"), BUDGET.lines[0].text, told("budget"))
PERSONAL = (
    said(("It sounds like a lot.", Code.REFLECTION), ("What is it like for you?", OPEN), fact="tired"),
    TIRED.lines[0].text,
    did("release", topic="tired", releases=(("tired", Source.ELICITED),), deep=True),
)
HINT = (
    said(("Who else is quoting?", STATUS), fact="rival"),
    RIVAL.hints[0].text,
    did("hint", topic="rival", hint="rival"),
)
ORDER = (said(("Call the plant manager today.", Code.DIRECTIVE)), "Will do. Anything else?", did("comply"))
TAKEN = (said(("I'll call him myself.", Code.TAKEOVER)), "Fine. Then it is yours.", did("hand_over"))
BLAME = (said(("You never asked.", Code.CONFRONT)), "I had my reasons.", did("defend"))
OWN_STEP = (
    said(("What could you do?", (Code.OPEN_QUESTION, Focus.ACTION))),
    "I could ask him. On Monday.",
    did("step", step="ask-the-plant", commits="ask-the-plant"),
)
CHAT = (said(("Hello, Ada.", Code.OTHER)), "Hello.", did("greet"))


# What worked


def test_a_question_that_brought_a_fact_out_worked(engine: Engine):
    worked = shown(engine, CHAT, ASKED).worked

    assert worked == Moment(
        2, "What do you know about the money?", 3, "It was cut in half in March, the pump budget.",
        "She told you about where the money is to come from, after you asked.",
    )  # fmt: skip


def test_what_is_personal_counts_for_more_than_a_step_and_a_step_for_more_than_a_fact(engine: Engine):
    assert "a step of her own, and said when" in str(shown(engine, ASKED, OWN_STEP).worked)
    assert "something personal" in str(shown(engine, ASKED, OWN_STEP, PERSONAL).worked)


def test_what_she_had_only_hinted_at_is_said_to_be_so(engine: Engine):
    later = (said(("What makes you say that?", OPEN), fact="rival"), RIVAL.lines[0].text, told("rival"))
    worked = shown(engine, HINT, ASKED, later).worked

    assert worked is not None
    assert worked.effect == f"She told you about {RIVAL.topic}. Until then she had only hinted at it."


def test_a_reflection_that_opened_her_works_where_nothing_came_out(engine: Engine):
    worked = shown(
        engine, (said(("So it has been quiet for weeks.", Code.REFLECTION)), "It has.", did("reflected"))
    ).worked

    assert worked is not None
    assert (worked.quote, worked.effect) == ("So it has been quiet for weeks.", "It made her readier to talk.")


def test_nothing_is_made_of_what_was_told_or_what_pushed(engine: Engine):
    unasked = (
        said(("You should ask about the money.", Code.ADVICE), fact="budget"),
        "Half.",
        told("budget", Source.DONATED),
    )
    pushed = (
        said(("Tell me, and fast.", Code.DIRECTIVE), ("What is it?", OPEN), fact="budget"),
        "Half.",
        told("budget"),
    )

    assert shown(engine, unasked).worked is None
    assert shown(engine, pushed).worked is None
    assert shown(engine, CHAT).worked is None


def test_a_reply_in_other_words_is_quoted_where_it_holds_the_fact(engine: Engine):
    reply = "Fair question. Their pump budget was cut in half in March. I heard it on the stairs. Not nice."
    worked = shown(engine, (ASKED[0], reply, told("budget"))).worked

    assert worked is not None
    assert worked.reply_quote == "Their pump budget was cut in half in March."


# What to do differently


def test_taking_over_is_worse_than_blame_and_blame_than_an_order(engine: Engine):
    assert "She left it to you." in str(shown(engine, ORDER, BLAME, TAKEN).turning)
    assert "She defended herself and told you nothing new." in str(shown(engine, ORDER, BLAME).turning)
    assert "She said yes and told you nothing new." in str(shown(engine, ORDER).turning)


def test_a_push_after_which_she_goes_on_telling_is_no_turning_point(engine: Engine):
    anyway = (said(("Call the plant manager today.", Code.DIRECTIVE)), RIVAL.lines[0].text, told("rival"))

    assert shown(engine, anyway).turning is None


def test_a_step_taken_from_her_is_said_to_be_yours_now(engine: Engine):
    mine = (said(("I'll ask him.", Code.TAKEOVER), step="ask-the-plant"), "Fine.", did("hand_over"))
    turning = shown(engine, OWN_STEP, mine).turning

    assert turning is not None
    assert turning.effect.startswith("What she had meant to do herself became yours.")


def test_a_push_at_a_hint_is_answered_with_the_hints_own_question(engine: Engine):
    hinted = (said(("How are things?", OPEN)), RIVAL.hints[0].text, did("hint", hint="rival", generic=True))
    turning = shown(engine, hinted, ORDER).turning

    assert turning is not None
    assert f"What she had just touched on, {RIVAL.topic}, never came out." in turning.effect
    assert turning.instead == RIVAL.question


def test_a_hint_that_was_left_is_the_moment_if_nothing_pushed(engine: Engine):
    hinted = (said(("How are things?", OPEN)), RIVAL.hints[0].text, did("hint", hint="rival", generic=True))
    went_on = (said(("The car park is full again.", Code.INFORMATION)), "It is.", did("nod"))
    stayed = (said(("What's behind that?", OPEN)), "Nothing.", did("the_lot"))
    turning = shown(engine, hinted, went_on).turning

    assert turning is not None
    assert turning.effect == f"She had just touched on {RIVAL.topic}. You went on, and it never came out."
    assert turning.instead == RIVAL.question
    followed = (Said(stayed[0].units, (TopicMatch(0, Intent.SAY_MORE),)), *stayed[1:])
    assert shown(engine, hinted, followed).turning is None


def test_a_question_that_is_about_nothing_else_may_stay_with_the_hint(engine: Engine):
    hinted = (said(("How are things?", OPEN)), RIVAL.hints[0].text, did("hint", hint="rival", generic=True))
    stays = Said((("Is it me, or them?", Code.CLOSED_QUESTION),), (TopicMatch(0, Intent.CHECK_UNDERSTANDING),))
    turns_away = Said((("Who holds the money?", OPEN),), (TopicMatch(0, Intent.ABOUT, fact="budget", score=0.9),))

    assert shown(engine, hinted, (stays, "I couldn't say.", did("unclear"))).turning is None
    assert shown(engine, hinted, (turns_away, "I couldn't say.", did("unclear"))).turning is not None


def test_no_question_that_was_put_is_advised(engine: Engine):
    hinted = (said((RIVAL.question, OPEN), fact="rival"), RIVAL.hints[0].text, did("hint", hint="rival"))
    more = (said(("What's behind that?", OPEN)), "Nothing.", did("the_lot"))
    turning = shown(engine, more, hinted, ORDER).turning

    assert turning is not None
    assert turning.instead not in ("", RIVAL.question, "What's behind that?")


def test_a_stack_of_questions_and_a_check_at_an_open_door_come_last(engine: Engine):
    stacked = (Code.OPEN_QUESTION, Flag.STACKED)
    three = said(("What is it?", OPEN), ("Who knows?", stacked), ("And what then?", stacked))
    check = (said(("When does it close?", STATUS)), "In May.", did("entry"))

    turning = shown(engine, ASKED, check).turning
    assert turning is not None
    assert turning.effect.startswith(f"She had just told you about {BUDGET.topic}. You asked where things stand.")
    turning = shown(engine, ASKED, check, (three, "Nobody.", did("unknown"))).turning
    assert turning is not None
    assert turning.quote == "What is it? Who knows? And what then?"
    assert turning.effect.startswith("You asked three things at once, so she could choose which one to answer.")
    assert turning.instead == ""
    assert shown(engine, ASKED).turning is None


def test_nothing_is_to_be_asked_in_the_place_of_an_order_that_only_forbids(engine: Engine):
    left = (said(("Don't ring the plant manager.", Code.DIRECTIVE)), "I won't.", did("leave_it"))
    turning = shown(engine, left).turning

    assert turning is not None
    assert turning.instead == ""
    assert "She agreed to leave it" in turning.effect


def test_what_only_sounds_like_a_takeover_is_no_turning_point(engine: Engine):
    transcript, states, state = talk(ASKED, TAKEN, OWN_STEP)
    doubted = replace(transcript.turns[2], units=(replace(transcript.turns[2].units[0], confidence=0.69),))
    turns = (*transcript.turns[:2], doubted, *transcript.turns[3:])
    card = judged(turns, Practised(SMALL, state))
    found = highlights(SMALL, replace(transcript, turns=turns), states, state, card, engine.knowledge)

    assert card.measures.takeovers == 0
    assert found.turning is None
    assert "took over" not in told_by(found)


def test_where_direction_is_right_no_order_is_the_turning_point(engine: Engine):
    right = SMALL.model_copy(update={"directive_ok": True})

    assert shown(engine, ORDER, scenario=right).turning is None
    assert shown(engine, ORDER, TAKEN, scenario=right).turning is not None


# The sentence and its reasons


@pytest.mark.parametrize(
    ("turns", "headline"),
    [
        ((CHAT,), "You stopped after one turn: too soon to tell you much."),
        ((ORDER, ORDER, TAKEN), "You told Ada what to do and took the plan over."),
        ((ASKED, ASKED, OWN_STEP), "Ada opened up and left with a step of her own."),
        ((CHAT, CHAT, CHAT, OWN_STEP), "Ada left with a step of her own, but kept the story to herself."),
        ((ASKED, ASKED, ASKED, TAKEN), "Ada opened up, but you took the plan over."),
        ((ASKED, ASKED, ASKED, ASKED), "Ada opened up, but left without a plan of her own."),
    ],
)
def test_the_headline_says_what_came_of_it(engine: Engine, turns: Sequence[tuple[Said, str, Direction]], headline: str):
    assert shown(engine, *turns).headline == headline


def test_before_anything_was_said_there_is_nothing_to_tell(engine: Engine):
    found = shown(engine)

    assert found == Highlights("You and Ada hadn't begun to talk yet.", (), None, None, 1)


def test_the_reasons_count_what_she_told_what_she_will_do_and_how_it_went(engine: Engine):
    donated = (said(("It is quiet.", Code.INFORMATION)), RIVAL.lines[0].text, told("rival", Source.DONATED))

    assert shown(engine, ASKED, donated, PERSONAL, OWN_STEP).reasons == (
        (
            "Ada told you both things worth knowing: one after you asked, one without being asked, "
            "and let you in on something personal."
        ),
        "She left with a step of her own, and said when.",
        "Most of what we counted was asking and listening.",
    )
    assert shown(engine, ORDER, BLAME, TAKEN).reasons == (
        "Ada told you none of the two things worth knowing.",
        "She left with nothing of her own to do: the next steps were your idea.",
        "You took over once, and that took the plan out of her hands.",
    )


def test_who_begins_is_shown_one_thing_and_who_coaches_well_everything(engine: Engine):
    transcript, states, state = talk(ASKED, OWN_STEP, PERSONAL)
    card = judged(transcript.turns, Practised(SMALL, state))
    amounts = {
        level: highlights(SMALL, transcript, states, state, replace(card, level=level), engine.knowledge).amount
        for level in ("not_scored", "telling", "mixed", "coaching", "coaching_well")
    }

    assert amounts == {"not_scored": 1, "telling": 1, "mixed": 1, "coaching": 3, "coaching_well": EVERYTHING}


def test_a_rep_of_no_gender_is_spoken_of_as_they(engine: Engine):
    they = SMALL.model_copy(update={"rep": SMALL.rep.model_copy(update={"pronoun": "they"})})
    found = shown(engine, ASKED, ORDER, ASKED, OWN_STEP, scenario=they)

    text = told_by(found)
    assert not re.search(r"\b(?:he|she|his|her|him|himself|herself|hers)\b", text, re.IGNORECASE)
    assert "a step of their own" in text


# What was asked


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        ("What do you make of that?", True),
        ("so what do you make of that", True),
        ("And what do you make of that, Mike?", True),
        ("What do you make of the price?", False),
        ("Who signs?", False),
    ],
)
def test_a_question_is_known_again_in_nearly_the_same_words(asked: str, again: bool):
    assert was_put("What do you make of that?", [manager_turn(0, (asked, OPEN))]) is again
    assert not was_put("What do you make of that?", [Turn(0, Speaker.REP, asked)])


def test_a_fact_was_asked_about_by_topic_by_detail_and_by_going_on():
    def asked(touch: TopicMatch, text: str = "What about it?", code: Label = OPEN) -> frozenset[str]:
        hinted = Turn(0, Speaker.REP, "Hm.", direction=did("hint", topic="rival", hint="rival"))
        return facts_asked_about(SMALL, [hinted, replace(manager_turn(1, (text, code)), touches=(touch,))])

    assert asked(TopicMatch(0, Intent.ABOUT, fact="budget")) == {"budget"}
    assert asked(TopicMatch(0, Intent.ABOUT, others=(("fact:budget", 0.3), ("fact:rival", 0.1)))) == {"budget"}
    assert asked(TopicMatch(0, Intent.SAY_MORE)) == {"rival"}
    assert asked(TopicMatch(0, Intent.FEELINGS)) == {"tired"}
    assert asked(TopicMatch(0, Intent.OFF_TOPIC), BUDGET.question) == {"budget"}
    assert asked(TopicMatch(0, Intent.ABOUT, fact="budget"), "You know about it.", Code.INFORMATION) == frozenset()


# Every claim, over whole conversations


def told_by(found: Highlights) -> str:
    """Everything that the highlights say in words of ours."""
    moments = [moment for moment in (found.worked, found.turning) if moment]
    parts = [part for one in moments for part in (one.effect, one.instead, one.why) if part]
    return " ".join((found.headline, *found.reasons, *parts))


def check_claims(debrief: Debrief, found: Highlights) -> None:
    """Whatever the highlights claim, held against the turns, the states and what stayed hidden."""
    turns, states, scenario = debrief.transcript.turns, debrief.states, debrief.scenario
    for moment in filter(None, (found.worked, found.turning)):
        assert turns[moment.turn].is_manager
        assert moment.quote in turns[moment.turn].text
        assert moment.reply_turn == moment.turn + 1
        assert moment.reply_quote in turns[moment.turn + 1].text
        assert moment.quote.strip()
        assert moment.reply_quote.strip()
        assert moment.effect.endswith(".")
        check_effect(moment, debrief)
    if found.worked:
        assert not [unit for unit in turns[found.worked.turn].claimed if unit.pushing]
        assert any(
            unit.text == found.worked.quote and unit.group in (Group.ASKS, Group.LISTENS)
            for unit in turns[found.worked.turn].claimed
        )
    if found.turning and found.turning.instead:
        put = [normalise(unit.text) for turn in turns for unit in turn.units]
        assert normalise(found.turning.instead) not in put
        asked = debrief.asked_about
        assert found.turning.instead not in {scenario.fact(name).question for name in asked}
    ours = told_by(found)
    hidden = [scenario.fact(name) for name in debrief.missed]
    secrets = [fact.text for fact in hidden] + [line.text for fact in hidden for line in fact.lines]
    assert not [secret for secret in secrets if secret in ours]
    reasons = " ".join((found.headline, *found.reasons))
    assert not [fact.topic for fact in hidden if fact.topic in reasons]
    check_people(ours, scenario)
    assert not re.search(r"%|\d\.\d|\bNone\b|[{}]|  |\.\.", ours)
    assert len(found.reasons) <= 3
    assert len(states) == len(turns)


def check_people(ours: str, scenario: Scenario) -> None:
    """No pronoun but the rep's own. Topics are the author's words and may speak of others."""
    for fact in scenario.facts:
        ours = ours.replace(fact.topic, "").replace(fact.question, "")
    for insight in scenario.insights:
        ours = ours.replace(insight.topic, "")
    others = {"he": r"\b(?:she|her|hers|herself)\b", "she": r"\b(?:he|him|his|himself)\b"}[str(scenario.rep.pronoun)]
    assert not re.search(others, ours, re.IGNORECASE), ours


def check_effect(moment: Moment, debrief: Debrief) -> None:
    """Each sentence of an effect by what it claims."""
    place, states, scenario = moment.turn, debrief.states, debrief.scenario
    before = states[place - 1] if place else start(scenario)
    heard, after = states[place], states[place + 1]
    done = debrief.transcript.turns[place + 1].direction
    assert done is not None
    fresh = {name for name, how in after.facts.items() if how is Source.ELICITED} - set(before.facts)
    spoken = after.spoken[len(before.spoken) :]
    last = debrief.transcript.turns[place - 1].direction if place else None
    claims = {
        r"told you about .+, after you asked|told you something": bool(fresh),
        r"Until then \w+ had only hinted at it": bool(fresh.intersection(before.hinted)),
        r"let you in on something personal": done.deep or any(scenario.fact(name).feeling for name in fresh),
        r"worked it out for": done.insight is not None,
        r"came up with a step": bool(spoken)
        or (done.step is not None and done.step not in before.steps and after.steps[done.step].author == "rep"),
        r"said when": any(one.day for one in spoken)
        or (done.commits is not None and after.steps[done.commits].committed),
        r"readier to talk": heard.openness > before.openness,
        r"grew more guarded": heard.openness < before.openness,
        r"a little less (?:his|hers)": heard.ownership < before.ownership,
        r"made the plan yours": heard.ownership == 0 and heard.takeovers > 0,
        r"left it to you": done.act == "hand_over",
        r"became yours": bool(heard.taken),
        r"told you nothing new": not done.releases,
        r"never came out": last is not None and last.hint is not None and last.hint not in debrief.state.facts,
        r"defended": done.act == "defend",
        r"said yes": done.act == "comply",
        r"agreed to something that was your idea": bool(done.told_steps),
        r"had already come up with that": done.act == "on_my_list",
        r"had just told you": last is not None and bool(last.releases),
        r"things at once": sum(unit.genuine for unit in debrief.transcript.turns[place].claimed) >= 2,
    }
    made = {claim: true for claim, true in claims.items() if re.search(claim, moment.effect)}
    assert made or re.search(r"\bagreed\b", moment.effect), moment.effect
    assert all(made.values()), (moment, made)


def conversations(engine: Engine, seeds: int, variants: bool) -> Iterator[Debrief]:
    """Every simulated manager in every scenario."""
    for scenario in engine.library.scenarios():
        for variant in scenario.variant_ids if variants else ("base",):
            for person in persons():
                for seed in range(seeds):
                    yield simulate(person, Practice.start(scenario.id, variant=variant, seed=seed, engine=engine))


def replayed(engine: Engine, every: int = 1) -> Iterator[Debrief]:
    """What people said in free conversations, to the reps of today."""
    for line in TALKS.read_text(encoding="utf-8").splitlines()[::every]:
        row = json.loads(line)
        practice = Practice.start(row["scenario"], engine=engine)
        for turn in row["turns"]:
            if turn["who"] == "manager":
                practice.say(turn["text"])
                "".join(practice.reply())
        yield practice.finish()


def of(debrief: Debrief, engine: Engine) -> Highlights:
    return highlights(
        debrief.scenario, debrief.transcript, debrief.states, debrief.state, debrief.scorecard, engine.knowledge
    )


@pytest.mark.slow
def test_what_is_claimed_of_free_conversations_is_so(engine: Engine):
    debriefs = list(replayed(engine, every=48))

    for debrief in debriefs:
        check_claims(debrief, of(debrief, engine))
    assert len({debrief.scenario.id for debrief in debriefs}) > 2


@pytest.mark.nightly
def test_what_is_claimed_of_hundreds_of_conversations_is_so(engine: Engine):
    number = worked = turned = 0
    for debrief in (*replayed(engine), *conversations(engine, seeds=1, variants=True)):
        found = of(debrief, engine)
        check_claims(debrief, found)
        number, worked, turned = number + 1, worked + bool(found.worked), turned + bool(found.turning)

    assert number >= 300
    assert worked > number / 2
    assert turned > number * 2 / 5


def test_every_scenario_has_topics_that_can_be_told():
    from bot.scoring.exchange import topic_said

    for scenario in Library().scenarios():
        said_so = [topic_said(fact.topic, scenario) for fact in scenario.facts]
        assert all("you" not in words.split() and scenario.rep.name not in words for words in said_so)
        assert sum(map(bool, said_so)) > len(said_so) / 2


def test_a_step_is_the_managers_only_where_words_surely_gave_it(engine: Engine):
    unsure = replace(
        manager_turn(0, ("Ring them.", Code.DIRECTIVE)), touches=(TopicMatch(0, Intent.ABOUT, step="smaller-quote"),)
    )
    unsure = replace(unsure, units=tuple(replace(unit, confidence=0.3) for unit in unsure.units), reader="fake")
    state = replace(State(0.4, 0.5), steps={"smaller-quote": StepState("manager")})
    turns = tuple(replace(unsure, index=place) for place in range(3))
    card = judged(turns, Practised(SMALL, state))
    found = highlights(SMALL, Transcript(turns), [state] * 3, state, card, engine.knowledge)

    assert found.reasons[1] == "She left without a plan of her own."
