"""Poisson pseudo-maximum likelihood with fixed effects of many levels: array kernels.

The mean of a row is `exp(offset + X b + a_1[code_1] + a_2[code_2] + ...)`. Santos Silva and Tenreyro (2006, *Review of
Economics and Statistics* 88: 641) show that its Poisson score is right for any nonnegative outcome whose mean has this
form, flows with many zeros among them. Newton steps in all coefficients at once, with the effects partialled out by
conjugate gradients, alternate with exact balancing of the effects (the multilateral resistances). Separated zeros are
found before (`corridor.estimate.gravity.ppml_separation`) and regressors that others equal are dropped, as Correia,
Guimaraes and Zylkin (2020, *Stata Journal* 20: 95) do in ppmlhdfe. The steps are taken along an orthonormal basis of
the regressors (`corridor.estimate.gravity.regressor_basis`), so that units and near repeats do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import NotConverged
from corridor.estimate.gravity.effects_design import EffectsDesign, effects_design, null_directions
from corridor.estimate.gravity.ppml_checks import checked
from corridor.estimate.gravity.ppml_errors import Errors, Sample, covariance_of
from corridor.estimate.gravity.ppml_separation import KEPT, NOTHING, Separation, combined, find_separation
from corridor.estimate.gravity.regressor_basis import Basis, Combination, basis_of, equals_of, separating

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Booleans, Floats, Integers

MOST_STEPS = 100
MOST_HALVINGS = 30
RISE = 1e-12
"""Relative rise of the deviance that rounding explains."""
SKEWEST = 1e6
"""Condition number of the mean products of a basis up to which steps along it lose no precision that matters."""
PROBES = 2
"""Random directions that decide whether the rows settle a sum of effects."""


@dataclass(frozen=True, slots=True)
class PpmlFit:
    """A Poisson model with fixed effects, fitted.

    Attributes
    ----------
    coefficients : [regressor]; nan where dropped
    covariance : [regressor, regressor], of the coefficients; nan where dropped
    dropped : [regressor], whether the effects and the regressors before it equal the regressor on the rows kept
    equals : what each of these equals on the rows kept, by its position
    separated_by : what each certificate of the separation is made of
    effects : one array [level] an effect; -inf for a level with only zeros, nan for a level without rows. All but the
        first have mean zero over their finite levels
    means : [row], fitted; zero on separated rows
    separation : which rows are separated, and by what
    singletons : [row], whether a row is alone in a level of an effect among the rows kept: it is fitted exactly, and
        does not count in the small-sample factors
    deviance : twice the shortfall of the log likelihood from that of a perfect fit, over the rows kept
    pseudo_r2 : one less the ratio of the log likelihoods with the model and with one mean (McFadden 1974)
    iterations : Newton steps
    basis : what the regressors span beside the effects
    design : the effects of all rows
    """

    coefficients: Floats
    covariance: Floats
    dropped: Booleans
    equals: Mapping[int, Combination]
    separated_by: tuple[Combination, ...]
    effects: tuple[Floats, ...]
    means: Floats
    separation: Separation
    singletons: Booleans
    deviance: float
    pseudo_r2: float
    iterations: int
    basis: Basis
    design: EffectsDesign

    @property
    def kept(self) -> Booleans:
        """[row], whether a row is not separated."""
        kept: Booleans = self.separation.reason == KEPT
        return kept

    @property
    def standard_errors(self) -> Floats:
        """[regressor]."""
        errors: Floats = np.sqrt(np.diag(self.covariance))
        return errors

    def predict(self, X: Floats, effects: Sequence[Integers], *, offset: Floats | None = None) -> Floats:
        """Return the means of new rows: [row].

        Zero in a level that has only zeros, and where a combination that separated zeros is positive; nan in a level
        without rows, where effects that no row ties together meet, and where a separating combination is negative (the
        likelihood puts no upper bound on the mean there).

        Parameters
        ----------
        X : [row, regressor]
        effects : one array [row] of codes an effect
        offset : [row]
        """
        sizes = [len(values) for values in self.effects]
        new = effects_design(effects, sizes, len(X))
        sums = np.zeros(len(X))
        for values, codes in zip(self.effects, effects, strict=True):
            sums = sums + values[codes]
        log_means = X @ np.nan_to_num(self.coefficients) + sums + (0.0 if offset is None else offset)
        side = self._side(X, new)
        settled = self._settled(new) & (side >= 0)
        with np.errstate(over="ignore"):
            means: Floats = np.where(settled, np.exp(log_means), np.nan)
        means[(side > 0) | np.isneginf(sums)] = 0.0
        means[~np.isfinite(X).all(axis=1)] = np.nan
        return means

    def _settled(self, new: EffectsDesign) -> Booleans:
        """Tell which rows have a sum of effects that the rows kept settle: [row]."""
        if len(self.effects) < 2:
            return np.ones(new.dummies.shape[0], dtype=np.bool_)
        unseen = null_directions(self.design.rows(self.kept), PROBES, np.random.default_rng(0))
        settled: Booleans = np.abs(new.fitted(unseen)).max(axis=1) < NOTHING
        return settled

    def _side(self, X: Floats, new: EffectsDesign) -> Floats:
        """Return the first separating combination that is not zero, zero if all are: [row]."""
        side: Floats = np.zeros(len(X))
        values = combined(self.separation.certificates.T, X, self.basis.centres, new)
        for value in values.T:
            side = np.where(side == 0, value, side)
        return side


def fit_ppml(
    y: Floats,
    X: Floats,
    effects: Sequence[Integers] = (),
    *,
    weights: Floats | None = None,
    offset: Floats | None = None,
    errors: Errors = "hetero",
    cluster: Sequence[Integers] = (),
    tolerance: float = 1e-9,
) -> PpmlFit:
    """Fit a Poisson model with fixed effects.

    There is no constant: effects hold it, and without effects a column of ones is a regressor like others.

    The covariance is the sandwich of the scores (`hetero`), the inverse information (`iid`), or clustered in one or two
    ways (Cameron, Gelbach and Miller 2011), with the small-sample factors of fixest and pyfixest: see
    `corridor.estimate.gravity.ppml_errors`.

    Parameters
    ----------
    y : [row], not negative, any unit
    X : [row, regressor]
    effects : one array [row] of codes from 0 on an effect
    weights : [row], positive
    offset : [row], added to the logarithm of the mean
    errors : of the covariance without clusters
    cluster : up to two arrays [row] of codes
    tolerance : Newton steps end when the mean square of their change of log means is below its square

    Raises
    ------
    InputError
        If shapes disagree, a number is not finite, an outcome is negative, a weight is not positive, all are zero, a
        cluster is the only one, or an option is none of its choices.
    NotConverged
        If the steps do not come down to the tolerance.
    """
    y, X, weights, offset = checked(y, X, (weights, offset), effects, cluster, errors=errors, tolerance=tolerance)
    design = effects_design(effects, [int(codes.max()) + 1 for codes in effects], len(y))
    centres = np.median(X, axis=0) if effects else np.zeros(X.shape[1])
    separation = find_separation(y, X, centres, design)
    kept = separation.reason == KEPT
    seen = design.rows(kept)
    basis = _basis_on(separation.basis, X[kept], seen)
    unit = float(np.ldexp(1.0, np.frexp(y.max())[1]))
    path = _Newton(y[kept] / unit, basis.parts, seen, weights[kept], offset[kept] - np.log(unit))
    path.run(tolerance)
    of_kept = [codes[kept] for codes in effects]
    sample = Sample(of_kept, [codes[kept] for codes in cluster], seen)
    covariance = np.full((X.shape[1],) * 2, np.nan)
    of_columns = covariance_of(unit * path.scores(), unit * path.information(), sample, errors)
    turn = basis.turn[basis.used]
    with np.errstate(over="ignore"):  # the square of a tiny unit
        covariance[np.ix_(basis.used, basis.used)] = turn @ of_columns @ turn.T
    coefficients = np.where(basis.used, basis.turn @ path.coefficients, np.nan)
    means, singletons = np.zeros(len(y)), np.zeros(len(y), dtype=np.bool_)
    means[kept], singletons[kept] = unit * path.means, sample.singletons
    return PpmlFit(
        coefficients=coefficients,
        covariance=covariance,
        dropped=~basis.used,
        equals=equals_of(X[kept], basis, of_kept),
        separated_by=separating(separation.certificates, separation.rounds, X - centres, design, effects),
        effects=_effects(path, basis, design, separation.empty_levels),
        means=means,
        separation=separation,
        singletons=singletons,
        deviance=unit * path.deviance,
        pseudo_r2=path.pseudo_r2(unit),
        iterations=path.iterations,
        basis=basis,
        design=design,
    )


def _basis_on(of_positive: Basis, X: Floats, design: EffectsDesign) -> Basis:
    """Return a basis on the rows kept: that on the positive rows, if it is complete and nearly orthogonal there too."""
    if of_positive.used.all():
        parts = of_positive.columns(X, design)
        if not parts.size or np.linalg.cond(parts.T @ parts) < SKEWEST:
            return replace(of_positive, parts=parts)
    return basis_of(X, of_positive.centres, design)


def _effects(path: _Newton, basis: Basis, design: EffectsDesign, empty: Booleans) -> tuple[Floats, ...]:
    """Return the levels of each effect, all but the first with mean zero; -inf where empty, nan without rows."""
    counts, counts_kept = (each.sums(np.ones(each.dummies.shape[0])) for each in (design, path.design))
    beside = path.effects - basis.levels @ path.coefficients
    values = np.where(counts_kept > 0, beside, np.where(empty & (counts > 0), -np.inf, np.nan))
    parts = [values[place] for place in design.slices()]
    means = [float(part[np.isfinite(part)].mean()) for part in parts[1:]]
    shift = float(basis.centres @ (basis.turn @ path.coefficients))
    changes = (sum(means) - shift, *(-mean for mean in means))
    return tuple(part + change for part, change in zip(parts, changes, strict=False))


class _Newton:
    """Newton steps towards the likeliest coefficients, from weighted least squares on logarithms."""

    def __init__(self, y: Floats, X: Floats, design: EffectsDesign, weights: Floats, offset: Floats) -> None:
        self.y, self.X, self.design, self.weights, self.offset = y, X, design, weights, offset
        self.coefficients: Floats = np.zeros(X.shape[1])
        self.effects: Floats = np.zeros(design.levels)
        self._partial: Floats = np.zeros((design.levels, X.shape[1]))
        self._weighted: Floats = weights * y
        self._totals = design.sums(self._weighted)
        self.iterations = 0
        self._logs: Floats = np.log(y, out=np.zeros_like(y), where=y > 0)
        self._total = float(self._weighted.sum())
        self.means: Floats = (y + self._total / weights.sum()) / 2.0
        self.deviance = np.inf

    def run(self, tolerance: float) -> None:
        """Step until the log means stand still."""
        aim = np.log(self.means) - self.offset + self.y / self.means - 1.0
        self._try(*self._step(aim))
        self._balance()
        while self.iterations < MOST_STEPS:
            step, effects = self._step(self._over(self.means) - 1.0)
            change = self.X @ step + self.design.fitted(effects)
            done = self.weights * self.means @ change**2 <= tolerance**2 * self._total
            self._descend(step, effects)
            self._balance()
            if done:
                self._demean(self.weights * self.means)
                return
        raise NotConverged(f"the Poisson model did not converge in {MOST_STEPS} Newton steps")

    def _over(self, means: Floats) -> Floats:
        """Return outcomes over means [row], which can be zero to all digits where an outcome is zero."""
        return np.divide(self.y, means, out=np.zeros_like(means), where=means > 0)

    def _step(self, aim: Floats) -> tuple[Floats, Floats]:
        """Return changes of coefficients and effects that bring the log means nearest to `aim` [row]."""
        self.iterations += 1
        weights = self.weights * self.means
        self._demean(weights)
        left = self._demeaned
        try:
            products = (left * weights[:, None]).T @ left
            step = np.asarray(np.linalg.solve(products, left.T @ (weights * aim)), dtype=np.float64)
        except np.linalg.LinAlgError:
            raise NotConverged(
                "the Newton steps of the Poisson model come to where no row has a mean above 0"
            ) from None
        rest = (aim - self.X @ step)[:, None]
        return step, self.design.least_squares(rest, weights, np.zeros((self.design.levels, 1)))[:, 0]

    def _demean(self, weights: Floats) -> None:
        """Take the effects out of the regressors: [row, regressor]."""
        self._partial = self.design.least_squares(self.X, weights, self._partial)
        self._demeaned: Floats = self.X - self.design.fitted(self._partial)

    def _descend(self, step: Floats, effects: Floats) -> None:
        """Go as much of the step as lowers the deviance."""
        before, start, levels = self.deviance, self.coefficients, self.effects
        for halving in range(MOST_HALVINGS):
            part = 0.5**halving
            self._try(start + part * step, levels + part * effects)
            if self.deviance <= before + RISE * (before + self._total):
                return
        raise NotConverged("no Newton step improves the fit of the Poisson model")

    def _try(self, coefficients: Floats, effects: Floats) -> None:
        """Stand at given coefficients and effects."""
        self.coefficients, self.effects = coefficients, effects
        log_means = self.offset + self.X @ coefficients + self.design.fitted(effects)
        with np.errstate(over="ignore"):
            self.means = np.exp(log_means)
        shortfall = float(self._weighted @ (self._logs - log_means) + self.weights @ self.means) - self._total
        self.deviance = 2.0 * max(shortfall, 0.0) if np.isfinite(shortfall) else np.inf

    def _balance(self) -> None:
        """Scale the levels of one effect after the other so that their fitted totals are those of the outcome."""
        for place in self.design.slices():
            fitted = self.design.sums(self.weights * self.means)[place]
            wanted = self._totals[place]
            effects = self.effects.copy()
            change = np.divide(wanted, fitted, out=np.ones_like(wanted), where=(fitted > 0) & (wanted > 0))
            effects[place] += np.log(change)
            self._try(self.coefficients, effects)

    def scores(self) -> Floats:
        """Return [row, regressor]."""
        scores: Floats = self._demeaned * (self.weights * (self.y - self.means))[:, None]
        return scores

    def pseudo_r2(self, unit: float) -> float:
        """Return one less the ratio of the log likelihoods with the model and with one mean, of outcomes in `unit`."""
        from scipy.special import gammaln, xlogy  # noqa: PLC0415 - slow to import

        total, y = unit * self._total, unit * self.y
        constant = float(self.weights @ gammaln(y + 1.0))
        perfect = float(self.weights @ xlogy(y, y)) - total
        alone = total * np.log(total / self.weights.sum()) - total - constant
        return float(1.0 - (perfect - unit * self.deviance / 2.0 - constant) / alone)

    def information(self) -> Floats:
        """Return [regressor, regressor]."""
        information: Floats = (self._demeaned * (self.weights * self.means)[:, None]).T @ self._demeaned
        return information
