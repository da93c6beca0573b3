"""Survival ratios between nodes against the life tables of the mortality asked for."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.axes import OPEN_AGE
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.demography.life_table import life_table
from corridor.demography.survival import survival_ratios
from corridor.errors import NotConverged
from corridor.projection.inputs import years_of
from corridor.projection.paths import furthest_life_expectancy, load_vital_bands
from corridor.projection.survival_nodes import (
    NODES_BESIDE,
    SurvivalNodes,
    decline_by_age,
    life_expectancy_of,
    load_survival_nodes,
    nodes_of_year,
    survival_at,
    weights_between,
)

YEARS_OF_LIFE = 0.01  # the promise
RATIO, OLDEST_RATIO = (
    0.001,
    0.005,
)  # of survival ratios below age 85 and above: the nodes meet life expectancy as a whole


@pytest.fixture(scope="module", params=[BASE_YEAR, 2062, LAST_YEAR])
def year(request):
    return request.param


@pytest.fixture(scope="module")
def furthest(panel, year):
    return furthest_life_expectancy(load_vital_bands(panel, (year,)))


@pytest.fixture(scope="module")
def nodes(panel, year, furthest):
    return load_survival_nodes(panel, (year,), furthest)


def test_life_expectancy_between_nodes_is_met(nodes, furthest):
    way = np.linspace(0.0, 1.0, 61)[:, None, None, None]
    asked = furthest[..., 0] + way * (furthest[..., 1] - furthest[..., 0])
    own = life_expectancy_of(nodes.survival[..., NODES_BESIDE, :]) - nodes.e0[..., NODES_BESIDE]
    found = life_expectancy_of(survival_at(nodes, asked)) - own
    assert np.abs(found - asked).max() < YEARS_OF_LIFE


def test_the_medium_is_that_of_the_deterministic_engine(nodes, inputs, panel, year):
    medium = years_of(panel, "life_expectancy", (year,))
    assert np.array_equal(survival_at(nodes, medium[None])[0, 0], inputs.survival[year - inputs.years[0]])


def test_more_life_is_less_death_at_every_age(nodes):
    assert np.all(np.diff(nodes.e0, axis=-1) > 0.0)
    assert np.all(np.diff(nodes.survival, axis=-2) > -1e-12)
    assert np.all((nodes.survival > 0.0) & (nodes.survival < 1.0))


def test_beyond_the_nodes_the_outermost_hold(nodes):
    for asked, weight_of_last, node in ((0.0, 0.0, 0), (150.0, 1.0, -1)):
        path = np.full((1, *nodes.e0.shape[:-1]), asked)
        lower, weight = weights_between(nodes, path)
        assert np.all(weight == weight_of_last)
        assert np.all(lower == (0 if node == 0 else 2 * NODES_BESIDE - 1))
        assert np.array_equal(survival_at(nodes, path)[0], nodes.survival[..., node, :])


def _small_world():
    """Rates of two areas and sexes to 130, their pattern of decline, and their life expectancy."""
    logs = np.log(5e-5) + 0.085 * np.arange(131) - np.array([[0.6, 0.0], [0.4, 0.1]])[..., None]
    rates = np.exp(np.minimum(logs, -0.2))
    rates[..., 0] = 0.01
    decline = decline_by_age(np.stack([rates, rates**1.1]))
    return rates, decline, life_table(rates).e[..., 0]


def test_survival_at_each_age_is_that_of_the_shifted_rates():
    rates, decline, medium = _small_world()
    nodes = nodes_of_year(rates, decline, medium, np.stack([medium - 10.0, medium + 8.0], axis=-1))
    whole = SurvivalNodes(nodes.e0[None], nodes.survival[None], nodes.bend[None])
    for k in np.linspace(-0.8, 0.7, 23):
        table = life_table(np.exp(np.minimum(np.log(rates) - k * decline[:, None], 0.0)))
        assert np.all((table.e[..., 0] > nodes.e0[..., 0]) & (table.e[..., 0] < nodes.e0[..., -1]))
        exact = survival_ratios(table, open_age=OPEN_AGE)
        found = survival_at(whole, table.e[None, None, ..., 0])[0, 0]
        np.testing.assert_allclose(found[..., :85], exact[..., :85], atol=RATIO)
        np.testing.assert_allclose(found, exact, atol=OLDEST_RATIO)


def test_nodes_that_do_not_reach_are_refused():
    rates, decline, medium = _small_world()
    with pytest.raises(NotConverged, match="before the highest life expectancy requested"):
        nodes_of_year(rates, decline, medium, np.stack([medium - medium, medium + 8.0], axis=-1))
