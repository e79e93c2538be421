"""A corpus on a Dask cluster: real processes on this machine, one of them killed."""

from __future__ import annotations

import json
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.errors import AskwellError
from evals.corpora.cluster import local_cluster, spread
from evals.corpora.corpus import CHUNK, score_corpus
from evals.corpora.corpus_in import Corpus
from evals.corpora.corpus_row import How

pytestmark = pytest.mark.slow

if find_spec("distributed") is None:  # every process collects this file
    pytest.skip("needs the extra `cluster`", allow_module_level=True)
RULES = How("rules")


def talk(number: int) -> str:
    said = f"Karen: What worries you about deal {number}?\nMike: I'll ring him on Friday.\nKaren: Send it.\nMike: OK."
    return json.dumps({"id": number, "text": said}) + "\n"


@pytest.mark.nightly
@pytest.mark.slow
def test_a_worker_is_killed_midway_and_nothing_is_lost_or_doubled(tmp_path: Path):
    calls, whole, out = tmp_path / "calls.jsonl", tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    calls.write_text("".join(talk(number) if number != 99 else "{broken\n" for number in range(25 * CHUNK)))
    score_corpus(Corpus.at(calls), whole, RULES, jobs=1)
    killed_at: list[int] = []
    with local_cluster(tmp_path, 3) as (address, workers):

        def kill_one(written: int) -> None:
            if not killed_at and written >= 5 * CHUNK:
                workers[0].send_signal(signal.SIGKILL)
                killed_at.append(written)

        found = score_corpus(Corpus.at(calls), out, RULES, dask=address, heard=kill_one)
        left = [worker.poll() for worker in workers]

    assert killed_at == [5 * CHUNK]
    assert left == [-signal.SIGKILL, None, None]
    assert out.read_bytes() == whole.read_bytes()
    assert (found.scored, dict(found.failed)) == (25 * CHUNK - 1, {"not valid JSON": 1})


@pytest.mark.nightly
def test_a_cluster_without_workers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evals.corpora.cluster.WORKERS_SECONDS", 1)
    with (
        local_cluster(tmp_path, 0) as (address, _),
        pytest.raises(AskwellError, match=f"^--dask {address}: the scheduler has no worker$"),
    ):
        list(spread(address, len, [(1, 2)]))


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evals.corpora.cluster.CONNECT_SECONDS", 0.3)

    with pytest.raises(AskwellError, match=r"^--dask tcp://127\.0\.0\.1:9: no scheduler answers"):
        list(spread("tcp://127.0.0.1:9", len, [(1, 2)]))


@pytest.mark.parametrize("address", ["", "nonsense://x", "127.0.0.1:no"])
def test_an_address_that_is_none_is_told(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evals.corpora.cluster.CONNECT_SECONDS", 0.3)

    with pytest.raises(AskwellError, match=f"^--dask {address}: no scheduler answers"):
        list(spread(address, len, [(1, 2)]))


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(AskwellError, match=r"^--dask needs the extra cluster: pip install 'askwell\[cluster\]'$"):
        list(spread("tcp://127.0.0.1:9", len, [(1, 2)]))
