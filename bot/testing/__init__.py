"""Test doubles for your own tests: fast and repeatable, without a model, clock or randomness.

    >>> from bot.practice import Practice
    >>> from bot.testing import small_engine
    >>> practice = Practice.start("small-deal", engine=small_engine(tmp_path))
    >>> practice.say("What do you know about their budget?")
    >>> "".join(practice.reply())

`FakeEndpoint` is a real local server that speaks the OpenAI protocol and fails on request; `plausible_reply` is a
script for it that answers anything. Only `askwell fake-endpoint` serves them; no other production code imports this
package.
"""

from .bodies import Fault, Received
from .doubles import (
    SMALL,
    FakeEmbedder,
    FakeReader,
    Label,
    ScriptedClock,
    counting_ids,
    labelled,
    manager_turn,
    rep_turn,
    small_engine,
    small_files,
    small_scenario,
    write_small,
)
from .endpoint import FakeEndpoint
from .plausible import plausible_reply

__all__ = [
    "SMALL",
    "FakeEmbedder",
    "FakeEndpoint",
    "FakeReader",
    "Fault",
    "Label",
    "Received",
    "ScriptedClock",
    "counting_ids",
    "labelled",
    "manager_turn",
    "plausible_reply",
    "rep_turn",
    "small_engine",
    "small_files",
    "small_scenario",
    "write_small",
]
