"""The commands and how their errors reach the user: one line on standard error, exit 2, never a traceback.

Heavy parts are imported inside the commands, so that `askwell --help` loads none of them.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.errors import AskwellError
from bot.redaction import redacted, redacted_traceback

from . import eval_reports, evals, knowledge, practice, scenario, sessions, transcripts

app = typer.Typer(
    name="askwell",
    help="Rehearse a coaching conversation before you have it: ask instead of telling.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def everywhere(
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Your own scenarios and knowledge; shadows bundled files by id."),
    ] = None,
) -> None:
    """Rehearse a coaching conversation before you have it: ask instead of telling."""
    if data is not None:
        # settings.py stays the only reader of the environment; this is how an option reaches every part of it.
        os.environ["ASKWELL_DATA"] = str(data)


app.command("practice")(practice.practice)
app.command("score")(transcripts.score)
app.command("code")(transcripts.code)
app.add_typer(scenario.scenario_app, name="scenario")
app.add_typer(knowledge.app, name="knowledge")
eval_reports.register(evals.app)
app.add_typer(evals.app, name="eval")
app.add_typer(sessions.app, name="sessions")
app.command("ui")(sessions.ui)
app.command("doctor")(sessions.doctor)


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 a check failed, 2 usage or bad input."""
    # Read by numpy when it is loaded. On matrices as small as ours one thread is three times as fast as two, and the
    # last digits do not depend on how many cores there are.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _never_choke()
    try:
        try:
            app(prog_name="askwell")
        finally:
            sys.stdout.flush()
    except AskwellError as error:
        first, *others = str(error).splitlines() or [type(error).__name__]
        _stop(f"{first} (and {len(others)} more)" if others else first)
    except KeyboardInterrupt:
        print("askwell: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        _discard_output()
        sys.exit(1)
    except OSError as error:
        _discard_output()
        _stop(redacted(f"{error.filename or 'the output'}: {error.strerror or error}"))
    except Exception:  # what nobody foresaw is told whole, to whoever is to mend it, but for keys and passwords
        print(redacted_traceback(), end="", file=sys.stderr)
        sys.exit(1)


def _stop(problem: str) -> NoReturn:
    print(f"askwell: {problem}", file=sys.stderr)
    sys.exit(2)


def _discard_output() -> None:
    """What could not be written is dropped, or Python would try again when it exits, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _never_choke() -> None:
    """A character that the terminal's encoding lacks is shown escaped; bytes that are no text are read as U+FFFD."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
