"""How many would move, and their ages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.demography.schedules import model_schedule
from corridor.projection.demand import demand, movers_by_age, native_share, weighted_population
from tests.worlds import random_inputs

SCHEDULE = model_schedule("family")


@pytest.fixture
def world():
    return random_inputs(3, areas=4)


def test_outward_moves_follow_exposure(world):
    one = np.ones(4)
    low = demand(world.base, one, world.stock, world.base.displaced, 2025.5)[OUTWARD]
    high = demand(world.base, 2.0 * one, world.stock, world.base.displaced, 2025.5)[OUTWARD]
    np.testing.assert_allclose(high - low, world.base.outward)


def test_the_shock_halves_in_its_half_life(world):
    base = replace(world.base, outward=world.base.outward * 0.0, shock_half_life=2.0)
    at = [demand(base, np.ones(4), world.stock, base.displaced, 2022.5 + years)[OUTWARD] for years in (0.0, 2.0, 4.0)]
    np.testing.assert_allclose(at[0], base.shock)
    np.testing.assert_allclose(at[1], base.shock / 2.0)
    np.testing.assert_allclose(at[2], base.shock / 4.0)


def test_returns_are_made_by_people_abroad(world):
    base = replace(world.base, displaced=world.base.displaced * 0.0)
    returns = demand(base, np.ones(4), world.stock, base.displaced, 2025.5)[RETURN]
    abroad = world.stock.copy()
    np.fill_diagonal(abroad, 0.0)
    np.testing.assert_allclose(returns, (base.return_rate * abroad).T)


def test_the_displaced_return_at_their_own_rate(world):
    base = replace(world.base, return_rate=world.base.return_rate * 0.0, displaced_return_rate=0.25)
    returns = demand(base, np.ones(4), world.stock, base.displaced, 2025.5)[RETURN]
    np.testing.assert_allclose(returns, 0.25 * base.displaced.T)


def test_transit_is_by_the_foreign_born(world):
    transit = demand(world.base, np.ones(4), world.stock, world.base.displaced, 2025.5)[TRANSIT]
    foreign_born = world.stock.sum(axis=0) * (1.0 - native_share(world.stock))
    np.testing.assert_allclose(transit, world.base.transit_rate * foreign_born[:, None])


def test_movers_have_the_ages_of_the_schedule(world):
    people = world.population
    movers = movers_by_age(np.full(4, 10.0), SCHEDULE, people)
    np.testing.assert_allclose(movers.sum(axis=(1, 2)), 10.0)
    np.testing.assert_allclose(
        movers / (SCHEDULE * people),
        np.broadcast_to(10.0 / weighted_population(people, SCHEDULE)[:, None, None], people.shape),
    )


def test_no_group_loses_more_than_four_fifths_and_the_others_make_up(world):
    people = world.population
    total = 0.6 * people.sum(axis=(1, 2))
    movers = movers_by_age(total, SCHEDULE, people)
    assert (movers <= 0.8 * people * (1 + 1e-12)).all()
    assert (movers == 0.8 * people).any()
    np.testing.assert_allclose(movers.sum(axis=(1, 2)), total, rtol=1e-6)


def test_more_than_all_groups_can_give_is_not_given(world):
    people = world.population
    movers = movers_by_age(2.0 * people.sum(axis=(1, 2)), SCHEDULE, people)
    np.testing.assert_allclose(movers, 0.8 * people)
