"""A scenario's folder: every file is read into its place, and every mistake is told with its file and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import ScenarioError
from bot.scenario.assembly import assemble
from bot.scenario.folder import ScenarioFiles, belongs, in_folder, only_main
from bot.scenario.reading import FOLDER_BYTES, MOST_FILES, read_folder, stamp, write_folder
from bot.scenario.strictyaml import MAX_BYTES
from bot.scenario.voice import default_voice

HEAD = """\
id: tiny
facts:
  - id: budget
    asks:
      - who pays
  - id: rival
"""
FILES = {
    "scenario.yaml": HEAD,
    "knows.md": "## lund: the plant at Lund\n- They make paper there.\n",
    "voice.md": "## nod\n- Hm.\n",
    "asks/budget.txt": "# as people type them\nwheres the money\n\nhow much\n",
    "asks/rival.txt": "who else\n",
    "asks/none.txt": "whats the weather\n",
    "variants/late.yaml": "told_afterwards: It was late.\nreplaces:\n  title: Late\n",
    "variants/early.yaml": "told_afterwards: It was early.\nreplaces: {}\n",
}

ORDER = "variants: must list the id of each file in variants/ once, in the order you want"
STRANGE = "doesn't belong here; a scenario has scenario.yaml, knows.md, voice.md, asks/FACT.txt and variants/ID.yaml"


def tiny(**changed: str | None) -> ScenarioFiles:
    """The files above with some changed; a name's `__` is a slash and its `_` a dot, and None leaves the file out."""
    files = FILES | {name.replace("__", "/").replace("_", "."): text for name, text in changed.items() if text}
    gone = [name.replace("__", "/").replace("_", ".") for name, text in changed.items() if text is None]
    return in_folder("tiny", {name: text for name, text in files.items() if name not in gone})


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / "tiny" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "tiny" / name).write_text(text, encoding="utf-8")
    return root / "tiny"


def problems(what: ScenarioFiles | Path) -> list[str]:
    try:
        files = read_folder(what) if isinstance(what, Path) else what
    except ScenarioError as error:
        return str(error).splitlines()
    return list(assemble(files).problems)


def test_every_file_is_put_in_its_place():
    whole = assemble(tiny())
    data, positions = whole.data, whole.positions

    assert data["facts"] == [
        {"id": "budget", "asks": ["who pays", "wheres the money", "how much"]},
        {"id": "rival", "asks": ["who else"]},
    ]
    assert data["entries"] == [{"id": "lund", "about": "the plant at Lund", "says": ["They make paper there."]}]
    assert data["not_held"] == ["whats the weather"]
    assert data["replies"] == {**default_voice(), "nod": ["Hm."]}
    assert data["variants"] == [
        {"id": "early", "told_afterwards": "It was early.", "replaces": {}},
        {"id": "late", "told_afterwards": "It was late.", "replaces": {"title": "Late"}},
    ]
    assert positions["facts", 0, "asks", 0] == (5, 9)
    assert positions["facts", 0, "asks", 2] == (4, 1, "tiny/asks/budget.txt")
    assert positions["facts", 1, "asks"] == (1, 1, "tiny/asks/rival.txt")
    assert positions["entries", 0, "says", 0] == (2, 1, "tiny/knows.md")
    assert positions["replies", "nod", 0] == (2, 1, "tiny/voice.md")
    assert positions["not_held", 0] == (1, 1, "tiny/asks/none.txt")
    assert positions["variants", 1, "replaces", "title"] == (3, 3, "tiny/variants/late.yaml")


def test_the_smallest_scenario_is_one_file():
    whole = assemble(only_main(HEAD, "tiny.yaml"))
    data, positions = whole.data, whole.positions

    assert (data["replies"], data["variants"]) == (default_voice(), [])
    assert "not_held" not in data
    assert positions["facts", 1, "id"] == (6, 5)


def test_the_order_of_variants_can_be_set():
    data = assemble(tiny(scenario_yaml=f"{HEAD}variants: [late, early]\n")).data

    assert [variant["id"] for variant in data["variants"]] == ["late", "early"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"scenario_yaml": None}, "tiny/scenario.yaml:1:1: is missing; put a file of this name here"),
        ({"scenario_yaml": "- a list\n"}, "tiny/scenario.yaml:1:1: a scenario must be a mapping of fields"),
        ({"scenario_yaml": f"{HEAD}replies: {{}}\n"},
         "tiny/scenario.yaml:7:1: replies: goes in voice.md, beside this file"),
        ({"scenario_yaml": f"{HEAD}not_held: []\n"},
         "tiny/scenario.yaml:7:1: not_held: goes in asks/none.txt, beside this file"),
        ({"scenario_yaml": f"{HEAD}variants: [late]\n"},
         f"tiny/scenario.yaml:7:1: {ORDER}; they are early, late"),
        ({"scenario_yaml": f"{HEAD}variants: [{{id: late}}]\n"},
         f"tiny/scenario.yaml:7:1: {ORDER}; they are early, late"),
        ({"knows_md": "- Paper.\n"}, "tiny/knows.md:1:1: write a heading '## id: what it is about' first"),
        ({"voice_md": "- Hm.\n"}, "tiny/voice.md:1:1: write a heading '## act' first, such as '## nod'"),
        ({"asks__budgit_txt": "how much\n"},
         "tiny/asks/budgit.txt:1:1: there is no fact 'budgit'; name the file after one of budget, rival, or none"),
        ({"asks__rival_txt": "# nobody\n"},
         "tiny/asks/rival.txt:1:1: has no questions; write one a line, or delete the file"),
        ({"asks__rival_txt": "who\nwho\x07\n"}, "tiny/asks/rival.txt:2:1: control characters are not allowed"),
        ({"variants__late_yaml": "title: Late\ntitle: Later\n"},
         "tiny/variants/late.yaml:2:1: the key 'title' appears twice"),
        ({"variants__late_yaml": "told_afterwards: x\nid: late\n"},
         "tiny/variants/late.yaml:2:1: id: is the file's name; remove it"),
        ({"variants__late_yaml": "late\n"}, "tiny/variants/late.yaml:1:1: a variant must be a mapping of fields"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_and_line(changed: dict[str, str | None], said: str):
    assert problems(tiny(**changed)) == [said]


def test_the_mistakes_of_all_files_are_told_at_once():
    found = problems(tiny(voice_md="x\n", knows_md="x\n", asks__rival_txt="\n"))

    assert [line.split(":")[0] for line in found] == ["tiny/knows.md", "tiny/voice.md", "tiny/asks/rival.txt"]


def test_the_digest_covers_every_file():
    digests = {
        tiny().digest,
        tiny(asks__rival_txt=None).digest,
        tiny(voice_md="## nod\n- Hm!\n").digest,
        only_main(HEAD, "tiny.yaml").digest,
    }

    assert len(digests) == 4
    assert tiny().digest == in_folder("other", dict(reversed(FILES.items()))).digest
    assert tiny() == tiny()
    assert hash(tiny()) == hash(tiny())


@pytest.mark.parametrize(
    ("file", "there"),
    [
        ("scenario.yaml", True),
        ("asks/who-else.txt", True),
        ("variants/new-boss.yaml", True),
        ("scenario.yml", False),
        ("asks/who else.txt", False),
        ("asks/deep/who.txt", False),
        ("variants/new-boss.md", False),
        ("xscenario.yaml", False),
        ("scenarioxyaml", False),
        ("notes.md", False),
    ],
)
def test_only_a_scenarios_files_belong_in_its_folder(file: str, there: bool):
    assert belongs(file) is there


# On disk


def test_a_folder_is_read_as_it_was_written(tmp_path: Path):
    write_folder(tmp_path / "tiny", tiny())

    assert read_folder(tmp_path / "tiny") == tiny()
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_what_editors_and_systems_leave_is_passed_over(tmp_path: Path):
    folder = written(tmp_path, {**FILES, ".DS_Store": "x", "voice.md~": "x", "asks/.rival.txt.swp": "x"})

    assert read_folder(folder) == tiny()


def test_line_ends_of_other_systems_make_no_difference(tmp_path: Path):
    folder = written(tmp_path, {})
    folder.mkdir()
    (folder / "scenario.yaml").write_bytes(HEAD.replace("\n", "\r\n").encode())

    assert read_folder(folder).text("scenario.yaml") == HEAD


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"notes.txt": "x"}, ["tiny/notes.txt:1:1: doesn't belong here; a scenario has scenario.yaml, knows.md, "]),
        ({"notes/a.txt": "x"}, ["tiny/notes:1:1: doesn't belong here; "]),
        ({"asks/deep/a.txt": "x"}, ["tiny/asks/deep:1:1: doesn't belong here; "]),
        ({"asks/Budget.txt": "x"}, ["tiny/asks/Budget.txt:1:1: doesn't belong here; "]),
        ({"a\nb.txt": "x"}, [r"tiny/a\nb.txt:1:1: doesn't belong here; "]),
        ({"knows.md": "x" * (MAX_BYTES + 1)}, ["tiny/knows.md:1:1: the file is larger than 512 KB"]),
        ({"notes.txt": "x", "voice.md": "x" * (MAX_BYTES + 1)}, ["tiny/notes.txt:1:1: ", "tiny/voice.md:1:1: "]),
        ({f"variants/v{n}.yaml": "x" * MAX_BYTES for n in range(5)},
         ["tiny/variants/v3.yaml:1:1: the files are larger than 2,048 KB together"]),
        ({f"asks/f{n}.txt": "x" for n in range(MOST_FILES + 1)},
         ["tiny:1:1: has more than 100 files; a scenario needs fewer"]),
    ],
)  # fmt: skip
def test_what_does_not_belong_in_a_folder_is_told(tmp_path: Path, files: dict[str, str], said: list[str]):
    found = problems(written(tmp_path, {**FILES, **files}))

    assert FOLDER_BYTES == 4 * MAX_BYTES
    assert len(found) == len(said)
    assert [line for line, begins in zip(found, said, strict=True) if not line.startswith(begins)] == []


def test_a_file_that_cannot_be_read_hides_no_other_mistake(tmp_path: Path):
    folder = written(tmp_path, {**FILES, "notes.txt": "x", "asks/rival.txt": "x" * (MAX_BYTES + 1), "voice.md": "x\n"})
    (folder / "variants" / "late.yaml").unlink()
    (folder / "variants" / "late.yaml").mkdir()
    whole = assemble(read_folder(folder))

    assert whole.problems == (
        f"tiny/notes.txt:1:1: {STRANGE}",
        "tiny/voice.md:1:1: write a heading '## act' first, such as '## nod'",
        "tiny/asks/rival.txt:1:1: the file is larger than 512 KB",
        "tiny/variants/late.yaml:1:1: is not a file; put a file of this name here",
    )
    assert whole.spoilt == {"tiny/voice.md", "tiny/asks/rival.txt", "tiny/variants/late.yaml"}
    assert [variant["id"] for variant in whole.data["variants"]] == ["early", "late"]
    assert whole.positions["facts", 1, "asks"] == (1, 1, "tiny/asks/rival.txt")


def test_a_file_that_cannot_be_read_changes_the_digest(tmp_path: Path):
    folder = written(tmp_path, FILES)
    before = read_folder(folder).digest
    (folder / "notes.txt").write_text("x", encoding="utf-8")

    assert read_folder(folder).digest != before


def test_a_folder_without_a_scenario_says_what_is_missing(tmp_path: Path):
    (tmp_path / "tiny").mkdir()

    assert problems(tmp_path / "tiny") == ["tiny/scenario.yaml:1:1: is missing; put a file of this name here"]
    assert problems(tmp_path / "nowhere") == ["nowhere:1:1: can't be read: No such file or directory"]


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path):
    folder = written(tmp_path, FILES)
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    for name, target in (
        ("knows.md", tmp_path / "secret"),
        ("voice.md", tmp_path / "gone"),
        ("asks/rival.txt", Path("rival.txt")),
        ("variants/late.yaml", Path("early.yaml")),
    ):
        (folder / name).unlink()
        (folder / name).symlink_to(target)
    (folder / "asks2").symlink_to(tmp_path / "elsewhere")

    assert problems(folder) == [
        f"tiny/asks2:1:1: {STRANGE}",
        "tiny/knows.md:1:1: is a link that leads out of the folder; put the file itself here",
        "tiny/voice.md:1:1: is a link that leads nowhere; put a file of this name here",
        "tiny/asks/rival.txt:1:1: is a link that leads nowhere; put a file of this name here",
    ]


def test_what_is_no_file_is_not_opened(tmp_path: Path):
    folder = written(tmp_path, {"scenario.yaml": HEAD})
    os.mkfifo(folder / "voice.md")
    (folder / "asks").symlink_to(tmp_path)

    assert problems(folder) == [
        f"tiny/asks:1:1: {STRANGE}",
        "tiny/voice.md:1:1: is not a file; put a file of this name here",
    ]


def test_a_stamp_changes_with_any_file(tmp_path: Path):
    folder = written(tmp_path, FILES)
    before = stamp(folder)
    (folder / "asks" / "rival.txt").write_text("who else then\n", encoding="utf-8")

    assert stamp(folder) != before


def test_a_folder_that_is_there_is_kept(tmp_path: Path):
    folder = written(tmp_path, {"scenario.yaml": "mine"})
    (tmp_path / "hanging").symlink_to(tmp_path / "elsewhere")

    for path in (folder, tmp_path / "hanging"):
        with pytest.raises(ScenarioError) as caught:
            write_folder(path, tiny())
        assert str(caught.value) == f"{path}: already exists; choose another id, or move it away"
    assert (folder / "scenario.yaml").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ScenarioError, match="can't be written"):
        write_folder(tmp_path / "file" / "tiny", tiny())

    assert [path.name for path in tmp_path.iterdir()] == ["file"]
