"""The corridor model: what a corridor's flow becomes, from its own past and from the people at both ends.

    ln f' = ln f + m ln(mean / f) + r w ln(f_back / f) + g [(1 - w) dln P_o + w dln S] - c dln P_d + n (t_d - t_o)

f is the last flow, f_back the last one in the other direction, mean the mean of all past periods; P_o and P_d are the
people of origin and destination, S those born in the destination who live in the origin, each with its change over the
last period; w is the share of S among all who live at one end and were born at the other: how much of the corridor is
return. t is how far the net migration of an area lies below its mean of twenty years, over its moves. So it says: flows
follow the people who can make them, who fled or came to work goes home, places that filled fast fill more slowly, and
net migration comes back to its habit.

The five coefficients are the same in all corridors. For each horizon they are those with the least absolute error at
earlier origins (every period weighs the same), drawn to a prior: flows follow the people (g = 1) and nothing else
happens; further ahead, to those of the horizon before. Which terms it has was found with all periods in view (our
judgement); coefficients by region, and terms of income, displacement, climate and networks, did not earn their place:
docs/results/flow-skill.md lists what was tried.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from corridor.axes import Booleans, Floats

    Terms = Callable[["Past"], Floats]

TERMS = ("mean", "return", "people", "arrivals", "net")
PRIOR = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
"""Flows follow the people who can make them, and nothing else happens."""
PEOPLE = TERMS.index("people")
SHRINKAGE = 2.0
"""Weight of the squared distance to the prior, in what the terms do to log flows, against the error of each period in
that of persistence (our judgement; from .3 to 4 the errors hardly change)."""
OFFSET = 1.0
"""Added to flows before logarithms are taken, persons a year (our judgement)."""
PRESENT = 10.0
"""Added to stocks before shares and logarithms are taken, persons (our judgement)."""
SMOOTHED = 5.0
"""Absolute errors below so many persons a year count less, so that the sum has a slope everywhere (our judgement)."""
LEAST_MOVES = 4.0
"""Corridors with fewer moves a year, both ways and after, are left out of the fit: they do not weigh in it."""
HABIT = 4
"""Five-year periods of net migration that are an area's habit."""
LARGEST = 3.0
"""No log factor goes beyond this, e^3 = 20 (our judgement)."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the model sees at an origin.

    Attributes
    ----------
    flows : [period, orig, dest], persons a year, NaN where unknown
    population : [period + 1, area], persons, the last at the origin
    net : [before + period, area], net migration, persons a year, from before the first flows on
    stock : [period + 1, birthplace, residence], persons; NaN where unknown counts as nobody
    """

    flows: Floats
    population: Floats
    net: Floats
    stock: Floats

    @property
    def periods_before(self) -> int:
        """Periods of `net` before the first flows."""
        return len(self.net) - len(self.flows)

    def before(self, periods: int) -> Self:
        """Return what was known after the first `periods`: copies, so that nothing later can be reached."""
        return replace(
            self,
            flows=self.flows[:periods].copy(),
            population=self.population[: periods + 1].copy(),
            net=self.net[: self.periods_before + periods].copy(),
            stock=self.stock[: periods + 1].copy(),
        )


def expected(past: Past, coefficients: Floats) -> Floats:
    """Return the flows that coefficients say: [orig, dest], persons a year; NaN where the last are unknown."""
    return expected_with(past, coefficients, terms(past))


def expected_with(past: Past, coefficients: Floats, made: Floats) -> Floats:
    """As `expected`, with terms [term, orig, dest] of one's own."""
    flows = _moved(past.flows[-1], np.tensordot(coefficients, made, axes=1))
    return np.where(np.eye(len(flows), dtype=np.bool_), past.flows[-1], flows)


def change_beyond_people(past: Past, coefficients: Floats) -> Floats:
    """Return the log factors on the last flows that all terms but `people` make: [orig, dest], 0 where unknown."""
    others = np.where(np.arange(len(TERMS)) == PEOPLE, 0.0, coefficients)
    return np.asarray(np.clip(np.tensordot(others, terms(past), axes=1), -LARGEST, LARGEST))


def terms(past: Past) -> Floats:
    """Return what the coefficients multiply: [term, orig, dest], in logarithms; 0 where flows are unknown."""
    last = np.nan_to_num(past.flows[-1])
    logs, mean = np.log(last + OFFSET), np.log(_mean(past.flows) + OFFSET)
    before, now = (_abroad(stock) for stock in past.stock[-2:])
    returning = (now.T + PRESENT) / (now + now.T + 2.0 * PRESENT)
    grown = np.log(past.population[-1] / past.population[-2])
    more = np.clip(np.log((now.T + PRESENT) / (before.T + PRESENT)), -1.0, 1.0)
    habit = _below_habit(last, past.net)
    return np.stack(
        [
            mean - logs,
            returning * (logs.T - logs),
            (1.0 - returning) * grown[:, None] + returning * more,
            np.broadcast_to(-grown, last.shape),
            habit - habit[:, None],
        ]
    )


def coefficients_by_horizon(past: Past, horizons: int) -> Floats:
    """Learn coefficients one, two ... periods ahead: [horizon, term].

    Where no earlier origin has an outcome so far ahead, those of the horizon before; with none at all, `PRIOR`.
    """
    found, prior = [], PRIOR
    for ahead in range(1, horizons + 1):
        prior = learnt(past, ahead, prior)
        found.append(prior)
    return np.stack(found)


def learnt(past: Past, ahead: int, prior: Floats, terms_of: Terms = terms) -> Floats:
    """Coefficients so many periods ahead: [term]; the prior where no earlier origin has an outcome so far ahead.

    Parameters
    ----------
    terms_of : what coefficients multiply, [term, orig, dest]; others than the model's are tried with it
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy, and only fitting needs it

    cells = [_cells(past, known, ahead, terms_of) for known in range(1, len(past.flows) - ahead + 1)]
    if not cells:
        return prior
    effect = np.sqrt(np.mean([_variance(made, last) for made, last, _ in cells], axis=0))

    def height(coefficients: Floats) -> tuple[float, Floats]:
        """Return what the fit lessens, relative error and shrinkage, and its slope by coefficient."""
        off = effect * (coefficients - prior)
        total, slope = SHRINKAGE * float(off @ off), 2.0 * SHRINKAGE * effect * off
        for made, last, outcome in cells:
            error, downhill = _relative_error(coefficients, made, last, outcome)
            total, slope = total + error, slope + downhill
        return total, slope

    lowest: Floats = minimize(height, prior, jac=True, method="L-BFGS-B").x
    return lowest


def _cells(past: Past, known: int, ahead: int, terms_of: Terms) -> tuple[Floats, Floats, Floats]:
    """Terms [term, corridor], last flow and outcome [corridor], of an earlier origin and so many periods after it."""
    earlier, outcome = past.before(known), past.flows[known + ahead - 1]
    last = earlier.flows[-1]
    kept = _worth_fitting(last, outcome)
    return terms_of(earlier)[:, kept], last[kept], outcome[kept]


def _worth_fitting(last: Floats, outcome: Floats) -> Booleans:
    known = np.isfinite(last) & np.isfinite(outcome) & ~np.eye(len(last), dtype=np.bool_)
    moves = np.nan_to_num(last) + np.nan_to_num(last.T) + np.nan_to_num(outcome)
    return np.asarray(known & (moves > LEAST_MOVES))


def _variance(made: Floats, last: Floats) -> Floats:
    """Variance of each term over corridors, by their flows: [term]."""
    share = last / last.sum()
    return np.asarray(np.maximum(made**2 @ share - (made @ share) ** 2, 0.0))


def _relative_error(coefficients: Floats, made: Floats, last: Floats, outcome: Floats) -> tuple[float, Floats]:
    """Sum of absolute errors over that of persistence, and its slope [term]; smooth near zero."""
    forecast = _moved(last, coefficients @ made)
    error = forecast - outcome
    size = np.hypot(error, SMOOTHED)
    rival = np.abs(last - outcome).sum() + SMOOTHED
    return float(size.sum() / rival), made @ (error / size * (forecast + OFFSET)) / rival


def _moved(last: Floats, log_factor: Floats) -> Floats:
    return np.asarray(np.maximum((last + OFFSET) * np.exp(np.clip(log_factor, -LARGEST, LARGEST)) - OFFSET, 0.0))


def _mean(flows: Floats) -> Floats:
    """Mean over the periods in which a corridor is known: [orig, dest], 0 where in none."""
    known = np.isfinite(flows).sum(axis=0)
    return np.asarray(np.nan_to_num(flows).sum(axis=0) / np.maximum(known, 1))


def _abroad(stock: Floats) -> Floats:
    """People who live elsewhere than where they were born: [birthplace, residence]; none where it is not known."""
    return np.where(np.eye(len(stock), dtype=np.bool_), 0.0, np.nan_to_num(stock))


def _below_habit(last: Floats, net: Floats) -> Floats:
    """Half of how far net migration lies below its mean of `HABIT` periods, over an area's moves: [area], -.5 to .5."""
    into, out = last.sum(axis=0), last.sum(axis=1)
    volume = (into + out) / 2.0 + OFFSET
    habit = np.nan_to_num(net[-HABIT:].mean(axis=0))
    return np.asarray(np.clip((habit - (into - out)) / volume, -1.0, 1.0) / 2.0)
