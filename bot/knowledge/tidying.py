"""Makes a document's text whole: one form for each character, and words that a line's end cut in two."""

from __future__ import annotations

import re
import unicodedata

from ..errors import ModelError

_MEANT = "²³¹⁰-₟¼-¾⅐-↉①-⓿™℠…"
"""Characters whose plain form would mean something else, or read worse: ² becomes 2, and ½ becomes 1⁄2."""
_PLAIN = re.compile(f"[^{_MEANT}]+")
_HYPHENS = "-\u2010\u2011\xad"
_CUT = re.compile(rf"(?<![^\W_])([^\W\d_]+)([{_HYPHENS}])[ \t]*\n[ \t]*([^\W\d_]+)")
_SOFT = re.compile("[\xad\u200b\u2060\ufeff]")
_ENDINGS = frozenset(
    (
        *("able", "al", "ally", "ance", "ed", "ence", "er", "ers", "es", "est", "ful", "ible", "ing", "ings", "ion"),
        *("ions", "ism", "ist", "ists", "ity", "ive", "less", "ly", "ment", "ments", "ness", "or", "ors", "ous"),
        *("ship", "sion", "sions", "tion", "tions", "ty", "ure"),
    )
)


def tidied(text: str) -> str:
    """The text in compatibility form (NFKC), without soft hyphens, and with words joined that a line's end cut.

    Superscripts, fractions and circled numbers stay as they are. A hyphen at the end of a line stays if it belongs to
    the word, as in over-commitment: see `_joined`.
    """
    whole = _CUT.sub(lambda found: _joined(found, text), text)
    return _PLAIN.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _SOFT.sub("", whole))


def _joined(found: re.Match[str], text: str) -> str:
    """The two halves of a word as one, or with their hyphen.

    What the text itself writes elsewhere decides; then whether the whole is a common word; then whether both halves
    are. Half a word that is none must belong to the other: stakehold-er.
    """
    first, hyphen, second = found.groups()
    with_hyphen, without = f"{first}-{second}", f"{first}{second}"
    if hyphen == "\xad":
        return without
    if not second[0].islower():  # Anglo-Saxon
        return with_hyphen
    if _holds(text, without):
        return without
    if _holds(text, with_hyphen):
        return with_hyphen
    common = _common()
    halves = first.lower() in common and second in common and second not in _ENDINGS
    return with_hyphen if halves and without.lower() not in common else without


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", text, re.IGNORECASE) is not None


def _common() -> frozenset[str]:
    from ..vectors.embedding import common_words

    try:
        return common_words()
    except ModelError:
        return frozenset()  # without the model's words, halves are joined
