"""The benchmarks by name, with the tables they print."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import AskwellError

BENCHES = ("moves", "score", "speech", "answers", "retrieval", "mutations", "voice", "peers", "speed", "load")
"""Modules of this package, in running order. Each has a `bench`."""
_WITHOUT_DATA = ("speed", "load", "speech")
_OF_CONVERSATIONS = ("moves", "score", "voice", "peers")
"""Benchmarks whose data is a directory of other people's conversations. The others use a file of questions, or a
scenario's folder."""


@dataclass(frozen=True, slots=True)
class BenchFigure:
    """A measured figure and its target. `met` is None if there is no target.

    `peers` are other tools' results, by name and in the same unit.
    """

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None
    peers: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratios(self) -> dict[str, float | None]:
        """This figure divided by each peer's; None if a peer's is 0 or less."""
        return {name: self.value / other if other > 0 else None for name, other in self.peers.items()}

    def as_row(self) -> str:
        """A row of the table, with the ratios to peers at its end."""
        met = "" if self.met is None else "met" if self.met else "MISSED"
        beside = ", ".join(f"{_times(self.ratios[name])} {name} ({other:,.4g})" for name, other in self.peers.items())
        row = f"{self.name:<46} {self.value:>10.3f} {self.unit:<6} {self.target:<22} {met:<7} {beside}"
        return row.rstrip()

    def as_json(self) -> dict[str, Any]:
        """The figure in the public JSON format."""
        shape: dict[str, Any] = {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "target": self.target,
            "met": self.met,
        }
        ratios = {name: None if ratio is None else round(ratio, 4) for name, ratio in self.ratios.items()}
        return {**shape, "peers": {name: round(value, 4) for name, value in self.peers.items()}, "ratios": ratios}


@dataclass(frozen=True, slots=True)
class BenchResult:
    """A benchmark's figures and details (misses, the machine).

    `failed` lists figures that couldn't be measured here, with reasons; `absent` lists peers that couldn't run, which
    isn't a failure.
    """

    title: str
    figures: tuple[BenchFigure, ...]
    details: tuple[str, ...] = field(default=())
    failed: tuple[str, ...] = field(default=())
    absent: tuple[str, ...] = field(default=())

    @property
    def met(self) -> bool:
        """Whether everything was measured and every target was met."""
        return not self.failed and all(figure.met is not False for figure in self.figures)

    def rows(self) -> list[str]:
        """The rows of the table: figures, then failures and absent peers."""
        said = [f"FAILED {why}" for why in self.failed] + [f"absent {why}" for why in self.absent]
        return [figure.as_row() for figure in self.figures] + said

    def as_text(self) -> str:
        """The table as plain text."""
        rows = [f"  {row}" for row in self.rows()]
        return "\n".join([self.title, *rows, *([""] if self.details else []), *self.details])

    def as_json(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "title": self.title,
            "met": self.met,
            "figures": [figure.as_json() for figure in self.figures],
            "details": list(self.details),
            "failed": list(self.failed),
            "absent": list(self.absent),
        }


@dataclass(frozen=True, slots=True)
class Ran:
    """One benchmark in a run of all: its result, or why there is none."""

    name: str
    result: BenchResult | None = None
    error: str = ""

    @property
    def met(self) -> bool:
        """Whether it ran and met every target."""
        return self.result is not None and self.result.met

    def as_text(self) -> str:
        """The benchmark's rows in the combined table."""
        if self.result is None:
            return f"{self.name:<10} FAILED {self.error}"
        return "\n".join(f"{self.name:<10} {row}" for row in self.result.rows())

    def as_json(self) -> dict[str, Any]:
        """The benchmark's name, then its result, or the error."""
        return {"name": self.name, **(self.result.as_json() if self.result else {"met": False, "error": self.error})}


def run_benches(name: str, data: Path | None = None) -> BenchResult:
    """Run one benchmark. Raises AskwellError for an unknown name."""
    if name not in BENCHES:
        raise AskwellError(f"there is no benchmark {name!r}; choose one of {', '.join(sorted(BENCHES))}")
    bench = importlib.import_module(f".{name}", __package__).bench
    result: BenchResult = bench() if name in _WITHOUT_DATA else bench(data)
    return result


def run_all(data: Path | None = None) -> Iterator[Ran]:
    """Yield every benchmark as it finishes. A failure doesn't stop the others.

    `data` is the directory of other people's conversations, for benchmarks that use one. Raises AskwellError if it
    isn't a directory.
    """
    if data is not None and not data.is_dir():
        raise AskwellError(f"{data}: not a directory; to give a file of questions, name the benchmark")
    return (_ran(name, data if name in _OF_CONVERSATIONS else None) for name in BENCHES)


def _ran(name: str, data: Path | None) -> Ran:
    try:
        return Ran(name, run_benches(name, data))
    except AskwellError as error:
        return Ran(name, error=str(error))


def heading() -> str:
    """The heading of the combined table. Each row ends with the ratio to each peer and that peer's figure."""
    return (
        f"{'benchmark':<10} {'figure':<46} {'value':>10} {'unit':<6} {'target':<22} {'':<7} ratio to peer (its figure)"
    )


def _times(ratio: float | None) -> str:
    if ratio is None:
        return "-"
    return f"{ratio:.3g}x" if ratio < 100 else f"{ratio:,.0f}x"
