"""Lines that nobody says: headers and footers of exports, headings of notes, stage directions."""

from __future__ import annotations

import re

from ..text.words import word_set
from .line import TextLine
from .stamp import STAMP

_HEADER_WORDS = word_set(
    """date time duration length participant participants attendee attendees invitee invitees speaker speakers present
    title meeting call subject topic location host hosted organizer organiser recorded recording transcript
    transcribed transcription link url language id company account client opportunity deal stage created updated
    uploaded file filename source platform tool version started ended start end from to agenda team product region
    industry type outcome summary keywords tags webinar event project crm interviewer interviewee names name
    copyright confidential version note notes context scenario rep manager seller buyer customer sentiment"""
)
_SECTION = re.compile(
    r"(?:(?:meeting|call|ai|executive|key|action|next|main|short|brief|quick|important|open|follow[- ]?up|discussion|"
    r"the|my|all|general|detailed) )*"
    r"(?:summary|summaries|overview|items?|steps?|notes?|takeaways?|points?|decisions?|highlights?|chapters?|outline|"
    r"keywords?|topics?|attendees|participants|speakers|agenda|insights?|tl;?dr|recap|questions|tasks|to-?dos?|"
    r"minutes|metrics|details|feedback|analysis|sentiment|objectives|background|context)"
    r"(?: (?:and|&) .*| \(.*\))?:?",
    re.IGNORECASE,
)
_TRANSCRIPT = re.compile(
    r"(?:(?:full|call|meeting|complete|raw|the|interview|conversation|edited|verbatim|audio|video) )*"
    r"(?:transcripts?|transcription|conversation|dialogue)(?: \(.*\))?:?",
    re.IGNORECASE,
)
_ALWAYS_NOTICE = re.compile(
    r"(?:the )?(?:meeting|call|recording|transcript|transcription|session) (?:has )?"
    r"(?:ended|started|stopped|paused|resumed|begins?|starts?|ends?|begun)(?: (?:after|at) [\d: apm]+)?\W*"
    r"|(?:start|end|beginning) of (?:the )?"
    r"(?:transcript|transcription|recording|call|meeting|conversation|audio|file)\W*"
    r"|(?:no speech|music|silence|inaudible|crosstalk|applause|laughter)\W*|https?://\S+",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:transcribed|generated|powered|created|recorded|exported|produced|captured|provided|edited) "
    r"(?:by|with|from|using|on)\b.*"
    r"|(?:this|the) (?:editable |automated |computer[- ]generated |auto[- ]generated |ai[- ]generated )?"
    r"(?:transcript|transcription) (?:is|was|has|may|might|can)\b.*"
    r"|.{1,60} (?:has )?(?:started|stopped|paused) (?:the )?(?:transcription|recording|transcribing)\W*"
    r"|.{1,60} (?:has )?(?:joined|left|entered)(?: the (?:meeting|call|conversation|chat|room))\W*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[\[(*♪_{][^\[\]()]*[\])*♪_}][.\s]*")
_HAS_VALUE = re.compile(rf"{STAMP}|\d{{4}}|https?://|@|\d+\s?(?:min|hour|h\b|m\b|s\b)", re.IGNORECASE)
_SHORT = 12


def is_direction(words: str) -> bool:
    """Whether the words are no speech but a direction in brackets, as "[Recording starts]" or "(laughs)"."""
    return bool(_BRACKETS.fullmatch(words.strip())) or not any(c.isalnum() for c in words)


def is_notice(line: TextLine) -> bool:
    """Whether a tool says this about the call, as "Transcribed by https://otter.ai"."""
    bare = line.text.strip(" *_[]()-=—–#.")
    return bool(_ALWAYS_NOTICE.fullmatch(bare) or (line.after_blank and _NOTICE.fullmatch(bare)))


def is_section(line: TextLine) -> bool:
    """Whether notes begin here rather than talk: "Action items", "## Summary"."""
    stands_out = line.heading or line.after_blank or line.text[:2] == "**" or line.text.endswith(":")
    return stands_out and bool(_SECTION.fullmatch(line.text.strip(" *_:#")))


def is_list_of_people(line: TextLine) -> bool:
    """Whether the names of those present stand below this line."""
    return line.text.strip(" *_:#").lower() in ("participants", "attendees", "speakers")


def is_transcript_heading(line: TextLine) -> bool:
    """Whether the talk begins below this line: "## Transcript"."""
    return bool(_TRANSCRIPT.fullmatch(line.text.strip(" *_:#")))


def heads_file(name: str, words: str, block: bool) -> bool:
    """Whether `name: words`, above the talk, tells about the file: "Date: 3 November".

    `block` says whether other lines there plainly do, so that a short value without an end is one, too.
    """
    known = any(word.strip(".,()*").lower() in _HEADER_WORDS for word in name.split())
    value = words.strip()
    short = len(value.split()) <= _SHORT and not value.endswith((".", "?", "!"))
    return (known and (short or bool(_HAS_VALUE.search(value)))) or (block and short)


def names_header(name: str) -> bool:
    """Whether a label is one of those that head a file."""
    return any(word.strip(".,()*").lower() in _HEADER_WORDS for word in name.split())
