"""Age profiles and Rogers-Castro curves against the reference outputs: two censuses, published parameters, curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.demography.age_profiles import age_profile, curve_shape, fit_rogers_castro
from corridor.demography.schedules import RogersCastro, rogers_castro

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.demography.age_profiles import Components

RELATIVE = 1e-12  # arithmetic in another order
RELATIVE_FITTED = 1e-9  # parameters from curves of 17 digits; found: 1e-14
EXPLAINED: dict[tuple[str, Components], float] = {  # found: .942, .978, .977, .981; a fit that misses a part has less
    ("BRA2000", 7): 0.94,
    ("BRA2000", 9): 0.97,
    ("FRA2006", 7): 0.97,
    ("FRA2006", 9): 0.98,
}
SAMPLES = ("BRA2000", "FRA2006")
FAMILIES = ("hd", "ld", "ldllfe", "olfe", "ws", "ylfe")
MEASURED_FROM = 5  # the censuses ask where people lived five years ago


@pytest.fixture(scope="module")
def curves(oracle: Path) -> Path:
    return oracle / "migest" / "rogers_castro"


@pytest.fixture(scope="module")
def census(oracle: Path) -> pd.DataFrame:
    return pd.read_csv(oracle / "migest" / "index_age" / "ipumsi_age.csv")


def expected_profile(oracle: Path, sample: str) -> dict[str, float]:
    rows = pd.read_csv(oracle / "migest" / "index_age" / "expected.csv")
    rows = rows[rows["sample"] == sample]
    return dict(zip(rows["measure"], rows["value"], strict=True))


def intensities(census: pd.DataFrame, sample: str) -> tuple[Floats, Floats, Floats]:
    rows = census[census["sample"] == sample]
    ages, rates, people = (rows[name].to_numpy(dtype=float) for name in ("age", "mi", "population"))
    return ages, rates, people


def parameters_of(rows: pd.DataFrame) -> RogersCastro:
    values = {
        name.replace("alpha4", "lambda4"): value for name, value in zip(rows["param"], rows["value"], strict=True)
    }
    return RogersCastro(**values)


def family(curves: Path, name: str, sex: str) -> RogersCastro:
    rows = pd.read_csv(curves / "rc_model_un.csv")
    return parameters_of(rows[(rows["schedule_abb"] == name) & (rows["sex"] == sex)])


def assert_parameters(found: RogersCastro, names: tuple[str, ...], expected: RogersCastro) -> None:
    values, known = ([getattr(each, name) for name in names] for each in (found, expected))
    np.testing.assert_allclose(values, known, rtol=RELATIVE_FITTED)


@pytest.mark.parametrize("sample", SAMPLES)
def test_age_profile(oracle: Path, census: pd.DataFrame, sample: str) -> None:
    """The reference gives the peak and the breadth in per cent, the gross rate not."""
    reference = expected_profile(oracle, sample)
    ages, rates, _ = intensities(census, sample)
    found = age_profile(ages, rates)
    np.testing.assert_allclose(found.gross_rate, reference["gmr"], rtol=RELATIVE)
    np.testing.assert_allclose(100 * found.peak_intensity, reference["peak_mi"], rtol=RELATIVE)
    assert found.peak_age == reference["peak_age"]
    assert (found.rise_age, found.fall_age) == (reference["murc"], reference["mdrc"])
    np.testing.assert_allclose(found.asymmetry, reference["asymmetry"], rtol=RELATIVE)


@pytest.mark.parametrize("sample", SAMPLES)
def test_breadth_of_the_reference_lies_a_year_too_low(oracle: Path, census: pd.DataFrame, sample: str) -> None:
    reference = expected_profile(oracle, sample)
    ages, rates, _ = intensities(census, sample)
    found = age_profile(ages, rates)
    peak = int(found.peak_age)
    low = rates[peak - 6 : peak + 5].sum()
    np.testing.assert_allclose(100 * low, reference["peak_breadth"], rtol=RELATIVE)
    np.testing.assert_allclose(100 * low / rates.sum(), reference["peak_share"], rtol=RELATIVE)
    assert found.breadth == pytest.approx(rates[peak - 5 : peak + 6].sum(), rel=RELATIVE)
    assert found.breadth == pytest.approx(found.share * found.gross_rate, rel=RELATIVE)


def assert_shape(reference: pd.DataFrame, name: str, parameters: RogersCastro) -> None:
    expected = dict(zip(reference[name], reference["value"], strict=True))
    found = curve_shape(parameters)
    names = ("peaking", "child_dependency", "labour_dependency", "labour_asymmetry", "regularity")
    values = [expected[each.replace("labour", "labor")] for each in names]
    np.testing.assert_allclose([getattr(found, each) for each in names], values, rtol=RELATIVE)


def test_shape_of_the_fundamental_curve(curves: Path) -> None:
    parameters = parameters_of(pd.read_csv(curves / "rc_model_fund.csv"))
    assert_shape(pd.read_csv(curves / "expected_index_age_rc_fund.csv"), "measure", parameters)


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("name", FAMILIES)
def test_shape_of_the_un_families(curves: Path, name: str, sex: str) -> None:
    rows = pd.read_csv(curves / "expected_index_age_rc_un.csv")
    rows = rows[(rows["schedule_abb"] == name) & (rows["sex"] == sex)]
    assert_shape(rows, "index", family(curves, name, sex))


@pytest.mark.parametrize("name", ["fund", "13par"])
def test_curves_and_their_fits(curves: Path, name: str) -> None:
    file = {"fund": "rc_model_fund.csv", "13par": "params_13par.csv"}[name]
    components: Components = 7 if name == "fund" else 13
    parameters = parameters_of(pd.read_csv(curves / file))
    schedule = pd.read_csv(curves / f"schedule_{name}.csv")
    ages, rates = (schedule[column].to_numpy(dtype=float) for column in ("age", "m"))
    np.testing.assert_allclose(rogers_castro(ages, parameters), rates, rtol=RELATIVE)
    found = fit_rogers_castro(ages, rates, components=components)
    assert len(found.names) == components
    assert_parameters(found.parameters, found.names, parameters)
    assert found.converged
    assert found.unsupported == found.at_limits == ()


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("name", FAMILIES)
def test_un_curves_and_their_fits(curves: Path, name: str, sex: str) -> None:
    parameters = family(curves, name, sex)
    schedule = pd.read_csv(curves / "schedule_un.csv")
    schedule = schedule[(schedule["schedule_abb"] == name) & (schedule["sex"] == sex)]
    ages, rates = (schedule[column].to_numpy(dtype=float) for column in ("age", "m"))
    np.testing.assert_allclose(rogers_castro(ages, parameters), rates, rtol=RELATIVE)
    found = fit_rogers_castro(ages, rates)
    assert_parameters(found.parameters, found.names, parameters)


@pytest.mark.parametrize(("sample", "components"), EXPLAINED)
def test_fits_to_censuses(census: pd.DataFrame, sample: str, components: Components) -> None:
    ages, rates, people = (each[MEASURED_FROM:] for each in intensities(census, sample))
    found = fit_rogers_castro(ages, rates, components=components)
    weighted = fit_rogers_castro(ages, rates, components=components, exposure=people)
    profile = age_profile(ages, rates)
    for fit in (found, weighted):
        fitted = age_profile(ages, fit.fitted)
        assert fit.converged
        assert abs(fitted.peak_age - profile.peak_age) <= 2
        assert 0.06 < fit.parameters.a1 < 0.25
        assert 18 < fit.parameters.mu2 < 24
    assert 1 - found.residuals.var() / rates.var() > EXPLAINED[sample, components]
    assert found.fitted.sum() == pytest.approx(rates.sum(), rel=1e-6)  # as a constant among the parts demands
    assert float(people @ weighted.fitted) == pytest.approx(float(people @ rates), rel=1e-6)
    assert weighted.dispersion > 10  # the populations are those of the countries, the migrants those of a sample


def test_late_rise_of_france_is_not_supported_by_its_counts(census: pd.DataFrame) -> None:
    ages, rates, people = (each[MEASURED_FROM:] for each in intensities(census, "FRA2006"))
    assert "late rise" in fit_rogers_castro(ages, rates, components=9, exposure=people).unsupported
    assert not fit_rogers_castro(ages, rates, exposure=people).unsupported
