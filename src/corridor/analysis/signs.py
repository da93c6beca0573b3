"""The table of signs: which way each channel moves an area's flows in a full scenario, and the written reason.

Each channel is switched off alone and the central run repeated: the sign is that of the full run against this one.
`at_once` is what the channel does in the year itself, to the people and stocks of the full run; the rest of `percent`
came about before, through people who moved and networks that grew. Reasons speak of `at_once`, from the area's own
figures, and say so where the rest turns the sign.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import index
from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.calendar import BASE_YEAR
from corridor.drivers.assembly import (
    central_chance,
    global_warming_of,
    log_income_of,
    warming_of,
)
from corridor.drivers.channel import Settings
from corridor.drivers.channels.ageing import working_people, working_share
from corridor.drivers.channels.immobility import immobility_push, rise_and_fall
from corridor.drivers.channels.income import income_paths
from corridor.drivers.channels.slow_onset import LARGEST_ANOMALY, hoffmann_beta
from corridor.drivers.registry import CHANNELS
from corridor.projection.demand import native_share, weighted_population
from corridor.projection.driving import driven_demand
from corridor.projection.engine import start_of
from corridor.projection.gating import gate_moves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.drivers.assembly import Chance
    from corridor.drivers.channel import Driving
    from corridor.drivers.parameters import Draws
    from corridor.projection.engine import State
    from corridor.projection.runs import Runs

NONE = 0.05
"""A change by less than this, percent, is none."""
SIGNS = {1: "+", 0: "0", -1: "-"}
FEW = 100.0
"""Corridors with fewer people than this in the base year count as nearly empty."""
FLOWS: dict[str, Callable[[Floats], Floats]] = {
    "natives out": lambda moves: moves[OUTWARD].sum(axis=1),
    "newcomers in": lambda moves: moves[OUTWARD].sum(axis=0) + moves[TRANSIT].sum(axis=0),
    "returns in": lambda moves: moves[RETURN].sum(axis=0),
    "foreign-born out": lambda moves: moves[RETURN].sum(axis=1) + moves[TRANSIT].sum(axis=1),
}
"""What is counted, from moves [type, orig, dest]: [area]."""
ROWS: tuple[tuple[str, str], ...] = tuple((name, flow) for name, channel in CHANNELS.items() for flow in channel.flows)
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


@dataclass(frozen=True, slots=True)
class SignFacts:
    """What reasons are made of.

    Attributes
    ----------
    runs, settings, chance, full : the full run and what it comes from
    at_once : [area] by channel and flow, log change by the channel in the year itself
    """

    runs: Runs
    settings: Settings
    chance: Chance
    full: SignRun
    at_once: dict[tuple[str, str], Floats]

    def value(self, name: str) -> float:
        """Return a parameter's central value."""
        return float(self.draws[name][0])

    @property
    def draws(self) -> Draws:
        """Return the values of all parameters, one draw."""
        return self.chance.values


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
    facts = SignFacts(runs, settings, chance, full, at_once)
    rows = []
    for name, flow in ROWS:
        reasons = REASONS[name](facts, flow)
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
                _told(reasons[at], change[at], once[at]),
            )
            for iso3 in members
            for at in [index(iso3)]
        ]
    return pd.DataFrame(rows, columns=["area", "channel", "flow", "sign", "percent", "at_once", "all_moves", "reason"])


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


# Reasons --------------------------------------------------------------------------------------------------------------
def _exposure(facts: SignFacts, flow: str) -> list[str]:
    del flow
    inputs, state = facts.runs.inputs, facts.full.state
    now, base = (weighted_population(people, inputs.schedule) for people in (state.population, inputs.population))
    born = 100.0 * native_share(inputs.stock), 100.0 * native_share(state.stock)
    log = facts.at_once["exposure", "natives out"]
    return [
        f"residents, weighted by how much their age moves, {people:.2f} times those of {BASE_YEAR}; "
        f"{before:.0f} % born there, then {after:.0f} %: {'more' if own > 0 else 'fewer'} could go"
        for people, before, after, own in zip(now / base, *born, log, strict=True)
    ]


def _ageing(facts: SignFacts, flow: str) -> list[str]:
    before, now = (
        working_share(working_people(people), people.sum(axis=(1, 2)))
        for people in (facts.runs.inputs.population, facts.full.state.population)
    )
    log = np.log(before / now)
    others = log - facts.at_once["ageing", flow] / facts.value("ageing.elasticity")
    return [
        f"residents of 20 to 64 from {100 * first:.0f} to {100 * last:.0f} %: need {own:.2f} times that of "
        f"{BASE_YEAR}, {rival:.2f} times where its newcomers could go"
        for first, last, own, rival in zip(before, now, np.exp(log), np.exp(others), strict=True)
    ]


def _income(facts: SignFacts, flow: str) -> list[str]:
    log, start = _log_income(facts), _income_before(facts)
    others = log - facts.at_once["income", flow] / facts.value("income.destination_elasticity")
    return [
        f"income, less damages, grows {own:.2f} times from {before:,.0f} dollars, "
        f"{rival:.2f} times where its newcomers could go"
        for own, before, rival in zip(np.exp(log), start, np.exp(others), strict=True)
    ]


def _immobility(facts: SignFacts, flow: str) -> list[str]:
    del flow
    log, start = _log_income(facts), _income_before(facts)
    means, reasons = _means_and_reasons(facts, log)
    return [
        f"income from {before:,.0f} to {after:,.0f} dollars: {_weighed(can, will)}"
        for before, after, can, will in zip(start, start * np.exp(log), means, reasons, strict=True)
    ]


def _damages(facts: SignFacts, flow: str) -> list[str]:
    lost, log = 100.0 * np.expm1(_log_damages(facts)), _log_income(facts)
    warm, level = facts.runs.conditions.known["damages"], _income_before(facts) * np.exp(log)
    start = [
        f"{temperature:.0f} degrees Celsius where people live: {change:+.1f} % of income"
        for temperature, change in zip(warm, lost, strict=True)
    ]
    if flow == "newcomers in":
        others = _log_damages(facts) - facts.at_once["damages", flow] / facts.value("income.destination_elasticity")
        return [
            f"{words}, {rival:+.1f} % where its newcomers could go"
            for words, rival in zip(start, 100.0 * np.expm1(others), strict=True)
        ]
    parts = zip(_means_and_reasons(facts, log), _means_and_reasons(facts, log - _log_damages(facts)), strict=True)
    means, reasons = (with_it - without for with_it, without in parts)
    return [
        f"{words}, now {income:,.0f} dollars: {_weighed(can, will)}"
        for words, income, can, will in zip(start, level, means, reasons, strict=True)
    ]


def _slow_onset(facts: SignFacts, flow: str) -> list[str]:
    del flow
    data, conditions = facts.runs.conditions.known["slow_onset"], facts.runs.conditions
    groups = (data.low_income, data.lower_middle, data.upper_middle)
    beta = hoffmann_beta(*groups, data.agricultural, data.conflict, draws=facts.draws)[0]
    warming = warming_of(conditions, facts.settings, facts.chance)[0]
    anomaly = np.minimum(warming[[0, -1]] / data.variability, LARGEST_ANOMALY)
    kinds = np.select(groups, ("low income", "lower middle income", "upper middle income"), "high income")
    texts = []
    for at, kind in enumerate(kinds):
        words = ", ".join([str(kind), *(name for name in ("agricultural", "conflict") if getattr(data, name)[at])])
        held = ", held at 0: none more leave" if beta[at] <= 0 else ": more leave"
        first, last = anomaly[:, at]
        texts.append(
            f"{words}; warming from {first:.1f} to {last:.1f} standard deviations of its years, "
            f"each {100 * beta[at] * facts.value('slow_onset.sigma'):+.1f} %{held}"
        )
    return texts


def _displacement(facts: SignFacts, flow: str) -> list[str]:
    base = facts.runs.conditions.known["displacement"]
    path = global_warming_of(facts.runs.conditions, facts.settings, facts.chance)[0]
    own = 100.0 * np.expm1(facts.at_once["displacement", flow])
    return [
        f"floods displace {flood:,.0f} and storms {storm:,.0f} people a year, {outflow:,.0f} move abroad; "
        f"{path[-1] - path[0]:.2f} K more: {'more cross a border' if change >= NONE else 'hardly anybody more'}"
        for flood, storm, outflow, change in zip(base.flood, base.storm, base.outflow, own, strict=True)
    ]


def _network(facts: SignFacts, flow: str) -> list[str]:
    base, now = facts.runs.inputs.stock, facts.full.state.stock
    before, after = (stock.sum(axis=0) - np.diagonal(stock) for stock in (base, now))
    outward = facts.full.moves[OUTWARD]
    empty = np.where(base < FEW, outward, 0.0).sum(axis=0) / np.maximum(outward.sum(axis=0), 1.0)
    log = facts.at_once["network", flow]
    return [
        f"foreign-born from {_thousands(first)} to {_thousands(last)} thousand, {100 * share:.0f} % of newcomers over "
        f"corridors with fewer than {FEW:.0f} people in {BASE_YEAR}: stocks that draw newcomers grow "
        f"{'faster' if own > 0 else 'slower'} than where else they could go"
        for first, last, share, own in zip(before, after, empty, log, strict=True)
    ]


def _returns(facts: SignFacts, flow: str) -> list[str]:
    base, now = facts.runs.inputs.stock, facts.full.state.stock
    home = flow == "returns in"
    before, after = (stock.sum(axis=1 if home else 0) - np.diagonal(stock) for stock in (base, now))
    who, go = ("people born there and living abroad", "return") if home else ("foreign-born residents", "leave")
    texts = []
    for first, last, own in zip(before, after, facts.at_once["returns", flow], strict=True):
        words = f"{who} from {_thousands(first)} to {_thousands(last)} thousand"
        if (own > 0) == (last > first):
            texts.append(f"{words}: {'more' if own > 0 else 'fewer'} {go}")
        else:
            rates = "higher" if own > 0 else "lower"
            texts.append(f"{words}, but in corridors with {rates} rates: {'more' if own > 0 else 'fewer'} {go}")
    return texts


def _policy(facts: SignFacts, flow: str) -> list[str]:
    count = len(facts.settings.policies) + len(facts.settings.levers)
    return [f"{count} set" if count else "none set"] * len(facts.at_once["policy", flow])


REASONS: dict[str, Callable[[SignFacts, str], list[str]]] = {
    "exposure": _exposure,
    "ageing": _ageing,
    "income": _income,
    "immobility": _immobility,
    "damages": _damages,
    "slow_onset": _slow_onset,
    "displacement": _displacement,
    "network": _network,
    "returns": _returns,
    "policy": _policy,
}
"""Channel -> its reasons for all areas, in words with the area's own figures."""


def _thousands(people: float) -> str:
    return f"{people / 1e3:,.0f}"


def _income_before(facts: SignFacts) -> Floats:
    before: Floats = income_paths(facts.runs.conditions.panel, facts.settings.income, [BASE_YEAR])[0]
    return before


def _log_income(facts: SignFacts) -> Floats:
    """Log of income with damages over that of the base year: [area]."""
    log: Floats = log_income_of(facts.runs.conditions, facts.settings, facts.settings, facts.chance)[0, -1]
    return log


def _log_damages(facts: SignFacts) -> Floats:
    log: Floats = log_income_of(facts.runs.conditions, None, facts.settings, facts.chance)[0, -1]
    return log


def _means_and_reasons(facts: SignFacts, log_income: Floats) -> tuple[Floats, Floats]:
    """Parts of immobility's push: through the means of the poor, and through reasons to leave: each [area], in logs."""
    means = facts.runs.conditions.known["immobility"]
    push = immobility_push(log_income[None, None], means, facts.draws)[0, 0]
    poor, rich = facts.value("immobility.elasticity"), facts.value("immobility.elasticity_rich")
    fall = np.array([rise_and_fall(at, change)[1] for at, change in zip(means.log_income, log_income, strict=True)])
    reasons: Floats = facts.value("immobility.strength") * (poor + (rich - poor) * means.rich_share) * fall
    return push - reasons, reasons


def _weighed(means: float, reasons: float) -> str:
    """Words for the greater of two log effects, and both where both count."""
    can, will = (100.0 * float(np.expm1(part)) for part in (means, reasons))
    if abs(means) > abs(reasons):
        words = f"{'more' if means > 0 else 'fewer'} can pay for a move"
    else:
        words = f"{'less' if reasons <= 0 else 'more'} reason to leave"
    both = f" (means {can:+.1f} %, reasons {will:+.1f} %)"
    return words + (both if min(abs(can), abs(will)) >= NONE else "")
