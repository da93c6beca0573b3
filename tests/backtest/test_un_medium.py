"""The engine against the UN's published medium: the promises of the design, and the errors it prints."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from corridor.backtest.un_medium import compare_with_un_medium, total_error
from corridor.cli import main

MEDIAN_GIVEN = {2050: 0.09, 2099: 0.18}  # per cent, the promise; found: 0.003 and 0.016
MEDIAN_FLOWS = {2050: 0.12, 2099: 0.30}  # per cent, the promise; found: 0.028 and 0.143
WORLD_FLOWS = {2050: 0.2, 2099: 1.3}  # per cent: what closing ages over the world costs in births
NET = 1.0  # persons
CORRECTED = {2030: 2.8e6, 2050: 2.7e6, 2075: 2.85e6}
BEYOND_CLOSING = 0.1  # per cent of people by age and sex, beyond what no world that closes can avoid


@pytest.fixture(scope="module")
def result(panel):
    return compare_with_un_medium(panel)


def _errors(result, run):
    return {error.year: error for error in result.errors if error.run == run}


def test_given_net_migration_totals_are_the_uns(result):
    errors = _errors(result, "given")
    for year, mark in MEDIAN_GIVEN.items():
        assert errors[year].median <= mark
        assert abs(errors[year].world) <= 0.005


def test_with_flows_totals_are_near_the_uns(result):
    errors = _errors(result, "flows")
    for year, mark in MEDIAN_FLOWS.items():
        assert errors[year].median <= mark
        assert abs(errors[year].world) <= WORLD_FLOWS[year]


def test_with_flows_net_migration_is_the_uns(result):
    assert max(departure.net_error for departure in result.departures) <= NET


def test_ages_of_movers_leave_at_most_half_to_be_corrected(result):
    corrected = {departure.year: departure.corrected for departure in result.departures}
    for year, most in CORRECTED.items():
        assert corrected[year] <= most


def test_errors_by_age_and_sex_are_those_of_closing(result):
    for departure in result.departures:
        assert departure.world <= departure.population <= departure.world + BEYOND_CLOSING


def test_all_areas_with_published_rates_are_compared(result):
    assert len(result.compared) == 235
    assert result.left_out == ("BES", "VAT")


def test_errors_by_hand():
    error = total_error("given", 2050, np.array([101.0, 98.0, 100.0]), np.array([100.0, 100.0, 100.0]))
    assert error.median == pytest.approx(1.0)
    assert error.world == pytest.approx(-1.0 / 3.0)


@pytest.mark.parametrize("form", ["text", "markdown", "csv"])
def test_the_command_prints_every_year(form):
    printed = CliRunner().invoke(main, ["backtest", "un-medium", "--format", form], catch_exceptions=False)
    assert printed.exit_code == 0
    for word in ("2025", "2099", "given", "flows", "BES, VAT"):
        assert word in printed.output
