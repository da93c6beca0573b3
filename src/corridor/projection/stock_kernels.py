"""Compiled loops of the stock by birthplace: what moves its people want, and the stock after a year.

Letters of the shapes as in `kernels`: the stock is residence first, [o, b], so that all that leaves an area lies in one
row. `corridor.projection.demand` and `corridor.projection.birthplaces` say the same in NumPy.
"""

# ruff: noqa: PLR0917 - compiled functions cannot have arguments that are keywords only
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.projection.kernels import compiled, part, total_of

if TYPE_CHECKING:
    from corridor.axes import Floats

BLOCK = 8
"""Columns that are turned to rows together: what the cache takes from memory at once."""


@compiled
def want_by_birthplace(
    outward: Floats,
    shock: Floats,
    fading: float,
    return_rate: Floats,
    transit_rate: Floats,
    displaced_return_rate: float,
    exposure: Floats,
    factors: Floats,
    push: Floats,
    pull: Floats,
    stock: Floats,
    displaced: Floats,
    moves: Floats,
    returns: Floats,
    transits: Floats,
    scale: Floats,
    totals: Floats,
) -> None:
    """Wanted moves of one trajectory from its own stock of people by birthplace.

    Parameters
    ----------
    outward, shock, transit_rate : [o, d], as in `BaseFlows`
    fading : share of the shock that is left
    return_rate : [o, b]
    exposure : [o], weighted natives as a ratio to the base
    factors : [c], of the anchor: a corridor is scaled by factor_o / factor_d
    push, pull : [o] and [d], factors of the trajectory; the pull leaves the totals of origins alone
    stock, displaced : [o, b], persons
    moves, returns, transits : [o, d], filled with relative moves of all types, and those of the two types
    scale, totals : [o], as in `want_like_baseline`
    """
    areas = len(pull)
    plain = 1.0 / factors
    pulled = pull * plain
    for o in range(areas):
        row, on, of_base, onward = moves[o], transits[o], outward[o], transit_rate[o]
        for d in range(areas):
            row[d] = of_base[d]
        for d in range(areas):
            on[d] = onward[d]
        totals[o], scale[o] = want_of_origin(
            o,
            push[o] * factors[o],
            plain,
            pulled,
            exposure[o],
            shock[o],
            fading,
            return_rate[o],
            total_of(stock[o]) - stock[o, o],
            displaced_return_rate,
            stock[o],
            displaced[o],
            row,
            returns[o],
            on,
        )


@part
def want_of_origin(
    o: int,
    sent: float,
    plain: Floats,
    pulled: Floats,
    share: float,
    shock: Floats,
    fading: float,
    return_rate: Floats,
    could_move_on: float,
    displaced_return_rate: float,
    here: Floats,
    away: Floats,
    row: Floats,
    back: Floats,
    on: Floats,
) -> tuple[float, float]:
    """Wanted moves of one origin: persons who want to leave, and what relative moves are multiplied with.

    Parameters
    ----------
    sent : factor of all who leave
    plain, pulled : [d], factors of the anchor on destinations, without and with the pull
    share, could_move_on : factors of outward moves, and of transit rates: the foreign-born
    shock, return_rate, here, away : rows of the origin, see `want_by_birthplace`
    row, on : [d], outward moves and transit rates; `row`, `back` and `on` are filled with relative moves
    """
    areas = len(row)
    for d in range(areas):
        back[d] = return_rate[d] * max(here[d] - away[d], 0.0) + displaced_return_rate * away[d]
    for d in range(areas):
        on[d] *= could_move_on
    for d in range(areas):
        row[d] = row[d] * share + shock[d] * fading + back[d] + on[d]
    row[o], back[o], on[o] = 0.0, 0.0, 0.0
    total, drawn = 0.0, 0.0
    for d in range(areas):
        total += row[d] * plain[d]
    for d in range(areas):
        row[d] *= sent * pulled[d]
        drawn += row[d]
    for d in range(areas):
        back[d] *= sent * pulled[d]
        on[d] *= sent * pulled[d]
    return sent * total, sent * total / drawn if drawn > 0.0 else 0.0


@compiled
def move_stock(
    stock: Floats,
    displaced: Floats,
    moves: Floats,
    returns: Floats,
    transits: Floats,
    kept: Floats,
    births: Floats,
    death_share: Floats,
    residents: Floats,
    displaced_return_rate: float,
    most: float,
    arrived: Floats,
) -> None:
    """Move the stock [o, b] of one trajectory along in place: `birthplaces.within_stock` and `move_birthplaces`.

    Parameters
    ----------
    moves, returns, transits : [o, d], relative moves; times `kept` [o] they are persons. The first two are overwritten
        with moves of natives and returns, the third with transit moves per person who could make them
    births, death_share, residents : [c], of the year, of its start, at its end
    displaced : [o, b], persons, moved along too
    arrived : [o, b], room
    """
    areas = len(kept)
    natives, staying, moving_on = np.empty(areas), np.empty(areas), np.empty(areas)
    returned, turned = np.zeros(areas), np.empty((BLOCK, areas))
    for o in range(areas):
        away, back = stock[o], returns[o]
        natives[o], away[o] = away[o], 0.0
        moving_on[o] = _supply(away, moves[o], back, transits[o], kept[o], most)
        staying[o] = 1.0 - death_share[o]
        natives[o] = natives[o] * staying[o] + births[o] - total_of(moves[o])
        for b in range(areas):
            returned[b] += back[b]
    np.dot(transits.T, stock, arrived)
    for first in range(0, areas, BLOCK):
        last = min(first + BLOCK, areas)
        for of_block in range(last - first):
            for b in range(areas):
                turned[of_block, b] = moves[b, first + of_block]
        for o in range(first, last):
            here, back, on, came, own = stock[o], returns[o], transits[o], arrived[o], turned[o - first]
            rest = staying[o] - moving_on[o]
            for b in range(areas):
                came[b] += own[b] - back[b]
            for b in range(areas):
                here[b] = here[b] * (rest + on[b]) + came[b]
            here[o] = natives[o] + returned[o]
            _settle(here, displaced[o], residents[o], (1.0 - displaced_return_rate) * staying[o])


@part
def _supply(foreign: Floats, moves: Floats, returns: Floats, transits: Floats, kept: float, most: float) -> float:
    """Turn an origin's relative moves into persons, returns and transits no more than its foreign-born supply.

    Moves become those of natives, transits those per person who could make them; their sum is returned.
    """
    areas = len(foreign)
    abroad, leaving, moving_on = total_of(foreign), total_of(transits) * kept, 0.0
    on = most * abroad / leaving if leaving > most * abroad else 1.0
    for d in range(areas):
        returns[d] = min(returns[d] * kept, most * foreign[d])
    for d in range(areas):
        transits[d] *= kept * on
        moves[d] = moves[d] * kept - returns[d] - transits[d]
    for d in range(areas):
        could = abroad - foreign[d]
        transits[d] = transits[d] / could if could > 0.0 else 0.0
        moving_on += transits[d]
    return moving_on


@part
def _settle(stock: Floats, displaced: Floats, residents: float, staying: float) -> None:
    """Bring a row of the stock to the residents, nothing below zero; the displaced are part of it."""
    total = 0.0
    for b in range(len(stock)):
        stock[b] = max(stock[b], 0.0)
        total += stock[b]
    share = residents / total if total > 0.0 else 0.0
    for b in range(len(stock)):
        stock[b] *= share
        displaced[b] = min(displaced[b] * staying, stock[b])
