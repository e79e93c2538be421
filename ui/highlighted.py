"""What a debrief begins with, as markup: the level in a sentence, and the two moments with their quotes."""

from __future__ import annotations

from collections.abc import Iterable

from bot.scoring.moments import Highlights, Moment
from bot.scoring.scorecard import Scorecard
from bot.talk.transcript import Transcript

from .markup import Html, element, join, spoken
from .wording import OVERALL, turn_number, turning_title


def headed(found: Highlights, card: Scorecard, about: Iterable[str]) -> Html:
    """The level in one sentence and why, below a line of small print: the level's name, and each of `about`."""
    level = element("span", OVERALL[card.level], class_=f"level {card.level}")
    overline = element("p", join(level, " ", " · ".join(about)), class_="overline")
    reasons = element("p", " ".join(found.reasons), class_="reasons") if found.reasons else Html()
    return element("header", overline, element("h1", found.headline, class_="verdict"), reasons, class_="debrief-head")


def worked_moment(moment: Moment, names: Transcript) -> Html:
    """What the manager said that worked, what the rep replied, and what it did."""
    return element("section", element("h2", "What worked"), _exchange(moment, names), class_="moment worked")


def turning_moment(moment: Moment, names: Transcript) -> Html:
    """What might have been said otherwise: the words, the reply, what they did, and what to say there instead."""
    title = turning_title(moment.turn, names)
    why = element("p", moment.why, class_="quiet small") if moment.why else Html()
    said = element("p", "You might say instead", class_="who"), element("p", moment.instead, class_="try")
    instead = element("div", *said, why, class_="instead") if moment.instead else why
    return element("section", element("h2", title), _exchange(moment, names), instead, class_="moment turning")


def _exchange(moment: Moment, names: Transcript) -> Html:
    """A quote that isn't there is left out, with what it would have shown."""
    you = element(
        "p",
        "You, ",
        element("a", f"turn {turn_number(moment.turn)}", href=f"#turn-{moment.turn}", class_="at"),
        class_="who",
    )
    parts = [you, spoken(moment.quote, "quote mine")]
    if moment.reply_quote:
        parts += [element("p", names.rep, class_="who"), spoken(moment.reply_quote, "quote")]
    return join(*parts, element("p", moment.effect, class_="did"))
