"""Programmes: what a file may say, what is told when it is wrong, and where somebody stands in one."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from askwell.cli.main import app
from bot.drills import DrillKind
from bot.errors import AskwellError
from bot.programmes import (
    Course,
    Programme,
    course_of,
    join_programme,
    joined_programme,
    known_programmes,
    leave_programmes,
    programme_problems,
    read_programme,
)
from bot.scenario import Area
from bot.scenario.library import Library, bundled
from bot.store import KeptRecord, RecordKind, SessionHead, Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LIBRARY = Library()
BUNDLED = bundled() / "knowledge" / "programmes" / "five-areas.yaml"
PROGRAMME = read_programme(BUNDLED, LIBRARY)
IDS = LIBRARY.scenario_ids()


def head(scenario: str, at: datetime, variant: str = "base", parent: str | None = None) -> SessionHead:
    return SessionHead(f"{scenario}-{at:%d}", scenario, scenario, variant, at, at, 20, "coaching", parent)


def drills(kind: DrillKind, at: datetime, number: int = 5) -> list[tuple[DrillKind, datetime]]:
    return [(kind, at)] * number


def stands(now: datetime, *, heads=(), drilled=(), talked=(), ids=IDS, programme: Programme = PROGRAMME) -> Course:
    return course_of(programme, NOW, now, heads, drilled, talked, ids)


# The file


def test_the_bundled_programme_covers_the_five_areas_in_six_weeks_and_ends_with_a_real_talk():
    areas = [LIBRARY.scenario(week.scenarios[0].id).area for week in PROGRAMME.weeks]

    assert len(PROGRAMME.weeks) == 6
    assert set(areas[:5]) == set(Area)
    assert {kind for week in PROGRAMME.weeks for kind in week.drills} == set(DrillKind)
    assert PROGRAMME.weeks[5].real_talk
    assert PROGRAMME.weeks[5].scenarios[0].variant != "base"


def written(tmp_path: Path, old: str, new: str) -> Path:
    text = BUNDLED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "five-areas.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "- id: late-stage-funnel",
            "- id: late-stage-funel",
            (
                "five-areas.yaml:17:9: weeks[1].scenarios[0].id: there is no scenario 'late-stage-funel'; "
                "did you mean 'late-stage-funnel'?"
            ),
        ),
        (
            "variant: new-boss",
            "variant: merger",
            (
                "five-areas.yaml:46:9: weeks[5].scenarios[0].variant: there is no variant 'merger'; "
                "choose one of base, budget-freeze, new-boss"
            ),
        ),
        (
            "passages: [veteran, ",
            "passages: [veterans, ",
            "five-areas.yaml:33:16: weeks[3].passages[0]: there is no passage 'veterans'; did you mean 'veteran'?",
        ),
        (
            "drills: [when]",
            "drills: [whenever]",
            (
                "five-areas.yaml:39:14: weeks[4].drills[0]: 'whenever' is not one of "
                "ask_instead, hand_it_back, name_the_move, one_question, when"
            ),
        ),
        (
            "    focus: Say it back",
            "    focuss: Say it back",
            "five-areas.yaml:22:5: weeks[2].focuss: is not a field here",
        ),
        ("id: five-areas", "id: five", "five-areas.yaml:2:1: id: 'five' must be the file's name, 'five-areas'"),
        ("weeks:\n", "weeks: []\nrest:\n", "five-areas.yaml:7:1: rest: is not a field here; the fields are"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_remedy(tmp_path: Path, old: str, new: str, told: str):
    with pytest.raises(AskwellError) as refused:
        read_programme(written(tmp_path, old, new), LIBRARY)

    assert str(refused.value).splitlines()[0].startswith(told)


def test_a_week_that_asks_for_nothing_is_refused(tmp_path: Path):
    (tmp_path / "idle.yaml").write_text(
        "id: idle\ntitle: Idle\nsummary: Nothing.\nweeks:\n  - title: Rest\n    passages: [airtime]\n", "utf-8"
    )

    with pytest.raises(AskwellError, match=r"^idle.yaml:5:5: weeks\[0\]: asks for nothing; give it scenarios, drills"):
        read_programme(tmp_path / "idle.yaml", LIBRARY)


def test_an_authors_own_programme_replaces_the_bundled_one_and_a_broken_one_hides_no_other(tmp_path: Path):
    folder = tmp_path / "knowledge" / "programmes"
    folder.mkdir(parents=True)
    shutil.copy(BUNDLED, folder)
    path = folder / "five-areas.yaml"
    path.write_text(path.read_text("utf-8").replace("Five areas in six weeks", "Ours"), "utf-8")
    (folder / "broken.yaml").write_text("id: broken\n", "utf-8")

    known = known_programmes(Library(tmp_path))

    assert {name: one.title for name, one in known.programmes.items()} == {"five-areas": "Ours"}
    assert known.problems[0].startswith("broken.yaml:1:1: title: is missing")


def test_the_command_line_lists_and_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    run = CliRunner()
    assert run.invoke(app, ["programme", "list"]).output == "five-areas           Five areas in six weeks  (6 weeks)\n"
    assert run.invoke(app, ["programme", "check"]).output == "no problems\n"
    broken = written(tmp_path, "- id: happy-customer", "- id: unhappy")

    failed = run.invoke(app, ["programme", "check", str(broken)])

    assert failed.exit_code == 1
    assert failed.stderr.startswith("five-areas.yaml:24:9: weeks[2].scenarios[0].id: there is no scenario 'unhappy'")
    with pytest.raises(AskwellError, match="there is no programme 'six-areas'; choose one of five-areas"):
        programme_problems(LIBRARY, "six-areas")


# Where somebody stands


def test_a_week_is_done_when_its_scenario_is_played_and_its_drills_are_answered():
    played, drilled = [head("jones-deal", NOW + DAY)], drills(DrillKind.NAME_THE_MOVE, NOW + DAY)

    assert stands(NOW).week == 0
    assert [step.done for step in stands(NOW + 2 * DAY, heads=played).steps[0]] == [True, False]
    after = stands(NOW + 2 * DAY, heads=played, drilled=drilled)
    assert (after.week, after.opens) == (1, NOW + 7 * DAY)
    assert (stands(NOW + 8 * DAY, heads=played, drilled=drilled).opens) is None


def test_four_answers_make_no_round_and_a_retry_no_practice():
    drilled = drills(DrillKind.NAME_THE_MOVE, NOW, 4)
    retried = [head("jones-deal", NOW + DAY, parent="first")]

    assert [step.done for step in stands(NOW + DAY, heads=retried, drilled=drilled).steps[0]] == [False, False]


def test_what_came_before_joining_does_not_count_and_nothing_counts_twice():
    before = [head("jones-deal", NOW - DAY)]
    assert not stands(NOW + DAY, heads=before).steps[0][0].done

    drilled = drills(DrillKind.ASK_INSTEAD, NOW + DAY, 9)
    asked = [
        step.done for steps in stands(NOW + DAY, drilled=drilled).steps for step in steps if step.drill == "ask_instead"
    ]
    assert asked == [True, False]


def test_somebody_who_falls_behind_stays_with_the_week_that_is_open():
    late = stands(NOW + 40 * DAY)

    assert (late.week, late.opens) == (0, None)


def test_a_removed_scenario_asks_for_nothing_and_one_that_was_played_stays_done():
    ids = [name for name in IDS if name != "jones-deal"]
    drilled = drills(DrillKind.NAME_THE_MOVE, NOW + DAY)

    gone = stands(NOW + 8 * DAY, drilled=drilled, ids=ids)
    assert (gone.steps[0][0].gone, gone.is_done(0), gone.week) == (True, True, 1)

    played = stands(NOW + 8 * DAY, heads=[head("jones-deal", NOW + DAY)], drilled=drilled, ids=ids)
    assert (played.steps[0][0].done, played.steps[0][0].gone) == (True, False)


def test_with_the_clock_set_back_it_is_the_first_week():
    early = stands(NOW - 30 * DAY)

    assert (early.week, early.opens) == (0, None)


def test_all_six_weeks_end_with_a_real_talk_looked_back_on():
    heads = [
        head(step.id, NOW + (7 * n + 1) * DAY, step.variant)
        for n, week in enumerate(PROGRAMME.weeks)
        for step in week.scenarios
    ]
    drilled = [
        answer
        for n, week in enumerate(PROGRAMME.weeks)
        for kind in week.drills
        for answer in drills(kind, NOW + (7 * n + 2) * DAY)
    ]

    assert stands(NOW + 41 * DAY, heads=heads, drilled=drilled).week == 5
    assert stands(NOW + 41 * DAY, heads=heads, drilled=drilled, talked=[NOW + 40 * DAY]).week is None


# Joining


def test_joining_one_leaves_the_other_and_a_damaged_record_is_no_programme(tmp_path: Path):
    store = Store.open(f"sqlite:///{tmp_path / 'askwell.db'}")
    assert joined_programme(store) is None

    join_programme(store, "first", "First", NOW)
    join_programme(store, "five-areas", "Five areas", NOW + DAY)
    joined = joined_programme(store)
    assert joined is not None
    assert (joined.id, joined.title, joined.at) == ("five-areas", "Five areas", NOW + DAY)

    store.records.keep(KeptRecord(RecordKind.PROGRAMME, "odd", NOW + 2 * DAY, {}))
    odd = joined_programme(store)
    assert odd is not None
    assert odd.title == "odd"
    leave_programmes(store)
    assert joined_programme(store) is None
