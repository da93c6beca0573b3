"""The world from which runs start: `corridor.World`, and `corridor.run` for a single run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from corridor.api.arguments import named_as_arguments, path_of
from corridor.api.run import Run, run_of
from corridor.api.scenario import Scenario, scenario_and_settings
from corridor.areas import codes
from corridor.drivers.anchors import ANCHORS, DEFAULT_ANCHOR
from corridor.drivers.assembly import load_conditions
from corridor.errors import InputError, Problem, spelling
from corridor.estimate.world.base_windows import DEFAULT_WINDOW, WINDOWS
from corridor.projection.runs import load_runs
from corridor.reports.request import (
    SEEDS,
    choice_problem,
    draws_problem,
    gathered,
    number_problem,
    whole,
    year_problem,
)
from corridor.scenario.load import load_scenario
from corridor.stored_runs.places import is_remote, place_of
from corridor.stored_runs.question import RunQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from corridor.api.arguments import Settings
    from corridor.projection.runs import Runs

DEFAULT_BASE = DEFAULT_WINDOW
USUAL_WARMING = "surface"
"""The table of warming per degree that a world is loaded with (`Settings.per_degree`)."""


@dataclass(frozen=True, repr=False)
class World:
    """The world on 1 January 2025, with all inputs of its projections; load it once and run it often.

    Attributes
    ----------
    to : the last year of its runs
    anchor : how far net migration follows the UN's medium
    base : past years whose rates of moving continue
    """

    to: int
    anchor: str
    base: str
    _shared: Runs = field(compare=False)

    @classmethod
    def load(cls, *, to: int = 2060, anchor: str = DEFAULT_ANCHOR, base: str = DEFAULT_BASE) -> World:
        """Load the world from the panel that comes with Corridor.

        Parameters
        ----------
        to : last year of the runs, 2026 to 2100
        anchor : "blended" (a mix), "un" (net migration of the UN's medium) or "observed" (constant rates)
        base : past years whose rates continue: "2020-2024", "2010-2024", "2010-2020" or "2015-2024"; or "model", the
            expectation of the corridor model

        Raises
        ------
        InputError : with every fault of the arguments
        """
        with named_as_arguments():
            if problems := list(_world_problems(to, anchor, base)):
                raise InputError(problems)
        from corridor.data.panel import load_panel  # noqa: PLC0415 - wrong arguments are answered before it is read

        return cls(to, anchor, base, load_runs(load_panel(), to, anchor, WINDOWS[base]))

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years of its runs."""
        return self._shared.inputs.years

    @property
    def areas(self) -> tuple[str, ...]:
        """ISO alpha-3 codes of its areas, in the order of all arrays."""
        return codes()

    def run(
        self,
        scenario: str | Path | Scenario = "baseline",
        *,
        settings: Settings | None = None,
        draws: int = 0,
        seed: int = 1,
        corridors: Sequence[tuple[str, str]] = (),
        store: str | Path | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Run:
        """Run the world under a scenario: once with every parameter at its median, and in draws if you ask for them.

        Parameters
        ----------
        scenario, settings : a `Scenario`, the name of a shipped one or a path; and settings that override it
        draws, seed : number of trajectories around the run at the medians, and their seed; the same seed gives the same
            trajectories
        corridors : pairs of ISO codes, origin and destination, whose moves are kept in every draw
        store : folder, or address such as s3://bucket/run, that keeps the run, each batch of draws when it is done; a
            stopped run continues from there, and `corridor.open_run` opens it
        progress : called with the number of draws done since the last call

        Raises
        ------
        InputError : with every fault of the arguments, or because the draws would need too much memory
        """
        with named_as_arguments():
            if problems := _run_problems(
                self.to, scenario, settings, draws=draws, seed=seed, corridors=corridors, store=store
            ):
                raise InputError(problems)
            found = Scenario(*scenario_and_settings(scenario, settings, problems))
            shared = self._shared_under(found)
            pairs = tuple((orig, dest) for orig, dest in corridors)
            question = RunQuestion(
                " ".join([found.name, *found.changes]),
                found.effective,
                self.to,
                self.anchor,
                self.base,
                draws,
                seed,
                pairs,
            )
            if store is None:
                return Run.of(question, shared, found, progress=progress)
            from corridor.stored_runs.computing import compute_run  # noqa: PLC0415 - loads the compiler

            return run_of(compute_run(place_of(store), question, runs=shared, progress=progress))

    def _shared_under(self, scenario: Scenario) -> Runs:
        """Return the shared inputs of runs, with the table of warming per degree that a scenario sets."""
        per_degree, inputs = scenario.effective.settings.per_degree, self._shared.inputs
        if per_degree == USUAL_WARMING:
            return self._shared
        conditions = load_conditions(self._shared.panel, inputs.years, inputs.base.outward, per_degree)
        return replace(self._shared, conditions=conditions)

    def __repr__(self) -> str:
        return f"World of {len(self.areas)} areas, {self.years[0]} to {self.to}, anchor {self.anchor}, base {self.base}"


def run(
    scenario: str | Path | Scenario = "baseline",
    *,
    settings: Settings | None = None,
    to: int = 2060,
    anchor: str = DEFAULT_ANCHOR,
    base: str = DEFAULT_BASE,
    draws: int = 0,
    seed: int = 1,
    corridors: Sequence[tuple[str, str]] = (),
    store: str | Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> Run:
    """Load the world and run it once; parameters are those of `World.load` and `World.run`.

    Raises
    ------
    InputError : with every fault of the arguments
    """
    with named_as_arguments():
        problems = [*_world_problems(to, anchor, base)]
        problems += _run_problems(to, scenario, settings, draws=draws, seed=seed, corridors=corridors, store=store)
        if problems:
            raise InputError(problems)
    world = World.load(to=to, anchor=anchor, base=base)
    return world.run(
        scenario, settings=settings, draws=draws, seed=seed, corridors=corridors, store=store, progress=progress
    )


def _world_problems(to: object, anchor: object, base: object) -> Iterator[Problem]:
    """Yield the faults of the arguments of `World.load`."""
    yield from year_problem("--to", to)
    yield from choice_problem("--anchor", anchor, tuple(ANCHORS))
    yield from choice_problem("--base", base, tuple(WINDOWS))


def _run_problems(
    to: object,
    scenario: object,
    settings: object,
    *,
    draws: object,
    seed: object,
    corridors: object,
    store: object,
) -> list[Problem]:
    """Return the faults of the arguments of `World.run`, for a world that ends in year `to`."""
    problems = [*draws_problem(draws), *number_problem("--seed", seed, SEEDS), *_corridor_problems(corridors)]
    word, changes = scenario_and_settings(scenario, settings, problems)
    if store is not None and not is_remote(str(store)):
        path_of("store", store, problems)
    gathered(problems, lambda: load_scenario(word, changes, last=whole(to)))
    return problems


def _corridor_problems(corridors: object) -> Iterator[Problem]:
    """Yield the corridors that are not pairs of two different areas."""
    remedy = 'Write [("UZB", "KAZ"), ("KGZ", "RUS")]'
    if not isinstance(corridors, (list, tuple)):
        yield Problem("these are not pairs of areas", remedy, column="corridors=", value=corridors)
        return
    for pair in corridors:
        if not (isinstance(pair, (list, tuple)) and len(pair) == 2):
            yield Problem("this is not a pair of areas", remedy, column="corridors=", value=pair)
            continue
        for end in pair:
            if end not in codes():
                yield Problem(
                    "this is not an ISO alpha-3 code of an area",
                    spelling(str(end), codes()),
                    column="corridors=",
                    value=end,
                )
        if pair[0] == pair[1]:
            yield Problem("the corridor leads from an area to itself", remedy, column="corridors=", value=pair[0])
