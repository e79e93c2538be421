"""Suites: what each plays, where it is found, and what is said about one that makes no sense."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.errors import AskwellError
from evals.runs.suite import Job, Suite, read_plan, suite_files
from evals.simulate import PERSONAS, person, persons

PERSON = "id: {0}\ntitle: One\nabout: Says hello.\nturns: 1\nmoves:\n- say: [Hello.]\n"


def written(directory: Path, *lines: str, name: str = "mine") -> Path:
    path = directory / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((f"id: {name}", "title: Mine", *lines, "")), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("suite", "conversations", "offline"),
    [("smoke", 45, True), ("full", 1080, True), ("voice", 100, False), ("robustness", 350, True)],
)
def test_every_suite_that_ships_plays_what_it_says(suite: str, conversations: int, offline: bool):
    plan = read_plan(suite)

    assert (len(plan.jobs), len({job.key for job in plan.jobs})) == (conversations, conversations)
    assert all(job.offline for job in plan.jobs) == offline


def test_suites_that_ship_are_these():
    assert sorted(suite_files()) == ["full", "robustness", "smoke", "voice"]


def test_conversations_come_in_a_stable_order_and_the_key_says_what_is_played(tmp_path: Path):
    suite = written(
        tmp_path, "scenarios: jones-deal", "variants: [budget-freeze, base]", "managers: [teller, inspector]",
        "seeds: [4, 2]", "manager_voices: [lines, model]",
    )  # fmt: skip

    assert [job.key for job in read_plan(str(suite)).jobs][:5] == [
        "jones-deal/base/teller/4/lines",
        "jones-deal/base/teller/4/lines/model",
        "jones-deal/base/teller/2/lines",
        "jones-deal/base/teller/2/lines/model",
        "jones-deal/base/inspector/4/lines",
    ]


def test_a_variant_is_played_by_the_scenarios_that_have_it(tmp_path: Path):
    suite = written(tmp_path, "scenarios: all", "variants: [new-boss, clinic-trial]", "managers: teller")

    assert [(job.scenario, job.variant) for job in read_plan(str(suite)).jobs] == [
        ("happy-customer", "clinic-trial"),
        ("jones-deal", "new-boss"),
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (
            ["managers: teller", "seed: 1"],
            "mine.yaml:4:1: seed: is not a field here; the fields are id, title, about, ",
        ),
        ([], "mine.yaml:1:1: managers: is missing"),
        (["managers: []"], "mine.yaml:3:1: managers: has 0; needs at least 1"),
        (["managers: [teller, teller]"], "mine.yaml:3:1: managers: teller appears twice"),
        (["managers: [tellers]"], "mine.yaml:3:12: managers[0]: there is no manager 'tellers'; choose from flatterer"),
        (["managers: teller", "scenarios: jones"], "mine.yaml:4:1: scenarios[0]: there is no scenario 'jones'; choose"),
        (["managers: teller", "variants: other"], "mine.yaml:4:1: variants[0]: there is no variant 'other'; choose"),
        (["managers: teller", "seeds: [one]"], "mine.yaml:4:9: seeds[0]: 'one' is not a whole number"),
        (["managers: teller", "seeds: 1"], "mine.yaml:4:1: seeds: '1' is not a list"),
        (
            ["managers: teller", "voices: loud"],
            "mine.yaml:4:1: voices[0]: 'loud' is not one of lines, model, model:NAME",
        ),
        (
            ["managers: teller", "tolerance: {speed: 1}"],
            "mine.yaml:4:1: tolerance: speed is not a figure; choose from ",
        ),
        (["managers: teller", "tolerance: {score: -1}"], "mine.yaml:4:13: tolerance.score: '-1' is less than 0"),
        (["managers: teller", "judge: often"], "mine.yaml:4:1: judge: 'often' is not a whole number"),
        (["- teller"], "mine.yaml:3:1: not valid YAML: "),
    ],
)
def test_a_suite_that_makes_no_sense_is_told_with_its_place(lines: list[str], problem: str, tmp_path: Path):
    with pytest.raises(AskwellError) as refused:
        read_plan(str(written(tmp_path, *lines)))

    assert str(refused.value).startswith(problem)


def test_a_suite_whom_there_is_not_names_the_choices(tmp_path: Path):
    with pytest.raises(AskwellError, match="there is no suite 'smoked'; choose one of full, robustness, smoke, voice"):
        read_plan("smoked")
    with pytest.raises(AskwellError, match="no such file"):
        read_plan(str(tmp_path / "none.yaml"))


def test_a_suite_and_a_manager_of_ones_own_shadow_those_that_ship(tmp_path: Path):
    written(tmp_path / "suites", "scenarios: jones-deal", "managers: teller", name="smoke")
    (tmp_path / "managers").mkdir()
    (tmp_path / "managers" / "teller.yaml").write_text(PERSON.format("teller"))

    plan = read_plan("smoke", tmp_path)

    assert [(job.key, plan.managers[job.manager].about) for job in plan.jobs] == [
        ("jones-deal/base/teller/0/lines", "Says hello.")
    ]
    assert person("teller").about != "Says hello." == person("teller", tmp_path).about
    assert len(persons(tmp_path)) == len(persons())


def test_a_manager_may_be_a_file_beside_the_suite(tmp_path: Path):
    (tmp_path / "one.yaml").write_text(PERSON.format("one"))
    suite = written(tmp_path, "scenarios: jones-deal", "managers: [one.yaml, teller]")

    assert [job.manager for job in read_plan(str(suite)).jobs] == ["one", "teller"]


def test_the_same_manager_cannot_be_there_by_name_and_by_file(tmp_path: Path):
    shutil.copy(PERSONAS / "teller.yaml", tmp_path)
    suite = written(tmp_path, "managers: [teller, teller.yaml]")

    with pytest.raises(AskwellError, match=r"mine\.yaml:3:20: managers\[1\]: teller appears twice"):
        read_plan(str(suite))


def test_a_manager_that_makes_no_sense_is_told_with_its_own_file(tmp_path: Path):
    (tmp_path / "one.yaml").write_text(PERSON.format("one").replace("turns: 1", "turns: 99"))

    with pytest.raises(AskwellError, match=r"one\.yaml:4:1: turns: '99' is more than 30"):
        read_plan(str(written(tmp_path, "managers: one.yaml")))


def test_what_a_suite_plays_decides_its_digest_and_its_title_does_not(tmp_path: Path):
    plain = read_plan(str(written(tmp_path, "managers: teller"))).digest
    titled = read_plan(str(written(tmp_path, "managers: teller", "about: More.", "tolerance: {score: 1}"))).digest
    seeded = read_plan(str(written(tmp_path, "managers: teller", "seeds: [1]"))).digest

    assert plain == titled != seeded


def test_a_job_that_needs_a_model_says_so():
    assert [Job("s", "base", "m", 0, *voices).offline for voices in (("lines",), ("model",), ("lines", "model:x"))] == [
        True,
        False,
        False,
    ]


def test_what_the_page_shows_can_be_played(tmp_path: Path):
    page = (Path(__file__).resolve().parents[1] / "docs" / "evals.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    suite, manager = (next(block for block in blocks if f"id: {name}" in block) for name in ("this-", "our-"))
    for name, text in (("suites/this-quarter.yaml", suite), ("managers/our-director.yaml", manager)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text.replace("my-deal", "old-playbook"), encoding="utf-8")

    assert len(read_plan("this-quarter", tmp_path).jobs) == 2 * 3 * 3 * 3 * 2


def test_the_page_names_every_field_and_every_suite():
    page = (Path(__file__).resolve().parents[1] / "docs" / "evals.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| .* \| ", page, re.MULTILINE)

    assert listed[:4] == ["smoke", "full", "robustness", "voice"]
    assert listed[4:12] == [name for name in Suite.model_fields if name not in ("id", "title", "about")]
