"""The corridor model among forecasts: its margins are drawn as trajectories are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from corridor.backtest.corridor_forecast import CorridorModel, drawn_margins, years_since_the_middle
from corridor.backtest.forecast_form import history, margins
from corridor.projection.propensities import TAIL
from tests.flow_worlds import random_walks


@pytest.fixture(scope="module")
def past():
    return history(random_walks(5, known=40, spread=0.4), 2010)


def test_years_are_counted_from_the_middle_of_the_last_period():
    first, second = years_since_the_middle(5, (5, 4))
    np.testing.assert_array_equal(first, np.arange(3, 8))
    np.testing.assert_array_equal(second, np.arange(8, 12))
    assert years_since_the_middle(4, (5,))[0][0] == 2


def predicted(past, lengths, draws, seed=1) -> Any:
    return CorridorModel().fit(past).predict(lengths, draws, seed)


def test_draws_are_around_the_forecast_balance_and_widen(past):
    forecast = predicted(past, (5, 5), 400)
    draws = forecast.draws[..., :40]
    np.testing.assert_allclose(draws[:, 2], draws[:, 1] - draws[:, 0])
    np.testing.assert_allclose(draws[:, 2].sum(axis=-1), 0.0, atol=1e-6 * np.abs(draws).max())
    middle = np.median(draws, axis=0)
    point = margins(forecast.point)[..., :40]
    assert np.median(np.abs(np.log(middle[:2] / point[:2]))) < 0.1
    width = np.diff(np.quantile(np.log(draws[:, 0]), (0.1, 0.9), axis=0), axis=0)[0]
    assert (width[1] > width[0]).mean() > 0.9
    assert np.isnan(forecast.draws[..., 40:]).all()


def test_more_draws_go_on_from_fewer(past):
    few, many = (predicted(past, (5,), count, 3).draws for count in (10, 25))
    np.testing.assert_allclose(few, many[:10], rtol=1e-9)


def test_where_flows_walk_at_random_the_intervals_of_margins_hold():
    """Walks of whole origins and destinations with heavy tails: what the draws are made for."""
    inside = []
    for seed in range(5):
        product = random_walks(seed, known=60, spread=0.05)
        walk = 0.2 * np.random.default_rng(seed).standard_t(TAIL, (2, 6, 60)).cumsum(axis=1)
        product.flows[:, :60, :60] *= np.exp(walk[0][:, :, None] + walk[1][:, None, :])
        past = history(product, 2015)
        model = predicted(past, (5,), 400)
        low, high = np.quantile(model.draws[:, :2, 0, :60], (0.1, 0.9), axis=0)
        came = margins(product.flows[5])[:2, :60]
        inside.append(((low <= came) & (came <= high)).mean())
    assert np.mean(inside) == pytest.approx(0.8, abs=0.1)


def test_without_an_earlier_origin_there_are_no_intervals():
    forecast = predicted(history(random_walks(1), 1995), (5,), 10)
    assert forecast.draws is None
    assert forecast.quantiles is None


def test_nothing_moves_where_nothing_moved(past):
    still = np.zeros_like(past.flows[-1])[None]
    assert not np.nan_to_num(drawn_margins(still, past, (5,), 5, 1)).any()
