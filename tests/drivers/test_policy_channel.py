"""Settings of corridors, by the engine's own formula."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.drivers.channels.policy import policy_effects, policy_pair
from corridor.drivers.levers import weight
from corridor.errors import InputError
from tests.scenarios import policy_of

CODES = ("AAA", "BBB", "CCC", "DDD")
YEARS = range(2025, 2041)


@pytest.fixture
def outward():
    moves = np.random.default_rng(4).uniform(10.0, 1000.0, (4, 4))
    np.fill_diagonal(moves, 0.0)
    return moves


def _shares(outward):
    return outward / outward.sum(axis=1, keepdims=True)


def _demand(outward, push, pair, pull=0.0):
    """Outward moves as the engine makes them: base moves, log effects, shares normalised over destinations."""
    shares, attraction = _shares(outward), np.exp(pair + pull)
    return outward * np.exp(push)[:, None] * attraction / (shares * attraction).sum(axis=1, keepdims=True)


def _effects(policies, outward, diversion=0.1):
    effects = policy_effects(policies, YEARS, CODES, _shares(outward), diversion)
    assert effects is not None
    return effects


def _open(effect=0.5, **settings):
    return policy_of("opening", ("AAA", "BBB"), ("CCC",), effect, **{"start": 2027, **settings})


def test_weight_rises_in_equal_steps_and_ends_at_once():
    opened = _open(start=2027, phase_in=4, end=2033)
    np.testing.assert_allclose(
        weight(opened, range(2025, 2036)), [0.0, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0, 1.0, 0.0, 0.0]
    )
    np.testing.assert_allclose(weight(_open(start=2027), range(2025, 2029)), [0.0, 0.0, 1.0, 1.0])


@pytest.mark.parametrize("effect", [0.5, -0.57, -1.11])
@pytest.mark.parametrize("diversion", [0.0, 0.1, 0.17])
def test_the_corridor_is_multiplied_and_others_make_up_a_part(outward, effect, diversion):
    push, pair = _effects([_open(effect)], outward, diversion)
    moves = _demand(outward, push[-1], pair[-1])
    np.testing.assert_allclose(moves[:2, 2], outward[:2, 2] * np.exp(effect))
    change = (moves - outward)[:2, 2]
    others = np.delete(moves - outward, 2, axis=1)[:2].sum(axis=1)
    np.testing.assert_allclose(others, -diversion * change, atol=1e-9)
    np.testing.assert_allclose(moves[2:], outward[2:])


def test_other_destinations_keep_their_proportions(outward):
    push, pair = _effects([_open(-0.6)], outward)
    ratio = _demand(outward, push[-1], pair[-1])[0, [1, 3]] / outward[0, [1, 3]]
    assert ratio[0] == pytest.approx(ratio[1])
    assert 1.0 < ratio[0] < 1.2


def test_relative_to_another_corridor_the_effect_holds_under_any_pull(outward):
    push, pair = _effects([_open(0.4)], outward, 0.0)
    pull = np.array([0.1, -0.3, 0.2, 0.5])
    with_it, without = (_demand(outward, push[-1] * on, pair[-1] * on, pull) for on in (1.0, 0.0))
    ratio = with_it[0, 1:] / without[0, 1:]
    assert ratio[1] / ratio[0] == pytest.approx(np.exp(0.4))
    assert ratio[1] == pytest.approx(np.exp(0.4), rel=0.1)


def test_overlapping_settings_add(outward):
    both = [_open(0.5), policy_of("visa", ("AAA",), ("CCC", "DDD"), -0.2, 2030)]
    pair = policy_pair(both, YEARS, CODES)
    assert pair is not None
    assert not pair[0].any()
    assert pair[-1, 0, 2] == pytest.approx(0.3)
    assert pair[-1, 1, 2] == pytest.approx(0.5)
    assert pair[-1, 0, 3] == pytest.approx(-0.2)
    push, shared = _effects(both, outward)
    np.testing.assert_allclose(
        _demand(outward, push[-1], shared[-1])[0, 2:], outward[0, 2:] * np.exp([0.3, -0.2]), rtol=1e-12
    )


def test_a_zone_counts_no_move_to_oneself(outward):
    zone = [policy_of("zone", CODES, CODES, 0.5, 2026)]
    push, pair = _effects(zone, outward)
    assert not np.diagonal(pair, axis1=1, axis2=2).any()
    np.testing.assert_allclose(_demand(outward, push[-1], pair[-1]), outward * np.exp(0.5))


def test_diversion_never_more_than_doubles_what_is_small():
    shares = np.array([[0.0, 0.99, 0.01], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
    policies = [policy_of("closing", ("AAA",), ("BBB",), -2.0, 2026)]
    effects = policy_effects(policies, [2030], CODES[:3], shares, 0.17)
    assert effects is not None
    moves = _demand(1000.0 * shares, *(part[0] for part in effects))
    assert moves[0, 1] == pytest.approx(990.0 * np.exp(-2.0))
    assert moves[0, 2] == pytest.approx(20.0)


def test_nothing_before_the_start_after_the_end_and_without_policies(outward):
    push, pair = _effects([_open(end=2030)], outward)
    idle = [year < 2027 or year > 2030 for year in YEARS]
    assert not push[idle].any()
    assert not pair[idle].any()
    assert pair[2:6].any(axis=(1, 2)).all()
    assert policy_effects([], YEARS, CODES, _shares(outward), 0.1) is None


def test_all_mistakes_are_named():
    wrong = [
        policy_of("one", ("AAA", "XXX"), ("BBB",), np.inf, 2025),
        policy_of("two", ("AAA",), ("BBB",), 0.1, 2030, phase_in=-1, end=2029),
    ]
    with pytest.raises(InputError) as caught:
        policy_pair(wrong, YEARS, CODES)
    assert [problem.value for problem in caught.value.problems] == ["XXX", 2025, np.inf, 2029, -1]
