"""What is wrong in a YAML file is named where it is, in words that say what to do, whichever parser finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot.scenario.strictyaml
from bot.errors import AskwellError, ScenarioError
from bot.knowledge.check import knowledge_problems
from bot.scenario.library import Library
from bot.scenario.strictyaml import PLAIN_CHARS, parse
from bot.testing import write_small
from evals.runs.suite import read_plan

NBSP = "\u00a0"
SPACE = "a non-breaking space, as Word and web pages write it; type an ordinary space instead"
WIDE = SPACE.replace("a non-breaking space", "a space of another kind (U+3000)")
BRACKET = "the [ that opens here isn't closed, or lacks a comma; text with commas needs quotes"
QUOTE = "“ is not a quotation mark in YAML; put the text in straight quotes: \"...\" or '...'"
FIELD = "a line needs 'field: value' here, with a space after the colon"
STRAY = "this doesn't belong here; check the indent, and quotes that end before the text"
COLON = "a second ': ' in one value, or a wrong indent; put the text in quotes"
OPEN = "the quotation mark that opens here is never closed"

SLIPS = [
    (f"title: A\nminutes:{NBSP}10\nlens: deal\n", "2:9", SPACE),
    (f"rep:\n{NBSP}{NBSP}name: Ana\n  role: AE\n", "2:1", SPACE),
    (f"rep:\n  name: Ana\n  {NBSP}role: AE\n", "3:3", SPACE),
    (f"rep: {{name:{NBSP}Ana}}\nlens: deal\n", "1:7", SPACE),
    (f"facts:\n  -{NBSP}id: a\n  - id: b\n", "2:4", SPACE),
    ("rep:\n  name: Ana\n\u3000\u3000role: AE\n", "3:1", WIDE),
    ("title: “Ana: what it is”\nlens: deal\n", "1:8", QUOTE),
    ("asks:\n  - “Ana: what it is”\n", "2:5", QUOTE),
    ("replies:\n  nod:\n    - I see.\na wrong line\nlens: deal\n", "4:1", FIELD),
    ("replies:\n  nod:\n    - I see.\na wrong line\n", "4:1", FIELD),
    ("lens:deal\ntitle: A\n", "1:1", FIELD),
    ("rep:\n    name: Ana\n  role: AE\n", "3:3", STRAY),
    ("title: \"Ana\" and Bo\nlens: deal\n", "1:14", STRAY),
    ("rep:\n  name: Ana\n   role: AE\n", "3:8", COLON),
    ("title: Ana: what it is\n", "1:11", COLON),
    ("lens: deal\ntitle: \"Ana\nminutes: 5\n", "2:8", OPEN),
    ("lens: deal\ntitle: 'Ana\nminutes: 5\n", "2:8", OPEN),
    ("goals: [one, two\nlens: deal\n", "1:8", BRACKET),
    ("rep: {name: Ana\nlens: deal\n", "1:6", BRACKET.replace("[", "{")),
    ("rep:\n\tname: Ana\n", "2:1", "a tab can't indent a line; use spaces"),
    ("title: @Ana\n", "1:8", "a value can't begin with '@'; put it in quotes"),
    ("title: \"50\\%\"\n", "1:8", "a \\ in double quotes has a meaning of its own; use single quotes"),
    ("scene: |Monday\n  morning\n", "1:9", "| and > end their line; the text goes below, indented"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "said"), SLIPS)
def test_both_parsers_name_a_slip_alike_and_where_it_is(
    text: str, place: str, said: str, monkeypatch: pytest.MonkeyPatch
):
    found = []
    for chars in (PLAIN_CHARS, 0):  # the plain parser, then libyaml
        monkeypatch.setattr(bot.scenario.strictyaml, "PLAIN_CHARS", chars)
        with pytest.raises(ScenarioError) as caught:
            parse(text, "a.yaml")
        found.append(str(caught.value))

    assert found == [f"a.yaml:{place}: not valid YAML: {said}"] * 2


def test_spaces_and_quotes_within_a_text_are_the_authors():
    text = f"title: “Ana” at{NBSP}10:30 \nscene: 'So:{NBSP}what?'\nbrief: |\n  {NBSP}Lines: “one”\n"

    assert parse(text, "a.yaml")[0] == {
        "title": f"“Ana” at{NBSP}10:30",
        "scene": f"So:{NBSP}what?",
        "brief": f"{NBSP}Lines: “one”\n",
    }


def test_a_far_slip_is_not_blamed():
    text = f"title: A\nbrief: |\n  {NBSP}indented\n" + "# \n" * 60 + "a wrong line\nlens: deal\n"

    with pytest.raises(ScenarioError, match=r"^a\.yaml:64:1: not valid YAML: a line needs"):
        parse(text, "a.yaml")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("scenario.yml", "scenario.yaml"), ("variants/old.yml", "variants/old.yaml"), ("knows.txt", "knows.md")],
)
def test_a_file_with_another_ending_is_to_be_renamed(tmp_path: Path, wrong: str, right: str):
    write_small(tmp_path)
    path = tmp_path / "scenarios" / "small-deal" / wrong
    path.parent.mkdir(exist_ok=True)
    path.write_text("x: y\n", encoding="utf-8")

    assert f"small-deal/{wrong}:1:1: rename it to {right}" in Library(tmp_path).problems("small-deal")


@pytest.mark.slow
def test_questions_and_suites_may_end_in_yml(tmp_path: Path):
    for name, text in (("knowledge/questions/ours.yml", "question: []\n"), ("suites/ours.yml", "id: ours\n")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert knowledge_problems(Library(tmp_path), []) == ["ours.yml:1: questions: must be a list of questions"]
    with pytest.raises(AskwellError, match=r"^ours\.yml:1:1: title: is missing"):
        read_plan("ours", tmp_path)
