"""Corridors with levers pass the gate: from the moves that a year would have without levers to those with them.

What enters are outward moves as they would be realised without levers. `corridor.projection.gate.base_of` solves for
the latent demand and the capacity behind them, levers change the capacity, and what comes out are legal and irregular
moves. Corridors in which no lever works in a year are left as they are, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import OUTWARD, RETURN
from corridor.drivers.channels.policy import MOST_DIVERTED
from corridor.projection.gate import Split, base_of, irregular_moves, legal_moves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.axes import Floats, Integers
    from corridor.drivers.lever_gate import Gate
    from corridor.projection.engine import Year
    from corridor.projection.gate import Base


MOST_RETURNING = 2.0
"""Opening or closing doors at most doubles or halves returns (our judgement)."""


ROUNDING = 1e-12
"""Share of a corridor's moves below which what a subtraction leaves is rounding: nobody moves outward there."""
LEAST_BROUGHT = 1e-9
"""Share of a corridor's legal moves below which what a pathway brings is rounding."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Corridors after the gate.

    Attributes
    ----------
    split : what becomes of demand
    induced : [corridor], persons who move because of a lever although there was no demand
    opened : [corridor], legal moves over those without levers; infinite where there were none, 1 where there are none
    brought : [profile, corridor], legal moves above those without levers, by the gate's profiles of pathways
    """

    split: Split
    induced: Floats
    opened: Floats
    brought: Floats


def pass_gate(gate: Gate, position: int, draw: int, moves: Floats) -> Passed:
    """Split the demand of the gate's corridors in a year as its levers let it.

    Demand is shared out over kinds of pathways, each with its share of the base's capacity, and legal moves are the sum
    over kinds. People whom a lever adds come out of the demand that is not met legally; where there is none, they are
    demand that the lever induces.

    Parameters
    ----------
    position, draw : of the year and the trajectory
    moves : [corridor], outward moves without levers, persons a year
    """
    values = {name: float(value[draw]) for name, value in gate.values.items()}
    base = base_in(gate, draw, moves)
    before = base.split
    usual, kept = _refused(gate, position, before, values, gate.redirected(draw))
    by_kind, room = _legal(gate, position, base, values["policy.visa_requirement"], kept)
    legal = by_kind.sum(axis=0) + room.added
    demand = np.maximum(before.demand, legal)
    irregular = irregular_moves(
        demand,
        legal,
        kept * before.legal,
        usual,
        redirected=_redirected(gate.redirected(draw), gate.shares * kept * before.legal - by_kind),
        elasticity=values["policy.legal_elasticity"],
    )
    irregular *= gate.passing[position]
    opened = np.divide(legal, before.legal, out=np.where(legal > 0.0, np.inf, 1.0), where=before.legal > 0.0)
    unmet = np.maximum(demand - legal - irregular, 0.0)
    with_stay = gate.regularised[position] * irregular
    fees = room.fees + _fees(gate, position, by_kind)
    split = Split(demand, legal + with_stay, irregular - with_stay, unmet, fees)
    brought = _brought(gate, position, _above(by_kind, gate.shares * before.legal), room.by_profile)
    return Passed(split, demand - before.demand, opened, brought)


def base_in(gate: Gate, draw: int, moves: Floats) -> Base:
    """Latent demand and capacity behind the moves of the gate's corridors without levers.

    Parameters
    ----------
    moves : [..., corridor], outward moves without levers, persons a year
    """
    return base_of(
        moves,
        np.where(np.isnan(gate.irregular_today), gate.values["policy.irregular_share"][draw], gate.irregular_today),
        np.where(np.isnan(gate.unmet_today), gate.values["policy.unmet_share"][draw], gate.unmet_today),
    )


def _refused(
    gate: Gate, position: int, before: Split, values: Mapping[str, float], by_kind: Floats
) -> tuple[Floats, Floats]:
    """Irregular moves that refusals leave beside the legal ones of the base, and the share of these kept: [corridor].

    Of those whom refusals turn away the redirected share q moves irregularly, as at any door that closes: so legal
    moves fall by one q-th of what irregular ones rise by, and never by more than if half of all applications are
    refused today (our judgement). Fewer refusals do the reverse, as far as there is demand.

    Parameters
    ----------
    by_kind : q of kinds, [kind, 1]
    """
    logs = gate.refusals[position], gate.asylum_refusals[position]
    usual = before.irregular * np.exp(values["policy.visa_refusals"] * logs[0])
    usual = usual * np.exp(values["policy.asylum_refusals"] * logs[1])
    redirected = (by_kind * gate.shares).sum(axis=0)
    most = before.legal * np.abs(np.expm1(logs[0]) + np.expm1(logs[1]))
    change = np.divide(usual - before.irregular, redirected, out=np.zeros_like(usual), where=redirected > 0.0)
    lost = np.clip(change, -most, np.minimum(most, before.legal))
    lost = np.maximum(lost, np.minimum(before.legal + usual - before.demand, 0.0))
    return usual, 1.0 - _ratio(lost, before.legal)


def _fees(gate: Gate, position: int, by_kind: Floats) -> Floats:
    """Fees that legal moves [kind, corridor] pay for pathways in force: [corridor], US dollars a year."""
    fees = np.zeros(by_kind.shape[1])
    for pathway in gate.pathways:
        if pathway.fee > 0.0 and pathway.unit != "added" and pathway.opening[position] > 0.0:
            fees[pathway.corridors] += pathway.fee * by_kind[pathway.kind, pathway.corridors]
    return fees


@dataclass(frozen=True, slots=True)
class _Room:
    """Room for legal moves.

    Attributes
    ----------
    capacity : of kinds, [kind, corridor], persons a year
    added, fees : people whom levers add, and what they pay, [corridor], persons and US dollars a year
    by_profile : those added who have a profile, [profile, corridor]
    """

    capacity: Floats
    added: Floats
    fees: Floats
    by_profile: Floats


def _legal(gate: Gate, position: int, base: Base, requirement: float, kept: Floats) -> tuple[Floats, _Room]:
    """Legal moves by kind [kind, corridor], persons a year, and the room for them.

    Parameters
    ----------
    requirement : log effect of a visa requirement
    kept : [corridor], factor of refusals
    """
    wanted = gate.shares * base.split.demand
    room = _capacities(gate, position, base)
    legal = legal_moves(wanted, room.capacity) * kept * np.exp(requirement * gate.requirement[position])
    return np.minimum(legal, wanted), room


def _redirected(by_kind: Floats, lost: Floats) -> Floats:
    """Redirected share [corridor]: that of kinds [kind, 1], weighted by legal moves that they lose [kind, corridor]."""
    lost = np.maximum(lost, 0.0)
    total = lost.sum(axis=0)
    share: Floats = np.divide((by_kind * lost).sum(axis=0), total, out=np.zeros_like(total), where=total > 0.0)
    return share


def _capacities(gate: Gate, position: int, base: Base) -> _Room:
    """Room in a year, as levers leave it.

    Pathways work one after the other, in the order of the scenario; each moves the capacity from what it found towards
    its own, as far as it works in the year.
    """
    capacity, (added, fees) = gate.shares * base.capacity, np.zeros((2, *base.capacity.shape))
    moves, by_profile = base.split.moves, np.zeros((len(gate.profiles), len(added)))
    for pathway in gate.pathways:
        at = (pathway.kind, pathway.corridors)
        found, aim = capacity[at], pathway.capacity[position, pathway.pools]
        if pathway.unit == "times":
            aim = aim * found
        else:
            aim = aim * _parts(gate.shares[at] * moves[pathway.corridors], pathway.pools)
        if pathway.unit == "more":
            aim += found
        if pathway.unit == "added":
            more = pathway.opening[position] * aim
            added[pathway.corridors] += more
            fees[pathway.corridors] += pathway.fee * more
            if pathway.people is not None:
                by_profile[gate.profiles.index(pathway.people), pathway.corridors] += more
        else:
            works = np.where(aim < found, pathway.restricting[position], pathway.opening[position])
            capacity[at] = found + works * (aim - found)
    return _Room(capacity, added, fees, by_profile)


def _above(now: Floats, usual: Floats) -> Floats:
    """By how much something is above the usual; zero where it is below, or the difference is rounding."""
    more: Floats = np.where(now - usual > LEAST_BROUGHT * usual, now - usual, 0.0)
    return more


def _brought(gate: Gate, position: int, more: Floats, added: Floats) -> Floats:
    """People of each profile whom pathways bring above the usual: [profile, corridor], persons a year.

    Where legal moves of a kind are above those without levers, the additional people are those of the pathway of the
    kind that works there last. Where they are below, nobody is brought: usual movers are missing.

    Parameters
    ----------
    more : [kind, corridor], legal moves above those without levers, without people whom levers add
    added : [profile, corridor], these
    """
    if not gate.profiles:
        return added
    profile = np.full(more.shape, -1)
    for pathway in gate.pathways:
        if pathway.unit != "added" and max(pathway.opening[position], pathway.restricting[position]) > 0.0:
            of = -1 if pathway.people is None else gate.profiles.index(pathway.people)
            profile[pathway.kind, pathway.corridors] = of
    opened = [np.where(profile == of, more, 0.0).sum(axis=0) for of in range(len(added))]
    brought: Floats = added + np.stack(opened)
    return brought


def _parts(moves: Floats, pools: Integers) -> Floats:
    """Parts of the pool of each corridor in proportion to moves: [corridor]; equal where nobody of a pool moves."""
    total, members = np.bincount(pools, moves)[pools], np.bincount(pools)[pools]
    return np.divide(moves, total, out=1.0 / members, where=total > 0.0)


@dataclass(frozen=True, slots=True)
class Gated:
    """Outward moves of the origins that have levers.

    Attributes
    ----------
    rows : [sender, dest], persons a year
    split : of the gate's corridors
    returns : [corridor], factor on the returns that go the other way
    brought : [profile, corridor], people above the usual whom pathways bring
    """

    rows: Floats
    split: Split
    returns: Floats
    brought: Floats


def gate_rows(gate: Gate, position: int, draw: int, rows: Floats) -> Gated:
    """Take the outward moves of origins through the gate.

    A share of the change of a corridor's moves is made up by the other destinations of its origin, which at most double
    or halve; people who go elsewhere leave the demand of the corridor, so that demand is conserved over destinations.

    Parameters
    ----------
    rows : [sender, dest], outward moves of the gate's senders without levers, persons a year
    """
    places = gate.places
    at, works = (places, gate.destinations), gate.works[position]
    before = rows[at]
    passed = pass_gate(gate, position, draw, before)
    change = np.where(works, passed.split.moves - before, 0.0)
    free = rows.copy()
    free[places[works], gate.destinations[works]] = 0.0
    others = free.sum(axis=1)
    diversion = min(max(float(gate.values["policy.diversion"][draw]), 0.0), 1.0)
    meant: Floats = -diversion * np.bincount(places, change, len(rows)).astype(np.float64)
    made_up = np.clip(meant, (1.0 / MOST_DIVERTED - 1.0) * others, (MOST_DIVERTED - 1.0) * others)
    after = rows + free * _ratio(made_up, others)[:, None]
    after[at] += change
    elsewhere = -diversion * change * _ratio(made_up, meant)[places]
    split = _without(passed.split, np.where(elsewhere < 0.0, np.minimum(elsewhere + passed.induced, 0.0), elsewhere))
    response = float(gate.values["policy.return_response"][draw])
    returns = np.where(works, passed.opened, 1.0) ** response
    returns = np.clip(returns, 1.0 / MOST_RETURNING, MOST_RETURNING)
    return Gated(after, split, returns, passed.brought)


def _ratio(one: Floats, other: Floats) -> Floats:
    return np.divide(one, other, out=np.zeros_like(one), where=other != 0.0)


def _without(split: Split, elsewhere: Floats) -> Split:
    """Take people who go to another destination out of unmet demand, or those who come from one into it."""
    unmet = np.maximum(split.unmet - elsewhere, 0.0)
    return replace(split, demand=split.legal + split.irregular + unmet, unmet=unmet)


def gate_moves(gate: Gate, position: int, draw: int, wanted: Floats) -> Gated:
    """Take the moves of a year through the gate, in place.

    Parameters
    ----------
    wanted : [type, orig, dest], persons a year without levers; overwritten
    """
    gated = gate_rows(gate, position, draw, wanted[OUTWARD][gate.senders])
    wanted[OUTWARD][gate.senders] = gated.rows
    wanted[RETURN][gate.destinations, gate.origins] *= gated.returns
    return gated


def gate_relative(
    gate: Gate,
    position: int,
    draw: int,
    *,
    moves: Floats,
    returns: Floats,
    transits: Floats,
    scale: Floats,
    totals: Floats,
) -> Gated:
    """Do as `gate_moves` with the relative moves of the ensemble, in place; see `stock_kernels.want_by_birthplace`.

    Parameters
    ----------
    moves, returns, transits : [orig, dest], moves of all types and those of the two; times `scale` [orig] persons
    totals : [orig], persons who want to leave
    """
    senders = gate.senders
    scale[senders] = np.where(scale[senders] > 0.0, scale[senders], 1.0)  # nobody moves there without a lever
    persons = scale[senders][:, None]
    outward = moves[senders] - returns[senders] - transits[senders]
    outward = np.where(outward > ROUNDING * moves[senders], outward, 0.0) * persons
    gated = gate_rows(gate, position, draw, outward)
    change = gated.rows - outward
    moves[senders] += change / persons
    totals[senders] += change.sum(axis=1)
    homeward = gate.destinations, gate.origins
    more = returns[homeward] * (gated.returns - 1.0)
    returns[homeward] += more
    moves[homeward] += more
    np.add.at(totals, gate.destinations, more * scale[gate.destinations])
    return gated


def with_split(year: Year, gate: Gate | None, split: Split | None) -> Year:
    """Put what became of demand beside the moves of a year that took place."""
    if gate is None or split is None:
        return year
    moved, wanted = year.moves[OUTWARD][gate.origins, gate.destinations], split.moves
    kept = np.divide(moved, wanted, out=np.ones_like(wanted), where=wanted > 0.0)
    return replace(year, split=realised(split, np.minimum(kept, 1.0)))


def realised(split: Split, kept: Floats) -> Split:
    """Leave unmet what an area's people could not give.

    Parameters
    ----------
    kept : [corridor], share of the wanted moves of its origin that took place, 1 but where a group is at its limit
    """
    legal, irregular = split.legal * kept, split.irregular * kept
    unmet = split.unmet + (split.moves - legal - irregular)
    return Split(split.demand, legal, irregular, unmet, split.fees * kept)
