"""Printing: JSON for programs, plain text for people; and reading what a command is given."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ..errors import TranscriptError


def print_json(data: Any) -> None:
    """One JSON document, keys in their documented order, characters as they are."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def print_line(data: Any) -> None:
    """One JSON object on one line."""
    print(json.dumps(data, ensure_ascii=False))


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, `-` for standard input. Raises TranscriptError with the file's name."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except FileNotFoundError:
        raise TranscriptError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise TranscriptError(f"{path}: is a directory; give one file") from None
    except OSError as error:
        raise TranscriptError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TranscriptError(f"{path}: is not text in UTF-8 (byte {error.start})") from None
    if "\x00" in text:
        raise TranscriptError(f"{path}: is not text: it holds a zero byte")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines_of(text: str) -> list[tuple[int, str]]:
    """(line number from 1, line) of every line that is not blank; only a line feed ends a line."""
    # str.splitlines also ends one at U+2028 and the like, which a JSON line or a turn may hold.
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
