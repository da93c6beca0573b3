"""Gravity and radiation as forecasts of flows, with intervals from their own past like those of the simple rivals.

The Poisson models (PPML, `corridor.estimate.gravity.ppml`) are fitted on all past periods together, zeros among them:

    E flow = exp(b0 + b1 log people_o + b2 log people_d + b3 log income_o + b4 log income_d + b5, b6 (income unknown)
                 + b7 log km + b8 log(1 + people from o in d) + b9 log(1 + people from d in o) + effects
                 [+ b10 log(1 + last flow) + b11 (last flow zero)])

People, income and stocks are those at the start of a period. After the origin people are a forecast
(`population_ahead`); income and stocks stay as known at the origin; the last flow is the model's own forecast. The
panel has no common borders and no languages, so the models have none either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from corridor.backtest.forecast_form import corridors, known_areas, margins, population_ahead
from corridor.backtest.simple_rivals import SimpleRival
from corridor.estimate.gravity.gravity_floor import NEAREST_KM
from corridor.estimate.gravity.gravity_matrix import doubly_constrained, radiation
from corridor.estimate.gravity.ppml import fit_ppml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers
    from corridor.backtest.forecast_form import History
    from corridor.estimate.gravity.ppml import PpmlFit

Effects = Literal["none", "ends", "pairs"]


def gravity(past: History, lengths: Sequence[int]) -> Floats:
    """Predict by people, income, distance and stocks: [horizon, orig, dest]."""
    return _poisson(past, lengths, "none")


def _gravity_of_ends(past: History, lengths: Sequence[int]) -> Floats:
    """Predict by the same and an effect of each origin and each destination, which stay as they were on average."""
    return _poisson(past, lengths, "ends")


def _gravity_of_pairs(past: History, lengths: Sequence[int]) -> Floats:
    """Predict by the same and an effect of each corridor; one that never had a flow stays at zero."""
    return _poisson(past, lengths, "pairs")


def _gravity_of_last_flow(past: History, lengths: Sequence[int]) -> Floats:
    """Predict by the same, the flow of the period before, and whether it was zero; without effects."""
    return _poisson(past, lengths, "none", lagged=True)


def _constrained_gravity(past: History, lengths: Sequence[int]) -> Floats:
    """Spread the last period's outflows and inflows by a power of distance, fitted to its flows."""
    known = known_areas(past.flows[-1])
    cells = np.ix_(known, known)
    cost = np.log(np.maximum(past.distance[cells], NEAREST_KM))
    table = np.full_like(past.flows[-1], np.nan)
    table[cells] = doubly_constrained(np.nan_to_num(past.flows[-1][cells]), cost).table
    return np.repeat(table[None], len(lengths), axis=0)


def _radiating(past: History, lengths: Sequence[int]) -> Floats:
    """Spread the last period's outflows by the people in destinations and between, as they are forecast."""
    known = known_areas(past.flows[-1])
    cells = np.ix_(known, known)
    outflow = margins(past.flows[-1])[0, known]
    flows = np.full((len(lengths), *past.flows.shape[1:]), np.nan)
    for table, people in zip(flows, population_ahead(past, lengths), strict=True):
        table[cells] = radiation(outflow, people[known], past.distance[cells])
    return flows


def _poisson(past: History, lengths: Sequence[int], effects: Effects, *, lagged: bool = False) -> Floats:
    """Fit on all past periods (with a lag on all but the first) and predict, where the last flow is known."""
    fit = _fitted(past, effects, lagged=lagged)
    last = past.flows[-1]
    cells = orig, dest = np.nonzero(corridors(last))
    flows = np.where(np.isfinite(last), 0.0, np.nan)[None].repeat(len(lengths), axis=0)
    for table, people in zip(flows, population_ahead(past, lengths), strict=True):
        terms = _terms(past, len(past.starts), people, last if lagged else None)
        mean = fit.predict(terms[cells], _codes(effects, orig, dest, len(last)))
        table[cells] = np.where(np.isnan(mean), last[cells], mean)  # what the past does not settle stays
        last = table
    return flows


def _fitted(past: History, effects: Effects, *, lagged: bool) -> PpmlFit:
    moves, terms, ends = [], [], []
    for period in range(int(lagged), len(past.starts)):
        flows = past.flows[period]
        own = _terms(past, period, past.population[period], past.flows[period - 1] if lagged else None)
        cells = np.nonzero(corridors(flows) & np.isfinite(own).all(axis=-1))
        moves.append(flows[cells])
        terms.append(own[cells])
        ends.append(cells)
    orig, dest = (np.concatenate(side) for side in zip(*ends, strict=True))
    return fit_ppml(np.concatenate(moves), np.concatenate(terms), _codes(effects, orig, dest, past.flows.shape[-1]))


def _terms(past: History, date: int, people: Floats, last: Floats | None) -> Floats:
    """Lay out what the Poisson models know at the start of a period: [orig, dest, term].

    Parameters
    ----------
    date : position of the start among the dates of the history
    people : [area], then
    last : [orig, dest], flows of the period before, for models that know them
    """
    stock, income, distance = past.stock, past.income, past.distance
    known = np.isfinite(income[date])
    of_areas = np.stack([np.log(people), np.log(np.where(known, income[date], 1.0)), ~known])
    abroad = np.log1p(np.where(np.eye(len(people), dtype=np.bool_), 0.0, stock[date]))
    parts = [np.ones_like(distance), np.log(np.maximum(distance, NEAREST_KM)), abroad, abroad.T]
    for each in of_areas:
        parts += np.broadcast_arrays(each[:, None], each)
    if last is not None:
        parts += [np.log1p(last), np.where(np.isnan(last), np.nan, last == 0)]
    return np.stack(parts, axis=-1)


def _codes(effects: Effects, orig: Integers, dest: Integers, areas: int) -> list[Integers]:
    """Return the codes of each effect: [row], from positions of origins and destinations."""
    return {"none": [], "ends": [orig, dest], "pairs": [orig * areas + dest]}[effects]


GRAVITY_RIVALS = (
    SimpleRival("gravity", gravity),
    SimpleRival("gravity, ends", _gravity_of_ends),
    SimpleRival("gravity, pairs", _gravity_of_pairs, least_periods=2),
    SimpleRival("gravity, last flow", _gravity_of_last_flow, least_periods=2),
    SimpleRival("doubly constrained", _constrained_gravity),
    SimpleRival("radiation", _radiating),
)
"""The gravity models."""
