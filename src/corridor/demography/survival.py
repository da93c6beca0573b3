"""Survival ratios: the share of an age group alive one step later, from the person-years of a life table.

Preston, Heuveline & Guillot (2001), chapter 6. Position x of the ratios holds survival *into* group x: position 0
from birth, the last one from the two last groups together into the open one. Groups of an abridged table are
0-4, 5-9, ... here: 0 and 1-4 go together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE
from corridor.demography.life_table import group_widths

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.demography.life_table import LifeTable


def survival_ratios(table: LifeTable, *, open_age: int | None = None) -> Floats:
    """Return the survival ratios [..., sex, group] over one step of the table's width.

    Parameters
    ----------
    table : single ages (steps of one year) or abridged (steps of five years)
    open_age : first age of the population's open group; by default the table's. A table to 130 with `open_age` 100
        gives the open group 100 and over the mortality of its oldest.
    """
    L, T = _by_group(table)
    last = _open_group(L, table, open_age)
    ratios = np.empty((*L.shape[:AGE], last + 1))
    np.divide(L[..., 0], table.width, out=ratios[..., 0])
    np.divide(L[..., 1:last], L[..., : last - 1], out=ratios[..., 1:last])
    np.divide(T[..., last], T[..., last - 1], out=ratios[..., last])
    return ratios


def separation_factors(table: LifeTable, *, open_age: int | None = None) -> Floats:
    """Return the share of the deaths on the way from each group into the next that falls before the passage.

    [..., sex, group], 1 in the open group; `cohort_component.deaths_by_age` turns cohort deaths into deaths by age
    with it. Written with the deaths of the table, L(x) - n l(x+n) = a d, so that nothing cancels where few die.
    """
    L, _ = _by_group(table)
    before = table.a * table.d
    after = group_widths(before.shape[AGE], table.width) * table.d - before
    if table.width == 5:
        before[..., 1] += before[..., 0] + table.d[..., 1]
        before, after = before[..., 1:], after[..., 1:]
    last = _open_group(L, table, open_age)
    between = before[..., :last] + after[..., 1 : last + 1]
    between[..., -1] = L[..., last - 1]
    factors = np.ones((*L.shape[:AGE], last + 1))
    np.divide(before[..., :last], between, out=factors[..., :last])
    return factors


def _by_group(table: LifeTable) -> tuple[Floats, Floats]:
    """Return L and T by groups of the table's width, 0 and 1-4 put together."""
    if table.width == 1:
        return table.L, table.T
    L = table.L[..., 1:].copy()
    L[..., 0] += table.L[..., 0]
    return L, np.delete(table.T, 1, axis=AGE)


def _open_group(groups: Floats, table: LifeTable, open_age: int | None) -> int:
    return groups.shape[AGE] - 1 if open_age is None else open_age // table.width
