"""What a stored run answers: everything that decides its numbers, in a form that a folder keeps and a worker takes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import corridor
from corridor.areas import codes, group_names, index, members
from corridor.calendar import BASE_YEAR
from corridor.data.panel import load_panel
from corridor.data.tables.imports import imported_sums
from corridor.drivers.anchors import ANCHORS
from corridor.errors import InputError, Problem, spelling
from corridor.estimate.world.base_windows import WINDOWS
from corridor.projection.batches import BATCH
from corridor.projection.runs import Runs, load_runs
from corridor.reports.request import (
    LEAST_DRAWS,
    SEEDS,
    choice_problem,
    gathered,
    number_problem,
    whole,
    year_problem,
)
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corridor.projection.ensemble import Corridors
    from corridor.scenario.effective import EffectiveScenario

MOST_DRAWS = 100_000
DECIDING = ("numba", "numpy", "scipy")
"""Libraries that compute: another version may change the last bits."""


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """What decides the numbers of a run.

    Attributes
    ----------
    name : of the scenario, as the user wrote it
    scenario : put together with all that it builds on
    last, anchor, base : last year, key of `ANCHORS`, key of `WINDOWS`
    draws, seed : trajectories around the run at the medians, and their seed
    corridors : pairs of codes whose moves are kept in every draw
    ages : whether population by five-year age group is kept in every draw
    batch : draws that are computed and kept together
    """

    name: str
    scenario: EffectiveScenario
    last: int
    anchor: str
    base: str
    draws: int
    seed: int
    corridors: tuple[tuple[str, str], ...]
    ages: bool = False
    batch: int = BATCH

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years of the run."""
        return tuple(range(BASE_YEAR, self.last + 1))

    @property
    def ends(self) -> Corridors:
        """Positions of origins and of destinations of the corridors."""
        ends = [np.array([index(pair[end]) for pair in self.corridors], np.int64) for end in (0, 1)]
        return ends[0], ends[1]

    @property
    def facts(self) -> dict[str, Any]:
        """What a folder states of the question: texts, numbers and lists."""
        return {
            "name": self.name,
            "title": self.scenario.title,
            "scenario_digest": self.scenario.digest,
            "to": self.last,
            "anchor": self.anchor,
            "base": self.base,
            "draws": self.draws,
            "seed": self.seed,
            "corridors": [f"{orig}-{dest}" for orig, dest in self.corridors],
            "ages": self.ages,
            "batch": self.batch,
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any], toml: str) -> RunQuestion:
        """Return the question of a folder from what it states and the text of its scenario."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scenario.toml"
            path.write_text(toml, encoding="utf-8")
            scenario = load_scenario(str(path), last=facts["to"])
        pairs = tuple((word[:3], word[4:]) for word in facts["corridors"])
        kept = {key: facts[key] for key in ("name", "anchor", "base", "draws", "seed", "ages", "batch")}
        return cls(scenario=scenario, last=facts["to"], corridors=pairs, **kept)

    def runs(self) -> Runs:
        """Load the world of the question."""
        per_degree = self.scenario.settings.per_degree
        return load_runs(load_panel(), self.last, self.anchor, WINDOWS[self.base], per_degree)


def inputs_now() -> dict[str, Any]:
    """Return sums of all tables that runs of this installation start from, and the versions that compute them."""
    panel = load_panel()
    return {
        "corridor": corridor.__version__,
        "libraries": {name: version(name) for name in DECIDING},
        "panel": {name: panel.entry(name).sha256 for name in panel.names()},
        "imported": imported_sums(),
    }


def check_run(
    scenario: str,
    settings: Sequence[str],
    *,
    last: int,
    anchor: str,
    base: str,
    draws: int,
    seed: int,
    corridors: Sequence[str],
    ages: bool,
    problems: Sequence[Problem] = (),
) -> RunQuestion:
    """Turn a user's words into a question.

    Parameters
    ----------
    corridors : words: ORIG-DEST, or a group whose members' corridors are meant
    problems : that were found before

    Raises
    ------
    InputError : with every problem
    """
    found = [*problems, *year_problem("--to", last), *choice_problem("--anchor", anchor, tuple(ANCHORS))]
    found += [*choice_problem("--base", base, tuple(WINDOWS)), *draws_problem(draws)]
    found += number_problem("--seed", seed, SEEDS)
    pairs = [pair for word in corridors for pair in gathered(found, lambda word=word: corridors_of(word)) or ()]  # type: ignore[misc]  # word has a default
    effective = gathered(found, lambda: load_scenario(scenario, settings, last=whole(last)))
    if found or effective is None:
        raise InputError(found)
    kept = tuple(sorted(dict.fromkeys(pairs)))
    return RunQuestion(
        " ".join([scenario, *settings]), effective, last, anchor, base, draws, seed, kept, ages and draws > 0
    )


def draws_problem(draws: object) -> Iterator[Problem]:
    """Say that a number of draws is neither 0 nor enough for a range."""
    number = whole(draws)
    if number is None or not (number == 0 or LEAST_DRAWS <= number <= MOST_DRAWS):
        fault = f"this is neither 0 nor a whole number from {LEAST_DRAWS} to {MOST_DRAWS}"
        yield Problem(fault, "Choose one of these numbers", column="--draws", value=draws)


def corridors_of(word: str) -> list[tuple[str, str]]:
    """Return the corridors that a word means: ORIG-DEST, or all between members of a group.

    Raises
    ------
    InputError : it means none
    """
    option = "--corridors"
    orig, dash, dest = word.partition("-")
    if dash and orig in codes() and dest in codes():
        if orig == dest:
            fault = "the corridor leads from an area to itself"
            raise InputError(Problem(fault, "Name two areas, such as UZB-KAZ", column=option, value=word))
        return [(orig, dest)]
    if word in group_names():
        inside = [area.iso3 for area in members(word)]
        return [(orig, dest) for orig in inside for dest in inside if orig != dest]
    remedy = f"Write ORIG-DEST in ISO codes, such as UZB-KAZ, or a group. {spelling(word, list(group_names()))}"
    raise InputError(Problem("this is neither a corridor nor a group", remedy, column=option, value=word))
