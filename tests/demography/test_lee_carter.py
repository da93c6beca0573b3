"""Mortality from life expectancy: the life table has what was asked for, and the pattern turns as it should."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.demography.graduation import graduate_ages
from corridor.demography.kannisto import extend_to_oldest
from corridor.demography.lee_carter import fit_lee_carter, rates_at_life_expectancy, rotated_decline
from corridor.demography.life_table import life_table
from corridor.errors import NotConverged

YEARS = 1e-9  # the tolerance that the module promises
ROUNDING = 1e-12

GRADUATED = {1: graduate_ages, 5: lambda rates: extend_to_oldest(rates, width=5)}


@pytest.fixture(scope="module", params=[1, 5])
def model(request, panel):
    rates = panel.array("mortality_rate")[6:, ::12]
    rates = GRADUATED[request.param](rates)
    return fit_lee_carter(rates.reshape(-1, *rates.shape[-2:]), width=request.param)


def test_the_life_table_has_the_life_expectancy_asked_for(model):
    wanted = np.stack(np.meshgrid(np.arange(30.0, 101.0, 3.5), np.arange(28.0, 96.0, 4.0)), axis=-1)
    found = life_table(rates_at_life_expectancy(model, wanted), width=model.width).e[..., 0]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=YEARS)


def test_rates_of_every_age_fall_as_life_expectancy_rises(model):
    rising = np.arange(40.0, 100.0, 5.0)
    rates = rates_at_life_expectancy(model, np.stack([rising, rising - 4.0], axis=-1))
    assert (np.diff(rates[..., :-1], axis=0) < 1e-12).all()


def test_a_model_that_made_rates_is_found_again():
    ages = np.arange(101.0)
    level = np.stack([-9.0 + 0.085 * ages, -8.5 + 0.085 * ages])
    decline = np.exp(-ages / 40.0)
    decline /= decline.sum()
    k = np.array([30.0, 10.0, -5.0, -35.0])
    fitted = fit_lee_carter(np.exp(level + k[:, None, None] * decline))
    np.testing.assert_allclose(fitted.decline, decline, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(fitted.level, level, rtol=0, atol=1e-10)
    expectation = life_table(np.exp(level + k[:2, None, None] * decline)).e[..., 0]
    found = rates_at_life_expectancy(fitted, expectation)
    np.testing.assert_allclose(found, np.exp(level + k[:2, None, None] * decline), rtol=1e-9)


def test_the_pattern_stays_to_80_and_has_turned_at_102(model):
    turned = rotated_decline(model, np.array([60.0, 80.0, 91.0, 102.0, 105.0]))
    np.testing.assert_allclose(turned.sum(axis=-1), 1.0, rtol=0, atol=ROUNDING)
    np.testing.assert_array_equal(turned[:2], [model.decline] * 2)
    np.testing.assert_allclose(turned[3:], [model.ultimate] * 2, rtol=0, atol=ROUNDING)
    halfway = model.decline + np.sqrt(0.5) * (model.ultimate - model.decline)
    np.testing.assert_allclose(turned[2], halfway, rtol=0, atol=ROUNDING)


def test_the_ultimate_pattern_is_flat_below_65_and_keeps_its_shape_above(model):
    first_old = 65 if model.width == 1 else 14
    np.testing.assert_allclose(model.ultimate[: first_old + 1], model.ultimate[0], rtol=ROUNDING)
    shape = model.decline[first_old:] / model.decline[first_old]
    np.testing.assert_allclose(model.ultimate[first_old:] / model.ultimate[first_old], shape, rtol=0, atol=ROUNDING)


def test_a_life_without_end_is_refused(model):
    with pytest.raises(NotConverged, match="years away"):
        rates_at_life_expectancy(model, np.array([1e9, 1e9]))
