"""The director: one table of rules, tried row by row on the Jones deal with hand-coded turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.director import EFFECTS, State, StepState, direct, fold, hear, record, start, trace
from bot.engine import Engine
from bot.scenario import Form, Scenario
from bot.scenario.library import Library
from bot.talk.codebook import Code, Flag, Focus, Unit
from bot.talk.direction import Direction, Intent, ReplyPart, Said, Source, TopicMatch
from bot.talk.transcript import Speaker, Turn
from bot.testing import small_scenario
from bot.voice import Cue, LineVoice

JONES = Library().scenario("jones-deal")


def unit(code: Code, text: str = "words here now", focus: Focus | None = None, *flags: Flag) -> Unit:
    if code in (Code.OPEN_QUESTION, Code.CLOSED_QUESTION, Code.LEADING_QUESTION):
        focus = focus or Focus.EXPLORE
    return Unit(text, 0, len(text), code, focus, flags)


def said(*pairs: tuple[Unit, TopicMatch], text: str | None = None) -> Turn:
    touches = tuple(replace(touch, unit=index) for index, (_, touch) in enumerate(pairs))
    words = text or " ".join(one.text for one, _ in pairs)
    return Turn(0, Speaker.MANAGER, words, tuple(one for one, _ in pairs), touches, "by hand")


def about(fact: str, sure: bool = True, intent: Intent = Intent.ABOUT, **more: object) -> TopicMatch:
    return TopicMatch(0, intent, fact, 0.7, sure, names_topic=True, **more)  # type: ignore[arg-type]


def generic(intent: Intent) -> TopicMatch:
    return TopicMatch(0, intent, None, 0.7)


def at(openness: float = 0.6, ownership: float = 0.6, **more: object) -> State:
    return replace(start(JONES), openness=openness, ownership=ownership, manager_turns=3, **more)  # type: ignore[arg-type]


def answer(state: State, *pairs: tuple[Unit, TopicMatch], scenario: Scenario = JONES) -> Direction:
    return direct(scenario, state, said(*pairs))


OPEN, CLOSED = Code.OPEN_QUESTION, Code.CLOSED_QUESTION


def test_an_open_question_on_a_fact_whose_gate_is_met_releases_it():
    direction = answer(at(0.36), (unit(OPEN), about("contract-silence")))

    assert direction.act == "release"
    assert direction.releases == (("contract-silence", Source.ELICITED),)
    assert direction.parts[0].pool == "fact/contract-silence/lines"


def test_he_tells_what_was_asked_and_nothing_that_it_brings_to_mind():
    direction = answer(at(0.6), (unit(OPEN), about("who-else")))

    assert direction.releases == (("who-else", Source.ELICITED),)
    assert [part.pool for part in direction.parts] == ["fact/who-else/lines"]


def test_an_open_question_before_the_gate_is_met_gets_a_hint_and_opens_when_asked_again():
    first = answer(at(0.1), (unit(OPEN), about("final-three")))
    then = record(at(0.1), first)
    second = answer(then, (unit(OPEN), about("final-three", sure=False)))

    assert (first.act, first.hint, first.releases) == ("hint", "final-three", ())
    assert second.releases[0] == ("final-three", Source.ELICITED)


def test_a_weak_match_hints_and_never_reveals():
    assert answer(at(0.9), (unit(OPEN), about("final-three", sure=False))).act == "hint"


def test_a_status_check_gets_the_closed_answer_or_a_hint():
    status = unit(CLOSED, focus=Focus.STATUS)
    with_answer = answer(at(0.36), (status, about("contract-silence", closed=0)))
    without = answer(at(0.36), (status, about("contract-silence")))

    assert (with_answer.act, with_answer.parts[0].pool) == ("answer", "fact/contract-silence/closed0")
    assert (without.act, without.releases) == ("hint", ())


def test_well_open_he_answers_a_closed_question_that_explores_but_not_a_status_check():
    assert answer(at(0.6), (unit(CLOSED), about("pricing-untested"))).act == "release"
    assert answer(at(0.6), (unit(CLOSED, focus=Focus.STATUS), about("pricing-untested"))).act != "release"


def test_a_general_question_opens_two_facts_then_hints_then_that_is_the_lot():
    state = at(0.6)
    acts = []
    for number in range(6):
        turn = said((unit(OPEN), generic(Intent.WHAT_ELSE)), text=f"what else {number}")
        state = hear(state, turn)
        direction = direct(JONES, state, turn)
        state = record(state, direction)
        acts.append(direction.act)

    assert acts == ["release", "release", "hint", "hint", "the_lot", "the_lot"]
    assert len(state.facts) == 2


def test_say_more_after_a_general_hint_counts_as_a_general_question():
    state = replace(
        at(0.6), generic_releases=2, hinted=("floor-quiet",), generic_hinted=("floor-quiet",), topic="floor-quiet"
    )

    assert answer(state, (unit(OPEN, "say more"), generic(Intent.SAY_MORE))).act == "the_lot"


def test_what_do_you_make_of_it_leads_to_the_insight_once_its_facts_are_there():
    early = answer(at(0.6), (unit(OPEN), about("visitor-log", intent=Intent.MAKE_OF_IT)))
    known = at(0.6, facts={"visitor-log": Source.ELICITED, "final-three": Source.ELICITED}, topic="visitor-log")
    ready = answer(known, (unit(OPEN), generic(Intent.MAKE_OF_IT)))

    assert early.releases[0] == ("visitor-log", Source.ELICITED)
    assert (ready.act, ready.insight) == ("insight", "harmony-third")


def test_options_bring_one_step_a_reply_by_topic_then_rank_and_commitment_follows():
    state = at(0.6, facts={"contract-silence": Source.ELICITED, "engineer": Source.ELICITED})
    first = answer(state, (unit(OPEN, focus=Focus.ACTION), generic(Intent.OPTIONS)))
    on_topic = answer(state, (unit(OPEN, focus=Focus.ACTION), about("engineer", intent=Intent.OPTIONS)))
    state = record(state, first)
    commits = answer(state, (unit(OPEN, focus=Focus.ACTION), generic(Intent.WHICH_FIRST)))

    assert (first.step, on_topic.step) == ("call-buyer-legal", "ask-engineer")
    assert commits.commits == "call-buyer-legal"
    assert record(state, commits).steps == {"call-buyer-legal": StepState("rep", True)}


def test_a_directive_is_complied_with_and_echoes_its_verb():
    direction = answer(at(), (unit(Code.DIRECTIVE, "update the CRM tonight"), generic(Intent.OFF_TOPIC)))

    assert direction.parts == (ReplyPart("reply/comply", verbs=("update",)),)


def test_a_step_that_the_manager_hands_over_is_the_managers():
    state = at(0.3)
    direction = answer(state, (unit(Code.LEADING_QUESTION), TopicMatch(0, Intent.ABOUT, step="call-mary")))

    assert (direction.act, direction.told_steps) == ("told", ("call-mary",))
    assert record(state, direction).steps == {"call-mary": StepState("manager", accepted=True)}


def test_advice_on_a_step_that_is_already_his_is_on_his_list():
    state = at(steps={"call-mary": StepState("rep")})

    assert answer(state, (unit(Code.ADVICE), TopicMatch(0, Intent.ABOUT, step="call-mary"))).act == "on_my_list"


def test_a_detail_of_a_fact_that_opens_comes_with_it():
    touch = about("visitor-log", entry="harmony-day")
    direction = answer(at(0.7), (unit(OPEN, "Which day was Harmony in?"), touch))

    assert direction.releases == (("visitor-log", Source.ELICITED),)
    assert [part.pool for part in direction.parts] == ["fact/visitor-log/lines", "entry/harmony-day/says"]


def test_a_detail_of_a_fact_that_stays_shut_is_not_told():
    touch = about("visitor-log", entry="harmony-day")

    assert answer(at(0.1), (unit(OPEN, "Which day was Harmony in?"), touch)).act == "hint"


@pytest.mark.parametrize("words", ["Don't ring Mary.", "Please leave Mary out of it."])
def test_what_he_is_told_not_to_do_is_no_step_of_anybodys(words: str):
    turn = said((unit(Code.DIRECTIVE, words), TopicMatch(0, Intent.OFF_TOPIC, step="call-mary", proposes=True)))
    state = hear(at(steps={"call-mary": StepState("rep")}), turn)
    direction = direct(JONES, state, turn)

    assert state.steps == {}
    assert (direction.act, direction.told_steps) == ("leave_it", ())


def spoken(entry: str, form: Form, state: State, engine: Engine, *nameable: str) -> Said:
    """What the lines' voice says from an entry, where these steps may be named."""
    direction = Direction("entry", (ReplyPart(f"entry/{entry}/says", form),), "open", entry=entry)
    cue = Cue(JONES, direction, frozenset(), "When?", (), 0, spoken=state.spoken, steps=nameable)
    return LineVoice(engine.knowledge).speak(cue).said


def test_a_plan_in_his_own_words_is_his_step_once_and_gets_its_day(engine: Engine):
    entry = Direction("entry", (), "open")
    state = at()
    state = record(state, entry, spoken("more-last-page-find", Form.YES_NO, state, engine))
    assert [step.day for step in state.spoken] == [False]

    state = record(state, entry, spoken("more-last-page-find", Form.WHEN, state, engine))
    assert [step.day for step in state.spoken] == [True]


def test_a_plan_in_his_own_words_may_be_a_step_of_the_scenario(engine: Engine):
    entry = Direction("entry", (), "open")
    told = spoken("state-call-warren", Form.WHEN, at(), engine, "call-buyer-legal")
    assert record(at(), entry, told).steps == {"call-buyer-legal": StepState("rep", True)}

    early = record(at(), entry, spoken("state-call-warren", Form.WHEN, at(), engine))
    assert (early.steps, len(early.spoken)) == ({}, 1), "before what leads to it is out it is only his own words"


def test_who_he_calls_tomorrow_asks_for_no_day():
    planned = at(steps={"call-mary": StepState("rep", committed=True)})
    touch = TopicMatch(0, Intent.WHICH_FIRST, score=0.5, others=(("entry:who-mary", 0.3),))

    assert answer(planned, (unit(CLOSED, "Who do you call tomorrow, Warren or Mary?"), touch)).entry == "who-mary"
    assert answer(planned, (unit(CLOSED, "When do you call tomorrow?"), touch)).act == "committed"


def test_a_plan_that_answers_a_push_is_not_his(engine: Engine):
    told = spoken("state-call-warren", Form.WHEN, at(), engine, "call-buyer-legal")

    assert record(at(pushed=True), Direction("entry", (), "open"), told).steps == {}


def test_after_a_takeover_he_hands_over_and_has_no_plan_of_his_own():
    turn = said((unit(Code.TAKEOVER, "I will fly in"), generic(Intent.OFF_TOPIC)))
    state = hear(at(), turn)
    then = record(state, direct(JONES, state, turn))

    assert direct(JONES, state, turn).act == "hand_over"
    assert then.ownership == 0
    assert answer(then, (unit(OPEN, focus=Focus.ACTION), generic(Intent.OPTIONS))).act == "yours_now"


@pytest.mark.parametrize(
    ("code", "act"),
    [
        (Code.CONFRONT, "defend"),
        (Code.ADVICE, "agree"),
        (Code.LEADING_QUESTION, "agree"),
        (Code.INFORMATION, "nod"),
        (Code.AFFIRMATION, "affirmed"),
        (Code.REFLECTION, "reflected"),
    ],
)
def test_what_he_does_when_nothing_was_asked(code: Code, act: str):
    assert answer(at(0.36), (unit(code), generic(Intent.OFF_TOPIC))).act == act


def test_asked_for_advice_is_taken():
    advice = unit(Code.ADVICE, "I would start with the champion", None, Flag.WITH_PERMISSION)

    assert answer(at(), (advice, generic(Intent.OFF_TOPIC))).act == "advice_taken"


def test_a_fact_that_the_manager_states_is_told_and_one_that_he_hands_back_is_not():
    stated = answer(at(0.3), (unit(Code.INFORMATION), TopicMatch(0, Intent.ABOUT, states="final-three")))
    reflected = answer(at(0.3), (unit(Code.REFLECTION), TopicMatch(0, Intent.ABOUT, states="final-three")))

    assert stated.releases == (("final-three", Source.TOLD),)
    assert reflected.releases == ()


def test_news_is_acknowledged_once_and_may_amount_to_telling():
    news = (unit(Code.INFORMATION), TopicMatch(0, Intent.ABOUT, news="sourcing-hours"))
    first = answer(at(), news)

    assert first.parts[0].pool == "news/sourcing-hours/acknowledge"
    assert first.releases == (("floor-quiet", Source.TOLD),)
    assert answer(record(at(), first), news).act == "nod"


def test_feelings_wait_for_a_reflection():
    asked = (unit(OPEN), about("late-losses", intent=Intent.FEELINGS))
    cold = answer(at(0.55), asked)
    warm = answer(replace(at(0.55), feelings_until=4), asked)

    assert cold.releases == ()
    assert warm.releases == (("late-losses", Source.ELICITED),)


def test_a_teller_who_has_built_trust_is_offered_a_fact_unasked():
    told = (unit(Code.ADVICE), about("who-else"))

    assert answer(at(0.8), told).releases == (("who-else", Source.DONATED),)
    assert answer(at(0.36), told).releases == ()


def test_all_questions_of_a_turn_are_tried_and_tells_beside_them_still_cost():
    turn = said(
        (unit(Code.DIRECTIVE, "send me the deck"), generic(Intent.OFF_TOPIC)),
        (unit(CLOSED, focus=Focus.STATUS), generic(Intent.OVERALL_STATUS)),
        (unit(OPEN), about("contract-silence")),
    )
    state = hear(at(0.36), turn)
    direction = direct(JONES, state, turn)

    assert direction.releases == (("contract-silence", Source.ELICITED),)
    assert direction.parts[0].pool == "reply/ack_tell"
    assert state.ownership < 0.6


@pytest.mark.parametrize(("intent", "act"), [(Intent.BREAK_PLAY, "puzzled"), (Intent.RUDE, "rude")])
def test_an_attempt_to_break_the_play_releases_nothing(intent: Intent, act: str):
    turn = ((unit(OPEN), replace(generic(intent), sure=True)), (unit(OPEN), about("contract-silence")))

    assert (answer(at(0.9), *turn).act, answer(at(0.9), *turn).releases) == (act, ())


def test_a_repeat_and_a_blank_turn_are_met_in_kind():
    turn = said((unit(OPEN), about("contract-silence")), text="what about the contract")
    again = hear(hear(at(), turn), turn)

    assert direct(JONES, again, turn).act == "repeat"
    assert direct(JONES, at(), Turn(0, Speaker.MANAGER, "...")).act == "blank"


def test_openness_rises_towards_one_and_never_passes_it():
    state = start(JONES)
    for number in range(40):
        state = hear(state, said((unit(Code.REFLECTION, f"you are worried {number}"), generic(Intent.OFF_TOPIC))))

    assert 0.99 < state.openness <= 1
    assert hear(start(JONES), said((unit(Code.REFLECTION), generic(Intent.OFF_TOPIC)))).openness == pytest.approx(
        0.35 + EFFECTS["reflection"].gain * 0.65
    )


def test_the_same_general_question_raises_openness_once():
    once = hear(start(JONES), said((unit(OPEN), generic(Intent.WHAT_ELSE)), text="what else"))
    twice = hear(once, said((unit(OPEN), generic(Intent.WHAT_ELSE)), text="anything else at all"))

    assert once.openness > 0.35
    assert twice.openness == once.openness


def test_the_state_is_a_fold_and_the_trace_ends_in_it():
    turn = said((unit(OPEN), about("contract-silence")))
    reply = Turn(1, Speaker.REP, "…", direction=direct(JONES, hear(start(JONES), turn), turn))

    assert trace(JONES, [turn, reply])[-1] == fold(JONES, [turn, reply])
    assert fold(JONES, [turn, reply]).facts == {"contract-silence": Source.ELICITED}


def test_a_direction_survives_being_saved():
    direction = answer(at(0.6), (unit(OPEN), about("who-else")))

    assert Direction.from_json(direction.as_json()) == direction


def test_three_questions_at_once_are_a_grilling_that_gains_nothing():
    asked = replace(unit(OPEN), flags=(Flag.STACKED,))
    two = hear(at(0.5), said((unit(OPEN), about("who-else")), (asked, about("engineer"))))
    three = hear(
        at(0.5), said((unit(OPEN), about("who-else")), (asked, about("engineer")), (asked, about("next-meeting")))
    )

    assert two.openness > 0.5
    assert three.openness == 0.45


RIGHT = small_scenario().model_copy(
    update={
        "directive_ok": True,
        "steps": tuple(
            step.model_copy(update={"instructed": number == 0}) for number, step in enumerate(small_scenario().steps)
        ),
    }
)


def ordered(*more: tuple[Unit, TopicMatch]) -> Turn:
    order = replace(unit(Code.DIRECTIVE), flags=(Flag.INSTRUCTED,))
    return said((order, TopicMatch(0, Intent.ABOUT, step=RIGHT.steps[0].id)), *more)


def test_an_order_that_is_right_is_carried_out_and_costs_nothing_with_its_reason():
    reason = (unit(Code.INFORMATION), generic(Intent.OFF_TOPIC))
    before = replace(start(RIGHT), manager_turns=2)
    with_reason, bare = hear(before, ordered(reason)), hear(before, ordered())

    assert (with_reason.openness, with_reason.ownership) == (before.openness, before.ownership)
    assert (bare.openness, bare.ownership) == (round(before.openness - 0.05, 6), before.ownership)
    direction = direct(RIGHT, with_reason, ordered(reason))
    assert [part.pool for part in direction.parts] == [f"step/{RIGHT.steps[0].id}/told"]
    assert direction.told_steps == (RIGHT.steps[0].id,)


def test_a_question_beside_an_order_that_is_right_is_answered_as_well():
    state = replace(start(RIGHT), openness=0.9, manager_turns=2)
    fact = RIGHT.facts[0].id

    direction = direct(RIGHT, state, ordered((unit(OPEN), replace(about(fact), unit=1))))

    assert [part.pool for part in direction.parts][:2] == [f"step/{RIGHT.steps[0].id}/told", f"fact/{fact}/lines"]


# The next likely answer, what holds only before or after a step, and "when?"


def test_where_his_first_thought_says_nothing_he_says_the_next_likely_answer():
    known = at(0.1, facts={"contract-silence": Source.ELICITED}, more={"contract-silence": 1})
    asked = about("contract-silence")
    dodged = answer(known, (unit(CLOSED), asked))
    answered = answer(known, (unit(CLOSED), replace(asked, others=(("entry:world-priya-team", 0.3),))))

    assert dodged.act == "the_lot"
    assert (answered.act, answered.entry) == ("entry", "world-priya-team")


def test_an_unlikely_answer_takes_no_hints_place():
    hint = replace(about("final-three"), others=(("entry:world-priya-team", 0.2),))
    assert answer(at(0.1), (unit(OPEN), hint)).act == "hint"


def test_what_a_guarded_entry_holds_is_not_told_as_the_next_likely_answer():
    asked = replace(about("contract-silence", sure=False), others=(("fact:who-else", 0.69),))
    assert answer(at(0.6), (unit(OPEN), asked)).releases == ()


def test_when_with_nothing_planned_gets_a_day_all_the_same():
    direction = answer(at(0.6), (unit(CLOSED, "When?", Focus.ACTION), replace(about("who-else"), score=0.3)))
    assert (direction.act, direction.commits) == ("soon", None)


def test_what_will_you_do_and_when_gets_both():
    known = at(0.6, facts={"visitor-log": Source.ELICITED}, topic="visitor-log")
    both = unit(OPEN, "What will you do about it, and when?", Focus.ACTION)
    direction = answer(known, (both, generic(Intent.OPTIONS)))

    assert [part.pool for part in direction.parts] == ["step/call-mary/lines", "step/call-mary/commit"]
    assert (direction.step, direction.commits) == ("call-mary", "call-mary")
    assert record(known, direction).steps["call-mary"].committed


def test_who_asks_what_and_when_of_a_rep_without_a_plan_gets_no_bare_day():
    both = unit(OPEN, "What would you like to do about it, and by when?", Focus.ACTION)

    assert answer(at(0.3), (both, generic(Intent.WHICH_FIRST))).act == "no_step_yet"


def test_with_what_words_and_when_makes_a_step_his_own_though_nobody_asked_for_a_plan():
    needs = dict.fromkeys(JONES.step("call-buyer-legal").needs, Source.ELICITED)
    known = at(0.6, facts=needs)
    how = unit(OPEN, "What would you say to Warren?", Focus.ACTION)
    touch = TopicMatch(0, Intent.ABOUT, None, 0.7, entry="step-call-buyer-legal-words")

    named = answer(known, (how, touch))
    assert (named.act, named.step, named.commits) == ("entry", "call-buyer-legal", None)
    assert record(known, named).steps["call-buyer-legal"].author == "rep"

    dated = answer(known, (unit(OPEN, "And when will you ring him?", Focus.ACTION), touch))
    assert (dated.parts[0].pool, dated.commits) == ("step/call-buyer-legal/commit", "call-buyer-legal")


def test_what_the_managers_own_turn_proposed_stays_the_managers():
    needs = dict.fromkeys(JONES.step("call-buyer-legal").needs, Source.ELICITED)
    known = at(0.6, facts=needs)
    order = (
        unit(Code.DIRECTIVE, "Ring Warren."),
        TopicMatch(0, Intent.ABOUT, None, 0.7, step="call-buyer-legal", proposes=True),
    )
    asks = (
        unit(OPEN, "What will you say to him?"),
        TopicMatch(1, Intent.ABOUT, None, 0.7, entry="step-call-buyer-legal-words"),
    )
    turn = said(order, asks)

    after = record(hear(known, turn), direct(JONES, hear(known, turn), turn))
    assert after.steps["call-buyer-legal"].author == "manager"


@pytest.mark.parametrize("words", ["What day will you do it?", "What do you think? And when will you ring her?"])
def test_who_asks_for_a_day_alone_gets_one_without_a_plan(words: str):
    assert answer(at(0.3), (unit(OPEN, words, Focus.ACTION), generic(Intent.WHICH_FIRST))).act == "soon"


def test_a_day_is_given_though_another_sentence_is_about_the_past():
    known = at(0.6, facts={"visitor-log": Source.ELICITED}, topic="visitor-log")
    words = "Then find out what the date was. When will you do something about it?"
    asked = said((unit(OPEN, words, Focus.ACTION), generic(Intent.OPTIONS)), text=words)

    assert direct(JONES, known, asked).commits == "call-mary"


def test_an_entry_holds_once_or_until_a_step_is_taken_on():
    before = at(0.6)
    after = replace(before, steps={"call-mary": StepState("manager", accepted=True)})
    entry = JONES.entry("world-priya-team")
    once, until = (entry.model_copy(update={name: ("call-mary",)}) for name in ("once", "until"))

    assert (before.holds(once), after.holds(once)) == (False, True)
    assert (before.holds(until), after.holds(until)) == (True, False)
    assert before.holds(entry)
    assert after.holds(entry)
