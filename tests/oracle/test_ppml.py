"""Poisson models with fixed effects against pyfixest, and the distance elasticity of published flows of 2015."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.estimate.gravity.gravity_matrix import doubly_constrained, production_constrained
from corridor.estimate.gravity.ppml import PpmlFit, fit_ppml
from tests.ppml_data import SPECS, Data, Spec, make, regressors

if TYPE_CHECKING:
    from corridor.axes import Floats

REFERENCE = json.loads((Path(__file__).parent / "ppml_reference.json").read_text())["models"]
RELATIVE = 1e-6  # found: 1e-13
RELATIVE_ERRORS = 1e-6  # found: 5e-8, where the inverse information of pyfixest stands one step before its coefficients
KNOWN = -1.202  # doubly constrained on 33,306 pairs of 183 countries, from four programs
NEAR = 0.03  # the list of the 183 is not published, so these are all 217 areas that have distances
OURS = {"doubly": -1.2152, "production": -1.0499}  # as docs/explanation/gravity.md says


def fit(spec: Spec, data: Data) -> PpmlFit:
    return fit_ppml(
        data.y,
        regressors(spec, data),
        [data.codes[name] for name in spec.effects],
        weights=data.columns["weight"] if spec.weighted else None,
        offset=data.columns["exposure"] if spec.offset else None,
        errors=spec.errors,
        cluster=[data.codes[name] for name in spec.cluster],
    )


def test_every_specification_has_its_reference():
    assert set(SPECS) == set(REFERENCE)
    assert len(SPECS) >= 20


@pytest.mark.parametrize("name", SPECS)
def test_coefficients_and_errors_are_those_of_pyfixest(name):
    spec, known = SPECS[name], REFERENCE[name]
    found = fit(spec, make(spec))
    names = np.array([*(["Intercept"] if not spec.effects else []), *spec.regressors])
    assert list(names[~found.dropped]) == known["names"]
    assert int((found.kept & ~found.singletons).sum()) == known["rows"]
    np.testing.assert_allclose(found.coefficients[~found.dropped], known["coefficients"], rtol=RELATIVE)
    np.testing.assert_allclose(found.standard_errors[~found.dropped], known["standard_errors"], rtol=RELATIVE_ERRORS)
    np.testing.assert_allclose(found.deviance, known["deviance"], rtol=RELATIVE)


@pytest.fixture(scope="module")
def flows(sources: Path) -> pd.DataFrame:
    """Return all pairs of areas that have distances: flows of 2015-20 by pseudo-Bayes, zeros where none is listed."""
    published = pd.read_parquet(sources / "abel_cohen" / "flows_total_6methods.parquet")
    published = published[published["year0"] == 2015].rename(columns={"da_pb_closed": "flow"})
    apart = pd.read_parquet(sources / "cepii" / "dist_cepii.parquet", columns=["orig", "dest", "dist"])
    known = set(published["orig"]) & set(published["dest"])
    apart = apart[apart["orig"].isin(known) & apart["dest"].isin(known) & (apart["orig"] != apart["dest"])]
    pairs = apart.merge(published[["orig", "dest", "flow"]], how="left", on=["orig", "dest"])
    return pairs.fillna({"flow": 0.0})


def table(flows: pd.DataFrame, column: str) -> Floats:
    return np.array(flows.pivot_table(column, "orig", "dest").fillna(1.0), dtype=float)


def test_distance_elasticity_of_published_flows(flows):
    assert len(flows) == 217 * 216
    model = corridor.gravity(flows, logged=["dist"], cluster=["orig", "dest"])
    assert abs(float(model.fit.coefficients[0]) - KNOWN) < NEAR
    assert float(model.fit.coefficients[0]) == pytest.approx(OURS["doubly"], abs=1e-4)
    matrix = doubly_constrained(table(flows, "flow"), np.log(table(flows, "dist")))
    np.testing.assert_allclose(matrix.coefficients, model.fit.coefficients, rtol=1e-9)
    fitted = table(flows.assign(mean=model.fit.means), "mean")
    np.fill_diagonal(fitted, 0.0)
    np.testing.assert_allclose(matrix.table, fitted, rtol=1e-6, atol=1e-6)


def test_production_constrained_elasticity_is_that_of_origin_effects(flows):
    model = corridor.gravity(flows, logged=["dist"], effects=["orig"])
    matrix = production_constrained(table(flows, "flow"), np.log(table(flows, "dist"))[None])
    np.testing.assert_allclose(matrix.coefficients, model.fit.coefficients, rtol=1e-9)
    assert float(model.fit.coefficients[0]) == pytest.approx(OURS["production"], abs=1e-4)
