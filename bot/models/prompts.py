"""Prompts as files, each with an id, a version and declared inputs.

A file starts with front matter (`id`, `version`, `inputs`); `$name` stands for an input. Inputs are data: a `$name`
inside one is left alone. Loading fails if an input is undeclared or unused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError, ScenarioError
from ..scenario.library import Library
from ..scenario.strictyaml import parse

_INPUT = re.compile(r"\$([a-z][a-z_]*)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt: its text, with `$name` for each input, and its author's version number."""

    id: str
    version: int
    inputs: tuple[str, ...]
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every input filled in. Raises ModelError for a missing or undeclared input."""
        if set(values) != set(self.inputs):
            wrong = sorted(set(values) ^ set(self.inputs))
            raise ModelError(f"prompt {self.id}: the inputs are {', '.join(self.inputs)}; check {', '.join(wrong)}")
        return _INPUT.sub(lambda found: values[found[1]], self.text)


def load_prompt(library: Library, prompt_id: str) -> Prompt:
    """The prompt `prompt_id`, the user's own if there is one. Raises ModelError with file and reason."""
    files = {path.stem: path for path in library.files("prompts", "*.md")}
    if prompt_id not in files:
        raise ModelError(f"there is no prompt {prompt_id!r}; the prompts are: {', '.join(sorted(files)) or 'none'}")
    return read_prompt(files[prompt_id])


def read_prompt(path: Path) -> Prompt:
    """Parse a prompt file. Raises ModelError with file and reason."""
    try:
        raw = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path.name}:1: can't be read: {error}") from None
    begin, _, rest = raw.partition("---\n")
    head, end, body = rest.partition("\n---\n")
    if begin or not end:
        raise ModelError(f"{path.name}:1: front matter is missing; start the file with --- and its fields")
    try:
        fields, _ = parse(f"\n{head}", path.name)
    except ScenarioError as error:
        raise ModelError(str(error)) from None
    wanted = {"id", "version", "inputs"}
    if not isinstance(fields, dict) or set(fields) != wanted:
        raise ModelError(f"{path.name}:1: front matter must have {', '.join(sorted(wanted))} and nothing else")
    if fields["id"] != path.stem or not str(fields["version"]).isdigit() or not isinstance(fields["inputs"], list):
        raise ModelError(f"{path.name}:1: id must be the file's name, version a whole number, inputs a list")
    prompt = Prompt(path.stem, int(str(fields["version"])), tuple(str(name) for name in fields["inputs"]), body.strip())
    used = set(_INPUT.findall(prompt.text))
    if used != set(prompt.inputs):
        names = ", ".join(sorted(used ^ set(prompt.inputs)))
        raise ModelError(f"{path.name}: inputs: {names}: declared but not used, or used but not declared")
    return prompt
