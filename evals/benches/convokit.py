"""edu-convokit beside ours: its talk time, by its own code in a process of its own.

The package pins openai 0.28 and asks for torch and spacy, so it is installed without what it asks for. Its module
imports them all at once, but its talk time uses pandas alone; the others are stood in for by empty modules there. What
it says about questions (focusing questions, talk moves) are models of a hub, which it downloads: these are not run.
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
LIMIT = 300.0
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
    """The manager's share of the words of each conversation (0 to 1), and how many turns a second it took."""

    shares: tuple[float, ...]
    a_second: float


def installed() -> bool:
    """Whether the package is there."""
    return find_spec("edu_convokit") is not None


Talk = Sequence[tuple[bool, str]]
"""Turns: whether the manager speaks, and the words."""


def talk_time(talks: Sequence[Talk]) -> TalkTime:
    """Talk time by edu-convokit. Raises AskwellError where it is not installed, or fails."""
    if not installed():
        raise AskwellError(f"not installed; {INSTALL}")
    command = [sys.executable, "-c", _ITS_CODE]
    try:
        done = subprocess.run(
            command, input=json.dumps(talks), capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise AskwellError(f"gave no answer in {LIMIT:g} s") from None
    if done.returncode:
        why = done.stderr.strip().splitlines()
        raise AskwellError(f"failed: {why[-1] if why else f'exit {done.returncode}'}")
    shares, seconds = json.loads(done.stdout.splitlines()[-1])
    return TalkTime(tuple(shares), sum(len(talk) for talk in talks) / seconds)
