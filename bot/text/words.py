"""Classes of English words for the splitter, and what a clause may start and end with."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def word_set(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


_LISTS = {
    "wh": """
        what how why who when where which whose whom what's how's why's who's when's where's whats hows whos
        wheres what're what'd what'll how'd""",
    "aux": """
        do does did is are was were has have had am don't doesn't didn't isn't aren't wasn't weren't haven't
        hasn't hadn't dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt""",
    "modal": """
        can could will would may might shall should must can't couldn't won't wouldn't shouldn't cant couldnt
        wont wouldnt shouldnt""",
    "subject": """i we they he she""",
    "pronoun": """
        you it that this there these those everyone everybody somebody someone nobody anyone anybody nothing
        something anything everything one""",
    "contracted": """
        i'm i'll i'd i've you're you'll you'd you've we're we'll we'd we've they're they'll they'd they've he's
        he'll he'd she's she'll she'd it's it'll that's that'll there's im ill id ive youre youll youd youve
        weve theyre theyll theyd theyve hes shes its thats theres nobody's someone's everyone's""",
    "object": """me us him her them myself yourself himself herself themselves ourselves""",
    "determiner": """a an the my your his their our every some any no each another whatever""",
    "preposition": """
        to of in on at for with from by about into over through before after without between against under
        around than as behind across towards toward onto off up out down per""",
    "conjunction": """and or but nor plus""",
    "subordinator": """
        if because when while until unless since although though whether once whenever so then lest whereas""",
    "adverb": """
        just really actually probably maybe perhaps already never always still even only also not too very quite
        pretty again now yet ever well here honestly frankly definitely certainly exactly almost""",
    "holder": """
        know knows knew tell tells told ask asks asked asking wonder wondering see saw understand learn say says
        said saying think thinks thought guess suppose remember hear heard feel feels felt believe mean means
        imagine wish hope figure explain show shows decide notice noticed check reckon sure certain glad afraid
        confident worried happy sorry idea curious""",
    "opener": """
        ok okay right great good nice hi hello hey thanks thank yes yeah yep no morning hm hmm um uh look listen
        anyway cool fine perfect excellent brilliant""",
    "be": """
        be been being get gets got getting go going gone went make makes made take takes took come comes came
        coming give gives gave given keep keeps kept put puts let lets let's need needs want wants""",
}
BASE = word_set("""
    add agree aim apologise approach arrange ask avoid bring build bump buy call cancel care change chase check
    choose clean clear close coach come confirm confront copy cover cut deal demo do draft drop email escalate
    expand explore feel fill find finish fix fly focus follow forget forward get give go hand handle hang have
    hear help hit hold invite join keep know lead learn leave let like list listen log look lose love make map
    mean meet move need note offer open pause pay phone pick plan play practice practise prepare present promise
    pull push put qualify quote raise reach read remember report resend respond review rewrite ring run save say
    schedule see sell send set share shift show sign sit skip slow sort speak spend stand start stay step stick
    stop submit switch take talk tell test think track treat trust try turn understand unpack update use visit
    wait walk want watch win wonder work worry write
    """)
"""Base forms of verbs, which may start an order."""
_PAST = word_set("""
    asked began blew bought brought built came caught chose cut dealt did drew drove fell felt flew forgot
    fought found gave got grew heard held hit kept knew led left let lost made meant met paid put ran rang read
    said sat saw sent set showed shut slipped sold spent spoke stood stuck taught thought threw told took
    understood went won wore wrote
    """)
_CLASS = {word: name for name, words in _LISTS.items() for word in words.split()}
_ENDINGS = ("ing", "ed", "ly", "s")
_FINITE = frozenset({"aux", "modal", "contracted", "holder", "be"})

QUESTION_WORDS = frozenset(word for word, name in _CLASS.items() if name == "wh")
OPENS_SUBORDINATE = word_set("if when because although since unless while once whenever after given as until before")


@lru_cache(maxsize=8192)
def word_class(word: str) -> str:
    """The class of a lower-case word. Unknown words are classed by their ending."""
    known = _CLASS.get(word)
    if known is not None:
        return known
    if word in _PAST:
        return "past"
    if word in BASE:
        return "base"
    if word[:1].isdigit():
        return "number"
    return next((f"-{ending}" for ending in _ENDINGS if len(word) > len(ending) + 2 and word.endswith(ending)), "word")


@lru_cache(maxsize=8192)
def verbal(word: str) -> bool:
    """Whether the word is, or is likely, a verb."""
    return (
        word_class(word) in _FINITE
        or word in BASE
        or word in _PAST
        or word.endswith(("ed", "ing"))
        or word in _CONTRACTED_WH
    )


_CONTRACTED_WH = frozenset(
    word for word in QUESTION_WORDS if "'" in word or word in {"whats", "hows", "whos", "wheres"}
)


@lru_cache(maxsize=8192)
def finite(word: str) -> bool:
    """Whether the word can be the finite verb of a statement ("mary did that")."""
    return word_class(word) in {"aux", "modal", "past"} or word in _THIRD or (word.endswith("ed") and len(word) > 4)


_THIRD = word_set(
    "needs wants says thinks knows means gets goes makes takes keeps feels comes gives looks sounds seems works"
)
