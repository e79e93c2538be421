"""The debrief's page as a PDF."""

from __future__ import annotations

from typing import Any

from .content import OnePage, PlanStep, QuotedMoment
from .sheets import cut_line, typeset

_MOST_REASONS = 4


def as_pdf(page: OnePage) -> bytes:
    """One sheet of A4. Text that is too long for it is shortened."""
    return typeset("debrief.typ", f"{page.title}: debrief, {page.date}", page.foot, lambda length: _sheet(page, length))


def _sheet(page: OnePage, length: int) -> dict[str, Any]:
    """What the template shows, with no text longer than `length`."""
    return {
        "about": cut_line(page.about, length),
        "title": cut_line(page.title, length),
        "headline": cut_line(page.headline, length),
        "reasons": [cut_line(reason, length) for reason in page.reasons[:_MOST_REASONS]],
        "moments": [_moment(page, *moment, length) for moment in page.moments],
        "plan": [_step(step, length) for step in page.plan],
        "plan_note": cut_line(page.plan_note, length),
        "figures": [[cut_line(words, length), cut_line(label, length)] for label, words in page.figures],
    }


def _moment(page: OnePage, kind: str, heading: str, exchange: QuotedMoment, length: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "heading": cut_line(heading, length),
        "quote": cut_line(exchange.quote, length),
        "rep": cut_line(page.rep, length),
        "reply": cut_line(exchange.reply, length),
        "effect": cut_line(exchange.effect, length),
        "instead": cut_line(exchange.instead, length),
    }


def _step(step: PlanStep, length: int) -> dict[str, Any]:
    return {
        "title": cut_line(step.title, length),
        "owner": cut_line(step.owner, length),
        "when": cut_line(step.when, length),
    }
