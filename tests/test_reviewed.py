"""Our own pair of conversations, coded by hand, against what the reader says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reader import LinearReader, default_reader
from bot.transcript import Transcript

CONVERSATIONS = Path(__file__).resolve().parents[1] / "knowledge" / "conversations"

COACHING = [
    ("other", "Hi Mike, thanks for calling back."),
    ("other", "I'd like to spend ten minutes on Jones if now is a good time."),
    ("affirmation", "A day early, with everything else you have on."),
    ("affirmation", "That was a well-run piece of work."),
    ("open_question", "What, if anything, sits less easily with you about this one?"),
    ("reflection", "Three weeks, and not one comment."),
    ("open_question", "What do you make of that?"),
    ("reflection", "You might be hearing silence, and not agreement."),
    ("open_question", "Who else might they be talking to, do you think?"),
    ("reflection", "You read the book at the front desk and you remembered the name."),
    ("affirmation", "That's a sharp habit."),
    ("open_question", "What does Harmony being there, this late, tell you?"),
    ("reflection", "It's nagging at you."),
    ("open_question", "How has Warren been with you since the shortlist?"),
    ("open_question", "And the plant itself, how does it look to you when you walk through it?"),
    ("information", "In case it helps, I heard that Harmony has teamed up with a design house in Asia."),
    ("open_question", "What could you do with all this before they meet?"),
    ("open_question", "What else could you do?"),
    ("open_question", "And beyond those two calls?"),
    ("collaboration", "It's your deal, and I'd be glad to listen."),
    ("closed_question", "Which of those will you do first, and when?"),
    ("other", "Good."),
    ("information", "I'll send you a paper on cycle times in their industry, in case it's useful."),
    ("open_question", "What was it like to go through it this way?"),
]
TELLING = [
    ("other", "Mike, good, you're there."),
    ("other", "I've got Jones open in front of me."),
    ("open_question", "Where are we on it?"),
    ("confront", "Priya doesn't sign anything."),
    ("closed_question", "Have we heard from Warren?"),
    ("confront", "That's not good enough, Mike."),
    ("advice", "You need to know what's in his head before they sit down, and right now you don't."),
    ("confront", "There's always something."),
    ("confront", "And the competitors field is empty again."),
    ("directive", "Fill that in tonight, please."),
    ("leading_question", "Shouldn't you have asked him who else is bidding weeks ago?"),
    ("other", "Okay."),
    ("other", "Here's what we'll do."),
    ("takeover", "I'll fly out on Tuesday."),
    ("takeover", "You set up an hour with Warren and I'll run the meeting."),
    ("takeover", "Send me the quote before then and I'll see what we can do on price."),
    ("takeover", "I've got it."),
    ("directive", "Just get me the hour with him."),
]
KNOWN_SLIPS: dict[str, str] = {
    "A day early, with everything else you have on.": "confront",
    "Priya doesn't sign anything.": "information",
    "There's always something.": "reflection",
    "And the competitors field is empty again.": "information",
    "Send me the quote before then and I'll see what we can do on price.": "directive",
    "I've got it.": "other",
}
"""Where the reader still differs from the hand: its code by the unit's words. A slip mended must be struck out here."""


def read(reader: LinearReader, name: str) -> list[tuple[str, str]]:
    """(code, words) of every unit of the manager, in order."""
    found, context = [], ""
    for turn in Transcript.parse((CONVERSATIONS / name).read_text(encoding="utf-8"), None, name):
        if turn.is_manager:
            found += [(str(unit.code), unit.text) for unit in reader.read(turn.text, context)]
        else:
            context = turn.text
    return found


@pytest.mark.parametrize(("name", "by_hand"), [("karen-coaching.txt", COACHING), ("karen-telling.txt", TELLING)])
def test_the_reader_codes_our_pair_as_we_do(name: str, by_hand: list[tuple[str, str]]):
    coded = read(default_reader(), name)

    assert [words for _, words in coded] == [words for _, words in by_hand]
    differing = {words: code for (code, words), (ours, _) in zip(coded, by_hand, strict=True) if code != ours}
    assert differing == {words: code for words, code in KNOWN_SLIPS.items() if words in {entry[1] for entry in by_hand}}
