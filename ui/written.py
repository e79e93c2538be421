"""What a model wrote of a conversation, as markup: all is text, with its quotes, figures and what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.scoring.scorecard import Thresholds
from bot.writeup.cited import Made
from bot.writeup.judge import Dimension, Judgement
from bot.writeup.narrative import Narrative
from bot.writeup.vetting import Claim, NextConversation, Rewrite

from .markup import Html, element, join, spoken
from .wording import measured, turn_number

_DIMENSIONS = {"partnership": "Partnership", "evoking": "Evoking", "listening": "Listening"}
_PLAIN = frozenset(
    {
        "longest_turn",
        "genuine_questions",
        "asks_and_pushes",
        "manager_turns",
        "instruction",
        "view_questions",
        "debrief_questions",
    }
)


def narrative(found: Narrative, limits: Thresholds) -> Html:
    """The narrative with its evidence, what to ask in place of what pushed, the plan, and what was left out."""
    parts = [
        *(_paragraph(paragraph, limits) for paragraph in found.paragraphs),
        _rewrites(found.rewrites),
        _plan(found.plan),
        *(element("p", f"{line}.", class_="quiet small") for line in found.left_out),
        element("p", f"Written by {_by(found.made)}; quotes and figures are checked.", class_="source quiet"),
    ]
    return element("section", *parts, class_="written")


def opinion(found: Judgement) -> Html:
    """The judge's ratings, folded away and named for what they are."""
    note = f"By {_by(found.made)}. This is an opinion, not a count. It doesn’t affect your level or any figure here."
    entries = [_dimension(entry) for entry in found.dimensions]
    title = f"A model’s opinion, by {found.made.model}"
    return element(
        "details",
        element("summary", title),
        element("div", element("p", note, class_="quiet small"), element("ul", *entries, class_="quotes")),
        class_="opinion",
    )


def _paragraph(claims: Sequence[Claim], limits: Thresholds) -> Html:
    """The sentences as one paragraph, and folded under it what each rests on."""
    evidence = [
        element("li", _turn_link(claim.turn), spoken(claim.quote, "quote"), element("span", _figure(claim, limits)))
        for claim in claims
    ]
    said = element("p", " ".join(claim.said for claim in claims), dir="auto")
    return join(
        said, element("details", element("summary", "See the evidence"), element("ul", *evidence, class_="quotes"))
    )


def _figure(claim: Claim, limits: Thresholds) -> str:
    """The figure behind a claim: a criterion by its title, a measure by its name."""
    criterion = next((entry for entry in limits.criteria if entry.id == claim.about), None)
    name = criterion.title if criterion else claim.about.replace("_", " ").capitalize()
    measure = criterion.measure if criterion else claim.about
    plain = claim.value is not None and measure in _PLAIN
    return f"{name}: {claim.value if plain else measured(measure, claim.value)}"


def _rewrites(found: Sequence[Rewrite]) -> Html:
    if not found:
        return Html()
    entries = [
        element(
            "li",
            element("div", _turn_link(entry.turn), spoken(entry.quote, "quote"), class_="said"),
            element("div", element("span", "Ask: ", class_="quiet"), entry.question, class_="try", dir="auto"),
        )
        for entry in found
    ]
    return join(element("h3", "Ask this instead"), element("ol", *entries, class_="feedback"))


def _plan(plan: NextConversation) -> Html:
    parts = (
        ("Open with", (plan.opening,)),
        ("Ask", plan.questions),
        ("Listen for", plan.listen_for),
        ("Close with", (plan.close,)),
    )
    entries = [
        join(element("dt", title), *(element("dd", words, dir="auto") for words in said if words))
        for title, said in parts
        if any(said)
    ]
    if not entries:
        return Html()
    return join(element("h3", "A plan for the real conversation"), element("dl", *entries, class_="plan"))


def _dimension(entry: Dimension) -> Html:
    name, run = _DIMENSIONS[entry.id], entry.typical
    if run is None:
        return element("li", element("b", name), f": not scored. {entry.not_scored}.")
    runs = f"{len(entry.runs)} of {entry.times} readings, {entry.spread} apart at most"
    return element(
        "li",
        element("div", element("b", name), f": {entry.median:g} of 5 ", element("span", f"({runs})", class_="quiet")),
        element("div", run.reason, dir="auto"),
        _turn_link(run.turn),
        spoken(run.quote, "quote"),
    )


def _by(found: Made) -> str:
    return f"{found.model} (prompt {found.prompt} {found.version})"


def _turn_link(index: int) -> Html:
    return element("a", f"turn {turn_number(index)}", href=f"#turn-{index}", class_="at")
