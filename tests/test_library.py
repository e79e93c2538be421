"""The library: a user's files before the bundled ones, and nothing from outside its directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ScenarioError
from bot.scenario import Area, Lens
from bot.scenario.library import Card, Library, bundled
from bot.scenario.strictyaml import MAX_BYTES
from bot.testing import small_scenario_text


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory of one's own with the small scenario in it."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "small-deal.yaml").write_text(small_scenario_text(), encoding="utf-8")
    return tmp_path


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


def test_ones_own_file_shadows_a_bundled_one(own: Path):
    text = small_scenario_text().replace("id: small-deal", "id: jones-deal")
    (own / "scenarios" / "jones-deal.yaml").write_text(text, encoding="utf-8")

    assert Library(own).scenario("jones-deal").title == "A small deal"


def test_random_draws_a_variant_by_seed(own: Path):
    library = Library(own)
    drawn = [library.scenario("small-deal", "random", seed).variant for seed in range(20)]

    assert set(drawn) == {"base", "old-friend"}
    assert drawn == [library.scenario("small-deal", "random", seed).variant for seed in range(20)]


@pytest.mark.parametrize(
    "name", ["nothing", "", "../jones-deal", "scenarios/jones-deal", "jones-deal.yaml", "JONES-DEAL", "\ud800"]
)
def test_a_scenario_that_there_is_not_is_named_with_the_choices(own: Path, name: str):
    with pytest.raises(ScenarioError) as caught:
        Library(own).scenario(name)

    assert str(caught.value) == f"there is no scenario {name!r}; choose one of {', '.join(Library(own).scenario_ids())}"


def test_a_broken_file_is_passed_over_and_named(own: Path):
    (own / "scenarios" / "broken.yaml").write_text("id: broken\nid: twice\n", encoding="utf-8")
    (own / "scenarios" / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    library = Library(own)

    assert "broken" not in [scenario.id for scenario in library.scenarios()]
    assert library.problems() == [
        "binary.yaml:1:1: can't be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        "broken.yaml:2:1: the key 'id' appears twice",
    ]
    assert library.problems("small-deal") == []
    with pytest.raises(ScenarioError, match=r"^broken\.yaml:2:1: "):
        library.scenario("broken")


def test_the_file_is_named_like_the_scenario(own: Path):
    (own / "scenarios" / "other.yaml").write_text(small_scenario_text(), encoding="utf-8")

    with pytest.raises(ScenarioError) as caught:
        Library(own).scenario("other")
    assert str(caught.value) == "other.yaml: id: 'small-deal' must be the file's name, 'other'"


def test_a_link_out_of_the_directory_is_not_followed(own: Path, tmp_path_factory: pytest.TempPathFactory):
    outside = tmp_path_factory.mktemp("outside") / "leak.yaml"
    outside.write_text(small_scenario_text().replace("id: small-deal", "id: leak"), encoding="utf-8")
    (own / "scenarios" / "leak.yaml").symlink_to(outside)

    assert "leak" not in Library(own).scenario_ids()


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
    head = small_scenario_text().partition("\nfacts:")[0]
    (own / "scenarios" / "small-deal.yaml").write_text(head + "\nfacts: [[[ not closed\n", encoding="utf-8")

    found = card(Library(own), "small-deal")
    assert found is not None
    assert (found.title, found.has_variants) == ("A small deal", False)


def test_fields_in_another_order_are_found_all_the_same(own: Path):
    head, facts, rest = small_scenario_text().partition("\nfacts:")
    path = own / "scenarios" / "small-deal.yaml"
    title = next(line for line in head.splitlines() if line.startswith("title:"))
    path.write_text(head.replace(f"{title}\n", "") + facts + rest + f"{title}\n", encoding="utf-8")

    assert Library(own).scenario("small-deal").title == "A small deal"
    assert card(Library(own), "small-deal") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id: small-deal\n",
        small_scenario_text().replace("lens: deal", "lens: moon"),
        small_scenario_text().replace("id: small-deal", "id: another"),
        small_scenario_text().replace("title: A small deal", "title: [A, small, deal]"),
        small_scenario_text() + "#" * MAX_BYTES,
    ],
)
def test_a_file_whose_head_makes_no_sense_has_no_card(own: Path, text: str):
    (own / "scenarios" / "small-deal.yaml").write_text(text, encoding="utf-8")
    (own / "scenarios" / "binary.yaml").write_bytes(b"\xff\xfe\x00")

    assert [entry.id for entry in Library(own).cards()] == Library().scenario_ids()


def test_a_card_follows_its_file(own: Path):
    library = Library(own)
    path = own / "scenarios" / "small-deal.yaml"
    assert card(library, "small-deal") is not None

    path.write_text(small_scenario_text().replace("title: A small deal", "title: A small but new deal"), "utf-8")
    found = card(library, "small-deal")
    assert found is not None
    assert found.title == "A small but new deal"
    path.unlink()
    assert card(library, "small-deal") is None


def test_a_file_that_has_not_changed_is_not_parsed_again(own: Path, monkeypatch: pytest.MonkeyPatch):
    library = Library(own)
    first = library.cards()
    monkeypatch.setattr("bot.scenario.library.parse", None)

    assert library.cards() == first
