"""CPU seconds of a piece of work, and memory of a process (Linux)."""

from __future__ import annotations

import time
from pathlib import Path
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


def forget_peak_memory() -> None:
    """Let the peak of this process begin again at what it takes now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_memory(process: int | str = "self") -> int:
    """Return the most bytes that a process has taken."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024
