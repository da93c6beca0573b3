"""Laws of net migration rates: truncation, scores and streams of chance."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.backtest.net_rates import coverage, ranked_probability_score
from corridor.demography.net_rate_chains import invert_truncated
from corridor.demography.net_rates import net_rates

numbers = st.floats(-50, 50)


@given(mean=numbers, sd=st.floats(1e-3, 50), lower=numbers, width=st.floats(0, 50), seed=st.integers(0, 99))
def test_truncated_normals_are_inside_and_rise_with_the_uniform(mean, sd, lower, width, seed):
    uniform = np.sort(np.random.default_rng(seed).random(20))
    drawn = invert_truncated(uniform, np.full(20, mean), np.full(20, sd), lower, lower + width)
    assert (drawn >= lower).all()
    assert (drawn <= lower + width).all()
    assert (np.diff(drawn) >= -1e-9 * max(1.0, sd)).all()
    turned = -invert_truncated(1 - uniform, np.full(20, -mean), np.full(20, sd), -(lower + width), -lower)
    assert np.abs(turned - drawn).max() < 1e-6 * max(1.0, sd) + 1e-3 * width


@given(seed=st.integers(0, 999), moved=numbers, stretched=st.floats(0.1, 10))
def test_the_score_moves_and_stretches_with_the_forecast(seed, moved, stretched):
    rng = np.random.default_rng(seed)
    draws, outcome = rng.normal(size=(50, 3)), rng.normal(size=3)
    base = ranked_probability_score(draws, outcome)
    changed = ranked_probability_score(moved + stretched * draws, moved + stretched * outcome)
    np.testing.assert_allclose(changed, stretched * base, rtol=1e-6, atol=1e-9)
    assert (base >= 0).all()


@given(seed=st.integers(0, 999), areas=st.integers(2, 40), periods=st.integers(1, 6), share=st.floats(0, 1))
def test_the_interval_holds_the_share(seed, areas, periods, share):
    found = coverage(np.random.default_rng(seed).random((areas, periods)) < share)
    assert -1e-9 <= found.lower <= found.share + 1e-9
    assert found.share - 1e-9 <= found.upper <= 100 + 1e-9


@settings(max_examples=50)
@given(seed=st.integers(0, 999), scale=st.floats(1e-3, 1e6))
def test_rates_do_not_depend_on_the_unit_of_people(seed, scale):
    rng = np.random.default_rng(seed)
    net, population = rng.normal(0, 1, (11, 4)), rng.uniform(100, 200, (11, 4))
    for years in (1, 5):
        np.testing.assert_allclose(net_rates(scale * net, scale * population, years), net_rates(net, population, years))
