"""Regressors beside fixed effects as an orthonormal basis: which of them the rows identify, and what the others equal.

Regressors come in any unit and far from zero (a year and its square, seconds since 1970). So the effects are taken out
first, and what is left is made orthonormal, one regressor after the other (Gram and Schmidt, each twice). A regressor
adds nothing only if what is left is no more than rounding of the numbers that were taken off each other. Such a
regressor is a combination of those before it and of the effects, which is kept: it says what equals what.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.gravity.effects_design import effects_design

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers
    from corridor.estimate.gravity.effects_design import EffectsDesign

ROUNDING = 2.0**-44
"""Part of the numbers added up that rounding explains, some hundred units of the last place."""
SMALL = 1e-4
"""Part of a regressor beside the effects below which they are taken out once more, as exactly as numbers allow."""
MOST_PASSES = 5
BESIDE = 1e-6
"""Part of a combination below which a regressor does not matter to it."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the regressors, less `centres`, span beside the effects: columns `(X - centres) @ turn - fitted(levels)`.

    Attributes
    ----------
    centres : [regressor]
    used : [regressor], whether it adds to the effects and to the regressors before it
    turn : [regressor, column], zero in regressors that add nothing
    levels : [level, column]
    vanishing : [regressor + level, regressor not used], combinations that are zero on the rows: 1 for the regressor,
        less what it equals
    parts : [row, column], the columns, orthogonal and with mean square 1
    """

    centres: Floats
    used: Booleans
    turn: Floats
    levels: Floats
    vanishing: Floats
    parts: Floats

    def columns(self, X: Floats, design: EffectsDesign) -> Floats:
        """Return the columns on other rows: [row, column]."""
        columns: Floats = (X - self.centres) @ self.turn - design.fitted(self.levels)
        return columns


def basis_of(X: Floats, centres: Floats, design: EffectsDesign) -> Basis:
    """Return the basis of regressors [row, regressor] beside effects."""
    regressors = X.shape[1]
    largest = np.maximum(np.abs(X).max(axis=0, initial=0.0), np.abs(centres))
    unit = np.ldexp(1.0, np.frexp(largest)[1] - 1)  # a power of two: nothing is rounded
    raw = np.sqrt(np.einsum("rk,rk->k", X / unit, X / unit) + len(X) * (centres / unit) ** 2)
    left, effects = _less_effects((X - centres) / unit, design)
    used = np.zeros(regressors, dtype=np.bool_)
    parts, turn, levels = np.zeros((len(X), 0)), np.zeros((regressors, 0)), np.zeros((design.levels, 0))
    vanishing = []
    for place in range(regressors):
        column, taken, more = _orthogonal(left[:, place], parts, design, SMALL * raw[place])
        of_regressors = np.eye(regressors)[place] - turn @ taken
        of_levels = effects[:, place] + more - levels @ taken
        rest = float(np.sqrt(column @ column))
        used[place] = rest > ROUNDING * float(np.abs(of_regressors) @ raw)
        if used[place]:
            scale = len(X) ** 0.5 / rest
            parts, turn = np.column_stack([parts, scale * column]), np.column_stack([turn, scale * of_regressors])
            levels = np.column_stack([levels, scale * of_levels])
        else:
            vanishing.append(unit[place] * np.concatenate([of_regressors / unit, -of_levels]))
    equal = np.array(vanishing).reshape(-1, regressors + design.levels).T
    return Basis(centres, used, turn / unit[:, None], levels, equal, parts)


def _less_effects(columns: Floats, design: EffectsDesign) -> tuple[Floats, Floats]:
    """Take effects out of columns [row, column]; return what is left, and the effects [level, column]."""
    none = np.zeros((design.levels, columns.shape[1]))
    effects = design.least_squares(columns, np.ones(len(columns)), none)
    return columns - design.fitted(effects), effects


def _orthogonal(column: Floats, parts: Floats, design: EffectsDesign, small: float) -> tuple[Floats, Floats, Floats]:
    """Take columns with mean square 1 out of a column without effects, and effects again where little is left.

    Returns what is left [row], how much of each column was taken, and more of each effect [level].
    """
    taken, effects, before = np.zeros(parts.shape[1]), np.zeros(design.levels), np.inf
    for _ in range(MOST_PASSES):
        for _ in range(2):  # once more for what rounding leaves
            more = parts.T @ column / len(column)
            column, taken = column - parts @ more, taken + more
        rest = float(np.sqrt(column @ column))
        if rest > min(small, before / 2.0) or rest == 0.0:
            break
        before = rest
        left, of_levels = _less_effects(column[:, None], design)
        column, effects = left[:, 0], effects + of_levels[:, 0]
    return column, taken, effects


@dataclass(frozen=True, slots=True)
class Combination:
    """Positions of regressors and of effects that matter together; none of both is a constant."""

    regressors: tuple[int, ...]
    effects: tuple[int, ...]


def equals_of(X: Floats, basis: Basis, effects: Sequence[Integers]) -> dict[int, Combination]:
    """Say of every regressor that adds nothing what it equals up to a constant: as few regressors and effects as do.

    Parameters
    ----------
    X : [row, regressor]
    effects : one array [row] of codes an effect
    """
    if basis.used.all():
        return {}
    raw = np.sqrt((X**2).mean(axis=0)) + np.abs(basis.centres)
    centred = X - basis.centres
    spread = np.sqrt(((centred - centred.mean(axis=0)) ** 2).mean(axis=0)) if effects else raw
    found = {}
    for column, place in zip(basis.vanishing[: X.shape[1]].T, np.flatnonzero(~basis.used).tolist(), strict=True):
        alone = _effects_needed(centred[:, place], effects, ROUNDING * raw[place])
        if alone is not None:
            found[place] = Combination((), alone)
            continue
        noise = ROUNDING * float(np.abs(column) @ raw)
        others = tuple(other for other in np.flatnonzero(np.abs(column) * spread > noise).tolist() if other != place)
        needed = _effects_needed(centred @ column, effects, noise)
        found[place] = Combination(others, tuple(range(len(effects))) if needed is None else needed)
    return found


def separating(
    certificates: Floats, rounds: Integers, centred: Floats, design: EffectsDesign, effects: Sequence[Integers]
) -> tuple[Combination, ...]:
    """Say which regressors and effects each certificate of a separation is made of, on the rows that it is about."""
    found = []
    for number, certificate in enumerate(certificates):
        rows = (rounds < 0) | (rounds >= number)
        of_regressors, of_levels = certificate[: centred.shape[1]], certificate[centred.shape[1] :]
        part = np.abs(of_regressors) * np.abs(centred[rows]).max(axis=0, initial=0.0)
        values = design.fitted(of_levels)[rows]
        needed = _effects_needed(
            values, [codes[rows] for codes in effects], BESIDE * float(np.abs(of_levels).max(initial=0.0))
        )
        named = tuple(np.flatnonzero(part > BESIDE).tolist())
        found.append(Combination(named, tuple(range(len(effects))) if needed is None else needed))
    return tuple(found)


def _effects_needed(values: Floats, effects: Sequence[Integers], noise: float) -> tuple[int, ...] | None:
    """Return the fewest effects whose levels fit `values` [row] but for noise; None if all of them do not."""
    left = values - values.mean() if effects else values
    if float(np.sqrt((left**2).mean())) <= noise:
        return ()
    for some in range(1, len(effects) + 1):
        for chosen in combinations(range(len(effects)), some):
            codes = [effects[place] for place in chosen]
            design = effects_design(codes, [int(each.max()) + 1 for each in codes], len(values))
            rest, *_ = _orthogonal(left, np.zeros((len(left), 0)), design, np.inf)
            if float(np.sqrt((rest**2).mean())) <= noise:
                return chosen
    return None
