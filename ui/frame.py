"""What every page shares: showing markup, telling a problem in one calm line, the session in the address, the clock."""

from __future__ import annotations

import functools
import json
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, ParamSpec
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from bot.errors import AskwellError, MissingError, ServerError
from bot.redaction import redacted_traceback
from bot.scoring.saying import sentence_case

from . import palette, resources, routes, shelf
from .markup import Html, element

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from bot.scenario.library import Card
    from bot.store import SessionHead

_Given = ParamSpec("_Given")
_DRAWS = 50
CHAT = '[data-testid="stChatInputTextArea"]'
"""The chat input, for `focus`."""
_FOCUS = """function look(selector, types, left = 1200) {
  if (types && !matchMedia("(pointer: fine)").matches) return;
  const found = document.querySelector(selector);
  if (found) { found.focus(); if (!types) found.scrollIntoView({block: "center"}); }
  else if (left) setTimeout(look, 50, selector, types, left - 1);
}"""
_UNFOLDS = """if (!document.documentElement.dataset.unfolds) {
  document.documentElement.dataset.unfolds = "yes";
  document.addEventListener("click", event => {
    const link = event.target.closest('a[href^="#"]');
    const place = link && document.getElementById(link.hash.slice(1));
    const fold = place && place.closest('[data-testid="stExpander"] details:not([open])');
    if (fold) fold.querySelector("summary").click();
  });
}"""
_FOLDS_MENU = """if (matchMedia("(max-width: 768px)").matches)
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();"""
_LOG = logging.getLogger(__name__)
_SHEET = Path(__file__).with_name("style.css")


def show(markup: Html, place: DeltaGenerator | None = None) -> None:
    """Put markup on the page, or in a place on it. Nothing else in the app writes HTML, but for what follows."""
    (place or st).html(markup)


def dress() -> None:
    """Our stylesheet with the palette of both themes. A dialog lies outside the app, and isn't told which is on."""
    dialogs = f"[data-testid=stDialog]{{color-scheme:{theme()}}}"
    st.html(f"<style>{palette.variables()}{dialogs}{_SHEET.read_text(encoding='utf-8')}</style>")


def titled(*parts: str) -> None:
    """The title of the window: where one is, the narrowest first."""
    st.set_page_config(page_title=" · ".join((*parts, "Askwell")))


def fold_menu(page: str) -> None:
    """Fold the menu of a phone away once a page was chosen from it: Streamlit leaves it open over the page."""
    st.html(f"<script data-page={json.dumps(page)}>{_FOLDS_MENU}</script>", unsafe_allow_javascript=True)


def focus(selector: str, *, types: bool = False) -> None:
    """Put the focus on what a CSS selector of ours finds, once it is there; Streamlit has no option for it.

    It looks for a minute: the first field of its kind is shown only when the browser has fetched Streamlit's code for
    it, which a server that is loading the engine gives slowly.
    Where somebody `types` into it, only with a mouse: it would open a phone's keyboard over the page.
    """
    given = f"{json.dumps(selector)}, {json.dumps(types)}"
    st.html(f"<script>({_FOCUS})({given})</script>", unsafe_allow_javascript=True)


def centre(selector: str, at: int) -> None:
    """Scroll what a CSS selector of ours finds to the middle of the window, once for each `at`."""
    found = f"document.querySelector({json.dumps(selector)})"
    st.html(
        f'<script data-at="{at}">requestAnimationFrame(() => {found}?.scrollIntoView({{block: "center"}}))</script>',
        unsafe_allow_javascript=True,
    )


def unfold() -> None:
    """Have a link to something inside a folded expander open it.

    A browser opens it by itself, but Streamlit doesn't see that, and then nothing in it can be pressed.
    """
    st.html(f"<script>{_UNFOLDS}</script>", unsafe_allow_javascript=True)


def notice(words: str, kind: str = "problem") -> None:
    """One calm line. The words may repeat what somebody typed, so that they are shown as text."""
    role = "alert" if kind == "problem" else "status"
    show(element("p", words, class_=f"notice {kind}", role=role, dir="auto"))


def calm(page: Callable[_Given, None]) -> Callable[_Given, None]:
    """A page or a dialog whose AskwellErrors are told in one line instead of a traceback."""

    @functools.wraps(page)
    def calmed(*args: _Given.args, **kwargs: _Given.kwargs) -> None:
        try:
            page(*args, **kwargs)
        except MissingError:
            notice("We can’t find that session. It may have been deleted.")
            routes.link("home", "Back to the start", icon=":material/arrow_back:")
        except AskwellError as error:
            notice(sentence_case(page_message(error)))
            routes.link("home", "Back to the start", icon=":material/arrow_back:")
        except Exception:
            # The edge of the program: an unforeseen error goes to the log, without its secrets, and calmly to the page.
            _LOG.error("a page failed\n%s", redacted_traceback())
            notice("Something went wrong. What you said before is saved; see the terminal for details.")

    return calmed


def page_message(error: AskwellError) -> str:
    """The error's message, without a database server's address, which only the operator should see."""
    if isinstance(error, ServerError):
        return "The database in ASKWELL_DATABASE_URL can’t be used; run `askwell doctor` to see why"
    return str(error)


def session_id() -> str | None:
    """The session that the address bar names."""
    return st.query_params.get("session") or None


def theme() -> str:
    """`dark` or `light`, as chosen in the app or by the system."""
    return "dark" if st.context.theme.get("type") == "dark" else "light"


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def zone() -> tzinfo | None:
    """The reader's time zone, or this machine's."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def begin(scenario_id: str, variant: str = "base", seed: int | None = None) -> NoReturn:
    """Start a session, by a fresh seed unless one is given, and go to it."""
    from bot.practice import Practice

    seed = _fresh_seed() if seed is None else seed
    with st.spinner("Getting ready…"):
        engine, voice, store = resources.engine(), resources.voice(), resources.store()
        started = Practice.start(scenario_id, variant=variant, seed=seed, engine=engine, voice=voice, store=store)
    routes.go("practice", started.session_id)


def begin_another(scenario_id: str, than: str) -> NoReturn:
    """Start a session in a variant that is drawn, but is not `than`, and go to it."""
    for _ in range(_DRAWS):
        seed = _fresh_seed()
        if resources.library().scenario(scenario_id, "random", seed).variant != than:
            break
    begin(scenario_id, "random", seed)


def begin_any(cards: Sequence[Card], heads: tuple[SessionHead, ...]) -> NoReturn:
    """Start one of `cards` that is drawn; one that is finished, as all are then, in another variant if it has any."""
    card = shelf.surprise(cards, shelf.finished(heads), _fresh_seed())
    if has_variants_open(card.id, card.has_variants, heads):
        begin_another(card.id, than="base")
    begin(card.id)


def has_variants_open(scenario_id: str, has_variants: bool, heads: tuple[SessionHead, ...]) -> bool:
    """Whether another variant may be drawn: there is one, and the base has been finished."""
    return has_variants and any(
        head.scenario == scenario_id and head.variant == "base" and head.ended_at for head in heads
    )


def heads() -> tuple[SessionHead, ...]:
    """The sessions so far, each at the level that its debrief has now, corrections counted.

    A store that cannot be opened is told, and the page goes on without them.
    """
    try:
        found = resources.store().heads()
        corrected = resources.store().many.corrections()
        talks = resources.talk_book().talks(head for head in found if head.id in corrected) if corrected else ()
        levels = {talk.id: talk.level for talk in talks}
        return tuple(replace(head, level=levels.get(head.id, head.level)) for head in found) if levels else found
    except AskwellError as error:
        notice(f"We can’t read your sessions. {page_message(error)}")
        return ()


def no_scenarios() -> None:
    """What to do where there is nothing to play."""
    notice("We found no scenarios. Put one in scenarios/, in the folder set by ASKWELL_DATA.")


def _fresh_seed() -> int:
    return secrets.randbelow(1_000_000)
