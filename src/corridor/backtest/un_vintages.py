"""The ex-ante test: net migration as old UN revisions knew and projected it, against what WPP 2024 says happened.

Only periods count that began after a revision came out. A simple forecast from the revision's own estimates (what one
could have written on its day) stands beside the UN's projection and beside persistence.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.backtest.flow_scores import skill_with_interval, skill_words
from corridor.backtest.simple_rivals import STEP, least_error_weights
from corridor.calendar import UN_PROJECTED, WPP_REVISION
from corridor.data.arrays import NET_SINCE, NET_YEARS, net_migration
from corridor.drivers.anchors import ANCHORS, DEFAULT_ANCHOR
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from corridor.axes import Floats
    from corridor.data.panel import Panel

VINTAGES = (2010, 2012, 2015, 2017, 2019)
"""Revisions, by the year they came out (that of 2010 in 2011)."""
PUBLISHED = {2010: 2011, 2012: 2013}
LAST_END = UN_PROJECTED + 1
"""End of the last period scored: the UN estimates it but for its last year."""
LAST, UN, DAMPED, BLENDED = "persistence", "the UN's projection", "damped", "damped and the UN's"
LEAST_PERIODS = 2
MOST_THOUSANDS, FEW_THOUSANDS, MANY_AREAS = 20_000, 500.0, 50
MOST_UNUSUAL, LEAST_UNUSUAL = 300, 1000.0
"""Times the area's median, and thousands of people."""
MOST_NAMED = 5
COLUMNS = ("vintage", "iso3", "period", "net_migration_thousands")


@dataclass(frozen=True, slots=True)
class Vintage:
    """Net migration of one revision.

    Attributes
    ----------
    year : of the revision
    starts : first year of each five-year period
    net : [period, area], persons a year, NaN for areas it does not have
    known : periods that had ended when it came out
    """

    year: int
    starts: tuple[int, ...]
    net: Floats
    known: int


def read_revisions(file: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows of old revisions, of the 237 areas, and how the file was read.

    Raises
    ------
    InputError
        With every problem: the file cannot be read, lacks a column, has a value or period that is none, a row twice, or
        none of one of `VINTAGES`.
    """
    from pandera.pandas import DataFrameSchema  # noqa: PLC0415 - slow to import, and only this needs it

    from corridor.data.tables.checks import number, only_areas, rows_hold, text, unique, year  # noqa: PLC0415 - as above
    from corridor.data.tables.reader import read_table  # noqa: PLC0415 - as above

    fault = f"the period is not of {NET_YEARS} years, such as 2010-2015, its years in full"
    checks = [unique(COLUMNS[:3]), rows_hold(_have_periods, ["period"], fault)]
    kinds = (year(min(VINTAGES), WPP_REVISION), text(), text(), number(decimals=True))
    frame, notes = read_table(file, DataFrameSchema(dict(zip(COLUMNS, kinds, strict=True)), checks=checks))
    if missing := sorted(set(VINTAGES) - set(frame["vintage"])):
        fault = f"the file does not hold all of the revisions {', '.join(map(str, VINTAGES))}"
        raise InputError(Problem(fault, "Add the missing revisions", str(file), None, "vintage", missing[0]))
    frame["period"] = frame["period"].str.replace(r"\s*[-\u2013]\s*", "-", regex=True)
    used, left_out = only_areas(frame[frame["vintage"].isin(VINTAGES)], ["iso3"])
    if problems := [*_broken_series(file, used), *_too_large(file, used)]:
        raise InputError(problems)
    notes = (*notes, *_odd(used))
    if others := sorted(set(frame["vintage"]) - set(VINTAGES)):
        notes = (*notes, f"these revisions are not used: {', '.join(map(str, others))}")
    return used, (*notes, left_out) if left_out.startswith("Left out") else notes


def _have_periods(frame: pd.DataFrame) -> pd.Series[bool]:
    """Say of each row whether its period is one, if its revision is used."""
    years = frame["period"].str.extract(r"^(\d{4})\s*[-\u2013]\s*(\d{4})$").astype(float)
    return (years[1] - years[0] == NET_YEARS) | ~frame["vintage"].isin(VINTAGES)


def _broken_series(file: Path, used: pd.DataFrame) -> Iterator[Problem]:
    """Name revisions whose periods do not follow each other, or do not reach from before it came out to today."""
    keys = list(COLUMNS[:3])
    for _, row in used[used.duplicated(keys)].head(MOST_NAMED).iterrows():
        yield Problem(
            "another row has the same vintage, iso3, period",
            "Remove one of the two",
            str(file),
            value=", ".join(str(row[key]) for key in keys),
        )
    for vintage, periods in used.groupby("vintage")["period"]:
        year, starts = int(str(vintage)), sorted({int(period[:4]) for period in periods})
        if odd := [two for one, two in pairwise(starts) if two - one != NET_YEARS]:
            fault = f"the periods of a revision do not follow each other at steps of {NET_YEARS} years"
            found = f"{year}: {odd[0]}-{odd[0] + NET_YEARS}"
            yield Problem(fault, "Correct the periods or add those that lack", str(file), None, "period", found)
        known, scored = _known(starts, year), _scored(starts, year)
        if known < LEAST_PERIODS or not scored:
            fault = f"a revision needs {LEAST_PERIODS} periods before it came out, and one after that has ended"
            found = f"{year}: {starts[0]} to {starts[-1] + NET_YEARS}"
            yield Problem(fault, "Add the periods", str(file), None, "period", found)


def _too_large(file: Path, used: pd.DataFrame) -> Iterator[Problem]:
    large = used[used[COLUMNS[3]].abs() > MOST_THOUSANDS]
    for _, row in large.head(MOST_NAMED).iterrows():
        fault = f"over {MOST_THOUSANDS:,} thousand people in five years are more than any area has lost or won"
        found = f"{row['vintage']}, {row['iso3']}, {row['period']}: {row[COLUMNS[3]]:,.10g}"
        yield Problem(fault, "Divide persons by 1,000", str(file), None, COLUMNS[3], found)


def _odd(used: pd.DataFrame) -> Iterator[str]:
    """Yield notes on rows that are missing, and on figures unlike the others of their area."""
    keys = list(COLUMNS[:2])
    counts = used.groupby(keys)["period"].nunique()
    lacking = counts[counts < counts.groupby(level=0).transform("max")]
    if len(lacking):
        shown = ", ".join(f"{vintage} {iso3}" for vintage, iso3 in lacking.index[:MOST_NAMED])
        yield f"{len(lacking)} areas lack periods of a revision and count as unknown there: {shown}"
    size = used[COLUMNS[3]].abs()
    if used["iso3"].nunique() >= MANY_AREAS and size.max() < FEW_THOUSANDS:
        yield f"{COLUMNS[3]}: no figure is above {size.max():,.10g}; were they millions, write thousands"
    usual = size.groupby([used[key] for key in keys]).transform("median")
    odd = used[(size > MOST_UNUSUAL * usual) & (size > LEAST_UNUSUAL)]
    if len(odd):
        rows = odd.head(MOST_NAMED).itertuples(index=False, name=None)
        shown = "; ".join(f"{vintage} {iso3} {period}: {net:,.10g}" for vintage, iso3, period, net in rows)
        yield f"{COLUMNS[3]}: over {MOST_UNUSUAL} times what is usual for the area: {shown}"


def _known(starts: Sequence[int], year: int) -> int:
    return sum(start + NET_YEARS <= year for start in starts)


def _scored(starts: Sequence[int], year: int) -> list[int]:
    """Return the places of the periods that began after a revision came out and have ended."""
    appeared = PUBLISHED.get(year, year)
    return [at for at, start in enumerate(starts) if appeared <= start and start + NET_YEARS <= LAST_END]


def read_vintage(frame: pd.DataFrame, year: int) -> Vintage:
    """Lay one revision out.

    Parameters
    ----------
    frame : vintage, iso3, period ("2010-2015"), net_migration_thousands (in the five years)
    """
    own = frame[(frame["vintage"] == year) & frame["iso3"].isin(codes())]
    wide = own.pivot_table(index="period", columns="iso3", values="net_migration_thousands").reindex(columns=codes())
    starts = tuple(int(str(period)[:4]) for period in wide.index)
    return Vintage(year, starts, wide.to_numpy(dtype=np.float64) * 1000.0 / NET_YEARS, _known(starts, year))


def forecasts(vintage: Vintage) -> dict[str, Floats]:
    """Forecast every period after the last known one: name -> [period ahead, area], persons a year."""
    past, ahead = vintage.net[: vintage.known], vintage.net[vintage.known :]
    damped = [_damped(past, step) for step in range(1, len(ahead) + 1)]
    share = ANCHORS[DEFAULT_ANCHOR].weight
    blended = share * ahead + (1.0 - share) * np.stack(damped)
    return {LAST: np.repeat(past[-1:], len(ahead), axis=0), UN: ahead, DAMPED: np.stack(damped), BLENDED: blended}


def _damped(past: Floats, ahead: int) -> Floats:
    """Weigh the last period and the mean of all, by weights with the least absolute error in the past."""
    levels = np.arange(0.0, 1.0 + STEP / 2, STEP)
    grid = np.array([(last, mean) for last in levels[::-1] for mean in levels])
    weights = least_error_weights(past, min(ahead, len(past) - LEAST_PERIODS), grid, LEAST_PERIODS)
    return np.asarray(weights @ np.stack([past[-1], past.mean(axis=0)]))


def ex_ante(panel: Panel, frame: pd.DataFrame, vintages: Sequence[int] = VINTAGES) -> pd.DataFrame:
    """Score the forecasts of every revision on the periods that began after it came out.

    Parameters
    ----------
    frame : as in `read_vintage`

    Returns
    -------
    A row a revision and forecast, and "all" pooled: vintage, forecast, cells, mae (persons a year), skill against
    persistence and against the UN's projection with 95 % intervals (per cent; areas and revisions are resampled)
    """
    import pandas as pd  # noqa: PLC0415 - only a table needs it

    errors, cells = {}, {}
    for year in vintages:
        vintage = read_vintage(frame, year)
        errors[year], cells[year] = _errors(panel, vintage)
    rows = [
        _row(str(year), name, {year: errors[year]}, {year: cells[year]}) for year in vintages for name in errors[year]
    ]
    rows += [_row("all", name, errors, cells) for name in (LAST, UN, DAMPED, BLENDED)]
    return pd.DataFrame(rows)


def ex_ante_frame(result: pd.DataFrame) -> pd.DataFrame:
    """Return what `ex_ante` found as a table for people."""
    shown = result[["vintage", "forecast", "cells"]].assign(MAE=result["mae"].map("{:,.0f}".format))
    for against, title in (("persistence", "below persistence, %"), ("un", "below the UN, %")):
        columns = [result[f"{side}_{against}"] for side in ("skill", "lower", "upper")]
        shown[title] = [skill_words(*row) for row in zip(*columns, strict=True)]
    return shown


def _errors(panel: Panel, vintage: Vintage) -> tuple[dict[str, Floats], int]:
    """Sum of absolute errors by area over the periods scored, and the number of cells."""
    scored = _scored(vintage.starts, vintage.year)
    dates = [vintage.starts[scored[0]], *(vintage.starts[place] + NET_YEARS for place in scored)]
    came = net_migration(panel, dates)[(dates[0] - NET_SINCE) // NET_YEARS :]
    made = {name: net[np.array(scored) - vintage.known] for name, net in forecasts(vintage).items()}
    seen = np.isfinite(came) & np.logical_and.reduce([np.isfinite(net) for net in made.values()])
    return {name: np.where(seen, np.abs(net - came), 0.0).sum(axis=0) for name, net in made.items()}, int(seen.sum())


def _row(label: str, name: str, errors: dict[int, dict[str, Floats]], cells: dict[int, int]) -> dict[str, object]:
    own, last, un = (np.stack([each[which] for each in errors.values()]) for which in (name, LAST, UN))
    row: dict[str, object] = {"vintage": label, "forecast": name, "cells": sum(cells.values())}
    row["mae"] = own.sum() / sum(cells.values())
    for against, rival in (("persistence", last), ("un", un)):
        skill, low, high = skill_with_interval(own, rival)
        row |= {f"skill_{against}": skill, f"lower_{against}": low, f"upper_{against}": high}
    return row
