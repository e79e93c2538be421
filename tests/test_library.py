"""The library: a user's files before the bundled ones, and nothing from outside its directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ScenarioError
from bot.library import Library, bundled
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
        "binary.yaml:1:1: cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        "broken.yaml:2:1: the key 'id' stands here twice",
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
        assert str(caught.value) == f"{path}: is not a directory; give one that holds scenarios/ or knowledge/"
