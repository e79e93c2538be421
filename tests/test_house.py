"""What holds for the tests themselves: they use what anybody may use, and no name that begins with an underscore."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
OURS = ("bot", "ui", "evals", "askwell")


def is_ours(module: str | None) -> bool:
    return (module or "").split(".")[0] in OURS


def is_private(dotted: str) -> bool:
    return any(name.startswith("_") and not name.startswith("__") for name in dotted.split("."))


def names_of_ours(tree: ast.AST) -> set[str]:
    """What a module calls the modules and names that it imports from us."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            source = node.module if isinstance(node, ast.ImportFrom) else None
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names if is_ours(source or alias.name)}
    return found


def private_names(tree: ast.AST) -> Iterator[str]:
    """Names of ours that begin with an underscore: imported, reached through a module or class, or patched by name."""
    ours = names_of_ours(tree)
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module, names=names) if is_ours(module):
                yield from (f"{module}.{one.name}" for one in names if is_private(f"{module}.{one.name}"))
            case ast.Import(names=names):
                yield from (one.name for one in names if is_ours(one.name) and is_private(one.name))
            case ast.Attribute():
                dotted = ast.unparse(node)
                if dotted.split(".")[0] in ours and is_private(node.attr):
                    yield dotted
            case ast.Call(
                func=ast.Attribute(attr="setattr"), args=[ast.Name(id=of), ast.Constant(value=str(name)), *_]
            ):
                if of in ours and is_private(name):
                    yield f"{of}.{name}"
            case ast.Call(func=ast.Attribute(attr="setattr"), args=[ast.Constant(value=str(name)), *_]):
                if is_ours(name) and is_private(name):
                    yield name


@pytest.mark.slow
def test_no_test_uses_a_private_name():
    found = [
        f"{path.relative_to(TESTS)}: {name}"
        for path in sorted(TESTS.rglob("*.py"))
        for name in private_names(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from bot.scoring.coach import _WORST",
        "from bot._inner import name",
        "import bot._inner",
        "from bot import doctor\ndoctor._index",
        "from bot import doctor\npatch.setattr(doctor, '_index', None)",
        "patch.setattr('bot.doctor._index', None)",
    ],
)
def test_a_private_name_is_found(source: str):
    assert len(list(private_names(ast.parse(source)))) == 1


def test_our_own_and_other_peoples_are_left_alone():
    source = "from bot import coach\nimport other\ncoach.__doc__\nother._inner\nself._mine\n_here = 1"

    assert list(private_names(ast.parse(source))) == []
