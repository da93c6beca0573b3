"""What the explorer shows of the past: moves with their ranges, stocks, populations, the evidence, and past errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import FIRST_KNOWN, LAST_KNOWN, PERIODS
from corridor.data.arrays import land_rings
from corridor.estimate.accounts.past_flows import TABLE as TRANSITIONS
from corridor.estimate.moves.product import evidence_of_year, interval_of_year, parts_of_year
from corridor.explorer.container import rounded
from corridor.reports.outlook.past_errors import past_errors

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.explorer.corridors import KeptCorridors

    Arrays = dict[str, NDArray[Any]]

PAST = range(FIRST_KNOWN, LAST_KNOWN + 1)
FINE, MIDDLE, COARSE, ROUGH = 11, 9, 7, 5
"""Bits that numbers keep after the first: within .024 per cent for figures, .1, .4 for differences and what stands
beside figures, and 1.6 for bounds of the past."""


def past_moves(panel: Panel) -> Floats:
    """Moves of all past years: [year, orig, dest], persons."""
    return np.stack([parts_of_year(panel, year).sum(axis=0) for year in PAST])


def past_arrays(panel: Panel, moves: Floats, kept: KeptCorridors) -> Arrays:
    """Return name -> array of everything about past years.

    Parameters
    ----------
    moves : [year, orig, dest], persons
    """
    bounds = np.stack([kept.of(np.stack(interval_of_year(panel, year))) for year in PAST], axis=-1)
    errors = past_errors(panel)
    return {
        "past/flows": rounded(kept.by_year(moves), FINE),
        "past/low": rounded(bounds[0], ROUGH),
        "past/high": rounded(bounds[1], ROUGH),
        "past/stocks": rounded(kept.of(panel.array("migrant_stock").sum(axis=1)).T, FINE),
        **_transitions(panel, kept),
        **_areas(panel, moves),
        "past_error/areas": rounded(errors.areas, COARSE),
        "past_error/flows": rounded(kept.of(errors.corridors), COARSE),
        "corridor/evidence": kept.of(evidence_of_year(panel, LAST_KNOWN)).astype("u1"),
    }


def _transitions(panel: Panel, kept: KeptCorridors) -> Arrays:
    """Five-year transitions of both accounts as persons a year: another estimate of the past."""
    lengths = np.array(list(PERIODS.values()), np.float64)[:, None]
    made = kept.of(panel.array(TRANSITIONS).sum(axis=2)) / lengths[:, :, None]
    return {f"past/{name}": rounded(made[:, at].T, COARSE) for at, name in enumerate(("transitions", "open"))}


def _areas(panel: Panel, moves: Floats) -> Arrays:
    """Measures of areas [area, year]; population is that of 1 July."""
    events = panel.array("births_deaths")[: len(PAST)]
    measures = {
        "population": panel.array("population_july")[: len(PAST)].sum(axis=(2, 3)),
        "births": events[..., 0],
        "deaths": events[..., 1],
        "net_migration": panel.array("net_migration")[: len(PAST)],
        "moves_in": moves.sum(axis=1),
        "moves_out": moves.sum(axis=2),
    }
    return {f"past/areas/{name}": rounded(values.T, FINE) for name, values in measures.items()}


def land_arrays(panel: Panel) -> Arrays:
    """Return the outlines of land: points [vertex, (longitude, latitude)] and the first vertex of every ring."""
    rings = land_rings(panel)
    starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
    return {"land/points": np.concatenate(rings).astype("<f4"), "land/starts": starts.astype("<u2")}
