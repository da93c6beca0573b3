"""`python -m benchmarks`: start-up, the main job, the engine, and what needs reference input if that is there."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import accounting, bds, capacity_plan, explain, ppml, projection

ROUNDS = 5
SHARED = Path(__file__).resolve().parents[2] / "shared"
REFERENCE = SHARED / "oracle" / "migest" / "un_1990_1995"
BDS_TABLES = SHARED / "data" / "bds"
REFERENCE_FILES = {
    "stock_start.csv.gz": "stock_start_balanced.csv.gz",
    "stock_end.csv.gz": "stock_end_balanced.csv.gz",
    "births_deaths.csv": "births_deaths.csv",
}


def main() -> None:
    """Print all figures."""
    for label, words in (
        ("import corridor", ["-c", "import corridor"]),
        ("corridor --help", ["-m", "corridor", "--help"]),
    ):
        print(f"{label}: {min(_run(words)[0] for _ in range(ROUNDS)) * 1000:.0f} ms CPU")
    with tempfile.TemporaryDirectory() as folder:
        cpu, wall = _run(["-m", "corridor", "outlook", "-o", folder])
    print(f"corridor outlook: {wall:.1f} s wall, {cpu:.1f} CPU s")
    projection.main()
    explain.main()
    capacity_plan.main(("least",))
    ppml.main()
    if REFERENCE.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            for name, source in REFERENCE_FILES.items():
                (Path(folder) / name).symlink_to(REFERENCE / source)
            accounting.main(Path(folder))
    if BDS_TABLES.is_dir():
        bds.main(BDS_TABLES)


def _run(words: list[str]) -> tuple[float, float]:
    """Return CPU and wall seconds of the interpreter run with `words`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start


if __name__ == "__main__":
    main()
