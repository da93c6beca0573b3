"""A run: the projection of the world under a scenario, with labels, comparisons, explanations and a citation."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

import corridor
from corridor.api.labelled import Labelled
from corridor.areas import codes, index
from corridor.axes import AGES, SEXES
from corridor.errors import InputError, Problem
from corridor.reports.request import RANGE, choice_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import xarray as xr

    from corridor.api.answer import Answer
    from corridor.api.scenario import Scenario
    from corridor.api.world import World
    from corridor.axes import Floats
    from corridor.projection.engine import Projection
    from corridor.projection.ensemble import Totals
    from corridor.projection.runs import Runs

    Measure = Literal["population", "births", "deaths", "net_migration", "moves_in", "moves_out"]

PERSONS, A_YEAR = "persons", "persons a year"
OF_DRAWS = {
    "population": "population",
    "births": "births",
    "deaths": "deaths",
    "net_migration": "net",
    "moves_in": "moves_in",
    "moves_out": "moves_out",
}
"""Measure by area and year -> field of `Totals`."""
BOUNDS = {"lower 95 %": 0.025, "lower 80 %": 0.1, "upper 80 %": 0.9, "upper 95 %": 0.975}
"""Name of a bound -> share of draws below it."""


@dataclass(frozen=True, repr=False)
class Run:
    """The projection of the world under a scenario; every array is read-only and labelled.

    Attributes
    ----------
    world : the world of the run
    scenario : the scenario of the run
    draws, seed : number of trajectories around the run at the medians, and their seed
    corridors : corridors whose moves are kept in every draw
    """

    world: World
    scenario: Scenario
    draws: int
    seed: int
    corridors: tuple[tuple[str, str], ...]
    _central: Projection = field(compare=False)
    _totals: Totals | None = field(compare=False)

    @classmethod
    def of(
        cls,
        world: World,
        shared: Runs,
        scenario: Scenario,
        draws: int,
        seed: int,
        *,
        corridors: tuple[tuple[str, str], ...],
        store: Path | None,
        progress: Callable[[int], object] | None,
    ) -> Run:
        """Run a world; `World.run` checks the arguments."""
        settings, totals = scenario.effective.settings, None
        if draws:
            ends = [np.array([index(pair[end]) for pair in corridors], np.int64) for end in (0, 1)]
            totals = shared.draws(settings, draws, seed, corridors=(ends[0], ends[1]), store=store, progress=progress)
        return cls(world, scenario, draws, seed, corridors, shared.central(settings), totals)

    # The run at the medians

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years."""
        return self.world.years

    @cached_property
    def flows(self) -> Labelled:
        """Moves in each year: [year, orig, dest], persons a year."""
        return self._labelled("flows", self._central.flows, ("year", "orig", "dest"))

    @cached_property
    def population(self) -> Labelled:
        """People on 1 January: [year, area, sex, age], persons; the last age is 100 and older."""
        return self._labelled("population", self._central.population, ("date", "area", "sex", "age"), PERSONS)

    @cached_property
    def stocks(self) -> Labelled:
        """People by birthplace on 1 January: [year, birthplace, residence], persons; natives are on the diagonal."""
        return self._labelled("stocks", self._central.stock, ("date", "birthplace", "residence"), PERSONS)

    @cached_property
    def births(self) -> Labelled:
        """Births in each year: [year, area, sex], persons a year."""
        return self._labelled("births", self._central.births, ("year", "area", "sex"))

    @cached_property
    def deaths(self) -> Labelled:
        """Deaths in each year, by cohort: [year, area, sex], persons a year."""
        return self._labelled("deaths", self._central.deaths, ("year", "area", "sex"))

    @cached_property
    def net_migration(self) -> Labelled:
        """Immigrants minus emigrants in each year: [year, area], persons a year."""
        return self._labelled("net_migration", self._of_areas["net_migration"], ("year", "area"))

    @cached_property
    def _of_areas(self) -> Mapping[str, Floats]:
        """Measure -> [year, area] of the run at the medians; population is at the beginning of the year."""
        central = self._central
        return {
            "population": central.population[:-1].sum(axis=(2, 3)),
            "births": central.births.sum(axis=2),
            "deaths": central.deaths.sum(axis=2),
            "net_migration": central.net_migration + central.correction.sum(axis=(2, 3)),
            "moves_in": central.flows.sum(axis=1),
            "moves_out": central.flows.sum(axis=2),
        }

    def _labelled(self, name: str, values: Floats, axes: tuple[str, ...], unit: str = A_YEAR) -> Labelled:
        labels: dict[str, list[object]] = {
            "year": list(self.years),
            "date": [*self.years, self.years[-1] + 1],
            "sex": list(SEXES),
            "age": list(range(AGES)),
        }
        known = {("year" if axis == "date" else axis): labels.get(axis, list(codes())) for axis in axes}
        return Labelled(name, values, known, unit)

    # Draws

    def drawn(self, measure: Measure) -> Labelled:
        """Return a measure in every draw: [draw, year, area], persons or persons a year.

        Raises
        ------
        InputError : the run has no draws, or there is no such measure
        """
        values = self._drawn(measure)
        axes: dict[str, Sequence[object]] = {
            "draw": range(1, self.draws + 1),
            "year": list(self.years),
            "area": list(codes()),
        }
        return Labelled(measure, values, axes, PERSONS if measure == "population" else A_YEAR)

    def drawn_flows(self) -> Labelled:
        """Return moves of the run's `corridors` in every draw: [draw, year, corridor], persons a year.

        Raises
        ------
        InputError : the run has no draws, or kept no corridors
        """
        if self._totals is None or not self.corridors:
            fault = "the run kept no corridors in draws"
            raise InputError(Problem(fault, 'Run it with draws=100, corridors=[("UZB", "KAZ")]'))
        names: list[object] = [f"{orig} to {dest}" for orig, dest in self.corridors]
        axes: dict[str, Sequence[object]] = {
            "draw": range(1, self.draws + 1),
            "year": list(self.years),
            "corridor": names,
        }
        return Labelled("flows", self._totals.moves.astype(np.float64), axes, A_YEAR)

    def interval(self, measure: Measure) -> Labelled:
        """Return bounds of a measure around the run at the medians: [bound, year, area].

        Bounds are "lower 95 %", "lower 80 %", "upper 80 %" and "upper 95 %".

        Raises
        ------
        InputError : the run has no draws, or there is no such measure
        """
        values = np.quantile(self._drawn(measure), list(BOUNDS.values()), axis=0)
        axes: dict[str, Sequence[object]] = {"bound": list(BOUNDS), "year": list(self.years), "area": list(codes())}
        return Labelled(measure, values, axes, PERSONS if measure == "population" else A_YEAR)

    def _drawn(self, measure: str) -> Floats:
        problems = list(choice_problem("measure=", measure, tuple(OF_DRAWS)))
        if self._totals is None:
            problems.append(Problem("the run has no draws", "Run it with draws=100, say"))
        if problems or self._totals is None:
            raise InputError(problems)
        values: Floats = getattr(self._totals, OF_DRAWS[measure])[:, : len(self.years)].astype(np.float64)
        return values

    # Tables

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy table of year, area and each measure; with draws, also its bounds of 80 %."""
        import pandas as pd  # noqa: PLC0415 - only tables need it

        years, areas = len(self.years), len(codes())
        columns: dict[str, object] = {"year": np.repeat(self.years, areas), "area": np.tile(codes(), years)}
        for measure, values in self._of_areas.items():
            columns[measure] = values.ravel()
            if self._totals is not None:
                low, high = np.quantile(self._drawn(measure), RANGE, axis=0)
                columns |= {f"{measure}_lower_80": low.ravel(), f"{measure}_upper_80": high.ravel()}
        return pd.DataFrame(columns)

    def to_xarray(self) -> xr.Dataset:
        """Return flows, population, stocks, births and deaths of the run at the medians as one `xarray.Dataset`."""
        import xarray as xr  # noqa: PLC0415 - only this format needs it

        parts = {"flows": self.flows, "births": self.births, "deaths": self.deaths}
        dated = {"population": self.population, "stocks": self.stocks}  # one date more than there are years
        arrays = {name: part.to_xarray() for name, part in parts.items()}
        arrays |= {name: part.to_xarray().rename(year="date") for name, part in dated.items()}
        return xr.Dataset(arrays, attrs={"title": repr(self).splitlines()[0], "source": self.cite()})

    def compare(self, other: Run) -> pd.DataFrame:
        """Compare another run with this one, by year, area and measure.

        Returns
        -------
        A table with the columns year, area, measure, this, other, difference (other minus this) and percent (of this).
        If both runs have the same draws of one seed, also lower_80 and upper_80 of the difference, draw by draw.

        Raises
        ------
        InputError : the other value is not a run, or is a run of another world
        """
        import pandas as pd  # noqa: PLC0415 - only tables need it

        if not isinstance(other, Run):
            raise InputError(Problem("this is not a run", "Give what World.run returned", column="other=", value=other))
        if (other.years, other.world.anchor, other.world.base) != (self.years, self.world.anchor, self.world.base):
            remedy = "Run both scenarios from one World"
            raise InputError(Problem("the two runs are of different worlds", remedy, column="other="))
        paired = 0 < self.draws == other.draws and self.seed == other.seed
        parts = []
        for measure, here in self._of_areas.items():
            there = other._of_areas[measure]
            columns: dict[str, object] = {
                "year": np.repeat(self.years, len(codes())),
                "area": np.tile(codes(), len(self.years)),
                "measure": measure,
                "this": here.ravel(),
                "other": there.ravel(),
                "difference": (there - here).ravel(),
                "percent": 100.0
                * np.divide(there - here, here, out=np.full_like(here, np.nan), where=here != 0).ravel(),
            }
            if paired:
                apart = other._drawn(measure) - self._drawn(measure)
                low, high = np.quantile(apart, RANGE, axis=0)
                columns |= {"lower_80": low.ravel(), "upper_80": high.ravel()}
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True)

    # Questions and reports

    def explain(self, target: str | list[str], *, draws: int = 0, seed: int = 1) -> Answer:
        """Explain why moves of an area, a group or a corridor change in this run; see `corridor.explain`.

        Raises
        ------
        InputError : with every fault of the arguments, or because the run has another base than the default
        """
        from corridor.api.explain import explain  # noqa: PLC0415 - a run needs no question
        from corridor.api.world import DEFAULT_BASE  # noqa: PLC0415 - a world gives runs

        if self.world.base != DEFAULT_BASE:
            fault = f"causes are computed for the base {DEFAULT_BASE} alone"
            raise InputError(Problem(fault, "Load the world with that base", value=self.world.base))
        return explain(
            target, to=self.world.to, scenario=self.scenario, anchor=self.world.anchor, draws=draws, seed=seed
        )

    def report(self, folder: str | Path, group: str | tuple[str, ...] = "CICA") -> Path:
        """Write the outlook of a group under this run (the brief and its tables), and return the path of the brief.

        Raises
        ------
        InputError : with every fault of the arguments, or because the folder cannot be written to
        """
        from corridor.api.outlook import outlook  # noqa: PLC0415 - a run needs no report

        world = self.world
        answer = outlook(group, to=world.to, scenario=self.scenario, anchor=world.anchor, base=world.base)
        return answer.report(folder)

    def cite(self) -> str:
        """Return a citation of this run, so that others can repeat it."""
        drawn = f", {self.draws} draws of seed {self.seed}" if self.draws else ", medians of all parameters"
        return (
            f"Corridor {corridor.__version__}, run of scenario {self.scenario.title} "
            f"(digest {self.scenario.digest[:12]}), "
            f"{self.years[0]} to {self.years[-1]}, anchor {self.world.anchor}, base {self.world.base}{drawn}."
        )

    def __repr__(self) -> str:
        drawn = f"{self.draws} draws of seed {self.seed}" if self.draws else "medians of all parameters"
        moves = self._central.flows.sum(axis=(1, 2))
        return "\n".join(
            [
                f"Run of {self.scenario.title}, {self.years[0]} to {self.years[-1]}: {drawn}",
                f"  moves in the world: {moves[0]:,.0f} in {self.years[0]}, {moves[-1]:,.0f} in {self.years[-1]}",
                "  .flows .population .stocks .births .deaths .net_migration, .interval(measure), .drawn(measure)",
                "  .to_frame() .to_xarray() .compare(other) .explain(target) .report(folder) .cite()",
            ]
        )
