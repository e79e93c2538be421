"""Reads what somebody types: with line editing and history in a terminal, plainly from a pipe. Imports prompt_toolkit.

The history holds what was said in this conversation. It is never written to disk: turns are in the session already, and
somebody who deletes a session must not find its words in another file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable


def line_reader(said: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that shows a prompt and returns what was typed. Raises EOFError at the end of input.

    In a terminal the line can be edited, the arrows go through what was `said` before, Enter sends, and pasted lines
    come as one text.
    """
    return edited_lines(said) if sys.stdin.isatty() and sys.stdout.isatty() else _plain


def _plain(prompt: str) -> str:
    return input(prompt)


def edited_lines(said: Iterable[str]) -> Callable[[str], str]:
    """Like `line_reader`, in a terminal."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output.vt100 import Vt100_Output

    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")  # Alt+Enter
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    session: PromptSession[str] = PromptSession(history=InMemoryHistory(list(said)), key_bindings=keys, multiline=True)
    if isinstance(session.output, Vt100_Output):
        session.output.enable_cpr = False  # terminals that don't say where their cursor is would get a warning

    def read(prompt: str) -> str:
        # Bytes that are no text come as lone surrogates.
        return session.prompt(prompt).encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    return read
