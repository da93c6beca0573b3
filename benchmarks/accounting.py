"""CPU seconds of one period's account for the world, and of plain sweeps for the same two scalings.

Run `python -m benchmarks.accounting FOLDER`; the folder holds stock_start.csv and stock_end.csv (birthplaces in rows,
residences in columns, labels first, gzip allowed with its ending) and births_deaths.csv with columns births, deaths.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.timing import median_cpu_seconds
from corridor.estimate.accounts.accounting import adjusted_stocks, independence, minimum
from corridor.estimate.accounts.natural_change import births_by_birthplace

if TYPE_CHECKING:
    from corridor.axes import Floats

SMALLEST_CHANGE = 1e-6
"""Plain sweeps end when no cell changes by more, persons: the rule of the usual tool, run tight."""
MOST_SWEEPS = 20_000


def plain_sweeps(seed: Floats, rows: Floats, columns: Floats) -> int:
    """Scale rows and columns in turn until nothing changes; return the number of sweeps."""
    table = seed.copy()
    for sweep in range(1, MOST_SWEEPS + 1):
        before = table.copy()
        table *= (rows / table.sum(axis=1))[:, None]
        table *= columns / table.sum(axis=0)
        if abs(table - before).max() < SMALLEST_CHANGE:
            return sweep
    return MOST_SWEEPS


def account(stocks: tuple[Floats, Floats, Floats, Floats]) -> None:
    """Estimate one period under both assumptions."""
    adjusted = adjusted_stocks(*stocks)
    minimum(adjusted)
    independence(adjusted)


def main(folder: Path) -> None:
    """Print the figures."""
    start, end = (pd.read_csv(next(folder.glob(f"stock_{moment}.csv*")), index_col=0) for moment in ("start", "end"))
    events = pd.read_csv(folder / "births_deaths.csv")
    births, deaths = events["births"].to_numpy(dtype=float), events["deaths"].to_numpy(dtype=float)
    stocks = (start.to_numpy(dtype=float), end.to_numpy(dtype=float), births, deaths)

    closed_form = median_cpu_seconds(lambda: account(stocks))
    adjusted = adjusted_stocks(*stocks)
    survivors = stocks[0] * (1 - deaths / stocks[0].sum(axis=0))
    older = stocks[1] - births_by_birthplace(stocks[1], births)
    totals = (survivors.sum(axis=1) + older.sum(axis=1)) / 2
    print(f"{len(births)} areas, both assumptions: {closed_form:.3f} CPU s")
    begin = time.process_time()
    sweeps = [plain_sweeps(stock, totals, stock.sum(axis=0)) for stock in (survivors, older)]
    swept = time.process_time() - begin
    fits = [fit.sweeps for fit in (adjusted.start_fit, adjusted.end_fit) if fit]
    print(f"sweeps for the start and end stock: {fits} here, {sweeps} plain")
    print(f"plain sweeps alone: {swept:.3f} CPU s, {swept / closed_form:.1f} times the whole account")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
