"""The peers: what each says of a handful of units and conversations, and what is said where one cannot run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.engine import Engine
from bot.models.prompts import load_prompt
from bot.reader.model import ModelReader
from bot.scenario.library import Library
from bot.settings import Settings
from bot.testing import FakeEndpoint, Fault, Received
from evals.benches import convokit, peers
from evals.benches.peers import PeerRun
from evals.units.data import written_units

pytestmark = pytest.mark.slow

UNITS = written_units("test")[:24]


@pytest.fixture(scope="module")
def played(engine: Engine) -> list[PeerRun]:
    """A coach and two who do not coach, in one scenario."""
    from bot.practice import Practice
    from evals.simulate import person, simulate

    found = []
    for name in ("skilled-coach", "teller", "inspector"):
        debrief = simulate(person(name), Practice.start("jones-deal", engine=engine))
        found.append(PeerRun(name == "skilled-coach", debrief.transcript, debrief.scorecard))
    return found


@pytest.fixture
def its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of edu-convokit's name and imports, whose talk time is the share of words."""
    package = tmp_path / "lib" / "edu_convokit"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "annotation.py").write_text(
        "import spacy, torch\n"
        "from transformers import AutoTokenizer, AutoModelForSequenceClassification\n"
        "from edu_convokit import uptake_utils\n"
        "class Annotator:\n"
        "    def get_talktime(self, df, text_column, analysis_unit, representation):\n"
        "        assert (analysis_unit, representation) == ('words', 'proportion')\n"
        "        words = df[text_column].str.split().str.len()\n"
        "        df['talktime_analysis'] = words / words.sum()\n"
        "        return df\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setattr(sys, "path", [str(package.parent), *sys.path])
    return package


def endpoint_judge(endpoint: FakeEndpoint, home: Path) -> peers.Judge:
    from bot.models.llm import connect

    config = Settings(home=home, base_url=endpoint.url, model="fake", timeout=5)
    return peers.Judge(ModelReader(connect(config, "reader"), load_prompt(Library(), "reader")), "")


def test_units_are_coded_by_ours_and_by_the_marks(engine: Engine):
    genuine, any_kind = peers.agreement(engine.reader, UNITS, peers.Judge(None, "none"))

    assert (genuine.name, any_kind.name) == (
        "genuine question or not, 24 units",
        "question of any kind or not, 24 units",
    )
    assert genuine.peers.keys() == {"'?'"}
    assert genuine.value > genuine.peers["'?'"]


def test_a_model_that_codes_all_as_questions_agrees_no_more_than_chance(engine: Engine, tmp_path: Path):
    coded = json.dumps({"units": [{"n": n, "code": "open_question", "focus": "explore", "sure": 1} for n in (1, 2, 3)]})
    with FakeEndpoint([coded]) as endpoint:
        (genuine, _) = peers.agreement(engine.reader, UNITS, endpoint_judge(endpoint, tmp_path))

    assert genuine.peers["LLM"] == 0.0
    assert len(endpoint.requests) >= len(UNITS)


def test_a_model_that_fails_is_left_out_and_the_reason_kept(engine: Engine, tmp_path: Path):
    with FakeEndpoint([Received(fault=Fault.UNAUTHORISED)]) as endpoint:
        judge = endpoint_judge(endpoint, tmp_path)
        (genuine, _) = peers.agreement(engine.reader, UNITS[:2], judge)

    assert genuine.peers.keys() == {"'?'"}
    assert (judge.reader, judge.why.startswith("fake: ")) == (None, True)
    assert judge.read([("Why?", "")]) is None


@pytest.mark.nightly
def test_talk_time_is_the_managers_share_of_the_words(its_package: Path, played: list[PeerRun]):
    found = convokit.talk_time([one.talk for one in played])

    assert found.shares == pytest.approx([one.card.measures.talk_share for one in played], abs=0.02)
    assert found.a_second > 0


def test_a_package_that_is_not_there_is_named_with_its_install(monkeypatch: pytest.MonkeyPatch, played: list[PeerRun]):
    monkeypatch.setattr(convokit, "convokit_installed", lambda: False)

    said = "not installed; pip install --no-deps edu-convokit==0.4.0"
    assert peers.talk_time_figures([one.talk for one in played]) == (None, said)


@pytest.mark.nightly
def test_a_package_that_fails_is_said_with_its_last_line(its_package: Path, played: list[PeerRun]):
    (its_package / "annotation.py").write_text("raise SystemExit('too old')", encoding="utf-8")

    assert peers.talk_time_figures([one.talk for one in played]) == (None, "failed: too old")


def test_who_coaches_is_told_apart(played: list[PeerRun]):
    talk = convokit.TalkTime((0.3, 0.5, 0.2), 1000.0)
    ours, _, by_score = peers.separation(played, talk, peers.Judge(None, "none"))

    assert (ours.value, by_score.value) == (1.0, 1.0)
    assert ours.peers["edu-convokit talk time"] == 0.5
    assert 0 <= ours.peers["'?' share of turns"] <= 1


def test_only_scenarios_in_which_coaching_is_right_are_played(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    began: list[str] = []
    monkeypatch.setattr(peers.Practice, "start", lambda scenario, **_: began.append(scenario))
    monkeypatch.setattr(peers, "simulate", lambda *_: SimpleNamespace(transcript=None, scorecard=None))
    found = list(peers.peer_conversations(engine, 2))

    right = [name for name in engine.library.scenario_ids() if not engine.library.scenario(name).directive_ok]
    assert began == [name for name in right for _ in range(14)]
    assert [one.coaches for one in found] == [*[True] * 4, *[False] * 10] * len(right)


def test_marks_say_less_of_the_pair_than_ours(engine: Engine):
    telling, coaching = peers.pair(engine)

    marks = coaching.peers["'?' share of turns"] - telling.peers["'?' share of turns"]
    assert coaching.value - telling.value > marks > 0


def test_other_peoples_turns_are_read_where_they_lie(engine: Engine, tmp_path: Path):
    rows = [
        {"label": "open_question", "text": "What do you make of it?", "context": ""},
        {"label": "question_unspec", "text": "Tell me about the call", "context": None},
        {"label": "information", "text": "The plant is in Ohio.", "context": ""},
    ]
    (tmp_path / "moves").mkdir()
    for source in peers.SOURCES:
        text = "\n".join(map(json.dumps, rows))
        (tmp_path / "moves" / f"{source}.dev.jsonl").write_text(text, encoding="utf-8")
    found = list(peers.others(engine.reader, tmp_path, peers.Judge(None, "none")))

    assert [(one.name, one.value, one.peers) for one in found] == [
        (f"{source}: question or not, 3 turns", 1.0, {"'?'": pytest.approx(0.4)}) for source in peers.SOURCES
    ]


def test_good_conversations_are_told_from_poor_ones(engine: Engine, its_package: Path):
    rows = [
        {
            "conversation_id": "1",
            "quality": "high",
            "text": "What do you make of it?",
            "context": "It was long and hard.",
        },
        {
            "conversation_id": "2",
            "quality": "low",
            "text": "Send me the file by noon today, is that clear?",
            "context": "No.",
        },
    ]
    found = peers.quality("some", rows, [engine.reader.read(row["text"]) for row in rows])

    assert (found.name, found.value) == ("some: good vs poor, 2 conversations: less pushing", 1.0)
    assert found.peers == {"'?' share of turns": 0.5, "edu-convokit talk time": 1.0}
