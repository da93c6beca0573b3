"""Laws of the climate channels: zero at the base, areas in any order, more warming at a higher percentile."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.drivers import damages
from corridor.drivers.channels import slow_onset
from corridor.drivers.channels.slow_onset import SlowOnsetData, slow_onset_push
from corridor.drivers.damages import FAMILIES, log_income_ratio
from corridor.drivers.parameters import draw_values
from corridor.drivers.temperature import through_quantiles

DRAWS, YEARS, AREAS = 3, 6, 5
WARMING = arrays(np.float64, (DRAWS, YEARS, AREAS), elements=st.floats(-1.0, 8.0))
BASE = arrays(np.float64, AREAS, elements=st.floats(-20.0, 30.0))
FLAGS = arrays(np.bool_, (5, AREAS))
SPREAD = arrays(np.float64, AREAS, elements=st.floats(0.1, 1.0))
ORDER = st.permutations(range(AREAS))
DRAWN = draw_values((*damages.CHANNEL.parameters, *slow_onset.CHANNEL.parameters), {}, range(DRAWS), 1)


def _data(flags, spread):
    low, lower, upper, agricultural, conflict = flags
    return SlowOnsetData(low, lower, upper, agricultural, conflict, spread)


@pytest.mark.parametrize("family", FAMILIES)
@given(base=BASE, warming=WARMING, order=ORDER)
def test_income_is_unchanged_at_the_base_and_areas_are_alone(family, base, warming, order):
    found = log_income_ratio(family, base, warming, DRAWN)
    assert not found[:, 0].any()
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(log_income_ratio(family, base[order], warming[..., order], DRAWN), found[..., order])


@pytest.mark.parametrize("family", FAMILIES)
@given(base=BASE, warming=WARMING)
def test_no_more_warming_than_at_the_base_changes_levels(family, base, warming):
    still = np.repeat(warming[:, :1], YEARS, axis=1)
    found = log_income_ratio(family, base, still, DRAWN)
    if family != "burke-hsiang-miguel":  # growth effects of the warming of the base year go on
        assert not found.any()


@given(flags=FLAGS, spread=SPREAD, warming=WARMING, order=ORDER)
def test_push_is_zero_at_the_base_and_areas_are_alone(flags, spread, warming, order):
    found = slow_onset_push(_data(flags, spread), warming, DRAWN)
    assert not found[:, 0].any()
    again = slow_onset_push(_data(flags[:, order], spread[order]), warming[..., order], DRAWN)
    np.testing.assert_array_equal(again, found[..., order])


@given(flags=FLAGS, spread=SPREAD, warming=WARMING)
def test_push_never_falls_as_warming_rises_while_immobility_is_off(flags, spread, warming):
    rising = np.sort(warming, axis=1)
    assert np.all(np.diff(slow_onset_push(_data(flags, spread), rising, DRAWN), axis=1) >= 0.0)


@given(
    lower=st.floats(0.05, 2.0),
    upper=st.floats(0.05, 2.0),
    percentiles=st.lists(st.floats(0.0, 100.0), min_size=2, max_size=8),
)
def test_warming_rises_with_the_percentile_through_its_quantiles(lower, upper, percentiles):
    quantiles = np.array([[2.0 - lower, 2.0, 2.0 + upper]])
    found = through_quantiles(quantiles, np.sort(percentiles))[:, 0]
    assert np.all(np.diff(found) >= -1e-12)
    np.testing.assert_allclose(through_quantiles(quantiles, np.array([5.0, 50.0, 95.0])).T, quantiles, atol=1e-9)
