"""Intervals for forecasts that have none of their own: how far the same rule erred at earlier origins.

Errors are log ratios of what came over what was forecast. Those of corridors are pooled by size class of the forecast;
those of areas are pairs, outflow and inflow together, so that net migration inherits their correlation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.forecast_form import QUANTILES, margins
from corridor.demography.random_streams import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corridor.axes import Floats
    from corridor.backtest.forecast_form import History

    Rule = Callable[[History, Sequence[int]], Floats]

OFFSET = 1.0
"""Added to both sides of a log ratio, so that zeros have one; persons a year (our judgement)."""
SIZES = (1.0, 10.0, 100.0, 1000.0, 10000.0)
"""Bounds of the size classes of corridors, persons a year."""
LEAST_ERRORS = 100
"""A class with fewer errors borrows those of all classes (our judgement)."""
AREA_CLASSES = 4
"""Classes of areas by the sum of out- and inflow, of equal numbers."""


@dataclass(frozen=True, slots=True)
class StepErrors:
    """Errors of forecasts so many periods ahead.

    Attributes
    ----------
    corridors : [class, quantile], quantiles of log ratios at `QUANTILES`
    areas : [class] of [error, out / in], log ratios
    bounds : [class - 1], of the classes of areas, persons a year
    """

    corridors: Floats
    areas: tuple[Floats, ...]
    bounds: Floats


def earlier_errors(rule: Rule, past: History, least: int) -> list[StepErrors]:
    """Apply a rule at every origin before the last and learn its errors one, two ... periods ahead.

    Parameters
    ----------
    rule : (history, lengths of periods) -> point forecast [horizon, orig, dest]
    least : past periods that the rule needs

    Returns
    -------
    For as many periods ahead as an earlier origin reaches: none if the history is too short
    """
    periods = len(past.starts)
    made = {known: rule(past.before(known), past.years[known:]) for known in range(least, periods)}
    steps = [
        _learnt([(made[known][ahead], past.flows[known + ahead]) for known in range(least, periods - ahead)])
        for ahead in range(periods - least)
    ]
    return _never_narrowing(steps)


def _never_narrowing(steps: Sequence[StepErrors]) -> list[StepErrors]:
    """Let the intervals of corridors reach as far as those of all shorter horizons, which rest on more origins."""
    if not steps:
        return []
    upper = np.array(QUANTILES) > 0.5
    lower = np.array(QUANTILES) < 0.5
    reached = np.stack([step.corridors for step in steps])
    furthest = np.where(upper, np.maximum.accumulate(reached), reached)
    furthest = np.where(lower, np.minimum.accumulate(reached), furthest)
    return [replace(step, corridors=each) for step, each in zip(steps, furthest, strict=True)]


def _learnt(pairs: Sequence[tuple[Floats, Floats]]) -> StepErrors:
    """Learn from pairs of forecast and outcome, both [orig, dest]."""
    forecast, outcome = (np.stack(side) for side in zip(*pairs, strict=True))
    outcome = np.where(np.isfinite(forecast), outcome, np.nan)
    forecast = np.where(np.isfinite(outcome), forecast, np.nan)
    kept = np.isfinite(outcome) & ~np.eye(outcome.shape[-1], dtype=np.bool_)
    errors = log_ratio(outcome[kept], forecast[kept])
    place = np.digitize(forecast[kept], SIZES)
    classes = [errors[place == each] for each in range(len(SIZES) + 1)]
    quantiles = [np.quantile(own if len(own) >= LEAST_ERRORS else errors, QUANTILES) for own in classes]
    made, came = margins(forecast)[:2], margins(outcome)[:2]
    known = np.isfinite(made[0])
    both = log_ratio(came[:, known], made[:, known]).T
    volume = made[:, known].sum(axis=0)
    bounds = np.quantile(volume, np.arange(1, AREA_CLASSES) / AREA_CLASSES)
    place = np.digitize(volume, bounds)
    of_areas = [both[place == each] for each in range(AREA_CLASSES)]
    return StepErrors(np.stack(quantiles), tuple(own if len(own) else both for own in of_areas), bounds)


def log_ratio(outcome: Floats, forecast: Floats) -> Floats:
    """Return log((outcome + offset) / (forecast + offset))."""
    return np.asarray(np.log((outcome + OFFSET) / (forecast + OFFSET)))


def corridor_quantiles(point: Floats, known: Sequence[StepErrors]) -> Floats:
    """Quantiles of corridors: [quantile, horizon, orig, dest], from a point forecast [horizon, orig, dest]."""
    found = np.empty((len(QUANTILES), *point.shape))
    for ahead, flows in enumerate(point):
        errors, wider = _errors_at(known, ahead)
        shift = wider * errors.corridors[np.digitize(np.nan_to_num(flows), SIZES)]
        found[:, ahead] = np.moveaxis(np.maximum((flows[..., None] + OFFSET) * np.exp(shift) - OFFSET, 0.0), -1, 0)
        found[:, ahead, range(len(flows)), range(len(flows))] = 0.0
    return found


def margin_draws(point: Floats, known: Sequence[StepErrors], draws: int, seed: int) -> Floats:
    """Draw margins: [draw, out / in / net, horizon, area], from point margins [out / in / net, horizon, area]."""
    found = np.full((draws, *point.shape), np.nan)
    for ahead in range(point.shape[1]):
        errors, wider = _errors_at(known, ahead)
        both = point[:2, ahead]
        place = np.digitize(np.nan_to_num(both.sum(axis=0)), errors.bounds)
        for each, pool in enumerate(errors.areas):
            here = np.flatnonzero(place == each)
            chosen = stream(seed, "flow errors", ahead, each).integers(len(pool), size=(draws, len(here)))
            drawn = np.moveaxis(np.exp(wider * pool[chosen]), -1, 1)
            found[:, :2, ahead, here] = np.maximum((both[:, here] + OFFSET) * drawn - OFFSET, 0.0)
    found[:, 2] = found[:, 1] - found[:, 0]
    return found


def _errors_at(known: Sequence[StepErrors], ahead: int) -> tuple[StepErrors, float]:
    """Errors so many periods ahead; beyond what is known the furthest, wider as a random walk is (our judgement)."""
    if ahead < len(known):
        return known[ahead], 1.0
    return known[-1], float(np.sqrt((ahead + 1) / len(known)))
