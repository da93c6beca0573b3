"""Bias of Poisson coefficients beside effects of origin and year, destination and year, and pairs, and its correction.

With all three kinds of effects the estimate is consistent as the areas grow in number, but its bias is of the order of
its standard error, because each effect of an area and a year rests on as many flows as there are areas. Weidner and
Zylkin (2021, *Journal of International Economics* 132: 103513) derive it; here are their formulas in the form of an
expansion of the score. Pair effects are profiled out: the flows of a pair over the years are then shares of their sum,
with score S = y - (sum of y) p in the T log means of the years, information H = (sum of y) (diag(p) - p p'), and third
derivatives G. To the score of regressor k each origin adds, with x what the effects leave of the regressor,

    - tr(H^- sum_j H_j x_j S_j') + tr((sum_j G_j[x_j]) H^- (sum_j S_j S_j') H^-) / 2,    H = sum_j H_j,

and each destination the same over its origins. With effects of origins and destinations only there is no such bias
(Fernandez-Val and Weidner 2016, *Journal of Econometrics* 192: 291).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.gravity.ppml import PpmlFit, fit_ppml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers


@dataclass(frozen=True, slots=True)
class ThreeWayFit:
    """A Poisson model with three-way effects, and its coefficients corrected.

    Attributes
    ----------
    fit : the model as it is; its effects are origin and year (`orig * years + year`), destination and year, pair
        (`orig * destinations + dest`)
    bias : [regressor], estimated, of the coefficients; nan where dropped
    """

    fit: PpmlFit
    bias: Floats

    @property
    def corrected(self) -> Floats:
        """[regressor], coefficients less their estimated bias."""
        return self.fit.coefficients - self.bias


def fit_three_way(
    y: Floats, X: Floats, orig: Integers, dest: Integers, year: Integers, *, cluster: Sequence[Integers] = ()
) -> ThreeWayFit:
    """Fit a Poisson model with effects of origin and year, destination and year, and pairs, and estimate its bias.

    Standard errors are those of the fit. They are too small where areas are few, which is not corrected.

    Parameters
    ----------
    y : [row], not negative; at most one row a pair and year, and pairs may lack years
    X : [row, regressor]
    orig, dest, year : [row], codes from 0 on
    cluster : up to two arrays [row] of codes; the pairs if there is none

    Raises
    ------
    InputError
        If a pair has two rows for a year, or as `fit_ppml`.
    NotConverged
        As `fit_ppml`.
    """
    orig, dest, year = _checked_codes(len(np.atleast_1d(y)), {"orig": orig, "dest": dest, "year": year})
    sizes = tuple(int(codes.max()) + 1 for codes in (orig, dest, year))
    places = np.ravel_multi_index((orig, dest, year), sizes)
    if len(np.unique(places)) < len(places):
        raise InputError(
            Problem(
                "a pair has more than one row a year", "Add up its flows, or add a column that distinguishes its rows"
            )
        )
    pair = orig * sizes[1] + dest
    fit = fit_ppml(y, X, [orig * sizes[2] + year, dest * sizes[2] + year, pair], cluster=cluster or [pair])
    kept, means = fit.kept, fit.means[fit.kept]
    design, parts = fit.design.rows(kept), fit.basis.parts
    if not parts.shape[1]:
        return ThreeWayFit(fit, np.full(X.shape[1], np.nan))
    left = parts - design.fitted(design.least_squares(parts, means, np.zeros((design.levels, parts.shape[1]))))
    tables = [_table(values, places[kept], sizes) for values in (y[kept], means, *left.T)]
    by_orig, by_dest = (_score_bias([np.moveaxis(table, axis, 0) for table in tables]) for axis in (0, 1))
    information = (left * means[:, None]).T @ left
    of_columns = np.linalg.solve(information, by_orig + by_dest)
    bias = np.where(fit.dropped, np.nan, fit.basis.turn @ of_columns)
    return ThreeWayFit(fit, bias)


def _checked_codes(rows: int, given: dict[str, Integers]) -> list[Integers]:
    """Return codes as whole numbers from 0 on; report those that are none."""
    codes = {name: np.asarray(each) for name, each in given.items()}
    problems = [
        Problem("these are no codes from 0 on, one a row", "Give whole numbers", column=f"{name}=", value=each.shape)
        for name, each in codes.items()
        if each.shape != (rows,) or each.dtype.kind not in "iu" or each.min(initial=0) < 0 or not rows
    ]
    if problems:
        raise InputError(problems)
    return [each.astype(np.int64) for each in codes.values()]


def _table(values: Floats, places: Integers, sizes: tuple[int, ...]) -> Floats:
    """Return [orig, dest, year], zero where there is no row."""
    table = np.zeros(int(np.prod(sizes)))
    table[places] = values
    return table.reshape(sizes)


def _score_bias(tables: Sequence[Floats]) -> Floats:
    """Return the expected score at the true coefficients, [regressor], that the effects of the first axis bring.

    Parameters
    ----------
    tables : outcome, mean and each regressor without effects, [area, other area, year]
    """
    y, means, *regressors = tables
    return sum(
        (_of_area(y[area], means[area], np.stack([x[area] for x in regressors])) for area in range(len(y))),
        np.zeros(len(regressors)),
    )


def _of_area(y: Floats, means: Floats, x: Floats) -> Floats:
    """Return what one area adds, [regressor], from its flows [other area, year] and regressors [regressor, ., .]."""
    totals = means.sum(axis=1, keepdims=True)
    shares = np.divide(means, totals, out=np.zeros_like(means), where=totals > 0)
    scores = y - means
    information = np.diag(means.sum(axis=0)) - (means.T @ shares)
    inverse = np.linalg.pinv(information, hermitian=True)
    images = means * (x - np.einsum("jt,kjt->kj", shares, x)[:, :, None])  # H_j x_j
    covariance = inverse @ (scores.T @ scores) @ inverse
    crossed = np.einsum("kjt,js->kts", images, shares)
    third = crossed + crossed.swapaxes(1, 2)
    third -= images.sum(axis=1)[:, :, None] * np.eye(means.shape[1])
    first = -np.einsum("ts,kjs,jt->k", inverse, images, scores)
    second: Floats = np.einsum("kts,ts->k", third, covariance) / 2.0
    added: Floats = first + second
    return added
