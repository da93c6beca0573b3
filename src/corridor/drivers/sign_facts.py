"""What channels' reasons in the table of signs are made of: an area's own figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.drivers.assembly import Case
    from corridor.drivers.channel import Flow, Settings

NONE = 0.05
"""A change by less than this, percent, is none."""


@dataclass(frozen=True, slots=True)
class SignFacts:
    """The last year of a central run beside the base year, and what one channel does to one flow.

    Attributes
    ----------
    case : the settings, and the medians of the parameters as its one draw
    settings : of the run
    population : [area, sex, age], persons in the base year and now
    movable : [area], the same people weighted by how much their age and sex moves
    stock : [birthplace, residence], persons in the base year and now
    natives : [area], share of residents who were born there, in the base year and now
    outward : [orig, dest], outward moves now, persons
    flow : that the channel changes
    at_once : [area], log change of the flow by the channel in the year itself
    """

    case: Case
    settings: Settings
    population: tuple[Floats, Floats]
    movable: tuple[Floats, Floats]
    stock: tuple[Floats, Floats]
    natives: tuple[Floats, Floats]
    outward: Floats
    flow: Flow
    at_once: Floats

    def value(self, name: str) -> float:
        """Return a parameter's central value."""
        return float(self.case.values(self.settings)[name][0])

    @property
    def log_income(self) -> Floats:
        """Log of income with damages over that of the base year: [area]."""
        log: Floats = self.case.log_income[0, -1]
        return log

    @property
    def log_damages(self) -> Floats:
        """The part of `log_income` that damages make: [area]."""
        log: Floats = replace(self.case, causes={"climate through income": self.settings}).log_income[0, -1]
        return log


def thousands(people: float) -> str:
    """Return persons in thousands, for reading."""
    return f"{people / 1e3:,.0f}"
