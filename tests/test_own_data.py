"""Flows from a user's own tables: the same numbers as the kernels, and every mistake told by name."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from corridor.axes import TYPES
from corridor.errors import InputError, NotConverged
from corridor.estimate.accounting import demographic_account
from corridor.estimate.differencing import stock_differences
from corridor.estimate.own_data import Method, flows_from_stocks
from corridor.estimate.own_files import EXAMPLE_AREAS, EXAMPLE_EVENTS, EXAMPLE_STOCKS, FILES, example
from corridor.estimate.own_tables import ColumnNames
from corridor.estimate.stock_rates import flows_by_stock_shares

BIRTHS, DEATHS = (np.array(EXAMPLE_EVENTS[name], dtype=float) for name in ("births", "deaths"))
START, END = (np.array(EXAMPLE_STOCKS[name], dtype=float) for name in ("start", "end"))
METHODS: tuple[Method, ...] = get_args(Method)


@pytest.fixture
def tables():
    return {name: example(name) for name in FILES}


def told(tables, **settings):
    with pytest.raises(InputError) as caught:
        flows_from_stocks(**tables, **settings)
    return str(caught.value)


def stock(cells, areas="ABCD"):
    cells = np.asarray(cells, dtype=float)
    names = list(areas)[: len(cells)]
    return pd.DataFrame(
        {
            "birthplace": np.repeat(names, len(cells)),
            "residence": np.tile(names, len(cells)),
            "persons": cells.ravel(),
        }
    )


@pytest.mark.parametrize("method", ["minimum", "independence"])
@pytest.mark.parametrize("system", ["closed", "open"])
def test_accounts_are_those_of_the_kernel(tables, method, system):
    estimate = flows_from_stocks(**tables, method=method, system=system)
    account = demographic_account(START, END, BIRTHS, DEATHS, stayers=method, system=system)
    np.testing.assert_allclose(estimate.matrix.to_numpy(), account.flows.sum(axis=0), rtol=1e-12)
    by_type = estimate.flows.groupby("type")["persons"].sum().reindex(list(TYPES), fill_value=0.0)
    np.testing.assert_allclose(by_type, account.flows.sum(axis=(1, 2)))
    assert estimate.converged
    assert estimate.areas == EXAMPLE_AREAS


def test_net_migration_is_what_the_tables_imply(tables):
    net = flows_from_stocks(**tables).net.set_index("area")
    np.testing.assert_allclose(net["net"], [-100, -80, 150, 30], atol=1e-6)
    assert (net["unexplained"] == 0).all()
    np.testing.assert_allclose(net["arrivals"] - net["departures"], net["net"])


def test_people_from_outside_explain_the_rest_of_an_open_system(tables):
    estimate = flows_from_stocks(**tables, system="open")
    net = estimate.net.set_index("area")
    np.testing.assert_allclose(net["net"] + net["unexplained"], [-100, -80, 150, 30], atol=1e-6)
    assert any("150 people came from outside and 150 went there" in note for note in estimate.notes)


def test_a_blend_is_a_mixture(tables):
    least, free, mixed = (flows_from_stocks(**tables, method=method, weight=0.25).matrix for method in METHODS[:3])
    pd.testing.assert_frame_equal(mixed, 0.75 * least + 0.25 * free)


def test_differences_tell_returns_apart(tables):
    drop = flows_from_stocks(**tables, method="difference-drop")
    reverse = flows_from_stocks(**tables, method="difference-reverse")
    np.testing.assert_allclose(drop.matrix, stock_differences(START, END, decreases="drop"))
    np.testing.assert_allclose(reverse.matrix, stock_differences(START, END, decreases="reverse"))
    assert set(drop.flows["type"]) == {"outward"}
    assert set(reverse.flows["type"]) == {"outward", "return"}
    assert drop.net["unexplained"].isna().all()


def test_rates_spread_a_total_or_the_absolute_net_migration(tables):
    given = flows_from_stocks(**tables, method="rates", total=90.0)
    np.testing.assert_allclose(given.matrix, flows_by_stock_shares(START, 90.0))
    implied = flows_from_stocks(**tables, method="rates")
    assert implied.flows["persons"].sum() == pytest.approx(100 + 80 + 150 + 30)
    alone = {name: tables[name] for name in ("start", "end")}
    assert "Give total, or births and deaths" in told(alone, method="rates")
    assert "finite and not negative" in told(tables, method="rates", total=-1.0)


@pytest.mark.parametrize("method", METHODS)
def test_order_of_rows_and_other_columns_do_not_matter(tables, method):
    shuffled = {name: table.sample(frac=1, random_state=3).assign(x=1) for name, table in tables.items()}
    one, two = (flows_from_stocks(**given, method=method).matrix for given in (tables, shuffled))
    pd.testing.assert_frame_equal(two.loc[list(EXAMPLE_AREAS), list(EXAMPLE_AREAS)], one)


def test_pairs_without_a_row_are_zero_and_columns_have_any_name(tables):
    tables["start"].loc[1, "persons"] = 0
    tables["end"].loc[1, "persons"] = 50
    full = flows_from_stocks(**tables, balancing="before").matrix
    tables["start"] = tables["start"].drop(index=1)
    called = {"birthplace": "born", "residence": "lives", "area": "place", "persons": "n"}
    renamed = {name: table.rename(columns=called) for name, table in tables.items()}
    pd.testing.assert_frame_equal(
        flows_from_stocks(**renamed, balancing="before", columns=ColumnNames(**called)).matrix, full
    )


def test_without_births_and_deaths_nobody_is_born_and_nobody_dies():
    start, end = stock([[100, 10], [20, 70]]), stock([[90, 20], [20, 70]])
    estimate = flows_from_stocks(start, end)
    assert estimate.matrix.to_numpy().tolist() == [[0, 10], [0, 0]]
    assert estimate.notes == ("No births and deaths were given: nobody was born and nobody died.",)


def test_areas_that_are_numbers_become_words():
    pairs = {"birthplace": [398, 398, 643, 643], "residence": [398, 643, 398, 643]}
    start, end = (pd.DataFrame({**pairs, "persons": persons}) for persons in ([9, 1, 2, 7], [8, 2, 2, 7]))
    assert flows_from_stocks(start, end).flows[["orig", "dest"]].to_numpy().tolist() == [["398", "643"]]


# What is told -------------------------------------------------------------------------------------------------------


def test_totals_that_do_not_agree_say_by_how_much_and_what_balancing_would_do(tables):
    tables["births"].loc[0, "persons"] += 60
    report = told(tables)
    assert "start 27500, end 27880, births 2110, deaths 1670" in report
    assert "exceed it by 60" in report
    assert "balancing before, which changes the native-born at the start by -30 (-0.12%)" in report
    balanced = flows_from_stocks(**tables, balancing="before")
    assert "Balanced: the native-born were changed by -30 at the start and by +30 at the end." in balanced.notes
    assert balanced.net["net"].sum() == pytest.approx(0, abs=1e-6)
    assert balanced.net["unexplained"].sum() == pytest.approx(-60)
    tables["births"].loc[0, "persons"] -= 90
    assert "fall short of it by 30" in told(tables)


def test_negative_and_infinite_stocks_name_their_row(tables):
    tables["start"]["persons"] = tables["start"]["persons"].astype(float)
    tables["start"].loc[2, "persons"] = -4
    tables["start"].loc[5, "persons"] = np.nan
    tables["deaths"] = tables["deaths"].astype({"persons": object})
    tables["deaths"].loc[1, "persons"] = "many"
    report = told(tables)
    assert "file start, row 4, column persons: found 'North, East, -4.0': a count is not negative" in report
    assert "file start, row 7, column persons: found 'South, South, nan': a count is a finite number" in report
    assert "file deaths, row 3, column persons: found 'South, many'" in report


def test_births_and_deaths_beyond_the_stock_name_the_area(tables):
    tables["births"].loc[3, "persons"] = 4000
    tables["deaths"].loc[0, "persons"] = 9601
    report = told(tables)
    assert "file births, column area West: found 4000.0" in report
    assert "residents at the start, here 9,600" in report
    flows_from_stocks(**tables, method="difference-drop")  # it reads neither


def test_missing_margins_are_named(tables):
    tables["births"] = tables["births"].iloc[:3]
    tables["start"] = tables["start"].drop(index=5)
    del tables["deaths"]
    report = told(tables)
    assert "a table of births comes with a table of deaths" in report
    assert "file births: found 'West': an area of the stock at the start is in this table" in report
    assert "file start: found 'South'" in report
    assert "Add a row South, South" in report


def test_names_that_do_not_match_suggest_the_nearest(tables):
    tables["end"] = tables["end"].replace("West", "Wset")
    report = told(tables)
    assert "file end: found 'Wset'" in report
    assert "Did you mean West" in report
    assert "file end: found 'West': an area of the stock at the start is in this table" in report


def test_rows_that_stand_twice_and_cells_without_a_name(tables):
    tables["start"] = pd.concat([tables["start"], tables["start"].iloc[:1]])
    tables["births"].loc[2, "area"] = None
    report = told(tables)
    assert "file start, row 18, column birthplace, residence: found 'North, North, 9000'" in report
    assert "file births, row 4, column area" in report
    assert "an area has a name" in report


def test_tables_without_a_column_or_a_row(tables):
    tables["births"] = tables["births"].rename(columns={"persons": "person"})
    tables["end"] = tables["end"].iloc[:0]
    report = told(tables)
    assert "file births, column persons: the table has one column persons. Did you mean person" in report
    assert "file end: the table has rows" in report


def test_all_wrong_words_are_told_with_what_is_wrong_in_the_tables(tables):
    tables["births"].loc[0, "area"] = "Nort"
    report = told(
        tables, method="minimal", system="shut", births_method="x", deaths_method="y", balancing="z", weight=2.0
    )
    for word in ("minimal", "shut", "births_method", "deaths_method", "balancing", "weight", "Nort"):
        assert word in report


def test_a_row_of_zeros_with_a_target_is_named():
    start = stock([[100, 5, 0], [5, 100, 0], [0, 0, 0]])
    end = stock([[90, 5, 0], [5, 100, 0], [0, 10, 0]])
    assert "birthplace C: found 5.0: a birthplace with a total has a positive cell" in told(
        {"start": start, "end": end}
    )
    assert flows_from_stocks(start, end, system="open").converged


def test_blocks_of_areas_that_nobody_connects_are_named():
    start = stock([[10, 1, 0, 0], [1, 10, 0, 0], [0, 0, 10, 1], [0, 0, 1, 10]])
    end = stock([[9, 2, 0, 0], [1, 9, 0, 0], [0, 0, 10, 2], [0, 0, 1, 10]])
    report = told({"start": start, "end": end})
    assert "birthplace A, B: found (21.5, 22.0)" in report
    assert "birthplace C, D" in report
    assert "open system" in report


def test_what_no_sweep_settles_names_its_birthplaces_unless_allowed():
    start = stock([[9, 9, 1, 1], [9, 9, 1, 1], [0, 0, 9, 9], [0, 0, 9, 9]])
    end = stock([[1, 1, 1, 1], [1, 1, 1, 1], [16, 16, 1, 1], [16, 16, 1, 1]])
    with pytest.raises(NotConverged, match="birthplace A, birthplace B"):
        flows_from_stocks(start, end, balancing="before")
    estimate = flows_from_stocks(start, end, balancing="before", allow_unconverged=True)
    assert not estimate.converged
    assert any("is not met by A, B" in note for note in estimate.notes)
