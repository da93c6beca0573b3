"""Populations with intervals: one area or a group, by age and sex, from trajectories of the whole world.

Members of a group are summed in every trajectory, and so is whatever is computed from people: ratios, ages, the year of
the peak. Quantiles come last; those of a group are not the sums of its members' quantiles. Compiled kernels run
underneath: the first run of an installation waits for the compiler.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from corridor.areas import areas, meant
from corridor.axes import AGE, AGES, SEX, SEXES
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.drivers.anchors import ANCHORS, DEFAULT_ANCHOR
from corridor.errors import InputError, Problem
from corridor.projection.batches import in_batches
from corridor.projection.ensemble import MOST_MEMORY, MemoryPlan, plan_ensemble, walk
from corridor.projection.inputs import years_of
from corridor.projection.quantiles import UN_BOUNDS, quantiles
from corridor.projection.runs import load_runs
from corridor.projection.trajectory import MODES
from corridor.reports.population.measures import Peak, cohorts, five_year_groups, measures, peak
from corridor.reports.request import (
    BASELINE,
    SEEDS,
    choice_problem,
    folder_problem,
    gathered,
    number_problem,
    scenario_words,
    whole,
)
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from corridor.areas import Area
    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.drivers.channel import Settings
    from corridor.projection.batches import Progress
    from corridor.projection.engine import Projection
    from corridor.projection.ensemble import Draw, EnsembleWorld
    from corridor.projection.quantiles import Singles
    from corridor.projection.runs import Runs
    from corridor.projection.trajectory import Mode
    from corridor.scenario.effective import EffectiveScenario

VIEWS = ("total", "age", "sex", "year")
"""What the table in the terminal shows; the files hold all of them."""
LEAST_TRAJECTORIES, MOST_TRAJECTORIES = 20, 10_000
"""Of fewer than twenty, bounds of 95 % would be the extremes (a judgement)."""
GENERATIONS = (1960, 1970, 1980, 1990, 2000, 2010, 2020, 2030, 2040, 2050)
"""Years of birth of the people who are followed."""
ALL_SEXES = (*SEXES, "total")


@dataclass(frozen=True, slots=True)
class PopulationRequest:
    """What the user asked for.

    Attributes
    ----------
    name : of the group or the area
    areas : its members today, in the order of the register
    last : the last date is 1 January of this year
    trajectories, seed : how many random futures, and which
    anchor, mode : see `corridor.projection.trajectory`
    scenario : whose channels drive the moves, with the mode `birthplaces`; None without channels
    words : that named the scenario, for the command line

    Raises
    ------
    InputError : a number, the anchor or the mode is none of those that can be asked for
    """

    name: str
    areas: tuple[Area, ...]
    last: int = 2060
    trajectories: int = 200
    seed: int = 1
    anchor: str = DEFAULT_ANCHOR
    mode: Mode = "flows"
    scenario: EffectiveScenario | None = None
    words: str = ""

    def __post_init__(self) -> None:
        problems = [
            *_number_problems(self.last, self.trajectories, self.seed),
            *_choice_problems(self.anchor, self.mode),
        ]
        if self.scenario is not None:
            problems += _mode_problem(self.mode)
        if problems:
            raise InputError(problems)

    @property
    def command(self) -> str:
        """The line that asks for the same."""
        size = f"--trajectories {self.trajectories} --seed {self.seed}"
        ends = f"--anchor {self.anchor} --mode {self.mode}{' ' + self.words if self.words else ''}"
        return f'corridor population "{self.name}" --to {self.last} {size} {ends}'


@dataclass(frozen=True, slots=True)
class GroupTrajectories:
    """Trajectories of a group of areas, persons, single precision.

    Attributes
    ----------
    people : [trajectory, date, sex, age], on 1 January
    births, deaths, net : [trajectory, year], of the years between the dates; net migrants
    """

    people: Singles
    births: Singles
    deaths: Singles
    net: Singles

    @classmethod
    def empty(cls, trajectories: int, years: int) -> GroupTrajectories:
        """Return trajectories to be filled."""
        flows = (np.zeros((trajectories, years), np.float32) for _ in range(3))
        return cls(np.zeros((trajectories, years + 1, len(SEXES), AGES), np.float32), *flows)


@dataclass(frozen=True, slots=True)
class PopulationAnswer:
    """A population with intervals; the first axis [bound]: lower 95 and 80 %, the central run, upper 80 and 95 %.

    Attributes
    ----------
    request : what was asked
    dates : [date], years whose 1 January is meant
    people : [bound, date, sex, group], persons; sexes female, male, both; five-year age groups 0-4, ..., 100+, then all
    measures : name -> [bound, date], see `corridor.reports.population.measures`
    flows : births, deaths, net_migration -> [bound, year], persons; years are the dates but the last
    peak : when the population is largest
    generations : year of birth -> [bound, date], persons born then and living there; nan before birth and from 100 on
    past : [year], persons on 1 July of 1990 to 2024, the UN's estimates
    un : [bound, date], the UN's own, persons; for a group only the median is known, bounds are nan
    """

    request: PopulationRequest
    dates: Integers
    people: Floats
    measures: Mapping[str, Floats]
    flows: Mapping[str, Floats]
    peak: Peak
    generations: Mapping[int, Floats]
    past: Mapping[int, float]
    un: Floats

    @property
    def population(self) -> Floats:
        """Everyone: [bound, date], persons."""
        everyone: Floats = self.people[:, :, -1, -1]
        return everyone


# Asking


def check_population_request(
    group: str,
    *,
    last: int,
    trajectories: int,
    seed: int,
    anchor: str,
    mode: str | None,
    by: str = VIEWS[0],
    folder: Path | None = None,
    scenario: str | None = None,
    settings: Sequence[str] = (),
) -> PopulationRequest:
    """Turn a user's words into a request.

    Parameters
    ----------
    mode : None is `birthplaces` with a scenario, else `flows`
    scenario : name of a shipped scenario or path of a file
    settings : KEY=VALUE, which hold over the scenario; without a scenario, over the baseline

    Raises
    ------
    InputError : with every problem: an unknown group, number, anchor, mode or table, a folder that cannot be written to
    """
    driven = scenario is not None or bool(settings)
    mode = mode or ("birthplaces" if driven else "flows")
    problems = [
        *_number_problems(last, trajectories, seed),
        *_choice_problems(anchor, mode, by),
        *(() if folder is None else folder_problem(folder)),
    ]
    end = None if whole(last) is None else last - 1
    found = gathered(problems, lambda: load_scenario(scenario or BASELINE, settings, last=end)) if driven else None
    target = gathered(problems, lambda: meant(group))
    if driven:
        problems += _mode_problem(mode)
    if problems or target is None:
        raise InputError(problems)
    words = " ".join(scenario_words(scenario, settings))
    return PopulationRequest(*target, last, trajectories, seed, anchor, cast("Mode", mode), found, words)


def _mode_problem(mode: str) -> Iterator[Problem]:
    if mode != "birthplaces":
        fault = "this mode does not know people by birthplace, but channels act on them"
        yield Problem(fault, "Choose --mode birthplaces, or leave out the scenario", column="--mode", value=mode)


def _number_problems(last: object, trajectories: object, seed: object) -> Iterator[Problem]:
    yield from number_problem("--to", last, range(BASE_YEAR + 1, LAST_YEAR + 2))
    yield from number_problem("--trajectories", trajectories, range(LEAST_TRAJECTORIES, MOST_TRAJECTORIES + 1))
    yield from number_problem("--seed", seed, SEEDS)


def _choice_problems(anchor: str, mode: str, by: str = VIEWS[0]) -> Iterator[Problem]:
    for option, word, known in (("--anchor", anchor, tuple(ANCHORS)), ("--mode", mode, MODES), ("--by", by, VIEWS)):
        yield from choice_problem(option, word, known)


# Answering


def load_request(panel: Panel, request: PopulationRequest) -> Runs:
    """Gather what the trajectories of a request share."""
    return load_runs(panel, request.last - 1, request.anchor, per_degree=_settings(request).per_degree)


def _settings(request: PopulationRequest) -> Settings:
    """Settings of the central run: the baseline's where no scenario was asked for."""
    return (request.scenario or load_scenario(BASELINE)).settings


def plan_request(runs: Runs, request: PopulationRequest) -> MemoryPlan:
    """State the memory that a request takes at most.

    Raises
    ------
    InputError : it would take more than `MOST_MEMORY`
    """
    years, gate = len(runs.inputs.years), runs.driving(_settings(request)).gate
    kept = 4 * request.trajectories * (years + 1) * len(SEXES) * AGES
    plan = MemoryPlan(
        plan_ensemble(_world(runs, request), 0, gate=gate).memory + 4 * kept, 0.0
    )  # both sexes and their running sums, twice as fine, stand beside people
    if plan.memory > MOST_MEMORY:
        fault = f"the run would take more than {MOST_MEMORY / 1e9:.2f} GB of memory: {plan}"
        remedy = "Ask for fewer trajectories or years"
        raise InputError(Problem(fault, remedy, column="--trajectories", value=request.trajectories))
    return plan


def _world(runs: Runs, request: PopulationRequest) -> EnsembleWorld:
    return replace(runs.world, mode=request.mode)


def population_answer(
    panel: Panel, request: PopulationRequest, *, runs: Runs | None = None, progress: Progress | None = None
) -> PopulationAnswer:
    """Answer a request: run its trajectories, then take quantiles.

    Parameters
    ----------
    runs : what `load_request` returned; loaded if None
    progress : called with the number of trajectories done since the last call

    Raises
    ------
    InputError : the run would take too much memory
    """
    runs = runs or load_request(panel, request)
    plan_request(runs, request)
    draw = runs.paths(request.seed, None if request.scenario is None else request.scenario.settings)
    members = members_of(request.areas)
    stated = central_group(runs.central(_settings(request)), members)
    group = follow_group(_world(runs, request), draw, members, request.trajectories, progress=progress)
    return summarise(request, group, stated, _past(panel, members), _published(panel, members, request.last))


def central_group(stated: Projection, members: Integers) -> GroupTrajectories:
    """Return the one trajectory of some areas in which every parameter is at its median."""
    by_year = (
        stated.births.sum(axis=2),
        stated.deaths.sum(axis=2),
        stated.net_migration + stated.correction.sum((2, 3)),
    )
    return GroupTrajectories(
        stated.population[:, members].sum(axis=1).astype(np.float32)[None],
        *(values[:, members].sum(axis=1).astype(np.float32)[None] for values in by_year),
    )


def members_of(chosen: Sequence[Area]) -> Integers:
    """Positions of areas on the axes of arrays."""
    positions = {area.iso3: position for position, area in enumerate(areas())}
    return np.array([positions[area.iso3] for area in chosen])


def follow_group(
    world: EnsembleWorld, draw: Draw, members: Integers, trajectories: int, *, progress: Progress | None = None
) -> GroupTrajectories:
    """Run trajectories 0, 1, ... of the world and keep the sums of some areas, by single age.

    Parameters
    ----------
    members : positions of the areas
    """
    group = GroupTrajectories.empty(trajectories, len(world.inputs.years))

    def run(numbers: range) -> None:
        rows = slice(numbers.start, numbers.stop)
        for position, year in enumerate(walk(world, draw(numbers))):
            group.people[rows, position] = year.people[:, members].sum(axis=1)
            if position:
                for name in ("births", "deaths", "net"):
                    getattr(group, name)[rows, position - 1] = getattr(year, name)[:, members].sum(axis=1)

    for _ in in_batches(run, trajectories, progress=progress):
        pass
    return group


def summarise(
    request: PopulationRequest,
    group: GroupTrajectories,
    central: GroupTrajectories,
    past: Mapping[int, float],
    published: Floats,
) -> PopulationAnswer:
    """Take quantiles of trajectories, and the central run in the place of the median.

    Parameters
    ----------
    central : one trajectory, whose figures all commands state
    past : the UN's estimates by year
    published : [bound, date], the UN's projection
    """
    dates = BASE_YEAR + np.arange(group.people.shape[1])
    people, stated = (each.people.sum(axis=SEX, dtype=np.float64) for each in (group, central))
    of_stated, born = measures(stated), cohorts(stated, dates, GENERATIONS)
    return PopulationAnswer(
        request=request,
        dates=dates,
        people=_around(_with_totals(group.people), _with_totals(central.people)),
        measures={name: _around(values, of_stated[name]) for name, values in measures(people).items()},
        flows={
            "births": _around(group.births, central.births),
            "deaths": _around(group.deaths, central.deaths),
            "net_migration": _around(group.net, central.net),
        },
        peak=peak(people.sum(axis=AGE), dates, past),
        generations={year: _around(values, born[year]) for year, values in cohorts(people, dates, GENERATIONS).items()},
        past=past,
        un=published,
    )


def _around(values: Singles | Floats, central: Singles | Floats) -> Floats:
    """Bounds of trajectories [trajectory, ...] around the central run [1, ...]: [bound, ...]."""
    bounds = quantiles(values)
    bounds[UN_BOUNDS.index(0.5)] = central[0]
    return bounds


def _with_totals(people: Singles) -> Floats:
    """Five-year groups [..., sex, group] with both sexes and all ages after them."""
    groups = five_year_groups(people)
    groups = np.concatenate([groups, groups.sum(axis=SEX, keepdims=True)], axis=SEX)
    return np.concatenate([groups, groups.sum(axis=AGE, keepdims=True)], axis=AGE)


def _past(panel: Panel, members: Integers) -> dict[int, float]:
    """Sum the UN's estimates of members on 1 July."""
    years = [int(year) for year in panel.coordinates("population_july", "year") if int(year) < BASE_YEAR]
    persons = years_of(panel, "population_july", years)[:, members].sum(axis=(1, 2, 3))
    return dict(zip(years, persons.tolist(), strict=True))


def _published(panel: Panel, members: Integers, last: int) -> Floats:
    """The UN's medium and, of a single area, its bounds: [bound, date]."""
    dates = range(BASE_YEAR, last + 1)
    found = np.full((len(UN_BOUNDS), len(dates)), np.nan)
    found[UN_BOUNDS.index(0.5)] = years_of(panel, "population_january_total", dates)[:, members].sum(axis=(1, 2))
    if len(members) == 1:
        lower_80, upper_80, lower_95, upper_95 = years_of(panel, "population_bounds", dates)[:, members[0]].T
        found[[1, 3, 0, 4]] = lower_80, upper_80, lower_95, upper_95
    return found
