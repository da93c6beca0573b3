"""The tasks of a run: a batch of draws each, on threads of this process, kept as soon as done.

What comes out of a task depends on the question and the numbers of its draws only: not on where it runs, nor on which
others ran before it. `corridor.stored_runs.cluster` runs the same tasks elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.projection.batches import WORKERS, in_order
from corridor.projection.ensemble import NO_CORRIDORS, run_batch

if TYPE_CHECKING:
    from corridor.projection.batches import Progress
    from corridor.projection.ensemble import Corridors, Draw, EnsembleWorld
    from corridor.stored_runs.trajectories import TrajectoryStore


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
    progress : called with the number of draws done since the last call
    """

    def keep(numbers: range) -> int:
        store.write(numbers, *run_batch(world, draw, numbers, corridors, by_age=store.by_ages))
        return len(numbers)

    for done in in_order(keep, store.missing, workers):
        if progress is not None:
            progress(done)
