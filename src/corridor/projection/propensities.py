"""Paths of the propensity to emigrate and of the pull of destinations.

Both are log multipliers of base flows, zero in the middle of the last period whose moves are known; from there each
area's goes its way as an autoregressive process (Azose & Raftery 2015, *Demography* 52: 1627-1650, for net rates;
Welch & Raftery 2022, *PNAS* 119(35), for rates of emigration). Its size comes from two sources. Past moves say how much
an area's rates vary; few periods make that uncertain, so the size is drawn to the world's. The UN's bounds of net
migration say how uncertain net migration is; they move the size by a factor of at most `MOST_MOVED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas
from corridor.estimate.best import past_moves
from corridor.estimate.past_flows import PERIODS
from corridor.projection.latent import Dependence, latent_paths, subregions_of
from corridor.projection.paths import NORMAL_80

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel

BASE_YEAR = 2022
"""Calendar year in the middle of the last period of known moves, mid-2020 to mid-2024."""
MIGRATION = Dependence(persistence=0.95, world=0.0, subregion=0.06)
"""Persistence: log rates of emigration and pulls differ after 5 to 30 years as those of processes with .95 and .92 do.
Correlations: of the changes between periods. Both of areas over a million, 1990-2024, by `scripts/fit_paths.py`."""
RELIABILITY = 0.77
"""How much of the differences in volatility between areas is real: the rest of the variance of their logs is what six
changes leave uncertain (areas over a million)."""
PERIOD_YEARS = 5
LEAST_PEOPLE = 1e6
"""The world's volatility is the typical one of areas with at least so many people."""
MOST_MOVED = 2.0
"""Largest factor by which the UN's bounds move the size that past moves give (our judgement)."""
LARGEST = 1.0
"""No log multiplier has a larger standard deviation in the long run (our judgement): e^1.28 = 3.6."""
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
    outward : [area], of the propensity to emigrate
    pull : [area], of the pull as a destination
    subregions : [area], numbers of the subregions
    """

    outward: Floats
    pull: Floats
    subregions: Integers


def propensity_paths(sizes: PropensitySizes, years: Sequence[int], trajectories: range, seed: int) -> Floats:
    """Log multipliers of the propensity to emigrate: [trajectory, year, area].

    The multipliers themselves have a mean of 1 in every year, so that spread alone does not make the world move more;
    the world's rate of moves was 3.0 per 1,000 in 1990-95 and 3.3 in 2020-24, while those of areas went far apart.

    Parameters
    ----------
    years : consecutive calendar years after `BASE_YEAR`
    trajectories : whose paths to return; each depends on the seed and its own number only
    """
    return _from_zero("propensity", sizes.outward, sizes.subregions, years, trajectories=trajectories, seed=seed)


def pull_paths(sizes: PropensitySizes, years: Sequence[int], trajectories: range, seed: int) -> Floats:
    """Log multipliers of the pull of destinations: [trajectory, year, area]; as `propensity_paths`."""
    return _from_zero("pull", sizes.pull, sizes.subregions, years, trajectories=trajectories, seed=seed)


def _from_zero(
    name: str, size: Floats, subregions: Integers, years: Sequence[int], *, trajectories: range, seed: int
) -> Floats:
    """Paths that are zero in the base year and whose exponentials have a mean of 1; long after it, N(-size^2/2, size).

    A stationary process less what is left of its value in the base year is the process that starts there.
    """
    since = np.array(years)[:, None] - BASE_YEAR
    z = latent_paths(name, MIGRATION, subregions, int(since[-1, 0]) + 1, trajectories=trajectories, seed=seed)
    left = MIGRATION.persistence**since
    paths: Floats = size * (z[:, since[:, 0]] - left * z[:, :1]) - 0.5 * size**2 * (1.0 - left**2)
    return paths


def load_propensity_sizes(panel: Panel) -> PropensitySizes:
    """Return the sizes of all areas, from the panel's past moves and the UN's bounds of net migration."""
    moves = np.stack([past_moves(panel, start, "consistent").sum(axis=0) for start in PERIODS])
    first = int(panel.coordinates("population_july", "year")[0])
    people = panel.array("population_july").sum(axis=(2, 3))
    lived = np.stack([people[[start - first, start + years - first]].mean(axis=0) for start, years in PERIODS.items()])
    usual = lived[-1] >= LEAST_PEOPLE
    outward, pull = (long_run_size(shrunk_variance(rates, usual)) for rates in past_log_rates(moves, lived))
    base = moves[[list(PERIODS).index(start) for start in BASE_PERIODS]].mean(axis=0)
    half_width = un_half_width(panel, people, first) * lived[-1]
    factor = moved_by(base, outward, pull, half_width)
    return PropensitySizes(
        np.minimum(factor * outward, LARGEST),
        np.minimum(factor * pull, LARGEST),
        subregions_of([area.subregion for area in areas()]),
    )


def past_log_rates(moves: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Logs of each period's rate of emigration and pull, both [period, area].

    The pull is what an area receives over what it would if the emigrants of each origin chose as in the mean period.

    Parameters
    ----------
    moves : [period, orig, dest], persons a year
    people : [period, area], persons
    """
    leaving = moves.sum(axis=2)
    usual = moves.sum(axis=0)
    usual = usual / usual.sum(axis=1, keepdims=True)
    return np.log(leaving / people), np.log(moves.sum(axis=1) / (leaving @ usual))


def shrunk_variance(log_rates: Floats, usual: Floats) -> Floats:
    """Variance of an area's changes from period to period, drawn to the typical one of the `usual` areas: [area]."""
    logs = np.log((np.diff(log_rates, axis=0) ** 2).mean(axis=0))
    typical = logs[usual].mean()
    variance: Floats = np.exp(typical + RELIABILITY * (logs - typical))
    return variance


def long_run_size(variance: Floats) -> Floats:
    """Standard deviation in the long run of an annual process with this variance of changes between period means."""
    apart = np.abs(np.subtract.outer(np.arange(PERIOD_YEARS), np.arange(PERIOD_YEARS)))
    later = PERIOD_YEARS + np.subtract.outer(np.arange(PERIOD_YEARS), np.arange(PERIOD_YEARS))
    rho = MIGRATION.persistence
    size: Floats = np.sqrt(variance / (2.0 * ((rho**apart).mean() - (rho**later).mean())))
    return size


def un_half_width(panel: Panel, people: Floats, first: int) -> Floats:
    """Half the width in the long run of the UN's bounds of 80 % of net migration, per resident: [area].

    Parameters
    ----------
    people : [year from `first`, area], persons on 1 July
    """
    years = np.arange(COMPARED[0], COMPARED[1] + 1)
    bounds = panel.array("net_migration_bounds")[years - int(panel.coordinates("net_migration_bounds", "year")[0])]
    rate = 0.5 * (bounds[..., 1] - bounds[..., 0]) / people[years - first]
    grown = np.sqrt(1.0 - MIGRATION.persistence ** (2 * (years - BASE_YEAR)))
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

    Emigrants vary with an area's own propensity, immigrants with its pull; both are lognormal, `LARGEST` at most.
    """
    half: Floats = np.hypot(base.sum(axis=1) * _half_width(outward), base.sum(axis=0) * _half_width(pull))
    return half


def _half_width(size: Floats) -> Floats:
    """Half the width of the bounds of 80 % of a lognormal variable with a mean of 1."""
    limited = np.minimum(size, LARGEST)
    half: Floats = np.sinh(NORMAL_80 * limited) * np.exp(-0.5 * limited**2)
    return half
