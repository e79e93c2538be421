"""The command line. Errors print one line on standard error and exit with 2, never a traceback.

Commands import heavy modules themselves, so `askwell --help` loads none of them.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.errors import AskwellError
from bot.redaction import redacted, redacted_traceback

from . import endpoint, eval_reports, evals, knowledge, practice, programme, scenario, sessions, transcripts

app = typer.Typer(
    name="askwell",
    help="Rehearse a coaching conversation before you have it: ask instead of telling.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"askwell {metadata.version('askwell')}")
        raise typer.Exit


@app.callback()
def everywhere(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", help="Your own scenarios and knowledge; they replace bundled ones by id."
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Rehearse a coaching conversation before you have it: ask instead of telling."""
    if data is not None:
        # Only settings.py reads the environment, so setting the variable is enough to reach all code.
        os.environ["ASKWELL_DATA"] = str(data)


app.command("practice")(practice.practice)
app.command("score")(transcripts.score)
app.command("code")(transcripts.code)
app.add_typer(scenario.scenario_app, name="scenario")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(programme.programme_app, name="programme")
eval_reports.register(evals.app)
app.add_typer(evals.app, name="eval")
app.add_typer(sessions.app, name="sessions")
app.command("ui")(sessions.ui)
app.command("doctor")(sessions.doctor)
app.command("fake-endpoint")(endpoint.fake_endpoint)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 a check failed, 2 wrong usage or bad input."""
    # numpy reads these when it loads. On our small matrices one thread is three times as fast as two, and the last
    # digits don't depend on the number of cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Loading makes some hundred thousand objects, none of which is garbage, and the default looks after every 700.
    gc.set_threshold(50_000)
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
    except BrokenPipeError:  # whoever read our output has closed it, as `head` does
        _discard_output()
        sys.exit(1)
    except OSError as error:
        _discard_output()
        _stop(redacted(f"{error.filename or 'the output'}: {error.strerror or error}"))
    except Exception:  # a bug: print the whole traceback for whoever fixes it, without secrets
        print(redacted_traceback(), end="", file=sys.stderr)
        sys.exit(1)


def _stop(problem: str) -> NoReturn:
    print(f"askwell: {problem}", file=sys.stderr)
    sys.exit(2)


def _discard_output() -> None:
    """Drop unwritten output. Otherwise Python would retry at exit and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _never_choke() -> None:
    """Escape characters the terminal can't encode, and read invalid bytes as U+FFFD."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
