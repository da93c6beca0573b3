"""The exported measures: their names in each format, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.stored_runs.summaries import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

CENTRAL = "central"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure.

    Attributes
    ----------
    words : a description for readers
    iamc : its variable in the format of the IAMC
    sdmx : its code, which areas and flows share where they count the same events
    is_stock : whether it counts people on 1 January, and not events of a year
    """

    words: str
    iamc: str
    sdmx: str
    is_stock: bool = False


OF_AREAS = {
    "population": Measure("People on 1 January of the year", "Population", "POP", is_stock=True),
    "births": Measure("Births in the year", "Births", "BIRTHS"),
    "deaths": Measure("Deaths in the year", "Deaths", "DEATHS"),
    "net_migration": Measure("Immigrants minus emigrants of the year", "Migration|Net", "NET_MIGRATION"),
    "moves_in": Measure("Immigrants of the year", "Migration|Immigration", "IMMIGRATION"),
    "moves_out": Measure("Emigrants of the year", "Migration|Emigration", "EMIGRATION"),
}
"""Measure of `areas.parquet` -> its names."""
MOVES = Measure("People who move from origin to destination in the year", "Migration", "EMIGRATION")
"""The measure of flows."""
STATISTICS = {
    CENTRAL: "The run at the medians of all parameters",
    **{name: f"{100 * share:g} % of the draws are lower" for name, share in BOUNDS.items()},
}
"""Column -> its description."""


def by_statistic(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each statistic with the rows that have it; the column `value` holds its figures."""
    keys = [name for name in frame if name not in STATISTICS]
    for name in STATISTICS:
        if name in frame:
            yield name, frame[[*keys, name]].rename(columns={name: "value"}).dropna(subset="value")
