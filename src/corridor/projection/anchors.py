"""The baseline anchors: `observed` keeps propensities, `un` follows the UN's net migration, `blended` mixes both.

The UN's net migration by country sums to a few thousand over the world, and not to zero by sex and age; a world of
flows closes exactly. So the targets are closed first, and how far that moves them is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.tables.net_balance import PERSONS, NetBalance, balance_to_net
from corridor.projection.spreading import spread, spread_within

if TYPE_CHECKING:
    from corridor.axes import Floats

MOST_BORNE = 4.0
"""Times its share of the world's people that an area bears of the age residual at most (our judgement)."""
NEARLY_ALL = 0.999
"""What a correction may take of a group at the very most; rounding must not make it negative."""
MOST_CORRECTED = 0.9
"""No more of a group than this is corrected away before its area's correction is shrunk (our judgement)."""


@dataclass(frozen=True, slots=True)
class ClosedTarget:
    """Net migration that sums to zero over the world in every group.

    Attributes
    ----------
    net : [area], persons
    net_by_age : [area, sex, age], persons; sums to `net` over sex and age, to zero over areas
    world_residual : persons by which the UN's areas fail to cancel, taken out in proportion to population
    age_residual : [sex, age], persons by which each group fails to cancel beyond that; sums to zero
    bearing : [area], share of the age residual that is taken out of each area's profile
    """

    net: Floats
    net_by_age: Floats
    world_residual: float
    age_residual: Floats
    bearing: Floats


def close_target(net: Floats, net_by_age: Floats, residents: Floats) -> ClosedTarget:
    """Close the UN's net migration over the world.

    The published total of an area holds over the sum of its ages (they differ by rounding). The world residual is taken
    from the areas in proportion to population. What the ages miss zero by - more young arrive in the world than leave,
    more older leave than arrive - is taken from the areas whose own profile shows it (`bearing_shares`), by the same
    share in every group, so that the totals of areas stay.

    Parameters
    ----------
    net : [area], persons, as published
    net_by_age : [area, sex, age], persons, as published
    residents : [area], persons
    """
    people = residents / residents.sum()
    closed_net = net - net.sum() * people
    sizes = np.abs(net_by_age)
    by_age = net_by_age + spread(closed_net - net_by_age.sum(axis=(1, 2)), sizes)
    unspread = closed_net - by_age.sum(axis=(1, 2))
    by_age += unspread[:, None, None] / by_age[0].size
    residual = by_age.sum(axis=0)
    bearing = bearing_shares(by_age, residual, people)
    return ClosedTarget(closed_net, by_age - bearing[:, None, None] * residual, float(net.sum()), residual, bearing)


def blend_targets(target: ClosedTarget, weight: float, own_by_age: Floats) -> ClosedTarget:
    """Mix a closed target with what the flows themselves would give.

    Parameters
    ----------
    weight : of the target, 0 to 1
    own_by_age : [area, sex, age], net migration of the flows left alone, persons; sums to zero in every group
    """
    own = 1.0 - weight
    return replace(
        target,
        net=weight * target.net + own * own_by_age.sum(axis=(1, 2)),
        net_by_age=weight * target.net_by_age + own * own_by_age,
    )


def bearing_shares(net_by_age: Floats, residual: Floats, people: Floats) -> Floats:
    """Share of the world's age residual that each area bears: [area], summing to 1.

    In proportion to how far an area's profile points the way of the residual, up to `MOST_BORNE` times its share of the
    world's people; what is left goes by people. Our judgement: by people alone every area would lose the same few per
    mille a decade, areas without such a profile too; without a limit the Gulf states would bear most of it.

    Parameters
    ----------
    net_by_age : [area, sex, age], persons
    residual : [sex, age], their sum over areas
    people : [area], shares of the world's population
    """
    evidence = np.maximum(np.einsum("csa,sa->c", net_by_age, residual), 0.0)
    borne = spread_within(np.ones(1), evidence[None, :, None], MOST_BORNE * people[None, :, None])[0, :, 0]
    shares: Floats = borne + (1.0 - borne.sum()) * people
    return shares


def follow_net(moves: Floats, net: Floats, start: Floats | None) -> tuple[Floats, NetBalance]:
    """Scale moves of all types by the same factor a_o / a_d per corridor until net migration is `net`.

    Parameters
    ----------
    moves : [type, orig, dest], persons
    net : [area], persons, summing to zero
    start : [area], last year's factors, to start from
    """
    balance = balance_to_net(moves.sum(axis=0), net, start=start, tolerance=PERSONS)
    factors = balance.factors[:, None] / balance.factors[None, :]
    return moves * factors, balance


def age_correction(net_by_age: Floats, emigrants: Floats, immigrants: Floats, survivors: Floats) -> Floats:
    """Zero-sum correction of net migration by sex and age towards the target: [area, sex, age], persons.

    Sums to zero over sex and age of every area and over areas in every group, and leaves no group negative. Where an
    area's correction would take more than nine tenths of a group, it is shrunk, and what the groups then miss zero by
    is spread over the other areas in proportion to survivors, by the same share in every group, so that their totals
    stay. Should that still empty a group, all corrections of the year are shrunk alike.

    Parameters
    ----------
    net_by_age : [area, sex, age], closed target, persons
    emigrants, immigrants : [area, sex, age], persons
    survivors : [area, sex, age], persons at the end of the year before migration
    """
    people = survivors + immigrants - emigrants
    correction = net_by_age - (immigrants - emigrants)
    correction -= correction.mean(axis=(1, 2), keepdims=True)
    return bearable(correction, people, survivors.sum(axis=(1, 2)), MOST_CORRECTED)


def bearable(correction: Floats, people: Floats, bearing: Floats, most: float) -> Floats:
    """Shrink a zero-sum correction [area, sex, age] to what people [area, sex, age] can bear, still summing to zero.

    Where an area's correction would take more than the share `most` of a group it is shrunk, and what the groups then
    miss zero by is spread over the other areas in proportion to `bearing` [area], by the same share in every group.
    Should that still empty a group, all is shrunk alike.
    """
    kept = _kept(correction, most * people)
    whole = kept == 1.0
    if whole.all():
        return correction
    free = np.where(whole, bearing, 0.0)
    if not free.any():
        return np.zeros_like(correction)
    shrunk = correction * kept[:, None, None]
    shrunk -= (free / free.sum())[:, None, None] * shrunk.sum(axis=0)
    shrunk *= _kept(shrunk, NEARLY_ALL * people).min()
    return shrunk


def _kept(correction: Floats, room: Floats) -> Floats:
    """Return the largest share of an area's correction, at most 1, that takes no more than `room` from any group."""
    taken = -correction
    share: Floats = np.ones(len(taken))
    pressed = np.flatnonzero((taken > room).any(axis=(1, 2)))
    if pressed.size:
        limited = np.divide(
            room[pressed], taken[pressed], out=np.ones_like(room[pressed]), where=taken[pressed] > room[pressed]
        )
        share[pressed] = limited.min(axis=(1, 2))
    return share
