"""The folder of a run: what was asked, the draws, the figures, and the seal that all of it is whole.

    run.json          the question, the scenario in full, sums of all inputs, versions
    draws/            the trajectories, batch by batch (`corridor.stored_runs.trajectories`)
    central.zarr/     the run at the medians, exactly
    *.parquet         tidy summaries with intervals
    scenario.toml     the scenario in full, as a file that the command line runs
    finished.json     sums of all files above: with it the run is finished

All of it but the times in finished.json depends on the question and the inputs only: two machines of a kind write the
same bytes, and so does a run that was killed and carried on.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from corridor.data.files import claimed
from corridor.errors import InputError, Problem, reason
from corridor.seals import checked_content, read_bytes, sealed_facts, sum_of, unsealed_facts
from corridor.stored_runs.central import CENTRAL
from corridor.stored_runs.places import LocalPlace, inside, place_of
from corridor.stored_runs.question import RunQuestion, inputs_now
from corridor.stored_runs.trajectories import BATCHES, DRAWS, reopen_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from corridor.stored_runs.places import Place
    from corridor.stored_runs.trajectories import TrajectoryStore

RUN, FINISHED, DRAWN, SCENARIO = "run.json", "finished.json", "draws", "scenario.toml"
RUN_FORM, FINISHED_FORM = "corridor run 1", "corridor finished run 1"
AGAIN = "Delete the run and begin it again"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run in a place, finished or not.

    Attributes
    ----------
    place : where it is
    question : what it answers
    stated : the question as `run.json` states it
    inputs : sums of the tables it started from, and versions
    scenario : text of the scenario in full, with the origin of every field
    finished : facts of `finished.json`; None while it is not finished
    """

    place: Place
    question: RunQuestion
    stated: Mapping[str, Any]
    inputs: Mapping[str, Any]
    scenario: str
    finished: Mapping[str, Any] | None

    @property
    def sums(self) -> Mapping[str, str]:
        """File -> sha256, of the figures and summaries of a finished run."""
        if self.finished is None:
            remedy = f"Go on with it: corridor run --resume {self.place.path('')}"
            raise InputError(Problem("the run is not finished", remedy, self.place.path("")))
        sums: Mapping[str, str] = self.finished["files"]
        return sums

    @property
    def digest(self) -> str:
        """One sum over every figure of the run and its draws: the same for two runs with the same numbers, to the bit.

        Summaries and descriptions do not enter: other versions of libraries write the same numbers in other bytes.
        """
        demanded = self.sums and self.finished
        return str(demanded["digest"]) if demanded else ""

    def read(self, name: str) -> bytes:
        """Return the content of a figure's or a summary's file, checked."""
        stated = self.sums.get(name)
        return checked_content(lambda: self.place.read(name, AGAIN), stated, AGAIN, self.place.path(name))

    def draws(self) -> TrajectoryStore:
        """Open the trajectories for reading."""
        return reopen_store(inside(self.place, DRAWN))


def begin_run(place: Place, question: RunQuestion) -> StoredRun:
    """Begin a run in a place, or open the run of the same question that is there.

    Raises
    ------
    InputError : the place holds something else, or the run of another question, other inputs or another version
    """
    if names := place.sizes():
        if RUN not in names:
            fault = "the folder holds other files, and no run"
            raise InputError(Problem(fault, "Name another folder with -o", place.path("")))
        stored = open_run(place)
        _demand_same(stored, question)
        return stored
    inputs, text = inputs_now(), question.scenario.to_toml()
    place.write(RUN, sealed_facts(RUN_FORM, {"question": question.facts, **inputs, "scenario": text}))
    return StoredRun(place, question, question.facts, inputs, text, None)


def open_run(word: Place | str | Path) -> StoredRun:
    """Open the run in a place, finished or not.

    Raises
    ------
    InputError : there is none, or its manifests were changed
    """
    place = place_of(word) if isinstance(word, str) or hasattr(word, "parent") else word  # type: ignore[arg-type]  # a Path
    names = place.sizes()
    if RUN not in names:
        remedy = "Name the folder of a run; corridor runs list shows them"
        raise InputError(Problem("there is no run here", remedy, place.path("")))
    facts = unsealed_facts(place.read(RUN, AGAIN), RUN_FORM, AGAIN, place.path(RUN))
    stated, text = facts.pop("question"), facts.pop("scenario")
    return StoredRun(place, RunQuestion.of(stated, text), stated, facts, text, _finished(place, names))


def _finished(place: Place, names: Mapping[str, int]) -> dict[str, Any] | None:
    if FINISHED not in names:
        return None
    remedy = f"Delete {place.path(FINISHED)} and go on with corridor run --resume: what is whole is kept"
    facts = unsealed_facts(place.read(FINISHED, remedy), FINISHED_FORM, remedy, place.path(FINISHED))
    if facts["run"] != sum_of(place.read(RUN, AGAIN)):
        raise InputError(Problem("the file finishes another run", remedy, place.path(FINISHED)))
    return facts


def _demand_same(stored: StoredRun, question: RunQuestion) -> None:
    """Raise an error that names every difference between the run of a folder and what is asked now."""
    named = {key: value for key, value in question.facts.items() if key != "name"}
    remedy = "Name another folder with -o, or delete this run: corridor runs delete"
    problems = [
        Problem(f"the folder holds another run: its {key} is {_short(stored.stated[key])}, not {_short(value)}", remedy)
        for key, value in named.items()
        if stored.stated[key] != value
    ]
    problems += inputs_problems(stored, remedy)
    if problems:
        place = stored.place.path(RUN)
        raise InputError([Problem(problem.fault, problem.remedy, place) for problem in problems])


def inputs_problems(stored: StoredRun, remedy: str) -> Iterator[Problem]:
    """Say in what this installation differs from the one that began a run."""
    for key, value in inputs_now().items():
        if stored.inputs[key] != value:
            fault = f"the run was begun with another {key}: {_difference(stored.inputs[key], value)}"
            yield Problem(fault, remedy, stored.place.path(RUN))


def _difference(there: object, here: object) -> str:
    if isinstance(there, dict) and isinstance(here, dict):
        return ", ".join(sorted(key for key in {*there, *here} if there.get(key) != here.get(key)))
    return f"{there}, and this is {here}"


def _short(value: object) -> str:
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."


def finish_run(stored: StoredRun, files: Mapping[str, bytes], times: Mapping[str, object]) -> StoredRun:
    """Write figures and summaries, and seal the run."""
    for name, content in files.items():
        stored.place.write(name, content)
    facts = {
        "run": sum_of(stored.place.read(RUN, AGAIN)),
        "files": {name: sum_of(content) for name, content in sorted(files.items())},
        "batches": _batch_sums(stored),
        "digest": _digest(stored, {name: sum_of(content) for name, content in files.items()}),
        "times": times,
    }
    stored.place.write(FINISHED, sealed_facts(FINISHED_FORM, facts))
    return replace(stored, finished=facts)


def _batch_sums(stored: StoredRun) -> dict[str, str]:
    """Return seal of a batch -> its sha256."""
    place = inside(stored.place, DRAWN)
    seals = sorted(name for name in place.sizes() if name == DRAWS or name.startswith(f"{BATCHES}/"))
    return {name: sum_of(place.read(name, AGAIN)) for name in seals}


def _digest(stored: StoredRun, files: Mapping[str, str]) -> str:
    """Return the sum over the chunks of all arrays, by their paths."""
    figures = {name: content for name, content in files.items() if name.startswith(f"{CENTRAL}/") and "/c/" in name}
    if stored.question.draws:
        for sums in stored.draws().sums.values():
            figures |= sums
    return sum_of(json.dumps(figures, sort_keys=True).encode())


def check_run_files(stored: StoredRun) -> int:
    """Read every file of a finished run against its sum; return how many.

    Raises
    ------
    InputError : with every file that is missing, was changed, or does not belong to the run
    """
    problems: list[Problem] = []
    for name in stored.sums:
        try:
            stored.read(name)
        except InputError as error:
            problems += error.problems
    drawn = _checked_draws(stored, problems)
    known = {RUN, FINISHED, *stored.sums}
    for name in stored.place.sizes():
        if name not in known and not name.startswith(f"{DRAWN}/"):
            fault = "the file does not belong to this run"
            problems.append(Problem(fault, "Take it out of the folder", stored.place.path(name)))
    if not problems and _digest(stored, stored.sums) != stored.digest:
        problems.append(Problem("the digest is not that of the figures", AGAIN, stored.place.path(FINISHED)))
    if problems:
        raise InputError(problems)
    return len(known) + drawn


def _checked_draws(stored: StoredRun, problems: list[Problem]) -> int:
    if not stored.question.draws:
        return 0
    try:
        store = stored.draws()
        store.demand_whole_files()
    except InputError as error:
        problems += error.problems
        return 0
    sealed, found = stored.finished["batches"] if stored.finished else {}, _batch_sums(stored)
    remedy = f"Delete {stored.place.path(FINISHED)} and go on with corridor run --resume: what is whole is kept"
    problems += [
        Problem("the seal is not the one that the finished run names", remedy, store.place.path(name))
        for name in sorted({*sealed, *found})
        if sealed.get(name) != found.get(name)
    ]
    return len(store.place.sizes())


@contextmanager
def held(place: Place) -> Iterator[None]:
    """Keep other writers away from a run; the lock of a writer that was killed falls by itself.

    An object store has no locks. There two writers of one run write the same bytes, and only waste their time.

    Raises
    ------
    InputError : another process writes to the run, or the folder cannot be written to
    """
    if not isinstance(place, LocalPlace):
        yield
        return
    try:
        with claimed(place.folder):
            yield
    except OSError as error:
        fault = f"the run cannot be written ({reason(error)})"
        raise InputError(Problem(fault, "Name another folder with -o", place.path(""))) from error


def delete_run(word: str | Path) -> None:
    """Delete the run in a place, finished, begun or damaged.

    Raises
    ------
    InputError : there is no run, somebody writes to it, or the system refuses
    """
    place = place_of(word)
    if RUN not in place.sizes():
        fault = "there is no run here, and nothing was deleted"
        raise InputError(Problem(fault, "Name the folder of a run; corridor runs list shows them", place.path("")))
    with held(place):
        try:
            place.delete()
        except OSError as error:
            fault = f"the run cannot be deleted ({reason(error)})"
            raise InputError(Problem(fault, "Mend the cause and try again", place.path(""))) from error


def other_digests(runs: Sequence[StoredRun], manifest: Path) -> Iterator[Problem]:
    """Say which runs have other figures than a manifest, a JSON file of folder name -> digest, names.

    Raises
    ------
    InputError : the manifest cannot be read
    """
    try:
        digests = json.loads(read_bytes(manifest, "Name a JSON file of digests by run"))["digests"]
        stated = [(run, digests.get(run.place.path("").rstrip("/").rpartition("/")[2])) for run in runs]
    except (ValueError, TypeError, KeyError, AttributeError):
        fault = 'the file is not JSON of the form {"digests": {"RUN": "DIGEST"}}'
        raise InputError(Problem(fault, "Name a manifest", str(manifest))) from None
    for run, digest in stated:
        place = run.place.path("")
        if digest is None:
            yield Problem(f"the manifest {manifest} names no run of this name", "Rename the folder", place)
        elif digest != run.digest:
            fault = f"the figures have the digest {run.digest}, and {manifest} says {digest}"
            remedy = "Compare the versions with corridor runs show; another processor may round the last bit otherwise"
            yield Problem(fault, remedy, place)
