"""Runs edu-convokit's talk time, for comparison, in its own process.

The package pins openai 0.28 and needs torch and spacy, so we install it without dependencies. Its module imports them
all, but talk time uses only pandas, so empty modules replace the others. Its question models (focusing questions, talk
moves) are downloads from a hub, so we don't run them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from bot.errors import AskwellError

INSTALL = "pip install --no-deps edu-convokit==0.4.0"
_LIMIT = 300.0
"""Seconds."""
_ITS_CODE = """
import json, sys, time, types

for name in ("torch", "spacy", "transformers", "edu_convokit.uptake_utils"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["transformers"].AutoTokenizer = sys.modules["transformers"].AutoModelForSequenceClassification = None

import pandas
from edu_convokit.annotation import Annotator

shares, began = [], time.perf_counter()
for talk in json.load(sys.stdin):
    table = pandas.DataFrame(talk, columns=["manager", "text"])
    table = Annotator().get_talktime(table, text_column="text", analysis_unit="words", representation="proportion")
    shares.append(float(table.loc[table["manager"], "talktime_analysis"].sum()))
print(json.dumps([shares, time.perf_counter() - began]))
"""


@dataclass(frozen=True, slots=True)
class TalkTime:
    """The manager's share of words in each conversation (0 to 1), and turns per second."""

    shares: tuple[float, ...]
    a_second: float


def convokit_installed() -> bool:
    """Whether the package is installed."""
    return find_spec("edu_convokit") is not None


Talk = Sequence[tuple[bool, str]]
"""Turns: whether the manager speaks, and the words."""


def talk_time(talks: Sequence[Talk]) -> TalkTime:
    """Talk time by edu-convokit. Raises AskwellError if it isn't installed or fails."""
    if not convokit_installed():
        raise AskwellError(f"not installed; {INSTALL}")
    command = [sys.executable, "-c", _ITS_CODE]
    try:
        done = subprocess.run(
            command, input=json.dumps(talks), capture_output=True, text=True, timeout=_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise AskwellError(f"no answer within {_LIMIT:g} s") from None
    if done.returncode:
        why = done.stderr.strip().splitlines()
        raise AskwellError(f"failed: {why[-1] if why else f'exit {done.returncode}'}")
    shares, seconds = json.loads(done.stdout.splitlines()[-1])
    return TalkTime(tuple(shares), sum(len(talk) for talk in talks) / seconds)
