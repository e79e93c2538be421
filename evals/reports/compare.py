"""Compares two runs, conversation by conversation: what got better, what got worse, and what shows no difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import AskwellError

from ..records import Record
from .differences import FIGURE_NAMES, LEVEL, FigureDifference, Pairs, Trend, differences
from .recorded import RecordedRun, digest
from .wording import between, plural, shown

_SHOWN = 3
"""How many unpaired conversations and differing inputs the text names. The JSON lists them all."""
_SCENARIO = "scenario "


@dataclass(frozen=True, slots=True)
class Changed:
    """An input that differs between the two runs."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing run B with run A. `only_before` and `only_after` are keys of unpaired conversations."""

    before: str
    after: str
    pairs: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    inputs: tuple[Changed, ...]
    differences: tuple[FigureDifference, ...]

    @property
    def regressions(self) -> tuple[FigureDifference, ...]:
        """The figures that got worse by more than their tolerance."""
        return tuple(one for one in self.differences if one.regression)

    def as_json(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "a": self.before,
            "b": self.after,
            "pairs": self.pairs,
            "only_a": list(self.only_before),
            "only_b": list(self.only_after),
            "inputs": [{"name": one.name, "a": one.before, "b": one.after} for one in self.inputs],
            "level": round(LEVEL, 4),
            "figures": [one.as_json() for one in self.differences],
            "regressions": [one.name for one in self.regressions],
        }

    def as_text(self) -> str:
        """The same as a table, with the verdict on top."""
        return "\n".join((self._answer(), *self._pairing(), "", *_table(self.differences), *self._where()))

    def _answer(self) -> str:
        worse = self.regressions
        if worse:
            return f"Regression in {plural(len(worse), 'figure')}: {', '.join(one.title.lower() for one in worse)}"
        said = {
            finding: [one.title.lower() for one in self.differences if one.finding is finding]
            for finding in (Trend.WORSE, Trend.BETTER)
        }
        parts = [f"{finding}: {', '.join(titles)}" for finding, titles in said.items() if titles]
        return f"No regression{'; within tolerance ' if said[Trend.WORSE] else '; ' if parts else ''}{'; '.join(parts)}"

    def _pairing(self) -> Iterable[str]:
        yield f"A {self.before}, B {self.after}: {plural(self.pairs, 'pair')}"
        for name, keys in (("A", self.only_before), ("B", self.only_after)):
            if keys:
                yield f"only in {name}, so not compared: {plural(len(keys), 'conversation')}: {_some(keys)}"
        for one in self.inputs[:_SHOWN]:
            yield f"differs: {one.name}: {one.before} in A, {one.after} in B"
        if len(self.inputs) > _SHOWN:
            yield f"and {plural(len(self.inputs) - _SHOWN, 'input')} more; use --json to see all"

    def _where(self) -> Iterable[str]:
        for one in self.regressions:
            if one.where:
                yield ""
                yield f"{one.title}:"
                yield from (f"  {line}" for line in one.where[:_SHOWN])
            if len(one.where) > _SHOWN:
                yield f"  and {len(one.where) - _SHOWN} more; use --json to see all"


def compare_runs(before: RecordedRun, after: RecordedRun) -> Comparison:
    """Compare run B (`after`) with run A (`before`), using the tolerances of A's suite.

    Raises AskwellError if the runs have no conversation in common, or a tolerance names no figure.
    """
    tolerance = before.about.tolerance
    for name in tolerance:
        if name not in FIGURE_NAMES:
            raise AskwellError(
                f"{before.path}: tolerance.{name}: there is no such figure; choose one of {', '.join(FIGURE_NAMES)}"
            )
    keys = sorted(before.by_key.keys() & after.by_key.keys())
    if not keys:
        raise AskwellError(
            f"{before.path} and {after.path} have no conversation in common: {_one_of(before)} in one, "
            f"{_one_of(after)} in the other"
        )
    pairs = Pairs(tuple(before.by_key[key] for key in keys), tuple(after.by_key[key] for key in keys))
    return Comparison(
        str(before.path),
        str(after.path),
        len(keys),
        tuple(sorted(before.by_key.keys() - after.by_key.keys())),
        tuple(sorted(after.by_key.keys() - before.by_key.keys())),
        tuple(changed(before, after)),
        tuple(differences(pairs, tolerance)),
    )


def changed(before: RecordedRun, after: RecordedRun) -> Iterable[Changed]:
    """The inputs that differ between the runs, taken from their records and from run.json."""
    old, new = _inputs(before), _inputs(after)
    for name in sorted(old.keys() | new.keys()):
        missing = name not in old or name not in new  # scenarios of only one run show as unpaired conversations
        if old.get(name) != new.get(name) and not (missing and name.startswith(_SCENARIO)):
            yield Changed(name, old.get(name, "nothing"), new.get(name, "nothing"))


def _inputs(run: RecordedRun) -> dict[str, str]:
    """The inputs by name, from run.json or, if it has none, from the records."""
    found: dict[str, set[str]] = {}
    for record in run.records:
        found.setdefault(f"{_SCENARIO}{record.scenario}, {record.variant}", set()).add(record.digest[:12])
        if not run.about.inputs:
            found.setdefault("reader", set()).update(_if_there(record.reader))
            found.setdefault("rubric", set()).update(_if_there(record.rubric))
    plain = {name: ", ".join(sorted(values)) for name, values in found.items()}
    if run.about.text:
        plain["suite's text"] = digest(run.about.text)[:12]
    told = {name: value for name, value in run.about.inputs.items() if name not in ("scenarios", "managers")}
    people = {"manager": run.about.inputs.get("managers", {})}
    return {**plain, **dict(_flat("", told)), **dict(_flat("", people))}


def _flat(name: str, value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name} {key}".strip(), inner)
    else:
        yield name, str(value)[:40]


def _if_there(value: str) -> set[str]:
    return {value} if value else set()


def _one_of(run: RecordedRun) -> str:
    record: Record = run.records[0]
    return record.key


def _some(keys: tuple[str, ...]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return ", ".join(keys[:_SHOWN]) + more


def _table(found: Iterable[FigureDifference]) -> Iterable[str]:
    yield f"  {'figure':<27} {'A':>10} {'B':>10}  {f'{LEVEL:.1%} interval of B - A':<28} {'pairs':>5}"
    for one in found:
        ends = between(one.interval, one.unit)
        verdict = f"{one.finding}{', a regression' if one.regression else ''}"
        why = f" ({one.why})" if one.why else ""
        if one.before is None:
            yield f"  {one.title:<27} {'not scored':>10} {'':>10}  {'':<28} {one.pairs:>5}  {one.why}"
            continue
        a, b = shown(one.before, one.unit), shown(one.after, one.unit)
        yield f"  {one.title:<27} {a:>10} {b:>10}  {ends:<28} {one.pairs:>5}  {verdict}{why}"
