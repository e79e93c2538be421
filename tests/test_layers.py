"""The layers of docs and README, held against every import in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "ui", "evals", "askwell")

# From the ground up. A module imports its own layer and those below it, never one above.
LAYERS = (
    ("bot.errors", "bot.files", "bot.once", "bot.preferences", "bot.redaction", "bot.settings"),
    ("bot.text", "bot.talk", "bot.scenario", "bot.vectors", "bot.models"),
    ("bot.director", "bot.topics", "bot.knowledge", "bot.store"),
    ("bot.next_steps", "bot.reader", "bot.guard", "bot.voice"),
    (
        "bot.engine",
        "bot.scoring",
        "bot.practice",
        "bot.progress",
        "bot.calls",
        "bot.writeup",
        "bot.authoring",
        "bot.doctor",
        "bot.drills",
        "bot.plans",
        "bot.programmes",
    ),
    ("bot",),
    ("ui", "evals"),
    ("askwell",),
)
RANK = {module: rank for rank, modules in enumerate(LAYERS) for module in modules}
PURE = ("bot.text", "bot.talk", "bot.scenario", "bot.director", "bot.scoring.measures", "bot.scoring.scorecard")
READS_FILES = ("bot.scenario.authored", "bot.scenario.library", "bot.scenario.badges", "bot.scenario.reading")
SHIPS_FOR_TESTS = "bot.testing"

# Each of these is imported in one place only, and one also where its files are made.
ONE_HOME = {
    "bm25s": "bot.knowledge.ranking",
    "fsrs": "bot.drills.spacing",
    "chromadb": "bot.knowledge.index",
    "docx": ("bot.knowledge.formats.word", "bot.calls.word"),
    "langchain": "bot.models.llm",
    "langchain_core": "bot.models.llm",
    "sqlalchemy": "bot.store",
    "alembic": "bot.store",
    "openai": "bot.models.wire",
    "pptx": "bot.knowledge.formats.slides",
    "prompt_toolkit": "askwell.cli.typing_line",
    "pypdf": "bot.knowledge.formats.pdf",
    "striprtf": "bot.knowledge.formats.rtf",
    "onnxruntime": ("bot.vectors.embedding", "evals.export"),
    "tokenizers": "bot.vectors.embedding",
    "yaml": "bot.scenario.strictyaml",
    "scipy": "evals.reports.statistics",
    "icalendar": "bot.progress.rhythm",
    "jinja2": "evals.reports.report_html",
    "streamlit": "ui",
    "typst": "ui.share.sheets",
    "typer": "askwell.cli",
    "torch": "evals",
    "transformers": "evals",
    "pydantic_settings": "bot.settings",
    "inspect_ai": "askwell.inspection",
    "webvtt": "bot.calls.captions",
    "openpyxl": "bot.calls.tables",
    "charset_normalizer": "bot.calls.decoding",
}
HEAVY = ("chromadb", "langchain", "openai", "onnxruntime", "tokenizers", "numpy", "streamlit", "pandas", "altair")


@dataclass(frozen=True)
class Import:
    """One name that a module imports: when it loads (`early`), or later: in a function, or for type checkers alone."""

    importer: str
    imported: str
    early: bool
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    return {module_name(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


def imports_of(module: str, tree: ast.Module, is_package: bool) -> Iterator[Import]:
    """Every import, wherever it stands."""
    base = module if is_package else module.rpartition(".")[0]

    def walk(node: ast.AST, early: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(module, alias.name, early, child.lineno)
            elif isinstance(child, ast.ImportFrom):
                up = base.split(".")[: len(base.split(".")) - child.level + 1] if child.level else []
                source = ".".join([*up, *([child.module] if child.module else [])])
                for alias in child.names:
                    deeper = f"{source}.{alias.name}"
                    yield Import(module, deeper if deeper in modules() else source, early, child.lineno)
            else:
                yield from walk(child, early and not _later(child))

    yield from walk(tree, True)


def _later(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
        isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    )


@cache
def imports() -> tuple[Import, ...]:
    return tuple(
        found
        for module, path in modules().items()
        for found in imports_of(module, ast.parse(path.read_text(encoding="utf-8")), path.name == "__init__.py")
    )


def layer(module: str) -> int | None:
    """The rank of the longest listed name that `module` lies under; None outside the project."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((RANK[name] for name in names if name in RANK), None)


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_every_module_of_the_library_has_a_layer():
    homeless = {name for name in modules() if inside(name, "bot") and layer(name) == RANK["bot"]}

    assert {name for name in homeless if not inside(name, SHIPS_FOR_TESTS)} == {"bot"}


@pytest.mark.slow
def test_no_module_imports_a_layer_above_its_own():
    upward = [
        str(found)
        for found in imports()
        if not inside(found.importer, SHIPS_FOR_TESTS)
        and (target := layer(found.imported)) is not None
        and target > (layer(found.importer) or 0)
    ]

    assert upward == []


def test_only_the_command_line_and_the_adapter_import_the_app_and_the_benchmarks_and_nothing_imports_them():
    edges = [
        str(found)
        for found in imports()
        for package in ("ui", "evals", "askwell.cli", "askwell")
        if inside(found.imported, package)
        and not inside(found.importer, package)
        and not (package == "evals" and inside(found.importer, "askwell"))
        and not (inside(found.importer, "askwell.cli") and not found.early)
    ]

    assert edges == []


@pytest.mark.slow
def test_nothing_that_ships_imports_the_doubles():
    assert [
        str(found)
        for found in imports()
        if inside(found.imported, SHIPS_FOR_TESTS)
        and not inside(found.importer, SHIPS_FOR_TESTS)
        # Benchmarks of faults need a server that has them, and a command serves it to whoever has no model.
        and found.importer not in ("evals.benches.voice", "evals.benches.faults", "askwell.cli.endpoint")
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ONE_HOME)
def test_a_library_is_imported_in_one_place(library: str):
    homes = {found.importer for found in imports() if inside(found.imported, library)}

    assert homes or library == "openai"  # reached through langchain
    allowed = ONE_HOME[library]
    allowed = (allowed,) if isinstance(allowed, str) else allowed
    assert [home for home in sorted(homes) if not any(inside(home, one) for one in allowed)] == []


def test_heavy_libraries_of_the_library_are_loaded_when_they_are_used():
    early = [
        str(found)
        for found in imports()
        if found.early
        and inside(found.importer, "bot")
        and any(found.imported.split(".")[0].partition("_")[0] == heavy for heavy in HEAVY)
    ]

    assert early == []


def test_the_pure_layer_reads_no_clock_file_chance_or_environment():
    impure = [
        "datetime",
        "io",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "socket",
        "subprocess",
        "tempfile",
        "time",
    ]
    touched = [
        str(found)
        for found in imports()
        if any(inside(found.importer, module) for module in PURE)
        and found.importer not in READS_FILES
        and found.imported.split(".")[0] in impure
    ]

    assert touched == []


@pytest.mark.slow
def test_only_settings_reads_the_environment():
    readers = {
        module
        for module, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and inside(module, "bot")
    }

    # The command line writes its --data there, for settings to read.
    assert readers <= {"bot.settings", "askwell.cli.main"}


def circles(edges: dict[str, set[str]]) -> list[str]:
    """Each way round that leads back to where it began, as text; empty where there is none."""
    found: list[str] = []
    done: set[str] = set()

    def visit(name: str, on_the_way: tuple[str, ...]) -> None:
        if name in on_the_way:
            found.append(" -> ".join([*on_the_way[on_the_way.index(name) :], name]))
        elif name not in done:
            for target in sorted(edges.get(name, ())):
                visit(target, (*on_the_way, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())
    return found


def test_a_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a -> b -> c -> a"]


def test_no_files_import_one_another_in_a_circle_not_even_lazily_or_for_type_checkers():
    edges: dict[str, set[str]] = {name: set() for name in modules()}
    for found in imports():
        if found.imported in edges and found.imported != found.importer:
            edges[found.importer].add(found.imported)

    assert circles(edges) == []


def test_no_rooms_import_one_another_in_a_circle():
    def room(module: str) -> str:
        return ".".join(module.split(".")[:2])

    edges: dict[str, set[str]] = {}
    for found in imports():
        if found.imported in modules() and room(found.imported) != room(found.importer):
            edges.setdefault(room(found.importer), set()).add(room(found.imported))

    assert circles(edges) == []
