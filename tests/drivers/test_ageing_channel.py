"""Need for people of working age."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.areas import index
from corridor.drivers.channels.ageing import ageing_pull, working_people, working_share


def test_working_people_are_20_to_64():
    population = np.zeros((1, 2, 101))
    population[0, :, [19, 20, 64, 65]] = [[1.0, 1.0], [10.0, 20.0], [100.0, 200.0], [1000.0, 1000.0]]
    assert working_people(population)[0] == 330.0


def test_half_the_share_is_twice_the_need():
    pull = ageing_pull(np.array([30.0, 60.0]), np.array([100.0, 100.0]), np.array([0.6, 0.6]), 0.5)
    np.testing.assert_allclose(pull, [0.5 * np.log(2.0), 0.0])


def test_no_people_is_no_pull():
    share = working_share(np.array([0.0, 5.0]), np.array([0.0, 10.0]))
    assert not ageing_pull(np.array([0.0, 5.0]), np.array([0.0, 10.0]), share, 2.0).any()


def test_eastern_asia_and_southern_europe_need_more_and_afghanistan_less(panel):
    ages = list(panel.coordinates("population_july", "age"))
    working = slice(ages.index(20), ages.index(65))
    years = panel.coordinates("population_july", "year")
    people = panel.array("population_july")

    def residents(year):
        now = people[years.index(year)]
        return now[..., working].sum(axis=(1, 2)), now.sum(axis=(1, 2))

    working_then, everybody = residents(2060)
    pull = ageing_pull(working_then, everybody, working_share(*residents(2025)), 0.5)
    world = pull @ everybody / everybody.sum()
    for iso3 in ("KOR", "CHN", "ITA", "ESP"):
        assert pull[index(iso3)] > world + 0.05
    for iso3 in ("AFG", "PAK", "NGA", "ETH"):
        assert pull[index(iso3)] < world - 0.05
    assert pull[index("KOR")] == pytest.approx(0.5 * 0.35, abs=0.01)
