"""Strict YAML for scenario files: mappings, lists and text, with a position for every value.

Every scalar is read as text (a plain `null`, `~` or nothing is None) and the schema converts it, so `no`, `012`
and dates never turn into something else. Aliases, anchors, tags, duplicate keys, control characters, depth over 20
and files over 512 KB are errors: PyYAML's `safe_load` silently accepts several of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from ..errors import ScenarioError
from .yamlslips import key_problem, yaml_problem

MAX_BYTES = 512 * 1024
MAX_DEPTH = 20
PLAIN_CHARS = 32 * 1024
"""Up to this length the plain parser reads a wrong file again. Beyond it that parser is too slow."""
SHOWN_CHARS = 60

TOO_LARGE = f"the file is larger than {MAX_BYTES // 1024} KB"

Path = tuple[str | int, ...]
Position = tuple[int, int] | tuple[int, int, str]
"""Line and column from 1, and the file if it is not the scenario's own."""

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def parse(text: str, name: str) -> tuple[Any, dict[Path, Position]]:
    """Parse one document. Returns plain data and the (line, column), from 1, of every path in it.

    Skips a byte order mark, which some editors write. Raises ScenarioError with `name:line:column: problem`.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ScenarioError(f"{name}:1:1: {TOO_LARGE}")
    text = text.removeprefix("\ufeff")
    try:
        return _Document(name).read(yaml.parse(text, Loader=_FAST))
    except yaml.MarkedYAMLError as error:
        # libyaml's own limit on nesting is far above ours. The plain parser stops at ours at once.
        if len(text) > PLAIN_CHARS and "nesting" not in str(error.problem):
            raise _told(error, name, text) from None
    except (yaml.YAMLError, ValueError):
        pass  # libyaml is fast, but the plain parser's messages are the same on every machine
    try:
        return _Document(name).read(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        raise _told(error, name, text) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        where = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        raise ScenarioError(f"{name}:{where}: control characters are not allowed") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ScenarioError(f"{name}:1:1: not valid YAML: {str(error).splitlines()[0]}") from None


def as_written(text: str) -> Any:
    """PyYAML's nodes of a valid document, which say how and where each value is written."""
    return yaml.compose(text, Loader=_FAST)


def shortened(text: str) -> str:
    """The start of `text`, for messages."""
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"


def _told(error: yaml.MarkedYAMLError, name: str, text: str) -> ScenarioError:
    line, column, said = yaml_problem(error, text)
    return ScenarioError(f"{name}:{line}:{column}: {said}")


class _Document:
    """Builds a document's data from parser events, with the position of each value."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._positions: dict[Path, Position] = {}

    def read(self, events: Iterator[Any]) -> tuple[Any, dict[Path, Position]]:
        """The document's data and positions."""
        found: list[Any] = []
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found:
                    raise self._error(event, "a second document starts here; the file must have only one")
                found.append(self._value(events, next(events), ()))
        if not found:
            raise ScenarioError(f"{self._name}:1:1: the file is empty")
        return found[0], self._positions

    def _value(self, events: Iterator[Any], event: Any, path: Path) -> Any:
        self._refuse(event, len(path))
        self._positions.setdefault(path, _place(event))
        if isinstance(event, yaml.ScalarEvent):
            # In a plain scalar `style` is None in PyYAML's own parser and "" in libyaml's.
            blank = not event.style and event.value in ("", "~", "null")
            return None if blank else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(events, path)
        return self._mapping(events, path)

    def _list(self, events: Iterator[Any], path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            result.append(self._value(events, event, (*path, len(result))))
        return result

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            self._refuse(event, len(path))
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(event, "a key must be plain text")
            key = str(event.value)
            if slipped := key_problem(key):
                raise self._error(event, slipped)
            if key in result:
                raise self._error(event, f"the key {shortened(key)!r} appears twice")
            # A value's position is that of its key, where an author looks.
            self._positions[(*path, key)] = _place(event)
            result[key] = self._value(events, next(events), (*path, key))
        return result

    def _refuse(self, event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._error(event, "anchors and aliases are not allowed; write the value out")
        if getattr(event, "tag", None):
            raise self._error(event, f"the tag {shortened(event.tag)!r} is not allowed; write the value as text")
        if isinstance(event, yaml.CollectionStartEvent) and depth >= MAX_DEPTH:
            raise self._error(event, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent) and _REFUSED.search(event.value):
            raise self._error(event, "control characters are not allowed")

    def _error(self, event: Any, problem: str) -> ScenarioError:
        line, column = _place(event)[:2]
        return ScenarioError(f"{self._name}:{line}:{column}: {problem}")


def _place(event: Any) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1
