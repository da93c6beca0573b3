"""What the shipped scenarios of legal pathways give: writes `tests/expected/pathways/NAME.csv`, a file a scenario.

Run it with `python scripts/pathway_expectations.py` after a change that may move results (base flows, priors, levers),
and look at what moved. One deterministic run a scenario, all parameters at their medians, default anchor, to 2035.

Rows: the five corridors of the scenario with most moves in 2035, all its corridors together, the world; in 2026 (before
the levers), 2030 and 2035. Numbers in persons a year: moves of all types and their change against the baseline;
outward moves split into legal and irregular, and unmet demand, with their changes. In the baseline they are split by
the scenario's shares. A scenario without a gate has no split; its corridors are those of the returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import WORLD, codes
from corridor.axes import OUTWARD
from corridor.data.panel import load_panel
from corridor.drivers.assembly import central_chance, driving_of, everything
from corridor.drivers.channel import Settings
from corridor.drivers.levers import corridors_of
from corridor.explain.central import load_central_world
from corridor.projection import DEFAULT_ANCHOR
from corridor.projection.driving import follow_driven
from corridor.projection.gate import base_of
from corridor.scenario import load_scenario
from corridor.scenario.source import shipped_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from corridor.axes import Floats, Integers
    from corridor.drivers.channel import Driving
    from corridor.drivers.levers import Gate
    from corridor.explain.central import CentralWorld
    from corridor.projection.engine import Year
    from corridor.projection.gate import Split

LAST = 2035
YEARS = (2026, 2030, LAST)
LARGEST = 5
ALL = "all"
FOLDER = Path(__file__).resolve().parents[1] / "tests" / "expected" / "pathways"
PARTS = ("legal", "irregular", "unmet")
ENDINGS = ("", "_change")


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


def load() -> CentralWorld:
    """Gather the world."""
    return load_central_world(load_panel(), LAST, DEFAULT_ANCHOR)


def years_of(world: CentralWorld, settings: Settings) -> tuple[dict[int, Year], Driving]:
    """Run the world with settings: the shown years, and what drove them."""
    driving = driving_of(world.conditions, everything(settings), settings, central_chance(world.conditions))
    walked = zip(world.inputs.years, follow_driven(world.inputs, world.baseline, driving), strict=True)
    return {year: happened for year, (_, happened) in walked if year in YEARS}, driving


def run_of(world: CentralWorld, before: dict[int, Year], name: str) -> Run:
    """Run a shipped scenario.

    Parameters
    ----------
    before : the shown years of the baseline
    """
    settings = load_scenario(name).settings
    years, driving = years_of(world, settings)
    if driving.gate is not None:
        return Run((driving.gate.origins, driving.gate.destinations), driving.gate, years, before)
    homeward = np.any([corridors_of(lever, codes()) for lever in settings.levers], axis=0).T
    origins, destinations = np.nonzero(homeward)
    return Run((origins, destinations), None, years, before)


def table_of(run: Run) -> pd.DataFrame:
    """Return the table of a run, one row a year and corridor."""
    import pandas as pd  # noqa: PLC0415 - as everywhere

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
    priors = gate.values  # noqa: PD011 - no data frame
    shares = [
        np.where(np.isnan(stated), priors[f"policy.{name}"][0], stated)
        for stated, name in ((gate.irregular_today, "irregular_share"), (gate.unmet_today, "unmet_share"))
    ]
    return base_of(moves, *shares).split


def main() -> None:
    """Write the table of every scenario."""
    world = load()
    before, _ = years_of(world, Settings())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in pathway_scenarios():
        table = table_of(run_of(world, before, name))
        table.to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n", float_format="%.1f")


if __name__ == "__main__":
    main()
