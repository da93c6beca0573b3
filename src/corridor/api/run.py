"""A run: the projection of the world under a scenario, with labels, comparisons, explanations and a citation."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

import corridor
from corridor.api.arguments import named_as_arguments, path_of, words_of, years_of
from corridor.api.labelled import Labelled
from corridor.api.scenario import Scenario
from corridor.areas import codes, meant
from corridor.axes import AGES, SEXES
from corridor.errors import InputError, Problem
from corridor.reports.request import RANGE, choice_problem
from corridor.stored_runs.central import Central, read_central
from corridor.stored_runs.comparison import Side, Sides, compared
from corridor.stored_runs.exchange.content import Choice
from corridor.stored_runs.places import is_remote
from corridor.stored_runs.run_folder import AGAIN
from corridor.stored_runs.run_folder import open_run as stored_run
from corridor.stored_runs.summaries import OF_DRAWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import xarray as xr

    from corridor.api.answer import Answer
    from corridor.axes import Floats
    from corridor.projection.quantiles import Singles
    from corridor.projection.runs import Runs
    from corridor.stored_runs.question import RunQuestion
    from corridor.stored_runs.run_folder import StoredRun

    Measure = Literal["population", "births", "deaths", "net_migration", "moves_in", "moves_out"]

PERSONS, A_YEAR = "persons", "persons a year"
INTERVALS = {"lower 95 %": 0.025, "lower 80 %": 0.1, "upper 80 %": 0.9, "upper 95 %": 0.975}
"""Name of a bound -> share of draws below it."""


@dataclass(frozen=True, repr=False)
class Run:
    """The projection of the world under a scenario; every array is read-only and labelled.

    Attributes
    ----------
    scenario : the scenario of the run
    folder : where the run is stored; None if it is not
    """

    scenario: Scenario
    folder: str | None
    _question: RunQuestion
    _central: Central = field(compare=False)
    _drawn_values: Callable[[str], Singles] | None = field(compare=False)

    @classmethod
    def of(
        cls,
        question: RunQuestion,
        shared: Runs,
        scenario: Scenario,
        *,
        progress: Callable[[int], object] | None,
    ) -> Run:
        """Run a world in memory; `World.run` checks the arguments."""
        settings, drawn = scenario.effective.settings, None
        if question.draws:
            totals = shared.draws(settings, question.draws, question.seed, corridors=question.ends, progress=progress)
            drawn = partial(getattr, totals)
        return cls(scenario, None, question, Central.of(shared.central(settings)), drawn)

    # The run at the medians

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years."""
        return self._question.years

    @property
    def anchor(self) -> str:
        """How far net migration follows the UN's medium."""
        return self._question.anchor

    @property
    def base(self) -> str:
        """Past years whose rates of moving continue."""
        return self._question.base

    @property
    def draws(self) -> int:
        """Number of trajectories around the run at the medians."""
        return self._question.draws

    @property
    def seed(self) -> int:
        """Seed of the trajectories."""
        return self._question.seed

    @property
    def corridors(self) -> tuple[tuple[str, str], ...]:
        """Corridors whose moves are kept in every draw."""
        return self._question.corridors

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
        return self._labelled("stocks", self._central.stocks, ("date", "birthplace", "residence"), PERSONS)

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
        return self._central.measures()

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
        if self._drawn_values is None or not self.corridors:
            fault = "the run kept no corridors in draws"
            raise InputError(Problem(fault, 'Run it with draws=100, corridors=[("UZB", "KAZ")]'))
        names: list[object] = [f"{orig} to {dest}" for orig, dest in self.corridors]
        axes: dict[str, Sequence[object]] = {
            "draw": range(1, self.draws + 1),
            "year": list(self.years),
            "corridor": names,
        }
        return Labelled("flows", self._drawn_values("moves").astype(np.float64), axes, A_YEAR)

    def interval(self, measure: Measure) -> Labelled:
        """Return bounds of a measure around the run at the medians: [bound, year, area].

        Bounds are "lower 95 %", "lower 80 %", "upper 80 %" and "upper 95 %".

        Raises
        ------
        InputError : the run has no draws, or there is no such measure
        """
        values = np.quantile(self._drawn(measure), list(INTERVALS.values()), axis=0)
        axes: dict[str, Sequence[object]] = {"bound": list(INTERVALS), "year": list(self.years), "area": list(codes())}
        return Labelled(measure, values, axes, PERSONS if measure == "population" else A_YEAR)

    def _drawn(self, measure: str) -> Floats:
        problems = list(choice_problem("measure=", measure, tuple(OF_DRAWS)))
        if self._drawn_values is None:
            problems.append(Problem("the run has no draws", "Run it with draws=100, say"))
        if problems or self._drawn_values is None:
            raise InputError(problems)
        values: Floats = self._drawn_values(OF_DRAWS[measure])[:, : len(self.years)].astype(np.float64)
        return values

    # Tables

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy table of year, area and each measure; with draws, also its bounds of 80 %."""
        import pandas as pd  # noqa: PLC0415 - only tables need it

        years, areas = len(self.years), len(codes())
        columns: dict[str, object] = {"year": np.repeat(self.years, areas), "area": np.tile(codes(), years)}
        for measure, values in self._of_areas.items():
            columns[measure] = values.ravel()
            if self.draws:
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

    def compare(self, other: Run, *, groups: str | Sequence[str] = ()) -> pd.DataFrame:
        """Compare another run with this one, by year, area or corridor, and measure.

        Parameters
        ----------
        groups : groups whose sums are compared as well, such as "CICA"; without their moves in and out, which would
            count the moves between members

        Returns
        -------
        A table with the columns year, area, measure, this, other, difference (other minus this) and percent (of this).
        Rows of moves in corridors that both runs keep have the corridor, such as UZB-KAZ, in the place of the area. If
        both runs have the same draws of one seed, also lower and upper bounds of 80 and 95 % of the difference and of
        the percentage, draw by draw.

        Raises
        ------
        InputError : the other value is not a run, or is a run of another world
        """
        if not isinstance(other, Run):
            raise InputError(Problem("this is not a run", "Give what World.run returned", column="other=", value=other))
        if (other.years, other.anchor, other.base) != (self.years, self.anchor, self.base):
            fault = "the two runs are of different worlds: they differ in years, anchor or base"
            raise InputError(Problem(fault, "Run both scenarios from one World", column="other="))
        problems: list[Problem] = []
        named = [meant(word) for word in words_of("groups", groups, problems, least=0)]
        if problems:
            raise InputError(problems)
        paired = 0 < self.draws == other.draws and self.seed == other.seed
        sides = self._sides(paired=paired), other._sides(paired=paired)
        for name, members in named:
            if len(members) > 1:
                sides = tuple(side.with_group(name, [area.iso3 for area in members]) for side in sides)  # type: ignore[assignment]  # two again
        return compared(*sides, self.years)

    def _sides(self, *, paired: bool) -> Sides:
        """Return measure -> what is compared of this run; the moves of its corridors are the last measure."""
        drawn = self._drawn_values if paired else None
        years, (orig, dest) = len(self.years), self._question.ends
        sides = {
            measure: Side(
                codes(), values, None if drawn is None else partial(_of_years, drawn, OF_DRAWS[measure], years)
            )
            for measure, values in self._of_areas.items()
        }
        names = tuple(f"{a}-{b}" for a, b in self.corridors)
        moves = None if drawn is None else partial(drawn, "moves")
        return Sides({**sides, "moves": Side(names, self._central.flows[:, orig, dest], moves)})

    # Questions and reports

    def explain(self, target: str | list[str], *, draws: int = 0, seed: int = 1) -> Answer:
        """Explain why moves of an area, a group or a corridor change in this run; see `corridor.explain`.

        Raises
        ------
        InputError : with every fault of the arguments, or because the run has another base than the default
        """
        from corridor.api.explain import explain  # noqa: PLC0415 - a run needs no question
        from corridor.api.world import DEFAULT_BASE  # noqa: PLC0415 - a world gives runs

        if self.base != DEFAULT_BASE:
            fault = f"causes are computed for the base {DEFAULT_BASE} alone"
            raise InputError(Problem(fault, "Load the world with that base", value=self.base))
        return explain(target, to=self.years[-1], scenario=self.scenario, anchor=self.anchor, draws=draws, seed=seed)

    def report(self, folder: str | Path, group: str | tuple[str, ...] = "CICA") -> Path:
        """Write the outlook of a group under this run (the brief and its tables), and return the path of the brief.

        Raises
        ------
        InputError : with every fault of the arguments, or because the folder cannot be written to
        """
        from corridor.api.outlook import outlook  # noqa: PLC0415 - a run needs no report

        answer = outlook(group, to=self.years[-1], scenario=self.scenario, anchor=self.anchor, base=self.base)
        return answer.report(folder)

    def export(
        self,
        path: str | Path,
        form: str | None = None,
        *,
        group: str | Sequence[str] = (),
        year: int | Sequence[int] = (),
    ) -> Path:
        """Write the stored run, or a part of it, in a format of other programs, and return the path.

        Parameters
        ----------
        form : "csv", "parquet", "sdmx" or "flowmap" for a folder; "xlsx", "netcdf", "iamc" or "geojson" for a file.
            None for the format of the suffix, and for "csv" where the path has none
        group : areas and groups whose figures and flows are wanted; none for the world
        year : years that are wanted; none for all

        Raises
        ------
        InputError : with every fault of the arguments; the run is not stored, the format cannot hold so much, or the
            system refuses to write
        """
        from corridor.stored_runs.exchange.formats import export_run  # noqa: PLC0415 - a run needs no formats

        problems: list[Problem] = []
        given = path_of("path", path, problems)
        choice = Choice(words_of("group", group, problems, least=0), years_of("year", year, problems))
        if self.folder is None:
            remedy = 'Run it with store="runs/mine", or read it with corridor.open_run'
            problems.append(Problem("only a stored run can be exported", remedy))
        if problems or self.folder is None:
            raise InputError(problems)
        with named_as_arguments():
            return export_run(stored_run(self.folder), given, form, choice)

    def cite(self) -> str:
        """Return a citation of this run, so that others can repeat it."""
        drawn = f", {self.draws} draws of seed {self.seed}" if self.draws else ", medians of all parameters"
        return (
            f"Corridor {corridor.__version__}, run of scenario {self.scenario.title} "
            f"(digest {self.scenario.digest[:12]}), "
            f"{self.years[0]} to {self.years[-1]}, anchor {self.anchor}, base {self.base}{drawn}."
        )

    def __repr__(self) -> str:
        drawn = f"{self.draws} draws of seed {self.seed}" if self.draws else "medians of all parameters"
        moves = self._central.flows.sum(axis=(1, 2))
        return "\n".join(
            [
                f"Run of {self.scenario.title}, {self.years[0]} to {self.years[-1]}: {drawn}",
                f"  moves in the world: {moves[0]:,.0f} in {self.years[0]}, {moves[-1]:,.0f} in {self.years[-1]}",
                "  .flows .population .stocks .births .deaths .net_migration, .interval(measure), .drawn(measure)",
                "  .to_frame() .to_xarray() .compare(other) .explain(target) .report(folder) .export(path) .cite()",
            ]
        )


def _of_years(drawn: Callable[[str], Singles], name: str, years: int) -> Singles:
    """Return an array of the draws without the date after the last year."""
    return drawn(name)[:, :years]


def open_run(folder: str | Path) -> Run:
    """Open a stored run: what `World.run(store=...)` or `corridor run` wrote, in a folder or an object store.

    Figures are read and checked when they are first asked for.

    Raises
    ------
    InputError : there is no run, it is not finished, or a file of it was changed
    """
    problems: list[Problem] = []
    if not is_remote(str(folder)):
        path_of("folder", folder, problems)
    if problems:
        raise InputError(problems)
    return run_of(stored_run(str(folder)))


def run_of(stored: StoredRun) -> Run:
    """Return a finished stored run as a run."""
    central = read_central(stored.place, stored.sums, len(stored.question.years), AGAIN)
    scenario = Scenario.of_text(stored.stated["name"], stored.question.scenario)
    drawn = stored.draws().measure if stored.question.draws else None
    return Run(scenario, stored.place.path(""), stored.question, central, drawn)
