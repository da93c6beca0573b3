"""Fit the best estimate of past flows to reported flows, and score it on what it has not seen, beside the published.

    python scripts/fit_best_estimate.py SOURCES docs/results/past-flows-scores.md

SOURCES is a folder with the reported flows (Eurostat, OECD) and the published estimates, which Corridor does not ship:
flows_reported/, abel_cohen/, gaskin_abel/. The weights and the factors of the intervals that end the page are our own
result and stand in `corridor.estimate.accounts.best`. Takes a minute.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from page_tables import publish

from corridor.areas import codes
from corridor.axes import TYPES
from corridor.calendar import PERIODS
from corridor.data.panel import Panel, load_panel
from corridor.estimate.accounts.best import (
    OTHER_TYPES,
    WEIGHTS,
    best_moves,
    consistent_moves,
    ingredients,
    mixed,
    parts,
)
from corridor.estimate.accounts.validation import (
    FIVE_YEARS,
    METHODS,
    NEURAL,
    AccountCells,
    AccountsHeldOut,
    cells_of,
    chosen_setting,
    covered,
    estimates_beyond,
    eurostat_cells,
    fitted,
    interval_factors,
    left_out,
    moves_of,
    nested,
    oecd_cells,
    table_of_period,
    with_neural,
)
from corridor.estimate.measures.scores import (
    interval_score,
    log_correlation_within,
    net_agreement,
    score_table,
    with_regions,
)

MEASURES = {
    "count": "count",
    "log": "log",
    "share": "share",
    "rate": "rate",
    "common_part": "CPC",
    "within_factor": "< 3x",
    "total_ratio": "total",
    "mean_absolute_error": "MAE",
    "median_percentage_error": "median APE",
    "zeros": "zeros",
}
BEST = "ours, fitted to all"
BY_DESTINATION = "ours, destination held out"
BY_PERIOD = "ours, period held out"
CONSISTENT = "ours, net migration of the UN"
PUBLISHED_BLEND = "0.87 closed minimum, 0.13 independence"
OPEN_BLEND = "0.84 open minimum, 0.16 independence"
BEYOND = "ours, destination never seen"
NAMED = ("MEX-USA", "USA-MEX", "IND-ARE", "SYR-TUR", "UKR-POL", "UKR-DEU", "VEN-COL", "PAK-IND", "IND-PAK", "RUS-UKR")
LARGEST = 15
OTHER_TYPES_TRIED = (0.0, 0.15, 0.3, 0.5, 0.75, 1.0)

OPENING = """# Past flows: how close the estimates are to reported flows

Written by one command: `python scripts/fit_best_estimate.py SOURCES docs/results/past-flows-scores.md`.

The best estimate (`corridor.estimate.accounts.best`) mixes tables that need only the panel. We fitted four weights, two
settings and the interval factors to reported flows. Figures marked "held out" use weights, settings and intervals that
were fitted without the destination (or the period) on which they are scored. Reported flows of a period are the mean of
the reported years times five. Estimates are moves a year times five.

The columns *count*, *log*, *share* and *rate* are Pearson correlations of persons, of log(persons + 1), of shares of
the destination's inflow, and of persons per head of the origin. *CPC* is the common part. *< 3x* is the share of cells
that differ by less than a factor of 3, where both count as at least 0.5. *total* is the estimated total divided by the
reported total. *MAE* is in persons in five years. *APE* is computed where somebody is reported.
"""

EUROPE = """
## Flows between European countries (Eurostat, 2,561 cells, 2000-2020)

The six published estimates are those of Abel and Cohen (2019, 2022); the neural one is that of Gaskin and Abel (2025),
which was trained on part of these reports. We know its flows only from 50 persons a year.
"""

OECD = """
## Inflows to OECD countries by nationality, 2000-2020

The table shows correlations of log(persons + 1) over every cell of reporter, partner and period with a reported value.
The source leaves out zeros, so no estimate is scored on them. Nationality stands for previous residence. We fitted
nothing to these reports. For reporters that are also in the European table, the weights were fitted without them. The
scale of a reporter (the mean logarithm of reported over estimated) is removed for every estimate.
"""

FAILED = """
## Variants that we tried and left out

- **Fitting returns to reports.** The reports alone would give returns and transit .15 to .30 of the weight of outward
  moves (table above). But people who move out and circulate also return, and if registers do not see their own people
  return, this does not prove that nobody returns. The weight of one half is our judgement.
- **Income of the destination.** The residuals of Europe have a correlation of about .4 with its logarithm, and it would
  improve the scores. But it describes registers (Poland, Slovakia and Croatia count few people who do not settle for
  good). In other regions it would imply that refugees do not reach poor neighbours.
- **One weight for all of independence** instead of one for newcomers and one for the settled: this gives totals of 1.10
  (destinations held out) and 1.11 (periods). With the power of the variance that corrects the totals, only .725 of the
  cells lie within the factor.
- **Ten instead of five years** until people count as settled: the scores are not better, and two periods instead of one
  are unknown.
- **Stocks as published, not filled**: the log correlation of 0.84 open minimum, 0.16 independence falls to .856. With
  the 2020 revision of the stocks it is .905, with a CPC of .749.
- **Persons newly displaced (UNHCR)** as one more table: there is no gain in Europe, and a gain of .006 in the OECD's
  log correlation within reporters. The stocks already include refugees.
- **Least squares of fourth roots** instead of a variance that grows as a power of the mean: the correlations are the
  same, but totals are 8 to 12 % too low.

## Weak points

- We chose the tables to mix, the five years until people count as settled, the weight of returns and the classes of
  intervals after seeing these reports. Only the fitted values and the two settings are cross-validated.
- Stocks that settled long ago are a problem: India and Pakistan, Bangladesh and India, Russia and Ukraine exchange more
  people here than experts on these borders would expect, and the intervals do not reflect this.
- Registers differ: in a typical corridor Luxembourg and Poland report a tenth of the estimate. The intervals contain 80
  % of all flows, but not of the flows of each destination, and they were fitted in Europe.
"""


def markdown(frame: pd.DataFrame, digits: int = 3) -> str:
    """Lay a frame out as a table; columns of whole numbers are grouped by thousands."""
    rows = [[_written(value, digits) for value in row] for row in frame.itertuples(index=False)]
    lines = [list(frame.columns), ["---"] * len(frame.columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _written(value: object, digits: int) -> str:
    if isinstance(value, int):
        return f"{value:,}" if value >= 10_000 else str(value)
    if isinstance(value, float):
        return "-" if np.isnan(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{digits}f}"
    return str(value)


def measured(cells: pd.DataFrame, estimates: list[str], by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Score estimates and name the columns as the page does."""
    return score_table(cells, estimates, by=by).rename(columns=MEASURES)[["estimate", *by, "cells", *MEASURES.values()]]


def europe(panel: Panel, cells: AccountCells, held: dict[str, AccountsHeldOut], sources: Path) -> pd.DataFrame:
    """Put every estimate beside the flows of Europe, persons in five years."""
    frame = with_neural(cells.frame, sources)
    periods = sorted(frame["period"].unique().tolist())
    found = {start: ingredients(panel, start) for start in periods}
    blends = {PUBLISHED_BLEND: ("closed_minimum", 0.13), OPEN_BLEND: ("open_minimum", 0.16)}
    for name, (account, weight) in blends.items():
        mixtures = {
            start: ((1 - weight) * getattr(each, account) + weight * each.independence).sum(axis=0) / each.years
            for start, each in found.items()
        }
        frame[name] = table_of_period(mixtures, frame)
    frame[CONSISTENT] = table_of_period({start: consistent_moves(panel, start).sum(axis=0) for start in periods}, frame)
    frame[BEST] = moves_of(cells, WEIGHTS) * FIVE_YEARS
    for name, estimate in held.items():
        frame[name] = estimate.moves * FIVE_YEARS
    return frame


def intervals(cells: AccountCells, held: dict[str, AccountsHeldOut]) -> pd.DataFrame:
    """Coverage and score of intervals, by class and with one pair of factors."""
    rows = []
    for name, found in held.items():
        kinds = {"by class": (found.lower, found.upper), "one for all": (found.plain_lower, found.plain_upper)}
        for kind, (lower, upper) in kinds.items():
            inside = pd.Series(covered(cells.reported, lower, upper))
            by_destination = inside.groupby(cells.frame["dest"].to_numpy()).mean()
            rows.append(
                {
                    "estimate": name,
                    "interval": kind,
                    "coverage": float(inside.mean()),
                    "median over destinations": float(by_destination.median()),
                    "lowest": float(by_destination.min()),
                    "mean interval score": float(interval_score(cells.reported, lower, upper).mean() * FIVE_YEARS),
                }
            )
    return pd.DataFrame(rows)


def destinations(cells: AccountCells, frame: pd.DataFrame, held: AccountsHeldOut) -> pd.DataFrame:
    """Score each held-out destination."""
    inside = pd.Series(covered(cells.reported, held.lower, held.upper)).groupby(frame["dest"].to_numpy()).mean()
    table = measured(frame, [BY_DESTINATION], by=("dest",)).drop(columns=["estimate", "share", "zeros"])
    return table.assign(coverage=table["dest"].map(inside).astype(np.float64))


def oecd_table(frame: pd.DataFrame, estimates: list[str]) -> pd.DataFrame:
    """Log correlations with the reports of the OECD, with three treatments of each reporter's scale."""
    reported = frame["reported"].to_numpy(dtype=np.float64)
    reporter = frame["dest"].tolist()
    rows = []
    for name in estimates:
        estimated = frame[name].to_numpy(dtype=np.float64)
        gap = pd.Series(np.log1p(reported) - np.log1p(estimated)).groupby(np.array(reporter)).transform("mean")
        corrected = np.log1p(reported) - gap.to_numpy()
        rows.append(
            {
                "estimate": name,
                "cells": len(frame),
                "scales as reported": float(np.corrcoef(np.log1p(estimated), np.log1p(reported))[0, 1]),
                "scale of each reporter removed": float(np.corrcoef(np.log1p(estimated), corrected)[0, 1]),
                "within reporters": log_correlation_within(estimated, reported, reporter),
                "zeros": float((estimated < 0.5).mean()),
            }
        )
    return pd.DataFrame(rows)


def where_known(frame: pd.DataFrame, other: str) -> pd.DataFrame:
    """Compare ours with another estimate on the cells where that one is above zero."""
    return oecd_table(frame[frame[other] > 0].reset_index(drop=True), [other, BEYOND])


def world(panel: Panel) -> pd.DataFrame:
    """World totals and agreement with the UN's net migration, by period."""
    rows = []
    for start, years in PERIODS.items():
        best, consistent = best_moves(panel, start), consistent_moves(panel, start)
        net = ingredients(panel, start).net / years
        agreed = net_agreement(best.sum(axis=0), net)
        by_type = dict(zip(TYPES, best.sum(axis=(1, 2)) / 1e6, strict=True))
        rows.append(
            {
                "period": f"{start}-{start + years}",
                "best, million a year": float(best.sum() / 1e6),
                **by_type,
                "consistent, million a year": float(consistent.sum() / 1e6),
                "net: correlation with the UN": agreed.correlation,
                "net: size over the UN's": agreed.size_ratio,
                "consistent: correlation": net_agreement(consistent.sum(axis=0), net).correlation,
            }
        )
    return pd.DataFrame(rows)


def corridors(panel: Panel) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Name some corridors in all periods, and the largest in the last one, thousand persons a year."""
    flows = {start: best_moves(panel, start).sum(axis=0) / 1e3 for start in PERIODS}
    at = {code: place for place, code in enumerate(codes())}
    ends = [name.split("-") for name in NAMED]
    by_year = {str(start): [float(table[at[orig], at[dest]]) for orig, dest in ends] for start, table in flows.items()}
    named = pd.DataFrame({"corridor": list(NAMED), **by_year})
    last = list(flows.values())[-1]
    order = np.argsort(-last, axis=None)[:LARGEST]
    places = [divmod(int(place), len(at)) for place in order]
    names = [f"{codes()[o]}-{codes()[d]}" for o, d in places]
    return named, pd.DataFrame({"corridor": names, "thousand a year": [float(last[place]) for place in places]})


def other_types(panel: Panel, frame: pd.DataFrame) -> pd.DataFrame:
    """Scores with destinations left out, and net migration, by the weight of returns and transit."""
    rows = []
    dest = frame["dest"].to_numpy(dtype=object)
    keep = ["orig", "dest", "period", "reported", "population"]
    for weight in OTHER_TYPES_TRIED:
        cells = cells_of(frame[keep], panel, weight)
        setting = chosen_setting(cells)
        scored = frame[keep].assign(estimate=left_out(cells, dest, setting)[0] * FIVE_YEARS)
        scores = measured(scored, ["estimate"])[["count", "log", "rate", "CPC", "< 3x", "total"]]
        rows.append(scores.assign(**_net_by_weight(panel, cells, weight)).assign(weight=weight))
    return pd.concat(rows)[["weight", *rows[0].columns[:-1]]]


def _net_by_weight(panel: Panel, cells: AccountCells, weight: float) -> dict[str, float]:
    weights = fitted(cells, chosen_setting(cells))
    agreed = []
    for start, years in PERIODS.items():
        found = ingredients(panel, start)
        moves = mixed(parts(found, weights.closed_share, weight), weights).sum(axis=0)
        agreed.append(net_agreement(moves, found.net / years))
    return {
        "net correlation": float(np.mean([each.correlation for each in agreed])),
        "net size": float(np.mean([each.size_ratio for each in agreed])),
    }


def constants(cells: AccountCells) -> str:
    """Write the fitted constants as they stand in the module."""
    setting = chosen_setting(cells)
    weights = {name: float(f"{value:.4g}") for name, value in asdict(fitted(cells, setting)).items()}
    factors = interval_factors(cells, setting)[0].round(4).tolist()
    return f"{setting}\nWEIGHTS = {weights}\nFACTORS = {factors}\n"


def europe_section(panel: Panel, cells: AccountCells, held: dict[str, AccountsHeldOut], sources: Path) -> list[str]:
    """Score every estimate on the flows between European countries."""
    frame = europe(panel, cells, held, sources)
    estimates = [*METHODS, NEURAL, PUBLISHED_BLEND, OPEN_BLEND, BEST, BY_DESTINATION, BY_PERIOD, CONSISTENT]
    return [
        EUROPE,
        markdown(measured(frame, estimates)),
        "### By period, destinations held out\n",
        markdown(measured(frame, [BY_DESTINATION, "da_pb_closed"], by=("period",))),
        "### 80 % intervals\n",
        "Mean interval score: Gneiting and Raftery 2007, persons in five years, lower is better.\n",
        markdown(intervals(cells, held)),
        "### By destination, held out\n",
        markdown(destinations(cells, frame, held[BY_DESTINATION])),
    ]


def oecd_section(panel: Panel, cells: AccountCells, held: AccountsHeldOut, sources: Path) -> list[str]:
    """Score every estimate on the reports of the OECD."""
    frame = with_neural(oecd_cells(sources), sources)
    frame[BEYOND] = estimates_beyond(cells, held.weights, cells_of(frame, panel)) * FIVE_YEARS
    common = with_regions(frame[frame[METHODS[0]].notna()].reset_index(drop=True))
    estimates = [*METHODS, NEURAL, BEYOND]
    parts_by_origin = [
        oecd_table(part.reset_index(drop=True), estimates).assign(origins=region)
        for region, part in common.groupby("orig_region")
    ]
    by_origin = pd.concat(parts_by_origin).pivot_table(index="estimate", columns="origins", values="within reporters")
    return [
        OECD,
        markdown(oecd_table(common, estimates)),
        "With the cells that the published estimates do not cover (nationals of Taiwan):\n",
        markdown(oecd_table(frame, [BEYOND])),
        "### Only where the other estimate is above zero\n",
        "The rates method knows no corridor without a stock, the neural estimate is known from 50 persons a year.\n",
        markdown(pd.concat([where_known(common, other) for other in ("mig_rate", NEURAL)])),
        "### Within reporters, by region of origin\n",
        markdown(by_origin.loc[estimates].reset_index()),
    ]


def world_section(panel: Panel) -> list[str]:
    """Totals, net migration and corridors that a reader can judge."""
    named, largest = corridors(panel)
    return [
        "## The world\n",
        markdown(world(panel), 2),
        "Thousand moves a year, by first year of the period:\n",
        markdown(named, 0),
        "The largest of 2020-24:\n",
        markdown(largest, 0),
    ]


def page(panel: Panel, sources: Path) -> str:
    """Fit, score, and write the page."""
    cells = cells_of(eurostat_cells(sources), panel)
    held = {BY_DESTINATION: nested(cells, "dest"), BY_PERIOD: nested(cells, "period")}
    text = [
        OPENING,
        *europe_section(panel, cells, held, sources),
        *oecd_section(panel, cells, held[BY_DESTINATION], sources),
        *world_section(panel),
        "## The weight of returns and transit\n",
        f"Destinations left out, net migration over all periods; {OTHER_TYPES} is used.\n",
        markdown(other_types(panel, cells.frame)),
        FAILED.strip("\n") + "\n",
        f"## Constants\n\n```\n{constants(cells)}```\n",
    ]
    return "\n".join(part.lstrip("\n") for part in text)


def main() -> None:
    """Write the page and its CSV, or print the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sources", type=Path, metavar="SOURCES")
    parser.add_argument("page", type=Path, metavar="PAGE", nargs="?")
    chosen = parser.parse_args()
    publish(page(load_panel(), chosen.sources), chosen.page)


if __name__ == "__main__":
    main()
