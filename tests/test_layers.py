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
    ("bot.errors", "bot.files", "bot.patience", "bot.retries", "bot.settings"),
    ("bot.acts", "bot.moves", "bot.transcript", "bot.scenario", "bot.measures", "bot.scorecard", "bot.director"),
    (
        "bot.badges",
        "bot.embedding",
        "bot.head",
        "bot.library",
        "bot.ledger",
        "bot.llm",
        "bot.prompts",
        "bot.knowledge",
        "bot.store",
        "bot.migrations",
        "bot.topics",
    ),
    ("bot.guard", "bot.reader", "bot.voice", "bot.coach", "bot.cited", "bot.judge", "bot.narrative", "bot.vetting"),
    ("bot.engine", "bot.scoring", "bot.practice", "bot.probe", "bot.doctor", "bot.authoring", "bot.writeup"),
    ("bot",),
    ("bot.cli", "ui", "evals"),
    ("askwell",),
)
RANK = {module: rank for rank, modules in enumerate(LAYERS) for module in modules}
PURE = LAYERS[1]
SHIPS_FOR_TESTS = "bot.testing"

# Each of these is imported in one place only; the store and its migrations count as one.
ONE_HOME = {
    "bm25s": "bot.knowledge.ranking",
    "chromadb": "bot.knowledge.index",
    "langchain_chroma": "bot.knowledge.index",
    "langchain": "bot.llm",
    "langchain_core": "bot.llm",
    "sqlalchemy": "bot.store",
    "alembic": "bot.store",
    "openai": "bot.llm",
    "onnxruntime": "bot.embedding",
    "tokenizers": "bot.embedding",
    "yaml": "bot.scenario.strictyaml",
    "scipy": "evals.reports.statistics",
    "jinja2": "evals.reports.report_html",
    "streamlit": "ui",
    "altair": "ui",
    "typer": "bot.cli",
    "pydantic_settings": "bot.settings",
    "inspect_ai": "askwell.inspection",
}
HEAVY = ("chromadb", "langchain", "openai", "onnxruntime", "tokenizers", "numpy", "streamlit", "altair")


@dataclass(frozen=True)
class Import:
    """One name that a module imports: when it loads (`early`), or later inside a function."""

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
    """Every import but those for type checkers alone."""
    base = module if is_package else module.rpartition(".")[0]

    def walk(node: ast.AST, early: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                for other in child.orelse:
                    yield from walk(other, early)
            elif isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(module, alias.name, early, child.lineno)
            elif isinstance(child, ast.ImportFrom):
                up = base.split(".")[: len(base.split(".")) - child.level + 1] if child.level else []
                source = ".".join([*up, *([child.module] if child.module else [])])
                for alias in child.names:
                    deeper = f"{source}.{alias.name}"
                    yield Import(module, deeper if deeper in modules() else source, early, child.lineno)
            else:
                yield from walk(child, early and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    yield from walk(tree, True)


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


def test_no_module_imports_a_layer_above_its_own():
    upward = [
        str(found)
        for found in imports()
        if not inside(found.importer, SHIPS_FOR_TESTS)
        and (target := layer(found.imported)) is not None
        and target > (layer(found.importer) or 0)
        and not (inside(found.importer, "bot.cli") and found.imported.split(".")[0] in ("ui", "evals"))
    ]

    assert upward == []


def test_only_the_command_line_and_the_adapter_import_the_app_and_the_benchmarks_and_nothing_imports_them():
    edges = [
        str(found)
        for found in imports()
        for package in ("ui", "evals", "bot.cli", "askwell")
        if inside(found.imported, package)
        and not inside(found.importer, package)
        and not (package == "evals" and inside(found.importer, "askwell"))
        and not (inside(found.importer, "bot.cli") and not found.early)
    ]

    assert edges == []


def test_nothing_that_ships_imports_the_doubles():
    assert [
        str(found)
        for found in imports()
        if inside(found.imported, SHIPS_FOR_TESTS)
        and not inside(found.importer, SHIPS_FOR_TESTS)
        and found.importer != "evals.benches.voice"  # a benchmark of faults needs a server that has them
    ] == []


@pytest.mark.parametrize("library", ONE_HOME)
def test_a_library_is_imported_in_one_place(library: str):
    homes = {
        found.importer.replace("bot.migrations", "bot.store") for found in imports() if inside(found.imported, library)
    }

    assert homes or library == "openai"  # reached through langchain
    assert [home for home in sorted(homes) if not inside(home, ONE_HOME[library])] == []


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
        if any(inside(found.importer, module) for module in PURE) and found.imported.split(".")[0] in impure
    ]

    assert touched == []


def test_only_settings_reads_the_environment():
    readers = {
        module
        for module, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and inside(module, "bot")
    }

    # The command line writes its --data there, for settings to read.
    assert readers <= {"bot.settings", "bot.cli.main"}


def test_modules_load_without_a_cycle():
    # A package and its modules load together, so "from .x import y" in a package's __init__ is no cycle by itself.
    edges: dict[str, set[str]] = {name: set() for name in modules()}
    for found in imports():
        if found.early and found.imported in edges and found.imported != found.importer:
            edges[found.importer].add(found.imported)
    order: list[str] = []
    on_the_way: list[str] = []

    def visit(module: str) -> None:
        assert module not in on_the_way, " -> ".join([*on_the_way[on_the_way.index(module) :], module])
        if module in order:
            return
        on_the_way.append(module)
        for target in sorted(edges[module]):
            visit(target)
        on_the_way.pop()
        order.append(module)

    for name in edges:
        visit(name)
