"""What a ledger says in words: amounts with their ranges, what levers do, what was done and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.areas import areas
from corridor.drivers.levers import Enforcement, Pathway, Regularisation, ReturnProgramme, Visa
from corridor.explain.remittances import PAID, load_totals
from corridor.outlook.figures import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from corridor.areas import Area
    from corridor.data.panel import Panel
    from corridor.drivers.levers import Lever
    from corridor.explain.ledger import Ledger
    from corridor.outlook.ledger import LedgerRequest
    from corridor.outlook.ledger_figures import Amount

NO_CHANGE = "no change"
LEAST_DOLLARS, FEW_DEATHS, LEAST_DEATHS = 1000.0, 10.0, 0.1


class Cell(NamedTuple):
    """An amount in words, and its range; empty where there is none."""

    value: str
    range: str


def dollars(value: float) -> str:
    """Word an amount of money: "$1.24 billion", "under $1,000", "$0"."""
    if np.isnan(value):
        return wording.MISSING
    if 0.0 < abs(value) < LEAST_DOLLARS:
        return f"under ${LEAST_DOLLARS:,.0f}"
    worded = wording.persons(abs(value))
    return f"{wording.MINUS if value < 0 else ''}${worded}"


def deaths(value: float) -> str:
    """Word an expected number of deaths: "12", "1.3", "under 0.1", "0"."""
    if np.isnan(value):
        return wording.MISSING
    if 0.0 < abs(value) < LEAST_DEATHS:
        return f"under {LEAST_DEATHS}"
    if abs(value) < FEW_DEATHS and value:
        return f"{wording.MINUS if value < 0 else ''}{abs(value):.1f}"
    return wording.persons(value)


def ratio(value: float) -> str:
    """Word a ratio to three digits: "2.41", "68.3"."""
    if np.isnan(value):
        return wording.MISSING
    return f"{abs(value):#.3g}".removesuffix(".")


def points(value: float) -> str:
    """Word a difference of shares in percentage points: "3.2 points"."""
    if np.isnan(value):
        return wording.MISSING
    return f"{wording.MINUS if value < -0.0005 else ''}{abs(100 * value):.1f} points"


def small(value: float) -> str:
    """Word a difference of ratios: "0.12", "under 0.01"."""
    if np.isnan(value):
        return wording.MISSING
    if abs(value) < 0.005:
        return "under 0.01"
    return f"{wording.MINUS if value < 0 else ''}{abs(value):.2f}"


WORDS: Mapping[str, tuple[Callable[[float], str], Callable[[float], str]]] = {
    "persons": (wording.persons, wording.persons),
    "deaths": (deaths, deaths),
    "dollars": (dollars, dollars),
    "share": (wording.share, points),
    "ratio": (ratio, small),
}
"""Kind of a figure -> how its values and its differences are worded."""


def cell(kind: str, amount: Amount) -> Cell:
    """Word a value and its range."""
    word, _ = WORDS[kind]
    return _cell(word, amount)


def difference(kind: str, amount: Amount) -> Cell:
    """Word a difference: with its sign, and as no change where it is none."""
    if amount.value == 0.0 and not np.nan_to_num([amount.low, amount.high]).any():
        return Cell(NO_CHANGE, "")
    _, word = WORDS[kind]

    def signed(value: float) -> str:
        worded = word(value)
        return f"+{worded}" if value > 0.0 and worded[:1] in "0123456789$" else worded

    return _cell(signed, amount)


def _cell(word: Callable[[float], str], amount: Amount) -> Cell:
    low, high = word(amount.low), word(amount.high)
    if np.isnan(amount.low):
        return Cell(word(amount.value), "")
    return Cell(word(amount.value), f"all {low}" if low == high else wording.between(low, high))


def lever_words(lever: Lever) -> str:
    """Say what a lever sets."""
    match lever:
        case Pathway():
            unit = {"persons": "places a year", "times": "times the room there would be", "added": "more people a year"}
            return f"pathway, {lever.kind}: {lever.capacity:,g} {unit[lever.unit]}"
        case Visa():
            parts = [] if lever.requirement is None else [f"visa requirement {lever.requirement}"]
            for name, factor in (("visas", lever.refusals), ("asylum", lever.asylum_refusals)):
                if factor != 1.0:
                    parts.append(f"refusals of {name} times {factor:g}")
            return ", ".join(parts)
        case Enforcement():
            return f"enforcement: {wording.share(lever.stopped)} of irregular moves stopped"
        case Regularisation():
            return f"regularisation: {wording.share(lever.share)} of irregular moves of a year"
        case ReturnProgramme():
            return f"programme of return: rate of return times {np.exp(lever.effect):.2f}"
    return ""


def lever_rows(request: LedgerRequest) -> list[list[str]]:
    """Levers between the sides: name, what, where, when, source and status."""
    return [
        [
            lever.name,
            lever_words(lever),
            f"{_named(lever.origins)} to {_named(lever.destinations)}",
            f"from {lever.start}" if lever.end is None else f"{lever.start}\N{EN DASH}{lever.end}",
            f"{lever.source} ({lever.status})",
        ]
        for lever in request.levers
    ]


def _named(codes: tuple[str, ...], most: int = 3) -> str:
    names = {area.iso3: area.short_name for area in areas()}
    listed = ", ".join(names[iso3] for iso3 in codes[:most])
    return listed if len(codes) <= most else f"{listed} and {len(codes) - most} more"


def coverage(ledger: Ledger) -> str:
    """Say in how many corridors between the sides levers work, where these are groups."""
    corridors = ledger.corridors
    if corridors is None or corridors.count == 1:
        return ""
    found = len(corridors.places)
    return f"Levers work in {found} of the {2 * corridors.count} corridors between the two; these figures are theirs."


def risk_words(ledger: Ledger) -> str:
    """Say where the risk of death comes from in the corridors of the ledger."""
    corridors = ledger.corridors
    if corridors is None:
        return ""
    low, high, counted = corridors.risk.low, corridors.risk.high, corridors.risk.counted
    span = f"between {_per_1000(low.min())} and {_per_1000(high.max())} deaths per 1,000 irregular moves"
    if not counted.any():
        return (
            f"No route between the two has counts of both deaths and detections, so the risk is a stated range: {span}."
        )
    return (
        f"The risk lies {span}: from counts where a route has both deaths and detections, here "
        f"{wording.share(float(counted.min()))} to {wording.share(float(counted.max()))} of a corridor's irregular "
        "moves, else a stated range."
    )


def _per_1000(risk: float) -> str:
    return f"{1000.0 * risk:.2g}"


def bank_notes(request: LedgerRequest, ledger: Ledger, panel: Panel) -> Iterator[str]:
    """Say which totals stand behind remittances, for both sides alike."""
    received, years = load_totals(panel)
    paid, paid_years = load_totals(panel, PAID)
    places = {area.iso3: place for place, area in enumerate(areas())}
    for side in request.sides:
        if len(side.areas) == 1:
            place = places[side.areas[0].iso3]
            yield (
                f"{side.name}, World Bank totals: received {_total(received, years, place)}, "
                f"paid {_total(paid, paid_years, place)}."
            )
    unknown = [areas()[place] for place in ledger.unknown]
    if unknown:
        yield f"No total received since 2015 is published for {_listed(unknown)}: what it receives is not counted."


def _total(totals: np.ndarray, years: np.ndarray, place: int) -> str:
    return wording.MISSING if np.isnan(totals[place]) else f"{dollars(totals[place])} in {years[place]:.0f}"


def _listed(named: list[Area]) -> str:
    return ", ".join(area.short_name for area in named)


def method_words(request: LedgerRequest) -> str:
    """Say what was done."""
    if request.draws == 0:
        runs = (
            "Both ran once, every parameter at its median: figures of the engine and of the gate have no range, which "
            "draws would give (--draws); smuggling and deaths have the ends of their stated ranges."
        )
    else:
        runs = (
            f"Both ran in the same {request.draws} trajectories of the world, each with its own births, deaths, "
            "propensities, warming and parameters: figures are means, and ranges hold 80 % of trajectories. A "
            "difference is taken in each trajectory first, so that it is due to the scenario and not to chance."
        )
    return (
        f"The whole world ran twice to the end of {request.last} around the anchor “{request.anchor}”: under the "
        f"baseline and under the scenario. {runs}"
    )


LIMITS: Mapping[str, str] = {
    "Legal, irregular, unmet": (
        "How many move irregularly, or would like to move, is not known in any corridor. These are priors, the same "
        "everywhere unless a lever states others. The baseline has no lever: its split is the gate's without levers."
    ),
    "Smugglers and deaths": (
        "Irregular moves times a share that pays, times a price; and times a risk of death. The price is the world's "
        "mean of 2016 over a least number of smuggled people, so it may be lower. An overstayed visa counts as an "
        "irregular move and carries no risk of a route. The figures are about routes, not about any group of people."
    ),
    "Remittances": (
        "The World Bank's totals of receivers are spread over residences in proportion to people born in the "
        "receiving area who live there, times product per head; later years follow people and incomes, without "
        "inflation. What a side pays is what the other receives by this rule, not the World Bank's total of payments."
    ),
    "Fees": "What moving costs or brings in fees is left out: no lever states it.",
    "Ages": (
        "Movers have the ages of all emigrants of their origin in the year; what a pathway asks for, workers or "
        "students, does not change them."
    ),
    "What is not in it": (
        "Wages, taxes, the effect of moves on incomes, and moves that a lever sends to third areas or draws from them."
    ),
}
"""What a reader must know, by subject."""
