"""CPU seconds of gravity models: Poisson with two fixed effects of 1,400 levels; a constrained matrix of 183 areas.

Run `python -m benchmarks.ppml`; the flows are random, always the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.timing import report
from corridor.estimate.gravity.gravity_matrix import doubly_constrained
from corridor.estimate.gravity.ppml import fit_ppml

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers

ROWS, LEVELS, AREAS = 278_600, 1400, 183


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
    report(f"Poisson, {ROWS:,} rows, 2 regressors, 2 effects of {LEVELS:,}", lambda: fit_ppml(y, X, [orig, dest]))
    generator = np.random.default_rng(0)
    apart = generator.lognormal(8, 1, (AREAS, AREAS))
    moves = generator.lognormal(3, 2, (AREAS, AREAS)) * (apart / 3000.0) ** -1.2
    report(f"doubly constrained table, {AREAS} areas", lambda: doubly_constrained(moves, np.log(apart)))


if __name__ == "__main__":
    main()
