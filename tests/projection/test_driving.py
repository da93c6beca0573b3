"""Driven runs: neutral where nothing drives, zero in the base year, the formula of the design, twin and batch alike."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from corridor.drivers.anchors import ANCHORS
from corridor.drivers.channel import Driving, Effects
from corridor.projection.demand import demand
from corridor.projection.driver_kernels import power
from corridor.projection.driving import driven_base, follow_driven, shifted
from corridor.projection.engine import State, project, start_of
from corridor.projection.ensemble import Totals, run_ensemble, walk
from corridor.projection.trajectory import advance_trajectory
from tests.projection.test_ensemble import _draw, _world
from tests.worlds import permuted, random_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.projection.ensemble import Draw
    from corridor.projection.inputs import Inputs

TWIN = 1e-12  # relative, a year's step: the same sums in another order
AREAS = 6


def _driving(draws: int, years: int, *, areas: int = AREAS, shared: bool = True, seed: int = 11) -> Driving:
    """Return effects of every kind, zero in the first year; those of a draw depend on its number only."""
    each = [np.random.default_rng([seed, draw]).normal(0.0, 0.4, (2, years, areas)) for draw in range(draws)]
    push, pull = np.stack(each, axis=1)
    pair, back = np.random.default_rng(seed).normal(0.0, 0.4, (2, years, areas, areas))
    for effect in (push[0].T, pull[0].T, pair.T, back.T):
        effect[..., 0] = 0.0
    push[:, 0], pull[:, 0] = 0.0, 0.0
    numbers = np.arange(draws, dtype=np.float64)
    effects = Effects(push, pull, pair, back) if shared else Effects(push, pull)
    followed = np.where(numbers % 4 == 3, 0.0, 1.0)
    return Driving(effects, np.where(numbers % 3 == 1, 0.0, 1.0), 0.2 * numbers, 0.1 * (numbers % 4), followed)


def _nothing(inputs: Inputs, *, exposure: float = 1.0) -> Driving:
    none = Effects.none(1, len(inputs.years), len(inputs.population))
    return Driving(none, np.array([exposure]), np.zeros(1), np.zeros(1), np.ones(1))


def _driven_draw(draw: Draw, driving: Driving) -> Draw:
    def drawn(numbers: range):
        rows = np.array(numbers)
        effects = replace(driving.effects, push=driving.effects.push[rows], pull=driving.effects.pull[rows])
        each = (driving.exposure[rows], driving.ageing[rows], driving.network[rows], driving.returns[rows])
        part = Driving(effects, *each)
        return replace(draw(numbers), driving=part)

    return drawn


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("scale", [0.02, 0.3])
def test_without_channels_a_run_is_the_baseline_bit_for_bit(anchor, scale):
    inputs = random_inputs(8, scale=scale)
    baseline = project(inputs, anchor)
    for position, (state, year) in enumerate(follow_driven(inputs, baseline, _nothing(inputs))):
        assert np.array_equal(state.population, baseline.population[position + 1])
        assert np.array_equal(state.stock, baseline.stock[position + 1])
        assert np.array_equal(year.flows, baseline.flows[position])


@pytest.mark.parametrize("anchor", ANCHORS)
def test_the_base_year_is_the_baselines(anchor):
    inputs = random_inputs(9)
    baseline = project(inputs, anchor)
    _, year = next(follow_driven(inputs, baseline, _driving(4, len(inputs.years)), draw=3))
    np.testing.assert_allclose(year.flows, baseline.flows[0], rtol=1e-14)


def test_outward_moves_follow_the_formula_of_the_design():
    inputs = random_inputs(10)
    driving = _driving(3, len(inputs.years))
    state, position, draw = start_of(inputs), 2, 2
    base, factor = driven_base(state, inputs, driving, position, draw)
    outward = demand(base, factor, state.stock, 0.0 * state.displaced, 2100.0)[0]
    effects, f0 = driving.effects, inputs.base.outward
    assert effects.pair is not None
    v = np.exp(effects.pull[draw, position] + effects.pair[position])  # people and stocks are the base's: no more
    for o in range(AREAS):
        if f0[o].sum() == 0.0:
            continue
        share = f0[o] / f0[o].sum()
        expected = f0[o] * np.exp(effects.push[draw, position, o]) * v[o] / (share @ v[o])
        np.testing.assert_allclose(outward[o], expected, rtol=1e-12)


def test_a_shift_of_destinations_keeps_totals_and_leaves_the_idle_alone():
    table = np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    moved = shifted(table, np.array([2.0, 1.0, 0.5]))
    np.testing.assert_allclose(moved.sum(axis=1), table.sum(axis=1), rtol=1e-15)
    np.testing.assert_allclose(moved[2], [4.0 / 3.0, 2.0 / 3.0, 0.0])


def test_people_abroad_draw_others_and_ageing_draws_workers():
    inputs = random_inputs(12)
    start = start_of(inputs)
    stock = start.stock.copy()
    sending = int(np.argmax((inputs.base.outward > 0.0).sum(axis=1)))
    receiving, other = np.flatnonzero(inputs.base.outward[sending])[:2]
    stock[sending, receiving] *= 3.0
    more_there = State(start.population, stock, start.displaced)
    none = _nothing(inputs)
    base, _ = driven_base(more_there, inputs, replace(none, network=np.array([0.4])), 0)
    assert base.outward[sending, receiving] > inputs.base.outward[sending, receiving]
    assert base.outward[sending, other] < inputs.base.outward[sending, other]
    older = start.population.copy()
    older[2, :, 20:65] *= 0.5
    base, _ = driven_base(State(older, start.stock, start.displaced), inputs, replace(none, ageing=np.ones(1)), 0)
    grown = base.outward[:, 2] - inputs.base.outward[:, 2]
    several = (inputs.base.outward[:, 2] > 0.0) & ((inputs.base.outward > 0.0).sum(axis=1) > 1)
    assert several.any()
    assert (grown[several] > 0.0).all()


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("scale", [0.02, 0.4])
def test_a_driven_batch_is_the_readable_twin(anchor, shared, scale):
    world = _world(3, anchor=anchor, mode="birthplaces", scale=scale)
    draws, years = 5, len(world.inputs.years)
    paths = _driven_draw(_draw(world), _driving(draws, years, shared=shared))(range(draws))
    for batch, t, year, tolerance in _beside_the_twin(world, paths, draws):
        np.testing.assert_allclose(batch.moves_in[t], year.immigrants.sum(axis=(1, 2)), rtol=tolerance)


def _beside_the_twin(world, paths, draws) -> Iterator[tuple[Any, int, Any, float]]:
    """Walk a batch beside its readable twin, whose people and stock it has.

    Yields, for every year and draw, the batch, the draw, the twin's year and how near its people are.
    """
    states = [start_of(world.inputs) for _ in range(draws)]
    dates = walk(world, paths)
    assert next(dates).split is None
    for position, batch in enumerate(dates):
        for t in range(draws):
            states[t], year = advance_trajectory(
                states[t],
                world.inputs,
                world.baseline,
                world.nodes,
                paths.of(t),
                position=position,
                mode="birthplaces",
            )
            size = np.abs(states[t].population).max()
            tolerance = TWIN * 10.0**position
            np.testing.assert_allclose(batch.people[t], states[t].population, rtol=tolerance, atol=tolerance * size)
            np.testing.assert_allclose(batch.stock[t].T, states[t].stock, rtol=1e-9, atol=TWIN * states[t].stock.max())
            yield batch, t, year, tolerance


def test_batches_and_workers_do_not_change_a_bit_of_driven_runs():
    world = _world(5, anchor="un", mode="birthplaces")
    draw = _driven_draw(_draw(world), _driving(11, len(world.inputs.years)))
    runs = [run_ensemble(world, draw, 11, batch=batch, workers=workers) for batch, workers in ((20, 1), (4, 2), (1, 2))]
    for field in fields(Totals):
        values = [getattr(run, field.name) for run in runs]
        assert all(np.array_equal(values[0], other) for other in values[1:]), field.name


@pytest.mark.parametrize("exponent", [0.4, 0.65, 1.0, 0.0, -2.5])
def test_the_compiled_power_is_the_librarys(exponent):
    values = np.exp(np.random.default_rng(2).normal(0.0, 8.0, 237))
    values[:3] = 1.0, np.nextafter(1.0, 2.0), np.nextafter(1.0, 0.0)
    powers, scratch = np.empty(237), np.empty((2, 237))
    power(values, exponent, powers, scratch)
    np.testing.assert_allclose(powers, values**exponent, rtol=2e-14)
    assert powers[0] == 1.0


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("seed", range(5))
def test_areas_in_another_order_give_the_same_results_in_that_order(anchor, seed):
    inputs = random_inputs(20 + seed)
    order = np.random.default_rng(seed).permutation(AREAS)
    across = np.ix_(order, order)
    driving = _driving(4, len(inputs.years), seed=seed)
    effects = driving.effects
    assert effects.pair is not None
    assert effects.back is not None
    moved = Effects(
        effects.push[:, :, order],
        effects.pull[:, :, order],
        effects.pair[:, order][:, :, order],
        effects.back[:, order][:, :, order],
    )
    other = permuted(inputs, order)
    one = follow_driven(inputs, project(inputs, anchor), driving, draw=2)
    two = follow_driven(other, project(other, anchor), replace(driving, effects=moved), draw=2)
    for (state, year), (state_moved, year_moved) in zip(one, two, strict=True):
        size = year.flows.max()
        np.testing.assert_allclose(year_moved.flows, year.flows[across], rtol=1e-8, atol=1e-9 * size)
        np.testing.assert_allclose(state_moved.population, state.population[order], rtol=1e-8)
