"""Age schedules of migration: the Rogers-Castro curve and the UN's model families.

Rogers & Castro (1981), *Model Migration Schedules*, IIASA RR-81-30: children move with their parents, the young for
work, some on retirement. The families are those of United Nations, *World Population Prospects 2024: Methodology*,
by the medians over areas of the parameters fitted to in-migration; out-migration is nearly equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.axes import AGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.axes import Floats

    Family: TypeAlias = Literal["family", "female labour", "male labour"]
    Part: TypeAlias = Literal["childhood", "labour force", "retirement", "late rise", "constant"]


@dataclass(frozen=True, slots=True)
class RogersCastro:
    """Parameters of a Rogers-Castro curve: 7, 9 (with the rise after retirement), 11 (with retirement) or 13 (both).

    Attributes
    ----------
    a1, alpha1 : level and descent of childhood
    a2, alpha2, lambda2, mu2 : level, descent, ascent and place of the labour-force peak
    c : constant
    a3, alpha3, lambda3, mu3 : the same of the retirement peak
    a4, lambda4 : level and ascent after retirement
    """

    a1: float
    alpha1: float
    a2: float
    alpha2: float
    lambda2: float
    mu2: float
    c: float
    a3: float = 0.0
    alpha3: float = 0.0
    lambda3: float = 0.0
    mu3: float = 0.0
    a4: float = 0.0
    lambda4: float = 0.0


UN_FAMILIES: Mapping[Family, tuple[RogersCastro, RogersCastro]] = {
    "family": (
        RogersCastro(0.00794, 0.1658, 0.0473, 0.0950, 0.197, 19.76, 9.9e-5),
        RogersCastro(0.00796, 0.1660, 0.0433, 0.0870, 0.198, 19.73, 1.2e-4),
    ),
    "female labour": (
        RogersCastro(0.01026, 0.1659, 0.0610, 0.0949, 0.197, 19.75, 1.2e-4),
        RogersCastro(0.01041, 0.1654, 0.0277, 0.0871, 0.198, 19.75, 7.5e-5),
    ),
    "male labour": (
        RogersCastro(0.00547, 0.1655, 0.0326, 0.0949, 0.197, 19.75, 6.7e-5),
        RogersCastro(0.00526, 0.1684, 0.0600, 0.0870, 0.198, 19.74, 1.7e-4),
    ),
}
"""The UN's families, women and men. Their levels carry the share of each sex."""


def rogers_castro(ages: Floats, parameters: RogersCastro) -> Floats:
    """Return the Rogers-Castro curve at `ages`, in their shape; the UN's parameters stand for completed years."""
    parts = rogers_castro_parts(ages, parameters)
    curve: Floats = np.sum(list(parts.values()), axis=0)
    return curve


def rogers_castro_parts(ages: Floats, parameters: RogersCastro) -> dict[Part, Floats]:
    """Return the parts that a Rogers-Castro curve is the sum of, each in the shape of `ages`."""
    p = parameters
    return {
        "childhood": p.a1 * np.exp(-p.alpha1 * ages),
        "labour force": p.a2 * _peak(ages - p.mu2, p.alpha2, p.lambda2),
        "retirement": p.a3 * _peak(ages - p.mu3, p.alpha3, p.lambda3),
        "late rise": p.a4 * np.exp(p.lambda4 * ages),
        "constant": np.full(np.shape(ages), p.c),
    }


def _peak(distance: Floats, descent: float, ascent: float) -> Floats:
    peak: Floats = np.exp(-descent * distance - np.exp(-ascent * distance))
    return peak


def model_schedule(family: Family) -> Floats:
    """Return a UN family's shares of migrants, [sex, 101], summing to 1 over both sexes."""
    schedule = np.stack([rogers_castro(np.arange(AGES, dtype=float), sex) for sex in UN_FAMILIES[family]])
    shares: Floats = schedule / schedule.sum()
    return shares
