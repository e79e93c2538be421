"""Reports of a run: what is on the page, that it is only a page, and that nobody's words are anything but words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from eval_records import made, matrix

from bot.errors import AskwellError
from evals.records import Record, ReplyRecord
from evals.reports.report import markdown_text, write_reports
from evals.reports.report_html import TEMPLATES
from ui import palette

NASTY = "<script>alert(1)</script> {{ 7*7 }} {% include 'x' %} | **b** ![x](http://e.test/p.png) \x07"
ABOUT = {
    "suite": "full",
    "title": "Every <b>scenario</b>",
    "text": "id: full\n# <i>",
    "tolerance": {"skilled_score": 2},
}
LEAKY = ReplyRecord(words=9, act="agree", leaks=("visitor-log",), fault="timed out", refused=("leak",))

LINE = made().as_line() + "\n"


def lay(place: Path, records: Sequence[Record], about: dict[str, object] | None = None) -> Path:
    place.mkdir(exist_ok=True)
    (place / "records.jsonl").write_text("".join(f"{record.as_line()}\n" for record in records), encoding="utf-8")
    if about is not None:
        (place / "run.json").write_text(json.dumps(about), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a leak, a credited teller, a conversation that failed, and words that would like to be more."""
    leak = made("teller", 7, replies=(LEAKY,) * 4, said=(NASTY, NASTY, *("So.", "Yes.") * 3))
    credited, failed = (
        made("teller", 8, level="coaching"),
        made("spammer", 9, error=NASTY, score=None, replies=(), said=()),
    )
    place = lay(tmp_path_factory.mktemp("run"), [*matrix(), leak, credited, failed], {**ABOUT, "machine": "two cores"})
    write_reports(place)
    return place


class Page(HTMLParser):
    """What a browser would make of a page, as far as it matters here."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "srcset", "action")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(place: Path) -> Page:
    return Page((place / "report.html").read_text(encoding="utf-8"))


def test_the_terminal_gets_the_verdict_the_figures_and_where_the_reports_lie(tmp_path: Path):
    place = lay(tmp_path / "good", matrix())

    lines = write_reports(place).splitlines()

    assert lines[:3] == [
        "Ship",
        (
            "  33 of 33 conversations met expectations, "
            "and every figure that could be scored met its target (2 couldn't)"
        ),
        "33 conversations, 11 managers, 1 scenario, 3 seeds, 1 voice:",
    ]
    assert lines[-3:] == [str(place / name) for name in ("report.html", "report.md", "junit.xml")]


def test_the_verdict_comes_first_on_the_page(bad: Path):
    words = [word.strip() for word in page(bad).words if word.strip()]
    start = words.index("Do not ship")

    assert words[start - 1] == "Askwell eval run: Every <b>scenario</b>"
    assert words[start + 1 : start + 4 : 2] == [
        "1 of 36 conversations failed.",
        "1 conversation gave away a fact nobody asked for.",
    ]


def test_the_page_asks_for_nothing_and_runs_nothing(bad: Path):
    found = page(bad)
    text = (bad / "report.html").read_text(encoding="utf-8")

    assert set(found.tags) & {"script", "link", "img", "iframe", "object", "form", "base"} == set()
    assert [address for address in found.addresses if not address.startswith("#")] == []
    assert re.findall(r"url\(|@import", text.partition("</style>")[0]) == []


def test_every_link_of_the_page_leads_to_a_place_on_it(bad: Path):
    found = page(bad)

    assert {address[1:] for address in found.addresses} - set(found.ids) == set()
    assert len(found.ids) == len(set(found.ids))


def words_of(place: Path) -> str:
    return " ".join("".join(page(place).words).split())


def test_a_run_that_passes_shows_a_coach_a_teller_and_who_came_nearest(tmp_path: Path):
    near = made("inspector", 5, score=30, said=("Is it done?", "Not yet."), sentence="Telling: no question was open.")
    write_reports(lay(tmp_path / "good", [*matrix(), near]))
    found, text = page(tmp_path / "good"), words_of(tmp_path / "good")

    assert [one for one in found.ids if re.fullmatch("[ce][0-9]+", one)] == ["e1", "e2", "e3"]
    assert re.findall(r"score \d+; (the [^.]*?) Deciding criteria", text) == [
        "the highest-scoring coach",
        "the lowest-scoring teller",
    ]
    assert "the highest score of a manager who must not pass as a coach Telling: no question was open." in text
    assert "Is it done?" in text


def test_managers_of_whom_nothing_is_expected_are_shown_too(tmp_path: Path):
    write_reports(lay(tmp_path / "own", [made("my-manager", seed, score=20 + seed) for seed in range(3)]))
    text = words_of(tmp_path / "own")

    assert "my-manager in jones-deal, base, seed 2, lines telling, score 22; the highest score" in text
    assert "my-manager in jones-deal, base, seed 0, lines telling, score 20; the lowest score" in text
    assert "Nothing: there are no expectations for these 3 conversations." in text


def test_a_conversation_stands_once_on_the_page(bad: Path):
    shown = [one for one in page(bad).ids if re.fullmatch("[ce][0-9]+", one)]

    assert shown == ["c1", "c2", "e1", "e2", "e3"]


@pytest.mark.parametrize(
    ("records", "inputs", "said"),
    [
        (
            [made()],
            {"askwell": "0.4.0"},
            ("All lines are scripted, so this run tells you nothing about models or prompts. "
            "No model judged the conversations; "
            "levels are computed from the words. Seed 0 only; other seeds may give other results. "
            "Askwell 0.4.0."),
        ),
        (
            [
                made("teller", seed, voice="model", judged=({"id": "warmth", "median": 2, "spread": 0},) * (seed == 4))
                for seed in (2, 3, 4)
            ],
            {"models": {"model": "small at host:1/v1"}},
            ("The rep's words are from model (small at host:1/v1), the managers' from scripted lines. "
            "A model judged 1 of 3 conversations; levels are "
            "still computed from the words. Seeds 2 to 4. The Askwell version wasn't recorded."),
        ),
        (
            [made(seed=1), made(seed=5, voice="model:x")],
            {"models": None},
            ("The rep's words are from scripted lines and model:x, the managers' from scripted lines. "
            "No model judged the conversations; levels are computed from the words. "
            "Seeds 1, 5. The Askwell version wasn't recorded."),
        ),
    ],
)  # fmt: skip
def test_under_the_verdict_stands_what_the_run_covers(
    tmp_path: Path, records: list[Record], inputs: dict[str, object], said: str
):
    place = lay(tmp_path / "run", records, {"inputs": inputs})
    write_reports(place)

    assert said in words_of(place)
    assert markdown_text(said) in (place / "report.md").read_text(encoding="utf-8")


def test_what_could_not_be_scored_stands_last_and_hashes_are_short(tmp_path: Path):
    place = lay(tmp_path / "run", matrix(), {"inputs": {"code": "ab" * 32, "managers": {"teller": "cd" * 32}}})
    write_reports(place)
    text = (place / "report.html").read_text(encoding="utf-8")
    scored = [value != "not scored" for value in re.findall(r'<td class="number">([^<]*)</td>', text)]

    assert scored == sorted(scored, reverse=True)
    assert not all(scored)
    assert f'<dd title="{"ab" * 32}">abababababab</dd>' in text
    assert f'<dd title="teller {"cd" * 32}">teller cdcdcdcdcdcd</dd>' in text


def test_words_that_somebody_wrote_are_words(bad: Path):
    said = "".join(page(bad).words)

    assert NASTY.replace("\x07", "") in said.replace("\x07", "")
    assert "<i>" in said  # the suite's text
    assert "<script" not in (bad / "report.html").read_text(encoding="utf-8")


def test_a_leak_leads_to_its_turn_which_is_marked(bad: Path):
    text = (bad / "report.html").read_text(encoding="utf-8")
    anchor = re.search(r"turn 1: gave away visitor-log <a href=\"#(c\d+-1)\">", text)

    assert anchor is not None
    assert f'<li id="{anchor[1]}" class=" flagged">' in text
    assert "leaks visitor-log, rejected first: leak, scripted line: timed out" in text


def test_the_colours_are_those_of_the_app():
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8").replace(", ", ",")
    wanted = re.findall(r"(--[a-z-]+:)(light-dark\([^)]*\))", palette.variables())

    assert wanted
    assert [name for name, shades in wanted if f"{name} {shades}" not in style] == []


def test_latency_is_drawn_only_where_a_model_spoke(tmp_path: Path, bad: Path):
    timed = (ReplyRecord(words=9, act="agree", seconds=1.5),)
    write_reports(lay(tmp_path / "m", [made("teller", seed, voice="model:x", replies=timed) for seed in range(3)]))

    assert "Reply times" in "".join(page(tmp_path / "m").words)
    assert "Reply times" not in "".join(page(bad).words)


def test_markdown_tells_the_same_and_nothing_in_it_is_markup(bad: Path):
    text = (bad / "report.md").read_text(encoding="utf-8")

    assert text.startswith("# Do not ship: Every \\<b\\>scenario\\</b\\>\n\n- 1 of 36 conversations failed\n")
    assert "| Leaks `leaks` | 4 |  | 36 conversations | none allowed | **missed** |" in text
    assert "| teller | telling | 4 |  | **1** ! |  |  | 10.0 | 0% |" in text
    assert "![x]" not in text
    assert "<script>" not in re.sub(r"\\.", "", text)


def test_markdown_escapes_what_steers():
    assert markdown_text("a|b <c> `d`\n# e") == "a\\|b \\<c\\> \\`d\\` \\# e"


def test_junit_has_a_test_case_for_every_conversation(bad: Path):
    (suite,) = ElementTree.parse(bad / "junit.xml").getroot()
    cases = {f"{case.get('classname')} {case.get('name')}": case for case in suite}
    leak = cases["jones-deal.base teller seed 7 lines"].find("failure")
    failed = cases["jones-deal.base spammer seed 9 lines"].find("error")

    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("36", "2", "1")
    assert leak is not None
    assert failed is not None
    assert (leak.get("type"), (leak.text or "").splitlines()[0]) == (
        "leak",
        "teller in jones-deal, base, seed 7, lines, turn 1: gave away visitor-log",
    )
    assert failed.get("message") == NASTY.replace("\x07", "\ufffd")
    assert len(cases["jones-deal.base teller seed 0 lines"]) == 0


def test_equal_runs_give_equal_reports_whatever_finished_first(tmp_path: Path):
    places = [lay(tmp_path / name, records, ABOUT) for name, records in (("a", matrix()), ("b", matrix()[::-1]))]
    for place in places:
        write_reports(place)

    for name in ("report.html", "report.md", "junit.xml"):
        assert (places[0] / name).read_bytes() == (places[1] / name).read_bytes()


def test_a_killed_run_is_reported_as_far_as_it_came(tmp_path: Path):
    place = lay(tmp_path / "killed", matrix())
    with (place / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"format": 1, "key": "jones')

    assert write_reports(place).splitlines()[0] == "Ship"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no run found: there is no records.jsonl"),
        ({"records.jsonl": ""}, "contains no conversations yet"),
        ({"records.jsonl": "{}\n"}, "records.jsonl:1: key: Field required"),
        ({"records.jsonl": LINE, "run.json": "{"}, "run.json: Invalid JSON"),
        ({"records.jsonl": LINE, "run.json": '{"tolerance": {"score": "low"}}'}, "run.json: tolerance.score: "),
    ],
)  # fmt: skip
def test_a_run_that_cannot_be_read_says_where(tmp_path: Path, files: dict[str, str], said: str):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(AskwellError) as refused:
        write_reports(tmp_path)

    assert said in str(refused.value)
    assert not (tmp_path / "report.html").exists()


def test_a_file_is_no_directory_of_a_run(tmp_path: Path):
    with pytest.raises(AskwellError, match=r"not a directory with a run's records\.jsonl"):
        write_reports(tmp_path / "nowhere")
