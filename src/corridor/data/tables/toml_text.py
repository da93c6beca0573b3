"""TOML within limits: a short text that nests deep takes the parser gigabytes and minutes."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from corridor.data.tables.limits import fail, file_size

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 200_000
DEEPEST = 20
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)  # texts and comments: what stands in them does not nest
_DOTTED = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")
"""Begins where a word does and never goes back, so that a long word takes no time."""


def too_deep(text: str) -> int | None:
    """Return the line on which a TOML text nests deeper than `DEEPEST`, None where none does."""
    bare = _TEXT.sub(lambda found: "\n" * found[0].count("\n") if found[0][0] == "#" else "t", text)
    if dotted := _DOTTED.search(bare):
        return bare.count("\n", 0, dotted.start()) + 1
    depth = 0
    for mark in re.finditer(r"[\[\]{}]", bare):
        depth = max(depth + (1 if mark[0] in "[{" else -1), 0)
        if depth > DEEPEST:
            return bare.count("\n", 0, mark.start()) + 1
    return None


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises
    ------
    InputError : it is no regular file, larger or deeper than the limits, or not TOML
    """
    remedy = 'Write lines such as years = 25 or unit = "persons", in UTF-8'
    if file_size(path) > LARGEST:
        fail(path, f"the file holds more than {LARGEST:,} bytes, the limit", remedy)
    try:
        text = path.read_text(encoding="utf-8-sig")
        if row := too_deep(text):
            fail(path, f"tables or lists nest more than {DEEPEST} deep, the limit", "Write it flat", row)
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError, ValueError) as error:
        fail(path, f"the settings cannot be read ({error})", remedy)
