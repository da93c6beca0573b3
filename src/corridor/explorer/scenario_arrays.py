"""The figures of one scenario as the explorer shows them, from a walk through the run at the medians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.remittances import load_rates, remittances
from corridor.axes import OUTWARD
from corridor.calendar import BASE_YEAR
from corridor.drivers.assembly import central_chance, log_income_of
from corridor.drivers.channels.income import income_paths
from corridor.explorer.container import rounded
from corridor.explorer.past import COARSE, FINE, MIDDLE
from corridor.projection.engine import empty_projection, keep_year
from corridor.projection.gate import Split
from corridor.projection.gating import base_in
from corridor.stored_runs.central import Central

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.drivers.channel import Settings
    from corridor.drivers.lever_gate import Gate
    from corridor.explorer.corridors import KeptCorridors
    from corridor.explorer.past import Arrays
    from corridor.projection.runs import Runs

GROUP = 5
"""Years of an age group."""
DUST = {"remittances": 5000.0, "ages": 1.0}
"""Figure -> difference from the baseline below which it is left out: US dollars, persons; of the others .5 persons."""
SHARE = 0.0005
"""The same as a part of the baseline's figure."""
PARTS = ("legal", "irregular", "unmet")


@dataclass(frozen=True, slots=True)
class Walked:
    """The run of a scenario at the medians.

    Attributes
    ----------
    settings : of the scenario
    central : its figures
    outward : [year, orig, dest], moves out of the birthplace, persons
    gate : corridors with levers; None without any
    splits : what became of demand there, [year, corridor of the gate]; None without a gate
    """

    settings: Settings
    central: Central
    outward: Floats
    gate: Gate | None
    splits: Split | None


def walk_scenario(runs: Runs, settings: Settings) -> Walked:
    """Run the world at the medians of all parameters."""
    driving = runs.driving(settings)
    projection, outward, splits = empty_projection(runs.inputs, runs.baseline.anchor), [], []
    for position, (state, year) in enumerate(runs.follow(driving)):
        keep_year(projection, position, state, year)
        outward.append(year.moves[OUTWARD].copy())
        splits.append(year.split)
    known = [split for split in splits if split is not None]
    split = Split(*(np.stack([getattr(each, name) for each in known]) for name in _FIELDS)) if known else None
    return Walked(settings, Central.of(projection), np.stack(outward), driving.gate, split)


_FIELDS = ("demand", *PARTS, "fees")


@dataclass(frozen=True, slots=True)
class Shown:
    """What all scenarios of an explorer share.

    Attributes
    ----------
    runs : of the world
    kept : corridors
    dates : calendar years on whose 1 January stocks, ages and remittances are shown
    first : the scenario that the others are told as differences from
    """

    runs: Runs
    kept: KeptCorridors
    dates: Sequence[int]
    first: Walked

    def levels(self, walked: Walked) -> dict[str, Floats]:
        """Return name -> figures of a run: persons, or US dollars a year of remittances."""
        at = [date - BASE_YEAR for date in self.dates]
        central, kept = walked.central, self.kept
        ages = np.add.reduceat(central.population[at], np.arange(0, central.population.shape[-1], GROUP), axis=3)
        return {
            "flows": kept.by_year(central.flows),
            "stocks": kept.by_year(central.stocks[at]),
            "remittances": self._remittances(walked, at),
            "ages": ages,
            **{f"areas/{name}": values.T for name, values in central.measures().items()},
        }

    def _remittances(self, walked: Walked, at: Sequence[int]) -> Floats:
        """Remittances from destinations to origins of corridors: [corridor, date], US dollars a year."""
        conditions, panel = self.runs.conditions, self.runs.panel
        (income,) = income_paths(panel, walked.settings.income, (BASE_YEAR,))
        rates = load_rates(panel, self.runs.inputs.stock, income)
        ratio = log_income_of(conditions, walked.settings, walked.settings, central_chance(conditions))[0, at]
        sent = remittances(rates, walked.central.stocks[at], income * np.exp(ratio))
        return self.kept.by_year(sent)

    def arrays(self, walked: Walked, number: int) -> Arrays:
        """Return name -> array of a scenario; scenario 0 is told as levels, later ones as differences from it."""
        found = self.levels(walked)
        if number == 0:
            outward, flows = self.kept.by_year(walked.outward), found["flows"]
            found["outward_share"] = np.divide(outward, flows, out=np.zeros_like(flows), where=flows > 0.0)
        else:
            base = self.levels(self.first)
            found = {name: _difference(values, base[name], DUST.get(name, 0.5)) for name, values in found.items()}
        bits = COARSE if number else FINE
        arrays = {f"s{number}/{name}": rounded(values, bits) for name, values in found.items()}
        return arrays | self._gate_arrays(walked, number)

    def _gate_arrays(self, walked: Walked, number: int) -> Arrays:
        """What becomes of demand in the kept corridors with levers, and the shares of it without them."""
        gate, split = walked.gate, walked.splits
        if gate is None or split is None:
            return {}
        places = self.kept.places(gate.origins, gate.destinations)
        here = np.flatnonzero(places >= 0)
        today = base_in(gate, 0, np.ones(len(places))).split
        name = f"s{number}/gate"
        return {
            f"{name}/corridors": places[here].astype("<u2"),
            f"{name}/irregular_today": rounded(today.irregular[here], FINE),
            f"{name}/unmet_today": rounded(today.unmet[here], FINE),
            **{f"{name}/{part}": rounded(getattr(split, part)[:, here].T, MIDDLE) for part in PARTS},
        }


def _difference(values: Floats, base: Floats, dust: float) -> Floats:
    """Return what a scenario changes, without differences too small to be shown."""
    difference = values - base
    seen: Floats = np.where(np.abs(difference) < np.maximum(dust, SHARE * np.abs(base)), 0.0, difference)
    return seen


def bounds_arrays(bounds: Floats, central: Floats, name: str, number: int) -> Arrays:
    """Return bounds [bound, ..., year] as differences from the run at the medians [..., year]."""
    return {f"s{number}/bounds/{name}": rounded(bounds - central, COARSE)}
