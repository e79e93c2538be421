"""`askwell scenario`: list, check and create scenarios."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import ScenarioError
from bot.redaction import redacted

from .asking import ask
from .drafting import draft
from .output import print_json, still_draft
from .qualify import preview, qualify

if TYPE_CHECKING:
    from bot.authoring import Report
    from bot.scenario import Scenario, ScenarioFiles, When
    from bot.scenario.library import Library

scenario_app = typer.Typer(help="List, check and create scenarios.", no_args_is_help=True, rich_markup_mode=None)

scenario_app.command("ask")(ask)
scenario_app.command("qualify")(qualify)
scenario_app.command("preview")(preview)
scenario_app.command("draft")(draft)

_ASKED = {
    "rep": "The rep's name",
    "role": "The rep's role",
    "manager": "The manager's name",
    "area": "The coaching area",
    "looks": "What looks fine on paper",
    "truth": "What is really going on, as the rep would say it",
}


@scenario_app.command("list")
def list_scenarios(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """List the available scenarios."""
    library = _library()
    cards = library.cards()
    rows = [
        {
            "id": card.id,
            "title": card.title,
            "area": str(card.area),
            "journey_gate": card.journey_gate,
            "lens": str(card.lens),
            "difficulty": card.difficulty,
            "minutes": card.minutes,
            "badge": card.badge,
        }
        for card in cards
    ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            print(f"{row['id']:<20} {row['title']}  ({row['area']}, {row['minutes']} minutes, {row['badge']})")
    for left_out in sorted(set(library.scenario_ids()) - {card.id for card in cards}):
        for problem in library.problems(left_out):
            print(f"askwell: {problem}", file=sys.stderr)
    for problem in library.unconverted():
        print(f"askwell: {problem}", file=sys.stderr)


@scenario_app.command("check")
def check(
    scenario: Annotated[str | None, typer.Argument(metavar="ID|PATH", help="One scenario. Default: all.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count advice as mistakes.")] = False,
) -> None:
    """Check scenarios: report each mistake with its file, line, field and what to do.

    Mistakes go to standard error and exit with 1. Advice goes to standard output and doesn't affect the exit code.
    """
    found = _reports(scenario)
    reports = [report for _, report in found]
    errors = [line for report in reports for line in report.errors]
    advice = [line for report in reports for line in report.advice]
    for line in advice:
        print(redacted(line), file=sys.stderr if strict else sys.stdout)
    for line in errors:
        print(redacted(line), file=sys.stderr)
    for scenario_id, report in found:
        if scenario_id is not None and not report.errors:
            _earned(scenario_id)
    if errors or (strict and advice):
        raise typer.Exit(1)
    if advice:
        print(f"no mistakes; {len(advice)} {'piece' if len(advice) == 1 else 'pieces'} of advice")
    else:
        print("no problems")


def _earned(scenario_id: str) -> None:
    """Record that a scenario has been checked. If that fails, say so and continue."""

    try:
        if not _library().award(scenario_id, "checked"):
            print(still_draft(scenario_id))
    except ScenarioError as error:
        print(f"askwell: the badge wasn't saved: {error}", file=sys.stderr)


@scenario_app.command("new")
def new(
    scenario_id: Annotated[str, typer.Argument(metavar="ID", help="The new scenario's id, also its folder's name.")],
    rep: Annotated[str | None, typer.Option(help="The rep's name.")] = None,
    role: Annotated[str | None, typer.Option(help="The rep's role.")] = None,
    manager: Annotated[str | None, typer.Option(help="The manager's name.")] = None,
    area: Annotated[str | None, typer.Option(help="The coaching area.")] = None,
    looks: Annotated[str | None, typer.Option(help="What looks fine on paper.")] = None,
    truth: Annotated[str | None, typer.Option(help="What is really going on, as the rep would say it.")] = None,
) -> None:
    """Create a small, playable scenario to build on. Prompts for any option you leave out."""
    from bot.authoring import Beginning, new_scenario, write_new
    from bot.settings import settings

    given = {"rep": rep, "role": role, "manager": manager, "area": area, "looks": looks, "truth": truth}
    root = settings().data or Path()
    if root.exists() and not root.is_dir():
        raise ScenarioError(f"{root}: not a directory; give one that contains scenarios/ or knowledge/")
    said = {name: value if value is not None else _asked(name) for name, value in given.items()}
    folder = write_new(root, new_scenario(scenario_id, Beginning(**said)))
    print(f"wrote {folder}: scenario.yaml and knows.md\n\nNext:")
    for command in ("scenario check", "scenario preview", "practice", "scenario qualify"):
        print(f"  askwell --data {shlex.quote(str(root))} {command} {scenario_id}")


@scenario_app.command("convert")
def convert(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario in one file.")],
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="The new folder. Default: beside the file.")] = None,
) -> None:
    """Turn a scenario in one file, as they used to be, into a folder. Keeps text and order, but not comments."""
    from bot.authoring import convert_scenario
    from bot.scenario.reading import scenario_text, write_folder

    knows = file.with_name(f"{file.stem}.knows.md")
    files = convert_scenario(scenario_text(file), file.name, scenario_text(knows) if knows.is_file() else "")
    folder = to or file.with_name(files.name)
    if folder.absolute().name != files.name:
        raise ScenarioError(f"--to: {folder}: the folder must be called {files.name}, like the scenario")
    write_folder(folder, files)
    for said in _cut_in(file):
        print(said, file=sys.stderr)
    print(f"wrote {folder} ({len(files.files)} files); the comments in {file.name} were not kept\n\nNext:")
    print(f"  askwell scenario check {shlex.quote(str(folder))}")
    print(f"  rm {' '.join(shlex.quote(str(old)) for old in (file, *([knows] if knows.is_file() else [])))}")


@scenario_app.command("show")
def show(
    scenario_id: Annotated[str, typer.Argument(metavar="ID", help="The scenario.")],
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Also show the hidden facts and the possible endings.")
    ] = False,
    variant: Annotated[str, typer.Option(help="A variant's name.")] = "base",
) -> None:
    """Show what the manager knows in a scenario; with --secrets, everything."""
    scenario = _library().scenario(scenario_id, variant)
    print(f"{scenario.title}  ({scenario.id}, {scenario.area}, {scenario.minutes} minutes)\n{scenario.summary}\n")
    for person in (scenario.manager, scenario.rep):
        print(f"{person.name}: {person.role}")
    print(f"\n{scenario.scene}\n\n{scenario.brief}\n")
    for label, value in scenario.crm.items():
        print(f"  {label}: {value or '(blank)'}")
    print(f"\nVariants: {', '.join(scenario.variant_ids)}")
    if secrets:
        _show_secrets(scenario)


def _show_secrets(scenario: Scenario) -> None:
    print(
        f"\n{scenario.rep.name} starts with openness {scenario.rep.openness:g}, ownership {scenario.rep.ownership:g}."
    )
    for other in scenario.variants:
        if other.id == scenario.variant:
            print(f"Revealed afterwards: {other.told_afterwards}")
    print("\nFacts")
    for fact in scenario.facts:
        gate = f"{'a feeling, ' if fact.feeling else ''}{fact.opens.ask} question, openness {fact.opens.openness:g}"
        print(f"  {fact.id} ({gate}): {fact.topic}\n    {fact.text}\n    Ask: {fact.question}")
    print("\nInsights")
    for insight in scenario.insights:
        print(f"  {insight.id} (needs {', '.join(insight.needs)}): {insight.topic}\n    {insight.lines[0].text}")
    print("\nSteps")
    for step in sorted(scenario.steps, key=lambda entry: entry.rank):
        needs = f" (needs {', '.join(step.needs)})" if step.needs else ""
        print(f"  {step.id}{needs}: {step.title}{'; the manager may give it as an order' if step.instructed else ''}")
        if step.afterwards:
            print(f"    Afterwards: {step.afterwards}")
    print("\nEpilogues (the first that applies)")
    for epilogue in scenario.epilogues:
        print(f"  {epilogue.id} ({_conditions(epilogue.when) or 'otherwise'})\n    {epilogue.text}")
        for part in epilogue.parts:
            print(f"    ({_conditions(part.when) or 'always'}) {part.text}")


def _conditions(when: When) -> str:
    conditions = when.model_dump(exclude_defaults=True)
    return ", ".join(f"{name.replace('_', ' ')} {_said(value)}" for name, value in conditions.items())


@scenario_app.command("schema")
def schema() -> None:
    """Print the JSON Schema of scenario.yaml, for editors."""
    from bot.scenario import file_schema

    print_json(file_schema())


def _reports(scenario: str | None) -> list[tuple[str | None, Report]]:
    """(id, report) of each requested scenario; the id is None for a path. Raises ScenarioError."""
    from bot.authoring import Report
    from bot.scenario.library import Library, to_convert
    from bot.scenario.reading import read_folder
    from bot.settings import settings

    library = Library(settings().data)
    ids = library.scenario_ids()
    if scenario is None:
        reports = [(name, _report(partial(library.text, name))) for name in ids]
        old = library.unconverted()
        return [*reports, *([(None, Report(tuple(old)))] if old else [])]
    path = Path(scenario)
    if scenario in ids or not (path.suffix in (".yaml", ".yml") or path.is_dir()):
        if scenario not in ids and (old_file := library.one_file(scenario)) is not None:
            print("".join(f"{line}\n" for line in _cut_in(old_file)), end="")
        library.path(scenario)  # raises for an unknown id
        return [(scenario, _report(partial(library.text, scenario)))]
    if not path.is_dir() and not path.is_file():
        raise ScenarioError(f"{path}: {'not a file' if path.exists() else 'no such file'}")
    if path.is_file() and path.name != "scenario.yaml":
        return [(None, Report((to_convert(path),), _cut_in(path)))]
    folder = path if path.is_dir() else path.parent
    return [(None, _report(partial(read_folder, Path(os.path.abspath(folder)))))]  # so that "." has a name


def _cut_in(file: Path) -> tuple[str, ...]:
    """Advice on the text of a scenario in one file that YAML cuts; none if the file can't be read."""
    from bot.authoring.cut import cut_text
    from bot.scenario.folder import only_main
    from bot.scenario.reading import scenario_text
    from bot.scenario.strictyaml import parse

    try:
        text = scenario_text(file)
        parse(text, file.name)
    except ScenarioError:
        return ()  # said elsewhere
    return tuple(redacted(said) for *_, said in cut_text(only_main(text, file.name)))


def _report(read: Callable[[], ScenarioFiles]) -> Report:
    from bot.authoring import Report, check_files
    from bot.engine import default_engine
    from bot.scenario import load_files, problems_in

    try:
        files = read()
    except ScenarioError as error:
        return Report(tuple(str(error).splitlines()))
    broken = problems_in(partial(load_files, files))
    if broken:
        return Report(tuple(broken))
    engine = default_engine()
    return check_files(files, engine.embedder, engine.vectors)


def _asked(name: str) -> str:
    """The author's answer to one prompt. Raises ScenarioError at the end of input."""
    from bot.scenario import Area

    choices = f" ({', '.join(Area)})" if name == "area" else ""
    while True:
        try:
            answer = input(f"{_ASKED[name]}{choices}: ").strip()
        except EOFError:
            print()
            raise ScenarioError(f"--{name} is missing: {_ASKED[name][0].lower()}{_ASKED[name][1:]}{choices}") from None
        if answer and (name != "area" or answer in list(Area)):
            return answer


def _said(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple | list) else f"{value:g}"


def _library() -> Library:
    from bot.scenario.library import Library
    from bot.settings import settings

    return Library(settings().data)
