"""Parameters of channels: what each means, its prior, how well it is known and where it comes from.

Every parameter of every trajectory has a uniform number of its own, keyed by the seed, the parameter's name and the
trajectory's number; its value is the prior's quantile of it. So a scenario that fixes one parameter leaves the values
of all others as they were, and two scenarios with the same seed differ by what they set and not by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.demography.random_streams import stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats

    Prior: TypeAlias = "Fixed | Uniform | Normal | Beta"
    Draws: TypeAlias = Mapping[str, Floats]
    """Parameter name -> its values [draw]."""

Status: TypeAlias = Literal["F", "C", "R", "J"]
STATUSES = {
    "F": "found in the source",
    "C": "computed from published data",
    "R": "recalled, not checked against the source: an unverified prior",
    "J": "our judgement",
}
"""Status letter -> what it says; shown to users beside every number."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number without a distribution."""

    value: float

    def quantile(self, u: Floats) -> Floats:
        """Return the value for every u [draw]."""
        return np.full(np.shape(u), self.value)

    def __str__(self) -> str:
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Uniform:
    """Evenly between two numbers."""

    low: float
    high: float

    def quantile(self, u: Floats) -> Floats:
        """Return quantiles at u [draw], 0..1."""
        return np.asarray(self.low + (self.high - self.low) * u)

    def __str__(self) -> str:
        return f"uniform {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal, cut to a range where one is given."""

    mean: float
    sd: float
    low: float = -np.inf
    high: float = np.inf

    def quantile(self, u: Floats) -> Floats:
        """Return quantiles at u [draw], 0..1."""
        from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import

        start, end = ndtr((self.low - self.mean) / self.sd), ndtr((self.high - self.mean) / self.sd)
        return np.asarray(np.clip(self.mean + self.sd * ndtri(start + u * (end - start)), self.low, self.high))

    def __str__(self) -> str:
        cut = "" if np.isinf([self.low, self.high]).all() else f", cut to {self.low:g}..{self.high:g}"
        return f"normal {self.mean:g}, sd {self.sd:g}{cut}"


@dataclass(frozen=True, slots=True)
class Beta:
    """Beta(a, b) on 0..1."""

    a: float
    b: float

    def quantile(self, u: Floats) -> Floats:
        """Return quantiles at u [draw], 0..1."""
        from scipy.special import betaincinv  # noqa: PLC0415 - slow to import

        return np.asarray(betaincinv(self.a, self.b, u))

    def __str__(self) -> str:
        return f"beta({self.a:g}, {self.b:g})"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a channel.

    Attributes
    ----------
    name : "channel.parameter", in small letters with underscores; also the name of its random stream
    meaning : one sentence
    unit : of the value; "1" for a pure number
    prior : its distribution; the median is the central value
    status : a key of `STATUSES`
    source : who published it, or why we judge so
    title : what readers see in tables and figures; a channel's parameters have one each
    """

    name: str
    meaning: str
    unit: str
    prior: Prior
    status: Status
    source: str
    title: str = ""

    @property
    def central(self) -> float:
        """Median of the prior."""
        return float(self.prior.quantile(np.array(0.5)))


def central_values(parameters: Sequence[Parameter], fixed: Mapping[str, float]) -> Draws:
    """Return one draw [1] of every parameter: its median, or what `fixed` sets."""
    return {parameter.name: np.array([fixed.get(parameter.name, parameter.central)]) for parameter in parameters}


def draw_values(parameters: Sequence[Parameter], fixed: Mapping[str, float], numbers: range, seed: int) -> Draws:
    """Return the values of every parameter in some trajectories: name -> [trajectory].

    Parameters
    ----------
    fixed : parameter name -> the value it has in every trajectory
    numbers : of the trajectories; a value depends on the seed, the parameter's name and the trajectory's number only
    """
    drawn: dict[str, Floats] = {}
    for parameter in parameters:
        if parameter.name in fixed:
            drawn[parameter.name] = np.full(len(numbers), fixed[parameter.name])
        else:
            u = np.array([stream(seed, "parameter", parameter.name, number).random() for number in numbers])
            drawn[parameter.name] = parameter.prior.quantile(u)
    return drawn
