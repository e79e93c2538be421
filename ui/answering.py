"""What is said goes to the store and gets its reply in a thread of its own: the page stays free for what is typed next.

A page that waited for a reply itself would be cut off by the next rerun, and the reply with it.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from bot.errors import AskwellError
from bot.scoring.saying import sentence_case
from bot.talk.transcript import check_words

from . import frame, resources

if TYPE_CHECKING:
    from bot.store import Session
    from bot.talk.transcript import Turn

TICK = 0.05
"""Seconds between two looks at whether the reply is there or something else was asked of the page."""
AT_ONCE = 4
"""Conversations that get their reply at the same time; the next one waits for its turn."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Words on their way to the store, under an id made once: sent twice, they are taken once."""

    session: str
    turn_id: str
    words: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the page has to say; where it `stops`, there is no reply until somebody asks for one."""

    words: str
    stops: bool = False


@dataclass(slots=True)
class Tray:
    """What the page of one session holds for its visitor. `back` are words to put back into the input.

    Callbacks write to it and not to the session's state, which breaks a callback off when the next rerun is asked for:
    words would be lost, or a choice. The next run begins while the last one is still under way: both may use it.
    """

    called: bool = False
    unsent: list[Outgoing] = field(default_factory=list)
    trouble: Trouble | None = None
    back: str = ""
    last: Session | None = None

    def give_back(self) -> None:
        """Put what isn't saved back into the input."""
        words = []
        while self.unsent:
            words.append(self.unsent.pop(0).words)
        self.back = "\n".join(words) or self.back


def tray(session_id: str) -> Tray:
    """The tray of a session, for this visitor."""
    kept = st.session_state.setdefault(f"tray-{session_id}", Tray())
    if not isinstance(kept, Tray):
        raise TypeError(f"tray-{session_id} holds {type(kept).__name__}")
    return kept


def take_words(key: str, session_id: str, held: Tray) -> None:
    """As the callback of the input with this key: the words leave it and get their id, once, or go straight back."""
    # The whole state at once: to look up one key would let the next rerun begin, and the words would be lost.
    words = str(st.session_state.to_dict().get(key) or "")
    if not words:
        return
    held.trouble = None
    try:
        check_words(words)
    except AskwellError as error:
        held.trouble, held.back = Trouble(plainly(error)), words
        return
    held.unsent.append(Outgoing(session_id, uuid.uuid4().hex, words))


def forget_saved(session_id: str, held: Tray) -> None:
    """Forget the words that the store holds."""
    for one in tuple(held.unsent):
        if resources.store().holds(session_id, one.turn_id):
            with suppress(ValueError):  # the run before this one may have been here a moment ago
                held.unsent.remove(one)


def wait_for(future: Future[Turn | None]) -> None:
    """Wait for a reply, without standing in the way of anything else that is asked of the page."""
    while not future.done():
        wait((future,), TICK)
        st.session_state.get("words")  # lets a rerun begin that somebody has asked for


def plainly(error: AskwellError) -> str:
    """Why words were refused, as a sentence."""
    return sentence_case(frame.page_message(error).removeprefix("turn: "))


class Answering:
    """The replies that are on their way, one at a time for each session."""

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="askwell-reply")
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[Turn | None]] = {}

    def carry_on(self, saved: Session, unsent: Outgoing | None) -> Future[Turn | None]:
        """Get the reply that is missing; where none is, say what is `unsent` and get the reply to that.

        What is under way for this session already, perhaps for another tab, comes first: it is returned instead. The
        future has the rep's turn, None if there was nothing to answer; it raises AskwellError.
        """
        with self._lock:
            future = self._under_way.get(saved.id)
            if future is None or future.done():
                future = self._workers.submit(_carry_on, saved, unsent)
                self._under_way[saved.id] = future
        return future


@st.cache_resource(show_spinner=False)
def answering() -> Answering:
    """The replies of this process."""
    return Answering()


def _carry_on(saved: Session, unsent: Outgoing | None) -> Turn | None:
    practice = resources.saved_practice(saved)
    if not practice.waiting and unsent is not None:
        practice.say(unsent.words, unsent.turn_id)
    if not practice.waiting:
        return None
    deque(practice.reply(), maxlen=0)
    return practice.transcript.turns[-1]
