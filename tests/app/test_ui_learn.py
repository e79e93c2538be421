"""Learn: passages and questions, browsed and searched."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from pages import at, shown
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.errors import AskwellError
from bot.knowledge import BankQuestion, Passage
from bot.scenario import Area
from bot.testing import SMALL
from ui import guide, resources, routes, wording

pytestmark = pytest.mark.slow


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


def test_what_to_begin_with_is_there_and_each_line_is_more_than_how_the_passage_begins() -> None:
    def plain(words: str) -> str:
        return " ".join(words.replace("’", "'").split()).rstrip(".?")

    found = guide.starters(resources.passages())
    assert [one.id for one, _ in found] == list(guide.STARTERS)
    assert len(found) == 5
    for one, teaser in found:
        assert teaser != guide.first_sentence(one.text)
        for quoted in re.findall(r"“([^”]+)”", teaser):
            assert plain(quoted).casefold() in plain(one.text).casefold(), "it quotes what the passage says"
    assert guide.starters([one for one in resources.passages() if one.id == "waiting"]) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Askwell", "Askwell"),
        ("A book, 2026", "A book, 2026"),
        ("Askwell; A (year not given); B (publisher and year not given)", None),
        ("A (year not given); Askwell", "Askwell, drawing on A (undated)"),
    ],
)
def test_a_source_is_told_in_plain_words(source: str, words: str | None) -> None:
    expected = words or "Askwell, drawing on A (undated); B (publisher and date unknown)"
    assert guide.source_words(source) == expected


def test_every_bundled_passage_has_its_place_on_a_shelf(app: AppTest) -> None:
    shelves = guide.themes(resources.passages())
    assert list(shelves) == list(wording.THEMES)
    assert sum(map(len, shelves.values())) == len(resources.passages())
    assert shelves["The five areas"][0].id == "five-areas"
    assert min(map(len, shelves.values())) >= 3


def test_a_passage_of_somebody_else_is_shelved_by_topic_then_by_area() -> None:
    others = (passage("a", topics=["unheard of", "silence"]), passage("b", area="pipeline"), passage("c", area="any"))
    assert [guide.passage_theme(one) for one in others] == ["Listening", "The five areas", wording.OTHER_THEME]
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
    assert page.count("Source: ") == len(everything) + len(guide.STARTERS)
    assert page.index("Your first five minutes") < page.index(f"<h3>{next(iter(wording.THEMES))} ")
    assert page.count('class="starter-title"') == 5
    assert "<details open" not in page, "the themes are folded"
    app.selectbox(key="learn-area").set_value("pipeline").run()
    assert sorted(read(app)) == sorted(one.title for one in everything if one.area == "pipeline")
    assert "<details open" in shown(app), "what was asked for lies open"
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


def test_a_search_offers_the_scenarios_about_it(app: AppTest) -> None:
    at(app, "learn")
    asked(app, "discount")
    label = app.button(key="practise-old-playbook").label
    assert label == "Practise this: The man who never opens the workbook"
    asked(app, "lund")
    assert "Nothing here answers “lund”" in shown(app)
    app.button(key=f"practise-{SMALL}").click().run()
    assert "Ada has a quote out at Lund, and it has been quiet" in shown(app)


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
    assert f">{sum(one.area == 'account' for one in resources.bank_questions())} of " in shown(app)


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
