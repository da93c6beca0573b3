"""Measures of agreement on cells small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.errors import InputError
from corridor.estimate.measures.scores import (
    agreement,
    log_correlation_within,
    net_agreement,
    score_table,
    with_regions,
    within_factor,
)

REPORTED = np.array([0.0, 10.0, 20.0, 70.0])


def test_a_perfect_estimate_is_perfect_by_every_measure() -> None:
    found = agreement(REPORTED, REPORTED, inflow=["A", "A", "B", "B"], population=np.array([1.0, 2.0, 3.0, 4.0]))
    assert (found.count, found.log, found.share, found.rate) == pytest.approx((1, 1, 1, 1))
    assert (found.common_part, found.within_factor, found.total_ratio) == (1, 1, 1)
    assert (found.mean_absolute_error, found.median_percentage_error) == (0, 0)
    assert (found.cells, found.zeros) == (4, 0.25)


def test_measures_by_hand() -> None:
    found = agreement(np.array([1.0, 40.0, 20.0, 39.0]), REPORTED)
    assert found.common_part == pytest.approx(2 * (0 + 10 + 20 + 39) / 200)
    assert found.within_factor == 0.75
    assert found.mean_absolute_error == (1 + 30 + 0 + 31) / 4
    assert found.median_percentage_error == pytest.approx(31 / 70)
    assert found.total_ratio == 1
    assert np.isnan(found.share)
    assert np.isnan(found.rate)


def test_shares_are_of_the_inflow_of_a_destination_and_period() -> None:
    # both destinations are estimated at another scale, but with the right composition
    found = agreement(np.array([1.0, 3.0, 20.0, 20.0]), np.array([10.0, 30.0, 2.0, 2.0]), inflow=["A", "A", "B", "B"])
    assert found.share == pytest.approx(1)
    assert found.count < 0


def test_a_destination_without_inflow_has_no_shares() -> None:
    found = agreement(np.array([0.0, 0.0, 3.0, 1.0]), np.array([5.0, 5.0, 3.0, 1.0]), inflow=["A", "A", "B", "B"])
    assert found.share == pytest.approx(1)


def test_small_flows_are_near_each_other() -> None:
    assert within_factor(np.array([0.0, 1.4, 1.6]), np.zeros(3)).tolist() == [True, True, False]


def test_what_does_not_vary_has_no_correlation() -> None:
    assert np.isnan(agreement(np.ones(4), REPORTED).count)


def test_the_scale_of_a_reporter_does_not_matter_within_reporters() -> None:
    reported = np.array([1.0, 10.0, 100.0, 1e4, 1e5])
    scaled = (reported + 1) * np.array([1.0, 1.0, 1.0, 0.01, 0.01]) - 1
    assert log_correlation_within(scaled, reported, ["A", "A", "A", "B", "B"]) == pytest.approx(1)


def test_net_migration_of_flows() -> None:
    flows = np.array([[0.0, 5.0, 0.0], [1.0, 0.0, 2.0], [0.0, 0.0, 0.0]])
    found = net_agreement(flows, np.array([-4.0, 1.0, 3.0]))
    assert (found.same_sign, found.mean_absolute_error, found.size_ratio) == pytest.approx((1, 2 / 3, 1))
    assert found.correlation == pytest.approx(np.corrcoef([-4, 2, 2], [-4, 1, 3])[0, 1])


def test_tables_have_a_row_an_estimate_and_group() -> None:
    cells = pd.DataFrame(
        {
            "orig": ["POL", "IND", "POL", "IND"],
            "dest": ["DEU", "DEU", "USA", "USA"],
            "period": [2000, 2000, 2005, 2005],
            "population": [38e6, 1e9, 38e6, 1e9],
            "reported": [100.0, 20.0, 30.0, 60.0],
            "ours": [90.0, 30.0, 30.0, 50.0],
            "theirs": [100.0, 20.0, 30.0, 60.0],
        }
    )
    whole = score_table(cells, ["ours", "theirs"])
    assert whole["estimate"].tolist() == ["ours", "theirs"]
    assert whole["total_ratio"].tolist() == pytest.approx([200 / 210, 1])
    parts = score_table(with_regions(cells), ["ours"], by=["period", "dest_region"])
    assert parts[["period", "dest_region", "cells"]].to_numpy().tolist() == [
        [2000, "Europe", 2],
        [2005, "Northern America", 2],
    ]


def test_every_flaw_is_told() -> None:
    with pytest.raises(InputError) as told:
        agreement(np.array([-1.0, 2.0]), np.array([np.nan, 2.0]))
    assert len(told.value.problems) == 2
    with pytest.raises(InputError, match="the same cells"):
        agreement(np.ones(2), np.ones(3))
    with pytest.raises(InputError, match="there is no cell"):
        agreement(np.ones(0), np.ones(0))
