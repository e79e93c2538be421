"""Compares Askwell with other ways to tell asking from telling, on the same labelled data.

The peers are counting question marks, edu-convokit's talk time (if installed), and a language model that codes the same
words (if configured). Peers that can't run here are listed in the table; that isn't a failure.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.engine import Engine, default_engine, model_reader
from bot.errors import AskwellError, ModelError
from bot.practice import Practice
from bot.reader import EncoderReader, Reader, default_reader
from bot.scenario.library import bundled
from bot.scoring.score import score
from bot.scoring.scorecard import Scorecard
from bot.settings import model_for, settings
from bot.talk.codebook import ASKING, QUESTIONS, Code, Unit
from bot.talk.transcript import Transcript
from bot.vectors.units import new_unit_encoder

from ..simulate import person, simulate
from ..units.data import Example, written_units
from . import BenchFigure, BenchResult, convokit
from .agreement import auc, kappa

COACHES = ("ordinary-coach", "skilled-coach")
TELLERS = ("inspector", "leading-questioner", "polite-teller", "spammer", "teller")
"""Managers who don't coach, each in a different way. Three of them ask all the time."""
_SEEDS = 2
SOURCES = ("annomi", "pacounsel", "ami_pm")
MOST_TURNS = 2500
"""Maximum turns per source. We use all turns of the first two sources, and every n-th turn of the meetings."""
_MARK, _TALK, _JUDGE = "'?'", "edu-convokit talk time", "LLM"
_TIMED = 10
"""Number of texts for timing a language model."""
_AT_ONCE = 8

Texts = Sequence[tuple[str, str]]
"""(words, what the other person said before)."""


@dataclass(frozen=True, slots=True)
class PeerRun:
    """A simulated conversation: whether the manager coaches, the turns, and our scorecard."""

    coaches: bool
    transcript: Transcript
    card: Scorecard

    @property
    def talk(self) -> convokit.Talk:
        """Every turn."""
        return [(turn.is_manager, turn.text) for turn in self.transcript]

    @property
    def asked(self) -> Texts:
        """The manager's turns."""
        turns = self.transcript.turns
        return [(turn.text, turns[turn.index - 1].text if turn.index else "") for turn in turns if turn.is_manager]


@dataclass
class Judge:
    """A language model that says whether words ask. After its first failure, we stop calling it."""

    reader: Reader | None
    why: str

    def read(self, texts: Texts) -> list[tuple[Unit, ...]] | None:
        """The units of each text; None if there is no model or it has failed."""
        if self.reader is None:
            return None
        reader = self.reader
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                return list(pool.map(lambda one: reader.read(*one), texts))
        except ModelError as error:
            self.reader, self.why = None, str(error)
            return None


def bench(data: Path | None = None, seeds: int = _SEEDS) -> BenchResult:
    """Askwell and each peer, with `seeds` conversations per manager and scenario.

    Other people's conversations need `data`. Raises AskwellError if they aren't there.
    """
    engine = default_engine().packaged()
    judge = _judge()
    played = list(peer_conversations(engine, seeds))
    figures = [*agreement(default_reader(), written_units("test"), judge)]
    if data is not None:
        figures += others(engine.reader, data, judge)
    talk, why = talk_time_figures([one.talk for one in played])
    figures += separation(played, talk, judge)
    figures += pair(engine)
    figures += _speed(written_units("train")[400:1000], talk, judge)
    absent = tuple(f"{name}: {said}" for name, said in ((_TALK, why), (_JUDGE, judge.why)) if said)
    return BenchResult("peers: our figures, and their ratios to the peers'", tuple(figures), _NOTES, absent=absent)


_NOTES = (
    "'?': anything with a question mark counts as asking. edu-convokit: the manager's share of words; less is better.",
    "Its question models must be downloaded, so we don't run them. LLM: the configured model with our coding prompt.",
    "The simulated managers and the thresholds are ours, so the separation flatters us. Other people's conversations",
    "(--data) don't.",
)


def _judge() -> Judge:
    config = settings()
    if model_for(config, "reader") is None:
        return Judge(None, "no model is configured; set ASKWELL_BASE_URL and ASKWELL_READER_MODEL")
    try:
        return Judge(model_reader(config), "")
    except ModelError as error:
        return Judge(None, str(error))


def talk_time_figures(talks: Sequence[convokit.Talk]) -> tuple[convokit.TalkTime | None, str]:
    """The talk time that edu-convokit computes, or the reason why there is none."""
    try:
        return convokit.talk_time(talks), ""
    except AskwellError as error:
        return None, str(error)


def agreement(reader: EncoderReader, units: Sequence[Example], judge: Judge) -> Iterable[BenchFigure]:
    """Agreement with human codes, unit by unit: genuine question or not, then any question or not."""
    texts = [(unit.text, unit.context) for unit in units]
    judged = reader.judge([(unit.context, unit.previous, unit.text) for unit in units])
    ours = [max(chances, key=chances.__getitem__) for chances in judged]
    read = judge.read(texts)
    marks = [_marked(text) for text, _ in texts]
    for name, wanted in (("genuine question or not", ASKING), ("question of any kind or not", QUESTIONS)):
        gold = [unit.code in wanted for unit in units]
        peers = {_MARK: kappa(gold, marks)}
        if read is not None:
            peers[_JUDGE] = kappa(gold, [any(unit.code in wanted for unit in found) for found in read])
        yield BenchFigure(
            f"{name}, {len(units)} units", kappa(gold, [code in wanted for code in ours]), "kappa", peers=peers
        )


def others(reader: Reader, data: Path, judge: Judge) -> Iterable[BenchFigure]:
    """How well questions are detected in other people's turns."""
    for source in SOURCES:
        path = data / "moves" / f"{source}.dev.jsonl"
        if not path.is_file():
            raise AskwellError(f"{data}: there is no moves/{path.name}; give the directory of the shared data")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        rows = rows[:: -(-len(rows) // MOST_TURNS)]
        texts = [(str(row["text"]), str(row["context"] or "")) for row in rows]
        gold = ["question" in row["label"] for row in rows]
        peers = {_MARK: kappa(gold, [_marked(text) for text, _ in texts])}
        judged = judge.read(texts)
        if judged is not None:
            peers[_JUDGE] = kappa(gold, _asking(judged))
        read = [reader.read(*one) for one in texts]
        yield BenchFigure(
            f"{source}: question or not, {len(rows)} turns", kappa(gold, _asking(read)), "kappa", peers=peers
        )
        if any(row.get("quality") for row in rows):
            yield quality(source, rows, read)


def quality(source: str, rows: Sequence[dict[str, Any]], read: Sequence[Sequence[Unit]]) -> BenchFigure:
    """How well each figure separates good conversations from poor ones: less pushing, more '?', less talk."""
    held: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        held.setdefault(row["conversation_id"], []).append(place)
    good = [rows[places[0]]["quality"] == "high" for places in held.values()]

    def apart(values: Sequence[float]) -> float:
        pairs = list(zip(values, good, strict=True))
        return auc([value for value, high in pairs if high], [value for value, high in pairs if not high])

    coded = [[unit for place in places for unit in read[place]] for places in held.values()]
    peers = {f"{_MARK} share of turns": apart([_share(_marked(rows[n]["text"]) for n in at) for at in held.values()])}
    spoken = [[(False, rows[n]["context"] or ""), (True, rows[n]["text"])] for n in range(len(rows))]
    talk, _ = talk_time_figures([[turn for place in places for turn in spoken[place]] for places in held.values()])
    if talk is not None:
        peers[_TALK] = apart([1 - share for share in talk.shares])
    ours = apart([-_share(unit.pushing for unit in units if unit.code is not Code.OTHER) for units in coded])
    return BenchFigure(f"{source}: good vs poor, {len(held)} conversations: less pushing", ours, "AUC", peers=peers)


def _marked(text: str) -> bool:
    return "?" in text


def _asking(read: Iterable[Sequence[Unit]]) -> list[bool]:
    return [any(unit.code in QUESTIONS for unit in units) for units in read]


def peer_conversations(engine: Engine, seeds: int) -> Iterable[PeerRun]:
    """Conversations of every coach and teller in every scenario where coaching is right."""
    for scenario in engine.library.scenario_ids():
        if engine.library.scenario(scenario).directive_ok:
            continue
        for name in (*COACHES, *TELLERS):
            for seed in range(seeds):
                practice = Practice.start(scenario, seed=seed, engine=engine)
                debrief = simulate(person(name), practice)
                yield PeerRun(name in COACHES, debrief.transcript, debrief.scorecard)


def separation(played: Sequence[PeerRun], talk: convokit.TalkTime | None, judge: Judge) -> Iterable[BenchFigure]:
    """How well each figure separates coaches from other managers, conversation by conversation."""

    def apart(values: Sequence[float]) -> float:
        pairs = list(zip(values, played, strict=True))
        return auc([v for v, one in pairs if one.coaches], [v for v, one in pairs if not one.coaches])

    peers = {
        f"{_MARK} share of turns": apart([_share(map(_marked, (text for text, _ in one.asked))) for one in played])
    }
    if talk is not None:
        peers[_TALK] = apart([1 - share for share in talk.shares])
    read = judge.read([turn for one in played for turn in one.asked])
    if read is not None:
        found = iter(_asking(read))
        peers[f"{_JUDGE} share of turns"] = apart([_share([next(found) for _ in one.asked]) for one in played])
    measures = [one.card.measures for one in played]
    yield BenchFigure(
        f"coaches vs others, {len(played)} conversations: asking to pushing",
        apart([one.ask_share or 0.0 for one in measures]),
        "AUC",
        peers=peers,
    )
    yield BenchFigure("  our genuine questions alone", apart([one.question_ratio or 0.0 for one in measures]), "AUC")
    yield BenchFigure("  our score", apart([one.card.score or 0 for one in played]), "AUC", peers=peers)


def pair(engine: Engine) -> Iterable[BenchFigure]:
    """The two example conversations, which have the same people and the same deal."""
    for name in ("telling", "coaching"):
        text = (bundled() / "knowledge" / "conversations" / f"karen-{name}.txt").read_text(encoding="utf-8")
        talk = Transcript.parse(text, manager="Karen")
        card = score(talk, reader=engine.reader, knowledge=engine.knowledge)
        marks = _share(_marked(turn.text) for turn in talk.manager_turns)
        asking = card.measures.ask_share or 0.0
        yield BenchFigure(
            f"the pair, {name}: asking to pushing", asking, "share", peers={f"{_MARK} share of turns": marks}
        )


def _share(found: Iterable[bool]) -> float:
    held = list(found)
    return sum(held) / len(held) if held else 0.0


def _speed(units: Sequence[Example], talk: convokit.TalkTime | None, judge: Judge) -> Iterable[BenchFigure]:
    """Texts per second on one core, uncached. Language models are measured in wall-clock time."""
    texts = [(unit.text, unit.context) for unit in units]
    fresh = EncoderReader(new_unit_encoder())
    fresh.read("The first turn loads the model.")
    ours = _a_second(
        lambda: fresh.judge([(context, "", text) for text, context in texts]), len(texts), time.process_time
    )
    peers = {_MARK: _a_second(lambda: [_marked(text) for text, _ in texts * 200], 200 * len(texts), time.perf_counter)}
    if talk is not None:
        peers[_TALK] = talk.a_second
    if judge.reader is not None:
        new = [(f"{text} It is {time.time_ns()} now.", context) for text, context in texts[:_TIMED]]
        began = time.perf_counter()
        if judge.read(new) is not None:
            peers[_JUDGE] = len(new) / (time.perf_counter() - began)
    yield BenchFigure("texts per second, with embeddings", ours, "/s", peers=peers)


def _a_second(work: Callable[[], object], count: int, clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return count / (clock() - began)
