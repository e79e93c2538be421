"""The text of a file, whatever encoding its tool wrote it in."""

from __future__ import annotations

import codecs
import re

from ..errors import TranscriptError
from ..talk.transcript import clean_text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Western tools write. More candidates make a short text with three curly apostrophes a guess.
_CANDIDATES = ["cp1252", "mac_roman", "cp1250", "cp1251", "shift_jis", "gb18030"]
_LOOKED_AT = 65_536
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c")
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def text_of(data: bytes, name: str) -> tuple[str, str]:
    """The text of some bytes, with line feeds as line ends and plain blanks, and the encoding's name.

    Raises TranscriptError for what isn't text.
    """
    text, encoding = _decoded(data, name)
    if "\x00" in text:
        raise TranscriptError(f"{name}: not text: it contains a zero byte")
    return clean_text(_BLANKS.sub(" ", _LINE_ENDS.sub("\n", text))), encoding


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError as error:
                raise TranscriptError(
                    f"{name}: not {encoding.removesuffix('-sig').upper()} text (byte {error.start}); save it as UTF-8"
                ) from None
    if wide := _unmarked_utf16(data):
        return data.decode(wide, errors="replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _guessed(data, name, error.start)


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark, as every other byte of English text in it is zero."""
    sample = data[: _LOOKED_AT & ~1]
    if len(sample) < 4 or sample.count(0) < len(sample) * 0.3:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if min(even, odd) > max(even, odd) * 0.1:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _guessed(data: bytes, name: str, at: int) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # slow to load

    start = max(0, at - _LOOKED_AT // 2)
    found = from_bytes(data[start : start + _LOOKED_AT], cp_isolation=_CANDIDATES).best()
    encoding = found.encoding if found else ""
    if found and _CANDIDATES[0] in found.could_be_from_charset:  # several give the same text
        encoding = _CANDIDATES[0]
    try:
        text = data.decode(encoding) if encoding else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise TranscriptError(f"{name}: not UTF-8 text (byte {at}); save it as UTF-8")
    return text, encoding
