"""Trajectories on disk, in Zarr: written batch by batch, read again to go on where a run stopped.

A folder holds one array of each of `Totals` and `population_by_age`, persons in single precision, uncompressed: random
numbers hardly compress. Areas and sexes stand in the orders of `corridor.axes`; the attributes list years, ages and the
corridors whose moves are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.areas import codes
from corridor.errors import InputError, Problem
from corridor.projection.batches import BATCH
from corridor.projection.ensemble import NO_CORRIDORS, Totals
from corridor.projection.kernels import GROUP_WIDTH
from corridor.projection.quantiles import UN_BOUNDS, quantiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.projection.ensemble import Corridors, Draw, EnsembleWorld
    from corridor.projection.quantiles import Singles
    from corridor.projection.trajectory import Paths

YEARS_TOGETHER = 4
"""Years of a chunk by age: what is read at a time, 160 MB for a thousand trajectories of the world."""
BY_AGE = "population_by_age"
DONE = "done"


@dataclass(frozen=True, slots=True)
class TrajectoryStore:
    """The trajectories of one run in a folder.

    Attributes
    ----------
    folder : where it stands
    batch : trajectories that are written together
    arrays : name -> Zarr array [trajectory, year, area], and `population_by_age` [trajectory, year, area, sex, group];
        `done` [batch] is 1 where a batch is whole
    """

    folder: Path
    batch: int
    arrays: Any

    def has(self, numbers: range) -> bool:
        """Tell whether a batch is whole."""
        return bool(self.arrays[DONE][numbers.start // self.batch])

    def read(self, numbers: range) -> Totals:
        """Totals of a batch."""
        rows = slice(numbers.start, numbers.stop)
        return Totals(*(np.asarray(self.arrays[field.name][rows]) for field in fields(Totals)))

    def write(self, numbers: range, totals: Totals, groups: Singles) -> None:
        """Keep a batch; it counts as done when all of it is written."""
        rows = slice(numbers.start, numbers.stop)
        for field in fields(Totals):
            self.arrays[field.name][rows] = getattr(totals, field.name)
        self.arrays[BY_AGE][rows] = groups
        self.arrays[DONE][numbers.start // self.batch] = 1

    def by_age(self) -> Iterator[Singles]:
        """Yield population by age a few years at a time: [trajectory, year, area, sex, group], persons."""
        groups = self.arrays[BY_AGE]
        for first in range(0, groups.shape[1], YEARS_TOGETHER):
            yield np.asarray(groups[:, first : first + YEARS_TOGETHER])

    def age_quantiles(self, probabilities: Sequence[float] = UN_BOUNDS) -> Floats:
        """Quantiles of population by age: [probability, year + 1, area, sex, group], persons."""
        return np.concatenate([quantiles(years, probabilities) for years in self.by_age()], axis=1)


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
    InputError : the folder holds something else: another world, other paths, corridors, numbers or batches
    """
    import zarr  # noqa: PLC0415 - only who asks for trajectories waits for it

    run = {
        "fingerprint": fingerprint(world, draw),
        "mode": world.mode,
        "trajectories": trajectories,
        "batch": batch,
        "corridors": [f"{codes()[orig]}-{codes()[dest]}" for orig, dest in zip(*corridors, strict=True)],
    }
    if folder.exists() and any(folder.iterdir()):
        _demand_same_run(folder, run)
        return TrajectoryStore(folder, batch, zarr.open_group(folder, mode="r+"))
    unfinished = folder.with_name(folder.name + ".new")
    _create(zarr.open_group(unfinished, mode="w"), world, run)
    if folder.exists():
        folder.rmdir()
    unfinished.rename(folder)
    return TrajectoryStore(folder, batch, zarr.open_group(folder, mode="r+"))


def _demand_same_run(folder: Path, run: dict[str, Any]) -> None:
    import zarr  # noqa: PLC0415 - as above

    problem = Problem("the folder holds trajectories of another run", "Choose another folder", file=str(folder))
    try:
        found = dict(zarr.open_group(folder, mode="r").attrs)
    except (OSError, ValueError) as error:
        raise InputError(problem) from error
    if any(found.get(name) != value for name, value in run.items()):
        raise InputError(problem)


def _create(group: Any, world: EnsembleWorld, run: dict[str, Any]) -> None:  # noqa: ANN401 - zarr is imported late
    trajectories, batch = run["trajectories"], run["batch"]
    years, (areas, sexes, ages) = len(world.inputs.years), world.inputs.population.shape
    empty = Totals.empty(0, years, areas, len(run["corridors"]))
    for field in fields(Totals):
        shape = getattr(empty, field.name).shape[1:]
        _array(group, field.name, (trajectories, *shape), (batch, *shape))
    by_age = (areas, sexes, (ages - 1) // GROUP_WIDTH + 1)
    _array(group, BY_AGE, (trajectories, years + 1, *by_age), (batch, YEARS_TOGETHER, *by_age))
    batches = -(-trajectories // batch)
    group.create_array(DONE, shape=(batches,), chunks=(1,), dtype="int8", compressors=None, dimension_names=["batch"])
    first = world.inputs.years[0]
    stated = {
        "unit": "persons",
        "first_year": first,
        "last_year": world.inputs.years[-1],
        "stocks": f"1 January {first} to {world.inputs.years[-1] + 1}",
        "age_groups": [f"{low}-{low + GROUP_WIDTH - 1}" for low in range(0, ages - 1, GROUP_WIDTH)] + [f"{ages - 1}+"],
    }
    group.attrs.update({**run, **stated})


def _array(group: Any, name: str, shape: tuple[int, ...], chunks: tuple[int, ...]) -> None:  # noqa: ANN401 - as above
    dates, places = "date" if name.startswith("population") else "year", "corridor" if name == "moves" else "area"
    names = ["trajectory", dates, places, "sex", "age_group"]
    chunks = tuple(max(min(pair), 1) for pair in zip(shape, chunks, strict=True))
    group.create_array(
        name,
        shape=shape,
        chunks=chunks,
        dtype="float32",
        compressors=None,
        dimension_names=names[: len(shape)],
        config={"write_empty_chunks": True},  # looking for empty chunks costs more than writing them
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
