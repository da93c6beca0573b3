"""Flow products to hold forecasts against: our own estimates from the panel, and published ones that a user brings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.backtest.forecast_form import History
from corridor.calendar import PERIODS
from corridor.data.arrays import july_population, net_migration, stocks_known
from corridor.data.rules.filled import GDP_PER_HEAD
from corridor.data.tables.import_notices import TOTAL
from corridor.errors import InputError, Problem
from corridor.estimate.gravity.gravity_floor import label_distance_km
from corridor.estimate.moves.product import period_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.data.panel import Panel


OURS = "moves"
"""Name of our own estimate."""


@dataclass(frozen=True, slots=True)
class FlowProduct(History):
    """A product of flows: its history to the end of its last period, and its name."""

    name: str

    def period(self, start: int) -> int:
        """Return the position of the period that starts in a year.

        Raises
        ------
        InputError
            If no period does.
        """
        if start not in self.starts:
            known = ", ".join(map(str, self.starts))
            fault = f"no period of {self.name} starts in this year"
            raise InputError(Problem(fault, f"Choose one of {known}", value=start))
        return self.starts.index(start)


def panel_product(panel: Panel) -> FlowProduct:
    """Read our own estimate: 1990-95 to 2015-20 and 2020-24, moves a year of all types together."""
    starts, years = tuple(PERIODS), tuple(PERIODS.values())
    flows = np.stack([period_mean(panel, start, length).sum(axis=0) for start, length in PERIODS.items()])
    return _with_covariates(panel, OURS, starts, years, flows)


def published_product(panel: Panel, name: str, frame: pd.DataFrame) -> FlowProduct:
    """Lay published flows over periods out on the 237 areas.

    An area without a row in a period is unknown then; a pair without a row between areas with rows is zero. Totals of
    all areas are left out.

    Parameters
    ----------
    frame : orig, dest, period_start, period_end, persons in the whole period, as `corridor data import flows` keeps it

    Raises
    ------
    InputError
        If the table is by year, holds totals only or several series of a pair, periods overlap or leave a gap, or an
        area is not in the register.
    """
    frame = frame[(frame["orig"] != TOTAL) & (frame["dest"] != TOTAL)]
    periods = _periods(name, frame)
    starts, years = tuple(start for start, _ in periods), tuple(end - start for start, end in periods)
    flows = np.stack([_laid_out(frame[frame["period_start"] == start]) for start in starts])
    per_year = flows / np.array(years, dtype=np.float64)[:, None, None]
    return _with_covariates(panel, name, starts, years, per_year)


def _with_covariates(
    panel: Panel, name: str, starts: tuple[int, ...], years: tuple[int, ...], flows: Floats
) -> FlowProduct:
    """Add what the panel knows of areas and corridors."""
    dates = (*starts, starts[-1] + years[-1])
    return FlowProduct(
        name=name,
        starts=starts,
        years=years,
        flows=flows,
        population=july_population(panel, dates),
        net=net_migration(panel, dates),
        stock=stocks_known(panel, dates),
        income=income_known(panel, dates),
        distance=label_distance_km(),
    )


def income_known(panel: Panel, dates: Sequence[int]) -> Floats:
    """Read product per head as known on each 1 July: [date, area], 2021 dollars at purchasing power parity.

    The figure is the last observed one of a year that had ended; on the first date with figures at all, 1990, that of
    this year. NaN for areas without a figure by then.
    """
    rows = panel.frame("wdi")
    rows = rows[rows["indicator"] == GDP_PER_HEAD]
    table = rows.pivot_table(index="year", columns="area", values="value").reindex(columns=list(codes()))
    first = int(table.index.min())
    latest = table.reindex(range(first, max(*dates, first) + 1)).ffill().to_numpy(dtype=np.float64)
    income = np.full((len(dates), latest.shape[1]), np.nan)
    for place, date in enumerate(dates):
        if date >= first:
            income[place] = latest[max(date - 1 - first, 0)]
    return income


def poisoned(product: FlowProduct, origin: int) -> FlowProduct:
    """Return the product with every value after 1 July of `origin` made NaN: a forecast from there must not notice."""
    known = product.period(origin)
    flows, population = product.flows.copy(), product.population.copy()
    flows[known:], population[known + 1 :] = np.nan, np.nan
    stock, income = product.stock.copy(), product.income.copy()
    stock[known + 1 :], income[known + 1 :] = np.nan, np.nan
    net = product.net.copy()
    net[product.periods_before + known :] = np.nan
    return replace(product, flows=flows, population=population, net=net, stock=stock, income=income)


def _periods(name: str, frame: pd.DataFrame) -> list[tuple[int, int]]:
    columns = ["period_start", "period_end"]
    if not set(columns) <= set(frame) or frame.empty:
        fault = f"{name} has no flows between areas over periods in columns period_start and period_end"
        raise InputError(Problem(fault, "Import flows over periods of several years, not over single years"))
    known = frame[columns].drop_duplicates().sort_values(columns)
    periods = list(zip(known["period_start"].astype(int), known["period_end"].astype(int), strict=True))
    problems = [
        Problem(
            f"a period of {name} does not start where the one before ends",
            "Leave out periods that do not follow each other",
            value=after[0],
        )
        for before, after in pairwise(periods)
        if before[1] != after[0]
    ]
    problems += [
        Problem(
            "no area of the register has this code", "Leave its rows out, or write its ISO alpha-3 code", value=code
        )
        for code in sorted((set(frame["orig"]) | set(frame["dest"])) - set(codes()))
    ]
    problems += _several_series(name, frame)
    if problems:
        raise InputError(problems)
    return periods


def _several_series(name: str, frame: pd.DataFrame) -> Iterator[Problem]:
    """Name the pairs and periods of which a table has more than one row: they differ in definition or source."""
    keys = ["orig", "dest", "period_start", "period_end"]
    for pair in frame.loc[frame.duplicated(keys), keys].drop_duplicates().itertuples(index=False, name=None):
        fault = f"{name} has several series of one pair and period"
        yield Problem(fault, "Import a table with one definition and source", value=", ".join(map(str, pair)))


def _laid_out(rows: pd.DataFrame) -> Floats:
    """Flows of one period as [orig, dest], NaN for areas without a row."""
    position = {code: place for place, code in enumerate(codes())}
    orig, dest = (rows[end].map(position).to_numpy(dtype=np.int64) for end in ("orig", "dest"))
    known = np.unique(np.concatenate([orig, dest]))
    flows = np.full((len(position), len(position)), np.nan)
    flows[np.ix_(known, known)] = 0.0
    flows[orig, dest] = rows["persons"].to_numpy(dtype=np.float64)
    np.fill_diagonal(flows, 0.0)
    return flows
