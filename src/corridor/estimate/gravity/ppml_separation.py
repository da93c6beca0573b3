"""Separation: zeros that a Poisson model with effects fits by a coefficient that runs off to infinity.

A row is separated if some combination of regressors and effects is zero on every row with a positive outcome, not
negative on any row with a zero, and positive on that row: moving against it makes the likelihood grow without end
(Correia, Guimaraes and Zylkin 2019, arXiv:1903.01633, proposition 2). Estimates exist on the other rows, and they are
the limit; the separated rows are fitted by zero.

Two kinds are told apart. A level of an effect that has only zeros is found by counting. The rest is found exactly in
two steps: the combinations that vanish on the positive rows are a linear space, nearly always the trivial one, that
least squares find (`corridor.estimate.gravity.regressor_basis`); within it a linear programme looks for a combination
that is nowhere negative. It finds the rows that the iterative rectifier of the paper converges to, and needs no weights
that tend to infinity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import NotConverged
from corridor.estimate.gravity.effects_design import null_directions
from corridor.estimate.gravity.regressor_basis import ROUNDING, Basis, basis_of

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats, Integers
    from corridor.estimate.gravity.effects_design import EffectsDesign

KEPT, BY_LEVEL, BY_COMBINATION = 0, 1, 2
"""Why a row is left out: it is not; its level of an effect has only zeros; a combination separates it."""
NOTHING = 1e-7
"""Size of a combination of effects, 1 on its largest row, that counts as zero."""
REFINED = 1e-10
"""The same beside regressors, whose effects are found in several passes."""
DEPENDENT = 1e-6
"""Singular value, over the largest, below which weights do not depend on a direction."""
SEED = 20_190_103
MOST_PROJECTIONS = 500
LEAST_WEIGHT = 1e-3
"""Smallest weight that counts as positive, where most are about one."""


@dataclass(frozen=True, slots=True)
class Separation:
    """Which rows are separated, and by what.

    Attributes
    ----------
    reason : [row], `KEPT`, `BY_LEVEL` or `BY_COMBINATION`
    empty_levels : [level], whether a level has only zeros
    certificates : [round, regressor + level], combinations of regressors less their centres, and levels, that are zero
        on the rows kept, and up to 1 on the rows that they separate; later rounds are about the rows that earlier ones
        leave
    rounds : [row], the certificate that separates it, -1 for none
    basis : what the regressors span on the rows with positive outcomes
    """

    reason: Integers
    empty_levels: Booleans
    certificates: Floats
    rounds: Integers
    basis: Basis


def find_separation(y: Floats, X: Floats, centres: Floats, design: EffectsDesign) -> Separation:
    """Find the separated rows.

    Parameters
    ----------
    y : [row], not negative
    X : [row, regressor]
    centres : [regressor], a middle of the regressors; zero without effects
    design : the effects

    Raises
    ------
    NotConverged
        If the least squares or a linear programme fail.
    """
    positive = y > 0
    empty = design.sums(positive.astype(np.float64)) == 0
    reason = np.where(design.fitted(empty.astype(np.float64)) > 0, BY_LEVEL, KEPT)
    basis = basis_of(X[positive], centres, design.rows(positive))
    certificates: list[Floats] = []
    rounds = np.full(len(y), -1)
    directions = None
    while (candidates := (reason == KEPT) & ~positive).any():
        if directions is None:
            directions = _vanishing(basis, design, positive, candidates)
        found = _certificate(directions, X[candidates], centres, design.rows(candidates))
        if found is None:
            break
        certificate, above = found
        places = np.flatnonzero(candidates)[above]
        reason[places], rounds[places] = BY_COMBINATION, len(certificates)
        certificates.append(certificate)
    made = np.array(certificates).reshape(-1, X.shape[1] + design.levels)
    return Separation(reason, empty, made, rounds, basis)


def _vanishing(basis: Basis, design: EffectsDesign, positive: Booleans, candidates: Booleans) -> Floats:
    """Return directions [regressor + level, direction] that span what vanishes on the positive rows."""
    of_effects = _of_effects(design.rows(positive), design.rows(candidates))
    return np.concatenate([basis.vanishing, np.pad(of_effects, ((len(basis.centres), 0), (0, 0)))], axis=1)


def _of_effects(seen: EffectsDesign, zeros: EffectsDesign) -> Floats:
    """Return directions of effects that vanish on the rows seen but not on all zeros; as many as there are."""
    if len(seen.starts) < 3:  # a single effect has none
        return np.zeros((seen.levels, 0))
    generator, count = np.random.default_rng(SEED), 1
    while True:
        directions = null_directions(seen, count, generator)
        image = zeros.fitted(directions)
        values, vectors = np.linalg.eigh(image.T @ image)
        real = values > NOTHING**2 * max(values.max(), 1.0)
        if real.sum() < count:
            found: Floats = directions @ vectors[:, real]
            return found
        count *= 2


def _certificate(
    directions: Floats, X: Floats, centres: Floats, zeros: EffectsDesign
) -> tuple[Floats, Booleans] | None:
    """Return a combination that is nowhere negative on the zeros, and where it is positive; None if there is none."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    image = combined(directions, X, centres, zeros)
    size = np.abs(image).max(axis=0, initial=0.0)
    used = size > 0.0
    image, basis = image[:, used] / size[used], directions[:, used] / size[used]
    largest = np.abs(image).max(axis=1, initial=0.0)[:, None]
    image = np.divide(image, largest, out=np.zeros_like(image), where=largest > 0)  # of a row, only the signs matter
    image[np.abs(image) < NOTHING] = 0.0
    rows = np.unique(image[image.any(axis=1)], axis=0)
    if not rows.size:
        return None
    if _balanced(rows):
        return None
    bounds = np.repeat([1.0, 0.0], len(rows))
    found = linprog(-rows.sum(axis=0), np.concatenate([rows, -rows]), bounds, bounds=(None, None), method="highs")
    if not found.success:
        raise NotConverged(f"the linear programme that looks for separated rows failed: {found.message}")
    value = image @ found.x
    above = value > NOTHING
    return (basis @ found.x / float((value * largest[:, 0]).max()), above) if above.any() else None


def combined(directions: Floats, X: Floats, centres: Floats, design: EffectsDesign) -> Floats:
    """Return combinations [regressor + level, direction] on rows: [row, direction]; zero where it is rounding."""
    of_regressors, of_levels = directions[: X.shape[1]], directions[X.shape[1] :]
    value = (X - centres) @ of_regressors + design.fitted(of_levels)
    noise = ROUNDING * (np.abs(X) + np.abs(centres)) @ np.abs(of_regressors)
    noise += np.where(of_regressors.any(axis=0), REFINED, NOTHING) * design.fitted(np.abs(of_levels))
    combination: Floats = np.where(np.abs(value) > noise, value, 0.0)
    return combination


def _balanced(rows: Floats) -> bool:
    """Tell whether positive weights of the rows [row, direction] are found that bring their sum to zero.

    If there are any, no combination is nowhere negative (Stiemke 1915), and the linear programme can be spared. They
    are sought by projections on the weights with sum zero and on those not below one, in turn.
    """
    left, sizes, _ = np.linalg.svd(rows, full_matrices=False)
    basis = left[:, sizes > DEPENDENT * sizes[0]]
    weights = np.ones(len(rows))
    for _ in range(MOST_PROJECTIONS):
        weights = weights - basis @ (basis.T @ weights)
        if weights.min() > LEAST_WEIGHT:
            return True
        weights = np.maximum(weights, 1.0)
    return False
