"""Keeps a model's thoughts out of its words.

Some models think in their reply, between `<think>` and `</think>`. Others start to think at once and mark only the end,
so nobody can tell thoughts from words before `</think>` comes.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)think(?:ing)?>")
_TAGS = ("<think>", "</think>", "<thinking>", "</thinking>")
_HELD = 8000
"""Maximum characters to hold back from a model that we don't know yet."""


class UnmarkedThoughts(Exception):
    """Words that we have already passed on turn out to be thoughts."""


class Thoughts:
    """Takes a reply piece by piece and returns its words, without the thoughts.

    `unmarked` says whether the model starts to think without a mark: True, False, or None if we don't know yet. Unless
    it is False, the words wait for `</think>` or the end of the reply. After that, `unmarked` is known.
    """

    def __init__(self, unmarked: bool | None) -> None:
        self.unmarked = unmarked
        self.heard = 0
        """Characters so far, thoughts included."""
        self._holding = unmarked is not False
        self._ready: list[str] = []
        self._rest = ""
        self._inside = self._thought = self._shown = False

    def feed(self, piece: str) -> list[str]:
        """The words that may be shown now. Raises UnmarkedThoughts if words shown earlier were thoughts."""
        self.heard += len(piece)
        self._rest += piece
        while found := _TAG.search(self._rest):
            before, self._rest = self._rest[: found.start()], self._rest[found.end() :]
            self._take(before)
            self._mark(closes=bool(found[1]))
        whole = len(self._rest) - _start_of_tag(self._rest)
        self._take(self._rest[:whole])
        self._rest = self._rest[whole:]
        if self.unmarked is None and sum(map(len, self._ready)) > _HELD:
            self._holding = False
        return [] if self._holding else self._pass_on()

    def end(self) -> list[str]:
        """The remaining words of a finished reply."""
        if self.unmarked is None:
            self.unmarked = False
        self._take(self._rest)
        return self._pass_on()

    def cut(self) -> list[str]:
        """The remaining words of a reply that broke off. None if they are probably thoughts."""
        if self._holding and self.unmarked:
            return []
        self._take(self._rest)
        return self._pass_on()

    def _take(self, text: str) -> None:
        if text and not self._inside:
            self._ready.append(text)

    def _mark(self, closes: bool) -> None:
        if not closes:
            self.unmarked = False
        elif not self._inside:  # everything so far was thought
            self.unmarked = True
            if self._shown:
                raise UnmarkedThoughts
            self._ready.clear()
        self._inside = not closes
        self._thought = True
        self._holding = False

    def _pass_on(self) -> list[str]:
        words, self._ready = self._ready, []
        if self._thought and not self._shown:  # line ends between thoughts and words belong to neither
            while words and not words[0].strip():
                words.pop(0)
            words[:1] = [first.lstrip() for first in words[:1]]
        self._shown = self._shown or bool(words)
        return words


def without_thoughts(text: str) -> tuple[str, bool | None]:
    """The words of a whole reply, and whether the model starts to think without a mark."""
    thoughts = Thoughts(None)
    words = thoughts.feed(text) + thoughts.end()
    return "".join(words), thoughts.unmarked


def _start_of_tag(text: str) -> int:
    """How many characters at the end of the text may be the start of a tag."""
    start = text.rfind("<")
    return len(text) - start if start >= 0 and any(tag.startswith(text[start:]) for tag in _TAGS) else 0
