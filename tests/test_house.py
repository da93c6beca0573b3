"""The house stands: rooms import only from floors below, nothing forbidden is committed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from corridor.calendar import BASE_YEAR, LAST_YEAR, UN_PROJECTED

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "corridor"

FLOORS = (
    "errors",
    "axes",
    "calendar",
    "seals",
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
    "stored_runs",
    "explorer",
    "server",
    "plot",
    "api",
    "cli",
)
MOST_LINES = 600
UNEXPLAINED = re.compile(
    r"# (?:noqa: [A-Z]++[0-9]++(?:, [A-Z]++[0-9]++)*+|type: ignore\[[a-z, -]+\])(?! *(?:-|#) \S).*"
)
"""A silenced check without a reason behind it."""
YEARS = {UN_PROJECTED, BASE_YEAR, BASE_YEAR + 1, LAST_YEAR, LAST_YEAR + 1}
NO_PART_OF_ANOTHER_NUMBER = re.compile(rf"(?<![\d.:-])({'|'.join(map(str, sorted(YEARS)))})(?![\d:])")
YEARS_OF_THEIR_OWN = {
    "calendar.py": "their home",
    "data/readers/unhcr.py": "the year that was under way when the file was taken",
    "data/readers/worldbank.py": "the last year of its files",
    "data/tables/bds_import.py": "the dates of that model",
    "drivers/channels/bds_tables.py": "the dates of that model",
    "backtest/pathway_evidence.py": "months and years of events",
}
"""Modules that may write such a year as a number, and why."""
WORDS_OF_THEIR_OWN = {
    "data/catalogue.py": "publications and their updates",
    "data/readers/mobility.py": "an example in a message, and a file's name",
    "data/readers/ssp.py": "the update of the pathways",
    "data/tables/imports.py": "publications",
    "drivers/channels/ageing.py": "a finding of others to that year",
    "drivers/channels/bds_response.py": "the dates of that model",
    "drivers/channels/displacement.py": "a result of the shipped runs",
    "drivers/channels/exposure.py": "the publication of the curve",
    "drivers/channels/immobility.py": "a result of the shipped runs",
    "drivers/channels/policy.py": "a publication",
    "drivers/damages.py": "findings of others to that year",
    "drivers/settings_today.py": "the date of a source",
    "drivers/temperature.py": "how a pathway is told from others",
    "estimate/moves/product.py": "a publication",
    "estimate/moves/sources.py": "files' names",
    "reports/outlook/words.py": "the update of the pathways",
    "reports/texts/method.py": "a publication",
}
"""Modules that may say such a year in words, and why."""


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


def _values(tree: ast.AST) -> list[object]:
    """Return the numbers and the words of a module, without its docstrings."""
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings]


def test_years_of_the_calendar_stand_in_the_calendar():
    """A year that is a number or in words elsewhere is another: of a publication, a file, an event or a finding."""
    numbers, words = set(), set()
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        for value in _values(ast.parse(path.read_text())):
            if isinstance(value, int) and value in YEARS:
                numbers.add(name)
            elif isinstance(value, str) and NO_PART_OF_ANOTHER_NUMBER.search(value):
                words.add(name)
    assert numbers == set(YEARS_OF_THEIR_OWN)
    assert words - numbers == set(WORDS_OF_THEIR_OWN)


def test_pages_take_the_revision_from_the_calendar():
    for path in (SOURCE / "reports" / "templates").glob("*.html"):
        assert not re.search(r"(Prospects|Stock) \d{4}", path.read_text()), path.name
