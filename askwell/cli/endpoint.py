"""`askwell fake-endpoint`: a local endpoint that stands in for a language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import ModelError

from .output import lines_of, read_text


def fake_endpoint(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port, on localhost; 0 for any free one.")] = 8765,
    script: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file with one reply per line; the last repeats. - for standard input."),
    ] = None,
) -> None:
    """Serve replies like a language model's, without a model or a key, until you press Ctrl-C.

    They show you the shape of things, not what a model would say: the rep says a written line again, and feedback is
    filler of the right shape.
    """
    from bot.testing import FakeEndpoint, plausible_reply

    replies = [line.strip() for _, line in lines_of(read_text(script))] if script is not None else []
    if script is not None and not replies:
        raise ModelError(f"{script}: has no replies; write one per line")
    try:
        serving = FakeEndpoint(replies or plausible_reply, port)
    except OSError as error:
        raise ModelError(f"--port: {port} can't be used: {error.strerror or error}") from None
    with serving:
        print(f"export ASKWELL_BASE_URL={serving.url}")
        print("export ASKWELL_MODEL=fake ASKWELL_API_KEY=none")
        print("# Set these in another terminal. No model answers: you see the shape of things.", flush=True)
        serving.wait()
