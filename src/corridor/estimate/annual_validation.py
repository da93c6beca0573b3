"""Fit the model of yearly arrivals to reported inflows, and measure it on destinations and years that were held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.estimate.annual_covariates import YEARS, Covariates, named
from corridor.estimate.annual_series import (
    COVERAGE_QUANTILE,
    PERSISTENCE,
    SPREAD_AT,
    Coefficients,
    as_array,
    at_least,
    series_of,
    spread_at,
)

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Booleans, Floats, Integers

POOLING = 0.9
"""Share of each destination's mean that is taken out before the regression (random effects, Wooldridge 2010, ch. 10).

With a destination's variance of .33, a corridor's of .7 and some 170 reported corridors each, 1 - sqrt(.7 / (.7 + 170 *
.33)) = .89: the differences between 34 destinations say little about coefficients, those between corridors much.
"""
RIDGE = 1e-6
"""Keeps the normal equations solvable where a term does not vary."""
WINDOW = 1.5
"""Estimates this near on the logarithmic scale tell the spread at a size (our judgement)."""
OECD = "flows_reported/oecd_imd_2000_2021.parquet"
NEURAL = "gaskin_abel/annual_flows_ge50.parquet"


@dataclass(frozen=True, slots=True)
class Cells:
    """Reported arrivals of corridors and years.

    Attributes
    ----------
    year, orig, dest : [cell], positions on the axes of the series
    persons : [cell], reported
    """

    year: Integers
    orig: Integers
    dest: Integers
    persons: Floats

    @property
    def where(self) -> tuple[Integers, Integers, Integers]:
        """Positions in a series [year, orig, dest]."""
        return self.year, self.orig, self.dest

    def only(self, chosen: Booleans) -> Cells:
        """Return the chosen cells."""
        return Cells(self.year[chosen], self.orig[chosen], self.dest[chosen], self.persons[chosen])

    def array(self) -> Floats:
        """Return the reports as [year, orig, dest], persons, NaN where nothing is reported."""
        table = np.full((len(YEARS), len(codes()), len(codes())), np.nan)
        table[self.where] = self.persons
        return table


def oecd_reports(folder: Path) -> pd.DataFrame:
    """Read inflows by nationality to 34 OECD countries: orig (the nationality), dest, year, persons.

    Nationals of the reporter and partners that are no area are left out; the publisher's copy lists no zeros.
    """
    table = pd.read_parquet(folder / OECD)
    table = table[table["variable"] == "inflow_by_nationality"]
    reports = pd.DataFrame(
        {
            "orig": table["partner"].astype(str),
            "dest": table["reporter"].astype(str),
            "year": table["year"].astype(np.int64),
            "persons": table["value"].astype(np.float64),
        }
    )
    return reports[reports["orig"].isin(codes()) & (reports["orig"] != reports["dest"])].reset_index(drop=True)


def neural_flows(folder: Path) -> Floats:
    """Read the flows of Gaskin and Abel (2025): [year, orig, dest], persons, NaN below 50, where none are kept."""
    table = pd.read_parquet(folder / NEURAL)
    frame = pd.DataFrame(
        {"orig": table["orig"].astype(str), "dest": table["dest"].astype(str), "year": table["year"].astype(np.int64)}
    ).assign(persons=table["flow"].astype(np.float64))
    return as_array(frame[frame["orig"].isin(codes()) & frame["dest"].isin(codes())])


def cells_of(reports: pd.DataFrame) -> Cells:
    """Return reports as cells."""
    table = as_array(reports)
    year, orig, dest = np.nonzero(np.isfinite(table))
    return Cells(year, orig, dest, table[year, orig, dest])


def fitted(known: Covariates, cells: Cells) -> Coefficients:
    """Fit the coefficients to cells, and the spread to destinations left out in turn."""
    names = tuple(known.terms)
    table = _design(known, cells)
    products, target = _normal(table, cells)
    intercept, *weights = map(float, _solve(products.sum(axis=0), target.sum(axis=0)))
    held = destinations_left_out(known, cells)
    return Coefficients(intercept, dict(zip(names, weights, strict=True)), spread_of(held, np.log1p(cells.persons)))


def _design(known: Covariates, cells: Cells) -> Floats:
    table = named(known.terms, tuple(known.terms), cells.where)
    return np.column_stack([np.ones(len(table)), table])


def _normal(table: Floats, cells: Cells) -> tuple[Floats, Floats]:
    """Return the normal equations [destination, ...], of the share `POOLING` of each destination's means taken out."""
    target = np.log1p(cells.persons)
    equations: list[tuple[Floats, Floats]] = []
    for destination in np.unique(cells.dest):
        here = cells.dest == destination
        terms = table[here] - POOLING * table[here].mean(axis=0)
        equations.append((terms.T @ terms, terms.T @ (target[here] - POOLING * target[here].mean())))
    products, targets = zip(*equations, strict=True)
    return np.stack(products), np.stack(targets)


def _solve(products: Floats, target: Floats) -> Floats:
    solution = np.linalg.solve(products + RIDGE * np.eye(len(target)), target)
    return np.asarray(solution, dtype=np.float64)


def destinations_left_out(known: Covariates, cells: Cells) -> Floats:
    """Estimate every cell by a fit without the reports of its destination: [cell], log(persons + 1)."""
    table = _design(known, cells)
    products, target = _normal(table, cells)
    estimate = np.empty(len(table))
    for position, destination in enumerate(np.unique(cells.dest)):
        here: Booleans = cells.dest == destination
        others = products.sum(axis=0) - products[position], target.sum(axis=0) - target[position]
        estimate[here] = table[here] @ _solve(*others)
    return at_least(estimate, known.least[cells.where])


def destination_variance(known: Covariates, cells: Cells) -> float:
    """Variance of the mean deviations of held-out destinations, on the scale of log(persons + 1)."""
    deviation = np.log1p(cells.persons) - destinations_left_out(known, cells)
    means = [deviation[cells.dest == destination].mean() for destination in np.unique(cells.dest)]
    return float(np.mean(np.square(means)))


def spread_of(estimate: Floats, reported: Floats) -> tuple[float, ...]:
    """Fit the standard deviation at every size of `SPREAD_AT`: the one whose 80 % interval holds 80 % of the reports.

    Parameters
    ----------
    estimate, reported : [cell], log(persons + 1)
    """
    error = np.abs(reported - estimate)
    near: list[Booleans] = [np.abs(estimate - size) <= WINDOW for size in SPREAD_AT]
    return tuple(float(np.quantile(error[cells], 0.8) / COVERAGE_QUANTILE) for cells in near)


def covered_left_out(cells: Cells, estimate: Floats) -> Booleans:
    """Say of each cell whether the interval around its estimate holds it, the spread fitted to other destinations.

    Parameters
    ----------
    estimate : [cell], as of `destinations_left_out`
    """
    reported = np.log1p(cells.persons)
    inside = np.empty(len(reported), dtype=bool)
    for destination in np.unique(cells.dest):
        here = cells.dest == destination
        spread = Coefficients(0.0, {}, spread_of(estimate[~here], reported[~here]))
        inside[here] = np.abs(reported - estimate)[here] <= COVERAGE_QUANTILE * spread_at(spread, estimate[here])
    return inside


@dataclass(frozen=True, slots=True)
class Block:
    """Years held out at the end of what is reported.

    Attributes
    ----------
    cells : the reports of those years, of corridors that were reported before
    estimate, lower, upper : [cell], persons, by a model and reports up to the year before
    carried : [cell], the last value reported before
    """

    cells: Cells
    estimate: Floats
    lower: Floats
    upper: Floats
    carried: Floats


def years_left_out(
    known: Covariates, cells: Cells, last: int, *, years: int = 5, persistence: float = PERSISTENCE
) -> Block:
    """Hold out the years after `last`: fit the model and its levels to reports up to `last`, and estimate the rest."""
    end = YEARS.index(last)
    past = cells.only(cells.year <= end)
    before = past.array()
    corridors = np.isfinite(before).sum(axis=0)[cells.orig, cells.dest] > 0
    rest = cells.only((cells.year > end) & (cells.year <= end + years) & corridors)
    series = series_of(known, fitted(known, past), before, persistence=persistence)
    estimate, lower, upper = (each[rest.where] for each in (series.arrivals, series.lower, series.upper))
    return Block(rest, estimate, lower, upper, _carried(before)[rest.orig, rest.dest])


def _carried(before: Floats) -> Floats:
    """Return the last reported value of each corridor: [orig, dest]."""
    carried: Floats = before[0].copy()
    for year in before[1:]:
        carried = np.where(np.isfinite(year), year, carried)
    return carried


def held_constant(known: Covariates, last: int) -> Covariates:
    """Return the covariates with every year after `last` like `last`: what the panel tells of later years taken out.

    The means over all years stay; they place a corridor among others, not a year among years.
    """
    end = YEARS.index(last)

    def constant(path: Floats) -> Floats:
        if len(path) == 1:
            return path
        stopped: Floats = path[np.minimum(np.arange(len(path)), end)]
        return stopped

    terms = {name: constant(term) for name, term in known.terms.items()}
    return Covariates(terms, constant(known.least), known.returning)
