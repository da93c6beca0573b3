"""Measures refuse by name what they cannot take, and are the same in any unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corridor.errors import InputError
from corridor.estimate.measures import indices, scores, summaries

FLOWS = np.array([[9.0, 1, 2], [3, 9, 4], [5, 6, 9]])
PEOPLE = np.array([100.0, 200, 300])
LONG = pd.DataFrame({"orig": ["A", "B"], "dest": ["B", "A"], "flow": [3.0, 4.0]})
CELLS = LONG.assign(period=2000, reported=[1.0, 2.0], ours=[2.0, 2.0], population=[5.0, 6.0])
TWICE = pd.concat([LONG, LONG[["flow"]]], axis=1)
MATRIX = pd.DataFrame(FLOWS, list("ABC"), list("ABC"))
GROUPS = {"A": "x", "B": "x", "C": "y"}
of: Any = scores  # what is given here is of wrong types on purpose
summary: Any = summaries
index: Any = indices


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: of.agreement("abc", "abc"),
        lambda: of.agreement([1.0, 2.0], [1.0, np.inf]),
        lambda: of.agreement([1.0, 2.0], [1.0, 2.0], population=[0.0, 1.0]),
        lambda: of.agreement([1.0, 2.0], [1.0, 2.0], population=[np.nan, 1.0]),
        lambda: of.agreement([1.0, 2.0], [1.0, 2.0], inflow="abc"),
        lambda: of.agreement([[1.0, 2.0]], [[1.0, 2.0]]),
        lambda: of.agreement([True, False], [1.0, 2.0]),
        lambda: of.agreement(1.0, 2.0),
        lambda: of.agreement(np.ma.masked_equal([1.0, 2.0], 1.0), [1.0, 2.0]),
        lambda: of.score_table(CELLS, "ours"),
        lambda: of.score_table(CELLS, ["theirs"]),
        lambda: of.score_table(CELLS, [0]),
        lambda: of.score_table(CELLS, ["ours"], by="period"),
        lambda: of.score_table(CELLS, ["ours"], reported=None),
        lambda: of.score_table(CELLS.assign(ours="x"), ["ours"]),
        lambda: of.score_table(CELLS.assign(period=[np.nan, 2000]), ["ours"], by=["period"]),
        lambda: of.score_table(CELLS.assign(population=[0.0, 1.0]), ["ours"]),
        lambda: of.score_table(pd.concat([CELLS, CELLS[["ours"]]], axis=1), ["ours"]),
        lambda: of.score_table([1, 2], ["ours"]),
        lambda: of.within_factor(PEOPLE, PEOPLE, factor=0.5),
        lambda: of.interval_score(PEOPLE, PEOPLE, PEOPLE, coverage=1.0),
        lambda: of.net_agreement(FLOWS, PEOPLE[:2]),
        lambda: index.migration_intensity("abc", PEOPLE),
        lambda: index.migration_intensity(FLOWS, np.ma.masked_equal(PEOPLE, 100)),
        lambda: index.migration_impact(FLOWS > 2, PEOPLE),
        lambda: index.distance_moved(FLOWS, [[1.0], [2.0, 3.0]]),
        lambda: index.migration_connectivity(None),
        lambda: summary.area_totals(np.where(FLOWS == 3, np.nan, FLOWS)),
        lambda: summary.area_totals(FLOWS[:2]),
        lambda: summary.pair_totals([1.0, 2.0]),
        lambda: summary.od_table("abc", ["A"]),
        lambda: summary.od_table(FLOWS, list("ABC"), totals="yes"),
        lambda: summary.flow_matrix(TWICE),
        lambda: summary.flow_matrix(LONG.assign(flow=[True, False])),
        lambda: summary.flow_matrix(LONG.rename(columns={"flow": 0}), summaries.Columns(flow=0)),  # type: ignore[arg-type]  # - wrong on purpose
        lambda: summary.flow_matrix([1]),
        lambda: summary.flow_table(FLOWS),
        lambda: summary.totals_by_area(LONG, by="flow"),
        lambda: summary.totals_by_area(LONG.assign(flow=1j)),
        lambda: summary.totals_by_pair(LONG, label=None),
        lambda: summary.with_group_totals(MATRIX, GROUPS, position="middle"),
        lambda: summary.with_group_totals(MATRIX.iloc[:2], GROUPS),
        lambda: summary.with_group_totals(MATRIX.astype(str), GROUPS),
        lambda: summary.lump_small(LONG, np.nan),
        lambda: summary.lump_small(LONG, "3"),
        lambda: summary.lump_small(LONG, 3.0, by="flow"),
        lambda: summary.lump_small(LONG, 3.0, other=None),
    ],
)
def test_wrong_uses_are_refused(wrong):
    with pytest.raises(InputError):
        wrong()


def test_what_stays_counts_nowhere_even_unknown():
    stayed = FLOWS.copy()
    np.fill_diagonal(stayed, np.nan)
    np.testing.assert_array_equal(summaries.area_totals(stayed).net, [5.0, 0.0, -5.0])


def test_rounding_is_no_correlation():
    same = np.array([0.3, 0.1 + 0.2, 0.3])
    assert np.isnan(scores.agreement(same, np.array([1.0, 2.0, 3.0])).count)


@pytest.mark.parametrize("unit", [1e-6, 1e9])
def test_units_of_flows_and_distances_do_not_matter(unit):
    apart = np.array([[0.0, 10, 30], [10, 0, 20], [30, 20, 0]])
    flows = np.random.default_rng(1).lognormal(3, 1, (6, 6))
    far = np.random.default_rng(2).lognormal(3, 1, (6, 6))
    one, other = indices.distance_moved(flows, far), indices.distance_moved(unit * flows, unit * far)
    assert other.decay == pytest.approx(one.decay, rel=1e-7)
    assert other.mean == pytest.approx(unit * one.mean)
    assert indices.distance_moved(unit * FLOWS, apart).median == 20.0
    gini = [indices.migration_connectivity(scale * flows).weighted_gini for scale in (1.0, unit)]
    assert gini[0] == pytest.approx(gini[1])
