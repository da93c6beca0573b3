"""Closing the UN's net migration over the world, and correcting ages towards it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.areas import index
from corridor.drivers.anchors import ANCHORS, DEFAULT_ANCHOR
from corridor.projection.anchors import MOST_BORNE, age_correction, bearing_shares, blend_targets, close_target
from corridor.projection.engine import advance, start_of
from corridor.projection.inputs import load_inputs, means_ahead
from tests.worlds import random_inputs


@pytest.fixture
def target_and_world():
    world = random_inputs(5, areas=7, scale=0.02)
    residents = world.population.sum(axis=(1, 2))
    return close_target(world.un_net[0], world.un_net_by_age[0], residents), world


def test_a_closed_target_sums_to_zero_in_every_group(target_and_world):
    target, _ = target_and_world
    size = np.abs(target.net_by_age).sum()
    assert np.abs(target.net_by_age.sum(axis=0)).max() <= 1e-12 * size
    np.testing.assert_allclose(target.net_by_age.sum(axis=(1, 2)), target.net, atol=1e-9 * size)


def test_totals_change_by_their_share_of_the_world_residual_only(target_and_world):
    target, world = target_and_world
    people = world.population.sum(axis=(1, 2)) / world.population.sum()
    np.testing.assert_allclose(target.net, world.un_net[0] - target.world_residual * people)
    assert target.world_residual == pytest.approx(world.un_net[0].sum())


def test_rounding_of_ages_gives_way_to_the_published_total():
    world = random_inputs(6, areas=4)
    published = world.un_net[0] + np.array([30.0, -30.0, 12.0, -12.0])
    target = close_target(published, world.un_net_by_age[0], world.population.sum(axis=(1, 2)))
    assert target.net_by_age[0].sum() == pytest.approx(target.net[0])


def test_those_whose_profile_shows_the_residual_bear_it_up_to_a_limit():
    people = np.array([0.1, 0.1, 0.8])
    residual = np.array([[1.0, -1.0], [0.0, 0.0]])
    profiles = np.array([3.0, 1.0, -3.0])[:, None, None] * residual
    shares = bearing_shares(profiles, residual, people)
    assert shares.sum() == pytest.approx(1.0)
    assert shares[0] == pytest.approx(MOST_BORNE * 0.1 + (1 - 2 * MOST_BORNE * 0.1) * 0.1)
    assert shares[2] == pytest.approx((1 - 2 * MOST_BORNE * 0.1) * 0.8)


def test_without_a_residual_people_bear_nothing_of_nothing():
    people = np.array([0.25, 0.75])
    np.testing.assert_allclose(bearing_shares(np.zeros((2, 2, 3)), np.zeros((2, 3)), people), people)


def test_the_correction_leads_to_the_target_where_no_group_would_be_emptied(target_and_world):
    target, world = target_and_world
    people = world.population * 1.0
    nobody = np.zeros_like(people)
    correction = age_correction(target.net_by_age * 1e-3, nobody, nobody, people)
    expected = target.net_by_age * 1e-3
    np.testing.assert_allclose(correction, expected - expected.mean(axis=(1, 2), keepdims=True))


def test_a_group_is_never_emptied():
    people = np.full((3, 2, 4), 100.0)
    wanted = np.zeros_like(people)
    wanted[0, 0, 0], wanted[0, 0, 1] = -500.0, 500.0
    wanted[1, 0, 0], wanted[1, 0, 1] = 500.0, -500.0
    correction = age_correction(wanted, np.zeros_like(people), np.zeros_like(people), people)
    assert (people + correction >= 0.0).all()
    assert np.abs(correction.sum(axis=0)).max() <= 1e-9
    assert np.abs(correction.sum(axis=(1, 2))).max() <= 1e-9
    assert np.abs(correction).max() > 10.0


def test_a_blend_of_targets_is_closed_and_lies_between(target_and_world):
    target, world = target_and_world
    own = np.random.default_rng(2).normal(0.0, 50.0, world.un_net_by_age[0].shape)
    own -= own.mean(axis=0)
    blended = blend_targets(target, 0.3, own)
    np.testing.assert_allclose(blended.net_by_age, 0.3 * target.net_by_age + 0.7 * own)
    np.testing.assert_allclose(blended.net_by_age.sum(axis=(1, 2)), blended.net, atol=1e-6)
    assert np.abs(blended.net_by_age.sum(axis=0)).max() < 1e-9 * np.abs(own).sum()


def test_the_blended_anchor_mixes_observed_with_the_level_of_the_uns():
    world = random_inputs(5, areas=7, scale=0.002)
    world = replace(world, un_net=world.un_level, un_net_by_age=world.un_level_by_age)
    years = {anchor: advance(start_of(world), world, 0, anchor)[1] for anchor in ANCHORS}
    net = {
        anchor: (year.immigrants - year.emigrants + year.correction).sum(axis=(1, 2)) for anchor, year in years.items()
    }
    share = ANCHORS["blended"].weight
    mixed = share * net["un"] + (1.0 - share) * net["observed"]
    np.testing.assert_allclose(net["blended"], mixed, atol=1e-3)
    by_age = {anchor: year.immigrants - year.emigrants + year.correction for anchor, year in years.items()}
    mixed = share * by_age["un"] + (1.0 - share) * by_age["observed"]
    np.testing.assert_allclose(by_age["blended"], mixed, atol=1e-3)


def test_a_level_is_the_mean_of_a_year_and_the_next_four():
    yearly = np.array([[0.0], [100.0], [0.0], [0.0], [0.0], [10.0], [20.0]])
    np.testing.assert_allclose(means_ahead(yearly)[:, 0], [20.0, 22.0, 6.0, 7.5, 10.0, 15.0, 20.0])


def test_the_horizon_changes_no_level_before_it(panel):
    short, long = load_inputs(panel, 2026), load_inputs(panel, 2040)
    np.testing.assert_array_equal(short.un_level, long.un_level[:2])
    np.testing.assert_array_equal(short.un_level_by_age, long.un_level_by_age[:2])
    ukraine = index("UKR")
    assert short.un_net[0, ukraine] > 1.5e6
    assert short.un_level[0, ukraine] < 4e5


def test_every_anchor_has_every_text_and_a_weight():
    for name, anchor in ANCHORS.items():
        assert anchor.name == name
        assert 0.0 <= anchor.weight <= 1.0
        assert all((anchor.choice, anchor.tied, anchor.method))
        assert bool(anchor.cause) == anchor.follows
    assert DEFAULT_ANCHOR in ANCHORS


def test_a_mix_names_its_own_weight():
    blended = ANCHORS["blended"]
    assert round(10 * blended.weight) == 4
    assert "four tenths" in blended.tied
    assert "six tenths" in blended.method
