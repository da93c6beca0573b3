"""Classes of movers: who moves, by sex and age, in place of one schedule for all movers of the world.

People who move to study, for a job or with a family, and those who go back later in life, have different ages. Each
class has a Rogers-Castro curve with six parameters, the same for women and men; what differs between the sexes is how
much each class counts. The curves were fitted by us, together with the mix of classes of each area
(`scripts/fit_mover_ages.py`, docs/results/mover-ages.md); they are rates on the people of an age, up to a factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.axes import AGES, OPEN_AGE
from corridor.demography.schedules import RogersCastro, rogers_castro

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats

    MoverClass: TypeAlias = Literal["study", "labour", "family", "older"]
    Stream: TypeAlias = Literal["newcomers", "returners"]

CLASS_CURVES: Mapping[MoverClass, tuple[RogersCastro, RogersCastro]] = {
    "study": (
        RogersCastro(0.02, 0.144, 1.0, 0.5, 0.292, 22.29, 0.0003),
        RogersCastro(0.043, 0.124, 1.0, 0.5, 0.255, 23.4, 0.0003),
    ),
    "labour": (
        RogersCastro(0.029, 0.181, 1.0, 0.267, 0.289, 27.85, 0.0003),
        RogersCastro(0.016, 0.357, 1.0, 0.348, 0.306, 26.86, 0.0003),
    ),
    "family": (
        RogersCastro(1.079, 0.078, 1.0, 0.251, 0.348, 23.56, 0.0005),
        RogersCastro(0.875, 0.068, 1.0, 0.18, 0.304, 32.65, 0.0005),
    ),
    "older": (
        RogersCastro(0.057, 0.099, 1.0, 0.031, 0.321, 35.45, 0.0005),
        RogersCastro(0.037, 0.12, 1.0, 0.031, 0.359, 38.2, 0.0005),
    ),
}
"""Curves of the classes, women and men, on the scale on which the level a2 of the peak is 1.

Fitted by us to the UN's projected net migration by age and sex of 2030, 2050 and 2075
(`python scripts/fit_mover_ages.py --curves`); the names are our reading of the curves.
study: the first move of young adults, with few children. labour: adults in their late twenties, with few children.
family: children and their parents. older: people from their middle thirties to old age.
"""
CLASSES: tuple[MoverClass, ...] = ("study", "labour", "family", "older")
STREAMS: tuple[Stream, ...] = ("newcomers", "returners")
"""Two streams on each corridor: mostly those who leave their country, and mostly those who return to it or move on."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Sexes and ages of people who move for one purpose.

    Attributes
    ----------
    curve : class whose curve they follow
    male_share : share of men, 0..1; None for that of the other movers of their corridor
    ages : least and greatest age at the end of the year of the move; the open age holds all who are older
    """

    curve: MoverClass
    male_share: float | None = None
    ages: tuple[int, int] = (0, OPEN_AGE)


@dataclass(frozen=True, slots=True)
class Movers:
    """Sexes and ages of those who move, by corridor.

    Sex comes first, so that the movers of a sex are one matrix product.

    Attributes
    ----------
    schedules : [sex, stream, orig, age], relative intensity of moving
    weights : [sex, stream, orig, dest], share of a corridor's moves; sums to 1 over sex and stream
    """

    schedules: Floats
    weights: Floats

    @property
    def male_share(self) -> Floats:
        """Share of men in the moves of each corridor: [orig, dest]."""
        share: Floats = self.weights[1].sum(axis=0)
        return share


def class_schedules() -> Floats:
    """Return the curves of the classes: [class, sex, age], relative intensity of moving, the largest 1."""
    ages = np.arange(AGES, dtype=float)
    curves = np.array([[rogers_castro(ages, sex) for sex in CLASS_CURVES[name]] for name in CLASSES])
    relative: Floats = curves / curves.max(axis=-1, keepdims=True)
    return relative


def profile_schedules(profiles: Sequence[Profile]) -> Floats:
    """Return the curves of profiles, zero outside their ages: [sex, profile, age], relative intensity of moving."""
    curves, ages = class_schedules(), np.arange(AGES)
    within = [curves[CLASSES.index(of.curve)] * ((ages >= of.ages[0]) & (ages <= of.ages[1])) for of in profiles]
    return np.stack(within, axis=1)


def profile_weights(usual: Floats, profiles: Sequence[Profile], share: Floats) -> Floats:
    """Mix people with profiles into the moves of corridors: [sex, stream + profile, corridor], sums to 1.

    Parameters
    ----------
    usual : [sex, stream, corridor], share of the other moves
    share : [profile, corridor], of those with a profile in all moves; sums over profiles to at most 1
    """
    of_sex = usual.sum(axis=1)
    stated = [
        of_sex if of.male_share is None else np.array([[1.0 - of.male_share], [of.male_share]]) for of in profiles
    ]
    own = [sexes * part for sexes, part in zip(stated, share, strict=True)]
    return np.concatenate([usual * (1.0 - share.sum(axis=0)), np.stack(own, axis=1)], axis=1)


def mixed_schedules(curves: Floats, composition: Floats, people: Floats) -> Floats:
    """Mix the curves of classes to schedules in which each class has its share of the movers.

    Parameters
    ----------
    curves : [class, sex, age], relative intensity of moving
    composition : [sex, stream, class, area], shares of the movers; sums to 1 over classes
    people : [area, sex, age], persons, for whom the shares hold

    Returns
    -------
    [sex, stream, area, age], relative intensity of moving
    """
    movers = np.einsum("ksa,csa->skc", curves, people)
    per_mover = np.divide(composition, movers[:, None], out=np.zeros_like(composition), where=movers[:, None] > 0)
    return np.ascontiguousarray(np.einsum("sjkc,ksa->sjca", per_mover, curves))
