"""Attribution on random worlds: parts add up, central run and trajectories agree, two scenarios are compared."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from corridor.analysis.attribution import Question, explain_central, explain_draws
from corridor.analysis.views import arrivals, corridor, departures, measure, within
from corridor.drivers.anchors import ANCHORS
from corridor.drivers.channel import BLOCKS, Driving, Effects
from corridor.drivers.channels.policy import CHANNEL
from corridor.drivers.lever_gate import gate_of
from corridor.drivers.levers import Pathway
from corridor.drivers.parameters import central_values
from corridor.projection.driving import follow_driven
from tests.projection.test_ensemble import _draw, _world

ADDS_UP = 1e-9  # relative to the moves of the view, the promise
SAME = 1e-9  # compiled and NumPy, over the years
AREAS = 6
MEMBERS = np.arange(AREAS) < 3
VIEWS = (
    arrivals("the three", MEMBERS),
    departures("the three", MEMBERS),
    within("the three", MEMBERS),
    corridor("0 to 4", 0, 4, AREAS),
)


def _drive(years: int, frozen: frozenset[str] = frozenset()):
    """Return what drives a run with some blocks: effects of their own for each, the pair for policy only."""
    random = np.random.default_rng(5)
    push, pull = random.normal(0.0, 0.3, (2, len(BLOCKS), years, AREAS))
    push[:, 0], pull[:, 0] = 0.0, 0.0
    pair = random.normal(0.0, 0.5, (years, AREAS, AREAS))
    pair[0] = 0.0

    def drive(blocks: frozenset[str], numbers: range | None) -> Driving:
        on = [position for position, block in enumerate(BLOCKS) if block in blocks | frozen]
        shift = 0.1 * np.array([0.0] if numbers is None else numbers, dtype=np.float64)[:, None, None]
        effects = Effects(
            push[on].sum(axis=0) * (1.0 + shift),
            pull[on].sum(axis=0) * (1.0 + shift),
            pair if "policy" in blocks else None,
        )
        demography = 1.0 if "demography" in blocks else 0.0
        ones = np.ones(len(effects.push))
        return Driving(effects, demography * ones, 0.5 * demography * ones, 0.4 * ones, ones)

    return drive


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("players", [BLOCKS, BLOCKS[:4]])
def test_parts_add_up_and_trajectories_at_their_medians_are_the_central_run(anchor, players):
    world = _world(4, anchor=anchor, mode="birthplaces")
    question = Question(VIEWS, players, _drive(len(world.inputs.years)))
    central = explain_central(world.inputs, world.baseline.projection, question)
    drawn = explain_draws(world, _draw(world, 0.0), question, 3)
    for found in (central, drawn):
        total = found.later - found.base
        size = np.maximum(found.later, found.base)
        assert (np.abs(found.carried + found.parts.sum(axis=-1) - total) <= ADDS_UP * size).all()
    for name in ("base", "later", "carried", "parts", "first", "last"):
        size = central.base[:, :, None].max() if getattr(central, name).ndim == 3 else central.base.max()
        np.testing.assert_allclose(getattr(drawn, name)[:1], getattr(central, name), atol=SAME * size)
    assert (central.parts[..., len(players) :] == 0.0).all()
    assert (np.abs(central.parts[..., : len(players)]).sum(axis=(0, 1)) > 0.0).all()


@pytest.mark.parametrize("anchor", ANCHORS)
def test_levers_belong_to_policy_in_the_central_run_and_in_trajectories(anchor):
    world = _world(4, anchor=anchor, mode="birthplaces")
    years, codes = world.inputs.years, tuple("ABCDEF")
    drive = _drive(len(years))
    lever = Pathway(
        name="opened", origins=codes, destinations=codes[:3], kind="work", capacity=3.0, unit="times", start=2026,
        source="a test", status="J",
    )  # fmt: skip

    @lru_cache
    def gate(numbers: range | None):
        median = central_values(CHANNEL.parameters, {})
        return gate_of([lever], years, codes, {name: np.repeat(at, len(numbers or [0])) for name, at in median.items()})

    def with_levers(blocks: frozenset[str], numbers: range | None) -> Driving:
        driving: Driving = drive(blocks - {"policy"}, numbers)
        return replace(driving, gate=gate(numbers)) if "policy" in blocks else driving

    question = Question(VIEWS, BLOCKS, with_levers)
    central = explain_central(world.inputs, world.baseline.projection, question)
    drawn = explain_draws(world, _draw(world, 0.0), question, 2)
    assert (central.parts[0, [0, 2], BLOCKS.index("policy")] > 0.0).all()
    for name in ("base", "later", "parts"):
        size = central.base.max()
        np.testing.assert_allclose(getattr(drawn, name)[:1], getattr(central, name), atol=SAME * size, err_msg=name)


def test_the_last_coalition_is_the_run_with_everything():
    world = _world(4, mode="birthplaces")
    drive = _drive(len(world.inputs.years))
    found = explain_central(world.inputs, world.baseline.projection, Question(VIEWS, BLOCKS, drive))
    *_, (_, year) = follow_driven(world.inputs, world.baseline.projection, drive(frozenset(BLOCKS), None))
    np.testing.assert_array_equal(found.later[0], measure(VIEWS, year.flows))
    np.testing.assert_allclose(measure(VIEWS, year.flows)[3], year.flows[0, 4], rtol=1e-14)
    inside = year.flows[:3, :3].sum()
    np.testing.assert_allclose(measure(VIEWS, year.flows)[1:3], [year.flows[:3].sum() - inside, inside], rtol=1e-14)


def test_compared_scenarios_differ_by_their_parts_and_carry_nothing():
    world = _world(4, mode="birthplaces")
    drive = _drive(len(world.inputs.years), frozen=frozenset(BLOCKS[1:3]))
    question = Question(VIEWS, ("demography", "climate direct"), drive, compared=True)
    found = explain_central(world.inputs, world.baseline.projection, question)
    assert not found.carried.any()
    np.testing.assert_allclose(found.parts.sum(axis=-1), found.later - found.base, rtol=ADDS_UP, atol=1e-6)


def test_trajectories_do_not_depend_on_how_many_or_on_workers():
    world = _world(4, mode="birthplaces")
    question, draw = Question(VIEWS, BLOCKS[:3], _drive(len(world.inputs.years))), _draw(world)
    few = explain_draws(world, draw, question, 2, workers=1)
    many = explain_draws(world, draw, question, 4, workers=2)
    np.testing.assert_array_equal(few.parts, many.parts[:2])
    np.testing.assert_array_equal(few.base, many.base[:2])
