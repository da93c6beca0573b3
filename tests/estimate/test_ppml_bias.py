"""The bias of Poisson coefficients beside three-way effects: the formula by definition, and on samples drawn anew."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.errors import InputError
from corridor.estimate.gravity.ppml_bias import _of_area, fit_three_way

DRAWS, AREAS, YEARS = 200, 20, 5
BIAS = 0.0145  # of the plain coefficient, from 1,000 draws; the correction leaves .0028 (standard error .0017)


def sample(generator: np.random.Generator, areas: int = AREAS, years: int = YEARS):
    """Return flows with variances equal to means, and a regressor that moves with the effects (Weidner and Zylkin)."""
    orig, dest, year = (axis.ravel() for axis in np.indices((areas, areas, years)))
    pairs = orig != dest
    orig, dest, year = orig[pairs], dest[pairs], year[pairs]
    push, pull = generator.normal(0, 0.25, (2, areas, years))
    tie = generator.normal(0, 0.25, (areas, areas))
    x, before = np.zeros((areas, areas, years)), tie + generator.normal(0, 0.5, (areas, areas))
    for each in range(years):
        before = before / 2 + push[:, None, each] + pull[:, each] + generator.normal(0, 0.5, (areas, areas))
        x[:, :, each] = before
    means = np.exp(push[:, None] + pull + tie[:, :, None] + x)[orig, dest, year]
    spread = np.sqrt(np.log1p(1.0 / means))
    y = means * np.exp(spread * generator.normal(size=len(means)) - spread**2 / 2)
    return y, x[orig, dest, year][:, None], orig, dest, year


def test_the_correction_takes_most_of_the_bias_away():
    generator = np.random.default_rng(1)
    found = [fit_three_way(*sample(generator)) for _ in range(DRAWS)]
    plain, corrected = (
        np.array([getattr(each, name)[0] - 1.0 for each in holders])
        for name, holders in (("coefficients", [each.fit for each in found]), ("corrected", found))
    )
    noise = plain.std() / DRAWS**0.5
    assert abs(plain.mean() - BIAS) < 2.0 * noise
    assert plain.mean() > 3.0 * noise
    assert abs(corrected.mean()) < 0.5 * plain.mean()


def by_definition(y, means, x):
    """Return the expansion of the score of an area with all derivatives taken of the log likelihood by differences."""
    logs, totals = np.log(means), y.sum(axis=1)

    def shares(row, change):
        weights = np.exp(logs[row] + change)
        return weights / weights.sum()

    def information(row, change):
        p = shares(row, change)
        return totals[row] * (np.diag(p) - np.outer(p, p))

    rows, nothing, step = range(len(y)), np.zeros(y.shape[1]), 1e-5
    inverse = np.linalg.pinv(sum(information(row, nothing) for row in rows))
    scores = [y[row] - totals[row] * shares(row, nothing) for row in rows]
    first = sum(np.trace(inverse @ np.outer(information(row, nothing) @ x[row], scores[row])) for row in rows)
    third = -sum((information(row, step * x[row]) - information(row, -step * x[row])) / (2 * step) for row in rows)
    covariance = sum(np.outer(score, score) for score in scores)
    return -first + np.trace(third @ inverse @ covariance @ inverse) / 2


def test_an_area_adds_what_the_definition_says():
    generator = np.random.default_rng(2)
    means, x = generator.lognormal(1, 1, (6, 4)), generator.normal(0, 1, (2, 6, 4))
    y = generator.poisson(means).astype(float) + 0.5
    means *= y.sum(axis=1, keepdims=True) / means.sum(axis=1, keepdims=True)  # pair effects fit the totals
    np.testing.assert_allclose(_of_area(y, means, x), [by_definition(y, means, each) for each in x], rtol=1e-6)


def test_pairs_may_lack_years_and_regressors_may_be_dropped():
    y, X, orig, dest, year = sample(np.random.default_rng(3))
    some = np.random.default_rng(4).random(len(y)) < 0.8
    both = np.column_stack([orig + 0.0, 100.0 * X[:, 0]])
    found = fit_three_way(y[some], both[some], orig[some], dest[some], year[some])
    alone = fit_three_way(y[some], X[some], orig[some], dest[some], year[some])
    assert list(found.fit.dropped) == [True, False]
    np.testing.assert_allclose(100.0 * found.corrected[1], alone.corrected[0], rtol=1e-6)
    assert np.isnan(found.bias[0])


def test_two_rows_for_a_year_of_a_pair_are_refused():
    y, X, orig, dest, year = sample(np.random.default_rng(5))
    with pytest.raises(InputError, match="one row a year"):
        fit_three_way(y, X, orig, dest, np.zeros_like(year))
