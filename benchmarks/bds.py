"""CPU seconds of the world model of Burzynski, Docquier and Scheewel: reading, four scenarios, the response.

Run `python benchmarks/bds.py FOLDER`; the folder holds the nine tables that docs/bds.md lists.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from corridor.data.bds_import import read_tables
from corridor.drivers.bds import solve_all
from corridor.drivers.bds_response import bds_response
from corridor.drivers.bds_tables import world_of

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = 5
YEARS = range(2025, 2101)


def main(folder: Path) -> None:
    """Print the figures."""
    world = world_of(read_tables(folder))
    size = f"{len(world.codes)} countries"
    _report(f"{size}, tables read and checked", lambda: world_of(read_tables(folder)))
    _report(f"{size}, four scenarios", lambda: solve_all(world))
    _report(f"{size}, response 2025-2100 for all areas", lambda: bds_response(world, YEARS))


def _report(name: str, work: Callable[[], object]) -> None:
    times = []
    for _ in range(REPETITIONS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    print(f"{name}: {median(times):.3f} CPU s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
