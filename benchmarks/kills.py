"""`python -m benchmarks.kills [RANDOM WRITING [CASE ...]]`: commands killed at any moment leave whole folders.

Every kill is SIGKILL to a process that runs a command with small sizes: RANDOM of them at a moment anywhere in the run,
WRITING at a moment after the results began to be written. Afterwards the folder is absent, or byte for byte that of the
former run or of the killed one (of a back-test, which writes a folder for each job: every job's); no process is left;
and a run that nobody kills gives the same bytes as ever and sweeps what the killed ones left. Commands run in forks of
one process that has loaded everything, so that a kill hits the command and not the loading.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

from corridor.cli import main as corridor
from corridor.data.files import NEW, WORK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

SOURCES = Path(__file__).resolve().parents[2] / "shared" / "data"
ORPHAN_AFTER = 5.0
"""Seconds that processes of a killed command may take to end."""
FORMER, KILLED = "former", "killed"

Snapshot = dict[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A command that writes a folder.

    Attributes
    ----------
    run : writes the results of one of two requests, False or True, whose files differ
    place : the folder, below the current one
    jobs : whether the folders in it are each written whole, instead of all together
    """

    run: Callable[[bool], object]
    place: Path = Path("out")
    jobs: bool = False


def command(words: str, other: str) -> Case:
    """Return the case of a command line; `other` is added for the other request."""

    def run(changed: bool) -> object:
        asked = [*words.split(), *(other.split() if changed else ()), "-o", "out"]
        return corridor(args=asked, standalone_mode=False)

    return Case(run)


class Noon(datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Return the same moment always."""
        return cls(2026, 1, 1, 12, tzinfo=tz)


def _project(changed: bool) -> None:
    """Project the regions of the template."""
    from corridor.own_regions.template import write_template

    folder = Path("changed" if changed else "mine")
    if not folder.exists():
        write_template(folder)
        settings = folder / "project.toml"
        settings.write_text(settings.read_text().replace("years = 25", f"years = {10 + 5 * changed}"))
    corridor(args=["project", str(folder), "-o", "out"], standalone_mode=False)


def _build(changed: bool) -> None:
    """Build a panel of two publishers."""
    from corridor.data import build

    fewer = {"FILLED": (), "READERS": ("natural_earth",) if changed else ("ssp", "natural_earth")}
    vars(build).update(fewer)
    build.build_panel(SOURCES, Path("out"))


def _import(changed: bool) -> None:
    from corridor.data.tables import imports

    vars(imports)["datetime"] = Noon  # the day of an import is part of it
    rows = "".join(f"KAZ,{area},{year},{10 + changed}\n" for area in ("UZB", "RUS") for year in range(2000, 2020))
    Path("flows.csv").write_text(f"orig,dest,year,persons\n{rows}")
    imports.import_table("flows", Path("flows.csv"))


def _backtest(changed: bool, workers: int = 1) -> None:
    from corridor.backtest import rolling
    from corridor.backtest.flow_products import panel_product
    from corridor.data.panel import load_panel

    product, models = panel_product(load_panel()), rolling.MODELS[:1]
    rolling.run_rolling(
        product, Path("out"), models=models, origins=(2010, 2015), seed=1 + changed, draws=20, workers=workers
    )


CASES = {
    "project": Case(_project),
    "outlook": command("outlook --group KAZ", "--to 2027"),
    "population": command("population KAZ --trajectories 20 --to 2026", "--seed 2"),
    "explain": command("explain KAZ --to 2026 --draws 0", "--anchor observed"),
    "ledger": command("ledger UZB KOR --draws 0 --to 2026", "--anchor observed"),
    "data build": Case(_build),
    "data import": Case(_import, Path("kept/corridor/imports/flows")),
    "back-test": Case(_backtest, Path("out/moves"), jobs=True),
    "back-test, 2 processes": Case(partial(_backtest, workers=2), Path("out/moves"), jobs=True),
}


def main(words: Sequence[str]) -> int:
    """Print a table of kills and return 1 if any left what it must not."""
    numbers = [int(word) for word in words[:2]] or [200, 100]
    chosen = list(words[2:]) or list(CASES)
    print(f"{'':<24}{'kills':>6}{'absent':>8}{'former':>8}{'new':>6}{'by job':>8}{'mixed':>7}{'orphans':>9}  rerun")
    failed, begun = False, time.monotonic()
    for position, name in enumerate(chosen):
        shares = [len(range(position, number, len(chosen))) for number in numbers]
        with tempfile.TemporaryDirectory() as folder:
            failed |= killed(name, CASES[name], Path(folder), *shares)
    print(f"{time.monotonic() - begun:.0f} s")
    return int(failed)


def killed(name: str, case: Case, folder: Path, at_random: int, writing: int) -> bool:
    """Kill a command some times, print its row, and tell whether something was left that must not be."""
    os.chdir(folder)
    os.environ["XDG_DATA_HOME"] = str(folder / "kept")
    wholes = {}
    for changed, called in ((True, FORMER), (False, KILLED)):
        _whole(case, changed)
        wholes[called] = snapshot(case.place)
        if changed:
            shutil.copytree(case.place, FORMER)
    _clear(case)
    until_writing, in_all = timed(case)
    found, orphans, chance = Counter[str](), 0, random.Random(name)  # noqa: S311 - moments
    for number in range(at_random + writing):
        _clear(case)
        if number % 2:
            shutil.copytree(FORMER, case.place)
        moment = chance.random() * (in_all if number < at_random else in_all - until_writing)
        orphans += not kill(case, moment, writing=number >= at_random)
        found[_kind(snapshot(case.place), wholes, jobs=case.jobs)] += 1
    _whole(case, changed=False)
    same = snapshot(case.place) == wholes[KILLED]
    left = [path.name for path in case.place.parent.iterdir() if path.name.startswith(".")]
    columns = zip(("absent", FORMER, KILLED, "by job", "mixed"), (8, 8, 6, 8, 7), strict=True)
    row = "".join(f"{found[column]:>{width}}" for column, width in columns)
    told = f"{'same bytes' if same else 'OTHER BYTES'}{f', LEFT {left}' if left else ''}"
    print(f"{name:<24}{at_random + writing:>6}{row}{orphans:>9}  {told}", flush=True)
    os.chdir("/")
    return bool(found["mixed"] or orphans or left or not same)


def _kind(seen: Snapshot, wholes: dict[str, Snapshot], *, jobs: bool) -> str:
    """Tell what a folder holds after a kill: nothing, a whole of one run, whole jobs of both, or what it must not."""
    if not seen:
        return "absent"
    if whole := [key for key, files in wholes.items() if seen == files]:
        return whole[0]
    known = [files for whole in wholes.values() for files in _by_job(whole).values()]
    return "by job" if jobs and all(files in known for files in _by_job(seen).values()) else "mixed"


def _by_job(seen: Snapshot) -> dict[str, Snapshot]:
    """Return folder -> its files."""
    found: dict[str, Snapshot] = {}
    for name, content in seen.items():
        found.setdefault(name.partition("/")[0], {})[name] = content
    return found


def snapshot(place: Path) -> Snapshot:
    """Return the sum of every file below a folder; hidden folders of killed jobs inside are not results."""
    files = (path for path in place.rglob("*") if path.is_file()) if place.exists() else ()
    shown = (path for path in files if not any(part.endswith(WORK) for part in path.relative_to(place).parts))
    return {str(path.relative_to(place)): sha256(path.read_bytes()).hexdigest() for path in shown}


def timed(case: Case) -> tuple[float, float]:
    """Return the seconds of a run until it begins to write, and in all."""
    begun = time.monotonic()
    child = fork(case, changed=False)
    _await_writing(case, child)
    writing = time.monotonic() - begun
    if os.waitpid(child, 0)[1]:
        raise RuntimeError(case)
    return writing, time.monotonic() - begun


def kill(case: Case, moment: float, *, writing: bool) -> bool:
    """Kill a run at a moment in seconds, from its start or from when it begins to write; tell if no process is left."""
    child = fork(case, changed=False)
    ended = writing and _await_writing(case, child)
    if not ended:
        time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    last = time.monotonic() + ORPHAN_AFTER
    while time.monotonic() < last:
        try:
            os.killpg(child, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    return False


def fork(case: Case, *, changed: bool) -> int:
    """Begin a run in a process and a group of its own."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        case.run(changed)
        code = 0
    finally:
        os._exit(code)


def _await_writing(case: Case, child: int) -> bool:
    """Wait until a run writes; tell if it has ended before that was seen."""
    while not list(case.place.parent.glob(f".*{WORK}/{NEW}")) and not list(case.place.glob(f".*{WORK}/{NEW}")):
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return True
        time.sleep(0.0005)
    return False


def _whole(case: Case, changed: bool) -> None:
    """Run a case to its end in this process, which so has loaded all that it needs."""
    _, before = sys.stdout.flush(), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        case.run(changed)
    finally:
        sys.stdout.flush()
        os.dup2(before, 1)


def _clear(case: Case) -> None:
    shutil.rmtree(case.place, ignore_errors=True)
    case.place.parent.mkdir(parents=True, exist_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
