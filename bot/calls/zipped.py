"""Checks Word and Excel files, which are zip archives of XML, before any of it is unpacked."""

from __future__ import annotations

import io
import re
import zipfile

from ..errors import TranscriptError

MOST_INSIDE = 64 * 1024 * 1024
"""Maximum unpacked bytes of a Word or Excel file."""
MOST_IN_ARCHIVE = 2000
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHUNK = 1 << 20


def office_kind(data: bytes) -> str | None:
    """`docx` or `xlsx` if the bytes are such a file, else None."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
    # zipfile raises NotImplementedError for a kind of packing that it cannot read.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if any(name.startswith("word/") for name in names):
        return "docx"
    return "xlsx" if any(name.startswith("xl/") for name in names) else None


def check_office_file(data: bytes, name: str) -> None:
    """Refuse archives that unpack to more than MOST_INSIDE bytes, and XML that declares entities.

    Raises TranscriptError. Unpacks in chunks, since an archive may lie about its sizes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_IN_ARCHIVE or sum(entry.file_size for entry in entries) > MOST_INSIDE:
                raise TranscriptError(_too_big(name))
            unpacked = 0
            for entry in entries:
                unpacked = _checked(packed, entry, unpacked, name)
    except TranscriptError:
        raise
    except Exception:  # a damaged archive may raise anything
        raise TranscriptError(f"{name}: damaged, or protected by a password; save it again") from None


def _checked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, unpacked: int, name: str) -> int:
    tail = b""
    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
    with packed.open(entry) as part:
        while chunk := part.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > MOST_INSIDE:
                raise TranscriptError(_too_big(name))
            if is_xml and _DECLARES.search((tail + chunk).replace(b"\x00", b"")):
                raise TranscriptError(f"{name}: declares XML entities, which no transcript needs; save it again")
            tail = chunk[-48:]
    return unpacked


def _too_big(name: str) -> str:
    return f"{name}: unpacks to more than {MOST_INSIDE // 1024**2} MB; save the transcript alone, as text"
