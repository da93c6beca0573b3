"""Levers on corridors: legal pathways with their capacity, visas, enforcement, regularisation, programmes of return.

Here stands what each lever says, and when and where it works: `gate_of` gathers the levers of a scenario into a `Gate`,
arrays that know nothing of demand. What becomes of demand is `corridor.projection.gate`. Levers that need no gate -
free movement, entry laws - are `CorridorPolicy`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.calendar import BASE_YEAR
from corridor.demography.mover_classes import Profile
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from corridor.axes import Booleans, Floats, Integers
    from corridor.drivers.parameters import Draws, Status

    Kind: TypeAlias = Literal["work", "seasonal", "family", "study", "protection", "resettlement"]
    Unit: TypeAlias = Literal["persons", "times", "added"]
    Requirement: TypeAlias = Literal["introduced", "removed"]

KIND_SHARES: Mapping[Kind, float] = {
    "work": 0.45,
    "seasonal": 0.10,
    "family": 0.25,
    "study": 0.12,
    "protection": 0.06,
    "resettlement": 0.02,
}
"""Kind of pathway -> share of a corridor's outward moves of today, unless a pathway states another (our judgement)."""
KINDS: tuple[Kind, ...] = tuple(KIND_SHARES)
WORKERS = Profile("labour", 0.8, (18, 64))
"""Those whom a pathway for work brings (our judgement).

Men are 94 % of 6.8 million permits of Nepal (2012-2023), 58 % of 1.0 million registrations of Sri Lanka (2020 and
2022-2024) and 41 % of 2.5 million placements of Indonesia (2011-2016), together 77 %; to Korea, Japan and Romania 82-99
of 100 of the first two. Domestic work is mostly of women (Jordan, Cyprus: 12-27 % men) and asks for its own share.
"""
PROFILES: Mapping[Kind, Profile | None] = {
    "work": WORKERS,
    "seasonal": WORKERS,
    "family": Profile("family"),
    "study": Profile("study"),
    "protection": None,
    "resettlement": None,
}
"""Kind of pathway -> sexes and ages of those whom it brings above the usual (our judgement); None for usual movers."""
ROUNDING = 1e-9
SKILLED = frozenset({"study"})
"""Kinds whose people hardly redirect."""
RESTRICTION_YEARS = 7
"""Years over which a restriction comes to work in full unless its file says otherwise (our judgement within the 5-10
years of Czaika & de Haas 2017: introduced slowly, removed at once)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """What all levers say.

    Attributes
    ----------
    name : what it is called in the scenario
    description : what it is, for readers
    origins, destinations : ISO codes; the lever is on the corridors from each to each
    start, end : first and last calendar year; None without end
    ramp : years until it works in full; None for 0 where it opens and `RESTRICTION_YEARS` where it restricts
    source : where its figures come from
    status : how well they are known, a key of `corridor.drivers.parameters.STATUSES`
    """

    name: str
    description: str = ""
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    start: int
    end: int | None = None
    ramp: int | None = None
    source: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLever(Lever):
    """A lever whose corridors pass the gate.

    Attributes
    ----------
    irregular_today : share of irregular moves in the moves of its corridors without levers; None for the prior
    unmet_today : share of latent demand that is not met there without levers; None for the prior
    """

    irregular_today: float | None = None
    unmet_today: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway(GateLever):
    """A legal channel with a capacity.

    Attributes
    ----------
    kind : a key of `KIND_SHARES`
    capacity : in its unit
    unit : `persons`, the legal places a year of all its corridors together, shared out like their moves; `times`, a
        factor on the places that each would have without it; `added`, persons a year who move whether or not there was
        demand before, so that a corridor without a past can open
    share : of the outward moves of today that are of this kind; None for `KIND_SHARES`
    fee : US dollars that each who moves this way pays to the destination; for the ledger, it changes no move
    male_share : of those whom it brings above the usual; None for that of `PROFILES`
    ages : least and greatest age of those whom it brings above the usual; None for those of `PROFILES`
    """

    kind: Kind
    capacity: float
    unit: Unit
    share: float | None = None
    fee: float = 0.0
    male_share: float | None = None
    ages: tuple[int, int] | None = None

    @property
    def people(self) -> Profile | None:
        """Sexes and ages of those whom it brings above the usual; None for usual movers.

        Where a kind has no profile and the file states sexes or ages, these people move like families.
        """
        usual = PROFILES[self.kind]
        if self.male_share is None and self.ages is None:
            return usual
        usual = usual or Profile("family")
        male_share = usual.male_share if self.male_share is None else self.male_share
        return Profile(usual.curve, male_share, self.ages or usual.ages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visa(GateLever):
    """The visa regime of corridors.

    Attributes
    ----------
    requirement : a visa requirement introduced or removed, which multiplies legal moves; None leaves it
    refusals, asylum_refusals : share of applications that is refused, as a factor on today's
    """

    requirement: Requirement | None = None
    refusals: float = 1.0
    asylum_refusals: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement(GateLever):
    """Control of borders. `stopped`: share of irregular moves that it stops for good, after repeated attempts."""

    stopped: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularisation(GateLever):
    """A legal stay for people who moved irregularly. `share`: of a year's irregular moves, who get it that year."""

    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnProgramme(Lever):
    """Help with returns. `effect`: log factor on the rate at which people born in an origin return to it."""

    effect: float


LEVERS: Mapping[str, type[Lever]] = {
    "pathway": Pathway,
    "visa": Visa,
    "enforcement": Enforcement,
    "regularisation": Regularisation,
    "return_programme": ReturnProgramme,
}
"""Table of a scenario file -> its levers."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A pathway in the corridors of a gate.

    Attributes
    ----------
    kind : position in `KINDS`
    capacity : [year, pool], in the unit
    unit : as in `Pathway`; or `more`, places beside those that there would be
    corridors : [member], positions in the gate's corridors
    pools : [member], the pool of each corridor; those of one pool share its places like their moves
    opening, restricting : [year], how far it works where it opens and where it restricts, 0..1
    fee, people : as in `Pathway`
    """

    kind: int
    capacity: Floats
    unit: Unit | Literal["more"]
    corridors: Integers
    pools: Integers
    opening: Floats
    restricting: Floats
    fee: float = 0.0
    people: Profile | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """The corridors with levers, and what holds there.

    Attributes
    ----------
    origins, destinations : [corridor], positions of areas, origins in order
    senders : [sender], the origins, each once
    places : [corridor], place of the origin among the senders
    shares : [kind, corridor], shares of kinds in the moves of today; sum to 1
    irregular_today, unmet_today : [corridor], shares that levers state; NaN where the channel's priors hold
    pathways : in the order of the scenario
    works : [year, corridor], true where a lever works; other years and corridors are left alone
    requirement : [year, corridor], 1 where a visa requirement is introduced in full, -1 where one is removed
    refusals, asylum_refusals : [year, corridor], logs of the ratios to today's
    passing : [year, corridor], share of irregular moves that enforcement does not stop
    regularised : [year, corridor], share of irregular moves that gain a legal stay
    values : parameters of the channel `policy` -> [draw]
    """

    origins: Integers
    destinations: Integers
    senders: Integers
    places: Integers
    shares: Floats
    irregular_today: Floats
    unmet_today: Floats
    pathways: tuple[Opening, ...]
    works: Booleans
    requirement: Floats
    refusals: Floats
    asylum_refusals: Floats
    passing: Floats
    regularised: Floats
    values: Draws

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Sexes and ages of those whom its pathways bring above the usual, each once."""
        return tuple(dict.fromkeys(pathway.people for pathway in self.pathways if pathway.people is not None))

    def of(self, draw: int) -> Gate:
        """Return the gate of one trajectory, with an axis of one draw."""
        return replace(self, values={name: value[draw : draw + 1] for name, value in self.values.items()})

    def idle(self) -> Gate:
        """Return the gate of the same corridors in which no lever works: it splits moves and changes none."""
        nothing = np.zeros_like(self.requirement)
        return replace(
            self,
            pathways=(),
            works=np.zeros_like(self.works),
            requirement=nothing,
            refusals=nothing,
            asylum_refusals=nothing,
            passing=np.ones_like(self.passing),
            regularised=nothing,
        )

    def redirected(self, draw: int) -> Floats:
        """Most of a person whom a lost place sends into irregular moves: [kind, 1]."""
        names = ("policy.redirected_skilled" if kind in SKILLED else "policy.redirected" for kind in KINDS)
        return np.array([self.values[name][draw] for name in names])[:, None]


def check_levers(levers: Sequence[Lever], codes: Sequence[str]) -> None:
    """Refuse levers that cannot be used.

    Raises
    ------
    InputError : an unknown area, a start in the base year or before, shares of kinds that sum to more than 1; all found
    """
    problems = [problem for lever in levers for problem in _problems(lever, codes)]
    problems += [Problem(fault, remedy, value=lever.share) for lever, fault, remedy in share_conflicts(levers)]
    if problems:
        raise InputError(problems)


def _problems(lever: Lever, codes: Sequence[str]) -> Iterator[Problem]:
    for iso3 in (*lever.origins, *lever.destinations):
        if iso3 not in codes:
            yield Problem(
                f"lever {lever.name} names an area that no ISO alpha-3 code stands for",
                spelling(iso3, codes),
                value=iso3,
            )
    if lever.start <= BASE_YEAR:
        fault = f"lever {lever.name} does not start after {BASE_YEAR}, whose moves are given"
        yield Problem(fault, f"Start in {BASE_YEAR + 1} or later", value=lever.start)


def share_conflicts(levers: Iterable[Lever]) -> Iterator[tuple[Pathway, str, str]]:
    """Say which pathway states a share that cannot stand beside those before it: it, what is wrong, and the remedy.

    Stops at the first corridor of a pathway in which that is so.
    """
    stated: dict[tuple[str, str], dict[str, float]] = {}
    for lever in levers:
        if not isinstance(lever, Pathway) or lever.share is None:
            continue
        for corridor in product(lever.origins, lever.destinations):
            of_corridor, named = stated.setdefault(corridor, {}), " > ".join(corridor)
            if of_corridor.setdefault(lever.kind, lever.share) != lever.share:
                stated_before = of_corridor[lever.kind]
                fault = f"another pathway of the kind states another share of moves {named}: {stated_before:g}"
                yield lever, fault, "Write the same share, or leave it out"
                break
            total = sum(of_corridor.values())
            if total > 1.0 + ROUNDING or (len(of_corridor) == len(KINDS) and total < 1.0 - ROUNDING):
                fault = f"shares of kinds in the moves {named} sum to {total:g}"
                yield lever, fault, "Change one of them: they sum to at most 1, and to 1 where all are stated"
                break


def gate_of(
    levers: Sequence[Lever],
    years: Sequence[int],
    codes: Sequence[str],
    values: Draws,
    also: Booleans | None = None,
) -> Gate | None:
    """Gather levers into a gate; None where there is nothing to gather.

    Parameters
    ----------
    years : calendar years of the run
    codes : of the areas, in their order
    values : parameters of the channel `policy` -> [draw]
    also : [orig, dest], corridors without levers whose demand is to be split too; their moves stay what they are

    Raises
    ------
    InputError : see `check_levers`
    """
    check_levers(levers, codes)
    gated = [lever for lever in levers if isinstance(lever, GateLever)]
    within = np.zeros((len(codes), len(codes)), dtype=bool) if also is None else also.copy()
    for lever in gated:
        within |= corridors_of(lever, codes)
    origins, destinations = np.nonzero(within)
    if not len(origins):
        return None
    shape = len(years), len(origins)
    senders, places = np.unique(origins, return_inverse=True)
    gate = Gate(
        origins=origins,
        destinations=destinations,
        senders=senders,
        places=places,
        shares=np.repeat(np.array(list(KIND_SHARES.values()))[:, None], len(origins), axis=1),
        irregular_today=np.full(len(origins), np.nan),
        unmet_today=np.full(len(origins), np.nan),
        pathways=(),
        works=np.zeros(shape, dtype=bool),
        requirement=np.zeros(shape),
        refusals=np.zeros(shape),
        asylum_refusals=np.zeros(shape),
        passing=np.ones(shape),
        regularised=np.zeros(shape),
        values={name: value for name, value in values.items() if name.startswith("policy.")},
    )
    pathways = []
    for lever in gated:
        members = np.flatnonzero(corridors_of(lever, codes)[origins, destinations])
        gate.works[:, members] |= (weight(lever, years, 0) > 0.0)[:, None]
        for stated, of_gate in (
            (lever.irregular_today, gate.irregular_today),
            (lever.unmet_today, gate.unmet_today),
        ):
            if stated is not None:
                of_gate[members] = stated
        if isinstance(lever, Pathway):
            pathways.append(_opening(lever, members, years))
        else:
            _set(gate, lever, members, years)
    _set_shares(gate, gated, codes)
    return replace(gate, pathways=tuple(pathways))


def weight(lever: Lever, years: Sequence[int], ramp: int) -> Floats:
    """How far a lever works in each year: [year], 0 to 1, in full `ramp` years after its start, or its own ramp.

    It stops at once after its last year.
    """
    since = np.asarray(years, dtype=np.float64) - lever.start
    grown = np.clip((since + 1.0) / ((ramp if lever.ramp is None else lever.ramp) + 1.0), 0.0, 1.0)
    over = np.zeros(len(since), dtype=bool) if lever.end is None else np.asarray(years) > lever.end
    works: Floats = np.where(over, 0.0, grown)
    return works


def corridors_of(lever: Lever, codes: Sequence[str]) -> Booleans:
    """Corridors of a lever: [orig, dest]."""
    corridors: Booleans = np.outer(np.isin(codes, lever.origins), np.isin(codes, lever.destinations))
    np.fill_diagonal(corridors, val=False)
    return corridors


def _opening(lever: Pathway, members: Integers, years: Sequence[int]) -> Opening:
    return Opening(
        KINDS.index(lever.kind),
        np.full((len(years), 1), lever.capacity),
        lever.unit,
        members,
        np.zeros(len(members), dtype=np.intp),
        weight(lever, years, 0),
        weight(lever, years, RESTRICTION_YEARS),
        lever.fee,
        lever.people,
    )


def _set(gate: Gate, lever: GateLever, members: Integers, years: Sequence[int]) -> None:
    """Write a lever that is no pathway into the arrays of a gate."""
    opening, restricting = (weight(lever, years, ramp)[:, None] for ramp in (0, RESTRICTION_YEARS))
    match lever:
        case Visa():
            if lever.requirement is not None:
                gate.requirement[:, members] += restricting if lever.requirement == "introduced" else -opening
            for logs, factor in ((gate.refusals, lever.refusals), (gate.asylum_refusals, lever.asylum_refusals)):
                logs[:, members] += np.log(factor) * (opening if factor < 1.0 else restricting)
        case Enforcement():
            gate.passing[:, members] *= 1.0 - lever.stopped * restricting
        case Regularisation():
            gate.regularised[:, members] += (1.0 - gate.regularised[:, members]) * lever.share * opening


def _set_shares(gate: Gate, levers: Iterable[GateLever], codes: Sequence[str]) -> None:
    """Put the shares of kinds that pathways state in their place; the other kinds share the rest as they did."""
    stated = np.zeros(gate.shares.shape, dtype=bool)
    for lever in levers:
        if isinstance(lever, Pathway) and lever.share is not None:
            members = corridors_of(lever, codes)[gate.origins, gate.destinations]
            gate.shares[KINDS.index(lever.kind), members] = lever.share
            stated[KINDS.index(lever.kind), members] = True
    others = np.where(stated, 0.0, gate.shares).sum(axis=0)
    left = 1.0 - np.where(stated, gate.shares, 0.0).sum(axis=0)
    rest = np.divide(left, others, out=np.zeros_like(left), where=others > 0.0)
    gate.shares[:] = np.where(stated, gate.shares, rest * gate.shares)


def return_effects(levers: Sequence[Lever], years: Sequence[int], codes: Sequence[str]) -> Floats | None:
    """Log effects of programmes on returns: [year, birthplace, residence]; None without programmes.

    Raises
    ------
    InputError : see `check_levers`
    """
    check_levers(levers, codes)
    programmes = [lever for lever in levers if isinstance(lever, ReturnProgramme)]
    if not programmes:
        return None
    back = np.zeros((len(years), len(codes), len(codes)))
    for lever in programmes:
        back += (lever.effect * weight(lever, years, 0))[:, None, None] * corridors_of(lever, codes)
    return back
