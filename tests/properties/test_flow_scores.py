"""Laws of the scores of forecasts of flows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.backtest.flow_scores import BINS, measures, pit_shares, quantile_score, skill_with_interval
from corridor.backtest.forecast_form import QUANTILES


def made(seed, cells):
    generator = np.random.default_rng(seed)
    point, outcome = generator.gamma(0.5, 100.0, (2, cells)).round(1)
    quantiles = np.sort(generator.gamma(0.5, 100.0, (len(QUANTILES), cells)), axis=0)
    return point, outcome, quantiles, generator


@given(seed=st.integers(0, 2**32 - 1), cells=st.integers(1, 60))
def test_scores_do_not_depend_on_the_order_of_cells(seed, cells):
    point, outcome, quantiles, generator = made(seed, cells)
    order = generator.permutation(cells)
    whole, shuffled = measures(point, outcome, quantiles), measures(point[order], outcome[order], quantiles[:, order])
    assert shuffled == pytest.approx(whole, rel=1e-9, nan_ok=True)


@given(seed=st.integers(0, 2**32 - 1), cells=st.integers(1, 60))
def test_scores_stay_within_their_bounds(seed, cells):
    point, outcome, quantiles, _ = made(seed, cells)
    found = measures(point, outcome, quantiles)
    assert 0 <= found["mae"] <= found["rmse"] * (1 + 1e-12)
    assert np.isnan(found["cpc"]) or 0 <= found["cpc"] <= 1
    assert found["coverage_50"] <= found["coverage_80"] <= found["coverage_95"] <= 100
    assert pit_shares(quantiles, outcome).sum() == pytest.approx(1.0)
    assert len(pit_shares(quantiles, outcome)) == len(BINS)


@given(seed=st.integers(0, 2**32 - 1), cells=st.integers(1, 60))
def test_a_sure_forecast_scores_its_error_and_a_perfect_one_nothing(seed, cells):
    point, outcome, _, _ = made(seed, cells)
    sure = np.repeat(point[None], len(QUANTILES), axis=0)
    np.testing.assert_allclose(quantile_score(sure, outcome), np.abs(point - outcome), atol=1e-9)
    perfect = measures(outcome, outcome, np.repeat(outcome[None], len(QUANTILES), axis=0))
    assert perfect["mae"] == perfect["interval_score_80"] == perfect["log_error"] == 0.0


@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(0.1, 10.0))
def test_skill_is_the_share_of_error_saved(seed, factor):
    rival = np.random.default_rng(seed).uniform(1.0, 5.0, (3, 20))
    skill = skill_with_interval(factor * rival, rival, replicates=50)
    np.testing.assert_allclose(skill, 100.0 * (1.0 - factor), atol=1e-9)
