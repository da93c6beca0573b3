"""The groups that areas belong to, with dated membership: `groups.csv`, and the UN's regions from the register.

CICA, EAEU (Eurasian Economic Union), CIS, SCO, OTS (Organization of Turkic States), ASEAN, GCC, SAARC, EU (from the
European Economic Community on); the UN's regions and subregions; World. Members are states: territories that the
register lists apart are not entered with them, nor are observers that are no area of the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, TypeAlias, cast

from corridor.areas.register import Area, areas, called, find, fold, read_table
from corridor.calendar import WPP
from corridor.errors import InputError, Problem, spelling

Status: TypeAlias = Literal["member", "observer"]

WORLD = "World"
"""The group of all areas."""
UN_GROUPS_SOURCE = f"UN {WPP}, list of locations"


@dataclass(frozen=True, slots=True)
class Membership:
    """One area's time in a group.

    Attributes
    ----------
    group, iso3, status : status is "member" or "observer"
    since, until : first and last day, as an ISO date or a year alone where the day is not known; a year counts from its
        first day to its last. `since` is None in the UN's regions, which nobody dates; `until` is None where it lasts
    confidence, source : how sure `since` and `until` are (F, C, R, J) and where they come from
    note : what conflicts, or has to be known
    """

    group: str
    iso3: str
    status: Status
    since: str | None
    until: str | None
    confidence: str
    source: str
    note: str = ""

    def holds(self, on: date | None) -> bool:
        """Return whether the membership holds on a date, or still lasts where the date is None."""
        if on is None:
            return self.until is None
        begun = self.since is None or _first_day(self.since) <= on
        return begun and (self.until is None or on <= _last_day(self.until))


def _first_day(written: str) -> date:
    return date(int(written), 1, 1) if len(written) == 4 else date.fromisoformat(written)


def _last_day(written: str) -> date:
    return date(int(written), 12, 31) if len(written) == 4 else date.fromisoformat(written)


def _dated(row: dict[str, str]) -> Membership:
    return Membership(
        group=row["group"],
        iso3=row["iso3"],
        status=cast("Status", row["status"]),
        since=row["since"] or None,
        until=row["until"] or None,
        confidence=row["confidence"],
        source=row["source"],
        note=row["note"],
    )


def _placed(area: Area) -> list[Membership]:
    places = dict.fromkeys((WORLD, area.region, area.subregion))
    return [Membership(place, area.iso3, "member", None, None, "F", UN_GROUPS_SOURCE) for place in places]


@cache
def _groups() -> dict[str, tuple[Membership, ...]]:
    every = [_dated(row) for row in read_table("groups.csv")]
    every += [membership for area in areas() for membership in _placed(area)]
    names = dict.fromkeys(membership.group for membership in every)
    return {name: tuple(membership for membership in every if membership.group == name) for name in names}


def group_names() -> tuple[str, ...]:
    """Return the names of all groups: those with dated membership, then World and the UN's regions."""
    return tuple(_groups())


def memberships(group: str) -> tuple[Membership, ...]:
    """Return every membership of a group, of members and observers, lasting and ended, by date.

    Parameters
    ----------
    group : one of `group_names()`; case and accents do not matter

    Raises
    ------
    InputError
        If there is no such group; the report suggests near spellings.
    """
    by_fold = {fold(name): name for name in group_names()}
    if fold(group) not in by_fold:
        fault = "Corridor knows no group of this name"
        raise InputError(Problem(fault, spelling(group, group_names()), value=group))
    return _groups()[by_fold[fold(group)]]


def members(group: str, on: date | None = None, status: Status = "member") -> tuple[Area, ...]:
    """Return the areas that hold a status in a group, in the order of the register.

    Parameters
    ----------
    group : one of `group_names()`
    on : the date; None for those whose membership lasts. Before the group's first member there are none
    status : "member" or "observer"

    Raises
    ------
    InputError
        If there is no such group.
    """
    holding = {each.iso3 for each in memberships(group) if each.status == status and each.holds(on)}
    return tuple(area for area in areas() if area.iso3 in holding)


def meant(word: str) -> tuple[str, tuple[Area, ...]]:
    """Return the name and today's members of a group, or the name of an area and that area alone.

    Parameters
    ----------
    word : one of `group_names()`, perhaps with " (region)" at its end, or what `find` understands

    Raises
    ------
    InputError
        If no group and no area is called so, or several are; the report names them, or suggests near spellings.
    """
    by_fold = {fold(name): name for name in group_names()}
    asked = fold(word).removesuffix(" region")
    if asked in by_fold:
        name = by_fold[asked]
        alike = called(word)
        if alike and alike != members(name):
            fault = f"this is a region of {len(members(name))} areas, and a name of {alike[0].name}"
            remedy = f"Write {alike[0].iso3} for the area, or {name} (region) for the region"
            raise InputError(Problem(fault, remedy, value=word))
        return name, members(name)
    if not called(word):
        fault = "Corridor knows no group and no area of this name"
        known = [*group_names(), *(area.name for area in areas())]
        raise InputError(Problem(fault, spelling(word, known), value=word))
    area = find(word)
    return area.name, (area,)
