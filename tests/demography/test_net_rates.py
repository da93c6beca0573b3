"""Net migration rates: definition, diagnostics, samplers recovering what made the data, trajectories, scores."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.backtest.net_rates import coverage, hold_out, hold_outs_frame, ranked_probability_score
from corridor.demography.mcmc_diagnostics import effective_sample_size, split_r_hat
from corridor.demography.net_rate_chains import invert_truncated
from corridor.demography.net_rates import (
    NetRatePosterior,
    historic_bounds,
    net_rates,
    predict_net_rates,
    sample_net_rate_model,
)
from corridor.demography.random_streams import stream
from corridor.errors import InputError


def _world(areas=60, periods=30, seed=3, jumpy=0.0, alternation=0.0):
    """Return rates [area, period] and population [area] of the model, with known parameters."""
    rng = np.random.default_rng(seed)
    population = np.exp(rng.normal(13, 2, areas))
    usual = -8.5 - 0.5 * (np.log(population) - 13)
    mean, persistence = rng.normal(-0.003, 0.008, areas), rng.uniform(0.3, 0.7, areas)
    h, rates = usual, [mean]
    for period in range(periods - 1):
        h = usual + 0.8 * (h - usual) + jumpy * rng.normal(size=areas)
        total = h + alternation * (0.5 if (periods - period) % 2 else -0.5)  # the last is a calm one
        rates.append(mean + persistence * (rates[-1] - mean) + np.exp(total / 2) * rng.normal(size=areas))
    return np.array(rates).T, population, mean, persistence


# Rates ----------------------------------------------------------------------------------------------------------------


def test_rates_by_hand():
    net = np.array([[10.0], [20.0], [30.0]])
    population = np.array([[100.0], [115.0], [125.0]])
    assert net_rates(net, population, 1) == pytest.approx(np.array([[15 / 100, 25 / 100]]))
    assert net_rates(net, population, 2) == pytest.approx(np.array([[40 / 85]]))


def test_five_years_grow_as_five_single_years_do():
    rng = np.random.default_rng(1)
    net = rng.normal(0, 10, (11, 4))
    population = np.vstack([np.full(4, 1000.0), 1000.0 + np.cumsum((net[1:] + net[:-1]) / 2, axis=0)])
    yearly = np.prod(1 + net_rates(net, population, 1).reshape(4, 2, 5), axis=-1)
    assert 1 + net_rates(net, population, 5) == pytest.approx(yearly)


def test_rates_refuse_years_that_do_not_fill_periods():
    with pytest.raises(InputError, match="multiple of 5"):
        net_rates(np.ones((10, 2)), np.ones((10, 2)), 5)


def test_a_model_refuses_all_that_is_wrong_at_once():
    rates = np.zeros((4, 5))
    rates[2, 1] = np.nan
    with pytest.raises(InputError) as caught:
        sample_net_rate_model(rates, np.array([1.0, 2.0, 0.0, 3.0]), sweeps=10, burn_in=10)
    assert len(caught.value.problems) == 3


# Diagnostics ----------------------------------------------------------------------------------------------------------


def test_independent_draws_have_converged():
    draws = np.random.default_rng(1).normal(size=(4, 1000, 3))
    assert np.abs(split_r_hat(draws) - 1).max() < 0.01
    assert np.abs(effective_sample_size(draws) / 4000 - 1).max() < 0.15


def test_effective_size_of_an_autoregression_is_the_known_one():
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(4, 20_000, 1))
    draws = np.empty_like(noise)
    draws[:, 0] = noise[:, 0] / np.sqrt(1 - 0.8**2)
    for at in range(1, draws.shape[1]):
        draws[:, at] = 0.8 * draws[:, at - 1] + noise[:, at]
    assert effective_sample_size(draws)[0] == pytest.approx(80_000 * (1 - 0.8) / (1 + 0.8), rel=0.1)


def test_r_hat_sees_chains_apart_and_trends():
    draws = np.random.default_rng(1).normal(size=(4, 500))
    assert split_r_hat(draws + np.arange(4)[:, None]) > 1.3
    assert split_r_hat(draws + np.linspace(0, 3, 500)) > 1.2
    assert split_r_hat(np.ones((4, 500))) == 1.0


# Samplers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("innovations", ["constant", "changing"])
def test_samplers_recover_what_made_the_data(innovations):
    own = {"jumpy": 0.6, "alternation": 0.8} if innovations == "changing" else {}
    rates, population, mean, persistence = _world(**own)
    found = sample_net_rate_model(rates, population, innovations=innovations, sweeps=2500, burn_in=500, chains=2)
    for truth, draws in ((mean, found.mean), (persistence, found.persistence)):
        low, high = np.quantile(draws, [0.05, 0.95], axis=(0, 1))
        assert ((low < truth) & (truth < high)).mean() > 0.75
    assert found.hyper["center"].mean() == pytest.approx(-0.003, abs=0.004)
    assert found.hyper["spread"].mean() == pytest.approx(0.008, rel=0.3)
    assert split_r_hat(found.mean).max() < 1.05
    if innovations == "changing":
        assert found.memory.mean() == pytest.approx(0.8, abs=0.12)
        assert found.step.mean() == pytest.approx(0.6, abs=0.2)
        assert found.alternation.mean() == pytest.approx(0.8, abs=0.25)
        assert found.hyper["slope"].mean() == pytest.approx(-0.5, abs=0.15)
    else:
        assert not found.step.any()
        assert not found.mean_step.any()


def test_chains_do_not_depend_on_their_number():
    rates, population, *_ = _world(areas=8, periods=6)
    three = sample_net_rate_model(rates, population, sweeps=60, burn_in=10, chains=3)
    six = sample_net_rate_model(rates, population, sweeps=60, burn_in=10, chains=6)
    assert np.array_equal(three.mean, six.mean[:3])


def test_one_of_three_pooled_chains_has_constant_variances():
    rates, population, *_ = _world(areas=8, periods=6)
    pooled = sample_net_rate_model(rates, population, sweeps=60, burn_in=10)
    assert [bool(chain.any()) for chain in pooled.step] == [True, True, False] * 2
    assert [bool(chain.any()) for chain in pooled.alternation] == [True, True, False] * 2
    constant = sample_net_rate_model(rates, population, innovations="constant", sweeps=60, burn_in=10, chains=3)
    assert np.array_equal(pooled.mean[2], constant.mean[2])
    sd = np.exp(pooled.usual_log_variance / 2)
    relative = pooled.mean_step / (pooled.hyper["spread"][..., None] * sd)
    assert relative == pytest.approx(np.broadcast_to(relative[..., :1], sd.shape))
    assert pooled.mean_step.min() > 0
    assert sorted(pooled.hyper) == ["center", "spread"]
    with pytest.raises(InputError, match="multiple of 3"):
        sample_net_rate_model(rates, population, sweeps=60, burn_in=10, chains=4)


def test_truncated_normals_stay_inside_and_are_right_far_out():
    uniform = np.random.default_rng(1).random(20_000)
    inside = invert_truncated(uniform, np.zeros(20_000), np.ones(20_000), 0.5, 1.5)
    assert inside.min() >= 0.5
    assert inside.max() <= 1.5
    assert inside.mean() == pytest.approx(0.9198, abs=0.005)  # (pdf(.5) - pdf(1.5)) / (cdf(1.5) - cdf(.5))
    far = invert_truncated(uniform, np.full(20_000, -10.0), np.ones(20_000), 0.0, 1.0)
    assert far.mean() == pytest.approx(0.098, abs=0.005)  # nearly exponential with rate 10
    assert np.all(invert_truncated(uniform[:5], np.full(5, 900.0), np.ones(5), 0.0, 1.0) == 1.0)
    assert np.all(invert_truncated(uniform[:5], np.full(5, -900.0), np.ones(5), 0.0, 1.0) == 0.0)


# Trajectories ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small():
    rates, population, *_ = _world(areas=12, periods=10, jumpy=0.5)
    return rates, sample_net_rate_model(rates, population, sweeps=400, burn_in=100, chains=3)


def test_trajectories_depend_on_their_number_alone(small):
    rates, posterior = small
    whole = predict_net_rates(posterior, rates, 4, 20, seed=5)
    assert whole.shape == (20, 12, 4)
    assert np.array_equal(whole[7:12], predict_net_rates(posterior, rates, 4, 5, seed=5, first=7))
    assert np.array_equal(whole[..., :2], predict_net_rates(posterior, rates, 2, 20, seed=5))
    assert not np.array_equal(whole, predict_net_rates(posterior, rates, 4, 20, seed=6))


def test_reference_trajectories_are_an_autoregression():
    mean, sd, persistence = np.array([0.01, -0.02, 0.0]), np.array([0.01, 0.03, 0.001]), 0.6
    h, none = np.log(sd**2)[None, None], np.zeros((1, 1))
    still = np.zeros((1, 1, 3))
    posterior = NetRatePosterior(mean[None, None], np.full((1, 1, 3), persistence), h, h, none, none, none, still, {})
    start = mean + 5 * sd
    drawn = (predict_net_rates(posterior, start[:, None], 3, 20_000) - mean[:, None]) / sd[:, None]
    for ahead in (1, 2, 3):
        variance = (1 - persistence ** (2 * ahead)) / (1 - persistence**2)
        assert drawn[..., ahead - 1].mean(axis=0) == pytest.approx(np.full(3, 5 * persistence**ahead), abs=0.05)
        assert drawn[..., ahead - 1].var(axis=0) == pytest.approx(np.full(3, variance), rel=0.05)


def test_variances_and_means_of_the_future_move_as_told():
    none, one = np.zeros((1, 1)), np.ones((1, 1))
    area = np.zeros((1, 1, 1))
    posterior = NetRatePosterior(area, area, area + 2.0, area, 0.5 * one, 0.3 * one, none, area + 2.0, {})
    drawn = predict_net_rates(posterior, np.zeros((1, 1)), 1, 40_000)[:, 0, 0]
    assert drawn.var() == pytest.approx(2.0**2 + np.exp(0.5 * 2.0 + 0.3**2 / 2), rel=0.05)
    still = NetRatePosterior(area, area, area + 2.0, area, none, none, none, area, {})
    assert predict_net_rates(still, np.zeros((1, 1)), 1, 40_000).var() == pytest.approx(1.0, rel=0.05)


def test_variances_of_the_future_alternate():
    none, area = np.zeros((1, 1)), np.zeros((1, 1, 1))
    posterior = NetRatePosterior(area, area, area, area, none, none, none + 0.8, area, {})
    drawn = predict_net_rates(posterior, np.zeros((1, 1)), 3, 40_000)[:, 0]
    assert drawn.var(axis=0) == pytest.approx(np.exp([0.4, -0.4, 0.4]), rel=0.05)


def test_bounds_keep_growth_within_history(small):
    rates, posterior = small
    apart = np.arange(12) == int(np.argmax((1 + rates).max(axis=1)))
    bounds = historic_bounds(rates, apart, longest=3)
    drawn = predict_net_rates(posterior, rates, 5, 200, bounds=bounds)
    whole = np.concatenate([np.broadcast_to(rates, (200, *rates.shape)), drawn], axis=-1)
    for window in (1, 2, 3):
        growth = np.lib.stride_tricks.sliding_window_view(1 + whole, window, axis=-1).prod(axis=-1)
        at = window - 1
        assert (growth >= bounds.lower[:, at, None] - 1e-12).all()
        assert (growth <= bounds.upper[:, at, None] + 1e-12).all()
    assert bounds.upper[apart, 0] > bounds.upper[~apart, 0].max()
    wide = bounds._replace(lower=np.full((12, 3), 1e-9), upper=np.full((12, 3), 1e9))
    free = predict_net_rates(posterior, rates, 5, 50)
    assert predict_net_rates(posterior, rates, 5, 50, bounds=wide) == pytest.approx(free, abs=1e-9)


# Scores ---------------------------------------------------------------------------------------------------------------


def test_ranked_probability_score_of_a_normal_is_the_known_one():
    draws = np.random.default_rng(1).normal(size=(40_000, 1))
    expected = 2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)  # outcome 0, Gneiting and Raftery 2007
    assert ranked_probability_score(draws, np.zeros(1))[0] == pytest.approx(expected, abs=0.005)
    assert ranked_probability_score(np.full((10, 1), 3.0), np.zeros(1))[0] == pytest.approx(3.0)


def test_coverage_of_independent_outcomes_has_wilsons_interval():
    found = coverage((np.arange(100) < 80)[:, None])
    assert found == pytest.approx((80.0, 71.1, 86.7), abs=0.05)  # Wilson 1927


def test_coverage_of_repeated_outcomes_counts_areas():
    once = (np.arange(100) < 80)[:, None]
    assert coverage(np.repeat(once, 6, axis=1)) == pytest.approx(coverage(once), abs=0.1)


def test_hold_outs_do_not_look_ahead():
    rates, population, *_ = _world(areas=10, periods=14)
    everywhere = np.repeat(population[None], 71, axis=0)
    rates = np.ascontiguousarray(rates)
    changed = rates.copy()
    changed[:, 8:] = 1e3
    first = hold_out(rates, everywhere, 2, end=1990, sweeps=40)
    assert first == hold_out(changed, everywhere, 2, end=1990, sweeps=40)
    assert [result.start for result in first] == [1980] * 5
    assert hold_outs_frame(first)["held out"].unique().tolist() == ["1980-1990"]


def test_random_streams_differ_by_name():
    assert stream(1, "net rates", 1).random() != stream(1, "net rates", 2).random()
