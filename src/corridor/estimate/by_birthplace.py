"""The best estimate of past flows of the people born in one area."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import index
from corridor.axes import OUTWARD, RETURN, TRANSIT, TYPES
from corridor.estimate.accounting import adjusted_stocks, flows_of_birthplace
from corridor.estimate.best import WEIGHTS, ingredients, mixed, parts
from corridor.estimate.past_flows import window_of

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel


def moves_by_birthplace(panel: Panel, start: int, birthplace: str) -> Floats:
    """Moves a year of the people born in one area: [orig, dest], persons, diagonal zero.

    The same mixture as `best.best_moves`, of the accounts of this birthplace; over all birthplaces the moves sum to it.
    The row of the birthplace holds outward moves, its column returns, the other cells transit.

    Parameters
    ----------
    start : first year of the period, one of `past_flows.PERIODS`
    birthplace : ISO alpha-3 code

    Raises
    ------
    InputError
        If there is no such area or no such period.
    """
    born = index(birthplace)
    everyone = ingredients(panel, start)
    window = window_of(panel, start)
    stocks = (window.start, window.end, window.births, window.deaths)
    closed, opened = adjusted_stocks(*stocks), adjusted_stocks(*stocks, system="open")
    gravity = np.zeros_like(everyone.gravity)
    gravity[born] = everyone.gravity[born]
    found = replace(
        everyone,
        open_minimum=_by_type(flows_of_birthplace(opened, born), born),
        closed_minimum=_by_type(flows_of_birthplace(closed, born), born),
        independence=_by_type(flows_of_birthplace(closed, born, stayers="independence"), born),
        gravity=gravity,
    )
    moves: Floats = mixed(parts(found, WEIGHTS.closed_share)).sum(axis=0)
    return moves


def _by_type(flows: Floats, born: int) -> Floats:
    """Tell outward, return and transit moves of one birthplace apart: [type, orig, dest], diagonal zero."""
    moves = flows * (1.0 - np.eye(len(flows)))
    by_type = np.zeros((len(TYPES), *flows.shape))
    by_type[OUTWARD, born], by_type[RETURN, :, born] = moves[born], moves[:, born]
    moves[born], moves[:, born] = 0.0, 0.0
    by_type[TRANSIT] = moves
    return by_type
