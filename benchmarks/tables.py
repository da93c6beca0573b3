"""CPU seconds of fitted tables at the size of the world: factors by layer, seeds, net migration, margins.

Run `python benchmarks/tables.py`; the tables are random, skewed as migration is, always the same.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.accounts.accounting import AdjustedStocks, independence, minimum
from corridor.estimate.tables.conditional_maximisation import conditional_maximisation
from corridor.estimate.tables.ipf import fit_margins
from corridor.estimate.tables.net_tables import nearest_by_absolute_change, nearest_by_entropy, nearest_by_squares

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.axes import Floats

AREAS, LAYERS, REPETITIONS = 231, 4, 5


def report(name: str, work: Callable[[], object]) -> None:
    """Print the median CPU and wall seconds of some runs."""
    cpu, wall = [], []
    for _ in range(REPETITIONS):
        cpu_begin, wall_begin = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - cpu_begin)
        wall.append(time.perf_counter() - wall_begin)
    print(f"{name}: {1000 * median(cpu):.1f} ms CPU, {1000 * median(wall):.1f} ms wall")


def stocks(generator: np.random.Generator) -> AdjustedStocks:
    """Return stocks with equal totals by birthplace and nothing else happening."""
    start = generator.lognormal(2, 3, (AREAS, AREAS)) + np.diag(generator.lognormal(14, 2, AREAS))
    end = start * generator.lognormal(0, 0.2, (AREAS, AREAS))
    end *= (start.sum(axis=1) / end.sum(axis=1))[:, None]
    nobody: Floats = np.zeros_like(start)
    return AdjustedStocks(start, end, nobody, nobody, nobody, nobody, None, None)


def main() -> None:
    """Print the figures."""
    generator = np.random.default_rng(0)
    layered = generator.lognormal(2, 2, (AREAS, AREAS, LAYERS))
    flows = layered.sum(axis=2)
    np.fill_diagonal(flows, 0.0)
    wanted = flows * generator.lognormal(0, 1, (AREAS, 1)) * generator.lognormal(0, 1, AREAS)
    rows, columns = wanted.sum(axis=1), wanted.sum(axis=0)
    net = columns - rows
    adjusted, seed = stocks(generator), generator.lognormal(0, 1, (AREAS, AREAS))
    size = f"{AREAS} x {AREAS}"
    report(f"factors, {size} x {LAYERS}", lambda: conditional_maximisation(layered, rows, columns))
    report(f"margins, {size}", lambda: fit_margins(flows, rows, columns))
    report(f"seeded minimum, {size} x {AREAS}", lambda: minimum(adjusted, seed=seed))
    report(f"seeded independence, {size} x {AREAS}", lambda: independence(adjusted, seed=seed))
    report(f"net migration by entropy, {size}", lambda: nearest_by_entropy(flows, net))
    report(f"net migration by entropy and a total, {size}", lambda: nearest_by_entropy(flows, net, total=wanted.sum()))
    report(f"net migration by squares, {size}", lambda: nearest_by_squares(flows, net))
    report(f"net migration by absolute change, {size}", lambda: nearest_by_absolute_change(flows, net))


if __name__ == "__main__":
    main()
