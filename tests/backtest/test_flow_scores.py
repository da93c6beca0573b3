"""Scores of forecasts of flows, by hand."""

from typing import Any

import numpy as np
import pytest

from corridor.areas import areas, members
from corridor.backtest.flow_scores import (
    BINS,
    TARGETS,
    cells_of,
    measures,
    pit_shares,
    quantile_score,
    r2_over_time,
    score_rows,
    skill_with_interval,
)
from corridor.backtest.forecast_form import QUANTILES, Forecast, margins
from corridor.backtest.net_rates import ranked_probability_score
from corridor.estimate.measures.scores import interval_score
from tests.flow_worlds import random_walks


def test_measures_by_hand():
    found = measures(np.array([0.0, 10.0, 30.0]), np.array([3.0, 10.0, 20.0]), None)
    assert found["mae"] == pytest.approx(13 / 3)
    assert found["rmse"] == pytest.approx(np.sqrt(109 / 3))
    assert found["cpc"] == pytest.approx(2 * 30 / 73)
    assert found["log_error"] == pytest.approx((np.log(4) + np.log(31 / 21)) / 3)
    assert np.isnan(found["coverage_80"])
    signed = measures(np.array([-5.0]), np.array([5.0]), None, signed=True)
    assert signed["mae"] == 10.0
    assert np.isnan(signed["cpc"])


def test_interval_score_by_hand():
    score = interval_score(np.array([5.0, 12.0, 3.0]), np.array([0.0, 0.0, 4.0]), np.array([10.0] * 3), 0.8)
    np.testing.assert_allclose(score, [10.0, 10.0 + 20.0, 6.0 + 10.0])


def test_intervals_count_what_lies_within():
    quantiles = np.repeat(np.array([0, 1, 2, 3, 4, 5, 6.0])[:, None], 4, axis=1)
    found = measures(np.full(4, 3.0), np.array([3.0, 1.5, 0.5, 7.0]), quantiles)
    assert [found[f"coverage_{level}"] for level in (50, 80, 95)] == [25.0, 50.0, 75.0]


def test_pit_of_a_calibrated_forecast_is_flat():
    generator = np.random.default_rng(1)
    outcome = generator.uniform(size=40_000)
    quantiles = np.repeat(np.array(QUANTILES)[:, None], outcome.size, axis=1)
    np.testing.assert_allclose(pit_shares(quantiles, outcome), BINS, atol=0.01)
    nothing = np.zeros((len(QUANTILES), 5))
    np.testing.assert_allclose(pit_shares(nothing, np.zeros(5)), BINS)
    assert pit_shares(nothing, np.ones(5)).tolist() == [0.0] * 7 + [1.0]


def test_the_score_from_quantiles_is_near_that_from_draws():
    generator = np.random.default_rng(2)
    draws, outcome = generator.normal(size=(20_000, 1)) * np.ones(40), np.linspace(-3, 3, 40)
    near = quantile_score(np.quantile(draws, QUANTILES, axis=0), outcome)
    np.testing.assert_allclose(near, ranked_probability_score(draws, outcome), rtol=0.12)


def test_skill_by_hand():
    rival = np.random.default_rng(3).uniform(1, 2, (4, 30))
    assert skill_with_interval(rival, rival) == (0.0, 0.0, 0.0)
    np.testing.assert_allclose(skill_with_interval(rival / 2, rival), [50.0] * 3)
    better = rival.copy()
    better[:, 0] = 0.0
    skill, low, high = skill_with_interval(better, rival)
    assert low == 0.0 < skill < high  # without the one area there is no skill


def test_there_is_no_skill_beside_a_rival_that_errs_nowhere():
    assert np.isnan(skill_with_interval(np.ones((1, 4)), np.zeros((1, 4)))).all()
    one = np.zeros((1, 4))
    one[0, 0] = 2.0
    assert skill_with_interval(one / 2, one) == (50.0, 50.0, 50.0)


def test_r2_over_time_by_hand():
    outcome = np.array([[[0, 1.0], [5, 0]], [[0, 2.0], [5, 0]], [[0, 3.0], [5, 0]]])
    assert r2_over_time(outcome, outcome)[0, 1] == 1.0
    assert r2_over_time(np.full_like(outcome, 2.0), outcome)[0, 1] == 0.0
    assert np.isnan(r2_over_time(outcome, outcome)[1, 0])
    assert np.isnan(r2_over_time(outcome[:2], outcome[:2])).all()


def test_cells_are_those_known_on_both_sides():
    product = random_walks(1)
    made = product.flows[3:4].copy()
    came = product.flows[4].copy()
    made[:, 5], made[:, :, 5] = np.nan, np.nan
    came[7], came[:, 7] = np.nan, np.nan
    cells = list(cells_of(Forecast(made, margins(made)), 0, came, product.flows[3], product.population[4]))
    assert [each.target for each in cells] == list(TARGETS)
    assert [len(each.outcome) for each in cells] == [38 * 37, 38, 38, 38, 38]
    np.testing.assert_allclose(cells[3].outcome, cells[2].outcome - cells[1].outcome)
    np.testing.assert_allclose(cells[4].outcome, cells[3].outcome / 1000.0)
    both = np.delete(np.delete(came[:40, :40], [5, 7], 0), [5, 7], 1)
    np.testing.assert_allclose(cells[1].outcome, both.sum(axis=1))


def test_groups_hold_what_they_are_called():
    product = random_walks(1)
    forecast = Forecast(product.flows[3:4], margins(product.flows[3:4]))
    corridors, out, *_ = cells_of(forecast, 0, product.flows[4], product.flows[3], product.population[4])
    register = areas()
    cica = {area.iso3 for area in members("CICA")}
    own = sum(area.iso3 in cica for area in register[:40])
    assert corridors.groups["CICA"].sum() == own * (own - 1)
    assert out.groups["CICA"].sum() == own
    sizes = [inside for name, inside in corridors.groups.items() if name.startswith("size")]
    assert np.sum(sizes, axis=0).tolist() == [1] * (40 * 39)
    rows: dict[Any, Any] = {row["group"]: row for row in score_rows(corridors)}
    assert rows["all"]["cells"] == 40 * 39
    assert rows["size 10,000 and more"]["mae"] > rows["size 10 to 100"]["mae"]
