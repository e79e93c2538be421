"""What loads with the library and with the command, and what the library offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bot

HEAVY = [
    "langchain",
    "langchain_core",
    "chromadb",
    "streamlit",
    "sqlalchemy",
    "alembic",
    "onnxruntime",
    "numpy",
    "openai",
    "pydantic",
]


@pytest.mark.slow
@pytest.mark.parametrize("statement", ["import askwell.cli", "from bot import score, Transcript, Scorecard"])
def test_loads_nothing_heavy(statement: str):
    code = f"{statement}\nimport sys\nprint([name for name in {HEAVY} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_offers_what_is_documented():
    assert bot.__all__ == ["Practice", "Scenario", "Scorecard", "Transcript", "score"]
    assert set(bot.__all__) <= set(dir(bot))
    assert {name: getattr(bot, name).__name__ for name in bot.__all__} == {name: name for name in bot.__all__}


def test_a_name_that_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'practise'"):
        _ = bot.practise
