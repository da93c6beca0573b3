"""Reported flows beside ours, worded for pages and the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.analysis.views import arrivals, departures
from corridor.areas import codes, find
from corridor.data.tables.import_notices import PERIOD, SERIES, TOTAL
from corridor.estimate.moves.stocks import YEARS
from corridor.estimate.world.reported import MATERIAL, RECENT, beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pandas as pd

    from corridor.analysis.views import View

TITLE = "Reported figures and our estimates"
HEADS = ("Moves", "Year", "Reported", "Ours", "Ours / reported")
DASH = UNKNOWN = "\N{EN DASH}"
DIFFER = (
    "Reported figures and our estimates count different things, so a ratio far from 1 need not be an error of either. "
    "We count everybody who changes the country of residence for most of a year, with or without a permit."
)
OF_OFFICES = (
    "An office counts by its own rules: permits issued, registrations, foreign nationals only, or stays above a "
    "length that it sets. People who leave often do not report it. Our estimates are partly adjusted to reports of "
    "OECD countries and are not independent of them."
)
OF_UNHCR = (
    "UNHCR counts people who seek asylum or protection. Some are counted in a later year than the year in which they "
    f"came. Our estimates use its figures. Its series are shown where they averaged {MATERIAL:,.0f} people a year or "
    f"more from {YEARS[-1] - RECENT + 1} to {YEARS[-1]} (our judgement)."
)
OF_PERIODS = "A period counts from 1 July to 1 July."
HOW_TO = "To see the figures of a national office next to ours, import them as a table:"
COMMAND = "corridor data import flows FILE"


class Flow(NamedTuple):
    """What a source counts by a definition of one pair of areas, or of one area and all others.

    Attributes
    ----------
    name : whose moves, such as "Ukraine to Germany"
    rows : year, reported, ours and their ratio, worded, in the order of years
    """

    name: str
    rows: tuple[tuple[str, str, str, str], ...]


class ReportedSeries(NamedTuple):
    """What a source counts by a definition.

    Attributes
    ----------
    words : definition and source, also where the user gave none
    flows : of which corridors or areas
    brought : whether the user brought it
    """

    words: str
    flows: tuple[Flow, ...]
    brought: bool


@dataclass(frozen=True, slots=True)
class ReportedPart:
    """The part of a page that shows reported flows; without any that was brought it says how to bring some.

    Attributes
    ----------
    note : why the figures differ
    how_to, command : how a user brings figures; empty where figures that were brought are shown
    """

    series: Sequence[ReportedSeries]
    note: str
    how_to: str
    title: str = TITLE
    command: str = COMMAND


def reported_part(reported: pd.DataFrame | None, views: Iterable[View]) -> ReportedPart | None:
    """Word the part of a page about some sums of moves; None where reported flows were not looked for."""
    if reported is None:
        return None
    found = series(rows_of_views(reported, views))
    return ReportedPart(found, note_of(found), "" if any(one.brought for one in found) else HOW_TO)


def rows_of_views(reported: pd.DataFrame, views: Iterable[View]) -> pd.DataFrame:
    """Choose the reported flows that belong to sums of moves; `reported` as `reported_flows` returns it."""
    import pandas as pd  # noqa: PLC0415 - the caller holds a frame and has loaded it

    iso3 = np.array(codes())
    ends = [(iso3[view.origins > 0.0].tolist(), iso3[view.destinations > 0.0].tolist()) for view in views]
    return pd.concat([beside(reported, *of_view) for of_view in ends], ignore_index=True)


def reported_of_area(reported: pd.DataFrame | None, position: int) -> dict[str, list[ReportedSeries]]:
    """Word the reported flows of the sheet of an area, given by its position: heading -> who arrives, who leaves."""
    if reported is None:
        return {}
    member = np.arange(len(codes())) == position
    found = {
        heading: series(rows_of_views(reported, [view]), partner)
        for heading, view, partner in (
            (
                ("Reported arrivals and our estimates, persons; the ratio is ours over reported"),
                arrivals("", member),
                _origin,
            ),
            (
                "Reported departures and our estimates, persons; the ratio is ours over reported",
                departures("", member),
                _destination,
            ),
        )
    }
    return {heading: own for heading, own in found.items() if own}


def series(rows: pd.DataFrame, name: Callable[[str, str], str] | None = None) -> list[ReportedSeries]:
    """Word chosen rows of reported flows, series by series.

    Parameters
    ----------
    name : origin and destination, codes or `TOTAL` -> what their moves are called
    """
    return [
        ReportedSeries(_words(*map(str, key)), tuple(_flows(own, name or _name)), bool(own["brought"].iloc[0]))
        for key, own in rows.groupby(SERIES, sort=False)
    ]


def _words(definition: str, source: str) -> str:
    told = " ".join(definition.split()).rstrip(".") or "Definition not stated"
    return f"{told}. {' '.join(source.split()).rstrip('.') or 'Source not stated'}."


def _flows(rows: pd.DataFrame, name: Callable[[str, str], str]) -> Iterator[Flow]:
    numbers = [*PERIOD, "persons", "ours", "ratio"]
    for pair, own in rows.groupby(["orig", "dest"], sort=False):
        yield Flow(name(*map(str, pair)), tuple(_row(*of_date) for of_date in own[numbers].itertuples(index=False)))


def _name(orig: str, dest: str) -> str:
    if orig == TOTAL:
        return f"All arrivals, {find(dest).short_name}"
    if dest == TOTAL:
        return f"All departures, {find(orig).short_name}"
    return f"{find(orig).short_name} to {find(dest).short_name}"


def _origin(orig: str, _: str) -> str:
    return "All origins" if orig == TOTAL else find(orig).short_name


def _destination(_: str, dest: str) -> str:
    return "All destinations" if dest == TOTAL else find(dest).short_name


def note_of(found: Sequence[ReportedSeries]) -> str:
    """Say why the figures of some series and ours differ; nothing where there are none."""
    dates = {row[0] for one in found for flow in one.flows for row in flow.rows}
    parts = (
        (DIFFER, bool(found)),
        (OF_OFFICES, any(one.brought for one in found)),
        (OF_UNHCR, not all(one.brought for one in found)),
        (OF_PERIODS, any(DASH in date for date in dates)),
    )
    return " ".join(text for text, holds in parts if holds)


def _row(start: int, end: int, persons: float, ours: float, ratio: float) -> tuple[str, str, str, str]:
    year = str(end) if start == end else f"{start}{DASH}{end}"
    return year, f"{persons:,.0f}", _number(ours, ",.0f"), _number(ratio, ",.2f" if ratio < 10.0 else ",.0f")


def _number(value: float, form: str) -> str:
    return UNKNOWN if np.isnan(value) else format(value, form)
