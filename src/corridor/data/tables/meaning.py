"""What words and numbers of people can mean: names of totals, and how many people there can be."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from pandera.pandas import Column

MOST_PEOPLE = 2e10
"""Twice as many people as the United Nations expect on the world in this century."""
LEAST_PEOPLE = 1e-6
NO_PEOPLE = "this cannot be a number of people: it is above 20 billion, or under a millionth of a person"
TOTALS = {
    *("total", "totals", "grand total", "subtotal", "sub total", "sum", "overall", "all", "all regions", "all areas"),
    *("all districts", "all provinces", "all countries", "all states", "all places", "everywhere", "whole country"),
    *("national", "nation", "world", "global", "regions", "gesamt", "insgesamt", "summe", "alle", "alle regionen"),
    *("welt", "ensemble", "tous", "toutes", "toutes les régions", "monde", "todos", "todas", "todas las regiones"),
    *("todas as regiões", "suma", "soma", "mundo", "totale", "tutte le regioni", "mondo", "toplam", "tüm bölgeler"),
    *("dünya", "ogółem", "razem", "jami", "jumlah", "итого", "итог", "всего", "все", "все регионы", "все области"),
    *("все районы", "все страны", "вся страна", "по стране", "в целом", "сумма", "мир", "весь мир", "всього"),
    *("усього", "разом", "барлығы", "бардыгы", "жами", "ҷамъ", "المجموع", "الإجمالي", "العالم", "合计", "总计"),
    *("全国", "世界", "合計", "総計"),
}  # fmt: skip
MARKS_OF_TOTALS = {"total", "totals", "subtotal", "gesamt", "insgesamt", "totale", "toplam", "итого", "всего", "jami"}
"""A name that begins or ends with one of these is of a total: "Kazakhstan, total"."""


def totals_among(words: Iterable[str]) -> list[str]:
    """Return the words that name a total and no single area, in any capitals and with any marks around."""
    return [word for word in dict.fromkeys(words) if _is_total(word)]


def alike(words: Iterable[str]) -> list[str]:
    """Return groups of words that differ only in capitals, accents and marks: "Coast and coast"."""
    kinds: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        plain = unicodedata.normalize("NFKD", word).casefold()
        kinds.setdefault("".join(letter for letter in plain if letter.isalnum()), []).append(word)
    return [" and ".join(found) for found in kinds.values() if len(found) > 1]


def _is_total(word: str) -> bool:
    parts = re.sub(r"[\W_]+", " ", word.casefold()).split()
    return bool(parts) and (" ".join(parts) in TOTALS or bool({parts[0], parts[-1]} & MARKS_OF_TOTALS))


def people(*, signed: bool = False, unit: float = 1.0) -> Column:
    """Return a column of people: finite, of a size that the world can have, negative only where `signed`."""
    from pandera.pandas import Check  # noqa: PLC0415 - slow to import, and only files need it

    from corridor.data.tables.checks import count, number  # noqa: PLC0415 - as above

    column = number() if signed else count()
    column.checks.append(Check(lambda values: ~is_no_people(values * unit), error=NO_PEOPLE))
    return column


def is_no_people(values: pd.Series[float]) -> pd.Series[bool]:
    """Say of finite numbers whether they are too large, or too small and not zero, to count people."""
    size = values.abs()
    return (size < np.inf) & ((size > MOST_PEOPLE) | ((size < LEAST_PEOPLE) & (size > 0.0)))
