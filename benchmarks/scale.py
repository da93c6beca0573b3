"""CPU seconds and memory of a year of a trajectory in worlds of 237 to 2,000 regions, and what follows from them.

    python -m benchmarks.scale

Every world has an interpreter of its own, so that its peak memory is its own. `benchmarks.scale_page` writes the page.
"""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from time import process_time

import numpy as np

from benchmarks.timing import forget_peak_memory, peak_memory

REGIONS = (237, 500, 1000, 2000)
LASTS = (2028, 2032)
BATCH, ROUNDS = 10, 2


@dataclass(frozen=True, slots=True)
class Measured:
    """A world of some regions and years.

    Attributes
    ----------
    regions, years : its size
    cpu_seconds : of one year of one trajectory, all channels on
    peak, stated : bytes while a batch of `BATCH` ran on one thread, measured and as the memory plan says
    """

    regions: int
    years: int
    cpu_seconds: float
    peak: int
    stated: float


def measure(regions: int, last: int) -> Measured:
    """Run a few batches of a world."""
    from benchmarks.split_world import parents_of, split_paths, split_world
    from corridor.data.panel import load_panel
    from corridor.drivers.channel import Settings
    from corridor.projection.batches import in_order
    from corridor.projection.ensemble import plan_ensemble, run_batch
    from corridor.projection.runs import load_runs

    runs = load_runs(load_panel(), last)
    parents, draw = parents_of(regions, len(runs.inputs.population)), runs.paths(1, Settings())
    world = split_world(runs.world, parents)
    del runs
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    forget_peak_memory()

    def run(numbers: range) -> float:
        paths = split_paths(draw(numbers), parents)
        begun = process_time()
        run_batch(world, lambda _: paths, numbers)
        return process_time() - begun

    batches = (range(1), *(range(BATCH * number, BATCH * (number + 1)) for number in range(ROUNDS)))
    _, *seconds = in_order(run, batches, 1)  # the first loads the compiled code
    years = len(world.inputs.years)
    stated = plan_ensemble(world, BATCH, batch=BATCH, workers=1).memory
    return Measured(regions, years, float(np.median(seconds)) / years / BATCH, peak_memory(), stated)


def measure_apart(regions: int, last: int) -> Measured:
    """Measure a world in an interpreter of its own."""
    words = [sys.executable, "-m", "benchmarks.scale", str(regions), str(last)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return Measured(**json.loads(done.stdout))


def measure_all() -> list[Measured]:
    """Measure all worlds, and print them as they come; the first is run once before, so that all code is compiled."""
    measure_apart(REGIONS[0], LASTS[0])
    found = []
    for regions in REGIONS:
        for last in LASTS:
            found.append(measure_apart(regions, last))
            print(found[-1], flush=True)
    return found


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(asdict(measure(*map(int, sys.argv[1:])))))
    else:
        measure_all()
