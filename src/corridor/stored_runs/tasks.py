"""The tasks of a run: a batch of draws each, on threads of this process or on a Dask cluster, kept as soon as done.

What comes out of a task depends on the question and the numbers of its draws only: not on where it runs, nor on which
others ran before it.
"""

from __future__ import annotations

import pickle
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from corridor.errors import InputError, Problem
from corridor.projection.batches import WORKERS, in_order, one_thread
from corridor.projection.ensemble import NO_CORRIDORS, run_batch
from corridor.stored_runs.question import inputs_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corridor.projection.batches import Progress
    from corridor.projection.ensemble import Corridors, Draw, EnsembleWorld, Totals
    from corridor.projection.quantiles import Singles
    from corridor.stored_runs.question import RunQuestion
    from corridor.stored_runs.trajectories import TrajectoryStore

    Kept = tuple[Totals, Singles | None]

_loading = Lock()
PATIENCE = 20
"""Seconds in which a cluster has to answer."""
SLOW_MALLOC = "MALLOC_TRIM_THRESHOLD_"
"""Set by Dask's nanny for its workers: it makes large arrays of short life some five times slower."""


def keep_batches(
    store: TrajectoryStore,
    world: EnsembleWorld,
    draw: Draw,
    *,
    corridors: Corridors = NO_CORRIDORS,
    workers: int = WORKERS,
    progress: Progress | None = None,
) -> None:
    """Compute the batches that a store lacks on threads of this process; each is kept as soon as it is done.

    Parameters
    ----------
    corridors : whose moves are kept
    workers : threads; their number may not change a result
    progress : called with the number of draws done since the last call, those of former sessions first
    """

    def keep(numbers: range) -> int:
        store.write(numbers, *run_batch(world, draw, numbers, corridors, by_age=store.by_ages))
        return len(numbers)

    _tell_former(store, progress)
    for done in in_order(keep, store.missing, workers):
        if progress is not None:
            progress(done)


def _tell_former(store: TrajectoryStore, progress: Progress | None) -> None:
    former = store.trajectories - sum(map(len, store.missing))
    if progress is not None and former:
        progress(former)


def keep_batches_on(
    cluster: str, store: TrajectoryStore, question: RunQuestion, *, progress: Progress | None = None
) -> int:
    """Compute the batches that a store lacks on a Dask cluster, and return the number of its worker threads.

    Parameters
    ----------
    cluster : address of the scheduler, such as tcp://10.0.0.5:8786, or path of a scheduler file

    Raises
    ------
    InputError : Dask is not installed, the cluster cannot be reached or was lost, or its workers have other data
    """
    _tell_former(store, progress)
    with _client(cluster) as client:
        threads = sum(client.nthreads().values())
        _demand_fast_malloc(client)
        asked = pickle.dumps((question, inputs_now()))
        for numbers, kept in _on_cluster(client, asked, store.missing):
            store.write(numbers, *kept)
            if progress is not None:
                progress(len(numbers))
    return int(threads)


def _on_cluster(client: Any, asked: bytes, batches: list[range]) -> Iterator[tuple[range, Kept]]:  # noqa: ANN401 - dask is imported late
    from distributed import as_completed  # noqa: PLC0415 - an extra

    futures = {client.submit(run_task, asked, numbers, pure=False): numbers for numbers in batches}
    waiting = as_completed(futures)
    for future in waiting:
        kept: Kept = future.result()
        yield futures.pop(future), kept
        del kept, future  # the cluster keeps a result as long as somebody names it


@contextmanager
def _client(cluster: str) -> Iterator[Any]:
    """Yield a client of a cluster; whatever Dask says of its network becomes one report."""
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
        from distributed.client import FutureCancelledError  # noqa: PLC0415 - an extra
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra
    except ImportError as error:
        remedy = 'Install it: pip install "corridor[cluster]"'
        raise InputError(Problem("Dask is not installed", remedy, column="--dask", value=cluster)) from error
    file = Path(cluster) if "://" not in cluster else None
    try:
        with Client(None if file else cluster, scheduler_file=file and str(file), timeout=PATIENCE) as client:
            yield client
    except (OSError, TimeoutError, FutureCancelledError, KilledWorker, ValueError) as error:
        fault = f"the cluster cannot be reached or was lost ({type(error).__name__}: {error})"
        remedy = "Start it, then go on with corridor run --resume: the draws that are done stay"
        raise InputError(Problem(fault, remedy, column="--dask", value=cluster)) from error


def _demand_fast_malloc(client: Any) -> None:  # noqa: ANN401 - dask is imported late
    if any(client.run(_slow_malloc).values()):
        fault = f"workers have {SLOW_MALLOC} set, which makes them several times slower"
        remedy = (
            "Start them with an empty distributed.nanny.pre-spawn-environ, as docs/how-to/clusters.md shows, "
            "or with dask worker --no-nanny"
        )
        raise InputError(Problem(fault, remedy, column="--dask"))


def _slow_malloc() -> bool:
    import os  # noqa: PLC0415 - it runs on a worker

    return SLOW_MALLOC in os.environ


def run_task(asked: bytes, numbers: range) -> Kept:
    """Run some draws of a question on a worker, which loads the world of a question once."""
    with _loading:
        world, draw, corridors, ages = _prepared(asked)
    with one_thread():
        return run_batch(world, draw, numbers, corridors, by_age=ages)


@lru_cache(maxsize=1)
def _prepared(asked: bytes) -> tuple[EnsembleWorld, Draw, Corridors, bool]:
    question, inputs = pickle.loads(asked)  # noqa: S301 - Dask's own messages, from the client
    _demand_same_inputs(inputs)
    runs = question.runs()
    return runs.world, runs.paths(question.seed, question.scenario.settings), question.ends, question.ages


def _demand_same_inputs(inputs: Mapping[str, Any]) -> None:
    here = inputs_now()
    if different := [name for name in inputs if inputs[name] != here[name]]:
        fault = f"a worker of the cluster has another {' and another '.join(different)}"
        raise InputError(Problem(fault, "Install the same versions and the same tables on all machines"))
