"""Progress and the focus on the front page: one sentence and three words, read from a few sessions only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.errors import AskwellError
from bot.progress.focus import Stage
from bot.progress.overview import compared_talks
from bot.store import first_goes

from . import focus, frame, progressed, resources
from .markup import Html, element

if TYPE_CHECKING:
    from bot.store import SessionHead

_LATEST = 4
"""First goes that are looked at for two that were scored."""


def glance(heads: Sequence[SessionHead]) -> None:
    """One sentence of progress, and the focus. Nothing before the first talk that ended, or where none can be read."""
    firsts = [head for head in first_goes(heads) if head.level not in (None, "not_scored")][-_LATEST:]
    try:
        scored = [talk for talk in resources.talk_book().talks(firsts) if talk.scored]
        course = focus.course_now(heads)
    except AskwellError as error:
        frame.notice(f"We can’t read your progress. {frame.page_message(error)}")
        return
    sentence = progressed.progress_sentence(scored, compared_talks(scored), 0)
    if not sentence and course is None:
        return
    parts = [element("p", sentence)] if sentence else []
    if course is not None:
        words = element("b", progressed.FOCUS_WORDS[course.focus.about])
        told = "" if course.stage is Stage.OPEN else f". {progressed.focus_line(course)}"
        parts.append(element("p", element("span", "Your focus: ", class_="quiet"), words, told, class_="focus"))
    frame.show(element("section", *parts, class_="glance", aria_label="Your progress") if parts else Html())
