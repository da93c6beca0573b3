"""The part of the brief about causes: what a page holds of them, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.figures import ScenarioBand, WaterfallStep, scenario_fan, waterfall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Integers

WIDE, NARROW, SHEET = 700.0, 340.0, 440.0
"""Pixels; widths of a figure on a page, on a telephone, and on a member's sheet."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Why moves change: `start` and `end` are (label, persons a year), steps add up to their difference."""

    name: str
    start: tuple[str, float]
    steps: Sequence[WaterfallStep]
    end: tuple[str, float]


@dataclass(frozen=True, slots=True)
class Fan:
    """Moves by scenario: bands over `years` [year], persons a year."""

    name: str
    years: Integers
    bands: Sequence[ScenarioBand]


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """Moves of the last year in one scenario, persons a year: without climate, and under two families of damages."""

    scenario: str
    without: float
    families: Sequence[float]


@dataclass(frozen=True, slots=True)
class CausesData:
    """What the brief says about causes.

    Attributes
    ----------
    lead : what was done, in a paragraph
    waterfalls : of the group
    members : ISO code -> waterfalls of the member
    fans : of the group, one a view
    fan_note : what the scenarios are and what the ranges hold
    families : names of the families of damages
    family_tables : view -> a row a scenario
    family_note : why both are shown
    missing : what is not modelled, a sentence each
    """

    lead: str
    waterfalls: Sequence[Waterfall]
    members: Mapping[str, Sequence[Waterfall]]
    fans: Sequence[Fan]
    fan_note: str
    families: Sequence[str]
    family_tables: Mapping[str, Sequence[FamilyRow]]
    family_note: str
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class DrawnCauses:
    """A figure in the form for wide pages and the one for telephones, as markup."""

    name: str
    wide: str
    narrow: str


def draw_waterfalls(data: CausesData) -> list[DrawnCauses]:
    """Draw the waterfalls of the group."""
    return [
        DrawnCauses(
            each.name,
            _waterfall(each, f"waterfall-{at}", WIDE),
            _waterfall(each, f"waterfall-{at}-narrow", NARROW),
        )
        for at, each in enumerate(data.waterfalls)
    ]


def draw_member(data: CausesData | None, iso3: str) -> list[DrawnCauses]:
    """Draw the waterfalls of a member; none where causes are not told."""
    told = () if data is None else data.members.get(iso3, ())
    return [
        DrawnCauses(each.name, _waterfall(each, f"waterfall-{iso3}-{at}", SHEET), "") for at, each in enumerate(told)
    ]


def draw_fans(data: CausesData) -> list[DrawnCauses]:
    """Draw the fans of scenarios."""
    return [
        DrawnCauses(
            each.name,
            scenario_fan(f"scenarios-{at}", each.years, each.bands, heading=each.name),
            scenario_fan(f"scenarios-{at}-narrow", each.years, each.bands, heading=each.name, width=NARROW),
        )
        for at, each in enumerate(data.fans)
    ]


def _waterfall(each: Waterfall, key: str, width: float) -> str:
    return waterfall(key, f"Why they change: {each.name}", each.start, each.steps, each.end, width=width)
