"""Past moves by sex and age: the mix of movers that projections have, on the people of the time.

A corridor's moves of a sex are shared out over ages by the share of returns in them and the classes of movers of its
origin (`corridor.estimate.moves.mover_ages`). These were fitted to the UN's net migration by age from 2027 on, and not
to ages of past movers. They meet the people of the origin in the year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import OPEN_AGE
from corridor.estimate.moves.mover_ages import load_effects, movers_of
from corridor.estimate.moves.stocks import STOCK_DATES, YEARS, between

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

WIDTH = 5
"""Single ages in a group; the last group, 100 and over, is one."""
GROUPS = (*(f"{age}-{age + WIDTH - 1}" for age in range(0, OPEN_AGE, WIDTH)), f"{OPEN_AGE}+")


def moves_by_age(panel: Panel, year: int, by_sex: Floats) -> Floats:
    """Share moves of a year out over ages: [sex, group, orig, dest], persons; they sum to the moves of each sex.

    Parameters
    ----------
    year : whose people move
    by_sex : [sex, type, orig, dest], moves, persons
    """
    people = single_ages(people_of_year(panel, year))
    at = min(max(year, YEARS[0]), YEARS[-1]) - YEARS[0]
    stock = between(panel.array("migrant_stock"), STOCK_DATES)[at]
    movers = movers_of(by_sex.sum(axis=0), stock, people, load_effects())
    leaving = movers.schedules * people.swapaxes(0, 1)[:, None]
    sizes = leaving.sum(axis=-1, keepdims=True)
    shares = np.divide(leaving, sizes, out=np.zeros_like(leaving), where=sizes > 0.0)
    grouped = np.add.reduceat(shares, range(0, OPEN_AGE + 1, WIDTH), axis=-1)
    mix = np.einsum("sjod,sjog->sgod", movers.weights, grouped, optimize=True)
    moves, whole = by_sex.sum(axis=1), mix.sum(axis=1)
    found: Floats = mix * np.divide(moves, whole, out=np.zeros_like(moves), where=whole > 0.0)[:, None]
    return found


def people_of_year(panel: Panel, year: int) -> Floats:
    """People on 1 July by five-year groups: [area, sex, group], persons."""
    first = int(panel.coordinates("population_july", "year")[0])
    people: Floats = panel.array("population_july")[year - first]
    return people


def single_ages(people: Floats) -> Floats:
    """Spread five-year groups [..., group] evenly over their ages: [..., age]; the open group stays one."""
    closed = np.repeat(people[..., :-1] / WIDTH, WIDTH, axis=-1)
    return np.concatenate([closed, people[..., -1:]], axis=-1)
