"""Trajectories of a run in a place, in Zarr: kept batch by batch, read again to go on where a run stopped.

A place holds `trajectories.zarr` with one array of each of `Totals` and, if asked for, `population_by_age`; persons in
single precision. Areas and sexes stand in the orders of `corridor.axes`; the attributes list years, ages and the
corridors whose moves are kept.

Beside it stand seals (`corridor.seals`): `draws.json` states the run and seals the descriptions of the arrays, and
`batches/N.json` seals the chunks of a batch, which no other batch shares. A batch is whole when it has its seal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

import corridor
from corridor.areas import codes
from corridor.errors import InputError, Problem
from corridor.projection.batches import BATCH
from corridor.projection.quantiles import UN_BOUNDS, quantiles
from corridor.seals import checked_content, sealed_facts, sum_of, unsealed_facts
from corridor.stored_runs.zarr_arrays import ArrayForm, descriptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corridor.axes import Floats
    from corridor.projection.ensemble import Corridors, Draw, EnsembleWorld, Totals
    from corridor.projection.quantiles import Singles
    from corridor.projection.trajectory import Paths
    from corridor.stored_runs.places import Place

YEARS_TOGETHER = 4
"""Years of a chunk by age: what is read at a time, 160 MB for a thousand trajectories of the world."""
BY_AGE = "population_by_age"
ARRAYS, DRAWS, BATCHES = "trajectories.zarr", "draws.json", "batches"
DRAWS_FORM, BATCH_FORM = "corridor draws 1", "corridor batch 1"
ANOTHER = "Choose another folder"
AGAIN = "corridor run --resume"


@dataclass(frozen=True, slots=True)
class TrajectoryStore:
    """The trajectories of one run in a place.

    Attributes
    ----------
    place : where it stands
    run : sum of `draws.json`, which every batch repeats
    forms : array -> its form: [trajectory, year, area], `population_by_age` [trajectory, year, area, sex, group]
    sums : batch -> path of a chunk in `trajectories.zarr` -> sha256, of the batches that are whole
    """

    place: Place
    run: str
    forms: Mapping[str, ArrayForm]
    sums: dict[int, Mapping[str, str]]

    @property
    def trajectories(self) -> int:
        """Trajectories of the whole run."""
        return self.forms["population"].shape[0]

    @property
    def batch(self) -> int:
        """Trajectories that are written together."""
        return self.forms["population"].chunk[0]

    @property
    def by_ages(self) -> bool:
        """Whether population by age is kept."""
        return BY_AGE in self.forms

    @property
    def batches(self) -> range:
        """Numbers of the batches of the whole run."""
        return range(-(-self.trajectories // self.batch))

    @property
    def missing(self) -> list[range]:
        """Trajectories of each batch that is not whole."""
        firsts = (number * self.batch for number in self.batches if number not in self.sums)
        return [range(first, min(first + self.batch, self.trajectories)) for first in firsts]

    def measure(self, name: str) -> Singles:
        """Return one of `Totals` of all trajectories.

        Raises
        ------
        InputError : a batch is not whole, a chunk is missing or was changed
        """
        self._demand_whole()
        return np.concatenate([self._chunk(name, number, 0) for number in self.batches])[: self.trajectories]

    def write(self, numbers: range, totals: Totals, groups: Singles | None) -> None:
        """Keep a batch; it counts as done when all of it is written and sealed."""
        number, sums = numbers.start // self.batch, {}
        for name, form in self.forms.items():
            values = groups if name == BY_AGE else getattr(totals, name)
            for key, content in form.chunks(name, number, np.asarray(values)):
                self.place.write(f"{ARRAYS}/{key}", content)
                sums[key] = sum_of(content)
        self.place.write(_seal(number), sealed_facts(BATCH_FORM, {"run": self.run, "batch": number, **sums}))
        self.sums[number] = sums

    def by_age(self) -> Iterator[Singles]:
        """Yield population by age a few years at a time: [trajectory, year, area, sex, group], persons.

        Raises
        ------
        InputError : a batch is not whole, a chunk is missing or was changed
        """
        self._demand_whole()
        form = self.forms[BY_AGE]
        for part, first in enumerate(range(0, form.shape[1], YEARS_TOGETHER)):
            together = np.concatenate([self._chunk(BY_AGE, number, part) for number in self.batches])
            yield together[: self.trajectories, : form.shape[1] - first]

    def age_quantiles(self, probabilities: Sequence[float] = UN_BOUNDS) -> Floats:
        """Quantiles of population by age: [probability, year + 1, area, sex, group], persons."""
        return np.concatenate([quantiles(years, probabilities) for years in self.by_age()], axis=1)

    def demand_whole_files(self) -> None:
        """Read every chunk of the batches that are whole.

        Raises
        ------
        InputError : with every chunk that is missing or was changed
        """
        problems: list[Problem] = []
        for number, sums in self.sums.items():
            for key in sums:
                try:
                    self._content(key, number)
                except InputError as error:
                    problems += error.problems
        if problems:
            raise InputError(problems)

    def _demand_whole(self) -> None:
        if missing := [number for number in self.batches if number not in self.sums]:
            fault = f"{len(missing)} of {len(self.batches)} batches are not whole; the first is {missing[0]}"
            raise InputError(Problem(fault, f"Go on with it: {AGAIN} {self.place.path('')}", self.place.path("")))

    def _chunk(self, name: str, number: int, part: int) -> Singles:
        form = self.forms[name]
        if form.empty:
            return np.zeros(form.chunk[:1] + form.shape[1:], np.float32)
        return form.values(self._content(form.key(name, number, part), number))

    def _content(self, key: str, number: int) -> bytes:
        name, remedy = f"{ARRAYS}/{key}", _remedy(self.place, number)
        stated = self.sums.get(number, {}).get(key)
        return checked_content(lambda: self.place.read(name, remedy), stated, remedy, self.place.path(name))


def _seal(number: int) -> str:
    return f"{BATCHES}/{number}.json"


def _remedy(place: Place, number: int) -> str:
    return f"Delete {place.path(_seal(number))} and go on with {AGAIN}: only this batch is computed again"


def open_store(
    place: Place,
    world: EnsembleWorld,
    draw: Draw,
    trajectories: int,
    *,
    corridors: Corridors | None = None,
    batch: int = BATCH,
    ages: bool = True,
) -> TrajectoryStore:
    """Open the store of a run, new or as far as it has come; parameters are those of `run_ensemble`.

    Parameters
    ----------
    ages : whether population by five-year age group is kept

    Raises
    ------
    InputError : the place holds something else: another world, other paths, corridors, numbers, batches or version of
        Corridor; or a file in it is missing, was changed or added
    """
    names = [f"{codes()[orig]}-{codes()[dest]}" for orig, dest in zip(*corridors or ((), ()), strict=True)]
    run = {
        "fingerprint": fingerprint(world, draw),
        "corridor": corridor.__version__,
        "mode": world.mode,
        "trajectories": trajectories,
        "batch": batch,
        "corridors": names,
    }
    forms = _forms(world, trajectories, batch, len(names), ages=ages)
    sizes = place.sizes()
    if DRAWS not in sizes and all(name.endswith("zarr.json") for name in sizes):
        _create(place, world, run, forms)
        sizes = place.sizes()
    described = _demand_same_run(place, run, sizes)
    return _opened(place, forms, described, sizes)


def reopen_store(place: Place) -> TrajectoryStore:
    """Open a store for reading, without the world that it is of.

    Raises
    ------
    InputError : there is none, or a file in it is missing, was changed or added
    """
    sizes = place.sizes()
    facts = _facts(place, sizes)
    forms = {
        name: ArrayForm(tuple(form["shape"]), tuple(form["chunk"]), tuple(form["axes"]), form["kind"])
        for name, form in facts["forms"].items()
    }
    return _opened(place, forms, facts["arrays"], sizes)


def _opened(
    place: Place, forms: Mapping[str, ArrayForm], described: Mapping[str, str], sizes: Mapping[str, int]
) -> TrajectoryStore:
    for name, stated in described.items():
        path = f"{ARRAYS}/{name}"
        checked_content(lambda path=path: place.read(path, ANOTHER), stated, ANOTHER, place.path(path))  # type: ignore[misc]  # path has a default
    store = TrajectoryStore(place, sum_of(place.read(DRAWS, ANOTHER)), forms, {})
    _read_seals(store, sizes)
    _demand_known_files(store, described, sizes)
    return store


def _facts(place: Place, sizes: Mapping[str, int]) -> dict[str, Any]:
    if DRAWS not in sizes:
        fault = f"{DRAWS} is missing: the folder holds other files, or a run of another version of Corridor"
        raise InputError(Problem(fault, ANOTHER, place.path("")))
    return unsealed_facts(place.read(DRAWS, ANOTHER), DRAWS_FORM, ANOTHER, place.path(DRAWS))


def _demand_same_run(place: Place, run: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[str, str]:
    """Return path -> sum of the descriptions of the arrays, after checking that a place holds this run."""
    found = _facts(place, sizes)
    problems = [
        Problem(
            f"the folder holds trajectories of another run: {name} is {found['run'].get(name)!r}, not {value!r}",
            ANOTHER,
            place.path(DRAWS),
        )
        for name, value in run.items()
        if found["run"].get(name) != value
    ]
    if problems:
        raise InputError(problems)
    described: dict[str, str] = found["arrays"]
    return described


def _read_seals(store: TrajectoryStore, sizes: Mapping[str, int]) -> None:
    """Take up the sums of all batches that have a seal."""
    problems: list[Problem] = []
    for number in store.batches:
        try:
            if _seal(number) in sizes:
                store.sums[number] = _sealed_sums(store, number)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)


def _sealed_sums(store: TrajectoryStore, number: int) -> dict[str, str]:
    seal, remedy = _seal(number), _remedy(store.place, number)
    facts = unsealed_facts(store.place.read(seal, remedy), BATCH_FORM, remedy, store.place.path(seal))
    if (facts.pop("run"), facts.pop("batch")) != (store.run, number):
        fault = "the file seals another batch, or that of another run"
        raise InputError(Problem(fault, remedy, store.place.path(seal)))
    return facts


def _demand_known_files(store: TrajectoryStore, described: Mapping[str, str], sizes: Mapping[str, int]) -> None:
    """Raise an error with every chunk of a whole batch that is missing or has another size, and every file too many.

    Batches that are not whole may have chunks: they are written anew.
    """
    known = {DRAWS, *(f"{ARRAYS}/{name}" for name in described)}
    problems: list[Problem] = []
    for number in store.batches:
        chunks = _chunk_sizes(store, number)
        known |= {_seal(number), *chunks}
        if number in store.sums:
            problems += _misfits(store.place, chunks, sizes, _remedy(store.place, number))
    for name in sorted(set(sizes) - known):
        fault = "the file does not belong to this run"
        problems.append(Problem(fault, "Take it out of the folder", store.place.path(name)))
    if problems:
        raise InputError(problems)


def _chunk_sizes(store: TrajectoryStore, number: int) -> dict[str, int]:
    """Return the chunks of a batch with their bytes."""
    return {
        f"{ARRAYS}/{form.key(name, number, part)}": form.chunk_bytes
        for name, form in store.forms.items()
        for part in range(form.parts)
    }


def _misfits(place: Place, chunks: Mapping[str, int], sizes: Mapping[str, int], remedy: str) -> Iterator[Problem]:
    for name, size in chunks.items():
        if name not in sizes:
            yield Problem("the chunk is missing", remedy, place.path(name))
        elif sizes[name] != size:
            yield Problem(f"the chunk has {sizes[name]} bytes instead of {size}", remedy, place.path(name))


def _forms(world: EnsembleWorld, trajectories: int, batch: int, corridors: int, *, ages: bool) -> dict[str, ArrayForm]:
    """Return array -> its form."""
    from corridor.projection.ensemble import Totals  # noqa: PLC0415 - loads the compiler

    years, (areas, sexes, last) = len(world.inputs.years), world.inputs.population.shape
    empty = Totals.empty(0, years, areas, corridors)
    rests = {field.name: getattr(empty, field.name).shape[1:] for field in fields(Totals)}
    if ages:
        rests[BY_AGE] = (years + 1, areas, sexes, len(_group_starts(last)))
    found = {}
    for name, rest in rests.items():
        dates = min(YEARS_TOGETHER, rest[0]) if name == BY_AGE else rest[0]
        chunk = (min(batch, trajectories), dates, *rest[1:])
        axes = ["trajectory", "date" if name.startswith("population") else "year"]
        axes += ("corridor" if name == "moves" else "area", "sex", "age_group")[: len(rest) - 1]
        found[name] = ArrayForm((trajectories, *rest), tuple(max(length, 1) for length in chunk), tuple(axes), "<f4")
    return found


def _create(place: Place, world: EnsembleWorld, run: Mapping[str, Any], forms: Mapping[str, ArrayForm]) -> None:
    """Write the descriptions of the arrays and, last, the manifest: without it the store is not begun."""
    files = descriptions(forms, {**run, **_stated(world)})
    for name, content in files.items():
        place.write(f"{ARRAYS}/{name}", content)
    facts = {
        "run": run,
        "arrays": {name: sum_of(content) for name, content in files.items()},
        "forms": {
            name: {"shape": form.shape, "chunk": form.chunk, "axes": form.axes, "kind": form.kind}
            for name, form in forms.items()
        },
    }
    place.write(DRAWS, sealed_facts(DRAWS_FORM, facts))


def _stated(world: EnsembleWorld) -> dict[str, Any]:
    """Return what the attributes say to other readers of the arrays."""
    years, ages = world.inputs.years, world.inputs.population.shape[2]
    return {
        "unit": "persons",
        "first_year": years[0],
        "last_year": years[-1],
        "stocks": f"1 January {years[0]} to {years[-1] + 1}",
        "areas": list(codes()),
        "age_groups": _group_starts(ages),
    }


def _group_starts(ages: int) -> list[int]:
    """Return the first age of every group that is kept."""
    from corridor.projection.kernels import GROUP_WIDTH  # noqa: PLC0415 - loads the compiler

    return list(range(0, ages, GROUP_WIDTH))


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
