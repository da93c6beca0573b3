"""Trajectories in batches on a few threads: the one pool, and the one loop, that every run goes through."""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent import futures
from contextlib import contextmanager
from multiprocessing import parent_process
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.process import BaseProcess

    Progress = Callable[[int], object]
    """Called with the number of runs done since the last call."""

Piece = TypeVar("Piece")
Result = TypeVar("Result")

BATCH = 20
"""Trajectories that run together unless a caller says otherwise."""
WORKERS = 2


def in_order(task: Callable[[Piece], Result], pieces: Iterable[Piece], workers: int = WORKERS) -> Iterator[Result]:
    """Yield what a task makes of each piece, in the order of the pieces.

    One piece more than there are threads is begun and not yet yielded at most, so that results do not pile up. Who
    interrupts the loop does not wait for the pieces that are at work. Meanwhile linear algebra has one thread a worker:
    matrices of 237 areas are too small to share out, and more threads only wait for each other.
    """
    with one_thread():
        yield from _in_order(task, pieces, workers)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra run on one thread in the block, whatever `OPENBLAS_NUM_THREADS` says.

    Several threads add numbers in another order, which changes last bits, and take longer on matrices of 237 areas.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - it looks through all libraries that are loaded

    with threadpool_limits(limits=1, user_api="blas"):
        yield


def _in_order(task: Callable[[Piece], Result], pieces: Iterable[Piece], workers: int) -> Iterator[Result]:
    pool, begun = futures.ThreadPoolExecutor(workers), deque[futures.Future[Result]]()
    waits = False
    try:
        for piece in pieces:
            if len(begun) > workers:
                yield begun.popleft().result()
            begun.append(pool.submit(task, piece))
        while begun:
            yield begun.popleft().result()
        waits = True
    except (Exception, GeneratorExit):
        waits = True
        raise
    finally:
        pool.shutdown(wait=waits, cancel_futures=True)


def end_with_parent() -> None:
    """Let this process end when the one that began it has gone: the initializer of pools of processes."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from the processes that are begun in the block: the one that began them ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def in_batches(
    task: Callable[[range], Result],
    draws: int,
    *,
    batch: int = BATCH,
    workers: int = WORKERS,
    runs: int = 1,
    progress: Progress | None = None,
) -> Iterator[tuple[range, Result]]:
    """Yield the numbers of each batch of trajectories 0, 1, ..., and what a task makes of them, in order.

    Parameters
    ----------
    draws : how many trajectories
    batch, workers : trajectories that go together, and threads; neither may change a result
    runs : of the world that the task makes for each trajectory
    progress : called after each batch, when who asked for it has dealt with it
    """
    batches = [range(first, min(first + batch, draws)) for first in range(0, draws, batch)]
    for numbers, found in zip(batches, in_order(task, batches, workers), strict=True):
        yield numbers, found
        if progress is not None:
            progress(runs * len(numbers))
