"""CSV, TSV and Excel as utterances: rows with a speaker and words, wherever those columns stand."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ..errors import TranscriptError
from .entries import CallEntry, utterances_of_entries
from .stamp import STAMP, seconds_of
from .utterance import Utterances, opening_words
from .zipped import check_office_file

_SPEAKER = re.compile(
    r"(?:.*\b)?(?:speaker|name|participant|person|who|user|author|voice|role|from|party)(?:\b.*)?", re.I
)
_WORDS = re.compile(
    r"(?:.*\b)?(?:text|transcript|transcription|words?|sentences?|utterances?|content|message|said|speech|dialogue|"
    r"caption|body|comment|line|quote)(?:\b.*)?",
    re.I,
)
_TIME = re.compile(r"(?:.*\b)?(?:start|time|timestamp|begin|offset|from|in)(?:\b.*)?", re.I)
_STAMP = re.compile(rf"\s*{STAMP}\s*|\s*\d+(?:[.,]\d+)?\s*", re.I)
_MOST_ROWS = 200_000
_SAMPLE = 50
_MOST_PEOPLE = 40
_DELIMITERS = ",;\t|"


def looks_like_table(text: str) -> bool:
    """Whether a text's first lines are rows of one delimiter, under a header that names a speaker and words."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = _delimiter(text)
    return delimiter is not None and _by_header(_cells(first, delimiter)) is not None


def read_csv(text: str, name: str) -> Utterances:
    """The utterances of a CSV or TSV file. Cells are text: nothing is computed. Raises TranscriptError."""
    delimiter = _delimiter(text) or ","
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TranscriptError(f"{name}: not a table that we can read: {error}") from None
    return utterances_of_rows(rows, name)


def read_workbook(data: bytes, name: str) -> Utterances:
    """The utterances of the first sheet of an Excel file that has a conversation. Raises TranscriptError."""
    check_office_file(data, name)
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise TranscriptError(f"{name}: install askwell[documents] to read an Excel file") from None
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [list(_sheet_rows(sheet)) for sheet in book.worksheets]
    except Exception as error:  # it may raise anything for a damaged file
        raise TranscriptError(f"{name}: can't be read as Excel: {type(error).__name__}; save it as CSV") from None
    problem: TranscriptError | None = None
    for rows in sheets:
        try:
            return utterances_of_rows(rows, name)
        except TranscriptError as error:
            problem = problem or error
    raise problem or TranscriptError(f"{name}: the workbook is empty")


def _sheet_rows(sheet: object) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):  # type: ignore[attr-defined]
        if number >= _MOST_ROWS:
            raise ValueError("too many rows")
        yield ["" if cell is None else str(cell) for cell in row[:100]]


def utterances_of_rows(rows: Sequence[Sequence[str]], name: str) -> Utterances:
    """The utterances of rows of cells, with or without a header. Raises TranscriptError naming the columns."""
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip(" -:=") for cell in row)]
    if not numbered:
        raise TranscriptError(f"{name}: the table is empty")
    begin, columns = _columns([row for _, row in numbered])
    if columns is None:
        first = opening_words(", ".join(numbered[0][1][:6]), 80)
        raise TranscriptError(
            f"{name}:{numbered[0][0]}: needs a column with the speaker and one with the text; found {first}"
        )
    who, said, when = columns

    def cell(row: Sequence[str], at: int) -> str:
        return row[at].strip() if 0 <= at < len(row) else ""

    entries = [
        CallEntry(cell(row, who), cell(row, said), seconds_of(cell(row, when)) if when >= 0 else None, str(number))
        for number, row in numbered[begin:]
    ]
    return utterances_of_entries(entries, name, "row")


_Columns = tuple[int, int, int]


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, _Columns | None]:
    """Where the rows of talk begin, and the columns of the speaker, the words and the time (-1: none)."""
    for at, row in enumerate(rows[:20]):  # titles may stand above the header
        if found := _by_header(row):
            return at + 1, found
    return 0, _by_content(rows)


def _by_header(header: Sequence[str]) -> _Columns | None:
    if any(len(cell) > 40 or len(cell.split()) > 4 or re.search(r"[:.?!]", cell) for cell in header):
        return None
    cells = [re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", cell).strip() for cell in header]
    words = _first(cells, ("text", "transcript", "words", "sentence", "utterance", "content", "message"), _WORDS, ())
    who = _first(cells, ("speaker name", "speaker", "participant", "name"), _SPEAKER, (words,))
    when = _first(cells, ("start time", "start", "timestamp", "time"), _TIME, (words, who))
    return (who, words, when) if who >= 0 and words >= 0 else None


def _first(cells: list[str], exact: tuple[str, ...], pattern: re.Pattern[str], taken: tuple[int, ...]) -> int:
    lowered = [cell.lower() for cell in cells]
    for name in exact:
        if name in lowered and lowered.index(name) not in taken:
            return lowered.index(name)
    return next((at for at, cell in enumerate(cells) if at not in taken and pattern.fullmatch(cell)), -1)


def _by_content(rows: Sequence[Sequence[str]]) -> _Columns | None:
    """The columns by what stands in them: words are the longest, a speaker is one of few short texts."""
    width = max(len(row) for row in rows)
    columns = [[row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at in range(width)]
    lengths = [sum(map(len, column)) / len(column) if column else 0 for column in columns]
    if width < 2:
        return None
    words = lengths.index(max(lengths))
    when = next((at for at, column in enumerate(columns) if column and all(map(_STAMP.fullmatch, column))), -1)
    for at, column in enumerate(columns):
        people = Counter(column)
        short = column and max(map(len, column)) <= 80 and lengths[at] < lengths[words]
        if at not in (words, when) and short and 1 < len(people) <= min(_MOST_PEOPLE, len(column)):
            return at, words, when
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _delimiter(text: str) -> str | None:
    """The delimiter that stands in the first row, and in most rows of the sample."""
    lines = [line for line in text[:200_000].split("\n") if line.strip()][:_SAMPLE]
    best = max(_DELIMITERS, key=lambda one: (lines[0].count(one) if lines else 0, -_DELIMITERS.index(one)))
    return best if lines and best in lines[0] else None
