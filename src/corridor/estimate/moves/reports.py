"""What a country that counts its migrants by nationality would report of the moves of a corridor, and what reports say.

Reports count nationals, as the country's own rule defines a migrant; the estimate counts everybody who moves for most
of a year. So reports are not put in the place of the estimate. The expected report of a corridor and year is a
regression of log(report + 1) on the estimated moves of the birthplace's natives, on stocks and populations, levels
between corridors and movements within them apart (Mundlak 1978, *Econometrica* 46: 69), with random effects of the
reporting countries (Wooldridge 2010, ch. 10). The deviation of reports from it follows a stationary autoregression in
each corridor around the deviation of its reporter (Kalman smoother). How much of that deviation belongs to the moves
and not to the way of counting was measured where both are known (`drawing.RELIABILITY`).

Inflows are moves out of the birthplace to the reporting host, outflows moves home from there; both are laid out by
birthplace and host.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.moves.stocks import YEARS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.axes import Booleans, Floats, Integers
    from corridor.estimate.moves.terms import Background

POOLING = 0.9
"""Share of each reporter's mean that is taken out before the regression: with its variance of .33, a corridor's of .7
and some 170 reported corridors each, 1 - sqrt(.7 / (.7 + 170 * .33)) = .89."""
RIDGE = 1e-6
FEW, SMALL, SIZABLE = 3.0, 5.0, 8.0
"""Logarithms below which moves and a stock say less than in proportion, and above which a stock says less (our
judgement)."""
REPORTER_VARIANCE = 0.33
"""Mean square of the mean deviations of reporters, each held out."""
LEAST_VARIANCE = 0.1
"""No corridor deviates from its reporter with a smaller variance (our judgement)."""
PERSISTENCE = 0.95
"""Of a corridor's deviation, what is left a year later: the best of five values on 2011-2015, held out."""
NOISE_VARIANCE = 0.03
"""Variance of the logarithm of a report around what it counts (our judgement); 1 / (persons + 1) is added."""


@dataclass(frozen=True, slots=True)
class ReportCells:
    """Reports: positions of year, birthplace and host, and persons, all [cell]."""

    year: Integers
    birthplace: Integers
    host: Integers
    persons: Floats

    @property
    def where(self) -> tuple[Integers, Integers, Integers]:
        """Positions in an array [year, birthplace, host]."""
        return self.year, self.birthplace, self.host

    def only(self, chosen: Booleans) -> ReportCells:
        """Return the chosen cells."""
        return ReportCells(self.year[chosen], self.birthplace[chosen], self.host[chosen], self.persons[chosen])


@dataclass(frozen=True, slots=True)
class ReportLink:
    """The regression: term -> coefficient of log(report + 1)."""

    intercept: float
    weights: Mapping[str, float]

    def expected(self, terms: Mapping[str, Floats], least: Floats) -> Floats:
        """Evaluate it: [year, birthplace, host], log(persons + 1), at least what changes of stocks demand."""
        shape = np.broadcast_shapes(*(term.shape for term in terms.values()))
        logs = np.full(shape, self.intercept)
        for name, weight in self.weights.items():
            logs += weight * terms[name]
        expected: Floats = np.maximum(logs, np.log1p(least))
        return expected


def cells_of(reports: Floats, first_year: int) -> ReportCells:
    """Return reports [year, birthplace, host], NaN where there are none, as cells of the years of the series."""
    year, birthplace, host = np.nonzero(np.isfinite(reports))
    return ReportCells(year + YEARS.index(first_year), birthplace, host, reports[year, birthplace, host])


@dataclass(frozen=True, slots=True)
class Counted:
    """Moves that a kind of report counts, by birthplace and host: all [year, birthplace, host], persons.

    Attributes
    ----------
    moves : by the model of stocks, in the direction of the report
    others : the remainder in the direction of the report
    back : by the model of stocks, in the other direction
    least : moves without which the stock could not have changed as it did
    """

    moves: Floats
    others: Floats
    back: Floats
    least: Floats


def report_terms(world: Background, counted: Counted, net: Floats, displaced: Floats) -> dict[str, Floats]:
    """Return the terms; those named "yearly ..." are deviations of a year from the mean of all years.

    Parameters
    ----------
    net : [year, area], net migration of the hosts (UN), persons
    displaced : [year, birthplace, host], new displacement in the direction of the report, persons
    """
    logs, stock = np.log1p(counted.moves + counted.others), np.log1p(world.stocks.stock)
    people = np.log(world.people).mean(axis=0)
    rate = 1000.0 * net / world.people
    signed = (np.sign(rate) * np.log1p(np.abs(rate)))[:, None, :]
    late = (displaced + np.concatenate([displaced[:1], displaced[:-1]])) / 2.0
    excess = np.log1p(np.expm1(logs) + late) - logs
    return {
        "moves": _mean(logs),
        "few moves": _mean(np.maximum(FEW - logs, 0.0)),
        "moves of the stock": _mean(np.log1p(counted.moves)),
        "moves without a stock": _mean(np.log1p(counted.others)),
        "moves back": _mean(np.log1p(counted.back)),
        "stock": stock,
        "small stock": np.maximum(SMALL - stock, 0.0),
        "stock up to a size": np.minimum(stock, SIZABLE),
        "growth of the stock": _mean(np.log1p(np.maximum(world.stocks.growth, 0.0))),
        "shrinkage of the stock": _mean(np.log1p(np.maximum(-world.stocks.growth, 0.0))),
        "people of the birthplace": people[None, :, None],
        "people of the host": people[None, None, :],
        "income of the birthplace": np.log(world.income).mean(axis=0)[None, :, None],
        "free movement": _mean(world.free),
        "no visa": world.visa_free[None],
        "displacement": _mean(excess),
        "yearly moves": logs - _mean(logs),
        "yearly displacement": excess - _mean(excess),
        "yearly net migration": signed - _mean(signed),
        "yearly free movement": world.free - _mean(world.free),
    }


def _mean(path: Floats) -> Floats:
    mean: Floats = path.mean(axis=0, keepdims=True)
    return mean


def fitted(terms: Mapping[str, Floats], cells: ReportCells) -> ReportLink:
    """Fit the regression to reports."""
    products, targets = _normal(_design(terms, cells), cells)
    intercept, *weights = map(float, _solved(products.sum(axis=0), targets.sum(axis=0)))
    return ReportLink(intercept, dict(zip(terms, weights, strict=True)))


def hosts_left_out(terms: Mapping[str, Floats], least: Floats, cells: ReportCells) -> Floats:
    """Expect every report by a fit without the reports of its host: [cell], log(persons + 1)."""
    table = _design(terms, cells)
    products, targets = _normal(table, cells)
    expected = np.empty(len(table))
    for position, host in enumerate(np.unique(cells.host)):
        here = cells.host == host
        others = products.sum(axis=0) - products[position], targets.sum(axis=0) - targets[position]
        expected[here] = table[here] @ _solved(*others)
    return np.maximum(expected, np.log1p(least[cells.where]))


def _design(terms: Mapping[str, Floats], cells: ReportCells) -> Floats:
    shape = np.broadcast_shapes(*(term.shape for term in terms.values()))
    columns = [np.broadcast_to(term, shape)[cells.where] for term in terms.values()]
    return np.column_stack([np.ones(len(cells.persons)), *columns])


def _normal(table: Floats, cells: ReportCells) -> tuple[Floats, Floats]:
    """Return the normal equations [host, ...], of the share `POOLING` of each host's means taken out."""
    target = np.log1p(cells.persons)
    equations: list[tuple[Floats, Floats]] = []
    for host in np.unique(cells.host):
        here = cells.host == host
        terms = table[here] - POOLING * table[here].mean(axis=0)
        equations.append((terms.T @ terms, terms.T @ (target[here] - POOLING * target[here].mean())))
    products, targets = zip(*equations, strict=True)
    return np.stack(products), np.stack(targets)


def _solved(products: Floats, target: Floats) -> Floats:
    return np.asarray(np.linalg.solve(products + RIDGE * np.eye(len(target)), target), dtype=np.float64)


def deviations(expected: Floats, reports: Floats) -> tuple[Floats, Floats]:
    """Deviation of reports from what is expected, smoothed over years, and that of each reporter from others.

    Parameters
    ----------
    expected : [year, birthplace, host], log(persons + 1)
    reports : [year, birthplace, host], persons, NaN where nothing is reported

    Returns
    -------
    [year, birthplace, host], the corridor's own deviation, 0 where nothing was ever reported; and [host], its level
    """
    seen = np.isfinite(reports)
    persons = np.where(seen, reports, 0.0)
    residual = np.where(seen, np.log1p(persons) - expected, 0.0)
    counts = seen.sum(axis=0)
    means = np.divide(residual.sum(axis=0), counts, out=np.zeros(counts.shape), where=counts > 0)
    variance = max(float(np.var(means[counts > 0])) - REPORTER_VARIANCE, LEAST_VARIANCE)
    corridors = (counts > 0).sum(axis=0)
    level = means.sum(axis=0) / (corridors + variance / REPORTER_VARIANCE)
    birthplace, host = np.nonzero(counts)
    noise = np.where(seen, NOISE_VARIANCE + 1.0 / (persons + 1.0), np.inf)[:, birthplace, host]
    centred = np.where(seen, residual - level, 0.0)[:, birthplace, host]
    path, _ = smoothed(centred, noise, np.full(len(birthplace), variance), PERSISTENCE)
    own = np.zeros_like(expected)
    own[:, birthplace, host] = path
    return own, level


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
