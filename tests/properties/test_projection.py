"""The laws that every projected year obeys, on random small worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.drivers.anchors import ANCHORS
from corridor.projection.engine import Projection, project
from tests.worlds import permuted, random_inputs

CLOSES = 1e-9  # relative; sums of a few hundred float64 numbers, the promise of the design

worlds = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "areas": st.integers(2, 8),
        "years": st.integers(1, 4),
        "scale": st.sampled_from([0.0, 0.001, 0.02, 0.3]),
    }
)
anchors = st.sampled_from(tuple(ANCHORS))


def _close(left, right, size):
    assert np.abs(left - right).max() <= CLOSES * np.max(size)


@given(worlds, anchors)
@settings(max_examples=150, deadline=None)
def test_every_emigrant_is_an_immigrant_of_the_same_age_and_sex(world, anchor):
    result = project(random_inputs(**world), anchor)
    _close(result.emigrants.sum(axis=1), result.immigrants.sum(axis=1), result.emigrants.sum() + 1.0)
    _close(result.correction.sum(axis=1), 0.0, np.abs(result.correction).sum() + 1.0)


@given(worlds, anchors)
@settings(max_examples=150, deadline=None)
def test_population_balances(world, anchor):
    result = project(random_inputs(**world), anchor)
    start, end = result.population[:-1].sum(axis=3), result.population[1:].sum(axis=3)
    moved = (result.immigrants - result.emigrants + result.correction).sum(axis=3)
    _close(end, start + result.births - result.deaths + moved, start)
    people = result.population.sum(axis=(1, 2, 3))
    _close(np.diff(people), (result.births - result.deaths).sum(axis=(1, 2)), people)


@given(worlds, anchors)
@settings(max_examples=100, deadline=None)
def test_nothing_is_negative_and_nobody_moves_to_where_they_are(world, anchor):
    result = project(random_inputs(**world), anchor)
    for name in ("population", "stock", "births", "deaths", "flows", "emigrants", "immigrants"):
        assert getattr(result, name).min() >= 0.0, name
    assert np.einsum("yii->", result.flows) == 0.0


@given(worlds, anchors)
@settings(max_examples=100, deadline=None)
def test_birthplaces_add_up_to_residents(world, anchor):
    result = project(random_inputs(**world), anchor)
    _close(result.stock.sum(axis=1), result.population.sum(axis=(2, 3)), result.population.sum(axis=(2, 3)))


@given(worlds, anchors)
@settings(max_examples=100, deadline=None)
def test_moves_are_the_emigrants_and_the_immigrants(world, anchor):
    result = project(random_inputs(**world), anchor)
    _close(result.flows.sum(axis=2), result.emigrants.sum(axis=(2, 3)), result.flows.sum() + 1.0)
    _close(result.flows.sum(axis=1), result.immigrants.sum(axis=(2, 3)), result.flows.sum() + 1.0)


@given(st.integers(0, 10_000), anchors, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_areas_does_not_matter(seed, anchor, random):
    inputs = random_inputs(seed)
    order = list(range(len(inputs.population)))
    random.shuffle(order)
    straight, shuffled = project(inputs, anchor), project(permuted(inputs, order), anchor)
    np.testing.assert_allclose(shuffled.population, straight.population[:, order], rtol=1e-7)
    np.testing.assert_allclose(shuffled.flows, straight.flows[:, order][:, :, order], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_first_year_of_constant_propensities_is_the_base(seed):
    inputs = random_inputs(seed)
    base = replace(inputs.base, shock=inputs.base.shock * 0.0, displaced=inputs.base.displaced * 0.0)
    result: Projection = project(replace(inputs, base=base), "observed")
    foreign = inputs.stock.sum(axis=0) - inputs.stock.diagonal()
    expected = base.outward + (base.return_rate * inputs.stock).T + base.transit_rate * foreign[:, None]
    np.testing.assert_allclose(result.flows[0], expected, rtol=1e-12)
