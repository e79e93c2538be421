"""The whole path once against a real model on loopback: llama.cpp's server with SmolLM2-135M-Instruct."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine import default_engine
from bot.errors import ModelError
from bot.guard.manner import MOST_WORDS
from bot.knowledge import spoken_lines
from bot.models.llm import connect
from bot.models.probe import probe
from bot.practice import Practice
from bot.settings import Settings
from evals.local import LOCAL_MODEL, served

pytestmark = [pytest.mark.real_model, pytest.mark.slow]
pytest.importorskip("xllamacpp", reason="needs the extra `local`")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home: Path = tmp_path_factory.mktemp("real")
    try:
        with served() as url:
            yield Settings(home=home, base_url=url, model=LOCAL_MODEL, voice="model", timeout=60)
    except ModelError as error:
        pytest.skip(str(error))


def test_it_is_reached_and_streams(config: Settings):
    found = probe(connect(config, "voice"))

    assert {"reachable", "streams"} <= {tried.name for tried in found.tried if tried.ok}


def test_a_conversation_with_it_tells_what_the_written_lines_would(config: Settings):
    engine = default_engine()
    practice = Practice.start("jones-deal", engine=engine, voice=engine.voice(config, "model"))
    for words in ("What, if anything, worries you about Jones?", "You should call Warren tomorrow.", "How are you?"):
        practice.say(words)
        shown = "".join(practice.reply())
        assert shown.strip()
        assert len(shown.split()) <= 2 * MOST_WORDS

    texts = {spoken.id: spoken.line.text for spoken in spoken_lines(practice.scenario)}
    assert practice.state.facts, "he was asked openly"
    for turn in practice.transcript:
        if turn.said is not None:
            assert turn.said.voice == f"model:{LOCAL_MODEL}"
            assert set(turn.said.lines) <= set(texts)
            assert turn.said.seconds > 0
