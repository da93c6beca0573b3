"""What a reader returns and the panel stores: a table with the facts that make it usable and citable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    Coordinates = tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A harmonised table: persons, years, ISO 3166-1 alpha-3 codes.

    Attributes
    ----------
    name : identifier, lower case with underscores; the file name in the panel
    frame : the rows. A gridded table (`axes` not empty) has one column per axis and one column `value`, holds every
        combination of the coordinates once, sorted with the last axis fastest; so `value` reshapes to an array.
        Any other table is a list of facts, sorted by all its key columns.
    source : key of the publisher's entry in `corridor.data.catalogue`, or "corridor" for our own results
    unit : unit of the values ("persons", "deaths per person-year", ...)
    description : one sentence: what a row says, with its dates
    axes : axis name -> coordinates, in the order of `corridor.axes`; empty for a list of facts
    notes : what was done to the published figures (rules for holes, conversions), one sentence each
    """

    name: str
    frame: pd.DataFrame
    source: str
    unit: str
    description: str
    axes: Mapping[str, Coordinates] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
