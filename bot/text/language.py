"""Which language a text is in: the reader knows English only, so what isn't English is not scored."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from .words import word_set

_ENOUGH = 25
"""In fewer letters no language is told apart."""
_COMMON = 0.12
"""A text with at least this share of words that only English has is English; the model needn't be loaded."""
_ONLY_ENGLISH = word_set(
    """the you what that how your with have has this they and it's don't did would could about from who when where
    which why i'm you're i'll his her their been think know there"""
)
_SURE = 0.8
"""Minimum probability for a language to be named."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def foreign_language(text: str) -> str | None:
    """The language of `text`, named in English, if it is surely another one; None for English or too few words."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if sum(map(len, words)) < _ENOUGH:
        return None
    if sum(word in _ONLY_ENGLISH for word in words) >= _COMMON * len(words):
        return None
    code, chance = _identifier().classify(text)
    return _NAMES.get(code, f"the language {code!r}") if code != "en" and float(chance) >= _SURE else None


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """py3langid's model, loaded once per process, with probabilities."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
