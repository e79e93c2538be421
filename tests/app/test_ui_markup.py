"""What people typed stays text: in markup, in Markdown, and in the annotated conversation."""

from __future__ import annotations

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt
from pages import HOSTILE, UI

from bot.talk.codebook import Code, Flag, Group, Unit
from bot.talk.transcript import Transcript
from bot.testing import manager_turn, rep_turn
from ui import annotated, guide, palette, wording
from ui.markup import Html, element, join, marked, paragraphs, spoken, text
from ui.report import escaped, quoted


@pytest.mark.parametrize("words", HOSTILE)
def test_words_come_back_from_markup_character_for_character(words: str) -> None:
    shown = spoken(words)
    inside = re.fullmatch(r'<div class="spoken" dir="auto">(.*)</div>', shown, re.DOTALL)
    assert inside is not None
    assert "<" not in inside[1]
    assert unescape(inside[1]) == words


@pytest.mark.parametrize("words", HOSTILE)
def test_an_attribute_cannot_be_left(words: str) -> None:
    shown = element("span", "x", title=words)
    assert shown.count('"') == 2
    assert unescape(shown[len('<span title="') : -len('">x</span>')]) == words


def test_only_our_own_markup_stays_markup() -> None:
    assert join(element("b", "a<"), "<i>", between="&") == "<b>a&lt;</b>&amp;&lt;i&gt;"
    assert element("p", text("<"), element("br"), class_="a", aria_label="b", id=None) == (
        '<p class="a" aria-label="b">&lt;<br></p>'
    )
    assert isinstance(text("a"), Html)
    assert not isinstance(text("a") + "<b>", Html), "adding a string loses the promise, so that it is escaped again"


def test_nothing_else_in_the_app_writes_html() -> None:
    writers = {
        path.relative_to(UI).as_posix()
        for path in UI.rglob("*.py")
        if re.search(r"unsafe_allow|\.html\(|components\.v1|\bHtml\(f?[\"']<", path.read_text(encoding="utf-8"))
    }
    assert writers == {"frame.py", "markup.py"}


@pytest.mark.parametrize("words", HOSTILE)
def test_no_markdown_renderer_finds_markup_in_escaped_words(words: str) -> None:
    for source in (escaped(words), f"- {escaped(words)}", quoted(words), f"| {escaped(words)} | x |\n|---|---|\n"):
        rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source)
        for tag in ("<a", "<img", "<em", "<strong", "<b>", "<script", "<code", "<h1", "<hr", "<ol", "<s>"):
            assert tag not in rendered
        assert " ".join(unescape(re.sub(r"<[^>]*>", "", rendered)).split()).startswith(" ".join(words.split()))


def test_every_unit_has_letter_colour_and_code_and_nothing_typed_is_left_out() -> None:
    turn = manager_turn(0, ("What happened?", Code.OPEN_QUESTION), ("Call him.", Code.DIRECTIVE))
    loose = Transcript((turn, rep_turn(1, "Well <b>")), manager="Nora", rep="Ada")
    shown = annotated.annotated_turns(loose)
    assert ">A</span>" in shown
    assert ">P</span>" in shown
    assert 'class="unit asks"' in shown
    assert 'class="code">open question, exploring</div>' in shown
    assert 'class="code">directive</div>' in shown
    assert "Well &lt;b&gt;" in shown
    assert "unsure" not in shown


def test_words_between_units_are_shown_and_a_doubtful_unit_says_so() -> None:
    from dataclasses import replace

    doubtful = Unit("Hm?", 6, 9, Code.CLOSED_QUESTION, confidence=0.3)
    turn = replace(manager_turn(0, ("x", Code.OTHER)), text="Right Hm? yes", units=(doubtful,))
    shown = annotated.annotated_turns(Transcript((turn,)))
    assert [unescape(found) for found in re.findall(r'dir="auto">([^<]*)<', shown)] == ["Right ", "Hm?", " yes"]
    assert 'class="unsure"' in shown


def test_every_code_group_and_level_has_a_name() -> None:
    assert set(wording.CODES) == set(Code)
    assert set(wording.GROUPS) == set(wording.GROUP_MEANS) == set(palette.GROUP_NAMES) == set(Group)
    assert wording.code_name(Unit("x", 0, 1, Code.LEADING_QUESTION, flags=(Flag.ADVICE_AS_QUESTION,))) == (
        "leading question, advice with a question mark"
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_marking_changes_no_word(words: str) -> None:
    for found in (guide.said(words.split()), guide.said(["e", "b"]), None):
        shown_ = re.sub(r"</?mark>", "", marked(words, found))
        assert "<" not in shown_
        assert unescape(shown_) == words


def test_what_was_asked_is_marked_to_the_end_of_its_word() -> None:
    found = guide.said(["coach", "about", "$x"])
    assert paragraphs("Coaching $x is about\nscoach <b>.\n\nNo.", found) == (
        "<p><mark>Coaching</mark> <mark>$x</mark> is about scoach &lt;b&gt;.</p><p>No.</p>"
    )
    assert guide.said(["about", "What"]) is None
