"""Drills: one item at a time, five a round, an answer at once, and at the end one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from bot.drills import ROUND, DrillItem, DrillKind, Grade, choose_round
from bot.drills.grading import GradedAnswer, graded_choice, graded_words
from bot.drills.kept import DrilledItem, drilled_items, forget_deleted, keep_answer
from bot.drills.library import KnownDrills, known_drills
from bot.drills.own import own_items
from bot.drills.rounds import next_round
from bot.errors import AskwellError, MissingError
from bot.scoring.saying import sentence_case
from bot.talk.codebook import Code

from .. import annotated, called, drilled, frame, resources, routes
from ..answering import plainly
from ..markup import as_label, element, spoken
from ..wording import CODES

if TYPE_CHECKING:
    from bot.store import Session, SessionHead

_HELD = "drill-round"
_NEWEST_TALKS = 8
"""How many of one's own talks drills are looked for in. Older ones come back by what was answered."""
_LONGEST_ANSWER = 600
_LEAD = "Two minutes, five lines. What goes wrong comes back soon."


@dataclass(slots=True)
class _Round:
    """A round under way.

    `answer` is what was said to the item at `place`, None until it was; `due` is when each answered item comes back.
    """

    kind: DrillKind | None
    items: tuple[DrillItem, ...]
    place: int = 0
    answer: str | None = None
    graded: GradedAnswer | None = None
    refused: str = ""
    grades: list[Grade] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)


@frame.calm
def page() -> None:
    """The round under way, else a new one."""
    kind = _kind_wanted()
    held = st.session_state.get(_HELD)
    if not isinstance(held, _Round) or held.kind != kind:
        held = _begin(kind)
    title = drilled.DRILL_NAMES[kind] if kind else "Drills"
    frame.show(element("header", element("h1", title), element("p", _LEAD, class_="quiet"), class_="scene-head"))
    _choose_kind(kind)
    for problem in _library().problems:
        frame.notice(sentence_case(f"a file of drills can’t be read: {problem}"))
    with st.container(key="drills"):
        if not held.items:
            _nothing_due(kind)
        elif held.place >= len(held.items):
            _ended(held)
        else:
            _item(held)


def _choose_kind(kind: DrillKind | None) -> None:
    """Which drills to have; another kind begins another round."""
    key = f"drill-kind-{kind}"
    kinds = [None, *DrillKind]
    st.selectbox(
        "Which drills",
        kinds,
        kinds.index(kind),
        format_func=lambda one: drilled.DRILL_NAMES[one] if one else "All kinds, mixed",
        key=key,
        on_change=_wanted,
        args=(key,),
        width=260,
    )


def _wanted(key: str) -> None:
    """Runs before the page does."""
    chosen = st.session_state[key]
    st.query_params.from_dict({routes.DRILL_KIND: str(chosen)} if chosen else {})


def _kind_wanted() -> DrillKind | None:
    named = st.query_params.get(routes.DRILL_KIND)
    return DrillKind(named) if named in set(DrillKind) else None


# --- What a round is made of


@st.cache_resource(show_spinner=False)
def _library() -> KnownDrills:
    return known_drills(resources.library())


def _all_items(heads: tuple[SessionHead, ...], known: dict[str, DrilledItem]) -> tuple[DrillItem, ...]:
    """One's own, of the newest talks and of those that were drilled before, then the library's."""
    whole = [head for head in heads if head.ended_at is not None and head.parent is None]
    newest = [head.id for head in whole[:_NEWEST_TALKS]]
    there = {head.id for head in whole}
    drilled_before = [item.session for item in known.values() if item.session is not None and item.session in there]
    return (*own_items(_loaded(dict.fromkeys((*newest, *drilled_before)))), *_library().items)


def _loaded(ids: Iterable[str]) -> list[Session]:
    """The talks that can be read; one that is damaged gives no drills."""
    found = []
    for name in ids:
        try:
            found.append(resources.store().load(name))
        except AskwellError:
            continue
    return found


def _begin(kind: DrillKind | None, ahead: bool = False) -> _Round:
    """A new round, kept for this visitor. `ahead` takes what isn't due yet."""
    now, store = frame.now(), resources.store()
    heads = store.heads()
    forget_deleted(store, (head.id for head in heads))
    known = drilled_items(store, now)
    items = _all_items(heads, known)
    due = {name: item.due(now) for name, item in known.items()}
    able = [item for item in items if kind in (None, item.kind)]
    chosen = next_round(able, due) if ahead else choose_round(able, due, now)
    held = _Round(kind, chosen)
    st.session_state[_HELD] = held
    for item in chosen:  # by the time that one has named a move, the reader is there
        if item.moment is not None:
            resources.soon(item.moment.scenario, item.moment.variant)
    return held


# --- One item


def _item(held: _Round) -> None:
    item = held.items[held.place]
    rep = _rep(item)
    with st.container(key=f"drill-{held.place}"):
        where = f"{held.place + 1} of {len(held.items)}"
        about = f"{where} · {drilled.DRILL_NAMES[item.kind]}" if held.kind is None else where
        own = " · From your own talk" if item.own else ""
        frame.show(element("p", about, own, class_="overline"))
        frame.show(element("h2", drilled.task_of(item, rep), class_="drill-task"))
        if item.says:
            frame.show(annotated.bubble(rep, _as_called(item), "rep"))
        if item.words:
            speaker = element("div", "You said" if item.own else "The manager", class_="who")
            frame.show(element("blockquote", speaker, spoken(item.words), class_="drill-line"))
        if held.refused:
            frame.notice(held.refused)
        if held.graded is not None:
            _answered(held, item, rep)
        elif item.kind is DrillKind.NAME_THE_MOVE:
            _choices(held, item)
        else:
            _words(held, item)


def _rep(item: DrillItem) -> str:
    """The rep's name: that of the talk or the drill, else the scenario's."""
    if item.rep or item.moment is None:
        return item.rep or "The rep"
    named = {card.id: card.rep_name for card in resources.library().cards()}
    return named.get(item.moment.scenario, "The rep")


def _as_called(item: DrillItem) -> str:
    """What the rep said, with the user's name where one's own talk has the script's."""
    if item.moment is None or not item.own or not called.own_name(item.rep):
        return item.says
    try:
        scenario = resources.library().scenario(item.moment.scenario, item.moment.variant)
    except AskwellError:  # it is gone, and with it the name
        return item.says
    return called.called(item.says, scenario)


def _choices(held: _Round, item: DrillItem) -> None:
    with st.container(key=f"drill-choices-{held.place}"):
        for code in item.choices:
            label = sentence_case(CODES[code][0])
            if st.button(label, key=f"drill-{held.place}-{code}", width="stretch"):
                _keep(held, item, graded_choice(item, code), str(code))
    if held.place:
        frame.focus(f".st-key-drill-choices-{held.place} button")


def _words(held: _Round, item: DrillItem) -> None:
    with st.form(key=f"drill-form-{held.place}", border=False, enter_to_submit=True):
        typed = st.text_input(
            "Your words", key=f"drill-words-{held.place}", max_chars=_LONGEST_ANSWER, autocomplete="off"
        )
        said = st.form_submit_button("Say it", type="primary")
    if held.place or held.refused:
        frame.focus(f".st-key-drill-words-{held.place} input", types=True)
    if not said:
        return
    try:
        with st.spinner("Reading it…"):
            graded = graded_words(item, typed or "", resources.engine(), resources.store().load)
    except MissingError:
        _pass_over(held, item)
    except AskwellError as error:
        held.refused = plainly(error)
        st.rerun()
    _keep(held, item, graded, typed or "")


def _keep(held: _Round, item: DrillItem, graded: GradedAnswer, words: str) -> None:
    """Save an answer and show what there is to say of it."""
    now = frame.now()
    after = keep_answer(resources.store(), item, graded.grade, words, now)
    held.answer, held.graded, held.refused = words, graded, ""
    held.grades.append(graded.grade)
    held.due.append(after.due(now))
    st.rerun()


def _pass_over(held: _Round, gone: DrillItem) -> None:
    """Leave out the items of a talk that was deleted in another tab."""
    talk = gone.moment.session if gone.moment else None
    left = [item for item in held.items[held.place :] if item.moment is None or item.moment.session != talk]
    held.items = (*held.items[: held.place], *left)
    held.refused = ""
    if not left and not held.grades:
        _begin(held.kind)
    st.rerun()


def _answered(held: _Round, item: DrillItem, rep: str) -> None:
    if held.graded is None or held.answer is None:
        return
    words = sentence_case(CODES[Code(held.answer)][0]) if item.kind is DrillKind.NAME_THE_MOVE else held.answer
    frame.show(annotated.bubble("You", words, "manager"))
    frame.show(drilled.what_was_graded(item, held.graded, rep))
    last = held.place + 1 == len(held.items)
    if st.button("Finish" if last else "Next", type="primary", key=f"drill-next-{held.place}"):
        held.place += 1
        held.answer = held.graded = None
        st.rerun()
    frame.focus(f".st-key-drill-next-{held.place} button")


# --- Between rounds


def _ended(held: _Round) -> None:
    missed = [d for grade, d in zip(held.grades, held.due, strict=True) if grade in (Grade.PARTLY, Grade.WRONG)]
    right = [due for grade, due in zip(held.grades, held.due, strict=True) if grade is Grade.RIGHT]
    told = drilled.how_it_ended(
        held.grades, min(missed, default=None), min(right, default=None), frame.now(), frame.zone()
    )
    frame.show(element("p", told, class_="lead", role="status"))
    with st.container(key="drill-end", horizontal=True, vertical_alignment="center"):
        if st.button("Another round", key="drill-again"):
            _begin(held.kind)
            st.rerun()
        routes.link("home", "Back to the start", icon=":material/arrow_back:")
    frame.focus(".st-key-drill-again button")


def _nothing_due(kind: DrillKind | None) -> None:
    now = frame.now()
    known = [item for item in drilled_items(resources.store(), now).values() if kind in (None, item.kind)]
    if not known:
        frame.notice("There are no drills of this kind.", "quiet")
        routes.link("home", "Back to the start", icon=":material/arrow_back:")
        return
    back = drilled.when_it_comes_back(min(item.due(now) for item in known), now, frame.zone())
    frame.show(element("p", f"Nothing is due. The next drill comes back {back}.", class_="lead", role="status"))
    with st.container(key="drill-end", horizontal=True, vertical_alignment="center"):
        if st.button(as_label(f"Practise {ROUND} now anyway"), key="drill-ahead"):
            _begin(kind, ahead=True)
            st.rerun()
        routes.link("home", "Back to the start", icon=":material/arrow_back:")
