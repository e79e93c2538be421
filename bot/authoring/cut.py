"""Text that YAML cuts where its author didn't mean to: at ` #`, and at a comma in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ..scenario import ScenarioFiles, field_name
from ..scenario.folder import MAIN, VARIANTS
from ..scenario.strictyaml import Path, as_written, shortened

_COMMENT = re.compile(r"([ \t]+)(#.*)")
_NUMBERED = re.compile(r"#\d")
_READS_ON = re.compile(r"#\w|# (?:[a-z0-9]|I\b)")
"""After one space and words without an end: `#winning`, `# he told me`. A comment mostly stands further off."""
_ENDED = tuple(".!?…:;\"'”’)")
_SPOKEN = (
    "acknowledge",
    "again",
    "answer",
    "commit",
    "confirm",
    "hints",
    "lines",
    "more",
    "told",
    "goals",
    "strengths",
)
"""Lists of whole sentences."""


def cut_text(files: ScenarioFiles) -> Iterator[tuple[str, int, str]]:
    """Each text that seems cut: its file, if it isn't scenario.yaml, its line, and what is printed.

    The files must be valid YAML.
    """
    for file in (MAIN, *(name for _, name in files.under(VARIANTS))):
        text = (files.text(file) or "").removeprefix("\ufeff")
        lines = text.split("\n")
        for node, path in _nodes(as_written(text), ()):
            found = _at_comma(node.value, path) if node.id == "sequence" else _at_comment(node, lines)
            for line, column, place, said in found:
                called = files.called(file)
                yield (
                    "" if file == MAIN else called,
                    line,
                    f"{called}:{line}:{column}: {field_name((*path, *place))}: {said}",
                )


def _nodes(node: Any, path: Path) -> Iterator[tuple[Any, Path]]:
    """Each plain scalar, and each list of spoken lines in brackets, with its path."""
    if node.id == "mapping":
        for key, value in node.value:
            yield from _nodes(value, (*path, str(key.value)))
    elif node.id == "sequence":
        if node.flow_style and path and path[-1] in _SPOKEN:
            yield node, path
        for index, value in enumerate(node.value):
            yield from _nodes(value, (*path, index))
    elif not node.style:
        yield node, path


def _at_comment(node: Any, lines: Sequence[str]) -> Iterator[tuple[int, int, Path, str]]:
    end = node.end_mark
    comment = _COMMENT.match(lines[end.line], end.column)
    if comment is None or not _reads_on(node.value, *comment.groups()):
        return
    said = (
        f"{shortened(comment[2])!r} is lost, because ' #' begins a comment; put the text in quotes, or a comment on a "
        "line of its own"
    )
    yield end.line + 1, comment.start(2) + 1, (), said


def _reads_on(value: str, gap: str, comment: str) -> bool:
    """Whether what YAML takes for a comment continues the text before it. Ids and numbers are no text."""
    if _NUMBERED.match(comment):
        return " " in value or value[:1].isupper()
    return gap == " " and " " in value and not value.endswith(_ENDED) and bool(_READS_ON.match(comment))


def _at_comma(items: Sequence[Any], path: Path) -> Iterator[tuple[int, int, Path, str]]:
    """The first item that seems to be the start of the next."""
    texts = [item.value for item in items if item.id == "scalar"]
    in_capitals = any(text[:1].isupper() for text in texts)
    some_end = any(text.endswith(_ENDED) for text in texts)
    for index, (one, other) in enumerate(pairwise(items)):
        if any(item.id != "scalar" or item.style for item in (one, other)) or one.value.endswith(_ENDED):
            continue
        if some_end or " " not in one.value or (in_capitals and other.value[:1].islower()):
            whole = shortened(f"{one.value}, {other.value}")
            said = f"reads like the start of {whole!r}; a comma ends it here, so put the line in quotes"
            yield one.start_mark.line + 1, one.start_mark.column + 1, (index,), said
            return
