"""Death rates from life expectancy at birth: the model of Lee and Carter with a rotating pattern of decline.

Lee & Carter (1992), *JASA* 87: 659-671: log m(x) = a(x) + b(x) k. Women and men have their own a and k and share b, so
that their rates do not drift apart (Li & Lee 2005, *Demography* 42: 575-594). As life expectancy rises, decline slows
among the young and goes on among the old: b turns to an ultimate pattern between 80 and 102 years (Li, Lee & Gerland
2013, *Demography* 50: 2037-2051).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE
from corridor.demography.life_table import group_widths, life_table
from corridor.errors import NotConverged

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.demography.life_table import LifeTable, Width

ROTATION_STARTS, ROTATION_ENDS = 80.0, 102.0
"""Life expectancy of both sexes between which the pattern of decline rotates (Li, Lee & Gerland)."""
ROTATION_POWER = 0.5
FLAT_FROM, FLAT_TO = 15, 65
"""Below age 65 the ultimate decline is the same at all ages: the mean of b from 15 to 64 (Li, Lee & Gerland)."""
YEARS_OF_LIFE = 1e-9
MOST_ROUNDS = 100
LARGEST_LOG = 30.0
"""What b k may add to any log rate: life expectancies beyond this are no people's."""


@dataclass(frozen=True, slots=True)
class LeeCarter:
    """A Lee-Carter model of both sexes.

    Attributes
    ----------
    level : a, [..., sex, age], log death rates where k is zero
    decline : b, [age], summing to 1; not negative
    ultimate : [age], the pattern that b turns to, summing to 1
    width : years of an age group, 1 (ages 0, 1, 2, ...) or 5 (0, 1, 5, 10, ...)
    """

    level: Floats
    decline: Floats
    ultimate: Floats
    width: Width


def fit_lee_carter(rates: Floats, *, width: Width = 1) -> LeeCarter:
    """Fit the model to death rates [period, sex, age] of at least two periods.

    a is the mean of the log rates of a sex, b the first right singular vector of what is left, averaged over the sexes.
    """
    logs = np.log(rates)
    level = logs.mean(axis=0)
    left = (logs - level).mean(axis=1)
    _, patterns = np.linalg.eigh(
        left.T @ left
    )  # the same vector as by singular values, and faster where periods are many
    decline = np.maximum(patterns[:, -1] * np.sign(patterns[:, -1].sum()), 0.0)
    decline /= decline.sum()
    return LeeCarter(level, decline, _ultimate(decline, width), width)


def _ultimate(decline: Floats, width: Width) -> Floats:
    """Return the ultimate pattern: flat below 65, from there on the shape of b, joined where they meet."""
    n = group_widths(decline.size, width)
    starts = np.concatenate(([0.0], np.cumsum(n[:-1])))
    young = starts < FLAT_TO
    flat = decline[young & (starts >= FLAT_FROM)].mean()
    first_old = decline[~young][0]
    pattern = np.where(young, flat, decline * (flat / first_old))
    ultimate: Floats = pattern / pattern.sum()
    return ultimate


def rotated_decline(model: LeeCarter, life_expectancy: Floats) -> Floats:
    """Return b at life expectancies of both sexes together [...], years: [..., age]."""
    way = np.clip((life_expectancy - ROTATION_STARTS) / (ROTATION_ENDS - ROTATION_STARTS), 0.0, 1.0)
    smooth = (0.5 * (1.0 + np.sin(0.5 * np.pi * (2.0 * way - 1.0)))) ** ROTATION_POWER
    rotated: Floats = model.decline + smooth[..., None] * (model.ultimate - model.decline)
    return rotated


def rates_at_life_expectancy(model: LeeCarter, life_expectancy: Floats) -> Floats:
    """Return death rates [..., sex, age] whose life table has the life expectancy at birth [..., sex], years.

    The mean of both sexes sets the rotation. k is found by Newton's method inside a bracket that bisection keeps, its
    derivative by Keyfitz (1977): years lost by those who die, weighted by b.

    Raises
    ------
    NotConverged : no k gives a life expectancy
    """
    decline = rotated_decline(model, life_expectancy.mean(axis=-1))[..., None, :]
    reach = LARGEST_LOG / float(decline.max())
    low, high = np.full(life_expectancy.shape, -reach), np.full(life_expectancy.shape, reach)
    k = np.zeros(life_expectancy.shape)
    for _ in range(MOST_ROUNDS):
        rates = np.exp(model.level + decline * k[..., None])
        table = life_table(rates, width=model.width)
        surplus = table.e[..., 0] - life_expectancy
        if np.all(np.abs(surplus) < YEARS_OF_LIFE):
            return rates
        low, high = np.where(surplus > 0.0, k, low), np.where(surplus > 0.0, high, k)
        newton = k + surplus / _years_lost(table, decline)
        k = np.where((newton > low) & (newton < high), newton, 0.5 * (low + high))
    worst = float(np.abs(surplus).max())
    raise NotConverged(
        f"no level of mortality gives the requested life expectancy; the nearest is {worst:.3g} years away"
    )


def _years_lost(table: LifeTable, decline: Floats) -> Floats:
    """Return minus the derivative of life expectancy by k: [..., sex]."""
    ahead = table.e.copy()
    ahead[..., :-1] = 0.5 * (table.e[..., :-1] + table.e[..., 1:])
    lost: Floats = (table.d * ahead * decline).sum(axis=AGE)
    return lost
