"""Laws of Poisson models with fixed effects: scores vanish, totals are met, order and unit of rows do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.estimate.gravity.effects_design import effects_design
from corridor.estimate.gravity.gravity_matrix import doubly_constrained, production_constrained, radiation
from corridor.estimate.gravity.ppml import PpmlFit, fit_ppml
from corridor.estimate.gravity.ppml_separation import find_separation

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats, Integers

SEEDS = st.integers(0, 2**32 - 1)
LAWS = settings(max_examples=40, deadline=None)
RELATIVE = 1e-7
CLOSE = 1e-6


def sample(seed: int, zeros: float = 0.3) -> tuple[Floats, Floats, list[Integers]]:
    """Return outcomes, two regressors, and codes of two or three effects."""
    generator = np.random.default_rng(seed)
    rows, width = int(generator.integers(80, 200)), int(generator.integers(1, 4))
    effects = [generator.integers(0, generator.integers(2, 9), rows) for _ in range(width)]
    X = np.column_stack([generator.normal(0, 1, rows), (generator.random(rows) < 0.3).astype(float)])
    log_mean = X @ [0.7, -0.4] + sum(np.sin(3.0 * codes + place) for place, codes in enumerate(effects))
    y = generator.poisson(np.exp(1.0 + log_mean)) * (generator.random(rows) >= zeros)
    y[0] += 1
    return y.astype(float), X, effects


def fitted(seed: int) -> tuple[Floats, Floats, list[Integers], PpmlFit]:
    y, X, effects = sample(seed)
    return y, X, effects, fit_ppml(y, X, effects)


@given(SEEDS)
@LAWS
def test_scores_vanish_and_totals_are_met(seed: int) -> None:
    y, X, effects, found = fitted(seed)
    left = y - found.means
    np.testing.assert_allclose(left @ X[:, ~found.dropped], 0.0, atol=CLOSE * y.sum())
    for codes in effects:
        np.testing.assert_allclose(np.bincount(codes, left), 0.0, atol=CLOSE * y.sum())


@given(SEEDS)
@LAWS
def test_prediction_of_the_rows_is_their_mean(seed: int) -> None:
    _, X, effects, found = fitted(seed)
    np.testing.assert_allclose(found.predict(X, effects), found.means, rtol=RELATIVE, atol=1e-9)


@given(SEEDS)
@LAWS
def test_order_of_rows_and_names_of_levels_do_not_matter(seed: int) -> None:
    y, X, effects, found = fitted(seed)
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(y))
    renamed = [generator.permutation(int(codes.max()) + 1)[codes] for codes in effects]
    other = fit_ppml(y[order], X[order], [codes[order] for codes in renamed])
    np.testing.assert_allclose(other.coefficients, found.coefficients, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(other.standard_errors, found.standard_errors, rtol=CLOSE)
    np.testing.assert_allclose(other.means, found.means[order], rtol=CLOSE, atol=1e-9)


@given(SEEDS, st.sampled_from([1e-6, 0.01, 1e3, 1e9]))
@LAWS
def test_unit_of_the_outcome_moves_the_first_effect_only(seed: int, unit: float) -> None:
    y, X, effects, found = fitted(seed)
    other = fit_ppml(unit * y, X, effects)
    np.testing.assert_allclose(other.coefficients, found.coefficients, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(other.standard_errors, found.standard_errors, rtol=CLOSE)
    for place, (left, right) in enumerate(zip(other.effects, found.effects, strict=True)):
        shift = np.log(unit) if place == 0 else 0.0
        np.testing.assert_allclose(left, right + shift, rtol=CLOSE, atol=CLOSE)


@given(SEEDS)
@LAWS
def test_unit_of_a_regressor_scales_its_coefficient(seed: int) -> None:
    y, X, effects, found = fitted(seed)
    other = fit_ppml(y, X * [1e6, 1.0] + [3e6, 0.0], effects)
    np.testing.assert_allclose(other.coefficients * [1e6, 1.0], found.coefficients, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(other.means, found.means, rtol=CLOSE, atol=1e-9)


def by_programme(y: Floats, X: Floats, effects: list[Integers]) -> Booleans:
    """Find the separated rows one by one, each with its own linear programme over all coefficients."""
    from scipy.optimize import linprog

    A = np.column_stack([X, *((codes[:, None] == np.arange(codes.max() + 1)).astype(float) for codes in effects)])
    positive, zero = A[y > 0], A[y == 0]
    separated = np.zeros(len(y), dtype=bool)
    for row in np.flatnonzero(y == 0):
        found = linprog(-A[row], -zero, np.zeros(len(zero)), positive, np.zeros(len(positive)), bounds=(-1, 1))
        separated[row] = found.status == 0 and found.fun < -1e-7
    return separated


@given(SEEDS, st.integers(1, 3), st.booleans())
@settings(max_examples=60, deadline=None)
def test_separated_rows_are_those_of_the_definition(seed: int, width: int, dummy: bool) -> None:
    generator = np.random.default_rng(seed)
    rows = 40
    effects = [generator.integers(0, generator.integers(2, 8), rows) for _ in range(width)]
    y = (generator.random(rows) < 0.35).astype(float)
    y[0] = 1.0
    regressor = (generator.random(rows) < 0.15).astype(float) if dummy else generator.normal(0, 1, rows)
    X = np.column_stack([regressor, (generator.random(rows) < 0.1) - 0.5 * (generator.random(rows) < 0.1)])
    sizes = [int(codes.max()) + 1 for codes in effects]
    found = find_separation(y, X, X.mean(axis=0), effects_design(effects, sizes, rows))
    np.testing.assert_array_equal(found.reason > 0, by_programme(y, X, effects))


@given(SEEDS, st.integers(4, 9))
@LAWS
def test_constrained_tables_have_their_totals_and_mean_costs(seed: int, areas: int) -> None:
    generator = np.random.default_rng(seed)
    flows, cost = generator.lognormal(3, 1, (areas, areas)), generator.lognormal(0, 0.5, (areas, areas))
    np.fill_diagonal(flows, 0.0)
    doubly, production = doubly_constrained(flows, cost).table, production_constrained(flows, cost[None]).table
    for table in (doubly, production):
        np.testing.assert_allclose(table.sum(axis=1), flows.sum(axis=1), rtol=CLOSE)
        np.testing.assert_allclose((table * cost).sum(), (flows * cost).sum(), rtol=CLOSE)
    np.testing.assert_allclose(doubly.sum(axis=0), flows.sum(axis=0), rtol=CLOSE)


@given(SEEDS, st.integers(2, 12))
@LAWS
def test_radiation_sends_everybody_and_only_ratios_of_populations_matter(seed: int, areas: int) -> None:
    generator = np.random.default_rng(seed)
    people, out = generator.lognormal(8, 1, areas), generator.lognormal(3, 1, areas)
    distance = generator.lognormal(6, 1, (areas, areas))
    flows = radiation(out, people, distance)
    np.testing.assert_allclose(flows.sum(axis=1), out)
    np.testing.assert_allclose(radiation(out, 7.0 * people, distance**2), flows)
