"""The grammar of labels: what stands beside words to say who spoke them.

A label is a name with any number of annotations: `Dana (she/her)`, `Ferrer, Luis`, `Luis Ferrer, Account Executive`,
`[External] Luis`, `Dana Whitfield | Acme`, `**Dana**`, `Speaker 1`. Annotations never tell two people apart.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ..text.tokens import DAYS, EMPTY
from ..text.words import BASE, QUESTION_WORDS, word_class, word_set

MOST_LABEL = 80
_MOST_WORDS = 6
_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|<([^<>]*)>|\{([^{}]*)\}")
_MARKS = re.compile(r"(?<!\w)[*_`~]+|[*_`~]+(?!\w)")
_APART = re.compile(r"\s+(?:[|/@·•–—-]|\bfrom\b|\bvia\b)\s+|\t+")
_NOT_IN_A_NAME = re.compile(r"[?!;:\"“”<>{}\[\]()|\\=…]|https?|\.\s+[a-z]")
_WORD = re.compile(r"[^\s,]+")
_SAYS = re.compile(r"(?<=\S)\s+(?:says|said|asks|asked|replies|replied|answers|answered)$", re.IGNORECASE)
_ADDRESSED = re.compile(r"^from\s+(?P<who>.+?)(?:\s+to\s+.+)?$", re.IGNORECASE)
_ENDING = word_set("phd ph.d. mba jr jr. sr sr. md m.d. esq esq. cpa ii iii dr pmp")
_TITLES = word_set("mr mrs ms miss dr prof sir mr. mrs. ms. dr. prof.")
_PARTICLES = word_set("de del della der den di da dos das du la le los van von vom zu zum bin ibn al el ten ter y e of")

_ROLE = word_set(
    """manager director executive representative rep seller salesperson coach coachee leader lead head supervisor boss
    host guest customer client prospect buyer interviewer interviewee moderator operator engineer analyst consultant
    specialist president vp svp evp avp ceo cfo cro coo ae am bdr sdr csm se trainer mentor mentee advisor adviser
    assistant agent account sales regional senior junior associate owner founder partner"""
)
_PHONE = re.compile(r"\+?\d[\d ()x.-]{6,20}")
_PLACEHOLDER = re.compile(
    r"(?:unknown|unidentified|unnamed|unassigned)(?: (?:speaker|person|caller|participant|user|voice))?(?: ?#?\w{1,2})?"
    r"|(?:speaker|spk|spkr|participant|person|caller|voice|user|channel|track|guest|attendee|female|male|man|woman)"
    r"[ _#-]{0,2}(?:\d{1,3}|[a-z])?"
    r"|me|you|them|other|others|host|[a-z]|s\d{1,2}|p\d{1,2}|\d{1,20}|\+?[\d ()x-]{7,20}|iphone.*|.*'s iphone",
    re.IGNORECASE,
)
# Words that people put before a colon while they speak, or that head a page of notes.
_NO_SPEAKER = word_set(
    """question questions answer answers option options step steps example examples plan goal goals result results
    problem problems reason reasons point points idea ideas note notes summary overview agenda action actions item
    items pricing price timeline budget status update updates deadline risk risks pro pros con cons today tomorrow
    yesterday tonight ps nb fyi re subject to from cc date time duration participants attendees title topic topics
    meeting location link recording transcript outcome outcomes decision decisions takeaway takeaways highlights
    background context challenge challenges solution solutions key fact facts quote remember listen look wait warning
    tip tips hint issue issues concern concerns objection objections product stage deal value source language type
    version number part section chapter scene figure table appendix attachment page name id url website email phone
    morning afternoon evening january february march april june july august september october november december first
    second third fourth fifth finally lastly bottom line truth conclusion thought thoughts feedback review scenario
    case cases test rule rules principle task tasks todo message reminder caveat disclaimer procurement finance legal
    marketing customers competitors people everyone team laughter laughs laughing music inaudible unintelligible
    crosstalk applause silence pause noise sighs coughs redacted beep ringing chuckles overlapping indistinct"""
)


_REMEMBERED = 1 << 12


@dataclass(frozen=True, slots=True)
class SpeakerLabel:
    """Who a label names: `name` as shown, `note` what stood around it, `key` the same for every way to write it."""

    name: str
    key: str
    note: str = ""

    @property
    def placeholder(self) -> bool:
        """Whether it stands for somebody whose name the tool didn't know: "Speaker 1", "Unknown", an id."""
        return bool(_PLACEHOLDER.fullmatch(self.name))

    @property
    def annotated(self) -> bool:
        """Whether anything stood around the name: pronouns, a role, a firm."""
        return bool(self.note)


@lru_cache(maxsize=_REMEMBERED)
def read_label(text: str) -> SpeakerLabel | None:
    """The label that `text` is, without its times and colon; None for what can't name anybody."""
    text = " ".join(_MARKS.sub("", text).split(" "))
    if _PHONE.fullmatch(text.strip()):
        return SpeakerLabel(text.strip(), name_key(text))
    notes = [next(filter(None, found.groups()), "").strip() for found in _BRACKETED.finditer(text)]
    bare = _BRACKETED.sub(" ", text).strip(" \t,-–—|·•")
    if not bare and len(notes) == 1:
        bare, notes = notes[0], []
    addressed = _ADDRESSED.match(bare)
    bare = _SAYS.sub("", bare)
    first, *more = _APART.split(addressed["who"] if addressed else bare)
    name, note = _without_comma(" ".join(first.split()).strip("'\"“”‘ ,"))
    notes = [one for one in (note, *more, *notes) if one]
    if not name or len(name) > MOST_LABEL or _NOT_IN_A_NAME.search(name) or len(_WORD.findall(name)) > _MOST_WORDS:
        return None
    key = name_key(name)
    return SpeakerLabel(name, key, ", ".join(notes)) if key else None


def given_label(text: str) -> SpeakerLabel | None:
    """The label in a field that holds nothing but the speaker: any text will do. None for a blank one."""
    flat = " ".join(text.split())
    found = read_label(flat)
    if found is not None or not flat:
        return found
    return SpeakerLabel(flat[:MOST_LABEL], name_key(flat) or flat.casefold())


def name_key(name: str) -> str:
    """The same text for every way to write one name: without case, accents' forms, full stops and titles."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("’", "'")
    words = [word.strip(".'") for word in re.split(r"[\s,_]+", plain)]
    kept = [word for word in words if word and word not in _TITLES] or [word for word in words if word]
    return " ".join(kept)


def _without_comma(text: str) -> tuple[str, str]:
    """A name in its spoken order, and the title that stood behind a comma: "Ferrer, Luis", "Luis Ferrer, AE"."""
    before, comma, after = (part.strip() for part in text.partition(","))
    if not comma or not before or not after:
        return text.strip(" ,"), ""
    words = [word.lower() for word in after.split()]
    if all(word in _ENDING for word in words):
        return before, ""
    if any(word.strip(",.") in _ROLE for word in words) or "," in after:
        return before, after
    if _begins_speech(words[0]) or _begins_speech(before.split()[0].lower()):
        return text, ""  # "So, Tom"
    if len(before.split()) == 1 or before.split()[0].lower() in _PARTICLES:
        return f"{after} {before}", ""
    return text, ""


@lru_cache(maxsize=_REMEMBERED)
def reads_as_name(label: SpeakerLabel) -> bool:
    """Whether the words are a name's or a role's: capitalised, and not what sentences or notes begin with."""
    if label.placeholder:
        return True
    words = label.name.split()
    lowered = [word.lower().strip(".,'") for word in words]
    if all(word in _ROLE for word in lowered):
        return True
    if _begins_speech(lowered[0]) or any(word in _NO_SPEAKER or word in DAYS for word in lowered):
        return False
    if len(words) == 1 and (lowered[0] in EMPTY or lowered[0] in BASE) and not label.annotated:
        return False
    return all(word in _PARTICLES or _capital(word) for word in words)


def begins_speech(label: SpeakerLabel) -> bool:
    """Whether a sentence begins with the label's first word: "Well, Tom", "Here's what I wonder"."""
    return _begins_speech(label.name.split()[0].lower().strip(".,'"))


def _begins_speech(word: str) -> bool:
    """Whether a sentence begins with this word rather than a name."""
    bare = word.replace("’", "'")
    kind = word_class(bare)
    return (
        bare in QUESTION_WORDS
        or bare.partition("'")[0] in ("here", "there", "that", "it", "let", "what", "who")
        or kind in ("determiner", "preposition", "conjunction", "subordinator", "contracted", "pronoun", "subject")
        or kind in ("aux", "modal", "opener", "adverb")
    ) and bare not in ("will", "may")


def _capital(word: str) -> bool:
    """Whether a word is written as a name's: with a capital or a digit first, or in a script without capitals."""
    letters = word.lstrip("'’(.-#+@")
    first = letters[:1]
    return bool(first) and (first.isdigit() or first.upper() == first or "@" in word or any(c.isupper() for c in word))
