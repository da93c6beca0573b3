"""Levers on corridors: policies, legal pathways, visas, enforcement, regularisation, programmes of return.

Here stands what each lever says, and when and where it works. `corridor.drivers.lever_gate` gathers levers into a gate;
policies - free movement, entry laws - and programmes of return need none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import ConfigDict, Field, Strict

from corridor.axes import OPEN_AGE
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.demography.mover_classes import Profile
from corridor.drivers.parameters import STATUSES, Status
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from corridor.axes import Booleans, Floats


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
RESTRICTION_YEARS = 7
"""Years over which a restriction comes to work in full unless its file says otherwise (our judgement within the 5-10
years of Czaika & de Haas 2017: introduced slowly, removed at once)."""


Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Text = Annotated[str, Field(pattern=r"\S")]
Areas = Annotated[tuple[str, ...], Strict(strict=False), Field(min_length=1)]
Origins = Annotated[
    Areas,
    Field(
        description="Areas or groups that people leave: ISO codes or names. A group means its members of today.",
        examples=[["Central Asia", "PAK"]],
    ),
]
Destinations = Annotated[Areas, Field(description="Areas or groups that people move to.", examples=[["KOR"]])]
Year = Annotated[Whole, Field(gt=BASE_YEAR, le=LAST_YEAR)]
Start = Annotated[Year, Field(description="First calendar year of the effect.", examples=[2027])]
Age = Annotated[Whole, Field(ge=0, le=OPEN_AGE)]
STATUS_WORDS = "; ".join(f"{letter}, {meaning}" for letter, meaning in STATUSES.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """What all levers on corridors say."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", allow_inf_nan=False)

    name: Annotated[
        Text, Field(description="Name of the lever. Levers of a sort have different names.", examples=["Places"])
    ]
    origins: Origins
    destinations: Destinations
    start: Start
    end: Annotated[
        Year | None,
        Field(
            description="Last calendar year, after which the effect stops at once. If you leave it out, there is no "
            "end.",
            examples=[2050],
        ),
    ] = None
    source: Annotated[Text, Field(description="Source of the figures.", examples=["our example"])]
    status: Annotated[Status, Field(description=f"How well the figures are known: {STATUS_WORDS}.", examples=["J"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Lever):
    """A setting of corridors that changes how many move: a visa, a free-movement zone, an entry law."""

    name: Annotated[
        Text, Field(description="Name of the policy. Every policy has a name of its own.", examples=["Labour visa"])
    ]
    effect: Annotated[
        Number,
        Field(
            ge=-3,
            le=3,
            description="Logarithm of the factor on outward moves when the policy works in full: 0.7 doubles them, "
            "-0.7 halves them.",
            examples=[0.5],
        ),
    ]
    phase_in: Annotated[
        Whole,
        Field(
            ge=0, le=50, description="Years until the policy works in full. With 0 it does so at once.", examples=[5]
        ),
    ] = 0
    source: Annotated[
        str,
        Field(
            description="Source of the effect. It is required unless the status is J.",
            examples=["our example"],
        ),
    ] = ""

    @property
    def ramp(self) -> int:
        """Years until it works in full, under the name that all levers share."""
        return self.phase_in


@dataclass(frozen=True, slots=True, kw_only=True)
class RampedLever(Lever):
    """What levers say that have a usual time to rise."""

    description: Annotated[
        str, Field(description="A description for readers.", examples=["An agreement of the two."])
    ] = ""
    ramp: Annotated[
        Annotated[Whole, Field(ge=0, le=50)] | None,
        Field(
            description="Years until the lever works in full. If you leave it out, a lever that opens works at once, "
            "and "
            f"a lever that restricts works in full after {RESTRICTION_YEARS} years.",
            examples=[5],
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLever(RampedLever):
    """What levers say whose corridors pass the gate."""

    irregular_today: Annotated[
        Annotated[Number, Field(ge=0, le=0.95)] | None,
        Field(
            description="Share of irregular moves in the moves of the corridors without levers. If you leave it out, "
            "the "
            "prior of `policy.irregular_share` holds. Where several levers state it for a corridor, the last one "
            "holds.",
            examples=[0.1],
        ),
    ] = None
    unmet_today: Annotated[
        Annotated[Number, Field(ge=0.01, le=0.95)] | None,
        Field(
            description="Share of latent demand that is not met in the corridors without levers. If you leave it out, "
            "the "
            "prior of `policy.unmet_share` holds. Where several levers state it for a corridor, the last one holds.",
            examples=[0.3],
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway(GateLever):
    """A legal channel with a capacity."""

    name: Annotated[
        Text,
        Field(description="Name of the pathway. Every pathway has a name of its own.", examples=["Seasonal workers"]),
    ]
    kind: Annotated[Kind, Field(description="Purpose of the moves.", examples=["seasonal"])]
    capacity: Annotated[
        Number,
        Field(ge=0, le=100_000_000, description="Places, in the unit that the next field names.", examples=[5000]),
    ]
    unit: Annotated[
        Unit,
        Field(
            description="`persons` are places for legal moves of this kind a year, in all corridors together, shared "
            "out in "
            "proportion to moves. `times` is a factor on the places that there would be without the pathway. `added` "
            "are persons a year who move in addition, whether or not anybody moved before, so that a corridor "
            "without a past can open.",
            examples=["persons"],
        ),
    ]
    share: Annotated[
        Annotated[Number, Field(ge=0, le=1)] | None,
        Field(
            description="Share of today's moves in the corridors that is of this kind. If you leave it out, it is "
            + ", ".join(f"{kind} {share:g}" for kind, share in KIND_SHARES.items())
            + " (our judgement).",
            examples=[0.3],
        ),
    ] = None
    fee: Annotated[
        Number,
        Field(
            ge=0,
            le=1_000_000,
            description="US dollars that everybody who moves this way pays "
            "to the destination. The ledger counts the fee, but it keeps nobody from moving.",
            examples=[250],
        ),
    ] = 0.0
    male_share: Annotated[
        Annotated[Number, Field(ge=0, le=1)] | None,
        Field(
            description="Share of men among the people whom the pathway brings above the usual moves of its kind. If "
            "you leave "
            "it out, it is "
            f"{WORKERS.male_share:g} for work and seasonal (our judgement), and that of the corridor for other kinds.",
            examples=[0.9],
        ),
    ] = None
    ages: Annotated[
        Annotated[tuple[Age, ...], Field(min_length=2, max_length=2)] | None,
        Field(
            description="Least and greatest age of the people whom the pathway brings above the usual moves of its "
            "kind; "
            f"{OPEN_AGE} stands for all who are older too. If you leave it out, {WORKERS.ages[0]} to "
            f"{WORKERS.ages[1]} for "
            "work and seasonal, and without limit for other kinds (our judgement).",
            examples=[[18, 39]],
        ),
    ] = None

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
        return Profile(usual.curve, male_share, (self.ages[0], self.ages[1]) if self.ages else usual.ages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visa(GateLever):
    """The visa regime of corridors; at least one of the last three fields is set."""

    name: Annotated[
        Text, Field(description="Name of the lever. Every visa lever has a name of its own.", examples=["Visa-free"])
    ]
    requirement: Annotated[
        Requirement | None,
        Field(
            description="A visa requirement that is introduced or removed. It multiplies legal moves by the "
            "exponential of `policy.visa_requirement`, or of its negative.",
            examples=["removed"],
        ),
    ] = None
    refusals: Annotated[
        Number,
        Field(
            ge=0.1,
            le=5,
            description="Share of applications for short-stay visas that is refused, as a factor on today's share.",
            examples=[1.1],
        ),
    ] = 1.0
    asylum_refusals: Annotated[
        Number,
        Field(
            ge=0.1,
            le=5,
            description="Share of applications for asylum that is refused, as a factor on today's share.",
            examples=[1.1],
        ),
    ] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement(GateLever):
    """Control of borders."""

    name: Annotated[
        Text, Field(description="Name of the lever. Every one has a name of its own.", examples=["Joint patrols"])
    ]
    stopped: Annotated[
        Number,
        Field(
            ge=0,
            le=0.95,
            description="Share of irregular moves that enforcement stops for good, after all attempts. Where 80 to 90 "
            "% of "
            "single attempts are stopped this is far lower (Simon et al. 2018).",
            examples=[0.1],
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularisation(GateLever):
    """Legal stay for people who moved irregularly."""

    name: Annotated[
        Text, Field(description="Name of the lever. Every one has a name of its own.", examples=["Registration"])
    ]
    share: Annotated[
        Number,
        Field(
            ge=0,
            le=1,
            description="Share of a year's irregular moves whose people gain a legal stay in that year.",
            examples=[0.2],
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnProgramme(RampedLever):
    """Help with returns: people born in the origins come back from the destinations."""

    name: Annotated[
        Text, Field(description="Name of the lever. Every one has a name of its own.", examples=["Going home"])
    ]
    effect: Annotated[
        Number,
        Field(
            ge=-3,
            le=3,
            description="Logarithm of the factor on the rate of return when the lever works in full: 0.7 doubles it, "
            "-0.7 halves it.",
            examples=[0.2],
        ),
    ]


LEVERS: Mapping[str, type[Lever]] = {
    "policy": Policy,
    "pathway": Pathway,
    "visa": Visa,
    "enforcement": Enforcement,
    "regularisation": Regularisation,
    "return_programme": ReturnProgramme,
}
"""Table of a scenario file, of which there may be several -> its levers."""


def section_of(lever: Lever) -> str:
    """Return the table of a scenario file that a lever stands in."""
    return next(section for section, sort in LEVERS.items() if type(lever) is sort)


def check_levers(levers: Sequence[Lever], codes: Sequence[str]) -> None:
    """Refuse levers that cannot be used.

    Raises
    ------
    InputError : an unknown area, a start in the base year or before, an end before the start, a negative ramp, an
        effect that is not finite, shares of kinds that sum to more than 1; all found
    """
    problems = [problem for lever in levers for problem in _problems(lever, codes)]
    problems += [Problem(fault, remedy, value=lever.share) for lever, fault, remedy in share_conflicts(levers)]
    if problems:
        raise InputError(problems)


def _problems(lever: Lever, codes: Sequence[str]) -> Iterator[Problem]:
    named = f"{section_of(lever).replace('_', ' ')} {lever.name}"
    for iso3 in (*lever.origins, *lever.destinations):
        if iso3 not in codes:
            yield Problem(f"{named} names an area without an ISO alpha-3 code", spelling(iso3, codes), value=iso3)
    if lever.start <= BASE_YEAR:
        fault = f"{named} does not start after {BASE_YEAR}, the base year, whose moves are observed"
        yield Problem(fault, f"Start in {BASE_YEAR + 1} or later", value=lever.start)
    match lever:
        case Policy(effect=effect) | ReturnProgramme(effect=effect) if not np.isfinite(effect):
            yield Problem(f"the effect of {named} is not a finite number", "Give one such as -0.5", value=effect)
    if lever.end is not None and lever.end < lever.start:
        fault = f"{named} ends before the year it starts"
        yield Problem(fault, "Change its end or leave it out", value=lever.end)
    match lever:
        case Policy(ramp=int(ramp)) | RampedLever(ramp=int(ramp)) if ramp < 0:
            yield Problem(f"{named} rises over less than 0 years", "Write 0 to let it act at once", value=ramp)


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


def weight(lever: Policy | RampedLever, years: Sequence[int], usual: int = 0) -> Floats:
    """How far a lever works in each year: [year].

    It rises evenly from its start to 1 in its own ramp, or else in `usual` years, and stops after its last year.
    """
    ramp = usual if lever.ramp is None else lever.ramp
    since = np.asarray(years, dtype=np.float64) - lever.start
    grown = np.clip((since + 1.0) / (ramp + 1.0), 0.0, 1.0)
    over = np.zeros(len(since), dtype=bool) if lever.end is None else np.asarray(years) > lever.end
    works: Floats = np.where(over, 0.0, grown)
    return works


def corridors_of(lever: Lever, codes: Sequence[str]) -> Booleans:
    """Corridors of a lever: [orig, dest]."""
    corridors: Booleans = np.outer(np.isin(codes, lever.origins), np.isin(codes, lever.destinations))
    np.fill_diagonal(corridors, val=False)
    return corridors
