"""Sexes and ages of those whom pathways bring: they move beside a corridor's usual movers, in streams of their own.

A corridor's moves are those of its usual movers, as many as would be without what pathways bring, and of the people
brought, who have the profile of their pathway. So every profile adds a stream to `Movers`, whose weight is above zero
only where a pathway brings somebody. `Widened` does for the ensemble in place what `with_brought` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGES
from corridor.demography.mover_classes import Movers, profile_schedules, profile_weights
from corridor.projection.gating import gate_moves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats, Integers
    from corridor.demography.mover_classes import Profile
    from corridor.drivers.lever_gate import Gate
    from corridor.projection.gate import Split


def gate_year(
    movers: Movers, gate: Gate | None, position: int, draw: int, wanted: Floats
) -> tuple[Movers, Split | None]:
    """Take the moves of a year through the gate, in place: the movers of the year, and the split.

    Parameters
    ----------
    gate : None where no lever needs one
    position, draw : of the year and the trajectory
    wanted : [type, orig, dest], persons a year without levers; overwritten
    """
    if gate is None:
        return movers, None
    gated = gate_moves(gate, position, draw, wanted)
    return with_brought(movers, gate, gated.brought, wanted.sum(axis=0)), gated.split


def with_brought(movers: Movers, gate: Gate, brought: Floats, flows: Floats) -> Movers:
    """Give the people whom pathways bring the sexes and ages of their profiles.

    Parameters
    ----------
    brought : [profile, corridor of the gate], persons
    flows : [orig, dest], wanted moves with these people, persons

    Returns
    -------
    Movers with a stream more for every profile of the gate; those handed in where nobody is brought
    """
    if not brought.any():
        return movers
    wide, at = _with_streams(movers, gate.profiles), (gate.origins, gate.destinations)
    usual = movers.weights[:, :, *at]
    wide.weights[:, :, *at] = profile_weights(usual, gate.profiles, shares_of(brought, flows[at]))
    return wide


def _with_streams(movers: Movers, profiles: Sequence[Profile]) -> Movers:
    """Add a stream in which nobody moves for every profile."""
    sexes, _, areas, _ = movers.weights.shape
    nobody = np.zeros((sexes, len(profiles), areas, areas))
    own = np.broadcast_to(profile_schedules(profiles)[:, :, None], (sexes, len(profiles), areas, AGES))
    return Movers(
        np.concatenate([movers.schedules, own], axis=1),
        np.concatenate([movers.weights, nobody], axis=1),
    )


def profile_origins(gate: Gate, areas: int) -> Booleans:
    """Say whom of which areas pathways may bring: [profile, orig]."""
    origins = np.zeros((len(gate.profiles), areas), dtype=bool)
    for pathway in gate.pathways:
        if pathway.people is not None:
            origins[gate.profiles.index(pathway.people), gate.origins[pathway.corridors]] = True
    return origins


def shares_of(brought: Floats, flows: Floats) -> Floats:
    """Shares [profile, corridor] of people brought in moves [corridor], both in persons; never more than all."""
    shares = np.divide(brought, flows, out=np.zeros_like(brought), where=flows > 0.0)
    shares /= np.maximum(shares.sum(axis=0), 1.0)
    return shares


@dataclass(frozen=True, slots=True)
class Widened:
    """Movers of a batch of trajectories, whose weights are those of the year and trajectory at hand.

    Attributes
    ----------
    movers : with a stream more for every profile; its weights are overwritten
    gate : of the pathways
    usual : [sex, stream, corridor], weights of the gate's corridors without pathways
    corridors : [corridor], their positions in the flattened table of all corridors
    """

    movers: Movers
    gate: Gate
    usual: Floats
    corridors: Integers

    @classmethod
    def of(cls, movers: Movers, gate: Gate | None) -> Widened | None:
        """Return the movers of a gate; None where no pathway has a profile."""
        if gate is None or not gate.profiles:
            return None
        usual = movers.weights[:, :, gate.origins, gate.destinations]
        corridors = gate.origins * movers.weights.shape[-1] + gate.destinations
        return cls(_with_streams(movers, gate.profiles), gate, usual, corridors)

    def bring(self, brought: Floats, moves: Floats, scale: Floats) -> None:
        """Set the weights of corridors.

        Parameters
        ----------
        brought : [profile, corridor], persons
        moves : [orig, dest], relative moves with these people; times `scale` [orig] persons
        """
        shares = shares_of(brought, moves.ravel()[self.corridors] * scale[self.gate.origins])
        weights = profile_weights(self.usual, self.gate.profiles, shares)
        self.movers.weights.reshape(*weights.shape[:2], -1)[:, :, self.corridors] = weights
