"""Measures the reader: on held-out topics of our own units and, with --data, on other people's conversations.

Compares three readers: this one, the rules, and counting question marks. Other people's data is read in place and
never copied; nothing is trained on AnnoMI.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

from bot.engine import model_reader
from bot.errors import AskwellError, ModelError
from bot.reader import EncoderReader, RulesReader, default_reader
from bot.reader.model import ModelReader
from bot.talk.codebook import CLAIMED_FROM, QUESTIONS, Code, Unit
from bot.vectors.embedding import TOKENIZER, packaged_file
from bot.vectors.units import UNITS_FILE, new_unit_encoder

from ..units.data import CONTRAST, NATURAL, Example, held_out, written_units
from . import BenchFigure, BenchResult, steps
from .agreement import f1, kappa, recall_at_precision

_PUSHING = frozenset({Code.DIRECTIVE, Code.TAKEOVER, Code.CONFRONT, Code.LEADING_QUESTION, Code.ADVICE})
_HARD = frozenset({Code.DIRECTIVE, Code.TAKEOVER, Code.CONFRONT})
_ASKING = frozenset({Code.OPEN_QUESTION, Code.CLOSED_QUESTION})


_AT_ONCE = 8
"""Requests to a model at a time."""


class UnitJudge(Protocol):
    """Judges hand-cut units: the packaged reader, or a model."""

    def judge(self, pieces: Sequence[tuple[str, str, str]]) -> list[dict[Code, float]]:
        """The probability of every code, unit by unit, from the rep's words, the previous unit and the unit."""
        ...


class AskedModel:
    """A model as a judge, several requests at a time. A unit whose request failed is an unsure `other`."""

    def __init__(self, reader: ModelReader) -> None:
        self.seconds: list[float] = []
        self.problems: list[str] = []
        self.name = reader.id
        self._reader = reader

    def judge(self, pieces: Sequence[tuple[str, str, str]]) -> list[dict[Code, float]]:
        """The model's confidence in the code of each unit, 0 for the other codes."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self._one, pieces))

    def _one(self, piece: tuple[str, str, str]) -> dict[Code, float]:
        began = time.perf_counter()
        try:
            (chances,) = self._reader.judge([piece])
        except ModelError as error:
            self.problems.append(str(error))
            return {**dict.fromkeys(Code, 0.0), Code.OTHER: 0.001}
        self.seconds.append(time.perf_counter() - began)
        return chances


def bench_units(reader: str = "packaged", units: int | None = None) -> BenchResult:
    """The figures on our held-out units alone, for the packaged reader or the configured `model`.

    `units` limits each set to so many, evenly spaced, so that readers are compared on the same ones. Raises ModelError
    if no model is configured.
    """
    asked = AskedModel(model_reader()) if reader == "model" else None
    figures, details = _on_units(asked or default_reader(), units)
    name = "the packaged reader"
    failed: tuple[str, ...] = ()
    if asked:
        name = asked.name
        if asked.problems:
            failed = (f"{len(asked.problems)} requests, which count as unsure: {asked.problems[0]}",)
        times = sorted(asked.seconds) or [0.0]
        figures.append(BenchFigure("one request, median (cached ones too)", times[len(times) // 2], "s"))
    return BenchResult(f"moves: agreement of {name} with human codes", tuple(figures), tuple(details), failed)


def bench(data: Path | None = None) -> BenchResult:
    """All figures. Those on other people's conversations need `data`."""
    reader = default_reader()
    figures, details = _on_units(reader)
    figures += _rep_steps()
    figures += _speed()
    if data is not None:
        figures += _others(reader, data)
    return BenchResult("moves: agreement with human codes", tuple(figures), tuple(details))


def _on_units(reader: UnitJudge, most: int | None = None) -> tuple[list[BenchFigure], list[str]]:
    """The figures on our own held-out units."""
    figures, details = _own_units(reader, _spaced(written_units("test"), most))
    figures += _people(reader, _spaced(held_out(NATURAL), most), "free conversations", claims=True)
    figures += _people(reader, _spaced(held_out(CONTRAST), most), "contrast set", claims=False)
    return figures, details


def _spaced(units: Sequence[Example], most: int | None) -> Sequence[Example]:
    """At most so many units, evenly spaced."""
    if most is None or most >= len(units):
        return units
    return [units[place * len(units) // most] for place in range(most)]


def _own_units(reader: UnitJudge, units: Sequence[Example]) -> tuple[list[BenchFigure], list[str]]:
    gold = [unit.code for unit in units]
    judged = _judged(reader, units)
    coded = [code for code, _, _ in judged]
    rules = RulesReader()
    ruled = [rules.judge(unit.text, unit.context)[0] for unit in units]
    marks = [Code.CLOSED_QUESTION if "?" in unit.text else Code.INFORMATION for unit in units]
    pushes, asks = _in(gold, _PUSHING), _in(gold, _ASKING)
    disguised = ["advice_as_question" in unit.flags for unit in units]
    leading = [chances[Code.LEADING_QUESTION] for _, _, chances in judged]
    recall = recall_at_precision(leading, disguised, 0.9)
    twelve, push, ask = kappa(gold, coded), kappa(pushes, _in(coded, _PUSHING)), kappa(asks, _in(coded, _ASKING))
    figures = [
        BenchFigure("held-out topics, 12 codes", twelve, "kappa", "reach .78, aim .88", twelve >= 0.78),
        BenchFigure("  rules reader", kappa(gold, ruled), "kappa"),
        BenchFigure("pushing or not", push, "kappa", "reach .80, aim .90", push >= 0.80),
        BenchFigure("  rules reader", kappa(pushes, _in(ruled, _PUSHING)), "kappa"),
        BenchFigure("genuine question or not", ask, "kappa", "reach .85, aim .93", ask >= 0.85),
        BenchFigure("  rules reader", kappa(asks, _in(ruled, _ASKING)), "kappa"),
        BenchFigure("  contains '?'", kappa(asks, _in(marks, _ASKING)), "kappa"),
        BenchFigure("disguised advice, at precision .9", recall, "recall", "reach .85, aim .95", recall >= 0.85),
        BenchFigure("units", len(units), "count"),
    ]
    details = ["F1 by code: " + ", ".join(f"{code} {f1(gold, coded, code):.2f}" for code in Code)]
    details += _confusion(gold, coded)
    return figures, details


def _people(reader: UnitJudge, units: Sequence[Example], called: str, claims: bool) -> list[BenchFigure]:
    """Units of people who had no part in the reader: what it says of them, and what it claims."""
    gold = [unit.code for unit in units]
    judged = _judged(reader, units)
    coded, claimed = [code for code, _, _ in judged], [sure >= CLAIMED_FROM[code] for code, sure, _ in judged]
    pushes, asks = _in(gold, _PUSHING), _in(gold, _ASKING)
    twelve, push, ask = kappa(gold, coded), kappa(pushes, _in(coded, _PUSHING)), kappa(asks, _in(coded, _ASKING))
    figures = [
        BenchFigure(f"{called}, 12 codes", twelve, "kappa", "reach .80, aim .86", twelve >= 0.80),
        BenchFigure("  pushing or not", push, "kappa", "reach .84, aim .90", push >= 0.84),
        BenchFigure("  genuine question or not", ask, "kappa", "reach .92, aim .95", ask >= 0.92),
    ]
    worst = [
        code in _PUSHING or not sure for truth, code, sure in zip(gold, coded, claimed, strict=True) if truth in _HARD
    ]
    found = _share(worst)
    figures.append(
        BenchFigure(
            "  orders, blame and takeovers found or unsure", found, "share", "reach .92, aim .98", found >= 0.92
        )
    )
    if claims:
        figures += _claims(gold, coded, claimed)
    return [*figures, BenchFigure("  units", len(units), "count")]


def _claims(gold: Sequence[Code], coded: Sequence[Code], claimed: Sequence[bool]) -> list[BenchFigure]:
    """How often what is claimed is so, in conversations in which things happen as often as they do."""
    said = [(truth, code) for truth, code, sure in zip(gold, coded, claimed, strict=True) if sure]
    wrong = _share([truth is not code for truth, code in said])
    blame = [truth is Code.CONFRONT for truth, code in said if code is Code.CONFRONT]
    push = [truth in _PUSHING for truth, code in said if code in _PUSHING]
    return [
        BenchFigure("  wrong, of all units", _share([a is not b for a, b in zip(gold, coded, strict=True)]), "share"),
        BenchFigure("  wrong, of claimed units", wrong, "share", "reach .08, aim .05", wrong <= 0.08),
        BenchFigure("  claimed, of all units", _share(claimed), "share"),
        BenchFigure("  claimed blame is blame", _share(blame), "share", "reach .85, aim .95", _share(blame) >= 0.85),
        BenchFigure("    claims of blame", len(blame), "count"),
        BenchFigure("    units that blame", gold.count(Code.CONFRONT), "count"),
        BenchFigure("  claimed pushing pushes", _share(push), "share", "reach .92, aim .96", _share(push) >= 0.92),
        BenchFigure("    claims of pushing", len(push), "count"),
        BenchFigure("    units that push", sum(_in(gold, _PUSHING)), "count"),
    ]


def _confusion(gold: Sequence[Code], coded: Sequence[Code]) -> list[str]:
    """The confusion table: a row per human code, a column per reader code."""
    counts = Counter(zip(gold, coded, strict=True))
    head = "".join(f"{str(code)[:7]:>8}" for code in Code)
    rows = [f"{code!s:<17}" + "".join(f"{counts[code, other] or '.':>8}" for other in Code) for code in Code]
    return [f"{'human, reader:':<17}{head}", *rows]


def _judged(reader: UnitJudge, units: Sequence[Example]) -> list[tuple[Code, float, dict[Code, float]]]:
    """The code, the confidence and the probability of every code, for each hand-cut unit."""
    judged = reader.judge([(unit.context, unit.previous, unit.text) for unit in units])
    return [(max(chances, key=chances.__getitem__), max(chances.values()), chances) for chances in judged]


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _in(codes: Sequence[Code], group: frozenset[Code]) -> list[bool]:
    return [code in group for code in codes]


def _rep_steps() -> list[BenchFigure]:
    found = steps.measure_steps("test")
    return [BenchFigure(f"rep's next steps, {name}", value, "share") for name, value in found.items()]


def _speed() -> list[BenchFigure]:
    """Speed on uncached texts, in processor time: turns one by one, then units in batches."""
    fresh = EncoderReader(new_unit_encoder())
    fresh.read("The first turn loads the model.")
    units = written_units("train")
    turns = [f"{a.text} {b.text}" for a, b in zip(units[:400:2], units[1:400:2], strict=True)]
    seconds = []
    for turn in turns:
        began = time.perf_counter()
        fresh.read(turn)
        seconds.append(time.perf_counter() - began)
    seconds.sort()
    median, p95 = (1000 * seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.95))
    batch = [(unit.context, unit.previous, unit.text) for unit in units[400:1000]]
    began = time.process_time()
    fresh.judge(batch)
    embedded = len(batch) / (time.process_time() - began)
    rules, unheard = RulesReader(), units[1000:1600]  # recent texts are cached
    began = time.process_time()
    for unit in unheard:
        rules.judge(unit.text)
    ruled = len(unheard) / (time.process_time() - began)
    return [
        BenchFigure("one turn of two units, median", median, "ms"),
        BenchFigure("one turn of two units, p95", p95, "ms", "under 40", p95 < 40),
        BenchFigure("in batches", embedded, "units/s per core", "over 120", embedded > 120),
        BenchFigure("in batches, rules reader", ruled, "units/s per core", "over 2,000", ruled > 2000),
        BenchFigure("model files", _megabytes(), "MB", "under 35", _megabytes() < 35),
    ]


def _megabytes() -> float:
    """The reader's encoder, its tokenizer and its own weights."""
    data = Path(str(resources.files("bot"))) / "data"
    files = (data / UNITS_FILE, packaged_file(*TOKENIZER), data / "reader.npz")
    return sum(path.stat().st_size for path in files) / 1e6


def _others(reader: EncoderReader, data: Path) -> list[BenchFigure]:
    return [*_annomi(reader, data), *_misc(reader, data)]


def _annomi(reader: EncoderReader, data: Path) -> list[BenchFigure]:
    """Counsellors' turns, with one label a turn."""
    rows = _lines(data, "annomi.dev.jsonl")
    gold = [_LABELS.get(row["label"], row["label"]) for row in rows]
    read = [reader.read(row["text"], row["context"] or "") for row in rows]
    five, advised = [_five(units) for units in read], [_advice_first(units) for units in read]
    marks = ["ask" if "?" in row["text"] else "other" for row in rows]
    agreed, ask, advice = kappa(gold, five), f1(gold, advised, "ask"), f1(gold, advised, "advice")
    return [
        BenchFigure("AnnoMI, 5 classes, not trained on", agreed, "kappa", "reach .55, aim .65", agreed >= 0.55),
        BenchFigure("AnnoMI, ask or not", kappa([g == "ask" for g in gold], [f == "ask" for f in five]), "kappa"),
        BenchFigure("  contains '?'", kappa([g == "ask" for g in gold], [m == "ask" for m in marks]), "kappa"),
        BenchFigure("AnnoMI, ask", ask, "F1", "reach .74, aim .80", ask >= 0.74),
        BenchFigure("AnnoMI, advice", advice, "F1", "reach .48, aim .55", advice >= 0.48),
        BenchFigure("AnnoMI turns", len(rows), "count"),
    ]


def _misc(reader: EncoderReader, data: Path) -> list[BenchFigure]:
    """Counsellors' units from recognised speech."""
    rows = _lines(data, "misc_units.dev.jsonl")
    gold = [Code(row["label"]) for row in rows]
    judged = reader.judge([(row["context"] or "", "", row["text"]) for row in rows])
    coded = [max(chances, key=chances.__getitem__) for chances in judged]
    twelve, ask = kappa(gold, coded), kappa(_in(gold, _ASKING), _in(coded, _ASKING))
    return [
        BenchFigure("MISC units, 12 codes", twelve, "kappa", "reach .52, aim .60", twelve >= 0.52),
        BenchFigure("  ask or not", ask, "kappa", "reach .75, aim .82", ask >= 0.75),
        BenchFigure("  units", len(rows), "count"),
    ]


_LABELS = {"open_question": "ask", "closed_question": "ask"}


def _lines(data: Path, name: str) -> list[dict[str, Any]]:
    path = data / "moves" / name
    if not path.is_file():
        raise AskwellError(f"{data}: there is no moves/{name}; give the directory of the shared data")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


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


def _advice_first(units: Sequence[Unit]) -> str:
    """The same with advice before all others: a counsellor's advice often comes with a question."""
    codes = {unit.code for unit in units}
    return "advice" if codes & {Code.ADVICE, Code.DIRECTIVE} else _five(units)
