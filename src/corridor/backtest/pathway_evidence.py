"""The policy gate against records: openings and closings at a border, visas, refusals, beside what the gate says.

Sources are read in place as they are published: CBP, Frontex, DEMIG VISA, Passport Index, OECD, UNHCR, Eurostat. Dates
and numbers that they do not hold are recalled (status R) and stand in constants of this module. `find` computes
everything; `scripts/confront_pathways.py` writes the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from corridor.areas import codes, members
from corridor.backtest.pathway_records import (
    AT_PORTS,
    BETWEEN_PORTS,
    FREE,
    REQUIRED,
    corridors_of,
    event_times,
    laid_out,
    monthly_counts,
    passport_regimes,
    refusals,
    single_changes,
    visa_changes,
    yearly_counts,
)
from corridor.backtest.pathway_validation import (
    HALF,
    ClaimInterval,
    Study,
    difference_in_differences,
    event_study,
    fewer_per_place,
    gate_change,
    within_elasticity,
)
from corridor.calendar import PERIODS
from corridor.data.panel import load_panel
from corridor.drivers.channels.policy import CHANNEL
from corridor.estimate.moves.product import period_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.axes import Booleans, Floats

PRIORS = {parameter.name.removeprefix("policy."): parameter for parameter in CHANNEL.parameters}
ELASTICITY, REDIRECTED = PRIORS["legal_elasticity"].central, PRIORS["redirected"].central
IRREGULAR, UNMET = PRIORS["irregular_share"].central, PRIORS["unmet_share"].central
REQUIREMENT = PRIORS["visa_requirement"].central
ENDS = np.array([0.05, 0.95])


# The border of the United States.

LAWFUL_YEARS = range(2015, 2020)
"""Years whose mean of permanent inflows to the United States stands for regular legal moves before the new routes."""
ENTITLED = ("VEN", "CUB", "HTI", "NIC")
"""Nationalities of the parole processes (recalled)."""
OWN_ROUTE = ("UKR",)
"""Had a route of their own (recalled: from April 2022)."""
UNNAMED = ("OOO", "OOS", "STL")
LEAST_MONTHLY = 100.0
"""Encounters a month before an event that another nationality must have."""
YEAR, HALF_YEAR = 12, 6


@dataclass(frozen=True)
class RouteOpening:
    """A lawful route that opened.

    Attributes
    ----------
    name, nationality : for whom
    month : in which it opened, left out of both windows
    paroled : persons a month outside ports in the first half year and in the year after it (recalled)
    """

    name: str
    nationality: str
    month: str
    paroled: tuple[float, float]


OPENINGS = (
    RouteOpening("Venezuela, parole", "VEN", "2022-10", (117_330 / 27,) * 2),
    RouteOpening("Cuba, parole", "CUB", "2023-01", (110_240 / 24,) * 2),
    RouteOpening("Nicaragua, parole", "NIC", "2023-01", (93_070 / 24,) * 2),
    RouteOpening("Haiti, ports", "HTI", "2022-05", (0.0, 211_040 / 24)),
)
"""Months and totals of parole to the end of 2024 as we recall them, spread evenly (status R). That ports opened to
Haitians in May 2022 is seen in the counts."""
CLOSED = "2025-02"
"""First whole month without appointments at ports: counts there fall to nearly none, in the data."""


class Border(NamedTuple):
    """Counts by nationality and month: between ports and at ports; and regular legal moves a month by nationality."""

    between: pd.DataFrame
    at_ports: pd.DataFrame
    regular: pd.Series[float]

    def month(self, name: str) -> int:
        """Return the position of a month."""
        return list(self.between.columns).index(name)

    def mean(self, table: pd.DataFrame, nationality: str, window: slice) -> float:
        """Return a mean count a month."""
        return float(table.loc[nationality].to_numpy()[window].mean())


class ObservedResponse(NamedTuple):
    """What followed an opening in a window.

    Attributes
    ----------
    change : log change of encounters between ports against other nationalities
    gate : the same as the gate has it
    fewer : encounters fewer per lawful move in addition; None where not all is known
    before, after : encounters between ports a month
    legal, added : lawful moves before, and in addition, a month
    """

    change: ClaimInterval
    gate: float
    fewer: ClaimInterval
    before: float
    after: float
    legal: float
    added: float


def _read_border(sources: Path) -> Border:
    """Read encounters and the permanent inflows of the United States."""
    rows = pd.read_csv(sources / "policy" / "cbp_usa_southwest_border_encounters.csv.gz", keep_default_na=False)
    rows = rows[rows["nationality"] != ""]
    between, ports = (
        monthly_counts(rows[rows["component"] == part], "encounters") for part in (BETWEEN_PORTS, AT_PORTS)
    )
    inflows = pd.read_parquet(sources / "flows_reported" / "oecd_imd_2000_2021.parquet")
    chosen = (inflows["variable"] == "inflow_by_nationality") & (inflows["reporter"] == "USA")
    chosen &= inflows["year"].isin(list(LAWFUL_YEARS))
    regular = inflows[chosen].groupby("partner", observed=True)["value"].sum() / (12.0 * len(LAWFUL_YEARS))
    return Border(between, ports.reindex(index=between.index, columns=between.columns).fillna(0.0), regular)


def comparable(counts: pd.DataFrame, window: slice, least: float, left_out: Sequence[str]) -> list[str]:
    """Return the nationalities with enough counts a month (or year) in a window, without those left out."""
    means = counts.iloc[:, window].mean(axis=1)
    return [name for name in means.index[means >= least] if name not in left_out]


def windows(opened: int) -> tuple[slice, tuple[slice, slice]]:
    """Return the year before a month, and the half year and the year after that, which follow it."""
    first = opened + 1
    return slice(opened - YEAR, opened), (
        slice(first, first + HALF_YEAR),
        slice(first + HALF_YEAR, first + HALF_YEAR + YEAR),
    )


def response(border: Border, opening: RouteOpening, place: int) -> ObservedResponse:
    """Compute what followed an opening in the half year after it, or in the year after that."""
    before, afters = windows(border.month(opening.month))
    after = afters[place]
    others = comparable(border.between, before, LEAST_MONTHLY, (*ENTITLED, *OWN_ROUTE, *UNNAMED))
    counts = border.between
    change = difference_in_differences(
        counts.loc[[opening.nationality]].to_numpy(), counts.loc[others].to_numpy(), before, after
    )
    at_ports = [border.mean(border.at_ports, opening.nationality, window) for window in (before, after)]
    legal = float(border.regular[opening.nationality]) + at_ports[0]
    added = at_ports[1] - at_ports[0] + opening.paroled[place]
    usual, now = (border.mean(counts, opening.nationality, window) for window in (before, after))
    gate = gate_change(legal, usual, added, redirected=REDIRECTED, elasticity=ELASTICITY)
    return ObservedResponse(change, gate, fewer_per_place(change, now, added), usual, now, legal, added)


class Closing(NamedTuple):
    """What followed the end of appointments at ports.

    Attributes
    ----------
    touched, others : nationalities
    change : log change of encounters between ports of those touched, against the others
    gate : the same as the gate has it, at the middle and at the ends of 90 % of the prior of redirection
    all_fell : log change of all encounters between ports
    """

    touched: list[str]
    others: list[str]
    change: ClaimInterval
    gate: ClaimInterval
    all_fell: float


def closing(border: Border) -> Closing:
    """Compute it. Touched are those with more lawful presentations at ports than encounters between them before."""
    closed = border.month(CLOSED)
    before, after = slice(closed - 1 - HALF_YEAR, closed - 1), slice(closed, border.between.shape[1])
    enough = comparable(border.between, before, 30.0, UNNAMED)
    means = border.between.iloc[:, before].mean(axis=1)
    ports, ports_after = (border.at_ports.iloc[:, window].mean(axis=1) for window in (before, after))
    touched = [name for name in enough if ports[name] > means[name]]
    others = [name for name in enough if name not in touched]
    change = difference_in_differences(
        border.between.loc[touched].to_numpy(), border.between.loc[others].to_numpy(), before, after
    )
    shares = (REDIRECTED, *PRIORS["redirected"].prior.quantile(ENDS))
    gates = [
        np.mean(
            [
                gate_change(
                    border.regular[name] + ports[name],
                    means[name],
                    ports_after[name] - ports[name],
                    redirected=float(share),
                    elasticity=ELASTICITY,
                )
                for name in touched
            ]
        )
        for share in shares
    ]
    total = border.between.sum(axis=0).to_numpy()
    fell = float(np.log(total[after].mean() / total[before].mean()))
    return Closing(touched, others, change, ClaimInterval(*map(float, gates)), fell)


LAGS = (0, 3, 6, 10, 12)


def _lawful_elasticities(border: Border) -> dict[int, ClaimInterval]:
    """Elasticity of encounters between ports to those at ports some months before, until appointments ended."""
    until = border.month(CLOSED)
    kept = comparable(border.between, slice(0, until), LEAST_MONTHLY, UNNAMED)
    outcome, driver = (
        np.log(table.loc[kept].to_numpy()[:, :until] + HALF) for table in (border.between, border.at_ports)
    )
    return {lag: within_elasticity(outcome[:, lag:], driver[:, : until - lag]) for lag in LAGS}


# Visas and detections at the border of the European Union.

SCHENGEN = (
    *("AUT", "BEL", "CZE", "DEU", "DNK", "ESP", "FIN", "FRA", "GRC"),
    *("HUN", "ITA", "LUX", "NLD", "NOR", "POL", "PRT", "SWE"),
)
EFTA = frozenset({"ISL", "NOR", "CHE", "LIE"})
MOST_CHANGED = 10
"""Schengen destinations that must have removed their requirement for a nationality to count as let in."""
LEAST_DETECTED, LEAST_YEARLY = 10.0, 50.0
"""Detections in the year before of a nationality let in, and of another one."""
BETWEEN_SOURCES = {"MDA": 2014, "GEO": 2017, "UKR": 2017}
"""Years in which visas went, recalled (R): the two sources of visas say only that it was from 2014 to 2020."""


def let_in(changes: pd.DataFrame, counts: pd.DataFrame) -> dict[str, int]:
    """Return nationality -> first year in which Schengen states let it in without a visa, since counts exist."""
    gone = changes[changes["removed"] & changes["destination"].isin(SCHENGEN) & (changes["year"] >= counts.columns[1])]
    found = gone.groupby("nationality")["year"].agg(["min", "size"]).query("size >= @MOST_CHANGED")["min"]
    dates = {str(name): int(year) for name, year in found.items()}
    return {name: year for name, year in dates.items() if counts[year - 1].get(name, 0.0) >= LEAST_DETECTED}


def _freed_between_sources(spells: pd.DataFrame, snapshots: pd.DataFrame, counts: pd.DataFrame) -> list[str]:
    """Return nationalities that needed a visa for Germany in the last year of one source and none in the other."""
    last = spells["year_to"].max()
    needed = spells[(spells["destination"] == "DEU") & (spells["year_to"] == last) & (spells["visa"] > 0)]
    regime = passport_regimes(snapshots, "DEU").iloc[:, 0]
    free = set(regime.index[regime == FREE]) & set(needed["nationality"])
    return sorted(name for name in free if counts[last].get(name, 0.0) >= LEAST_DETECTED)


def by_year(dates: dict[str, int]) -> dict[int, list[str]]:
    """Return year -> its nationalities."""
    return {year: sorted(name for name in dates if dates[name] == year) for year in sorted(set(dates.values()))}


def _detections_after(
    counts: pd.DataFrame, names: list[str], year: int, left_out: Sequence[str]
) -> tuple[ClaimInterval, ClaimInterval | None]:
    """Log change of detections, against others, from the year before to the year itself and to the next one."""
    at = [int(column) for column in counts.columns].index(year)
    before = slice(at - 1, at)
    others = comparable(counts, before, LEAST_YEARLY, (*left_out, *UNNAMED))
    touched, rest = counts.loc[names].to_numpy(), counts.loc[others].to_numpy()
    then = difference_in_differences(touched, rest, before, slice(at, at + 1))
    if at + 1 == counts.shape[1]:
        return then, None
    return then, difference_in_differences(touched, rest, before, slice(at + 1, at + 2))


BALKANS = "Western Balkan Route"
SEASON = (("2022-05", "2022-10"), ("2023-05", "2023-10"))
"""The same six months of the year before and after Serbia asked for visas (recalled: from October 2022 to January
2023)."""


def serbia(snapshots: pd.DataFrame, detections: pd.DataFrame) -> dict[str, tuple[ClaimInterval, ClaimInterval]]:
    """Log change of detections on the Balkan route and on all routes of those of whom Serbia began to ask a visa."""
    regimes = passport_regimes(snapshots, "SRB")
    began = regimes.index[(regimes["2022-01-05"] == FREE) & (regimes["2023-01-11"] == REQUIRED)]
    later = regimes.index[(regimes["2023-01-11"] == FREE) & (regimes["2024-01-05"] == REQUIRED)]
    routes = [monthly_counts(part, "detections") for part in (detections[detections["route"] == BALKANS], detections)]
    found = {}
    names = [str(name) for name in began if name in routes[0].index]
    for label, chosen in [*((name, [name]) for name in names), ("together", names)]:
        both = [_season_change(table, chosen, (*began, *later, *UNNAMED)) for table in routes]
        found[label] = (both[0], both[1])
    return found


def _season_change(table: pd.DataFrame, names: list[str], left_out: Sequence[str]) -> ClaimInterval:
    months = list(table.columns)
    before, after = (slice(months.index(first), months.index(last) + 1) for first, last in SEASON)
    others = comparable(table, before, 5.0, left_out)
    return difference_in_differences(table.loc[names].to_numpy(), table.loc[others].to_numpy(), before, after)


# Visas and legal moves.

SETS = ((-1,), (0,), (1,), (2, 3), (4, 5, 6, 7))
SET_NAMES = ("year before", "year of the change", "1 year on", "2-3", "4-7")
PERIOD_SETS = ((-1,), (0,), (1,), (2,))
PERIOD_NAMES = ("period before", "period of the change", "next", "the one after")
LEAST_FLOW = {"reported": 50.0, "own": 100.0}
"""Moves a year, on average, of a corridor that counts."""


class VisaStudy(NamedTuple):
    """What followed changes of visa requirements: corridors and origins with one, and its effects."""

    corridors: int
    origins: int
    study: Study


def visa_study(
    flows: Floats, axes: tuple[Sequence[str], Sequence[str], Sequence[int]], changes: pd.DataFrame, *, removed: bool
) -> VisaStudy:
    """Study flows around single changes of one direction; corridors with any other change are left out.

    Parameters
    ----------
    flows : [origin, destination, time], persons a year; NaN where unknown
    axes : origins, destinations, and years or first years of periods (then `changes` stand on these)
    changes : as `visa_changes`
    """
    origins, destinations, times = axes
    step = times[1] - times[0]
    single = single_changes(changes, times[0] - step, times[-1] + step)
    chosen = single[(single["removed"] == removed) & (single["year"] > times[0])]
    usable = corridors_of(chosen, origins, destinations)
    changed = corridors_of(changes[changes["year"] >= times[0] - step], origins, destinations)
    values = np.full(flows.shape, np.nan)
    np.log(flows, out=values, where=(flows > 0.0) & (usable | ~changed)[:, :, None])
    since = event_times(chosen, origins, destinations, times) / step
    sets = SETS if step == 1 else PERIOD_SETS
    seen = (np.isin(since, (-2.0, 0.0)) & np.isfinite(values)).any(axis=2)
    return VisaStudy(int(seen.sum()), int(seen.any(axis=1).sum()), event_study(values, since, sets))


def within_union(origins: Sequence[str], destinations: Sequence[str], times: Sequence[int]) -> Booleans:
    """Return where both ends are in the European Union or EFTA on 1 January: [origin, destination, time]."""
    inside = [{area.iso3 for area in members("EU", date(year, 1, 1))} | EFTA for year in times]
    return np.stack([np.outer(np.isin(origins, list(one)), np.isin(destinations, list(one))) for one in inside], -1)


def enough(flows: Floats, least: float) -> Floats:
    """Return flows, NaN in corridors with fewer than so many a year on average over the years known."""
    known = np.isfinite(flows).sum(axis=2)
    mean = np.divide(np.nansum(flows, axis=2), known, out=np.zeros(known.shape), where=known > 0)
    return np.where((mean >= least)[:, :, None], flows, np.nan)


def _reported_studies(sources: Path, changes: pd.DataFrame) -> dict[bool, VisaStudy]:
    """Study the yearly inflows by nationality that OECD countries report, to the last year that has visas."""
    rows = pd.read_parquet(sources / "flows_reported" / "oecd_imd_2000_2021.parquet")
    rows = rows[rows["variable"] == "inflow_by_nationality"]
    years = list(range(2000, 2014))
    origins = [code for code in codes() if code in set(rows["partner"])]
    destinations = sorted(set(rows["reporter"].astype(str)))
    inflows = rows.groupby(["partner", "reporter", "year"], observed=True)["value"].sum()
    flows = laid_out(inflows, origins, destinations, years)
    flows = enough(np.where(within_union(origins, destinations, years), np.nan, flows), LEAST_FLOW["reported"])
    return {
        removed: visa_study(flows, (origins, destinations, years), changes, removed=removed)
        for removed in (True, False)
    }


def _own_studies(changes: pd.DataFrame) -> dict[bool, VisaStudy]:
    """Study our own flows of five-year periods; a change stands in the period that holds its year."""
    panel, starts, areas = load_panel(), [1990, 1995, 2000, 2005, 2010], list(codes())
    flows = np.stack([period_mean(panel, start, PERIODS[start]).sum(axis=0) for start in starts], axis=-1)
    flows = enough(np.where(within_union(areas, areas, starts), np.nan, flows), LEAST_FLOW["own"])
    by_period = changes.assign(year=changes["year"] // 5 * 5)
    return {removed: visa_study(flows, (areas, areas, starts), by_period, removed=removed) for removed in (True, False)}


# Refusals of asylum.

RATE_YEARS = range(2014, 2024)
LEAST_DECISIONS, LEAST_BILATERAL = 200, 50


def _asylum_elasticities(sources: Path, counts: pd.DataFrame) -> dict[str, ClaimInterval]:
    """Elasticities of detections, and of applications, to the share of asylum decisions that are refusals."""
    decisions = pd.read_parquet(sources / "displacement" / "unhcr_asylum_decisions_2000_2025.parquet")
    states = {area.iso3 for area in members("EU")} | EFTA
    names = comparable(counts, slice(None), LEAST_YEARLY, UNNAMED)
    years = list(RATE_YEARS)
    rate = _logs(laid_out(refusals(decisions, states, ["origin", "year"], LEAST_DECISIONS), names, years))
    found = {
        lead: np.log(counts.loc[names, [year + shift for year in years]].to_numpy() + HALF)
        for lead, shift in (("later", 1), ("same", 0), ("earlier", -1))
    }
    return {
        "detections, a year later": within_elasticity(found["later"], rate),
        "the same, yearly changes": within_elasticity(np.diff(found["later"]), np.diff(rate)),
        "detections, the same year": within_elasticity(found["same"], rate),
        "detections, the year before": within_elasticity(found["earlier"], rate),
        "applications, a year later": _applications(sources, decisions, states),
    }


def _applications(sources: Path, decisions: pd.DataFrame, states: set[str]) -> ClaimInterval:
    """Elasticity of applications in a country to its own refusals of the nationality a year before."""
    rows = pd.read_csv(sources / "displacement" / "eurostat_asylum_applicants_2011_2024.csv.gz", keep_default_na=False)
    rows = rows.assign(year=rows["year"].astype(int))
    applied = rows.groupby(["nationality", "destination", "year"])["applicants"].sum()
    share = refusals(decisions, states, ["origin", "asylum", "year"], LEAST_BILATERAL)
    origins = sorted({str(name) for name in share.index.get_level_values(0)} & set(rows["nationality"]))
    places, years = sorted(states & set(rows["destination"])), list(RATE_YEARS)
    outcome = _logs(laid_out(applied, origins, places, [year + 1 for year in years]))
    return within_elasticity(outcome, _logs(laid_out(share, origins, places, years)), draws=200)


def _logs(values: Floats) -> Floats:
    return np.log(values, out=np.full(values.shape, np.nan), where=values > 0.0)


# All together.


@dataclass(frozen=True)
class Findings:
    """Everything that the page shows."""

    openings: dict[str, tuple[ObservedResponse, ObservedResponse]]
    closing: Closing
    lawful: dict[int, ClaimInterval]
    freed: dict[int, list[str]]
    detected: dict[int, tuple[ClaimInterval, ClaimInterval | None]]
    bounded: list[str]
    serbia: dict[str, tuple[ClaimInterval, ClaimInterval]]
    reported: dict[bool, VisaStudy]
    own: dict[bool, VisaStudy]
    asylum: dict[str, ClaimInterval]


def find(sources: Path) -> Findings:
    """Compute everything that the page shows."""
    border = _read_border(sources)
    policy = sources / "policy"
    detections = pd.read_csv(policy / "frontex_detections_monthly.csv.gz", keep_default_na=False)
    spells = pd.read_parquet(policy / "demig_visa_1973_2013.parquet")
    snapshots = pd.read_parquet(policy / "passport_index_visa.parquet")
    changes, counts = visa_changes(spells), yearly_counts(detections, "detections")
    bounded = _freed_between_sources(spells, snapshots, counts)
    dates = (
        let_in(changes, counts) | {name: BETWEEN_SOURCES[name] for name in bounded} | let_in_lately(snapshots, counts)
    )
    freed = by_year(dates)
    return Findings(
        openings={each.name: (response(border, each, 0), response(border, each, 1)) for each in OPENINGS},
        closing=closing(border),
        lawful=_lawful_elasticities(border),
        freed=freed,
        detected={year: _detections_after(counts, names, year, list(dates)) for year, names in freed.items()},
        bounded=bounded,
        serbia=serbia(snapshots, detections),
        reported=_reported_studies(sources, changes),
        own=_own_studies(changes),
        asylum=_asylum_elasticities(sources, counts),
    )


def let_in_lately(snapshots: pd.DataFrame, counts: pd.DataFrame) -> dict[str, int]:
    """Return passport -> year of the first snapshot in which Germany lets it in without a visa, where it did not."""
    regimes = passport_regimes(snapshots, "DEU")
    found = {}
    for earlier, later in pairwise(regimes.columns):
        for name in regimes.index[(regimes[earlier] == REQUIRED) & (regimes[later] == FREE)]:
            if counts[int(later[:4]) - 1].get(name, 0.0) >= LEAST_DETECTED:
                found[str(name)] = int(later[:4])
    return found
