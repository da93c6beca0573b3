"""Laws of the channels: nothing in the base year, no favour for any area, the right way, and finite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corridor.drivers.channel import BLOCKS
from corridor.drivers.channels import ageing, displacement, exposure, immobility, income, network, policy, returns
from corridor.drivers.channels.ageing import ageing_pull, working_share
from corridor.drivers.channels.displacement import Displaced, displaced_people, displacement_push
from corridor.drivers.channels.immobility import LOG_CHANGES, Means, decile_incomes, gate_table, immobility_push
from corridor.drivers.channels.income import income_pull
from corridor.drivers.channels.network import network_factor
from corridor.drivers.channels.policy import policy_effects
from corridor.drivers.parameters import STATUSES, draw_values
from tests.scenarios import policy_of

CHANNELS = [module.CHANNEL for module in (ageing, displacement, exposure, immobility, income, network, policy, returns)]
PARAMETERS = [parameter for channel in CHANNELS for parameter in channel.parameters]
SEEDS = st.integers(0, 2**32 - 1)
AREAS = st.integers(2, 8)
DRAWS = st.integers(1, 5)
LAWS = settings(max_examples=60, deadline=None)
YEARS = 4


def _draws(seed: int, draws: int):
    return draw_values(PARAMETERS, {}, range(draws), seed)


def _shares(random, areas: int):
    shares = random.lognormal(0.0, 2.0, (areas, areas))
    np.fill_diagonal(shares, 0.0)
    return shares / shares.sum(axis=1, keepdims=True)


def _means(random, areas: int) -> Means:
    incomes = np.exp(random.uniform(np.log(400.0), np.log(120_000.0), areas))
    costs = random.uniform(500.0, 4_000.0, (areas, areas))
    gate = gate_table(decile_incomes(incomes, random.uniform(0.2, 0.6, areas)), costs, _shares(random, areas))
    return Means(np.log(incomes), random.uniform(0.0, 1.0, areas), gate)


def _displaced(random, areas: int) -> Displaced:
    flood, storm, outflow = random.lognormal(9.0, 3.0, (3, areas))
    return Displaced(flood, storm, outflow)


def _policy(effect: float, years, codes, shares, diversion: float):
    policies = [policy_of("one", ("A0",), ("A1",), effect, 2026, phase_in=3)]
    effects = policy_effects(policies, years, codes, shares, diversion)
    assert effects is not None
    return effects


def _log_ratio(random, draws: int, areas: int):
    ratio = random.uniform(-2.0, 3.5, (draws, YEARS, areas))
    ratio[:, 0] = 0.0
    return ratio


def _warming(random, draws: int):
    warming = random.uniform(-0.5, 5.0, (draws, YEARS))
    warming[:, 0] = 0.0
    return warming


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_a_channel_says_what_it_is(channel):
    assert channel.block in (*BLOCKS, "feedback")
    assert set(channel.acts_on) <= {"push", "pull", "pair", "back"}
    for text in (channel.title, channel.mechanism, channel.direction, channel.limits):
        assert text.strip()
        assert "  " not in text
    for parameter in channel.parameters:
        assert parameter.name.startswith(f"{channel.name}.")
        assert parameter.status in STATUSES
        assert np.isfinite(parameter.central)
        assert parameter.source


def test_names_are_given_once():
    assert len({channel.name for channel in CHANNELS}) == len(CHANNELS)
    assert len({parameter.name for parameter in PARAMETERS}) == len(PARAMETERS)


@given(SEEDS, AREAS, DRAWS)
@example(6981, 2, 2)  # an income just beside the one at which emigration turns
@LAWS
def test_effects_are_zero_in_the_base_year_and_finite_after(seed, areas, draws):
    random, values = np.random.default_rng(seed), _draws(seed, draws)
    ratio, warming = _log_ratio(random, draws, areas), _warming(random, draws)
    for effect in (
        income_pull(ratio, values),
        immobility_push(ratio, _means(random, areas), values),
        displacement_push(warming, _displaced(random, areas), values),
    ):
        assert effect.shape == (draws, YEARS, areas)
        assert not effect[:, 0].any()
        assert np.isfinite(effect).all()


@given(SEEDS, AREAS)
@LAWS
def test_effects_of_the_state_are_none_in_the_base_year_and_finite_after(seed, areas):
    random = np.random.default_rng(seed)
    base, now, moves = random.lognormal(5.0, 4.0, (3, areas, areas)) * random.integers(0, 2, (3, areas, areas))
    residents, share = random.lognormal(10.0, 3.0, areas), random.uniform(0.3, 0.8, areas)
    working = share * residents
    start = working_share(working, residents)
    assert np.array_equal(network_factor(base, base, moves, random.uniform(0.0, 1.0)), np.ones((areas, areas)))
    assert not ageing_pull(working, residents, start, random.normal(0.5, 0.3)).any()
    factor = network_factor(now, base, moves, 0.9)
    assert np.isfinite(factor).all()
    assert (factor > 0.0).all()
    assert np.isfinite(ageing_pull(0.01 * working, residents, start, 2.0)).all()


@given(SEEDS, AREAS)
@LAWS
def test_areas_in_another_order_have_the_same_effects(seed, areas):
    random, values = np.random.default_rng(seed), _draws(seed, 2)
    order = random.permutation(areas)
    ratio, warming = _log_ratio(random, 2, areas), _warming(random, 2)
    means, base = _means(random, areas), _displaced(random, areas)
    moved_means = Means(means.log_income[order], means.rich_share[order], means.gate[order])
    moved_base = Displaced(base.flood[order], base.storm[order], base.outflow[order])
    for whole, moved in (
        (income_pull(ratio, values), income_pull(ratio[..., order], values)),
        (immobility_push(ratio, means, values), immobility_push(ratio[..., order], moved_means, values)),
        (displacement_push(warming, base, values), displacement_push(warming, moved_base, values)),
    ):
        assert np.array_equal(whole[..., order], moved)


@given(SEEDS, AREAS)
@LAWS
def test_pairs_in_another_order_have_the_same_effects(seed, areas):
    random = np.random.default_rng(seed)
    order = random.permutation(areas)
    across = np.ix_(order, order)
    base, now, moves = random.lognormal(5.0, 3.0, (3, areas, areas))
    permuted = network_factor(now[across], base[across], moves[across], 0.4)
    assert np.array_equal(network_factor(now, base, moves, 0.4)[across], permuted)
    shares = _shares(random, areas)
    codes = [f"A{position}" for position in range(areas)]
    effect = random.normal()
    push, pair = _policy(effect, range(2025, 2029), codes, shares, 0.1)
    moved_codes = [codes[position] for position in order]
    moved_push, moved_pair = _policy(effect, range(2025, 2029), moved_codes, shares[across], 0.1)
    np.testing.assert_allclose(push[:, order], moved_push, atol=1e-12)
    np.testing.assert_allclose(pair[:, order][:, :, order], moved_pair, atol=1e-12)


@given(SEEDS, AREAS)
@LAWS
def test_more_is_more(seed, areas):
    random, values = np.random.default_rng(seed), _draws(seed, 2)
    base = _displaced(random, areas)
    warmer = np.sort(random.uniform(0.0, 6.0, (2, YEARS)), axis=1)
    assert np.all(np.diff(displacement_push(warmer, base, values), axis=1) >= 0.0)
    assert np.all(np.diff(displaced_people(warmer, np.ones((YEARS, areas)), base, values), axis=1) >= 0.0)
    stock, more = np.sort(random.lognormal(5.0, 3.0, (2, areas, areas)), axis=0)
    moves = random.lognormal(3.0, 3.0, (areas, areas))
    assert np.all(network_factor(more, stock, moves, 0.4) >= 1.0)
    fewer_at_work = ageing_pull(np.full(areas, 40.0), np.full(areas, 100.0), np.full(areas, 0.5), 0.3)
    assert np.all(fewer_at_work > 0.0)


@given(SEEDS, st.floats(400.0, 120_000.0))
@LAWS
def test_emigration_rises_with_income_to_the_reversal_and_falls_beyond(seed, income_now):
    random, values = np.random.default_rng(seed), _draws(seed, 3)
    means = _means(random, 2)
    means = Means(np.full(2, np.log(income_now)), means.rich_share, np.zeros((2, len(LOG_CHANGES))))
    incomes = np.log(np.geomspace(300.0, 150_000.0, 60))
    push = immobility_push((incomes - np.log(income_now))[None, :, None] * np.ones(2), means, values)
    before = incomes[1:] <= np.log(10_000.0)
    assert np.all(np.diff(push, axis=1)[:, before] >= -1e-12)
    assert np.all(np.diff(push, axis=1)[:, incomes[:-1] >= np.log(10_000.0)] <= 1e-12)


@given(SEEDS, AREAS)
@LAWS
def test_richer_people_are_never_less_able_to_pay(seed, areas):
    gate = _means(np.random.default_rng(seed), areas).gate
    assert np.all(np.diff(gate, axis=1) >= 0.0)
    assert not gate[:, LOG_CHANGES == 0.0].any()


@given(SEEDS, AREAS, st.floats(0.0, 0.5))
@LAWS
def test_policy_reaches_its_corridor_and_the_origin_keeps_what_is_not_diverted(seed, areas, diversion):
    random = np.random.default_rng(seed)
    shares = _shares(random, areas)
    codes = [f"A{position}" for position in range(areas)]
    effect = random.uniform(-1.5, 0.7)
    push, pair = (part[0] for part in _policy(effect, [2030], codes, shares, diversion))
    attraction = shares * np.exp(pair)
    moves = np.exp(push)[:, None] * attraction / attraction.sum(axis=1, keepdims=True)
    assert moves[0, 1] == pytest.approx(shares[0, 1] * np.exp(effect))
    np.testing.assert_allclose(moves[1:], shares[1:])
    change = shares[0, 1] * np.expm1(effect)
    others = moves[0, 2:].sum() - shares[0, 2:].sum()
    assert abs(others) <= abs(diversion * change) + 1e-12
    assert others * change <= 1e-12
