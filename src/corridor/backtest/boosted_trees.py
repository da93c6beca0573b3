"""Gradient-boosted trees as a forecast of flows, with intervals from their own past like those of the simple rivals.

The trees say by how much the logarithm of a flow changes from one period to the next, from what is known at its start
(`_features`). They are fitted to all pairs of successive past periods by least absolute error. Weights are the square
root of the logarithmic mean of the two flows: with the mean itself the loss would be the error in persons, which a few
giant corridors decide, without it that of logarithms. Weights and size of the trees were chosen by the error one period
ahead at the origins 2000 and 2005, of three products, where the choices differ little; later errors had been seen.

Needs scikit-learn, the extra `trees`.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.flow_errors import OFFSET
from corridor.backtest.forecast_form import corridors, margins, population_ahead
from corridor.backtest.simple_rivals import SimpleRival
from corridor.errors import InputError, Problem
from corridor.estimate.gravity.gravity_floor import NEAREST_KM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sklearn.ensemble import HistGradientBoostingRegressor

    from corridor.axes import Booleans, Floats
    from corridor.backtest.forecast_form import History

SETTINGS = {"max_iter": 100, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 300}
"""Trees, the share of each that counts, and how fine each may be."""
LEAST_FLOW = 1.0
"""Corridors with no more in a period are not learnt from and stay as they are, persons a year (our judgement)."""
SEED = 1
LEFT_OUT = "boosted trees are left out: they need scikit-learn (pip install 'corridor[trees]')"


def installed() -> bool:
    """Tell whether scikit-learn is there."""
    return find_spec("sklearn") is not None


def boosted_trees(past: History, lengths: Sequence[int]) -> Floats:
    """Predict each period from the one before, stocks staying as known at the origin: [horizon, orig, dest].

    Raises
    ------
    InputError
        If scikit-learn is not installed.
    """
    if not installed():
        raise InputError(Problem("the models asked for are not installed", LEFT_OUT, value=TREES.name))
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - comes with scikit-learn

    with threadpool_limits(1, user_api="openmp"):  # so many small tasks go no faster on several
        return _predicted(_fitted(past), past, lengths)


def _predicted(trees: HistGradientBoostingRegressor, past: History, lengths: Sequence[int]) -> Floats:
    origin = len(past.starts)
    for people in population_ahead(past, lengths):
        last = past.flows[-1]
        cells = np.nonzero(_open(last))
        flows = last.copy()
        change = trees.predict(_features(past, origin, past.flows, people)[cells])
        flows[cells] = np.maximum((last[cells] + OFFSET) * np.exp(change) - OFFSET, 0.0)
        past = replace(past, flows=np.concatenate([past.flows, flows[None]]))
    return past.flows[origin:]


def _fitted(past: History) -> HistGradientBoostingRegressor:
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 - an extra, and slow to import

    features, changes, weights = [], [], []
    for period in range(1, len(past.starts)):
        before, after = past.flows[period - 1], past.flows[period]
        cells = np.nonzero(_open(before) & corridors(after))
        features.append(_features(past, period, past.flows[:period], past.population[period])[cells])
        changes.append(np.log((after + OFFSET) / (before + OFFSET))[cells])
        weights.append(np.sqrt(logarithmic_mean(before[cells] + OFFSET, changes[-1])))
    trees = HistGradientBoostingRegressor(loss="absolute_error", early_stopping=False, random_state=SEED, **SETTINGS)
    return trees.fit(np.concatenate(features), np.concatenate(changes), np.concatenate(weights))


def _open(last: Floats) -> Booleans:
    """Tell which corridors had more than the least flow: [orig, dest]."""
    return corridors(last) & (last > LEAST_FLOW)


def logarithmic_mean(first: Floats, change: Floats) -> Floats:
    """Mean of two numbers whose difference it makes of that of their logarithms: (b - a) / (log b - log a).

    Parameters
    ----------
    first : a, positive
    change : log b - log a
    """
    moved = np.where(np.abs(change) > 1e-9, change, 1.0)
    return np.asarray(first * np.where(np.abs(change) > 1e-9, np.expm1(moved) / moved, 1.0))


def _features(past: History, date: int, flows: Floats, people: Floats) -> Floats:
    """Lay out what the trees know at the start of a period: [orig, dest, feature].

    Logarithms of the corridor's last flow, mean past flow and flow before the last, of the same in the other direction,
    of the stocks of people from either in the other, of distance; differences of some; and of both ends the people and
    the whole outflow and inflow.

    Parameters
    ----------
    date : position of the start among the dates of the history
    flows : [period, orig, dest], before
    people : [area], then
    """
    stock, distance = past.stock, past.distance
    seen = np.isfinite(flows)
    mean = np.nan_to_num(flows).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    last, mean, earlier = (np.log(each + OFFSET) for each in (flows[-1], mean, flows[-2 if len(flows) > 1 else -1]))
    abroad = np.log1p(np.where(np.eye(len(people), dtype=np.bool_), 0.0, stock[date]))
    parts = [last, last.T, mean, mean.T, earlier, earlier.T, abroad, abroad.T, np.log(np.maximum(distance, NEAREST_KM))]
    parts += [last - last.T, last - mean, last - earlier, last - abroad]
    out, into, _ = margins(flows[-1])
    for each in (np.log(people), np.log(out + OFFSET), np.log(into + OFFSET)):
        parts += np.broadcast_arrays(each[:, None], each)
    return np.stack(parts, axis=-1)


TREES = SimpleRival("boosted trees", boosted_trees, least_periods=2)
