"""One public name, one meaning: no two modules define the same one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "ui", "evals", "askwell")
COMMANDS = ROOT / "askwell" / "cli"

BY_CONVENTION = {
    "app": "Typer's name for a group of commands",
    "bench": "what every benchmark is called by",
    "branch_labels": "Alembic's name for a revision's branches",
    "depends_on": "Alembic's name for the other revisions that one needs",
    "down_revision": "Alembic's name for the revision before",
    "main": "where a program begins",
    "page": "what every page of the app is called by",
    "revision": "Alembic's name for a revision's id",
    "upgrade": "Alembic's name for a migration's step",
}


def public_names(tree: ast.Module) -> Iterator[str]:
    """The names that a module defines at its top, but not tasks of Inspect AI, which are named for its command line."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if not any(ast.unparse(one) == "task" for one in node.decorator_list):
                yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_no_two_modules_define_the_same_public_name():
    homes: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.parent == COMMANDS:
                continue  # a command is named as it is typed
            for name in sorted(set(public_names(ast.parse(path.read_text(encoding="utf-8"))))):
                if not name.startswith("_"):
                    homes[name].append(path.relative_to(ROOT).as_posix())

    shared = {name: places for name, places in homes.items() if len(places) > 1 and name not in BY_CONVENTION}

    assert len(homes) > 500
    assert shared == {}
