"""The debrief to take along: one page made once, as a PDF and as a web page, in which every text is only text."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from bot.director import StepState
from bot.practice import Debrief, Practice
from bot.scoring.measures import Measures
from bot.scoring.moments import Highlights, Moment
from bot.talk.codebook import Code
from bot.talk.direction import Direction, Intent, Source, TakenStep, TopicMatch
from bot.talk.transcript import Speaker, Transcript, Turn
from bot.testing import SMALL, manager_turn, small_engine
from ui import share
from ui.share.buttons import files_to_download
from ui.share.content import MARK, OnePage, PlanStep, QuotedMoment, one_page
from ui.share.pdf import as_pdf
from ui.share.web import as_web_page

pytestmark = pytest.mark.slow

PAGE = OnePage(
    title="The Jones deal looks safe",
    rep="Mike",
    date="2 March 2026",
    headline="You asked well, and then you took the plan away from Mike.",
    reasons=("Mike told you two of the three things that could lose this deal.", "You took over once."),
    worked=QuotedMoment("What do you make of that?", "I think Priya has stopped reading.", "Mike opened up."),
    turning=QuotedMoment(
        "Don't you think you should call Warren?", "Sure.", "Mike stepped back.", "What could you do about it?"
    ),
    plan=(
        PlanStep("Call Warren", "Mike’s own", "I'll ring him Tuesday before nine."),
        PlanStep("“Send me the list.”", "You told Mike"),
    ),
    unshown=1,
    figures=(("Came out after you asked", "4 of 7 things"),),
    coded_by="the packaged reader",
)
ON_IT = (
    "The Jones deal looks safe",
    "A practice conversation with Mike, a simulated rep · 2 March 2026",
    "You asked well, and then you took the plan away from Mike.",
    "Mike told you two of the three things that could lose this deal.",
    "You took over once.",
    "What worked",
    "What do you make of that?",
    "I think Priya has stopped reading.",
    "Mike opened up.",
    "The turning point",
    "Don't you think you should call Warren?",
    "Sure.",
    "Mike stepped back.",
    "Ask this instead",
    "What could you do about it?",
    "The plan",
    "Call Warren",
    "Mike’s own",
    "I'll ring him Tuesday before nine.",
    "“Send me the list.”",
    "You told Mike",
    "And 1 more step.",
    "4 of 7 things",
    "Came out after you asked",
    "Practice, not for appraisal · Coded by the packaged reader · Made with Askwell",
)
MARKUP = (
    '#eval("1+1") #import "x.typ": * #read("/etc/passwd")',
    "*bold* _slanted_ `code` $x^2$ \\ \\u{41} @ref <label> ~ -- ... 'q'",
    "= heading // comment /* more */ [x] {y} https://evil.example/x.png",
    "<b>big</b> <script>alert(1)</script> <img src=//evil.example/x.png> </style> &amp; \" '",
    "]}#set page(width: 1pt)",
)
LETTERS = {
    "words": "word after word ",
    "no spaces": "x",
    "wide": "W",
    "from the right": "שלום לך, מה שלומך? ",
    "Arabic": "كيف حالك اليوم؟ ",
    "Chinese": "今天你想谈些什么",
    "emoji": "😀👩‍👩‍👧🇫🇷 ",
    "stacked": "e\u0301\u0302\u0303\u0304",
    "control": "a\x00\x07\u202e\u2067\ufeff\ud800 ",
    "unassigned": "\U0010fffd\ufdfd",
    "line ends": "one\n\n\n\n",
}


FOUND = Highlights("You asked.", (), None, None, 1)
"""The highlights of a debrief."""


@pytest.fixture(scope="module")
def debrief(tmp_path_factory: pytest.TempPathFactory) -> Debrief:
    said = {"What do you know about the budget?": Code.OPEN_QUESTION, "Let me do it.": Code.TAKEOVER}
    practice = Practice.start(SMALL, engine=small_engine(tmp_path_factory.mktemp("data"), said))
    for words in said:
        practice.say(words)
        "".join(practice.reply())
    return practice.finish()


def planned(
    debrief: Debrief, steps: dict[str, StepState], *turns: Turn, taken: frozenset[str] = frozenset()
) -> Debrief:
    state = replace(debrief.state, steps=steps, taken=taken)
    return replace(debrief, state=state, transcript=Transcript(turns))


def committing(step: str, words: str) -> Turn:
    return Turn(1, Speaker.REP, words, direction=Direction("commit", (), "open", commits=step))


def everything(words: str) -> OnePage:
    """A page on which every text is this one."""
    moment, step = QuotedMoment(words, words, words, words), PlanStep(words, words, words)
    return OnePage(
        words, words, words, words, (words,) * 9, moment, moment, (step,) * 5, 3, ((words, words),) * 3, words
    )


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words_of(pdf: bytes) -> str:
    """The sheet's words, without the ends of its lines."""
    return " ".join(read(pdf).pages[0].extract_text().split())


class WebPage(HTMLParser):
    """What a browser would make of a page, as far as it matters here."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


# What the page says


def test_the_page_is_made_of_the_debrief_and_its_highlights(debrief: Debrief):
    found = Highlights(
        "You asked.",
        ("One.", "Two."),
        Moment(0, "What?", 1, "That.", "Opened."),
        Moment(2, "Do it.", None, "", "", "How?"),
        1,
    )

    page = one_page(debrief, found, date(2026, 3, 2))

    assert (page.title, page.date, page.headline) == ("A small deal", "2 March 2026", "You asked.")
    assert page.reasons == ("One.", "Two.")
    assert page.worked == QuotedMoment("What?", "That.", "Opened.")
    assert page.turning == QuotedMoment("Do it.", instead="How?")
    assert [heading for _, heading, _ in page.moments] == ["What worked", "How it ended"]
    assert page.about == f"A practice conversation with {debrief.scenario.rep.name}, a simulated rep · 2 March 2026"
    assert page.foot.startswith(MARK)


def test_a_conversation_without_moments_has_none(debrief: Debrief):
    assert one_page(debrief, FOUND, date(2026, 3, 2)).moments == ()


def test_the_reps_own_steps_come_first_with_the_reps_words_for_when(debrief: Debrief):
    steps = {"smaller-quote": StepState("manager"), "ask-the-plant": StepState("rep", committed=True)}
    told = manager_turn(0, ("Send a smaller quote.", Code.DIRECTIVE))
    told = replace(told, touches=(TopicMatch(0, Intent.ABOUT, step="smaller-quote", proposes=True),))
    reply = committing("ask-the-plant", "Fine. Tomorrow at nine. I will ask the plant manager. Anything else?")
    rep = debrief.scenario.rep.name
    own = PlanStep(
        "Ask the plant manager what is left", f"{rep}’s own", "Tomorrow at nine. I will ask the plant manager."
    )

    page = one_page(planned(debrief, steps, told, reply), FOUND, date(2026, 3, 2))
    assert page.plan == (own, PlanStep("“Send a smaller quote.”", f"You told {rep}"))
    assert page.plan_note == ""

    untold = one_page(planned(debrief, steps, reply), FOUND, date(2026, 3, 2))
    assert untold.plan == (own,), "nobody is said to have told what no words of theirs told"


def test_a_step_in_the_reps_own_words_is_quoted(debrief: Debrief):
    held = planned(debrief, {})
    held = replace(held, state=replace(held.state, spoken=(TakenStep("I'll write my list down.", day=False),)))

    assert one_page(held, FOUND, date(2026, 3, 2)).plan == (
        PlanStep("“I'll write my list down.”", f"{debrief.scenario.rep.name}’s own"),
    )


def test_a_step_named_in_an_entrys_words_is_quoted_without_the_thanks_before_it(debrief: Debrief):
    entry = next(one for one in debrief.scenario.entries if one.id == "talk-thanks")
    said = Direction("entry", (), "open", step="ask-the-plant", entry=entry.id)
    reply = Turn(1, Speaker.REP, f"Oh, thanks. {entry.says[0].text}", direction=said)

    page = one_page(planned(debrief, {"ask-the-plant": StepState("rep")}, reply), FOUND, date(2026, 3, 2))

    assert [step.title for step in page.plan] == [f"“{entry.says[0].text}”"]


def test_a_models_words_for_when_are_shown_whole(debrief: Debrief):
    steps = {"ask-the-plant": StepState("rep", committed=True)}

    page = one_page(planned(debrief, steps, committing("ask-the-plant", "By Friday.")), FOUND, date(2026, 3, 2))

    assert [step.when for step in page.plan] == ["By Friday."]


def test_a_step_that_was_taken_over_is_yours(debrief: Debrief):
    held = planned(debrief, {"ask-the-plant": StepState("rep")}, taken=frozenset({"ask-the-plant"}))

    assert [step.owner for step in one_page(held, FOUND, date(2026, 3, 2)).plan] == ["You took this over"]


def test_orders_are_steps_too_and_those_beyond_the_fifth_are_counted(debrief: Debrief):
    orders = manager_turn(0, *((f"Do number {number}.", Code.DIRECTIVE) for number in range(7)))

    page = one_page(planned(debrief, {}, orders), FOUND, date(2026, 3, 2))

    assert [step.title for step in page.plan] == [f"“Do number {number}.”" for number in range(5)]
    assert page.plan_note == "And 2 more steps."


def test_no_plan_is_said(debrief: Debrief):
    assert one_page(planned(debrief, {}), FOUND, date(2026, 3, 2)).plan_note == "We counted no next step."


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "Never"),
        (0.02, "Hardly ever"),
        (0.12, "About 1 time in 10"),
        (0.62, "About 6 times in 10"),
        (0.97, "Nearly always"),
        (1.0, "Every time"),
    ],
)
def test_shares_are_said_in_words(debrief: Debrief, share: float, words: str):
    measures: Measures = replace(debrief.scorecard.measures, ask_share=share, directiveness=None)
    held = replace(debrief, scorecard=replace(debrief.scorecard, measures=measures))

    assert one_page(held, FOUND, date(2026, 3, 2)).figures[0] == (
        "Asking openly or listening, against telling or pushing",
        words,
    )


def test_what_came_out_is_counted_without_feelings_and_what_was_not_measured_is_left_out(debrief: Debrief):
    measures = replace(debrief.scorecard.measures, ask_share=None, directiveness=None)
    facts = [fact.id for fact in debrief.scenario.facts if not fact.feeling]
    state = replace(debrief.state, facts={facts[0]: Source.ELICITED, facts[1]: Source.TOLD})
    held = replace(debrief, state=state, scorecard=replace(debrief.scorecard, measures=measures))

    assert one_page(held, FOUND, date(2026, 3, 2)).figures == (
        ("Came out after you asked", f"1 of {len(facts)} things"),
    )


# The PDF


def test_the_sheet_has_every_word_of_the_page():
    found = words_of(as_pdf(PAGE))

    assert [words for words in ON_IT if words not in found] == []


def test_the_sheet_is_a4_tagged_and_has_its_title_and_language():
    sheet = read(as_pdf(PAGE))
    root: Any = sheet.trailer["/Root"]

    assert [round(float(side)) for side in sheet.pages[0].mediabox[2:]] == [595, 842]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert dict(sheet.metadata or {}) == {
        "/Title": "The Jones deal looks safe: debrief, 2 March 2026",
        "/Creator": (sheet.metadata or {})["/Creator"],
    }


def test_the_same_page_is_the_same_bytes_and_another_is_not():
    first = as_pdf(PAGE)

    assert as_pdf(PAGE) == first
    assert as_pdf(replace(PAGE, date="3 March 2026")) != first


@pytest.mark.parametrize("words", MARKUP)
def test_markup_on_the_sheet_is_text(words: str):
    sheet = as_pdf(replace(PAGE, worked=QuotedMoment(words), plan=(PlanStep(words, "Mike’s own"),)))

    assert len(read(sheet).pages) == 1
    assert words_of(sheet).replace(" ", "").count(words.replace(" ", "")) == 2


@pytest.mark.parametrize("letters", LETTERS.values(), ids=LETTERS)
def test_monstrous_text_still_makes_one_sheet(letters: str):
    monster = letters * (20_000 // len(letters))

    assert len(read(as_pdf(everything(monster))).pages) == 1
    assert len(read(as_pdf(replace(PAGE, worked=QuotedMoment(monster, monster)))).pages) == 1


def test_a_long_quote_ends_at_a_word_and_nothing_else_is_lost():
    monster = "word after word " * 1250
    found = words_of(as_pdf(replace(PAGE, worked=QuotedMoment(monster))))

    assert re.search(r"(word after word )+(word|word after|word after word)…", found)
    assert [words for words in ON_IT if words not in found] == [
        "What do you make of that?",
        "I think Priya has stopped reading.",
        "Mike opened up.",
    ]


def test_the_sheet_says_where_no_font_has_a_character():
    said = "Boxes stand for characters that no font on this computer has."

    assert said in words_of(as_pdf(replace(PAGE, worked=QuotedMoment("this one: \U0010fffd"))))
    assert said not in words_of(as_pdf(PAGE))


def test_text_from_the_right_is_read_in_its_order():
    found = words_of(as_pdf(replace(PAGE, worked=QuotedMoment("שלום"))))

    assert "שלום" in found


@pytest.mark.nightly
@settings(max_examples=15)
@given(words=some.text(max_size=300))
def test_no_text_breaks_the_sheet(words: str):
    assert (
        len(read(as_pdf(replace(PAGE, title=words, rep=words, headline=words, worked=QuotedMoment(words)))).pages) == 1
    )


# The web page


def test_the_web_page_has_every_word_of_the_page():
    assert [words for words in ON_IT if words not in WebPage(as_web_page(PAGE)).words] == []


def test_the_web_page_is_whole_and_has_its_title_and_language():
    text = as_web_page(PAGE)
    found = WebPage(text)

    assert text.startswith("<!doctype html>\n")
    assert found.open == []
    assert ("lang", "en") in found.attributes
    assert "The Jones deal looks safe: debrief, 2 March 2026" in found.words
    assert [found.tags.count(tag) for tag in ("html", "head", "title", "style", "body", "main", "h1")] == [1] * 7


@pytest.mark.parametrize("page", [PAGE, *map(everything, MARKUP)], ids=["plain", *map(str, range(len(MARKUP)))])
def test_the_web_page_runs_nothing_and_asks_for_nothing(page: OnePage):
    text = as_web_page(page)
    found = WebPage(text)
    policy = next(value for name, value in found.attributes if name == "content" and "default-src" in (value or ""))
    styles = text.partition("<style>")[2].partition("</style>")[0]

    assert "default-src 'none'; style-src 'unsafe-inline'" in (policy or "")
    assert set(found.tags) & {"script", "link", "img", "iframe", "object", "form", "base", "a", "b"} == set()
    assert {name for name, _ in found.attributes} == {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "dir",
    }
    assert re.findall(r"url\(|@import", styles) == []


@pytest.mark.parametrize("words", MARKUP)
def test_markup_on_the_web_page_is_text(words: str):
    assert WebPage(as_web_page(everything(words))).words.count(words) > 20


def test_the_colours_of_paper_are_those_of_daylight():
    styles = (Path(share.__file__).parent / "page.css").read_text(encoding="utf-8")

    assert ":root { color-scheme: light dark; }" in styles
    assert ":root { color-scheme: light;" in styles.partition("@media print")[2]


# The buttons


def offering() -> None:
    from ui.share.buttons import downloads

    def made():  # the app runs this function alone, without what the file imports
        raise AssertionError("a file was made before anybody asked for it")

    downloads("askwell-jones-deal", made, made, made)


def test_the_buttons_say_what_they_give_and_make_nothing_until_then():
    app = AppTest.from_function(offering, default_timeout=60).run()

    assert not app.exception
    assert [button.proto.label for button in app.get("download_button")] == [
        "Download as PDF",
        "Download as web page",
        "Download as Markdown",
        "Download as JSON",
    ]


def test_each_button_gives_its_file():
    files = files_to_download(lambda: PAGE, lambda: "# Debrief\n", lambda: {"words": "schön"})

    assert {ending: (make(), mime) for _, ending, mime, make in files} == {
        "pdf": (as_pdf(PAGE), "application/pdf"),
        "html": (as_web_page(PAGE), "text/html"),
        "md": ("# Debrief\n", "text/markdown"),
        "json": ('{\n  "words": "schön"\n}\n', "application/json"),
    }
