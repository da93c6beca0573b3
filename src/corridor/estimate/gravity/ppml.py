"""Poisson pseudo-maximum likelihood with fixed effects of many levels: array kernels.

The mean of a row is `exp(offset + X b + a_1[code_1] + a_2[code_2] + ...)`. Santos Silva and Tenreyro (2006, *Review of
Economics and Statistics* 88: 641) show that its Poisson score is right for any nonnegative outcome whose mean has this
form, flows with many zeros among them. Newton steps in all coefficients at once, with the effects partialled out by
conjugate gradients, alternate with exact balancing of the effects (the multilateral resistances). Separated zeros are
found before (`corridor.estimate.gravity.ppml_separation`) and regressors that others equal are dropped, as Correia,
Guimaraes and Zylkin (2020, *Stata Journal* 20: 95) do in ppmlhdfe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from corridor.errors import InputError, NotConverged, Problem
from corridor.estimate.gravity.effects_design import EffectsDesign, effects_design, null_directions
from corridor.estimate.gravity.ppml_errors import Sample, covariance_of
from corridor.estimate.gravity.ppml_separation import COLLINEAR, KEPT, NOTHING, Separation, find_separation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Booleans, Floats, Integers

Errors = Literal["hetero", "iid"]

MOST_STEPS = 100
MOST_HALVINGS = 30
ROUNDING = 1e-12
"""Relative rise of the deviance that rounding explains."""
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
    effects : one array [level] an effect; -inf for a level with only zeros, nan for a level without rows. All but the
        first have mean zero over their finite levels
    means : [row], fitted; zero on separated rows
    separation : which rows are separated, and by what; regressors are centred and scaled there (see `centres`)
    singletons : [row], whether a row is alone in a level of an effect among the rows kept: it is fitted exactly, and
        does not count in the small-sample factors
    deviance : twice the shortfall of the log likelihood from that of a perfect fit, over the rows kept
    pseudo_r2 : one less the ratio of the log likelihoods with the model and with one mean (McFadden 1974)
    iterations : Newton steps
    centres, scales : [regressor], mean and standard deviation over all rows, 0 and root mean square without effects
    design : the effects of all rows
    """

    coefficients: Floats
    covariance: Floats
    dropped: Booleans
    effects: tuple[Floats, ...]
    means: Floats
    separation: Separation
    singletons: Booleans
    deviance: float
    pseudo_r2: float
    iterations: int
    centres: Floats
    scales: Floats
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
        means: Floats = np.where(settled, np.exp(log_means), np.nan)
        means[(side > 0) | np.isneginf(sums)] = 0.0
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
        scaled = (X - self.centres) / self.scales
        side: Floats = np.zeros(len(X))
        for certificate in self.separation.certificates:
            value = scaled @ certificate[: X.shape[1]] + new.fitted(certificate[X.shape[1] :])
            side = np.where((side == 0) & (np.abs(value) > NOTHING), value, side)
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
        If shapes disagree, a number is not finite, an outcome is negative, a weight is not positive, or all are zero.
    NotConverged
        If the steps do not come down to the tolerance.
    """
    y, X, weights, offset = _checked(y, X, {"weights": weights, "offset": offset}, effects, cluster)
    design = effects_design(effects, [int(codes.max()) + 1 for codes in effects], len(y))
    centres, scales = _standard(X, design)
    scaled = (X - centres) / scales
    separation = find_separation(y, scaled, design)
    kept = separation.reason == KEPT
    path = _Newton(y[kept], scaled[kept], design.rows(kept), weights[kept], offset[kept])
    path.run(tolerance)
    sample = Sample([codes[kept] for codes in effects], [codes[kept] for codes in cluster], path.design)
    covariance = np.full((X.shape[1],) * 2, np.nan)
    scaling = np.outer(scales[path.used], scales[path.used])
    covariance[np.ix_(path.used, path.used)] = (
        covariance_of(path.scores(), path.information(), sample, errors) / scaling
    )
    coefficients = np.where(path.used, path.coefficients / scales, np.nan)
    means, singletons = np.zeros(len(y)), np.zeros(len(y), dtype=np.bool_)
    means[kept], singletons[kept] = path.means, sample.singletons
    return PpmlFit(
        coefficients=coefficients,
        covariance=covariance,
        dropped=~path.used,
        effects=_effects(path, float(np.nan_to_num(coefficients) @ centres), design, separation.empty_levels),
        means=means,
        separation=separation,
        singletons=singletons,
        deviance=path.deviance,
        pseudo_r2=path.pseudo_r2(),
        iterations=path.iterations,
        centres=centres,
        scales=scales,
        design=design,
    )


def _standard(X: Floats, design: EffectsDesign) -> tuple[Floats, Floats]:
    """Return what to take off the regressors and to divide them by; infinity for one that does not vary."""
    centres = X.mean(axis=0) if design.levels else np.zeros(X.shape[1])
    spread = np.sqrt(((X - centres) ** 2).mean(axis=0))
    return centres, np.where(spread > COLLINEAR**0.5 * (np.abs(centres) + spread), spread, np.inf)


def _effects(path: _Newton, shift: float, design: EffectsDesign, empty: Booleans) -> tuple[Floats, ...]:
    """Return the levels of each effect, all but the first with mean zero; -inf where empty, nan without rows."""
    counts, counts_kept = (each.sums(np.ones(each.dummies.shape[0])) for each in (design, path.design))
    values = np.where(counts_kept > 0, path.effects, np.where(empty & (counts > 0), -np.inf, np.nan))
    parts = [values[place] for place in design.slices()]
    means = [float(part[np.isfinite(part)].mean()) for part in parts[1:]]
    changes = (sum(means) - shift, *(-mean for mean in means))
    return tuple(part + change for part, change in zip(parts, changes, strict=False))


class _Newton:
    """Newton steps towards the likeliest coefficients, from weighted least squares on logarithms."""

    def __init__(self, y: Floats, X: Floats, design: EffectsDesign, weights: Floats, offset: Floats) -> None:
        self.y, self.X, self.design, self.weights, self.offset = y, X, design, weights, offset
        self.used: Booleans = np.ones(X.shape[1], dtype=np.bool_)
        self.coefficients: Floats = np.zeros(X.shape[1])
        self.effects: Floats = np.zeros(design.levels)
        self._partial: Floats = np.zeros((design.levels, X.shape[1]))
        self._weighted: Floats = weights * y
        self._totals = design.sums(self._weighted)
        self.iterations = 0
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(y > 0, np.log(y), 0.0)
        self._perfect = float(self._weighted @ logs - self._weighted.sum())
        self.means: Floats = (y + self._weighted.sum() / weights.sum()) / 2.0
        self.deviance = np.inf

    def run(self, tolerance: float) -> None:
        """Step until the log means stand still."""
        aim = np.log(self.means) - self.offset + self.y / self.means - 1.0
        self._try(*self._step(aim, find_used=True))
        self._balance()
        while self.iterations < MOST_STEPS:
            step, effects = self._step(self.y / self.means - 1.0)
            change = self.X @ step + self.design.fitted(effects)
            done = self.weights * self.means @ change**2 <= tolerance**2 * self._weighted.sum()
            self._descend(step, effects)
            self._balance()
            if done:
                self._demean(self.weights * self.means)
                return
        raise NotConverged(f"the Poisson model did not converge in {MOST_STEPS} Newton steps")

    def _step(self, aim: Floats, *, find_used: bool = False) -> tuple[Floats, Floats]:
        """Return changes of coefficients and effects that bring the log means nearest to `aim` [row]."""
        self.iterations += 1
        weights = self.weights * self.means
        self._demean(weights)
        if find_used:
            self.used = _independent(self._demeaned, self.X, weights)
        left = self._demeaned[:, self.used]
        step = np.zeros(len(self.used))
        step[self.used] = np.linalg.solve((left * weights[:, None]).T @ left, left.T @ (weights * aim))
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
            if self.deviance <= before + ROUNDING * (abs(before) + abs(self._perfect)):
                return
        raise NotConverged("no Newton step improves the fit of the Poisson model")

    def _try(self, coefficients: Floats, effects: Floats) -> None:
        """Stand at given coefficients and effects."""
        self.coefficients, self.effects = coefficients, effects
        log_means = self.offset + self.X @ coefficients + self.design.fitted(effects)
        with np.errstate(over="ignore"):
            self.means = np.exp(log_means)
        likelihood = float(self._weighted @ log_means - self.weights @ self.means)
        self.deviance = 2.0 * (self._perfect - likelihood)

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
        """Return [row, regressor used]."""
        scores: Floats = self._demeaned[:, self.used] * (self.weights * (self.y - self.means))[:, None]
        return scores

    def pseudo_r2(self) -> float:
        """Return one less the ratio of the log likelihoods with the model and with one mean."""
        from scipy.special import gammaln  # noqa: PLC0415 - slow to import

        total = float(self._weighted.sum())
        constant = float(self.weights @ gammaln(self.y + 1.0))
        alone = total * np.log(total / self.weights.sum()) - total - constant
        return float(1.0 - (self._perfect - self.deviance / 2.0 - constant) / alone)

    def information(self) -> Floats:
        """Return [regressor used, regressor used]."""
        left = self._demeaned[:, self.used]
        information: Floats = (left * (self.weights * self.means)[:, None]).T @ left
        return information


def _independent(demeaned: Floats, X: Floats, weights: Floats) -> Booleans:
    """Tell which regressors [regressor] add to the effects and to the regressors before them."""
    used = np.zeros(X.shape[1], dtype=np.bool_)
    rooted = np.sqrt(weights)[:, None]
    left = demeaned * rooted
    whole = ((X * rooted) ** 2).sum(axis=0)
    basis: Floats = np.zeros((len(X), 0))
    for place in range(X.shape[1]):
        column = left[:, place]
        for _ in range(2):  # once more for what rounding leaves
            column = column - basis @ (basis.T @ column)
        rest = float(column @ column)
        used[place] = rest > COLLINEAR * whole[place]
        if used[place]:
            basis = np.column_stack([basis, column / rest**0.5])
    return used


def _checked(
    y: Floats,
    X: Floats,
    beside: Mapping[str, Floats | None],
    effects: Sequence[Integers],
    cluster: Sequence[Integers],
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return outcome, regressors, weights and offset as arrays of floats; report all that is wrong."""
    numbers = {"outcome": np.asarray(y, dtype=np.float64), "regressors": np.asarray(X, dtype=np.float64)}
    rows = len(numbers["outcome"])
    for (name, values), default in zip(beside.items(), (1.0, 0.0), strict=True):
        numbers[name] = np.full(rows, default) if values is None else np.asarray(values, dtype=np.float64)
    codes = {f"effect {place}": np.asarray(each) for place, each in enumerate(effects)}
    codes |= {f"cluster {place}": np.asarray(each) for place, each in enumerate(cluster)}
    problems = _misshapen(rows, {**numbers, **codes})
    if len(cluster) > 2:
        problems.append(Problem("there are more than two clusters", "Leave some out", value=len(cluster)))
    if not problems:
        for name, values in numbers.items():
            problems += _wrong(~np.isfinite(values), name, "is not finite everywhere")
        for name, each in codes.items():
            problems += _wrong(each < 0, name, "has codes below 0")
        problems += _wrong(numbers["outcome"] < 0, "outcome", "is negative somewhere")
        problems += _wrong(numbers["weights"] <= 0, "weights", "are not positive everywhere")
    if not problems and not numbers["outcome"].any():
        problems.append(Problem("no outcome is positive", "Give at least one outcome above zero"))
    if problems:
        raise InputError(problems)
    return numbers["outcome"], numbers["regressors"], numbers["weights"], numbers["offset"]


def _misshapen(rows: int, arrays: Mapping[str, Floats | Integers]) -> list[Problem]:
    return [
        Problem(
            f"{name} does not have one entry for each of {rows} outcomes", "Give an array that does", value=values.shape
        )
        for name, values in arrays.items()
        if values.shape[:1] != (rows,) or values.ndim != (2 if name == "regressors" else 1)
    ]


def _wrong(wrong: Booleans, name: str, fault: str) -> list[Problem]:
    rows = np.unique(np.nonzero(wrong)[0])
    if not rows.size:
        return []
    return [Problem(f"{name} {fault}", f"Correct or leave out {rows.size} rows, the first at position {rows[0]}")]
