"""What is known today about the legal ways of a corridor: visa, memberships, agreements, resettlement; and what is not.

Visa requirements and resettlement come from the panel, memberships from the register of groups, agreements from
`agreements.toml`, written by hand with their sources. All of it is shown beside results and may be quoted in a lever;
none of it enters a computation.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from corridor.areas import find, group_names, meant, memberships
from corridor.areas.groups import UN_GROUPS_SOURCE
from corridor.calendar import LAST_KNOWN
from corridor.drivers.channels.policy import GATE_PARAMETERS
from corridor.drivers.levers import KIND_SHARES
from corridor.errors import InputError, Problem
from corridor.seals import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from corridor.areas import Membership
    from corridor.data.panel import Panel
    from corridor.drivers.levers import Kind
    from corridor.drivers.parameters import Status

RESETTLEMENT_YEARS = range(LAST_KNOWN - 4, LAST_KNOWN + 1)
"""The last five years that UNHCR has published in full."""
LEAST_TO_MOST_DOUBT = "FCJR"
REQUIREMENTS = {
    "visa_free": "no visa",
    "on_arrival": "a visa, given at the border",
    "eta": "an electronic authorisation",
    "e_visa": "a visa, applied for online",
    "required": "a visa, before the journey",
    "no_admission": "no admission",
}
"""Class of the Passport Index -> what the holder of a passport needs as a visitor."""
PRIORS = ("policy.irregular_share", "policy.unmet_share")
NOT_COUNTED = (
    "Places a year by kind, fees, waiting times, shares refused: not on file, but for what an agreement above says."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourAgreement:
    """An agreement or regime of legal mobility.

    Attributes
    ----------
    name : what it is called
    origins, destinations : ISO codes or groups, of which today's members are meant
    excepted : ISO codes or groups that it does not reach as origins
    kinds : kinds of moves that it is about
    since : date or month from which it holds; empty where it is not known
    rule : what holds
    source, status : where that is found and how well it is known, a key of `corridor.drivers.parameters.STATUSES`
    note : what has to be known beside it
    """

    name: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    excepted: tuple[str, ...] = ()
    kinds: tuple[Kind, ...]
    since: str = ""
    rule: str
    source: str
    status: Status
    note: str = ""

    def covers(self, orig: str, dest: str) -> bool:
        """Return whether it reaches from an area to another, by ISO codes."""
        reached = orig in _codes(self.origins) and dest in _codes(self.destinations)
        return reached and orig != dest and orig not in _codes(self.excepted)


@dataclass(frozen=True, slots=True)
class CorridorSetting:
    """One thing that is known about a corridor, or known not to be known.

    Attributes
    ----------
    topic : visa, membership, agreement, resettlement, prior or not known
    says : a sentence
    status : a key of `corridor.drivers.parameters.STATUSES`; empty where nothing is claimed
    source : where it comes from; empty where nothing is claimed
    """

    topic: str
    says: str
    status: str
    source: str


@cache
def _codes(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(area.iso3 for word in words for area in meant(word)[1])


@cache
def agreements() -> tuple[LabourAgreement, ...]:
    """Return all agreements on file, in the order of `agreements.toml`."""
    rows = tomllib.loads(shipped("drivers/agreements.toml").decode())["agreement"]
    return tuple(_agreement(row) for row in rows)


def _agreement(row: dict[str, Any]) -> LabourAgreement:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return LabourAgreement(**fields)


def shared_memberships(orig: str, dest: str) -> tuple[tuple[Membership, Membership], ...]:
    """Return the groups with dated membership to which two areas belong today: the membership of each.

    The UN's regions are left out: they bind nobody.
    """
    shared = []
    for group in group_names():
        holding = {
            each.iso3: each
            for each in memberships(group)
            if each.status == "member" and each.holds(None) and each.source != UN_GROUPS_SOURCE
        }
        if orig in holding and dest in holding:
            shared.append((holding[orig], holding[dest]))
    return tuple(shared)


def resettlement_today(panel: Panel) -> pd.DataFrame:
    """Return refugees resettled, by origin and country of resettlement: mean of `RESETTLEMENT_YEARS`, persons a year.

    Columns: origin, asylum (here the country of resettlement), persons.
    """
    rows = panel.frame("displacement_solutions")
    rows = rows[rows["year"].isin(RESETTLEMENT_YEARS) & (rows["resettlement"] > 0)]
    means = rows.groupby(["origin", "asylum"])["resettlement"].sum() / len(RESETTLEMENT_YEARS)
    return means.rename("persons").reset_index()


def settings_today(panel: Panel, orig: str, dest: str) -> tuple[CorridorSetting, ...]:
    """Return what is known today about the legal ways from one area to another, and what is not.

    Parameters
    ----------
    orig, dest : ISO alpha-3 codes

    Raises
    ------
    InputError : an unknown area, or the same one twice
    """
    origin, destination = find(orig), find(dest)
    if origin == destination:
        fault, remedy = "the corridor leads from an area to itself", "Name another destination"
        raise InputError(Problem(fault, remedy, value=dest))
    pair = origin.iso3, destination.iso3
    return (*_visa(panel, *pair), *_shared(*pair), *_agreed(*pair), *_resettled(panel, *pair), *_unknown())


def _visa(panel: Panel, orig: str, dest: str) -> Iterator[CorridorSetting]:
    rows = panel.frame("visa_requirement")
    found = rows[(rows["passport"] == orig) & (rows["destination"] == dest)]
    if found.empty:
        without = " and ".join(iso3 for iso3 in (orig, dest) if iso3 not in set(rows["passport"]))
        yield CorridorSetting("not known", f"Visa: the Passport Index lists no passport of {without}.", "", "")
        return
    row = found.iloc[0]
    days = f", for {row['days']:.0f} days" if row["days"] > 0 else ""
    says = f"As a visitor: {REQUIREMENTS[row['requirement']]}{days}. This says nothing of the right to work."
    yield CorridorSetting("visa", says, "F", "Passport Index, 2025-01-12")


def _shared(orig: str, dest: str) -> Iterator[CorridorSetting]:
    pairs = shared_memberships(orig, dest)
    for one, other in pairs:
        status = max((one.confidence, other.confidence), key=LEAST_TO_MOST_DOUBT.index)
        says = f"Both are members of {one.group}: {orig} since {one.since}, {dest} since {other.since}."
        yield CorridorSetting("membership", says, status, "; ".join(dict.fromkeys((one.source, other.source))))
    if not pairs:
        yield CorridorSetting(
            "not known", "Membership: none shared among the groups on file, which Schengen is not.", "", ""
        )


def _agreed(orig: str, dest: str) -> Iterator[CorridorSetting]:
    reaching = [each for each in agreements() if each.covers(orig, dest)]
    for each in reaching:
        since = f" Since {each.since}." if each.since else ""
        note = f" {each.note}" if each.note else ""
        yield CorridorSetting("agreement", f"{each.name}: {each.rule}{since}{note}", each.status, each.source)
    if not reaching:
        says = f"Agreements: none of the {len(agreements())} on file reaches this corridor; there may be others."
        yield CorridorSetting("not known", says, "", "")


def _resettled(panel: Panel, orig: str, dest: str) -> Iterator[CorridorSetting]:
    rows = resettlement_today(panel)
    persons = rows.loc[(rows["origin"] == orig) & (rows["asylum"] == dest), "persons"].sum()
    years = f"{RESETTLEMENT_YEARS[0]}-{RESETTLEMENT_YEARS[-1]}"
    says = f"Refugees from {orig} resettled in {dest}: {persons:,.0f} a year, mean of {years}, from wherever they were."
    yield CorridorSetting("resettlement", says, "C", "UNHCR Refugee Data Finder, by origin and country of resettlement")


def _unknown() -> Iterator[CorridorSetting]:
    for parameter in GATE_PARAMETERS:
        if parameter.name in PRIORS:
            says = f"{parameter.meaning} Prior: {parameter.prior}."
            yield CorridorSetting("prior", says, parameter.status, parameter.source)
    kinds = ", ".join(f"{kind} {share:g}" for kind, share in KIND_SHARES.items())
    yield CorridorSetting("prior", f"Kinds of moves today, the same in every corridor: {kinds}.", "J", "Our judgement.")
    yield CorridorSetting("not known", NOT_COUNTED, "", "")
