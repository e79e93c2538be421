"""A conversation in the terminal, from the first prompt to its end, or until somebody stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.errors import TranscriptError

from .commands import EXPLAINED, Command, command_in
from .output import print_stand_in
from .typing_line import line_reader

if TYPE_CHECKING:
    from bot.practice import Practice
    from bot.store import Session, Store


def in_progress(store: Store, session: str | None) -> Session:
    """The session to resume: the one that is named, else the newest in progress. Raises AskwellError."""
    if session is None:
        session = next((head.id for head in store.heads() if head.ended_at is None), None)
        if session is None:
            raise TranscriptError("no session is in progress; start one with: askwell practice")
    saved = store.load(session)
    if saved.ended_at is not None:
        raise TranscriptError(f"session {saved.id} has ended; to see it: askwell sessions show {saved.id}")
    return saved


def converse(started: Practice, words_by: str) -> bool:
    """Run the conversation until /end, /quit or the end of input. First say who words the rep.

    Returns whether it is over, so that its debrief is due. /quit and Ctrl-C say how to resume; Ctrl-C raises
    typer.Exit with 130.
    """
    _open(started, words_by)
    try:
        over = _talk(started)
    except KeyboardInterrupt:
        typer.echo(f"\naskwell: stopped{_to_resume(started)}", err=True)
        raise typer.Exit(130) from None
    if not over:
        print(f"Stopped{_to_resume(started)}")
    return over


def _to_resume(started: Practice) -> str:
    if not started.transcript.turns:
        return "; nothing was said, so nothing is saved"
    return f". To resume: askwell practice --resume {started.session_id}"


def _open(started: Practice, words_by: str) -> None:
    """Print the brief, and what has been said if the conversation is resumed."""
    scenario = started.scenario
    print(f"{scenario.title}\n{words_by}\n\n{scenario.brief}\n")
    for label, value in scenario.crm.items():
        print(f"  {label}: {value or '(blank)'}")
    print(f"\n{scenario.scene}\nYou are {scenario.manager.name}. Type what you would say; {EXPLAINED}.\n")
    for turn in started.transcript:
        print(f"{scenario.manager.name if turn.is_manager else scenario.rep.name}: {turn.text}")
        print_stand_in(turn)


def _talk(started: Practice) -> bool:
    started.warm()
    if started.waiting:  # it was cut off before the rep had answered
        _answer(started)
    manager = started.scenario.manager.name
    read = line_reader(turn.text for turn in started.transcript if turn.is_manager)
    while True:
        try:
            words = read(f"{manager}: ")
        except EOFError:
            print()
            return True
        try:
            command = command_in(words)
            if command is None:
                started.say(words)
        except TranscriptError as error:
            print(f"  ({error})")
            continue
        if command is None:
            _answer(started)
        elif command is Command.NUDGE:
            print(f"  ({started.hint()})\n")
        else:
            return command is Command.END


def _answer(started: Practice) -> None:
    print(f"{started.scenario.rep.name}: ", end="")
    for piece in started.reply():
        print(piece, end="", flush=True)
    print()
    print_stand_in(started.transcript.turns[-1])
    print()
