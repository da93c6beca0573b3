"""Why moves change in every corridor and area at once: exact Shapley values, as `corridor explain` computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.shapley import coalitions, shapley_values
from corridor.calendar import BASE_YEAR
from corridor.drivers.assembly import drive_of
from corridor.drivers.channel import BLOCKS
from corridor.explorer.container import rounded
from corridor.explorer.past import COARSE
from corridor.projection.batches import in_order
from corridor.reports.explanation.answer import players_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.drivers.channel import Settings
    from corridor.explorer.corridors import KeptCorridors
    from corridor.explorer.past import Arrays
    from corridor.projection.batches import Progress
    from corridor.projection.runs import Runs

CARRIED = "carried"
CAUSES = (CARRIED, *BLOCKS)
"""What changes without any cause, then the causes."""


def cause_arrays(
    runs: Runs,
    settings: Settings,
    kept: KeptCorridors,
    years: Sequence[int],
    *,
    progress: Progress | None = None,
) -> Arrays:
    """Return the part of every cause in the baseline's change since the base year: [cause, corridor or area, year].

    Persons a year; they add up to the change.

    Parameters
    ----------
    years : calendar years that are explained
    progress : called with 1 after each run
    """
    players, sets = players_of(settings, None), coalitions(len(players_of(settings, None)))
    drive, at = drive_of(runs.conditions, settings), [year - BASE_YEAR for year in years]

    def run(members: Floats) -> Floats:
        blocks = frozenset(player for player, is_in in zip(players, members, strict=True) if is_in)
        moves = [year.flows for position, (_, year) in enumerate(runs.follow(drive(blocks, None))) if position in at]
        return _views(np.stack(moves), kept)

    values = []
    for found in in_order(run, sets):
        values.append(found)
        if progress is not None:
            progress(1)
    changed = np.stack(values, axis=-1)
    base = _views(runs.baseline.flows[:1], kept)
    parts = np.zeros((len(CAUSES), *changed.shape[:-1]))
    parts[0] = changed[..., 0] - base
    order = [CAUSES.index(player) for player in players]
    parts[order] = np.moveaxis(shapley_values(changed), -1, 0)
    names, sizes = ("flows", "in", "out"), np.cumsum([len(kept.orig), runs.baseline.flows.shape[1]])
    cut = np.split(parts, sizes, axis=1)
    return {f"s0/causes/{name}": rounded(values, COARSE) for name, values in zip(names, cut, strict=True)}


def _views(flows: Floats, kept: KeptCorridors) -> Floats:
    """Moves of corridors, then into areas, then out of them: [view, year], from flows [year, orig, dest]."""
    return np.concatenate([kept.by_year(flows), flows.sum(axis=1).T, flows.sum(axis=2).T])
