"""Covariates, smoother, reports and bad input of the annual series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.areas import codes
from corridor.errors import InputError
from corridor.estimate.annual_covariates import (
    MIDDLES,
    STOCK_DATES,
    YEARS,
    between,
    covariates,
    free_movement,
    least_arrivals,
    smooth_years,
    visa_free,
)
from corridor.estimate.annual_series import (
    FITTED,
    SPREAD_AT,
    annual_series,
    as_array,
    best_period_moves,
    destination_level,
    series_of,
    smoothed,
)
from corridor.estimate.annual_validation import spread_of

POLAND, GERMANY, SYRIA, TURKIYE = (codes().index(code) for code in ("POL", "DEU", "SYR", "TUR"))


@pytest.fixture(scope="module")
def known(panel):
    return covariates(panel, best_period_moves)


@pytest.fixture(scope="module")
def series(known):
    return series_of(known, FITTED)


def reports(**columns):
    return pd.DataFrame({"orig": ["POL"], "dest": ["DEU"], "year": [2010], "persons": [5.0], **columns})


def test_the_series_covers_all_corridors_and_years(series):
    assert series.arrivals.shape == (35, 237, 237)
    assert series.years == tuple(range(1990, 2025))
    assert (series.lower <= series.arrivals).all()
    assert (series.arrivals <= series.upper).all()
    assert (series.lower >= 0).all()
    assert np.isfinite(series.upper).all()
    assert np.trace(series.moves, axis1=1, axis2=2).max() == 0


def test_moves_are_arrivals_and_returns(series):
    np.testing.assert_array_equal(series.moves, series.arrivals + series.returning)


def test_the_world_moves_a_plausible_number(series):
    world = series.moves.sum(axis=(1, 2)) / 1e6
    assert world.min() > 8
    assert world.max() < 30


def test_flights_fall_in_their_years(series):
    flight = series.arrivals[:, SYRIA, TURKIYE]
    assert flight[YEARS.index(2014)] > 20 * flight[YEARS.index(2010)]


def test_paths_have_no_steps_where_nothing_sudden_happens(series):
    path = series.arrivals[:, codes().index("BFA"), codes().index("CIV")]
    assert np.abs(np.diff(np.log(path))).max() < 0.5


def test_another_period_estimate_can_be_used(panel, series):
    doubled = annual_series(panel, period_moves=lambda panel, start: 2 * best_period_moves(panel, start))
    assert doubled.arrivals.sum() > series.arrivals.sum()
    np.testing.assert_allclose(doubled.returning.sum(), 2 * series.returning.sum(), rtol=0.01)


def test_interpolation_meets_its_dates_and_is_constant_beyond():
    values = np.arange(7.0)
    path = between(values, MIDDLES)
    assert path[YEARS.index(1992)] == pytest.approx(0.0)
    assert path[0] == 0.0
    assert path[YEARS.index(1995)] == pytest.approx((1995.5 - MIDDLES[0]) / 5)
    assert path[-1] == 6.0


def test_smooth_years_keep_the_sum_of_every_period():
    growth = np.array([0.0, 10.0, 500.0, 0.0, 40.0, 40.0, 20.0])[:, None]
    spread = smooth_years(growth)
    assert (spread >= 0).all()
    whole_years = spread[1:-1].sum() + (spread[0] + spread[-1]) / 2
    assert whole_years == pytest.approx(growth.sum(), rel=0.02)
    assert spread[YEARS.index(1991) : YEARS.index(1994)].sum() == pytest.approx(0.0, abs=1e-9)


def test_sudden_growth_falls_in_the_years_of_displacement():
    stocks = np.zeros((8, 2, 2))
    stocks[6:, 0, 1] = 1_000.0
    new = np.zeros((len(YEARS), 2, 2))
    new[YEARS.index(2017), 0, 1] = 4_000.0
    least = least_arrivals(stocks, new)
    assert least[YEARS.index(2017), 0, 1] == pytest.approx(1_000.0)
    assert least.sum() == pytest.approx(1_000.0)
    assert STOCK_DATES[5] == 2015.5


def test_free_movement_begins_and_ends():
    both = free_movement()
    assert both[YEARS.index(2003), POLAND, GERMANY] == 0
    assert both[YEARS.index(2005), POLAND, GERMANY] == 1
    britain = codes().index("GBR")
    assert both[YEARS.index(2019), britain, GERMANY] == 1
    assert both[YEARS.index(2022), britain, GERMANY] == 0
    assert both[YEARS.index(2000), codes().index("NOR"), GERMANY] == 1


def test_visas_follow_the_passport(panel):
    table = visa_free(panel)
    assert table[GERMANY, codes().index("JPN")] == 1
    assert table[SYRIA, GERMANY] == 0


def test_the_smoother_is_the_posterior_of_the_process():
    rng = np.random.default_rng(1)
    observed, noise = rng.normal(size=(6, 2)), rng.uniform(0.1, 1.0, size=(6, 2))
    noise[[1, 4], 0] = np.inf
    variance, persistence = np.array([0.5, 2.0]), 0.8
    mean, uncertainty = smoothed(observed, noise, variance, persistence)
    lags = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    for corridor in range(2):
        prior = variance[corridor] * persistence**lags
        seen = np.isfinite(noise[:, corridor])
        gain = prior[:, seen] @ np.linalg.inv(prior[np.ix_(seen, seen)] + np.diag(noise[seen, corridor]))
        np.testing.assert_allclose(mean[:, corridor], gain @ observed[seen, corridor])
        np.testing.assert_allclose(uncertainty[:, corridor], np.diag(prior - gain @ prior[seen]))


def test_a_destination_without_reports_keeps_its_level():
    level, certainty = destination_level(np.array([[4.0, 0.0]]), np.array([[2, 0]]), np.ones((1, 2)))
    assert 0 < level[0] < 2
    assert level[1] == certainty[1] == 0


def test_reports_draw_the_series_and_narrow_its_intervals(panel, series):
    years = range(2000, 2011)
    told = pd.DataFrame({"orig": "POL", "dest": "DEU", "year": years, "persons": 300_000.0})
    drawn = annual_series(panel, reports=told)
    at = YEARS.index(2005), POLAND, GERMANY
    assert drawn.arrivals[at] == pytest.approx(300_000, rel=0.2)
    assert drawn.upper[at] / drawn.lower[at] < series.upper[at] / series.lower[at] / 3
    later = YEARS.index(2020), POLAND, GERMANY
    assert series.arrivals[later] < drawn.arrivals[later]
    assert drawn.upper[later] / drawn.lower[later] > drawn.upper[at] / drawn.lower[at]


def test_reports_move_other_corridors_of_the_destination_only(panel, series):
    told = pd.DataFrame({"orig": ["POL", "TUR"], "dest": "DEU", "year": 2005, "persons": 900_000.0})
    drawn = annual_series(panel, reports=told)
    france = codes().index("FRA")
    assert drawn.arrivals[YEARS.index(2005), france, GERMANY] > series.arrivals[YEARS.index(2005), france, GERMANY]
    others = np.delete(np.arange(237), GERMANY)
    np.testing.assert_array_equal(drawn.arrivals[:, :, others], series.arrivals[:, :, others])


def test_years_beyond_the_series_and_nationals_are_left_out():
    assert np.isnan(as_array(reports(year=[1985]))).all()
    assert np.isnan(as_array(reports(orig=["DEU"]))).all()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (reports(orig=["XXX"]), "XXX"),
        (reports(persons=[-1.0]), "not negative"),
        (pd.concat([reports(), reports()]), "reported once"),
        (reports().drop(columns="year"), "year"),
    ],
)
def test_bad_reports_are_refused(table, told):
    with pytest.raises(InputError, match=told):
        as_array(table)


def test_the_spread_holds_four_fifths():
    error = np.random.default_rng(2).normal(0, 0.7, size=60_000)
    estimate = np.tile(SPREAD_AT, 10_000)
    np.testing.assert_allclose(spread_of(estimate, estimate + error), 0.7, rtol=0.05)
