"""Net migration rates of areas: their definition, their posterior under two models, and trajectories into the future.

The rate of a period is net migrants over the population at its end less them. Two models, and their pool:

`constant`, the reference (Azose and Raftery 2015, Demography 52:1627-1650; as bayesMig implements it):
    r' = mean + persistence (r - mean) + N(0, variance), per area; mean ~ N(center, spread^2), persistence ~ U(0, 1),
    variance ~ InvGamma(a, b); center ~ U(-.1 k, .1 k), spread ~ U(0, .1 k), a ~ U(1, 10), b ~ U(0, (a - 1) k / 10),
    with k years a period.
`changing`: the log variance of an area follows a stationary AR(1) around its usual value, which regresses on log
    population; that of every second period is higher by one number for all; persistence ~ N(.6, .2^2) on 0..1.
`pooled`, the default: two thirds of the draws are of `changing`, one third of `constant`.

In the future of the latter two the mean of an area moves by N(0, (spread s)^2) a period; s is its usual standard
deviation over the median of areas. What is a judgement, and how well each does, stands in
docs/explanation/net-rates.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from corridor.demography.net_rate_chains import changing_chain, constant_chain, invert_truncated
from corridor.demography.random_streams import stream
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.axes import Booleans, Floats, Integers

Innovations = Literal["constant", "changing", "pooled"]
LEAST_PERIODS = 3
"""Rates that an area must have: two pairs of neighbours."""
POOL = 3
"""One chain of so many is of the constant model where the two are pooled."""


@dataclass(frozen=True, slots=True)
class NetRatePosterior:
    """Draws from the posterior of a model of net migration rates; rates are per person and period.

    Attributes
    ----------
    mean, persistence : [chain, draw, area]
    log_variance : [chain, draw, area], of innovations in the last period, without alternation
    usual_log_variance : [chain, draw, area], to which it returns; the same where variances are constant
    memory, step : [chain, draw], of the AR(1) of log variances; zero where they are constant
    alternation : [chain, draw], log variance of the first, third, ... future period less that of the others, by which
        periods of the past alternated; zero where variances are constant
    mean_step : [chain, draw, area], standard deviation of the move of the mean in a future period
    hyper : name -> [chain, draw]: `center`, `spread` of the means; `shape`, `scale` of the variances (constant) or
        `intercept`, `slope`, `usual_spread` (changing)
    """

    mean: Floats
    persistence: Floats
    log_variance: Floats
    usual_log_variance: Floats
    memory: Floats
    step: Floats
    alternation: Floats
    mean_step: Floats
    hyper: Mapping[str, Floats]


class Bounds(NamedTuple):
    """Range of cumulative growth by migration, prod(1 + r), over the last 1, 2, ... periods: both [area, window]."""

    lower: Floats
    upper: Floats


def net_rates(net: Floats, population: Floats, years: int) -> Floats:
    """Return rates of periods between 1 Julys from counts of calendar years.

    Parameters
    ----------
    net : [year, area], persons; calendar years Y, Y + 1, ..., Y + n
    population : [year, area], persons on 1 July of the same years
    years : of a period, 5 or 1; n is a multiple of it

    Returns
    -------
    Floats : [area, period], per person and period; the first period starts on 1 July of Y
    """
    middle = (net[1:] + net[:-1]) / 2.0
    periods = len(middle) // years
    if net.shape != population.shape or len(middle) != periods * years:
        raise InputError(
            Problem(
                f"net migration and population do not cover the same years, a multiple of {years} and one more",
                "Give net migration for every year, and population from the first to the last 1 July",
                value=(net.shape, population.shape),
            )
        )
    moved = middle.reshape(periods, years, -1).sum(axis=1)
    return np.asarray((moved / (population[years::years] - moved)).T)


def sample_net_rate_model(
    rates: Floats,
    population: Floats,
    *,
    innovations: Innovations = "pooled",
    years: int = 5,
    sweeps: int = 3000,
    burn_in: int = 1000,
    chains: int = 6,
    seed: int = 1,
) -> NetRatePosterior:
    """Sample the posterior of a model of net migration rates.

    Parameters
    ----------
    rates : [area, period], per person and period
    population : [area], persons at the end of the last period; `constant` does not look at it
    innovations : `constant` is the reference model, `changing` ours, `pooled` two of three chains ours
    years : of a period, 5 or 1
    sweeps, burn_in : a chain runs `sweeps` and forgets the first `burn_in`
    chains : independent chains, each with its own stream of random numbers; a multiple of three where they are pooled
    seed : of all of them

    Raises
    ------
    InputError
        If rates are too few or not finite, populations are not positive, there are no sweeps left, or chains that
        cannot be pooled.
    """
    pooled = innovations == "pooled"
    _check(rates, population, sweeps, burn_in, chains if pooled else POOL)
    runs = []
    for chain in range(chains):
        constant = chain % POOL == POOL - 1 if pooled else innovations == "constant"
        rng = stream(seed, "net rates", "constant" if constant else "changing", "chain", chain)
        if constant:
            run = _as_changing(constant_chain(rates, years, sweeps, rng))
        else:
            run = changing_chain(rates, np.log(population), years, sweeps, rng)
        runs.append({name: kept[burn_in:] for name, kept in run.items()})
    return _posterior(runs, moving=innovations != "constant")


def _check(rates: Floats, population: Floats, sweeps: int, burn_in: int, chains: int) -> None:
    problems = []
    if chains < POOL or chains % POOL:
        problems.append(
            Problem("the number of chains is not a multiple of 3", "Ask for 3, 6, ... chains", value=chains)
        )
    if rates.ndim != 2 or rates.shape[1] < LEAST_PERIODS or len(rates) < 3:
        problems.append(
            Problem(
                "the rates are not an array [area, period] with three or more of each",
                "Give more areas or periods",
                value=rates.shape,
            )
        )
    problems += [
        Problem(
            "a rate of this row is not a finite number",
            "Leave the area out, or fill it",
            row=row,
            value=rates[row].tolist(),
        )
        for row in np.flatnonzero(~np.isfinite(rates).reshape(len(rates), -1).all(axis=1)).tolist()
    ]
    if population.shape != rates.shape[:1] or not (population > 0.0).all():
        problems.append(
            Problem("an area has no population above zero", "Give every area a population", value=population.shape)
        )
    if not 0 <= burn_in < sweeps:
        problems.append(
            Problem("the burn-in is not shorter than the chain", "Run more sweeps", value=(burn_in, sweeps))
        )
    if problems:
        raise InputError(problems)


def _as_changing(run: dict[str, Floats]) -> dict[str, Floats]:
    """Return a chain of the constant model as one of the changing model whose variances do not change."""
    none = np.zeros(len(run["center"]))
    return run | {"usual_log_variance": np.log(run["variance"]), "memory": none, "step": none, "alternation": none}


def _posterior(runs: list[dict[str, Floats]], *, moving: bool) -> NetRatePosterior:
    names = [name for name in runs[0] if all(name in run for run in runs)]
    draws = {name: np.stack([run[name] for run in runs]) for name in names}
    usual = draws.pop("usual_log_variance")
    above = usual - np.median(usual, axis=-1, keepdims=True)
    return NetRatePosterior(
        mean=draws.pop("mean"),
        persistence=draws.pop("persistence"),
        log_variance=np.log(draws.pop("variance")),
        usual_log_variance=usual,
        memory=draws.pop("memory"),
        step=draws.pop("step"),
        alternation=draws.pop("alternation"),
        mean_step=float(moving) * draws["spread"][..., None] * np.exp(above / 2.0),
        hyper=draws,
    )


def predict_net_rates(
    posterior: NetRatePosterior,
    past: Floats,
    horizon: int,
    trajectories: int,
    seed: int = 1,
    *,
    first: int = 0,
    bounds: Bounds | None = None,
) -> Floats:
    """Draw trajectories of net migration rates.

    Parameters
    ----------
    posterior : from `sample_net_rate_model`
    past : [area, period], the rates so far; the last one is where trajectories start
    horizon : periods ahead
    trajectories, first : how many, and the number of the first: a trajectory depends on its number and the seed only,
        and a longer horizon goes on where a shorter one ends
    bounds : from `historic_bounds`; innovations are then truncated so that no cumulative growth leaves them

    Returns
    -------
    Floats : [trajectory, area, period], per person and period
    """
    picks, chance = _chance(posterior, horizon, range(first, first + trajectories), seed)
    mean, persistence, h = (
        _flat(draws)[picks] for draws in (posterior.mean, posterior.persistence, posterior.log_variance)
    )
    usual, mean_step = (_flat(draws)[picks] for draws in (posterior.usual_log_variance, posterior.mean_step))
    memory, step, alternation = (
        _flat(draws)[picks, None] for draws in (posterior.memory, posterior.step, posterior.alternation)
    )
    rates = np.broadcast_to(past, (trajectories, *past.shape))
    for period in range(horizon):
        log_moves, mean_moves, innovations = np.moveaxis(chance[:, period], 1, 0)
        h = usual + memory * (h - usual) + step * log_moves
        mean = mean + mean_step * mean_moves
        expected = mean + persistence * (rates[..., -1] - mean)
        sd = np.exp((h + (0.5 - period % 2) * alternation) / 2.0)
        drawn = expected + sd * innovations
        if bounds is not None:
            drawn = _within(bounds, rates, expected, sd, innovations)
        rates = np.concatenate([rates, drawn[..., None]], axis=-1)
    return np.asarray(rates[..., past.shape[1] :])


def _flat(draws: Floats) -> Floats:
    return draws.reshape(-1, *draws.shape[2:])


def _chance(posterior: NetRatePosterior, horizon: int, numbers: range, seed: int) -> tuple[Integers, Floats]:
    """Return the posterior draw of every trajectory, and its standard normals [trajectory, period, 3, area]."""
    chains, draws, areas = posterior.mean.shape
    picks = np.empty(len(numbers), dtype=np.int64)
    chance = np.empty((len(numbers), horizon, 3, areas))
    for position, number in enumerate(numbers):
        rng = stream(seed, "net rates", "trajectory", number)
        picks[position] = rng.integers(chains * draws)
        chance[position] = rng.standard_normal((horizon, 3, areas))
    return picks, chance


def historic_bounds(rates: Floats, apart: Booleans, longest: int = 6) -> Bounds:
    """Return the range of cumulative growth by migration seen anywhere in history.

    Parameters
    ----------
    rates : [area, period]
    apart : [area], those whose highest growth is a bound for themselves only
        (bayesMig: the Gulf states, Western Sahara and Djibouti)
    longest : periods of the longest window
    """
    growth = [
        np.lib.stride_tricks.sliding_window_view(1.0 + rates, window, axis=1).prod(axis=-1)
        for window in range(1, longest + 1)
    ]
    lower = np.array([seen.min() for seen in growth])
    upper = np.array([np.where(apart, seen.max(), seen[~apart].max()) for seen in growth]).T
    return Bounds(np.broadcast_to(lower, upper.shape), upper)


def _within(bounds: Bounds, rates: Floats, expected: Floats, sd: Floats, innovations: Floats) -> Floats:
    """Turn normal innovations into those of the normal truncated to what the bounds leave."""
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import, and only bounds need it

    lower, upper = np.full(expected.shape, -np.inf), np.full(expected.shape, np.inf)
    grown = np.ones(expected.shape)
    for window in range(min(bounds.lower.shape[1], rates.shape[-1] + 1)):
        if window:
            grown = grown * (1.0 + rates[..., -window])
        lower = np.maximum(lower, bounds.lower[:, window] / grown - 1.0)
        upper = np.minimum(upper, bounds.upper[:, window] / grown - 1.0)
    return invert_truncated(ndtr(innovations), expected, sd, lower, np.maximum(lower, upper))
