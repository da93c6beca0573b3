"""Laws of the indices: units and the order of areas do not matter, shares stay within their bounds."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corridor.demography.age_profiles import age_profile
from corridor.estimate.measures.indices import (
    distance_moved,
    migration_connectivity,
    migration_impact,
    migration_intensity,
)

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(3, 9)
SCALES = st.sampled_from([1e-6, 0.37, 12.0, 1e8])
LAWS = settings(max_examples=60, deadline=None)
RELATIVE = 1e-9
DECAY = 1e-6  # found by Newton steps that stop at 1e-10, where few moves settle it less well


def system(seed: int, areas: int) -> tuple[Floats, Floats, Floats]:
    """Return moves, some corridors empty, populations and distances."""
    generator = np.random.default_rng(seed)
    flows = generator.lognormal(3, 1.5, (areas, areas)) * (generator.random((areas, areas)) < 0.8)
    flows[0, 1] += 1.0
    return flows, generator.lognormal(8, 1, areas), generator.lognormal(6, 1, (areas, areas))


def assert_same(one: Any, other: Any, order: Integers | None = None) -> None:
    """Compare the fields of two results; arrays of the second are taken in `order`."""
    for field in fields(one):
        left, right = np.asarray(getattr(one, field.name)), np.asarray(getattr(other, field.name))
        if order is not None and left.ndim:
            left = left[np.ix_(*[order] * left.ndim)]
        tolerance = DECAY if field.name == "decay" else RELATIVE
        np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance, err_msg=field.name)


@given(SEEDS, SIZES)
@example(seed=165832, areas=3)  # as below
@LAWS
def test_order_of_areas_does_not_matter(seed: int, areas: int) -> None:
    flows, people, distance = system(seed, areas)
    order = np.random.default_rng(seed).permutation(areas)
    moved = flows[np.ix_(order, order)]
    assert_same(migration_intensity(flows, people), migration_intensity(moved, people[order]))
    assert_same(migration_impact(flows, people), migration_impact(moved, people[order]), order)
    assert_same(distance_moved(flows, distance), distance_moved(moved, distance[np.ix_(order, order)]))
    assert_same(migration_connectivity(flows), migration_connectivity(moved), order)


@given(SEEDS, SIZES, SCALES)
@example(seed=30541811, areas=3, scale=0.37)  # three corridors that effects of origins and destinations fit exactly
@LAWS
def test_focus_and_distance_do_not_depend_on_how_many_move(seed: int, areas: int, scale: float) -> None:
    flows, people, distance = system(seed, areas)
    assert_same(migration_connectivity(flows), migration_connectivity(flows * scale))
    assert_same(distance_moved(flows, distance), distance_moved(flows * scale, distance))
    assert_same(migration_intensity(flows, people), migration_intensity(flows * scale, people * scale))
    np.testing.assert_allclose(
        migration_impact(flows, people).preference, migration_impact(flows * scale, people * 3).preference
    )


@given(SEEDS, SIZES, SCALES)
@LAWS
def test_the_unit_of_distance_only_scales_distances(seed: int, areas: int, scale: float) -> None:
    flows, _, distance = system(seed, areas)
    one, other = distance_moved(flows, distance), distance_moved(flows, distance * scale)
    np.testing.assert_allclose((one.mean * scale, one.median * scale), (other.mean, other.median), rtol=RELATIVE)
    np.testing.assert_allclose(one.decay, other.decay, rtol=DECAY, atol=DECAY)


@given(SEEDS, SIZES)
@LAWS
def test_the_diagonal_does_not_matter(seed: int, areas: int) -> None:
    flows, people, distance = system(seed, areas)
    stayed = flows + np.diag(people)
    assert_same(migration_connectivity(flows), migration_connectivity(stayed))
    assert_same(distance_moved(flows, distance), distance_moved(stayed, distance))
    assert_same(migration_impact(flows, people), migration_impact(stayed, people))


@given(SEEDS, SIZES)
@LAWS
def test_indices_stay_within_their_bounds(seed: int, areas: int) -> None:
    flows, people, distance = system(seed, areas)
    found = migration_connectivity(flows)
    shares = [found.connectivity, found.inequality_equal, found.inequality_independent, found.gini, found.gini_rows]
    shares += [found.gini_columns, found.weighted_gini_out, found.weighted_gini_in]
    assert all(0 <= share <= 1 + RELATIVE for share in shares)
    assert found.gini_plane_mulligan < found.gini
    assert np.nanmax(found.field_gini_out) <= 1 + RELATIVE
    assert 0 <= migration_impact(flows, people).effectiveness <= 100 + RELATIVE
    off = distance[~np.eye(areas, dtype=bool)]
    moved = distance_moved(flows, distance)
    assert off.min() <= moved.median <= off.max()
    assert off.min() <= moved.mean <= off.max() * (1 + RELATIVE)


@given(SEEDS, SIZES)
@LAWS
def test_turning_all_moves_round_exchanges_out_and_in(seed: int, areas: int) -> None:
    flows, people, _ = system(seed, areas)
    there, back = migration_connectivity(flows), migration_connectivity(flows.T)
    np.testing.assert_allclose(there.gini, back.gini, rtol=RELATIVE)
    np.testing.assert_allclose(there.weighted_gini_out, back.weighted_gini_in, rtol=RELATIVE)
    np.testing.assert_allclose(there.aggregated_cv_out, back.aggregated_cv_in, rtol=RELATIVE)
    one, other = (migration_impact(moves, people).effectiveness for moves in (flows, flows.T))
    np.testing.assert_allclose(one, other, rtol=RELATIVE)


@given(SEEDS, SCALES)
@LAWS
def test_the_unit_of_intensities_only_scales_intensities(seed: int, scale: float) -> None:
    ages = np.arange(91.0)
    rates = np.random.default_rng(seed).gamma(2.0, 0.01, len(ages))
    one, other = age_profile(ages, rates), age_profile(ages, rates * scale)
    for name in ("gross_rate", "peak_intensity", "breadth"):
        np.testing.assert_allclose(getattr(one, name) * scale, getattr(other, name), rtol=RELATIVE)
    for name in ("peak_age", "rise_age", "fall_age", "asymmetry", "share"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=RELATIVE)
    assert one.peak_intensity <= one.breadth <= one.gross_rate
