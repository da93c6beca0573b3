"""Simple estimates of flows, residual net migration, rescaling and summaries, against the reference outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.estimate.accounts.accounting import net_migration
from corridor.estimate.accounts.differencing import stock_differences
from corridor.estimate.accounts.net_migration import (
    net_from_survival_ratios,
    net_from_vital_statistics,
    net_of_children,
)
from corridor.estimate.accounts.stock_rates import flows_by_growth_matrix, flows_by_stock_shares
from corridor.estimate.measures.summaries import (
    area_totals,
    flow_matrix,
    flow_table,
    lump_small,
    od_table,
    pair_totals,
    totals_by_area,
    totals_by_pair,
    with_group_totals,
)
from corridor.estimate.tables.rescaling import rescale_net, whole_numbers
from tests.references import referenced

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.estimate.accounts.differencing import Decreases
    from corridor.estimate.measures.summaries import LumpBy
    from corridor.estimate.tables.rescaling import Rescaling

RELATIVE = 1e-12  # closed forms: only rounding
COHORTS = {
    "expected_bombay_1951": ("pop_1941", "pop_1951", "sr"),
    "expected_manila_1970": ("pop_1960", "pop_1970", "phl_census_sr"),
    "expected_alabama_white_male": ("pop_1960", "pop_1970", "us_census_sr"),
}
"""Columns of the people at both ends and of the survival ratio."""


def frame(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, index_col=0)


def matrix(path: Path) -> Floats:
    return frame(path).to_numpy(dtype=float)


def column(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=float)


def moves(reference: Path) -> pd.DataFrame:
    return flow_table(frame(reference / "migest" / "sums" / "m4.csv"))


def regions(reference: Path) -> pd.DataFrame:
    return pd.read_csv(next((reference / "migest" / "index").glob("*gravity_subset.csv*")))


@pytest.mark.parametrize(("decreases", "name"), [("drop", "zero"), ("reverse", "return")])
@pytest.mark.parametrize("natives", [False, True])
def test_stock_differences(reference: Path, decreases: Decreases, name: str, natives: bool) -> None:
    folder = reference / "migest" / "ffs_diff_4x4"
    stocks = matrix(folder / "stock_start.csv"), matrix(folder / "stock_end.csv")
    expected = matrix(folder / f"expected_{name}_{'native' if natives else 'foreign'}.csv")
    np.testing.assert_array_equal(stock_differences(*stocks, decreases=decreases, natives=natives), expected)


def test_stock_rates(reference: Path) -> None:
    folder = reference / "migest" / "ffs_rates_4x4"
    start, end = matrix(folder / "stock_start.csv"), matrix(folder / "stock_end.csv")
    total = float(pd.read_csv(folder / "M.csv")["value"].iloc[0])
    assert total == np.abs(end.sum(axis=0) - start.sum(axis=0)).sum()
    by_shares, by_growth = flows_by_stock_shares(start, total), flows_by_growth_matrix(start, end)
    np.testing.assert_allclose(by_shares, matrix(folder / "expected_dennett.csv"), rtol=RELATIVE)
    expected = matrix(folder / "expected_rogers_von_rabenau.csv")
    np.testing.assert_allclose(by_growth, expected, rtol=1e-10)  # a system of equations is solved


@pytest.mark.parametrize(
    "path", referenced("*/net_sr/expected_own.csv", "*/net_sr/expected_*[0-9].csv", "*/net_sr/expected_*_male.csv")
)
def test_census_survival_ratios(path: Path) -> None:
    expected = pd.read_csv(path).dropna()
    names = COHORTS.get(path.stem, ("pop_start", "pop_end", "sr"))
    found = net_from_survival_ratios(*(column(expected, name) for name in names))
    for ours, name in (
        (found.forward, "net_forward"),
        (found.reverse, "net_reverse"),
        (found.average, "net_average"),
        (found.expected_end, "pop1_forward"),
        (found.expected_start, "pop0_reverse"),
    ):
        np.testing.assert_allclose(ours, column(expected, name), rtol=1e-9)  # differences of large numbers


@pytest.mark.parametrize("name", ["net_forward", "net_reverse", "net_average"])
def test_children_follow_their_mothers(reference: Path, name: str) -> None:
    expected = pd.read_csv(next((reference / "migest" / "net_sr").glob("*_children.csv")))
    net = np.where(expected["phl_census_sr"].isna(), 0.0, expected[name])
    children = net_of_children(column(expected, "pop_1970"), net)
    np.testing.assert_allclose(children, column(expected, name)[:2], rtol=RELATIVE)


def test_vital_statistics(reference: Path) -> None:
    expected = pd.read_csv(reference / "migest" / "net_vs" / "expected.csv")
    net = net_from_vital_statistics(*(column(expected, name) for name in ("pop_1960", "pop_1970", "births", "deaths")))
    np.testing.assert_array_equal(net, column(expected, "net"))


@pytest.mark.parametrize("method", ["no-switches", "switches"])
def test_net_migration_that_sums_to_zero(reference: Path, method: Rescaling) -> None:
    expected = pd.read_csv(reference / "migest" / "misc" / "expected_rescale_net.csv")
    rescaled = rescale_net(column(expected, "x"), method=method)
    np.testing.assert_allclose(rescaled, column(expected, method.replace("-", "_")), rtol=RELATIVE)


def test_weighted_net_migration(reference: Path) -> None:
    """The reference does not list its weights: these are whole numbers that give its figures."""
    expected = pd.read_csv(reference / "migest" / "misc" / "expected_rescale_net.csv")
    weights = np.array([1.0, 2, 1, 1, 3, 2, 1, 1])
    rescaled = rescale_net(column(expected, "x"), weights=weights)
    np.testing.assert_allclose(rescaled, column(expected, "w_noswitch"), rtol=RELATIVE)
    assert weights @ rescaled == pytest.approx(0, abs=1e-10)


def test_whole_numbers_are_always_the_same() -> None:
    """Defect 2 of the reference: it puts the rounding remainder on a random element."""
    net = rescale_net(np.array([-180.0, -25, -6, 0, 15, 24, 66, 96]))
    rounded = {tuple(whole_numbers(net)) for _ in range(50)}
    assert rounded == {(-176.0, -24.0, -6.0, 0.0, 15.0, 25.0, 68.0, 98.0)}
    assert whole_numbers(np.array([1.0, 1.0, 1.0, 1.5]), 10).tolist() == [2, 2, 2, 4]


def test_totals_of_arrays(reference: Path) -> None:
    folder = reference / "migest" / "sums"
    flows = matrix(folder / "m4.csv")
    expected = pd.read_csv(folder / "expected_sum_region.csv")
    totals = area_totals(flows + 7 * np.eye(4))
    for ours, name in (
        (totals.departures, "out_mig"),
        (totals.arrivals, "in_mig"),
        (totals.turnover, "turn"),
        (totals.net, "net"),
    ):
        np.testing.assert_array_equal(ours, column(expected, name))
    np.testing.assert_array_equal(net_migration(flows), column(pd.read_csv(folder / "expected_sum_net.csv"), "value"))
    pairs = pd.read_csv(folder / "expected_sum_bilat.csv").sort_values(["orig", "dest"])
    both = pair_totals(flows)
    apart = ~np.eye(4, dtype=bool)
    for name in ("counter_flow", "net_flow", "interchange"):
        np.testing.assert_array_equal(getattr(both, name)[apart], column(pairs, name))


def test_totals_by_area(reference: Path) -> None:
    names = ["area", "departures", "arrivals", "turnover", "net"]
    for name in ("region", "country"):
        expected = pd.read_csv(reference / "migest" / "sums" / f"expected_sum_{name}.csv").set_axis(names, axis=1)
        pd.testing.assert_frame_equal(totals_by_area(moves(reference)), expected)


def test_totals_by_area_and_year(reference: Path) -> None:
    table = regions(reference)
    expected = pd.read_csv(next((reference / "migest" / "sums").glob("*sum_region_by_year.csv")))
    totals = totals_by_area(table, by=["year"])
    names = ["year", "area", "departures", "arrivals", "turnover", "net"]
    years = totals[totals["year"].isin(expected["year"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(years, expected.set_axis(names, axis=1))


def test_totals_by_pair(reference: Path) -> None:
    """Defect 8 of the reference: its `label="stream"` renames nothing."""
    expected = pd.read_csv(reference / "migest" / "sums" / "expected_sum_bilat.csv")
    found = totals_by_pair(moves(reference)).sort_values(["dest", "orig"], ignore_index=True)
    pd.testing.assert_frame_equal(found, expected)
    streams = totals_by_pair(moves(reference), label="stream")
    assert streams.columns.tolist() == [name.replace("flow", "stream") for name in expected.columns]
    assert streams["net_stream"].tolist() == totals_by_pair(moves(reference))["net_flow"].tolist()


def test_sum_over_birthplaces(reference: Path) -> None:
    folder = reference / "migest" / "sums"
    flows = column(pd.read_csv(folder / "array3.csv"), "value").reshape((4, 4, -1), order="F")
    areas = ["A", "B", "C", "D"]
    expected = matrix(folder / "expected_sum_od.csv")
    np.testing.assert_array_equal(od_table(np.moveaxis(flows, 2, 0), areas), expected)
    ours = od_table(np.moveaxis(flows + 1, 2, 0), areas, keep_diagonal=True, totals=False)
    np.testing.assert_array_equal(ours, matrix(folder / "expected_sum_od_keepdiag.csv"))


def test_matrix_and_table(reference: Path) -> None:
    folder = reference / "migest" / "sums"
    expected = frame(folder / "expected_mig_matrix_2020.csv")
    found = flow_matrix(regions(reference).query("year == 2020")).loc[expected.index, expected.columns]
    np.testing.assert_array_equal(found, expected)
    table = pd.read_csv(folder / "expected_mig_tibble.csv").sort_values(["orig", "dest"], ignore_index=True)
    pd.testing.assert_frame_equal(moves(reference), table)


def test_group_totals(reference: Path) -> None:
    folder = reference / "migest" / "sums"
    blocks, expected = frame(folder / "block_matrix.csv"), frame(folder / "expected_sum_expand.csv")
    groups = {str(area): str(area)[0] for area in blocks.index}
    found = with_group_totals(blocks, groups)
    assert found.index.tolist() == found.columns.tolist() == expected.index.tolist()
    np.testing.assert_array_equal(found, expected)
    for position, name in (("first", "long"), ("last", "area_last")):
        long = pd.read_csv(folder / f"expected_sum_expand_{name}.csv")
        ours = flow_table(with_group_totals(blocks, groups, position=position))  # type: ignore[arg-type] # words of a loop
        assert ours[["orig", "dest"]].to_numpy().tolist() == long[["orig", "dest"]].to_numpy().tolist()
        np.testing.assert_array_equal(ours["flow"], long["flow"])


@pytest.mark.parametrize(
    ("by", "threshold"),
    [(("flow",), 40), (("in",), 130), (("out",), 130), (("in", "out"), 130), (("turnover",), 130)],
)
def test_lumping(reference: Path, by: tuple[LumpBy, ...], threshold: float) -> None:
    expected = pd.read_csv(reference / "migest" / "sums" / f"expected_sum_lump_{'_'.join(by)}.csv")
    pd.testing.assert_frame_equal(lump_small(moves(reference), threshold, by=by), expected)
