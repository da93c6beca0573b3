"""What a scenario file may set in corridors: policies, and the levers that make a corridor pass the gate."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from corridor.axes import OPEN_AGE
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.drivers.levers import KIND_SHARES, LEVERS, RESTRICTION_YEARS, WORKERS
from corridor.drivers.parameters import STATUSES

NOT_EMPTY = r"\S"
LISTS = ("policy", *LEVERS)
"""Sections of which a file may have several, each under its own heading in two pairs of brackets."""

Text = Annotated[str, Field(pattern=NOT_EMPTY)]
Origins = Annotated[
    list[str],
    Field(
        min_length=1,
        description="Areas or groups that people leave: ISO codes or names. A group means its members of today.",
        examples=[["Central Asia", "PAK"]],
    ),
]
Destinations = Annotated[
    list[str], Field(min_length=1, description="Areas or groups that people move to.", examples=[["KOR"]])
]
Start = Annotated[
    int, Field(gt=BASE_YEAR, le=LAST_YEAR, description="Calendar year in which it begins.", examples=[2027])
]
Age = Annotated[int, Field(ge=0, le=OPEN_AGE)]
Statuses = Literal["F", "C", "R", "J"]
STATUS_WORDS = "; ".join(f"{letter}, {meaning}" for letter, meaning in STATUSES.items())


class Table(BaseModel):
    """A table of a scenario file: its fields are those of the model, of the types it says, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Policy(Table):
    """A setting of corridors that changes how many move: a visa, a free-movement zone, an entry law."""

    name: Text = Field(description="What it is called; every policy has a name of its own.", examples=["Labour visa"])
    origins: Origins
    destinations: Destinations
    effect: Annotated[float, Field(ge=-3, le=3)] = Field(
        description="Logarithm of the factor on outward moves when it works in full: 0.7 doubles, -0.7 halves.",
        examples=[0.5],
    )
    start: Start
    phase_in: Annotated[int, Field(ge=0, le=50)] = Field(
        default=0, description="Years until it works in full; 0 at once.", examples=[5]
    )
    end: Annotated[int, Field(gt=BASE_YEAR, le=LAST_YEAR)] | None = Field(
        default=None, description="Last calendar year; left out, it has no end.", examples=[2050]
    )
    source: str = Field(
        default="",
        description="Where the effect comes from; required unless the status is J.",
        examples=["our example"],
    )
    status: Statuses = Field(description=f"How well the effect is known: {STATUS_WORDS}.", examples=["J"])


class Lever(Table):
    """What all levers on corridors say."""

    name: Text = Field(description="What it is called; levers of a sort have different names.", examples=["Places"])
    description: str = Field(default="", description="What it is, for readers.", examples=["An agreement of the two."])
    origins: Origins
    destinations: Destinations
    start: Start
    end: Annotated[int, Field(gt=BASE_YEAR, le=LAST_YEAR)] | None = Field(
        default=None,
        description="Last calendar year, after which it stops at once; left out, it has no end.",
        examples=[2050],
    )
    ramp: Annotated[int, Field(ge=0, le=50)] | None = Field(
        default=None,
        description="Years until it works in full. Left out, what opens works at once and what restricts in full after "
        f"{RESTRICTION_YEARS} years.",
        examples=[5],
    )
    source: Text = Field(description="Where its figures come from.", examples=["our example"])
    status: Statuses = Field(description=f"How well its figures are known: {STATUS_WORDS}.", examples=["J"])


class GateLever(Lever):
    """What levers say whose corridors pass the gate."""

    irregular_today: Annotated[float, Field(ge=0, le=0.95)] | None = Field(
        default=None,
        description="Share of irregular moves in the moves of its corridors without levers. Left out, the prior of "
        "`policy.irregular_share`; where several levers state it for a corridor, the last.",
        examples=[0.1],
    )
    unmet_today: Annotated[float, Field(ge=0.01, le=0.95)] | None = Field(
        default=None,
        description="Share of latent demand that is not met in its corridors without levers. Left out, the prior of "
        "`policy.unmet_share`; where several levers state it for a corridor, the last.",
        examples=[0.3],
    )


class Pathway(GateLever):
    """A legal channel with a capacity."""

    name: Text = Field(
        description="What it is called; every pathway has a name of its own.", examples=["Seasonal workers"]
    )
    kind: Literal["work", "seasonal", "family", "study", "protection", "resettlement"] = Field(
        description="What people move for.", examples=["seasonal"]
    )
    capacity: Annotated[float, Field(ge=0, le=100_000_000)] = Field(
        description="Places, in the unit that the next field names.", examples=[5000]
    )
    unit: Literal["persons", "times", "added"] = Field(
        description="`persons`: legal moves of this kind for which there is room, a year, in all corridors together, "
        "shared out in proportion to moves. `times`: a factor on the room there would be without it. `added`: persons "
        "a year who move in addition, whether or not anybody moved before, so that a corridor without a past can open.",
        examples=["persons"],
    )
    share: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="Share of today's moves in its corridors that is of its kind. Left out, "
        + ", ".join(f"{kind} {share:g}" for kind, share in KIND_SHARES.items())
        + " (our judgement).",
        examples=[0.3],
    )
    fee: Annotated[float, Field(ge=0, le=1_000_000)] = Field(
        default=0.0,
        description="US dollars that each who moves this way pays to the destination. The ledger counts it; it keeps "
        "nobody from moving.",
        examples=[250],
    )
    male_share: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="Share of men among the people whom it brings above the usual moves of its kind. Left out, "
        f"{WORKERS.male_share:g} for work and seasonal (our judgement), for other kinds that of the corridor.",
        examples=[0.9],
    )
    ages: Annotated[list[Age], Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="Least and greatest age of the people whom it brings above the usual moves of its kind; "
        f"{OPEN_AGE} stands for all who are older too. Left out, {WORKERS.ages[0]} to {WORKERS.ages[1]} for work and "
        "seasonal, for other kinds no limit (our judgement).",
        examples=[[18, 39]],
    )


class Visa(GateLever):
    """The visa regime of corridors; at least one of the last three fields is set."""

    name: Text = Field(description="What it is called; every visa lever has a name of its own.", examples=["Visa-free"])
    requirement: Literal["introduced", "removed"] | None = Field(
        default=None,
        description="A visa requirement that is introduced or removed: it multiplies legal moves by the exponential of "
        "`policy.visa_requirement`, or of its negative.",
        examples=["removed"],
    )
    refusals: Annotated[float, Field(ge=0.1, le=5)] = Field(
        default=1.0,
        description="Share of applications for short-stay visas that is refused, as a factor on today's share.",
        examples=[1.1],
    )
    asylum_refusals: Annotated[float, Field(ge=0.1, le=5)] = Field(
        default=1.0,
        description="Share of applications for asylum that is refused, as a factor on today's share.",
        examples=[1.1],
    )


class Enforcement(GateLever):
    """Control of borders."""

    name: Text = Field(description="What it is called; every one has a name of its own.", examples=["Joint patrols"])
    stopped: Annotated[float, Field(ge=0, le=0.95)] = Field(
        description="Share of irregular moves that it stops for good, after all attempts. Where 80 to 90 % of single "
        "attempts are stopped this is far lower (Simon et al. 2018).",
        examples=[0.1],
    )


class Regularisation(GateLever):
    """Legal stay for people who moved irregularly."""

    name: Text = Field(description="What it is called; every one has a name of its own.", examples=["Registration"])
    share: Annotated[float, Field(ge=0, le=1)] = Field(
        description="Share of a year's irregular moves whose people gain a legal stay in that year.", examples=[0.2]
    )


class ReturnProgramme(Lever):
    """Help with returns: people born in the origins come back from the destinations."""

    name: Text = Field(description="What it is called; every one has a name of its own.", examples=["Going home"])
    effect: Annotated[float, Field(ge=-3, le=3)] = Field(
        description="Logarithm of the factor on the rate of return when it works in full: 0.7 doubles, -0.7 halves.",
        examples=[0.2],
    )
