"""The contents of an explorer: the past, the baseline, a run and its draws, scenarios beside it, and the causes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

import corridor
from corridor.analysis.safety import PRICE, SMUGGLED, load_death_risk, safety_bounds
from corridor.areas import areas, codes, group_names, index, members
from corridor.calendar import BASE_YEAR, FIRST_KNOWN, LAST_KNOWN, PERIODS, STOCK_YEARS
from corridor.data.panel import load_panel
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.drivers.assembly import central_chance, load_conditions
from corridor.estimate.world.base_windows import DEFAULT_WINDOW, WINDOWS
from corridor.explorer.causes import CAUSES, cause_arrays
from corridor.explorer.container import pack, rounded
from corridor.explorer.corridors import KeptCorridors
from corridor.explorer.exercises import exercise_facts, exercise_scenarios
from corridor.explorer.past import COARSE, land_arrays, past_arrays, past_moves
from corridor.explorer.russian import russian
from corridor.explorer.scenario_arrays import Shown, bounds_arrays, walk_scenario
from corridor.projection.batches import in_order
from corridor.projection.quantiles import quantiles
from corridor.projection.runs import load_runs
from corridor.scenario.load import load_scenario
from corridor.stored_runs.citation import citation
from corridor.stored_runs.summaries import BOUNDS, OF_DRAWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corridor.axes import Booleans
    from corridor.explorer.exercises import Exercise
    from corridor.explorer.past import Arrays
    from corridor.explorer.scenario_arrays import Walked
    from corridor.projection.runs import Runs
    from corridor.scenario.effective import EffectiveScenario
    from corridor.stored_runs.run_folder import StoredRun

BASELINE = "baseline"
EVERY = 5
"""Years between the dates of stocks and ages, and between years whose changes are explained."""
FOR_FILES = (
    "bay-of-bengal-climate-visa",
    "cica-student-mobility",
    "closed-doors",
    "eaeu-recognition",
    "family-reunification",
    "gulf-contract-reform",
    "korea-eps-doubled",
    "no-climate",
    "resettlement-doubled",
    "return-reintegration",
    "russian-patent-replaced",
    "ssp1-2.6",
    "ssp3-7.0",
)
"""Shipped scenarios of a single file, which has little room; the program offers all."""
USUAL_WARMING = "surface"


@dataclass(frozen=True, slots=True)
class Titled:
    """A scenario that an explorer offers.

    Attributes
    ----------
    key : its name
    title, description : in English and Russian, by "en" and "ru"
    scenario : its settings
    exercise : whether only an exercise uses it
    """

    key: str
    title: dict[str, str]
    description: dict[str, str]
    scenario: EffectiveScenario
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What an explorer shows.

    Attributes
    ----------
    last, anchor, base : last year, anchor and base window of all runs
    group : that is in first view
    run : the scenario that is looked at first
    others : scenarios beside it and the baseline
    command : the line that makes the same
    stored : the run with its draws; None where there are only medians
    exercises : of the training room
    """

    last: int
    anchor: str
    base: str
    group: str
    run: Titled
    others: tuple[Titled, ...]
    command: str
    stored: StoredRun | None = None
    exercises: tuple[Exercise, ...] = ()

    @property
    def scenarios(self) -> tuple[Titled, ...]:
        """All scenarios: the baseline, the run's where it is another, the others, and those of exercises."""
        found = {BASELINE: shipped_scenario(BASELINE, self.last)}
        of_exercises = (Titled(*facts, exercise=True) for facts in exercise_scenarios(self.exercises))
        for titled in (self.run, *self.others, *of_exercises):
            found.setdefault(titled.key, titled)
        return tuple(found.values())


def shipped_scenario(name: str, last: int) -> Titled:
    """Return a scenario that comes with Corridor."""
    scenario, words = load_scenario(name, last=last), russian()["scenarios"][name]
    title = {"en": scenario.title, "ru": words["title"]}
    return Titled(name, title, {"en": scenario.description, "ru": words["description"]}, scenario)


def asked_of(
    group: str,
    last: int,
    command: str,
    *,
    anchor: str = DEFAULT_ANCHOR,
    base: str = DEFAULT_WINDOW,
    beside: Sequence[str] = FOR_FILES,
    exercises: Sequence[Exercise] = (),
) -> Asked:
    """Ask for the baseline at the medians and shipped scenarios beside it."""
    shipped = tuple(shipped_scenario(name, last) for name in beside)
    run = shipped_scenario(BASELINE, last)
    return Asked(last, anchor, base, group, run, shipped, command, exercises=tuple(exercises))


def asked_of_run(
    stored: StoredRun,
    group: str,
    command: str,
    *,
    beside: Sequence[str] = FOR_FILES,
    exercises: Sequence[Exercise] = (),
) -> Asked:
    """Ask for a stored run, with its draws, and shipped scenarios beside it."""
    question = stored.question
    said = question.scenario.title, question.scenario.description
    title, description = ({"en": words, "ru": words} for words in said)
    run = Titled(question.name, title, description, question.scenario)
    if question.scenario.digest == load_scenario(BASELINE).digest:
        run = replace(run, key=BASELINE)
    shipped = tuple(shipped_scenario(name, question.last) for name in beside)
    drawn = stored if question.draws else None
    world = question.last, question.anchor, question.base
    return Asked(*world, group, run, shipped, command, drawn, tuple(exercises))


@dataclass(frozen=True, slots=True)
class Prepared:
    """The world behind an explorer, ready to run further scenarios.

    Attributes
    ----------
    asked : what it shows
    shown : what its scenarios share
    """

    asked: Asked
    shown: Shown

    def walk(self, titled: Titled) -> Walked:
        """Run a scenario at the medians, with the table of warming per degree that it asks for."""
        runs, settings = self.shown.runs, titled.scenario.settings
        per_degree = settings.per_degree
        if per_degree != USUAL_WARMING:
            inputs = runs.inputs
            conditions = load_conditions(runs.panel, inputs.years, inputs.base.outward, per_degree)
            runs = replace(runs, conditions=conditions)
        return walk_scenario(runs, settings)

    def preview(self, titled: Titled) -> bytes:
        """Return the container of one more scenario, as differences from the baseline."""
        arrays = self.shown.arrays(self.walk(titled), 1)
        return pack({"scenarios": [_scenario_facts(titled, 0)]}, arrays)


def prepare(asked: Asked) -> Prepared:
    """Load the world and run its baseline."""
    runs = load_runs(load_panel(), asked.last, asked.anchor, WINDOWS[asked.base])
    first = walk_scenario(runs, load_scenario(BASELINE, last=asked.last).settings)
    peaks = np.maximum(past_moves(runs.panel).max(axis=0), first.central.flows.max(axis=0))
    kept = KeptCorridors.of_peaks(peaks, _wanted(asked, runs), len(runs.inputs.years))
    return Prepared(asked, Shown(runs, kept, _dates(asked.last), first))


def _dates(last: int) -> list[int]:
    return sorted({*range(BASE_YEAR, last + 1, EVERY), last})


def _wanted(asked: Asked, runs: Runs) -> Booleans:
    """Corridors that the explorer keeps whatever their size: within the group, those with levers, those with draws."""
    inside = np.isin(codes(), [area.iso3 for area in members(asked.group)])
    wanted: Booleans = np.outer(inside, inside)
    for titled in asked.scenarios:
        gate = runs.driving(titled.scenario.settings).gate
        if gate is not None:
            wanted[gate.origins, gate.destinations] = True
    if asked.stored is not None:
        wanted[asked.stored.question.ends] = True
    return wanted


def contents_of(prepared: Prepared, *, progress: Callable[[int], object] | None = None) -> bytes:
    """Return the contents of an explorer as a container.

    Parameters
    ----------
    progress : called with the number of runs of the world done since the last call; `runs_of` tells how many there are
    """
    asked, shown = prepared.asked, prepared.shown
    panel, kept = shown.runs.panel, shown.kept
    arrays: Arrays = {"corridor/orig": kept.orig.astype("<u2"), "corridor/dest": kept.dest.astype("<u2")}
    arrays |= land_arrays(panel) | past_arrays(panel, past_moves(panel), kept) | _risks(shown)
    number = next(at for at, titled in enumerate(asked.scenarios) if titled.key == asked.run.key)
    for at, walked in enumerate(chain([shown.first], in_order(prepared.walk, asked.scenarios[1:]))):
        arrays |= shown.arrays(walked, at)
        if at == number and asked.stored is not None:
            arrays |= _bounds(asked.stored, walked, kept, number)
        if at and progress is not None:
            progress(1)
    arrays |= cause_arrays(shown.runs, shown.first.settings, kept, _dates(asked.last)[1:], progress=progress)
    return pack(_header(prepared, number), arrays)


def runs_of(asked: Asked) -> int:
    """Runs of the world that the contents take."""
    from corridor.reports.explanation.answer import players_of  # noqa: PLC0415 - loads reports

    coalitions: int = 2 ** len(players_of(asked.scenarios[0].scenario.settings, None))
    return len(asked.scenarios) - 1 + coalitions


def _risks(shown: Shown) -> Arrays:
    """Range of the risk of death of an irregular move, by corridor."""
    kept = shown.kept
    risk = load_death_risk(shown.runs.panel, *([codes()[at] for at in end] for end in (kept.orig, kept.dest)))
    ends = {"low": risk.low, "high": risk.high}
    return {f"corridor/risk_{end}": rounded(values, COARSE, dust=0.0) for end, values in ends.items()}


def _bounds(stored: StoredRun, walked: Walked, kept: KeptCorridors, number: int) -> Arrays:
    """Bounds of the draws around the run at the medians: of areas, and of the corridors that the run keeps."""
    store, years = stored.draws(), len(stored.question.years)
    found: Arrays = {}
    shares = tuple(BOUNDS.values())
    for name, central in walked.central.measures().items():
        bounds = quantiles(store.measure(OF_DRAWS[name])[:, :years], shares)
        found |= bounds_arrays(np.moveaxis(bounds, 1, 2), central.T, name, number)
    if stored.question.corridors:
        orig, dest = stored.question.ends
        places = kept.places(orig, dest)
        here = np.flatnonzero(places >= 0)
        bounds = np.moveaxis(quantiles(store.measure("moves"), shares), 1, 2)[:, here]
        central = walked.central.flows[:, orig[here], dest[here]].T
        found |= bounds_arrays(bounds, central, "flows", number)
        found[f"s{number}/bounds/corridors"] = places[here].astype("<u2")
    return found


def _header(prepared: Prepared, number: int) -> dict[str, Any]:
    asked, runs = prepared.asked, prepared.shown.runs
    values, safety = central_chance(runs.conditions).values, safety_bounds()
    return {
        "made": _made(asked, runs),
        "title": {
            "en": f"{asked.group}: {asked.run.title['en']}",
            "ru": f"{russian()['groups'][asked.group]}: {asked.run.title['ru']}",
        },
        "group": asked.group,
        "start": asked.scenarios[number].key,
        "past": [FIRST_KNOWN, LAST_KNOWN],
        "future": [BASE_YEAR, asked.last],
        "dates": _dates(asked.last),
        "stockDates": list(STOCK_YEARS),
        "causeYears": _dates(asked.last)[1:],
        "causes": list(CAUSES),
        "periods": list(PERIODS),
        "areas": list(_area_facts()),
        "groups": list(_group_facts()),
        "scenarios": [
            _scenario_facts(titled, asked.stored.question.draws if asked.stored and at == number else 0)
            for at, titled in enumerate(asked.scenarios)
        ],
        "priors": {
            "irregular": float(values["policy.irregular_share"][0]),
            "unmet": float(values["policy.unmet_share"][0]),
        },
        "smuggling": (safety[SMUGGLED] * safety[PRICE]).tolist(),
        "exercises": exercise_facts(asked.exercises),
    }


def _made(asked: Asked, runs: Runs) -> dict[str, Any]:
    stored = asked.stored
    return {
        "version": corridor.__version__,
        "command": asked.command,
        "citation": "" if stored is None else citation(stored),
        "digest": "" if stored is None else stored.digest,
        "panel": {name: runs.panel.entry(name).sha256 for name in runs.panel.names()},
    }


def _area_facts() -> Iterator[dict[str, Any]]:
    for area in areas():
        yield {
            "iso3": area.iso3,
            "name": {**area.names, "en": area.short_name},
            "region": area.region,
            "subregion": area.subregion,
            "lon": area.longitude,
            "lat": area.latitude,
        }


def _group_facts() -> Iterator[dict[str, Any]]:
    for name in group_names():
        inside: Sequence[int] = [index(area.iso3) for area in members(name)]
        yield {"key": name, "name": {"en": name, "ru": russian()["groups"][name]}, "members": inside}


def _scenario_facts(titled: Titled, draws: int) -> dict[str, Any]:
    return {
        "key": titled.key,
        "title": titled.title,
        "description": titled.description,
        "toml": titled.scenario.to_toml(),
        "digest": titled.scenario.digest,
        "draws": draws,
        "exercise": titled.exercise,
    }
