"""Markov chains of the two models of net migration rates: Gibbs sampling, with Metropolis steps where they are needed.

`constant_chain` is the hierarchical AR(1) of Azose and Raftery (2015, Demography 52:1627-1650). `changing_chain` lets
the log variance of every area follow its own stationary AR(1) around a level that falls with population: stochastic
volatility (Jacquier, Polson and Rossi 1994, Journal of Business & Economic Statistics 12:371-389), made hierarchical;
every second period may vary more in all areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats

LEAST_SD = 1e-4
"""Floor of the standard deviation of innovations in the reference model, as published."""
PERSISTENCE_MEAN, PERSISTENCE_SD = 0.6, 0.2
"""Prior of the persistence in the model with changing variance, cut to 0..1: a judgement, see
docs/explanation/net-rates.md."""


class ChainLevel(NamedTuple):
    """Where the means of areas lie: N(center, spread^2)."""

    center: float
    spread: float


def _truncated_normal(rng: np.random.Generator, mean: Floats, sd: Floats, lower: float, upper: float) -> Floats:
    """Draw N(mean, sd^2) between two bounds by inversion, from the tail in which the bounds lie."""
    return invert_truncated(rng.random(np.shape(mean)), mean, sd, lower, upper)


def invert_truncated(uniform: Floats, mean: Floats, sd: Floats, lower: float | Floats, upper: float | Floats) -> Floats:
    """Return the quantiles `uniform` of N(mean, sd^2) between two bounds; far in a tail, the nearer bound."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import, and `corridor outlook` does without

    low, high = (lower - mean) / sd, (upper - mean) / sd
    side = np.where(low > 0.0, -1.0, 1.0)
    start, end = ndtr(side * low), ndtr(side * high)
    inside = mean + sd * side * ndtri(start + uniform * (end - start))
    return np.asarray(np.clip(np.where(start == end, mean, inside), lower, upper))


def _draw_level(rng: np.random.Generator, means: Floats, level: ChainLevel, years: int) -> ChainLevel:
    """Draw center ~ U(-.1 k, .1 k) and spread ~ U(0, .1 k) of the means, k years a period."""
    bound = 0.1 * years
    sd = level.spread / np.sqrt(len(means))
    center = float(_truncated_normal(rng, means.mean(), sd, -bound, bound))
    half = ((means - center) ** 2).sum() / 2.0
    while True:
        spread = float(np.sqrt(half / rng.standard_gamma((len(means) - 1) / 2.0)))
        if spread < bound:
            return ChainLevel(center, spread)


# Constant variance: the reference -------------------------------------------------------------------------------------


class _Sums(NamedTuple):
    """Sums over the n pairs of following rates x, y of every area: all that the likelihood needs."""

    n: int
    x: Floats
    y: Floats
    xx: Floats
    xy: Floats
    yy: Floats


def constant_chain(rates: Floats, years: int, sweeps: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Run one chain of the reference model.

    Parameters
    ----------
    rates : [area, period]
    years : of a period
    sweeps : to run; all are kept

    Returns
    -------
    dict[str, Floats]
        `mean`, `persistence`, `variance` [sweep, area]; `center`, `spread`, `shape`, `scale` [sweep]
    """
    x, y = rates[:, :-1], rates[:, 1:]
    sums = _Sums(
        x.shape[1], x.sum(axis=1), y.sum(axis=1), (x * x).sum(axis=1), (x * y).sum(axis=1), (y * y).sum(axis=1)
    )
    variance = np.maximum(rates.var(axis=1), LEAST_SD**2)
    persistence = rng.random(len(rates))
    level, shape, scale = ChainLevel(0.0, 0.01 * years), 1.2, 1e-4
    kept = _room(sweeps, len(rates), ("mean", "persistence", "variance"), ("center", "spread", "shape", "scale"))
    for sweep in range(sweeps):
        mean = _draw_mean(rng, sums, persistence, variance, level)
        persistence, squares = _draw_persistence(rng, sums, mean, variance)
        variance = (scale + squares / 2.0) / rng.standard_gamma(shape + sums.n / 2.0, len(rates))
        variance = np.maximum(variance, LEAST_SD**2)
        level = _draw_level(rng, mean, level, years)
        shape, scale = _draw_shape_and_scale(rng, variance, shape, years)
        _keep(kept, sweep, (mean, persistence, variance, *level, shape, scale))
    return kept


def _draw_mean(
    rng: np.random.Generator, sums: _Sums, persistence: Floats, variance: Floats, level: ChainLevel
) -> Floats:
    pull = (1.0 - persistence) / variance
    certainty = sums.n * pull * (1.0 - persistence) + level.spread**-2
    at = (pull * (sums.y - persistence * sums.x) + level.center / level.spread**2) / certainty
    return np.asarray(at + rng.standard_normal(len(at)) / np.sqrt(certainty))


def _draw_persistence(rng: np.random.Generator, sums: _Sums, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return persistence ~ U(0, 1) and the sum of squared innovations, both [area]."""
    square = sums.n * mean * mean
    xx = sums.xx - 2.0 * mean * sums.x + square
    xy = sums.xy - mean * (sums.x + sums.y) + square
    yy = sums.yy - 2.0 * mean * sums.y + square
    persistence = _truncated_normal(rng, xy / xx, np.sqrt(variance / xx), 0.0, 1.0)
    return persistence, np.maximum(yy - 2.0 * persistence * xy + persistence**2 * xx, 0.0)


def _draw_shape_and_scale(rng: np.random.Generator, variance: Floats, shape: float, years: int) -> tuple[float, float]:
    """Draw the inverse gamma of the variances: scale b given shape a, then a by a step of Metropolis."""
    from scipy.special import gammainc, gammaincinv, gammaln  # noqa: PLC0415 - as above

    areas, total, logs = len(variance), (1.0 / variance).sum(), np.log(variance).sum()
    power, most = shape * areas + 1.0, (shape - 1.0) * years / 10.0
    scale = float(gammaincinv(power, rng.random() * gammainc(power, total * most)) / total)

    def log_target(a: float) -> float:
        """Return the log posterior density of the shape, up to a constant."""
        return float(areas * a * np.log(scale) - (a - 1.0) * logs - areas * gammaln(a) - np.log(a - 1.0))

    step = 0.01 if years == 5 else 0.3
    proposal = shape + step * (2.0 * rng.random() - 1.0)
    inside = 10.0 / years * scale + 1.0 < proposal < 10.0
    if inside and np.log(rng.random()) < log_target(proposal) - log_target(shape):
        shape = proposal
    return shape, scale


# Changing variance ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Volatility:
    """Log variances: h[area, pair] around `usual`[area], h' - usual = memory (h - usual) + N(0, step^2).

    `certainty` is exp(-h); `usual` is normal around its regression on population (`slope`) with `spread`. Innovations
    have log variance h + `alternation` `side`, where `side`[pair] is -1/2 for the last, 1/2 before, and so on.
    """

    h: Floats
    certainty: Floats
    usual: Floats
    memory: float
    step: float
    slope: Floats
    spread: float
    side: Floats
    alternation: float

    def calm(self) -> Floats:
        """Return what the alternation makes of precision [pair], a factor."""
        return np.exp(-self.alternation * self.side)


def changing_chain(
    rates: Floats, log_population: Floats, years: int, sweeps: int, rng: np.random.Generator
) -> dict[str, Floats]:
    """Run one chain of the model whose variances change.

    Parameters
    ----------
    rates : [area, period]
    log_population : [area], any unit
    years : of a period
    sweeps : to run; all are kept

    Returns
    -------
    dict[str, Floats]
        `mean`, `persistence`, `variance` (of the last period, without alternation), `usual_log_variance` [sweep, area];
        `center`, `spread`, `memory`, `step`, `intercept`, `slope`, `usual_spread`, `alternation` [sweep]
    """
    x, y = rates[:, :-1], rates[:, 1:]
    covariates = np.column_stack([np.ones(len(rates)), log_population - log_population.mean()])
    volatility = _start_volatility(rates)
    persistence, level = rng.random(len(rates)), ChainLevel(0.0, 0.01 * years)
    areas = ("mean", "persistence", "variance", "usual_log_variance")
    names = ("center", "spread", "memory", "step", "intercept", "slope", "usual_spread", "alternation")
    kept = _room(sweeps, len(rates), areas, names)
    for sweep in range(sweeps):
        weight = volatility.certainty * volatility.calm()
        mean = _draw_weighted_mean(rng, y - persistence[:, None] * x, weight, persistence, level)
        away, following = x - mean[:, None], y - mean[:, None]
        persistence = _draw_pooled_persistence(rng, away, following, weight)
        _draw_volatility(rng, (following - persistence[:, None] * away) ** 2, volatility, covariates)
        level = _draw_level(rng, mean, level, years)
        last = (np.exp(volatility.h[:, -1]), volatility.usual)
        scalars = (volatility.memory, volatility.step, *volatility.slope, volatility.spread, volatility.alternation)
        _keep(kept, sweep, (mean, persistence, *last, *level, *scalars))
    return kept


def _start_volatility(rates: Floats) -> _Volatility:
    usual = np.log(np.maximum(rates.var(axis=1), LEAST_SD**2))
    pairs = rates.shape[1] - 1
    h = np.repeat(usual[:, None], pairs, axis=1)
    side = np.resize([-0.5, 0.5], pairs)[::-1]
    return _Volatility(h, np.exp(-h), usual, 0.5, 0.5, np.zeros(2), 1.0, side, 0.0)


def _draw_weighted_mean(
    rng: np.random.Generator, rest: Floats, weight: Floats, persistence: Floats, level: ChainLevel
) -> Floats:
    certainty = (1.0 - persistence) ** 2 * weight.sum(axis=1) + level.spread**-2
    at = ((1.0 - persistence) * (rest * weight).sum(axis=1) + level.center / level.spread**2) / certainty
    return np.asarray(at + rng.standard_normal(len(at)) / np.sqrt(certainty))


def _draw_pooled_persistence(rng: np.random.Generator, away: Floats, following: Floats, weight: Floats) -> Floats:
    certainty = (away * away * weight).sum(axis=1) + PERSISTENCE_SD**-2
    at = ((away * following * weight).sum(axis=1) + PERSISTENCE_MEAN / PERSISTENCE_SD**2) / certainty
    return _truncated_normal(rng, at, 1.0 / np.sqrt(certainty), 0.0, 1.0)


def _draw_volatility(rng: np.random.Generator, squares: Floats, now: _Volatility, covariates: Floats) -> None:
    """Move every part of `now` once; `squares` are the squared innovations [area, pair]."""
    _draw_alternation(rng, squares, now)
    squares = squares * now.calm()
    for parity in (0, 1):
        _move_log_variances(rng, squares, now, parity)
    _draw_usual(rng, now, covariates)
    _draw_memory_and_step(rng, now)
    _stretch_moves(rng, squares, now)
    _stretch_usual(rng, squares, now, covariates)


def _draw_alternation(rng: np.random.Generator, squares: Floats, now: _Volatility) -> None:
    """Draw the alternation ~ N(0, 1) by a step of Metropolis."""
    scaled = (squares * now.certainty).sum(axis=0)

    def log_target(alternation: float) -> float:
        """Return the log posterior density of the alternation, up to a constant."""
        left = len(squares) * alternation * now.side + scaled * np.exp(-alternation * now.side)
        return float(-(left.sum() + alternation**2) / 2.0)

    proposal = now.alternation + 2.4 / np.sqrt(squares.size / 8.0 + 1.0) * float(rng.standard_normal())
    if np.log(rng.random()) < log_target(proposal) - log_target(now.alternation):
        now.alternation = proposal


def _move_log_variances(rng: np.random.Generator, squares: Floats, now: _Volatility, parity: int) -> None:
    """Metropolis for every second pair at once: given its neighbours, one log variance does not know the others."""
    from_usual = now.h - now.usual[:, None]
    neighbours = np.zeros_like(now.h)
    neighbours[:, 1:] += from_usual[:, :-1]
    neighbours[:, :-1] += from_usual[:, 1:]
    count = np.full(now.h.shape[1], 2.0)
    count[0] -= 1.0
    count[-1] -= 1.0
    inner = np.where(count == 2.0, 1.0 + now.memory**2, np.where(count == 1.0, 1.0, 1.0 - now.memory**2))
    certainty = (inner / now.step**2)[parity::2]
    at = (now.usual[:, None] + now.memory * neighbours / inner)[:, parity::2]
    h, errors, inverse = now.h[:, parity::2], squares[:, parity::2], now.certainty[:, parity::2]
    # A normal log variance of one squared normal is known to about sqrt(2): steps suit that and the neighbours.
    proposal = h + rng.standard_normal(h.shape) * (1.7 / np.sqrt(certainty + 0.5))
    proposed_inverse = np.exp(-proposal)
    from_prior = certainty * ((h - at) ** 2 - (proposal - at) ** 2)
    gain = (h - proposal + errors * (inverse - proposed_inverse) + from_prior) / 2.0
    accepted = -rng.standard_exponential(h.shape) < gain
    now.h[:, parity::2] = np.where(accepted, proposal, h)
    now.certainty[:, parity::2] = np.where(accepted, proposed_inverse, inverse)


def _draw_usual(rng: np.random.Generator, now: _Volatility, covariates: Floats) -> None:
    """Draw the usual log variances, their regression on population (flat) and its spread^2 ~ InvGamma(.5, .5)."""
    pairs, memory = now.h.shape[1], now.memory
    first = (1.0 - memory**2) * now.h[:, 0]
    rest = (1.0 - memory) * (now.h[:, 1:] - memory * now.h[:, :-1]).sum(axis=1)
    known = (1.0 - memory**2 + (pairs - 1) * (1.0 - memory) ** 2) / now.step**2
    certainty = known + now.spread**-2
    at = ((first + rest) / now.step**2 + covariates @ now.slope / now.spread**2) / certainty
    now.usual = at + rng.standard_normal(len(at)) / np.sqrt(certainty)
    inverse = np.linalg.inv(covariates.T @ covariates)
    best = inverse @ (covariates.T @ now.usual)
    now.slope = best + now.spread * (np.linalg.cholesky(inverse) @ rng.standard_normal(2))
    half = ((now.usual - covariates @ now.slope) ** 2).sum() / 2.0
    now.spread = float(np.sqrt((half + 0.5) / rng.standard_gamma((len(at) + 1) / 2.0)))


def _draw_memory_and_step(rng: np.random.Generator, now: _Volatility) -> None:
    """Draw memory ~ U(0, 1) by a step of Metropolis, and step^2 ~ InvGamma(1, .1)."""
    from_usual = now.h - now.usual[:, None]
    areas, pairs = from_usual.shape
    first, before = (from_usual[:, 0] ** 2).sum(), (from_usual[:, :-1] ** 2).sum()
    after, cross = (from_usual[:, 1:] ** 2).sum(), (from_usual[:, :-1] * from_usual[:, 1:]).sum()

    def squares(memory: float) -> float:
        """Return the sum of squared steps of the autoregression with this memory."""
        return float((1.0 - memory**2) * first + after - 2.0 * memory * cross + memory**2 * before)

    def log_target(memory: float) -> float:
        """Return the log posterior density of the memory, up to a constant."""
        return float(areas / 2.0 * np.log(1.0 - memory**2) - squares(memory) / (2.0 * now.step**2))

    proposal = now.memory + 0.1 * rng.standard_normal()
    if 0.0 < proposal < 1.0 and np.log(rng.random()) < log_target(proposal) - log_target(now.memory):
        now.memory = proposal
    now.step = float(np.sqrt((squares(now.memory) / 2.0 + 0.1) / rng.standard_gamma(areas * pairs / 2.0 + 1.0)))


def _stretch_moves(rng: np.random.Generator, squares: Floats, now: _Volatility) -> None:
    """Move `step` and all distances from the usual by one factor: interweaving (Yu and Meng 2011), else both creep."""
    factor = float(np.exp(0.05 * rng.standard_normal()))
    h = now.usual[:, None] + factor * (now.h - now.usual[:, None])
    prior = -2.0 * np.log(factor) - 0.1 * (factor**-2 - 1.0) / now.step**2
    if _accept(rng, squares, now, h, prior):
        now.step *= factor


def _stretch_usual(rng: np.random.Generator, squares: Floats, now: _Volatility, covariates: Floats) -> None:
    """Move `spread` and all distances of the usual from its regression by one factor, and h with it."""
    factor = float(np.exp(0.1 * rng.standard_normal()))
    center = covariates @ now.slope
    usual = center + factor * (now.usual - center)
    prior = -np.log(factor) - 0.5 * (factor**-2 - 1.0) / now.spread**2
    if _accept(rng, squares, now, now.h + (usual - now.usual)[:, None], prior):
        now.usual, now.spread = usual, now.spread * factor


def _accept(rng: np.random.Generator, squares: Floats, now: _Volatility, h: Floats, prior: float) -> bool:
    """Take the log variances `h`, or not, by the likelihood and the log ratio of the priors."""
    certainty = np.exp(-h)
    gain = ((now.h - h) + squares * (now.certainty - certainty)).sum() / 2.0 + prior
    accepted = bool(-rng.standard_exponential() < gain)
    if accepted:
        now.h, now.certainty = h, certainty
    return accepted


def _room(sweeps: int, areas: int, by_area: tuple[str, ...], scalars: tuple[str, ...]) -> dict[str, Floats]:
    return {name: np.empty((sweeps, areas)) for name in by_area} | {name: np.empty(sweeps) for name in scalars}


def _keep(kept: dict[str, Floats], sweep: int, values: tuple[Floats | float, ...]) -> None:
    for store, value in zip(kept.values(), values, strict=True):
        store[sweep] = value
