"""Takes keys and passwords out of a text: values that are known to be secret, and whatever has the form of one.

A value of fewer than six characters, or one of a few words that everybody has for a password, would turn ordinary
sentences into stars: it is taken out only where the form gives it away, as in an address.
"""

from __future__ import annotations

import base64
import json
import re
import traceback
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote, unquote_plus

_SHORTEST = 6
ORDINARY = frozenset(("askwell", "chroma", "ollama", "openai", "password", "postgres", "postgresql", "secret"))
"""Values that are no secret to anybody, and words of Askwell's own messages."""
_NAMED = r"[\w-]*(?:passw|pwd|token|secret|api[_-]?key)[\w-]*|key"
_HIDDEN = "***"
_FORMS = (
    (re.compile(r"(Bearer)(?:\s|\\[rnt])+[^\s'\"]+", re.IGNORECASE), rf"\1 {_HIDDEN}"),
    (re.compile(r"(?:\b|(?<=\\[rnt]))sk-[\w-]{8,}"), f"sk-{_HIDDEN}"),
    (re.compile(r"(\w://[^\s/:@'\"]*:)[^\s'\"]+@"), rf"\1{_HIDDEN}@"),
    (re.compile(r"(\w://)[^\s/:@'\"]+:?@"), rf"\1{_HIDDEN}@"),
    (re.compile(rf"((?:[?&](?:{_NAMED})|\bpassword)=['\"]?)[^&\s'\"]+", re.IGNORECASE), rf"\1{_HIDDEN}"),
)
"""A header with its key, a key, an address with a password or a token before its host, a secret in its query."""

KNOWN: set[str] = set()
"""Every form of the secrets of this process."""


def keep_out(*secrets: str) -> None:
    """Have `redacted` take these out from now on, in every form in which a library may print them."""
    KNOWN.update(form for secret in secrets for form in _forms(secret))


def secrets_in(address: str) -> Iterator[str]:
    """The password of an address, also where it is not quoted as it should be, and secrets in its query."""
    scheme, separator, rest = address.partition("://")
    rest = rest if separator else address
    for _, secret in re.findall(rf"[?&]({_NAMED})=([^&#]*)", rest, re.IGNORECASE):
        yield secret
    if "@" not in rest or rest.startswith("/"):  # the path of a file
        return
    first = rest.partition("@")[0]
    yield from re.split("[/?#:]", first.partition(":")[2])  # a parser that stumbles over it names such a part
    for login in {first, rest.rpartition("@")[0], re.split("[/?#]", rest)[0].rpartition("@")[0]}:
        user, _, password = login.partition(":")
        if password:
            yield from (password, _encoded(f"{unquote(user)}:{unquote(password)}"))
        elif scheme.startswith("http"):
            yield from (user, _encoded(f"{unquote(user)}:"))  # a token; a database's user alone is no secret


def redacted(text: str) -> str:
    """The text without any form of a secret that was named to `keep_out`, and without what looks like one."""
    if KNOWN:
        text = _pattern(frozenset(KNOWN)).sub(_HIDDEN, text)
    for form, shown in _FORMS:
        text = form.sub(shown, text)
    return text


def redacted_traceback() -> str:
    """The exception at hand as Python tells it, `redacted`."""
    return redacted(traceback.format_exc())


def _forms(secret: str) -> Iterator[str]:
    for plain in {secret.strip(), unquote(secret), unquote_plus(secret)}:
        data = plain.encode("utf-8", "surrogatepass")
        forms = {plain, quote_plus(data), repr(plain)[1:-1], ascii(plain)[1:-1], json.dumps(plain)[1:-1]}
        forms |= {quote(data, safe=safe) for safe in ("", "/", " +")}
        forms |= {repr(data)[2:-1], _encoded(plain)}
        yield from (form for form in forms if len(form) >= _SHORTEST and form.lower() not in ORDINARY)


def _encoded(plain: str) -> str:
    """The base64 form used in headers, without its padding, which some libraries leave out."""
    return base64.b64encode(plain.encode("utf-8", "surrogatepass")).decode().rstrip("=")


@lru_cache(maxsize=1)
def _pattern(known: frozenset[str]) -> re.Pattern[str]:
    # The longest first, or a part would be taken out of a whole; in any case, as resolvers make letters small.
    return re.compile("|".join(map(re.escape, sorted(known, key=lambda form: (-len(form), form)))), re.IGNORECASE)
