"""Knowledge: lines that name what is on the table only, guidance that is found, an index that may be lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.errors import KnowledgeError
from bot.knowledge import Knowledge, SpokenLine, read_passages, read_questions, spoken_lines
from bot.scenario import Area
from bot.scenario.library import Library
from bot.talk.codebook import Code
from bot.testing import FakeEmbedder, small_engine, small_scenario

pytestmark = pytest.mark.slow

PASSAGE = """---
id: {id}
title: Ask first
topics: [asking]
codes: [advice]
source: A. Author
---

Ask before you tell.
"""
ASK = PASSAGE.format(id="ask")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return small_engine(tmp_path_factory.mktemp("small"))


def ids(found: Sequence[SpokenLine]) -> list[str]:
    return [spoken.id for spoken in found]


# Lines


def test_a_line_about_a_fact_is_found_once_the_fact_is_released(small: Engine):
    scenario = small_scenario()
    find = small.knowledge.lines

    assert ids(find(scenario, "fact/budget/lines", [])) == []
    assert ids(find(scenario, "fact/budget/lines", ["rival"])) == []
    assert ids(find(scenario, "fact/budget/lines", ["budget"])) == [f"fact/budget/lines/{n}" for n in range(3)]
    assert ids(find(scenario, "fact/budget/hints", [])) == ["fact/budget/hints/0", "fact/budget/hints/1"]


@pytest.mark.parametrize(
    ("pool", "released", "count"),
    [
        ("fact/budget/closed0", [], 0),
        ("fact/budget/closed0", ["budget"], 2),
        ("insight/price-is-not-it/lines", ["budget"], 0),
        ("insight/price-is-not-it/lines", ["budget", "rival"], 3),
        ("step/ask-the-plant/lines", [], 0),
        ("step/ask-the-plant/lines", ["budget", "rival", "tired"], 3),
        ("step/ask-the-plant/told", [], 2),
        ("news/new-buyer/acknowledge", [], 2),
        ("reply/nod", [], 2),
        ("reply/no-such-act", ["budget", "rival", "tired"], 0),
    ],
)
def test_a_pool_gives_what_the_released_facts_allow(small: Engine, pool: str, released: list[str], count: int):
    assert len(small.knowledge.lines(small_scenario(), pool, released)) == count


@pytest.mark.slow
@pytest.mark.parametrize("released", [set(), {"budget"}, {"rival", "tired"}, {"budget", "rival", "tired"}])
def test_nothing_that_is_found_needs_more_than_is_released(small: Engine, released: set[str]):
    scenario = small_scenario()
    wanted = {spoken.id for spoken in spoken_lines(scenario) if released.issuperset(spoken.line.needs)}
    pools = sorted({spoken.pool for spoken in spoken_lines(scenario)})

    assert {found for pool in pools for found in ids(small.knowledge.lines(scenario, pool, released))} == wanted


def test_lines_are_compared_with_what_was_said(small: Engine):
    lines = small.knowledge.lines(small_scenario(), "reply/nod", [])
    found = small.knowledge.compared(small_scenario(), lines, "right")

    assert [(spoken.line.text, spoken.near) for spoken in found] == [("I see.", 0.0), ("Right.", 1.0)]


def test_a_variant_has_lines_of_its_own(small: Engine):
    base, other = small_scenario(), small_scenario("old-friend")
    texts = [
        {s.line.text for s in small.knowledge.lines(each, "fact/budget/lines", ["budget"])} for each in (base, other)
    ]

    assert (len(texts[0]), len(texts[1]), texts[0] & texts[1]) == (3, 3, set())


def test_every_line_of_a_scenario_has_an_id_of_its_own_and_needs_what_it_is_about():
    lines = list(spoken_lines(small_scenario()))
    about = {spoken.id: spoken.line.needs for spoken in lines}

    assert len(about) == len(lines)
    assert about["fact/rival/confirm/0"] == about["fact/rival/confirm/1"] == ("rival",)
    assert about["insight/price-is-not-it/again/0"] == ("budget", "rival")
    assert about["step/ask-the-plant/commit/0"] == ("budget",)
    assert about["fact/rival/hints/0"] == about["step/ask-the-plant/told/0"] == ()


# Guidance and the question bank


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("I keep solving the rep's problem for him", "leaving-the-problem"),
        ("how do I give advice without pushing", "asking-leave"),
        ("asking several questions in one breath", "stacked-questions"),
        ("handing back what somebody said", "reflections"),
        ("how do I review a deal", "deal-inspection"),
        ("praise that says what they did well", "specific-affirmation"),
    ],
)
def test_guidance_is_found_by_meaning(engine: Engine, query: str, passage: str):
    found = engine.knowledge.guidance(query, 3)

    assert passage in [entry.id for entry, _ in found]
    assert [near for _, near in found] == sorted((near for _, near in found), reverse=True)
    assert all(-1 <= near <= 1 for _, near in found)


@pytest.mark.parametrize("k", [1, 5, 20])
def test_as_many_passages_as_are_asked_for(engine: Engine, k: int):
    assert len({passage.id for passage, _ in engine.knowledge.guidance("coaching", k)}) == k


@pytest.mark.parametrize(
    ("code", "passage"),
    [
        ("takeover", "leaving-the-problem"),
        ("leading_question", "advice-in-disguise"),
        ("reflection", "reflections"),
        ("confront", "leading-indicators"),
        ("other", None),
        ("nonsense", None),
    ],
)
def test_the_passage_for_a_code_is_the_one_written_for_it(engine: Engine, code: str, passage: str | None):
    found = engine.knowledge.passage_for(code)

    assert (found.id if found else None) == passage


@pytest.mark.slow
def test_a_question_takes_the_place_of_what_it_replaces(engine: Engine):
    for question in engine.knowledge.questions:
        if not question.codes:
            assert engine.knowledge.question_for(question.replaces, question.area, question.focus) == question.text


def test_a_tell_that_no_question_is_near_to_gets_one_that_fits_whatever_it_is(engine: Engine):
    def instead(tell: str, *without: str) -> str | None:
        return engine.knowledge.question_for(tell, "any", None, without, Code.TAKEOVER)

    anything = [question.text for question in engine.knowledge.questions if Code.TAKEOVER in question.codes]
    given: list[str] = []
    for _ in anything:
        given.append(str(instead("Xylophones for wombats.", *given)))

    assert sorted(given) == sorted(anything)
    known = engine.knowledge.questions[0]
    assert instead(known.replaces) == known.text


def test_no_question_is_given_twice(engine: Engine):
    given: list[str] = []
    for _ in range(10):
        question = engine.knowledge.question_for("You need to call the CFO.", "any", "action", given)
        assert question is not None
        given.append(question)

    assert len(set(given)) == 10


def test_without_a_bank_there_is_no_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    knowledge = Knowledge(Library(), FakeEmbedder(), tmp_path)
    monkeypatch.setattr(Knowledge, "questions", ())

    assert knowledge.question_for("You need to call.", "any") is None


def test_the_bundled_knowledge_is_whole():
    library = Library()
    passages = read_passages(library.files("knowledge/guidance", "*.md"))
    questions = read_questions(library.files("knowledge/questions", "*.y*ml"))

    assert len(passages) >= 20
    assert {code for passage in passages for code in passage.codes} == set(Code) - {Code.OTHER}
    assert (
        len({question.id for question in questions}) == len({question.text for question in questions}) == len(questions)
    )
    assert {question.area for question in questions} <= {*map(str, Area), "any"}
    assert {question.focus for question in questions} == {"explore", "action"}


# Files that are wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ask first.\n", "ask.md:1: front matter is missing; start the file with --- and its fields"),
        ("---\nid: ask\n", "ask.md:1: front matter is missing; start the file with --- and its fields"),
        ("---\n- id\n---\nAsk.\n", "ask.md:1: must be fields, one per line"),
        ("---\nid: ask\nid: ask\n---\nAsk.\n", "ask.md:3:1: the key 'id' appears twice"),
        (ASK.replace("source: A. Author\n", ""), "ask.md:1: source: field required"),
        (ASK.replace("title", "titel"), "ask.md:1: title: field required"),
        (ASK.replace("Ask before you tell.", ""), "ask.md:1: text: string should have at least 1 character"),
        (PASSAGE.format(id="told"), "ask.md:2: id: 'told' must be the file's name, 'ask'"),
        ("\ufeff" + ASK, None),
    ],
)  # fmt: skip
def test_a_passage_that_is_wrong_is_named(tmp_path: Path, text: str, said: str | None):
    file = tmp_path / "ask.md"
    file.write_text(text, encoding="utf-8")

    if said is None:
        assert read_passages([file])[0].text == "Ask before you tell."
    else:
        with pytest.raises(KnowledgeError) as caught:
            read_passages([file])
        assert str(caught.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question: []\n", "bank.yaml:1: questions: must be a list of questions"),
        ("questions:\n  a: b\n", "bank.yaml:1: questions: must be a list of questions"),
        (
            "questions: [who]\n",
            "bank.yaml:1: questions[0]: input should be a valid dictionary or instance of BankQuestion",
        ),
        ("questions:\n- {id: a, text: b, topic: c, replaces: d}\n", "bank.yaml:2: questions[0].focus: field required"),
        ("questions: [\n", "bank.yaml:2:1: not valid YAML: a value is missing here, or a bracket above isn't closed"),
    ],
)
def test_a_question_that_is_wrong_is_named(tmp_path: Path, text: str, said: str):
    file = tmp_path / "bank.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(KnowledgeError) as caught:
        read_questions([file])
    assert str(caught.value) == said


# The index


class Counting(FakeEmbedder):
    """Remembers how many texts it was asked for."""

    def __init__(self) -> None:
        self.texts = 0

    def embed(self, texts):
        self.texts += len(texts)
        return super().embed(texts)


def opened(cache: Path | None, data: Path | None = None) -> Knowledge:
    knowledge = Knowledge(Library(data), FakeEmbedder(), cache)
    knowledge.guidance("asking", 1)
    return knowledge


def test_an_index_is_built_once_and_opened_again(tmp_path: Path):
    first, embedder = opened(tmp_path), Counting()
    first.ensure(small_scenario())
    second = Knowledge(Library(), embedder, tmp_path)

    assert len(second.lines(small_scenario(), "reply/nod", [])) == 2
    assert embedder.texts == 0


@pytest.mark.slow
@pytest.mark.nightly
def test_rebuilding_counts_what_it_holds(tmp_path: Path):
    engine = small_engine(tmp_path)
    lines = sum(
        len(list(spoken_lines(engine.library.scenario(name, variant))))
        for name in engine.library.scenario_ids()
        for variant in engine.library.scenario(name).variant_ids
    )

    assert engine.knowledge.rebuild() == {
        "guidance": len(engine.knowledge.passages),
        "documents": 0,
        "lines": lines,
    }
    assert len(engine.knowledge.lines(small_scenario(), "reply/nod", [])) == 2


@pytest.mark.slow
@pytest.mark.nightly
def test_other_guidance_is_found_at_once(tmp_path: Path):
    own = tmp_path / "own"
    (own / "knowledge" / "guidance").mkdir(parents=True)
    file = own / "knowledge" / "guidance" / "ask.md"
    file.write_text(ASK, encoding="utf-8")
    first = opened(tmp_path / "cache", own)
    file.write_text(ASK.replace("title:", "title: Wombats and"), encoding="utf-8")
    second = opened(tmp_path / "cache", own)

    titles = [knowledge.guidance("wombats", 1)[0][0].title for knowledge in (first, second)]
    assert [title.startswith("Wombats and") for title in titles] == [False, True]


@pytest.mark.parametrize("damage", [b"", b"damaged", None])
def test_a_damaged_or_deleted_cache_is_no_trouble(tmp_path: Path, damage: bytes | None):
    opened(tmp_path)
    for file in tmp_path.rglob("*.npy"):
        if damage is None:
            file.unlink()
        else:
            file.write_bytes(damage or file.read_bytes()[:200])

    assert opened(tmp_path).guidance("asking", 1)


def test_a_cache_that_cannot_be_written_is_no_trouble(tmp_path: Path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a directory")

    assert opened(in_the_way / "cache").guidance("asking", 1)


@pytest.mark.nightly
def test_many_processes_may_share_a_cache_while_it_is_written(tmp_path: Path):
    """Chroma's own files crashed their readers here."""
    code = (
        "import sys; from pathlib import Path; from bot.knowledge import Knowledge;"
        "from bot.scenario.library import Library;"
        "from bot.testing import FakeEmbedder, small_scenario;"
        "k = Knowledge(Library(), FakeEmbedder(), Path(sys.argv[1])); k.ensure(small_scenario());"
        "print(len(k.lines(small_scenario(), 'reply/nod', [])))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        for _ in range(3)
    ]

    assert [(process.communicate(timeout=60)[0], process.returncode) for process in running] == [(b"2\n", 0)] * 3


@pytest.mark.nightly
@pytest.mark.slow
def test_two_in_memory_do_not_mix():
    class Shifted(FakeEmbedder):
        name = "fake-words-shifted"

        def embed(self, texts):
            return super().embed([f"x{text}" for text in texts])

    first, second = Knowledge(Library(), FakeEmbedder()), Knowledge(Library(), Shifted())
    passage = first.passages[0]
    found = [each.guidance(passage.title, 1)[0] for each in (first, second, first)]

    assert found[0][1] > 0.5
    assert found[0] == found[2] != found[1]
