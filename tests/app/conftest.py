"""The app over the small scenario, with the small engine and a store of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
import streamlit.config
from pages import UI, WORDS, highlights_of
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.practice import Debrief, Practice
from bot.scoring.coach import ThingToTry, asked_to_plan, things_to_try
from bot.scoring.moments import Highlights
from bot.scoring.score import thresholds
from bot.settings import settings
from bot.testing import SMALL, small_engine
from ui import resources

streamlit.config.set_option("runner.postScriptGC", False)  # as the app's config.toml has it, which AppTest doesn't read


@pytest.fixture(scope="session", autouse=True)
def _no_components() -> Iterator[None]:
    """Streamlit looks through all installed packages for components, in each test anew: half a second. We have none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of the user's own, with the small scenario."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def own_engine(data: Path) -> Engine:
    return small_engine(data, WORDS)


@pytest.fixture
def debrief(own_engine: Engine) -> Debrief:
    practice = Practice.start(SMALL, engine=own_engine)
    for words in (*WORDS, "<b>Bye</b> ![](http://evil.example/x.png)"):
        practice.say(words)
        "".join(practice.reply())
    return practice.finish()


@pytest.fixture
def things(own_engine: Engine, debrief: Debrief) -> tuple[ThingToTry, ...]:
    unasked = [debrief.scenario.fact(name) for name in debrief.missed if name not in debrief.asked_about]
    planned = asked_to_plan(debrief.transcript)
    area = str(debrief.scenario.area)
    return things_to_try(debrief.scorecard, thresholds(), own_engine.knowledge, unasked, planned, area)


@pytest.fixture
def found(own_engine: Engine, debrief: Debrief) -> Highlights:
    return highlights_of(debrief, own_engine)


@pytest.fixture
def app(own_engine: Engine, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The app over the small scenario, with the small engine and a store of its own."""
    monkeypatch.setenv("ASKWELL_DATA", str(data))
    settings.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr("bot.engine.default_engine", lambda: own_engine)
    begun: list[resources.Loading] = []

    class Watched(resources.Loading):
        def __init__(self) -> None:
            super().__init__()
            begun.append(self)

    monkeypatch.setattr(resources, "Loading", Watched)
    yield AppTest.from_file(str(UI / "app.py"), default_timeout=60)
    while not all(one.ready() for one in begun):  # it reads the settings, which the next test changes
        time.sleep(0.02)
    st.cache_resource.clear()
    st.cache_data.clear()
