"""One run on one thread, on two, and on a Dask cluster of two processes: time, memory, and the same bits.

    python -m benchmarks.cluster [draws]

Every run is `corridor run` in a process of its own; scheduler and workers are processes that TCP reaches. Then a
worker is killed in the middle of a run, and the scheduler of another, which goes on with --resume. Linux only.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import peak_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DRAWS, FEW, LOST, LAST = 1000, 40, 200, 2060
SEALS = "draws/batches"


@dataclass(frozen=True, slots=True)
class Timed:
    """A run.

    Attributes
    ----------
    name : how it was computed
    wall, cpu : seconds; cpu of all processes together
    peak, stated : GB of this process, or of the largest worker of a cluster; measured, and as said before the run
    digest : of its figures
    """

    name: str
    wall: float
    cpu: float
    peak: float
    stated: float
    digest: str


class Machines:
    """A scheduler and two workers of one thread, each a process with a nanny."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file, self.cpu = folder, folder / "scheduler.json", 0.0
        self.start()

    def start(self) -> None:
        """Start all."""
        self.file.unlink(missing_ok=True)
        common = ["--no-dashboard", "--scheduler-file", str(self.file)]
        self.scheduler = self._begun("scheduler", ["--host", "127.0.0.1", "--port", "0", *common])
        while not self.file.is_file():
            time.sleep(0.1)
        more = ["--nworkers", "2", "--nthreads", "1", "--local-directory", str(self.folder / "spill")]
        self.workers = self._begun("worker", [*common, *more])

    def _begun(self, kind: str, words: list[str]) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{kind}.log").open("ab")
        return subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{kind}", *words], stdout=log, stderr=log)

    def processes(self) -> list[int]:
        """Return the numbers of the workers' processes."""
        from distributed import Client

        with Client(scheduler_file=str(self.file)) as client:
            client.wait_for_workers(2)
            return list(client.run(os.getpid).values())

    def stop(self) -> None:
        """End all, and count what they took."""
        for process in (self.workers, self.scheduler):
            process.send_signal(signal.SIGTERM)
            with suppress(ChildProcessError):
                self.cpu += _waited(process)


@contextmanager
def machines(folder: Path) -> Iterator[Machines]:
    """Have a cluster during the block."""
    begun = Machines(folder)
    try:
        yield begun
    finally:
        begun.stop()


def _waited(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; return the CPU seconds of it and of its children."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def run(name: str, folder: Path, words: list[str], meanwhile: Callable[[Path], object] | None = None) -> Timed:
    """Compute a run as a user does; `meanwhile` is called with its folder when two batches are kept."""
    said, peak, began = folder.with_suffix(".log"), 0, time.perf_counter()
    with said.open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "corridor", "run", *words], stdout=log, stderr=log)
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        with suppress(OSError, StopIteration):
            peak = max(peak, peak_memory(process.pid))
        if meanwhile is not None and len([*folder.glob(f"{SEALS}/*.json")]) >= 2:
            meanwhile(folder)
            meanwhile = None
        time.sleep(0.05)
    cpu, wall = _waited(process), time.perf_counter() - began
    stated = re.findall(r"at most ([\d.]+) GB of memory", said.read_text(encoding="utf-8"))
    return Timed(name, wall, cpu, peak / 1e9, float(stated[-1]), _digest(folder, said))


def _digest(folder: Path, said: Path) -> str:
    from corridor.stored_runs.run_folder import FINISHED, open_run

    if not (folder / FINISHED).is_file():
        return said.read_text(encoding="utf-8").strip().splitlines()[-1]
    return open_run(folder).digest[:16]


def measure(draws: int = DRAWS) -> list[Timed]:
    """Run on one thread (with few draws too, for what does not depend on them), on two, and on a cluster."""
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, count, workers in (("few draws", FEW, 1), ("1 thread", draws, 1), ("2 threads", draws, 2)):
            words = [*_words(folder / name, count), "--workers", str(workers)]
            found.append(run(name, folder / name, words))
            print(found[-1], flush=True)
        with machines(folder) as begun:
            numbers = begun.processes()
            words = [*_words(folder / "dask", draws), "--dask", str(begun.file)]
            dask = run("Dask, 2 workers", folder / "dask", words)
            peak = max(map(peak_memory, numbers)) / 1e9
        found.append(Timed(dask.name, dask.wall, dask.cpu + begun.cpu, peak, dask.stated, dask.digest))
        print(f"{found[-1]}; the client took {dask.peak:.2f} GB", flush=True)
    return found


def lose(draws: int = LOST) -> dict[str, str]:
    """Kill a worker, and the scheduler, in the middle of runs; return what happened -> digest, or what was said."""
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with machines(folder) as begun:
            numbers = begun.processes()
            dask = ["--dask", str(begun.file)]
            words = [*_words(folder / "one", draws), *dask]
            found["a worker killed"] = run(
                "", folder / "one", words, lambda _: os.kill(numbers[0], signal.SIGKILL)
            ).digest
            words = [*_words(folder / "two", draws), *dask]
            found["the scheduler killed"] = run("", folder / "two", words, lambda _: begun.scheduler.kill()).digest
            kept = {path: path.stat().st_mtime_ns for path in (folder / "two" / SEALS).iterdir()}
            begun.stop()
            begun.start()
            words = ["--resume", str(folder / "two"), *dask]
            found["started again, and --resume"] = run("", folder / "two", words).digest
            same = sum(path.stat().st_mtime_ns == moment for path, moment in kept.items())
            found["batches kept before, and not computed again"] = f"{len(kept)}, {same}"
    return found


def _words(folder: Path, draws: int) -> list[str]:
    return ["--draws", str(draws), "--to", str(LAST), "-o", str(folder)]


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    measure(asked)
    for happened, digest in lose(min(asked, LOST)).items():
        print(f"{happened}: {digest}")
