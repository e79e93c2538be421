"""Broken scenarios: what breaks them, and who notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine import Engine
from bot.errors import AskwellError
from bot.scenario import ScenarioFiles, load_files
from bot.scenario.library import Library
from bot.testing import small_files
from evals.benches.mutations import COUNT, Caught, bench
from evals.mutations import BREAKERS, Mutant, draft, mutants

pytestmark = pytest.mark.slow

SMALL = small_files()


def nobody_fails(data: Path) -> set[str]:
    return set()


@pytest.mark.parametrize("files", [SMALL, Library().text("jones-deal")], ids=lambda files: files.name)
def test_a_draft_that_nobody_breaks_is_the_same_scenario(files: ScenarioFiles):
    written = draft(files).files()

    assert [load_files(written, variant).model_copy(update={"digest": ""}) for variant in variants_of(written)] == [
        load_files(files, variant).model_copy(update={"digest": ""}) for variant in variants_of(files)
    ]


def variants_of(files: ScenarioFiles) -> tuple[str, ...]:
    return load_files(files).variant_ids


def test_every_broken_version_differs_and_a_seed_makes_the_same_ones():
    made = list(mutants(SMALL, COUNT))

    assert len(made) == COUNT
    assert SMALL.digest not in {mutant.files.digest for mutant in made}
    assert made == list(mutants(SMALL, COUNT))
    assert made != list(mutants(SMALL, COUNT, seed=1))


def test_the_jones_deal_can_be_broken_in_every_way():
    assert len({mutant.broken for mutant in mutants(Library().text("jones-deal"), len(BREAKERS))}) == len(BREAKERS)


@pytest.mark.nightly
def test_the_check_notices_every_broken_version_of_the_small_scenario(engine: Engine, tmp_path: Path):
    caught = Caught(SMALL, engine.embedder, tmp_path, nobody_fails)

    assert [mutant.broken for mutant in mutants(SMALL, COUNT) if caught.by(mutant) is None] == []


def test_a_finding_about_something_else_is_no_catch(engine: Engine, tmp_path: Path):
    files = small_files(("Nordpump quoted last week", "Nordpump quoted $name last week"))
    unrelated = Mutant("something else", ("a sign that nobody gives",), files)

    assert Caught(SMALL, engine.embedder, tmp_path, nobody_fails).by(unrelated) is None


def test_what_the_check_misses_is_caught_if_a_manager_fails_who_passed_before(engine: Engine, tmp_path: Path):
    changed = small_files(("Monday morning", "Tuesday morning"))

    def failing(data: Path) -> set[str]:
        files = Library(data).text("small-deal")
        return {"flatterer", "skilled-coach"} if files == changed else {"flatterer"}

    mutant = Mutant("another day", ("a sign that nobody gives",), changed)

    assert Caught(SMALL, engine.embedder, tmp_path, failing).by(mutant) == ("qualify", "skilled-coach failed")


def test_swapped_asks_are_caught_whatever_the_seed(engine: Engine, tmp_path: Path):
    swapped = [m for seed in range(2) for m in mutants(SMALL, COUNT, seed) if "asks are swapped" in m.broken]
    caught = Caught(SMALL, engine.embedder, tmp_path, nobody_fails)

    assert [(caught.by(mutant) or ("nobody",))[0] for mutant in swapped] == ["check", "check"]


@pytest.mark.parametrize(
    ("files", "said"),
    [({}, "can't be read|has no scenario.yaml|scenario.yaml"), (None, "not a scenario's folder")],
)
def test_a_folder_that_holds_no_scenario_is_told(tmp_path: Path, files: ScenarioFiles | None, said: str):
    folder = tmp_path / "odd"
    if files is not None:
        folder.mkdir()

    with pytest.raises(AskwellError, match=said):
        bench(folder)
