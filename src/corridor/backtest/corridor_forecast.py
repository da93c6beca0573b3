"""The corridor model among the forecasts that are held against what came: learnt anew at every origin.

Corridors have intervals from the model's own errors at earlier origins, as the simple rivals do. Margins of areas are
drawn as the ensemble draws them (`corridor.projection.propensities`): what is scored here is what trajectories use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas
from corridor.backtest.flow_errors import corridor_quantiles, earlier_errors
from corridor.backtest.forecast_form import Forecast, margins
from corridor.estimate.gravity.corridor_model import coefficients_by_horizon, expected_with, terms
from corridor.projection.latent import subregions_of
from corridor.projection.propensities import paths_from_zero, sizes_of_surprises

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers
    from corridor.backtest.flow_errors import StepErrors
    from corridor.backtest.forecast_form import History


@dataclass(frozen=True, slots=True)
class CorridorModel:
    """Ours; without an earlier origin it has no intervals."""

    name: str = "corridor model"
    least_periods: int = 1

    def fit(self, past: History) -> FittedCorridorModel:
        """Learn how far the model missed at earlier origins."""
        return FittedCorridorModel(past, tuple(earlier_errors(corridor_forecast, past, self.least_periods)))


@dataclass(frozen=True, slots=True)
class FittedCorridorModel:
    """The model at an origin, and its errors before."""

    past: History
    errors: tuple[StepErrors, ...]

    def predict(self, lengths: Sequence[int], draws: int, seed: int) -> Forecast:
        """Predict the periods that follow."""
        point = corridor_forecast(self.past, lengths)
        of_areas = margins(point)
        if not self.errors:
            return Forecast(point, of_areas)
        drawn = drawn_margins(point, self.past, lengths, draws, seed)
        return Forecast(point, of_areas, corridor_quantiles(point, self.errors), drawn)


def corridor_forecast(past: History, lengths: Sequence[int]) -> Floats:
    """Flows as the corridor model expects them: [horizon, orig, dest], persons a year."""
    made = terms(past)
    return np.stack([expected_with(past, each, made) for each in coefficients_by_horizon(past, len(lengths))])


def drawn_margins(point: Floats, past: History, lengths: Sequence[int], draws: int, seed: int) -> Floats:
    """Draw margins as the ensemble does: [draw, out / in / net, horizon, area], persons a year.

    Every origin's moves have a multiplier and every destination a pull, zero in the middle of the last period; a period
    has the mean of its years.

    Parameters
    ----------
    point : [horizon, orig, dest], forecast
    """
    sizes = sizes_of_surprises(past)
    subregions = subregions_of([area.subregion for area in areas()])
    years = years_since_the_middle(past.years[-1], lengths)
    since = np.concatenate(years)
    propensity, pull = (
        paths_from_zero(name, size, subregions, since, trajectories=range(draws), seed=seed)
        for name, size in zip(("propensity", "pull"), sizes, strict=True)
    )
    found = np.empty((draws, 3, *point.shape[:2]))
    ends = np.cumsum([len(each) for each in years])
    for ahead, (flows, end, of_period) in enumerate(zip(point, ends, years, strict=True)):
        inside = slice(end - len(of_period), end)
        leaving, drawing = (np.exp(paths[:, inside]).mean(axis=1) for paths in (propensity, pull))
        found[:, :, ahead] = _moved_margins(flows, leaving, drawing)
    return found


def years_since_the_middle(last: int, lengths: Sequence[int]) -> list[Integers]:
    """Whole years between the middle of the last period, of so many years, and each year of those that follow."""
    first = (last + 1) // 2
    starts = first + np.cumsum([0, *lengths[:-1]])
    return [np.arange(start, start + length) for start, length in zip(starts, lengths, strict=True)]


def _moved_margins(flows: Floats, leaving: Floats, drawing: Floats) -> Floats:
    """Margins [draw, out / in / net, area] of flows [orig, dest] whose origins and destinations are multiplied."""
    unknown = np.isnan(margins(flows)[0])
    known = np.nan_to_num(flows)
    usual = known.sum(axis=1)
    drawn = drawing @ known.T
    scale = leaving * np.divide(usual, drawn, out=np.zeros_like(drawn), where=drawn > 0.0)
    out, into = leaving * usual, (scale @ known) * drawing
    moved = np.stack([out, into, into - out], axis=1)
    moved[:, :, unknown] = np.nan
    return moved
