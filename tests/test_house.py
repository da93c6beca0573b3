"""The house stands: rooms import only from floors below, nothing forbidden is committed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "corridor"
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
UNEXPLAINED = re.compile(
    r"# (?:noqa: [A-Z]++[0-9]++(?:, [A-Z]++[0-9]++)*+|type: ignore\[[a-z, -]+\])(?! *(?:-|#) \S).*"
)
"""A silenced check without a reason behind it."""


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


@pytest.mark.parametrize("folder", ["src", "tests", "scripts", "benchmarks"])
def test_every_silenced_check_says_why(folder):
    for path in (ROOT / folder).rglob("*.py"):
        assert UNEXPLAINED.findall(path.read_text()) == [], path


def test_a_silenced_check_without_a_reason_is_seen():
    assert UNEXPLAINED.search("import x  # noqa: " + "PLC0415")
    assert UNEXPLAINED.search("x = y  # type: " + "ignore[misc]")
    assert not UNEXPLAINED.search("import x  # noqa: " + "PLC0415 - slow to import")
