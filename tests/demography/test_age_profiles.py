"""Age profiles worked by hand, what fitted curves say of their own certainty, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from corridor.demography.age_profiles import age_profile, curve_shape, fit_rogers_castro
from corridor.demography.schedules import UN_FAMILIES, RogersCastro, rogers_castro, rogers_castro_parts
from corridor.errors import InputError

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.demography.age_profiles import Components, RogersCastroFit

AGES = np.arange(101.0)
WORKING = RogersCastro(0.02, 0.1, 0.06, 0.1, 0.4, 20.0, 0.003)
RETIRING = RogersCastro(0.02, 0.1, 0.06, 0.1, 0.4, 20.0, 0.003, a3=0.03, alpha3=0.5, lambda3=0.4, mu3=62.0)
PEOPLE = 20_000 * np.exp(-AGES / 60)
SEEDS = range(24)
ABSENT = [(9, ("late rise",)), (11, ("retirement",)), (13, ("retirement", "late rise"))]
COVERED = (0.90, 0.99)  # of 168 intervals of 95 %, three standard deviations either way


def counted(curve: RogersCastro, seed: int, people: Floats = PEOPLE) -> Floats:
    return np.random.default_rng(seed).poisson(people * rogers_castro(AGES, curve)) / people


def covered(fit: RogersCastroFit, truth: RogersCastro) -> list[bool]:
    return [
        abs(getattr(fit.parameters, name) - getattr(truth, name)) <= 1.96 * getattr(fit.standard_errors, name)
        for name in fit.names
    ]


def test_breadth_by_hand():
    """Defect 7 of the reference: around the peak at 20, age 25 belongs to the breadth and age 14 does not."""
    rates = np.zeros(71)
    rates[[14, 15, 20, 25, 26]] = [7.0, 3.0, 10.0, 4.0, 2.0]
    found = age_profile(np.arange(71.0), rates)
    assert (found.peak_age, found.peak_intensity) == (20.0, 10.0)
    assert found.breadth == 17.0
    assert found.share == pytest.approx(17 / 26)


def test_steps_by_hand():
    rates = np.interp(np.arange(71.0), [0, 18, 19, 30, 31, 70], [1, 2, 9, 8, 3, 1])
    found = age_profile(np.arange(71.0), rates)
    assert (found.rise_age, found.fall_age, found.asymmetry) == (19.0, 31.0, 19 / 31)


def test_children_do_not_make_the_peak():
    rates = np.interp(AGES, [0, 5, 15, 22, 40, 100], [0.9, 0.3, 0.1, 0.4, 0.1, 0.0])
    assert age_profile(AGES, rates).peak_age == 22.0
    assert age_profile(AGES, rates, youngest=0.0).peak_age == 0.0


def test_shape_of_a_curve_by_hand():
    found = curve_shape(WORKING)
    assert found.child_dependency * found.labour_dependency == pytest.approx(1.0)
    np.testing.assert_allclose((found.peaking, found.labour_asymmetry, found.regularity), (20.0, 4.0, 1.0))


def test_parts_sum_to_the_curve():
    parts = rogers_castro_parts(AGES, RETIRING)
    np.testing.assert_allclose(sum(parts.values()), rogers_castro(AGES, RETIRING))
    assert not parts["late rise"].any()
    assert parts["retirement"].argmax() == pytest.approx(62 + np.log(0.4 / 0.5) / 0.4, abs=0.5)


@pytest.mark.parametrize("curve", [sex for pair in UN_FAMILIES.values() for sex in pair])
def test_un_families_are_recovered(curve: RogersCastro):
    found = fit_rogers_castro(AGES, rogers_castro(AGES, curve))
    for name in found.names:
        assert getattr(found.parameters, name) == pytest.approx(getattr(curve, name), rel=1e-9)


@pytest.mark.parametrize("scale", [1e-5, 1e4])
def test_unit_of_intensities_does_not_matter(scale: float):
    rates = counted(WORKING, 0)
    one, other = (fit_rogers_castro(AGES, rates * unit) for unit in (1.0, scale))
    assert other.parameters.a2 == pytest.approx(one.parameters.a2 * scale, rel=1e-6)
    assert other.parameters.mu2 == pytest.approx(one.parameters.mu2, rel=1e-6)
    assert other.standard_errors.c == pytest.approx(one.standard_errors.c * scale, rel=1e-4)
    assert other.dispersion == pytest.approx(one.dispersion * scale**2, rel=1e-6)


def test_errors_of_counts_cover_the_truth():
    fits = [fit_rogers_castro(AGES, counted(WORKING, seed), exposure=PEOPLE) for seed in SEEDS]
    share = np.mean([covered(fit, WORKING) for fit in fits])
    assert COVERED[0] <= share <= COVERED[1]
    assert np.mean([fit.dispersion for fit in fits]) == pytest.approx(1.0, abs=0.1)
    assert not any(fit.unsupported or fit.at_limits for fit in fits)


def test_errors_of_intensities_cover_the_truth():
    noise = 5e-4
    curve = rogers_castro(AGES, WORKING)
    fits = [fit_rogers_castro(AGES, curve + np.random.default_rng(seed).normal(0, noise, len(AGES))) for seed in SEEDS]
    share = np.mean([covered(fit, WORKING) for fit in fits])
    assert COVERED[0] <= share <= COVERED[1]
    assert np.mean([fit.dispersion for fit in fits]) == pytest.approx(noise**2, rel=0.1)


def test_overdispersed_counts_have_larger_errors():
    rates = counted(WORKING, 1)
    lively = rates * np.random.default_rng(2).gamma(4.0, 0.25, len(AGES))
    errors = [fit_rogers_castro(AGES, each, exposure=PEOPLE) for each in (rates, lively)]
    assert errors[1].dispersion > 5
    assert errors[1].standard_errors.mu2 > 2 * errors[0].standard_errors.mu2


def test_covariance_and_errors_agree():
    found = fit_rogers_castro(AGES, counted(WORKING, 3), exposure=PEOPLE)
    errors = [getattr(found.standard_errors, name) for name in found.names]
    np.testing.assert_allclose(np.sqrt(np.diagonal(found.covariance)), errors)
    np.testing.assert_allclose(found.covariance, found.covariance.T, rtol=1e-8)
    assert np.isnan(found.standard_errors.a3)
    np.testing.assert_allclose(found.fitted, rogers_castro(AGES, found.parameters))
    np.testing.assert_allclose(found.fitted + found.residuals, counted(WORKING, 3))


@pytest.mark.parametrize(("components", "parts"), ABSENT)
def test_parts_that_are_not_there_are_named(components: Components, parts: tuple[str, ...]):
    found = fit_rogers_castro(AGES, counted(WORKING, 4), components=components, exposure=PEOPLE)
    assert found.unsupported == parts


def test_retirement_that_is_there_is_found():
    found = fit_rogers_castro(AGES, counted(RETIRING, 5), components=11, exposure=PEOPLE)
    assert not found.unsupported
    assert found.parameters.mu3 == pytest.approx(62.0, abs=3 * found.standard_errors.mu3)
    assert found.standard_errors.mu3 < 5


def test_a_constant_of_nothing_is_named():
    curve = RogersCastro(0.02, 0.1, 0.06, 0.1, 0.4, 20.0, 0.0)
    found = fit_rogers_castro(AGES, rogers_castro(AGES, curve))
    assert "constant" in found.unsupported
    assert found.parameters.c < 1e-5 * found.parameters.a2
    assert found.parameters.mu2 == pytest.approx(20.0, rel=1e-3)


def test_ages_without_moves_are_counts_too():
    people = np.full(len(AGES), 300.0)
    rates = counted(WORKING, 6, people)
    assert (rates == 0).any()
    found = fit_rogers_castro(AGES, rates, exposure=people)
    assert found.converged
    assert (people * found.fitted).sum() == pytest.approx((people * rates).sum())


def test_five_year_ages_do():
    middles = np.arange(2.5, 100, 5)
    found = fit_rogers_castro(middles, rogers_castro(middles, WORKING))
    assert found.parameters.mu2 == pytest.approx(20.0, rel=1e-6)


@pytest.mark.parametrize(
    ("ages", "rates"),
    [
        (AGES[::5], rogers_castro(AGES[::5], WORKING)),
        (AGES, -rogers_castro(AGES, WORKING)),
        (AGES, np.zeros_like(AGES)),
        (AGES[66:], rogers_castro(AGES[66:], WORKING)),
        (AGES[:-1], AGES),
    ],
)
def test_profiles_that_are_none_are_refused(ages: Floats, rates: Floats):
    with pytest.raises(InputError):
        age_profile(ages, rates)


@pytest.mark.parametrize(
    ("ages", "rates", "people", "rule"),
    [
        (AGES[:7], AGES[:7], None, "more ages than parameters"),
        (AGES, AGES - 50, None, "negative or not finite"),
        (AGES, 0 * AGES, None, "Nobody moves"),
        (AGES, AGES, AGES, "exposure is not finite and positive"),
        (AGES, AGES[:-1], None, "numbers of ages, intensities and exposures differ"),
    ],
)
def test_fits_that_cannot_be_are_refused(ages: Floats, rates: Floats, people: Floats | None, rule: str):
    with pytest.raises(InputError, match=rule):
        fit_rogers_castro(ages, rates, exposure=people)


def test_numbers_of_parameters_that_no_curve_has_are_refused():
    eight: Any = 8
    with pytest.raises(InputError, match="7, 9, 11 or 13"):
        fit_rogers_castro(AGES, AGES, components=eight)
