"""Demographic accounting and moves a year on worlds small enough to check by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.errors import InputError
from corridor.estimate.accounting import (
    adjusted_stocks,
    balanced,
    births_by_birthplace,
    demographic_account,
    flows_of_birthplace,
    independence,
    minimum,
    without_negatives,
)
from corridor.estimate.annual import annual_moves, blend, moves_per_transition

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.estimate.accounting import Stayers, System

NOBODY = np.zeros(3)


def by_type(adjusted_flows: list[Floats]) -> Floats:
    """Sort tables by birthplace into types, cell by cell: slow, and beyond doubt."""
    n = len(adjusted_flows)
    flows = np.zeros((3, n, n))
    for birthplace, table in enumerate(adjusted_flows):
        for orig in range(n):
            for dest in range(n):
                if orig != dest:
                    kind = OUTWARD if orig == birthplace else RETURN if dest == birthplace else TRANSIT
                    flows[kind, orig, dest] += table[orig, dest]
    return flows


@pytest.fixture
def stocks() -> tuple[Floats, Floats, Floats, Floats]:
    start = np.array(
        [[1000.0, 80.0, 20.0, 3.0], [10.0, 500.0, 40.0, 9.0], [0.0, 30.0, 2000.0, 1.0], [5.0, 0.0, 0.0, 70.0]]
    )
    change = np.array([[30.0, 15.0, -9.0, 2.0], [4.0, -20.0, 9.0, 1.0], [6.0, -10.0, 60.0, 0.0], [-2.0, 1.0, 3.0, 5.0]])
    return start, start + change, np.array([90.0, 40.0, 150.0, 10.0]), np.array([60.0, 55.0, 70.0, 10.0])


def test_people_who_appear_abroad_left_home() -> None:
    start = np.diag([100.0, 100.0, 100.0])
    end = start.copy()
    end[0] = [80.0, 15.0, 5.0]
    flows = demographic_account(start, end, NOBODY, NOBODY).flows
    assert flows[OUTWARD].tolist() == [[0, 15, 5], [0, 0, 0], [0, 0, 0]]
    assert not flows[[RETURN, TRANSIT]].any()


def test_types_of_moves() -> None:
    start = np.array([[100.0, 10.0, 10.0], [0.0, 100.0, 0.0], [0.0, 0.0, 100.0]])
    home = demographic_account(start, np.array([[105.0, 5.0, 10.0], *start[1:]]), NOBODY, NOBODY).flows
    assert home[RETURN, 1, 0] == pytest.approx(5)
    assert home.sum() == pytest.approx(5)
    onward = demographic_account(start, np.array([[100.0, 4.0, 16.0], *start[1:]]), NOBODY, NOBODY).flows
    assert onward[TRANSIT, 1, 2] == pytest.approx(6)
    assert onward.sum() == pytest.approx(6)


@pytest.mark.parametrize("system", ["closed", "open"])
@pytest.mark.parametrize("stayers", ["minimum", "independence"])
def test_closed_form_is_the_sum_over_birthplaces(
    stocks: tuple[Floats, Floats, Floats, Floats], system: System, stayers: Stayers
) -> None:
    adjusted = adjusted_stocks(*stocks, system=system)
    flows = minimum(adjusted) if stayers == "minimum" else independence(adjusted)
    tables = [flows_of_birthplace(adjusted, birthplace, stayers=stayers) for birthplace in range(4)]
    np.testing.assert_allclose(flows, by_type(tables), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([table.sum(axis=1) for table in tables], adjusted.start, rtol=1e-9)
    np.testing.assert_allclose([table.sum(axis=0) for table in tables], adjusted.end, rtol=1e-9)


@pytest.mark.parametrize("stayers", ["minimum", "independence"])
def test_open_account_closes_with_the_outside(stocks: tuple[Floats, Floats, Floats, Floats], stayers: Stayers) -> None:
    account = demographic_account(*stocks, stayers=stayers, system="open")
    np.testing.assert_allclose(account.residuals, 0, atol=1e-11)
    assert account.converged
    assert account.adjusted.start_fit is None
    assert account.adjusted.arrivals.sum() > 0
    assert not (account.adjusted.arrivals.sum(axis=1) * account.adjusted.departures.sum(axis=1)).any()


def test_closed_account_leaves_what_the_input_leaves(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    start, end, births, deaths = stocks
    births[2] += 12
    account = demographic_account(start, end, births, deaths)
    assert account.residuals.sum() == pytest.approx(-12)
    again = demographic_account(*balanced(start, end, births, deaths), births, deaths)
    np.testing.assert_allclose(again.residuals, 0, atol=1e-9)
    np.testing.assert_allclose(again.flows, account.flows, rtol=1e-9)


def test_areas_without_people_and_without_foreigners() -> None:
    start = np.array([[1000.0, 50.0, 0.0, 0.0], [40.0, 900.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 0.0, 30.0]])
    end = np.array([[1000.0, 70.0, 0.0, 0.0], [40.0, 880.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [2.0, 2.0, 0.0, 29.0]])
    account = demographic_account(start, end, np.array([5.0, 6.0, 0.0, 1.0]), np.array([5.0, 6.0, 0.0, 1.0]))
    assert account.converged
    assert np.isfinite(account.flows).all()
    assert not account.flows[:, 2].any()
    assert not account.flows[:, :, 2].any()
    np.testing.assert_allclose(account.residuals, 0, atol=1e-10)


def test_total_that_no_scaling_reaches_is_reported() -> None:
    # All 100 residents of the first area were born there; at the end there are 60 of them, and none went abroad.
    start, end = np.diag([100.0, 500.0, 500.0]), np.diag([60.0, 520.0, 520.0])
    account = demographic_account(start, end, NOBODY, NOBODY)
    assert account.adjusted.start_fit is not None
    assert account.adjusted.start_fit.unreachable.tolist() == [0, 1, 2]
    assert account.residuals == pytest.approx([-40, 20, 20])
    assert not account.flows.any()


def test_births_beyond_the_natives_are_spread_over_the_residents() -> None:
    end = np.array([[10.0, 5.0], [90.0, 95.0]])
    births = births_by_birthplace(end, np.array([20.0, 30.0]))
    assert births.tolist() == [[2.0, 0.0], [18.0, 30.0]]


def test_negative_natives_are_removed_and_the_population_kept() -> None:
    stock = np.array([[-20.0, 5.0], [120.0, 95.0]])
    assert without_negatives(stock).tolist() == [[0.0, 5.0], [100.0, 95.0]]


def test_balance_takes_half_from_each_date() -> None:
    start, end = balanced(np.diag([100.0, 300.0]), np.diag([100.0, 300.0]), np.array([8.0, 0.0]), np.zeros(2))
    assert np.diag(start).tolist() == [99, 297]
    assert np.diag(end).tolist() == [101, 303]


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        (("start", (0, 1)), -1.0, "file start, column 0 1: found -1.0: a count is finite and not negative"),
        (("end", (1, 1)), np.nan, "file end, column 1 1: found nan: a count is finite"),
        (("births", 2), -3.0, "file births, column 2: found -3.0"),
        (("deaths", 3), 1000.0, "at most as many deaths as residents at the start"),
        (("births", 3), 1000.0, "at most as many births as residents at the end"),
    ],
)
def test_refuses(
    stocks: tuple[Floats, Floats, Floats, Floats], place: tuple[str, int | tuple[int, int]], value: float, rule: str
) -> None:
    name, cell = place
    stocks[("start", "end", "births", "deaths").index(name)][cell] = value
    with pytest.raises(InputError, match=rule):
        demographic_account(*stocks)


def test_refuses_arrays_of_different_areas(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    start, end, births, deaths = stocks
    with pytest.raises(InputError, match="one order of areas"):
        demographic_account(start, end[:3], births, deaths)


def test_blend() -> None:
    assert blend(np.array([100.0]), np.array([200.0])).tolist() == [113.0]
    assert blend(np.array([100.0]), np.array([200.0]), 0.5).tolist() == [150.0]
    with pytest.raises(InputError, match="between 0 and 1"):
        blend(np.array([100.0]), np.array([200.0]), 1.5)


def test_annual_moves_by_hand() -> None:
    k = moves_per_transition(5, 0.1)
    assert k == pytest.approx(0.5 / (1 - np.exp(-0.5)))
    transitions = np.zeros((3, 2, 2))
    transitions[OUTWARD, 0, 1], transitions[RETURN, 1, 0], transitions[TRANSIT, 0, 1] = 1000, 300, 50
    moves = annual_moves(transitions, 5, 0.1)
    assert moves[OUTWARD, 0, 1] == pytest.approx(200 * k)
    assert moves[RETURN, 1, 0] == pytest.approx(60 + 200 * (k - 1))
    assert moves[TRANSIT, 0, 1] == pytest.approx(10 * k)
    assert moves[TRANSIT, 1, 0] == pytest.approx(10 * (k - 1))


@pytest.mark.parametrize(("years", "going_back"), [(0.0, 0.1), (5.0, -0.1), (np.nan, 0.1)])
def test_annual_moves_refuses(years: float, going_back: float) -> None:
    with pytest.raises(InputError, match="longer than zero"):
        annual_moves(np.zeros((3, 2, 2)), years, going_back)
