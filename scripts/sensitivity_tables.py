"""Print the tables of docs/results/sensitivity.md from the folder of a run of `corridor sensitivity`.

corridor sensitivity CICA --samples 256 --seed 1 -o FOLDER
python scripts/sensitivity_tables.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from click import echo

from corridor.drivers.registry import TITLES
from corridor.figures.wording import persons

if TYPE_CHECKING:
    from collections.abc import Sequence

BY_CLIMATE = ", by climate"
"""End of the name of an output that is what climate adds."""


def main(folder: Path) -> None:
    """Print the table of outputs, then total indices of moves and of what climate adds."""
    outputs = pd.read_csv(folder / "sensitivity_outputs.csv")
    rows = [
        (row.output, persons(row.mean), persons(row.sd), f"{persons(row.lower_80)} to {persons(row.upper_80)}")
        for row in outputs.itertuples()
    ]
    _print(("output", "mean", "standard deviation", "80 % of runs"), rows)
    totals = pd.read_csv(folder / "sensitivity.csv")
    totals = totals[totals["order"] == "total"]
    added = totals["output"].str.endswith(BY_CLIMATE)
    for of_kind in (totals[~added], totals[added]):
        _print(*_indices(of_kind))


def _indices(totals: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: a parameter a row, those that matter most in any output first; an output a column."""
    names = list(dict.fromkeys(totals["output"]))
    heads = [name.removesuffix(BY_CLIMATE).removeprefix("moves ") for name in names]
    largest = totals.groupby("parameter")["index"].max().sort_values(ascending=False, kind="stable")
    of = totals.set_index(["parameter", "output"])
    rows = [
        [f"{TITLES[parameter]} (`{parameter}`)", *(_worded(of.loc[(parameter, name)]) for name in names)]
        for parameter in largest.index
    ]
    return ["parameter", *heads], rows


def _worded(row: pd.Series[float]) -> str:
    return f"{row['index']:.3f} ({row['lower_95']:.3f} to {row['upper_95']:.3f})"


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown, columns after the first to the right."""
    echo("| " + " | ".join(heads) + " |")
    echo("|---|" + "---:|" * (len(heads) - 1))
    for row in rows:
        echo("| " + " | ".join(row) + " |")
    echo()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
