"""The benchmarks by name, and the table that each prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import AskwellError


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside its target; `met` is None where there is no target."""

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a benchmark measured, with what it has to say besides (misses, the machine)."""

    title: str
    figures: tuple[Figure, ...]
    details: tuple[str, ...] = field(default=())

    @property
    def met(self) -> bool:
        """Whether every target was met."""
        return all(figure.met is not False for figure in self.figures)

    def as_text(self) -> str:
        """A table for people."""
        rows = [
            f"  {figure.name:<46} {figure.value:>10.3f} {figure.unit:<6} {figure.target:<22} "
            f"{'' if figure.met is None else 'met' if figure.met else 'MISSED'}".rstrip()
            for figure in self.figures
        ]
        return "\n".join([self.title, *rows, *([""] if self.details else []), *self.details])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "title": self.title,
            "met": self.met,
            "figures": [
                {"name": f.name, "value": round(f.value, 4), "unit": f.unit, "target": f.target, "met": f.met}
                for f in self.figures
            ],
            "details": list(self.details),
        }


def run(name: str, data: Path | None = None) -> Result:
    """Run one benchmark. Raises AskwellError for a name that there is not."""
    from . import moves, retrieval, speed, topics, voice

    known: dict[str, Callable[[], Result]] = {
        "moves": lambda: moves.bench(data),
        "retrieval": lambda: retrieval.bench(data),
        "topics": lambda: topics.bench(data),
        "speed": speed.bench,
        "voice": lambda: voice.bench(data),
    }
    if name not in known:
        raise AskwellError(f"there is no benchmark {name!r}; choose one of {', '.join(sorted(known))}")
    return known[name]()
