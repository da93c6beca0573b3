"""What the shipped scenarios of legal pathways give: `tests/expected/pathways/` and the page about it in the docs.

Run it with `python scripts/pathway_expectations.py` after a change that may move results (base flows, priors, levers),
and look at what moved. One deterministic run a scenario, all parameters at their medians, default anchor, to 2035.

Rows: the five corridors of the scenario with most moves in 2035, all its corridors together, the world; in 2026 (before
the levers), 2030 and 2035. Numbers in persons a year: moves of all types and their change against the baseline;
outward moves split into legal and irregular, and unmet demand, with their changes. In the baseline they are split by
the scenario's shares. A scenario without a gate has no split; its corridors are those of the returns. `RANGES` holds
how far the change of moves in 2035 goes when the priors of irregular and of unmet shares are at their ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from page_tables import publish

from corridor.areas import WORLD, codes
from corridor.axes import OUTWARD
from corridor.data.panel import load_panel
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.drivers.channel import Settings
from corridor.drivers.channels.policy import GATE_PARAMETERS
from corridor.drivers.levers import corridors_of
from corridor.projection.gate import base_of
from corridor.projection.runs import load_runs
from corridor.scenario import load_scenario
from corridor.scenario.schema import bounds
from corridor.scenario.source import shipped_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corridor.axes import Floats, Integers
    from corridor.drivers.channel import Driving
    from corridor.drivers.lever_gate import Gate
    from corridor.projection.engine import Year
    from corridor.projection.gate import Split
    from corridor.projection.runs import Runs

LAST = 2035
YEARS = (2026, 2030, LAST)
LARGEST = 5
ALL = "all"
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "expected" / "pathways"
RANGES = ROOT / "tests" / "expected" / "pathway_ranges.csv"
PAGE = ROOT / "docs" / "results" / "pathway-scenarios.md"
VARIED = ("policy.irregular_share", "policy.unmet_share")
PARTS = ("legal", "irregular", "unmet")
ENDINGS = ("", "_change")

INTRODUCTION = f"""\
# Results of the shipped scenarios of legal pathways

Written by `python scripts/pathway_expectations.py`, which also writes the tables by year and corridor in
`tests/expected/pathways/`; a test compares the results with them. [The list of
scenarios](../reference/scenarios.md#shipped-scenarios) describes each scenario and its limits, and [the page on
pathways](../explanation/pathways.md) explains how levers work.

Figures are changes against the baseline in {LAST}, in persons a year, rounded to hundreds. All parameters are at their
medians, and the anchor is {DEFAULT_ANCHOR}. The columns *legal*, *irregular* and *unmet* count people who leave their
birthplace in the corridors of the scenario. *Moves* counts everybody in these corridors, and *world* everybody
everywhere, because people also choose other destinations and return. *At the priors' ends* shows the change of moves
when the share of irregular moves is 2 or 30 %, or the share of unmet demand 10 or 70 %. It is empty where the levers
state these shares themselves, which are no better known, or do not depend on them.

| scenario | title | legal | irregular | unmet | moves | at the priors' ends | world |
|---|---|--:|--:|--:|--:|--:|--:|
"""
CLOSE = """
## How to read it

- **Nearly every size is a judgement** (J): factors on room, shares of kinds, irregular and unmet shares. The model can
  show the direction, and which of two settings matters more.
- **The share of demand that is not met decides how much an opening does**: twice the permits for Korea bring {low}
  moves a year at one end of the priors, {high} at the other. No survey of corridors in Asia is in the panel.
- **People whom a lever adds always move**, whatever the demand. The lever does not show whether they would want to.
- **Closed doors keep fewer people from moving than from moving legally**: some go irregularly, most of them because of
  refusals, whose elasticity was measured in Europe. How many depends most on how many do today.
- **Contract reform in the Gulf changes papers more than numbers**: most of the additional legal moves are of people who
  would have moved anyway.
- **Moves count returns, the split does not.** Short stays, which much of labour migration in Asia is, are in neither.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """The shown years of a scenario and of the baseline.

    Attributes
    ----------
    pair : origins and destinations of the scenario's corridors, positions of areas
    gate : None where no lever needs one
    years, before : calendar year -> what happened, with and without the scenario
    """

    pair: tuple[Integers, Integers]
    gate: Gate | None
    years: dict[int, Year]
    before: dict[int, Year]


def pathway_scenarios() -> list[str]:
    """Return the names of the shipped scenarios that have levers."""
    return [name for name in shipped_names() if load_scenario(name).settings.levers]


def load() -> Runs:
    """Gather the world."""
    return load_runs(load_panel(), LAST)


def years_of(runs: Runs, settings: Settings) -> tuple[dict[int, Year], Driving]:
    """Run the world with settings: the shown years, and what drove them."""
    driving = runs.driving(settings)
    walked = zip(runs.inputs.years, runs.follow(driving), strict=True)
    return {year: happened for year, (_, happened) in walked if year in YEARS}, driving


def run_of(runs: Runs, before: dict[int, Year], name: str, fixed: Mapping[str, float] | None = None) -> Run:
    """Run a shipped scenario.

    Parameters
    ----------
    before : the shown years of the baseline
    fixed : parameters that are not at their medians
    """
    settings = replace(load_scenario(name).settings, fixed=fixed or {})
    years, driving = years_of(runs, settings)
    if driving.gate is not None:
        return Run((driving.gate.origins, driving.gate.destinations), driving.gate, years, before)
    homeward = np.any([corridors_of(lever, codes()) for lever in settings.levers], axis=0).T
    origins, destinations = np.nonzero(homeward)
    return Run((origins, destinations), None, years, before)


def range_of(runs: Runs, before: dict[int, Year], name: str) -> tuple[float, float]:
    """Least and largest change of the moves of all corridors in 2035 over the ends of the two priors, persons."""
    changes = []
    for parameter in GATE_PARAMETERS:
        if parameter.name in VARIED:
            for end in bounds(parameter.prior):
                run = run_of(runs, before, name, {parameter.name: end})
                changes.append(float((run.years[LAST].flows - before[LAST].flows)[run.pair].sum()))
    return round(min(changes), 1), round(max(changes), 1)


def table_of(run: Run) -> pd.DataFrame:
    """Return the table of a run, one row a year and corridor."""
    return pd.DataFrame([row for year in YEARS for row in _rows(run, year)])


def _rows(run: Run, year: int) -> Iterator[dict[str, object]]:
    now, before = (of[year].flows for of in (run.years, run.before))
    moves, change = now[run.pair], (now - before)[run.pair]
    split = _split(run, year)
    for at in np.argsort(-run.years[LAST].flows[run.pair], kind="stable")[:LARGEST]:
        orig, dest = (codes()[area[at]] for area in run.pair)
        parts = {name: value[at] for name, value in split.items()}
        yield {"year": year, "orig": orig, "dest": dest} | _cells(moves[at], change[at], parts)
    parts = {name: value.sum() for name, value in split.items()}
    yield {"year": year, "orig": ALL, "dest": ALL} | _cells(moves.sum(), change.sum(), parts)
    yield {"year": year, "orig": WORLD, "dest": WORLD} | _cells(now.sum(), (now - before).sum(), {})


def _cells(moves: float, change: float, parts: dict[str, float]) -> dict[str, object]:
    """Persons of a row by column, to one decimal; empty where there is no split."""
    persons = {"moves": moves, "change": change, **parts}
    rounded = {name: round(float(value), 1) + 0.0 for name, value in persons.items()}  # no negative zero
    return dict.fromkeys(("moves", "change", *(f"{part}{ending}" for part in PARTS for ending in ENDINGS))) | rounded


def _split(run: Run, year: int) -> dict[str, Floats]:
    """Legal, irregular and unmet, and their changes: part -> [corridor], persons; nothing without a gate."""
    now = run.years[year].split
    if run.gate is None or now is None:
        return {}
    before = _usual(run.gate, run.before[year].moves[OUTWARD][run.pair])
    changes = {f"{part}_change": getattr(now, part) - getattr(before, part) for part in PARTS}
    return {part: getattr(now, part) for part in PARTS} | changes


def _usual(gate: Gate, moves: Floats) -> Split:
    """Split the baseline's outward moves as the gate would if no lever worked."""
    priors = gate.values
    shares = [
        np.where(np.isnan(stated), priors[f"policy.{name}"][0], stated)
        for stated, name in ((gate.irregular_today, "irregular_share"), (gate.unmet_today, "unmet_share"))
    ]
    return base_of(moves, *shares).split


def page(tables: Mapping[str, pd.DataFrame], ranges: Mapping[str, tuple[float, float]]) -> str:
    """Return the page on what the scenarios give, from their tables and ranges."""
    lines = []
    for name, table in tables.items():
        rows = table[table["year"] == LAST].set_index("orig")
        columns = ["change", *(f"{part}_change" for part in PARTS)]
        moves, *split = (_hundreds(value) for value in rows.loc[ALL, columns])
        low, high = (_hundreds(end) for end in ranges[name])
        reach = "" if low == high else f"{low} to {high}"
        world = _hundreds(rows.loc[WORLD, "change"])
        title = load_scenario(name).title
        lines.append(f"| `{name}` | {title} | {' | '.join((*split, moves, reach, world))} |\n")
    low, high = (_hundreds(end) for end in ranges["korea-eps-doubled"])
    return INTRODUCTION + "".join(lines) + CLOSE.format(low=low, high=high)


def _hundreds(persons: float) -> str:
    return "" if np.isnan(persons) else f"{round(persons / 100) * 100:+,d}"


def main() -> None:
    """Write the table of every scenario, the ranges and the page."""
    runs = load()
    before, _ = years_of(runs, Settings())
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = pathway_scenarios()
    for name in names:
        table = table_of(run_of(runs, before, name))
        table.to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n", float_format="%.1f")
    ranges = {name: range_of(runs, before, name) for name in names}
    frame = pd.DataFrame.from_dict(ranges, orient="index", columns=["least", "largest"])
    frame.to_csv(RANGES, index_label="scenario", lineterminator="\n", float_format="%.1f")
    tables = {name: pd.read_csv(FOLDER / f"{name}.csv") for name in names}
    publish(page(tables, ranges), PAGE)


if __name__ == "__main__":
    main()
