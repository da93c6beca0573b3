"""The table of signs: which way each channel moves an area's flows in a full scenario, and the written reason.

Each channel is switched off alone and the central run repeated: the sign is that of the full run against this one.
`at_once` is what the channel does in the year itself, to the people and stocks of the full run; the rest of `percent`
came about before, through people who moved and networks that grew. Reasons speak of `at_once`, from the area's own
figures, and say so where the rest turns the sign; each stands with its channel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import index
from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.drivers.assembly import Case, central_chance, everything
from corridor.drivers.channel import Settings
from corridor.drivers.registry import CHANNELS
from corridor.drivers.sign_facts import NONE, SignFacts
from corridor.projection.demand import native_share, weighted_population
from corridor.projection.driving import driven_demand
from corridor.projection.engine import start_of
from corridor.projection.gating import gate_moves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.drivers.assembly import Chance
    from corridor.drivers.channel import Driving, Flow
    from corridor.projection.engine import State
    from corridor.projection.runs import Runs

SIGNS = {1: "+", 0: "0", -1: "-"}
FLOWS: dict[str, Callable[[Floats], Floats]] = {
    "natives out": lambda moves: moves[OUTWARD].sum(axis=1),
    "newcomers in": lambda moves: moves[OUTWARD].sum(axis=0) + moves[TRANSIT].sum(axis=0),
    "returns in": lambda moves: moves[RETURN].sum(axis=0),
    "foreign-born out": lambda moves: moves[RETURN].sum(axis=1) + moves[TRANSIT].sum(axis=1),
}
"""What is counted, from moves [type, orig, dest]: [area]."""
ROWS: tuple[tuple[str, Flow], ...] = tuple((name, flow) for name, channel in CHANNELS.items() for flow in channel.flows)
"""Channels in the order of reading, and the flow that each acts on. `bds` needs tables of the user's."""


@dataclass(frozen=True, slots=True)
class SignRun:
    """The last year of a central run.

    Attributes
    ----------
    state : on 1 January of the year
    moves : [type, orig, dest], persons
    driving : what drives it
    """

    state: State
    moves: Floats
    driving: Driving


def sign_table(runs: Runs, members: Sequence[str], settings: Settings | None = None) -> pd.DataFrame:
    """Signs of all channels in the last year of a world's inputs, central values: a row an area and row of `ROWS`.

    Columns: area, channel, flow, sign, percent (change of that flow), at_once (of it in the year itself, percent),
    all_moves (change of all moves in or out, percent), reason. Exposure and returns switched off are those of the base
    year.

    Parameters
    ----------
    members : ISO codes of the areas to list
    settings : of the scenario; the default one if None, without policies
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    settings, chance = settings or Settings(), central_chance(runs.conditions)
    full = central_run(runs, settings)
    wanted = _wanted(runs, full.state, full.driving)
    off = {name: _switched_off(runs, settings, full, name) for name in dict.fromkeys(dict(ROWS))}
    at_once = {(name, flow): _log_ratio(FLOWS[flow](wanted), FLOWS[flow](off[name][1])) for name, flow in ROWS}
    facts = _facts(runs, settings, chance, full)
    rows = []
    for name, flow in ROWS:
        reasons = CHANNELS[name].reasons
        words = [] if reasons is None else reasons(replace(facts, flow=flow, at_once=at_once[name, flow]))
        change = 100.0 * np.expm1(_log_ratio(FLOWS[flow](full.moves), FLOWS[flow](off[name][0])))
        once, total = (
            100.0 * np.expm1(log) for log in (at_once[name, flow], _all_moves(flow, full.moves, off[name][0]))
        )
        rows += [
            (
                iso3,
                name,
                flow,
                sign(change[at]),
                change[at],
                once[at],
                total[at],
                _told(words[at], change[at], once[at]),
            )
            for iso3 in members
            for at in [index(iso3)]
        ]
    return pd.DataFrame(rows, columns=["area", "channel", "flow", "sign", "percent", "at_once", "all_moves", "reason"])


def _facts(runs: Runs, settings: Settings, chance: Chance, full: SignRun) -> SignFacts:
    """Return what reasons of all channels are made of; the flow and the effect of each row are to be filled in."""
    inputs, state = runs.inputs, full.state
    people, stock = (inputs.population, state.population), (inputs.stock, state.stock)
    return SignFacts(
        Case(runs.conditions, everything(settings), chance),
        settings,
        people,
        (weighted_population(people[0], inputs.schedule), weighted_population(people[1], inputs.schedule)),
        stock,
        (native_share(stock[0]), native_share(stock[1])),
        full.moves[OUTWARD],
        "natives out",
        np.zeros(len(state.population)),
    )


def sign(percent: float) -> str:
    """Return the sign of a change, `0` where it is smaller than `NONE`."""
    return SIGNS[int(np.sign(percent)) if abs(percent) >= NONE else 0]


def _told(reason: str, percent: float, at_once: float) -> str:
    if sign(percent) == sign(at_once):
        return reason
    rest = 100.0 * ((100.0 + percent) / (100.0 + at_once) - 1.0)
    return f"{reason}; that is {at_once:+.2f} %, people and networks of the years before bring {rest:+.2f} %"


def central_run(runs: Runs, settings: Settings) -> SignRun:
    """Run the world with settings; the last year of it."""
    driving = runs.driving(settings)
    before = now = start_of(runs.inputs)
    for after, year in runs.follow(driving):
        before, now, moves = now, after, year.moves
    return SignRun(before, moves, driving)


def _wanted(runs: Runs, state: State, driving: Driving) -> Floats:
    """Moves of the last year from a given state: [type, orig, dest]."""
    position = len(runs.inputs.years) - 1
    wanted = driven_demand(state, runs.inputs, driving, position)
    if driving.gate is not None:
        gate_moves(driving.gate, position, 0, wanted)
    return wanted


def _switched_off(runs: Runs, settings: Settings, full: SignRun, name: str) -> tuple[Floats, Floats]:
    """Moves of the last year without a channel, in a run without it and at once: each [type, orig, dest]."""
    if not CHANNELS[name].acts(settings):
        return full.moves, _wanted(runs, full.state, full.driving)
    without = central_run(runs, replace(settings, off=settings.off | {name}))
    return without.moves, _wanted(runs, full.state, without.driving)


def _log_ratio(with_it: Floats, without: Floats) -> Floats:
    ratio = np.divide(with_it, without, out=np.ones_like(without), where=(without > 0.0) & (with_it > 0.0))
    log: Floats = np.log(ratio)
    return log


def _all_moves(flow: str, moves: Floats, without: Floats) -> Floats:
    axes = (0, 2) if flow.endswith("out") else (0, 1)
    return _log_ratio(moves.sum(axis=axes), without.sum(axis=axes))
