"""The gate: the corridors with levers, and what these say there in each year, as arrays that know nothing of demand.

What becomes of demand at the gate is `corridor.projection.gate`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from corridor.drivers.levers import (
    KIND_SHARES,
    KINDS,
    RESTRICTION_YEARS,
    Enforcement,
    GateLever,
    Pathway,
    Regularisation,
    Visa,
    check_levers,
    corridors_of,
    weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corridor.axes import Booleans, Floats, Integers
    from corridor.demography.mover_classes import Profile
    from corridor.drivers.levers import Lever, Unit
    from corridor.drivers.parameters import Draws

SKILLED = frozenset({"study"})
"""Kinds whose people hardly redirect."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A pathway in the corridors of a gate.

    Attributes
    ----------
    kind : position in `KINDS`
    capacity : [year, pool], in the unit
    unit : as in `Pathway`; or `more`, places beside those that there would be
    corridors : [member], positions in the gate's corridors
    pools : [member], the pool of each corridor; those of one pool share its places like their moves
    opening, restricting : [year], how far it works where it opens and where it restricts, 0..1
    fee, people : as in `Pathway`
    """

    kind: int
    capacity: Floats
    unit: Unit | Literal["more"]
    corridors: Integers
    pools: Integers
    opening: Floats
    restricting: Floats
    fee: float = 0.0
    people: Profile | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """The corridors with levers, and what holds there.

    Attributes
    ----------
    origins, destinations : [corridor], positions of areas, origins in order
    senders : [sender], the origins, each once
    places : [corridor], place of the origin among the senders
    shares : [kind, corridor], shares of kinds in the moves of today; sum to 1
    irregular_today, unmet_today : [corridor], shares that levers state; NaN where the channel's priors hold
    pathways : in the order of the scenario
    works : [year, corridor], true where a lever works; other years and corridors are left alone
    requirement : [year, corridor], 1 where a visa requirement is introduced in full, -1 where one is removed
    refusals, asylum_refusals : [year, corridor], logs of the ratios to today's
    passing : [year, corridor], share of irregular moves that enforcement does not stop
    regularised : [year, corridor], share of irregular moves that gain a legal stay
    values : parameters of the channel `policy` -> [draw]
    """

    origins: Integers
    destinations: Integers
    senders: Integers
    places: Integers
    shares: Floats
    irregular_today: Floats
    unmet_today: Floats
    pathways: tuple[Opening, ...]
    works: Booleans
    requirement: Floats
    refusals: Floats
    asylum_refusals: Floats
    passing: Floats
    regularised: Floats
    values: Draws

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Sexes and ages of those whom its pathways bring above the usual, each once."""
        return tuple(dict.fromkeys(pathway.people for pathway in self.pathways if pathway.people is not None))

    def of(self, draw: int) -> Gate:
        """Return the gate of one trajectory, with an axis of one draw."""
        return replace(self, values={name: value[draw : draw + 1] for name, value in self.values.items()})

    def idle(self) -> Gate:
        """Return the gate of the same corridors in which no lever works: it splits moves and changes none."""
        nothing = np.zeros_like(self.requirement)
        return replace(
            self,
            pathways=(),
            works=np.zeros_like(self.works),
            requirement=nothing,
            refusals=nothing,
            asylum_refusals=nothing,
            passing=np.ones_like(self.passing),
            regularised=nothing,
        )

    def redirected(self, draw: int) -> Floats:
        """Most of a person whom a lost place sends into irregular moves: [kind, 1]."""
        names = ("policy.redirected_skilled" if kind in SKILLED else "policy.redirected" for kind in KINDS)
        return np.array([self.values[name][draw] for name in names])[:, None]


def gate_of(
    levers: Sequence[Lever],
    years: Sequence[int],
    codes: Sequence[str],
    values: Draws,
    also: Booleans | None = None,
) -> Gate | None:
    """Gather levers into a gate; None where there is nothing to gather.

    Parameters
    ----------
    years : calendar years of the run
    codes : of the areas, in their order
    values : parameters of the channel `policy` -> [draw]
    also : [orig, dest], corridors without levers whose demand is to be split too; their moves stay what they are

    Raises
    ------
    InputError : see `check_levers`
    """
    check_levers(levers, codes)
    gated = [lever for lever in levers if isinstance(lever, GateLever)]
    within = np.zeros((len(codes), len(codes)), dtype=bool) if also is None else also.copy()
    for lever in gated:
        within |= corridors_of(lever, codes)
    origins, destinations = np.nonzero(within)
    if not len(origins):
        return None
    gate = _untouched(origins, destinations, len(years), values)
    pathways = []
    for lever in gated:
        members = np.flatnonzero(corridors_of(lever, codes)[origins, destinations])
        gate.works[:, members] |= (weight(lever, years) > 0.0)[:, None]
        for stated, of_gate in (
            (lever.irregular_today, gate.irregular_today),
            (lever.unmet_today, gate.unmet_today),
        ):
            if stated is not None:
                of_gate[members] = stated
        if isinstance(lever, Pathway):
            pathways.append(_opening(lever, members, years))
        else:
            _set(gate, lever, members, years)
    _set_shares(gate, gated, codes)
    return replace(gate, pathways=tuple(pathways))


def _untouched(origins: Integers, destinations: Integers, years: int, values: Draws) -> Gate:
    """Return the gate of some corridors in which no lever works, and none states a share."""
    shape = years, len(origins)
    senders, places = np.unique(origins, return_inverse=True)
    return Gate(
        origins=origins,
        destinations=destinations,
        senders=senders,
        places=places,
        shares=np.repeat(np.array(list(KIND_SHARES.values()))[:, None], len(origins), axis=1),
        irregular_today=np.full(len(origins), np.nan),
        unmet_today=np.full(len(origins), np.nan),
        pathways=(),
        works=np.zeros(shape, dtype=bool),
        requirement=np.zeros(shape),
        refusals=np.zeros(shape),
        asylum_refusals=np.zeros(shape),
        passing=np.ones(shape),
        regularised=np.zeros(shape),
        values={name: value for name, value in values.items() if name.startswith("policy.")},
    )


def _opening(lever: Pathway, members: Integers, years: Sequence[int]) -> Opening:
    return Opening(
        KINDS.index(lever.kind),
        np.full((len(years), 1), lever.capacity),
        lever.unit,
        members,
        np.zeros(len(members), dtype=np.intp),
        weight(lever, years),
        weight(lever, years, RESTRICTION_YEARS),
        lever.fee,
        lever.people,
    )


def _set(gate: Gate, lever: GateLever, members: Integers, years: Sequence[int]) -> None:
    """Write a lever that is no pathway into the arrays of a gate."""
    opening, restricting = (weight(lever, years, ramp)[:, None] for ramp in (0, RESTRICTION_YEARS))
    match lever:
        case Visa():
            if lever.requirement is not None:
                gate.requirement[:, members] += restricting if lever.requirement == "introduced" else -opening
            for logs, factor in ((gate.refusals, lever.refusals), (gate.asylum_refusals, lever.asylum_refusals)):
                logs[:, members] += np.log(factor) * (opening if factor < 1.0 else restricting)
        case Enforcement():
            gate.passing[:, members] *= 1.0 - lever.stopped * restricting
        case Regularisation():
            gate.regularised[:, members] += (1.0 - gate.regularised[:, members]) * lever.share * opening


def _set_shares(gate: Gate, levers: Iterable[GateLever], codes: Sequence[str]) -> None:
    """Put the shares of kinds that pathways state in their place; the other kinds share the rest as they did."""
    stated = np.zeros(gate.shares.shape, dtype=bool)
    for lever in levers:
        if isinstance(lever, Pathway) and lever.share is not None:
            members = corridors_of(lever, codes)[gate.origins, gate.destinations]
            gate.shares[KINDS.index(lever.kind), members] = lever.share
            stated[KINDS.index(lever.kind), members] = True
    others = np.where(stated, 0.0, gate.shares).sum(axis=0)
    left = 1.0 - np.where(stated, gate.shares, 0.0).sum(axis=0)
    rest = np.divide(left, others, out=np.zeros_like(left), where=others > 0.0)
    gate.shares[:] = np.where(stated, gate.shares, rest * gate.shares)
