"""Reported flows beside ours: series that a user brought, and new displacement across borders as UNHCR counts it.

A series is what one source counts by one definition of one pair of areas, or of all who arrive in an area or leave it.
Its figures stand beside the moves of the same year in the product `moves`; those of a period beside our moves from
1 July of its first year to 1 July of its last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.data.tables.import_notices import PERIOD, SERIES, TOTAL
from corridor.data.tables.imports import imported, is_imported
from corridor.estimate.moves.product import TABLE
from corridor.estimate.moves.stocks import YEARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel

COLUMNS = ["orig", "dest", *SERIES, *PERIOD, "persons"]
KEYS = ["orig", "dest", *SERIES]
DISPLACED = "People newly displaced across the border who seek asylum or protection"
UNHCR = "UNHCR"
MATERIAL = 1_000.0
"""New displacement is shown from so many persons a year on, mean of `RECENT` years (status J: our judgement)."""
RECENT = 5
YEARS_SHOWN = 5
CORRIDORS_SHOWN = 3


def load_reported(panel: Panel) -> pd.DataFrame:
    """Return all reported flows: what the user has imported, if anything, and new displacement (`reported_flows`).

    Raises
    ------
    InputError : the imported table is damaged
    """
    return reported_flows(panel, imported("flows") if is_imported("flows") else None)


def reported_flows(panel: Panel, brought: pd.DataFrame | None = None) -> pd.DataFrame:
    """Set reported flows beside ours.

    Parameters
    ----------
    brought : flows as `corridor.data.tables.imports.imported("flows")` returns them, or None

    Returns
    -------
    A row a series and date, by pair, what was brought first: orig, dest (`TOTAL`: all areas), definition, source (empty
    where the user gave none), period_start, period_end (equal: a calendar year), persons; ours, the moves of the same
    pair and date, NaN outside the years of `moves`; ratio, ours over reported, NaN where ours is unknown or nobody is
    reported; brought, whether the user brought the row
    """
    rows = _displaced(panel).assign(brought=False)
    if brought is not None:
        rows = pd.concat([rows, _dated(brought).assign(brought=True)], ignore_index=True)
    ours = _ours(panel, rows)
    ratio = np.divide(ours, rows["persons"], out=np.full(len(rows), np.nan), where=rows["persons"].to_numpy() > 0.0)
    rows = rows.assign(ours=ours, ratio=ratio)[[*COLUMNS, "ours", "ratio", "brought"]]
    order = {"orig": True, "dest": True, "brought": False, **dict.fromkeys([*SERIES, *PERIOD], True)}
    return rows.sort_values(list(order), ascending=list(order.values()), ignore_index=True)


def _dated(brought: pd.DataFrame) -> pd.DataFrame:
    """Lay imported flows out by `COLUMNS`: a year is a period that starts and ends in it."""
    dates = dict.fromkeys(PERIOD, "year") if "year" in brought else {}
    texts = [name for name in SERIES if name not in brought]
    return brought.assign(**{name: brought[date] for name, date in dates.items()}, **dict.fromkeys(texts, ""))[COLUMNS]


def _displaced(panel: Panel) -> pd.DataFrame:
    """New displacement of the corridors where it is material of late, in the years of our moves."""
    rows = panel.frame("displacement_flows").rename(columns={"origin": "orig", "asylum": "dest"})
    rows = rows[rows["year"].between(YEARS[0], YEARS[-1])]
    recent = rows["persons"].where(rows["year"] > YEARS[-1] - RECENT, 0.0)
    a_year = recent.groupby([rows["orig"], rows["dest"]]).transform("sum") / RECENT
    return _dated(rows[a_year >= MATERIAL].assign(definition=DISPLACED, source=UNHCR))


def _ours(panel: Panel, rows: pd.DataFrame) -> Floats:
    """Our moves of the pairs and dates of rows: [row], persons."""
    moves = _with_totals(panel.array(TABLE).sum(axis=1))
    place = {iso3: at for at, iso3 in enumerate((*codes(), TOTAL))}
    orig, dest = (rows[end].map(place).to_numpy(dtype=np.int64) for end in ("orig", "dest"))
    ours = np.full(len(rows), np.nan)
    starts, ends = (rows[name].to_numpy(dtype=np.int64) for name in PERIOD)
    for start, end in np.unique([starts, ends], axis=1).T.tolist():
        if YEARS[0] <= start and end <= YEARS[-1]:
            at = (starts == start) & (ends == end)
            ours[at] = _summed(moves, start, end)[orig[at], dest[at]]
    return ours


def _with_totals(moves: Floats) -> Floats:
    """Append all destinations and all origins to moves [year, orig, dest]."""
    sent = np.concatenate([moves, moves.sum(axis=2, keepdims=True)], axis=2)
    whole: Floats = np.concatenate([sent, sent.sum(axis=1, keepdims=True)], axis=1)
    return whole


def _summed(moves: Floats, start: int, end: int) -> Floats:
    """Moves of a calendar year, or between two 1 Julys, the years at both ends counted half: [orig, dest]."""
    first, last = start - YEARS[0], end - YEARS[0]
    between: Floats = moves[first : last + 1].sum(axis=0) - (moves[first] + moves[last]) / 2.0
    return moves[first] if start == end else between


def beside(rows: pd.DataFrame, origins: Sequence[str], destinations: Sequence[str]) -> pd.DataFrame:
    """Choose the reported flows that belong on a sheet about the moves from some areas to some areas.

    Of one corridor: the latest `YEARS_SHOWN` dates of each series. Otherwise the same of totals, where the sheet is
    about all who arrive in an area or leave it, and the latest date of each series of the `CORRIDORS_SHOWN` largest
    corridors.

    Parameters
    ----------
    rows : reported flows
    origins, destinations : codes of areas
    """
    between = rows
    for areas, end in sorted([(origins, "orig"), (destinations, "dest")], key=lambda of_end: len(of_end[0])):
        between = between[between[end].isin(areas)]  # the shorter list first: it leaves few rows
    if len(origins) == len(destinations) == 1:
        return _latest(between, YEARS_SHOWN)
    everywhere = len({*origins, *destinations}) == len(codes())
    totals = rows.iloc[:0]
    if everywhere and len(destinations) == 1:
        totals = rows[(rows["orig"] == TOTAL) & (rows["dest"] == destinations[0])]
    elif everywhere and len(origins) == 1:
        totals = rows[(rows["orig"] == origins[0]) & (rows["dest"] == TOTAL)]
    return pd.concat([_latest(totals, YEARS_SHOWN), _largest(_latest(between, 1))])


def _latest(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep the last dates of each series."""
    return rows.groupby(KEYS, sort=False).tail(most)


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the corridors with the largest figure a year, largest first."""
    a_year = rows["persons"] / (rows["period_end"] - rows["period_start"]).clip(lower=1)
    size: pd.Series[float] = a_year.groupby([rows["orig"], rows["dest"]]).transform("max")
    ordered = rows.loc[size.sort_values(ascending=False, kind="stable").index]
    pairs = ordered[["orig", "dest"]].drop_duplicates().head(CORRIDORS_SHOWN)
    return ordered.merge(pairs, on=["orig", "dest"])
