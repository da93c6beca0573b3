"""Compute a stored run, or what is left of it: draws, the run at the medians, summaries, and the seal."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from corridor.errors import InputError, Problem
from corridor.projection.batches import WORKERS
from corridor.projection.ensemble import MOST_MEMORY, plan_ensemble
from corridor.reports.request import number_problem
from corridor.stored_runs.central import Central, central_bytes, central_files
from corridor.stored_runs.places import LocalPlace, inside
from corridor.stored_runs.run_folder import DRAWN, SCENARIO, StoredRun, begin_run, finish_run, held
from corridor.stored_runs.summaries import summaries
from corridor.stored_runs.tasks import keep_batches, keep_batches_on
from corridor.stored_runs.trajectories import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.projection.batches import Progress
    from corridor.projection.ensemble import MemoryPlan
    from corridor.projection.runs import Runs
    from corridor.stored_runs.places import Place
    from corridor.stored_runs.question import RunQuestion
    from corridor.stored_runs.trajectories import TrajectoryStore

MOST_WORKERS = 256
SPARE = 1.05
"""Share of the planned bytes that must be free on the disk."""


@dataclass(frozen=True, slots=True)
class Workforce:
    """Where the draws of a run are computed.

    Attributes
    ----------
    workers : threads of this process
    cluster : address of a Dask scheduler, or path of a scheduler file; None for this process
    most_memory : bytes that this process may take

    Raises
    ------
    InputError : the number of threads is none from 1 to 256
    """

    workers: int = WORKERS
    cluster: str | None = None
    most_memory: float = MOST_MEMORY

    def __post_init__(self) -> None:
        if problems := list(number_problem("--workers", self.workers, range(1, MOST_WORKERS + 1))):
            raise InputError(problems)


def compute_run(
    place: Place,
    question: RunQuestion,
    *,
    force: Workforce | None = None,
    runs: Runs | None = None,
    tell: Callable[[MemoryPlan], object] | None = None,
    progress: Progress | None = None,
) -> StoredRun:
    """Compute a run into a place, or what is left of it; one that is finished is only opened.

    Parameters
    ----------
    force : where the draws are computed
    runs : the world of the question, if it is loaded
    tell : called with the memory and disk that the run takes, before it starts
    progress : called with the number of draws done since the last call

    Raises
    ------
    InputError : the place holds something else, or is in use; the run would take too much memory or disk; the system
        refuses to write
    """
    with held(place):
        stored = begin_run(place, question)
        if stored.finished is not None:
            return stored
        begun, at = monotonic(), datetime.now(UTC)
        runs = runs or question.runs()
        force = force or Workforce()
        store = _open_draws(stored, runs)
        plan = plan_run(question, runs, force.workers)
        _demand_room(stored, plan, force, store)
        if tell is not None:
            tell(plan)
        threads = _compute_draws(store, stored, runs, force, progress)
        drawn = monotonic()
        central = Central.of(runs.central(question.scenario.settings))
        files = {
            **central_files(central, question.years),
            **summaries(question, central, store),
            SCENARIO: stored.scenario.encode(),
        }
        times = {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "last_begun": at.isoformat(timespec="seconds"),
            "seconds_of_draws": round(drawn - begun, 1),
            "seconds": round(monotonic() - begun, 1),
            "threads": threads,
        }
        return finish_run(stored, files, times)


def _open_draws(stored: StoredRun, runs: Runs) -> TrajectoryStore | None:
    question = stored.question
    if not question.draws:
        return None
    draw = runs.paths(question.seed, question.scenario.settings)
    return open_store(
        inside(stored.place, DRAWN),
        runs.world,
        draw,
        question.draws,
        corridors=question.ends,
        batch=question.batch,
        ages=question.ages,
    )


def _compute_draws(
    store: TrajectoryStore | None, stored: StoredRun, runs: Runs, force: Workforce, progress: Progress | None
) -> int:
    """Compute the draws that are not kept yet; return how many threads did."""
    question = stored.question
    if store is None:
        return 1
    if force.cluster is not None:
        return keep_batches_on(force.cluster, store, question, progress=progress)
    draw = runs.paths(question.seed, question.scenario.settings)
    keep_batches(store, runs.world, draw, corridors=question.ends, workers=force.workers, progress=progress)
    return force.workers


def plan_run(question: RunQuestion, runs: Runs, workers: int = WORKERS) -> MemoryPlan:
    """State the memory and the disk that a run takes, before it starts.

    A batch at a time stands in the memory of each worker; at the end one measure of all draws, twice.
    """
    years, areas = len(question.years), len(runs.inputs.population)
    gate = runs.driving(question.scenario.settings).gate
    sizes = {"batch": question.batch, "workers": workers, "corridors": len(question.corridors)}
    plan = plan_ensemble(runs.world, min(question.draws, question.batch), **sizes, stored=question.ages, gate=gate)
    widest = max(areas, len(question.corridors))
    totals = 4.0 * question.draws * ((years + 1) * areas + 5 * years * areas + years * len(question.corridors))
    groups = 4.0 * question.draws * (years + 1) * areas * 42 * question.ages
    return replace(
        plan,
        memory=plan.memory + 4.0 * 2.0 * question.draws * (years + 1) * widest,
        disk=totals + groups + 1.5 * central_bytes(years),
    )


def _demand_room(stored: StoredRun, plan: MemoryPlan, force: Workforce, store: TrajectoryStore | None) -> None:
    problems = []
    if plan.memory > force.most_memory:
        fault = f"the run would take more than {force.most_memory / 1e9:.2f} GB of memory: {plan}"
        remedy = "Allow more with --memory, or ask for fewer draws, corridors or workers"
        problems.append(Problem(fault, remedy, stored.place.path("")))
    if isinstance(stored.place, LocalPlace):
        left = plan.disk if store is None else plan.disk * len(store.missing) / len(store.batches)
        free = shutil.disk_usage(stored.place.folder).free
        if left * SPARE > free:
            fault = f"the run needs {left / 1e9:.2f} GB more on disk, and {free / 1e9:.2f} GB are free"
            problems.append(Problem(fault, "Free space, or name another folder with -o", stored.place.path("")))
    if problems:
        raise InputError(problems)
