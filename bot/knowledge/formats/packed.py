"""Word and PowerPoint files are packed XML: looks at the package before a library opens it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ...errors import KnowledgeError

MOST_UNPACKED = 200 * 1024 * 1024
"""Maximum unpacked size of a file, in bytes."""
MOST_XML = 50 * 1024 * 1024
"""Maximum unpacked size of its XML, in bytes. As objects XML takes ten times as much memory."""

_OLD = b"\xd0\xcf\x11\xe0"
_HEAD = 4096
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_package(path: Path, ending: str) -> None:
    """Raises KnowledgeError for a file that is no such package, unpacks to too much, or declares XML entities.

    `ending` is what the file should be saved as, such as .docx. Office never writes a document type or an entity:
    those can make a small file enormous.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head == _OLD:
        raise KnowledgeError(f"has a password or an old format; save a copy as {ending} without a password")
    if not zipfile.is_zipfile(path):
        raise KnowledgeError(f"is damaged or not a {ending} file; save it again as {ending}")
    with zipfile.ZipFile(path) as packed:
        entries = packed.infolist()
        xml = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
        for found, most in ((entries, MOST_UNPACKED), (xml, MOST_XML)):
            if sum(entry.file_size for entry in found) > most:
                raise KnowledgeError(f"unpacks to more than {most // 1024**2} MB; split it up")
        for entry in xml:
            with packed.open(entry) as part:
                # Without zero bytes, UTF-16 reads like ASCII.
                if _DECLARES.search(part.read(_HEAD).replace(b"\x00", b"")):
                    raise KnowledgeError(f"declares XML entities, which no {ending} file needs; save it again")
