"""The request for the rep's words: who he is, what he may draw on now, what he does, and the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..guard import Given, entry_key
from ..knowledge import Knowledge, SpokenLine
from ..models.llm import Message
from ..models.prompts import Prompt
from ..scenario import Step
from .beat import Beat, Stance
from .words import Cue

ENTRIES = 20
"""Maximum entries in a request: with a dozen turns of talk it stays under 2,500 tokens."""
_LIKELY = 10
"""Of these, how many are those that the matcher thinks the words are about."""
_REMEMBERED_TURNS = 40
"""Maximum earlier turns in a request, so that a long conversation fits a small model."""
_OPEN_FROM, _WARM_FROM = 0.35, 0.6
_MOODS = (
    (_WARM_FROM, "you feel listened to, and you think aloud."),
    (_OPEN_FROM, "you are at ease, and you answer what you are asked."),
    (0.0, "you are careful: you give away little, and you would rather have this over with."),
)
_AGAIN = "\nYour last try would not do. $why Answer again."


@dataclass(frozen=True)
class Request:
    """A request and what the guard needs to know about it: what was given, and what is out."""

    messages: tuple[Message, ...]
    given: Given
    out: frozenset[str]


def make_request(cue: Cue, beat: Beat, knowledge: Knowledge, prompt: Prompt, why: str = "") -> Request:
    """The filled prompt, the conversation so far, and what the manager just said."""
    scenario = cue.scenario
    known = [] if beat.stance is Stance.GIVE_WAY else _recalled(cue, knowledge)
    plan = [_planned(scenario.step(name), done) for name, done in cue.plan]
    plan += [f"“{step.words}”" for step in cue.spoken]
    card = [f"- {label}: {value}" for label, value in scenario.crm.items() if value]
    values = {
        "name": scenario.rep.name,
        "role": scenario.rep.role,
        "manager": scenario.manager.name,
        "style": scenario.rep.style,
        "scene": scenario.scene,
        "card": "\n".join(card) or "- nothing",
        "knows": _listed([_entry(cue, one) for one in known]),
        "plan": _listed(plan),
        "mood": next(words for least, words in _MOODS if cue.openness >= least),
        "beat": beat.text,
        "again": _AGAIN.replace("$why", why) if why else "",
    }
    talk = cue.before[-_REMEMBERED_TURNS:]
    messages = [
        Message("system", prompt.fill(values)),
        *(Message("user" if is_manager else "assistant", words) for is_manager, words in talk),
        Message("user", cue.heard),
    ]
    shown = [text for name, text in values.items() if name != "again"]
    given = Given((*shown, *(words for _, words in talk), cue.heard))
    out = cue.released | {entry_key(entry) for entry in (*cue.told, *cue.tellable)}
    if cue.direction.entry:
        out |= {entry_key(cue.direction.entry)}
    return Request(tuple(messages), given, out)


def _recalled(cue: Cue, knowledge: Knowledge) -> list[SpokenLine]:
    """The entries that may bear on what was said: those the matcher names, then the nearest."""
    last = next((words for is_manager, words in reversed(cue.before) if not is_manager), "")
    tellable = frozenset(cue.tellable)
    near = knowledge.recall(cue.scenario, tellable, cue.released, [cue.heard], len(tellable))
    by_id = {_id(one): one for one in near}
    likely = [by_id[name] for name in cue.likely if name in by_id][:_LIKELY]
    after = knowledge.recall(cue.scenario, tellable, cue.released, [f"{last} {cue.heard}"], ENTRIES) if last else []
    rest = [one for pair in zip(near, after or near, strict=False) for one in pair]
    chosen = {_id(one): by_id[_id(one)] for one in (*likely, *rest)}
    return list(chosen.values())[:ENTRIES]


def _entry(cue: Cue, spoken: SpokenLine) -> str:
    """An entry in a line: what it is about, and in what words he might tell it."""
    entry = cue.scenario.entry(_id(spoken))
    first = next((line.text for line in entry.says if set(line.needs) <= cue.released), "")
    words = spoken.line.text if first in ("", spoken.line.text) else f"{first} / {spoken.line.text}"
    return f"{entry.about}: {words}"


def _id(spoken: SpokenLine) -> str:
    return spoken.pool.split("/")[1]


def _planned(step: Step, committed: bool) -> str:
    return f"{step.title}: {step.commit[0].text if committed else 'no day yet'}"


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "- nothing"
