"""Writes plain data as YAML for people: long text folded, short lists and tagged lines on one line, no type guessed.

The strict parser reads back what was written: every scalar is text, or nothing.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from typing import Any

WIDTH = 120

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_ .'’/-]*[A-Za-z0-9_.'’])?")
"""Text that needs no quotes anywhere."""
_QUOTED = re.compile(r"^[-?:,\[\]{}#&*!|>'\"%@`]|^\.\.\.|: |:$| #|[\n\t\u2028\u2029\ufeff]")
"""Text that needs quotes outside of flow style."""
_BREAKS = re.compile("[\u2028\u2029\ufeff]")
_NO_FOLD = re.compile(r"^\s|\s$|\s\s|[\n\t\u2028\u2029\ufeff]")
_ON_ONE_LINE = ("opens", "when")


def plain_yaml(data: dict[str, Any]) -> str:
    """A mapping as YAML, a blank line before each of its lists of mappings."""
    lines: list[str] = []
    for key, value in data.items():
        if lines and isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            lines.append("")
        lines += _put(f"{_name(key)}:", value, 0, key)
    return "\n".join(lines) + "\n"


def _put(begun: str, value: Any, indent: int, key: str = "") -> Iterator[str]:
    """The lines of a value, the first after the key or dash that has begun it."""
    if isinstance(value, dict | list):
        if _flows(value, key):
            yield f"{begun} {_flow(value)}"
        else:
            yield begun
            yield from _lines(value, indent + 2)
        return
    plain = _scalar(value)
    pad = " " * (indent + 2)
    if isinstance(value, str) and _stands(value):
        yield f"{begun} |-"
        yield from (f"{pad}{line}" if line else "" for line in value.split("\n"))
    elif isinstance(value, str) and key and len(begun) + len(plain) >= WIDTH and not _NO_FOLD.search(value):
        yield f"{begun} >-"
        yield from textwrap.wrap(
            value, WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
        )
    else:
        yield f"{begun} {plain}"


def _lines(value: dict[str, Any] | list[Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _put(f"{pad}{_name(key)}:", held, indent, key)
        return
    for held in value:
        if isinstance(held, dict) and not _flows(held, ""):
            first, *rest = _lines(held, indent + 2)
            yield f"{pad}- {first[indent + 2 :]}"
            yield from rest
        else:
            yield from _put(f"{pad}-", held, indent)


def _flows(value: dict[str, Any] | list[Any], key: str) -> bool:
    """Whether a mapping or list is written on one line: a tagged line, a gate, a few ids, or nothing."""
    if isinstance(value, list):
        return all(isinstance(one, str) and re.fullmatch(r"[a-z0-9_-]+", one) for one in value)
    nested = [held for held in value.values() if isinstance(held, dict | list)]
    simple = all(isinstance(held, list) and _flows(held, "") for held in nested)
    tagged = "text" in value and "id" not in value
    return not value or (simple and (tagged or key in _ON_ONE_LINE))


def _stands(value: str) -> bool:
    """Whether several lines can be written as they are, below their key."""
    lines = value.split("\n")
    if len(lines) == 1 or not lines[0] or not lines[-1] or re.search("^\\s|[\t\u2028\u2029\ufeff]", value):
        return False
    return all(line == line.rstrip(" ") for line in lines)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_name(key)}: {_flow(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return "null" if value is None else _name(value)


def _scalar(value: str | None) -> str:
    if value is None:
        return "null"
    quoted = value in ("", "~", "null") or value != value.strip() or _QUOTED.search(value)
    return _in_quotes(value) if quoted else value


def _name(value: str) -> str:
    return value if _NAME.fullmatch(value) and value != "null" else _in_quotes(value)


def _in_quotes(value: str) -> str:
    # A JSON string is a double-quoted YAML scalar, but YAML breaks lines at more characters.
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
