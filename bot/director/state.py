"""The rep's state as a fold over the coded turns. Never stored; recomputing always gives the same result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..scenario import Entry, Scenario
from ..talk.codebook import LISTENING, Code, Flag, Focus, Unit
from ..talk.direction import Direction, Intent, Said, Source, TakenStep, TopicMatch
from ..talk.transcript import Turn
from ..text.forbidding import forbids

ASK_BACK_EVERY = 6
"""The rep asks which of two things is meant at most once in this many of the manager's turns."""
FEELINGS_TURNS = 2
"""A reflection or specific affirmation opens feelings for its own turn and the next."""


@dataclass(frozen=True, slots=True)
class StepState:
    """Who named a step first (`rep` or `manager`), and whether the rep committed to it.

    `accepted` says that the rep said yes to a step of the manager's.
    """

    author: str
    committed: bool = False
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The rep's state. `openness` and `ownership` run from 0 to 1.

    `entry` is that of the last reply, and `deep` says that a feeling has come out. `pushed` says that the
    manager's last turn surely pushed.
    `taken` are the steps that the manager took over. `spoken` are next steps of the rep's own that are none of the
    scenario's, in his own words.
    """

    openness: float
    ownership: float
    facts: Mapping[str, Source] = field(default_factory=dict)
    insights: tuple[str, ...] = ()
    steps: Mapping[str, StepState] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    spoken: tuple[TakenStep, ...] = ()
    hinted: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    topic: str | None = None
    act: str | None = None
    more: Mapping[str, int] = field(default_factory=dict)
    generic_releases: int = 0
    generic_hints: int = 0
    generic_hinted: tuple[str, ...] = ()
    generic_asked: frozenset[Intent] = frozenset()
    feelings_until: int = -1
    manager_turns: int = 0
    takeovers: int = 0
    repeated: bool = False
    acknowledged: bool = False
    pushed: bool = False
    unmapped: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    entry: str | None = None
    deep: bool = False
    asked_back: int = -ASK_BACK_EVERY

    @property
    def own_steps(self) -> tuple[str, ...]:
        """Ids of the steps that the rep proposed."""
        return tuple(name for name, step in self.steps.items() if step.author == "rep")

    @property
    def loose_steps(self) -> tuple[str, ...]:
        """Ids of those that the rep hasn't said when to do, or that the manager has taken over since."""
        return tuple(name for name in self.own_steps if name in self.taken or not self.steps[name].committed)

    @property
    def may_ask_back(self) -> bool:
        """Whether it is long enough since the rep last asked which of two things is meant."""
        return self.manager_turns - self.asked_back >= ASK_BACK_EVERY

    @property
    def feelings_open(self) -> bool:
        """Whether the rep would answer a question about feelings or wants now."""
        return self.manager_turns <= self.feelings_until

    @property
    def taken_on(self) -> frozenset[str]:
        """Ids of the steps that the rep has said he takes, his own or the manager's."""
        return frozenset(name for name, step in self.steps.items() if step.committed or step.accepted)

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is true now: some are only once a step has been taken on, others until then."""
        done = self.taken_on
        return not done.intersection(entry.until) and (not entry.once or bool(done.intersection(entry.once)))

    def knows(self, needs: Iterable[str]) -> bool:
        """Whether every fact or insight in `needs` is out."""
        return all(need in self.facts or need in self.insights for need in needs)


@dataclass(frozen=True, slots=True)
class Effect:
    """A move's effect: `gain` adds gain x (1 - openness) to openness, `loss` lowers it, `own` changes ownership."""

    gain: float = 0.0
    loss: float = 0.0
    own: float = 0.0


# All rules in one table. Gains scale with (1 - openness): with flat gains, openness reached 1 by the sixth turn.
EFFECTS: Mapping[str, Effect] = {
    "open_question": Effect(gain=0.10),
    "generic_question": Effect(gain=0.08),
    "meaning_question": Effect(gain=0.08, own=0.08),
    "action_question": Effect(gain=0.06, own=0.10),
    "closed_question": Effect(gain=0.02),
    "side_question": Effect(gain=0.05),
    "status_question": Effect(loss=0.03),
    "reflection": Effect(gain=0.20),
    "specific_affirmation": Effect(gain=0.15),
    "affirmation": Effect(gain=0.04),
    "collaboration": Effect(gain=0.06, own=0.2),
    "leading_question": Effect(loss=0.05, own=-0.10),
    "advice": Effect(loss=0.04, own=-0.10),
    "directive": Effect(loss=0.07, own=-0.15),
    "confront": Effect(loss=0.12, own=-0.05),
    "takeover": Effect(loss=0.07, own=-1.0),
    "bare_instruction": Effect(loss=0.05),
    "interrogation": Effect(loss=0.05),
}
_ONCE_A_TURN = 2
INTERROGATION = 3
"""This many different questions in one turn feel like a grilling, so none gains anything."""
_MEANING = (Intent.WHY, Intent.MAKE_OF_IT)
_ACTION = (Intent.OPTIONS, Intent.WHICH_FIRST)
_GENERIC = (Intent.WHAT_ELSE, Intent.SAY_MORE, Intent.OVERALL_STATUS, Intent.HELP)
_UNANSWERABLE = (Intent.OFF_TOPIC, Intent.SMALL_TALK, Intent.OTHER_ACCOUNT, Intent.BREAK_PLAY, Intent.RUDE)


def start(scenario: Scenario) -> State:
    """The state before anyone has spoken."""
    return State(openness=scenario.rep.openness, ownership=scenario.rep.ownership)


def fold(scenario: Scenario, turns: Iterable[Turn]) -> State:
    """The state after `turns`: coded manager turns and directed rep turns."""
    state = start(scenario)
    for turn in turns:
        state = hear(state, turn) if turn.is_manager else record(state, turn.direction, turn.said)
    return state


def trace(scenario: Scenario, turns: Iterable[Turn]) -> list[State]:
    """The state after each turn, in order, for the debrief."""
    states, state = [], start(scenario)
    for turn in turns:
        state = hear(state, turn) if turn.is_manager else record(state, turn.direction, turn.said)
        states.append(state)
    return states


def hear(state: State, turn: Turn) -> State:
    """The effect of a manager's turn, before the rep answers."""
    words = normalise(turn.text)
    repeated = words in state.words
    counts: dict[str, int] = {}
    openness, ownership = state.openness, state.ownership
    generic = set(state.generic_asked)
    taken, takeovers = set(state.taken), state.takeovers
    window = state.feelings_until
    manager_turns = state.manager_turns + 1
    pushed = any(unit.claimed and unit.pushing for unit in turn.units)
    grilled = 1 + sum(Flag.STACKED in unit.flags for unit in turn.units) >= INTERROGATION
    for unit, touch in paired(turn):
        rule = _rule(unit, touch, generic)
        if grilled and unit.genuine:
            rule = "" if counts.get("interrogation") else "interrogation"
        if Flag.INSTRUCTED in unit.flags:
            # An order that is right costs nothing if it comes with its reason, and a little if it doesn't.
            rule = "" if turn.gives_reason else "bare_instruction"
        counts[rule] = counts.get(rule, 0) + 1
        if rule == "takeover" and unit.claimed:  # one that names no step takes the whole plan
            taken.update((touch.step,) if touch.step else state.own_steps)
            takeovers += 1
        effect = EFFECTS.get(rule)
        if effect is None or counts[rule] > _ONCE_A_TURN:
            continue
        if not (repeated and effect.gain):
            weight = _weight(unit, pushed)
            openness += weight * (effect.gain * (1 - openness) - effect.loss)
            # A takeover takes all that there is.
            scale = ownership if rule == "takeover" else (1 - ownership) if effect.own > 0 else 1.0
            ownership += weight * effect.own * scale
        if rule in ("reflection", "specific_affirmation"):
            window = manager_turns + FEELINGS_TURNS - 1
    return replace(
        state,
        openness=_clamp(openness),
        ownership=_clamp(ownership),
        generic_asked=frozenset(generic),
        feelings_until=window,
        manager_turns=manager_turns,
        takeovers=takeovers,
        steps={name: step for name, step in state.steps.items() if name not in forbidden_steps(turn)},
        taken=frozenset(taken),
        repeated=repeated,
        pushed=pushed,
        words=state.words | {words},
    )


def record(state: State, direction: Direction | None, said: Said | None = None) -> State:
    """The effect of the rep's own reply. A turn without a direction (from a real call) has none.

    `said` may hold steps that the rep took in his own words, beyond those of the direction. One in an authored line
    that answers a push isn't his own: it was put to him.
    """
    if direction is None:
        return state
    own = said is not None and not (state.pushed and said.voice == "lines")
    return _took(_directed(state, direction), said.steps if said and own else ())


def _took(state: State, taken: Iterable[TakenStep]) -> State:
    """The state with the steps that the rep took in his own words."""
    steps, spoken = dict(state.steps), list(state.spoken)
    for one in taken:
        if one.step:
            known = steps.get(one.step, StepState("rep"))
            steps[one.step] = replace(known, committed=known.committed or one.day)
        elif 0 < one.again <= len(spoken):
            earlier = spoken[one.again - 1]
            spoken[one.again - 1] = replace(earlier, day=earlier.day or one.day)
        else:
            spoken.append(one)
    return replace(state, steps=steps, spoken=tuple(spoken))


def _directed(state: State, direction: Direction) -> State:
    facts = {**state.facts, **{fact: how for fact, how in direction.releases if fact not in state.facts}}
    steps = dict(state.steps)
    pools = {part.pool for part in direction.parts}
    for told in direction.told_steps:  # before the rep's own: what the manager's turn proposed was the manager's first
        steps.setdefault(told, StepState("manager", accepted=f"step/{told}/told" in pools))
    if direction.step:
        steps.setdefault(direction.step, StepState("rep"))
    if direction.commits in steps:
        steps[str(direction.commits)] = replace(steps[str(direction.commits)], committed=True)
    more = dict(state.more)
    for part in direction.parts:
        kind, _, rest = part.pool.partition("/")
        if kind == "fact" and rest.endswith("/more"):
            more[rest.removesuffix("/more")] = more.get(rest.removesuffix("/more"), 0) + 1
    fresh = any(how is Source.ELICITED for _, how in direction.releases)
    # "That's the lot" applies until the manager asks something specific.
    hints = 0 if fresh and not direction.generic else state.generic_hints + bool(direction.generic and direction.hint)
    return replace(
        state,
        facts=facts,
        steps=steps,
        taken=state.taken - {direction.commits},
        more=more,
        insights=_with(state.insights, direction.insight),
        hinted=_with(state.hinted, direction.hint),
        news=tuple(dict.fromkeys((*state.news, *direction.news))),
        topic=direction.topic or state.topic,
        act=direction.act,
        generic_releases=state.generic_releases + (1 if direction.generic and fresh else 0),
        generic_hints=hints,
        generic_hinted=_with(state.generic_hinted, direction.hint if direction.generic else None),
        acknowledged=len(direction.parts) > 1 and direction.parts[0].pool.startswith("reply/ack_"),
        unmapped=(*state.unmapped, *direction.unmapped),
        entry=direction.entry,
        deep=state.deep or direction.deep,
        asked_back=state.manager_turns if direction.asks_back else state.asked_back,
    )


def paired(turn: Turn) -> list[tuple[Unit, TopicMatch]]:
    """The units of a turn, each with its touches."""
    touches = {touch.unit: touch for touch in turn.touches}
    return [(unit, touches.get(index, TopicMatch(index, Intent.OFF_TOPIC))) for index, unit in enumerate(turn.units)]


def forbids_unit(unit: Unit) -> bool:
    """Whether a unit is an order that only says what not to do."""
    return unit.code is Code.DIRECTIVE and forbids(unit.text)


def forbidden_steps(turn: Turn) -> frozenset[str]:
    """The steps that the manager's turn tells the rep not to take."""
    return frozenset(touch.step for unit, touch in paired(turn) if touch.step and forbids_unit(unit))


def normalise(text: str) -> str:
    """Lower-case words without punctuation, to detect repeats."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _weight(unit: Unit, pushed: bool) -> float:
    """How much a unit moves the rep: half if the reader is unsure of it, and nothing good in a turn that surely pushes.

    On the free conversations kept for calibration (evals/data/free_units.jsonl) 35 of 68 unsure units read as
    listening are, and 27 of 33 read as questions. Counted in full, terse orders that were taken for listening opened
    the rep to a bossy manager.
    """
    if unit.claimed or unit.genuine:
        return 1.0
    return 0.0 if pushed and unit.code in LISTENING else 0.5


def _rule(unit: Unit, touch: TopicMatch, generic: set[Intent]) -> str:
    """The key in EFFECTS for a unit, or an empty string. Marks generic intents as asked."""
    if unit.code is Code.AFFIRMATION:
        return "specific_affirmation" if Flag.SPECIFIC in unit.flags else "affirmation"
    if unit.code is Code.ADVICE:
        return "" if Flag.WITH_PERMISSION in unit.flags else "advice"
    if not unit.genuine:
        return str(unit.code)
    if touch.entry and unit.focus is not Focus.STATUS:
        return "side_question"
    if touch.intent in _UNANSWERABLE:
        return ""
    if unit.focus is Focus.STATUS:
        return "status_question"
    if unit.code is Code.CLOSED_QUESTION:
        return "closed_question"
    if touch.names_topic:
        if touch.intent in _MEANING:
            return "meaning_question"
        return "action_question" if touch.intent in _ACTION else "open_question"
    if touch.intent in (*_GENERIC, *_MEANING, *_ACTION, Intent.FEELINGS):
        # The same generic question only helps once, so that repeating it gains nothing.
        if touch.intent in generic:
            return ""
        generic.add(touch.intent)
        return {Intent.OPTIONS: "action_question", Intent.WHICH_FIRST: "action_question"}.get(touch.intent) or (
            "meaning_question" if touch.intent in _MEANING else "generic_question"
        )
    return "open_question" if touch.fact else ""


def _with(items: tuple[str, ...], item: str | None) -> tuple[str, ...]:
    return items if item is None or item in items else (*items, item)


def _clamp(value: float) -> float:
    # Rounded, so that the result is the same on every machine.
    return round(min(1.0, max(0.0, value)), 6)
