"""Graduated rates against what the UN publishes of WPP 2024 by calendar year, and against UN single-age rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor import areas
from corridor.demography import graduation
from corridor.demography.life_table import life_table
from tests.oracle.test_life_table import cube

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel

COUNTRIES = ["BGD", "CHN", "DEU", "IND", "KAZ", "NGA", "TUR", "UZB", "USA"]
YEARS = range(2030, 2098)
LIFE_EXPECTANCY = 0.012  # years, mean over countries and years; found .0073, and .077 with half a year of shift
ANCHORED = 0.002  # years, mean: the rates are scaled as an abridged table and judged as one of single ages; found .0011
BIRTHS = 0.0001  # relative, median of countries and years; found 7.7e-5
SINGLE_AGES = 0.002  # relative, median at ages 20-99; found 9.3e-4


def published(panel: Panel, name: str, years: Iterable[int] = YEARS) -> Floats:
    """Return what the UN publishes of some countries and years: [year, country, ...]."""
    first, *_ = panel.coordinates(name, "year")
    at = np.array(years) - int(first)
    found: Floats = panel.array(name)[np.ix_(at, np.array([areas.index(code) for code in COUNTRIES]))]
    return found


@pytest.fixture(scope="module")
def mortality(panel: Panel) -> tuple[Floats, Floats]:
    """Return rates of five-year periods after 2025 [period, country, sex, age] and the middles of the periods."""
    mids = np.array(panel.coordinates("mortality_rate", "period"), dtype=float) + 3.0
    rates = panel.array("mortality_rate")[:, [areas.index(code) for code in COUNTRIES]]
    return rates[mids > 2025], mids[mids > 2025]


@pytest.fixture(scope="module")
def life_expectancy(panel: Panel) -> Floats:
    return published(panel, "life_expectancy")


def test_calendar_years_have_the_published_life_expectancy(mortality, life_expectancy):
    rates, mids = mortality
    found = life_table(graduation.graduate_mortality(rates, mids, YEARS)).e[..., 0]
    assert np.abs(found - life_expectancy).mean() < LIFE_EXPECTANCY
    shifted = life_table(graduation.graduate_mortality(rates, mids + 0.5, YEARS)).e[..., 0]
    assert np.abs(shifted - life_expectancy).mean() > 4 * LIFE_EXPECTANCY


def test_published_life_expectancy_is_met(mortality, life_expectancy):
    rates, mids = mortality
    found = life_table(graduation.graduate_mortality(rates, mids, YEARS, life_expectancy)).e[..., 0]
    assert np.abs(found - life_expectancy).mean() < ANCHORED


def test_single_age_rates_come_back(reference: Path):
    frame = pd.read_csv(reference / "ccm/un_1x1/in_mx.csv.gz").query("year < 2019")
    rates = cube(frame, ["year", "iso3", "sex", "age_start"], "mx")
    table, starts = life_table(rates), [0, 1, *range(5, 101, 5)]
    grouped = np.add.reduceat(table.d, starts, axis=-1) / np.add.reduceat(table.L, starts, axis=-1)
    found = graduation.graduate_ages(grouped)
    error = np.abs(found[..., 20:100] / rates[..., 20:100] - 1.0)
    assert np.median(error) < SINGLE_AGES


def test_births_are_those_published(panel: Panel):
    pattern, total = published(panel, "fertility_pattern"), published(panel, "total_fertility")
    women = published(panel, "women_july")
    net = published(panel, "net_migration_age")[:, :, 0, 10:55]
    births = published(panel, "births_deaths")[..., 0]
    bearing = women - 0.5 * net  # migrants of the year are half in the mean of two Januaries, yet bear no child
    found = np.vecdot(graduation.graduate_fertility(pattern, total, women)[..., 10:55], bearing)
    assert np.median(np.abs(found / births - 1.0)) < BIRTHS
    unweighted = np.vecdot(graduation.graduate_fertility(pattern, total)[..., 10:55], bearing)
    assert np.median(np.abs(unweighted / births - 1.0)) > BIRTHS
