"""Lines of text as utterances: how a file names its speakers, which labels are people, and who says each line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..errors import TranscriptError
from .aside import (
    heads_file,
    is_direction,
    is_list_of_people,
    is_notice,
    is_section,
    is_transcript_heading,
    names_header,
)
from .fields import without_fields
from .label import SpeakerLabel, begins_speech, reads_as_name
from .line import Notation, TextLine, lines_of_text
from .utterance import NobodyNamedError, Utterance, Utterances, opening_words, passed_over

_OFTEN = 0.1
"""A prefix that isn't written as a name is still a speaker if this share of the labelled lines begins with it."""
_MOST_LISTED = 12
"""A list of people above the talk is no longer than this, in lines."""
_FRONT = re.compile(r"\A\s*---\n.*?\n---[ \t]*\n", re.DOTALL)
# Behind a full name: a sign that no sentence has there, or at most two words before a colon.
_BROKEN = re.compile(r"\s*[;>|/~=#–—]|\s+-\s|[^.?!:]{0,40}[(\[{<][^:]{0,40}:|(?:\s+\S+){0,2}\s*:")
_BOLD_KEY = re.compile(r"\*\*[^*:]{1,60}(?::\s*\*\*|\*\*\s*:)")
_VOICE_CHANGE = re.compile(r">{2,3}\s*")


@dataclass(frozen=True, slots=True)
class Naming:
    """How a file names its speakers: its main notation, and how often each label's key stands in it.

    `once` are prefixes that look like names but stand there once, and in another form than everybody's name.
    """

    notation: Notation
    people: Counter[str]
    once: frozenset[str] = frozenset()

    @property
    def frequent(self) -> frozenset[str]:
        """The people with two lines or more; everybody if nobody has."""
        return frozenset(key for key, count in self.people.items() if count > 1) or frozenset(self.people)


def read_plain(text: str, name: str) -> Utterances:
    """The utterances of a text in any notation. Raises NobodyNamedError, or TranscriptError with a line's number."""
    text = without_fields(text)
    front = _FRONT.match(text)
    skipped = text[: front.end()].count("\n") if front else 0
    return utterances_of(lines_of_text(text), name, skipped=skipped)


def utterances_of(lines: Sequence[TextLine], name: str, notes: bool = True, skipped: int = 0) -> Utterances:
    """The utterances of some lines. `notes` says whether headings and notes may stand among them; captions have none.

    The first `skipped` lines are front matter. Raises NobodyNamedError, or TranscriptError with a line's number.
    """
    rest = lines[skipped:]
    talk = _without_notes(rest) if notes else rest
    naming = naming_of(talk)
    if naming is None or len(naming.people) < 2:
        talk, naming = rest, naming_of(rest) or naming
    if naming is None:
        first = next((line.number for line in lines if line.text), 0)
        if not first:
            raise NobodyNamedError(f"{name}: no one speaks; write 'Name: words', one turn per line")
        raise NobodyNamedError(f"{name}:{first}: no speaker; write 'Name: words', one turn per line")
    begin = _begin(talk, naming) if notes else 0
    while begin and talk[begin - 1].bare:
        begin -= 1  # a time above the first name
    left_out = [line for line in rest if line not in talk and line.text] if len(talk) < len(rest) else []
    above = sum(1 for line in talk[:begin] if line.text)
    reading = _Reading(name, naming)
    for line in talk[begin:]:
        reading.take(line)
    remarks = (
        *passed_over(above, "line", "above the conversation"),
        *passed_over(len(left_out), "line", "notes beside the conversation"),
        *reading.remarks(),
    )
    return Utterances(tuple(reading.utterances()), remarks, above + len(left_out) + reading.passed)


def naming_of(lines: Iterable[TextLine]) -> Naming | None:
    """The notation that explains most lines by people who speak more than once; None if no line names anybody."""
    lines = list(lines)
    best: tuple[tuple[int, int], Naming] | None = None
    for notation in Notation:
        people = _people(lines, notation)
        repeated = [count for count in people.values() if count > 1]
        if len(repeated) > 1 or (len(people) > 1 and notation in (Notation.COLON, Notation.SQUARE, Notation.STAMPED)):
            weight = (2 if len(repeated) > 1 else 1, sum(repeated) if len(repeated) > 1 else sum(people.values()))
        elif people and notation in (Notation.COLON, Notation.STAMPED):
            weight = (0, sum(people.values()))
        else:
            continue
        if best is None or weight > best[0]:
            once = _of_another_form(people)
            best = (weight, Naming(notation, people - Counter(once), frozenset(once)))
    return best[1] if best else None


def _people(lines: list[TextLine], notation: Notation) -> Counter[str]:
    """The labels that are people in one notation, with the number of lines of each."""
    counts: Counter[str] = Counter()
    labels: dict[str, SpeakerLabel] = {}
    for line in lines:
        if named := line.readings.get(notation):
            counts[named.label.key] += 1
            if named.label.key not in labels or named.label.annotated:
                labels[named.label.key] = named.label
    known = {key for key, label in labels.items() if reads_as_name(label)}
    if notation is Notation.COLON:
        known |= _unlike_names(counts, labels, known)
    elif len(known) < 2:  # "Will", "Mark": names that are words
        known |= {
            key
            for key, label in labels.items()
            if counts[key] > 1
            and counts[key] >= _OFTEN * 2 * counts.total()
            and label.name[:1].isupper()
            and not begins_speech(label)
        }
    return Counter({key: count for key, count in counts.items() if key in known})


def _of_another_form(people: Counter[str]) -> list[str]:
    """The single words that stand before words once, where everybody who speaks has a full name: "Halden: two sites".

    A tool writes one person's name in one way, so this is a thing that somebody speaks about.
    """
    often = [key for key, count in people.items() if count > 1]
    if len(often) < 2 or not all(" " in key for key in often):
        return []
    parts = {word for key in often for word in key.split()}
    return [
        key
        for key, count in people.items()
        if count == 1 and key.isalpha() and key not in parts and not SpeakerLabel(key, key).placeholder
    ]


def _unlike_names(counts: Counter[str], labels: dict[str, SpeakerLabel], known: set[str]) -> set[str]:
    """The labels that aren't written as names but stand where names stand: "karen:", "the rep:", "Question:"."""
    rest = [key for key in counts if key not in known]
    if len(known) > 1:
        often = {key for key in rest if counts[key] > 2 and counts[key] >= _OFTEN * counts.total()}
        return {key for key in often if not begins_speech(labels[key])}
    repeated = {key for key in rest if counts[key] > 1 and len(key.split()) < 4}
    if known:
        return repeated
    return repeated if len(repeated) > 1 else {key for key in rest if len(key.split()) == 1}


def _without_notes(lines: Sequence[TextLine]) -> Sequence[TextLine]:
    """The lines without sections of notes, if people still talk in what is left."""
    for at, line in enumerate(lines):
        if line.text and is_transcript_heading(line) and _talks(lines[at + 1 :]):
            lines = lines[at + 1 :]
            break
    kept: list[TextLine] = []
    aside = to_blank = False
    for line in lines:
        if line.heading or (line.text and is_section(line)):
            aside = bool(line.text) and is_section(line) and not is_transcript_heading(line)
            to_blank = aside and not line.heading and is_list_of_people(line)
        aside = aside and not (to_blank and not line.text)
        if not aside:
            kept.append(line)
    return kept if len(kept) == len(lines) or _talks(kept, lines) else lines


def _talks(lines: Sequence[TextLine], among: Sequence[TextLine] = ()) -> bool:
    """Whether two people talk in some lines, and do at least half of what they do in all."""
    found = naming_of(lines)
    whole = naming_of(among) if among else None
    least = whole.people.total() / 2 if whole else 0
    return found is not None and len(found.people) > 1 and found.people.total() >= least


def _begin(lines: Sequence[TextLine], naming: Naming) -> int:
    """Where the talk begins: behind headers, titles and lists of people."""
    listed = _listed(lines, naming)
    first = next((at for at, line in enumerate(lines) if at not in listed and _key(line, naming) in naming.frequent), 0)
    plain = any(line.heading or _is_header(line, naming, False) for line in lines[:first])
    for at, line in enumerate(lines[:first]):
        if at not in listed and _key(line, naming) in naming.people and not _is_header(line, naming, plain):
            return at
    return first


def _is_header(line: TextLine, naming: Naming, block: bool) -> bool:
    named = line.readings.get(Notation.COLON) or line.readings.get(naming.notation)
    return named is not None and heads_file(named.label.name, named.words, block)


def _listed(lines: Sequence[TextLine], naming: Naming) -> frozenset[int]:
    """The places of lists of people above the talk: below "Participants:", down to the next blank line."""
    found: list[int] = []
    for at, line in enumerate(lines[: _MOST_LISTED * 3]):
        named = line.readings.get(Notation.COLON)
        heads = named is not None and not named.words and names_header(named.label.name)
        if not heads or (named and named.label.key in naming.frequent):
            continue
        end = next((place for place in range(at + 1, len(lines)) if lines[place].bare), len(lines))
        if 1 < end - at <= _MOST_LISTED:
            found += range(at, end)
    return frozenset(found)


def _key(line: TextLine, naming: Naming) -> str | None:
    named = line.readings.get(naming.notation)
    return named.label.key if named else None


class _Reading:
    """Takes the lines of the talk one by one and gives each to whoever speaks."""

    def __init__(self, name: str, naming: Naming) -> None:
        self._name = name
        self._naming = naming
        self._open: list[tuple[SpeakerLabel, list[str], float | None, int]] = []
        self._aside = False
        self._directions: list[str] = []
        self._between = 0
        self._prefixes: list[str] = []

    def take(self, line: TextLine) -> None:
        if not line.text:
            if line.start is not None and self._open and not self._open[-1][1]:
                label, heard, start, number = self._open[-1]  # a time on a line of its own below the name
                self._open[-1] = (label, heard, line.start if start is None else start, number)
            self._time = line.start if line.start is not None else self._time
            return
        named = self._named(line)
        start = line.start if line.start is not None else self._time
        self._time = None
        if named is not None:
            label, words = named
            self._aside = False
            if words and is_direction(words):
                self._directions.append(words)
                words = ""
            self._open.append((label, [words] if words else [], start, line.number))
        elif is_direction(line.text):
            self._directions.append(line.text)
        elif is_notice(line):
            self._directions.append(line.text)
            self._aside = True  # the tool goes on until somebody speaks again
        elif line.heading or self._aside or not self._open:
            self._aside = self._aside or line.heading
            self._between += 1
        else:
            self._check(line)
            self._open[-1][1].append(line.text)

    _time: float | None = None

    def _named(self, line: TextLine) -> tuple[SpeakerLabel, str] | None:
        """Who a line says speaks, and the words behind it; None where it goes on with what was said."""
        if change := _VOICE_CHANGE.match(line.text):
            return SpeakerLabel("Unknown", "unknown"), line.text[change.end() :]
        people = self._naming.people
        main = self._naming.notation
        order = [main, Notation.COLON, Notation.SQUARE, Notation.STAMPED]
        if line.after_blank and main in (Notation.COLON, Notation.SQUARE, Notation.STAMPED):
            order.append(Notation.ABOVE)
        for notation in order:
            named = line.readings.get(notation)
            if named and named.label.key in people:
                if notation is Notation.ABOVE and people[named.label.key] < 2:
                    continue
                return named.label, named.words
        return None

    def _check(self, line: TextLine) -> None:
        """Refuse a line that looks like a label and isn't one that we know, rather than add it to what was said."""
        lowered = line.text.casefold().lstrip("*_ ")
        known = next((key for key in self._naming.frequent if key.count(" ") and lowered.startswith(key)), "")
        broken = bool(known) and bool(_BROKEN.match(lowered[len(known) :]))
        bold = bool(_BOLD_KEY.match(line.text))
        if broken or bold:
            shown = opening_words(line.text, 40)
            raise TranscriptError(
                f"{self._name}:{line.number}: \"{shown}\" looks like a speaker we can't read; write 'Name: words'"
            )
        named = line.readings.get(Notation.COLON)
        if named and named.label.key in self._naming.once:
            self._prefixes.append(line.text)

    def utterances(self) -> Iterator[Utterance]:
        for label, words, start, number in self._open:
            if words:
                yield Utterance(label, " ".join(words), start, str(number))

    @property
    def passed(self) -> int:
        return len(self._directions) + self._between

    def remarks(self) -> tuple[str, ...]:
        example = self._directions[0] if self._directions else ""
        return (
            *passed_over(len(self._directions), "line", "nobody speaks", example),
            *passed_over(self._between, "line", "below a heading or a notice"),
            *(f'"{opening_words(text)}" was read as speech, not as a speaker.' for text in self._prefixes),
        )
