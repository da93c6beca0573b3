"""Paths of the propensity to emigrate and of the pull of destinations.

Both are log multipliers of the flows that the corridor model expects, zero in the middle of the last period whose moves
are known; from there each area's goes its way as an autoregressive process (Azose & Raftery 2015, *Demography* 52:
1627-1650, for net rates; Welch & Raftery 2022, *PNAS* 119(35), for rates of emigration). Its size comes from two
sources. How far the model's forecasts missed at earlier origins says how much an area surprises; few periods make that
uncertain, so the size is drawn to the world's, and in every trajectory an area is calmer or wilder by a factor of its
own, which gives surprises the heavy tails that they had. The UN's bounds of net migration say how uncertain net
migration is; they move the size by a factor of at most `MOST_MOVED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas
from corridor.calendar import LAST_PERIOD, LAST_STOCK, PERIODS
from corridor.demography.random_streams import stream
from corridor.estimate.gravity.corridor_model import OFFSET, coefficients_by_horizon, expected
from corridor.estimate.world.base_flows import past_of_corridors
from corridor.projection.latent import Dependence, latent_paths, subregions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers
    from corridor.data.panel import Panel
    from corridor.estimate.gravity.corridor_model import Past

LAST_MIDDLE = (LAST_PERIOD + LAST_STOCK) // 2
"""Calendar year in the middle of the last period of known moves."""
MIGRATION = Dependence(persistence=0.97, world=0.0, subregion=0.07)
"""Persistence: our judgement, as the UN's bounds of net migration widen. Misses of the corridor model on our own flows
grow from 5 to 30 years ahead as those of a process of .985 to .995 do, but these flows are a model's and smoother than
people are. Correlations: of the changes between periods, areas over a million, 1990-2024, by `scripts/fit_paths.py`."""
PRIOR_ORIGINS, TAIL = 4, 4
"""How many surprises the world's typical size weighs against an area's own, and degrees of freedom of surprises
(Student's t): those with the best log score at the origins 1995 to 2020, sizes from before (`scripts/fit_paths.py`)."""
TAIL_80 = 1.0842
"""Half the width of the bounds of 80 % of such a variable with a variance of 1."""
PERIOD_YEARS = 5
LEAST_PEOPLE = 1e6
"""The world's volatility is the typical one of areas with at least so many people."""
MOST_MOVED = 3.0
"""Largest factor by which the UN's bounds move the size that past moves give (our judgement: our past moves are a
model's, and smoother than what happened)."""
LARGEST = 1.5
"""No log multiplier has a larger standard deviation in the long run (our judgement)."""
GROWTH = 0.5
"""How much of the growth that spread alone gives the mean of multipliers is left: with all, the world's rate of moves
would have grown by a fifth since 1990, with none not at all; it grew from 3.0 to 3.3 per 1,000 people."""
COMPARED = (2030, 2075)
"""Calendar years whose bounds of net migration are compared."""
BASE_PERIODS = (2010, 2015, 2020)
"""First years of the periods whose mean moves the sizes are compared with."""
HALVINGS = 30


@dataclass(frozen=True, slots=True)
class PropensitySizes:
    """Standard deviations of log multipliers in the long run.

    Attributes
    ----------
    outward : [area], of the propensity to emigrate, over all trajectories
    pull : [area], of the pull as a destination
    subregions : [area], numbers of the subregions
    """

    outward: Floats
    pull: Floats
    subregions: Integers


def propensity_paths(sizes: PropensitySizes, years: Sequence[int], trajectories: range, seed: int) -> Floats:
    """Log multipliers of the propensity to emigrate: [trajectory, year, area].

    Their medians lie a little below zero, so that spread makes the world move more by half as much as it would
    (`GROWTH`).

    Parameters
    ----------
    years : consecutive calendar years after `LAST_MIDDLE`
    trajectories : whose paths to return; each depends on the seed and its own number only
    """
    since = np.array(years) - LAST_MIDDLE
    return paths_from_zero("propensity", sizes.outward, sizes.subregions, since, trajectories=trajectories, seed=seed)


def pull_paths(sizes: PropensitySizes, years: Sequence[int], trajectories: range, seed: int) -> Floats:
    """Log multipliers of the pull of destinations: [trajectory, year, area]; as `propensity_paths`."""
    since = np.array(years) - LAST_MIDDLE
    return paths_from_zero("pull", sizes.pull, sizes.subregions, since, trajectories=trajectories, seed=seed)


def paths_from_zero(
    name: str, size: Floats, subregions: Integers, since: Integers, *, trajectories: range, seed: int
) -> Floats:
    """Paths that are zero at the base: [trajectory, year, area].

    A stationary process less what is left of its value at the base is the process that starts there. In a trajectory
    an area's size is its own, drawn around `size`.

    Parameters
    ----------
    size : [area]
    since : [year], years since the base, in order
    """
    z = latent_paths(name, MIGRATION, subregions, int(since[-1]) + 1, trajectories=trajectories, seed=seed)
    left = MIGRATION.persistence ** since[:, None]
    drawn = np.minimum(size * _wildness(name, len(size), trajectories, seed), LARGEST)[:, None]
    lowered = (1.0 - GROWTH) * 0.5 * drawn**2 * (1.0 - left**2)
    paths: Floats = drawn * (z[:, since] - left * z[:, :1]) - lowered
    return paths


def _wildness(name: str, areas: int, trajectories: range, seed: int) -> Floats:
    """Factors on sizes: [trajectory, area]; a normal variable times one is Student's t with a variance of 1."""
    squares = np.stack([stream(seed, name, "size", number).chisquare(TAIL, areas) for number in trajectories])
    return np.asarray(np.sqrt((TAIL - 2.0) / squares))


def load_propensity_sizes(panel: Panel) -> PropensitySizes:
    """Return the sizes of all areas, from the panel's past moves and the UN's bounds of net migration."""
    past = past_of_corridors(panel)
    outward, pull = sizes_of_surprises(past)
    first = int(panel.coordinates("population_july", "year")[0])
    people = panel.array("population_july").sum(axis=(2, 3))
    base = past.flows[[list(PERIODS).index(start) for start in BASE_PERIODS]].mean(axis=0)
    half_width = _un_half_width(panel, people, first) * past.population[-1]
    factor = moved_by(base, outward, pull, half_width)
    return PropensitySizes(
        np.minimum(factor * outward, LARGEST),
        np.minimum(factor * pull, LARGEST),
        subregions_of([area.subregion for area in areas()]),
    )


def sizes_of_surprises(past: Past) -> tuple[Floats, Floats]:
    """Sizes in the long run that surprises ask for, of leaving and of pull: both [area], 0 for unknown areas."""
    usual = past.population[-1] >= LEAST_PEOPLE
    leaving, pull = (long_run_size(shrunk_variance(logs, usual)) for logs in surprises(past))
    return leaving, pull


def surprises(past: Past, ahead: int = 1) -> tuple[Floats, Floats]:
    """How far the model's forecasts so many periods ahead missed: logs of emigration and of pull, both [origin, area].

    The pull is what an area received over what it would have if the emigrants of each origin had chosen as forecast.
    """
    leaving, pull = [], []
    for known in range(1, len(past.flows) - ahead + 1):
        before = past.before(known)
        made = np.nan_to_num(expected(before, coefficients_by_horizon(before, ahead)[-1]))
        seen = np.isfinite(past.flows[known - 1])
        came = np.where(seen, np.nan_to_num(past.flows[known + ahead - 1]), 0.0)
        out_made, out_came = made.sum(axis=1), came.sum(axis=1)
        drawn = np.divide(out_came, out_made, out=np.zeros_like(out_made), where=out_made > 0.0) @ made
        leaving.append(np.log((out_came + OFFSET) / (out_made + OFFSET)))
        pull.append(np.log((came.sum(axis=0) + OFFSET) / (drawn + OFFSET)))
    return np.stack(leaving), np.stack(pull)


def shrunk_variance(logs: Floats, usual: Booleans, prior: float = PRIOR_ORIGINS) -> Floats:
    """Mean square of an area's surprises [origin, area], drawn to the typical one of the `usual` areas: [area].

    Logarithms are averaged: that of a mean of few squares is too low by a known amount. 0 where nothing ever surprised.
    """
    from scipy.special import digamma  # noqa: PLC0415 - slow to import

    count, squares = len(logs), (logs**2).mean(axis=0)
    seen = squares > 0.0
    own = np.log(np.where(seen, squares, 1.0)) - (digamma(count / 2.0) - np.log(count / 2.0))
    typical = np.median(own[usual & seen])
    variance: Floats = np.where(seen, np.exp(typical + count / (count + prior) * (own - typical)), 0.0)
    return variance


def long_run_size(variance: Floats) -> Floats:
    """Standard deviation in the long run of an annual process with this variance of changes between period means."""
    apart = np.abs(np.subtract.outer(np.arange(PERIOD_YEARS), np.arange(PERIOD_YEARS)))
    later = PERIOD_YEARS + np.subtract.outer(np.arange(PERIOD_YEARS), np.arange(PERIOD_YEARS))
    rho = MIGRATION.persistence
    size: Floats = np.sqrt(variance / (2.0 * ((rho**apart).mean() - (rho**later).mean())))
    return size


def _un_half_width(panel: Panel, people: Floats, first: int) -> Floats:
    """Half the width in the long run of the UN's bounds of 80 % of net migration, per resident: [area].

    Parameters
    ----------
    people : [year from `first`, area], persons on 1 July
    """
    years = np.arange(COMPARED[0], COMPARED[1] + 1)
    bounds = panel.array("net_migration_bounds")[years - int(panel.coordinates("net_migration_bounds", "year")[0])]
    rate = 0.5 * (bounds[..., 1] - bounds[..., 0]) / people[years - first]
    grown = np.sqrt(1.0 - MIGRATION.persistence ** (2 * (years - LAST_MIDDLE)))
    half: Floats = np.median(rate / grown[:, None], axis=0)
    return half


def moved_by(base: Floats, outward: Floats, pull: Floats, half_width: Floats) -> Floats:
    """Return the factor on both sizes that gives net migration the UN's width, within `MOST_MOVED`: [area].

    Parameters
    ----------
    base : [orig, dest], moves a year, persons
    outward, pull : [area], sizes
    half_width : [area], half the width of the bounds of 80 % of net migration, persons a year
    """
    low, high = np.full(len(base), 1.0 / MOST_MOVED), np.full(len(base), MOST_MOVED)
    for _ in range(HALVINGS):
        factor = np.sqrt(low * high)
        narrow = implied_half_width(base, factor * outward, factor * pull) < half_width
        low, high = np.where(narrow, factor, low), np.where(narrow, high, factor)
    found: Floats = np.sqrt(low * high)
    return found


def implied_half_width(base: Floats, outward: Floats, pull: Floats) -> Floats:
    """Half the width of the bounds of 80 % of net migration that sizes imply, to first order: [area], persons a year.

    Emigrants vary with an area's own propensity, immigrants with its pull, at sizes of `LARGEST` at most.
    """
    half: Floats = np.hypot(base.sum(axis=1) * _half_width(outward), base.sum(axis=0) * _half_width(pull))
    return half


def _half_width(size: Floats) -> Floats:
    """Half the width of the bounds of 80 % of a multiplier whose log has heavy tails; nearly."""
    limited = np.minimum(size, LARGEST)
    half: Floats = np.sinh(TAIL_80 * limited) * np.exp(-(1.0 - GROWTH) * 0.5 * limited**2)
    return half
