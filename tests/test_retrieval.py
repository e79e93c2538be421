"""Finding guidance: words and meaning together, a floor, own documents, the check, and the benchmark's arithmetic."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Engine
from bot.errors import AskwellError
from bot.knowledge import Knowledge
from bot.knowledge.check import knowledge_problems
from bot.knowledge.documents import MOST_BYTES, PART_CHARS, Document, read_documents
from bot.knowledge.ranking import Words, prose_sentences, search_stem, search_stems
from bot.scenario.library import Library
from bot.testing import FakeEmbedder, small_scenario
from evals import benches
from evals.benches import retrieval
from evals.benches.retrieval import Query, score_queries

PASSAGE = """---
id: {id}
title: {id}
topics: [asking]
{more}source: A. Author
---

{text}
"""


class Here:
    """A directory of one's own, as --data takes it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "knowledge").mkdir(parents=True)

    def passage(self, name: str, text: str, more: str = "") -> None:
        self.write(f"guidance/{name}.md", PASSAGE.format(id=name, text=text, more=more))

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def knowledge(self) -> Knowledge:
        return Knowledge(Library(self.root), FakeEmbedder())

    def documents(self) -> dict[str, Document]:
        return {document.name: document for document in read_documents(Library(self.root))}

    def problems(self) -> list[str]:
        library = Library(self.root)
        return knowledge_problems(library, read_documents(library))


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path / "own")


# Words


@pytest.mark.parametrize(
    ("words", "stemmed"),
    [
        ("coach coaches coached coaching", "coach"),
        ("question questions", "question"),
        ("plan plans planned planning", "plan"),
        ("story stories", "story"),
        ("price prices priced pricing", "pric"),
        ("rep rep's reps", "rep"),
    ],
)
def test_forms_of_a_word_have_one_stem(words: str, stemmed: str):
    assert {search_stem(word) for word in words.split()} == {stemmed}


def test_stems_leave_out_words_that_say_nothing():
    assert search_stems("How do I stop telling my reps what to do?") == ["stop", "tell", "rep"]


def test_sentences_end_at_full_stops_and_paragraphs():
    assert prose_sentences('One. "Two?" Three\ngoes on.\n\nFour') == ["One.", '"Two?"', "Three goes on.", "Four"]


def test_a_share_of_words_is_below_one_and_nothing_where_none_is_held():
    words = Words(["wombats dig", "wombats sleep", "birds sing"])

    assert words.shares("zebras").tolist() == words.shares("the").tolist() == [0, 0, 0]
    first, second, third = words.shares("digging wombats").tolist()
    assert 1 > first > second > third == 0
    assert words.shares("digging wombats and zebras")[0] < first
    assert Words([]).shares("x").tolist() == Words(["the"]).shares("the").tolist()[:0] == []


# Search
@pytest.mark.slow
def test_a_passage_is_found_by_how_people_ask_for_it(here: Here):
    here.passage("burrows", "They live below.", "asks: [where do wombats sleep, animals underground]\n")

    passage, near = here.knowledge().guidance("where do wombats sleep", 1)[0]
    assert (passage.id, near > 0.5) == ("burrows", True)


def test_the_bundled_passages_say_how_people_ask_for_them():
    passages = Knowledge(Library(), FakeEmbedder()).passages

    assert [passage.id for passage in passages if len(passage.asks) < 5] == []


@pytest.mark.slow
def test_the_words_that_were_found_are_told(here: Here):
    here.passage("burrows", "Wombats were digging all night.")
    found = here.knowledge().search("Do wombats dig?")

    assert [(one.passage.id, one.words) for one in found][:1] == [("burrows", ("dig", "wombats"))]


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", ["lentil soup recipe", "capital of Mongolia", "remove a wine stain from carpet", "?", "the"]
)
def test_what_guidance_says_nothing_about_finds_nothing(engine: Engine, query: str):
    assert engine.knowledge.search(query) == []


@pytest.mark.parametrize("query", ["rep says yes to everything", "no time to coach", "how do I start a one-to-one"])
def test_what_guidance_is_about_is_above_the_floor(engine: Engine, query: str):
    found = engine.knowledge.search(query, 3)

    assert found
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.slow
def test_the_same_search_gives_the_same_answer(engine: Engine):
    again = Knowledge(engine.library, engine.embedder)

    assert again.search("praise that sticks", 20) == engine.knowledge.search("praise that sticks", 20)


# Your own documents

HANDBOOK = """---
owner: somebody
---
Before any heading.

# Pricing
## Discounts
Wombats pay ten percent less.

```
# not a heading
```
## Returns #
Send it back.
"""


def test_markdown_is_cut_by_heading(here: Here):
    here.write("documents/shop/handbook.md", HANDBOOK)
    parts = here.documents()["shop/handbook.md"].parts

    assert [(part.title, part.source, part.text.split("\n")[0]) for part in parts] == [
        ("handbook", "shop/handbook.md", "Before any heading."),
        ("Discounts", "shop/handbook.md, Pricing > Discounts", "Wombats pay ten percent less."),
        ("Returns", "shop/handbook.md, Pricing > Returns", "Send it back."),
    ]
    assert [part.id for part in parts] == [f"documents/shop/handbook.md#{n}" for n in range(3)]


def test_text_is_cut_by_paragraphs_with_their_lines(here: Here):
    here.write("documents/notes.txt", f"\nFirst.\r\n\r\n{'Long sentence. ' * 30}\r\n\r\nLast.\n")
    parts = here.documents()["notes.txt"].parts

    assert [part.source for part in parts] == ["notes.txt, line 2", "notes.txt, line 6"]
    assert parts[-1].text == "Last."


def test_no_part_is_longer_than_the_model_reads(here: Here):
    here.write("documents/long.md", f"{'x' * 5000}\n\n{'Some words here. ' * 500}")
    parts = here.documents()["long.md"].parts

    assert max(len(part.text) for part in parts) <= PART_CHARS
    assert "".join(part.text for part in parts).count("Some words here.") == 500


@pytest.mark.slow
def test_documents_are_found_with_their_source(here: Here):
    here.write("documents/handbook.md", HANDBOOK)
    found = here.knowledge().search("wombats percent", 1)

    assert [(one.passage.source, one.words) for one in found] == [
        ("handbook.md, Pricing > Discounts", ("percent", "wombats"))
    ]


@pytest.mark.slow
def test_documents_never_reach_the_rep(here: Here, monkeypatch: pytest.MonkeyPatch):
    scenario = small_scenario()
    here.write("documents/secret.md", "# Right\n\nRight. Zanzibar.")
    knowledge = here.knowledge()
    knowledge.guidance("zanzibar", 1)
    knowledge.recall(scenario, (), (), ["right"], 1)  # the index holds only what was asked for

    import chromadb

    # All clients in memory share one database in a process.
    client = chromadb.EphemeralClient(chromadb.config.Settings(anonymized_telemetry=False))
    held = {collection.name: collection.get()["documents"] or [] for collection in client.list_collections()}
    assert {name.partition("-")[0] for name in held if any("Zanzibar" in text for text in held[name])} == {"guidance"}
    assert knowledge.named("entries") in held
    assert all("Zanzibar" not in spoken.line.text for spoken in knowledge.lines(scenario, "reply/nod", []))
    assert all("Zanzibar" not in passage.text for passage in knowledge.passages)


def test_a_conversation_reads_no_documents(here: Here, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.knowledge.retrieval.read_documents", lambda _: pytest.fail("documents were read"))
    knowledge = here.knowledge()

    assert knowledge.lines(small_scenario(), "reply/nod", [])


@pytest.mark.slow
def test_what_cannot_be_served_is_named_and_the_rest_is(here: Here, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("Secret.")
    here.write("documents/good.md", "Good.")
    here.write("documents/large.txt", b"x" * (MOST_BYTES + 1))
    here.write("documents/latin.txt", b"caf\xe9")
    here.write("documents/zero.md", b"a\x00b")
    here.write("documents/empty.txt", "\n")
    here.write("documents/sheet.xlsx", "x")
    here.write("documents/.hidden", "x")
    folder = here.root / "knowledge" / "documents"
    (folder / "link.md").symlink_to(outside / "secret.md")
    (folder / "away").symlink_to(outside)
    (folder / "same.md").symlink_to(folder / "good.md")

    documents = here.documents()
    leads_out = "is a link to a file outside the directory; put the file itself here"
    assert {name: document.problem for name, document in documents.items() if document.problem} == {
        "large.txt": "is larger than 20 MB; split it up",
        "latin.txt": "is not UTF-8 text (byte 3); save it as UTF-8",
        "zero.md": "is not text: it contains a zero byte; save it as UTF-8",
        "empty.txt": "contains no text",
        "sheet.xlsx": "is not one of .docx, .htm, .html, .md, .pdf, .pptx, .rtf, .txt",
        "link.md": leads_out,
        "away": leads_out,
    }
    assert [name for name, document in documents.items() if document.parts] == ["good.md", "same.md"]
    assert f"link.md:1: {leads_out}" in here.problems()


def test_what_a_terminal_would_act_upon_is_taken_out(here: Here):
    here.write("documents/bad.md", "# A\x1b[2J title\n\nSome\x9b31m text.")
    part = here.documents()["bad.md"].parts[0]

    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", part.title + part.source + part.text) == []


def test_a_damaged_pdf_is_named(here: Here):
    pytest.importorskip("pypdf")
    here.write("documents/a.pdf", b"not what it says")

    assert here.documents()["a.pdf"].problem.startswith("can't be read: ")


def test_a_pdf_is_cut_by_page(here: Here):
    pytest.importorskip("pypdf")
    here.write("documents/deck.pdf", pdf("Wombats dig.", "Birds sing."))
    parts = here.documents()["deck.pdf"].parts

    assert [(part.title, part.source, part.text) for part in parts] == [
        ("deck", "deck.pdf, page 1", "Wombats dig."),
        ("deck", "deck.pdf, page 2", "Birds sing."),
    ]


def test_a_word_file_is_cut_by_heading(here: Here):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("Pricing", 1)
    document.add_heading("Discounts", 2)
    document.add_paragraph("Wombats pay less.")
    document.add_table(1, 2).rows[0].cells[1].text = "ten percent"
    path = here.write("documents/book.docx", b"")
    document.save(str(path))
    parts = here.documents()["book.docx"].parts

    assert [(part.title, part.source) for part in parts] == [("Discounts", "book.docx, Pricing > Discounts")]
    assert parts[0].text.split() == ["Wombats", "pay", "less.", "ten", "percent"]


def pdf(*pages: str) -> bytes:
    """A PDF with a line of text a page."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return made + f"{head}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n".encode()


# The check
@pytest.mark.slow
def test_what_is_bundled_has_no_problems():
    assert knowledge_problems(Library(), ()) == []


QUESTION = "  - {{id: {id}, text: {text}, area: {area}, focus: {focus}, topic: t, replaces: r}}\n"


@pytest.mark.slow
def test_every_problem_is_named_with_file_and_line(here: Here):
    same = "Wombats dig deep holes under the ground and sleep in them all day long until evening. " * 2
    same += "When it is dark they come out and eat grass, which nobody grudges them, and are home again by six."
    here.passage("one", f"{same} See [two](two.md), [three](three.md#top), [web](https://x.y/z.md).")
    here.passage("two", f"{same} See [two](two.md), [three](gone/three.md), [web](https://x.y/z.md).", "area: sales\n")
    here.write("guidance/bare.md", "No front matter.\n")
    here.write("guidance/code.md", PASSAGE.format(id="code", text="x", more="codes: [asking]\n"))
    ask = [("a", "Who decides there?", "any", "explore"), ("a", "What else is there?", "nowhere", "look")]
    entries = "".join(
        QUESTION.format(id=id_, text=text, area=area, focus=focus)
        for id_, text, area, focus in [*ask, ("c", "Who decides there?", "any", "action")]
    )
    here.write("questions/own.yaml", f"questions:\n{entries}")
    here.write("documents/a.md", f"# A\n\n{same}\n")
    here.write("documents/b.md", f"# B\n\n{same}\n\n# C\n[gone](gone.md) [here](a.md)\n\n[ref]: lost.txt\n")

    areas = "any, lead_and_opportunity, pipeline, skills_and_behaviours, account, territory"
    problems = here.problems()
    codes = next(problem for problem in problems if problem.startswith("code.md"))
    assert codes.startswith("code.md:5: codes[0]: input should be ")
    assert [problem for problem in problems if problem != codes] == [
        "bare.md:1: front matter is missing; start the file with --- and its fields",
        f"two.md:5: area: 'sales' is not one of {areas}",
        "two.md:1: its text is nearly the same as one.md; keep one",
        "one.md:8: link: there is no file 'three.md#top' next to it",
        "two.md:9: link: there is no file 'gone/three.md' next to it",
        "own.yaml:3: id: 'a' is also the id of the question at own.yaml:2",
        f"own.yaml:3: area: 'nowhere' is not one of {areas}",
        "own.yaml:3: focus: 'look' is not one of explore, action",
        "own.yaml:4: its text is nearly the same as own.yaml:2; keep one",
        "b.md:1: 1 of its sections are nearly the same as in a.md; keep one",
        "b.md:6: link: there is no file 'gone.md' next to it",
        "b.md:8: link: there is no file 'lost.txt' next to it",
    ]


# The benchmark


def a_query(*passages: str) -> Query:
    return Query("q", "words", passages, "plain", "test")


@pytest.mark.parametrize(
    ("passages", "found", "figures"),
    [
        (("a",), ["a", "b"], (1.0, 1.0, 1.0)),
        (("a",), ["b", "c", "d", "a"], (0.0, 0.0, 0.25)),
        (("a", "b"), ["c", "b", "d", "a"], (0.5, 1.0, 0.5)),
        (("a",), [], (0.0, 0.0, 0.0)),
    ],
)
def test_the_figures_of_a_search(passages: tuple[str, ...], found: list[str], figures: tuple[float, float, float]):
    result = score_queries([a_query(*passages)], [found])

    assert (result.recall, result.hit, result.mrr) == figures


def test_every_query_names_passages_that_there_are(engine: Engine):
    queries = retrieval.read_queries(Path(retrieval.__file__).parents[1] / "data" / "queries.jsonl")
    known = {passage.id for passage in engine.knowledge.passages}

    assert len({query.id for query in queries}) == len(queries)
    assert [query.id for query in queries if not known.issuperset(query.passages)] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", "not a query with id, query, passages, kind and split"),
        ("[", "not a query with"),
        (json.dumps({"id": "a", "query": "b", "passages": [], "kind": "plain", "split": "dev"}), "needs passages"),
        (
            json.dumps({"id": "a", "query": "b", "passages": ["c"], "kind": "plain", "split": "x"}),
            "a split of dev or test",
        ),
    ],
)
def test_a_query_that_is_wrong_is_named(tmp_path: Path, line: str, said: str):
    file = tmp_path / "queries.jsonl"
    file.write_text(f"{line}\n")

    with pytest.raises(AskwellError, match=f"queries.jsonl:1: .*{said}"):
        retrieval.read_queries(file)


@pytest.mark.nightly
@pytest.mark.slow
def test_the_benchmark_compares_four_ways(here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine):
    rows: list[dict[str, Any]] = [
        {"id": "a", "query": "silence", "passages": ["waiting"], "kind": "plain", "split": "test"},
        {"id": "b", "query": "nothing", "passages": ["waiting"], "kind": "plain", "split": "dev"},
    ]
    file = tmp_path / "queries.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.setattr(retrieval, "default_engine", lambda: engine)
    monkeypatch.setattr(retrieval, "timed", lambda *_: [])

    result = benches.run_benches("retrieval", file)
    figures = {figure.name: figure.value for figure in result.figures}
    assert (result.met, figures["recall at 3"], figures["queries"]) == (True, 1.0, 1.0)
    ways = ("by meaning alone", "by words alone", "Chroma as it comes")
    assert {f"{way}: recall at 3" for way in ways} <= set(figures)
