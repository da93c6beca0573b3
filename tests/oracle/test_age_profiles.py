"""Age profiles and Rogers-Castro curves against the reference outputs: two censuses, published parameters, curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.demography.age_profiles import age_profile, curve_shape, fit_rogers_castro
from corridor.demography.schedules import RogersCastro, rogers_castro
from tests.references import FULL

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
MEASURED_FROM = 5  # the censuses ask where people lived five years ago


@pytest.fixture(scope="module")
def curves(reference: Path) -> Path:
    return reference / "migest" / "rogers_castro"


@pytest.fixture(scope="module")
def census(oracle: Path) -> pd.DataFrame:
    return pd.read_csv(oracle / "migest" / "index_age" / "ipumsi_age.csv")


@pytest.fixture(scope="module")
def profiles(reference: Path) -> dict[str, tuple[dict[str, float], Floats, Floats]]:
    """Return the measures, the ages and the rates of every sample."""
    folder = reference / "migest" / "index_age"
    census, known = pd.read_csv(folder / "ipumsi_age.csv"), pd.read_csv(folder / "expected.csv")
    return {
        str(sample): (dict(zip(rows["measure"], rows["value"], strict=True)), *intensities(census, str(sample))[:2])
        for sample, rows in known.groupby("sample")
    }


def intensities(census: pd.DataFrame, sample: str) -> tuple[Floats, Floats, Floats]:
    rows = census[census["sample"] == sample]
    ages, rates, people = (rows[name].to_numpy(dtype=float) for name in ("age", "mi", "population"))
    return ages, rates, people


def parameters_of(rows: pd.DataFrame) -> RogersCastro:
    values = {
        name.replace("alpha4", "lambda4"): value for name, value in zip(rows["param"], rows["value"], strict=True)
    }
    return RogersCastro(**values)


@pytest.fixture(scope="module")
def families(curves: Path) -> dict[tuple[str, str], RogersCastro]:
    """Return the parameters of each family of curves and sex."""
    rows = pd.read_csv(curves / "rc_model_un.csv")
    return {(str(name), str(sex)): parameters_of(each) for (name, sex), each in rows.groupby(["schedule_abb", "sex"])}


def of_family(curves: Path, file: str, name: str, sex: str) -> pd.DataFrame:
    rows = pd.read_csv(curves / file)
    return rows[(rows["schedule_abb"] == name) & (rows["sex"] == sex)]


def assert_parameters(found: RogersCastro, names: tuple[str, ...], expected: RogersCastro) -> None:
    values, known = ([getattr(each, name) for name in names] for each in (found, expected))
    np.testing.assert_allclose(values, known, rtol=RELATIVE_FITTED)


def test_age_profile(profiles: dict[str, tuple[dict[str, float], Floats, Floats]]) -> None:
    """The reference gives the peak and the breadth in per cent, the gross rate not."""
    for known, ages, rates in profiles.values():
        found = age_profile(ages, rates)
        np.testing.assert_allclose(found.gross_rate, known["gmr"], rtol=RELATIVE)
        np.testing.assert_allclose(100 * found.peak_intensity, known["peak_mi"], rtol=RELATIVE)
        assert found.peak_age == known["peak_age"]
        assert (found.rise_age, found.fall_age) == (known["murc"], known["mdrc"])
        np.testing.assert_allclose(found.asymmetry, known["asymmetry"], rtol=RELATIVE)


def test_breadth_of_the_reference_lies_a_year_too_low(
    profiles: dict[str, tuple[dict[str, float], Floats, Floats]],
) -> None:
    for known, ages, rates in profiles.values():
        found = age_profile(ages, rates)
        peak = int(found.peak_age)
        low = rates[peak - 6 : peak + 5].sum()
        np.testing.assert_allclose(100 * low, known["peak_breadth"], rtol=RELATIVE)
        np.testing.assert_allclose(100 * low / rates.sum(), known["peak_share"], rtol=RELATIVE)
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


def test_shape_of_the_un_families(curves: Path, families: dict[tuple[str, str], RogersCastro]) -> None:
    for (name, sex), parameters in families.items():
        assert_shape(of_family(curves, "expected_index_age_rc_un.csv", name, sex), "index", parameters)


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


def test_un_curves_and_their_fits(curves: Path, families: dict[tuple[str, str], RogersCastro]) -> None:
    for (name, sex), parameters in families.items():
        schedule = of_family(curves, "schedule_un.csv", name, sex)
        ages, rates = (schedule[column].to_numpy(dtype=float) for column in ("age", "m"))
        np.testing.assert_allclose(rogers_castro(ages, parameters), rates, rtol=RELATIVE)
        found = fit_rogers_castro(ages, rates)
        assert_parameters(found.parameters, found.names, parameters)


@pytest.mark.parametrize(("sample", "components"), EXPLAINED if FULL.is_dir() else ())
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
