"""Moves of the people born in one area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import index
from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.estimate.moves.product import moves_of_year, stock_of_years
from corridor.estimate.moves.stocks import YEARS

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel


def moves_by_birthplace(panel: Panel, year: int, birthplace: str) -> Floats:
    """Moves of a calendar year of the people born in one area: [orig, dest], persons, diagonal zero.

    The row of the birthplace holds outward moves, its column returns. The other cells hold transit: of the foreign-born
    who move on from an area, as many as those of this birthplace are among its foreign-born. Over all birthplaces the
    moves sum to those of the year, but for transit of people who arrive where they were born.

    Parameters
    ----------
    year : one of `moves.stocks.YEARS`
    birthplace : ISO alpha-3 code

    Raises
    ------
    InputError
        If there is no such area.
    """
    born = index(birthplace)
    moves = moves_of_year(panel, year)
    stock = stock_of_years(panel)[YEARS.index(year)]
    foreign = stock.sum(axis=0)
    share = np.divide(stock[born], foreign, out=np.zeros_like(foreign), where=foreign > 0.0)
    table: Floats = share[:, None] * moves[TRANSIT]
    table[born], table[:, born] = moves[OUTWARD, born], moves[RETURN, :, born]
    table[born, born] = 0.0
    return table
