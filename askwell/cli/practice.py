"""`askwell practice`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import TranscriptError

from .output import lines_of, print_highlights, print_json, print_stand_in, read_text
from .sessions import open_store

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.practice import Debrief, Practice
    from bot.settings import Settings


def practice(
    scenario: Annotated[str, typer.Argument(metavar="ID", help="The scenario.")] = "jones-deal",
    variant: Annotated[str, typer.Option(help="A variant's name, or random.")] = "base",
    seed: Annotated[int, typer.Option(help="Seed for a random variant and the rep's wording.")] = 0,
    voice: Annotated[
        str | None, typer.Option(metavar="lines|model", help="How the rep speaks. Default: ASKWELL_VOICE.")
    ] = None,
    script: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with one manager turn per line; - for standard input.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Save the session of a script.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Practise in the terminal, or play a script of manager turns."""
    from bot.engine import default_engine
    from bot.errors import ModelError
    from bot.practice import Practice, practice_json
    from bot.settings import settings

    if voice not in (None, "lines", "model"):
        raise ModelError(f"--voice: {voice!r} is not lines or model")
    if script is None and (as_json or save):
        raise TranscriptError(f"{'--json' if as_json else '--save'} needs --script FILE")
    turns = script_turns(read_text(script), str(script)) if script is not None else []
    engine = default_engine()
    config = settings()
    speaking = engine.voice(config, voice, cached=script is not None)
    if script is not None:
        with open_store() if save else nullcontext() as kept:
            started = Practice.start(scenario, variant=variant, seed=seed, engine=engine, voice=speaking, store=kept)
            run_script(started, turns)
            debrief = started.finish()
        if as_json:
            print_json(practice_json(debrief, started.session_id, seed))
            return
        print(f"{who_words(started.scenario.rep.name, speaking.name, config)}\n")
    else:
        with open_store() as store:
            started = Practice.start(scenario, variant=variant, seed=seed, engine=engine, voice=speaking, store=store)
            converse(started, who_words(started.scenario.rep.name, speaking.name, config))
            if not started.transcript.turns:
                store.delete(str(started.session_id))  # nothing was said, so there is nothing to keep
                return
            debrief = started.finish()
    print_debrief(debrief, engine.knowledge, with_turns=script is not None)
    if started.session_id:
        print(f"\nSession saved. To see it: askwell sessions show {started.session_id}")


def script_turns(text: str, name: str) -> list[str]:
    """One manager turn per non-blank line, all checked before anything runs. Raises TranscriptError."""
    from bot.talk.transcript import check_words

    turns = [check_words(line.strip(), f"{name}:{number}") for number, line in lines_of(text)]
    if not turns:
        raise TranscriptError(f"{name}:1: the script is empty; write one manager turn per line")
    return turns


def run_script(started: Practice, turns: list[str]) -> None:
    """Say each turn and let the rep answer."""
    for words in turns:
        started.say(words)
        for _ in started.reply():
            pass


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


def converse(started: Practice, words_by: str) -> None:
    """Run the conversation in the terminal until /end or the end of input. First say who words the rep."""
    scenario = started.scenario
    print(f"{scenario.title}\n{words_by}\n\n{scenario.brief}\n")
    for label, value in scenario.crm.items():
        print(f"  {label}: {value or '(blank)'}")
    print(f"\n{scenario.scene}\nYou are {scenario.manager.name}. Type what you would say; ", end="")
    print("/nudge for a hint, /end to finish.\n")
    started.warm()
    while True:
        try:
            words = input(f"{scenario.manager.name}: ")
        except EOFError:
            print()
            return
        if words.strip() == "/end":
            return
        if words.strip() == "/nudge":
            print(f"  ({started.hint()})\n")
            continue
        try:
            started.say(words)
        except TranscriptError as error:
            print(f"  ({error})")
            continue
        print(f"{scenario.rep.name}: ", end="")
        for piece in started.reply():
            print(piece, end="", flush=True)
        print()
        print_stand_in(started.transcript.turns[-1])
        print()


def print_debrief(debrief: Debrief, knowledge: Knowledge, with_turns: bool) -> None:
    """Print the debrief as plain text, its highlights first."""
    from bot.scoring.moments import highlights
    from bot.talk.direction import Source

    if with_turns:
        for turn in debrief.transcript:
            speaker = debrief.scenario.manager.name if turn.is_manager else debrief.scenario.rep.name
            print(f"{speaker}: {turn.text}")
            for unit in turn.units:
                print(f"    {unit.group.value}  {unit.code:<17} {unit.text}")
            print_stand_in(turn)
        print()
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
