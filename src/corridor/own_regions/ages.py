"""Ages as tables write them: both ends of a label, groups side by side, and values brought to other groups."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corridor.axes import Floats

    Group: TypeAlias = tuple[int, int]
    """First age, and the age after the last."""

OPEN = 1000
"""End of an open group."""
UNSAID = 0
"""End of a group of which a label gives only the first age."""
OLDEST = 130
_YEARS = r"(?:\s*(?:years?|yrs?|ans|a[\u00f1n]os|jahre|\u043b\u0435\u0442))?"
_AND = r"(?:and|&|or|und|et|y|\u0438|\u0438\u043b\u0438)"
_OVER = (
    r"(?:over|older|more|above|\u00e4lter|mehr|plus|m[\u00e1a]s"
    r"|\u0441\u0442\u0430\u0440\u0448\u0435|\u0431\u043e\u043b\u0435\u0435)"
)
_NUMBER = r"([0-9]{1,3})(?:\.0+)?"
_UNDER = re.compile(rf"(?:<|under)\s*{_NUMBER}{_YEARS}", re.IGNORECASE)
_OPEN = re.compile(
    rf"(?:(?:>=|\u2265)\s*{_NUMBER}{_YEARS}|{_NUMBER}{_YEARS}\s*(?:\+|plus|{_AND}\s+{_OVER}){_YEARS})", re.IGNORECASE
)
_CLOSED = re.compile(rf"{_NUMBER}\s*(?:[-\u2010-\u2015\u2212]|to|bis)\s*{_NUMBER}{_YEARS}", re.IGNORECASE)
_FIRST = re.compile(rf"{_NUMBER}{_YEARS}", re.IGNORECASE)


def group_of(label: str) -> Group | None:
    """Return the group of a label such as 7, 0-4, 85+ or "85 and over"; None where it is none.

    A group that runs backwards, 4-0, ends before it starts: (4, 1).
    """
    word = label.strip()
    if found := _UNDER.fullmatch(word):
        return 0, int(found[1])
    if found := _OPEN.fullmatch(word):
        return int(found[1] or found[2]), OPEN
    if found := _CLOSED.fullmatch(word):
        return int(found[1]), int(found[2]) + 1
    if found := _FIRST.fullmatch(word):
        return int(found[1]), UNSAID
    return None


def words_of(group: Group) -> str:
    """Return a group as people write it."""
    first, end = group
    if end in (UNSAID, first + 1):
        return str(first)
    return f"{first}+" if end == OPEN else f"{first}-{end - 1}"


def side_by_side(found: Iterable[Group], last: int = OPEN) -> list[Group]:
    """Return groups in order; one without a known end reaches up to the next one, the oldest to `last`."""
    found = set(found)
    firsts = sorted({first for first, _ in found})
    following = dict(zip(firsts, [*firsts[1:], last], strict=True))
    return sorted({(first, end or following[first]) for first, end in found})


def group_faults(groups: Sequence[Group], *, whole: bool = True) -> Iterator[tuple[str, str, str]]:
    """Yield fault, remedy and value: groups that overlap, leave gaps or, if `whole`, miss the first or oldest ages."""
    pairs = list(pairwise(groups))
    if over := [f"{words_of(one)} and {words_of(two)}" for one, two in pairs if two[0] < one[1]]:
        yield "age groups overlap, and people would count twice", "Keep one group for each age", ", ".join(over)
        return
    if gaps := [f"{words_of(one)}, then {words_of(two)}" for one, two in pairs if two[0] > one[1]]:
        yield "the ages have gaps", "Add rows for the ages between, with 0 where there is nobody", ", ".join(gaps)
    if whole and groups[0][0] > 0:
        remedy = "Add rows for the ages below, with 0 where there is nobody"
        yield "the ages do not begin at 0", remedy, words_of(groups[0])
    if whole and groups[-1][1] != OPEN:
        remedy = f"Write {groups[-1][0]}+ if the group holds all older people, or add an open group"
        yield "the oldest age group is not open", remedy, words_of(groups[-1])


def _years_shared(one: Group, two: Group) -> float:
    """Return how many years two groups share; groups that are both open share one year at least."""
    if one[1] == two[1] == OPEN:
        return float(OPEN - max(one[0], two[0]))
    return float(max(0, min(one[1], two[1]) - max(one[0], two[0])))


def counts_over(values: Floats, source: Sequence[Group], target: Sequence[Group], people: Floats) -> Floats:
    """Spread counts [..., sex, source] over the groups of people [..., sex, target], in proportion to them.

    A group that holds nobody gets even parts of each year of age. No closed group of the source reaches into an open
    one of the target.
    """
    out = np.zeros((*values.shape[:-1], len(target)))
    for place, group in enumerate(source):
        years = np.array([_years_shared(group, other) for other in target])
        part = years / np.array([float(end - first) for first, end in target])
        part[-1] = float(years[-1] > 0.0)
        weights = people * part
        sums = weights.sum(axis=-1, keepdims=True)
        shares = np.where(sums > 0.0, weights / np.where(sums > 0.0, sums, 1.0), years / years.sum())
        out += values[..., place, None] * shares
    return out


def rates_over(values: Floats, source: Sequence[Group], target: Sequence[Group]) -> Floats:
    """Return the mean rates [..., target] of single years, each with the rate [..., source] of its group, or 0."""
    shared = np.array([[_years_shared(one, two) for two in target] for one in source])
    lengths = np.array([float(end - first) for first, end in target])
    over: Floats = values @ (shared / lengths)
    return over
