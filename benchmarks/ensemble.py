"""CPU seconds and memory of a thousand trajectories of the world to 2100, by single year, age and sex.

Fewer trajectories may be run and scaled: python -m benchmarks.ensemble [number]. Every mode runs in an interpreter of
its own, so that its peak memory is its own; drawing the paths and the quantiles of totals are counted, what all
trajectories share (inputs, baseline, survival nodes) and the first compilation are not. Bounds of the promise beside.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

THOUSAND = 1000
PROMISED = {"net": 25, "flows": 80, "birthplaces": 160, "driven": 160}
"""Mode -> CPU seconds; `driven` is birthplaces with every channel on, their parameters drawn."""
BAYESPOP = (
    "bayesPop (R), run on a machine of this kind: one deterministic 5x5 projection of all countries 216 CPU s, 594 MB; "
    "1,000 trajectories by single year and age extrapolated from its life tables: more than 3.7 CPU hours"
)


def main(trajectories: int = 100) -> None:
    """Print a line a mode."""
    for mode, promised in PROMISED.items():
        words = [sys.executable, "-m", "benchmarks.ensemble", str(trajectories), mode]
        measured = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
        print(f"{mode}, {trajectories} trajectories scaled to {THOUSAND}: {measured}; promised {promised} CPU s, 2 GB")
    print(BAYESPOP)


def measure(trajectories: int, mode: str) -> str:
    """Run one mode: CPU seconds of a thousand trajectories, without and with ages on disk, and memory."""
    from corridor.data.panel import load_panel
    from corridor.drivers.channel import Settings
    from corridor.projection.ensemble import plan_ensemble, run_ensemble
    from corridor.projection.quantiles import quantiles
    from corridor.projection.runs import load_runs
    from corridor.stored_runs.places import LocalPlace
    from corridor.stored_runs.tasks import keep_batches
    from corridor.stored_runs.trajectories import open_store

    runs, driven = load_runs(load_panel(), anchor="un"), mode == "driven"
    world = replace(runs.world, mode="birthplaces" if driven else mode)  # type: ignore[arg-type]  # a key of PROMISED
    draw = runs.paths(1, Settings() if driven else None)
    run_ensemble(world, draw, 1)  # compiles
    start = time.process_time()
    totals = run_ensemble(world, draw, trajectories)
    quantiles(totals.population)
    plain = time.process_time() - start
    peak, plan = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, plan_ensemble(world, trajectories)
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(LocalPlace(Path(folder) / "run"), world, draw, trajectories)
        keep_batches(store, world, draw)
        store.age_quantiles()
    stored = time.process_time() - start
    scale = THOUSAND / trajectories
    return (
        f"{plain * scale:.0f} CPU s, {stored * scale:.0f} with ages on disk and their quantiles; "
        f"{peak / 1e9:.2f} GB, stated {plan.memory / 1e9:.2f}"
    )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(measure(int(sys.argv[1]), sys.argv[2]))
    else:
        main(*(int(word) for word in sys.argv[1:2]))
