"""The policy gate: how many of those who want to move do so legally, how many irregularly, and how many not at all.

Only corridors in which a lever binds pass the gate; elsewhere legal and irregular moves follow demand together. The
design's formulas, in persons a year, with `^` for the ratio to the same corridor and year without levers:

    L = D / (1 + (D / K)^4)^(1/4)
    I = min(D - L, I0 visa_refusals^ ^.55 asylum_refusals^ ^.30 L^ ^-.30)
    U = D - L - I

Three things are said here that the formulas leave open.

- What ratios compare with. Capacities are numbers of persons, demand changes from year to year, and a corridor without
  levers keeps its legal share. So the base of a corridor is itself in the same year without levers, not its year 2025:
  a lever that changes nothing changes nothing, and none causes a jump in the year in which it starts.
- How far a closure redirects. L^ ^-.30 has no bound as L goes to zero. The elasticity holds for small changes; a place
  that is lost sends no more than the redirected share q of a person into irregular moves. Where the power would ask for
  more, the line of slope -q goes on instead. So a closure redirects less than q of those it keeps out.
- How far an opening does the opposite. A new place takes at most one person out of irregular moves.

Both bounds keep total moves from falling and unmet demand from rising when a capacity is raised.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corridor.axes import Floats

SHARPNESS = 4.0
"""Exponent of the capacity curve: how abruptly demand meets the capacity."""
SMALLEST = float(np.finfo(np.float64).tiny)
"""What stands for zero where a negative power is taken."""


@dataclass(frozen=True, slots=True)
class Split:
    """Latent demand of corridors and what becomes of it, persons a year; demand = legal + irregular + unmet.

    Attributes
    ----------
    demand : people who would move if they could, without those whom the gate sends to another destination
    legal, irregular : people who move
    unmet : people who do not
    fees : US dollars a year that those who move legally pay for pathways that ask a fee
    """

    demand: Floats
    legal: Floats
    irregular: Floats
    unmet: Floats
    fees: Floats

    @property
    def moves(self) -> Floats:
        """Legal and irregular moves, persons a year."""
        return self.legal + self.irregular

    def each(self, change: Callable[[Floats], Floats]) -> Split:
        """Return the split with every part changed in one way."""
        return Split(*(change(getattr(self, part.name)) for part in fields(self)))


@dataclass(frozen=True, slots=True)
class Base:
    """Corridors without levers; all in persons a year.

    Attributes
    ----------
    split : what becomes of demand
    capacity : with which the capacity curve gives the legal moves; infinite where everybody moves legally
    """

    split: Split
    capacity: Floats


def stacked(splits: Sequence[Split]) -> Split:
    """Return several splits as one, with an axis for them in front."""
    return joined(splits, np.stack)


def joined(splits: Sequence[Split], join: Callable[[Sequence[Floats]], Floats]) -> Split:
    """Return several splits as one, every part put together in one way."""
    return Split(*(join([getattr(split, part.name) for split in splits]) for part in fields(Split)))


def legal_moves(demand: Floats, capacity: Floats) -> Floats:
    """Legal moves L = D / (1 + (D/K)^4)^(1/4): demand where capacity is large, capacity where demand is.

    Computed as the smaller of the two over (1 + r^4)^(1/4), r the ratio of the smaller to the larger, so that neither
    tiny nor huge numbers overflow.

    Parameters
    ----------
    demand, capacity : any shapes that go together, persons a year, not negative; an infinite capacity lets all move
    """
    smaller, ratio = _smaller(demand, capacity)
    moves: Floats = smaller / (1.0 + ratio**SHARPNESS) ** (1.0 / SHARPNESS)
    return moves


def _smaller(demand: Floats, capacity: Floats) -> tuple[Floats, Floats]:
    """Return the smaller of two and its ratio to the larger; 0 where both are zero."""
    smaller, larger = np.minimum(demand, capacity), np.maximum(demand, capacity)
    return smaller, np.divide(smaller, larger, out=np.zeros(np.shape(larger)), where=larger > 0.0)


def legal_slope(demand: Floats, capacity: Floats) -> Floats:
    """Legal moves that one more place lets happen: dL/dK = (1 + (K/D)^4)^(-5/4), from 1 at K = 0 to 0.

    Parameters are those of `legal_moves`; zero where nobody wants to move.
    """
    _, ratio = _smaller(demand, capacity)
    power = ratio**SHARPNESS
    share = np.where(np.less(capacity, demand), 1.0, power) / (1.0 + power)  # (L / K)^4
    slope: Floats = share ** (1.0 + 1.0 / SHARPNESS)
    return slope


def _base_capacity(demand: Floats, legal: Floats) -> Floats:
    """Capacity with which the curve gives `legal` moves at `demand`: the inverse of `legal_moves`, persons a year."""
    demand, legal = np.asarray(demand), np.asarray(legal)
    share = np.divide(legal, demand, out=np.zeros(np.shape(demand)), where=demand > 0.0)
    refused = np.divide(demand - legal, demand, out=np.zeros(np.shape(demand)), where=demand > 0.0)
    left = refused * (1.0 + share) * (1.0 + share**2)  # 1 - share^4 without cancellation
    return np.divide(
        legal, left ** (1.0 / SHARPNESS), out=np.where(legal > 0.0, np.inf, np.zeros(left.shape)), where=left > 0.0
    )


def base_of(moves: Floats, irregular_share: Floats | float, unmet_share: Floats | float) -> Base:
    """Solve for the latent demand and capacity of corridors without levers.

    What is known are moves. They are realised moves: `irregular_share` of them is irregular, the rest legal. Latent
    demand is solved so that `unmet_share` of it is unmet, D = moves / (1 - unmet share), and the capacity so that the
    curve gives the legal moves at that demand. So `legal_moves(demand, capacity)` returns them, the responses are 1,
    and legal + irregular are the moves that went in.

    Parameters
    ----------
    moves : persons a year
    irregular_share : of moves, 0..1
    unmet_share : of latent demand, 0 or more, below 1
    """
    irregular = irregular_share * moves
    legal = moves - irregular
    unmet = moves * (unmet_share / (1.0 - np.asarray(unmet_share)))
    demand = legal + irregular + unmet
    return Base(Split(demand, legal, irregular, unmet, np.zeros_like(demand)), _base_capacity(demand, legal))


def irregular_moves(
    demand: Floats, legal: Floats, base_legal: Floats, usual: Floats, *, redirected: Floats | float, elasticity: float
) -> Floats:
    """Irregular moves when legal ones are not those of the base: persons a year, never more than `demand - legal`.

    Parameters
    ----------
    demand : latent demand, persons a year
    legal : legal moves, persons a year
    base_legal : legal moves without levers
    usual : irregular moves with the legal moves of the base, after refusals
    redirected : q, most of a person that a lost place sends into irregular moves, 0..1
    elasticity : by how many percent irregular moves fall when legal ones rise by one percent
    """
    there = base_legal > 0.0
    ratio = np.divide(legal, base_legal, out=np.ones_like(legal), where=there)
    per_legal = np.divide(usual, base_legal, out=np.zeros_like(legal), where=there)
    change = np.where(
        ratio < 1.0, _after_closure(ratio, per_legal, redirected, elasticity), _opened(ratio, per_legal, elasticity)
    )
    irregular: Floats = np.clip(usual + base_legal * change, 0.0, np.maximum(demand - legal, 0.0))
    return irregular


def _after_closure(ratio: Floats, per_legal: Floats, redirected: Floats | float, elasticity: float) -> Floats:
    """Additional irregular moves per legal move of the base: the power where its slope is below q, then the line."""
    slope = elasticity * per_legal
    turn = np.divide(slope, redirected, out=np.ones_like(slope), where=np.less(slope, redirected))
    held = np.maximum(ratio, np.maximum(turn ** (1.0 / (1.0 + elasticity)), SMALLEST))
    added: Floats = per_legal * (held**-elasticity - 1.0) + redirected * (held - ratio)
    return added


def _opened(ratio: Floats, per_legal: Floats, elasticity: float) -> Floats:
    """Change of irregular moves per legal move of the base, not positive."""
    above = np.maximum(ratio, 1.0)
    change: Floats = np.maximum(per_legal * (above**-elasticity - 1.0), 1.0 - above)
    return change
