"""What corridors that are alike say about where the model of stocks errs: a Gaussian process on its log residuals.

The residual of a measured pair is ln((measured + c) / (model + c)). It is taken for the sum of smooth functions of the
features of the corridor, of its origin, of its destination and of both ends together, of an effect of each origin and
destination, and of noise, larger where moves are few. Areas are alike that lie near each other and have similar
incomes, sizes and shares of foreign-born; corridors are alike that have similar stocks, growth, ties and model
estimates. The expected correction falls to nothing as a pair grows unlike all measured ones, and its variance rises
(Rasmussen and Williams 2006, *Gaussian Processes for Machine Learning*, ch. 2).

The functions of corridors are projected on `INDUCING` measured pairs (Quinonero-Candela and Rasmussen 2005, *JMLR* 6:
1939-1959), which turns the process into a Bayesian linear regression of some thousand coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats, Integers
    from corridor.estimate.moves.structure import Parts
    from corridor.estimate.moves.terms import Facts

OFFSET = 20.0
"""c of the formula above, persons a year: measurements are cut at about 50 (chosen on countries held out)."""
SEED = 20230303
INDUCING = 2000
"""Measured pairs on which functions of corridors are projected; 4,000 are no better on countries held out."""
CORRIDOR, ENDS, AREA, EFFECT = 0.6, 0.3, 0.15, 0.2
"""Variances of the functions of the corridor, of both ends together, of one end, and of the effect of an area, on the
scale of logarithms (chosen on countries held out; twice or half of each hardly matters)."""
LENGTH = 6.0
"""Distance between corridors, in standardised features, over which their function keeps its value (chosen as above)."""
NOISE, COUNT_NOISE, FEWEST = 0.25, 4.0, 4.0
"""Variance of a pair's own deviation; and of the noise of counts: the second over (a quarter of moves + the third)."""
NEARNESS, ALIKENESS, FURTHEST = 2.5, 0.5, 3.0
"""Weights of place and of circumstances in how unlike areas are, and the most standard deviations that count."""
TINY = 1e-6
CIRCUMSTANCES = (
    "income of the destination",
    "people of the destination",
    "foreign of the destination",
    "abroad of the destination",
    "young among the foreign-born",
    "men among the foreign-born",
)


@dataclass(frozen=True, slots=True)
class Correction:
    """Correction of the logarithm of (moves + `OFFSET`).

    Attributes
    ----------
    mean : [orig, dest], expected correction
    variance : [orig, dest], of the correction, without a pair's own deviation
    """

    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class _Basis:
    """Features of pairs whose coefficients have a variance of 1: those of corridors, and those of each end."""

    corridors: Floats
    alike: Floats
    inducing: Integers
    factor: Floats
    of_area: Floats

    def of_origin(self, origin: int) -> Floats:
        """Features of all pairs of an origin: [dest, feature]."""
        count = len(self.alike)
        pairs = origin * count + np.arange(count)
        ends = [np.repeat(self.of_area[origin][None], count, axis=0), self.of_area]
        return np.concatenate([self._projected(pairs), *ends], axis=1)

    def of_pairs(self, pairs: Integers) -> Floats:
        """Features of chosen pairs, numbered row by row: [pair, feature]."""
        orig, dest = np.divmod(pairs, len(self.alike))
        return np.concatenate([self._projected(pairs), self.of_area[orig], self.of_area[dest]], axis=1)

    def _projected(self, pairs: Integers) -> Floats:
        from scipy.linalg import solve_triangular  # noqa: PLC0415 - heavy, and only fitting needs it

        near = covariance(self.corridors, self.alike, self.inducing, pairs)
        projected: Floats = solve_triangular(self.factor, near, lower=True, check_finite=False).T
        return projected


def covariance(corridors: Floats, alike: Floats, one: Integers, other: Integers) -> Floats:
    """Covariance of the functions of the corridor and of both ends together, between two lists of pairs.

    Parameters
    ----------
    corridors : [pair, feature], standardised
    alike : [area, area], how alike two areas are, 0..1
    one, other : numbers of pairs, row by row
    """
    first, second = corridors[one], corridors[other]
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2.0 * first @ second.T
    (orig, dest), (orig_too, dest_too) = np.divmod(one, len(alike)), np.divmod(other, len(alike))
    ends = alike[np.ix_(orig, orig_too)] * alike[np.ix_(dest, dest_too)]
    found: Floats = CORRIDOR * np.exp(-np.maximum(squares, 0.0) / (2.0 * LENGTH**2)) + ENDS * ends
    return found


def correction(known: Facts, model: Parts, measured: Floats, chosen: Booleans) -> Correction:
    """Learn the correction from measured pairs and say what it is for all.

    Parameters
    ----------
    model : its moves are corrected
    measured : [orig, dest], persons a year
    chosen : [orig, dest], pairs to learn from
    """
    from scipy.linalg import cho_factor, cho_solve, solve_triangular  # noqa: PLC0415 - heavy, and only fitting needs it

    moves, pairs = model.moves, np.flatnonzero(chosen)
    basis = _basis(known, model, pairs, chosen)
    residual = np.log((measured[chosen] + OFFSET) / (moves[chosen] + OFFSET))
    noise = NOISE + COUNT_NOISE / ((measured[chosen] + moves[chosen]) / 4.0 + FEWEST)
    usual = float(np.average(residual, weights=1.0 / (noise + NOISE)))
    rows = basis.of_pairs(pairs) / np.sqrt(noise)[:, None]
    precision = rows.T @ rows
    precision[np.diag_indices_from(precision)] += 1.0
    factor = cho_factor(precision, lower=True, check_finite=False)
    weights = cho_solve(factor, rows.T @ ((residual - usual) / np.sqrt(noise)))
    mean, variance = np.empty_like(moves), np.empty_like(moves)
    for origin in range(len(moves)):
        values = basis.of_origin(origin)
        mean[origin] = usual + values @ weights
        solved = solve_triangular(factor[0], values.T, lower=True, check_finite=False)
        unseen = CORRIDOR + ENDS - (values[:, : len(basis.inducing)] ** 2).sum(axis=1)
        variance[origin] = (solved**2).sum(axis=0) + np.maximum(unseen, 0.0)
    return Correction(mean, variance)


def _basis(known: Facts, model: Parts, pairs: Integers, chosen: Booleans) -> _Basis:
    corridors = _corridor_features(known, model, chosen)
    ends = _area_features(known)
    squares = ((ends[:, None] - ends) ** 2).sum(axis=-1)
    alike = np.exp(-squares / 2.0)
    draw = np.random.default_rng(SEED)
    inducing = np.sort(draw.choice(pairs, size=min(INDUCING, len(pairs)), replace=False))
    near = covariance(corridors, alike, inducing, inducing)
    near[np.diag_indices_from(near)] += TINY
    smooth = np.linalg.cholesky(alike + TINY * np.eye(len(alike)))
    of_area = np.concatenate([np.sqrt(AREA) * smooth, np.sqrt(EFFECT) * np.eye(len(alike))], axis=1)
    factor = np.asarray(np.linalg.cholesky(near), dtype=np.float64)
    return _Basis(corridors, alike, inducing, factor, of_area)


def _corridor_features(known: Facts, model: Parts, chosen: Booleans) -> Floats:
    """Features of corridors, standardised over the chosen pairs: [pair, feature]."""
    logs = [np.log1p(each) for each in (model.moves, model.outward, model.returning.T, model.returning)]
    values = np.stack([*logs, np.log(model.remainder + 0.1), *known.likeness.values()], axis=-1)
    seen = values[chosen]
    standard = np.clip((values - seen.mean(axis=0)) / (seen.std(axis=0) + TINY), -FURTHEST, FURTHEST)
    rows: Floats = standard.reshape(-1, values.shape[-1])
    return rows


def _area_features(known: Facts) -> Floats:
    """Place on the globe and circumstances of areas: [area, feature]."""
    longitude, latitude = np.radians([(area.longitude, area.latitude) for area in areas()]).T
    place = np.stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])
    circumstances = np.stack([known.likeness[name][0] for name in CIRCUMSTANCES])
    apart = circumstances - circumstances.mean(axis=1, keepdims=True)
    standard = np.clip(apart / circumstances.std(axis=1, keepdims=True), -FURTHEST, FURTHEST)
    features: Floats = np.concatenate([NEARNESS * place, ALIKENESS * standard]).T
    return features


def corrected(moves: Floats, change: Floats) -> Floats:
    """Apply a correction of the logarithm of (moves + `OFFSET`): [orig, dest], persons, not negative."""
    changed: Floats = np.maximum((moves + OFFSET) * np.exp(change) - OFFSET, 0.0)
    return changed
