"""Published results of climate and income, replicated: functions are held to them, and pages to the functions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.areas import groups
from corridor.data.readers.climate import SCENARIOS
from corridor.data.rules import warming_surface
from corridor.drivers import country_warming, damages
from corridor.drivers.channels import slow_onset
from corridor.drivers.damages import BHM_LINEAR, BHM_QUADRATIC, BHM_TILT
from corridor.drivers.parameters import Normal
from corridor.drivers.temperature import PATHWAYS, global_warming
from tests.references import need
from tests.scripts import load_script, same_text

need("oracle/climate", "data/climate")


DOCS = Path(__file__).resolve().parents[2] / "docs"
MEDIAN_POINTS = 1.0  # of income in 2099: the promise
CLEAR_PERCENT = 5.0
PRIORS = {
    parameter.name: parameter.prior
    for channel in (damages.CHANNEL, slow_onset.CHANNEL)
    for parameter in channel.parameters
    if isinstance(parameter.prior, Normal)
}


@pytest.fixture(scope="module")
def replicate():
    return load_script("replicate_climate")


@pytest.fixture(scope="module")
def fitted():
    return load_script("fit_warming_surface")


def test_global_warming_is_the_assessed_at_its_three_quantiles(replicate, panel, oracle):
    apart = replicate.ar6(panel, oracle)
    assert len(apart) == 5 * 82
    assert apart[["p05", "central", "p95"]].abs().to_numpy().max() < 0.00056  # three decimals there, four in the panel


def test_global_warming_is_the_assessed_file_to_its_last_stored_digit(panel, sources):
    rows = pd.read_csv(sources / "climate" / "ar6_ch4_assessed_gsat_rel_1995_2014.csv")
    assert {SCENARIOS[name] for name in rows["scenario"].unique()} == set(PATHWAYS)
    for scenario, part in rows.groupby("scenario"):
        ours = global_warming(panel, SCENARIOS[str(scenario)], part["year"].tolist(), np.array([5.0, 50.0, 95.0]))
        theirs = part[["gsat_p05", "gsat_central", "gsat_p95"]].to_numpy().T + 0.85
        np.testing.assert_allclose(ours, theirs.round(4), atol=1e-9)


def test_burke_hsiang_miguel_by_country(replicate, oracle):
    changes = replicate.bhm(oracle)
    assert len(changes) == 165
    for pathway in ("SSP3", "SSP5"):
        apart = (changes["ours"] - changes[pathway]).abs()
        assert apart.median() <= MEDIAN_POINTS
        assert apart[changes[pathway] < 0.0].max() < 2.0
        clear = changes[pathway].abs() > CLEAR_PERCENT
        unlike = changes[clear & (np.sign(changes["ours"]) != np.sign(changes[pathway]))]
        assert unlike.empty, unlike
        assert (changes["ours"] < 0.0).mean() == pytest.approx((changes[pathway] < 0.0).mean(), abs=0.01)
    assert (changes["ours"] < 0.0).mean() == pytest.approx(0.77, abs=0.005)  # the paper's share of countries


@pytest.mark.parametrize(("pathway", "growth"), [("SSP3", 0.012), ("SSP5", 0.027)])
def test_a_pathways_growth_explains_what_differs_from_burke_hsiang_miguel(replicate, oracle, pathway, growth):
    """Their effects add to growth, ours multiply: a rate of growth for each country makes one of the other."""
    found = replicate.bhm_growth(oracle, pathway)
    assert found["left"].max() < 0.001
    assert found["growth"].median() == pytest.approx(growth, abs=0.001)
    little_changed = {"KOR", "LSO"}  # any rate does
    assert found["growth"].drop(little_changed).between(-0.005, 0.065).all()


def test_the_spread_of_burke_hsiang_miguel_is_that_of_the_bootstrap(oracle):
    runs = pd.read_csv(oracle / "climate" / "bhm2015_bootstrap_nolag.csv")
    estimate, bootstrap = runs.query("run == 0").iloc[0], runs.query("run > 0")
    assert (estimate["temp"], estimate["temp2"]) == (BHM_LINEAR, BHM_QUADRATIC)
    covariance = np.cov(bootstrap["temp"], bootstrap["temp2"])
    tilt = covariance[0, 1] / covariance[0, 0]
    assert pytest.approx(tilt, rel=1e-3) == BHM_TILT
    assert PRIORS["damages.bhm_linear"].sd == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-3)
    rest = np.sqrt(covariance[1, 1] - tilt * covariance[0, 1])
    assert PRIORS["damages.bhm_quadratic"].sd == pytest.approx(rest, rel=1e-3)
    # the bootstrap's own mean lies near the estimate, so that centring on the estimate changes little
    assert abs(bootstrap["temp"].mean() - BHM_LINEAR) < 0.1 * bootstrap["temp"].std()
    assert abs(bootstrap["temp2"].mean() - BHM_QUADRATIC) < 0.1 * bootstrap["temp2"].std()


def test_kalkuhl_wenz_from_country_coefficients_and_warming(replicate, oracle):
    """Equal within what rounding of warming (.01 K) and of losses (.1 points) leaves."""
    paths = replicate.kalkuhl_wenz_paths(oracle)
    assert len(paths) == 224
    rounding = 0.05 + 0.005 * 100.0 * (paths["linear"].abs() + 2.0 * 0.00092 * 5.2)
    assert np.all((paths["ours"] - paths["file"]).abs() <= rounding + 1e-9)


def test_kalkuhl_wenz_by_one_formula(replicate, panel, oracle):
    losses = replicate.kalkuhl_wenz(panel, oracle)
    known = losses.dropna()
    assert len(known) == 26  # Palestine and Bahrain have no published temperature
    assert np.corrcoef(known["linear"], known["linear_file"])[0, 1] > 0.99
    assert (known["published"] - known["file"]).abs().max() <= 0.55  # points of income at 2 K
    assert (losses["surface"] - losses["file"]).abs().median() <= 0.5
    assert (losses["surface"] - losses["file"]).abs().idxmax() == "TJK"  # high mountains: the named limit


def test_hoffmann_betas(replicate, panel, oracle):
    betas = replicate.hoffmann(panel, oracle)
    known = betas.dropna()
    assert set(betas.index) - set(known.index) == {"PSE"}
    np.testing.assert_array_equal(known["ours"].round(3), known["file"])
    assert betas["today"].between(-0.1, 0.06).all()


def test_hoffmann_coefficients_and_errors_are_the_published(oracle):
    table = pd.read_csv(oracle / "climate" / "hoffmann2020_tableS15_prediction_model.csv").set_index("term")
    names = {
        "Constant": "constant",
        "L": "low_income",
        "LM": "lower_middle",
        "UM": "upper_middle",
        "agr": "agricultural",
        "conflict_mepv_5": "conflict",
    }
    assert set(table.index) == set(names)
    for term, name in names.items():
        prior = PRIORS[f"slow_onset.{name}"]
        assert (prior.mean, prior.sd) == (table["coef"][term], table["se"][term])


def test_the_hump_turns_where_its_coefficients_say(replicate, oracle):
    turns = replicate.hump(oracle)
    assert set(turns.index) == {"1960s", "1970s", "1980s", "1990s", "2000s", "pooled"}
    assert np.all((turns["ours"] - turns["file"]).abs() <= turns["rounding"])
    assert turns["ours"]["pooled"] == pytest.approx(4016.0, rel=0.01)


def test_the_surfaces_state_what_their_script_fits(fitted, panel, sources, oracle):
    found = fitted.fits(panel, sources, oracle)
    for name, fit in found.items():
        np.testing.assert_allclose(getattr(warming_surface, name), fit.coefficients, rtol=6e-4, err_msg=name)
    assert found["WARMING"].correlation > 0.83
    assert found["WARMING"].rmse == pytest.approx(warming_surface.WARMING_ERROR, abs=1e-4)
    members = np.isin(fitted.areas.codes(), [area.iso3 for area in groups.members("CICA")])
    assert members.sum() == 28
    assert np.abs(found["WARMING"].error[members]).max() < 0.2


def test_correlations_of_warming_are_the_mean_of_models_and_errors(fitted, panel, sources, oracle):
    found = fitted.fits(panel, sources, oracle)["WARMING"]
    apart, alike, spread = fitted.model_correlations(sources, oracle)
    errors = fitted.error_correlations(found)
    weights = np.array([spread**2, warming_surface.WARMING_ERROR**2])
    world, subregion = (np.average(pair, weights=weights) for pair in ((apart, errors[0]), (alike, errors[1])))
    assert pytest.approx(world, abs=0.01) == country_warming.WORLD
    assert pytest.approx(subregion - world, abs=0.01) == country_warming.SUBREGION


def test_pages_say_what_the_scripts_compute(replicate, fitted, panel, sources, oracle):
    same_text((DOCS / "results" / "replications.md").read_text(), replicate.page(panel, oracle))
    same_text((DOCS / "explanation" / "warming.md").read_text(), fitted.page(panel, sources, oracle))
