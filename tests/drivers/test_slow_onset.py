"""Slow onset: betas by groups, zero in the base year, the limit of z, the immobility switch, today's groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from corridor import areas
from corridor.calendar import PERIODS
from corridor.drivers.channel import BLOCKS
from corridor.drivers.channels.slow_onset import (
    CHANNEL,
    LARGEST_ANOMALY,
    hoffmann_beta,
    income_groups,
    load_slow_onset,
    slow_onset_push,
)
from corridor.drivers.parameters import STATUSES, central_values, draw_values
from corridor.estimate.moves.product import period_mean
from corridor.estimate.moves.sources import read_reports

CENTRAL = central_values(CHANNEL.parameters, {})
IMMOBILE = {**CENTRAL, "slow_onset.immobility": np.array([1.0])}


@pytest.fixture(scope="module")
def today(panel):
    return load_slow_onset(panel)


def _at(code):
    return areas.codes().index(code)


def _warming(last, draws=1, count=237, years=26):
    path = np.linspace(0.3, last, years)
    return np.repeat(np.repeat(path[None, :, None], draws, axis=0), count, axis=2)


def test_beta_is_the_sum_of_what_holds():
    identity = np.eye(5)
    found = hoffmann_beta(*identity, draws=CENTRAL)[0]
    np.testing.assert_allclose(found, [-0.087, 0.026, 0.056, 0.140, -0.012])


def test_push_by_hand(today):
    found = slow_onset_push(today, _warming(1.2), CENTRAL)[0, -1]
    sd = today.variability[_at("KAZ")]
    assert found[_at("KAZ")] == pytest.approx(0.056 * 0.5 * (1.2 / sd - 0.3 / sd))
    assert found.max() < 0.10  # of log emigration: the channel is a small one


def test_push_is_exactly_zero_in_the_first_year(today):
    drawn = draw_values(CHANNEL.parameters, {}, range(30), 2)
    found = slow_onset_push(today, _warming(3.0, draws=30), drawn)
    assert found.shape == (30, 26, 237)
    assert np.array_equal(found[:, 0], np.zeros((30, 237)))


def test_z_has_a_limit(today):
    far, further = (slow_onset_push(today, _warming(last), CENTRAL)[0, -1] for last in (20.0, 40.0))
    np.testing.assert_array_equal(far, further)
    start = 0.3 / today.variability[_at("KAZ")]
    assert far[_at("KAZ")] == pytest.approx(0.056 * 0.5 * (LARGEST_ANOMALY - start))


def test_warming_lowers_emigration_only_with_the_switch(today):
    poor = np.ones_like(today.low_income)
    stuck = replace(today, low_income=poor, lower_middle=~poor, upper_middle=~poor, agricultural=~poor, conflict=~poor)
    assert not slow_onset_push(stuck, _warming(2.0), CENTRAL).any()
    assert np.all(slow_onset_push(stuck, _warming(2.0), IMMOBILE)[0, -1] < 0.0)


def test_income_groups_are_apart_and_rise():
    low, lower, upper = income_groups(np.array([500.0, 2750.0, 8999.0, 9000.0, 28_999.0, 29_000.0]))
    np.testing.assert_array_equal(np.stack([low, lower, upper]).sum(axis=0), [1, 1, 1, 1, 1, 0])
    assert lower.tolist() == [False, True, True, False, False, False]


def test_todays_groups_agree_with_the_world_banks(today, sources):
    table = pd.read_csv(sources / "bds" / "countries.csv").set_index("iso3")["income_group"].drop("KOR")
    at = [_at(code) for code in table.index]  # the file has Korea as a low-income country
    ours = np.select([group[at] for group in (today.low_income, today.lower_middle, today.upper_middle)], [0, 1, 2], 3)
    theirs = table.map({"LIC": 0, "LMC": 1, "UMC": 2, "HIC": 3}).to_numpy()
    assert (ours == theirs).mean() > 0.8
    assert np.abs(ours - theirs).max() == 1


def test_conflict_and_farming_are_where_they_are(today):
    inside = {code for code, holds in zip(areas.codes(), today.conflict, strict=True) if holds}
    assert {"AFG", "SDN", "UKR", "SYR", "MMR", "PSE"} <= inside
    assert not {"KAZ", "DEU", "JPN", "CHN"} & inside
    assert today.agricultural[_at("AFG")]
    assert not (today.agricultural & ~today.low_income).any()


def test_temperature_varies_more_inland(today):
    assert np.all(today.variability > 0.1)
    for code, known in {"LKA": 0.23, "IND": 0.27, "TUR": 0.52, "KAZ": 0.67, "MNG": 0.76}.items():
        assert today.variability[_at(code)] == pytest.approx(known, abs=0.12)


def test_sigma_lies_above_the_spread_of_areas(panel):
    moves = np.stack([period_mean(panel, start, years).sum(axis=0) for start, years in PERIODS.items()])
    first = panel.coordinates("population_july", "year")[0]
    people = panel.array("population_july").sum(axis=(2, 3))
    lived = np.stack([people[[start - first, start + years - first]].mean(axis=0) for start, years in PERIODS.items()])
    of_areas = np.median(np.log(moves.sum(axis=2) / lived).std(axis=0, ddof=1))
    assert of_areas == pytest.approx(0.22, abs=0.01)
    assert of_areas < CENTRAL["slow_onset.sigma"][0]


def test_sigma_lies_above_the_spread_of_reported_inflows(sources):
    inflows = read_reports(sources).inflows
    with np.errstate(invalid="ignore"):
        seen = np.isfinite(inflows)
        sums = [np.where(seen, inflows, 0.0)[at : at + 5].sum(axis=0) for at in range(0, 20, 5)]
        counts = [seen[at : at + 5].sum(axis=0) for at in range(0, 20, 5)]
        means = np.stack([total / count for total, count in zip(sums, counts, strict=True)])
    used = np.isfinite(means).all(axis=0) & (means.mean(axis=0) > 10.0) & (means > 0.0).all(axis=0)
    of_corridors = np.median(np.log(means[:, used]).std(axis=0, ddof=1))
    assert of_corridors == pytest.approx(0.39, abs=0.01)
    assert of_corridors < CENTRAL["slow_onset.sigma"][0]


def test_the_channel_says_what_it_is():
    assert CHANNEL.block in BLOCKS
    assert all(parameter.name.startswith("slow_onset.") for parameter in CHANNEL.parameters)
    assert {parameter.status for parameter in CHANNEL.parameters} <= set(STATUSES)
