"""A plan of a real talk as it is read: its labels, what to listen for, and its printed page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.plans import PlannedTalk

from .markup import Html, element, join
from .share.sheets import cut_line, typeset
from .share.web import web_page

BEFORE = {
    "who": "Who is it?",
    "matter": "What is it about?",
    "heard": "What do they say about it so far?",
    "unknown": "What don’t you know yet?",
    "wish": "What should be different afterwards?",
}
AFTERWARDS = {
    "new": "What did you hear that you didn’t know?",
    "opened": "Which question opened it?",
    "told": "What did you tell that you could have asked?",
    "different": "What was different from your plan?",
    "keep": "One thing to keep",
}
LISTENING_CUES = (
    "Listen for a name, a date or a doubt that is news to you. Then say it back.",
    "Listen for what is passed over quickly. Wait, and ask about that.",
    "Listen for a step they name themselves. Ask when, and leave it with them.",
)
"""What to listen for after each of the three questions, in their order."""
_OWN = "Nobody can find this out for you: ask it early, in your own words, and leave the answer open."
_FOOT = "Your own notes, kept on your machine · Made with Askwell"


def with_cues(plan: PlannedTalk) -> tuple[tuple[str, str], ...]:
    """Each question with what to listen for, and last what isn't known yet, in the manager's own words."""
    own = ((f"Your own: {plan.lines.unknown}", _OWN),) if plan.lines.unknown else ()
    return (*zip(plan.questions, LISTENING_CUES, strict=False), *own)


def plan_title(plan: PlannedTalk) -> str:
    """The plan in a line."""
    on = f" on {plan.day:%A}, {plan.day.day} {plan.day:%B}" if plan.day else ""
    return f"Before I talk to {plan.lines.who}{on}"


def plan_as_pdf(plan: PlannedTalk, on: date) -> bytes:
    """The plan on one sheet of A4, with what was written afterwards."""
    return typeset("plan.typ", f"{plan_title(plan)}, {_day(on)}", _FOOT, lambda length: _sheet(plan, on, length))


def plan_as_web_page(plan: PlannedTalk, on: date) -> str:
    """The same as one HTML file, in full length."""
    header = element(
        "header",
        _said("p", _about(on), "quiet"),
        _said("h1", plan_title(plan)),
        _said("p", _focus(plan), "title") if plan.focus else Html(),
    )
    asked = [
        element("li", element("div", _said("p", ask, "owned"), _said("p", listen, "quiet")))
        for ask, listen in with_cues(plan)
    ]
    questions = (
        element("section", element("h2", "Questions to take along"), element("ul", *asked), class_="plan")
        if asked
        else Html()
    )
    back = list(_back(plan))
    after = element("section", element("h2", "Afterwards"), _pairs(back), class_="short") if back else Html()
    main = element(
        "main",
        header,
        element("section", _pairs(list(_before(plan))), class_="short"),
        questions,
        after,
        element("footer", _said("p", _FOOT, "quiet")),
    )
    return web_page(f"{plan_title(plan)}, {_day(on)}", main)


def plan_lines(plan: PlannedTalk) -> Html:
    """The five lines, for the page of the app."""
    return _pairs(list(_before(plan)))


def look_back_lines(plan: PlannedTalk) -> Html:
    """What was written afterwards, for the page of the app."""
    return _pairs(list(_back(plan)))


def _before(plan: PlannedTalk) -> Iterator[tuple[str, str]]:
    for name, label in BEFORE.items():
        if words := getattr(plan.lines, name):
            yield label, words


def _back(plan: PlannedTalk) -> Iterator[tuple[str, str]]:
    for name, label in AFTERWARDS.items():
        if plan.back and (words := getattr(plan.back, name)):
            yield label, words


def _sheet(plan: PlannedTalk, on: date, length: int) -> dict[str, Any]:
    def pair(label: str, words: str) -> dict[str, Any]:
        return {"label": cut_line(label, length), "words": cut_line(words, length)}

    return {
        "about": cut_line(_about(on), length),
        "title": cut_line(plan_title(plan), length),
        "focus": cut_line(_focus(plan) if plan.focus else "", length),
        "lines": [pair(*one) for one in _before(plan)],
        "questions": [
            {"ask": cut_line(ask, length), "listen": cut_line(listen, length)} for ask, listen in with_cues(plan)
        ],
        "back": [pair(*one) for one in _back(plan)],
    }


def _focus(plan: PlannedTalk) -> str:
    return f"My focus: {plan.focus}"


def _about(on: date) -> str:
    return f"A plan of a real talk · {_day(on)}"


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _pairs(found: list[tuple[str, str]]) -> Html:
    pairs = (join(_said("dt", label), _said("dd", words)) for label, words in found)
    return element("dl", *pairs, class_="lines")


def _said(name: str, words: str, more: str = "") -> Html:
    return element(name, words, class_=f"said {more}".strip(), dir="auto")
