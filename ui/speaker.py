"""Who words the rep: asked once where only a key is set, chosen before each conversation, and named while it lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from bot.errors import AskwellError
from bot.preferences import Consent, keep_consent
from bot.scoring.saying import sentence_case
from bot.settings import recipient, settings, usable_model

from . import frame, resources
from .markup import Html, as_label, element, join

if TYPE_CHECKING:
    from bot.scenario import Scenario
    from bot.store import Session

_CHOSEN = "chosen-speaker"
_FROM_NOW_ON = "words-from-now-on"
REFUSED = "setting-refused"
"""Where the settings page finds why a choice couldn't be kept."""


def settle(saved: Session) -> tuple[Session, str | None]:
    """Do what was chosen on the page: the session as it is then, and why it couldn't be done, if it couldn't."""
    chosen = _chosen()
    kind = chosen.get(saved.id)
    if kind is None:
        return saved, None
    config = settings()
    try:
        name = resources.voice(kind).name
        if config.needs_consent:
            keep_consent(config.home, Consent(kind == "model", config.keyed_model or "", config.host))
        resources.store().revoice(saved.id, name)
    except AskwellError as error:
        return saved, sentence_case(frame.page_message(error))
    finally:
        # Not before it is done: the next run begins while this one is still at it, and must not show what was before.
        if chosen.get(saved.id) == kind:
            chosen.pop(saved.id, None)
    return replace(saved, voice=name), None


def _chosen() -> dict[str, str]:
    """What was chosen by session, in a mapping that a callback writes to.

    A callback that wrote to the session's state could be broken off by the next rerun, and the choice lost.
    """
    kept: dict[str, str] = st.session_state.setdefault(_CHOSEN, {})
    return kept


def named(saved: Session) -> str:
    """Who words the rest of a conversation, in a few words; nothing where there has never been a choice."""
    model = resources.speaking_model(saved)
    chosen = saved.voice != "lines" or usable_model(settings(), "voice") is not None
    return f"words by {model}" if model else "scripted lines" if chosen else ""


def before_talk(saved: Session, scenario: Scenario) -> None:
    """Before anything is said: the question, or the choice between lines and a model where there is one."""
    config = settings()
    model = usable_model(config, "voice")
    if model is None or config.voice == "lines":
        return
    with st.container(key="speaker", border=True):
        if config.asks_for_consent:
            _ask(saved.id, scenario.rep.name, model)
        else:
            _choose(saved, scenario.rep.name, model)


def in_settings() -> None:
    """Who words the reps from now on: the choice where only a key is set, else who does and what decides it."""
    config = settings()
    model = usable_model(config, "voice")
    if config.needs_consent and model is not None:
        st.session_state[_FROM_NOW_ON] = config.speaks  # another tab may have chosen
        names = {"lines": "Scripted lines", "model": as_label(model)}
        st.radio(
            "Who writes the replies",
            list(names),
            key=_FROM_NOW_ON,
            format_func=names.__getitem__,
            horizontal=True,
            label_visibility="collapsed",
            on_change=_keep_from_now_on,
            args=(config.keyed_model or "", config.host),
        )
        sent = join(f"With {model}, ", _sent(recipient(config, model), "the rep"))
        frame.show(element("p", sent, class_="quiet small"))
    elif model is not None and config.speaks == "model":
        speaks = join(f"{model} words the replies: the settings on this machine name it. ", "With it, ")
        sent = join(speaks, _sent(recipient(config, model), "the rep"))
        frame.show(element("p", sent, " You can choose scripted lines before each conversation."))
    else:
        frame.show(element("p", "Reps speak scripted lines. Nothing you say leaves this machine for a reply."))


def _keep_from_now_on(model: str, host: str) -> None:
    """Runs before the page does."""
    try:
        keep_consent(settings().home, Consent(st.session_state[_FROM_NOW_ON] == "model", model, host))
    except AskwellError as error:
        st.session_state[REFUSED] = str(error)


def _ask(session_id: str, rep: str, model: str) -> None:
    host = recipient(settings(), model)
    what = f"With your API key, {model} can word {rep}’s replies, so that they fit what you just said. "
    now = f"Until you agree, {rep} speaks scripted lines, which send nothing."
    remembered = "We ask once and keep your answer on this machine. You can change it here before any conversation."
    frame.show(
        element(
            "section",
            element("h2", f"Should {model} word {rep}’s replies?"),
            element("p", what, now),
            element("p", "If you agree, ", _sent(host, rep)),
            element("p", remembered, class_="quiet small"),
            class_="consent",
        )
    )
    with st.container(key="answers", horizontal=True):
        st.button(f"Use {as_label(model)}", key="agree", on_click=_chosen().update, args=({session_id: "model"},))
        st.button("Keep scripted lines", key="decline", on_click=_chosen().update, args=({session_id: "lines"},))


def _choose(saved: Session, rep: str, model: str) -> None:
    key, chosen = f"words-by-{saved.id}", _chosen()
    # The store knows: another tab may have chosen.
    st.session_state[key] = "model" if resources.speaking_model(saved) else "lines"
    names = {"lines": "Scripted lines", "model": as_label(model)}
    frame.show(element("p", f"{rep}’s words", class_="chooses"))
    st.radio(
        "Who writes the replies",
        list(names),
        key=key,
        format_func=names.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
        on_change=lambda: chosen.update({saved.id: str(st.session_state.to_dict()[key])}),
    )
    lasts = " Askwell remembers your choice on this machine." if settings().needs_consent else ""
    sent = join(f"With {model}, ", _sent(recipient(settings(), model), rep), lasts)
    frame.show(element("p", sent, class_="quiet small"))


def _sent(host: str, rep: str) -> Html:
    return join(
        "each of your turns sends ",
        element("b", host),
        f" the conversation so far, the scene, the CRM card, who {rep} is and what {rep} may say now. "
        "It never sends facts that haven’t come out yet.",
    )
