"""Fit the model of yearly arrivals to reported inflows, and score it on what it has not seen.

    python scripts/fit_annual_series.py SOURCES > docs/annual-flows.md

SOURCES is a folder with flows_reported/ and gaskin_abel/, which Corridor does not ship. The coefficients that end the
page are our own result and stand in `corridor.estimate.annual_series`. Takes half a minute.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas, codes
from corridor.data.panel import Panel, load_panel
from corridor.estimate.annual_covariates import YEARS, Covariates, covariates
from corridor.estimate.annual_series import PERSISTENCE, SPREAD_AT, Coefficients, best_period_moves, series_of
from corridor.estimate.annual_validation import (
    Block,
    Cells,
    cells_of,
    covered_left_out,
    destination_variance,
    destinations_left_out,
    fitted,
    held_constant,
    neural_flows,
    oecd_reports,
    years_left_out,
)
from corridor.estimate.blend import blend
from corridor.estimate.past_flows import PERIODS, transitions
from corridor.estimate.scores import agreement

if TYPE_CHECKING:
    from corridor.axes import Floats

LAST, CHOOSING = 2015, 2010
"""The last years before the two blocks that are held out: the one that is scored, the one that settings came from."""
PERSISTENCES = (0.9, 0.95, 0.97, 0.98, 0.99)
SHOWN = ("MEX-USA", "IND-ARE", "BGD-SAU", "SYR-TUR", "SYR-DEU", "VEN-COL", "UKR-POL", "KAZ-RUS", "POL-DEU", "PAK-IND")
SHOWN_YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2018, 2020, 2022, 2024)
HEADER = "| estimate | cells | log | < 3x | CPC | total |\n| --- | --- | --- | --- | --- | --- |"

OPENING = """# Annual flows: moves of calendar years, 1990-2024

Written by one command: `python scripts/fit_annual_series.py SOURCES > docs/annual-flows.md`.

**What it may be used for.** Annual flows say when moves of a corridor rose and fell and about how many people a
register of the destination would have counted, as input of models and as a first look where nothing is published; they
are not statistics, must not stand in for a report where one exists, and their differences are not net migration (take
the `consistent` moves of the periods for that).

## The model

`corridor.estimate.annual_series` estimates two parts of every corridor and calendar year.

*Arrivals* are moves to a place that is not the mover's birthplace; inflows by nationality count these. The logarithm
of (arrivals + 1) is a regression on what the panel holds of all 237 x 237 corridors: our estimate of the moves of the
period, migrant stocks and their growth, populations, free movement, visas, new displacement (UNHCR), and the UN's
yearly net migration of the destination. Levels between corridors and movements of a corridor from year to year have
coefficients of their own. The coefficients are fitted to reported inflows with random effects of destinations, which
leaves the many ways in which destinations count out of the slopes. Transitions over five years are fewer than the moves
of five years; our moves of the period allow for it (`estimate.best`), and the fit, not a division by
five, turns them into what a register counts in a year: they enter with an exponent well below one beside the rest.
Arrivals are at least what the growth of the migrant stock demands, placed in the years of displacement as far as
displacement can explain it and spread smoothly otherwise.

*Returning* moves are those of the periods, interpolated. Few statistics show them, so they were not fitted, and their
uncertainty was not measured.

*Reports.* Nothing reported is shipped. Who has reports passes them (`annual_series(panel, reports=imported("flows"))`,
after `corridor data import flows FILE`): deviations from the regression follow a stationary autoregression in each
reported corridor, around the deviation of its destination, seen through noisy reports (Kalman smoother). Corridors of a
reporting destination without a report of their own move with the destination.

## What was compared

Inflows by nationality of the OECD International Migration Database, 34 reporters, {first}-{last}: {cells} cells. Rows
are nationalities, not countries of previous residence; the copy lists no zeros, so no estimate is scored where nobody
came; definitions differ by reporter (the United States counts permanent residents only). Arrivals, not all moves, are
compared. log: correlation of log(persons + 1). < 3x: share of cells less than a factor 3 apart, both at least 0.5. CPC:
common part. total: estimated over reported. The neural estimates (Gaskin and Abel 2025), which were trained on reports
of some of these destinations, are known from 50 persons up; "same cells" are the cells where they are known.

The terms of the model were chosen looking at held-out destinations and at both blocks of held-out years, and those that
added nothing were dropped (income, distance, flows the other way, net migration of the origin); coefficients, intercept
and spread never saw the destination (or the years) they are scored on. The period estimate has a handful of weights
fitted to European flows of some of the same destinations; the row "published blend" does without them.
"""


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    sources = parser.parse_args().sources
    panel = load_panel()
    known = covariates(panel, best_period_moves)
    cells = cells_of(oecd_reports(sources))
    years = np.array(YEARS)[cells.year]
    opening = OPENING.format(first=years.min(), last=years.max(), cells=f"{len(years):,}")
    blocks = {last: years_left_out(known, cells, last) for last in (CHOOSING, LAST)}
    sections = [
        opening,
        destinations_section(panel, known, cells, neural_flows(sources)),
        years_section(known, cells, blocks),
        intervals_section(known, cells, blocks[LAST]),
        world_section(panel, known, cells),
        coefficients_section(fitted(known, cells), known, cells),
    ]
    sys.stdout.write("\n".join(sections))


def row(name: str, estimated: Floats, reported: Floats) -> str:
    """Score one estimate as a row of a table."""
    score = agreement(estimated, reported)
    figures = (score.log, score.within_factor, score.common_part, score.total_ratio)
    return f"| {name} | {score.cells} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"


def published_blend(panel: Panel, start: int) -> Floats:
    """Return moves a year of a period by the published blend of the two closed accounts."""
    minimum, independence = transitions(panel, start)
    length = PERIODS[start]
    return blend(minimum, independence) / length


def period_over_years(panel: Panel, cells: Cells) -> Floats:
    """Estimate cells by the outward and transit moves a year of their period, nothing else: [cell]."""
    starts = np.array(list(PERIODS))
    moves = np.stack([best_period_moves(panel, start)[[0, 2]].sum(axis=0) for start in PERIODS])
    period = np.searchsorted(starts, np.array(YEARS)[cells.year], side="right") - 1
    found: Floats = moves[period, cells.orig, cells.dest]
    return found


def destinations_section(panel: Panel, known: Covariates, cells: Cells, neural: Floats) -> str:
    """Score estimates of destinations that were held out."""
    ours = np.expm1(destinations_left_out(known, cells))
    blended = np.expm1(destinations_left_out(covariates(panel, published_blend), cells))
    flat, net = period_over_years(panel, cells), neural[cells.where]
    same = np.isfinite(net)
    both = cells.persons[same]
    rows = [
        row("ours, destination held out", ours, cells.persons),
        row("ours on the published blend, destination held out", blended, cells.persons),
        row("moves of the period, the same in every year", flat, cells.persons),
        row("ours, same cells as neural", ours[same], both),
        row("neural", net[same], both),
    ]
    return "\n".join(["## Whole destinations held out\n", HEADER, *rows, ""])


def years_section(known: Covariates, cells: Cells, blocks: dict[int, Block]) -> str:
    """Score the last five years, held out as a block."""
    text = (
        "## The last five years held out\n\nReports end with the year before the block; what the panel knows of the"
        " later years is used\n(stocks, displacement, the UN's net migration): gaps are filled, the future is not"
        " foretold. In the second row every\ncovariate stays as it was in the last year; its mean over all years, which"
        " places a corridor among others, is as above.\n"
    )
    block, choosing = blocks[LAST], blocks[CHOOSING]
    stopped = years_left_out(held_constant(known, LAST), cells, LAST)
    rows = [
        row(f"ours, {LAST + 1}-{LAST + 5}", block.estimate, block.cells.persons),
        row("ours, covariates held at their last year", stopped.estimate, block.cells.persons),
        row("last value carried forward", block.carried, block.cells.persons),
        row(f"ours, {CHOOSING + 1}-{CHOOSING + 5}", choosing.estimate, choosing.cells.persons),
        row("last value carried forward", choosing.carried, choosing.cells.persons),
    ]
    tried = [
        row(f"persistence {persistence}", block.estimate, block.cells.persons)
        for persistence in PERSISTENCES
        for block in [years_left_out(known, cells, CHOOSING, persistence=persistence)]
    ]
    chosen = f"\nPersistence of deviations ({PERSISTENCE} was chosen), {CHOOSING + 1}-{CHOOSING + 5}:\n"
    return "\n".join([text, HEADER, *rows, chosen, HEADER, *tried, ""])


def intervals_section(known: Covariates, cells: Cells, block: Block) -> str:
    """Measure the 80 % intervals."""
    inside = covered_left_out(cells, destinations_left_out(known, cells))
    shares = {codes()[each]: inside[cells.dest == each].mean() for each in np.unique(cells.dest)}
    extreme = sorted(shares, key=lambda code: float(shares[code]))
    within = (block.lower <= block.cells.persons) & (block.cells.persons <= block.upper)
    return (
        "## 80 % intervals\n\n"
        f"Held-out destinations: {inside.mean():.3f} of all cells are inside, {np.median(list(shares.values())):.3f} in"
        f" the median destination; lowest {extreme[0]} {shares[extreme[0]]:.2f}, highest {extreme[-1]}"
        f" {shares[extreme[-1]]:.2f}: a destination that counts unlike others is missed in most of its corridors"
        f" at once.\nHeld-out years {LAST + 1}-{LAST + 5}: {within.mean():.3f}.\n"
    )


def world_section(panel: Panel, known: Covariates, cells: Cells) -> str:
    """Show the world and some corridors, and what the series does not fulfil."""
    series = series_of(known, fitted(known, cells))
    at = [YEARS.index(year) for year in SHOWN_YEARS]
    lines = [
        "| " + " | ".join(["", *map(str, SHOWN_YEARS)]) + " |",
        "| " + " | ".join(["---"] * (len(SHOWN_YEARS) + 1)) + " |",
        _line("world, arrivals", series.arrivals[at].sum(axis=(1, 2))),
        _line("world, returning", series.returning[at].sum(axis=(1, 2))),
    ]
    for corridor in SHOWN:
        orig, dest = (codes().index(code) for code in corridor.split("-"))
        lines.append(_line(f"{corridor}, arrivals", series.arrivals[at, orig, dest]))
    net = panel.array("net_migration")[: len(YEARS)]
    ours = series.moves.sum(axis=1) - series.moves.sum(axis=2)
    period = sum(best_period_moves(panel, start)[[0, 2]].sum() * years for start, years in PERIODS.items())
    limits = (
        f"\nArrivals of all years come to {series.arrivals.sum() / period:.2f} of the outward and transit moves of the"
        " periods, as the reports do where there are reports (total of the third row above): many destinations count"
        " long stays or permits only. Net migration of the"
        f" {len(areas())} areas and {len(YEARS)} years correlates {np.corrcoef(ours.ravel(), net.ravel())[0, 1]:.2f}"
        " with the UN's. Where no register publishes, such as most of Africa and the Gulf, nothing here was tested.\n"
    )
    return "\n".join(["## The series, thousands\n", *lines, limits])


def _line(name: str, persons: Floats) -> str:
    return f"| {name} | " + " | ".join(f"{each / 1e3:,.1f}" for each in persons) + " |"


def coefficients_section(model: Coefficients, known: Covariates, cells: Cells) -> str:
    """Print what was fitted."""
    lines = ["## Coefficients\n", "| term | coefficient |", "| --- | --- |", f"| intercept | {model.intercept:.4f} |"]
    lines += [f"| {name} | {weight:.4f} |" for name, weight in model.weights.items()]
    spread = ", ".join(f"{size:.0f}: {each:.4f}" for size, each in zip(SPREAD_AT, model.spread, strict=True))
    lines.append(f"\nStandard deviation of a report from its estimate, by log(persons + 1): {spread}.")
    lines.append(f"Variance of the destinations' mean deviations: {destination_variance(known, cells):.2f}.\n")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
