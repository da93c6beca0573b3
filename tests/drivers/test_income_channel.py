"""Income of destinations."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.areas import index
from corridor.drivers.channels.income import CHANNEL, income_paths, income_pull, log_income_ratio
from corridor.drivers.parameters import central_values
from corridor.errors import InputError
from corridor.projection.driving import shifted

PATHWAYS = ("SSP1", "SSP2", "SSP3", "SSP4", "SSP5")


def test_published_years_are_as_published_and_growth_is_constant_between(panel):
    nodes = list(panel.coordinates("income", "year"))
    published = panel.array("income")[PATHWAYS.index("SSP3")]
    paths = income_paths(panel, "SSP3", range(2025, 2101))
    np.testing.assert_allclose(paths[::5], published[nodes.index(2025) :], rtol=1e-12)
    growth = np.diff(np.log(paths), axis=0).reshape(15, 5, -1)
    np.testing.assert_allclose(growth, np.broadcast_to(growth[:, :1], growth.shape), atol=1e-12)


def test_every_mistake_is_named(panel):
    with pytest.raises(InputError, match="Did you mean SSP"):
        income_paths(panel, "SSP6", [2030])
    with pytest.raises(InputError) as caught:
        income_paths(panel, "SSP2", [2024, 2030, 2101])
    assert [problem.value for problem in caught.value.problems] == [2024, 2101]


def test_ratios_start_at_zero_exactly_and_do_not_depend_on_the_years_asked_for(panel):
    whole = log_income_ratio(panel, "SSP2", range(2025, 2101))
    assert not whole[0].any()
    np.testing.assert_array_equal(log_income_ratio(panel, "SSP2", [2060])[0], whole[35])
    assert np.exp(whole[35, index("IND")]) == pytest.approx(
        np.divide(*income_paths(panel, "SSP2", [2060, 2025])[:, index("IND")])
    )


def test_one_percent_more_income_is_the_elasticity_in_percent_more_pull():
    draws = {"income.destination_elasticity": np.array([0.0, 0.3, 0.83])}
    pull = income_pull(np.full((1, 2, 4), np.log(1.01)), draws)
    assert pull.shape == (3, 2, 4)
    np.testing.assert_allclose(pull[:, 1, 2], np.log(1.01) * np.array([0.0, 0.3, 0.83]))


def test_growth_that_all_have_in_common_changes_nothing_and_the_faster_gain():
    outward = np.random.default_rng(5).uniform(0.0, 100.0, (6, 6))
    np.fill_diagonal(outward, 0.0)
    growth = np.full(6, 0.7)
    np.testing.assert_allclose(shifted(outward, np.exp(growth)), outward)
    growth[2] += 0.1
    ratio = shifted(outward, np.exp(growth)).sum(axis=0) / outward.sum(axis=0)
    assert ratio[2] > 1.0
    assert np.all(np.delete(ratio, 2) < 1.0)
    assert ratio @ outward.sum(axis=0) == pytest.approx(outward.sum())


def test_poorer_destinations_catch_up_under_all_pathways(panel):
    start = np.log(income_paths(panel, "SSP2", [2025])[0])
    slope = {pathway: np.polyfit(start, log_income_ratio(panel, pathway, [2060])[0], 1)[0] for pathway in PATHWAYS}
    assert max(slope.values()) < 0.0
    assert set(sorted(slope, key=lambda pathway: slope[pathway])[:2]) == {"SSP1", "SSP5"}


def test_the_central_elasticity_lies_between_the_two_that_were_found():
    assert 0.0 < central_values(CHANNEL.parameters, {})["income.destination_elasticity"][0] < 0.83
