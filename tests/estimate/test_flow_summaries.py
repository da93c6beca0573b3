"""Simple estimates, residual net migration, rescaling and summaries: by hand, and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.errors import InputError
from corridor.estimate.accounts.differencing import stock_differences
from corridor.estimate.accounts.net_migration import net_from_survival_ratios, net_of_children
from corridor.estimate.accounts.stock_rates import flows_by_growth_matrix, flows_by_stock_shares
from corridor.estimate.measures.summaries import (
    Columns,
    area_totals,
    flow_matrix,
    flow_table,
    lump_small,
    od_table,
    totals_by_area,
    totals_by_pair,
    with_group_totals,
)
from corridor.estimate.tables.rescaling import rescale_net, whole_numbers


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [("KAZ", "KGZ", 3.0), ("KGZ", "KAZ", 20.0), ("UZB", "KAZ", 12.5), ("KAZ", "KAZ", 99.0)]
    return pd.DataFrame(rows, columns=["orig", "dest", "flow"])


def test_a_fall_abroad_is_a_return_or_nothing() -> None:
    start, end = np.array([[100.0, 30.0], [0.0, 50.0]]), np.array([[110.0, 20.0], [5.0, 45.0]])
    assert stock_differences(start, end).tolist() == [[0.0, 0.0], [15.0, 0.0]]
    assert stock_differences(start, end, decreases="drop").tolist() == [[0.0, 0.0], [5.0, 0.0]]
    with pytest.raises(InputError, match=r"'zero': decreases has no such method"):
        stock_differences(start, end, decreases="zero")  # type: ignore[arg-type] # what this tests


def test_rates_refuse_stocks_they_cannot_use() -> None:
    with pytest.raises(InputError, match="nobody lives outside"):
        flows_by_stock_shares(np.eye(3), 10.0)
    with pytest.raises(InputError, match="cannot be inverted"):
        flows_by_growth_matrix(np.ones((3, 3)), np.eye(3))
    assert flows_by_stock_shares(np.array([[9.0, 1.0], [3.0, 9.0]]), 8.0).tolist() == [[0.0, 2.0], [6.0, 0.0]]


def test_survival_ratios_are_above_zero() -> None:
    with pytest.raises(InputError, match="above zero"):
        net_from_survival_ratios(np.ones(2), np.ones(2), np.array([0.5, 0.0]))
    found = net_from_survival_ratios(np.array([100.0]), np.array([90.0]), np.array([0.8]))
    assert (found.forward[0], found.reverse[0], found.average[0]) == pytest.approx((10, 12.5, 11.25))


def test_children_need_mothers() -> None:
    with pytest.raises(InputError, match="up to position 9"):
        net_of_children(np.ones(9), np.ones(9))
    population, net = np.full(12, 100.0), np.full(12, 6.0)
    # As many children as women of each age: a sixth for each woman, six ages with six migrants each.
    assert net_of_children(population, net).tolist() == pytest.approx([0.25 * 6, 0.75 * 6])


def test_rescaling_without_switches_needs_both_signs() -> None:
    with pytest.raises(InputError, match="all areas gain, or all lose"):
        rescale_net(np.array([1.0, 2.0]))
    with pytest.raises(InputError, match="a weight is not above zero"):
        rescale_net(np.array([1.0, -2.0]), weights=np.array([1.0, 0.0]))
    assert rescale_net(np.array([1.0, 3.0]), method="switches").tolist() == [-1.0, 1.0]
    assert rescale_net(np.array([10.0, -30.0])).tolist() == [20.0, -20.0]
    assert rescale_net(np.zeros(3)).tolist() == [0.0] * 3


def test_whole_numbers_by_hand() -> None:
    assert whole_numbers(np.array([0.5, 0.5, 1.0])).tolist() == [1.0, 0.0, 1.0]
    assert whole_numbers(np.array([-1.5, 0.5, 1.0])).tolist() == [-1.0, 0.0, 1.0]
    assert whole_numbers(np.array([1.0, 1.0, 1.0]), 10).tolist() == [4.0, 3.0, 3.0]
    assert whole_numbers(np.array([5.0, 7.0]), 0).tolist() == [0.0, 0.0]
    with pytest.raises(InputError, match="is not whole"):
        whole_numbers(np.ones(3), 2.5)
    with pytest.raises(InputError, match="cannot be scaled to a total"):
        whole_numbers(np.array([1.0, -1.0]), 5)


def test_totals_leave_out_moves_within_an_area(table: pd.DataFrame) -> None:
    totals = totals_by_area(table)
    assert totals["area"].tolist() == ["KAZ", "KGZ", "UZB"]
    assert totals["departures"].tolist() == [3.0, 20.0, 12.5]
    assert totals["net"].tolist() == [29.5, -17.0, -12.5]
    in_array = area_totals(flow_matrix(table).to_numpy())
    assert sorted(in_array.net) == sorted(totals["net"])


def test_pairs_without_a_counter_flow_have_zero(table: pd.DataFrame) -> None:
    pairs = totals_by_pair(table)
    assert pairs["corridor"].tolist() == ["KAZ -> KGZ", "KGZ -> KAZ", "UZB -> KAZ"]
    assert pairs["pair"].tolist() == ["KAZ - KGZ", "KAZ - KGZ", "KAZ - UZB"]
    assert pairs["counter_flow"].tolist() == [20.0, 3.0, 0.0]
    assert pairs["net_flow"].tolist() == [-17.0, 17.0, 12.5]


def test_columns_may_have_any_names(table: pd.DataFrame) -> None:
    named = table.set_axis(["from", "to", "people"], axis=1)
    columns = Columns("from", "to", "people")
    pd.testing.assert_frame_equal(totals_by_area(named, columns), totals_by_area(table))
    matrix = flow_matrix(named, columns)
    assert matrix.loc["UZB", "KAZ"] == 12.5
    assert matrix.loc["KGZ", "UZB"] == 0
    assert flow_table(matrix, columns).columns.tolist() == ["from", "to", "people"]


def test_matrix_and_table_are_inverse(table: pd.DataFrame) -> None:
    matrix = flow_matrix(table)
    pd.testing.assert_frame_equal(flow_matrix(flow_table(matrix)), matrix)


def test_groups_are_added_up(table: pd.DataFrame) -> None:
    found = with_group_totals(flow_matrix(table), {"KAZ": "North", "KGZ": "South", "UZB": "South"})
    assert found.index.tolist() == ["North", "KAZ", "South", "KGZ", "UZB"]
    assert found.loc["South", "North"] == 32.5
    with pytest.raises(InputError, match="'UZB': the area has no group"):
        with_group_totals(flow_matrix(table), {"KAZ": "North", "KGZ": "South"})
    with pytest.raises(InputError, match="'KAZ': the group has the name of an area"):
        with_group_totals(flow_matrix(table), {"KAZ": "KAZ", "KGZ": "KAZ", "UZB": "KAZ"})


def test_lumping_keeps_the_sum(table: pd.DataFrame) -> None:
    for by in (("flow",), ("in", "out"), ("turnover",)):
        assert lump_small(table, 15, by=by)["flow"].sum() == table["flow"].sum()
    with pytest.raises(InputError, match="cannot be lumped in one call"):
        lump_small(table, 15, by=("flow", "in"))


def test_labels_of_a_table_of_all_areas() -> None:
    flows = np.arange(8.0).reshape(2, 2, 2)
    table = od_table(flows, ["A", "B"])
    assert table.loc["A", "B"] == 6.0
    assert table.loc["Sum", "Sum"] == 14.0
    assert flows[0, 0, 0] == 0.0
    with pytest.raises(InputError, match="label of their own"):
        od_table(flows, ["A", "A"])


def test_tables_are_checked(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"column flow: the table has no such column\. Did you mean flows"):
        totals_by_area(table.rename(columns={"flow": "flows"}))
    table.loc[1, "flow"], table.loc[2, "orig"] = np.nan, None
    with pytest.raises(InputError) as caught:
        totals_by_area(table)
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [(4, "orig"), (3, "flow")]


def test_text_is_no_flow(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"'3\.0': the flow is not a finite number"):
        totals_by_area(table.astype({"flow": str}))


def test_a_pair_with_two_rows_is_refused(table: pd.DataFrame) -> None:
    twice = pd.concat([table, table.iloc[[1]]], ignore_index=True)
    for summary in (flow_matrix, totals_by_pair):
        with pytest.raises(InputError, match=r"row 6, value \('KGZ', 'KAZ'\): the pair has another row"):
            summary(twice)
