"""The ledger as files: one page that two delegations can read together, its tables, how it was made.

Both sides have the same figures in the same order, in two columns. Sentences that name both do so in turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

import corridor
from corridor.axes import SEXES
from corridor.drivers.parameters import STATUSES
from corridor.figures import pyramid, wording
from corridor.reports.explanation.page import LIBRARIES, setting_words
from corridor.reports.ledger.figures import (
    AGES_OF_MOVERS,
    DEMAND,
    MONEY,
    MOVES,
    PEOPLE,
    SAFETY,
    amount,
    figures_of,
)
from corridor.reports.ledger.words import (
    NO_CHANGE,
    Cell,
    bank_notes,
    cell,
    coverage,
    difference,
    lever_rows,
    method_words,
    risk_words,
    sources,
)
from corridor.reports.outlook.reported import reported_part
from corridor.reports.population.measures import five_year_groups
from corridor.reports.report_files import page_from, provenance, write_report
from corridor.reports.texts.limits import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corridor.analysis.ledger import Ledger
    from corridor.data.panel import Panel
    from corridor.reports.ledger.answer import LedgerRequest
    from corridor.reports.ledger.figures import LedgerFigure

PAGE = "ledger.html"
NO_BREAK = "\N{NO-BREAK SPACE}"
CASES = ("baseline", "scenario", "difference")
MIRRORED = "People who leave one side come to the other, so the two columns mirror each other."
AGES = "Ages are those at the end of the year. People who come to a side have the ages of those who leave the other."
NOT_SPLIT = (
    "The model divides moves into legal and irregular only where levers work, and the scenario has no lever between "
    "the two sides. Without a lever, Corridor has no number of irregular moves."
)


class LedgerRow(NamedTuple):
    """A figure on the page: baseline, scenario and difference of each of both sides."""

    name: str
    unit: str
    cells: tuple[tuple[Cell, Cell, Cell], tuple[Cell, Cell, Cell]]


class LedgerSection(NamedTuple):
    """A part of the page."""

    key: str
    title: str
    words: str
    rows: list[LedgerRow]
    notes: list[str]


class LedgerHeadline(NamedTuple):
    """What both have together: a figure, what it is, and how it compares."""

    value: str
    name: str
    words: str


# Files


def ledger_table(figures: Sequence[LedgerFigure], request: LedgerRequest) -> pd.DataFrame:
    """One row a figure, side and case, with range, unit, period, source and status."""
    rows = [
        (
            figure.section,
            figure.name,
            side.name,
            case,
            *of_case,
            figure.unit,
            figure.period,
            figure.source,
            figure.status,
        )
        for figure in figures
        for at, side in enumerate(request.sides)
        for case, of_case in zip(CASES, figure.amounts(at), strict=True)
    ]
    columns = ["section", "figure", "side", "case", "value", "low", "high", "unit", "period", "source", "status"]
    return pd.DataFrame(rows, columns=columns)


def movers_table(ledger: Ledger, request: LedgerRequest) -> pd.DataFrame:
    """Movers of the last year by origin, destination, case, sex and five-year age group: persons, with ranges."""
    rows = []
    one, other = request.sides
    for way, (orig, dest) in enumerate(((one, other), (other, one))):
        middle = (ledger.middle.baseline, ledger.middle.scenario)
        for case, *both in zip(CASES, (ledger.baseline, ledger.scenario), middle, strict=False):
            groups, stated = (five_year_groups(account.movers[:, way].astype(np.float32)) for account in both)
            rows += [
                (orig.name, dest.name, case, sex, f"{5 * group}", *amount(groups[:, at, group], stated[0, at, group]))
                for at, sex in enumerate(SEXES)
                for group in range(groups.shape[-1])
            ]
    return pd.DataFrame(rows, columns=["from", "to", "case", "sex", "age_from", "persons", "low", "high"])


def ledger_tables(ledger: Ledger, request: LedgerRequest) -> dict[str, pd.DataFrame]:
    """All tables of a ledger by name."""
    return {"ledger": ledger_table(figures_of(ledger), request), "movers": movers_table(ledger, request)}


def write_ledger(
    ledger: Ledger, request: LedgerRequest, panel: Panel, folder: Path, reported: pd.DataFrame | None = None
) -> Path:
    """Write all files of a ledger into a folder and return the path of the page.

    Parameters
    ----------
    reported : flows as `corridor.estimate.world.reported.reported_flows` returns them, to be shown beside ours

    Raises
    ------
    InputError : the folder cannot be written to
    """
    page = (PAGE, ledger_page(ledger, request, panel, reported))
    return write_report(page, ledger_tables(ledger, request), how_it_was_made(request, panel), folder)


def how_it_was_made(request: LedgerRequest, panel: Panel) -> dict[str, object]:
    """Versions, settings, effective scenarios, checksums of the panel, and the command that makes the same again."""
    settings = {
        "sides": [[area.iso3 for area in side.areas] for side in request.sides],
        "to": request.last,
        "anchor": request.anchor,
        "draws": request.draws,
        "seed": request.seed,
        "scenario": request.scenario.effective,
        "baseline": request.baseline.effective,
    }
    return provenance(panel, request.command, settings, LIBRARIES)


# Page


def ledger_page(ledger: Ledger, request: LedgerRequest, panel: Panel, reported: pd.DataFrame | None = None) -> str:
    """Return a page that needs nothing from elsewhere; the same answer gives the same bytes."""
    figures = figures_of(ledger)
    names = [side.name for side in request.sides]
    return page_from(
        "ledger.html",
        version=corridor.__version__,
        request=request,
        command=request.command,
        title=f"{names[0]} and {names[1]}: a ledger for both",
        names=names,
        settings=list(setting_words((request.scenario,))),
        told=told(ledger, request),
        headlines=list(headlines(figures, names)),
        levers=lever_rows(request),
        sections=list(_sections(ledger, request, figures, panel)),
        pyramids=pyramids(ledger, request),
        reported=reported_part(reported, request.views),
        statuses=STATUSES,
        no_change=NO_CHANGE,
        limits=LEDGER,
        method=method_words(request),
    )


def told(ledger: Ledger, request: LedgerRequest) -> str:
    """Say whether the scenario does anything here."""
    many = len(request.levers)
    if many:
        work = "One lever of the scenario works" if many == 1 else f"{many} levers of the scenario work"
        return f"{work} between the two."
    if not request.scenario.settings.levers and _same(ledger):
        return "The scenario has no lever and changes nothing, so every difference is zero."
    return (
        "The scenario has no lever between the two sides. The differences come from its other settings, here or "
        "elsewhere."
    )


def _same(ledger: Ledger) -> bool:
    one, other = ledger.baseline, ledger.scenario
    return all(
        np.array_equal(getattr(one, part), getattr(other, part), equal_nan=True)
        for part in ("moves", "movers", "people", "abroad", "received")
    )


def headlines(figures: Sequence[LedgerFigure], names: Sequence[str]) -> Iterator[LedgerHeadline]:
    """What both have together, where there are such figures; those that name the two do so in turn."""
    one, other = names
    by_name = {figure.name: figure for figure in figures}
    for name, label in (
        ("Leave for the other side", f"moves between {one} and {other}, {{}}"),
        ("Received from the other side", f"money sent home between {other} and {one}, {{}}"),
        ("Irregular moves in all", "irregular moves, {}"),
        ("Unmet in all", "moves that people would make and do not, {}"),
        ("Revenue of smugglers in all", "revenue of smugglers, {}"),
        ("Expected deaths in all", "expected deaths, {}"),
    ):
        if name in by_name:
            yield _headline(by_name[name], label, names)


def _headline(figure: LedgerFigure, label: str, names: Sequence[str]) -> LedgerHeadline:
    baseline, scenario, change = figure.both()
    changed = difference(figure, change)
    words = f"baseline {cell(figure, baseline).value}"
    if changed.value:
        words += f"; {changed.value}" if changed.value == NO_CHANGE else f"; change {changed.value}"
    if changed.range:
        words += f" ({changed.range})"
    unknown = [name for side, name in enumerate(names) if np.isnan(figure.cases[0][:, side]).all()]
    if unknown and figure.absent == wording.MISSING:
        words += f"; without {' and '.join(unknown)}: {wording.MISSING}"
    return LedgerHeadline(cell(figure, scenario).value, label.format(figure.period), words)


def _sections(
    ledger: Ledger, request: LedgerRequest, figures: Sequence[LedgerFigure], panel: Panel
) -> Iterator[LedgerSection]:
    notes = {MONEY: list(bank_notes(request, ledger, panel))}
    for key, title, words in (
        ("moves", MOVES, MIRRORED),
        ("ages", AGES_OF_MOVERS, AGES),
        ("demand", DEMAND, coverage(ledger) if ledger.corridors else NOT_SPLIT),
        ("safety", SAFETY, risk_words(ledger)),
        ("people", PEOPLE, "The figures count everyone who lives on a side, wherever they were born."),
        (
            "money",
            MONEY,
            (
                "These are remittances of people who were born on one side and live on the other, and the fees of "
                "pathways that charge one."
            ),
        ),
    ):
        own = [figure for figure in figures if figure.section == title]
        if own or title == DEMAND:
            yield LedgerSection(key, title, words, [*map(_row, own)], [*sources(own), *notes.get(title, [])])


def _row(figure: LedgerFigure) -> LedgerRow:
    one, other = (_cells(figure, side) for side in (0, 1))
    return LedgerRow(
        figure.name, f"{figure.unit}, {figure.period} ({NO_BREAK.join(figure.status.split())})", (one, other)
    )


def _cells(figure: LedgerFigure, side: int) -> tuple[Cell, Cell, Cell]:
    baseline, scenario, change = figure.amounts(side)
    return cell(figure, baseline), cell(figure, scenario), difference(figure, change)


def pyramids(ledger: Ledger, request: LedgerRequest) -> list[tuple[str, str]]:
    """Draw movers of both directions by age and sex: the scenario filled, the baseline outlined."""
    one, other = request.sides
    drawn = []
    for way, (orig, dest) in enumerate(((one, other), (other, one))):
        baseline, scenario = (each.movers[0, way] for each in (ledger.middle.baseline, ledger.middle.scenario))
        heading = f"From {orig.name} to {dest.name}, {request.last}"
        drawn.append(
            (heading, pyramid(f"movers-{way}", baseline, scenario, heading=heading, years=("Baseline", "Scenario")))
        )
    return drawn
