"""The ledger of two sides, each an area or a group: what moves between them and what both gain, beside the baseline.

Everything is computed for both sides alike: direction 0 goes from side 0 to side 1, direction 1 the other way. The
scenario and the baseline run with the same chance in every trajectory, so that what differs is the scenario.

Legal, irregular and unmet moves exist only where levers work. The baseline's are those of the gate without levers: the
gate of the scenario runs idle in it, which changes no move and says how the moves would split.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.remittances import load_rates, load_totals, remittances
from corridor.analysis.safety import exposure, load_death_risk, safety_bounds, safety_draws
from corridor.areas import codes
from corridor.axes import AGES, SEXES
from corridor.calendar import BASE_YEAR
from corridor.drivers.assembly import central_chance, drawn_chance, driving_of, everything, log_income_of
from corridor.drivers.channels.income import income_paths
from corridor.projection.batches import in_batches
from corridor.projection.engine import start_of
from corridor.projection.gate import Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.analysis.safety import DeathRisk, Exposure
    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Chance
    from corridor.drivers.channel import Driving, Settings
    from corridor.drivers.lever_gate import Gate
    from corridor.projection.batches import Progress
    from corridor.projection.ensemble import EnsembleWorld
    from corridor.projection.leaving import Moved
    from corridor.projection.runs import Runs
    from corridor.projection.trajectory import Paths

    Members = tuple[Integers, Integers]
    """Positions of the areas of both sides."""

BATCH = 10
"""Trajectories that run together."""


@dataclass(frozen=True, slots=True)
class Corridors:
    """Corridors between the sides in which the scenario has levers.

    Attributes
    ----------
    places : [corridor], positions in the gate
    direction : [corridor], 0 or 1
    risk : range of the risk of death an irregular move
    count : corridors between the sides in each direction, with levers or without
    """

    places: Integers
    direction: Integers
    risk: DeathRisk
    count: int

    def sums(self, of_corridors: Floats) -> Floats:
        """Add up corridors of each direction: [..., corridor] to [..., direction]."""
        return np.stack([of_corridors[..., self.direction == way].sum(axis=-1) for way in (0, 1)], axis=-1)


@dataclass(frozen=True, slots=True)
class SideAccount:
    """One run, or many trajectories of it; persons and dollars a year, dates at the end of the last year.

    Attributes
    ----------
    moves : [draw, year, direction]
    movers : [draw, direction, sex, age], of the last year
    people : [draw, side, sex, age], on 1 January after the last year
    abroad : [draw, side], people born on this side who live on the other, on the same day
    received : [draw, side], dollars from the other side in the last year; not a number where no total is known
    split : [draw, year, corridor], of the corridors with levers; None without any
    """

    moves: Floats
    movers: Floats
    people: Floats
    abroad: Floats
    received: Floats
    split: Split | None

    @classmethod
    def empty(cls, draws: int, years: int, corridors: int) -> SideAccount:
        """Return an account to be filled."""
        split = Split(*(np.zeros((draws, years, corridors)) for _ in fields(Split))) if corridors else None
        by_age = (draws, 2, len(SEXES), AGES)
        return cls(
            np.zeros((draws, years, 2)),
            np.zeros(by_age),
            np.zeros(by_age),
            np.zeros((draws, 2)),
            np.zeros((draws, 2)),
            split,
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """Both accounts.

    Attributes
    ----------
    years : calendar years of the runs, from the base year on
    baseline, scenario : the accounts
    corridors : with levers between the sides; None where the scenario has none there
    exposures : of irregular moves in the baseline and the scenario, [draw, year, corridor]; without draws the first
        axis holds the lower end, the middle and the upper end of the stated ranges. None without such corridors
    unknown : positions of areas of the sides whose remittances are not known
    central : the same at the medians, whose figures are stated; draws give ranges around it. None if this is it
    """

    years: tuple[int, ...]
    baseline: SideAccount
    scenario: SideAccount
    corridors: Corridors | None
    exposures: tuple[Exposure, Exposure] | None
    unknown: Integers
    central: Ledger | None = None

    @property
    def middle(self) -> Ledger:
        """The ledger at the medians."""
        return self if self.central is None else self.central


@dataclass(frozen=True, slots=True)
class Terms:
    """What a ledger compares.

    Attributes
    ----------
    members : positions of the areas of both sides, none on both
    scenario, baseline : settings of the two runs
    runs : what both share
    seed : of the draws
    """

    members: Members
    scenario: Settings
    baseline: Settings
    runs: Runs
    seed: int = 1

    @property
    def cases(self) -> tuple[Settings, Settings]:
        """Settings of the baseline and of the scenario."""
        return self.baseline, self.scenario

    def chance(self, numbers: range | None) -> Chance:
        """Return the parameters of trajectories, or of one run at the medians."""
        conditions = self.runs.conditions
        return central_chance(conditions) if numbers is None else drawn_chance(conditions, numbers, self.seed)

    def drivings(self, chance: Chance) -> tuple[Driving, Driving]:
        """Return what drives the baseline, with the gate of the scenario idle in it, and what drives the scenario."""
        baseline, scenario = (driving_of(self.runs.conditions, everything(case), case, chance) for case in self.cases)
        return baseline if scenario.gate is None else replace(baseline, gate=scenario.gate.idle()), scenario


def _corridors_between(panel: Panel, gate: Gate | None, members: Members) -> Corridors | None:
    """Find the corridors of a gate that run between two sides; None without any."""
    if gate is None:
        return None
    one, other = (np.isin(np.arange(len(codes())), side) for side in members)
    there = one[gate.origins] & other[gate.destinations]
    back = other[gate.origins] & one[gate.destinations]
    places = np.flatnonzero(there | back)
    if not len(places):
        return None
    ends = ([codes()[at] for at in of[places]] for of in (gate.origins, gate.destinations))
    risk = load_death_risk(panel, *ends)
    return Corridors(places, back[places].astype(np.int64), risk, len(members[0]) * len(members[1]))


def ledger_central(terms: Terms) -> Ledger:
    """Compute a ledger at the medians of all parameters."""
    chance = terms.chance(None)
    drivings = terms.drivings(chance)
    corridors = _corridors_between(terms.runs.panel, drivings[1].gate, terms.members)
    books = [_Book(terms, case, 1, corridors) for case in terms.cases]
    for book, driving in zip(books, drivings, strict=True):
        end = start_of(terms.runs.inputs)
        for position, (state, year) in enumerate(terms.runs.follow(driving)):
            if year.moved is not None:
                book.note_moves(position, 0, year.moved)
            book.note_split(position, slice(1), year.split)
            end = state
        book.note_end(slice(1), end.population[None], end.stock[None], chance)
    return _ledger(terms, books, corridors, None)


def ledger_draws(terms: Terms, draws: int, *, progress: Progress | None = None) -> Ledger:
    """Compute a ledger over trajectories 0, 1, ... of the world, and the one at the medians.

    Parameters
    ----------
    progress : called with the number of runs done since the last call
    """
    gate = terms.drivings(terms.chance(None))[1].gate
    corridors = _corridors_between(terms.runs.panel, gate, terms.members)
    books = [_Book(terms, case, draws, corridors) for case in terms.cases]
    world, draw = terms.runs.world, terms.runs.paths(terms.seed)

    def run(numbers: range) -> None:
        chance, paths = terms.chance(numbers), draw(numbers)
        for book, driving in zip(books, terms.drivings(chance), strict=True):
            _follow(world, book, replace(paths, driving=driving), chance, numbers)

    for _ in in_batches(run, draws, batch=BATCH, runs=len(books), progress=progress):
        pass
    return replace(_ledger(terms, books, corridors, draws), central=ledger_central(terms))


def _follow(world: EnsembleWorld, book: _Book, paths: Paths, chance: Chance, numbers: range) -> None:
    """Walk with some trajectories and note what happens."""
    from corridor.projection.ensemble import walk  # noqa: PLC0415 - loads the compiler

    rows = slice(numbers.start, numbers.stop)

    def watch(position: int, t: int, moved: Moved) -> None:
        book.note_moves(position, numbers.start + t, moved)

    for date, year in enumerate(walk(world, paths, watch)):
        if date:
            book.note_split(date - 1, rows, year.split)
    book.note_end(rows, year.people, year.stock.swapaxes(1, 2), chance)


class _Book:
    """Fills an account."""

    def __init__(self, terms: Terms, settings: Settings, draws: int, corridors: Corridors | None) -> None:
        inputs, panel = terms.runs.inputs, terms.runs.panel
        years = inputs.years
        self.terms, self.settings, self.corridors = terms, settings, corridors
        self.last = len(years) - 1
        self.account = SideAccount.empty(draws, len(years), 0 if corridors is None else len(corridors.places))
        (self.income,) = income_paths(panel, settings.income, (BASE_YEAR,))
        self.per_income = load_rates(panel, inputs.stock, self.income)

    def note_moves(self, position: int, draw: int, moved: Moved) -> None:
        """Note the moves of a year in one trajectory."""
        for way, (origins, destinations) in enumerate((self.terms.members, self.terms.members[::-1])):
            movers = moved.by_age(origins, destinations)
            self.account.moves[draw, position, way] = movers.sum()
            if position == self.last:
                self.account.movers[draw, way] = movers

    def note_split(self, position: int, rows: slice, split: Split | None) -> None:
        """Note what became of demand in a year, [(draw,) corridor of the gate]."""
        if split is None or self.corridors is None or self.account.split is None:
            return
        for field in fields(Split):
            getattr(self.account.split, field.name)[rows, position] = getattr(split, field.name)[
                ..., self.corridors.places
            ]

    def note_end(self, rows: slice, people: Floats, stock: Floats, chance: Chance) -> None:
        """Note where the last year ends.

        Parameters
        ----------
        people : [draw, area, sex, age], persons
        stock : [draw, birthplace, residence], persons
        """
        ratio = log_income_of(self.terms.runs.conditions, self.settings, self.settings, chance)[:, self.last]
        income = self.income * np.exp(ratio)
        members = self.terms.members
        for side, (home, away) in enumerate((members, members[::-1])):
            abroad = stock[:, home[:, None], away]
            per_income = self.per_income[home[:, None], away]
            sent = remittances(per_income, abroad, income[:, away]).sum(axis=-1)
            known = ~np.isnan(per_income).any(axis=1)
            self.account.people[rows, side] = people[:, home].sum(axis=1)
            self.account.abroad[rows, side] = abroad.sum(axis=(1, 2))
            self.account.received[rows, side] = sent[:, known].sum(axis=1) if known.any() else np.nan


def _ledger(terms: Terms, books: Sequence[_Book], corridors: Corridors | None, draws: int | None) -> Ledger:
    """Put accounts together, with the exposure of irregular moves."""
    baseline, scenario = (book.account for book in books)
    exposures = None
    if corridors is not None and baseline.split is not None and scenario.split is not None:
        values = safety_bounds() if draws is None else safety_draws(range(draws), terms.seed)
        exposures = (
            exposure(baseline.split.irregular, corridors.risk, values),
            exposure(scenario.split.irregular, corridors.risk, values),
        )
    totals, _ = load_totals(terms.runs.panel)
    everyone = np.concatenate(terms.members)
    years = terms.runs.inputs.years
    return Ledger(years, baseline, scenario, corridors, exposures, everyone[np.isnan(totals[everyone])])
