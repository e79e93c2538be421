"""The debrief's figures as markup: the level, what to try, measures, criteria, facts, steps and feedback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.knowledge import Passage
from bot.practice import Debrief
from bot.progress.selfcheck import HEARD_WELL
from bot.scenario import AskKind, Fact, Scenario
from bot.scoring.asked import facts_surely_asked
from bot.scoring.coach import ThingToTry
from bot.scoring.evidence import Evidence
from bot.scoring.exchange import topic_told, words_that_told
from bot.scoring.measures import Measures
from bot.scoring.plan import OwnedStep, owned_steps
from bot.scoring.saying import RepWords
from bot.scoring.scorecard import Criterion, Scorecard, Suggestion, Threshold, Thresholds
from bot.talk.direction import Source

from . import routes
from .markup import Html, element, join, paragraphs, spoken
from .wording import LEVEL_NAMES, code_label, count, measured, percent, threshold, turn_number

_MEANS = {
    "question_ratio": (
        "Question ratio",
        "of what we counted was a genuine question. Don’t read it alone: a manager who only checks asks a lot too.",
    ),
    "directiveness": (
        "Directiveness",
        "of what we counted was leading, unasked advice, orders, blame or taking over.",
    ),
    "ask_share": (
        "Asking over telling",
        "asked openly or listened; the rest told or pushed. Closed questions count for neither.",
    ),
}
_HEARD = {
    Source.ELICITED: ("Came out after you asked", "elicited"),
    Source.DONATED: ("{rep} brought it up unasked", "donated"),
}
_QUOTES_FAULTS = frozenset({"inspection", "balance", "one_at_a_time", "no_takeover"})
"""Criteria whose quotes are what to do otherwise. Those of the others are what was good."""


def to_try(things: Sequence[ThingToTry], card: Scorecard, guidance: Iterable[Passage] = ()) -> Html:
    """What to try next time: the reason, a quote where there is one, a question to begin with, the passage folded.

    A passage that is among the guidance is linked to its own page.
    """
    pages = {passage.text: passage for passage in guidance}
    cards = []
    for thing in things:
        quotes = card.criterion(thing.criterion).evidence if thing.criterion in _QUOTES_FAULTS else ()
        evidence = next(map(_said_there, quotes), Html())
        question = (
            element("p", element("span", "Try: ", class_="quiet"), thing.question, class_="try")
            if thing.question
            else Html()
        )
        own_page = _read_more(pages[thing.passage], "Open in Learn") if thing.passage in pages else Html()
        passage = _folded("Read about it", join(paragraphs(thing.passage), own_page)) if thing.passage else Html()
        cards.append(
            element(
                "li", element("h3", thing.title), element("p", thing.why, class_="quiet"), evidence, question, passage
            )
        )
    return element("ol", *cards, class_="things")


def measures(found: Measures) -> Html:
    """Question ratio, directiveness and asking over telling, each with what it means."""
    cards = [
        element(
            "div",
            element("dt", title),
            element("dd", measured(name, getattr(found, name)), class_="number"),
            element("dd", means, class_="quiet"),
        )
        for name, (title, means) in _MEANS.items()
    ]
    return element("dl", *cards, class_="measures")


def criteria(found: Sequence[Criterion], limits: Thresholds) -> Html:
    """Every criterion with level, value, why and quotes: those that decide the level, then those that advise."""
    head = element("tr", *(element("th", name, scope="col") for name in ("Criterion", "Level", "Value", "Why")))
    groups = [
        ("What decides your level", [entry for entry in found if entry.decides]),
        ("Advice only", [entry for entry in found if not entry.decides]),
    ]
    bodies = [
        element(
            "tbody",
            element("tr", element("th", title, colspan="4", scope="rowgroup"), class_="group"),
            *(_criterion(entry, limits.get(entry.id)) for entry in entries),
        )
        for title, entries in groups
        if entries
    ]
    return element("table", element("thead", head), *bodies, class_="criteria")


def facts(debrief: Debrief) -> Html:
    """What came to the table and how, then what did not come out, with the question that would have opened it."""
    scenario, turns = debrief.scenario, debrief.transcript.turns
    rep, surely = RepWords.of(scenario), facts_surely_asked(scenario, turns)
    said = {how: [scenario.fact(name) for name in debrief.facts(how)] for how in _HEARD}
    near_by = debrief.facts(Source.TOLD)  # words that go near a fact rarely tell it, so that isn't claimed
    told = words_that_told(scenario, turns)
    lists = [
        _fact_list(
            title.replace("{rep}", rep.name),
            kind,
            [_known(fact, scenario, told.get(fact.id)) for fact in said[how]],
            len(said[how]),
        )
        for how, (title, kind) in _HEARD.items()
        if said[how]
    ]
    missed = [scenario.fact(name) for name in (*near_by, *debrief.missed)]
    if asked := [fact for fact in missed if fact.id in surely and fact.id not in near_by]:
        heading = f"You asked, but {rep.name} wasn’t ready to say"
        entries = (_unready(fact, scenario, surely[fact.id]) for fact in asked)
        lists.append(_fact_list(heading, "missed", entries, len(asked)))
    went_near = {*near_by, *debrief.asked_about}
    if near := [fact for fact in missed if fact.id in went_near and fact not in asked]:
        lists.append(_fact_list("You came near it", "missed", (_hidden(fact, scenario) for fact in near), len(near)))
    if unasked := [fact for fact in missed if fact.id not in went_near and fact.id not in surely]:
        lists.append(
            _fact_list("Never came out", "missed", (_unasked(fact, scenario) for fact in unasked), len(unasked))
        )
    return element("div", *lists, class_="facts")


def steps(debrief: Debrief) -> Html:
    """Every next step of the conversation and whose it was."""
    found = owned_steps(debrief)
    if not found:
        return element("p", "We heard no next step.", class_="quiet")
    entries = [
        element(
            "li",
            element(
                "span", _owner(step, debrief.scenario.rep.name), class_="owner rep" if step.by_rep else "owner manager"
            ),
            spoken(step.words, "quote") if step.quoted else step.words,
        )
        for step in found
    ]
    return element("ul", *entries, class_="steps")


def insights(debrief: Debrief) -> Html:
    """What the rep worked out aloud."""
    found = [debrief.scenario.insight(name).topic for name in debrief.state.insights]
    if not found:
        return Html()
    who = f"{debrief.scenario.rep.name} worked out: "
    return element("p", element("span", who, class_="quiet"), "; ".join(found) + ".")


def feedback(found: Sequence[Suggestion], guidance: Iterable[Passage] = ()) -> Html:
    """Each quote that pushed, what to try in its place, and where to read about it: linked if among the guidance."""
    pages = {f"{passage.title} ({passage.id})": passage for passage in guidance}
    entries = [
        element(
            "li",
            element("div", _turn_link(entry.turn), spoken(entry.quote, "quote"), class_="said"),
            element("div", element("span", "Instead: ", class_="quiet"), entry.try_instead, class_="try"),
            _read_more(pages[entry.source], pages[entry.source].title)
            if entry.source in pages
            else element("div", entry.source, class_="source quiet"),
        )
        for entry in found
    ]
    return element("ol", *entries, class_="feedback")


def story(words: str, title: str) -> Html:
    """A passage of the scenario's own prose under a small title."""
    return element("div", element("h3", title), paragraphs(words), class_="story")


def rating_gap(rating: int, ask_share: float | None, possible: tuple[float, float]) -> str:
    """How the manager's own rating, 1 to 5, compares with what was counted.

    `possible` is between which shares the truth lies, whatever the words were that the reader wasn't sure of.
    """
    felt = (rating - 1) / 4
    if ask_share is None:
        return f"You rated yourself {rating} out of 5, but there was too little asking or pushing to compare that with."
    gap = felt - ask_share
    counted = f"the words say {percent(ask_share)}"
    if abs(gap) <= HEARD_WELL:
        return f"You rated yourself {rating} out of 5, about {percent(felt)}, and {counted}: you heard yourself well."
    if possible[0] - HEARD_WELL <= felt <= possible[1] + HEARD_WELL:
        left_out = "too much that we weren’t sure of to say who is right"
        return f"You rated yourself {rating} out of 5, about {percent(felt)}; {counted}, but there was {left_out}."
    side = "less" if gap > 0 else "more"
    return f"You rated yourself {rating} out of 5, about {percent(felt)}; {counted}. You asked {side} than you thought."


def _criterion(entry: Criterion, limit: Threshold) -> Html:
    basic, proficient = (threshold(limit.measure, at, limit.at_most) for at in (limit.basic, limit.proficient))
    asks = basic if basic == proficient else f"basic {basic}, proficient {proficient}"
    why: list[Html] = [element("p", entry.why), element("p", f"Target: {asks}.", class_="quiet")]
    if entry.evidence:
        why.append(_folded(f"{count(len(entry.evidence), 'quote')}", _quotes(entry.evidence)))
    return element(
        "tr",
        element("th", limit.title, scope="row"),
        element("td", element("span", LEVEL_NAMES[entry.level], class_=f"level {entry.level}")),
        element("td", measured(limit.measure, entry.value), class_="value"),
        element("td", *why),
    )


def _said_there(entry: Evidence) -> Html:
    return element("div", _turn_link(entry.turn), spoken(entry.quote, "quote"), class_="said small")


def _quotes(found: Iterable[Evidence]) -> Html:
    entries = [
        element(
            "li",
            _turn_link(entry.turn),
            spoken(entry.quote, "quote"),
            element("span", code_label(entry.code), class_="quiet"),
        )
        for entry in found
    ]
    return element("ul", *entries, class_="quotes")


def _fact_list(title: str, kind: str, entries: Iterable[Html], number: int) -> Html:
    heading = element("h3", title, element("span", str(number), class_="tally"))
    return element("section", heading, element("ul", *entries), class_=kind)


def _known(fact: Fact, scenario: Scenario, told: tuple[int, str] | None) -> Html:
    """A fact that came out, in the words that told it: the scenario's own text says more than was said."""
    words = Html()
    if told is not None:
        words = element("div", _turn_link(told[0]), spoken(told[1], "quote"), class_="said small")
    whole = _folded("All there is to it", element("p", fact.text))
    return element("li", element("div", _topic(fact, scenario), class_="topic"), words, whole)


def _unready(fact: Fact, scenario: Scenario, turn: int) -> Html:
    """A fact that was asked about in vain, where, and what opens it."""
    rep = RepWords.of(scenario)
    if fact.opens.ask is AskKind.REFLECTION or fact.feeling:
        why = f"First say back what you hear in {rep.his} voice, then ask."
    elif fact.opens.openness:
        why = f"This takes more trust. Say back what {rep.he} tells you, then ask about this alone."
    else:
        why = "An open question about this alone brings it out."
    return _hidden(fact, scenario, element("div", _turn_link(turn), " ", why, class_="quiet"))


def _unasked(fact: Fact, scenario: Scenario) -> Html:
    """A fact that nobody went for, with a question that opens it."""
    return _hidden(
        fact,
        scenario,
        element("div", element("span", "You could have asked: ", class_="quiet"), fact.question, class_="try"),
    )


def _hidden(fact: Fact, scenario: Scenario, advice: Html | None = None) -> Html:
    what = _folded("What it was", element("p", fact.text))
    return element("li", element("div", _topic(fact, scenario), class_="topic"), advice or Html(), what)


def _topic(fact: Fact, scenario: Scenario) -> Html:
    topic = topic_told(fact, scenario)
    named = topic[0].upper() + topic[1:]
    return join(named, element("span", "feeling", class_="feeling") if fact.feeling else Html())


def _owner(step: OwnedStep, rep: str) -> str:
    if step.taken:
        return "You took this over"
    if not step.by_rep:
        return f"You told {rep}"
    return f"{rep}’s own" + (", and committed" if step.when else "")


def _turn_link(index: int) -> Html:
    return element("a", f"turn {turn_number(index)}", href=f"#turn-{index}", class_="at")


def _read_more(passage: Passage, label: str) -> Html:
    """A link to a passage's own page, beside the debrief: nobody loses their place in it."""
    link = element("a", label, href=routes.passage(passage.id), target="_blank", rel="noopener")
    return element("div", link, class_="source")


def _folded(title: str, inside: Html) -> Html:
    return element("details", element("summary", title), inside)
