"""Formats numbers for reports."""

from __future__ import annotations

from .statistics import Interval


def plural(number: int, noun: str) -> str:
    """3 turns, 1 turn, 2 replies."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ly") else f"{number:,} {noun}s"


def shown(value: float | None, unit: str) -> str:
    """A value with its significant digits, or "not scored"."""
    if value is None:
        return "not scored"
    value = round(value, 4) + 0.0  # no -0
    match unit:
        case "share":
            whole = value in (0, 1) or 0.1 <= abs(value) <= 0.99
            return f"{100 * value:.0f}%" if whole else f"{100 * value:.1f}%"
        case "count" | "tokens":
            return f"{value:,.0f}"
        case "points" | "words":
            return f"{round(value, 1) + 0.0:.1f}"
        case "s":
            return f"{value:.2f} s"
        case _:
            return f"{value:.2f}"


def between(interval: Interval | None, unit: str) -> str:
    """The two ends of an interval, or an empty string."""
    return f"{shown(interval.low, unit)} to {shown(interval.high, unit)}" if interval else ""
