"""The estimate of past flows that came before `moves`: a mixture of demographic accounts, kept to be compared with.

`best_moves` comes closest to the flows that European countries report of each other. It is a weighted sum of tables
that need nothing but the panel: minimum migration (a mean of the closed and the open account), independence (people
circulate between the places where their fellow-born live, newcomers more than the settled) and gravity (so that no
corridor is closed for ever). Returns and transit count `OTHER_TYPES` of what outward moves do. It misses contract
labour and lets settled stocks move (`docs/results/moves.md`).

The weights were fitted by `scripts/fit_best_estimate.py`, which also measures what they reach on destinations and
periods that were held out: `docs/results/past-flows-scores.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.calendar import PERIODS
from corridor.data.arrays import stock_on_1_july
from corridor.errors import InputError, Problem
from corridor.estimate.accounts.accounting import adjusted_stocks, minimum
from corridor.estimate.accounts.past_flows import transitions, window_of
from corridor.estimate.gravity.gravity_floor import NEAREST_KM, label_distance_km

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel

OTHER_TYPES = 0.5
"""Weight of returns and transit beside outward moves (our judgement).

Reported flows alone would choose .15 to .30, for few registers see their own people return; the nearer the weight is to
1, the nearer net migration comes to the UN's. At one half the scores are as promised, and the world's net moves 17 %
larger than the UN's (`docs/results/past-flows-scores.md` shows the whole range).
"""
SETTLED_YEARS = 5
"""Who was there so many years before is settled: the time between two stocks."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the tables are multiplied by.

    Attributes
    ----------
    minimum : moves for each transition of the minimum account
    settled, recent : moves a year for each transition of the independence account, of those who were already there
        `SETTLED_YEARS` before and of newcomers
    gravity : moves a year for each unit of gravity (persons per km)
    closed_share : share of the closed account in minimum migration, the rest is the open one
    """

    minimum: float
    settled: float
    recent: float
    gravity: float
    closed_share: float

    def each(self) -> Floats:
        """Return the weights in the order of `parts`."""
        return np.array([self.minimum, self.settled, self.recent, self.gravity])


WEIGHTS = Weights(minimum=0.8077, settled=0.0373, recent=0.1083, gravity=0.002516, closed_share=0.5)
"""Fitted by `scripts/fit_best_estimate.py` on 2,561 flows between European countries (Eurostat, 2000-2020)."""

SIZES = (20.0, 200.0, 2000.0)
"""Bounds of the size classes of intervals, moves a year."""
MOSTLY_RESTING = 0.75
"""An estimate rests on independence and gravity if more than this share of it does."""
SMALLEST = 0.1
"""Intervals treat a smaller estimate as this one, and a smaller bound is zero; moves a year."""
FACTORS = np.array(
    [
        [[0.0477, 2.2481], [0.0577, 1.9976]],
        [[0.1131, 2.005], [0.0836, 2.6537]],
        [[0.4388, 1.6359], [0.1427, 2.2132]],
        [[0.5843, 1.476], [0.1834, 1.7276]],
    ]
)
"""Bounds of 80 % intervals over the estimate: [size, resting or not, (lower, upper)].

Learnt by `scripts/fit_best_estimate.py` from the same flows, each compared with an estimate that had not seen its
destination: the 10 % and 90 % quantiles of the reported over the estimate.
"""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What the estimate of a period is mixed from.

    Attributes
    ----------
    years : length of the period
    open_minimum, closed_minimum, independence : [type, orig, dest], transitions in the period, persons
    settled : [birthplace, residence], share of the stock that was there `SETTLED_YEARS` before, 0..1
    gravity : [orig, dest], geometric mean of the two populations over their distance, persons per km
    net : [area], net migration of WPP 2024 in the period, summing to zero, persons
    """

    years: int
    open_minimum: Floats
    closed_minimum: Floats
    independence: Floats
    settled: Floats
    gravity: Floats
    net: Floats


@dataclass(frozen=True, slots=True)
class Interval:
    """Moves a year with 80 % intervals for what a destination would report, all [orig, dest], persons.

    The intervals were learnt in Europe; elsewhere they are what Europe would lead one to expect.
    """

    moves: Floats
    lower: Floats
    upper: Floats


def ingredients(panel: Panel, start: int) -> Ingredients:
    """Gather the tables of the period that starts on 1 July of `start`.

    Raises
    ------
    InputError
        If no period of `past_flows.PERIODS` starts in this year.
    """
    if start not in PERIODS:
        known = ", ".join(map(str, PERIODS))
        raise InputError(
            Problem(
                "no period starts in this year: it is not the year of a migrant stock",
                f"Choose one of {known}",
                value=start,
            )
        )
    window = window_of(panel, start)
    adjusted = adjusted_stocks(window.start, window.end, window.births, window.deaths, system="open")
    closed_minimum, independence = transitions(panel, start)
    people = (window.start.sum(axis=0) + window.end.sum(axis=0)) / 2.0
    return Ingredients(
        PERIODS[start],
        minimum(adjusted),
        closed_minimum,
        independence,
        settled_share(panel, start),
        gravity(people),
        window.net,
    )


def settled_share(panel: Panel, start: int) -> Floats:
    """Share of each stock that was there `SETTLED_YEARS` before: [birthplace, residence], 0..1, 1 where nobody lives.

    No stock is known before the first period, which is given the shares of the second (our judgement).
    """
    now = max(start, min(PERIODS) + SETTLED_YEARS)
    stock, before = stock_on_1_july(panel, now), stock_on_1_july(panel, now - SETTLED_YEARS)
    share: Floats = np.divide(np.minimum(stock, before), stock, out=np.ones_like(stock), where=stock > 0)
    return share


def gravity(people: Floats) -> Floats:
    """Geometric mean of two populations over the distance of their label points: [orig, dest], persons per km."""
    attraction = np.sqrt(np.outer(people, people)) / np.maximum(label_distance_km(), NEAREST_KM)
    np.fill_diagonal(attraction, 0.0)
    return attraction


def parts(found: Ingredients, closed_share: float, other_types: float = OTHER_TYPES) -> Floats:
    """Moves a year for one unit of each weight: [minimum / settled / recent / gravity, type, orig, dest].

    Who moves in transit counts as settled, for the birthplace is not known here. Gravity counts as outward moves: who
    moves where nobody has gone before leaves home.
    """
    minimum_moves = (1.0 - closed_share) * found.open_minimum + closed_share * found.closed_minimum
    settled = np.stack([found.settled, found.settled.T, np.ones_like(found.settled)])
    units = np.stack(
        [
            minimum_moves / found.years,
            settled * found.independence,
            (1.0 - settled) * found.independence,
            np.zeros_like(minimum_moves),
        ]
    )
    units[:, [RETURN, TRANSIT]] *= other_types
    units[-1, OUTWARD] = found.gravity
    return units


def mixed(units: Floats, weights: Weights = WEIGHTS) -> Floats:
    """Mix `parts` with the weights: [type, orig, dest], moves a year."""
    moves: Floats = np.tensordot(weights.each(), units, axes=1)
    return moves


def best_moves(panel: Panel, start: int, weights: Weights = WEIGHTS) -> Floats:
    """Moves a year nearest to reported flows: [type, orig, dest], persons, diagonal zero.

    Parameters
    ----------
    start : first year of the period, one of `past_flows.PERIODS`; periods run from 1 July to 1 July
    """
    return mixed(parts(ingredients(panel, start), weights.closed_share), weights)


def best_interval(panel: Panel, start: int) -> Interval:
    """Best estimate of a period with 80 % intervals."""
    units = parts(ingredients(panel, start), WEIGHTS.closed_share).sum(axis=1)
    moves = mixed(units)
    lower, upper = bounds(moves, resting_share(units))
    return Interval(moves, lower, upper)


def resting_share(units: Floats, weights: Weights = WEIGHTS) -> Floats:
    """Share of the estimate that no change of stocks demands, for it rests on independence and gravity: 0..1.

    Parameters
    ----------
    units : [part, ...], moves a year for one unit of each weight, types summed
    """
    moves = mixed(units, weights)
    seen = weights.minimum * units[0]
    share: Floats = np.divide(moves - seen, moves, out=np.ones_like(moves), where=moves > 0)
    return share


def bounds(moves: Floats, resting: Floats, factors: Floats = FACTORS) -> tuple[Floats, Floats]:
    """Lower and upper bound of 80 % intervals, shaped as the moves a year; both are zero where the moves are.

    Parameters
    ----------
    moves, resting : [...], moves a year and `resting_share`
    factors : [size, resting or not, (lower, upper)]
    """
    chosen = factors[classes(moves, resting)] * np.maximum(moves, SMALLEST)[..., None] * (moves > 0)[..., None]
    lower, upper = np.moveaxis(chosen, -1, 0)
    return np.where(lower > SMALLEST, lower, 0.0), upper


def classes(moves: Floats, resting: Floats) -> tuple[Integers, Integers]:
    """Size class and whether the estimate mostly rests on independence and gravity, as positions in `FACTORS`."""
    return np.digitize(moves, SIZES), (resting > MOSTLY_RESTING).astype(np.int64)
