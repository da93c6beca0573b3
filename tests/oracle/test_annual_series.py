"""What the annual series was promised to reach on destinations and years of OECD inflows that it has not seen."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.estimate.annual_covariates import covariates
from corridor.estimate.annual_series import DESTINATION_VARIANCE, FITTED, best_period_moves
from corridor.estimate.annual_validation import (
    cells_of,
    covered_left_out,
    destination_variance,
    destinations_left_out,
    fitted,
    held_constant,
    neural_flows,
    oecd_reports,
    years_left_out,
)
from corridor.estimate.scores import agreement

CELLS = 84_290
LOG, NEAR, COMMON = 0.86, 0.62, 0.64
COVERAGE = (0.74, 0.86)
COVERAGE_OF_DESTINATIONS = (0.70, 0.90)
LAST = 2015
WRITTEN = 1e-4
"""The constants in the module are rounded to four digits."""


@pytest.fixture(scope="module")
def known(panel):
    return covariates(panel, best_period_moves)


@pytest.fixture(scope="module")
def cells(sources):
    return cells_of(oecd_reports(sources))


@pytest.fixture(scope="module")
def left_out(known, cells):
    return destinations_left_out(known, cells)


def test_every_report_is_read(cells):
    assert len(cells.persons) == CELLS
    assert len(np.unique(cells.dest)) == 34
    assert cells.persons.min() >= 1


def test_destinations_left_out_reach_the_promise(cells, left_out):
    score = agreement(np.expm1(left_out), cells.persons)
    assert score.log >= LOG
    assert score.within_factor >= NEAR
    assert score.common_part >= COMMON


def test_destinations_left_out_are_nearer_than_the_neural_estimates(sources, cells, left_out):
    neural = neural_flows(sources)[cells.where]
    same = np.isfinite(neural)
    ours, theirs = (
        agreement(estimate[same], cells.persons[same]) for estimate in (np.expm1(left_out), np.nan_to_num(neural))
    )
    assert ours.cells > 50_000
    assert ours.within_factor > theirs.within_factor
    assert ours.log > theirs.log
    assert ours.common_part > theirs.common_part


@pytest.mark.parametrize("panel_knows_later_years", [True, False])
def test_years_left_out_are_nearer_than_the_last_value(known, cells, panel_knows_later_years):
    block = years_left_out(known if panel_knows_later_years else held_constant(known, LAST), cells, LAST)
    ours, carried = (agreement(estimate, block.cells.persons) for estimate in (block.estimate, block.carried))
    assert ours.cells > 20_000
    assert ours.log > carried.log
    assert ours.within_factor > carried.within_factor
    assert ours.common_part > carried.common_part


def test_intervals_hold_what_left_out_destinations_report(cells, left_out):
    inside = covered_left_out(cells, left_out)
    assert COVERAGE[0] <= inside.mean() <= COVERAGE[1]
    by_destination = np.median([inside[cells.dest == each].mean() for each in np.unique(cells.dest)])
    assert COVERAGE_OF_DESTINATIONS[0] <= by_destination <= COVERAGE_OF_DESTINATIONS[1]


def test_intervals_hold_what_is_reported_in_left_out_years(known, cells):
    block = years_left_out(known, cells, LAST)
    inside = (block.lower <= block.cells.persons) & (block.cells.persons <= block.upper)
    assert COVERAGE[0] <= inside.mean() <= COVERAGE[1]


def test_the_coefficients_in_the_module_are_those_of_a_fit(known, cells):
    model = fitted(known, cells)
    assert model.intercept == pytest.approx(FITTED.intercept, abs=WRITTEN)
    assert dict(model.weights) == pytest.approx(dict(FITTED.weights), abs=WRITTEN)
    assert model.spread == pytest.approx(FITTED.spread, abs=WRITTEN)
    assert destination_variance(known, cells) == pytest.approx(DESTINATION_VARIANCE, abs=0.005)
