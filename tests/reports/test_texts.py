"""Texts that users see: plain words, and the same statement wherever it stands."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corridor.reports.texts.limits import OUTLOOK
from corridor.reports.texts.method import NOT_FORECASTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "corridor"
COINED = ("cannot be told", "this is no ", "is none of", "repeatable", "drawn to reports", "to chance", "says whence")
"""Phrases that are not plain English."""


def _texts(module: Path) -> Iterator[str]:
    """Yield the strings of a module without its docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


@pytest.mark.parametrize("phrase", COINED)
def test_no_text_has_a_coined_phrase(phrase: str) -> None:
    modules = {module: "\n".join(_texts(module)) for module in sorted(SOURCE.rglob("*.py"))}
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(SOURCE.rglob("*.html"))}
    assert [str(where) for where, text in {**modules, **pages}.items() if phrase in text] == []


def test_the_readme_and_the_limits_say_the_same_of_forecasts() -> None:
    readme = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert NOT_FORECASTS in readme
    assert any(NOT_FORECASTS in limit for limit in OUTLOOK)
