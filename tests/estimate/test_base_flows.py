"""Base flows on the embedded panel: what they hold, and the shock that is set apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.areas import index
from corridor.areas.distance import great_circle_km
from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.calendar import LAST_STOCK, PERIODS
from corridor.estimate.gravity.corridor_model import OFFSET, TERMS, coefficients_by_horizon, expected
from corridor.estimate.gravity.gravity_floor import with_gravity_floor
from corridor.estimate.moves.product import WORDS, evidence_of_year
from corridor.estimate.moves.stocks import YEARS
from corridor.estimate.world.base_flows import (
    MOST_RETURNING,
    SHOCK_PERIOD,
    PeriodMoves,
    base_flows,
    displacement_shock,
    evidence,
    expected_change,
    past_of_corridors,
    period_moves,
    rates_of,
    without_shock,
)
from corridor.estimate.world.base_windows import DEFAULT_WINDOW, WINDOWS
from corridor.estimate.world.displacement import displacement, explained_excess, fading_half_life, return_rate


@pytest.fixture(scope="module")
def wars(panel):
    return displacement(panel)


@pytest.fixture(scope="module")
def periods(panel):
    return {start: period_moves(panel, start) for start in (2010, 2015, 2020)}


def test_rates_are_moves_per_person_year():
    stock = np.array([[100.0, 10.0], [0.0, 50.0]])
    moves = np.zeros((3, 2, 2))
    moves[OUTWARD, 0, 1], moves[RETURN, 1, 0], moves[TRANSIT, 1, 0] = 6.0, 2.0, 0.0
    twice = PeriodMoves(2010, 5, moves, stock), PeriodMoves(2015, 5, 3.0 * moves, 2.0 * stock)
    outward, returning, transit = rates_of(twice)
    assert outward[0, 1] == pytest.approx((6.0 + 18.0) / 300.0)
    assert returning[0, 1] == pytest.approx((2.0 + 6.0) / 30.0)
    assert transit.sum() == 0.0


def test_no_stock_returns_faster_than_half_a_year():
    stock = np.array([[100.0, 1.0], [0.0, 50.0]])
    moves = np.zeros((3, 2, 2))
    moves[RETURN, 1, 0] = 5.0
    assert rates_of([PeriodMoves(2010, 5, moves, stock)])[1][0, 1] == MOST_RETURNING


def test_the_shock_of_2020_24_is_ukraine_afghanistan_and_sudan(periods, wars):
    shock = displacement_shock(periods, wars)
    leaving = shock.sum(axis=1)
    largest = np.argsort(-leaving)[:3]
    assert {index("UKR"), index("AFG")} < set(largest.tolist())
    assert leaving[index("SDN")] > 1e5
    assert 0.9e6 < leaving[index("UKR")] < 1.7e6
    assert leaving[index("KAZ")] < 1_000.0
    recent = periods[2020].moves[OUTWARD]
    assert (shock >= 0.0).all()
    assert (shock <= recent).all()


def test_excess_is_explained_as_far_as_displacement_goes():
    one = np.ones((1, 1))
    assert explained_excess(9 * one, 2 * one, 5 * one, 1 * one) == 4.0
    assert explained_excess(9 * one, 2 * one, 50 * one, 1 * one) == 7.0
    assert explained_excess(1 * one, 2 * one, 50 * one, 1 * one) == 0.0


def test_a_shock_that_halves_every_two_years_is_recognised():
    years = np.arange(12)
    series = np.where(years < 3, 100.0, 4e5 * 0.5 ** ((years - 3) / 2.0))[:, None]
    assert fading_half_life(series) == pytest.approx(2.0)


def test_small_and_recent_peaks_are_no_shocks():
    large = np.where(np.arange(12) < 3, 0.0, 4e5 * 0.5 ** (np.arange(12) - 3.0))
    small = np.where(np.arange(12) < 3, 0.0, 1e4 * np.ones(12))
    recent = np.where(np.arange(12) == 11, 9e6, 10.0)
    assert fading_half_life(np.stack([large, small, recent], axis=1)) == pytest.approx(1.0)


def test_return_rate_is_of_those_displaced_a_year_before():
    assert return_rate(np.array([0.0, 5.0, 10.0]), np.array([50.0, 100.0, 7.0])) == pytest.approx(15.0 / 150.0)


def test_half_life_and_return_rate_of_the_world(wars):
    assert 0.8 < fading_half_life(wars.new.sum(axis=2)) < 3.0
    assert 0.03 < return_rate(wars.returned, wars.abroad) < 0.12


def test_half_years_at_the_ends(wars):
    two = wars.between_july(2021, 2023)
    np.testing.assert_allclose(two, 0.5 * wars.new[31] + wars.new[32] + 0.5 * wars.new[33])


def test_the_base_matters(panel, inputs):
    windows = (WINDOWS[name] for name in (DEFAULT_WINDOW, "2010-2024", "model"))
    narrow, wide, model = (base_flows(panel, inputs.stock, window) for window in windows)
    assert not np.allclose(narrow.outward, wide.outward)
    assert not np.allclose(narrow.outward, model.outward)
    np.testing.assert_allclose(narrow.shock, wide.shock)
    np.testing.assert_allclose(narrow.shock, model.shock)


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_is_one_row_that_has_every_text(name):
    """Years in its name are those of its periods, and its sentences say them."""
    window = WINDOWS[name]
    assert window.name == name
    assert window.starts
    assert set(window.starts) <= set(PERIODS)
    assert window.method.startswith("The base is the moves per person-year of ")
    assert window.method.endswith(".")
    last = max(window.starts) + PERIODS[max(window.starts)]
    years = f"{min(window.starts)}-{min(LAST_STOCK, last)}"
    assert years in window.method
    assert window.changed == (name != years)


def test_the_base_is_the_last_period(inputs, periods, wars):
    assert WINDOWS[DEFAULT_WINDOW].starts == (SHOCK_PERIOD,)
    shock = displacement_shock(periods, wars)
    np.testing.assert_array_equal(inputs.base.shock, shock)
    outward, returning, transit = rates_of([without_shock(periods[SHOCK_PERIOD], shock)])
    np.testing.assert_array_equal(inputs.base.return_rate, returning)
    np.testing.assert_array_equal(inputs.base.transit_rate, transit)
    moved = outward * np.diagonal(inputs.stock)[:, None]
    np.testing.assert_allclose(inputs.base.outward.sum(axis=1), moved.sum(axis=1), rtol=1e-6, atol=1e-6)


def test_the_corridor_model_is_the_last_period_and_what_it_expects_after_it(panel, inputs):
    last, model = (base_flows(panel, inputs.stock, WINDOWS[name]) for name in (DEFAULT_WINDOW, "model"))
    change = np.exp(expected_change(panel, last.shock))
    np.testing.assert_allclose(model.transit_rate, last.transit_rate * change)
    below = model.return_rate < MOST_RETURNING
    np.testing.assert_allclose(model.return_rate[below], (last.return_rate * change.T)[below])
    assert 0.5 < np.median(change) < 1.5


def test_the_expected_change_is_that_of_a_forecast_without_people(panel):
    past = past_of_corridors(panel)
    (coefficients,) = coefficients_by_horizon(past, 1)
    of_people = np.where(np.arange(len(TERMS)) == TERMS.index("people"), coefficients, 0.0)
    whole = expected(past, coefficients) + OFFSET
    parts = (expected(past, of_people) + OFFSET) * np.exp(expected_change(panel, np.zeros_like(past.flows[0])))
    inside = (whole > 10.0) & (parts > 10.0)
    np.testing.assert_allclose(whole[inside], parts[inside], rtol=1e-9)


def test_every_corridor_with_people_at_both_ends_is_open(inputs):
    outward = inputs.base.outward
    natives = np.diagonal(inputs.stock)
    leaving, arriving = outward.sum(axis=1) > 0.0, outward.sum(axis=0) > 0.0
    closed = (outward == 0.0) & leaving[:, None] & arriving[None, :] & ~np.eye(237, dtype=bool)
    assert not closed.any()
    assert (natives >= 0.0).all()


def test_evidence_is_the_best_of_the_last_period(panel):
    found = evidence(panel)
    yearly = np.stack([evidence_of_year(panel, year) for year in range(SHOCK_PERIOD, YEARS[-1] + 1)])
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, yearly.max(axis=0))
    assert WORDS[found[index("UKR"), index("POL")]] == "measured"
    assert WORDS[found[index("PAK"), index("IND")]] == "modelled"  # withheld, perhaps, and reported by neither
    assert WORDS[found[index("VNM"), index("JPN")]] == "adjusted to reports"


def test_the_floor_keeps_margins():
    random = np.random.default_rng(1)
    moves = random.uniform(0.0, 100.0, (6, 6)) * random.integers(0, 2, (6, 6))
    np.fill_diagonal(moves, 0.0)
    moves[0, 1] = moves[1, 0] = 5.0
    distance = great_circle_km(random.uniform(-180, 180, 6), random.uniform(-60, 60, 6))
    floored = with_gravity_floor(moves, distance, 0.05)
    np.testing.assert_allclose(floored.sum(axis=0), moves.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(floored.sum(axis=1), moves.sum(axis=1), rtol=1e-9)
    assert (floored >= 0.95 * moves).all()


def test_distances_of_known_places():
    distance = great_circle_km(np.array([0.0, 0.0, 180.0]), np.array([0.0, 90.0, 0.0]))
    assert distance[0, 1] == pytest.approx(np.pi / 2 * 6371.0)
    assert distance[0, 2] == pytest.approx(np.pi * 6371.0)


def test_no_shock_leaves_periods_alone(periods, wars):
    calm = replace(wars, new=wars.new * 0.0)
    assert displacement_shock(periods, calm).sum() == 0.0
