"""Differences between two runs: levels, absolute and in percent, with intervals draw by draw.

Two runs of one seed have common random numbers: draw n of both has the same fertility, mortality, warming and chance.
So the interval of a difference is that of the differences between draws of one number, which is far narrower than the
difference of intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.areas import areas, meant
from corridor.errors import InputError, Problem
from corridor.projection.quantiles import quantiles
from corridor.stored_runs.summaries import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.projection.quantiles import Singles


LONG = 1e9
"""Persons that are written in millions."""


@dataclass(frozen=True, slots=True)
class Side:
    """A measure of a run.

    Attributes
    ----------
    names : of areas or corridors
    central : [year, name], persons
    drawn : returns [draw, year, name]; None without draws that go with those of the other run
    """

    names: tuple[str, ...]
    central: Floats
    drawn: Callable[[], Singles] | None


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared of a run: measure -> side.

    Attributes
    ----------
    measures : of `OF_DRAWS` by area, and "moves" by corridor
    """

    measures: Mapping[str, Side]

    def with_group(self, name: str, members: Sequence[str]) -> Sides:
        """Return the sides with a group's sums.

        Moves between members would be counted in its moves in and out, so these are left out; the moves within the
        group are there if all its corridors are.
        """
        inside = [f"{orig}-{dest}" for orig in members for dest in members if orig != dest]
        parts = dict.fromkeys(("population", "births", "deaths", "net_migration"), tuple(members))
        if set(inside) <= set(self.measures["moves"].names):
            parts["moves"] = tuple(inside)
        added = {measure: _with_sum(self.measures[measure], name, parts[measure]) for measure in parts}
        return Sides({**self.measures, **added})


def _with_sum(side: Side, name: str, parts: tuple[str, ...]) -> Side:
    """Return a side with the sum of some of its names as one more."""
    known = {each: place for place, each in enumerate(side.names)}
    at, drawn = [known[part] for part in parts], side.drawn

    def with_sum() -> Singles:
        values = drawn() if drawn is not None else np.empty(0, np.float32)
        return np.concatenate([values, values[..., at].sum(axis=-1, keepdims=True, dtype=np.float64)], axis=-1)

    central = np.concatenate([side.central, side.central[:, at].sum(axis=1, keepdims=True)], axis=1)
    return Side((*side.names, name), central, None if drawn is None else with_sum)


def compared(these: Sides, others: Sides, years: Sequence[int]) -> pd.DataFrame:
    """Return year, area, measure, this, other, difference, percent, and bounds of both where draws go together."""
    import pandas as pd  # noqa: PLC0415 - only tables need it

    parts = [_measure(name, this, others.measures[name], years) for name, this in these.measures.items()]
    return pd.concat(parts, ignore_index=True)


def _measure(measure: str, this: Side, other: Side, years: Sequence[int]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - only tables need it

    shared = set(other.names)
    names = [name for name in this.names if name in shared]
    mine, theirs = (_places(side.names, names) for side in (this, other))
    here, there = this.central[:, mine], other.central[:, theirs]
    columns: dict[str, object] = {
        "year": np.repeat(np.array(years), len(names)),
        "area": np.tile(np.array(names, dtype=object), len(years)),
        "measure": measure,
        "this": here.ravel(),
        "other": there.ravel(),
        "difference": (there - here).ravel(),
        "percent": percent(here, there).ravel(),
    }
    if this.drawn is not None and other.drawn is not None:
        one, two = (side.drawn()[..., at].astype(np.float64) for side, at in ((this, mine), (other, theirs)))  # type: ignore[misc]  # both have draws
        for start, values in (("", two - one), ("percent_", percent(one, two))):
            bounds = quantiles(values, tuple(BOUNDS.values()))
            columns |= {f"{start}{name}": bound.ravel() for name, bound in zip(BOUNDS, bounds, strict=True)}
    return pd.DataFrame(columns)


def _places(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    known = {name: place for place, name in enumerate(names)}
    return [known[name] for name in wanted]


def percent(here: Floats, there: Floats) -> Floats:
    """Return differences in percent of the size of the first; nan where the first is 0."""
    found: Floats = np.divide(there - here, np.abs(here), out=np.full_like(here, np.nan), where=here != 0)
    return 100.0 * found


def shown_rows(table: pd.DataFrame, words: Sequence[str], year: int | None) -> dict[str, list[tuple[str, ...]]]:
    """Return title -> rows of areas and groups in a year, as a person reads them; their heads are `heads`.

    Raises
    ------
    InputError : a word means no area and no group, or the table has no such year
    """
    last = int(table["year"].max())
    chosen = last if year is None else year
    if chosen not in set(table["year"]):
        fault = f"the runs have no such year, only {table['year'].min()} to {last}"
        raise InputError(Problem(fault, "Name one of these years", column="--year", value=year))
    here = table[table["year"] == chosen]
    named = {area.iso3: area.short_name for area in areas()}
    found = {}
    for word in words:
        name, members = meant(word)
        key = members[0].iso3 if len(members) == 1 else name
        for scenario, rows in here[here["area"] == key].groupby("scenario", sort=False):
            found[f"{named.get(key, key)}, {chosen}: {scenario}"] = [_worded(row) for row in rows.to_dict("records")]
    return found


def heads(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the heads of shown rows."""
    ranges = ("80 % of draws",) if "lower_80" in table else ()
    return ("", "first run", "this run", "difference", *ranges, "%")


def _worded(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return a row with whole persons, and its difference with the range of 80 %."""
    ranges = (f"{row['lower_80']:+,.0f} to {row['upper_80']:+,.0f}",) if "lower_80" in row else ()
    whole = (_level(row["this"]), _level(row["other"]), f"{row['difference']:+,.0f}")
    measure = "moves within" if row["measure"] == "moves" else str(row["measure"]).replace("_", " ")
    return measure, *whole, *ranges, f"{row['percent']:+.1f}"


def _level(persons: float) -> str:
    """Write a level: whole persons, or thousandths of a million where that would be too wide for a terminal."""
    return f"{persons:,.0f}" if abs(persons) < LONG else f"{persons / 1e6:,.3f} m"
