"""The ledger of two sides, each an area or a group: what moves between them and what both gain, beside the baseline.

Everything is computed for both sides alike: direction 0 goes from side 0 to side 1, direction 1 the other way. The
scenario and the baseline run with the same chance in every trajectory, so that what differs is the scenario.

Legal, irregular and unmet moves exist only where levers work. The baseline's are those of the gate without levers: the
gate of the scenario runs idle in it, which changes no move and says how the moves would split.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
from corridor.projection.driving import follow_driven
from corridor.projection.engine import start_of
from corridor.projection.gate import Split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corridor.analysis.safety import DeathRisk, Exposure
    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Chance, Conditions
    from corridor.drivers.channel import Driving, Settings
    from corridor.drivers.levers import Gate
    from corridor.projection.engine import Projection
    from corridor.projection.ensemble import World
    from corridor.projection.inputs import Inputs
    from corridor.projection.leaving import Moved

    Members = tuple[Integers, Integers]
    """Positions of the areas of both sides."""

BATCH, WORKERS = 10, 2


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
class Account:
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
    def empty(cls, draws: int, years: int, corridors: int) -> Account:
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
    baseline: Account
    scenario: Account
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
    conditions : what the channels know
    seed : of the draws
    """

    members: Members
    scenario: Settings
    baseline: Settings
    conditions: Conditions
    seed: int = 1

    @property
    def cases(self) -> tuple[Settings, Settings]:
        """Settings of the baseline and of the scenario."""
        return self.baseline, self.scenario

    def chance(self, numbers: range | None) -> Chance:
        """Return the parameters of trajectories, or of one run at the medians."""
        return central_chance(self.conditions) if numbers is None else drawn_chance(self.conditions, numbers, self.seed)

    def drivings(self, chance: Chance) -> tuple[Driving, Driving]:
        """Return what drives the baseline, with the gate of the scenario idle in it, and what drives the scenario."""
        baseline, scenario = (driving_of(self.conditions, everything(case), case, chance) for case in self.cases)
        return baseline if scenario.gate is None else replace(baseline, gate=scenario.gate.idle()), scenario


def corridors_between(panel: Panel, gate: Gate | None, members: Members) -> Corridors | None:
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


def ledger_central(inputs: Inputs, anchored: Projection, terms: Terms) -> Ledger:
    """Compute a ledger at the medians of all parameters.

    Parameters
    ----------
    anchored : the run of the anchor without channels
    """
    chance = terms.chance(None)
    drivings = terms.drivings(chance)
    corridors = corridors_between(terms.conditions.panel, drivings[1].gate, terms.members)
    books = [_Book(terms, inputs, case, 1, corridors) for case in terms.cases]
    for book, driving in zip(books, drivings, strict=True):
        end = start_of(inputs)
        for position, (state, year) in enumerate(follow_driven(inputs, anchored, driving)):
            if year.moved is not None:
                book.note_moves(position, 0, year.moved)
            book.note_split(position, slice(1), year.split)
            end = state
        book.note_end(slice(1), end.population[None], end.stock[None], chance)
    return _ledger(terms, inputs, books, corridors, None)


def ledger_draws(
    world: World,
    terms: Terms,
    draws: int,
    *,
    progress: Callable[[int], None] | None = None,
) -> Ledger:
    """Compute a ledger over trajectories 0, 1, ... of the world, and the one at the medians.

    Parameters
    ----------
    world : in the mode `birthplaces`
    progress : called with the number of runs done since the last call
    """
    corridors = corridors_between(terms.conditions.panel, terms.drivings(terms.chance(None))[1].gate, terms.members)
    books = [_Book(terms, world.inputs, case, draws, corridors) for case in terms.cases]

    def run(numbers: range) -> int:
        chance = terms.chance(numbers)
        for book, driving in zip(books, terms.drivings(chance), strict=True):
            _follow(world, book, driving, chance, numbers)
        return 2 * len(numbers)

    batches = [range(first, min(first + BATCH, draws)) for first in range(0, draws, BATCH)]
    with ThreadPoolExecutor(WORKERS) as pool:
        for done in pool.map(run, batches):
            if progress is not None:
                progress(done)
    central = ledger_central(world.inputs, world.baseline.projection, terms)
    return replace(_ledger(terms, world.inputs, books, corridors, draws), central=central)


def _follow(world: World, book: _Book, driving: Driving, chance: Chance, numbers: range) -> None:
    """Walk with some trajectories and note what happens."""
    from corridor.projection.ensemble import load_draw, walk  # noqa: PLC0415 - loads the compiler

    rows = slice(numbers.start, numbers.stop)
    draw = load_draw(book.terms.conditions.panel, world.inputs.years, book.terms.seed, lambda _: driving)

    def watch(position: int, t: int, moved: Moved) -> None:
        book.note_moves(position, numbers.start + t, moved)

    for date, year in enumerate(walk(world, draw(numbers), watch)):
        if date:
            book.note_split(date - 1, rows, year.split)
    book.note_end(rows, year.people, year.stock.swapaxes(1, 2), chance)


class _Book:
    """Fills an account."""

    def __init__(
        self, terms: Terms, inputs: Inputs, settings: Settings, draws: int, corridors: Corridors | None
    ) -> None:
        years, panel = inputs.years, terms.conditions.panel
        self.terms, self.settings, self.corridors = terms, settings, corridors
        self.last = len(years) - 1
        self.account = Account.empty(draws, len(years), 0 if corridors is None else len(corridors.places))
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
        ratio = log_income_of(self.terms.conditions, self.settings, self.settings, chance)[:, self.last]
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


def _ledger(
    terms: Terms, inputs: Inputs, books: Sequence[_Book], corridors: Corridors | None, draws: int | None
) -> Ledger:
    """Put accounts together, with the exposure of irregular moves."""
    baseline, scenario = (book.account for book in books)
    exposures = None
    if corridors is not None and baseline.split is not None and scenario.split is not None:
        values = safety_bounds() if draws is None else safety_draws(range(draws), terms.seed)
        exposures = (
            exposure(baseline.split.irregular, corridors.risk, values),
            exposure(scenario.split.irregular, corridors.risk, values),
        )
    totals, _ = load_totals(terms.conditions.panel)
    everyone = np.concatenate(terms.members)
    return Ledger(inputs.years, baseline, scenario, corridors, exposures, everyone[np.isnan(totals[everyone])])
