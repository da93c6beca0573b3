"""Classes of movers: who moves, by sex and age, in place of one schedule for all movers of the world.

People who move to study, for a job or with a family, and those who go back later in life, have different ages. Each
class has a Rogers-Castro curve with six parameters, the same for women and men; what differs between the sexes is how
much each class counts. The curves were fitted by us, together with the mix of classes of each area
(`scripts/fit_mover_ages.py`, docs/mover-ages.md); they are rates on the people of an age, up to a factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from corridor.axes import AGES
from corridor.demography.schedules import RogersCastro, rogers_castro

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.axes import Floats

    MoverClass: TypeAlias = Literal["study", "labour", "family", "older"]
    Stream: TypeAlias = Literal["newcomers", "returners"]

CLASS_CURVES: Mapping[MoverClass, tuple[RogersCastro, RogersCastro]] = {
    "study": (RogersCastro(a1=0.030, alpha1=0.12, a2=1.0, alpha2=0.50, lambda2=0.280, mu2=22.5, c=3e-4), RogersCastro(a1=0.030, alpha1=0.12, a2=1.0, alpha2=0.50, lambda2=0.280, mu2=22.5, c=3e-4)),
    "labour": (RogersCastro(a1=0.040, alpha1=0.12, a2=1.0, alpha2=0.25, lambda2=0.200, mu2=25.0, c=3e-4), RogersCastro(a1=0.040, alpha1=0.12, a2=1.0, alpha2=0.25, lambda2=0.200, mu2=25.0, c=3e-4)),
    "family": (RogersCastro(a1=0.800, alpha1=0.07, a2=1.0, alpha2=0.18, lambda2=0.260, mu2=33.0, c=5e-4), RogersCastro(a1=0.800, alpha1=0.07, a2=1.0, alpha2=0.18, lambda2=0.260, mu2=33.0, c=5e-4)),
    "older": (RogersCastro(a1=0.060, alpha1=0.10, a2=1.0, alpha2=0.03, lambda2=0.330, mu2=37.5, c=5e-4), RogersCastro(a1=0.060, alpha1=0.10, a2=1.0, alpha2=0.03, lambda2=0.330, mu2=37.5, c=5e-4)),
}
"""Curves of the classes. Fitted by us to the UN's projected net migration by age and sex; the peak is 1 by definition.

study: the first move of young adults, few children. labour: young adults at work. family: children and their parents.
older: people of forty and more, who mostly go back.
"""
CLASSES: tuple[MoverClass, ...] = ("study", "labour", "family", "older")
STREAMS: tuple[Stream, ...] = ("newcomers", "returners")
"""Two streams on each corridor: mostly those who leave their country, and mostly those who return to it or move on."""


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
    schedules: Floats = np.einsum("sjkc,ksa->sjca", per_mover, curves)
    return schedules
