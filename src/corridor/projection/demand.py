"""How many would move in a year: step 2 of the engine, in ratio form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT, TYPES
from corridor.projection.spreading import spread, spread_within

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.estimate.world.base_flows import BaseFlows

MOST_LEAVING = 0.8
"""No group loses more than this share of its people in a year (UN Population Division's guard)."""


def native_share(stock: Floats) -> Floats:
    """Share of each area's residents who were born there: [area], from the stock [birthplace, residence]."""
    residents = stock.sum(axis=0)
    share: Floats = np.divide(np.diagonal(stock), residents, out=np.zeros_like(residents), where=residents > 0)
    return share


def weighted_population(population: Floats, schedule: Floats) -> Floats:
    """Persons of each area, weighted by how much their age and sex moves: [area].

    Parameters
    ----------
    population : [area, sex, age], persons
    schedule : [sex, age], relative intensity of moving
    """
    weighted: Floats = population.reshape(len(population), -1) @ schedule.ravel()
    return weighted


def demand(base: BaseFlows, exposure: Floats, stock: Floats, displaced: Floats, middle_of_year: float) -> Floats:
    """Moves of a year by type: [type, orig, dest], persons, diagonal zero.

    Outward moves follow the exposed population of the origin, return moves the people who could return, transit moves
    the foreign-born of the origin. The shock that is held apart decays; the people it displaced return at a rate of
    their own.

    Parameters
    ----------
    exposure : [area], weighted population living in its birthplace, as a ratio to the base year
    stock : [birthplace, residence], persons
    displaced : [birthplace, residence], the part of `stock` that the shock displaced, persons
    middle_of_year : such as 2025.5; the shock fades with the time since it was measured
    """
    moves = np.empty((len(TYPES), *stock.shape))
    np.multiply(base.outward, exposure[:, None], out=moves[OUTWARD])
    moves[OUTWARD] += base.shock * shock_fading(base, middle_of_year)
    settled = stock - displaced
    np.maximum(settled, 0.0, out=settled)
    settled *= base.return_rate
    settled += base.displaced_return_rate * displaced
    moves[RETURN] = settled.T
    np.multiply(base.transit_rate, (stock.sum(axis=0) - np.diagonal(stock))[:, None], out=moves[TRANSIT])
    for table in moves:
        np.fill_diagonal(table, 0.0)
    return moves


def shock_fading(base: BaseFlows, middle_of_year: float) -> float:
    """Share of the shock that is left in a year given by its middle, such as 2025.5."""
    fading: float = 0.5 ** ((middle_of_year - base.shock_middle) / base.shock_half_life)
    return fading


def movers_by_age(totals: Floats, schedule: Floats, survivors: Floats, *, most_leaving: float = MOST_LEAVING) -> Floats:
    """Emigrants by sex and age from each area's total: [area, sex, age], persons.

    In proportion to schedule times survivors, no group losing more than `most_leaving`; what a group cannot give the
    others give, as far as they can. The sum falls short of `totals` only where all groups are at their limit.

    Parameters
    ----------
    totals : [area], persons who would leave
    schedule : [sex, age], relative intensity of moving
    survivors : [area, sex, age], persons at the end of the year
    """
    limit = most_leaving * survivors
    emigrants = spread(totals, schedule * survivors)
    over = np.flatnonzero((emigrants > limit).any(axis=(1, 2)))
    if over.size:
        emigrants[over] = spread_within(totals[over], schedule * survivors[over], limit[over])
    return emigrants
