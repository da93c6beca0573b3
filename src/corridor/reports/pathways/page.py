"""A plan of legal pathways as files: a page, tidy tables, how it was made; and its figures in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

import corridor
from corridor.analysis.pathway_plan import AIMS
from corridor.areas import find
from corridor.drivers.levers import KINDS
from corridor.figures.wording import between, persons, signed_persons
from corridor.reports.pathways.request import words_of_caps
from corridor.reports.report_files import page_from, provenance, write_report
from corridor.reports.request import LEAST_DRAWS, RANGE
from corridor.reports.texts.method import CENTRAL_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corridor.analysis.pathway_plan import PathwayAnswer
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.projection.gate import Split
    from corridor.reports.pathways.request import PathwayRequest

PAGE = "plan.html"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "numba", "pydantic")
SHOWN = 10
"""Rows of the largest openings."""
BINDING = 1e-6
"""Share of the largest price below which a cap does not bind."""
PARTS = ("demand", "legal", "irregular", "unmet")
"""Demand, and what becomes of it."""
THOUSAND = 1000.0
BUDGET_UNIT = THOUSAND
"""Of money, for which a budget's price is said."""


class Change(NamedTuple):
    """A part of demand a year, summed over the group's corridors: persons, of the central run.

    `promised` and `engine` are changes by the plan; the range is that of the engine's change in 80 % of draws, nan
    where draws are few.
    """

    part: str
    today: float
    promised: float
    engine: float
    low: float
    high: float


def changes_of(answer: PathwayAnswer, year: int | None = None) -> list[Change]:
    """What the plan changes in a year, or a year on average."""
    return [_change(answer, part, year) for part in PARTS]


def _change(answer: PathwayAnswer, part: str, year: int | None) -> Change:
    def of(split: Split) -> Floats:
        """Return the moves of one part by draw, of a year or the mean of years."""
        by_year: Floats = getattr(split, part).sum(axis=2)
        return by_year.mean(axis=1) if year is None else by_year[:, answer.years.index(year)]

    found = answer.central
    before, promised, engine = (float(of(split)[0]) for split in (found.without, found.promise, found.engine))
    changed = of(answer.draws.engine) - of(answer.draws.without)
    low, high = np.quantile(changed, RANGE) if len(changed) >= LEAST_DRAWS else (np.nan, np.nan)
    return Change(part, before, promised - before, engine - before, float(low), float(high))


class OpeningRow(NamedTuple):
    """A pathway: places and legal moves a year, means over years."""

    origin: str
    destination: str
    kind: str
    today: float
    added: float
    legal: float


def openings_of(answer: PathwayAnswer) -> list[OpeningRow]:
    """Pathways to which the plan adds places, those with most first; legal moves are those gained, as promised."""
    today = answer.today.mean(axis=2)
    added, legal = (answer.places - answer.today).mean(axis=2), (answer.legal - answer.legal_today).mean(axis=2)
    order = np.argsort(-added, axis=None, kind="stable")
    return [
        OpeningRow(
            find(answer.origins[corridor]).short_name,
            find(answer.destinations[corridor]).short_name,
            KINDS[kind],
            float(today[corridor, kind]),
            float(added[corridor, kind]),
            float(legal[corridor, kind]),
        )
        for corridor, kind in zip(*np.unravel_index(order, added.shape), strict=True)
        if added[corridor, kind] > 0.0
    ]


class Price(NamedTuple):
    """What one more place under a cap brings, in moves, mean over the cap's years; of a budget, 1,000 more of money."""

    cap: str
    binds: bool
    legal: float
    irregular: float


def prices_of(answer: PathwayAnswer) -> list[Price]:
    """Prices of caps, those of several years together."""
    plan = answer.plan
    least = BINDING * plan.price.max(initial=0.0)
    families: dict[str, list[int]] = {}
    for at, name in enumerate(plan.cap_names):
        families.setdefault(name.rpartition(" in ")[0] or name, []).append(at)
    prices = []
    for family, members in families.items():
        unit = BUDGET_UNIT if family == "the budget" else 1.0
        legal, irregular = (
            unit * float(values[members].mean()) for values in (plan.legal_per_place, plan.irregular_per_place)
        )
        prices.append(Price(family, bool((plan.price[members] > least).any()), legal, irregular))
    return prices


def price_words(answer: PathwayAnswer) -> list[str]:
    """Say what one more place under each cap brings."""
    return [_price(price) for price in prices_of(answer)]


def _price(price: Price) -> str:
    if not price.binds:
        return f"The cap on {price.cap} does not bind, so a higher cap would change nothing."
    raised = f"the budget by {BUDGET_UNIT:,.0f}" if price.cap == "the budget" else f"the cap on {price.cap} by one"
    verb = "avoids" if price.irregular >= 0.0 else "causes"
    legal = f"brings {price.legal:.2f} legal moves" if price.legal >= 0.0 else f"costs {-price.legal:.2f} legal moves"
    return f"Raising {raised} {legal} and {verb} {abs(price.irregular):.3f} irregular ones."


# Words


def proof_words(answer: PathwayAnswer) -> str:
    """Say how good the plan is proven to be."""
    plan = answer.plan
    proven = "proven" if plan.status == "proven" else "which is larger than requested, because the search was stopped"
    return (
        f"The plan has {_figure(plan.value)} {plan.unit} in all years, and today's places have {_figure(plan.today)}. "
        f"No plan within the caps has more than {_figure(plan.bound)}. The gap is {plan.gap:.4%}, {proven}. The "
        f"search took {plan.rounds} rounds and {plan.cpu_seconds:.1f} CPU seconds."
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= THOUSAND else f"{value:.4g}"


def difference_words(answer: PathwayAnswer) -> str:
    """Say where the engine departs from the promise, and why."""
    if not (answer.places > answer.today).any():
        return "The plan adds no places."
    first, last = answer.years[0], answer.years[-1]
    at_first, at_last = (changes_of(answer, year)[PARTS.index("demand")].engine for year in (first, last))
    whole = {change.part: change.engine - change.promised for change in changes_of(answer)}
    parts = ", ".join(f"{signed_persons(whole[part])} {part}" for part in PARTS)
    diverted = (
        f"In {first} the whole difference comes from deflection: {persons(abs(at_first))} people a year who would "
        f"have gone {'elsewhere' if at_first >= 0.0 else 'here'} join the demand"
    )
    later = (
        "."
        if first == last
        else ". In later years, people who moved attract others, and fewer people are left at home: in "
        f"{last} the difference is {signed_persons(at_last)}."
    )
    return f"The change in the engine differs from the promised change by {parts} a year. {diverted}{later}"


def method_words(request: PathwayRequest) -> str:
    """Say what the plan rests on."""
    draws = f"{request.draws} trajectories (seed {request.seed})" if request.draws else "one run at the medians"
    mean = (
        ""
        if request.question.tail == 1.0
        else f" The plan is the best for the mean of the worst {request.question.tail:.0%} of draws."
    )
    return (
        f"Demand comes from {draws}, with the anchor {request.anchor} and the scenario “{request.scenario.title}”. "
        "The shares of demand that are irregular or unmet, and the shares of kinds, are priors of our judgement, the "
        "same in all corridors. Today's places are priors too. They are not quotas. They are the capacity with which "
        f"the model gives today's moves, and they grow with demand. A plan adds places to them.{mean} The plan is "
        "optimised for the demand without it. The page shows both its promise and the result of the engine; use the "
        f"result of the engine. Effects are stated for {CENTRAL_RUN} and the population of the UN's medium "
        "projection, as in all commands. Ranges come from draws."
    )


# Files


def plan_table(answer: PathwayAnswer) -> pd.DataFrame:
    """One row a corridor, kind and year: places and expected legal moves without and with the plan, a year."""
    corridors, kinds, years = answer.today.shape
    corridor, kind, year = (index.ravel() for index in np.indices(answer.today.shape))
    return pd.DataFrame(
        {
            "origin": np.array(answer.origins)[corridor],
            "destination": np.array(answer.destinations)[corridor],
            "kind": np.array(KINDS)[kind],
            "year": np.array(answer.years)[year],
            "places_today": answer.today.reshape(corridors * kinds * years),
            "places_added": (answer.places - answer.today).ravel(),
            "legal_today": answer.legal_today.ravel(),
            "legal_promised": answer.legal.ravel(),
        }
    )


def caps_table(answer: PathwayAnswer) -> pd.DataFrame:
    """One row a cap: limit and use, and what one unit more brings, in units of the aim and in moves."""
    plan = answer.plan
    columns = {"limit": answer.limits, "used": plan.used, "price": plan.price, "price_unit": plan.unit}
    moves = {"legal_per_place": plan.legal_per_place, "irregular_avoided_per_place": plan.irregular_per_place}
    return pd.DataFrame({"cap": plan.cap_names, **columns, **moves})


def outcomes_table(answer: PathwayAnswer) -> pd.DataFrame:
    """One row a year and part of demand, persons: without the plan, and changes as promised and by the engine."""
    rows = [(year, *change) for year in answer.years for change in changes_of(answer, year)]
    columns = ["year", "part", "today", "promised_change", "engine_change", "engine_lower_80", "engine_upper_80"]
    return pd.DataFrame(rows, columns=columns)


def plan_tables(answer: PathwayAnswer) -> dict[str, pd.DataFrame]:
    """All tables of a plan by name."""
    tables = {"plan": plan_table(answer), "caps": caps_table(answer), "outcomes": outcomes_table(answer)}
    if answer.frontier is not None:
        tables["frontier"] = answer.frontier.table()
    return tables


def write_plan(answer: PathwayAnswer, request: PathwayRequest, panel: Panel, folder: Path) -> Path:
    """Write all files of an answer into a folder and return the path of the page.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    page = (PAGE, plan_page(answer, request))
    return write_report(page, plan_tables(answer), how_it_was_made(answer, request, panel), folder)


def how_it_was_made(answer: PathwayAnswer, request: PathwayRequest, panel: Panel) -> dict[str, object]:
    """Versions, settings, effective scenario, proof, checksums of the panel, and the command that makes it again."""
    plan, question = answer.plan, request.question
    settings = {
        "group": request.group,
        "from": request.years[0],
        "to": request.years[-1],
        "aim": AIMS[question.aim],
        "tail": question.tail,
        "caps": caps_words(request),
        "anchor": request.anchor,
        "draws": request.draws,
        "seed": request.seed,
        "scenario": request.scenario.effective,
        "proof": {"value": plan.value, "bound": plan.bound, "gap": plan.gap, "status": plan.status},
    }
    return provenance(panel, request.command, settings, LIBRARIES)


def caps_words(request: PathwayRequest) -> list[str]:
    """Say what the plan keeps within."""
    return words_of_caps(request.question, {area.iso3: area.short_name for area in request.areas})


def plan_page(answer: PathwayAnswer, request: PathwayRequest) -> str:
    """Return a page that needs nothing from elsewhere; the same answer gives the same bytes."""
    return page_from(
        "plan.html",
        version=corridor.__version__,
        command=request.command,
        title=f"Legal pathways within {request.group}",
        years=f"{request.years[0]} to {request.years[-1]}",
        aim=AIMS[request.question.aim],
        caps=caps_words(request),
        proof=proof_words(answer).rsplit(";", 1)[0] + ".",
        changes=[change_cells(change) for change in changes_of(answer)],
        yearly=list(yearly_cells(answer)),
        difference=difference_words(answer),
        openings=[opening_cells(opening) for opening in openings_of(answer)[:SHOWN]],
        states=list(_states(answer)),
        prices=price_words(answer),
        frontier=frontier_cells(answer),
        aims=() if answer.frontier is None else [f"{aim.name}, {aim.unit}" for aim in answer.frontier.aims],
        method=method_words(request),
    )


def change_cells(change: Change) -> tuple[str, ...]:
    """Cells of a change: part, today, promised, engine, range."""
    signed = tuple(signed_persons(value) for value in (change.promised, change.engine))
    ranged = "" if np.isnan(change.low) else between(signed_persons(change.low), signed_persons(change.high))
    return change.part, persons(change.today), *signed, ranged


def yearly_cells(answer: PathwayAnswer) -> Iterator[tuple[str, ...]]:
    """Cells of a year: places added, and legal, irregular and unmet moves, promised and in the engine."""
    for at, year in enumerate(answer.years):
        cells = [signed_persons(float((answer.places - answer.today)[..., at].sum()))]
        for change in changes_of(answer, year):
            if change.part != "demand":
                cells += [signed_persons(change.promised), signed_persons(change.engine)]
        yield str(year), *cells


def opening_cells(opening: OpeningRow) -> tuple[str, ...]:
    """Cells of an opening: corridor, kind, places today and added, legal moves gained."""
    corridor = f"{opening.origin} to {opening.destination}"
    return (
        corridor,
        opening.kind,
        persons(opening.today),
        signed_persons(opening.added),
        signed_persons(opening.legal),
    )


def _states(answer: PathwayAnswer) -> Iterator[tuple[str, ...]]:
    """Each member: places added there, and legal moves in and out by which it gains, a year."""
    added = (answer.places - answer.today).mean(axis=2).sum(axis=1)
    gained = (answer.legal - answer.legal_today).mean(axis=2).sum(axis=1)
    origins, destinations = np.array(answer.origins), np.array(answer.destinations)
    for iso3 in dict.fromkeys(answer.origins):
        into, out = destinations == iso3, origins == iso3
        sums = (added[into].sum(), gained[into].sum(), gained[out].sum())
        yield find(iso3).short_name, *(signed_persons(float(value)) for value in sums)


def frontier_cells(answer: PathwayAnswer) -> list[tuple[str, ...]]:
    """Cells of the frontier: step, the two aims' values, the gap."""
    if answer.frontier is None:
        return []
    pairs = zip(answer.frontier.values, answer.frontier.plans, strict=True)
    return [
        (str(step + 1), _figure(values[0]), _figure(values[1]), f"{plan.gap:.3%}")
        for step, (values, plan) in enumerate(pairs)
    ]
