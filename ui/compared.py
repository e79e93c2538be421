"""Two goes at one conversation side by side, as markup: what came out, how open the rep was, whose plan it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.scenario import Scenario
from bot.scoring.exchange import topic_told
from bot.scoring.outcome import Difference, Outcome
from bot.scoring.saying import RepWords, sentence_case

from .markup import Html, element, join

_OPEN = ((0.7, "open"), (0.5, "fairly open"), (0.3, "a little guarded"))
_THEIRS = ((0.6, "mostly {hers}"), (0.4, "half yours, half {hers}"), (0.2, "mostly yours"))


def how_it_differs(found: Iterable[Difference]) -> Html:
    """How the second go differs, each sentence marked as better, worse or neither."""
    entries = [
        element(
            "li",
            element("span", _SIGNS[one.better][0], class_="sign", aria_hidden="true"),
            element("span", f"{_SIGNS[one.better][1]}: ", class_="unseen"),
            one.words,
            class_=_SIGNS[one.better][1].lower(),
        )
        for one in found
    ]
    if not entries:
        return element("p", "So far it has come to the same as the first time.", class_="quiet")
    return element("ul", *entries, class_="differences")


_SIGNS = {True: ("↑", "Better"), False: ("↓", "Worse"), None: ("·", "Different")}


def side_by_side(scenario: Scenario, before: Outcome, after: Outcome, known: Collection[str]) -> Html:
    """A table of both outcomes. `known` are the ids of the facts that were out before the two parted."""
    rep = RepWords.of(scenario)
    columns = ("First time", "This time")
    rows = (
        (f"What {rep.name} told you", [_told(scenario, one, known) for one in (before, after)]),
        (f"How open {rep.he} {rep.was}", [_openness(one) for one in (before, after)]),
        ("Whose plan", [_plan(scenario, one, rep) for one in (before, after)]),
    )
    head = element("tr", element("td", class_="corner"), *(element("th", name, scope="col") for name in columns))
    body = [
        element(
            "tr",
            element("th", title, scope="row"),
            *(element("td", cell, data_go=name) for name, cell in zip(columns, cells, strict=True)),
        )
        for title, cells in rows
    ]
    return element("table", element("thead", head), element("tbody", *body), class_="two-goes")


def _told(scenario: Scenario, found: Outcome, known: Collection[str]) -> Html:
    topics = [sentence_case(topic_told(scenario.fact(name), scenario)) for name in found.facts if name not in known]
    return element("ul", *(element("li", topic) for topic in topics)) if topics else element("span", "Nothing new")


def _openness(found: Outcome) -> Html:
    words = next((words for least, words in _OPEN if found.openness >= least), "guarded")
    bar = element("span", element("span", style=f"width:{found.openness:.0%}"), class_="share", aria_hidden="true")
    return join(sentence_case(words), " ", bar)


def _plan(scenario: Scenario, found: Outcome, rep: RepWords) -> Html:
    """Whose the plan felt, and the rep's own steps."""
    whose = next((words for least, words in _THEIRS if found.ownership >= least), "yours")
    steps = [(scenario.step(name).title, name in found.committed) for name in found.own_steps]
    steps += [(f"“{step.words}”", step.day) for step in found.spoken]
    own = [element("li", title + (f" ({rep.he} said when)" if day else "")) for title, day in steps]
    none = element("div", f"No step of {rep.his} own yet.")
    felt = element("div", f"It felt {whose.replace('{hers}', rep.hers)}.", class_="quiet")
    return join(element("ul", *own) if own else none, felt)
