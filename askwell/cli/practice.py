"""`askwell practice`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import TranscriptError

from .conversing import converse, in_progress
from .output import print_highlights, print_json, print_stand_in, read_text
from .scripted import Script, read_script, run_script
from .sessions import open_store

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.practice import Debrief, Practice
    from bot.settings import Settings


def practice(
    wanted: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The scenario (default: jones-deal), or the session to resume.")
    ] = None,
    variant: Annotated[str, typer.Option(help="A variant's name, or random.")] = "base",
    seed: Annotated[int, typer.Option(help="Seed for a random variant and the rep's wording.")] = 0,
    voice: Annotated[
        str | None, typer.Option(metavar="lines|model", help="How the rep speaks. Default: ASKWELL_VOICE.")
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file with one manager turn or command per line; - for standard input."),
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Save the session of a script.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume the session with this ID, or the newest in progress.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Practise in the terminal, or play a script of manager turns.

    Type /nudge for a hint, /end for the debrief, or /quit to stop and resume later. A script may hold the same
    commands, and notes: lines that begin with "# ".
    """
    from bot.errors import ModelError

    if voice not in (None, "lines", "model"):
        raise ModelError(f"--voice: {voice!r} is not lines or model")
    if script is None and (as_json or save):
        raise TranscriptError(f"{'--json' if as_json else '--save'} needs --script FILE")
    if resume:
        given = {"--script": script, "--variant": variant != "base", "--seed": seed, "--voice": voice}
        for option in (name for name, value in given.items() if value):
            raise TranscriptError(f"--resume and {option} don't go together: the session keeps what it began with")
        _resume(wanted)
    elif script is not None:
        lines = read_script(read_text(script), str(script))
        if lines.quits and (as_json or not save):
            why = "--json prints a debrief" if as_json else "without --save there is nothing to resume"
            raise TranscriptError(f"{script}:{lines.quits}: /quit: {why}; use /end")
        _play(lines, wanted or FIRST, variant, seed, voice, save, as_json)
    else:
        _start(wanted or FIRST, variant, seed, voice)


FIRST = "jones-deal"


def _play(script: Script, scenario: str, variant: str, seed: int, voice: str | None, save: bool, as_json: bool) -> None:
    """Play a script, and print its debrief unless it quits."""
    from bot.engine import default_engine
    from bot.practice import Practice, practice_json
    from bot.settings import settings

    engine, config = default_engine(), settings()
    speaking = engine.voice(config, voice, cached=True)
    with open_store() if save else nullcontext() as kept:
        started = Practice.start(scenario, variant=variant, seed=seed, engine=engine, voice=speaking, store=kept)
        hints = run_script(started, script)
        debrief = None if script.quits else started.finish()
    if debrief is not None and as_json:
        nudges = [{"turn": turn, "text": text} for turn, text in hints]
        print_json({**practice_json(debrief, started.session_id, seed), "nudges": nudges})
        return
    print(f"{who_words(started.scenario.rep.name, speaking.name, config)}\n")
    print_conversation(started, hints)
    if debrief is None:
        print(f"Stopped. To resume: askwell practice --resume {started.session_id}")
        return
    print_debrief(debrief, engine.knowledge, started.session_id)


def _start(scenario: str, variant: str, seed: int, voice: str | None) -> None:
    """Hold a new conversation in the terminal."""
    from bot.engine import default_engine
    from bot.practice import Practice
    from bot.settings import settings

    engine, config = default_engine(), settings()
    speaking = engine.voice(config, voice)
    with open_store() as store:
        started = Practice.start(scenario, variant=variant, seed=seed, engine=engine, voice=speaking, store=store)
        try:
            _hold(started, who_words(started.scenario.rep.name, speaking.name, config), engine.knowledge)
        finally:
            if not started.transcript.turns:
                store.delete(str(started.session_id))  # nothing was said, so there is nothing to keep


def _resume(session: str | None) -> None:
    """Continue a saved conversation in the terminal, with the voice that it began with."""
    from bot.engine import default_engine
    from bot.practice import Practice
    from bot.settings import settings

    with open_store() as store:
        saved = in_progress(store, session)
        engine, config = default_engine(), settings()
        speaking = engine.voice(config, "lines" if saved.voice == "lines" else "model")
        started = Practice.resume(saved, store, engine=engine, voice=speaking)
        _hold(started, who_words(started.scenario.rep.name, speaking.name, config), engine.knowledge)


def _hold(started: Practice, words_by: str, knowledge: Knowledge) -> None:
    if converse(started, words_by) and started.transcript.turns:
        print_debrief(started.finish(), knowledge, started.session_id)


def who_words(rep: str, voice: str, config: Settings) -> str:
    """A line that says who words the rep, given the voice's name, and how to switch."""
    from bot.settings import recipient, usable_model

    model = usable_model(config, "voice")
    if voice != "lines":
        name = voice.removeprefix("model:")
        to = recipient(config, model or name)
        return f"{name} at {to} words what {rep} says. For scripted lines: --voice lines"
    if model is None:
        return f"{rep} speaks scripted lines."
    return (
        f"{rep} speaks scripted lines. With --voice model, {model} words them: then each of your turns sends "
        f"{recipient(config, model)} the conversation, the card and what {rep} may say now."
    )


def print_conversation(started: Practice, hints: Sequence[tuple[int, str]]) -> None:
    """Print each turn with its codes, and each hint where it was asked for."""
    scenario, turns = started.scenario, started.transcript.turns
    for turn in (*turns, None):
        for _, text in (hint for hint in hints if hint[0] == (len(turns) if turn is None else turn.index)):
            print(f"  ({text})")
        if turn is None:
            break
        print(f"{scenario.manager.name if turn.is_manager else scenario.rep.name}: {turn.text}")
        for unit in turn.units:
            print(f"    {unit.group.value}  {unit.code:<17} {unit.text}")
        print_stand_in(turn)
    print()


def print_debrief(debrief: Debrief, knowledge: Knowledge, session: str | None) -> None:
    """Print the debrief as plain text, its highlights first, and how to see the session if it is saved."""
    from bot.scoring.moments import highlights
    from bot.talk.direction import Source

    card = debrief.scorecard
    found = highlights(debrief.scenario, debrief.transcript, debrief.states, debrief.state, card, knowledge)
    print_highlights(found, debrief.transcript)
    scored = card.score is not None
    print(f"{card.sentence.partition(':')[0]} ({card.score} of 100)" if scored else card.sentence)
    for criterion in card.criteria:
        print(f"  {criterion.id:<15} {criterion.level:<11} {criterion.why}")
    if card.coded_by:
        print(f"Coded by {card.coded_by}.")
    for label, ids in (
        ("Elicited", debrief.facts(Source.ELICITED)),
        ("Donated", debrief.facts(Source.DONATED)),
        ("Told by you", debrief.facts(Source.TOLD)),
    ):
        print(f"{label}: {', '.join(debrief.scenario.fact(fact).topic for fact in ids) or 'nothing'}")
    for fact in debrief.missed:
        ask = "" if fact in debrief.asked_about else f" Ask: {debrief.scenario.fact(fact).question}"
        print(f"Missed: {debrief.scenario.fact(fact).topic}.{ask}")
    for suggestion in card.feedback:
        print(f'Instead of "{suggestion.quote}" try: {suggestion.try_instead}')
    print(f"\n{debrief.epilogue.text}")
    if session:
        print(f"\nSession saved. To see it: askwell sessions show {session}")
