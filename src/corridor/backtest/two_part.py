"""The two-part model of flows of Welch and Raftery (2022, PNAS 119:e2203822119): outflows, and shares of destinations.

    y(o,t) = log outflow rate per 1,000 a year = N((1 - phi) mu_o + phi y(o,t-1), sigma_o),  one phi ~ U(0, 1)
    mu_o ~ N(nu, sd0 / sqrt(.1)),  nu flat,  sigma_o ~ Beta(6.26, 12.03)
    flows from o ~ Multinomial(outflow, softmax over d of eta(d,t)),  eta ~ N(kappa_d, psi_d),  psi_d ~ Beta(7.41, 3.89)

Outflows are sampled in full (Gibbs; sigma, and phi with mu integrated out, on grids). The prior of mu is so wide that
phi is found near 1. Shares are not sampled: eta is taken as the logarithm of the observed share, kappa is integrated
out, and psi is its posterior mean (empirical Bayes). Counts are Poisson given the outflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.forecast_form import QUANTILES, Forecast, known_areas, margins, population_ahead
from corridor.demography.random_streams import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats
    from corridor.backtest.forecast_form import History

SIGMA_PRIOR, PSI_PRIOR = (6.26, 12.03), (7.41, 3.89)
"""Beta priors of the hold-out run in the paper."""
WIDENING = 10.0
"""Squared ratio of the prior spread of mu to that of the first outflow rates."""
GRID = np.linspace(0.02, 0.98, 49)
PHI_GRID = np.linspace(0.005, 0.995, 100)
LEAST_OUTFLOW, LEAST_FLOW = 1.0, 0.1
"""Added before logarithms are taken, persons a year (our judgement)."""
BURN_IN = 500
BATCH = 50


@dataclass(frozen=True, slots=True)
class OutflowPosterior:
    """Draws of the outflow part.

    Attributes
    ----------
    phi : [draw]
    mu, sigma : [draw, area]
    """

    phi: Floats
    mu: Floats
    sigma: Floats


@dataclass(frozen=True, slots=True)
class TwoPart:
    """The model; `sweeps` of the sampler after its burn-in are kept."""

    name: str = "two-part (Welch and Raftery)"
    least_periods: int = 2
    sweeps: int = 1500
    seed: int = 1

    def fit(self, past: History) -> FittedTwoPart:
        """Sample the outflow part, and find mean and spread of the log shares."""
        known = known_areas(past.flows[-1])
        rates = _log_outflow_rates(past)
        posterior = sample_outflows(rates[:, known], self.sweeps, self.seed)
        kappa, spread = _share_pattern(past, known)
        return FittedTwoPart(past, known, rates[-1, known], posterior, kappa, spread)


@dataclass(frozen=True, slots=True)
class FittedTwoPart:
    """The model at an origin.

    Attributes
    ----------
    known : [area], those that the product knows at the origin; what follows is of these
    last : [known area], log outflow rate of the last period
    kappa, spread : [known area, known area], mean of the log share in a new period and its standard deviation
    """

    past: History
    known: Booleans
    last: Floats
    outflows: OutflowPosterior
    kappa: Floats
    spread: Floats

    def predict(self, lengths: Sequence[int], draws: int, seed: int) -> Forecast:
        """Predict the periods that follow."""
        areas, known = len(self.known), np.flatnonzero(self.known)
        quantiles = np.full((len(QUANTILES), len(lengths), areas, areas), np.nan)
        drawn = np.full((draws, 3, len(lengths), areas), np.nan)
        people = population_ahead(self.past, lengths)[:, self.known]
        leaving = self._outflows(people, draws, seed)
        for ahead, years in enumerate(lengths):
            flows = self._flows(leaving[:, ahead], years, seed, ahead)
            quantiles[:, ahead][:, known[:, None], known] = np.quantile(flows, QUANTILES, axis=0)
            drawn[:, :, ahead, self.known] = np.moveaxis(margins(flows), 0, 1)
        return Forecast(quantiles[QUANTILES.index(0.5)], np.median(drawn, axis=0), quantiles, drawn)

    def _outflows(self, people: Floats, draws: int, seed: int) -> Floats:
        """Draw outflows: [draw, horizon, area], persons a year."""
        chosen = np.linspace(0, len(self.outflows.phi) - 1, draws).astype(np.int64)
        phi, mu, sigma = self.outflows.phi[chosen, None], self.outflows.mu[chosen], self.outflows.sigma[chosen]
        shocks = stream(seed, "two-part outflows").standard_normal((len(people), *mu.shape))
        level, found = np.broadcast_to(self.last, mu.shape), []
        for residents, shock in zip(people, shocks, strict=True):
            level = (1.0 - phi) * mu + phi * level + sigma * shock
            found.append(np.maximum(np.exp(level) * residents / 1000.0 - LEAST_OUTFLOW, 0.0))
        return np.stack(found, axis=1)

    def _flows(self, leaving: Floats, years: int, seed: int, ahead: int) -> Floats:
        """Draw flows of one period: [draw, orig, dest], persons a year."""
        generator, found = stream(seed, "two-part flows", ahead), []
        for outflow in np.array_split(leaving, max(1, len(leaving) // BATCH)):
            shares = np.exp(self.kappa + self.spread * generator.standard_normal((len(outflow), *self.kappa.shape)))
            shares[:, range(len(self.kappa)), range(len(self.kappa))] = 0.0
            shares /= shares.sum(axis=-1, keepdims=True)
            found.append(generator.poisson(outflow[..., None] * shares * years) / years)
        return np.concatenate(found)


def _log_outflow_rates(past: History) -> Floats:
    """Log outflow per 1,000 people at the start and year: [period, area], NaN where unknown."""
    out = margins(past.flows)[0]
    return np.asarray(np.log(1000.0 * (out + LEAST_OUTFLOW) / past.population[:-1]))


def sample_outflows(rates: Floats, sweeps: int, seed: int) -> OutflowPosterior:
    """Sample the posterior of the outflow part.

    Parameters
    ----------
    rates : [period, area], log outflow rates, NaN where unknown but known in the last period
    """
    before, after = np.nan_to_num(rates[:-1]), np.nan_to_num(rates[1:])
    seen = (np.isfinite(rates[:-1]) & np.isfinite(rates[1:])).astype(np.float64)
    count, areas = seen.sum(axis=0), rates.shape[1]
    generator = stream(seed, "two-part posterior")
    prior = float(WIDENING * np.nanvar(rates[0])) or 1.0
    nu, sigma = float(rates[-1].mean()), np.full(areas, 0.3)
    kept_phi, kept_mu, kept_sigma = np.empty(sweeps), np.empty((sweeps, areas)), np.empty((sweeps, areas))
    for sweep in range(-BURN_IN, sweeps):
        phi = _draw_phi(before * seen, after * seen, count, nu=nu, prior=prior, sigma=sigma, generator=generator)
        variance = 1.0 / (count * (1.0 - phi) ** 2 / sigma**2 + 1.0 / prior)
        pulled = (1.0 - phi) * (seen * (after - phi * before)).sum(axis=0) / sigma**2 + nu / prior
        mu = variance * pulled + np.sqrt(variance) * generator.standard_normal(areas)
        nu = float(mu.mean() + np.sqrt(prior / areas) * generator.standard_normal())
        squares = (seen * (after - mu - phi * (before - mu)) ** 2).sum(axis=0)
        sigma = _draw_spread(count, squares, generator)
        if sweep >= 0:
            kept_phi[sweep], kept_mu[sweep], kept_sigma[sweep] = phi, mu, sigma
    return OutflowPosterior(kept_phi, kept_mu, kept_sigma)


def _draw_phi(
    before: Floats,
    after: Floats,
    count: Floats,
    *,
    nu: float,
    prior: float,
    sigma: Floats,
    generator: np.random.Generator,
) -> float:
    """Draw phi on its grid with mu integrated out: drawn in turn with mu, neither would move far from a start near 1.

    Given phi, what `after` is beyond phi `before` and (1 - phi) nu is normal, with the same shift in all periods of an
    area; sums over periods are all that is needed.
    """
    phi = PHI_GRID[:, None]
    pull = 1.0 - phi
    level = after.sum(axis=0) - phi * before.sum(axis=0)
    square = (after**2).sum(axis=0) - 2.0 * phi * (after * before).sum(axis=0) + phi**2 * (before**2).sum(axis=0)
    total = level - count * pull * nu
    squares = square - 2.0 * pull * nu * level + count * (pull * nu) ** 2
    shared = pull**2 * prior / sigma**2
    logs = squares - shared / (1.0 + count * shared) * total**2
    logs = -0.5 * (logs / sigma**2 + np.log1p(count * shared)).sum(axis=1)
    weights = np.exp(logs - logs.max())
    return float(generator.choice(PHI_GRID, p=weights / weights.sum()))


def _draw_spread(count: Floats, squares: Floats, generator: np.random.Generator) -> Floats:
    """Draw sigma of each area on the grid, given how many errors it has and the sum of their squares: [area]."""
    weights = _spread_posterior(count, squares, SIGMA_PRIOR)
    place = (weights.cumsum(axis=0) < generator.uniform(size=len(count))).sum(axis=0)
    return np.asarray(GRID[np.minimum(place, len(GRID) - 1)])


def _spread_posterior(count: Floats, squares: Floats, prior: tuple[float, float]) -> Floats:
    """Posterior of a standard deviation with a beta prior: [grid, ...], summing to one over the grid."""
    grid = GRID.reshape(-1, *[1] * squares.ndim)
    log_prior = (prior[0] - 1.0) * np.log(grid) + (prior[1] - 1.0) * np.log1p(-grid)
    logs = log_prior - count * np.log(grid) - squares / (2.0 * grid**2)
    weights = np.exp(logs - logs.max(axis=0))
    return np.asarray(weights / weights.sum(axis=0))


def _share_pattern(past: History, known: Booleans) -> tuple[Floats, Floats]:
    """Mean log share of each destination in a new period and its standard deviation: [orig, dest], of the known."""
    flows = past.flows[:, known][:, :, known] + LEAST_FLOW
    seen = np.isfinite(flows)
    logs = np.log(np.where(seen, flows, 1.0)) - np.log(np.nansum(flows, axis=-1, keepdims=True).clip(LEAST_FLOW))
    count = seen.sum(axis=0)
    mean = (seen * logs).sum(axis=0) / count
    squares = (seen * (logs - mean) ** 2).sum(axis=0)
    psi = np.tensordot(GRID, _spread_posterior(count - 1.0, squares, PSI_PRIOR), axes=1)
    return mean, psi * np.sqrt(1.0 + 1.0 / count)
