"""Whether Markov chains have converged: split R-hat and effective sample size.

After Gelman et al. 2013, *Bayesian Data Analysis*, 3rd edition, section 11.4 and 11.5, with the initial monotone
sequence of Geyer 1992 (Statistical Science 7:473).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats


def split_r_hat(draws: Floats) -> Floats:
    """Return how much wider all chains lie together than each half of a chain alone: 1 if converged.

    Parameters
    ----------
    draws : [chain, draw, ...]

    Returns
    -------
    Floats : [...]
    """
    within, total = _variances(_halves(draws))
    return np.sqrt(_quotient(total, within))


def effective_sample_size(draws: Floats) -> Floats:
    """Return the number of independent draws that are worth as much as `draws` for the mean.

    Parameters
    ----------
    draws : [chain, draw, ...], at least four draws

    Returns
    -------
    Floats : [...]
    """
    halves = _halves(draws)
    chains, length = halves.shape[:2]
    within, total = _variances(halves)
    correlation = 1.0 - _quotient(within - _autocovariance(halves).mean(axis=0), total)
    pairs = correlation[: length // 2 * 2].reshape(length // 2, 2, *draws.shape[2:]).sum(axis=1)
    falling = np.minimum.accumulate(pairs, axis=0)
    kept = np.where(np.logical_and.accumulate(pairs > 0.0, axis=0), falling, 0.0)
    time = np.maximum(2.0 * kept.sum(axis=0) - 1.0, 1.0 / np.log10(chains * length))
    return np.asarray(chains * length / time)


def _halves(draws: Floats) -> Floats:
    """Return [half chain, draw, ...]: a trend within a chain then shows as a difference between chains."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, draws.shape[1] - half :]])


def _variances(chains: Floats) -> tuple[Floats, Floats]:
    """Return the mean variance within chains and the estimate of the whole variance, both [...]."""
    length = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    return within, within * (length - 1) / length + chains.mean(axis=1).var(axis=0, ddof=1)


def _autocovariance(chains: Floats) -> Floats:
    """Return [chain, lag, ...] by Fourier transform, padded so that ends do not meet."""
    length = chains.shape[1]
    spectrum = np.fft.rfft(chains - chains.mean(axis=1, keepdims=True), n=2 * length, axis=1)
    products = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :length]
    return np.asarray(products / (length - 1))


def _quotient(above: Floats, below: Floats) -> Floats:
    """Return above / below, 1 where nothing varies."""
    return np.divide(above, below, out=np.ones_like(above), where=below > 0.0)
