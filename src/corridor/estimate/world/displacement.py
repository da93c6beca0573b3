"""The part of recent moves that wars explain: how large it is, how fast it fades, how fast people return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.calendar import FIRST_KNOWN, LAST_KNOWN

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

LARGE_SHOCK = 150_000.0
"""A peak year of new displacement across borders counts as a shock from this many persons (our judgement)."""
YEARS_FOLLOWED = 4
"""Years after the peak over which the fading is fitted (our judgement)."""


@dataclass(frozen=True, slots=True)
class Displacement:
    """Displacement across borders by year (UNHCR).

    Attributes
    ----------
    years : calendar years
    new : [year, orig, dest], persons newly displaced in the year
    abroad : [year], world total of refugees and others in need of protection at the end of the year, persons
    returned : [year], world total of refugees who returned in the year, persons
    """

    years: tuple[int, ...]
    new: Floats
    abroad: Floats
    returned: Floats

    def between_july(self, first: int, last: int) -> Floats:
        """New displacement between two 1 Julys, end years counted half: [orig, dest], persons."""
        weights = np.ones(last - first + 1)
        weights[[0, -1]] = 0.5
        total: Floats = np.tensordot(weights, self.new[first - FIRST_KNOWN : last - FIRST_KNOWN + 1], axes=1)
        return total


def displacement(panel: Panel, last: int = LAST_KNOWN) -> Displacement:
    """Read new displacement, the displaced and their returns from the panel."""
    years = tuple(range(FIRST_KNOWN, last + 1))
    areas = pd.Index(codes())
    flows = panel.frame("displacement_flows").query("year >= @FIRST_KNOWN and year <= @last")
    new = np.zeros((len(years), len(areas), len(areas)))
    orig, dest = (areas.get_indexer(pd.Index(flows[end])) for end in ("origin", "asylum"))
    new[flows["year"].to_numpy() - FIRST_KNOWN, orig, dest] = flows["persons"].to_numpy(dtype=np.float64)
    return Displacement(
        years,
        new,
        _by_year(panel, "displaced_population", ["refugees", "other_in_need_of_protection"], years),
        _by_year(panel, "displacement_solutions", ["returned_refugees"], years),
    )


def _by_year(panel: Panel, table: str, columns: list[str], years: tuple[int, ...]) -> Floats:
    totals = panel.frame(table).groupby("year")[columns].sum().sum(axis=1)
    return totals.reindex(years, fill_value=0.0).to_numpy(dtype=np.float64)


def explained_excess(recent: Floats, usual: Floats, displaced_recently: Floats, displaced_usually: Floats) -> Floats:
    """Moves a year beyond the usual, as far as new displacement beyond the usual explains them: [orig, dest].

    Parameters
    ----------
    recent, usual : [orig, dest], outward moves a year in the last period and before it, persons
    displaced_recently, displaced_usually : [orig, dest], new displacement a year (UNHCR) in the same years, persons
    """
    excess = np.maximum(recent - usual, 0.0)
    explained: Floats = np.minimum(excess, np.maximum(displaced_recently - displaced_usually, 0.0))
    return explained


def fading_half_life(displaced: Floats) -> float:
    """Years in which new displacement halves after a large shock: log-linear fit over all such shocks.

    Shocks are origins whose peak year reaches `LARGE_SHOCK` and lies `YEARS_FOLLOWED` years or more before the end.
    Their later years are summed over origins, as shares of the summed peaks, so that large wars count as they weigh.

    Parameters
    ----------
    displaced : [year, orig], new displacement across borders, persons
    """
    peaks = displaced.argmax(axis=0)
    followed = (displaced.max(axis=0) >= LARGE_SHOCK) & (peaks + YEARS_FOLLOWED < len(displaced))
    after = np.stack([displaced[peaks[followed] + lag, followed] for lag in range(YEARS_FOLLOWED + 1)])
    shares = after.sum(axis=1) / after[0].sum()
    slope = np.polyfit(np.arange(YEARS_FOLLOWED + 1), np.log2(shares), 1)[0]
    return float(-1.0 / slope)


def return_rate(returned: Floats, displaced: Floats) -> float:
    """Share of the displaced abroad who return in a year: returns over the people displaced a year before.

    Parameters
    ----------
    returned, displaced : [year], world totals, persons (displaced at the end of each year)
    """
    return float(returned[1:].sum() / displaced[:-1].sum())
