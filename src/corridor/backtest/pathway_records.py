"""Records of borders, visas and asylum, laid out as tables of counts and rates; sources as they are published.

Zeros that a source leaves out are zeros here. No figure is changed otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from corridor.axes import Booleans, Floats

BETWEEN_PORTS = "U.S. Border Patrol"
AT_PORTS = "Office of Field Operations"
FIRST_INSTANCE = ("FI", "FA", "NA")
"""Levels of decision that count: first instance, first instance and appeal together, and not stated. Appeals do not."""
FREE, REQUIRED = "free", "required"
REQUIRED_WORDS = frozenset({"VR", "visa required", "e-visa", "no admission"})
FREE_WORDS = frozenset({"VF", "visa free"})


def monthly_counts(rows: pd.DataFrame, counted: str) -> pd.DataFrame:
    """Return counts by nationality (rows) and month (columns), every month from the first to the last.

    Parameters
    ----------
    rows : nationality, month as YYYY-MM, and the column `counted`
    """
    table = rows.pivot_table(index="nationality", columns="month", values=counted, aggfunc="sum")
    months = pd.period_range(table.columns.min(), table.columns.max(), freq="M").astype(str)
    return table.reindex(columns=months).fillna(0.0)


def yearly_counts(rows: pd.DataFrame, counted: str) -> pd.DataFrame:
    """Return counts by nationality (rows) and calendar year (columns); only years with all twelve months."""
    months = monthly_counts(rows, counted)
    years = months.columns.str[:4].astype(int)
    full = [year for year in sorted(set(years)) if (years == year).sum() == 12]
    return months.T.groupby(years).sum().T[full]


def visa_changes(spells: pd.DataFrame) -> pd.DataFrame:
    """Return the changes of visa requirements: nationality, destination, year, removed (true) or introduced.

    A change is the first year of a spell that another one precedes without a gap, if they differ in whether a visa, or
    more, is required.

    Parameters
    ----------
    spells : nationality, destination, year_from, year_to, visa (0 none, 1 required, 2 no admission)
    """
    keys = ["nationality", "destination"]
    rows = spells.sort_values([*keys, "year_from"]).assign(required=lambda frame: frame["visa"] > 0)
    before = rows.groupby(keys)
    ended, was = before["year_to"].shift(), before["required"].shift()
    changed = (ended + 1 == rows["year_from"]) & (was != rows["required"])
    found = rows[changed].rename(columns={"year_from": "year"})
    return found.assign(removed=~found["required"])[[*keys, "year", "removed"]].reset_index(drop=True)


def single_changes(changes: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the changes of corridors that have one and no other from `first` to `last`."""
    within = changes[changes["year"].between(first, last)]
    return within[~within.duplicated(["nationality", "destination"], keep=False)].reset_index(drop=True)


def passport_regimes(snapshots: pd.DataFrame, destination: str) -> pd.DataFrame:
    """Return whether a destination lets passports in without a visa: passport (rows), snapshot (columns).

    `free` where days or a visa-free stay are stated, `required` where a visa, an e-visa or no admission is; other words
    (on arrival, bans of the pandemic) are missing. The snapshot of 2019 has a code of its own and is left out.
    """
    rows = snapshots[(snapshots["destination"] == destination) & (snapshots["snapshot"].astype(str) >= "2020")]
    words = rows["requirement"].astype(str)
    free = words.isin(FREE_WORDS) | (pd.to_numeric(words, errors="coerce") > 0)
    regime = np.select([free, words.isin(REQUIRED_WORDS)], [FREE, REQUIRED], default="")
    table = rows.assign(regime=regime).pivot_table(
        index="passport", columns="snapshot", values="regime", aggfunc="first", observed=True
    )
    table.columns = table.columns.astype(str)
    return table.replace("", None)


def laid_out(figures: pd.Series[float], *axes: Sequence[object]) -> Floats:
    """Return figures as an array with one axis for each level of their index; NaN where there is none.

    Parameters
    ----------
    figures : one for a combination at most
    axes : what stands along each axis, in order; other figures are left out
    """
    wanted = pd.MultiIndex.from_product(axes)
    values: Floats = np.asarray(figures.reindex(wanted), dtype=np.float64)
    return values.reshape([len(axis) for axis in axes])


def event_times(
    changes: pd.DataFrame, origins: Sequence[str], destinations: Sequence[str], times: Sequence[int]
) -> Floats:
    """Return years since the change of each corridor: [origin, destination, time]; NaN without one.

    Parameters
    ----------
    changes : nationality, destination, year; one for a corridor at most
    times : years, or first years of periods
    """
    year = laid_out(changes.set_index(["nationality", "destination"])["year"], origins, destinations)
    since: Floats = np.asarray(times, dtype=np.float64) - year[:, :, None]
    return since


def corridors_of(changes: pd.DataFrame, origins: Sequence[str], destinations: Sequence[str]) -> Booleans:
    """Return which corridors have a change: [origin, destination]."""
    pairs = changes[["nationality", "destination"]].drop_duplicates()
    there = pd.Series(1.0, index=pd.MultiIndex.from_frame(pairs))
    return np.isfinite(laid_out(there, origins, destinations))


def refusals(decisions: pd.DataFrame, asylum: Collection[str], keys: list[str], least: int) -> pd.Series[float]:
    """Return the share of asylum decisions in substance that are refusals, at first instance, by `keys`.

    Parameters
    ----------
    decisions : year, origin, asylum, dec_level, dec_pc, dec_recognized, dec_other, dec_rejected
    asylum : countries that decide
    keys : columns to group by
    least : decisions that a group must have
    """
    rows = decisions[
        decisions["asylum"].isin(asylum) & decisions["dec_level"].isin(FIRST_INSTANCE) & (decisions["dec_pc"] == "P")
    ]
    sums = rows.groupby(keys, observed=True)[["dec_recognized", "dec_other", "dec_rejected"]].sum().astype(np.float64)
    total = sums.sum(axis=1)
    share: pd.Series[float] = (sums["dec_rejected"] / total)[total >= least]
    return share
