"""Simple forecasts of flows, well made: rules that give a number for each corridor, with intervals from their own past.

The blends mean logarithms of a corridor's last flow, of the flow in the other direction (who fled comes back, who came
leaves) and of its mean over the past. Their weights are learnt at earlier origins only. The form of the blends was
found with all periods in view: our judgement, which the figures cannot test.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.flow_errors import OFFSET, corridor_quantiles, earlier_errors, margin_draws
from corridor.backtest.forecast_form import Forecast, known_areas, margins, population_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.backtest.flow_errors import Rule, StepErrors
    from corridor.backtest.forecast_form import History

PERSISTENCE = "persistence"
STEP = 0.05
"""Weights are learnt on a grid of this step."""
ANCHOR = 0.5
"""How far the anchored blend goes to the damped net migration (our judgement)."""
LEAST_NET_PERIODS = 6
"""Past periods before net migration is damped, 30 years."""


@dataclass(frozen=True, slots=True)
class SimpleRival:
    """A rule with intervals from its errors at earlier origins; where there are none it has no intervals.

    Attributes
    ----------
    name : in tables
    rule : (history, lengths) -> [horizon, orig, dest], persons a year
    least_periods : past periods that the rule needs
    """

    name: str
    rule: Rule
    least_periods: int = 1

    def fit(self, past: History) -> FittedRule:
        """Learn the errors of the rule at earlier origins."""
        return FittedRule(past, self.rule, tuple(earlier_errors(self.rule, past, self.least_periods)))


@dataclass(frozen=True, slots=True)
class FittedRule:
    """A rule at an origin, and its errors before."""

    past: History
    rule: Rule
    errors: tuple[StepErrors, ...]

    def predict(self, lengths: Sequence[int], draws: int, seed: int) -> Forecast:
        """Predict the periods that follow."""
        point = self.rule(self.past, lengths)
        areas = margins(point)
        if not self.errors:
            return Forecast(point, areas)
        quantiles = corridor_quantiles(point, self.errors)
        return Forecast(point, areas, quantiles, margin_draws(areas, self.errors, draws, seed))


def persistence(past: History, lengths: Sequence[int]) -> Floats:
    """Flows stay what they were."""
    return np.repeat(past.flows[-1:], len(lengths), axis=0)


def mean_of_past(past: History, lengths: Sequence[int]) -> Floats:
    """Flows are the mean of all past periods, of those in which the areas are known."""
    return np.repeat(_mean(past)[None], len(lengths), axis=0)


def drift(past: History, lengths: Sequence[int]) -> Floats:
    """Flows go on to change as they did between the first past period and the last, and never below zero."""
    first, last = past.flows[0], past.flows[-1]
    a_period = np.nan_to_num(last - first) / (len(past.starts) - 1)
    ahead = np.arange(1, len(lengths) + 1)[:, None, None]
    return np.asarray(np.maximum(last + ahead * a_period, 0.0))


def exposed_persistence(past: History, lengths: Sequence[int]) -> Floats:
    """Rates on the origin's population stay what they were; the population is itself a forecast."""
    growth = population_ahead(past, lengths) / past.population[-2]
    return np.asarray(past.flows[-1] * growth[:, :, None])


def geometric_blend(past: History, lengths: Sequence[int]) -> Floats:
    """Blend a corridor's last flow and its mean."""
    return _blended(past, lengths, _simplex(reverse=False))


def return_blend(past: History, lengths: Sequence[int]) -> Floats:
    """Blend a corridor's last flow, the last flow in the other direction, and its mean."""
    return _blended(past, lengths, _simplex(reverse=True))


def anchored_blend(past: History, lengths: Sequence[int]) -> Floats:
    """Change the return blend as little as its net migration must change to come halfway to a damped one."""
    flows = return_blend(past, lengths)
    return np.stack([_anchored(past, each, ahead) for ahead, each in enumerate(flows, start=1)])


def damping(past: History, ahead: int) -> Floats:
    """Weights of an area's last net migration and of its mean since 1950, those with the least error in the past."""
    levels = np.arange(0.0, 1.0 + STEP / 2, STEP)
    grid = np.array(sorted(product(levels, repeat=2), reverse=True))
    return least_error_weights(past.net, ahead, grid, LEAST_NET_PERIODS)


def least_error_weights(net: Floats, ahead: int, grid: Floats, least: int) -> Floats:
    """Weights of the last net migration and of the mean of all, those with the least absolute error in the past.

    Parameters
    ----------
    net : [period, area]
    ahead : periods between the last known one and the one foreseen
    grid : weights to choose from, [weight, (last, mean)]; of equals the first
    least : periods that are known at the first forecast
    """
    errors = np.zeros(len(grid))
    for known in range(least, len(net) - ahead + 1):
        parts = np.stack([net[known - 1], net[:known].mean(axis=0)])
        errors += np.nansum(np.abs(grid @ parts - net[known + ahead - 1]), axis=1)
    best: Floats = grid[int(np.argmin(errors))]
    return best


def _anchored(past: History, flows: Floats, ahead: int) -> Floats:
    from corridor.estimate.tables.net_balance import PERSONS, balance_to_net  # noqa: PLC0415 - only this rival needs it

    known = known_areas(flows)
    cells = np.ix_(known, known)
    weights, last = damping(past, ahead), margins(past.flows[-1])[2, known]
    damped = weights[0] * last + weights[1] * np.nan_to_num(past.net.mean(axis=0)[known])
    target = ANCHOR * damped + (1.0 - ANCHOR) * margins(flows)[2, known]
    residents = past.population[-1, known]
    balance = balance_to_net(flows[cells], target - target.sum() * residents / residents.sum(), tolerance=PERSONS)
    anchored = flows.copy()
    anchored[cells] = flows[cells] * balance.factors[:, None] / balance.factors
    return anchored


def blend_weights(past: History, ahead: int, *, reverse: bool = True) -> Floats:
    """Weights (last, reverse, mean) with the least absolute error so many periods ahead at earlier origins.

    With no earlier origin that far ahead, those of the furthest there is; with none at all, (1, 0, 0).
    """
    return _learnt_weights(past, ahead, _simplex(reverse=reverse))


def _blended(past: History, lengths: Sequence[int], grid: Floats) -> Floats:
    logs = _logs(past)
    weights = [_learnt_weights(past, ahead, grid) for ahead in range(1, len(lengths) + 1)]
    return np.stack([_mixed(each, logs) for each in weights])


def _learnt_weights(past: History, ahead: int, grid: Floats) -> Floats:
    periods = len(past.starts)
    ahead = min(ahead, periods - 1)
    if not ahead:
        return np.asarray(grid[0])
    errors = np.zeros(len(grid))
    for known in range(1, periods - ahead + 1):
        logs, outcome = _logs(past.before(known)), past.flows[known + ahead - 1]
        kept = np.isfinite(logs).all(axis=0) & np.isfinite(outcome) & (np.exp(logs).sum(axis=0) + outcome > 4 * OFFSET)
        errors += [np.abs(_mixed(each, logs[:, kept]) - outcome[kept]).sum() for each in grid]
    best: Floats = grid[int(np.argmin(errors))]
    return best


def _simplex(*, reverse: bool) -> Floats:
    """All weights (last, reverse, mean) that sum to one, the most on the last flow first."""
    whole = round(1 / STEP)
    parts = [(whole - r - m, r, m) for r, m in product(range(whole + 1), repeat=2) if r + m <= whole]
    return np.array(sorted((each for each in parts if reverse or not each[1]), reverse=True)) * STEP


def _logs(past: History) -> Floats:
    """Logarithms of last flow, of the last one back, and of the mean: [part, orig, dest]."""
    last = past.flows[-1]
    return np.asarray(np.log(np.stack([last, last.T, _mean(past)]) + OFFSET))


def _mixed(weights: Floats, logs: Floats) -> Floats:
    return np.asarray(np.maximum(np.exp(np.tensordot(weights, logs, axes=1)) - OFFSET, 0.0))


def _mean(past: History) -> Floats:
    """Mean over past periods of what is known: [orig, dest]; NaN for areas unknown in the last."""
    known = np.isfinite(past.flows)
    total = np.nan_to_num(past.flows).sum(axis=0)
    mean = np.divide(total, known.sum(axis=0), out=np.full_like(total, np.nan), where=known[-1])
    return np.asarray(mean)


RIVALS = (
    SimpleRival(PERSISTENCE, persistence),
    SimpleRival("mean of the past", mean_of_past),
    SimpleRival("drift", drift, least_periods=2),
    SimpleRival("exposed persistence", exposed_persistence),
    SimpleRival("geometric blend", geometric_blend),
    SimpleRival("return blend", return_blend),
    SimpleRival("anchored blend", anchored_blend),
)
"""The simple forecasts."""
