"""Finds next steps in a rep's words: what the rep will or could do, who named it first, and by when."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ..text.words import BASE, word_set
from .actions import ACTIONS, ADVERB, NO_STEP, VERB
from .idle import idle, no_answer, taken_back
from .options import OPTION_CUES, options, unsaid
from .proposed import LONGEST_PROPOSAL, Asked, content

Author = Literal["rep", "manager"]
_Heard = Callable[..., list[re.Match[str]]]
_PER_SENTENCE = 2

_BASES = ACTIONS | BASE
_SPLITTING = ACTIONS - {"see", "show"} | {"suggest", "work"}
_NOT_AFTER = re.compile(
    r"\b(?:what|how|when|where|whether|if|before|after|until|till|unless|because|cos|why|which|who|than|once|is|was|"
    r"are|were|been|fell|feel|he's|she's|said|says|told\s+\w+|promised(?:\s+\w+)?|asked\s+(?:if|me)|thought|"
    r"hoped|wish|wished|swore)(?:\s+that)?(?:\s+(?:i'm|im|i\s+am|we're))?\s+$",
    re.IGNORECASE,
)


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_I_AM = r"(?:i'?m|i\s+am)"
_WILL = _cue(
    rf"(?<!')\b(?:maybe\s+|perhaps\s+)?(?:i'?ll|il|i\s+(?:will|shall)|{_I_AM}\s+(?:also\s+|just\s+|then\s+)?"
    rf"(?:going\s+to|gonna|about\s+to)|i\s+(?:plan|intend|promise)\s+to)\s+{ADVERB}{NO_STEP}[a-z]"
)
_TOGETHER = _cue(rf"\b(?:let'?s|we'?ll|we\s+will|we're\s+going\s+to|we're\s+gonna)\s+{ADVERB}{NO_STEP}{VERB}\b")
_REFRAIN = _cue(rf"\bi\s*(?:won'?t|will\s+not|shall\s+not|shan't|'ll\s+not|'m\s+not\s+going\s+to)\s+{ADVERB}[a-z]")
_DOING = _cue(
    rf"\b{_I_AM}\s+{ADVERB}(?!(?:not|being|having|feeling|struggling|thinking|hoping|wondering|losing|worrying|"
    r"guessing|sitting|saying|waiting|missing|dying|getting|looking\s+forward|afraid|nothing|anything|something|"
    r"morning|going\s+(?:to|for|mad|under))\b)\w{2,14}ing\b"
)
_BARE = _cue(
    rf"^\W*(?:(?:ok(?:ay)?|yeah|yes|yep|yup|sure|right|fine|alright|well|so|and|then|u\s+got\s+it|you\s+got\s+it|"
    rf"understood|of\s+course|happy\s+to)\b[\s,.]*){{0,3}}(?:(?:probably|definitely|then|just)\s+)?"
    rf"((?:gonna|going\s+to|will)\s+{ADVERB}(?!do\s*(?:$|[.,!]))"
    rf"{NO_STEP}{VERB}\b)"
)
_GERUND = _cue(
    r"(?:^|,)\W*(?:(?:ok(?:ay)?|yeah|yes|yep|sure|right|fine|alright)\b[\s,]*){0,2}"
    r"((?!(?:during|(?:no|any|some|every)?thing|being|bring|spring|morning|evening|looking|starting|speaking|judging|sitting)\b)"
    r"[a-z]{2,12}ing\b)"
)
_GONNA = _cue(rf"(?<!what )(?<!'s )(?<!'re )\bgonna\s+{ADVERB}{NO_STEP}{VERB}\b")
_PRESENT = _cue(
    rf"\bi\s+(?:then\s+|also\s+)?{VERB}\b(?<!have)(?!\s+(?:to|not|no|never|been|had|got)\b)|"
    r"\bi\s+have\s+(?:it|them|the|that)\b"
)
_FIRST = _cue(rf"^\W*(?:first|then|next)(?:\s+up)?,?\s+({VERB}\b\s+\w)")
_YOURS = _cue(
    r"\b(?:you'?ll|you\s+will|u\s+will)\s+(?:have|get|receive|hear\s+from\s+me)\b(?!\s+(?:what|used|to|over|"
    r"nothing|nowhere|there)\b)"
)
_DELIVERED = _cue(
    r"^\W*(?:will\s+do,?\s+)?(?:[\w']+\s+){0,3}?[\w']+?(?:\s+gets\s+(?:the|a|my|his|her|their)|\s+goes\s+(?:out|over|in|to|back)|"
    r"(?:\s+will|'ll)\s+be\s+(?:done|ready|there|sent|in\s+(?:there|your|the)|on\s+your|with\s+you))\b"
    r".{0,60}?\s(?:by|before|from|b4|tonight|tomorrow|today)\b"
)
_COULD = _cue(
    r"\b(?:(?:maybe|perhaps|i\s+suppose|i\s+guess|possibly)\s+)?(?:(?:i|we)\s+(?:could|might|may|can|should|ought\s+to)|"
    rf"i\s+need\s+to|i'?d\s+(?:want|have|need)\s+to|i\s+would\s+(?:want|need)\s+to)\s+{ADVERB}{NO_STEP}"
    r"(?!have|'ve|of\b|tell\s+(?:that|he|she|they)|barely|hardly|be\b|get\s+(?:fired|sacked)|live)[a-z]"
)
_PERHAPS = _cue(rf"\b(?:maybe|perhaps|possibly)\s+(?:(?:i'?d|i\s+would|we'?d)\s+)?{ADVERB}{NO_STEP}{VERB}\b")
_MIGHT = _cue(
    rf"(?:^|,)\W*(?:(?:yeah|yes|well|hm+|sure|or|then|ok|okay)\b[\s,]*){{0,2}}"
    rf"((?:might|could)\s+(?!do\s*(?:$|[.,!])){ADVERB}{NO_STEP}{VERB}\b)"
)
_ONE_COULD = _cue(r"\b(?:one|another|an\s+option)\s+(?:could|might|would)\s+be\s+(?:to\s+[a-z]+|[a-z]+ing\b)")
_PRESENT_CUES = (_DOING, _YOURS, _GERUND, _DELIVERED, _PRESENT)
_STEP_CUES = (
    *(_WILL, _TOGETHER, _GONNA, _BARE, _FIRST, _REFRAIN, _DOING, _YOURS, _GERUND, _DELIVERED, _PRESENT),
    *(_COULD, _PERHAPS, _ONE_COULD, _MIGHT),
    *OPTION_CUES,
)
_PROMISE = _cue(r"\b(?:will\s+do|can\s+do|consider\s+it\s+done|on\s+it)\b")
_POSSIBLE = _cue(r"\b(?:could|might)\s+do\b")
_BESIDES = _cue(r"\b(?:also|as\s+well|other|another|first(?!\s+thing))\b")
_REFERS = _cue(r"\b(?:could\s+do|do\s+(?:that|it|so)|that|it|them|there)\b")
_HEDGED = _cue(r"\b(?:maybe|perhaps|possibly)\s+(?:just\s+)?$")

_HABIT = _cue(
    r"\b(?:usually|normally|always|generally|every\s+(?:time|now)|whenever|most\s+(?:days|weeks)|used\s+to)\b"
)
_PAST = _cue(
    r"\b(?:yesterday|ago|last\s+(?:week|month|year|night|time|\w+day|spring|summer|autumn|winter)|already|earlier|"
    r"back\s+(?:then|in)|since|twice|just\s+now)\b"
)
_UNREAL = _cue(
    r"\bif\s+(?:(?:i|we)'d|(?:i|we|he|she|they|it|that)\s+(?:were|was|had|did))\b|\b(?:would|could|should|might)(?:'ve|\s+have)\b|"
    r"\bi'?d\s+have\b"
)
_TAG = _cue(r",\s*(?:ok|okay|right|yeah|yes|all\s+right|alright|shall\s+i|if\s+that'?s\s+(?:ok|okay|fine)|deal)\s*\?*$")
_REFUSES = _cue(
    r"\b(?:no\s+way|nope|rather\s+not|honestly\s+no|i\s+(?:won't|can't|don't\s+want)|not\s+going\s+to|never)\b|^\W*no\b"
)
_ACCEPTS = _cue(
    r"(?<!not )\b(?:ok|okay|yes|yeah|yep|yup|sure|fine|right(?!\s+(?:after|away|now))|"
    r"will\s+do|can\s+do|agreed|understood|got\s+it|good\s+(?:idea|point|"
    r"shout)|fair\s+(?:point|enough)|of\s+course|true|all\s+right|alright|makes\s+sense|love\s+that|consider\s+it|"
    r"absolutely|no\s+problem|on\s+it)\b"
)

_DAY = (
    r"(?:mon|tues?|wed(?:nes)?|weds|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?|tomorrow|tmrw|tmw|tmr|tonight|today|"
    r"noon|midnight|midday"
)
_HOUR = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)?)"
_ORDINAL = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    r"fifteenth|twentieth)"
)
_PART = r"(?:first\s+thing|morning|afternoon|evening|night|lunchtime|lunch|end\s+of\s+day|eod|noon|week)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|"
    r"winter|easter|christmas|midsummer|harvest)"
)
_UNIT = rf"(?:day|week(?:end)?|month|quarter|year|time|tasting|visit|call|meeting|{_PART}|{_DAY})"
_MOMENT = (
    rf"(?:(?:{_DAY})(?:\s+(?:at\s+)?(?:{_PART}|{_HOUR}))?|(?:this|next|the\s+same|the\s+next|that|same)\s+{_UNIT}|"
    rf"(?:the\s+)?{_ORDINAL}(?:\s+of\s+\w+)?(?!\s+[a-z]{{3,}})|the\s+{_ORDINAL}(?=\s+(?:and|if|so|but|when|for|with)\b)|"
    rf"{_MONTH}|half\s+{_HOUR}|{_HOUR}(?:\s+o'?clock)?(?:\s+(?:{_DAY}))?(?!\s+(?:[a-z]{{3,}}|\d))|"
    rf"the\s+end\s+of\s+(?:the\s+|this\s+|next\s+)?\w+|end\s+of\s+(?:\w+)|close\s+of\s+(?:play|business)(?:\s+\w+)?|"
    rf"eod|cob|(?<!for )lunch(?:time)?|breakfast|dinner|bedtime|half\s+term|the\s+(?:{_PART}|weekend)|"
    rf"my\s+next\s+\w+)"
)
_CALENDAR = _cue(
    rf"(?<!just )\b(?:(?:(?:starting|as\s+of|(?<!one )by|on|before|after|until|till|from|for|at|b4|over|during|in)\s+"
    rf"(?:first\s+thing\s+)?{_MOMENT}|first\s+thing(?:\s+(?:tomorrow|{_DAY}))?|from\s+now\s+on|"
    rf"right\s+(?:after|away|now)|straight\s+(?:away|after)|asap|as\s+soon\s+as\s+possible|"
    rf"in\s+(?:a|an|the\s+next|half\s+an|\d+|two|three|ten|five)\s+(?:sec\w*|minutes?|min|bit|hours?|moment|days?|"
    rf"weeks?|couple\s+of\s+\w+)|(?:at|for|in|after|before)\s+(?:the\s+|our\s+|my\s+|your\s+)(?:[\w'-]+\s+){{0,2}}"
    rf"(?:weekend|meeting|tasting|visit|day|dinner|lunch|call|review|morning|afternoon|evening|conference|fair|catch-up)"
    rf"(?:\s+(?:{_DAY}))?|every\s+(?:morning|day|evening|week|(?:{_DAY}))(?:\s+at\s+{_HOUR})?|"
    rf"(?:this|next|the\s+same|same)\s+{_UNIT}|(?:{_DAY})|tomorrow|now|the\s+{_ORDINAL})"
    rf"(?:\s+(?:on\s+)?(?:{_PART}|(?:at|by|after|before)\s+(?:{_HOUR}|\w+ing|lunch)|end\s+of\s+day|{_DAY}))*)(?!\w)"
)
_WEAK = _cue(r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:at|for)\s+(?:the|our|my|your)\s[\w' -]+)$")
_EVENT = _cue(
    r"\b(?:(?:when|once|as\s+soon\s+as|before|after|b4|next\s+time)\s+(?:i|i'?m|i've|he|he's|she|she's|they|they're|we|"
    r"we're|it|it's|you|you're|the|his|her|their|our|my|your|that|this|[A-Za-z]+)\b[^,;.!?]{0,60})"
)

_SENTENCE = _cue(r"(?:[^.!?\n]|(?<=\d)\.(?=\d)|(?<=\bmr)\.|(?<=\bms)\.|(?<=\bdr)\.|(?<=\bmrs)\.){1,600}[!?]*")
_CLAUSE_END = _cue(
    r"\s*(?:,\s*(?:and\s+|but\s+|so\s+|then\s+)*|[;:–—]\s*|\s(?:and|or|n|so|because|cos|plus|&)\s+(?:then\s+)?)"
    r"(?=(?:i|i'?m|i'?ll|i'?d|i've|he|she|they|we|it|you|there|that'?s|it's|he's|she's|they're|no|not|you'?ll|im|"
    r"maybe|perhaps)\b|[\w' ]{1,30}\bi\s?(?:'ll|will|might|could|'m\s+going)\b)|,?\s+(?:but|though|although)\b"
)
_AND_VERB = _cue(
    r"\s*(?:,\s*(?:and\s+)?|\s(?:and|n|&)\s+(?:and\s+|,\s*)?)(then\s+)?(?:just\s+|also\s+)?([a-z-]+)\s+([\w']+)"
)
_SAME_OBJECT = word_set("it him her them that one if whether how for")


@dataclass(frozen=True, slots=True)
class SpokenStep:
    """A next step: its words and offsets, whether the speaker commits, who named it first, and by when."""

    text: str
    start: int
    end: int
    committed: bool
    author: Author = "rep"
    by: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    """A clause that names a step."""

    start: int
    end: int
    committed: bool
    option: bool = False


def next_steps(text: str, context: str = "") -> tuple[SpokenStep, ...]:
    """The rep's own next steps in one turn, at most two per sentence.

    `context` is what the manager said just before. A step it already proposed or ordered belongs to the manager.
    """
    said = text.replace("’", "'").replace("`", "'")
    asked = Asked.of(context)
    sentences = [(match.start(), match.end()) for match in _SENTENCE.finditer(said)]
    found: list[SpokenStep] = []
    ideas: set[int] = set()
    for place, (start, end) in enumerate(sentences):
        spans = _spans(said, start, end, asked, bool(found))
        for index, span in enumerate(spans):
            stop = span.end if index + 1 < len(spans) else end
            begin = spans[index - 1].end if index else start
            by = _by(said, (begin, span.start, span.end, stop)) or (
                _echo(said, sentences, place) if len(spans) == 1 else (0, 0)
            )
            found.append(_step(text, span, by))
            if span.option:
                ideas.add(found[-1].start)
    if ideas:
        found = _once(found, ideas)
    if not found and asked.proposes:
        found = _agreed(text, said, sentences)
    return tuple(_with_author(found, said, asked))


def _once(steps: list[SpokenStep], ideas: set[int]) -> list[SpokenStep]:
    """The steps, without ideas (by their start) that a later promise carries out: "I'd ask. I'll ask."."""
    promised = max((step.start for step in steps if step.committed), default=-1)
    return [step for step in steps if step.start > promised or step.start not in ideas]


def _step(text: str, span: _Span, by: tuple[int, int]) -> SpokenStep:
    """The step of a span, without surrounding spaces and full stops."""
    start, end = _trim(text, span.start, span.end)
    return SpokenStep(text[start:end], start, end, span.committed, "rep", text[by[0] : by[1]])


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets, without spaces and commas at either end."""
    words = text[start:end]
    start += len(words) - len(words.lstrip(" \t\r\n,;:-–—"))
    return start, max(start, start + len(text[start:end].rstrip(" \t\r\n,;:-–—")))


def _spans(said: str, start: int, end: int, asked: Asked, planning: bool) -> list[_Span]:
    """The steps of one sentence, in order, without overlap. `planning` if the turn has already named one."""
    sentence = said[start:end]
    heard, alone = _heard(sentence), unsaid(sentence, asked)
    if heard is None and not alone:
        return []
    if sentence.rstrip().endswith("?") and not _TAG.search(sentence.rstrip(" ?")):
        return []
    if _UNREAL.search(sentence):
        return []
    spans: list[_Span] = []
    voiced = alone + (options(sentence, heard, asked, planning) if heard else [])
    triggers = (_triggers(sentence, asked, heard) if heard else []) + voiced
    for begin, committed, needs_time in sorted(triggers, key=lambda trigger: (trigger[0], trigger[2])):
        if spans and begin < spans[-1].end:
            continue
        if _NOT_AFTER.search(sentence[max(0, begin - 40) : begin]) or idle(sentence, begin):
            continue
        if needs_time and not _timely(said, start + begin, end, start):
            continue
        stop = _clause_end(sentence, begin)
        if not taken_back(sentence, stop):
            spans.append(_Span(begin, stop, committed, not committed and (begin, committed, needs_time) in voiced))
    kept = (_parted(sentence, spans[0]) if len(spans) == 1 else spans)[:_PER_SENTENCE]
    return [replace(span, start=start + span.start, end=start + span.end) for span in kept]


def _triggers(sentence: str, asked: Asked, heard: _Heard) -> list[tuple[int, bool, bool]]:
    """Possible starts of a step: the offset, whether it commits, and whether it counts only with a time."""
    found: list[tuple[int, bool, bool]] = []
    for match in heard(_WILL):
        unsure = match.group().lower().startswith(("maybe", "perhaps")) or bool(
            _HEDGED.search(sentence[max(0, match.start() - 20) : match.start()])
        )
        found.append((match.start(), not unsure, False))
    found += [(match.start(), True, False) for match in heard(_TOGETHER, _GONNA)]
    found += [(match.start(1), True, False) for match in heard(_BARE, _FIRST)]
    if asked.forbids:
        found += [(match.start(), True, False) for match in heard(_REFRAIN)]
    if heard(*_PRESENT_CUES) and not _PAST.search(sentence) and not _HABIT.search(sentence):
        found += _present(sentence, asked, heard)
    for match in heard(_COULD):
        promised = bool(re.search(r"\bcan\s", match.group(), re.IGNORECASE)) and asked.proposes
        found.append((match.start(), promised and bool(_CALENDAR.search(sentence)), False))
    found += [(match.start(), False, False) for match in heard(_PERHAPS, _ONE_COULD)]
    found += [(match.start(1), False, False) for match in heard(_MIGHT)]
    return found


def _present(sentence: str, asked: Asked, heard: _Heard) -> list[tuple[int, bool, bool]]:
    """The triggers in the present tense, which count only if they refer to the future."""
    found = [(match.start(), True, True) for match in heard(_DOING, _YOURS)]
    found += [(match.start(1), True, True) for match in heard(_GERUND)]
    found += [(match.start(), True, True) for match in heard(_DELIVERED)]
    if not re.match(r"\W*if\b", sentence, re.IGNORECASE):
        found += [
            (match.start(), True, not (asked.proposes and (asked.shares(sentence) or _ACCEPTS.search(sentence))))
            for match in heard(_PRESENT)
        ]
    return found


def _heard(sentence: str) -> _Heard | None:
    """The matches of the requested cues in a sentence; None if it has no cue of a step."""
    matches = {cue: found for cue in _STEP_CUES if (found := list(cue.finditer(sentence)))}
    if not matches:
        return None
    return lambda *cues: [match for cue in cues for match in matches.get(cue, ())]


def _timely(said: str, start: int, end: int, sentence: int) -> bool:
    """Whether a present tense refers to the future: a time in its sentence, or a short one right after it."""
    if _CALENDAR.search(said, start, end) or _EVENT.search(said, start, end) or _CALENDAR.search(said, sentence, start):
        return True
    return bool(re.match(r"[.!\s]*starting\b", said[end : end + 20], re.IGNORECASE))


def _clause_end(sentence: str, start: int) -> int:
    """The end of the clause that starts at `start`: before the next clause with its own subject."""
    match = _CLAUSE_END.search(sentence, start + 1)
    return match.start() if match and match.start() > start else len(sentence)


def _parted(sentence: str, span: _Span) -> list[_Span]:
    """Two steps if a second verb with its own object follows ("... and send him the list"), else one."""
    for match in _AND_VERB.finditer(sentence, span.start + 3, span.end):
        then, verb, after = match.group(1), match.group(2).lower(), match.group(3).lower()
        own = then or after not in _SAME_OBJECT or _CALENDAR.search(sentence, match.end(2), span.end)
        if verb in _SPLITTING and own:
            return [replace(span, end=match.start()), replace(span, start=match.start(2))]
    return [span]


def _by(said: str, bounds: tuple[int, int, int, int]) -> tuple[int, int] | None:
    """The words that say when: in the step, else after it, else before it in the sentence."""
    before, start, end, after = bounds
    for low, high in ((start, end), (end, after), (before, start)):
        times = list(_CALENDAR.finditer(said, low, high))
        times = [time for time in times if not _WEAK.match(time.group())] or times
        if match := (times[0] if times else _EVENT.search(said, low, high)):
            return _trim(said, match.start(), match.end())
    return None


def _echo(said: str, sentences: list[tuple[int, int]], place: int) -> tuple[int, int]:
    """A time that is the whole sentence next to a step ("Friday, I swear."), or an empty string."""
    for other in (place + 1, place - 1):
        if not 0 <= other < len(sentences):
            continue
        start, end = sentences[other]
        match = _CALENDAR.search(said, start, end)
        if not match or end - start > 40:
            continue
        if (other > place and match.start() - start <= 2) or 2 * len(match.group()) >= end - start:
            return _trim(said, match.start(), match.end())
    return 0, 0


def _agreed(text: str, said: str, sentences: list[tuple[int, int]]) -> list[SpokenStep]:
    """The sentence of a bare yes to what was asked, with a time or as "will do"."""
    if _REFUSES.search(said[:LONGEST_PROPOSAL]) or said.rstrip().endswith("?"):
        return []
    accepts = bool(_ACCEPTS.search(said[:LONGEST_PROPOSAL]))
    for start, end in sentences:
        sentence = said[start:end]
        possible = bool(_POSSIBLE.search(sentence))
        promised = possible or bool(_PROMISE.search(sentence))
        if not (accepts or promised) or _PAST.search(sentence) or _UNREAL.search(sentence) or no_answer(sentence):
            continue
        by = _by(said, (start, start, end, end))
        if promised or by is not None:
            return [_step(text, _Span(start, end, not possible), by or (0, 0))]
    return []


def _with_author(steps: list[SpokenStep], said: str, asked: Asked) -> list[SpokenStep]:
    """The steps, each with who named it first."""
    if not (asked.proposes and steps):
        return steps
    result: list[SpokenStep] = []
    firm = asked.firm
    for place, step in enumerate(steps):
        before = said[: step.start][-LONGEST_PROPOSAL:]
        named = content(step.text) - content(step.by)
        shared = named & asked.words
        if not firm:
            theirs = bool(shared) and len(shared) * 2 >= len(named)
        elif _BESIDES.search(step.text):
            theirs = len(shared) * 2 > len(named)
        elif place == 0 and not _REFUSES.search(before):
            accepted = _ACCEPTS.search(before) or _ACCEPTS.search(step.text)
            theirs = bool(shared or accepted or named <= _BASES or _REFERS.search(step.text))
        else:
            theirs = bool(shared) and len(shared) * 2 >= len(named)
        result.append(replace(step, author="manager") if theirs else step)
    return result
