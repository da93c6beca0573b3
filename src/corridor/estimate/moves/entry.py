"""Who may enter where: free movement of persons by year, and passports that need no visa."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.areas.groups import members
from corridor.estimate.moves.stocks import YEARS

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

OTHERS_FREE_TO_MOVE = {"NOR": 1994, "ISL": 1994, "LIE": 1995, "CHE": 2002}
"""States outside the EU with free movement of persons, and its first year (EEA, agreement with Switzerland)."""


def free_movement() -> Floats:
    """Say between whom people may settle freely, in the EU and the states joined to it: [year, orig, dest], 0 or 1."""
    areas = codes()
    inside = np.zeros((len(YEARS), len(areas)))
    for at, year in enumerate(YEARS):
        inside[at, [areas.index(member.iso3) for member in members("EU", date(year, 7, 1))]] = 1.0
    for iso3, since in OTHERS_FREE_TO_MOVE.items():
        inside[YEARS.index(since) :, areas.index(iso3)] = 1.0
    both: Floats = inside[:, :, None] * inside[:, None, :]
    return both


def visa_free(panel: Panel) -> Floats:
    """Say whose passport needs no visa, as of the panel's snapshot: [orig, dest], 0 or 1, 0 where nothing is known."""
    known = panel.frame("visa_requirement")
    free = known[known["requirement"] == "visa_free"]
    areas = pd.Index(codes())
    table = np.zeros((len(areas), len(areas)))
    table[areas.get_indexer(pd.Index(free["passport"])), areas.get_indexer(pd.Index(free["destination"]))] = 1.0
    return table
