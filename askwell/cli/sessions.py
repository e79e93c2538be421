"""`askwell sessions`, `askwell ui` and `askwell doctor`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import TranscriptError

from .output import local_time, print_json, print_line, print_stand_in, print_write_up

if TYPE_CHECKING:
    from bot.store import Session, Store
    from bot.writeup.write import WriteUp

app = typer.Typer(help="Your saved sessions.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_sessions(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """List all sessions, newest first."""
    with open_store() as store:
        heads = store.heads()
    rows = [
        {
            "id": head.id,
            "scenario": head.scenario,
            "title": head.title,
            "variant": head.variant,
            "started_at": head.started_at.isoformat(),
            "ended_at": head.ended_at.isoformat() if head.ended_at else None,
            "turns": head.turns,
            "level": head.level,
            "parent": head.parent,
            "rep": head.rep,
        }
        for head in heads
    ]
    if as_json:
        print_json(rows)
        return
    for head in heads:
        retry = f"  (retry of {head.parent})" if head.parent else ""
        about = f"{head.title}, with {head.rep}"
        level = head.level or "in progress"
        print(f"{head.id}  {local_time(head.started_at)}  {about}  {head.turns} turns  {level}{retry}")
    if not heads:
        print("no sessions yet; start one with: askwell practice")


@app.command("show")
def show(
    session: Annotated[str, typer.Argument(metavar="ID")],
    coach: Annotated[bool, typer.Option("--coach", help="Add a write-up and ratings by the configured model.")] = False,
) -> None:
    """Show a session as text, with its codes and score."""
    saved = _load(session)
    written = _written_up(saved) if coach else None
    print(f"{saved.title}  ({saved.scenario}, variant {saved.variant}, {local_time(saved.started_at)})")
    if saved.parent:
        print(f"A retry of {saved.parent}, from turn {saved.from_turn}")
    print()
    corrected = {(challenge.turn, challenge.start): challenge for challenge in saved.challenges}
    for turn in saved.turns:
        print(f"{saved.manager if turn.is_manager else saved.rep}: {turn.text}")
        for unit in turn.units:
            print(f"    {unit.group.value}  {unit.code:<17} {unit.text}")
            if challenge := corrected.get((turn.index, unit.start)):
                print(f"       you say: {challenge.says or 'wrong'}")
        print_stand_in(turn)
    if saved.scorecard:
        print(f"\n{saved.scorecard['overall']['sentence']}")
    if written:
        print_write_up(written)


@app.command("export")
def export(session: Annotated[str | None, typer.Argument(metavar="ID", show_default=False)] = None) -> None:
    """Print everything saved about a session as JSON; without an ID, everything you keep."""
    from bot.store.exported import everything_json, session_json

    if session is not None:
        print_json(session_json(_load(session)))
        return
    with open_store() as store:
        print_json(everything_json(store, datetime.now(UTC)))


@app.command("labels")
def labels(
    session: Annotated[str | None, typer.Option(metavar="ID", help="Only this session. Default: all.")] = None,
) -> None:
    """Print the codes you corrected as labelled examples."""
    from bot.scoring.challenges import labelled_units

    with open_store() as store:
        found = labelled_units(store.load(name) for name in (store.challenged() if session is None else (session,)))
    for unit in found:
        print_line(unit.as_json())


@app.command("delete")
def delete(
    session: Annotated[str, typer.Argument(metavar="ID")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
) -> None:
    """Delete a session for good, with its retries."""
    with open_store() as store:
        saved, retries = store.load(session), len(store.children(session))
        if not yes:
            also = {0: "", 1: " and its retry"}.get(retries, f" and its {retries} retries")
            typer.confirm(
                f"Delete the session of {local_time(saved.started_at)}{also}? This can't be undone.", abort=True
            )
        store.delete(session)
    print(f"deleted {session}")


def ui(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Local port; 8501 by default.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Also open a browser.")] = False,
) -> None:
    """Run the app on this machine."""
    from bot.settings import settings
    from ui.launch import launch

    raise typer.Exit(launch(port or settings().port, open_browser))


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Check the installation, the database and any models you set."""
    from bot.doctor import examine

    checks = examine()
    if as_json:
        print_json([{"name": check.name, "ok": check.ok, "said": check.said} for check in checks])
    else:
        for check in checks:
            print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:<12} {check.said}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _written_up(saved: Session) -> WriteUp:
    """The write-up of a session that has ended, so that the rep never sees it. Raises TranscriptError otherwise."""
    if saved.ended_at is None:
        raise TranscriptError(f"session {saved.id} is still in progress; end it before you ask for a write-up")
    from bot.engine import default_engine
    from bot.practice import Practice
    from bot.writeup.write import write_up

    engine = default_engine()
    with open_store() as store:
        debrief = Practice.resume(saved.id, store, engine=engine).debrief()
    return write_up(debrief, engine.packaged().reader)


def _load(session_id: str) -> Session:
    with open_store() as store:
        return store.load(session_id)


def open_store() -> Store:
    """The store at the configured path. Raises StoreError."""
    from bot.settings import settings
    from bot.store import Store

    return Store.open(settings().database)
