"""The heavy parts, made once for all pages: the library, the store, and the engine, which loads behind the first.

Nothing is imported here before it is asked for: the front page is on the screen while the rest is read.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from bot.errors import AskwellError
from bot.redaction import redacted_traceback

if TYPE_CHECKING:
    from bot.engine import Engine
    from bot.knowledge import BankQuestion, ByWords, Found, Knowledge, Passage
    from bot.practice import Practice
    from bot.progress.talks import TalkBook
    from bot.scenario.library import Library
    from bot.store import Session, Store
    from bot.voice import Voice
    from bot.writeup.narrative import Finished
    from bot.writeup.write import WriteUp

_LOG = logging.getLogger(__name__)
GETTING_READY = "the search by meaning is getting ready"


@st.cache_resource(show_spinner=False)
def library() -> Library:
    """Scenarios and knowledge by file; light, and enough to show a page. Raises ScenarioError."""
    from bot.scenario.library import Library
    from bot.settings import settings

    return Library(settings().data)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The store of this process, opened once and shared by all threads. Raises StoreError."""
    from bot.settings import settings
    from bot.store import Store

    return Store.open(settings().database)


@st.cache_resource(show_spinner=False)
def talk_book() -> TalkBook:
    """The ended sessions as progress counts them, each read once. Raises StoreError."""
    from bot.progress.talks import TalkBook

    return TalkBook(store(), library())


@st.cache_resource(show_spinner=False)
def passages() -> tuple[Passage, ...]:
    """The guidance, read without the engine. Raises KnowledgeError."""
    from bot.knowledge import read_passages

    return read_passages(library().files("knowledge/guidance", "*.md"))


@st.cache_resource(show_spinner=False)
def bank_questions() -> tuple[BankQuestion, ...]:
    """The good questions, read without the engine. Raises KnowledgeError."""
    from bot.knowledge import read_questions

    return read_questions(library().files("knowledge/questions", "*.y*ml"))


class Loading:
    """The engine on its way: made and then warmed in one thread behind the pages, one scenario after another."""

    def __init__(self) -> None:
        # Python waits for this thread when it ends: the model's own threads abort the process when it ends under them.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="askwell-load")
        self.engine: Future[Engine] = self._worker.submit(_make)
        self._warmed: dict[tuple[str, str, str], Future[None]] = {}
        self._read: set[str] = set()
        self._index: Future[Knowledge] | None = None

    def soon(self, scenario_id: str, variant: str) -> None:
        """Have a scenario ready, after those that were asked for before."""
        from bot.settings import settings

        asked = scenario_id, variant, settings().speaks  # somebody may agree to a model, which has more to load
        if asked not in self._warmed:
            self._warmed[asked] = self._worker.submit(self._warm, scenario_id, variant)

    def read(self, scenario_ids: Iterable[str]) -> None:
        """Have scenarios' files read, after what was asked for before: then one opens at once."""
        for scenario_id in scenario_ids:
            if scenario_id not in self._read:
                self._read.add(scenario_id)
                self._worker.submit(_read, library(), scenario_id)

    def index(self) -> Future[Knowledge]:
        """The guidance with its index open, after what was asked for before."""
        if self._index is None:
            self._index = self._worker.submit(self._open)
        return self._index

    def ready(self) -> bool:
        """Whether nothing is being loaded."""
        return self.engine.done() and all(future.done() for future in list(self._warmed.values()))

    def _open(self) -> Knowledge:
        knowledge = self.engine.result().knowledge
        knowledge.search("coaching", 1)
        return knowledge

    def _warm(self, scenario_id: str, variant: str) -> None:
        from bot.settings import settings

        try:
            engine = self.engine.result()
            scenario = engine.library.scenario(scenario_id, variant)
            engine.warm(scenario)
            engine.voice(settings()).warm(scenario)
            _set_aside()
        except AskwellError:
            pass  # whoever needs it is told then
        except Exception:
            _told("warming failed")


def _read(found: Library, scenario_id: str) -> None:
    with suppress(AskwellError):  # whoever opens it is told
        found.scenario(scenario_id)


def _set_aside() -> None:
    """Keep what has been loaded out of the garbage collector's sight, and give back what loading it took.

    A full collection otherwise walks through the whole engine: .3 s. The C library keeps some 70 MB of the models'
    files that were freed.
    """
    gc.collect()
    gc.freeze()
    with suppress(AttributeError, OSError, TypeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)


@st.cache_resource(show_spinner=False)
def loading() -> Loading:
    """Begin to load the engine, once, without waiting for it."""
    return Loading()


def ready() -> bool:
    """Whether a reply would come at once."""
    return loading().ready()


def soon(scenario_id: str, variant: str = "base") -> None:
    """Begin to load what the first reply in a scenario needs, without waiting for it."""
    loading().soon(scenario_id, variant)


def can_search() -> bool:
    """Whether a search of the guidance would come at once; if not, what it needs begins to load."""
    return loading().index().done()


def search_guidance(query: str, number: int) -> tuple[list[Found], str]:
    """The passages that answer a query, best first, and why they were found by words alone, where they were.

    Raises KnowledgeError where a passage cannot be read.
    """
    if not can_search():
        return _by_words().search(query, number), GETTING_READY
    try:
        return loading().index().result().search(query, number), ""
    except AskwellError as error:
        return _by_words().search(query, number), str(error)


@st.cache_resource(show_spinner=False)
def _by_words() -> ByWords:
    from bot.knowledge import ByWords

    return ByWords(passages())


def engine() -> Engine:
    """The engine, waited for. Raises AskwellError when the model or the index cannot be used."""
    return loading().engine.result()


def saved_practice(saved: Session) -> Practice:
    """A saved practice, to go on with or to look at. Raises ScenarioError."""
    from bot.practice import Practice

    speaks = voice("model" if speaking_model(saved) else "lines")
    return Practice.resume(saved, store(), engine=engine(), voice=speaks)


def speaking_model(saved: Session) -> str | None:
    """The model that words the rest of a conversation. None for scripted lines.

    Lines were chosen, or the settings let no model speak any more, or the conversation is over.
    """
    from bot.settings import settings, usable_model

    config = settings()
    if saved.voice == "lines" or saved.ended_at is not None or config.speaks == "lines":
        return None
    return usable_model(config, "voice")


def voice(kind: str | None = None) -> Voice:
    """Who words the rep: what is set up, or the kind named. Raises ModelError where no model is configured."""
    from bot.settings import settings

    return engine().voice(settings(), kind)


def coach() -> str | None:
    """The name of the model that could write a debrief up; None where none is configured."""
    from bot.writeup.write import configured

    return configured()


def written_up(finished: Finished) -> WriteUp:
    """What that model writes of a finished practice. Raises ModelError."""
    from bot.writeup.write import write_up

    return write_up(finished, engine().packaged().reader)


def _make() -> Engine:
    from bot.engine import default_engine

    try:
        return default_engine()
    except AskwellError:
        raise
    except Exception as error:  # an import or a file that fails must reach the page as one line, and the log whole
        _told("the engine cannot be made")
        raise AskwellError(f"Askwell could not load its model: {error}; `askwell doctor` says more") from error


def _told(what: str) -> None:
    """Log the exception at hand without its secrets, unless it is only that the app is being stopped while it loads."""
    if threading.main_thread().is_alive():
        _LOG.error("%s\n%s", what, redacted_traceback())
