"""Compute a stored run, or what is left of it: draws, the run at the medians, summaries, and the seal."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from corridor.errors import InputError, Problem
from corridor.projection.batches import WORKERS
from corridor.projection.ensemble import MOST_MEMORY, MemoryPlan, plan_ensemble
from corridor.reports.request import number_problem
from corridor.stored_runs.central import Central, central_bytes, central_files
from corridor.stored_runs.cluster import AHEAD, Cluster, keep_batches_on, reached
from corridor.stored_runs.places import LocalPlace, inside
from corridor.stored_runs.run_folder import DRAWN, SCENARIO, StoredRun, begin_run, finish_run, held
from corridor.stored_runs.summaries import summaries
from corridor.stored_runs.tasks import keep_batches
from corridor.stored_runs.trajectories import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.projection.batches import Progress
    from corridor.projection.runs import Runs
    from corridor.stored_runs.cluster import Crew
    from corridor.stored_runs.places import Place
    from corridor.stored_runs.question import RunQuestion
    from corridor.stored_runs.trajectories import TrajectoryStore

MOST_WORKERS = 256
SPARE = 1.05
"""Share of the planned bytes that must be free on the disk."""
DASK = 60e6
"""Bytes of Dask beside the program, measured."""
TABLES, CENTRALS = 165e6, 2.6
"""Bytes of the packages that write tables, and sizes of the run at the medians that stand in memory, both measured."""
FETCHED = 3
"""Results of a cluster that stand in this process at once: as it comes from the network, read, and as it is written."""


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
    tell: Callable[[MemoryPlan | Crew], object] | None = None,
    progress: Progress | None = None,
) -> StoredRun:
    """Compute a run into a place, or what is left of it; one that is finished is only opened.

    Parameters
    ----------
    force : where the draws are computed
    runs : the world of the question, if it is loaded
    tell : called with the memory and disk that the run takes, before it starts; then with the workers of a cluster
    progress : called with the number of draws done since the last call

    Raises
    ------
    InputError : the place holds something else, or is in use; the run would take too much memory or disk; the system
        refuses to write
    """
    with held(place):
        stored, force = begin_run(place, question), force or Workforce()
        if stored.finished is not None:
            return stored
        begun, at = monotonic(), datetime.now(UTC)
        with reached(force.cluster if question.draws else None, question) as cluster:
            runs = runs or question.runs()
            store = _open_draws(stored, runs)
            plan = plan_run(question, runs, force)
            _demand_room(stored, plan, force, store)
            if tell is not None:
                tell(plan)
            threads = _compute_draws(store, stored, runs, cluster or force, tell=tell, progress=progress)
        drawn = monotonic()
        times = {
            "last_begun": at.isoformat(timespec="seconds"),
            "seconds_of_draws": round(drawn - begun, 1),
            "threads": threads,
        }
        files = _figures(stored, runs, store)
        times |= {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": round(monotonic() - begun, 1)}
        return finish_run(stored, files, times)


def _figures(stored: StoredRun, runs: Runs, store: TrajectoryStore | None) -> dict[str, bytes]:
    """Return the files of a finished run that stand beside the draws."""
    question = stored.question
    central = Central.of(runs.central(question.scenario.settings))
    return {
        **central_files(central, question.years),
        **summaries(question, central, store),
        SCENARIO: stored.scenario.encode(),
    }


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
    store: TrajectoryStore | None,
    stored: StoredRun,
    runs: Runs,
    force: Workforce | Cluster,
    *,
    tell: Callable[[MemoryPlan | Crew], object] | None,
    progress: Progress | None,
) -> int:
    """Compute the draws that are not kept yet; return how many threads did."""
    question = stored.question
    if store is None:
        return 1
    if progress is not None and (former := store.trajectories - sum(map(len, store.missing))):
        progress(former)
    if not store.missing:
        return 1
    if isinstance(force, Cluster):
        return keep_batches_on(force, store, partial(worker_memory, question, runs), tell=tell, progress=progress)
    draw = runs.paths(question.seed, question.scenario.settings)
    keep_batches(store, runs.world, draw, corridors=question.ends, workers=force.workers, progress=progress)
    return force.workers


def plan_run(question: RunQuestion, runs: Runs, force: Workforce | None = None) -> MemoryPlan:
    """State the memory that a run takes in this process, and the disk, before it starts.

    While draws are computed, a batch at a time stands in the memory of each thread, or of those that a cluster sends.
    At the end stand the run at the medians, its files, and one measure of all draws, twice.
    """
    force = force or Workforce()
    years, areas = len(question.years), len(runs.inputs.population)
    kept, central = _draw_bytes(question, areas), central_bytes(years)
    if force.cluster is None:
        drawing, dask = _memory(question, runs, force.workers), 0.0
    else:
        drawing, dask = _memory(question, runs, 0) + FETCHED * question.batch * kept, DASK
    measure = 4.0 * 2.0 * question.draws * (years + 1) * max(areas, len(question.corridors))
    figures = _memory(question, runs, 0) + TABLES + CENTRALS * central + measure
    return MemoryPlan(dask + max(drawing, figures), question.draws * kept + 1.5 * central)


def worker_memory(question: RunQuestion, runs: Runs, threads: int) -> float:
    """State the memory that a worker of a cluster takes; results wait there until they are fetched."""
    waiting = AHEAD * threads * question.batch * _draw_bytes(question, len(runs.inputs.population))
    return _memory(question, runs, threads) + DASK + waiting


def _memory(question: RunQuestion, runs: Runs, threads: int) -> float:
    """Return the bytes of a process with the world of a question, in which threads compute a batch each."""
    gate = runs.driving(question.scenario.settings).gate
    sizes = {"batch": question.batch, "workers": threads, "corridors": len(question.corridors)}
    few = min(question.draws, question.batch)
    return plan_ensemble(runs.world, few, **sizes, stored=question.ages, gate=gate).memory


def _draw_bytes(question: RunQuestion, areas: int) -> float:
    """Return the bytes that are kept of a draw."""
    years = len(question.years)
    totals = (years + 1) * areas + 5 * years * areas + years * len(question.corridors)
    return 4.0 * (totals + (years + 1) * areas * 42 * question.ages)


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
