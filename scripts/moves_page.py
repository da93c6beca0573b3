"""Write the page on the estimate of moves, with all its tables: `docs/results/moves.md`.

Run it with `python scripts/moves_page.py SOURCES docs/results/moves.md`, the folder of source files. It takes some
minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from page_tables import publish

from corridor.areas import areas, index, members
from corridor.backtest.moves_validation import (
    SEEDS,
    coverage,
    held_out,
    known_of,
    report_scores,
    score_table,
)
from corridor.data.panel import load_panel
from corridor.estimate.moves.balance import CERTAINTY
from corridor.estimate.moves.drawing import RELIABILITY
from corridor.estimate.moves.level import LIFT
from corridor.estimate.moves.product import (
    WORDS,
    account,
    consistent_of_year,
    evidence_of_year,
    net_of_years,
    parts_of_year,
)
from corridor.estimate.moves.series import series
from corridor.estimate.moves.sources import OECD_YEARS, read_reports
from corridor.estimate.moves.stocks import YEARS
from corridor.estimate.world.displacement import displacement
from corridor.projection.engine import project
from corridor.projection.inputs import load_inputs
from corridor.reports.outlook.answer import largest_corridors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.areas import Area
    from corridor.axes import Floats
    from corridor.backtest.moves_validation import HeldOut, Known
    from corridor.data.panel import Panel
    from corridor.estimate.moves.structure import Coefficients
    from corridor.estimate.moves.terms import Facts

MEASURED_SINCE, MEASURED_TO = 2019, 2022
LOOKED_AT = (
    "IND ARE", "ARE IND", "MMR THA", "THA MMR", "NPL IND", "IND NPL", "PAK ARE", "ARE PAK", "PHL HKG", "VNM KOR",
    "EGY ARE", "PAK IND", "IND PAK",
)  # fmt: skip
HAZARDS = ("VNM KOR", "NPL KOR", "UZB KOR", "VNM JPN", "IDN JPN", "THA JPN", "PHL JPN", "IND DEU")
RUSSIAN = ("UZB RUS", "TJK RUS", "KGZ RUS", "KAZ RUS", "ARM RUS", "UKR RUS")
RATES = "labour/oecd_outflow_rates_by_nationality.csv"
SHOWN = 20
LAST_OPEN_YEAR = 2019
"""Before borders were closed."""


def markdown(frame: pd.DataFrame) -> str:
    """Lay a table out for the page."""
    rows = [list(frame.columns), ["---"] * len(frame.columns), *frame.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def scored(panel: Panel, sources: Path, known: Known, found: Sequence[HeldOut]) -> str:
    """Return scores on held-out countries beside the rivals."""
    frame = score_table(panel, sources, known, found)
    for column in frame.columns[1:]:
        digits = 0 if column == "mean error" else 3
        frame[column] = [f"{value:,.{digits}f}" for value in frame[column].astype(float)]
    return markdown(frame)


def covered(found: Sequence[HeldOut], known: Known) -> str:
    """Return the coverage of 80 % intervals, the mean over the ways of dealing."""
    tables = pd.concat([coverage(each, known.measured) for each in found])
    means = tables.groupby("destinations", sort=False).mean().reset_index()
    means["pairs"] = means["pairs"].round().astype(int)
    for product in ("moves", "consistent"):
        means[product] = [f"{100.0 * share:.0f} %" for share in means[product]]
    return markdown(means)


def beside_measured(panel: Panel, known: Known) -> str:
    """Return corridors that users know, estimate and measurement, and how many of the largest lie near."""
    years = range(MEASURED_SINCE, MEASURED_TO + 1)
    ours = np.mean([parts_of_year(panel, year).sum(axis=0) for year in years], axis=0)
    measured = np.where(known.measured.known, known.measured.mean, 0.0)
    rows = []
    for pair in LOOKED_AT:
        orig, dest = (index(code) for code in pair.split())
        seen = f"{measured[orig, dest]:,.0f}" if measured[orig, dest] else "not measured"
        rows.append({"corridor": pair.replace(" ", " > "), "ours": f"{ours[orig, dest]:,.0f}", "measured": seen})
    largest = np.argsort(-measured, axis=None)[:40]
    ratio = np.abs(np.log(ours.ravel()[largest] / measured.ravel()[largest]))
    text = f"Of the 40 largest measured corridors {int((ratio < np.log(1.5)).sum())} lie within a factor 1.5 "
    return markdown(pd.DataFrame(rows)) + f"\n{text}(all data used; the furthest: {np.exp(ratio.max()):.2f}).\n"


def hazards(found: Sequence[HeldOut], known: Known, sources: Path) -> str:
    """Return moves home per person of the stock, hosts held out, beside what was measured and OECD countries report."""
    rates = pd.read_csv(sources / RATES, keep_default_na=False)
    rates = rates[(rates["year"] >= 2015) & (rates["year"] <= 2019)]
    rows = []
    for pair in (*HAZARDS, *RUSSIAN):
        birthplace, host = pair.split()
        here = rates[(rates["orig"] == birthplace) & (rates["dest"] == host)]
        counted = pd.to_numeric(here["outflow"], errors="coerce").sum() / max(
            pd.to_numeric(here["stock_start"], errors="coerce").sum(), 1.0
        )
        ours = np.nanmean([each.return_hazard[index(birthplace), index(host)] for each in found])
        told = f"{counted:.2f}" if len(here) else "not reported"
        home, host_at = index(birthplace), index(host)
        seen = known.measured.mean[host_at, home] / known.facts.stock[home, host_at]
        measured = f"{seen:.2f}" if known.measured.known[host_at, home] else "not measured"
        named = {"born in, living in": pair.replace(" ", ", "), "ours, host held out": f"{ours:.2f}"}
        rows.append({**named, "measured": measured, "OECD": told})
    return markdown(pd.DataFrame(rows))


def misfits(panel: Panel) -> str:
    """Return how near `consistent` comes to net migration and to the stocks, by year."""
    rows = []
    for year in (1995, 2005, 2015, 2019, 2022):
        made, at = consistent_of_year(panel, year), YEARS.index(year)
        net = made.moves.sum(axis=0) - made.moves.sum(axis=1)
        growth = account(panel).growth[at]
        moving = np.abs(growth) > 1.0
        share = np.median(np.abs(made.misfit[moving] / growth[moving]))
        gap = np.abs(net - net_of_years(panel)[at]).max()
        largest = np.argsort(-np.abs(made.misfit), axis=None)[:3]
        codes = [area.iso3 for area in areas()]
        named = ", ".join(
            f"{codes[cell // len(codes)]} in {codes[cell % len(codes)]} {made.misfit.ravel()[cell] / 1e3:+,.0f}"
            for cell in largest
        )
        rows.append({"year": year, "largest gap of net migration": f"{gap:.1g}", "median misfit": f"{share:.1%}"})
        rows[-1]["largest misfits, thousand"] = named
    return markdown(pd.DataFrame(rows))


def coefficients(found: Coefficients, known: Facts) -> str:
    """Return the coefficients of the model, intercepts first."""
    rows = [
        {"part": part, "term": name, "coefficient": f"{value:+.2f}"}
        for part, terms, values in (
            ("hazard of return", known.hazard, found.hazard),
            ("remainder", known.remainder, found.remainder),
        )
        for name, value in zip(("intercept", *terms), values, strict=True)
    ]
    growing, shrinking = np.exp(found.growth)
    rows += [
        {"part": "growth", "term": "of a growing stock", "coefficient": f"{growing:.2f}"},
        {"part": "growth", "term": "of a shrinking stock", "coefficient": f"{shrinking:.2f}"},
    ]
    return markdown(pd.DataFrame(rows))


def first_page(panel: Panel, known: Known, sources: Path, group: Sequence[Area] | None) -> str:
    """Return the largest corridors of the outlook in its first year beside what was measured or reported."""
    projection = project(load_inputs(panel, 2025), "blended")
    flows = projection.flows[0]
    chosen = None
    if group is not None:
        inside = np.zeros(len(flows), dtype=bool)
        inside[[index(area.iso3) for area in group]] = True
        chosen = inside[:, None] | inside[None, :]
    inflows = read_reports(sources).inflows[OECD_YEARS.index(LAST_OPEN_YEAR)]
    rows = []
    named = [area.short_name for area in areas()]
    for orig, dest in largest_corridors(flows, SHOWN, chosen):
        outside, ratio = _outside(known, inflows, orig, dest), ""
        if outside:
            ratio = f"{flows[orig, dest] / outside[1]:.2f}"
        rows.append(
            {
                "corridor": f"{named[orig]} to {named[dest]}",
                "2025": f"{flows[orig, dest]:,.0f}",
                "outside figure": f"{outside[1]:,.0f} ({outside[0]})" if outside else "none at hand",
                "ratio": ratio,
                "rests on": WORDS[max(evidence_of_year(panel, year)[orig, dest] for year in range(2020, 2025))],
            }
        )
    return markdown(pd.DataFrame(rows))


def _outside(known: Known, inflows: Floats, orig: int, dest: int) -> tuple[str, float] | None:
    """Return the mean of measured years, else the inflow of nationals before borders were closed, else nothing."""
    if known.measured.known[orig, dest] and known.measured.mean[orig, dest] > 0.0:
        return "measured, 2019-2022", float(known.measured.mean[orig, dest])
    if np.isfinite(inflows[orig, dest]):
        return f"reported {LAST_OPEN_YEAR}", float(inflows[orig, dest])
    return None


def page(panel: Panel, sources: Path) -> str:
    """Return the whole page."""
    known = known_of(panel, sources)
    found = [held_out(known, seed) for seed in SEEDS]
    made = series(known.world, known.measured, known.measured.known)
    fled = displacement(panel, YEARS[-1]).new
    reported = report_scores(known, made, sources, panel, fled)
    for column in ("log r", "factor 3", "common part"):
        reported[column] = [f"{value:.3f}" for value in reported[column]]
    return TEXT.format(
        scores=scored(panel, sources, known, found),
        coverage=covered(found, known),
        corridors=beside_measured(panel, known),
        reported=markdown(reported),
        hazards=hazards(found, known, sources),
        misfits=misfits(panel),
        coefficients=coefficients(made.level.coefficients, known.facts),
        world=first_page(panel, known, sources, None),
        asia=first_page(panel, known, sources, members("CICA")),
        reliability=f"{RELIABILITY:.0%}",
        lift=f"{LIFT:.2f}",
        certainty=f"{CERTAINTY}",
    )


TEXT = (Path(__file__).parent / "moves_page.md").read_text()


def main() -> None:
    """Write the page and its CSV, or print the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=Path)
    parser.add_argument("page", type=Path, nargs="?")
    chosen = parser.parse_args()
    publish(page(load_panel(), chosen.sources), chosen.page)


if __name__ == "__main__":
    main()
