"""The house stands: rooms import only from floors below, nothing forbidden is committed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "corridor"
FLOORS = (
    "errors",
    "axes",
    "areas",
    "figures",
    "data",
    "demography",
    "estimate",
    "drivers",
    "scenario",
    "projection",
    "own_regions",
    "analysis",
    "backtest",
    "reports",
    "plot",
    "api",
    "cli",
)
MOST_LINES = 600


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _imports(tree: ast.AST) -> set[str]:
    """Rooms that a module imports at run time, in functions too; imports for type checkers do not count."""
    typing_only = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for child in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in typing_only:
            found |= {node.module} if node.module != "corridor" else {f"corridor.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import) and id(node) not in typing_only:
            found |= {name.name for name in node.names}
    return {_room(name) for name in found if name.split(".")[0] == "corridor"} - {""}


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_import_from_their_floor_or_below_and_are_short(path):
    text = path.read_text()
    assert text.count("\n") < MOST_LINES
    room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if room in FLOORS:
        above = {other for other in _imports(ast.parse(text)) if FLOORS.index(other) > FLOORS.index(room)}
        assert not above


def test_demography_knows_arrays_only():
    for path in (SOURCE / "demography").glob("*.py"):
        assert _imports(ast.parse(path.read_text())) <= {"demography", "axes", "errors"}, path.name
