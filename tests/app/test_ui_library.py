"""The library of scenarios: shown, searched, filtered, and what is recommended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import get_args

import pytest
from pages import at, finished, shown, store
from streamlit.testing.v1 import AppTest

from bot.knowledge.ranking import search_stem, search_stems, words_of
from bot.scenario import Area, Lens
from bot.scenario.badges import DRAFT, Earned
from bot.scenario.library import Card, Library
from bot.settings import settings
from bot.store import SessionHead
from bot.testing import SMALL, write_small
from ui import resources, shelf, wording

pytestmark = pytest.mark.slow


BUNDLED = Library().cards()


def many(root: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many copies of the small scenario, in place of the small one; even ones are harder and about a skill."""
    (root / "scenarios").mkdir(parents=True)
    for n in range(number):
        edits = [("title: A small deal", f"title: Deal number {n}")]
        if n % 2 == 0:
            edits += [("lens: deal", "lens: skill"), ("difficulty: 1", "difficulty: 5")]
            edits += [("journey_gate: evaluation", "journey_gate: own-gate"), ("minutes: 5", "minutes: 4")]
        write_small(root, *edits, scenario_id=f"deal-{n:02}")
    monkeypatch.setenv("ASKWELL_DATA", str(root))
    monkeypatch.setattr("bot.scenario.library.bundled", lambda: root / "none")
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
    app.text_input(key="library-words").set_value("<b>zyzzyva").run()
    assert titles(app) == []
    assert "No scenarios match." in shown(app)
    app.button(key="clear").click().run()
    assert len(titles(app)) == len(resources.library().cards())


@pytest.mark.parametrize(
    ("words", "scenarios"),
    [
        ("discount", {"old-playbook"}),
        ("Discounting", {"old-playbook"}),
        ("price", {"old-playbook"}),
        ("forecast", {"jones-deal", "late-stage-funnel"}),
        ("new hires", {"every-door-alike"}),
        ("renewal", {"happy-customer"}),
        ("silence", {"jones-deal", "happy-customer"}),
        ("pipeline", {"late-stage-funnel"}),
        ("my pipel", {"late-stage-funnel"}),
        ("deadline today", {"every-door-alike"}),
        ("competitors", {"jones-deal", "happy-customer"}),
        ("banana", set()),
        ("!!!", set()),
    ],
)
def test_a_scenario_is_found_by_what_it_is_about(words: str, scenarios: set[str]) -> None:
    assert {card.id for card in shelf.matching_cards(BUNDLED, shelf.Wanted(words))} == scenarios


def test_a_search_never_gives_away_what_is_hidden() -> None:
    """No word of a fact or an insight finds its scenario, unless the manager may read it beforehand."""
    tried = 0
    for card in BUNDLED:
        scenario = Library().scenario(card.id)
        read = (scenario.title, scenario.summary, scenario.scene, scenario.brief, *scenario.crm.values())
        named = (wording.AREAS[card.area], card.rep_role, card.rep_name, card.manager_name, shelf.SUBJECTS[card.id])
        public = set(words_of(" ".join((*read, *named))))
        known = {*public, *map(search_stem, public)}
        hidden = {word for fact in scenario.facts for line in (fact.text, *fact.states) for word in words_of(line)}
        hidden |= {word for insight in scenario.insights for line in insight.lines for word in words_of(line.text)}
        for word in hidden:
            if not search_stems(word) or search_stem(word) in known or any(one.startswith(word) for one in public):
                continue
            tried += 1
            assert card not in shelf.matching_cards(BUNDLED, shelf.Wanted(word)), word
    assert tried > 500


def test_what_to_practise_is_first_what_has_the_words_as_its_subject() -> None:
    assert [card.id for card in shelf.to_practise(BUNDLED, "customer")] == ["happy-customer", "jones-deal"]
    assert shelf.to_practise(BUNDLED, "account", most=1)[0].id == "happy-customer"
    for empty in ("", "fo", "the", "???", "banana cake"):
        assert shelf.to_practise(BUNDLED, empty) == []


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
    path = tmp_path / "many" / "scenarios" / "deal-00" / "scenario.yaml"
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
    path = tmp_path / "many" / "scenarios" / "deal-01" / "scenario.yaml"
    path.write_text(path.read_text("utf-8").replace("lens: deal", "lens: moon"), encoding="utf-8")
    assert "deal-01/scenario.yaml:9:1: lens: 'moon' is not one of deal, skill" in shown(at(app, "scenarios"))
    assert titles(app) == ["Deal number 0"]


def test_a_scenario_in_one_file_is_named_in_the_library(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(tmp_path / "many", 1, monkeypatch)
    (tmp_path / "many" / "scenarios" / "old.yaml").write_text("id: old", encoding="utf-8")
    assert "old.yaml:1:1: this is a scenario in one file; convert it: askwell" in shown(at(app, "scenarios"))
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
    retry = replace(head("short", 5, level="coaching_well"), parent="s3")
    assert shelf.last_levels((retry, *heads)) == {"short": "coaching", "hard": "mixed"}, "a retry isn't a whole go"


def test_a_surprise_is_new_while_there_is_anything_new() -> None:
    assert {shelf.surprise(SHELF, frozenset({"short"}), seed).id for seed in range(30)} == {"jones-deal", "hard"}
    everything = frozenset(card.id for card in SHELF)
    assert {shelf.surprise(SHELF, everything, seed).id for seed in range(30)} == everything


def test_every_area_lens_badge_and_order_has_a_name() -> None:
    assert set(wording.AREAS) == set(Area)
    assert set(wording.LENSES) == set(Lens)
    assert tuple(wording.BADGE_TEXTS) == (DRAFT, *get_args(Earned))
    assert wording.ORDER_NAMES.keys() == shelf.ORDERS.keys()
    assert wording.gates_in_order(["zeal", "purchase", "awareness"]) == ["awareness", "purchase", "zeal"]
    assert wording.gate_name("second-look") == "Second look"
