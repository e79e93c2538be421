"""The app: its pages run, what people typed stays text, colours can be read, and nothing is lost on a rerun."""

from __future__ import annotations

import json
import re
import socket
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
import streamlit as st
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from bot.engine import Engine
from bot.errors import AskwellError
from bot.knowledge import BankQuestion, Passage
from bot.practice import Debrief, Practice
from bot.scenario import Area, Lens
from bot.scenario.badges import DRAFT, Earned
from bot.scenario.library import Card
from bot.scoring.coach import ThingToTry, things_to_try
from bot.scoring.score import thresholds
from bot.settings import settings
from bot.store import SessionHead, Store
from bot.talk.codebook import Code, Flag, Group, Unit
from bot.talk.transcript import Transcript
from bot.testing import SMALL, manager_turn, rep_turn, small_engine, small_scenario_text
from ui import annotated, charts, figures, guide, launch, palette, resources, routes, shelf, wording
from ui.markup import Html, element, join, marked, paragraphs, spoken, text
from ui.report import escaped, markdown, quoted
from ui.views.practice import Outgoing

UI = Path(__file__).resolve().parents[1] / "ui"
HOSTILE = (
    "*bold* _slanted_ ~~gone~~ `code`",
    "<b>big</b> <script>alert(1)</script> <img src=http://evil.example/x.png>",
    "![](http://evil.example/x.png) [a](http://evil.example) <http://evil.example>",
    "$x$ and $$y$$ :smile: :red[hot] :material/home:",
    "# head",
    "- one",
    "1. one",
    "---",
    "a & b &amp; c \"d\" 'e' \\*",
    "| a | b |",
    "www.evil.example and http://evil.example",
    "' onmouseover='alert(1)",
)
WORDS = {
    "What do you know about the budget?": Code.OPEN_QUESTION,
    "You should call the plant manager today.": Code.ADVICE,
    "You carry a lot of quotes.": Code.REFLECTION,
    "Let me do it.": Code.TAKEOVER,
}


# --- What people typed is text


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


# --- The annotated conversation


def test_every_unit_has_letter_colour_and_code_and_nothing_typed_is_left_out() -> None:
    turn = manager_turn(0, ("What happened?", Code.OPEN_QUESTION), ("Call him.", Code.DIRECTIVE))
    loose = Transcript((turn, rep_turn(1, "Well <b>")), manager="Nora", rep="Ada")
    shown = annotated.conversation(loose)
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
    shown = annotated.conversation(Transcript((turn,)))
    assert [unescape(found) for found in re.findall(r'dir="auto">([^<]*)<', shown)] == ["Right ", "Hm?", " yes"]
    assert 'class="unsure"' in shown


def test_every_code_group_and_level_has_a_name() -> None:
    assert set(wording.CODES) == set(Code)
    assert set(wording.GROUPS) == set(wording.GROUP_MEANS) == set(palette.NAMES) == set(Group)
    assert wording.code_name(Unit("x", 0, 1, Code.LEADING_QUESTION, flags=(Flag.ADVICE_AS_QUESTION,))) == (
        "leading question, advice with a question mark"
    )


# --- Colours


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


CONFIG = tomllib.loads((UI / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_words_reaches_contrast_aa(theme: str) -> None:
    own = CONFIG["theme"][theme]
    grounds = [palette.PAPER, palette.CARD, palette.MINE]
    pairs = [(ink.on(theme), ground.on(theme)) for ink, ground in product((palette.WORDS, palette.QUIET), grounds)]
    pairs += [(palette.WORDS.on(theme), tint.on(theme)) for tint in palette.TINT.values()]
    pairs += [(palette.INK[group].on(theme), palette.TINT[group].on(theme)) for group in Group]
    pairs += [(palette.PAPER.on(theme), ink.on(theme)) for ink in palette.INK.values()]
    pairs += [(palette.ACCENT.on(theme), ground.on(theme)) for ground in (palette.PAPER, palette.CARD)]
    pairs += [("#ffffff", own["primaryColor"]), (own["linkColor"], own["backgroundColor"])]
    pairs += [(own["textColor"], own[name]) for name in ("backgroundColor", "secondaryBackgroundColor")]
    pairs += [(own["textColor"], own["sidebar"]["backgroundColor"])]
    assert {pair: round(_contrast(*pair), 2) for pair in pairs if _contrast(*pair) < 4.5} == {}


def test_the_palette_and_the_theme_are_one() -> None:
    for theme in ("light", "dark"):
        assert CONFIG["theme"][theme]["backgroundColor"] == palette.PAPER.on(theme)
        assert CONFIG["theme"][theme]["textColor"] == palette.WORDS.on(theme)


def test_the_app_stays_on_this_machine() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    sources = "".join(
        path.read_text(encoding="utf-8") for path in UI.rglob("*") if path.suffix in (".py", ".css", ".toml")
    )
    assert re.findall(r"https?://[^\s\"')]+|@import|url\(", sources) == []


# --- Charts


def test_the_first_chart_puts_asking_above_the_line_and_telling_below() -> None:
    turns = (
        manager_turn(
            0, ("What?", Code.OPEN_QUESTION), ("So you wait.", Code.REFLECTION), ("Call him.", Code.DIRECTIVE)
        ),
        rep_turn(1, "Yes."),
        manager_turn(2, ("Good.", Code.OTHER)),
    )
    rows = [(row["turn"], row["letter"], row["from"], row["to"]) for row in charts.segments(Transcript(turns))]
    assert rows == [(1, "A", 0, 1), (1, "L", 1, 2), (1, "P", 0, -1)]
    for theme in ("light", "dark"):
        assert charts.ask_and_tell(Transcript(turns), theme).to_dict()["height"] == 240


# --- The debrief in figures and as Markdown


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of the user's own, with the small scenario."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def own_engine(data: Path) -> Engine:
    return small_engine(data, WORDS)


@pytest.fixture
def debrief(own_engine: Engine) -> Debrief:
    practice = Practice.start(SMALL, engine=own_engine)
    for words in (*WORDS, "<b>Bye</b> ![](http://evil.example/x.png)"):
        practice.say(words)
        "".join(practice.reply())
    return practice.finish()


@pytest.fixture
def things(own_engine: Engine, debrief: Debrief) -> tuple[ThingToTry, ...]:
    missed = [debrief.scenario.fact(name) for name in debrief.missed]
    return things_to_try(debrief.scorecard, thresholds(), own_engine.knowledge, missed)


def test_the_markdown_has_the_pages_parts_in_their_order_and_nothing_live(
    debrief: Debrief, things: tuple[ThingToTry, ...]
) -> None:
    report = markdown(debrief, things, thresholds(), self_rating=4)
    assert re.findall(r"^#+ (.*)", report, re.MULTILINE) == [
        "Debrief: A small deal",
        "To try next time",
        "What was said",
        "Figures",
        "What came out",
        "Next steps, by who named them first",
        "What happened next",
        "Say this instead",
    ]
    assert report.splitlines()[2] == f"**{escaped(debrief.scorecard.sentence)}**"
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(report)
    assert "<img" not in rendered
    assert "<b>" not in rendered
    assert "You rated your own asking 4 of 5" in report


def test_the_figures_show_every_criterion_fact_and_quote(debrief: Debrief) -> None:
    limits = thresholds()
    table = figures.criteria(debrief.scorecard.criteria, limits)
    assert [unescape(name) for name in re.findall(r'scope="row">([^<]*)<', table)] == [
        limits.get(entry.id).title for entry in debrief.scorecard.criteria
    ]
    facts = unescape(figures.facts(debrief))
    assert all(fact.text in facts for fact in debrief.scenario.facts)
    assert all(debrief.scenario.fact(name).question in facts for name in debrief.missed)
    assert unescape(figures.verdict(debrief.scorecard)).count("<h1") == 1


@pytest.mark.parametrize(
    ("rating", "share", "said"),
    [
        (4, 0.8, "you heard yourself well"),
        (5, 0.4, "You asked less than you thought"),
        (1, 0.6, "You asked more than you thought"),
        (3, None, "asked and pushed too little"),
    ],
)
def test_a_rating_is_set_against_what_was_counted(rating: int, share: float | None, said: str) -> None:
    assert said in figures.rating_gap(rating, share)


# --- Starting it


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AskwellError, match=rf"^port {port} is in use; choose another with --port$"):
            launch.launch(port)


def test_a_port_that_does_not_exist_is_one_clear_line() -> None:
    with pytest.raises(AskwellError, match=r"^there is no port 70000; choose one of 1 to 65535 with --port$"):
        launch.launch(70_000)


# --- The pages


@pytest.fixture
def app(own_engine: Engine, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The app over the small scenario, with the small engine and a store of its own."""
    monkeypatch.setenv("ASKWELL_DATA", str(data))
    settings.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr("bot.engine.default_engine", lambda: own_engine)
    yield AppTest.from_file(str(UI / "app.py"), default_timeout=60)
    st.cache_resource.clear()
    st.cache_data.clear()


def shown(app: AppTest) -> str:
    """All markup on the page, as text."""
    assert not app.exception, app.exception
    return "\n".join(
        unescape(entry.proto.body) for entry in app.get("html") if not entry.proto.body.startswith("<style")
    )


def at(app: AppTest, address: str) -> AppTest:
    """The app at a page, as its navigation goes there."""
    app._page_hash = calc_hash(address)
    app.run()
    app._page_hash = ""  # from here on it follows the app
    return app


def started(app: AppTest) -> str:
    """Start the small scenario from the library; the session's id."""
    at(app, "scenarios")
    app.button(key=f"start-{SMALL}").click().run()
    return str(
        app.query_params["session"][0] if isinstance(app.query_params["session"], list) else app.query_params["session"]
    )


def say(app: AppTest, words: str) -> None:
    app.chat_input(key="words").set_value(words).run()


def store() -> Store:
    return Store.open(settings().database)


def opened(page: str, session: str | None = None) -> AppTest:
    """Another tab at a page, as typed into its address bar."""
    fresh = AppTest.from_string(_PAGE.format(page=page), default_timeout=60)
    if session is not None:
        fresh.query_params["session"] = session
    return fresh.run()


_PAGE = """
import streamlit as st
from ui import routes
from ui.pages import by_name
pages = by_name()
routes.hand_on(pages)
st.navigation(list(pages.values()))
pages["{page}"]._page()
"""


def test_home_says_what_it_is_and_where_to_start(app: AppTest) -> None:
    page = shown(app.run())
    assert "Ask well." in page
    assert "Start here" in page
    assert "The Jones deal looks safe" in page
    assert "A small deal" not in page, "one is enough to begin with"
    assert "They stay on this machine" in page
    assert [button.label for button in app.button] == ["Start the conversation"]


def test_home_goes_on_with_what_was_begun_and_offers_another(app: AppTest) -> None:
    session = started(app)
    assert "You were in the middle of" not in shown(opened("home")), "nothing was said yet"
    say(app, "What do you know about the budget?")
    home = at(app, "")
    assert "You were in the middle of" in shown(home)
    assert "1 turn so far" in shown(home)
    assert "Or start another" in shown(home)
    app.button(key="go-on-now").click().run()
    assert "What do you know about the budget?" in shown(app)
    assert app.query_params["session"] in (session, [session])


def test_a_conversation_is_kept_turn_by_turn(app: AppTest) -> None:
    session = started(app)
    assert "Ada has a quote out at Lund" in shown(app)
    assert 'class="blank"' in shown(app), "a blank field of the CRM card is shown as blank"
    say(app, "What do you know about the budget?")
    with store() as kept:
        turns = kept.load(session).turns
    assert [turn.speaker for turn in turns] == ["manager", "rep"]
    assert all(turn.text in shown(app) for turn in turns)


def test_a_second_tab_shows_the_same_and_a_rerun_says_nothing_twice(app: AppTest) -> None:
    session = started(app)
    say(app, "What do you know about the budget?")
    with store() as kept:
        before = kept.load(session).turns
    other = opened("practice", session)
    assert before[1].text in shown(other)
    other.run()
    app.run()
    with store() as kept:
        assert kept.load(session).turns == before


def test_words_that_are_sent_twice_are_taken_once(app: AppTest) -> None:
    session = started(app)
    for _ in range(2):
        app.session_state["outbox"] = Outgoing(session, "the-same-id", "You carry a lot of quotes.")
        app.run()
    with store() as kept:
        assert len(kept.load(session).turns) == 2
    assert not app.exception


def test_a_turn_whose_reply_was_cut_off_is_answered_on_load(app: AppTest, own_engine: Engine) -> None:
    session = started(app)
    with store() as kept:
        Practice.resume(session, kept, engine=own_engine).say("What do you know about the budget?")
    other = opened("practice", session)
    with store() as kept:
        turns = kept.load(session).turns
    assert len(turns) == 2
    assert turns[1].text in shown(other)


def test_words_sent_before_the_reply_was_there_wait_for_it(app: AppTest, own_engine: Engine) -> None:
    session = started(app)
    with store() as kept:
        Practice.resume(session, kept, engine=own_engine).say("What do you know about the budget?")
    app.session_state["outbox"] = Outgoing(session, "an-id", "You carry a lot of quotes.")
    app.run()
    with store() as kept:
        assert [turn.speaker for turn in kept.load(session).turns] == ["manager", "rep", "manager", "rep"]


@pytest.mark.parametrize(
    ("words", "told"),
    [("x" * 20_000, "20,000 characters is too long; a turn holds 8,000 at most"), ("  \n ", "Nothing was said")],
)
def test_words_that_cannot_be_taken_are_refused_in_one_line_and_given_back(app: AppTest, words: str, told: str) -> None:
    session = started(app)
    say(app, words)
    assert told in shown(app)
    assert app.chat_input(key="words").proto.value == words
    with store() as kept:
        assert kept.load(session).turns == ()
    say(app, "Let me do it.")
    assert told not in shown(app)


def test_hostile_words_reach_the_page_as_text(app: AppTest) -> None:
    started(app)
    words = "\n".join(HOSTILE)
    say(app, words)
    bodies = [entry.proto.body for entry in app.get("html") if ' from-manager"' in entry.proto.body]
    assert bodies == [element("div", element("div", "Nora", class_="who"), spoken(words), class_="bubble from-manager")]
    assert not [entry for entry in app.markdown if "evil" in entry.value]


def test_a_nudge_is_counted_kept_and_gives_nothing_away(app: AppTest) -> None:
    session = started(app)
    app.button(key="nudge").click().run()
    assert "1 nudge" in shown(app)
    assert "Nudge" in shown(opened("practice", session))
    assert "cut in half" not in shown(app)


def test_live_asking_and_telling_is_off_until_switched_on(app: AppTest) -> None:
    started(app)
    say(app, "What do you know about the budget?")
    assert "Last turn" not in shown(app)
    app.toggle(key="live").set_value(True).run()
    assert "open question, exploring" in shown(app)
    assert "too little to say yet" in shown(app)


def finished(app: AppTest, rating: int | None = None) -> str:
    """A short conversation, ended from the page."""
    session = started(app)
    for words in WORDS:
        say(app, words)
    app.button(key="end").click().run()
    if rating is not None:
        app.radio[0].set_value(rating)
    # A dialog runs by itself in a browser; here the page runs whole, so that it must be asked for again.
    app.button(key="end").click()
    app.button(key="really-end").click().run()
    return session


def test_ending_leads_to_the_debrief_in_its_order(app: AppTest) -> None:
    session = finished(app, rating=4)
    page = shown(app)
    with store() as kept:
        saved = kept.load(session)
    assert saved.ended_at is not None
    assert saved.self_rating == 4
    order = ["verdict", 'class="things"', 'class="annotated"', 'class="measures"', 'class="criteria"', 'class="facts"']
    places = [page.index(part) for part in order]
    assert places == sorted(places)
    assert "You rated yourself 4 of 5" in page
    assert saved.scorecard is not None
    assert app.get("download_button")


def test_the_downloads_hold_the_practice_and_name_no_session(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, Any] = {}
    monkeypatch.setattr(st, "download_button", lambda label, data, *_, **__: offered.update({label: data}))
    session = finished(app)
    kept = json.loads(offered["Download as JSON"])
    assert set(kept) >= {"turns", "facts", "insights", "steps", "epilogue", "scorecard"}
    assert kept["session"] is None
    assert not [data for data in offered.values() if session in data]
    assert offered["Download as Markdown"].startswith("# Debrief: A small deal")


def test_the_debrief_of_a_conversation_that_goes_on_stays_shut(app: AppTest) -> None:
    page = shown(opened("debrief", started(app)))
    assert "still in progress" in page
    assert "cut in half" not in page


def test_an_ended_conversation_takes_no_more_words(app: AppTest) -> None:
    session = finished(app)
    other = opened("practice", session)
    assert "has ended" in shown(other)
    assert not other.chat_input


def test_a_variant_is_offered_once_the_base_has_been_finished(app: AppTest) -> None:
    at(app, "scenarios")
    assert f"variant-{SMALL}" not in [button.key for button in app.button]
    finished(app)
    app.button(key="another").click().run()
    with store() as kept:
        newest, first = kept.heads()
    assert (first.variant, newest.variant != "base", newest.turns) == ("base", True, 0)
    assert f"variant-{SMALL}" in [button.key for button in opened("library").button]


def test_a_variant_says_afterwards_what_was_different(app: AppTest, own_engine: Engine) -> None:
    told = own_engine.library.scenario(SMALL).variants[0]
    with store() as kept:
        practice = Practice.start(SMALL, variant=told.id, engine=own_engine, store=kept)
        practice.say("What do you know about the budget?")
        finished_one = practice.finish()
    page = shown(opened("debrief", practice.session_id))
    assert "What was different this time" in page
    assert " ".join(told.told_afterwards.split()) in page
    assert "What was different this time" in markdown(finished_one, (), thresholds())


def test_a_rating_can_be_given_afterwards(app: AppTest) -> None:
    session = finished(app)
    app.get("button_group")[0].set_value(2).run()
    with store() as kept:
        assert kept.load(session).self_rating == 2
    assert "You rated yourself 2 of 5" in shown(app)


def test_a_session_is_deleted_only_after_being_asked(app: AppTest) -> None:
    session = started(app)
    home = opened("home")
    home.button(key=f"delete-{session}").click().run()
    with store() as kept:
        assert len(kept.heads()) == 1
    home.button(key=f"delete-{session}").click()
    next(button for button in home.button if button.label == "Delete it").click().run()
    with store() as kept:
        assert kept.heads() == ()


# --- The library


def many(root: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many copies of the small scenario, in place of the small one; even ones are harder and about a skill."""
    (root / "scenarios").mkdir(parents=True)
    for n in range(number):
        words = small_scenario_text().replace(f"id: {SMALL}\n", f"id: deal-{n:02}\n", 1)
        words = words.replace("title: A small deal", f"title: Deal number {n}", 1)
        if n % 2 == 0:
            words = words.replace("lens: deal", "lens: skill").replace("difficulty: 1", "difficulty: 5")
            words = words.replace("journey_gate: evaluation", "journey_gate: own-gate").replace(
                "minutes: 5", "minutes: 4"
            )
        (root / "scenarios" / f"deal-{n:02}.yaml").write_text(words, encoding="utf-8")
    monkeypatch.setenv("ASKWELL_DATA", str(root))
    monkeypatch.setattr("bot.scenario.library.bundled", lambda: root)
    settings.cache_clear()


def titles(app: AppTest) -> list[str]:
    assert not app.exception, app.exception
    raw = "".join(entry.proto.body for entry in app.get("html"))
    return [unescape(title) for title in re.findall(r'class="card-title">([^<]*)<', raw)]


def test_the_library_shows_every_scenario_with_what_helps_to_choose(app: AppTest) -> None:
    page = shown(at(app, "scenarios"))
    cards = resources.library().cards()
    assert len(cards) > 5
    assert sorted(titles(app)) == sorted(card.title for card in cards)
    assert f">{len(cards)} scenarios<" in page
    for card in cards:
        for words in (card.summary, card.rep_role, wording.AREAS[card.area], wording.gate_name(card.journey_gate)):
            assert words in page
    assert "Not checked yet" in page
    assert "Last time" not in page
    finished(app)
    assert re.search(r'Last time </span><span class="level \w+">', shown(at(app, "scenarios")))


def test_the_library_can_be_searched(app: AppTest) -> None:
    at(app, "scenarios")
    app.text_input(key="library-words").set_value("LUND ada").run()
    assert titles(app) == ["A small deal"]
    assert re.search(r">1 of \d+ scenarios<", shown(app))
    app.text_input(key="library-words").set_value("<b>nothing").run()
    assert titles(app) == []
    assert "No scenarios match." in shown(app)
    app.button(key="clear").click().run()
    assert len(titles(app)) == len(resources.library().cards())


def test_the_library_is_filtered_and_sorted(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(tmp_path / "many", 4, monkeypatch)
    at(app, "scenarios")
    assert titles(app) == ["Deal number 1", "Deal number 3", "Deal number 0", "Deal number 2"]
    app.selectbox(key="library-order").set_value("shortest").run()
    assert titles(app) == ["Deal number 0", "Deal number 2", "Deal number 1", "Deal number 3"]
    assert app.selectbox(key="library-gate").options == ["Any", "Evaluation", "Own gate"]
    app.selectbox(key="library-gate").set_value("own-gate").run()
    assert titles(app) == ["Deal number 0", "Deal number 2"]
    app.selectbox(key="library-lens").set_value(Lens.DEAL).run()
    assert titles(app) == []


def test_a_long_library_shows_more_when_asked(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(tmp_path / "many", 50, monkeypatch)
    at(app, "scenarios")
    assert len(titles(app)) == 24
    assert app.button(key="more").label == "Show more (26 left)"
    app.button(key="more").click().run()
    app.button(key="more").click().run()
    assert len(titles(app)) == 50
    assert "more" not in [button.key for button in app.button]


def test_surprise_me_starts_one_of_those_shown(app: AppTest) -> None:
    at(app, "scenarios")
    app.text_input(key="library-words").set_value("lund").run()
    app.button(key="surprise").click().run()
    assert "Ada has a quote out at Lund, and it has been quiet" in shown(app)
    with store() as kept:
        assert [head.scenario for head in kept.heads()] == [SMALL]


def test_words_of_a_scenario_are_text_on_its_card(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(tmp_path / "many", 1, monkeypatch)
    path = tmp_path / "many" / "scenarios" / "deal-00.yaml"
    hostile = "<b>x</b> ![](http://evil.example/x.png) $x$ :smile:"
    path.write_text(path.read_text("utf-8").replace("title: Deal number 0", f"title: '{hostile}'"), encoding="utf-8")
    for address in ("", "scenarios"):
        at(app, address)
        assert titles(app) == [hostile]
        assert not [entry for entry in app.get("html") if "<b>x" in entry.proto.body]
        assert not [entry for entry in app.markdown if "evil" in entry.value]


def test_a_file_with_a_mistake_is_named_in_the_library(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(tmp_path / "many", 2, monkeypatch)
    path = tmp_path / "many" / "scenarios" / "deal-01.yaml"
    path.write_text(path.read_text("utf-8").replace("lens: deal", "lens: moon"), encoding="utf-8")
    assert "deal-01.yaml:9:1: lens: 'moon' is not one of deal, skill" in shown(at(app, "scenarios"))
    assert titles(app) == ["Deal number 0"]


def test_no_scenario_at_all_says_what_to_do(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(tmp_path / "many", 0, monkeypatch)
    for address in ("", "scenarios"):
        assert "We found no scenarios" in shown(at(app, address))


JONES, SHORT, HARD = (
    Card(name, name, "S", Area.PIPELINE, "adoption", Lens.DEAL, difficulty, 9, "R", "Role", "M", True)
    for name, difficulty in (("jones-deal", 2), ("short", 1), ("hard", 5))
)
SHELF = (JONES, SHORT, HARD)


def head(scenario: str, day: int, ended: bool = True, level: str | None = "mixed") -> SessionHead:
    start = datetime(2026, 1, day, tzinfo=UTC)
    return SessionHead(f"s{day}", scenario, "T", "base", start, start if ended else None, 4, level if ended else None)


@pytest.mark.parametrize(
    ("heads", "card"),
    [
        ((), JONES),
        ((head("jones-deal", 1, ended=False),), SHORT),
        ((head("jones-deal", 1),), SHORT),
        ((head("jones-deal", 2), head("short", 1)), HARD),
        ((head("hard", 3), head("jones-deal", 2), head("short", 1)), SHORT),
        ((head("short", 9), head("hard", 3), head("jones-deal", 2), head("short", 1)), JONES),
        ((head("gone", 1),), JONES),
    ],
)
def test_what_is_recommended_is_new_then_what_was_played_longest_ago(
    heads: tuple[SessionHead, ...], card: Card
) -> None:
    assert shelf.recommended(SHELF, heads) == card
    assert shelf.recommended((), heads) is None


def test_the_last_level_is_that_of_the_newest_that_was_ended() -> None:
    heads = (head("short", 4, ended=False), head("short", 3, level="coaching"), head("short", 2), head("hard", 1))
    assert shelf.last_levels(heads) == {"short": "coaching", "hard": "mixed"}


def test_a_surprise_is_new_while_there_is_anything_new() -> None:
    assert {shelf.surprise(SHELF, frozenset({"short"}), seed).id for seed in range(30)} == {"jones-deal", "hard"}
    everything = frozenset(card.id for card in SHELF)
    assert {shelf.surprise(SHELF, everything, seed).id for seed in range(30)} == everything


def test_every_area_lens_badge_and_order_has_a_name() -> None:
    assert set(wording.AREAS) == set(Area)
    assert set(wording.LENSES) == set(Lens)
    assert tuple(wording.BADGES) == (DRAFT, *get_args(Earned))
    assert wording.ORDERS.keys() == shelf.ORDERS.keys()
    assert wording.gates_in_order(["zeal", "purchase", "awareness"]) == ["awareness", "purchase", "zeal"]
    assert wording.gate_name("second-look") == "Second look"


def test_what_was_not_foreseen_is_told_calmly_and_logged_whole(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ValueError("a secret detail")

    monkeypatch.setattr("ui.resources.library", broken)
    page = shown(app.run())
    assert "Something went wrong. What you said before is saved" in page
    assert "secret detail" not in page
    assert "a secret detail" in caplog.text


@pytest.mark.parametrize("page", ["practice", "debrief"])
@pytest.mark.parametrize("session", ["nope", "![](http://evil.example/x.png)<b>", None])
def test_a_session_that_is_not_there_is_told_in_one_line(app: AppTest, page: str, session: str | None) -> None:
    tab = opened(page, session)
    assert "notice" in shown(tab)
    assert not tab.markdown
    assert not tab.error
    if session:
        raw = "".join(entry.proto.body for entry in tab.get("html"))
        assert "<b>" not in raw


def test_a_store_that_cannot_be_opened_is_told_in_one_line(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ASKWELL_HOME", str(tmp_path / "file" / "home"))
    settings.cache_clear()
    assert "We can’t read your sessions" in shown(app.run())
    page = shown(at(app, "scenarios"))
    assert "We can’t read your sessions" in page
    assert "A small deal" in page, "the page goes on without them"
    app.button(key=f"start-{SMALL}").click().run()
    assert "its directory cannot be made" in shown(app)


def test_a_model_that_cannot_be_loaded_is_told_in_one_line(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Engine:
        raise AskwellError("the package x is missing; install it with: pip install x")

    monkeypatch.setattr("bot.engine.default_engine", broken)
    at(app, "scenarios")
    app.button(key=f"start-{SMALL}").click().run()
    assert "The package x is missing" in shown(app)


def test_the_pair_is_shown_with_codes_and_levels(app: AppTest) -> None:
    page = shown(opened("examples"))
    assert "The same deal, twice" in page
    assert page.count('class="annotated"') == 2


# --- Learn


def read(app: AppTest) -> list[str]:
    """The titles of the passages to browse."""
    assert not app.exception, app.exception
    raw = "".join(entry.proto.body for entry in app.get("html"))
    return [unescape(title) for title in re.findall(r'class="passage-title" dir="auto">([^<]*)<', raw)]


def asked(app: AppTest, query: str) -> str:
    """The page after a search, once it can search."""
    resources.loading().index().result()
    app.text_input(key="learn-query").set_value(query).run()
    return shown(app)


def pairs(app: AppTest) -> int:
    return shown(app).count('class="ask"')


def passage(name: str, **fields: Any) -> Passage:
    return Passage(**{"id": name, "title": name.title(), "source": "S", "text": "One. Two.", **fields})


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


@pytest.mark.parametrize(
    ("words", "opening"),
    [
        ("One thing. Another.", "One thing."),
        ('He said "Is it?" Then no more.', 'He said "Is it?"'),
        ("Up 3.5 points\nsince May! Yes.", "Up 3.5 points since May!"),
        ("no end\n\nSecond.", "no end"),
    ],
)
def test_a_card_shows_how_a_passage_begins(words: str, opening: str) -> None:
    assert guide.first_sentence(words) == opening


def test_every_bundled_passage_has_its_place_on_a_shelf(app: AppTest) -> None:
    shelves = guide.themes(resources.passages())
    assert list(shelves) == list(wording.THEMES)
    assert sum(map(len, shelves.values())) == len(resources.passages())
    assert shelves["The five areas"][0].id == "five-areas"
    assert min(map(len, shelves.values())) >= 3


def test_a_passage_of_somebody_else_is_shelved_by_topic_then_by_area() -> None:
    others = (passage("a", topics=["unheard of", "silence"]), passage("b", area="pipeline"), passage("c", area="any"))
    assert [guide.theme(one) for one in others] == ["Listening", "The five areas", wording.OTHER_THEME]
    assert guide.matching(others, "pipeline", None) == [others[1]]
    assert guide.matching(others, "pipeline", "purchase") == []


def test_nearness_is_told_in_words() -> None:
    assert [wording.nearness(score) for score in (0.7, 0.4, 0.3, 0.1)] == [
        "very close",
        "close",
        "related",
        "contains your words",
    ]


def test_questions_are_found_by_what_they_replace_in_the_order_of_the_areas() -> None:
    bank = tuple(
        BankQuestion(id=name, text="Q?", area=area, focus="explore", topic=topic, replaces=replaces)
        for name, area, topic, replaces in (
            ("a", "own", "price", "Give them 5%."),
            ("b", "any", "price", "Drop the price."),
            ("c", "territory", "time", "Priceless. Sell it."),
        )
    )
    assert [one.id for one in guide.questions(bank, None, "")] == ["c", "b", "a"]
    assert [one.id for one in guide.questions(bank, None, "PRICE drop")] == ["b"]
    assert [one.id for one in guide.questions(bank, "own", "5%")] == ["a"]
    assert guide.questions(bank, None, "rice") == []
    assert list(guide.by_area(bank)) == ["own", "any", "territory"]
    assert [wording.area_name(one) for one in ("own_way", "any", "account")] == ["Own way", "Anywhere", "Accounts"]


def test_learn_shows_every_passage_and_filters_them(app: AppTest) -> None:
    page = shown(at(app, "learn"))
    everything = resources.passages()
    assert sorted(read(app)) == sorted(one.title for one in everything)
    assert page.count("Source: ") == len(everything)
    app.selectbox(key="learn-area").set_value("pipeline").run()
    assert sorted(read(app)) == sorted(one.title for one in everything if one.area == "pipeline")
    app.selectbox(key="learn-gate").set_value("adoption").run()
    assert "No passages match both." in shown(app)
    app.button(key="learn-all").click().run()
    assert len(read(app)) == len(everything)


def test_a_search_shows_passages_with_their_words_source_and_nearness(app: AppTest) -> None:
    at(app, "learn")
    page = asked(app, "silence waiting thinking")
    assert "Count to five before you help" in page
    assert re.search(r"<mark>silence</mark>", page)
    assert re.search(r'class="near" title="How close to your search: 0\.\d\d of 1"', page)
    assert "Mary Budd Rowe (1986)" in page
    assert read(app) == [], "what answers stands in place of everything else"
    app.button(key="learn-clear").click().run()
    assert len(read(app)) == len(resources.passages())


def test_a_search_that_finds_nothing_says_so_and_offers_the_areas(app: AppTest) -> None:
    at(app, "learn")
    assert "Nothing here answers “<zyzzyva> **qwortle**”" in asked(app, " <zyzzyva>  **qwortle** ")
    assert not [entry for entry in app.get("html") if "<zyz" in entry.proto.body]
    assert not app.markdown
    assert [app.button(key=f"learn-area-{area}").label for area in Area] == list(wording.AREAS.values())
    app.button(key="learn-area-territory").click().run()
    assert read(app) == [one.title for one in resources.passages() if one.area == "territory"]


def test_a_long_query_is_cut_and_an_empty_one_is_none(app: AppTest) -> None:
    at(app, "learn")
    page = asked(app, "silence " * 1250)
    assert "We searched for the first 300 characters" in page
    assert "Count to five before you help" in page
    asked(app, "   ")
    assert len(read(app)) == len(resources.passages())


def test_while_the_model_loads_one_finds_by_words(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.resources.can_search", lambda: False)
    at(app, "learn")
    app.text_input(key="learn-query").set_value("silence").run()
    page = shown(app)
    assert "Matching words only for now" in page
    assert "Count to five before you help" in page


def test_without_a_model_one_finds_by_words(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Engine:
        raise AskwellError("the package x is missing; install it with: pip install x")

    monkeypatch.setattr("bot.engine.default_engine", broken)
    at(app, "learn")
    with pytest.raises(AskwellError):
        resources.loading().index().result()
    app.text_input(key="learn-query").set_value("silence").run()
    page = shown(app)
    assert "Matching words only. The package x is missing" in page
    assert "Count to five before you help" in page


def test_a_passage_has_an_address(app: AppTest) -> None:
    assert routes.passage("a&b c") == "learn?passage=a%26b+c"
    app.query_params["passage"] = "waiting"
    page = shown(at(app, "learn"))
    assert '<h1 dir="auto">Count to five before you help</h1>' in page
    assert 'href="learn?passage=listening"' in page
    assert read(app) == []


def test_a_passage_that_is_not_there_is_told_and_all_are_shown(app: AppTest) -> None:
    app.query_params["passage"] = "<b>no</b>"
    assert "There is no passage “<b>no</b>”" in shown(at(app, "learn"))
    assert not [entry for entry in app.get("html") if "<b>no" in entry.proto.body]
    assert len(read(app)) == len(resources.passages())


def test_questions_come_twenty_at_a_time_and_by_what_they_replace(app: AppTest) -> None:
    at(app, "learn")
    assert pairs(app) == 20
    app.button(key="more-questions").click().run()
    assert pairs(app) == 40
    app.text_input(key="questions-instead").set_value("renewal due").run()
    assert "“When is the <mark>renewal</mark> <mark>due</mark>?”" in shown(app)
    assert pairs(app) < 20
    app.text_input(key="questions-instead").set_value("").run()
    assert pairs(app) == 40, "what was opened stays open"
    app.text_input(key="questions-instead").set_value("<b>" * 4000).run()
    assert "We have no question to replace that yet." in shown(app)
    app.text_input(key="questions-instead").set_value("").run()
    app.selectbox(key="questions-area").set_value("account").run()
    assert pairs(app) == 20, "another list begins anew"
    assert f">{sum(one.area == 'account' for one in resources.questions())} of " in shown(app)


def test_a_passage_of_ones_own_is_text_and_a_broken_one_is_named(app: AppTest, data: Path) -> None:
    path = data / "knowledge" / "guidance" / "own.md"
    path.parent.mkdir(parents=True)
    try:
        hostile = "<b>x</b> ![](http://evil.example/x.png) $x$ :smile:"
        head = f"id: own\ntitle: '{hostile}'\narea: '{hostile}'\njourney_gate: '{hostile}'\nsource: '{hostile}'"
        path.write_text(f"---\n{head}\n---\n\n{hostile}\n", encoding="utf-8")
        shown(at(app, "learn"))
        assert hostile in read(app)
        assert not [entry for entry in app.get("html") if "<b>x" in entry.proto.body]
        assert not [entry for entry in app.markdown if "evil" in entry.value]
        path.write_text("nothing", encoding="utf-8")
        st.cache_resource.clear()
        assert "Own.md:1: front matter is missing" in shown(at(app, "learn"))
    finally:
        path.unlink()


def test_the_debrief_links_to_what_there_is_to_read(app: AppTest, debrief: Debrief) -> None:
    guidance = resources.passages()
    thing = ThingToTry("balance", "T", "W", "", guidance[0].text)
    assert f'href="{routes.passage(guidance[0].id)}"' in figures.to_try((thing,), guidance)
    assert "href" not in figures.to_try((thing,))
    linked, plain = figures.feedback(debrief.scorecard.feedback, guidance), figures.feedback(debrief.scorecard.feedback)
    assert 'href="learn?passage=' in linked
    assert "learn?passage" not in plain


def test_a_run_of_the_page_loads_the_session_once(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    started(app)
    loads: list[str] = []
    load = Store.load
    monkeypatch.setattr(Store, "load", lambda self, session_id: loads.append(session_id) or load(self, session_id))

    app.run()
    assert len(loads) == 1
    say(app, "What do you know about the budget?")
    assert len(loads) == 3, "one for the run that answers, one for the run that shows the answer"
