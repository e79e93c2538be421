"""`askwell scenario`: checking, beginning and showing scenarios on the command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import typer.main

from askwell.cli import main
from bot.scenario import load_files
from bot.scenario.reading import read_folder
from bot.settings import settings
from bot.testing import write_small

COMMANDS = cache(typer.main.get_command)
NEW = ("--rep", "Ana", "--role", "Rep", "--manager", "Bo", "--area", "account", "--looks", "Fine", "--truth", "Not so")


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Askwell = Callable[..., Done]


@pytest.fixture
def askwell(default_engine: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Askwell:
    """Runs one command in this process, on the session's engine."""
    monkeypatch.setattr(typer.main, "get_command", COMMANDS)

    def run(*arguments: str | Path, stdin: str = "") -> Done:
        monkeypatch.delenv("ASKWELL_DATA", raising=False)
        monkeypatch.setattr(sys, "argv", ["askwell", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        settings.cache_clear()
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return Done(stopped.value.code if isinstance(stopped.value.code, int) else 0, printed.out, printed.err)

    return run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory of one's own that holds the small scenario."""
    write_small(tmp_path / "own")
    return tmp_path / "own"


# check


@pytest.mark.slow
def test_advice_is_printed_and_passes(askwell: Askwell, own: Path):
    done = askwell("--data", own, "scenario", "check", "small-deal")

    assert (done.code, done.err) == (0, "")
    assert "small-deal/voice.md:25:1: replies.agree: has 2; write 8 more, or the rep will repeat lines\n" in done.out
    assert done.out.endswith("no mistakes; 35 pieces of advice\n")


def test_advice_counts_when_the_check_is_strict(askwell: Askwell, own: Path):
    done = askwell("--data", own, "scenario", "check", "small-deal", "--strict")

    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 35)


def test_a_mistake_fails_the_check(askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = write_small(tmp_path / "own", ("## greet\n", "## greet\n- Nordpump?\n"))
    for named in ("small-deal", folder, folder / "scenario.yaml", "own/scenarios/small-deal/"):
        monkeypatch.chdir(tmp_path)
        done = askwell("--data", tmp_path / "own", "scenario", "check", named)

        assert done.code == 1
        assert done.err.startswith("small-deal/voice.md:66:1: replies.greet[0]: gives 'rival' away with 'Nordpump'; ")
        assert "no mistakes" not in done.out
    monkeypatch.chdir(folder)
    assert askwell("scenario", "check", ".").err == done.err


def test_a_file_that_is_too_large_is_not_read(askwell: Askwell, own: Path):
    with (own / "scenarios" / "small-deal" / "voice.md").open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    for named in ("small-deal", own / "scenarios" / "small-deal"):
        done = askwell("--data", own, "scenario", "check", named)
        assert (done.code, done.err) == (1, "small-deal/voice.md:1:1: the file is larger than 512 KB\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.yaml", "missing.yaml: no such file"),
        ("/dev/zero.yaml", "/dev/zero.yaml: no such file"),
        ("zero.yaml", "zero.yaml: not a file"),
    ],
)
def test_what_is_no_scenario_is_told(
    askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")

    done = askwell("scenario", "check", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"askwell: {said}")


def test_a_folder_that_is_no_scenario_is_told(askwell: Askwell, tmp_path: Path):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "utf16").mkdir()
    (tmp_path / "utf16" / "scenario.yaml").write_bytes("id: a".encode("utf-16"))

    for named, said in (
        ("folder.yaml", "folder.yaml/scenario.yaml:1:1: is missing; put a file of this name here\n"),
        ("utf16", "utf16/scenario.yaml:1:1: can't be read: 'utf-8' codec can't decode byte 0xff in position 0"),
    ):
        done = askwell("scenario", "check", tmp_path / named)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(said)


# convert

OLD = "# mine\nid: old-deal\ntitle: An old deal\nreplies: {nod: [Hm.]}\n"


@pytest.fixture
def old(own: Path) -> Path:
    """A scenario in one file, as they used to be."""
    path = own / "scenarios" / "old-deal.yaml"
    path.write_text(OLD, encoding="utf-8")
    return path


def test_a_scenario_in_one_file_is_told_with_what_to_do(askwell: Askwell, own: Path, old: Path):
    said = f"old-deal.yaml:1:1: this is a scenario in one file; convert it: askwell scenario convert {old}\n"

    assert askwell("scenario", "check", old) == Done(1, "", said)
    assert askwell("--data", own, "scenario", "check", "old-deal") == Done(2, "", f"askwell: {said}")
    assert askwell("--data", own, "practice", "old-deal") == Done(2, "", f"askwell: {said}")
    listed = askwell("--data", own, "scenario", "list")
    assert (listed.code, listed.err) == (0, f"askwell: {said}")
    assert "old-deal" not in listed.out


def test_a_scenario_in_one_file_tells_its_slips_before_it_is_converted(askwell: Askwell, own: Path, old: Path):
    old.write_text(OLD.replace("An old deal", "An old deal #4"), encoding="utf-8")
    cut = "old-deal.yaml:3:20: title: '#4' is lost, because ' #' begins a comment"
    checked = askwell("--data", own, "scenario", "check", "old-deal")
    assert (checked.code, checked.out[: len(cut)]) == (2, cut)
    assert askwell("scenario", "check", old).out.startswith(cut)
    assert askwell("scenario", "convert", old).err.startswith(cut)

    old.with_name("new-deal.yaml").write_text(OLD.replace("title: ", "title:\u00a0"), encoding="utf-8")
    said = "askwell: new-deal.yaml:3:7: not valid YAML: a non-breaking space, as Word and web pages write it; "
    assert askwell("--data", own, "scenario", "check", "new-deal").err.startswith(said)


@pytest.mark.slow
@pytest.mark.nightly
def test_a_check_of_all_scenarios_names_those_in_one_file(askwell: Askwell, own: Path, old: Path):
    done = askwell("--data", own, "scenario", "check")

    assert (done.code, done.err.count("\n")) == (1, 1)
    assert done.err.startswith("old-deal.yaml:1:1: this is a scenario in one file")


def test_a_scenario_in_one_file_becomes_a_folder(askwell: Askwell, own: Path, old: Path):
    folder = own / "scenarios" / "old-deal"
    old.with_name("old-deal.knows.md").write_text("## lund: the plant\n- Paper.\n", encoding="utf-8")

    assert askwell("scenario", "convert", old) == Done(
        0,
        f"wrote {folder} (3 files); the comments in old-deal.yaml were not kept\n\nNext:\n"
        f"  askwell scenario check {folder}\n  rm {old} {own}/scenarios/old-deal.knows.md\n",
        "",
    )
    assert dict(read_folder(folder).files) == {
        "knows.md": "## lund: the plant\n- Paper.\n",
        "scenario.yaml": "id: old-deal\ntitle: An old deal\n",
        "voice.md": "## nod\n- Hm.\n",
    }
    assert old.read_text(encoding="utf-8") == OLD
    again = askwell("scenario", "convert", old)
    assert again == Done(2, "", f"askwell: {folder}: already exists; choose another id, or move it away\n")


def test_a_folder_can_be_written_elsewhere_under_the_scenarios_name(askwell: Askwell, tmp_path: Path, old: Path):
    wrong = askwell("scenario", "convert", old, "--to", tmp_path / "new")
    assert wrong == Done(
        2, "", f"askwell: --to: {tmp_path}/new: the folder must be called old-deal, like the scenario\n"
    )
    assert not (tmp_path / "new").exists()

    assert askwell("scenario", "convert", old, "--to", tmp_path / "new" / "old-deal").code == 0
    assert (tmp_path / "new" / "old-deal" / "scenario.yaml").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: a\nreplies: [Hm.]\n", "old-deal.yaml:2:1: replies: can't be converted"),
        ("id: a\nid: b\n", "old-deal.yaml:2:1: the key 'id' appears twice"),
    ],
)
def test_what_cannot_be_converted_leaves_nothing(askwell: Askwell, old: Path, text: str, said: str):
    old.write_text(text, encoding="utf-8")
    done = askwell("scenario", "convert", old)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"askwell: {said}")
    assert sorted(path.name for path in old.parent.iterdir()) == ["old-deal.yaml", "small-deal"]
    assert askwell("scenario", "convert", old.with_name("gone.yaml")).err == (
        "askwell: gone.yaml:1:1: can't be read: No such file or directory\n"
    )


# new


@pytest.mark.slow
def test_a_new_scenario_is_written_checked_shown_and_played(askwell: Askwell, tmp_path: Path):
    root = tmp_path / "my own"
    made = askwell("--data", root, "scenario", "new", "my-deal", *NEW)

    assert (made.code, made.err) == (0, "")
    assert made.out.startswith(
        f"wrote {root}/scenarios/my-deal: scenario.yaml and knows.md\n\nNext:\n  askwell --data '{root}' scenario check"
    )
    assert askwell("--data", root, "scenario", "check", "my-deal") == Done(0, "no problems\n", "")
    assert askwell("--data", root, "scenario", "show", "my-deal").code == 0
    (tmp_path / "script.txt").write_text("What is behind that?\nWho would know?\nWhat could you do next?\n")
    played = askwell("--data", root, "practice", "my-deal", "--script", tmp_path / "script.txt")
    assert (played.code, played.err) == (0, "")
    assert "Not so." in played.out


def test_what_no_option_gives_is_asked(askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    answers = "Ana\n\nRep\nBo\nmoon\naccount\nIt looks fine\nIt is: not\n"
    done = askwell("scenario", "new", "my-deal", stdin=answers)

    assert (done.code, done.err) == (0, "")
    loaded = load_files(read_folder(tmp_path / "scenarios" / "my-deal"))
    assert (loaded.rep.name, loaded.rep.role, loaded.area) == ("Ana", "Rep", "account")
    assert loaded.fact("truth").text == "It is: not."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("../up", *NEW), "'../up' can't be an id"),
        (("my-deal", *NEW[:-2]), "--truth is missing: what is really going on, as the rep would say it"),
        (("my-deal", *NEW, "--area", "moon"), "--area: 'moon' is not one of lead_and_opportunity"),
        (("jones-deal", *NEW), "'jones-deal' is the id of a bundled scenario; choose another"),
    ],
)
def test_what_cannot_be_made_leaves_nothing(askwell: Askwell, tmp_path: Path, arguments: tuple[str, ...], said: str):
    done = askwell("--data", tmp_path, "scenario", "new", *arguments)

    assert done.code == 2
    assert f"askwell: {said}" in done.err
    assert list(tmp_path.rglob("*.yaml")) == []


def test_a_scenario_that_is_there_is_kept(askwell: Askwell, own: Path):
    before = read_folder(own / "scenarios" / "small-deal")
    done = askwell("--data", own, "scenario", "new", "small-deal", *NEW)

    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("small-deal: already exists; choose another id, or move it away\n")
    assert read_folder(own / "scenarios" / "small-deal") == before


# show


def test_what_the_manager_may_know_is_shown(askwell: Askwell, own: Path):
    shown = askwell("--data", own, "scenario", "show", "small-deal").out

    for said in ("A small deal", "Nora: Sales manager", "Ada: Account executive", "quiet.", "Competitors: (blank)"):
        assert said in shown
    assert "Nordpump" not in shown
    assert "cut in half" not in shown


@pytest.mark.slow
def test_what_the_rep_would_answer_is_shown_with_what_is_held_back(askwell: Askwell, own: Path, tmp_path: Path):
    asked = tmp_path / "asked.txt"
    asked.write_text("how are you with all this waiting\n\nwhat colour is the roof\n", encoding="utf-8")
    feeling, nothing = askwell("--data", own, "scenario", "ask", "small-deal", "--file", asked).out.split("\n\n")

    assert "  Ada: " in feeling
    assert "\n    Ada holds 'tired' back: it never comes in the first two turns; " in feeling
    assert "\n  Ada, trusting: " in feeling
    assert feeling.count("holds 'tired' back") == 1
    assert "gives away tired" in feeling
    assert nothing.endswith("\n  nothing in the scenario answers this\n")


def test_secrets_are_shown_when_they_are_asked_for(askwell: Askwell, own: Path):
    shown = askwell("--data", own, "scenario", "show", "small-deal", "--secrets").out

    for said in (
        "  rival (open question, openness 0.3): who else is quoting\n    Nordpump quoted last week at a tenth less.\n",
        "    Ask: Who else might they be talking to, do you think?",
        "  price-is-not-it (needs budget, rival): what the silence is about",
        "  smaller-quote (needs price-is-not-it): Send a smaller quote",
        "  she-asked (rep steps at least 1)\n",
        "  silence (otherwise)\n",
    ):
        assert said in shown
    other = askwell("--data", own, "scenario", "show", "small-deal", "--secrets", "--variant", "old-friend").out
    assert "The pump budget is whole." in other
    assert "Revealed afterwards: The money was there." in other
