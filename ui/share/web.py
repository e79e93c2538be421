"""The page as one HTML file: it needs no other file, no script and no network, and prints as it looks."""

from __future__ import annotations

from pathlib import Path

from .. import palette
from ..markup import Html, element, join
from .content import OnePage, PlanStep, QuotedMoment

_SHEET = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_web_page(page: OnePage) -> str:
    """The whole page, in full length. What people typed is text in it, and a browser may load nothing for it."""
    return web_page(f"{page.title}: debrief, {page.date}", _main(page))


def web_page(title: str, main: Html) -> str:
    """A page in one file around its `main` element."""
    about = join(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
    )
    # A style element is raw text, so nothing in it is escaped; what people typed never gets there.
    styles = palette.variables() + _SHEET.read_text(encoding="utf-8")
    body = element("body", main)
    return f'<!doctype html>\n<html lang="en"><head>{about}<style>{styles}</style></head>{body}</html>\n'


def _main(page: OnePage) -> Html:
    header = element(
        "header",
        _said("p", page.about, "quiet"),
        _said("p", page.title, "title"),
        _said("h1", page.headline),
        *(_said("p", reason, "reasons") for reason in page.reasons),
    )
    moments = [_moment(page.rep, *moment) for moment in page.moments]
    return element(
        "main",
        header,
        element("div", *moments, class_="row") if moments else Html(),
        _plan(page),
        _short(page),
        element("footer", _said("p", page.foot, "quiet")),
    )


def _moment(rep: str, kind: str, heading: str, exchange: QuotedMoment) -> Html:
    parts = [
        element("h2", heading),
        element("p", "You said", class_="who quiet"),
        _said("p", exchange.quote, "quote mine"),
    ]
    if exchange.reply:
        parts += [_said("p", rep, "who quiet"), _said("p", exchange.reply, "quote")]
    if exchange.effect:
        parts.append(_said("p", exchange.effect, "effect"))
    if exchange.instead:
        parts += [element("p", "Ask this instead", class_="who quiet"), _said("p", exchange.instead, "try")]
    return element("section", *parts, class_=kind)


def _plan(page: OnePage) -> Html:
    note = _said("p", page.plan_note, "quiet") if page.plan_note else Html()
    steps = element("ul", *map(_step, page.plan)) if page.plan else Html()
    return element("section", element("h2", "The plan"), steps, note, class_="plan")


def _step(step: PlanStep) -> Html:
    when = _said("p", step.when, "when") if step.when else Html()
    named = element("div", _said("p", step.title, "owned"), when)
    return element("li", named, _said("p", step.owner, "quiet"))


def _short(page: OnePage) -> Html:
    if not page.figures:
        return Html()
    pairs = [element("div", _said("dt", words), _said("dd", label, "quiet")) for label, words in page.figures]
    return element("section", element("h2", "In short"), element("dl", *pairs, class_="row"), class_="short")


def _said(name: str, words: str, more: str = "") -> Html:
    """Text in an element of its own, in whichever direction its script runs."""
    return element(name, words, class_=f"said {more}".strip(), dir="auto")
