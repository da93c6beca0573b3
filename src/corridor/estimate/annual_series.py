"""Moves of every calendar year between all areas, with intervals: the estimate of the periods taken apart by years.

Two parts, kept apart because statistics of inflows by nationality show the first alone:

- arrivals: people who come to a place that is not their birthplace. Logarithms follow a regression on the covariates of
  `annual_covariates`, fitted to what destinations reported (a random-effects regression: levels between corridors and
  movements within them have coefficients of their own, as in Mundlak 1978, Econometrica 46:69). A transition over five
  years is not five years of arrivals: the coefficients, which are below one, are the model of the difference. Arrivals
  are never fewer than the growth of the migrant stock demands.
- returning: people who come back to their birthplace, from the estimate of the periods, interpolated.

Where a user brings yearly reports, the deviation from the regression follows a stationary autoregression in every
reported corridor, around the deviation of its destination; reports are noisy observations of it (Kalman smoother).

The coefficients were fitted by `scripts/fit_annual_series.py`, which prints them and what they reach on destinations
and years that were held out: `docs/annual-flows.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.errors import InputError, Problem
from corridor.estimate.annual_covariates import YEARS, covariates
from corridor.estimate.best import past_moves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.estimate.annual_covariates import Covariates, PeriodMoves

COVERAGE_QUANTILE = 1.2816
"""Standard deviations on either side of an 80 % interval."""
SPREAD_AT = np.array([0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
"""log(persons + 1) at which the standard deviation of a report from its estimate was fitted."""

DESTINATION_VARIANCE = 0.33
"""Mean square of the mean deviations of the 34 reporters, each held out; fitted by `scripts/fit_annual_series.py`."""
LEAST_VARIANCE = 0.1
"""No corridor deviates from its destination with a smaller variance (our judgement)."""
PERSISTENCE = 0.95
"""Of a corridor's deviation, what is left a year later: of .90, .95, .97, .98, .99 the best on 2011-2015, held out."""
NOISE_VARIANCE = 0.03
"""Variance of the logarithm of a report around what it counts (our judgement); 1 / (persons + 1) is added."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The fitted model of yearly arrivals, on the scale of log(persons + 1).

    Attributes
    ----------
    intercept : level
    weights : term of `Covariates.terms` -> coefficient
    spread : standard deviation of what a destination without reports would report, at `SPREAD_AT`
    """

    intercept: float
    weights: Mapping[str, float]
    spread: tuple[float, ...]


FITTED = Coefficients(
    intercept=-5.3669,
    weights={
        "moves of the period": 0.3893,
        "stock": 0.2946,
        "small stock": 0.4406,
        "few moves": -0.3025,
        "growth of the stock": 0.2218,
        "shrinkage of the stock": 0.0634,
        "people at the origin": 0.1235,
        "people at the destination": 0.1654,
        "free movement": 0.4905,
        "no visa": 0.4275,
        "displacement": 0.8942,
        "yearly moves of the period": 0.4606,
        "yearly displacement": 0.4563,
        "yearly net migration": 0.1036,
        "yearly free movement": 0.4894,
    },
    spread=(0.8144, 1.0571, 1.0680, 0.8515, 0.7689, 0.7214),
)
"""Fitted by `scripts/fit_annual_series.py` to 84,290 inflows by nationality to 34 OECD countries, 2000-2020 (OECD
International Migration Database, zeros not listed), with our best estimate of the periods of panel table past_moves."""


@dataclass(frozen=True, slots=True)
class AnnualSeries:
    """Moves of calendar years, all [year, orig, dest], persons, the diagonal zero.

    Attributes
    ----------
    years : calendar years
    arrivals : moves to a place that is not the mover's birthplace, as registers of the destination count them
    lower, upper : 80 % intervals of what a destination would report of `arrivals`
    returning : moves back to the birthplace; their uncertainty was not measured, for too few report them
    """

    years: tuple[int, ...]
    arrivals: Floats
    lower: Floats
    upper: Floats
    returning: Floats

    @property
    def moves(self) -> Floats:
        """All moves, arrivals and returns: [year, orig, dest]."""
        return self.arrivals + self.returning


def best_period_moves(panel: Panel, start: int) -> Floats:
    """Moves a year by type in a period, our best estimate: [type, orig, dest]."""
    return past_moves(panel, start, "best")


def annual_series(
    panel: Panel,
    *,
    period_moves: PeriodMoves = best_period_moves,
    reports: pd.DataFrame | None = None,
    coefficients: Coefficients = FITTED,
) -> AnnualSeries:
    """Estimate the moves of every calendar year from 1990 to 2024.

    Parameters
    ----------
    period_moves : moves a year by type in the period that starts on 1 July of a year; the coefficients were fitted to
        our best estimate, and another one wants coefficients of its own
    reports : yearly arrivals of people who are not nationals of the destination, columns orig, dest, year, persons, as
        `corridor data import flows` keeps them; years outside 1990-2024 and nationals of the destination are left out.
        None = the panel alone

    Raises
    ------
    InputError
        If a column of the reports is missing, an area is unknown, or a corridor and year stands there twice.
    """
    return series_of(covariates(panel, period_moves), coefficients, None if reports is None else as_array(reports))


def as_array(reports: pd.DataFrame) -> Floats:
    """Return reports as [year, orig, dest], persons, NaN where nothing is reported.

    Raises
    ------
    InputError
        As `annual_series` does.
    """
    columns = ["orig", "dest", "year", "persons"]
    missing = [column for column in columns if column not in reports]
    if missing:
        raise InputError(Problem("yearly reports have this column", "Add it", column=", ".join(missing)))
    kept = reports[reports["year"].between(YEARS[0], YEARS[-1]) & (reports["orig"] != reports["dest"])]
    areas = pd.Index(codes())
    orig, dest = (areas.get_indexer(pd.Index(kept[end])) for end in ("orig", "dest"))
    _check(kept, orig, dest)
    table = np.full((len(YEARS), len(areas), len(areas)), np.nan)
    table[kept["year"].to_numpy() - YEARS[0], orig, dest] = kept["persons"].to_numpy(dtype=np.float64)
    return table


def _check(kept: pd.DataFrame, orig: Integers, dest: Integers) -> None:
    unknown = set(kept.loc[orig < 0, "orig"]) | set(kept.loc[dest < 0, "dest"])
    problems = [Problem("an area has a known code", "See `corridor areas`", value=code) for code in sorted(unknown)]
    if kept.duplicated(["orig", "dest", "year"]).any():
        problems.append(Problem("a corridor and year is reported once", "Keep one of the rows"))
    if not (kept["persons"] >= 0).all():
        problems.append(Problem("persons are not negative", "Correct or leave out the row", column="persons"))
    if problems:
        raise InputError(problems)


def series_of(
    known: Covariates,
    coefficients: Coefficients,
    reports: Floats | None = None,
    *,
    persistence: float = PERSISTENCE,
) -> AnnualSeries:
    """Apply the model to covariates, and to reports [year, orig, dest] where there are any."""
    usual = usual_arrivals(known, coefficients)
    logs = at_least(usual, known.least)
    deviation = spread_at(coefficients, logs)
    if reports is not None:
        logs, deviation = informed(usual, known.least, deviation, reports, persistence)
    half = COVERAGE_QUANTILE * deviation
    arrivals, lower, upper = (_persons(each) for each in (logs, logs - half, logs + half))
    return AnnualSeries(YEARS, arrivals, lower, upper, known.returning)


def usual_arrivals(known: Covariates, coefficients: Coefficients) -> Floats:
    """Evaluate the regression: [year, orig, dest], log(persons + 1); values below zero stand for nobody."""
    usual = np.full(known.least.shape, coefficients.intercept)
    for name, weight in coefficients.weights.items():
        usual += weight * known.terms[name]
    return usual


def at_least(usual: Floats, least: Floats) -> Floats:
    """Raise logarithms of arrivals to what the growth of the stock demands (`least`, persons)."""
    logs: Floats = np.maximum(np.maximum(usual, 0.0), np.log1p(least))
    return logs


def spread_at(coefficients: Coefficients, logs: Floats) -> Floats:
    """Standard deviation of a report from its estimate, on the scale of log(persons + 1), by the size of the latter."""
    spread: Floats = np.interp(logs, SPREAD_AT, coefficients.spread)
    return spread


def _persons(logs: Floats) -> Floats:
    persons: Floats = np.expm1(np.maximum(logs, 0.0))
    persons[:, np.arange(persons.shape[1]), np.arange(persons.shape[1])] = 0.0
    return persons


def informed(
    usual: Floats, least: Floats, deviation: Floats, reports: Floats, persistence: float
) -> tuple[Floats, Floats]:
    """Draw the arrivals of reporting destinations to their reports: logarithms and standard deviations.

    In corridors with reports these speak for the level, and the growth of the stock, which may be of people whom the
    destination does not count, does not.

    Parameters
    ----------
    usual, least, deviation, reports : [year, orig, dest], the regression, persons, standard deviations, persons or NaN
    """
    seen = np.isfinite(reports)
    residual = np.where(seen, np.log1p(np.where(seen, reports, 0.0)) - usual, 0.0)
    counts = seen.sum(axis=0)
    variance = np.maximum((deviation**2).mean(axis=0) - DESTINATION_VARIANCE, LEAST_VARIANCE)
    level, certainty = destination_level(residual.sum(axis=0), counts, variance)
    logs = at_least(usual + level, least)
    spread = np.sqrt(np.maximum(deviation**2 - certainty * DESTINATION_VARIANCE, LEAST_VARIANCE))
    orig, dest = np.nonzero(counts)
    noise = np.where(seen, NOISE_VARIANCE + 1.0 / (np.where(seen, reports, 0.0) + 1.0), np.inf)[:, orig, dest]
    centred = np.where(seen, residual - level, 0.0)[:, orig, dest]
    path, uncertainty = smoothed(centred, noise, variance[orig, dest], persistence)
    logs[:, orig, dest] = usual[:, orig, dest] + level[dest] + path
    fresh = NOISE_VARIANCE + np.exp(-np.maximum(logs[:, orig, dest], 0.0))
    spread[:, orig, dest] = np.sqrt(uncertainty + fresh)
    return logs, spread


def destination_level(total: Floats, counts: Integers, variance: Floats) -> tuple[Floats, Floats]:
    """Posterior mean of every destination's deviation, and how much of it the reports settle (0..1): two of [dest].

    Parameters
    ----------
    total, counts, variance : [orig, dest], sum of the deviations, years reported, variance of a corridor's deviation
    """
    means = np.divide(total, counts, out=np.zeros_like(total), where=counts > 0)
    precision = np.where(counts > 0, 1.0 / variance, 0.0)
    weight = precision.sum(axis=0)
    certainty = weight / (weight + 1.0 / DESTINATION_VARIANCE)
    mean = np.divide((precision * means).sum(axis=0), weight, out=np.zeros_like(weight), where=weight > 0)
    return certainty * mean, certainty


def smoothed(observed: Floats, noise: Floats, variance: Floats, persistence: float) -> tuple[Floats, Floats]:
    """Kalman filter and Rauch-Tung-Striebel smoother of stationary autoregressions: mean, variance [year, corridor].

    Parameters
    ----------
    observed : [year, corridor], any number where nothing is observed
    noise : [year, corridor], variance of the observation, infinite where nothing is observed
    variance : [corridor], of the stationary process
    persistence : correlation of neighbouring years
    """
    mean, uncertainty = np.zeros_like(observed), np.zeros_like(observed)
    ahead, spread = np.zeros_like(observed), np.broadcast_to(variance, observed.shape).copy()
    for year in range(len(observed)):
        if year:
            ahead[year] = persistence * mean[year - 1]
            spread[year] = persistence**2 * uncertainty[year - 1] + (1.0 - persistence**2) * variance
        gain = spread[year] / (spread[year] + noise[year])
        mean[year] = ahead[year] + gain * (observed[year] - ahead[year])
        uncertainty[year] = (1.0 - gain) * spread[year]
    for year in range(len(observed) - 2, -1, -1):
        back = persistence * uncertainty[year] / spread[year + 1]
        mean[year] += back * (mean[year + 1] - ahead[year + 1])
        uncertainty[year] += back**2 * (uncertainty[year + 1] - spread[year + 1])
    return mean, uncertainty
