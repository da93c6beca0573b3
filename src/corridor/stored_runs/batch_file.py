"""A batch file: several runs in one TOML file, which one command computes one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.data.tables.toml_text import read_toml
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.errors import InputError, Problem, spelling
from corridor.estimate.world.base_windows import DEFAULT_WINDOW
from corridor.stored_runs.question import RunQuestion, check_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTINGS: Mapping[str, object] = {
    "to": 2060,
    "draws": 1000,
    "seed": 1,
    "anchor": DEFAULT_ANCHOR,
    "base": DEFAULT_WINDOW,
    "corridors": ["CICA"],
    "ages": False,
}
"""What holds for all runs of the file, and what it is where the file does not say."""
OF_RUN = ("name", "scenario", "set")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]{0,63}")
EXAMPLE = 'Write [[run]] with scenario = "baseline" for each run'


@dataclass(frozen=True, slots=True)
class NamedRun:
    """A run of a batch file, and the name of its folder."""

    name: str
    question: RunQuestion


def read_batch(path: Path) -> list[NamedRun]:
    """Read a batch file: settings that hold for all runs, and a table [[run]] for each.

    A run has a `scenario` (a shipped one or a file, whose path starts from the batch file), settings over it in `set`
    (a list of KEY=VALUE), and a `name` for its folder, which is the scenario's where none is given.

    Raises
    ------
    InputError : with every problem of the file and of its scenarios
    """
    given = read_toml(path)
    runs = given.pop("run", None)
    problems = [*_unknown(path, given, tuple(SETTINGS), "setting of all runs")]
    tables = runs if isinstance(runs, list) and runs and all(isinstance(run, dict) for run in runs) else []
    if not tables:
        problems.append(Problem("the file names no runs", EXAMPLE, str(path), column="run", value=runs))
    found: list[NamedRun] = []
    for number, run in enumerate(tables, start=1):
        try:
            found.append(_named_run(path, f"run[{number}]", run, {**SETTINGS, **given}))
        except InputError as error:
            problems += error.problems
    names = [run.name for run in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        fault = "several runs have this name, and each needs a folder of its own"
        problems.append(Problem(fault, 'Give each a name: name = "hot"', str(path), column="name", value=name))
    if problems:
        raise InputError(problems)
    return found


def _unknown(path: Path, given: Mapping[str, Any], known: tuple[str, ...], what: str) -> Iterator[Problem]:
    for key in given:
        if key not in known:
            yield Problem(f"there is no such {what}", spelling(key, known), str(path), column=key)


def _named_run(path: Path, where: str, run: Mapping[str, Any], shared: Mapping[str, Any]) -> NamedRun:
    problems = [*_unknown(path, run, OF_RUN, "setting of a run")]
    scenario, settings = run.get("scenario", "baseline"), run.get("set", [])
    name = run.get("name", Path(str(scenario)).name.removesuffix(".toml"))
    texts = {"scenario": scenario, "name": name}
    lists = {"set": settings, "corridors": shared["corridors"]}
    wrong = {key: "a text" for key, value in texts.items() if not isinstance(value, str)}
    wrong |= {key: "a list of texts" for key, value in lists.items() if not _texts(value)}
    wrong |= {} if isinstance(shared["ages"], bool) else {"ages": "true or false"}
    for key, kind in wrong.items():
        given = {**texts, **lists, **shared}[key]
        problems.append(Problem(f"this is not {kind}", EXAMPLE, str(path), column=f"{where}.{key}", value=given))
    if isinstance(name, str) and not NAME.fullmatch(name):
        fault = "a name has up to 64 letters, digits and the signs . _ = -"
        problems.append(Problem(fault, "Name the run so", str(path), column=f"{where}.name", value=name))
    if problems:
        raise InputError(problems)
    beside = path.parent / scenario
    word = str(beside) if beside.is_file() else scenario
    try:
        question = check_run(
            word,
            settings,
            last=shared["to"],
            anchor=shared["anchor"],
            base=shared["base"],
            draws=shared["draws"],
            seed=shared["seed"],
            corridors=shared["corridors"],
            ages=shared["ages"],
        )
    except InputError as error:
        named = [
            Problem(one.fault, one.remedy, one.file or str(path), one.row, one.column, one.value)
            for one in error.problems
        ]
        raise InputError(named) from None
    return NamedRun(name, question)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
