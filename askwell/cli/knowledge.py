"""`askwell knowledge`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import KnowledgeError
from bot.redaction import redacted

from .output import print_json

if TYPE_CHECKING:
    from bot.knowledge import Found

app = typer.Typer(
    help="Search and check coaching guidance; rebuild the index.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("search")
def search(
    query: Annotated[str, typer.Argument(help="What you're looking for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=20, help="How many passages to show.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Search the guidance and your own documents."""
    from bot.engine import default_engine

    if not query.strip():
        raise KnowledgeError("the query is empty; type a few words")
    found = default_engine().knowledge.search(query[:2000], k)
    if as_json:
        print_json([_shown(one) for one in found])
        return
    for one in found:
        passage = one.passage
        print(f"{passage.title}  ({passage.id}, {one.score:.2f})\n{_marked(passage.text, one.words)}")
        print(f"  Source: {passage.source}\n")
    if not found:
        from bot.scenario import Area

        areas = ", ".join(str(area).replace("_", " ") for area in Area)
        print(f"Nothing here answers that. The guidance covers five areas of coaching: {areas}.")


def _shown(found: Found) -> dict[str, Any]:
    passage = found.passage
    return {
        "id": passage.id,
        "title": passage.title,
        "score": found.score,
        "source": passage.source,
        "words": list(found.words),
    }


def _marked(text: str, words: Iterable[str]) -> str:
    """The text with matching words marked: in capitals on a terminal, in brackets otherwise."""
    from bot.knowledge.ranking import SEARCH_WORD, search_stem

    stems = {search_stem(word) for word in words}
    terminal = sys.stdout.isatty()

    def mark(found: re.Match[str]) -> str:
        if search_stem(found[0].lower().replace("’", "'")) not in stems:
            return found[0]
        return found[0].upper() if terminal else f"[{found[0]}]"

    return SEARCH_WORD.sub(mark, text)


@app.command("check")
def check() -> None:
    """Check guidance, questions, drills and your own documents for problems.

    Prints each problem with its file and line to standard error, and exits with 1.
    """
    from bot.drills.library import drill_problems
    from bot.knowledge.check import knowledge_problems
    from bot.knowledge.documents import read_documents
    from bot.scenario.library import Library
    from bot.settings import settings

    library = Library(settings().data)
    documents = read_documents(library)
    problems = [*knowledge_problems(library, documents), *drill_problems(library)]
    for problem in problems:
        print(redacted(problem), file=sys.stderr)  # a file's name or text may hold a key
    if problems:
        raise typer.Exit(1)
    served = [document for document in documents if document.parts]
    print(f"no problems; {len(served)} of your own {'document' if len(served) == 1 else 'documents'}")


@app.command("rebuild")
def rebuild(
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Only if something is missing.")] = False,
) -> None:
    """Rebuild the search index. Askwell also updates it by itself when files change."""
    from bot.engine import default_engine
    from bot.files import write_whole
    from bot.settings import settings

    engine = default_engine()
    try:
        write_whole(settings().cache / "writable", b"")
    except OSError:
        raise KnowledgeError(
            f"{settings().cache}: can't be written to; set ASKWELL_HOME to a directory that can"
        ) from None
    counts = engine.knowledge.rebuild() if not if_stale else None
    for scenario in engine.library.scenarios():
        engine.warm(scenario)
    engine.knowledge.guidance("coaching", 1)
    if counts is None:
        print("the index is up to date")
        return
    own = f", {counts['documents']} sections of your documents" if counts["documents"] else ""
    print(f"indexed {counts['guidance']} passages{own} and {counts['lines']} lines")
