"""`python -m benchmarks.server_load RUN [SECONDS]`: a hundred readers at once, and the memory of the server.

Starts `corridor serve RUN` as users do, lets 100 readers ask for pages of its tables without pause, and prints answers
a second, median and largest time, statuses, and memory and open files before and after.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx2

READERS, SECONDS, WARM = 100, 30.0, 5.0


def memory(pid: int) -> tuple[float, int]:
    """Return megabytes and open files of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def read(base: str, number: int, end: float, taken: list[float], seen: Counter[int]) -> None:
    """Ask for one page after the other until the end."""
    with httpx2.Client(base_url=base, timeout=60) as client:
        while time.monotonic() < end:
            year = 2025 + (number + len(taken)) % 5
            begun = time.perf_counter()
            answer = client.get("areas", params={"measure": "population", "year": year})
            taken.append(time.perf_counter() - begun)
            seen[answer.status_code] += 1


def readers(base: str, seconds: float) -> tuple[list[float], Counter[int]]:
    """Let all readers read, and return the times of answers and their statuses."""
    times: list[list[float]] = [[] for _ in range(READERS)]
    seen: Counter[int] = Counter()
    end = time.monotonic() + seconds
    threads = [Thread(target=read, args=(base, number, end, times[number], seen)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [each for own in times for each in own], seen


def main() -> None:
    """Measure, and print."""
    run, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    with subprocess.Popen(
        [sys.executable, "-m", "corridor", "serve", run, "--no-browser"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            address = urlsplit((process.stdout.readline() if process.stdout else "").split()[-1])
            origin = f"{address.scheme}://{address.netloc}"
            while httpx2.get(f"{origin}/api/contents", timeout=60).status_code == 202:
                time.sleep(1)
            name = httpx2.get(f"{origin}/api/runs").json()["first"]
            time.sleep(WARM)
            base = f"{origin}/api/runs/{name}/"
            readers(base, WARM)
            before = memory(process.pid)
            taken, seen = readers(base, seconds)
            after = memory(process.pid)
        finally:
            process.terminate()
    print(f"{READERS} readers, {seconds:g} s: {len(taken) / seconds:,.0f} answers a second, statuses {dict(seen)}")
    print(f"time of an answer: median {statistics.median(taken) * 1e3:.0f} ms, largest {max(taken) * 1e3:.0f} ms")
    print(f"memory {before[0]:.0f} -> {after[0]:.0f} MB, open files {before[1]} -> {after[1]}")


if __name__ == "__main__":
    main()
