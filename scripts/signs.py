"""Which way each channel moves the flows of the members of CICA; writes `docs/results/signs.md`.

Run it with `python scripts/signs.py [docs/results/signs.md]`: the page to write, where it is wanted; otherwise it is
printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from page_tables import publish

from corridor.analysis.signs import central_run, sign_table
from corridor.areas import members
from corridor.axes import OUTWARD
from corridor.calendar import BASE_YEAR
from corridor.data.panel import load_panel
from corridor.drivers.channel import Settings
from corridor.drivers.channels.network import FEW
from corridor.drivers.registry import CHANNELS
from corridor.drivers.sign_facts import NONE
from corridor.projection.runs import load_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.projection.runs import Runs

YEAR = 2060
CHANGES = ["percent", "at_once", "all_moves"]
NETWORK = frozenset({"network"})
WIDTH = 120
FLOWS = {
    "natives out": "natives' moves out of their birthplace",
    "newcomers in": "moves in of people born elsewhere",
    "returns in": "moves in of people born there",
    "foreign-born out": "moves out of people born elsewhere",
}


def load() -> Runs:
    """Gather the world to the year of the page, anchor observed."""
    return load_runs(load_panel(), YEAR, "observed")


def signs_of(runs: Runs) -> pd.DataFrame:
    """Return the table of the page."""
    return sign_table(runs, sorted(area.iso3 for area in members("CICA")))


def page(runs: Runs, signs: pd.DataFrame) -> str:
    """Return the page."""
    rules = "\n".join(
        fill(f"- **{name}** ({', '.join(channel.acts_on)}): {channel.direction}", WIDTH, subsequent_indent="  ")
        for name, channel in CHANNELS.items()
    )
    tables = "\n\n".join(_section(str(name), rows) for name, rows in signs.groupby("channel", sort=False))
    turned = int((signs["reason"].str.contains("that is")).sum())
    before, after, without = (f"{100 * share:.0f} %" for share in empty_shares(runs))
    networks = fill(
        f"- **Networks of nearly empty corridors.** Corridors with fewer than {FEW:.0f} people in {BASE_YEAR} carry "
        f"{before} of the world's outward moves in {BASE_YEAR} and {after} in {YEAR}; without the channel {without}. "
        "Their base moves are the thin floor under base flows, so signs of network rest on little there.",
        WIDTH,
        subsequent_indent="  ",
    )
    return f"""# The direction in which each channel changes the flows

This page shows the signs of the channels for the 28 members of CICA and explains them. `scripts/signs.py` writes this
page with `corridor.analysis.signs`. A test compares the page with the results, and the reasons with the signs.

## Rules of sign

Log effects are zero in the base year, {BASE_YEAR}. A push acts on an area's departures, a pull on its arrivals, a pair
on one corridor, and back on returns.

{rules}

## Members in {YEAR} under SSP2-4.5, incomes of SSP2

Starting from the full scenario (default settings, anchor observed, central values, all channels except bds and own), we
switch off one channel at a time and run everything again. The sign compares the full run with this run, for the moves
on which the channel acts; 0 means a change by less than {NONE:g} %. *At once* is the effect of the channel in {YEAR} on
the people and stocks of the full run. The rest arose in earlier years: people who moved, their children, and networks
that grew. *All moves* is the change of all moves in, or out. Reasons explain the effect at once. Where the rest
reverses the sign, they say so ({turned} of {len(signs)} rows).

The tables leave out bds and own, because they rest on tables that a user imports, and bds takes the place of the
climate channels ([bds](bds.md)). When exposure or returns are switched off, they stay at the values of {BASE_YEAR}. The
scenario sets no policy.

{tables}

## Weak points

{networks}
- Afghanistan, Palestine and Syria have no published income, so their income follows their subregion.
- Channels add in logarithms, and each is switched off alone. So the changes do not add up to the total change; the
  parts that `corridor explain` shows do.
"""


def _section(name: str, rows: pd.DataFrame) -> str:
    kinds = rows["flow"].unique()
    flows, several = "; ".join(FLOWS[flow] for flow in kinds), len(kinds) > 1
    head = ["area", *(["of"] if several else []), "sign", "%", "at once, %", "all moves, %", "why"]
    lines = [f"### {name}", "", f"Of {flows}.", "", f"| {' | '.join(head)} |"]
    lines.append(f"|:--|{':--|' if several else ''}:-:|--:|--:|--:|:--|")
    for row, changes in zip(rows.itertuples(), rows[CHANGES].to_numpy(dtype=float).round(2) + 0.0, strict=True):
        cells = [str(row.area), *([str(row.flow)] if several else []), str(row.sign)]
        cells += [f"{value:+.2f}" for value in changes]
        lines.append(f"| {' | '.join([*cells, str(row.reason)])} |")
    return "\n".join(lines)


def empty_shares(runs: Runs) -> tuple[float, float, float]:
    """Return the share of nearly empty corridors in outward moves: base year, full run, run without networks."""
    empty = runs.inputs.stock < FEW
    found = [central_run(runs, settings).moves[OUTWARD] for settings in (Settings(), Settings(off=NETWORK))]

    def share(outward: Floats) -> float:
        """Return the share of outward moves that go where hardly anybody of the origin lives."""
        return float(outward[empty].sum() / outward.sum())

    return share(runs.inputs.base.outward), share(found[0]), share(found[1])


def main(words: Sequence[str]) -> None:
    """Print the page, or write it where a word names it."""
    runs = load()
    publish(page(runs, signs_of(runs)), Path(words[0]) if words else None)


if __name__ == "__main__":
    main(sys.argv[1:])
