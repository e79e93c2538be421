"""The library: a user's scenarios before the bundled ones, and nothing from outside its directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ScenarioError
from bot.scenario import Area, Lens
from bot.scenario.library import Card, Library, bundled
from bot.scenario.strictyaml import MAX_BYTES
from bot.testing import SMALL, small_files, write_small

TEXT = small_files().text("scenario.yaml") or ""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory of one's own with the small scenario in it."""
    write_small(tmp_path)
    return tmp_path


def main_file(root: Path, scenario_id: str = SMALL) -> Path:
    return root / "scenarios" / scenario_id / "scenario.yaml"


def test_what_is_bundled_is_found_without_a_directory_of_ones_own():
    library = Library()

    assert "jones-deal" in library.scenario_ids()
    assert library.problems() == []
    assert [path.parent for path in library.files("knowledge/guidance", "*.md")][:1] == [
        bundled() / "knowledge/guidance"
    ]


def test_ones_own_scenarios_stand_beside_the_bundled_ones(own: Path):
    library = Library(own)

    assert set(library.scenario_ids()) == {*Library().scenario_ids(), "small-deal"}
    assert library.scenario("small-deal").title == "A small deal"
    assert [scenario.id for scenario in library.scenarios()] == library.scenario_ids()
    assert (library.own_scenario_ids(), Library().own_scenario_ids()) == (["small-deal"], [])


def test_ones_own_scenario_shadows_a_bundled_one(own: Path):
    write_small(own, scenario_id="jones-deal")

    assert Library(own).own_scenario_ids() == ["jones-deal", "small-deal"]
    assert Library(own).scenario("jones-deal").title == "A small deal"
    assert Library(own).scenario("jones-deal").variant_ids == ("base", "old-friend")


def test_the_smallest_scenario_is_one_file(own: Path):
    main_file(own, "tiny").parent.mkdir()
    main_file(own, "tiny").write_text(TEXT.replace("id: small-deal", "id: tiny"), encoding="utf-8")
    library = Library(own)

    assert library.problems("tiny") == []
    assert library.scenario("tiny").replies["nod"]
    assert "tiny" in [entry.id for entry in library.cards()]


def test_random_draws_a_variant_by_seed(own: Path):
    library = Library(own)
    drawn = [library.scenario("small-deal", "random", seed).variant for seed in range(20)]

    assert set(drawn) == {"base", "old-friend"}
    assert drawn == [library.scenario("small-deal", "random", seed).variant for seed in range(20)]


@pytest.mark.parametrize(
    "name", ["nothing", "", ".", "../jones-deal", "scenarios/jones-deal", "jones-deal/asks", "JONES-DEAL", "\ud800"]
)
def test_a_scenario_that_there_is_not_is_named_with_the_choices(own: Path, name: str):
    with pytest.raises(ScenarioError) as caught:
        Library(own).scenario(name)

    assert str(caught.value) == f"there is no scenario {name!r}; choose one of {', '.join(Library(own).scenario_ids())}"


def test_a_broken_scenario_is_passed_over_and_named(own: Path):
    for name, data in (("binary", b"\xff\xfe\x00"), ("broken", b"id: broken\nid: twice\n"), ("My Deal", TEXT.encode())):
        main_file(own, name).parent.mkdir()
        main_file(own, name).write_bytes(data)
    (own / "scenarios" / "empty").mkdir()
    (own / "scenarios" / ".git").mkdir()
    library = Library(own)
    undecoded = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"

    assert "broken" not in [scenario.id for scenario in library.scenarios()]
    assert library.problems() == [
        "My Deal:1:1: can't be an id; give the folder a name of lower-case letters, digits, - or _",
        f"binary/scenario.yaml:1:1: can't be read: {undecoded}",
        "broken/scenario.yaml:2:1: the key 'id' appears twice",
        "empty/scenario.yaml:1:1: is missing; put a file of this name here",
    ]
    assert library.problems("binary") == library.problems()[1:2]
    assert library.problems("small-deal") == []
    with pytest.raises(ScenarioError, match=r"^broken/scenario\.yaml:2:1: "):
        library.scenario("broken")


def test_the_folder_is_named_like_the_scenario(own: Path):
    main_file(own).parent.rename(own / "scenarios" / "other")

    with pytest.raises(ScenarioError) as caught:
        Library(own).scenario("other")
    assert str(caught.value) == "other/scenario.yaml:3:1: id: 'small-deal' must be the folder's name, 'other'"


def test_a_scenario_in_one_file_does_not_play_and_is_told_with_what_to_do(own: Path):
    old = own / "scenarios" / "old deal.yaml"
    old.write_text("id: old-deal\n", encoding="utf-8")
    (own / "scenarios" / "small-deal.yaml").write_text("id: small-deal\n", encoding="utf-8")
    (own / "scenarios" / "jones-deal.yaml").write_text("id: jones-deal\n", encoding="utf-8")
    library = Library(own)
    told = "this is a scenario in one file; convert it: askwell scenario convert"
    convert = f"old deal.yaml:1:1: {told} '{old}'"

    assert set(library.scenario_ids()) == {*Library().scenario_ids(), "small-deal"}
    assert library.unconverted() == [
        f"jones-deal.yaml:1:1: {told} {own}/scenarios/jones-deal.yaml",
        convert,
        "small-deal.yaml:1:1: the folder small-deal/ has taken the place of this file; delete it",
    ]
    assert library.problems() == library.unconverted()
    with pytest.raises(ScenarioError) as caught:
        library.scenario("old deal")
    assert str(caught.value) == convert


def test_a_link_out_of_the_directory_is_not_followed(own: Path, tmp_path_factory: pytest.TempPathFactory):
    outside = write_small(tmp_path_factory.mktemp("outside"), scenario_id="leak")
    (own / "scenarios" / "leak").symlink_to(outside)
    main_file(own, "lent").parent.mkdir()
    main_file(own, "lent").symlink_to(outside / "scenario.yaml")
    library = Library(own)

    assert "leak" not in library.scenario_ids()
    assert "lent" not in [entry.id for entry in library.cards()]
    assert library.problems("lent") == [
        "lent/scenario.yaml:1:1: is a link that leads out of the folder; put the file itself here"
    ]


def test_a_directory_that_there_is_not_is_refused(tmp_path: Path):
    for path in (tmp_path / "nowhere", Path(__file__)):
        with pytest.raises(ScenarioError) as caught:
            Library(path)
        assert str(caught.value) == f"{path}: not a directory; give one that contains scenarios/ or knowledge/"


# Cards


def card(library: Library, scenario_id: str) -> Card | None:
    return next((entry for entry in library.cards() if entry.id == scenario_id), None)


def test_a_card_holds_what_a_manager_may_know_before(own: Path):
    assert card(Library(own), "small-deal") == Card(
        id="small-deal",
        title="A small deal",
        summary="Ada has a quote out at Lund and says that it is fine.",
        area=Area.LEAD_AND_OPPORTUNITY,
        journey_gate="evaluation",
        lens=Lens.DEAL,
        difficulty=1,
        minutes=5,
        rep_name="Ada",
        rep_role="Account executive",
        manager_name="Nora",
        has_variants=True,
        badge="draft",
        about=(
            "Monday morning, on the phone. You speak first. Ada has a quote out at Lund, and it has been quiet. "
            "Quote sent 20 000 euros "
        ),
    )


def test_every_scenario_that_loads_has_the_card_that_it_would_have_in_full(own: Path):
    library = Library(own)
    cards = library.cards()

    assert [entry.id for entry in cards] == library.scenario_ids()
    for entry, whole in zip(cards, library.scenarios(), strict=True):
        for field in ("id", "title", "summary", "area", "journey_gate", "lens", "difficulty", "minutes"):
            assert getattr(entry, field) == getattr(whole, field)
        assert (entry.rep_name, entry.rep_role, entry.manager_name) == (
            whole.rep.name,
            whole.rep.role,
            whole.manager.name,
        )
        assert entry.has_variants is (len(whole.variant_ids) > 1)


def test_only_the_head_is_read(own: Path):
    head = TEXT.partition("\nfacts:")[0]
    main_file(own).write_text(head + "\nfacts: [[[ not closed\n", encoding="utf-8")
    (own / "scenarios" / SMALL / "voice.md").write_text("broken", encoding="utf-8")
    (own / "scenarios" / SMALL / "variants" / "old-friend.yaml").unlink()

    found = card(Library(own), "small-deal")
    assert found is not None
    assert (found.title, found.has_variants) == ("A small deal", False)


def test_fields_in_another_order_are_found_all_the_same(own: Path):
    head, facts, rest = TEXT.partition("\nfacts:")
    title = next(line for line in head.splitlines() if line.startswith("title:"))
    main_file(own).write_text(head.replace(f"{title}\n", "") + facts + rest + f"{title}\n", encoding="utf-8")

    assert Library(own).scenario("small-deal").title == "A small deal"
    assert card(Library(own), "small-deal") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id: small-deal\n",
        TEXT.replace("lens: deal", "lens: moon"),
        TEXT.replace("id: small-deal", "id: another"),
        TEXT.replace("title: A small deal", "title: [A, small, deal]"),
        TEXT + "#" * MAX_BYTES,
    ],
)
def test_a_scenario_whose_head_makes_no_sense_has_no_card(own: Path, text: str):
    main_file(own).write_text(text, encoding="utf-8")
    main_file(own, "binary").parent.mkdir()
    main_file(own, "binary").write_bytes(b"\xff\xfe\x00")

    assert [entry.id for entry in Library(own).cards()] == Library().scenario_ids()


def test_a_card_follows_its_files(own: Path):
    library = Library(own)
    assert card(library, "small-deal") is not None

    main_file(own).write_text(TEXT.replace("title: A small deal", "title: A small but new deal"), "utf-8")
    (own / "scenarios" / SMALL / "variants" / "old-friend.yaml").unlink()
    found = card(library, "small-deal")
    assert found is not None
    assert (found.title, found.has_variants) == ("A small but new deal", False)
    main_file(own).unlink()
    assert card(library, "small-deal") is None


def test_a_head_that_has_not_changed_is_not_parsed_again(own: Path, monkeypatch: pytest.MonkeyPatch):
    library = Library(own)
    first = library.cards()
    monkeypatch.setattr("bot.scenario.library.parse", None)

    assert library.cards() == first
