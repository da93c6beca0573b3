"""CPU seconds of gravity models: Poisson with two fixed effects of 1,400 levels; a constrained matrix of 183 areas.

Run `python -m benchmarks.ppml`; the flows are random, always the same.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.gravity_matrix import doubly_constrained
from corridor.estimate.ppml import fit_ppml

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.axes import Floats, Integers

ROWS, LEVELS, AREAS, REPETITIONS = 278_600, 1400, 183, 5


def flows() -> tuple[Floats, Floats, Integers, Integers]:
    """Return flows [row], two regressors [row, regressor], and levels of two effects [row]; half the flows are zero."""
    generator = np.random.default_rng(0)
    orig, dest = generator.integers(0, LEVELS, (2, ROWS))
    X = np.column_stack([generator.normal(0, 1, ROWS), (generator.random(ROWS) < 0.2).astype(float)])
    push, pull = generator.normal(0, 1, (2, LEVELS))
    means = np.exp(X @ [-0.8, 0.5] + push[orig] + pull[dest])
    return generator.poisson(means * generator.gamma(1.0, 1.0, ROWS)).astype(float), X, orig, dest


def main() -> None:
    """Print the figures."""
    y, X, orig, dest = flows()
    _report(f"Poisson, {ROWS:,} rows, 2 regressors, 2 effects of {LEVELS:,}", lambda: fit_ppml(y, X, [orig, dest]))
    generator = np.random.default_rng(0)
    apart = generator.lognormal(8, 1, (AREAS, AREAS))
    moves = generator.lognormal(3, 2, (AREAS, AREAS)) * (apart / 3000.0) ** -1.2
    _report(f"doubly constrained table, {AREAS} areas", lambda: doubly_constrained(moves, np.log(apart)))


def _report(name: str, work: Callable[[], object]) -> None:
    times = []
    for _ in range(REPETITIONS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    print(f"{name}: {median(times):.3f} CPU s")


if __name__ == "__main__":
    main()
