"""Before a real talk: five lines and three questions on one page. Afterwards: five lines beside it."""

from __future__ import annotations

import uuid
from dataclasses import replace

import streamlit as st

from bot.errors import AskwellError
from bot.plans import (
    LONGEST_LINE,
    LookBack,
    PlanLines,
    PlannedTalk,
    clean_line,
    drop_plan,
    fitted_by_meaning,
    fitted_by_words,
    keep_plan,
    plan_notes,
    plan_of,
    plans,
)

from .. import frame, planned, resources, routes
from ..answering import plainly
from ..focus import focus_now
from ..markup import Html, as_label, element
from ..wording import when

_LEAD = "Five lines about the person and the matter. They stay on this machine."
_REFUSED, _CHANGES = "plan-refused", "plan-changes"
_NEW_ID = "plan-new-id"
_NEEDED = ("who", "matter")


@frame.calm
def page() -> None:
    """The plan that the address names, else a new one and those there are."""
    wanted = st.query_params.get(routes.PLAN)
    if refused := st.session_state.pop(_REFUSED, None):
        frame.notice(str(refused))
    if wanted:
        try:
            plan = plan_of(resources.store(), wanted)
        except AskwellError:
            frame.notice("We can’t find that plan. It may have been deleted.", "quiet")
        else:
            _one(plan)
            return
    frame.show(
        element("header", element("h1", "Plan a real talk"), element("p", _LEAD, class_="quiet"), class_="scene-head")
    )
    with st.container(key="plan"):
        _new()
        _earlier()
    resources.can_search()  # by the time that somebody has typed, the questions can be found by meaning


def _new() -> None:
    keeps = next((plan.back.keep for plan in plans(resources.store()) if plan.back and plan.back.keep), "")
    if keeps:
        frame.show(element("p", "Last time you wanted to keep: ", element("q", keeps, dir="auto"), class_="quiet"))
    with st.form(key="plan-form", border=False, enter_to_submit=False):
        typed = {
            name: st.text_input(
                label if name in _NEEDED else f"{label} (optional)",
                key=f"plan-{name}",
                max_chars=LONGEST_LINE,
                autocomplete="off",
            )
            for name, label in planned.BEFORE.items()
        }
        day = st.date_input("When is it? (optional)", None, format="DD/MM/YYYY", key="plan-day", width=220)
        made = st.form_submit_button("Make the plan", type="primary")
    if not made:
        return
    try:
        lines = PlanLines(**{name: clean_line(words or "") for name, words in typed.items()})
        if not (lines.who and lines.matter):
            frame.notice("Say who it is and what it’s about. The other lines are optional.")
            return
        store = resources.store()
        with st.spinner("Finding questions…"):
            # The id is drawn once, so that a double click makes one plan.
            new_id = str(st.session_state.setdefault(_NEW_ID, uuid.uuid4().hex[:12]))
            plan = PlannedTalk(new_id, frame.now(), lines, focus_now(), _questions(lines), day=day)
        keep_plan(store, plan)
    except AskwellError as error:
        frame.notice(plainly(error))
        return
    st.query_params[routes.PLAN] = plan.id
    st.rerun()


def _questions(lines: PlanLines) -> tuple[str, ...]:
    """Three questions by meaning, or by their words while the vectors aren't there yet."""
    if resources.can_search():
        try:
            return fitted_by_meaning(lines, resources.engine().knowledge)
        except AskwellError:
            pass  # without vectors there are still words
    return fitted_by_words(lines, resources.bank_questions())


def _earlier() -> None:
    kept = plans(resources.store())
    if not kept:
        return
    st.header("Your plans", anchor=False)
    for plan in kept:
        with st.container(key=f"plan-{plan.id}", horizontal=True, vertical_alignment="center"):
            told = when(plan.at, frame.now(), frame.zone())
            back = "" if plan.back is None else " · looked back"
            keep = element("div", "To keep: ", element("q", plan.back.keep)) if plan.back and plan.back.keep else Html()
            below = element("div", told, back, keep, class_="quiet small", dir="auto")
            frame.show(element("div", element("b", plan.lines.who), below))
            st.button("Open", key=f"open-{plan.id}", on_click=_open, args=(plan.id,), help=as_label(plan.lines.who))


def _open(plan_id: str) -> None:
    st.query_params.from_dict({routes.PLAN: plan_id})


def _close() -> None:
    st.query_params.clear()


# --- One plan


def _one(plan: PlannedTalk) -> None:
    if st.session_state.get(_NEW_ID) == plan.id:
        del st.session_state[_NEW_ID]
    with st.container(key="plan"):
        st.button("All plans", key="plan-close", type="tertiary", icon=":material/arrow_back:", on_click=_close)
        focus = element("p", f"Your focus: {plan.focus}", class_="quiet") if plan.focus else Html()
        frame.show(element("header", element("h1", planned.plan_title(plan)), focus, class_="scene-head", dir="auto"))
        if plan.back is None or st.session_state.get(_CHANGES) == plan.id:
            before, after = st.columns(2, gap="large")
            with before:
                _planned(plan)
            with after:
                _look_back(plan)
        else:
            before, after = st.columns(2, gap="large")
            with before:
                _planned(plan)
            with after:
                frame.show(
                    element("section", element("h2", "Afterwards", class_="section"), planned.look_back_lines(plan))
                )
                if st.button("Change it", key="change-back", type="tertiary"):
                    st.session_state[_CHANGES] = plan.id
                    st.rerun()
        _take_along(plan)
        _rehearse(plan)
        if st.button("Delete this plan…", key="delete-plan", type="tertiary"):
            _confirm(plan)


def _planned(plan: PlannedTalk) -> None:
    asked = [
        element("li", element("p", ask, class_="ask"), element("p", listen, class_="quiet small"))
        for ask, listen in planned.with_cues(plan)
    ]
    questions = (
        element("section", element("h2", "Questions to take along", class_="section"), element("ol", *asked))
        if asked
        else Html()
    )
    lines = element("section", element("h2", "Before", class_="section"), planned.plan_lines(plan))
    frame.show(element("div", lines, questions, class_="planned"))


def _look_back(plan: PlannedTalk) -> None:
    frame.show(element("h2", "Afterwards", class_="section"))
    before = plan.back or LookBack()
    with st.form(key=f"back-form-{plan.id}", border=False, enter_to_submit=False):
        typed = {
            name: st.text_input(
                label, getattr(before, name), key=f"back-{name}-{plan.id}", max_chars=LONGEST_LINE, autocomplete="off"
            )
            for name, label in planned.AFTERWARDS.items()
        }
        kept = st.form_submit_button("Keep it", type="primary")
    if not kept:
        return
    try:
        back = LookBack(**{name: clean_line(words or "") for name, words in typed.items()})
        if back.is_empty:
            frame.notice("Write at least one line.")
            return
        keep_plan(resources.store(), replace(plan, back=back, back_at=plan.back_at or frame.now()))
    except AskwellError as error:
        frame.notice(plainly(error))
        return
    st.session_state.pop(_CHANGES, None)
    st.rerun()


def _take_along(plan: PlannedTalk) -> None:
    on = plan.at.astimezone(frame.zone()).date()
    with st.container(key="plan-downloads", horizontal=True):
        st.download_button(
            "Download as PDF",
            lambda: planned.plan_as_pdf(plan, on),
            "plan.pdf",
            "application/pdf",
            on_click="ignore",
            icon=":material/download:",
            key="plan-pdf",
        )
        st.download_button(
            "Download as web page",
            lambda: planned.plan_as_web_page(plan, on),
            "plan.html",
            "text/html",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key="plan-html",
        )


def _rehearse(plan: PlannedTalk) -> None:
    """With a model, the plan can become a scenario: its notes, and the command that drafts from them."""
    if resources.coach() is None:
        return
    with st.expander("Rehearse it first"):
        told = "A model can draft a small scenario from this plan. Download the notes, then run this beside them:"
        frame.show(element("p", told))
        st.code("askwell scenario draft --from notes.txt --id my-talk", language=None)
        st.download_button(
            "Download the notes",
            lambda: plan_notes(plan),
            "notes.txt",
            "text/plain",
            on_click="ignore",
            key="plan-notes",
        )
        told = "The notes go to the model that you have set up. Leave out names that mustn’t leave this machine."
        frame.show(element("p", told, class_="quiet small"))


@st.dialog("Delete this plan?")
@frame.calm
def _confirm(plan: PlannedTalk) -> None:
    frame.show(element("p", f"{planned.plan_title(plan)}. This can’t be undone.", dir="auto"))
    if st.button("Delete it", type="primary", key="really-delete-plan"):
        drop_plan(resources.store(), plan.id)
        st.query_params.clear()
        st.rerun()
