"""What a ledger says in words: amounts with their ranges, what levers do, what was done and what is not known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.analysis.remittances import OLDEST, PAID, load_totals
from corridor.areas import areas, index
from corridor.axes import OPEN_AGE
from corridor.drivers.levers import Enforcement, Pathway, Regularisation, ReturnProgramme, Visa
from corridor.figures import wording
from corridor.reports.texts.method import NO_RANGES, TRAJECTORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from corridor.analysis.ledger import Ledger
    from corridor.areas import Area
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.levers import Lever
    from corridor.reports.ledger.answer import LedgerRequest
    from corridor.reports.ledger.figures import Amount, LedgerFigure

NO_CHANGE = "no change"
LEAST_DOLLARS, FEW_DEATHS, LEAST_DEATHS = 1000.0, 10.0, 0.1


class Cell(NamedTuple):
    """An amount in words, and its range; empty where there is none."""

    value: str
    range: str


def dollars(value: float) -> str:
    """Word an amount of money: "$1.24 billion", "under $1,000", "$0"; not a number reads "no data"."""
    if np.isnan(value):
        return wording.MISSING
    if 0.0 < abs(value) < LEAST_DOLLARS:
        return f"under ${LEAST_DOLLARS:,.0f}"
    return f"{wording.MINUS if value < 0 else ''}${wording.persons(abs(value))}"


def deaths(value: float) -> str:
    """Word an expected number of deaths: "12", "1.3", "under 0.1", "0"."""
    if np.isnan(value):
        return wording.MISSING
    if 0.0 < abs(value) < LEAST_DEATHS:
        return f"under {LEAST_DEATHS}"
    if 0.0 < abs(value) < FEW_DEATHS:
        return f"{wording.MINUS if value < 0 else ''}{abs(value):.1f}"
    return wording.persons(value)


def ratio(value: float) -> str:
    """Word a ratio to three digits: "2.41", "68.3"."""
    return wording.MISSING if np.isnan(value) else f"{value:#.3g}".removesuffix(".")


def points(value: float) -> str:
    """Word a difference of shares in percentage points: "3.2 points"."""
    return f"{wording.MINUS if value < 0 else ''}{abs(100 * value):.1f} points"


def small(value: float) -> str:
    """Word a difference of ratios: "0.12"."""
    return f"{wording.MINUS if value < 0 else ''}{abs(value):.2f}"


class Wording(NamedTuple):
    """How a kind of figure is worded.

    Attributes
    ----------
    value, change : words of a value and of a difference
    least, least_words : differences smaller than this are worded so, with their sign
    """

    value: Callable[[float], str]
    change: Callable[[float], str]
    least: float
    least_words: str


WORDS: Mapping[str, Wording] = {
    "persons": Wording(wording.persons, wording.persons, wording.FEW, f"{wording.FEW}"),
    "deaths": Wording(deaths, deaths, LEAST_DEATHS, f"{LEAST_DEATHS}"),
    "dollars": Wording(dollars, dollars, LEAST_DOLLARS, f"${LEAST_DOLLARS:,.0f}"),
    "share": Wording(wording.share, points, 0.0005, "0.1 points"),
    "ratio": Wording(ratio, small, 0.005, "0.01"),
}
"""Kind of a figure -> how it is worded."""


def signed(kind: str, value: float) -> str:
    """Word a difference with its sign: "+1,230", "−0.4", "+<10" for what is too small to be shown, "0"."""
    words = WORDS[kind]
    sign = "+" if value > 0.0 else wording.MINUS
    if value == 0.0:
        return "0"
    return f"{sign}<{words.least_words}" if abs(value) < words.least else f"{sign}{words.change(abs(value))}"


def cell(figure: LedgerFigure, amount: Amount) -> Cell:
    """Word a value and its range."""
    if np.isnan(amount.value):
        return Cell(figure.absent, "")
    return _cell(WORDS[figure.kind].value, amount)


def difference(figure: LedgerFigure, amount: Amount) -> Cell:
    """Word a difference: with its sign, as no change where it is none, and as nothing where there are no figures."""
    if np.isnan(amount.value):
        return Cell("", "")
    if not np.nan_to_num(amount).any():
        return Cell(NO_CHANGE, "")
    return _cell(partial(signed, figure.kind), amount)


def _cell(word: Callable[[float], str], amount: Amount) -> Cell:
    if np.isnan(amount.low):
        return Cell(word(amount.value), "")
    value, low, high = word(amount.value), word(amount.low), word(amount.high)
    if low == high:
        return Cell(value, "" if low == value else low)
    return Cell(value, wording.between(low, high))


def sources(figures: Sequence[LedgerFigure]) -> list[str]:
    """Name the sources of figures and how well they are known, each once."""
    found: dict[tuple[str, str], list[str]] = {}
    for figure in figures:
        found.setdefault((figure.source, figure.status), []).append(figure.name)
    return [
        f"{'Source' if len(found) == 1 else names[0]}: {source} ({status})."
        for (source, status), names in found.items()
    ]


def lever_words(lever: Lever) -> str:
    """Say what a lever sets."""
    match lever:
        case Pathway():
            unit = {
                "persons": "places a year",
                "times": "times the capacity without the lever",
                "added": "more people a year",
            }
            asked = f", for a fee of ${lever.fee:,g}" if lever.fee else ""
            return f"pathway, {lever.kind}: {lever.capacity:,g} {unit[lever.unit]}{asked}{_people(lever)}"
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
            return f"return programme: rate of return times {np.exp(lever.effect):.2f}"
    return ""


CURVES = {"labour": "workers", "study": "students", "family": "families"}
"""Class of movers -> who they are, on the page."""


def _people(lever: Pathway) -> str:
    """Say who those are whom a pathway brings above the usual."""
    people = lever.people
    if people is None:
        return "; people beyond the usual moves have the usual sexes and ages"
    limits = []
    if people.male_share is not None:
        limits.append(f"{wording.share(people.male_share)} men")
    least, greatest = people.ages
    if greatest < OPEN_AGE:
        limits.append(f"aged {least} to {greatest}" if least else f"up to age {greatest}")
    elif least:
        limits.append(f"aged {least} or more")
    stated = f", {', '.join(limits)}" if limits else ""
    return f"; people beyond the usual moves are {CURVES[people.curve]}{stated}"


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
    return f"Levers work in {found} of the {2 * corridors.count} corridors between the two. The figures cover these."


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
        f"The risk lies {span}. It comes from counts where a route has both deaths and detections, here for "
        f"{wording.share(float(counted.min()))} to {wording.share(float(counted.max()))} of a corridor's irregular "
        "moves, and from a stated range elsewhere."
    )


def _per_1000(risk: float) -> str:
    return f"{1000.0 * risk:.2g}"


def bank_notes(request: LedgerRequest, ledger: Ledger, panel: Panel) -> Iterator[str]:
    """Say which totals stand behind remittances, for both sides alike."""
    totals = load_totals(panel), load_totals(panel, PAID)
    for side in request.sides:
        received, paid = (_total(*each, [index(area.iso3) for area in side.areas]) for each in totals)
        yield f"The last World Bank totals of {side.name} are: received {received}, paid {paid}."
    unknown = [areas()[place] for place in ledger.unknown]
    if unknown:
        yield f"No total received since {OLDEST} is published for {_listed(unknown)}, so its receipts are not counted."


def _total(totals: Floats, years: Floats, places: Sequence[int]) -> str:
    """Word the sum of known totals of areas and the years they are of."""
    known = [place for place in places if not np.isnan(totals[place])]
    if not known:
        return wording.MISSING
    first, last = int(years[known].min()), int(years[known].max())
    span = f"{last}" if first == last else f"{first}\N{EN DASH}{last}"
    return f"{dollars(float(totals[known].sum()))} in {span}"


def _listed(named: list[Area]) -> str:
    return ", ".join(area.short_name for area in named)


def method_words(request: LedgerRequest) -> str:
    """Say what was done."""
    if request.draws == 0:
        runs = (
            f"Both runs have every parameter at its median, so that figures of the model have no range. {NO_RANGES} "
            "Smuggling and deaths have the ends of their stated ranges."
        )
    else:
        runs = (
            f"Both runs use the same {request.draws} trajectories of the world. "
            f"{TRAJECTORIES.format(draws=request.draws)} A difference is taken in each trajectory first, so that it is "
            "due to the scenario and not to random variation."
        )
    return (
        f"The whole world was run twice to the end of {request.last} with the anchor “{request.anchor}”: once under "
        f"the baseline and once under the scenario. {runs}"
    )
