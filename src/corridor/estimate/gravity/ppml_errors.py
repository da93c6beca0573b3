"""Covariances of Poisson coefficients beside fixed effects, with the small-sample factors of fixest and pyfixest.

With N rows (singletons and separated rows left out), k regressors and K levels (less one for each effect after the
first), the inverse information is multiplied by (N - 1) / (N - k - K), the sandwich of `hetero` by N / (N - k - K),
and that of clusters by (N - 1) / (N - k - K') and G / (G - 1), where G is the number of clusters, the smaller of two,
and K' counts an effect that lies within clusters as one level in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers
    from corridor.estimate.gravity.effects_design import EffectsDesign


Errors: TypeAlias = Literal["hetero", "iid"]


@dataclass(frozen=True, slots=True)
class Sample:
    """What the small-sample factors count.

    Attributes
    ----------
    effects, cluster : one array [row] of codes each, of the rows that are not separated
    design : the effects as a design
    """

    effects: Sequence[Integers]
    cluster: Sequence[Integers]
    design: EffectsDesign

    @property
    def singletons(self) -> Booleans:
        """[row], rows alone in a level of an effect, also once others of the kind are gone."""
        alive = np.ones(self.design.dummies.shape[0], dtype=np.bool_)
        while True:
            alone = self.design.sums(alive.astype(np.float64)) == 1
            out = alive & (self.design.fitted(alone.astype(np.float64)) > 0)
            if not out.any():
                return ~alive
            alive &= ~out


def covariance_of(scores: Floats, information: Floats, sample: Sample, errors: Errors) -> Floats:
    """Return the covariance of the coefficients: [regressor, regressor]; nan with no freedom left or a single cluster.

    Parameters
    ----------
    scores : [row, regressor], of the likelihood with the effects partialled out
    information : [regressor, regressor], likewise
    sample : rows, effects and clusters
    errors : without clusters
    """
    bread = np.linalg.inv(information)
    counted = ~sample.singletons
    rows, regressors = int(counted.sum()), len(bread)
    effects = [codes[counted] for codes in sample.effects]
    clusters = _with_intersection([codes[counted] for codes in sample.cluster])
    if not rows:
        return np.full_like(bread, np.nan)
    freedom = rows - regressors - _levels(effects, clusters)
    if freedom <= 0 or any(codes.max() == 0 for codes in clusters):
        return np.full_like(bread, np.nan)
    if clusters:
        groups = min(int(codes.max()) + 1 for codes in clusters)
        sums = [_by(codes, scores[counted]) for codes in clusters]
        meat = sum((each.T @ each for each in sums[:2]), np.zeros_like(bread)) - sum(each.T @ each for each in sums[2:])
        factor = (rows - 1) / freedom * groups / (groups - 1)
    else:
        meat = information if errors == "iid" else scores.T @ scores
        factor = (rows - 1 if errors == "iid" else rows) / freedom
    covariance: Floats = factor * (bread @ meat @ bread)
    return covariance


def _with_intersection(cluster: Sequence[Integers]) -> list[Integers]:
    """Return codes without gaps of the clusters, and of the cells where two meet."""
    codes = [np.unique(each, return_inverse=True)[1].astype(np.int64) for each in cluster]
    if len(codes) == 2:
        cells = codes[0] * (codes[1].max() + 1) + codes[1]
        codes.append(np.unique(cells, return_inverse=True)[1].astype(np.int64))
    return codes


def _levels(effects: Sequence[Integers], clusters: Sequence[Integers]) -> int:
    """Return the levels that count as estimated."""
    sizes = [len(np.unique(codes)) for codes in effects]
    nested = [any(_within(codes, groups) for groups in clusters) for codes in effects]
    several = sum(size > 1 for size in sizes)
    free = sum(1 if inside else size for size, inside in zip(sizes, nested, strict=True))
    return free - max(several - 1, 0)


def _within(codes: Integers, groups: Integers) -> bool:
    """Tell whether each level lies in one cluster."""
    first = np.full(int(codes.max()) + 1, -1, dtype=np.int64)
    first[codes] = groups
    return bool((first[codes] == groups).all())


def _by(codes: Integers, scores: Floats) -> Floats:
    """Return the sums of the scores: [cluster, regressor]."""
    return np.stack([np.bincount(codes, column) for column in scores.T], axis=1)
