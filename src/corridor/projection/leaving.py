"""Sexes and ages of those who move: step 4 of the engine, by corridor.

A corridor's moves are shared out over sexes and streams by its weights; a stream out of an area has one schedule, which
meets the people who are there. `corridor.projection.kernels` says the same in compiled loops.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.projection.demand import MOST_LEAVING

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers
    from corridor.demography.mover_classes import Movers

LEFT_OVER = 1e-9
"""Share of a stream that may stay unspread at the limit."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Moves of a year with their sexes and ages.

    Attributes
    ----------
    moves : [orig, dest]; times `scale` [orig] wanted persons
    kept : [orig], share of the wanted moves that took place
    weights : [sex, stream, orig, dest], share of a corridor's moves
    rates : [sex, stream, orig, age], movers of an age per person who wanted to move
    """

    moves: Floats
    scale: Floats
    kept: Floats
    weights: Floats
    rates: Floats

    @property
    def persons(self) -> Floats:
        """What `moves` are multiplied with to be persons who moved: [orig]."""
        return self.scale * self.kept

    def by_age(self, origins: Integers, destinations: Integers) -> Floats:
        """Movers from some areas to others: [sex, age], persons."""
        corridors = np.ix_(origins, destinations)
        wanted = self.moves[corridors] * self.scale[origins, None]
        leaving = np.einsum("od,sjod->sjo", wanted, self.weights[..., corridors[0], corridors[1]])
        movers: Floats = np.einsum("sjo,sjoa->sa", leaving, self.rates[:, :, origins])
        return movers


def move_by_age(flows: Floats, movers: Movers, survivors: Floats) -> tuple[Moved, Floats, Floats]:
    """Give wanted moves their sexes and ages.

    Immigrants have exactly the sexes and ages of those who left for their destination: one matrix product a sex.

    Parameters
    ----------
    flows : [orig, dest], wanted moves, persons
    survivors : [area, sex, age], persons at the end of the year

    Returns
    -------
    The moves; emigrants and immigrants [area, sex, age], persons
    """
    leaving = np.vecdot(flows, movers.weights)
    rates, kept, leavers = leaving_rates(leaving, movers.schedules, survivors)
    immigrants, areas = np.empty_like(survivors), len(flows)
    rows = np.flatnonzero(leaving.any(axis=0))  # of streams and origins in which somebody leaves
    sent = flows[rows % areas]
    parts = np.empty_like(sent)  # in one place for both sexes: new memory is slow
    for sex, rate in enumerate(rates):
        np.take(movers.weights[sex].reshape(-1, areas), rows, axis=0, out=parts, mode="clip")
        parts *= sent
        immigrants[:, sex] = parts.T @ rate.reshape(-1, rate.shape[-1])[rows]
    return Moved(flows, np.ones(areas), kept, movers.weights, rates), leavers.swapaxes(0, 1), immigrants


def _leavers(leaving: Floats, rates: Floats) -> Floats:
    """Emigrants [sex, area, age] of all streams, persons."""
    leavers: Floats = np.einsum("sjo,sjoa->soa", leaving, rates)
    return leavers


def leaving_rates(
    leaving: Floats, schedules: Floats, survivors: Floats, *, most_leaving: float = MOST_LEAVING
) -> tuple[Floats, Floats, Floats]:
    """Movers of each age per person who wants to leave in a stream.

    In proportion to schedule times survivors. No group of sex and age loses more than `most_leaving`; what it cannot
    give, the other ages of its sex give. Where a sex cannot give all, all moves of the area shrink alike, so that every
    corridor keeps its mix.

    Parameters
    ----------
    leaving : [sex, stream, area], persons who want to leave
    schedules : [sex, stream, area, age], relative intensity of moving
    survivors : [area, sex, age], persons

    Returns
    -------
    Rates [sex, stream, area, age], which sum over ages to the share that leaves, zero where nobody wants to leave; that
    share [area]; those who leave [sex, area, age], persons
    """
    people = np.ascontiguousarray(survivors.swapaxes(0, 1))
    rates = schedules * people[:, None]
    sums = rates.sum(axis=-1)
    per_person = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    kept = np.where(((leaving > 0) & (sums <= 0)).any(axis=(0, 1)), 0.0, 1.0)
    rates *= (per_person * kept * (leaving > 0))[..., None]
    leavers = _leavers(leaving, rates)
    over = np.flatnonzero((leavers > most_leaving * people).any(axis=(0, 2)))
    if over.size:
        limit, wanted = most_leaving * people[:, over], leaving[:, :, over]
        given = _within(_possible(wanted, limit), schedules[:, :, over] * people[:, None, over], limit)
        rates[:, :, over], kept[over] = _alike(given, wanted)
        leavers[:, over] = _leavers(wanted, rates[:, :, over])
    return rates, kept, leavers


def _possible(leaving: Floats, limit: Floats) -> Floats:
    """Shrink all streams [sex, stream, area] alike to what the groups [sex, area, age] of the scarcer sex can give."""
    wanted, most = leaving.sum(axis=1), limit.sum(axis=-1)
    share = np.divide(most, wanted, out=np.ones_like(wanted), where=wanted > most).min(axis=0)
    possible: Floats = leaving * share
    return possible


def _within(leaving: Floats, raw: Floats, limit: Floats) -> Floats:
    """Movers [sex, stream, area, age]: full groups give no more, what is left goes to the other ages of their sex.

    Parameters
    ----------
    leaving : [sex, stream, area], persons
    raw : [sex, stream, area, age], schedule times survivors
    limit : [sex, area, age], persons
    """
    given, left, free = np.zeros_like(raw), leaving.copy(), limit.copy()
    room = raw * (limit > 0.0)[:, None]
    for _ in range(limit.shape[-1]):
        sums = room.sum(axis=-1)
        unspread = ((left > LEFT_OVER * leaving) & (sums > 0.0)).any(axis=1, keepdims=True)
        if not unspread.any():
            break
        more = room * np.divide(left, sums, out=np.zeros_like(left), where=unspread & (sums > 0.0))[..., None]
        added = more.sum(axis=1)
        over = added > free
        more *= np.divide(free, added, out=np.ones_like(free), where=over)[:, None]
        given += more
        left -= more.sum(axis=-1)
        free = np.maximum(free - added, 0.0)
        room *= ~over[:, None]
    return given


def _alike(given: Floats, leaving: Floats) -> tuple[Floats, Floats]:
    """Rates [sex, stream, area, age] that sum to the same share for all streams with movers; that share [area].

    Parameters
    ----------
    given : [sex, stream, area, age], movers whom the areas can give, persons
    leaving : [sex, stream, area], persons who want to leave
    """
    sums = given.sum(axis=-1)
    could = np.divide(sums, leaving, out=np.ones_like(sums), where=leaving > 0)
    kept: Floats = np.minimum(could.min(axis=(0, 1)), 1.0)
    rates = given * np.divide(kept, sums, out=np.zeros_like(sums), where=sums > 0)[..., None]
    return rates, kept
