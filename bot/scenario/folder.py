"""A scenario's folder as text: `scenario.yaml`, and beside it what the rep knows and says, and what differs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAIN = "scenario.yaml"
KNOWS = "knows.md"
VOICE = "voice.md"
ASKS = "asks"
VARIANTS = "variants"
DRAFTED = "draft.md"
"""Where a model's draft shows what it rests on. While it is in the folder, the scenario earns no badge."""
NOT_HELD = "none"
"""The file of `asks` whose questions nothing in the scenario answers."""

ELSEWHERE = {"entries": KNOWS, "replies": VOICE, "not_held": f"{ASKS}/{NOT_HELD}.txt"}
"""Fields that have a file of their own."""

_ID = "[a-z0-9][a-z0-9_-]{0,63}"
_BELONGS = re.compile(rf"scenario\.yaml|knows\.md|voice\.md|draft\.md|asks/{_ID}\.txt|variants/{_ID}\.yaml")


@dataclass(frozen=True, slots=True)
class ScenarioFiles:
    """The text of a scenario's files, by their names in its folder, sorted. Two with the same text are equal.

    `name` is the folder's name. With `alone` there is only a `scenario.yaml`, in no folder; `name` is what messages
    call it. `unread` are files that can't be read or don't belong there, by name, each with its problem.
    """

    name: str
    files: tuple[tuple[str, str], ...]
    alone: bool = False
    unread: tuple[tuple[str, str], ...] = ()

    def text(self, file: str) -> str | None:
        """The text of a file such as `asks/budget.txt`; None if there is none."""
        return next((text for name, text in self.files if name == file), None)

    def under(self, folder: str) -> Iterator[tuple[str, str]]:
        """(name without folder and ending, name) of each file of `asks` or `variants`, by name; unread ones too."""
        for name in sorted(name for name, _ in (*self.files, *self.unread)):
            if name.startswith(f"{folder}/") and belongs(name):
                yield name.removeprefix(f"{folder}/").rpartition(".")[0], name

    def called(self, file: str) -> str:
        """What messages call a file, such as `jones-deal/asks/budget.txt`."""
        return self.name if self.alone else f"{self.name}/{file}"

    @property
    def digest(self) -> str:
        """The SHA-256 of every file's name and text, in hexadecimal."""
        parts = (part for name, text in (*self.files, *self.unread) for part in (name, str(len(text)), text))
        return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def in_folder(name: str, files: Mapping[str, str]) -> ScenarioFiles:
    """The files of a folder, given as text by name."""
    return ScenarioFiles(name, tuple(sorted(files.items())))


def only_main(text: str, name: str) -> ScenarioFiles:
    """The text of a `scenario.yaml` by itself; `name` is what messages call it."""
    return ScenarioFiles(name, ((MAIN, text),), alone=True)


def belongs(file: str) -> bool:
    """Whether a scenario may have a file of this name in its folder."""
    return _BELONGS.fullmatch(file) is not None
