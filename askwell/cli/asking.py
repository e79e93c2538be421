"""`askwell scenario ask`: what a rep would answer to a question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import ScenarioError

from .output import print_json

if TYPE_CHECKING:
    from bot.authoring.asked import RepAnswer, RepAnswers


def ask(
    scenario_id: Annotated[str, typer.Argument(metavar="ID", help="The scenario.")],
    question: Annotated[str | None, typer.Argument(help="What the manager says.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file of questions, one a line.")] = None,
    after: Annotated[str, typer.Option(help="What the rep said just before.")] = "",
    out: Annotated[
        str, typer.Option(metavar="FACT,FACT", help="Facts that are out already, separated by commas.")
    ] = "",
    variant: Annotated[str, typer.Option(help="A variant's name.")] = "base",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show what the rep would answer to a question, from which entry, what else was near, and why more is held back."""
    from bot.authoring.asked import ask as ask_rep
    from bot.engine import default_engine

    questions = [*([question] if question else []), *(_questions(file) if file else [])]
    if not questions:
        raise ScenarioError("give a question, or a file of questions with --file")
    engine = default_engine().packaged()
    scenario = engine.library.scenario(scenario_id, variant)
    facts = [name.strip() for name in out.split(",") if name.strip()]
    asked = [ask_rep(engine, scenario, one, after, out=facts) for one in questions]
    if as_json:
        print_json([one.as_json() for one in asked])
        return
    print("\n\n".join(_as_text(one, scenario.rep.name) for one in asked))


def _questions(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{file}: can't be read: {error}") from None
    found = [line.strip() for line in lines if line.strip()]
    if not found:
        raise ScenarioError(f"{file}: has no questions; write one a line")
    return found


def _as_text(asked: RepAnswers, rep: str) -> str:
    lines = [f"> {asked.question}", *_answer(rep, rep, asked.at_first)]
    if (asked.trusting.pools, asked.trusting.held) != (asked.at_first.pools, asked.at_first.held):
        lines += _answer(f"{rep}, trusting", rep, asked.trusting)
    near = ", ".join(f"{name} {chance:.2f}" for name, chance in asked.near)
    lines.append(f"  likeliest: {near}")
    lines += [f"  states {fact!r}, so it counts as told (closeness {close:.2f})" for fact, close in asked.states]
    if asked.why:
        lines.append(f"  {asked.why}")
    return "\n".join(lines)


def _answer(who: str, rep: str, answer: RepAnswer) -> list[str]:
    gives = f"; gives away {', '.join(answer.releases)}" if answer.releases else ""
    held = [f"    {rep} holds {name!r} back: {why}" for name, why in answer.held]
    return [f"  {who}: {answer.words}", f"    from {', '.join(answer.pools)}{gives}", *held]
