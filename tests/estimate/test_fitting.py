"""Fits of weights and intervals to flows that are known."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.errors import NotConverged
from corridor.estimate.accounts import fitting
from corridor.estimate.accounts.best import SIZES, SMALLEST
from corridor.estimate.accounts.fitting import fit_weights, learn_factors, quantiles


@pytest.fixture
def units():
    return np.random.default_rng(1).gamma(0.5, 1000.0, (400, 3))


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_weights_without_noise_are_found(units, power):
    weights = np.array([0.8, 0.05, 0.0])
    np.testing.assert_allclose(fit_weights(units, units @ weights, power), weights, atol=1e-6)


def test_weighted_errors_are_zero_on_average(units):
    noise = np.random.default_rng(2).gamma(2.0, 0.5, len(units))
    reported = units @ np.array([0.8, 0.3, 0.2]) * noise
    weights = fit_weights(units, reported, 1.5)
    mean = units @ weights
    errors = (reported - mean) / (mean + 1) ** 1.5
    np.testing.assert_allclose(units.T @ errors, 0, atol=1e-4 * np.abs(units.T @ (mean / (mean + 1) ** 1.5)).max())


def test_what_would_need_a_negative_weight_gets_none(units):
    weights = fit_weights(units, np.maximum(units[:, 0] - 0.2 * units[:, 1], 0), 1.5)
    assert weights[1] == 0
    assert (weights >= 0).all()


def test_weights_that_do_not_settle_are_told(units, monkeypatch):
    monkeypatch.setattr(fitting, "MOST_STEPS", 1)
    with pytest.raises(NotConverged, match="converge"):
        fit_weights(units, units[:, 0] ** 2, 1.5)


def test_factors_are_the_quantiles_of_their_class():
    moves = np.repeat([5.0, 50.0, 500.0, 5000.0], 100)
    ratio = np.tile(np.linspace(0.5, 2.0, 100), 4) * np.repeat([1.0, 2.0, 3.0, 4.0], 100)
    factors = learn_factors(moves, np.zeros(400), moves * ratio)
    assert factors.shape == (len(SIZES) + 1, 2, 2)
    for size in range(4):
        np.testing.assert_allclose(factors[size, 0], quantiles(ratio[moves == moves[100 * size]]))


def test_a_class_without_flows_takes_those_of_all():
    moves = np.repeat([5.0, 50.0], 100)
    ratio = np.tile(np.linspace(0.5, 2.0, 100), 2)
    factors = learn_factors(moves, np.zeros(200), moves * ratio)
    np.testing.assert_allclose(factors[3, 1], quantiles(ratio))


def test_reports_of_nobody_count_as_the_smallest():
    factors = learn_factors(np.full(100, 10.0), np.ones(100), np.zeros(100))
    np.testing.assert_allclose(factors[0, 1], SMALLEST / 10.0)
