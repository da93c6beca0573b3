"""Demographic accounting and moves a year on worlds small enough to check by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.errors import InputError, NotConverged
from corridor.estimate.accounts.accounting import (
    account_of_birthplace,
    adjusted_stocks,
    demographic_account,
    flows_of_birthplace,
    independence,
    minimum,
)
from corridor.estimate.accounts.blend import blend
from corridor.estimate.accounts.natural_change import (
    balanced,
    births_by_birthplace,
    deaths_by_birthplace,
    free_of_births_and_deaths,
    without_negatives,
)

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.estimate.accounts.accounting import Stayers, System

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
    adjusted = adjusted_stocks(start, end, NOBODY, NOBODY)
    assert adjusted.start_fit is not None
    assert adjusted.start_fit.unreachable.tolist() == [0, 1, 2]
    assert not minimum(adjusted).any()
    with pytest.raises(InputError, match=r"birthplace 0, value \(80.0, 100.0\): the sums of row totals") as caught:
        demographic_account(start, end, NOBODY, NOBODY)
    assert len(caught.value.problems) == 3


def test_birthplace_whose_people_are_nowhere_at_one_date_is_refused() -> None:
    start = np.array([[100.0, 5.0, 0.0], [5.0, 100.0, 0.0], [0.0, 0.0, 0.0]])
    end = np.array([[90.0, 5.0, 0.0], [5.0, 100.0, 0.0], [0.0, 10.0, 0.0]])
    with pytest.raises(InputError, match=r"birthplace 2, value 5.0: the birthplace has a total and no positive cell"):
        demographic_account(start, end, NOBODY, NOBODY)
    account = demographic_account(start, end, NOBODY, NOBODY, system="open")
    assert account.adjusted.arrivals[2].tolist() == [0.0, 10.0, 0.0]


def test_stocks_that_no_sweep_settles_raise_unless_allowed() -> None:
    # Two birthplaces alone in two areas, and together short of them: no single row and no block shows it.
    start = np.array([[9.0, 9, 1, 1], [9, 9, 1, 1], [0, 0, 9, 9], [0, 0, 9, 9]])
    end = np.array([[1.0, 1, 1, 1], [1, 1, 1, 1], [16, 16, 1, 1], [16, 16, 1, 1]])
    nobody = np.zeros(4)
    with pytest.raises(NotConverged, match=r"stock at the start, .*birthplace 0, birthplace 1.*allow_unconverged"):
        demographic_account(start, end, nobody, nobody)
    account = demographic_account(start, end, nobody, nobody, allow_unconverged=True)
    assert not account.converged
    assert np.isfinite(account.flows).all()


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


def test_rows_and_columns_of_an_open_account_are_the_stocks(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    start, end, _, _ = stocks
    adjusted = adjusted_stocks(*stocks, system="open", births_method="proportion")
    accounts = np.array([account_of_birthplace(adjusted, birthplace) for birthplace in range(4)])
    assert accounts.shape == (4, 6, 6)
    np.testing.assert_allclose(accounts[:, :4].sum(axis=2), start, rtol=1e-12)
    np.testing.assert_allclose(accounts[:, :, :4].sum(axis=1), end, rtol=1e-12)
    np.testing.assert_allclose(accounts[:, 4].sum(axis=0)[:4], stocks[2], rtol=1e-12)
    np.testing.assert_allclose(accounts[:, :4, 4].sum(axis=0), stocks[3], rtol=1e-12)


def test_seed_of_ones_changes_nothing(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    adjusted = adjusted_stocks(*stocks)
    for estimate in (minimum, independence):
        np.testing.assert_allclose(estimate(adjusted, seed=np.ones((4, 4))), estimate(adjusted), rtol=1e-9, atol=1e-9)


def test_seed_draws_moves_together(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    seed = np.ones((4, 4))
    seed[0, 2] = 50.0
    adjusted = adjusted_stocks(*stocks)
    for stayers, estimate in (("minimum", minimum), ("independence", independence)):
        flows = estimate(adjusted, seed=seed)
        tables = [flows_of_birthplace(adjusted, k, stayers=stayers, seed=seed) for k in range(4)]  # type: ignore[arg-type] # words of a loop
        np.testing.assert_allclose(flows, by_type(tables), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose([table.sum(axis=1) for table in tables], adjusted.start, rtol=1e-9, atol=1e-9)
        assert flows[:, 0, 2].sum() > estimate(adjusted)[:, 0, 2].sum() * 1.05


def test_seed_whose_zeros_forbid_the_moves_is_refused(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    seed = np.ones((4, 4))
    seed[:, 1] = 0.0
    with pytest.raises(
        InputError, match=r"file birthplace \d, column column 1: the column has a total and no positive cell"
    ):
        minimum(adjusted_stocks(*stocks), seed=seed)
    with pytest.raises(InputError, match="the seed is not a table of the areas"):
        minimum(adjusted_stocks(*stocks), seed=np.ones((3, 3)))


def test_seeded_tables_that_no_sweep_settles_raise_unless_allowed() -> None:
    # Of the first birthplace, those from areas 0 and 1 alone go to 4 and 5, and are fewer than arrive there.
    start, end = np.ones((8, 8)), np.ones((8, 8))
    start[0], end[0] = [4.0, 4, 5, 5, 1, 1, 1, 1], [1.0, 1, 1, 1, 5, 5, 4, 4]
    seed = np.ones((8, 8))
    seed[2:4, 4:6] = 0.0
    adjusted = adjusted_stocks(start, end, np.zeros(8), np.zeros(8))
    with pytest.raises(NotConverged, match=r"seeded tables by birthplace: off by .* in birthplace 0; "):
        minimum(adjusted, seed=seed)
    assert np.isfinite(minimum(adjusted, seed=seed, allow_unconverged=True)).all()
    account = demographic_account(start, end, np.zeros(8), np.zeros(8), seed=seed, allow_unconverged=True)
    assert not account.converged
    assert account.adjusted.start_fit is not None
    assert account.adjusted.start_fit.converged


def test_balancing_after_takes_the_gap_from_those_freed_of_births_and_deaths() -> None:
    start, end = np.diag([100.0, 300.0]), np.diag([100.0, 300.0])
    freed = free_of_births_and_deaths(start, end, np.array([8.0, 0.0]), np.array([0.0, 50.0]), balancing="after")
    # 350 survivors, 392 who are not newborn: half of the gap of 42 goes to each date.
    assert np.diag(freed.survivors).tolist() == pytest.approx([100 * 371 / 350, 250 * 371 / 350])
    assert np.diag(freed.older).tolist() == pytest.approx([92 * 371 / 392, 300 * 371 / 392])


def test_a_gap_is_refused_where_no_balancing_is_asked_for(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    stocks[2][2] += 12
    with pytest.raises(InputError, match=r"different totals\. They differ by 12\.") as caught:
        demographic_account(*stocks, balancing="none")
    assert "takes 6 from the native-born" in str(caught.value)
    stocks[2][2] -= 12
    exact = demographic_account(*stocks, balancing="none")
    np.testing.assert_allclose(exact.flows, demographic_account(*stocks).flows, rtol=1e-9, atol=1e-9)


def test_a_gap_larger_than_all_natives_is_refused() -> None:
    births, stock = np.array([900.0, 0.0]), np.diag([100.0, 300.0])
    with pytest.raises(InputError, match="more births than residents"):
        demographic_account(stock, stock, births, np.zeros(2))
    with pytest.raises(InputError, match="more than the native-born at the start"):
        balanced(stock, stock, births, np.zeros(2))


def test_deaths_by_accounting_match_both_totals() -> None:
    start = np.array([[100.0, 20.0], [10.0, 80.0]])
    end = np.array([[95.0, 21.0], [9.0, 79.0]])
    births, deaths = np.array([4.0, 2.0]), np.array([9.0, 3.0])
    by_birthplace = deaths_by_birthplace(start, end, births, deaths, method="accounting")
    np.testing.assert_allclose(by_birthplace.sum(axis=0), deaths)
    np.testing.assert_allclose(by_birthplace.sum(axis=1), [8.0, 4.0])


def test_impossible_deaths_by_accounting_are_refused() -> None:
    start = np.array([[100.0, 20.0], [10.0, 80.0]])
    nobody = np.zeros(2)
    with pytest.raises(
        InputError, match=r"birthplace 0, value -5\.0: the deaths of a birthplace, start \+ births - end"
    ):
        deaths_by_birthplace(start, start + np.diag([5.0, -5.0]), nobody, nobody, method="accounting")
    end = np.array([[105.0, 0.0], [0.0, 75.0]])
    with pytest.raises(
        InputError, match=r"birthplace 1, residence 0, value .*: deaths by accounting are more than the people"
    ):
        deaths_by_birthplace(start, end, nobody, np.array([30.0, 0.0]), method="accounting")


def test_unknown_method_is_refused_with_the_known_ones(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    with pytest.raises(InputError, match=r"'minimal': stayers has no such method\. Did you mean minimum"):
        demographic_account(*stocks, stayers="minimal")  # type: ignore[arg-type] # what this tests
    with pytest.raises(InputError, match="balancing has no such method"):
        adjusted_stocks(*stocks, balancing="befor")  # type: ignore[arg-type] # what this tests
    with pytest.raises(InputError, match="births_method has no such method"):
        demographic_account(*stocks, births_method="at home")  # type: ignore[arg-type] # what this tests


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        (("start", (0, 1)), -1.0, "file start, column 0 1, value -1.0: a count cannot be negative or infinite"),
        (("end", (1, 1)), np.nan, "file end, column 1 1, value nan: a count cannot be negative or infinite"),
        (("births", 2), -3.0, "file births, column 2, value -3.0"),
        (("deaths", 3), 1000.0, "more deaths than residents at the start"),
        (("births", 3), 1000.0, "more births than residents at the end"),
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
