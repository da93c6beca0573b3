"""Period life tables from central death rates, by single ages or abridged (0, 1-4, 5-9, ...).

Chapter 3 of Preston, Heuveline & Guillot (2001), *Demography*. The years lived by those who die follow
Andreev & Kingkade (2015) or Coale & Demeny (1983) below age 5 and Greville (1943) above, as the United Nations do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.axes import AGE, FEMALE, MALE

if TYPE_CHECKING:
    from corridor.axes import Floats

    Width: TypeAlias = Literal[1, 5]
    Infants: TypeAlias = Literal["andreev-kingkade", "coale-demeny"]

# a(0) = intercept + slope m(0) on each stretch of m(0), women and men
ANDREEV_KINGKADE = {
    FEMALE: (((0.14903, -2.05527), (0.04667, 3.88089), (0.31411, 0.0)), (0.01724, 0.06891)),
    MALE: (((0.14929, -1.99545), (0.02832, 3.26021), (0.29915, 0.0)), (0.0230, 0.08307)),
}
COALE_DEMENY = {
    FEMALE: (((0.053, 2.8), (0.35, 0.0)), (0.107,)),
    MALE: (((0.045, 2.684), (0.33, 0.0)), (0.107,)),
}
COALE_DEMENY_1_TO_4 = {
    FEMALE: (((1.522, -1.518), (1.361, 0.0)), (0.107,)),
    MALE: (((1.651, -2.816), (1.352, 0.0)), (0.107,)),
}
LEAST_SEPARATION = 0.97
FIRST_BOUNDED_AGE = 45


@dataclass(frozen=True, slots=True)
class LifeTable:
    """A life table with radix 1; every array has the shape of the rates, [..., sex, age].

    Attributes
    ----------
    width : years of an age group, 1 or 5 (5: groups 0, 1-4, 5-9, ...)
    a : years lived in the group by those who die in it
    q : probability of dying in the group
    l : survivors to the group's first birthday
    d : deaths in the group
    L : person-years lived in the group
    T : person-years lived from the group on
    e : expectation of life at the group's first birthday, years
    """

    width: Width
    a: Floats
    q: Floats
    l: Floats  # noqa: E741 - the field's symbol
    d: Floats
    L: Floats
    T: Floats
    e: Floats


def life_table(rates: Floats, *, width: Width = 1, infants: Infants = "andreev-kingkade") -> LifeTable:
    """Return the life table of central death rates.

    Parameters
    ----------
    rates : [..., sex, age], deaths per person-year, sexes (female, male); the last age is open. With `width` 1 the
        ages are 0, 1, 2, ...; with 5 they are 0, 1, 5, 10, ...
    infants : whose rule gives the years lived by those who die before their first birthday
    """
    a = separation(rates, width=width, infants=infants)
    n = group_widths(rates.shape[AGE], width)
    q = np.minimum(n * rates / (1.0 + (n - a) * rates), 1.0)
    q[..., -1] = 1.0
    l = np.ones_like(q)  # noqa: E741 - the field's symbol
    np.cumprod(1.0 - q[..., :-1], axis=AGE, out=l[..., 1:])
    d = l * q
    L = a * d
    L[..., :-1] += n[:-1] * l[..., 1:]
    T = np.cumsum(L[..., ::-1], axis=AGE)[..., ::-1]
    e = np.divide(T, l, out=a[..., -1:] + np.zeros_like(T), where=l > 0.0)
    return LifeTable(width, a, q, l, d, L, T, e)


def group_widths(ages: int, width: Width) -> Floats:
    """Return the years of each of `ages` groups; the open group counts as `width`."""
    n = np.full(ages, float(width))
    if width == 5:
        n[:2] = 1.0, 4.0
    return n


def separation(rates: Floats, *, width: Width, infants: Infants = "andreev-kingkade") -> Floats:
    """Return the years lived in each group by those who die in it, in the shape of the rates."""
    a = np.full_like(rates, 0.5) if width == 1 else _abridged_separation(rates)
    young = ANDREEV_KINGKADE if infants == "andreev-kingkade" else COALE_DEMENY
    for sex in (FEMALE, MALE):
        infant = rates[..., sex, 0]
        a[..., sex, 0] = _piecewise(infant, *young[sex])
        if width == 5:
            a[..., sex, 1] = _piecewise(infant, *COALE_DEMENY_1_TO_4[sex])
    a[..., -1] = 1.0 / rates[..., -1]
    return a


def _abridged_separation(rates: Floats) -> Floats:
    """Greville's rule from 15-19 on: rates grow exponentially between the two neighbouring groups."""
    a = np.full_like(rates, 2.5)
    growth = 0.1 * np.log(rates[..., 5:] / rates[..., 3:-2])
    a[..., 4:-1] -= (25.0 / 12.0) * (rates[..., 4:-1] - growth)
    bounded = a[..., FIRST_BOUNDED_AGE // 5 + 1 :]
    np.maximum(bounded, LEAST_SEPARATION, out=bounded)
    return a


def _piecewise(infant: Floats, lines: tuple[tuple[float, float], ...], thresholds: tuple[float, ...]) -> Floats:
    line = np.array(lines)[np.searchsorted(thresholds, infant, side="right")]
    values: Floats = line[..., 0] + line[..., 1] * infant
    return values
