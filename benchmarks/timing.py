"""CPU seconds of a piece of work."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = 5


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one run."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def median_cpu_seconds(work: Callable[[], object]) -> float:
    """Return the median CPU seconds of some runs."""
    return median(cpu_seconds(work) for _ in range(REPETITIONS))


def report(name: str, work: Callable[[], object]) -> None:
    """Print the median CPU seconds of some runs."""
    print(f"{name}: {median_cpu_seconds(work):.3f} CPU s")
