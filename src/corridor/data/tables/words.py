"""Words as they are compared: one form of Unicode, no blanks around; and the areas that words mean."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

from corridor.areas.groups import group_names, meant
from corridor.areas.register import called, fold
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BLANKS = re.compile(r"[^\S\n\r]+")
LONGEST_SHOWN = 60
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")


def tidy(word: str) -> str:
    """Return a word in the composed form of Unicode, with single blanks, none at its ends, and nothing invisible."""
    if word.isascii() and word.isalnum():
        return word
    return BLANKS.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFC", word))).strip()


def word_of(cell: object) -> str:
    """Return the word of a cell: a number without decimals where it is whole."""
    if isinstance(cell, str):
        return tidy(cell)
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


def area_codes(
    words: Iterable[str], others: Sequence[str] = ()
) -> tuple[dict[str, str], dict[str, Problem], tuple[str, ...]]:
    """Return word -> ISO 3166-1 alpha-3 code, word -> what is wrong with it, and words that needed the others.

    Parameters
    ----------
    words : of a column, each once; a name of several areas means the one that no other word of the column means
    others : words that stand for themselves
    """
    groups = {fold(name) for name in group_names()}
    words = [word for word in words if word]
    meanings = {word: () if word in others or fold(word) in groups else called(word) for word in words}
    certain = {found[0].iso3 for found in meanings.values() if len(found) == 1}
    codes = {word: word for word in words if word in others}
    wrong: dict[str, Problem] = {}
    left: list[str] = []
    for word, found in meanings.items():
        rest = [area for area in found if len(found) == 1 or area.iso3 not in certain]
        if len(rest) == 1:
            codes[word] = rest[0].iso3
            left += [word] * (len(found) > 1)
        elif word not in others:
            wrong[word] = _unknown(word)
    return codes, wrong, tuple(left)


def _unknown(word: str) -> Problem:
    try:
        name, _ = meant(word[:LONGEST_SHOWN])
    except InputError as error:
        return error.problems[0]
    return Problem(f"{name} is a group, and the column is of single areas", "Name an area, or leave the row out")


def area_notes(column: str, codes: dict[str, str], left: Sequence[str]) -> list[str]:
    """Say which words were read as which areas, where they are no codes."""
    named = [f"{word} as {code}" for word, code in codes.items() if word != code]
    notes = []
    if named:
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        notes.append(f"{column}: names and other codes are read as areas: {', '.join(named[:5])}{more}")
    if left:
        read = ", ".join(f"{word} is read as {codes[word]}" for word in left)
        notes.append(f"{column}: {read}, because the other areas of this name stand in the column too")
    return notes
