"""An outlook: the projection of the world, seen from a group of areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.calendar import BASE_YEAR
from corridor.errors import NotConverged
from corridor.estimate.world.base_flows import base_flows, evidence
from corridor.estimate.world.base_windows import WINDOWS
from corridor.projection.demand import demand
from corridor.projection.runs import load_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from corridor.axes import Booleans, Floats, Integers
    from corridor.data.panel import Panel
    from corridor.estimate.world.base_flows import BaseFlows
    from corridor.projection.engine import Projection
    from corridor.projection.runs import Runs
    from corridor.reports.request import Request


@dataclass(frozen=True, slots=True)
class StartingMoves:
    """Moves of a group in a year, persons: from the rest of the world, to it, and between members."""

    inward: float
    outward: float
    within: float


LARGEST_BALANCE_ERROR = 1.0
"""Persons by which an area's net migration may miss the anchor's."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A projection and what an outlook of a group says about it.

    Attributes
    ----------
    request : what was asked for
    member : [area], whether an area is a member
    runs : of the world, to the year `request.last` inclusive
    projection : the central run that the scenario's channels drive around the run of the anchor, every parameter at
        its median; its figures are those of every command
    evidence : [orig, dest], what the base moves of a corridor rest on, positions in `moves.product.WORDS`
    un_population : [year + 1, area], the UN's medium on 1 January, persons
    by_window : base window -> the group's moves in the first year if it were the base, before any anchor
    """

    request: Request
    member: Booleans
    runs: Runs
    projection: Projection
    evidence: Integers
    un_population: Floats
    by_window: Mapping[str, StartingMoves]

    @property
    def positions(self) -> Integers:
        """Positions of the members in the order of the register."""
        return np.flatnonzero(self.member)

    @property
    def alone(self) -> bool:
        """Whether the group is a single area."""
        return len(self.positions) == 1

    @property
    def now(self) -> Floats:
        """Flows of the first year: [orig, dest], persons."""
        flows: Floats = self.projection.flows[0]
        return flows

    @property
    def later(self) -> Floats:
        """Flows of the last year: [orig, dest], persons."""
        flows: Floats = self.projection.flows[-1]
        return flows


@dataclass(frozen=True, slots=True)
class GroupMoves:
    """Moves of a group by year.

    Attributes
    ----------
    inward, outward : [year], persons between the group and the rest of the world
    within : [year], persons between members
    population : [year], persons on 1 January
    population_un : [year], the same in the UN's medium
    """

    inward: Floats
    outward: Floats
    within: Floats
    population: Floats
    population_un: Floats


def compute_outlook(panel: Panel, request: Request, *, progress: Callable[[int], None] | None = None) -> Outlook:
    """Project the world and gather what an outlook of the group needs.

    Raises
    ------
    NotConverged : flows could not be brought to the net migration of the anchor
    """
    window = WINDOWS[request.window]
    settings = request.scenario.settings
    runs = load_runs(panel, request.last, request.anchor, window, settings.per_degree, progress=progress)
    error = runs.baseline.balance_error.max()
    if error > LARGEST_BALANCE_ERROR:
        raise NotConverged(f"the flows differ from the net migration of the anchor by {error:.0f} persons")
    inside = {area.iso3 for area in request.areas}
    member = np.array([iso3 in inside for iso3 in codes()])
    first = int(panel.coordinates("population_january_total", "year")[0])
    un = panel.array("population_january_total").sum(axis=2)
    inputs = runs.inputs
    others = {name: base_flows(panel, inputs.stock, other) for name, other in WINDOWS.items() if other != window}
    return Outlook(
        request,
        member,
        runs,
        runs.central(settings),
        evidence(panel),
        un[BASE_YEAR - first : request.last - first + 2],
        {name: starting_moves(others.get(name, inputs.base), inputs.stock, member) for name in WINDOWS},
    )


def starting_moves(base: BaseFlows, stock: Floats, member: Booleans) -> StartingMoves:
    """Moves of a group in the first year on a base, before any anchor."""
    wanted = demand(base, np.ones(len(member)), stock, base.displaced, BASE_YEAR + 0.5).sum(axis=0)
    inside = member.astype(np.float64)
    return StartingMoves(
        float((1.0 - inside) @ wanted @ inside),
        float(inside @ wanted @ (1.0 - inside)),
        float(inside @ wanted @ inside),
    )


def group_moves(outlook: Outlook) -> GroupMoves:
    """Moves into, out of and within the group, and its population, by year."""
    flows = outlook.projection.flows
    inside = outlook.member.astype(np.float64)
    within = np.einsum("yod,o,d->y", flows, inside, inside)
    years = len(outlook.projection.years)
    return GroupMoves(
        np.einsum("yod,o,d->y", flows, 1.0 - inside, inside),
        np.einsum("yod,o,d->y", flows, inside, 1.0 - inside),
        within,
        outlook.projection.population[:years].sum(axis=(2, 3)) @ inside,
        outlook.un_population[:years] @ inside,
    )


def largest_corridors(flows: Floats, count: int, chosen: Booleans | None = None) -> list[tuple[int, int]]:
    """Positions (orig, dest) of the largest corridors, largest first.

    Parameters
    ----------
    flows : [orig, dest], persons
    chosen : [orig, dest], corridors to choose from; all if None
    """
    sizes = flows if chosen is None else np.where(chosen, flows, 0.0)
    order = np.argsort(-sizes, axis=None, kind="stable")[:count]
    pairs = [(int(cell // len(flows)), int(cell % len(flows))) for cell in order]
    return [pair for pair in pairs if sizes[pair] > 0.0]


def touches(member: Booleans) -> Booleans:
    """Corridors with a member at either end: [orig, dest]."""
    either: Booleans = member[:, None] | member[None, :]
    return either
