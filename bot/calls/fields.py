"""Records of a speaker and a text on lines of their own, as logs and YAML have them."""

from __future__ import annotations

import re

_SPEAKER = re.compile(r"^[ \t-]*speaker(?:[ _]name)?[ \t]*:[ \t]*(?P<value>\S.{0,80})$", re.IGNORECASE | re.MULTILINE)
_OTHER = re.compile(
    r"^[ \t-]*(?:text|words|time|timestamp|start|transcript)[ \t]*:[ \t]*(?P<value>\S.*)$", re.IGNORECASE | re.MULTILINE
)
_QUOTES = " '\""


def without_fields(text: str) -> str:
    """The text with "Speaker: Dana" as the label "Dana:" and "Text: ..." as the words alone, if two people speak so.

    Lines stay where they are, so that their numbers still hold.
    """
    if len({found["value"].strip() for found in _SPEAKER.finditer(text)}) < 2:
        return text
    text = _SPEAKER.sub(lambda found: f"{found['value'].strip(_QUOTES)}:", text)
    return _OTHER.sub(lambda found: found["value"].strip(_QUOTES), text)
