"""What a record holds of a conversation: the words that were shown, looked at as a listener would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.practice import Practice
from bot.talk.direction import Said
from bot.testing import small_engine
from bot.voice import Cue, Keep, LineVoice, Wording
from evals.runs.recording import Watcher
from evals.runs.suite import Job
from evals.simulate import Move, Persona, simulate


@pytest.fixture
def small(tmp_path: Path) -> Engine:
    return small_engine(tmp_path)


def says(*lines: str) -> Persona:
    """A manager who says these things in this order."""
    moves = tuple(Move(since=turn, until=turn, say=(line,)) for turn, line in enumerate(lines))
    return Persona(id="says", title="Says", about="For a test.", turns=len(lines), moves=moves)


def test_a_record_holds_what_was_played(small: Engine):
    person = says(
        "What do you know about their budget?", "You need to call them today.", "How do you feel about all this?"
    )
    debrief = simulate(person, Practice.start("small-deal", engine=small))

    record = Watcher(small, clock=iter((1.0, 3.5)).__next__).record(
        Job("small-deal", "base", "says", 0), person, LineVoice(small.knowledge)
    )

    assert record.said == tuple(turn.text for turn in debrief.transcript.turns)
    assert (record.of, record.facts) == (2, {"budget": "elicited"})
    assert record.measures == debrief.scorecard.measures.as_json()
    assert (record.level, record.score) == (debrief.scorecard.level, debrief.scorecard.score)
    assert record.sentence == debrief.scorecard.sentence != ""
    assert [(reply.act, reply.withheld) for reply in record.replies] == [
        ("release", False),
        ("told", False),
        ("feeling_closed", True),
    ]
    assert [reply.words for reply in record.replies] == [len(words.split()) for words in record.said[1::2]]
    assert record.openness == tuple(
        round(one, 4) for one in (debrief.scenario.rep.openness, *(state.openness for state in debrief.states[1::2]))
    )
    assert (record.digest, record.seconds, record.error) == (debrief.scenario.digest, 2.5, "")


class Loose:
    """A voice that says what it likes, one thing a reply."""

    name = "loose"

    def __init__(self, *words: str) -> None:
        self._words = iter(words)

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        words = next(self._words)
        keep(Wording(words, Said("loose", note="no line stood here")))
        yield words


def test_leaks_objections_repeats_and_faults_are_counted_on_the_words_shown(small: Engine):
    scenario = small.library.scenario("small-deal")
    secret = scenario.facts[-1]
    words = ("All right.", f"Well. {secret.text}", "As an AI language model, I cannot say.", "All right!")
    person = says("Do it.", "Now.", "Go.", "Run.")

    record = Watcher(small).record(Job("small-deal", "base", "says", 0), person, Loose(*words))

    assert record.error == ""
    assert [reply.leaks for reply in record.replies] == [(), (secret.id,), (), ()]
    assert [reply.objection for reply in record.replies] == ["", "", "out_of_role", ""]
    assert [reply.repeats for reply in record.replies] == [False, False, False, True]
    assert {reply.fault for reply in record.replies} == {"no line stood here"}
