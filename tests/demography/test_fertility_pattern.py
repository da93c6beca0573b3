"""Age patterns of fertility: cases worked by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.demography.fertility_pattern import mean_age_at_birth, project_fertility_pattern

YEARS = range(2024, 2101)
PAST = (2008, 2013, 2018, 2023)
GROUPS = np.array([0.01, 0.1, 0.25, 0.3, 0.2, 0.1, 0.03, 0.008, 0.002])
LATER = np.array([0.002, 0.03, 0.13, 0.3, 0.32, 0.17, 0.04, 0.007, 0.001])
SHIFT = np.linspace(-0.4, 0.4, 9)


def logit(share):
    return np.log(share / (1.0 - share))


def expit(value):
    return 1.0 / (1.0 + np.exp(-value))


def shifted(pattern, by):
    moved = expit(logit(pattern) + by * SHIFT)
    return moved / moved.sum()


def project(observed, norm, arrival, years=YEARS, past=PAST):
    return project_fertility_pattern(np.asarray(observed), past, norm, years, np.asarray(arrival, dtype=float))


@st.composite
def cases(draw):
    ages = draw(st.sampled_from([9, 45]))
    rates = st.floats(1e-4, 1.0)
    observed = draw(arrays(np.float64, (len(PAST), 3, ages), elements=rates))
    norm = draw(arrays(np.float64, (ages,), elements=rates))
    arrival = draw(arrays(np.float64, (3,), elements=st.floats(2020.0, 2150.0)))
    return observed, norm, arrival


def test_mean_age_by_hand():
    assert mean_age_at_birth(np.eye(9)[3]) == pytest.approx(27.5)
    assert mean_age_at_birth(np.eye(45)[[0, 44]].mean(axis=0)) == pytest.approx(32.5)


def test_half_way_is_half_norm_and_half_trend():
    # In 2033 of 2023..2043 the weight is 1/2: logits (base + norm) / 2, and base + 10 years of trend.
    earlier = shifted(GROUPS, -1.0)
    found = project([[earlier], [GROUPS]], LATER, [2043.0], years=[2033], past=(2008, 2023))[0, 0]
    base, slope = logit(GROUPS), (logit(GROUPS) - logit(earlier)) / 15.0
    expected = expit(0.5 * (0.5 * base + 0.5 * logit(LATER)) + 0.5 * (base + 10.0 * slope))
    assert found == pytest.approx(expected / expected.sum(), rel=1e-9)


def test_the_trend_is_that_of_the_last_fifteen_years():
    recent = [[GROUPS], [shifted(GROUPS, 0.1)], [shifted(GROUPS, 0.3)], [shifted(GROUPS, 0.4)]]
    old = [[shifted(LATER, 2.0)], *recent]
    found = project(old, LATER, [2060.0], past=(1990, *PAST))
    assert np.array_equal(found, project(recent, LATER, [2060.0]))


def test_an_area_without_a_trend_arrives_at_the_norm_and_stays():
    found = project([[GROUPS]] * 4, LATER, [2050.0])[:, 0]
    assert found[2050 - 2024] == pytest.approx(LATER, rel=1e-9)
    assert found[-1] == pytest.approx(LATER, rel=1e-9)
    assert np.all(np.diff(mean_age_at_birth(found[: 2050 - 2024])) > 0.0)


def test_whoever_is_due_is_at_the_norm_in_the_first_year():
    assert project([[GROUPS]] * 4, LATER, [2010.0])[0, 0] == pytest.approx(LATER, rel=1e-9)


def test_without_arrival_the_own_trend_goes_on():
    found = project([[GROUPS]] * 4, LATER, [np.inf])[:, 0]
    assert found == pytest.approx(np.broadcast_to(GROUPS, found.shape), rel=1e-9)


def test_an_area_above_the_norm_stops_where_its_mean_age_turns_down():
    still_rising = [[shifted(LATER, by)] for by in (-0.6, -0.4, -0.2, 0.0)]
    found = project(still_rising, GROUPS, [2060.0])[:, 0]
    means = mean_age_at_birth(found)
    turn = int(means.argmax())
    assert 0 < turn < 2060 - 2024
    assert means[turn] > mean_age_at_birth(LATER)
    assert np.all(np.diff(means[: turn + 1]) > 0.0)
    assert np.all(found[turn:] == found[turn])


def test_an_area_already_falling_above_the_norm_keeps_its_last_pattern():
    found = project([[LATER]] * 4, GROUPS, [2060.0])[:, 0]
    assert found == pytest.approx(np.broadcast_to(LATER, found.shape), rel=1e-9)


def test_a_mean_age_that_stays_is_not_taken_for_one_that_turns():
    # The middle group alone differs from the norm, so that the mean age moves by rounding only.
    dented = np.ones((4, 3, 9))
    dented[3, 1, 4] = 0.5
    found, moved = (project(dented[:, order], np.ones(9), np.full(3, 2111.0)) for order in ([0, 1, 2], [0, 2, 1]))
    np.testing.assert_allclose(found[:, 1], moved[:, 2], rtol=1e-9)
    assert found[-1, 1] != pytest.approx(found[0, 1], rel=1e-3)


def test_the_young_do_not_gain_and_the_old_gain_five_times_at_most():
    base = np.repeat(GROUPS, 5) / 5.0
    base[40:] = 1e-5
    base /= base.sum()
    norm = base.copy()
    norm[:10] *= 2.0
    norm[25:35] *= 3.0
    norm[40:] = 1e-3
    norm /= norm.sum()
    arrived = project([[base]] * 4, norm, [2030.0])[-1, 0]
    assert arrived[:10] == pytest.approx(base[:10], rel=1e-9)
    assert arrived[40:] == pytest.approx(5.0 * base[40:], rel=1e-9)
    assert arrived[10:35] / arrived[10] == pytest.approx(norm[10:35] / norm[10], rel=1e-9)


@pytest.mark.parametrize(
    ("observed", "past", "norm", "years", "said"),
    [
        (np.ones((2, 1, 8)), (2008, 2023), np.ones(8), [2024], "45 single ages"),
        (np.ones((2, 1, 9)), (2008, 2023), np.ones(45), [2024], "norm as many"),
        (np.ones((1, 1, 9)), (2023,), np.ones(9), [2024], "two observed"),
        (np.ones((3, 1, 9)), (2008, 2023), np.ones(9), [2024], "a year for each"),
        (np.ones((2, 1, 9)), (2008, 2023), np.ones(9), [2023], "ascend"),
    ],
)
def test_bad_shapes_and_years_are_named(observed, past, norm, years, said):
    with pytest.raises(ValueError, match=said):
        project(observed, norm, [2050.0], years=years, past=past)


@settings(deadline=None)
@given(case=cases())
def test_patterns_are_shares(case):
    found = project(*case)
    assert found.min() > 0.0
    assert found.sum(axis=-1) == pytest.approx(1.0, abs=1e-12)


@settings(deadline=None)
@given(case=cases(), order=st.permutations(range(3)))
def test_areas_do_not_touch(case, order):
    observed, norm, arrival = case
    moved = project(observed[:, order], norm, arrival[order])
    np.testing.assert_allclose(moved, project(observed, norm, arrival)[:, order], rtol=1e-9)


@settings(deadline=None)
@given(case=cases(), until=st.integers(2025, 2099))
def test_the_horizon_changes_no_year_before_it(case, until):
    observed, norm, arrival = case
    short = project(observed, norm, arrival, years=range(2024, until))
    np.testing.assert_allclose(short, project(observed, norm, arrival)[: len(short)], rtol=1e-9)


@settings(deadline=None)
@given(case=cases())
def test_single_ages_keep_their_limits(case):
    observed, norm, arrival = case
    last = observed[-1] / observed[-1].sum(axis=-1, keepdims=True)
    found = project(observed, norm, arrival)
    if found.shape[-1] == 45:
        young = np.concatenate((last[None, :, :10], found[..., :10]))
        assert np.diff(young, axis=0).max() <= 1e-12
        assert np.all(found[..., 35:] <= 5.0 * last[:, 35:] + 1e-12)
