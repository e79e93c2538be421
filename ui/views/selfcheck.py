"""How I see myself: nine questions and four levels, each with its evidence, beside the answers of last time."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import streamlit as st

from bot.progress.selfcheck import (
    LONGEST_EXAMPLE,
    SelfAnswers,
    SelfCheck,
    check_is_due,
    keep_answers,
    kept_answers,
    read_self_check,
)

from .. import frame, resources, routes
from ..markup import Html, as_label, element, join
from ..wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAVED = "self-check-saved"
_WHAT = (
    "Answer alone, with something that happened in the past two weeks. Without an example, the answer is “no example”. "
    "Only you see this. Nothing is computed from it."
)


@frame.calm
def page() -> None:
    """The page: what was answered, side by side with the time before, and the form where it is due or asked for."""
    frame.show(element("header", element("h1", "How I see myself"), class_="scene-head"))
    check = read_self_check(resources.library())
    answers = kept_answers(resources.store())
    if st.session_state.pop(_SAVED, False):
        given = sum(question.id in answers[-1].steps for question in check.questions) if answers else 0
        rest = ", and one on your company" if answers and answers[-1].level else ""
        told = f"Saved: {count(given, 'answer')} of {len(check.questions)}{rest}."
        frame.notice(f"{told} You’ll see them beside your next ones, in half a year.", "quiet")
    with st.container(key="self-check"):
        if answers:
            frame.show(_side_by_side(check, answers))
        if check_is_due(answers, frame.now()):
            _form(check)
        else:
            with st.expander("Answer again now", key="self-check-again"):
                _form(check)
        frame.show(_survey(check))
        routes.link("progress", "Back to your progress", icon=":material/arrow_back:")


def _form(check: SelfCheck) -> None:
    frame.show(element("p", _WHAT))
    steps = {step.id: as_label(f"{step.text}. {step.shows}".strip(". ")) for step in check.scale}
    chosen: dict[str, str] = {}
    examples: dict[str, str] = {}
    with st.form("self-check-form", border=False):
        for number, question in enumerate(check.questions, 1):
            said = as_label(f"{number}. {question.text}")
            step = st.radio(said, list(steps), index=None, format_func=steps.__getitem__, key=f"step-{question.id}")
            evidence = as_label(question.evidence)
            examples[question.id] = st.text_input(
                evidence, max_chars=LONGEST_EXAMPLE, key=f"example-{question.id}", autocomplete="off"
            )
            if step is not None:
                chosen[question.id] = step
        levels = {level.id: as_label(f"{level.name}: {level.text}") for level in check.maturity.levels}
        asked = as_label(check.maturity.question)
        level = st.radio(asked, list(levels), index=None, format_func=levels.__getitem__, key="maturity")
        shows = st.text_input(
            as_label(check.maturity.evidence), max_chars=LONGEST_EXAMPLE, key="maturity-evidence", autocomplete="off"
        )
        sent = st.form_submit_button("Keep my answers", type="primary")
    if sent and (chosen or level):
        answers = SelfAnswers(frame.now(), chosen, examples, level, shows)
        keep_answers(resources.store(), answers, uuid.uuid4().hex[:12])
        st.session_state[_SAVED] = True
        st.rerun()
    elif sent:
        frame.notice("Choose at least one answer.")


def _side_by_side(check: SelfCheck, answers: Sequence[SelfAnswers]) -> Html:
    """The newest answers and those before them."""
    shown = [*answers[-2:]][::-1]
    days = [_day(one) for one in shown]
    head = element("tr", *(element("th", name, scope="col") for name in ("Question", *days)))
    texts = {step.id: step.text for step in check.scale}
    rows = [
        element(
            "tr",
            element("th", question.text, scope="row"),
            *(
                _answer(texts.get(one.steps.get(question.id, ""), "–"), one.examples.get(question.id, ""))
                for one in shown
            ),
        )
        for question in check.questions
    ]
    names = {level.id: level.name for level in check.maturity.levels}
    rows.append(
        element(
            "tr",
            element("th", check.maturity.question, scope="row"),
            *(_answer(names.get(one.level or "", "–"), one.evidence) for one in shown),
        )
    )
    caption = "Your last answers" if len(shown) == 1 else "Your last answers, and those before"
    table = element("table", element("caption", caption), element("thead", head), element("tbody", *rows))
    return element("div", table, class_="wide-table", tabindex="0", role="region", aria_label=caption)


def _answer(said: str, example: str) -> Html:
    return element("td", said, element("p", example, class_="quiet small spoken", dir="auto") if example else Html())


def _day(answers: SelfAnswers) -> str:
    local = answers.at.astimezone(frame.zone())
    return f"{local.day} {local:%B %Y}"


def _survey(check: SelfCheck) -> Html:
    """What the survey says of each level, as a vendor's."""
    levels = [element("li", element("b", level.name), ": ", level.survey) for level in check.maturity.levels]
    return element(
        "details",
        element("summary", "What a vendor’s survey says of the four levels"),
        element("ul", *levels),
        element("p", check.maturity.note),
        element(
            "p", join("Levels and figures: ", check.maturity.source, ". ", check.source, "."), class_="quiet small"
        ),
        class_="survey",
    )
