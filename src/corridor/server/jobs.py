"""Runs with draws that pages ask for: each is a process of `corridor run`, with a queue, progress and cancelling.

A job that is cancelled leaves what it has computed: `corridor run --resume`, or the same job again, goes on from there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

from corridor.errors import Problem
from corridor.server.limits import MOST_QUEUED, MOST_REMEMBERED, MOST_RUNNING
from corridor.server.refusals import Refusal, nothing_here

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH = 20
"""Draws that a run computes and keeps together (`corridor.projection.batches`, which takes long to load)."""
LAST_WORDS = 2000
PATIENCE = 0.6
"""Seconds that a process has to leave its work before it is killed."""
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
OVER = (DONE, FAILED, CANCELLED)


@dataclass
class Job:
    """A run that a page has asked for.

    Attributes
    ----------
    number : its name in addresses
    name : of the run in the store
    title : of the scenario
    toml : the scenario
    draws, last : of the run
    folder : of the run
    state : waiting, running, done, failed or cancelled
    said : the last words of a process that failed
    """

    number: str
    name: str
    title: str
    toml: str
    draws: int
    last: int
    folder: Path
    state: str = WAITING
    said: str = ""
    asked: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    process: subprocess.Popen[bytes] | None = None

    @property
    def drawn(self) -> int:
        """Draws that stand on disk."""
        if self.state == DONE:
            return self.draws
        batches = self.folder / "draws" / "batches"
        kept = sum(path.suffix == ".json" for path in batches.iterdir()) if batches.is_dir() else 0
        return min(kept * BATCH, self.draws)

    @property
    def facts(self) -> dict[str, Any]:
        """What pages see of it."""
        names = ("name", "title", "draws", "last", "state", "said", "asked", "drawn")
        return {"id": self.number, **{name: getattr(self, name) for name in names}}


def command_of(job: Job, file: str) -> list[str]:
    """Return the command that computes a job."""
    workers = max(1, (os.cpu_count() or 2) // MOST_RUNNING)
    words = ["run", file, "--draws", str(job.draws), "--to", str(job.last), "--workers", str(workers)]
    return [sys.executable, "-m", "corridor", *words, "-o", str(job.folder)]


class Jobs:
    """A queue of jobs; few run at once."""

    def __init__(self, running: int = MOST_RUNNING, queued: int = MOST_QUEUED) -> None:
        self.queued = queued
        self.known: OrderedDict[str, Job] = OrderedDict()
        self._change = Condition()
        self._count, self._ended = 0, False
        for _ in range(running):
            Thread(target=self._work, daemon=True).start()

    def add(self, name: str, folder: Path, *, title: str, toml: str, draws: int, last: int) -> Job:
        """Put a run into the queue.

        Raises
        ------
        Refusal : the queue is full, or a job of the name is not over
        """
        with self._change:
            waiting = [job for job in self.known.values() if job.state not in OVER]
            if any(job.name == name for job in waiting):
                fault = "a job of this name is not over"
                raise Refusal(409, "busy", Problem(fault, "Give the run another name", column="name", value=name))
            if sum(job.state == WAITING for job in waiting) >= self.queued:
                fault = f"{self.queued} jobs wait already, the limit"
                raise Refusal(429, "busy", Problem(fault, "Wait, or cancel one"))
            self._count += 1
            job = Job(str(self._count), name, title, toml, draws, last, folder)
            self.known[job.number] = job
            over = [number for number, known in self.known.items() if known.state in OVER]
            for number in over[: max(0, len(self.known) - MOST_REMEMBERED)]:
                del self.known[number]
            self._change.notify()
            return job

    def get(self, number: str) -> Job:
        """Return a job.

        Raises
        ------
        Refusal : there is none of the number
        """
        if number not in self.known:
            raise nothing_here("there is no such job", "Choose one of those that /api/jobs lists", number)
        return self.known[number]

    def cancel(self, number: str) -> Job:
        """Stop a job and free its place; what it has computed stays on disk."""
        job = self.get(number)
        with self._change:
            if job.state in OVER:
                return job
            job.state = CANCELLED
            process = job.process
        if process is not None:
            end_group(process)
        return job

    def end(self) -> None:
        """Stop all jobs: the server ends."""
        with self._change:
            self._ended = True
            going = [job for job in self.known.values() if job.state not in OVER]
            for job in going:
                job.state = CANCELLED
            self._change.notify_all()
        end_group(*(job.process for job in going if job.process is not None))

    def _work(self) -> None:
        while job := self._next():
            with tempfile.TemporaryDirectory(prefix="corridor-job-") as folder:
                file = Path(folder) / f"{job.name}.toml"
                file.write_text(job.toml, encoding="utf-8")
                self._run(job, command_of(job, file.name), folder)

    def _next(self) -> Job | None:
        with self._change:
            while not self._ended:
                for job in self.known.values():
                    if job.state == WAITING:
                        job.state = RUNNING
                        return job
                self._change.wait()
        return None

    def _run(self, job: Job, command: Sequence[str], folder: str) -> None:
        with (Path(folder) / "said").open("w+b") as said:
            with self._change:
                if job.state != RUNNING:
                    return
                job.process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            code = job.process.wait()
            said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_WORDS))
            words = said.read().decode(errors="replace").strip()
        with self._change:
            job.process = None
            if job.state == RUNNING:
                job.state, job.said = (DONE, "") if code == 0 else (FAILED, words)


def end_group(*processes: subprocess.Popen[bytes]) -> None:
    """End processes with all that they have started: politely, and after a moment for good."""
    for process in processes:
        _send(process, signal.SIGTERM)
    left = PATIENCE
    for process in processes:
        try:
            process.wait(left)
        except subprocess.TimeoutExpired:
            left = 0.0
    for process in processes:
        _send(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def _send(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to the group of a process that was started as its head."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.terminate()
