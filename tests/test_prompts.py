"""Prompts as files: declared inputs, plain substitution, and a version that moves with the text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.models.prompts import Prompt, load_prompt, read_prompt
from bot.scenario.library import Library

BUNDLED = sorted(path.stem for path in Library().files("prompts", "*.md"))
VERSIONS = json.loads((Path(__file__).parent / "prompt_versions.json").read_text(encoding="utf-8"))


def written(directory: Path, text: str) -> Path:
    path = directory / "hello.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("prompt_id", BUNDLED)
def test_a_prompts_text_does_not_change_without_its_version(prompt_id: str):
    prompt = load_prompt(Library(), prompt_id)

    assert VERSIONS[prompt_id][str(prompt.version)] == prompt.digest, "raise the version and enter it here"


def test_every_version_that_is_entered_belongs_to_a_prompt():
    assert sorted(VERSIONS) == BUNDLED


def test_inputs_are_filled_in_once_and_plainly():
    prompt = Prompt("hello", 1, ("name", "words"), "$name said: $words")

    assert prompt.fill({"name": "$words", "words": "{name} $name <b>"}) == "$words said: {name} $name <b>"


@pytest.mark.parametrize("values", [{}, {"name": "Mike", "more": "x"}])
def test_a_missing_or_undeclared_input_is_refused(values: dict[str, str]):
    with pytest.raises(ModelError, match="prompt hello: the inputs are name"):
        Prompt("hello", 1, ("name",), "Hello $name").fill(values)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello", r"hello.md:1: front matter is missing"),
        ("---\nid: hello\nversion: 1\n---\nHello", r"front matter must have id, inputs, version and nothing else"),
        ("---\nid: other\nversion: 1\ninputs: []\n---\nHello", r"id must be the file's name"),
        ("---\nid: hello\nversion: one\ninputs: []\n---\nHello", r"version a whole number"),
        ("---\nid: hello\nversion: 1\ninputs: [name]\n---\nHello", r"name: declared but not used"),
        ("---\nid: hello\nversion: 1\ninputs: []\n---\nHello $name", r"name: declared but not used, or used"),
    ],
)
def test_a_prompt_that_makes_no_sense_is_refused_when_it_is_read(text: str, problem: str, tmp_path: Path):
    with pytest.raises(ModelError, match=problem):
        read_prompt(written(tmp_path, text))


def test_a_prompt_of_ones_own_shadows_the_bundled_one(tmp_path: Path):
    (tmp_path / "prompts").mkdir()
    text = "---\nid: reader\nversion: 7\ninputs: [context, units]\n---\n$context $units"
    (tmp_path / "prompts" / "reader.md").write_text(text, encoding="utf-8")

    assert load_prompt(Library(tmp_path), "reader").version == 7
