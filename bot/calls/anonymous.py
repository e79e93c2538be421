"""Takes names, firms and figures out of a call by patterns, before it is kept. What it misses, its reader takes out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from ..talk.transcript import Transcript
from ..text.names import begins_sentence, name_words
from ..text.tokens import EMPTY, TOKEN
from ..text.withheld import CONTACT, FIGURE, name_mark

MANAGER, REP = "Manager", "Rep"
"""What both are called in a call without names."""
_SHORT = 2
"""A word of a speaker's name shorter than this is an initial."""
_FIRM = 3
"""So many capitalised words in a row are a firm's name or a place's rather than a person's."""
_CONTACTS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w.])\+?\d[\d ()/-]{7,}\d(?!\w)", re.IGNORECASE
)
_BIG = r"(?:hundred|thousand|million|billion|grand)\b"
_SPOKEN = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b"
)
_UNIT = r"(?:%|(?:percent|per cent|k|m|bn|million|thousand|billion|grand|dollars|bucks|euros?|pounds|quid)\b)"
_FIGURES = re.compile(
    r"[$€£¥]\s?\d(?:[\d.,]*\d)?(?:\s?(?:k|m|mn|bn|million|thousand|billion)\b)?"
    rf"|\b\d(?:[\d.,]*\d)?\s?{_UNIT}"
    r"|\b\d{1,3}(?:[.,]\d{3})+\b|\b\d{3,}\b",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    rf"\b(?:a(?=\s{_BIG})|{_SPOKEN})(?:(?:\s|-|\sand\s)(?:{_SPOKEN}|(?P<big>{_BIG})))*(?P<unit>\s{_UNIT})?",
    re.IGNORECASE,
)
"""Numbers in words. Those with neither a `big` word nor a `unit` are small, as in "two people", and stay."""
_MANY = re.compile(rf"a\s{_BIG}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_NO_NAMES = EMPTY - {"will"}
"""Words that nobody is called, whatever a capital says."""


def anonymous(transcript: Transcript) -> Transcript:
    """The transcript without its codes, in which "[name 1]", "[figure]" and "[contact]" stand for what they name.

    Names are the speakers' own and capitalised words within sentences. One that the call also has in small letters, as
    with Will and "will", is taken out where it stands within a sentence. Each has a number of its own, so that one can
    still tell who is spoken of. Speech recognised without capitals keeps its names: only the speakers' own are known.
    """
    names = _names(transcript)
    turns = tuple(replace(turn, text=_without(turn.text, names), units=(), reader=None) for turn in transcript)
    return Transcript(turns, MANAGER, REP)


@dataclass(slots=True)
class _Names:
    """The words that are names, and the number of each.

    `tails` stand only behind others of a long name. `words` the call has in small letters as well.
    """

    pattern: re.Pattern[str]
    tails: frozenset[str]
    words: frozenset[str]
    numbers: dict[str, int] = field(default_factory=dict)

    def instead(self, match: re.Match[str]) -> str:
        """What stands for one name, of a word or several."""
        words = [word.lower() for word in _WORD.findall(match.group())]
        if len(words) == 1 and words[0] in self.tails | self.words and begins_sentence(match.string[: match.start()]):
            return match.group()  # "Cold, but good" says nothing of Meridian Cold Storage, "Will you?" nothing of Will
        known = next((self.numbers[word] for word in words if word in self.numbers), None)
        number = known or max(self.numbers.values(), default=0) + 1
        for word in words:
            self.numbers.setdefault(word, number)
        return name_mark(number)


def _names(transcript: Transcript) -> _Names | None:
    texts = [_CONTACTS.sub(CONTACT, turn.text) for turn in transcript]  # an address has its names in small letters
    small = {word for text in texts for word in TOKEN.findall(text) if word.islower()}
    spoken = {word for text in texts for word in name_words(text) if word.lower() not in small & _NO_NAMES}
    own = {word for name in (transcript.manager, transcript.rep) for word in _WORD.findall(name)}
    own = {word for word in own if len(word) > _SHORT and word not in (MANAGER, REP)}
    parts = [re.escape(word) for word in sorted(spoken, key=len, reverse=True)]
    parts += [f"(?i:{re.escape(word)})" for word in sorted(own, key=len, reverse=True)]
    if not parts:
        return None
    one = rf"(?<![\w\[])(?:{'|'.join(parts)})(?!\w)"
    pattern = re.compile(rf"{one}(?:\s+(?:&\s+|and Sons\s+)?{one})*")
    words = frozenset(word.lower() for word in spoken if word.lower() in small)
    return _Names(pattern, _tails(transcript, pattern), words)


def _tails(transcript: Transcript, pattern: re.Pattern[str]) -> frozenset[str]:
    """Words that stand in long names only, and never first: those of a firm rather than somebody's last name."""
    runs: Counter[tuple[str, ...]] = Counter()
    for turn in transcript:
        for match in pattern.finditer(turn.text):
            words = tuple(word.lower() for word in _WORD.findall(match.group()))
            runs[words] += len(words) > 1 or not begins_sentence(turn.text[: match.start()])
    heads = {word for run, times in runs.items() if times for word in (run[:1] if len(run) >= _FIRM else run)}
    return frozenset(word for run in runs if len(run) >= _FIRM for word in run[1:]) - heads


def _without(text: str, names: _Names | None) -> str:
    text = _FIGURES.sub(FIGURE, _CONTACTS.sub(CONTACT, text))
    text = _SPELLED.sub(_instead_of_number, text)
    return names.pattern.sub(names.instead, text) if names else text


def _instead_of_number(found: re.Match[str]) -> str:
    """What stands for a number in words: a small one stays, and so does "a hundred times"."""
    if not (found["big"] or found["unit"]) or (_MANY.fullmatch(found.group()) and not found["unit"]):
        return found.group()
    return FIGURE
