"""Make the records of Corridor's own results in `tests/expected`: python -m tests.expected.make_results [NAME ...]

Each is a small table of what Corridor computed on a day when its tests agreed with the references. A test compares
with them, so that no change of results passes unseen; after a change that is meant, make them anew and say why in the
commit.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes, index
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.drivers.channels.bds import COLUMNS, MENDED, PUBLISHED, Parameters, solve_all, world_table
from corridor.drivers.channels.bds_tables import world_of
from corridor.drivers.channels.slow_onset import hoffmann_beta, load_slow_onset
from corridor.drivers.country_warming import country_warming, load_warming_per_degree
from corridor.drivers.damages import FAMILIES, load_base_temperature, log_income_ratio
from corridor.drivers.parameters import central_values
from corridor.drivers.registry import CHANNELS
from corridor.drivers.temperature import PATHWAYS, global_warming, warming_since_reference
from corridor.estimate.measures.scores import score_table
from corridor.estimate.world.base_windows import DEFAULT_WINDOW
from corridor.reports.outlook.answer import Outlook, compute_outlook, group_moves, largest_corridors
from corridor.reports.request import check_request
from tests.bds_tables import small_tables
from tests.expected.writing import write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from corridor.data.panel import Panel

FOLDER = Path(__file__).parent
PLACES = ("AFG", "BGD", "CAN", "CHN", "IND", "KAZ", "NGA", "RUS", "TJK", "USA")
YEARS = (2025, 2050, 2075, 2100)
CORRIDORS = 20


def default_outlook(panel: Panel) -> Outlook:
    """Return what `corridor outlook` computes where nothing else is asked."""
    return compute_outlook(panel, check_request("CICA", 2060, DEFAULT_ANCHOR, DEFAULT_WINDOW, Path()))


def outlook_totals(outlook: Outlook) -> pd.DataFrame:
    """Return moves in, out and within and people of the world and of CICA, a row a group and year."""
    world = replace(outlook, member=np.ones_like(outlook.member))
    groups = {"World": group_moves(world), "CICA": group_moves(outlook)}
    return pd.concat(
        pd.DataFrame(
            {
                "group": name,
                "year": outlook.projection.years,
                "moves_in": moves.inward,
                "moves_out": moves.outward,
                "moves_within": moves.within,
                "population": moves.population,
            }
        )
        for name, moves in groups.items()
    )


def outlook_corridors(outlook: Outlook) -> pd.DataFrame:
    """Return the largest corridors of the last year, in the order of their codes: near equals may change places."""
    pairs = sorted(largest_corridors(outlook.later, CORRIDORS))
    ends = [(codes()[orig], codes()[dest], outlook.later[orig, dest]) for orig, dest in pairs]
    return pd.DataFrame(ends, columns=["orig", "dest", "persons"])


def warming(panel: Panel) -> pd.DataFrame:
    """Return global warming by pathway and year at three percentiles, K above 1850-1900."""
    found = {each: global_warming(panel, each, YEARS, np.array([10.0, 50.0, 90.0])) for each in PATHWAYS}
    return pd.concat(
        pd.DataFrame({"pathway": name, "year": YEARS, "p10": rows[0], "p50": rows[1], "p90": rows[2]})
        for name, rows in found.items()
    )


def damages(panel: Panel) -> pd.DataFrame:
    """Return the log change of income by family of damages and area under SSP3-7.0, each year against the first."""
    draws = central_values([each for channel in CHANNELS.values() for each in channel.parameters], {})
    since = warming_since_reference(panel, "SSP3-7.0", YEARS, np.array([50.0]))
    per_degree = load_warming_per_degree(panel).mean[None]
    at = [index(code) for code in PLACES]
    local = country_warming(per_degree, since)[..., at]
    base = load_base_temperature(panel)[at]
    changes = {family: log_income_ratio(family, base, local, draws)[0] for family in FAMILIES}
    return pd.concat(
        pd.DataFrame({"family": family, "area": PLACES, "2050": found[1], "2100": found[3]})
        for family, found in changes.items()
    )


def slow_onset(panel: Panel) -> pd.DataFrame:
    """Return what a standard deviation of warming adds to log emigration (Hoffmann) by area."""
    today = load_slow_onset(panel)
    draws = central_values([each for channel in CHANNELS.values() for each in channel.parameters], {})
    groups = (today.low_income, today.lower_middle, today.upper_middle, today.agricultural, today.conflict)
    beta = hoffmann_beta(*(group[[index(code) for code in PLACES]] for group in groups), draws=draws)[0]
    return pd.DataFrame({"area": PLACES, "beta": beta})


def scores(_panel: Panel) -> pd.DataFrame:
    """Return the measures of agreement of two made-up estimates with made-up reports."""
    random, count = np.random.default_rng(9), 120
    reported = np.rint(random.lognormal(5, 2, count))
    cells = pd.DataFrame({"orig": random.choice(list("ABCDEF"), count), "dest": random.choice(list("UVWXYZ"), count)})
    cells = cells.assign(period=random.choice([2010, 2015], count), reported=reported)
    cells["population"] = random.uniform(1e6, 9e7, count)
    cells["near"], cells["far"] = (reported * random.lognormal(0, spread, count) for spread in (0.3, 2.0))
    return score_table(cells, ["near", "far"])


def bds(_panel: Panel) -> pd.DataFrame:
    """Return all cells of the world model on its small world, as published, mended and changed one thing at a time."""
    world = world_of(small_tables())
    variants: dict[str, Parameters] = {
        "published": PUBLISHED,
        "mended": MENDED,
        "own flood": replace(PUBLISHED, own_flood=True),
        "own schooling": replace(PUBLISHED, own_schooling=True),
        "causal share": replace(PUBLISHED, causal_share=1.0),
        "no internal ratio": replace(PUBLISHED, internal_ratio_high=None),
        "chi": replace(PUBLISHED, chi=0.0),
        "all arrive": replace(PUBLISHED, all_arrive=True),
    }
    tables = {name: world_table(solve_all(world, each), world.north) for name, each in variants.items()}
    rows = pd.concat(table.assign(variant=name) for name, table in tables.items())
    return rows[["variant", "scenario", "year", *COLUMNS, "Total"]]


RESULTS: Mapping[str, Callable[[Panel], pd.DataFrame]] = {
    "outlook": lambda panel: outlook_totals(default_outlook(panel)),
    "outlook_corridors": lambda panel: outlook_corridors(default_outlook(panel)),
    "warming": warming,
    "damages": damages,
    "slow_onset": slow_onset,
    "scores": scores,
    "bds": bds,
}
"""The name of each record, and how it is computed."""


def main() -> None:
    """Write the records that the command line names, or all."""
    from corridor.data.panel import load_panel

    panel = load_panel()
    for name in sys.argv[1:] or RESULTS:
        write(FOLDER / f"{name}.csv", RESULTS[name](panel))


if __name__ == "__main__":
    main()
