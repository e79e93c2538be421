"""The debrief: its parts in their order, its downloads, and what can be done afterwards."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
import streamlit as st
from markdown_it import MarkdownIt
from pages import finished, highlights_of, named, opened, shown, started, store
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.practice import Debrief, Practice
from bot.preferences import Preferences, keep_preferences
from bot.scoring.coach import ThingToTry
from bot.scoring.moments import Highlights
from bot.scoring.score import thresholds
from bot.settings import settings
from bot.talk.codebook import Code
from bot.talk.direction import Intent, TopicMatch
from bot.talk.transcript import Transcript
from bot.testing import SMALL
from ui import figures, resources, routes
from ui.report import escaped, markdown

pytestmark = pytest.mark.slow


def test_the_markdown_has_the_highlights_first_and_nothing_live(
    debrief: Debrief, things: tuple[ThingToTry, ...], found: Highlights
) -> None:
    report = markdown(debrief, things, thresholds(), self_rating=4, found=found)
    assert re.findall(r"^#+ (.*)", report, re.MULTILINE) == [
        "Debrief: A small deal",
        "What worked",
        "The turning point",
        "To try next time",
        "What was said",
        "Figures",
        "What came out",
        "Next steps, by who named them first",
        "What happened next",
        "Say this instead",
    ]
    assert report.splitlines()[2] == f"**{escaped(found.headline)}**"
    assert all(f"- {escaped(reason)}" in report for reason in found.reasons)
    assert found.turning is not None
    assert f"You could say instead: *{escaped(found.turning.instead)}*" in report
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(report)
    assert "<img" not in rendered
    assert "<b>" not in rendered
    assert "You rated your own asking 4 out of 5" in report


def test_the_figures_show_every_criterion_fact_and_quote(debrief: Debrief) -> None:
    limits = thresholds()
    table = figures.criteria(debrief.scorecard.criteria, limits)
    assert [unescape(name) for name in re.findall(r'scope="row">([^<]*)<', table)] == [
        limits.get(entry.id).title for entry in debrief.scorecard.criteria
    ]
    facts = unescape(figures.facts(debrief))
    assert all(fact.text in facts for fact in debrief.scenario.facts)
    assert all(debrief.scenario.fact(name).question in facts for name in debrief.missed)


def test_nobody_is_told_to_ask_what_they_asked(debrief: Debrief, found: Highlights) -> None:
    missed = debrief.missed[0]
    first, *others = debrief.transcript.turns
    went_for = replace(first, touches=(TopicMatch(0, Intent.ABOUT, missed),))
    asked = replace(debrief, transcript=Transcript((went_for, *others)))
    question = debrief.scenario.fact(missed).question

    for shows in (
        lambda held: unescape(figures.facts(held)),
        lambda held: markdown(held, (), thresholds(), found=found),
    ):
        assert question in shows(debrief)
        assert question not in shows(asked)


@pytest.mark.parametrize(
    ("rating", "share", "possible", "said"),
    [
        (4, 0.8, (0.6, 0.9), "you heard yourself well"),
        (5, 0.4, (0.3, 0.5), "You asked less than you thought"),
        (1, 0.6, (0.4, 0.8), "You asked more than you thought"),
        (2, 0.6, (0.3, 0.8), "too much that we weren’t sure of"),
        (3, None, (0.0, 1.0), "too little asking or pushing"),
    ],
)
def test_a_rating_is_set_against_what_was_counted(
    rating: int, share: float | None, possible: tuple[float, float], said: str
) -> None:
    assert said in figures.rating_gap(rating, share, possible)


def test_ending_leads_to_the_debrief_in_its_order(app: AppTest) -> None:
    session = finished(app, rating=4)
    page = shown(app)
    with store() as kept:
        saved = kept.load(session)
    assert saved.ended_at is not None
    assert saved.self_rating == 4
    order = ["verdict", "What worked", "How it ended", 'class="epilogue"', 'class="things"', 'class="legend"']
    order += ['class="facts"', 'class="criteria"', "You rated yourself 4 out of 5"]
    places = [page.index(part) for part in order]
    assert places == sorted(places)
    assert [fold.label for fold in app.expander if fold.proto.expanded] == []
    assert 'class="measures"' not in page, "the figures wait until somebody looks"
    assert saved.scorecard is not None
    assert app.get("download_button")


def test_the_downloads_hold_the_practice_and_name_no_session(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, Any] = {}
    monkeypatch.setattr(st, "download_button", lambda label, data, *_, **__: offered.update({label: data()}))
    session = finished(app)
    kept = json.loads(offered["Download as JSON"])
    assert set(kept) >= {"turns", "facts", "insights", "steps", "epilogue", "scorecard"}
    assert kept["session"] is None
    assert set(offered) == {f"Download as {kind}" for kind in ("PDF", "web page", "Markdown", "JSON")}
    assert not [label for label, data in offered.items() if (session.encode() if "PDF" in label else session) in data]
    assert offered["Download as Markdown"].startswith("# Debrief: A small deal")


def test_the_debrief_of_a_conversation_that_goes_on_stays_shut(app: AppTest) -> None:
    page = shown(opened("debrief", started(app)))
    assert "still in progress" in page
    assert "cut in half" not in page


def test_a_variant_says_afterwards_what_was_different(app: AppTest, own_engine: Engine) -> None:
    told = own_engine.library.scenario(SMALL).variants[0]
    with store() as kept:
        practice = Practice.start(SMALL, variant=told.id, engine=own_engine, store=kept)
        practice.say("What do you know about the budget?")
        finished_one = practice.finish()
    page = shown(opened("debrief", practice.session_id))
    assert "What was different this time" in page
    assert " ".join(told.told_afterwards.split()) in page
    assert "What was different this time" in markdown(
        finished_one, (), thresholds(), found=highlights_of(finished_one, own_engine)
    )


def test_a_scenario_that_has_lost_what_was_said_is_told(app: AppTest) -> None:
    session = finished(app)
    with store() as kept:
        saved = kept.load(session)
        lost = [
            replace(turn, direction=replace(turn.direction, topic="gone")) if turn.direction else turn
            for turn in saved.turns
        ]
        kept.create(replace(saved, id="old", scenario_digest="0", turns=tuple(lost)))
        kept.create(replace(saved, id="gone", scenario="a-deal-of-old"))
    for one in ("old", "gone"):
        page = shown(opened("debrief", one))
        assert "This scenario has changed since you had this conversation" in page
        assert "went wrong" not in page


def test_a_rating_can_be_given_afterwards(app: AppTest) -> None:
    session = finished(app)
    app.get("button_group")[0].set_value(2).run()
    with store() as kept:
        assert kept.load(session).self_rating == 2
    assert "You rated yourself 2 out of 5" in shown(app)


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


def test_a_session_goes_with_its_tries_and_only_the_session_is_listed(app: AppTest) -> None:
    session = finished(app)
    app.button(key="retry").click().run()
    with store() as kept:
        (retry,) = kept.children(session)
    home = opened("home")
    keys = [button.key for button in home.button]
    assert f"delete-{session}" in keys
    assert f"delete-{retry.id}" not in keys
    home.button(key=f"delete-{session}").click().run()
    assert "Your other try at a moment of it goes too." in shown(home)


def test_another_try_is_compared_and_changes_nothing_of_the_first(app: AppTest) -> None:
    session = finished(app)
    with store() as kept:
        first = kept.load(session)
    app.button(key="retry").click().run()
    retry = named(app, "retry")
    assert "First time" not in shown(app), "nothing has been said yet"
    app.chat_input(key="retry-words").set_value("What do you know about the budget?").run()
    page = shown(app)
    assert "Compared with the first time" in page
    assert page.index("First time") < page.index("This time")
    again = opened("debrief", session, retry=retry)
    assert "Compared with the first time" in shown(again), "a reload keeps it"
    with store() as kept:
        assert kept.load(session) == first
        assert kept.load(retry).parent == session
    app.button(key="retry-close").click().run()
    assert "retry" not in app.query_params
    assert app.button(key="last-try")


def test_a_try_of_another_session_is_not_shown(app: AppTest) -> None:
    session = finished(app)
    assert "We can’t find that try" in shown(opened("debrief", session, retry=session))
    assert "We can’t find that try" in shown(opened("debrief", session, retry="<b>gone"))


def test_a_try_in_progress_leads_back_to_where_it_is_made(app: AppTest) -> None:
    session = finished(app)
    app.button(key="retry").click().run()
    retry = named(app, "retry")
    page = opened("debrief", retry)
    page.button(key="to-try").click().run()
    assert named(page, "session") == session
    assert "Again from turn" in shown(page)


def test_a_mark_is_corrected_and_recounted(app: AppTest) -> None:
    session = finished(app)
    before = shown(app)
    assert "You took over once" in before
    app.session_state["mark-6"] = True
    app.run()
    app.pills(key="says-6-0").set_value("information").run()
    page = shown(app)
    assert "information, yours" in page
    assert "You took over once" not in page
    with store() as kept:
        (said,) = kept.load(session).challenges
    assert (said.turn, said.was, said.says) == (6, Code.TAKEOVER, Code.INFORMATION)
    app.session_state["mark-6"] = True
    app.run()
    app.button(key="back-6-0").click().run()
    assert "You took over once" in shown(app)


def test_the_figures_are_drawn_when_somebody_looks(app: AppTest) -> None:
    finished(app)
    assert not app.get("vega_lite_chart")
    app.session_state["closer-figures"] = True
    app.run()
    assert len(app.get("vega_lite_chart")) == 2
    assert 'class="measures"' in shown(app)


def test_the_users_own_name_stands_in_the_debrief(app: AppTest) -> None:
    keep_preferences(settings().home, Preferences("<i>Sam</i>"))
    finished(app)
    page = shown(app)
    assert ">&lt;i&gt;Sam&lt;/i&gt;</div>" in "".join(entry.proto.body for entry in app.get("html"))
    assert "<i>Sam</i>" in page


def test_the_debrief_links_to_what_there_is_to_read(app: AppTest, debrief: Debrief) -> None:
    guidance = resources.passages()
    thing = ThingToTry("affirming", "T", "W", "", guidance[0].text)
    card = debrief.scorecard
    assert card.criterion(thing.criterion).evidence == ()
    assert f'href="{routes.passage(guidance[0].id)}"' in figures.to_try((thing,), card, guidance)
    assert "href" not in figures.to_try((thing,), card)
    linked, plain = figures.feedback(debrief.scorecard.feedback, guidance), figures.feedback(debrief.scorecard.feedback)
    assert 'href="learn?passage=' in linked
    assert "learn?passage" not in plain
