"""What tells a text that is not plain English: words from inside the code, headless clauses, notes without a verb."""

from __future__ import annotations

import ast
import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = r"(?:^|[.:;] )"
TELLS = {
    "a word from inside the code": r"\b(?:chance|resting|gathered|carried|told|meant|bearing|whence|repeatable)\b",
    "'what' as a noun": r"\b[Ww]hat\b(?! if\b)(?![^.;:]*\?)",
    "a clause in place of a noun": rf"{START}(?:Who|Whom|Whoever|Where else)\b(?=(?: +\S+){{6}})(?![^.;:]*\?)",
    "an order turned around": rf"{START}(?:Nor|Nowhere|Never|Compared (?:is|are))\b",
    "a denial by a noun": r"(?<![Tt]here )\b(?:is|are|was|were) (?:no|none)\b(?! (?:longer|more|better|larger)\b)",
    "a coined phrase": r"\b(?:drawn to reports|to chance|stands? beside|held against|holds? (?:the page|them) to)\b",
    "a note for a sentence": r"(?:^|\. )(?:[A-Z]\w*|[a-z]): (?:all|the|those|of|from|only|no|ours?|an?|its)\b[^.\n]*\.",
    "a sentence without a verb": rf"{START}(?:Persons a year|Log effects|Per cent)\b[^.:,\n]{{0,60}}\.(?=\s|$)",
}
"""What it tells -> how it is found."""


def tells(text: str) -> list[str]:
    """Return what is not plain in a text, each with the words around it."""
    return [
        f"{kind}: ...{text[max(found.start() - 40, 0) : found.end() + 40]}..."
        for kind, tell in TELLS.items()
        for found in re.finditer(tell, text, re.MULTILINE)
    ]


def words_of_page(page: str) -> str:
    """Return what a reader reads of a page of HTML or of a template."""
    text = re.sub(
        r"<style.*?</style>|<(?:code|pre)>.*?</(?:code|pre)>|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
        " ",
        page,
        flags=re.DOTALL,
    )
    text = re.sub(r"</(?:p|li|h\d|t[dhr]|d[td]|caption|figcaption|title|desc|text)>", "\n", text)
    lines = re.sub(r"<[^>]+>", " ", text).split("\n")
    return "\n".join(" ".join(unescape(line).split()) for line in lines)


def words_of_markdown(page: str) -> str:
    """Return the sentences of a page of Markdown: paragraphs and cells of tables on lines of their own, no code."""
    text = re.sub(r"```.*?```|`[^`]*`", " ", page, flags=re.DOTALL)
    paragraphs = re.split(r"\n\s*\n|\n(?=[-#|\d])|\|", text)
    return "\n".join(" ".join(each.lstrip("-# ").replace("*", "").split()) for each in paragraphs)


def words_of_module(module: Path) -> Iterator[str]:
    """Yield the texts of a module that people read: its strings without docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
            and " " in node.value.strip()
        ):
            yield node.value
