"""CPU seconds of the world model of Burzynski, Docquier and Scheewel: reading, four scenarios, the response.

Run `python -m benchmarks.bds FOLDER`; the folder holds the nine tables that docs/results/bds.md lists.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.timing import report
from corridor.data.tables.bds_import import read_tables
from corridor.drivers.channels.bds import solve_all
from corridor.drivers.channels.bds_response import bds_response
from corridor.drivers.channels.bds_tables import world_of

YEARS = range(2025, 2101)


def main(folder: Path) -> None:
    """Print the figures."""
    world = world_of(read_tables(folder))
    size = f"{len(world.codes)} countries"
    report(f"{size}, tables read and checked", lambda: world_of(read_tables(folder)))
    report(f"{size}, four scenarios", lambda: solve_all(world))
    report(f"{size}, response 2025-2100 for all areas", lambda: bds_response(world, YEARS))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
