"""The tasks of a run on a Dask cluster: workers compute batches, this process checks and keeps them.

Every worker loads the world of the question from its own installation, and refuses if that differs from the client's.
Only the question and the numbers of draws travel to workers, and only results travel back.
"""

from __future__ import annotations

import ctypes
import pickle
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from corridor.errors import InputError, Problem
from corridor.projection.ensemble import run_batch
from corridor.stored_runs.question import inputs_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from corridor.projection.batches import Progress
    from corridor.projection.ensemble import Corridors, Draw, EnsembleWorld, Totals
    from corridor.projection.quantiles import Singles
    from corridor.stored_runs.question import RunQuestion
    from corridor.stored_runs.trajectories import TrajectoryStore

    Kept = tuple[Totals, Singles | None]

PATIENCE = 60
"""Seconds within which the scheduler answers and the first worker comes."""
AHEAD = 2
"""Tasks that the cluster holds for each thread: one at work, and one that waits or whose result is not fetched yet."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Names of glibc for `mallopt`."""
LARGE = 32 << 20
"""Bytes above which glibc takes memory from the system and gives it back at once: where its own rule ends up."""
GO_ON = "Start it, then go on with corridor run --resume: the draws that are done stay"

_loading = Lock()


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers that a cluster has when a run begins.

    Attributes
    ----------
    threads : address of a worker -> its threads
    limits : address of a worker -> bytes that Dask lets it take; 0 for any
    memory : threads of a worker -> bytes that it takes at most
    """

    threads: Mapping[str, int]
    limits: Mapping[str, int]
    memory: Callable[[int], float]

    def __str__(self) -> str:
        most = max(self.memory(threads) for threads in self.threads.values())
        workers, threads = len(self.threads), sum(self.threads.values())
        return f"{workers} workers of the cluster with {threads} threads: at most {most / 1e9:.2f} GB of memory each"

    def problems(self) -> Iterator[Problem]:
        """Yield the workers that may not take the memory that they need."""
        for address, limit in self.limits.items():
            need = self.memory(self.threads[address])
            if 0 < limit < need:
                fault = f"a worker needs {need / 1e9:.2f} GB of memory, and Dask lets it take {limit / 1e9:.2f} GB"
                remedy = "Start workers with more memory (--memory-limit) or with fewer threads (--nthreads)"
                yield Problem(fault, remedy, column="--dask", value=address)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster whose workers load the world of a question, or have loaded it.

    Attributes
    ----------
    client : of Dask
    asked : the question, and the sums of tables and the versions that workers must have
    """

    client: Any
    asked: bytes


@contextmanager
def reached(word: str | None, question: RunQuestion) -> Iterator[Cluster | None]:
    """Yield a cluster, whose workers begin to load the world of a question at once; None without a word.

    Parameters
    ----------
    word : address of the scheduler, such as tcp://10.0.0.5:8786, or path of a scheduler file

    Raises
    ------
    InputError : Dask is not installed, or the cluster cannot be reached, has no workers or is lost during the block
    """
    if word is None:
        yield None
        return
    with _client(word) as client:
        client.wait_for_workers(1, timeout=PATIENCE)
        asked = pickle.dumps((question, inputs_now()))
        choice = {"allow_other_workers": True, "pure": False}
        loading = [client.submit(_load, asked, workers=[address], **choice) for address in client.nthreads()]
        yield Cluster(client, asked)
        del loading  # Dask forgets a task that nobody names


def keep_batches_on(
    cluster: Cluster,
    store: TrajectoryStore,
    memory: Callable[[int], float],
    *,
    tell: Callable[[Crew], object] | None = None,
    progress: Progress | None = None,
) -> int:
    """Compute the batches that a store lacks on a cluster, and return the number of its worker threads.

    Parameters
    ----------
    memory : threads of a worker -> bytes that it takes at most
    tell : called with the workers before they begin
    progress : called with the number of draws done since the last call

    Raises
    ------
    InputError : workers have other tables or versions, or too little memory
    """
    crew = _crew(cluster.client, memory)
    if tell is not None:
        tell(crew)
    for numbers, kept in _on_cluster(cluster, store.missing):
        store.write(numbers, *kept)
        if progress is not None:
            progress(len(numbers))
    return sum(crew.threads.values())


def _crew(client: Any, memory: Callable[[int], float]) -> Crew:  # noqa: ANN401 - dask is imported late
    """Ask all workers that are there what they may take."""
    limits = client.run(_memory_limit)
    threads = {address: count for address, count in client.nthreads().items() if address in limits}
    crew = Crew(threads, limits, memory)
    if problems := [*crew.problems()]:
        raise InputError(problems)
    return crew


def _memory_limit(dask_worker: Any) -> int:  # noqa: ANN401 - dask calls it on a worker
    return int(dask_worker.memory_manager.memory_limit or 0)


def _on_cluster(cluster: Cluster, batches: list[range]) -> Iterator[tuple[range, Kept]]:
    """Yield batches as they are done; the cluster never holds more than `AHEAD` for each thread."""
    from distributed import as_completed  # noqa: PLC0415 - an extra

    client, left, done = cluster.client, iter(batches), as_completed()
    running: dict[Any, range] = {}

    def begin() -> None:
        room = AHEAD * max(sum(client.nthreads().values()), 1) - len(running)
        for numbers in islice(left, max(room, 0)):
            future = client.submit(run_task, cluster.asked, numbers, pure=False)
            running[future] = numbers
            done.add(future)

    begin()
    for future in done:
        kept, numbers = future.result(), running.pop(future)
        del future  # the cluster keeps a result as long as somebody names it
        begin()
        yield numbers, kept
        del kept


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
    file = None if "://" in cluster else cluster
    if file is not None and not Path(file).is_file():
        fault = "there is no such scheduler file"
        remedy = "Write tcp://HOST:PORT, or the file that dask scheduler --scheduler-file writes"
        raise InputError(Problem(fault, remedy, column="--dask", value=cluster))
    try:
        with Client(None if file else cluster, scheduler_file=file, timeout=PATIENCE) as client:
            yield client
    except KilledWorker as error:
        remedy = "Give workers more memory, then go on with corridor run --resume: the draws that are done stay"
        raise InputError(Problem(f"workers die of a task ({error})", remedy, column="--dask", value=cluster)) from error
    except (OSError, TimeoutError, FutureCancelledError) as error:
        fault = (
            f"the cluster cannot be reached or was lost ({type(error).__name__}: {str(error).partition(chr(10))[0]})"
        )
        raise InputError(Problem(fault, GO_ON, column="--dask", value=cluster)) from error


def run_task(asked: bytes, numbers: range) -> Kept:
    """Run some draws of a question on a worker."""
    with _loading:
        world, draw, corridors, ages = _prepared(asked)
    return run_batch(world, draw, numbers, corridors, by_age=ages)


def _load(asked: bytes) -> None:
    """Load the world of a question on a worker, once."""
    with _loading:
        _prepared(asked)


@lru_cache(maxsize=1)
def _prepared(asked: bytes) -> tuple[EnsembleWorld, Draw, Corridors, bool]:
    question, inputs = pickle.loads(asked)  # noqa: S301 - Dask's own messages, from the client
    _demand_same_inputs(inputs)
    _settle()
    runs = question.runs()
    return runs.world, runs.paths(question.seed, question.scenario.settings), question.ends, question.ages


def _settle() -> None:
    """Give this worker one thread of linear algebra for good, as others may be at work, and the usual rule of glibc.

    Dask's nanny sets MALLOC_TRIM_THRESHOLD_ for its workers. Then glibc asks the system for every large array anew.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - it looks through all libraries that are loaded

    threadpool_limits(limits=1, user_api="blas")
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, 2 * LARGE)


def _demand_same_inputs(inputs: Mapping[str, Any]) -> None:
    here = inputs_now()
    if different := [name for name in inputs if inputs[name] != here[name]]:
        fault = f"the worker has another {' and another '.join(different)}"
        remedy = "Install the same versions and the same tables on all machines"
        raise InputError(Problem(fault, remedy, column="--dask", value=_address()))


def _address() -> str:
    from distributed import get_worker  # noqa: PLC0415 - an extra

    return str(get_worker().address)
