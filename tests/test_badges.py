"""Badges: earned by a scenario as it is, lost by its first change, and written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from bot.errors import ScenarioError
from bot.scenario.badges import Earned
from bot.scenario.library import Library, bundled
from bot.testing import SMALL, write_small


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory of one's own with the small scenario in it, and the same under another id."""
    for name in (SMALL, "other-deal"):
        write_small(tmp_path, scenario_id=name)
    return tmp_path


def change(root: Path, name: str, file: str = "scenario.yaml", added: str = "# changed\n") -> None:
    path = root / "scenarios" / name / file
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")


def hash_of(root: Path, name: str) -> str:
    return Library(root).text(name).digest


def ledger(root: Path) -> str:
    return (root / "scenarios" / "badges.json").read_text(encoding="utf-8")


def badges(root: Path) -> dict[str, str]:
    """The badges of one's own scenarios, as a list shows them."""
    return {card.id: card.badge for card in Library(root).cards() if card.id in (SMALL, "other-deal")}


def test_a_scenario_is_a_draft_until_a_badge_is_recorded(own: Path):
    library = Library(own)
    assert badges(own)[SMALL] == "draft"

    library.award(SMALL, "checked")
    assert badges(own)[SMALL] == "checked"
    library.award(SMALL, "qualified")
    assert badges(own) == {SMALL: "qualified", "other-deal": "draft"}


def test_the_ledger_is_sorted_json_beside_the_scenarios(own: Path):
    library = Library(own)
    library.award(SMALL, "checked")
    library.award("other-deal", "qualified")

    rows = {
        hash_of(own, SMALL): {"badge": "checked", "id": SMALL},
        hash_of(own, "other-deal"): {"badge": "qualified", "id": "other-deal"},
    }
    assert ledger(own) == json.dumps(rows, indent=1, sort_keys=True) + "\n"
    assert sorted(path.name for path in (own / "scenarios").iterdir()) == [
        "badges.json",
        "other-deal",
        SMALL,
    ]


def test_a_qualified_file_is_not_lowered_by_a_check(own: Path):
    Library(own).award(SMALL, "qualified")
    before = ledger(own)
    Library(own).award(SMALL, "checked")

    assert ledger(own) == before
    assert badges(own)[SMALL] == "qualified"


def test_a_changed_scenario_is_a_draft_again_and_its_entry_goes_with_the_next_writing(own: Path):
    library = Library(own)
    library.award(SMALL, "qualified")
    old = hash_of(own, SMALL)
    change(own, SMALL)
    assert badges(own)[SMALL] == "draft"

    library.award("other-deal", "checked")
    assert old not in ledger(own)
    library.award(SMALL, "checked")
    assert set(json.loads(ledger(own))) == {hash_of(own, SMALL), hash_of(own, "other-deal")}
    path = own / "scenarios" / SMALL / "scenario.yaml"
    path.write_text(path.read_text(encoding="utf-8").removesuffix("# changed\n"), encoding="utf-8")
    assert hash_of(own, SMALL) == old
    assert badges(own)[SMALL] == "draft", "the old text has lost what it had earned"


@pytest.mark.parametrize("file", ["scenario.yaml", "voice.md", "asks/none.txt", "variants/old-friend.yaml"])
def test_a_change_to_any_file_is_seen(own: Path, file: str):
    Library(own).award(SMALL, "qualified")
    change(own, SMALL, file)

    assert badges(own)[SMALL] == "draft"


def test_a_file_more_or_less_is_seen(own: Path):
    Library(own).award(SMALL, "checked")
    extra = own / "scenarios" / SMALL / "knows.md"
    extra.write_text("## lund: the plant\n- Paper.\n", encoding="utf-8")
    assert badges(own)[SMALL] == "draft"

    extra.unlink()
    assert badges(own)[SMALL] == "checked"
    (own / "scenarios" / SMALL / "asks" / "none.txt").unlink()
    assert badges(own)[SMALL] == "draft"


def test_a_change_of_the_same_size_at_the_same_time_is_seen(own: Path):
    library = Library(own)
    change(own, SMALL, added="# a\n")
    library.award(SMALL, "checked")
    path = own / "scenarios" / SMALL / "scenario.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("# a\n", "# b\n"), encoding="utf-8")

    assert badges(own)[SMALL] == "draft"


def test_the_entry_of_a_scenario_that_has_gone_is_dropped(own: Path):
    Library(own).award("other-deal", "checked")
    (own / "scenarios" / "other-deal").rename(own / "scenarios" / "another-deal")
    Library(own).award(SMALL, "checked")

    assert [entry["id"] for entry in json.loads(ledger(own)).values()] == [SMALL]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00",
        '{"HASH": "checked"}',
        '{"HASH": {"id": "small-deal", "badge": "draft"}}',
        '{"HASH": {"id": "small-deal", "badge": "gold"}}',
        '{"HASH": {"id": "../small-deal", "badge": "checked"}}',
        '{"HASH": {"id": "other-deal", "badge": "checked"}}',
        '{"HASH": {"id": "small-deal", "badge": "checked", "by": "me"}}',
    ],
)
def test_a_damaged_ledger_gives_nobody_a_badge_and_is_written_anew(own: Path, text: str):
    path = own / "scenarios" / "badges.json"
    path.write_text(text.replace("HASH", hash_of(own, SMALL)), encoding="utf-8")
    assert badges(own)[SMALL] == "draft"

    Library(own).award(SMALL, "checked")
    assert json.loads(ledger(own)) == {hash_of(own, SMALL): {"id": SMALL, "badge": "checked"}}


def test_each_directory_keeps_a_ledger_of_its_own(own: Path):
    write_small(own, scenario_id="jones-deal")
    kept = bundled() / "scenarios" / "badges.json"
    before = kept.read_bytes() if kept.exists() else None
    Library(own).award("jones-deal", "checked")

    assert hash_of(own, "jones-deal") in ledger(own)
    assert (kept.read_bytes() if kept.exists() else None) == before


def test_a_ledger_that_cannot_be_written_is_named(own: Path):
    (own / "scenarios" / "badges.json").mkdir()
    with pytest.raises(ScenarioError) as caught:
        Library(own).award(SMALL, "checked")

    assert str(caught.value) == f"{own / 'scenarios' / 'badges.json'}: can't be written: Is a directory"
    assert not list((own / "scenarios").glob("*.tmp"))


@pytest.mark.parametrize("badge", get_args(Earned))
def test_a_scenario_that_there_is_not_gets_none(own: Path, badge: Earned):
    with pytest.raises(ScenarioError, match=r"^there is no scenario 'nobody'; choose one of "):
        Library(own).award("nobody", badge)
