"""Which covariates the rows identify, whatever their unit, beside a plain Newton in long precision; what they equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor
from corridor.errors import InputError, NotConverged
from corridor.estimate.gravity.gravity_matrix import doubly_constrained, production_constrained
from corridor.estimate.gravity.ppml import fit_ppml

LAWS = settings(max_examples=25, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)


def solved(A: Any, b: Any) -> Any:
    """Solve by Gauss and Jordan in long precision, which LAPACK does not have."""
    M = np.column_stack([A, b]).astype(np.longdouble)
    for place in range(len(M)):
        best = place + int(np.argmax(np.abs(M[place:, place])))
        M[[place, best]] = M[[best, place]]
        M[place] /= M[place, place]
        for other in set(range(len(M))) - {place}:
            M[other] -= M[other, place] * M[place]
    return M[:, -1]


def newton(y: Any, X: Any) -> Any:
    """Return the likeliest Poisson coefficients of all columns in long precision; columns near scale one."""
    X, y = X.astype(np.longdouble), y.astype(np.longdouble)
    b = solved(X.T @ X, X.T @ np.log(y + 0.5))
    for _ in range(60):
        means = np.exp(X @ b)
        b = b + solved((X * means[:, None]).T @ X, X.T @ (y - means))
    return b


def table(seed: int, rows: int = 120) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    year = generator.integers(2015, 2020, rows)
    slow = generator.normal(0, 1, rows)
    group = generator.integers(0, 4, rows)
    mean = np.exp(3 + 0.1 * (year - 2017) - 0.15 * (year - 2017) ** 2 + 0.3 * slow + 0.4 * group)
    return pd.DataFrame({"flow": generator.poisson(mean), "year": year, "slow": slow, "g": group})


def test_a_year_with_its_powers_is_identified():
    flows = table(1)
    flows = flows.assign(year2=flows.year**2, year3=flows.year**3)
    found = corridor.gravity(flows, covariates=["year", "year2", "year3"], effects=[])
    c = (flows.year - 2017).to_numpy(dtype=float)
    b = newton(flows.flow.to_numpy(dtype=float), np.column_stack([c**0, c, c**2, c**3]))
    assert not found.fit.dropped.any()
    assert found.fit.coefficients[3] == pytest.approx(float(b[3]), rel=1e-4)
    assert found.fit.coefficients[2] == pytest.approx(float(b[2] - 3 * 2017 * b[3]), rel=1e-4)
    centred = corridor.gravity(flows.assign(a=c, b=c**2, c=c**3), covariates=["a", "b", "c"], effects=[])
    assert found.fit.deviance == pytest.approx(centred.fit.deviance, rel=1e-9)
    assert found.fit.standard_errors[3] == pytest.approx(centred.fit.standard_errors[3], rel=1e-4)


@pytest.mark.parametrize(
    ("centre", "spread"), [(1.6e9, 1000.0), (1e12, 100.0), (-3e15, 1e4), (0.0, 1e-120), (5.0, 1e-9)]
)
@pytest.mark.parametrize("effects", [[], ["g"]])
def test_a_covariate_far_from_zero_is_identified(centre, spread, effects):
    flows = table(2)
    far = centre + spread * flows.slow.round(1)
    found = corridor.gravity(flows.assign(far=far), covariates=["far"], effects=effects)
    near = corridor.gravity(flows.assign(near=(far - centre) / spread), covariates=["near"], effects=effects)
    assert found.fit.coefficients[-1] * spread == pytest.approx(near.fit.coefficients[-1], rel=1e-5)
    assert found.fit.standard_errors[-1] * spread == pytest.approx(near.fit.standard_errors[-1], rel=1e-5)
    np.testing.assert_allclose(found.predict(flows.assign(far=far)), near.fit.means, rtol=1e-4)


def test_nearly_collinear_columns_are_those_of_a_plain_newton():
    flows = table(3)
    other = flows.slow + 1e-6 * np.random.default_rng(0).normal(0, 1, len(flows))
    found = corridor.gravity(flows.assign(other=other), covariates=["slow", "other"], effects=["g"])
    dummies = (flows.g.to_numpy()[:, None] == np.arange(4)).astype(float)
    apart = ((other - flows.slow) / 1e-6).to_numpy()
    b = newton(flows.flow.to_numpy(dtype=float), np.column_stack([flows.slow, apart, dummies]))
    assert found.fit.coefficients[1] == pytest.approx(float(b[1]) / 1e-6, rel=1e-6)
    assert found.fit.coefficients[0] == pytest.approx(float(b[0] - b[1] / 1e-6), rel=1e-6)


@given(SEEDS, st.sampled_from([1e-6, 1e9]), st.floats(-12, 12), st.floats(-1e3, 1e3))
@LAWS
def test_units_of_flows_and_covariates_do_not_matter(seed: int, unit: float, power: float, shift: float) -> None:
    flows, scale = table(seed), 10.0**power
    one = corridor.gravity(flows, covariates=["slow", "year"], effects=["g"])
    changed = flows.assign(flow=flows.flow * unit, slow=scale * (flows.slow + shift), year=flows.year * 365.25 * 86400)
    other = corridor.gravity(changed, covariates=["slow", "year"], effects=["g"])
    rescaled = other.fit.coefficients * [scale, 365.25 * 86400]
    np.testing.assert_allclose(rescaled, one.fit.coefficients, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(other.fit.means, unit * one.fit.means, rtol=1e-6)
    ratio = other.fit.standard_errors * [scale, 365.25 * 86400] / one.fit.standard_errors
    np.testing.assert_allclose(ratio, 1.0, rtol=1e-5)


@given(SEEDS, st.floats(-9, 9), st.floats(-6, 9))
@LAWS
def test_units_of_costs_do_not_matter_to_tables(seed: int, power: float, of_flows: float) -> None:
    generator, scale, unit = np.random.default_rng(seed), 10.0**power, 10.0**of_flows
    flows, cost = generator.lognormal(3, 1, (6, 6)), generator.lognormal(0, 0.5, (2, 6, 6))
    one, other = doubly_constrained(flows, cost[0]), doubly_constrained(unit * flows, scale * (cost[0] + 7))
    np.testing.assert_allclose(scale * other.coefficients, one.coefficients, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(other.table, unit * one.table, rtol=1e-5)
    scales = np.array([scale, 1 / scale])
    one, other = (
        production_constrained(each, c) for each, c in ((flows, cost), (unit * flows, cost * scales[:, None, None]))
    )
    np.testing.assert_allclose(scales * other.coefficients, one.coefficients, rtol=1e-5, atol=1e-8)


def test_costs_that_totals_equal_are_refused():
    generator = np.random.default_rng(4)
    flows, push, pull = generator.lognormal(3, 1, (3, 3)), generator.normal(0, 1, (3, 1)), generator.normal(0, 1, 3)
    with pytest.raises(NotConverged, match="do not identify"):
        doubly_constrained(flows, 1e6 * (push + pull))
    flows, one, other = generator.lognormal(3, 1, (3, 5, 5))
    with pytest.raises(InputError, match="cost 2 follows from costs 0, 1"):
        production_constrained(flows, np.stack([one, 1e9 * other, one - 3 * other]))
    with pytest.raises(InputError, match="cost 1 does not differ"):
        production_constrained(flows, np.stack([one, one[:, :1] + 0 * one]))


def grid() -> pd.DataFrame:
    """Return flows between five places in three years, and covariates that effects equal."""
    generator = np.random.default_rng(5)
    rows = [(o, d, t) for o in range(5) for d in range(5) for t in range(2015, 2018) if o != d]
    flows = pd.DataFrame(rows, columns=["orig", "dest", "year"])
    flows["km"] = generator.lognormal(7, 1, len(flows))
    flows["flow"] = generator.poisson(30, len(flows))
    people = 1e6 * generator.lognormal(0, 1, (5, 3))
    flows["people"] = people[flows.orig, flows.year - 2015]
    flows["area"] = people[flows.orig, 0]
    flows["both"] = people[flows.orig, 0] - 2.5 * people[flows.dest, 1]
    flows["sum"] = 1e-3 * flows.km + 2.0 * people[flows.dest, 1]
    return flows


@pytest.mark.parametrize(
    ("covariates", "effects", "term", "because"),
    [
        (["km", "area"], ["orig", "dest"], "area", "it does not vary within orig"),
        (["people"], [("orig", "year"), "dest"], "people", "it does not vary within orig x year"),
        (["both"], ["orig", "dest", "year"], "both", "effects of orig and dest determine it"),
        (["km", "sum"], ["orig", "dest"], "sum", "km and effects of dest determine it"),
        (["km", "people", "mix"], ["dest"], "mix", "km and people determine it"),
        (["km", "flat"], [], "flat", "it does not vary on the rows that are not separated"),
        (["km", "km1"], [], "km1", "km determine it"),
    ],
)
def test_what_is_not_identified_is_told_exactly(covariates, effects, term, because):
    flows = grid()
    flows = flows.assign(mix=0.5 * flows.km - 1e-4 * flows.people + 3, flat=7e9, km1=flows.km + 1)
    found = corridor.gravity(flows, covariates=covariates, effects=effects)
    assert found.not_identified().to_numpy().tolist() == [[term, because]]
    assert list(found.tidy()["term"][found.tidy()["dropped"]]) == [term]


def test_separation_names_covariates_and_levels():
    flows = grid()
    flows.loc[flows.orig == 4, "flow"] = 0
    ban = (flows.km > flows.km.quantile(0.9)) & (flows.orig != 4)
    flows.loc[ban, "flow"] = 0
    found = corridor.gravity(flows.assign(ban=ban), covariates=["km", "ban"])
    said = found.separated().set_index("row")["because"]
    assert set(said[np.flatnonzero(ban)]) == {"ban"}
    assert set(said[np.flatnonzero(flows.orig == 4)]) == {"orig 4"}
    assert found.not_identified()["term"].tolist() == ["ban"]


def test_a_large_number_in_a_zero_row_separates_nothing_else():
    """Beside 1e4 in a row without flow, the covariate of the other rows is small but not nothing."""
    generator = np.random.default_rng(6)
    x = generator.normal(0, 1, 60)
    y = generator.poisson(np.exp(1 - 0.8 * x)).astype(float)
    x[0], y[0] = 1e4, 0.0
    found = fit_ppml(y, np.column_stack([np.ones(60), x]))
    without = fit_ppml(y[1:], np.column_stack([np.ones(59), x[1:]]))
    assert found.kept.all()
    np.testing.assert_allclose(found.coefficients, without.coefficients, rtol=1e-6)
