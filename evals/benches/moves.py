"""Measures the reader: on held-out topics of our own units and, with --data, on other people's conversations.

Compares three readers: this one, its cues alone, and counting question marks. Other people's data is read in place and
never copied; nothing is trained on AnnoMI.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import AskwellError
from bot.reader import LinearReader, RulesReader, default_reader
from bot.reader.rules import heard, votes
from bot.talk.codebook import QUESTIONS, Code, Unit
from bot.vectors.embedding import MODEL, TOKENIZER, MiniLM, packaged_file

from ..train import TARGET, Example, of_split
from . import BenchFigure, BenchResult, rows_of, steps
from .agreement import auc, calibration_error, f1, kappa, recall_at_precision, spearman

_PUSHING = frozenset({Code.DIRECTIVE, Code.TAKEOVER, Code.CONFRONT, Code.LEADING_QUESTION, Code.ADVICE})
_ASKING = frozenset({Code.OPEN_QUESTION, Code.CLOSED_QUESTION})
_TELLING = ("advice", "information")


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn of another project's conversation: its label (one of five), and how good the conversation was."""

    conversation: str
    context: str
    text: str
    label: str
    quality: str | None


def bench(data: Path | None = None) -> BenchResult:
    """All figures. Those on other people's conversations need `data`."""
    reader = default_reader()
    figures, details = _own_units(reader)
    figures += _free_units(reader)
    figures += _rep_steps()
    figures += _speed()
    if data is not None:
        figures += _others(reader, data)
    return BenchResult("moves: agreement with human codes", tuple(figures), tuple(details))


def _own_units(reader: LinearReader) -> tuple[list[BenchFigure], list[str]]:
    units = of_split("test")
    gold = [unit.code for unit in units]
    coded, sure, laundering = _coded(reader, units)
    cues = [_by_cues(unit.text) for unit in units]
    rules = RulesReader()
    ruled = [rules.judge(unit.text, unit.context)[0] for unit in units]
    marks = [Code.CLOSED_QUESTION if "?" in unit.text else Code.INFORMATION for unit in units]
    pushes = [code in _PUSHING for code in gold]
    asks = [code in _ASKING for code in gold]
    right = [a is b for a, b in zip(gold, coded, strict=True)]
    error = calibration_error(sure, right)
    disguised = ["advice_as_question" in unit.flags for unit in units]
    recall = recall_at_precision(laundering, disguised, 0.9)
    twelve, push, ask = kappa(gold, coded), kappa(pushes, _in(coded, _PUSHING)), kappa(asks, _in(coded, _ASKING))
    marked = kappa(asks, _in(marks, _ASKING))
    figures = [
        BenchFigure("held-out topics, 12 codes", twelve, "kappa", "reach .78, aim .88", twelve >= 0.78),
        BenchFigure("  cues alone", kappa(gold, cues), "kappa"),
        BenchFigure("  rules reader", kappa(gold, ruled), "kappa"),
        BenchFigure("pushing or not", push, "kappa", "reach .80, aim .90", push >= 0.80),
        BenchFigure("  cues alone", kappa(pushes, _in(cues, _PUSHING)), "kappa"),
        BenchFigure("  rules reader", kappa(pushes, _in(ruled, _PUSHING)), "kappa"),
        BenchFigure("genuine question or not", ask, "kappa", "reach .85, aim .93", ask >= 0.85, {"'?'": marked}),
        BenchFigure("  cues alone", kappa(asks, _in(cues, _ASKING)), "kappa"),
        BenchFigure("  rules reader", kappa(asks, _in(ruled, _ASKING)), "kappa"),
        BenchFigure("  contains '?'", marked, "kappa"),
        BenchFigure("disguised advice, at precision .9", recall, "recall", "reach .85, aim .95", recall >= 0.85),
        BenchFigure("expected calibration error", error, "", "under .08", error < 0.08),
        BenchFigure("units", len(units), "count"),
    ]
    details = ["F1 by code: " + ", ".join(f"{code} {f1(gold, coded, code):.2f}" for code in Code)]
    details += _confusion(gold, coded)
    return figures, details


@dataclass(frozen=True, slots=True)
class _FreeUnit:
    """A line of data/free_units.jsonl: a unit of a free conversation, as two people coded it and a third settled."""

    id: str
    half: str
    scenario: str
    before: str
    text: str
    flags: Sequence[str]
    coders: Sequence[str]
    code: str
    focus: str | None


def _free_units(reader: LinearReader) -> list[BenchFigure]:
    """What is said of managers who had no part in the reader, as often as things happen in their conversations."""
    rows = rows_of(Path(__file__).parents[1] / "data" / "free_units.jsonl", _FreeUnit, "a coded unit")
    units = [unit for _, unit in rows if unit.half == "held_out"]
    gold = [Code(unit.code) for unit in units]
    coded = [code for code, _ in reader.judge([(unit.text, unit.before) for unit in units])]
    wrong = sum(a is not b for a, b in zip(gold, coded, strict=True)) / len(units)
    blamed = [truth is Code.CONFRONT for truth, code in zip(gold, coded, strict=True) if code is Code.CONFRONT]
    pushed = [truth in _PUSHING for truth, code in zip(gold, coded, strict=True) if code in _PUSHING]
    blame, push = sum(blamed) / max(1, len(blamed)), sum(pushed) / max(1, len(pushed))
    return [
        BenchFigure("free conversations, units wrong", wrong, "share", "reach .08, aim .05", wrong <= 0.08),
        BenchFigure("  what it calls blame is blame", blame, "share", "reach .85, aim .95", blame >= 0.85),
        BenchFigure("  what it calls pushing pushes", push, "share", "reach .92, aim .96", push >= 0.92),
        BenchFigure("  units", len(units), "count"),
    ]


def _confusion(gold: Sequence[Code], coded: Sequence[Code]) -> list[str]:
    """The confusion table: a row per human code, a column per reader code."""
    counts = Counter(zip(gold, coded, strict=True))
    head = "".join(f"{str(code)[:7]:>8}" for code in Code)
    rows = [f"{code!s:<17}" + "".join(f"{counts[code, other] or '.':>8}" for other in Code) for code in Code]
    return [f"{'human, reader:':<17}{head}", *rows]


def _coded(reader: LinearReader, units: Sequence[Example]) -> tuple[list[Code], list[float], list[float]]:
    """Codes, confidences and the probability of a leading question, for each hand-cut unit."""
    judged = reader.judge([(unit.text, unit.context) for unit in units])
    leading = [chances[Code.LEADING_QUESTION] for _, chances in judged]
    return [code for code, _ in judged], [max(chances.values()) for _, chances in judged], leading


def _by_cues(text: str) -> Code:
    voted = votes(heard(text), text.rstrip().endswith("?"))
    return max(voted, key=lambda code: (voted[code], code)) if voted else Code.INFORMATION


def _in(codes: Sequence[Code], group: frozenset[Code]) -> list[bool]:
    return [code in group for code in codes]


def _rep_steps() -> list[BenchFigure]:
    found = steps.measure_steps("test")
    return [BenchFigure(f"rep's next steps, {name}", value, "share") for name, value in found.items()]


def _speed() -> list[BenchFigure]:
    """Speed on uncached texts, in processor time: turns one by one, then units in batches."""
    fresh = LinearReader(MiniLM())
    fresh.read("The first turn loads the model.")
    units = of_split("train")
    turns = [f"{a.text} {b.text}" for a, b in zip(units[:400:2], units[1:400:2], strict=True)]
    seconds = []
    for turn in turns:
        began = time.perf_counter()
        fresh.read(turn)
        seconds.append(time.perf_counter() - began)
    seconds.sort()
    median, p95 = (1000 * seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.95))
    batch = [(unit.text, unit.context) for unit in units[400:1000]]
    began = time.process_time()
    fresh.judge(batch)
    embedded = len(batch) / (time.process_time() - began)
    unheard = units[1000:1600]  # recent texts are cached
    began = time.process_time()
    for unit in unheard:
        _by_cues(unit.text)
    ruled = len(unheard) / (time.process_time() - began)
    return [
        BenchFigure("one turn of two units, median", median, "ms"),
        BenchFigure("one turn of two units, p95", p95, "ms", "under 20", p95 < 20),
        BenchFigure("in batches, with embeddings", embedded, "units/s per core", "over 180", embedded > 180),
        BenchFigure("in batches, cues alone", ruled, "units/s per core", "over 2,000", ruled > 2000),
        BenchFigure("model files", _megabytes(), "MB", "under 26", _megabytes() < 26),
    ]


def _megabytes() -> float:
    """The embedding, its tokenizer and the reader's own weights."""
    files = (packaged_file(*MODEL), packaged_file(*TOKENIZER), TARGET)
    return sum(path.stat().st_size for path in files) / 1e6


def _others(reader: LinearReader, data: Path) -> list[BenchFigure]:
    path = data / "moves" / "annomi.dev.jsonl"
    if not path.is_file():
        raise AskwellError(f"{data}: there is no moves/annomi.dev.jsonl; give the directory of the shared data")
    turns = [_turn(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    gold = [turn.label for turn in turns]
    read = [reader.read(turn.text, turn.context) for turn in turns]
    found = [_five(units) for units in read]
    marks = ["ask" if "?" in turn.text else "other" for turn in turns]
    five, advice = kappa(gold, found), f1(gold, found, "advice")
    ask, tell = _by_conversation(turns, gold, found, ("ask",)), _by_conversation(turns, gold, found, _TELLING)
    separates = _quality(turns, read)
    return [
        BenchFigure("AnnoMI, 5 classes, not trained on", five, "kappa", "reach .55, aim .65", five >= 0.55),
        BenchFigure("AnnoMI, ask or not", kappa([g == "ask" for g in gold], [f == "ask" for f in found]), "kappa"),
        BenchFigure("  contains '?'", kappa([g == "ask" for g in gold], [m == "ask" for m in marks]), "kappa"),
        BenchFigure("AnnoMI, advice", advice, "F1", "reach .40, aim .55", advice >= 0.40),
        BenchFigure("AnnoMI by conversation, asking", ask, "rho", "reach .80, aim .90", ask >= 0.80),
        BenchFigure("AnnoMI by conversation, telling", tell, "rho", "reach .75, aim .90", tell >= 0.75),
        BenchFigure("AnnoMI, poor vs good by directiveness", separates, "AUC", "reach .90, aim .95", separates >= 0.90),
        BenchFigure("AnnoMI turns", len(turns), "count"),
    ]


def _turn(row: dict[str, Any]) -> _Turn:
    label = {"open_question": "ask", "closed_question": "ask"}.get(row["label"], row["label"])
    return _Turn(row["conversation_id"], row["context"] or "", row["text"], label, row.get("quality"))


def _five(units: Sequence[Unit]) -> str:
    """The class of a coded turn. The first class below that matches wins."""
    codes = {unit.code for unit in units}
    if codes & QUESTIONS:
        return "ask"
    if Code.REFLECTION in codes:
        return "reflection"
    if codes & {Code.ADVICE, Code.DIRECTIVE}:
        return "advice"
    return "information" if codes & {Code.INFORMATION, Code.CONFRONT, Code.TAKEOVER} else "other"


def _by_conversation(turns: Sequence[_Turn], gold: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> float:
    counts: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for turn, a, b in zip(turns, gold, found, strict=True):
        counts[turn.conversation].append((a in labels, b in labels))
    shares = [
        (sum(a for a, _ in pairs) / len(pairs), sum(b for _, b in pairs) / len(pairs)) for pairs in counts.values()
    ]
    return spearman([a for a, _ in shares], [b for _, b in shares])


def _quality(turns: Sequence[_Turn], read: Sequence[tuple[Unit, ...]]) -> float:
    """How well the share of pushing units separates poor from good counselling conversations."""
    units: dict[str, list[Unit]] = defaultdict(list)
    quality: dict[str, str | None] = {}
    for turn, coded in zip(turns, read, strict=True):
        units[turn.conversation] += [unit for unit in coded if unit.code is not Code.OTHER]
        quality[turn.conversation] = turn.quality
    shares = {name: sum(unit.pushing for unit in held) / len(held) for name, held in units.items() if held}
    low = [share for name, share in shares.items() if quality[name] == "low"]
    high = [share for name, share in shares.items() if quality[name] == "high"]
    return auc(low, high)
