"""How the stock of people by birthplace and residence moves along: step 6 of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT

if TYPE_CHECKING:
    from corridor.axes import Floats


def within_stock(moves: Floats, stock: Floats, most_leaving: float) -> Floats:
    """Count moves that the stock of their type cannot supply as outward moves of the residence's natives.

    Returns go up to `most_leaving` of the people who could return, transit moves up to that share of the foreign-born
    who could move on. Totals by corridor stay as they are. Only balancing to a given net migration can ask for more.

    Parameters
    ----------
    moves : [type, orig, dest], persons
    stock : [birthplace, residence], persons
    """
    could_return = most_leaving * stock.T
    could_move_on = most_leaving * (stock.sum(axis=0) - np.diagonal(stock))
    leaving = moves[TRANSIT].sum(axis=1)
    if (leaving <= could_move_on).all() and (moves[RETURN] <= could_return).all():
        return moves
    kept = np.where(leaving > could_move_on, np.divide(could_move_on, leaving, where=leaving > 0, out=leaving * 0), 1.0)
    fitted = np.empty_like(moves)
    np.minimum(moves[RETURN], could_return, out=fitted[RETURN])
    np.multiply(moves[TRANSIT], kept[:, None], out=fitted[TRANSIT])
    np.subtract(moves[RETURN], fitted[RETURN], out=fitted[OUTWARD])
    fitted[OUTWARD] += moves[TRANSIT] - fitted[TRANSIT]
    fitted[OUTWARD] += moves[OUTWARD]
    return fitted


def move_birthplaces(stock: Floats, moves: Floats, births: Floats, death_share: Floats, residents: Floats) -> Floats:
    """Birthplace stock at the end of the year: [birthplace, residence], persons.

    Deaths fall on every birthplace in proportion (the stock has no ages), births are natives, outward movers are
    natives of their origin, return movers of their destination, transit movers of third areas in proportion to their
    numbers at the origin. Columns sum to the residents at the end of the year.

    Parameters
    ----------
    stock : [birthplace, residence], at the start of the year
    moves : [type, orig, dest], persons, already `within_stock`
    births : [area]
    death_share : [area], deaths of the year over residents at its start
    residents : [area], at the end of the year
    """
    moved, lost = _after_transits(stock, moves[TRANSIT])
    moved += stock * (1.0 - death_share)
    moved += moves[OUTWARD]
    lost += moves[RETURN]
    moved -= lost.T
    natives = np.einsum("ii->i", moved)
    natives += births - moves[OUTWARD].sum(axis=1) + moves[RETURN].sum(axis=0)
    np.maximum(moved, 0.0, out=moved)
    columns = moved.sum(axis=0)
    moved *= np.divide(residents, columns, out=np.zeros_like(columns), where=columns > 0)
    return moved


def _after_transits(stock: Floats, transits: Floats) -> tuple[Floats, Floats]:
    """Arrivals [birthplace, residence] and departures [residence, birthplace] of transit moves, persons.

    Those who move from o to d were born neither in o nor in d.
    """
    foreign = stock.T.copy()  # by residence first, as the moves are
    np.fill_diagonal(foreign, 0.0)
    per_person = foreign.sum(axis=1)[:, None] - foreign
    per_person[per_person <= 0.0] = np.inf  # nobody to move: no moves per person
    np.divide(transits, per_person, out=per_person)
    arrived = foreign.T @ per_person
    np.fill_diagonal(arrived, 0.0)
    foreign *= per_person.sum(axis=1)[:, None] - per_person
    return arrived, foreign
