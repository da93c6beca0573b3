"""Indices of migration systems worked by hand, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.errors import InputError
from corridor.estimate.measures.indices import (
    distance_moved,
    migration_connectivity,
    migration_impact,
    migration_intensity,
)

FLOWS = np.array([[9.0, 1, 2], [3, 9, 4], [5, 6, 9]])  # 21 moves; out 3, 7, 11; in 8, 7, 6
PEOPLE = np.array([100.0, 200, 300])


def test_intensity_by_hand():
    found = migration_intensity(FLOWS, PEOPLE)
    assert found.crude_migration_probability == pytest.approx(3.5)
    assert found.courgeau_k == pytest.approx(3.5 / np.log(9))


def test_impact_by_hand():
    found = migration_impact(FLOWS, PEOPLE)  # net 5, 0, -5
    assert found.effectiveness == pytest.approx(100 * 10 / 42)
    assert found.aggregate_net_migration_rate == pytest.approx(100 * 5 / 600)
    assert found.velocity[0, 1] == pytest.approx(1 * 600 / (100 * 200))
    assert found.preference[0, 1] == pytest.approx(1 / (21 * (100 / 600) * (200 / 600)))
    assert not np.diagonal(found.preference).any()


def test_coefficient_of_variation_by_hand():
    """Defect 6 of the reference: of the corridors 1 to 6 the mean is 7/2 and the variance 35/12."""
    assert migration_connectivity(FLOWS).coefficient_of_variation == pytest.approx(np.sqrt(35 / 12) / 3.5)


def test_weighted_ginis_by_hand():
    """Out: pairs (1, 2), (3, 4), (5, 6) of gap 1. In: (3, 5), (1, 6), (2, 4) of gaps 2, 5 and 2."""
    found = migration_connectivity(FLOWS)
    np.testing.assert_allclose(found.field_gini_out, [1 / 3, 1 / 7, 1 / 11])
    np.testing.assert_allclose(found.field_gini_in, [2 / 8, 5 / 7, 2 / 6])
    assert found.weighted_gini_out == pytest.approx(3 / 21)
    assert found.weighted_gini_in == pytest.approx(9 / 21)
    assert found.weighted_gini == pytest.approx(6 / 21)


def test_aggregated_variation_by_hand():
    """The standard deviation of a pair is half its gap, weighted by the area's moves over their own mean."""
    found = migration_connectivity(FLOWS)
    assert found.aggregated_cv_out == pytest.approx((0.5 + 0.5 + 0.5) * 2 / 21)
    assert found.aggregated_cv_in == pytest.approx((1.0 + 2.5 + 1.0) * 2 / 21)
    assert found.aggregated_cv == pytest.approx(found.aggregated_cv_out + found.aggregated_cv_in)


def test_one_corridor_is_the_most_unequal_system():
    only = np.zeros((4, 4))
    only[0, 1] = 7.0
    found = migration_connectivity(only)
    assert found.gini == pytest.approx(1.0)
    assert found.gini_plane_mulligan == pytest.approx(11 / 12)
    assert found.weighted_gini_out == found.weighted_gini_in == pytest.approx(1.0)
    assert found.inequality_equal == pytest.approx(11 / 12)
    assert found.connectivity == pytest.approx(1 / 12)
    assert np.isnan(found.field_gini_out[1:]).all()


def test_equal_corridors_are_not_unequal():
    found = migration_connectivity(np.full((5, 5), 3.0))
    unequal = (found.gini, found.gini_rows, found.inequality_equal, found.inequality_independent, found.aggregated_cv)
    np.testing.assert_allclose(unequal, 0.0, atol=1e-12)


def test_median_distance_is_one_that_people_move():
    distance = np.array([[0.0, 10, 30], [10, 0, 20], [30, 20, 0]])
    found = distance_moved(FLOWS, distance)  # 4 moves go 10, 10 go 20, 7 go 30
    assert found.median == 20.0
    assert found.mean == pytest.approx((40 + 200 + 210) / 21)


@pytest.mark.parametrize("decay", [-2.5, -0.8, 0.0, 1.4])
def test_decay_of_a_gravity_is_found(decay: float):
    generator = np.random.default_rng(5)
    distance = generator.uniform(50, 9000, (30, 30))
    masses = generator.lognormal(2, 2, (2, 30))
    found = distance_moved(np.outer(*masses) * distance**decay, distance)
    assert found.decay == pytest.approx(decay, abs=1e-9)


def test_decay_with_areas_that_nobody_leaves_or_reaches():
    generator = np.random.default_rng(6)
    distance = generator.uniform(50, 9000, (9, 9))
    flows = generator.lognormal(2, 1, (9, 9)) * distance**-1.1
    flows[3], flows[:, 5] = 0.0, 0.0
    assert -1.5 < distance_moved(flows, distance).decay < -0.7


@pytest.mark.parametrize(
    ("flows", "distance"),
    [
        (FLOWS[:2, :2], [[1.0, 5], [3, 1]]),  # the totals of two areas leave nothing to distance
        (FLOWS, np.full((3, 3), 7.0)),  # all equally far
        (np.kron(np.eye(2), [[0, 5.0], [5, 0]]), 9 - 8 * np.kron(np.eye(2), np.ones((2, 2)))),  # only next door
    ],
)
def test_decay_that_nothing_settles_is_not_a_number(flows, distance):
    assert np.isnan(distance_moved(np.array(flows), np.array(distance)).decay)


def test_all_that_is_wrong_is_reported():
    flows = FLOWS.copy()
    flows[0, 1], flows[2, 0] = -1.0, np.nan
    with pytest.raises(InputError) as caught:
        migration_impact(flows, np.array([1.0, 0.0, 2.0]))
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("flows", [np.ones((2, 3)), np.ones(4), np.diag([1.0, 2.0, 3.0]), np.ones((2, 2))])
def test_tables_that_are_no_systems_are_refused(flows):
    with pytest.raises(InputError):
        migration_connectivity(flows)


@pytest.mark.parametrize("distance", [np.ones((2, 2)), np.zeros((3, 3)), np.full((3, 3), np.inf)])
def test_distances_that_are_none_are_refused(distance):
    with pytest.raises(InputError, match="distance"):
        distance_moved(FLOWS, distance)
