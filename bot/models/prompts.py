"""Prompts as files: one a prompt, with an id, a version and declared inputs; filled in plainly and only once.

A file begins with front matter (`id`, `version`, `inputs`); `$name` stands for an input. What is filled in is data: a
`$name` inside it stays as it is. An input that is not declared, or declared and not used, fails when the file is read.
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
    """One prompt: its text with `$name` where inputs go, and the version that its author gave it."""

    id: str
    version: int
    inputs: tuple[str, ...]
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every input in place. Raises ModelError for a missing or an undeclared one."""
        if set(values) != set(self.inputs):
            wrong = sorted(set(values) ^ set(self.inputs))
            raise ModelError(f"prompt {self.id}: inputs are {', '.join(self.inputs)}; check {', '.join(wrong)}")
        return _INPUT.sub(lambda found: values[found[1]], self.text)


def load_prompt(library: Library, prompt_id: str) -> Prompt:
    """The prompt `prompt_id`, the user's before the bundled one. Raises ModelError with file and reason."""
    files = {path.stem: path for path in library.files("prompts", "*.md")}
    if prompt_id not in files:
        raise ModelError(f"there is no prompt {prompt_id!r}; there are {', '.join(sorted(files)) or 'none'}")
    return read_prompt(files[prompt_id])


def read_prompt(path: Path) -> Prompt:
    """The prompt in a file. Raises ModelError with file and reason."""
    try:
        raw = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path.name}:1: cannot be read: {error}") from None
    begin, _, rest = raw.partition("---\n")
    head, end, body = rest.partition("\n---\n")
    if begin or not end:
        raise ModelError(f"{path.name}:1: front matter is missing; begin the file with --- and fields")
    try:
        fields, _ = parse(f"\n{head}", path.name)
    except ScenarioError as error:
        raise ModelError(str(error)) from None
    wanted = {"id", "version", "inputs"}
    if not isinstance(fields, dict) or set(fields) != wanted:
        raise ModelError(f"{path.name}:1: front matter holds {', '.join(sorted(wanted))} and nothing else")
    if fields["id"] != path.stem or not str(fields["version"]).isdigit() or not isinstance(fields["inputs"], list):
        raise ModelError(f"{path.name}:1: id is the file's name, version a whole number, inputs a list")
    prompt = Prompt(path.stem, int(str(fields["version"])), tuple(str(name) for name in fields["inputs"]), body.strip())
    used = set(_INPUT.findall(prompt.text))
    if used != set(prompt.inputs):
        names = ", ".join(sorted(used ^ set(prompt.inputs)))
        raise ModelError(f"{path.name}: inputs: {names}: declared and not used, or used and not declared")
    return prompt
