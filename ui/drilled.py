"""Drills as they are read: what each kind asks for, what is said of an answer, and when it comes back. Wording only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.drills import DrillItem, DrillKind, Grade
from bot.drills.grading import GradedAnswer, Why
from bot.scoring.saying import number_word, sentence_case

from . import called
from .effect import what_it_did
from .markup import Html, element
from .wording import CODES, mark_name

DRILL_NAMES = {
    DrillKind.NAME_THE_MOVE: "Name the move",
    DrillKind.ASK_INSTEAD: "Ask instead",
    DrillKind.ONE_QUESTION: "One question",
    DrillKind.HAND_IT_BACK: "Hand it back",
    DrillKind.WHEN: "When?",
}
DRILL_TASKS = {
    DrillKind.NAME_THE_MOVE: "What does this line do?",
    DrillKind.ASK_INSTEAD: "Turn this line into a question.",
    DrillKind.ONE_QUESTION: "You may ask one question. Which?",
    DrillKind.HAND_IT_BACK: "Say back what {rep} just said. No question, no advice.",
    DrillKind.WHEN: "{rep} has an idea. Get a day for it, and leave it with {rep}.",
}
_SAID = {
    Why.NAMED: "Yes.",
    Why.MISNAMED: "Not quite.",
    Why.PUSHES: "That still pushes.",
    Why.NO_QUESTION: "That doesn’t ask.",
    Why.TWO_QUESTIONS: "Those are two questions. Ask one, then wait.",
    Why.OPENS: "That opens it.",
    Why.STAYS_SHUT: "Yes, that’s a question. {rep} would still hold back what matters most here.",
    Why.ASKS: "That asks.",
    Why.REFLECTS: "That hands it back.",
    Why.ELSEWHERE: "That hands something back, but nothing {rep} said.",
    Why.NO_REFLECTION: "That doesn’t hand it back.",
    Why.DATED: "That gets a day, and leaves it with {rep}.",
    Why.UNDATED: "That leaves it with {rep}, but without a day.",
    Why.NOT_SURE: "We can’t be sure what that does, so it counts for neither side.",
}
_KINDS = {Grade.RIGHT: "right", Grade.PARTLY: "partly", Grade.WRONG: "wrong", Grade.UNSURE: "unsure"}


def task_of(item: DrillItem, rep: str) -> str:
    """What to do with an item. A line that is a question already only lacks room for an answer."""
    if item.kind is DrillKind.ASK_INSTEAD and item.words.rstrip().endswith("?"):
        return "Ask this so that the answer is left open."
    return DRILL_TASKS[item.kind].replace("{rep}", rep)


def what_was_graded(item: DrillItem, graded: GradedAnswer, rep: str) -> Html:
    """What is said of an answer: the verdict, how it was read, what the rep would have done, and one that does it."""
    lines = [element("p", _SAID[graded.why].replace("{rep}", rep), class_="graded-head")]
    if item.code is not None:
        name, means = CODES[item.code]
        lines.append(element("p", element("b", sentence_case(name)), ". ", item.reason))
        if graded.grade is Grade.WRONG:
            lines.append(element("p", means, class_="quiet small"))
    elif graded.turn is not None:
        lines += _read_and_heard(item, graded, rep)
    if item.example and graded.grade is not Grade.RIGHT:
        lines.append(element("p", element("span", "For example: ", class_="quiet"), f"“{item.example}”", class_="try"))
    return element("div", *lines, class_=f"graded {_KINDS[graded.grade]}", role="status", dir="auto")


def _read_and_heard(item: DrillItem, graded: GradedAnswer, rep: str) -> list[Html]:
    turn = graded.turn
    read = list(dict.fromkeys(mark_name(unit) for unit in turn.claimed)) if turn else []
    lines = [element("p", f"We read it as: {', '.join(read)}.", class_="quiet small")] if read else []
    heard = graded.heard
    if heard is not None and turn is not None:
        shown = called.scenario_as_called(heard.scenario)
        lines.insert(0, element("p", what_it_did(shown, turn, heard.direction, heard.before, heard.after)))
    elif item.moment is not None and item.kind is not DrillKind.HAND_IT_BACK:
        gone = f"The scenario has changed since, so we can’t say what {rep} would have done."
        lines.append(element("p", gone, class_="quiet small"))
    return lines


def when_it_comes_back(due: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A day as people say it: `tomorrow`, `on Thursday`, `on 12 March`."""
    day, today = due.astimezone(zone).date(), now.astimezone(zone).date()
    days = (day - today).days
    if days <= 0:
        return "today"
    if days == 1:
        return "tomorrow"
    return f"on {day:%A}" if days < 7 else f"on {day.day} {day:%B}"


def how_it_ended(
    grades: Sequence[Grade], wrong_due: datetime | None, right_due: datetime | None, now: datetime, zone: tzinfo | None
) -> str:
    """How many were right, of those that could be judged, and what comes back when."""
    judged = [grade for grade in grades if grade is not Grade.UNSURE]
    missed = sum(grade is not Grade.RIGHT for grade in judged)
    halfway, all_of_them = judged.count(Grade.PARTLY), number_word(len(judged))
    if not judged:
        return "That’s the round. We couldn’t be sure of any of your answers, so nothing changes."
    if not missed or wrong_due is None:
        back = when_it_comes_back(right_due or now, now, zone)
        return f"That’s the round, and all right. These come back {back} or later."
    back = when_it_comes_back(wrong_due, now, zone)
    partly = f", {number_word(halfway)} halfway there" if halfway else ""
    if missed == len(judged):
        return f"That’s the round: none quite right{partly}. They start coming back {back}."
    which = f"{sentence_case(number_word(missed))} {'comes' if missed == 1 else 'come'} back {back}"
    right = f"{number_word(len(judged) - missed)} of {all_of_them} right"
    return f"That’s the round: {right}{partly}. {which}, the rest later."
