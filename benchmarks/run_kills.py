"""`python -m benchmarks.run_kills [KILLS]`: stored runs that are killed again and again end with the same figures.

A run of small size is begun, killed at a random moment with SIGKILL, and carried on until it is finished; then the next
one begins, until KILLS (200) have hit. After every kill no batch that was whole is lost, and no file that is half
written is taken for whole; every finished run has the bytes of one that nobody killed, but for the times in its
manifest. Runs go on in forks of one process that has loaded the world, so that a kill hits the run and not the loading.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.errors import InputError
from corridor.stored_runs.computing import compute_run
from corridor.stored_runs.places import LocalPlace
from corridor.stored_runs.question import check_run
from corridor.stored_runs.run_folder import DRAWN, FINISHED, check_run_files, open_run
from corridor.stored_runs.trajectories import BATCHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.projection.runs import Runs
    from corridor.stored_runs.question import RunQuestion


def small_question(draws: int = 12, batch: int = 2) -> RunQuestion:
    """Return a question whose draws take some seconds."""
    words = {"anchor": "blended", "base": "2020-2024", "corridors": ["KAZ-UZB"], "ages": True}
    asked = check_run("korea-eps-doubled", (), last=2026, draws=draws, seed=1, **words)  # type: ignore[arg-type]  # as named
    return replace(asked, batch=batch)


@dataclass(frozen=True)
class Killing:
    """Runs that are killed.

    Attributes
    ----------
    question, runs : what is computed, and the world of it
    seconds : that a run takes which nobody kills
    chance : of the moments
    faults : what a kill left that it must not
    """

    question: RunQuestion
    runs: Runs
    seconds: float
    chance: random.Random
    faults: list[str] = field(default_factory=list)

    def until_finished(self, place: Path, most: int) -> int:
        """Begin a run and carry it on until it is finished, killed on the way at most so often; return how often."""
        kills, before = 0, set[str]()
        while True:
            child = _fork(place, self.question, self.runs)
            if kills < most:
                time.sleep(self.chance.random() * self.seconds * 0.7)
                os.kill(child, signal.SIGKILL)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if status == 0:
                return kills
            if status != -signal.SIGKILL:
                self.faults.append(f"{place.name}: a run that was carried on ended with {status}")
                return most
            kills += 1
            self.faults.extend(f"{place.name}: {fault}" for fault in _left_behind(place, child, before))


def kill_runs(kills: int, home: Path, question: RunQuestion) -> tuple[int, list[str]]:
    """Kill runs in a folder so often, and return how many were finished and what was wrong."""
    runs, whole, finished = question.runs(), home / "whole", 0
    compute_run(LocalPlace(whole), question, runs=runs)
    killing = Killing(question, runs, _seconds(home / "timed", question, runs), random.Random(1))  # noqa: S311 - moments
    left = kills
    while left > 0:
        place = home / f"run-{finished}"
        left -= killing.until_finished(place, left)
        killing.faults.extend(f"{place.name}: {fault}" for fault in differences(whole, place))
        finished += 1
    return finished, killing.faults


def main(words: Sequence[str]) -> int:
    """Print what the kills left, and return 1 if any left what it must not."""
    kills, begun = int(words[0]) if words else 200, time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        finished, faults = kill_runs(kills, Path(home), small_question())
    print(f"{kills} kills over {finished} runs in {time.monotonic() - begun:.0f} s: {len(faults)} faults")
    print("\n".join(faults))
    return int(bool(faults))


def _left_behind(place: Path, child: int, before: set[str]) -> list[str]:
    """Return what a kill must not leave: processes, fewer whole batches than before, files that are not whole."""
    faults = []
    try:
        os.killpg(child, 0)
        faults.append("a process is left")
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    seals = {path.name for path in (place / DRAWN / BATCHES).glob("[0-9]*.json")}
    faults += [f"batch {name} is lost" for name in sorted(before - seals)]
    before |= seals
    if not (place / "run.json").exists():
        return faults
    try:
        stored = open_run(LocalPlace(place))
        if seals:
            stored.draws().demand_whole_files()
        if stored.finished is not None:
            check_run_files(stored)
    except InputError as error:
        faults.append(f"a file that a kill left is not whole, and is sealed: {error}")
    return faults


def differences(whole: Path, place: Path) -> list[str]:
    """Return the files in which a finished run differs from another, times left out."""
    one, two = (
        {str(path.relative_to(home)): path for path in home.rglob("*") if path.is_file()} for home in (whole, place)
    )
    faults = [f"{name} is in one of the two only" for name in sorted(one.keys() ^ two.keys())]
    shared = sorted((one.keys() & two.keys()) - {FINISHED})
    faults += [f"{name} has other bytes" for name in shared if one[name].read_bytes() != two[name].read_bytes()]
    if open_run(LocalPlace(whole)).digest != open_run(LocalPlace(place)).digest:
        faults.append("the digest is another")
    return faults


def _seconds(place: Path, question: RunQuestion, runs: Runs) -> float:
    begun = time.monotonic()
    if os.waitpid(_fork(place, question, runs), 0)[1]:
        raise RuntimeError(place)
    return time.monotonic() - begun


def _fork(place: Path, question: RunQuestion, runs: Runs) -> int:
    """Begin or carry on a run in a process and a group of its own."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        compute_run(LocalPlace(place), question, runs=runs)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
