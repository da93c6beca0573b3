"""Trajectories on disk, in Zarr: written batch by batch, read again to go on where a run stopped.

A folder holds `trajectories.zarr` with one array of each of `Totals` and `population_by_age`, persons in single
precision, uncompressed: random numbers hardly compress. Areas and sexes stand in the orders of `corridor.axes`; the
attributes list years, ages and the corridors whose moves are kept.

Beside it stand seals (`corridor.seals`): `run.json` states the run and seals the descriptions of the arrays, and
`batches/N.json` seals the chunks of a batch, which no other batch shares. A batch is whole when it has its seal. Chunks
are read with their seals only: Zarr itself would take a chunk that is missing for zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

import corridor
from corridor.areas import codes
from corridor.data.files import write_whole
from corridor.errors import InputError, Problem
from corridor.projection.batches import BATCH
from corridor.projection.ensemble import NO_CORRIDORS, Totals
from corridor.projection.kernels import GROUP_WIDTH
from corridor.projection.quantiles import UN_BOUNDS, quantiles
from corridor.seals import checked, sealed_facts, sum_of, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.projection.ensemble import Corridors, Draw, EnsembleWorld
    from corridor.projection.quantiles import Singles
    from corridor.projection.trajectory import Paths

    Shape = tuple[int, ...]

YEARS_TOGETHER = 4
"""Years of a chunk by age: what is read at a time, 160 MB for a thousand trajectories of the world."""
BY_AGE = "population_by_age"
ARRAYS, RUN, BATCHES = "trajectories.zarr", "run.json", "batches"
RUN_FORM, BATCH_FORM = "corridor trajectories 1", "corridor batch 1"
STORED = np.dtype("<f4")
ANOTHER = "Choose another folder"


@dataclass(frozen=True, slots=True)
class TrajectoryStore:
    """The trajectories of one run in a folder.

    Attributes
    ----------
    folder : where it stands
    run : sum of `run.json`, which every batch repeats
    shapes : array -> its shape and that of its chunks: [trajectory, year, area], `population_by_age` [trajectory,
        year, area, sex, group]
    sums : batch -> path of a chunk in `trajectories.zarr` -> sha256, of the batches that are whole
    """

    folder: Path
    run: str
    shapes: Mapping[str, tuple[Shape, Shape]]
    sums: dict[int, Mapping[str, str]]

    @property
    def batch(self) -> int:
        """Trajectories that are written together."""
        return self.shapes[BY_AGE][1][0]

    @property
    def batches(self) -> range:
        """Numbers of the batches of the whole run."""
        return range(-(-self.shapes[BY_AGE][0][0] // self.batch))

    def has(self, numbers: range) -> bool:
        """Tell whether a batch is whole."""
        return numbers.start // self.batch in self.sums

    def read(self, numbers: range) -> Totals:
        """Totals of a batch; a chunk that is missing or was changed raises `InputError`."""
        number = numbers.start // self.batch
        return Totals(*(self._chunk(field.name, number, 0)[: len(numbers)] for field in fields(Totals)))

    def write(self, numbers: range, totals: Totals, groups: Singles) -> None:
        """Keep a batch; it counts as done when all of it is written and sealed."""
        number, sums = numbers.start // self.batch, {}
        for name in self.shapes:
            values = groups if name == BY_AGE else getattr(totals, name)
            for key, content in self._chunks(name, number, values):
                place = self.folder / ARRAYS / key
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                sums[key] = sum_of(content)
        write_whole(_seal(self.folder, number), sealed_facts(BATCH_FORM, {"run": self.run, "batch": number, **sums}))
        self.sums[number] = sums

    def by_age(self) -> Iterator[Singles]:
        """Yield population by age a few years at a time: [trajectory, year, area, sex, group], persons.

        Raises
        ------
        InputError : a batch is not whole, a chunk is missing or was changed
        """
        (trajectories, dates, *_), _ = self.shapes[BY_AGE]
        if missing := [number for number in self.batches if number not in self.sums]:
            fault = f"{len(missing)} of {len(self.batches)} batches are not whole; the first is {missing[0]}"
            raise InputError(Problem(fault, "Run again into the same folder: the rest is computed", str(self.folder)))
        for part, first in enumerate(range(0, dates, YEARS_TOGETHER)):
            together = np.concatenate([self._chunk(BY_AGE, number, part) for number in self.batches])
            yield together[:trajectories, : dates - first]

    def age_quantiles(self, probabilities: Sequence[float] = UN_BOUNDS) -> Floats:
        """Quantiles of population by age: [probability, year + 1, area, sex, group], persons."""
        return np.concatenate([quantiles(years, probabilities) for years in self.by_age()], axis=1)

    def _chunk(self, name: str, number: int, part: int) -> Singles:
        shape, chunk = self.shapes[name]
        if not math.prod(shape):
            return np.zeros(chunk[:1] + shape[1:], np.float32)
        key = _key(name, number, part)
        content = checked(self.folder / ARRAYS / key, self.sums.get(number, {}).get(key), _remedy(self.folder, number))
        return np.frombuffer(content, STORED).reshape(chunk)

    def _chunks(self, name: str, number: int, values: Singles) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of the chunks of a batch; chunks at an end are filled up with zeros, as in Zarr."""
        shape, chunk = self.shapes[name]
        for part in range(_parts(shape, chunk)):
            block = np.zeros(chunk, STORED)
            piece = values[:, part * chunk[1] : (part + 1) * chunk[1]]
            block[: piece.shape[0], : piece.shape[1]] = piece
            yield _key(name, number, part), block.tobytes()


def _parts(shape: Shape, chunk: Shape) -> int:
    """Chunks of a batch: they follow one another in years."""
    return -(-shape[1] // chunk[1]) if math.prod(shape) else 0


def _key(name: str, number: int, part: int) -> str:
    return f"{name}/c/{number}/{part}" + (3 if name == BY_AGE else 1) * "/0"


def _seal(folder: Path, number: int) -> Path:
    return folder / BATCHES / f"{number}.json"


def _remedy(folder: Path, number: int) -> str:
    return f"Delete {_seal(folder, number)} and run again into the same folder: only this batch is computed anew"


def open_store(
    folder: Path,
    world: EnsembleWorld,
    draw: Draw,
    trajectories: int,
    *,
    corridors: Corridors = NO_CORRIDORS,
    batch: int = BATCH,
) -> TrajectoryStore:
    """Open the store of a run, new or as far as it has come; parameters are those of `run_ensemble`.

    Raises
    ------
    InputError : the folder holds something else: another world, other paths, corridors, numbers, batches or version of
        Corridor; or a file in it is missing, was changed or added
    """
    names = [f"{codes()[orig]}-{codes()[dest]}" for orig, dest in zip(*corridors, strict=True)]
    run = {
        "fingerprint": fingerprint(world, draw),
        "corridor": corridor.__version__,
        "mode": world.mode,
        "trajectories": trajectories,
        "batch": batch,
        "corridors": names,
    }
    shapes = _shapes(world, trajectories, batch, len(names))
    if not folder.exists() or not any(folder.iterdir()):
        _create(folder, world, run, shapes)
    described = _demand_same_run(folder, run)
    store = TrajectoryStore(folder, sum_of((folder / RUN).read_bytes()), shapes, {})
    _read_seals(store)
    _demand_known_files(store, described)
    return store


def _demand_same_run(folder: Path, run: Mapping[str, Any]) -> dict[str, str]:
    """Return path -> sum of the descriptions of the arrays, after checking that a folder holds this run."""
    if not (folder / RUN).is_file():
        fault = f"{RUN} is missing: the folder holds other files, or a run of another version of Corridor"
        raise InputError(Problem(fault, ANOTHER, str(folder)))
    found = unsealed(folder / RUN, RUN_FORM, ANOTHER)
    problems = [
        Problem(
            f"the folder holds trajectories of another run: {name} is {found['run'].get(name)!r}, not {value!r}",
            ANOTHER,
            str(folder / RUN),
        )
        for name, value in run.items()
        if found["run"].get(name) != value
    ]
    if problems:
        raise InputError(problems)
    described: dict[str, str] = found["arrays"]
    for name, stated in described.items():
        checked(folder / ARRAYS / name, stated, ANOTHER)
    return described


def _read_seals(store: TrajectoryStore) -> None:
    """Take up the sums of all batches that have a seal."""
    problems: list[Problem] = []
    for number in store.batches:
        try:
            if _seal(store.folder, number).exists():
                store.sums[number] = _sealed_sums(store, number)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)


def _sealed_sums(store: TrajectoryStore, number: int) -> dict[str, str]:
    seal, remedy = _seal(store.folder, number), _remedy(store.folder, number)
    facts = unsealed(seal, BATCH_FORM, remedy)
    if (facts.pop("run"), facts.pop("batch")) != (store.run, number):
        raise InputError(Problem("the file seals another batch, or that of another run", remedy, str(seal)))
    return facts


def _demand_known_files(store: TrajectoryStore, described: Mapping[str, str]) -> None:
    """Raise an error with every chunk of a whole batch that is missing or has another size, and every file too many.

    Batches that are not whole may have chunks: they are written anew. Names that begin with a dot do not count.
    """
    known = {store.folder / RUN, *(store.folder / ARRAYS / name for name in described)}
    problems: list[Problem] = []
    for number in store.batches:
        sizes = _sizes(store, number)
        known |= {_seal(store.folder, number), *sizes}
        if number in store.sums:
            problems += _misfits(sizes, _remedy(store.folder, number))
    for path in sorted(store.folder.rglob("*")):
        if path not in known and not path.is_dir() and not path.name.startswith("."):
            problems.append(Problem("the file does not belong to this run", "Take it out of the folder", str(path)))
    if problems:
        raise InputError(problems)


def _sizes(store: TrajectoryStore, number: int) -> dict[Path, int]:
    """Return the chunks of a batch with their bytes."""
    return {
        store.folder / ARRAYS / _key(name, number, part): math.prod(chunk) * STORED.itemsize
        for name, (shape, chunk) in store.shapes.items()
        for part in range(_parts(shape, chunk))
    }


def _misfits(sizes: Mapping[Path, int], remedy: str) -> Iterator[Problem]:
    for path, size in sizes.items():
        if not path.is_file():
            yield Problem("the chunk is missing", remedy, str(path))
        elif path.stat().st_size != size:
            yield Problem(f"the chunk has {path.stat().st_size} bytes instead of {size}", remedy, str(path))


def _shapes(world: EnsembleWorld, trajectories: int, batch: int, corridors: int) -> dict[str, tuple[Shape, Shape]]:
    """Return array -> its shape and that of its chunks."""
    years, (areas, sexes, ages) = len(world.inputs.years), world.inputs.population.shape
    empty = Totals.empty(0, years, areas, corridors)
    rests = {field.name: getattr(empty, field.name).shape[1:] for field in fields(Totals)}
    rests[BY_AGE] = (years + 1, areas, sexes, (ages - 1) // GROUP_WIDTH + 1)
    found = {}
    for name, rest in rests.items():
        dates = min(YEARS_TOGETHER, rest[0]) if name == BY_AGE else rest[0]
        chunk = (min(batch, trajectories), dates, *rest[1:])
        found[name] = (trajectories, *rest), tuple(max(length, 1) for length in chunk)
    return found


def _create(folder: Path, world: EnsembleWorld, run: Mapping[str, Any], shapes: Mapping[str, Any]) -> None:
    """Put a folder without batches in place in one step."""
    import zarr  # noqa: PLC0415 - only who asks for new trajectories waits for it

    unfinished = folder.with_name(folder.name + ".new")
    unfinished.mkdir(parents=True, exist_ok=True)
    group = zarr.open_group(unfinished / ARRAYS, mode="w")
    for name, (shape, chunk) in shapes.items():
        _array(group, name, shape, chunk)
    group.attrs.update({**run, **_stated(world)})
    (unfinished / BATCHES).mkdir(exist_ok=True)
    described = sorted((unfinished / ARRAYS).rglob("zarr.json"))
    sums = {path.relative_to(unfinished / ARRAYS).as_posix(): sum_of(path.read_bytes()) for path in described}
    write_whole(unfinished / RUN, sealed_facts(RUN_FORM, {"run": run, "arrays": sums}))
    if folder.exists():
        folder.rmdir()
    unfinished.rename(folder)


def _stated(world: EnsembleWorld) -> dict[str, Any]:
    """Return what the attributes say to other readers of the arrays."""
    years, ages = world.inputs.years, world.inputs.population.shape[2]
    return {
        "unit": "persons",
        "first_year": years[0],
        "last_year": years[-1],
        "stocks": f"1 January {years[0]} to {years[-1] + 1}",
        "age_groups": [f"{low}-{low + GROUP_WIDTH - 1}" for low in range(0, ages - 1, GROUP_WIDTH)] + [f"{ages - 1}+"],
    }


def _array(group: Any, name: str, shape: Shape, chunks: Shape) -> None:  # noqa: ANN401 - zarr is imported late
    dates, places = "date" if name.startswith("population") else "year", "corridor" if name == "moves" else "area"
    names = ["trajectory", dates, places, "sex", "age_group"]
    group.create_array(
        name,
        shape=shape,
        chunks=chunks,
        dtype="float32",
        compressors=None,
        dimension_names=names[: len(shape)],
    )


def _driven(paths: Paths) -> Iterator[Floats]:
    """Yield what drives a trajectory, where something does."""
    if paths.driving is not None:
        driving, effects = paths.driving, paths.driving.effects
        yield from (effects.push, effects.pull, driving.exposure, driving.ageing, driving.network, driving.returns)
        yield from (shared for shared in (effects.pair, effects.back) if shared is not None)


def fingerprint(world: EnsembleWorld, draw: Draw) -> str:
    """Digest of what decides a run: the state, baseline and rates, and the paths of the first trajectory."""
    digest = sha256()
    paths, baseline = draw(range(1)), world.baseline
    for values in (
        world.inputs.population,
        world.inputs.stock,
        world.inputs.fertility,
        world.nodes.e0,
        world.nodes.bend,
        baseline.net,
        baseline.of_natives,
        baseline.of_others,
        paths.fertility,
        paths.life_expectancy,
        paths.propensity,
        paths.pull,
        *_driven(paths),
    ):
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
