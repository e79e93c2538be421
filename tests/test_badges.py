"""Badges: earned by a file as it is, lost by its first change, and written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import get_args

import pytest

from bot.errors import ScenarioError
from bot.scenario.badges import Earned
from bot.scenario.library import Library, bundled
from bot.testing import SMALL, small_scenario_text


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory of one's own with the small scenario in it, and the same under another id."""
    (tmp_path / "scenarios").mkdir()
    for name in (SMALL, "other-deal"):
        write(tmp_path, name, small_scenario_text().replace(f"id: {SMALL}\n", f"id: {name}\n", 1))
    return tmp_path


def write(root: Path, name: str, text: str) -> Path:
    path = root / "scenarios" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def hash_of(root: Path, name: str) -> str:
    return hashlib.sha256((root / "scenarios" / f"{name}.yaml").read_bytes()).hexdigest()


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


def test_the_ledger_is_sorted_json_beside_the_scenario_files(own: Path):
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
        "other-deal.yaml",
        f"{SMALL}.yaml",
    ]


def test_a_qualified_file_is_not_lowered_by_a_check(own: Path):
    Library(own).award(SMALL, "qualified")
    before = ledger(own)
    Library(own).award(SMALL, "checked")

    assert ledger(own) == before
    assert badges(own)[SMALL] == "qualified"


def test_a_changed_file_is_a_draft_again_and_its_entry_goes_with_the_next_writing(own: Path):
    library = Library(own)
    library.award(SMALL, "qualified")
    old = hash_of(own, SMALL)
    write(own, SMALL, small_scenario_text() + "# changed\n")
    assert badges(own)[SMALL] == "draft"

    library.award("other-deal", "checked")
    assert old not in ledger(own)
    library.award(SMALL, "checked")
    assert set(json.loads(ledger(own))) == {hash_of(own, SMALL), hash_of(own, "other-deal")}
    write(own, SMALL, small_scenario_text())
    assert badges(own)[SMALL] == "draft", "the old text has lost what it had earned"


def test_a_change_of_the_same_size_at_the_same_time_is_seen(own: Path):
    library = Library(own)
    path = write(own, SMALL, small_scenario_text() + "# a\n")
    library.award(SMALL, "checked")
    path.write_text(small_scenario_text() + "# b\n", encoding="utf-8")

    assert badges(own)[SMALL] == "draft"


def test_the_entry_of_a_file_that_has_gone_is_dropped(own: Path):
    Library(own).award("other-deal", "checked")
    (own / "scenarios" / "other-deal.yaml").unlink()
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
    write(own, "jones-deal", small_scenario_text().replace(f"id: {SMALL}\n", "id: jones-deal\n", 1))
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
