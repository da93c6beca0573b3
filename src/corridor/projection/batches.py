"""Trajectories in batches on a few threads: the one pool, and the one loop, that every run goes through."""

from __future__ import annotations

from collections import deque
from concurrent import futures
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Progress = Callable[[int], object]
    """Called with the number of runs done since the last call."""

Piece = TypeVar("Piece")
Result = TypeVar("Result")

BATCH = 20
"""Trajectories that run together unless a caller says otherwise."""
WORKERS = 2


def in_order(task: Callable[[Piece], Result], pieces: Iterable[Piece], workers: int = WORKERS) -> Iterator[Result]:
    """Yield what a task makes of each piece, in the order of the pieces.

    One piece more than there are threads is begun and not yet yielded at most, so that results do not pile up.
    """
    with futures.ThreadPoolExecutor(workers) as pool:
        begun: deque[futures.Future[Result]] = deque()
        try:
            for piece in pieces:
                if len(begun) > workers:
                    yield begun.popleft().result()
                begun.append(pool.submit(task, piece))
            while begun:
                yield begun.popleft().result()
        finally:
            for piece_begun in begun:
                piece_begun.cancel()


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
