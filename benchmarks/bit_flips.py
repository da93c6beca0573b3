"""Damage to stored files, and whether it is found when they are read.

    python -m benchmarks.bit_flips [number]

Of each kind of stored thing, single bits are flipped at random (400 unless a number is given; half of them in files
taken alike, so that manifests have their share, half in bytes taken alike), and files are lost, cut short, swapped,
renamed and added. Damage is found if reading raises Corridor's own error, and harmless if what is read stays the same
to the bit.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corridor import seals
from corridor.errors import InputError
from corridor.seals import sum_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

FLIPS = 400
OTHERS = 10
"""Times that each other kind of damage is done."""
AREAS = ("areas/register.csv", "areas/groups.csv")
IMPORTS = {
    "warming": "iso3,warming_per_degree\nUZB,1.3\nKAZ,1.4\n",
    "effects": "iso3,year,log_push\nUZB,2030,0.1\nUZB,2040,0.2\n",
    "flows": "orig,dest,year,persons\nUZB,KAZ,2019,12.5\nKGZ,KAZ,2019,3\n",
    "distance": "orig,dest,km\nUZB,KAZ,1400\nKAZ,UZB,1400\n",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """A kind of stored thing.

    Attributes
    ----------
    name : for the table
    make : writes it into an empty folder
    read : reads all of it: a sum of what was read
    """

    name: str
    make: Callable[[Path], object]
    read: Callable[[Path], str]


def _sum_of_frames(frames: Sequence[pd.DataFrame]) -> str:
    return sum_of("".join(frame.to_csv(index=False) for frame in frames).encode())


def _copy_package(folder: Path, only: Callable[[str], bool]) -> None:
    for name in (seals.SHIPPED, *filter(only, seals.shipped_sums())):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(seals.PACKAGE / name, folder / name)


@contextmanager
def _package_in(folder: Path) -> Iterator[None]:
    """Let the package's data files be read from a folder."""
    here = seals.PACKAGE
    seals.PACKAGE = folder
    seals.shipped_sums.cache_clear()
    try:
        yield
    finally:
        seals.PACKAGE = here
        seals.shipped_sums.cache_clear()


def _read_package(folder: Path, only: Callable[[str], bool]) -> str:
    with _package_in(folder):
        return sum_of(b"".join(seals.shipped(name) for name in seals.shipped_sums() if only(name)))


def _shipped(name: str, only: Callable[[str], bool]) -> Stored:
    return Stored(name, lambda folder: _copy_package(folder, only), lambda folder: _read_package(folder, only))


def panel_files() -> Stored:
    """The panel that comes with the package."""
    from corridor.data.panel import EMBEDDED, load_panel

    def read(folder: Path) -> str:
        panel = load_panel(folder)
        if problems := panel.damaged():
            raise InputError(problems)
        return sum_of("".join(map(str, panel.registry.entries.values())).encode())

    return Stored("panel", lambda folder: shutil.copytree(EMBEDDED, folder, dirs_exist_ok=True), read)


def imports() -> Stored:
    """Imported tables, a kind each."""
    from corridor.data.tables.imports import import_table, imported, imported_sums

    def make(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as brought:
            for kind, text in IMPORTS.items():
                (Path(brought) / f"{kind}.csv").write_text(text)
                import_table(kind, Path(brought) / f"{kind}.csv", folder)

    def read(folder: Path) -> str:
        return _sum_of_frames([imported(kind, folder) for kind in IMPORTS]) + str(imported_sums(folder))

    return Stored("imports", make, read)


def back_test() -> Stored:
    """Results of two rivals at two origins."""
    from corridor.backtest.flow_products import panel_product
    from corridor.backtest.rolling import run_rolling
    from corridor.backtest.simple_rivals import RIVALS
    from corridor.data.panel import load_panel

    product = panel_product(load_panel())

    def read(folder: Path) -> str:
        found = run_rolling(product, folder, models=RIVALS[:2], origins=(2005, 2010), periods=1, draws=10)
        return _sum_of_frames([found.scores, found.area_errors, found.points])

    return Stored("back-test", read, read)


def trajectories() -> Stored:
    """Eight trajectories of the world to 2035, in batches of three."""
    from corridor.data.panel import load_panel
    from corridor.projection.runs import load_runs
    from corridor.stored_runs.places import LocalPlace
    from corridor.stored_runs.tasks import keep_batches
    from corridor.stored_runs.trajectories import BY_AGE, open_store

    runs = load_runs(load_panel(), last=2035, anchor="un")
    world, draw = replace(runs.world, mode="net"), cache(runs.paths(1))

    def read(folder: Path) -> str:
        store = open_store(LocalPlace(folder), world, draw, 8, batch=3)
        arrays = [*store.by_age(), *(store.measure(name) for name in store.forms if name != BY_AGE)]
        return sum_of(b"".join(array.tobytes() for array in arrays))

    def make(folder: Path) -> None:
        keep_batches(open_store(LocalPlace(folder), world, draw, 8, batch=3), world, draw)

    return Stored("trajectories", make, read)


def flip(files: Sequence[Path], chance: random.Random) -> None:
    """Flip a bit."""
    weights = [path.stat().st_size for path in files] if chance.random() < 0.5 else None
    path = chance.choices(files, weights)[0]
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def lose(files: Sequence[Path], chance: random.Random) -> None:
    """Delete a file."""
    chance.choice(files).unlink()


def cut(files: Sequence[Path], chance: random.Random) -> None:
    """Cut a file short."""
    path = chance.choice(files)
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def swap(files: Sequence[Path], chance: random.Random) -> None:
    """Swap two files that differ."""
    one, other = chance.sample(files, 2)
    while one.read_bytes() == other.read_bytes():
        one, other = chance.sample(files, 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def rename(files: Sequence[Path], chance: random.Random) -> None:
    """Give a file another name."""
    path = chance.choice(files)
    path.rename(path.with_name("x" + path.name))


def add(files: Sequence[Path], chance: random.Random) -> None:
    """Put a copy of a file beside it."""
    path = chance.choice(files)
    shutil.copyfile(path, path.with_name("x" + path.name))


DAMAGES = {flip: FLIPS, lose: OTHERS, cut: OTHERS, swap: OTHERS, rename: OTHERS, add: OTHERS}


def tried(stored: Stored, folder: Path, numbers: dict[Callable[..., None], int]) -> dict[str, dict[str, int]]:
    """Make the thing, damage it and read it, over and over: damage -> result -> times."""
    folder.mkdir()
    stored.make(folder)
    whole = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    same, chance = stored.read(folder), random.Random(1)  # noqa: S311 - nothing secret
    files = sorted(path for path, content in whole.items() if content)
    counts: dict[str, dict[str, int]] = {}
    for damage, number in numbers.items():
        counts[damage.__name__] = dict.fromkeys(("found", "harmless", "missed"), 0)
        for _ in range(number):
            damage(files, chance)
            counts[damage.__name__][_result(stored, folder, same)] += 1
            _put_back(folder, whole)
    return counts


def _result(stored: Stored, folder: Path, same: str) -> str:
    try:
        read = stored.read(folder)
    except InputError as error:
        named = [problem for problem in error.problems if problem.file and problem.remedy]
        return "found" if len(named) == len(error.problems) else "missed"
    return "harmless" if read == same else "missed"


def _put_back(folder: Path, whole: dict[Path, bytes]) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path not in whole:
            path.unlink()
    for path, content in whole.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def all_stored() -> tuple[Callable[[], Stored], ...]:
    """Return what makes each kind of stored thing."""
    return (
        lambda: _shipped("areas", lambda name: name in AREAS),
        lambda: _shipped("other data files", lambda name: name not in AREAS),
        panel_files,
        imports,
        back_test,
        trajectories,
    )


def main(flips: int = FLIPS) -> None:
    """Print a table."""
    print(f"{'stored':<18}{'damage':<8}{'times':>6}{'found':>7}{'harmless':>10}{'missed':>8}")
    with tempfile.TemporaryDirectory() as place:
        for kind in all_stored():
            stored = kind()
            for damage, counts in tried(stored, Path(place) / stored.name, {**DAMAGES, flip: flips}).items():
                figures = f"{counts['found']:>7}{counts['harmless']:>10}{counts['missed']:>8}"
                print(f"{stored.name:<18}{damage:<8}{sum(counts.values()):>6}{figures}", flush=True)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
