"""What is explained: sums of moves over chosen origins and destinations, such as all that arrive in a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats


@dataclass(frozen=True, slots=True)
class View:
    """Moves from some areas to some areas.

    Attributes
    ----------
    name : a few words, such as "moves in, Kazakhstan"
    origins, destinations : [area], 1 for those that count
    """

    name: str
    origins: Floats
    destinations: Floats


def arrivals(name: str, member: Booleans) -> View:
    """Moves from the rest of the world to the members [area]."""
    inside = member.astype(np.float64)
    return View(f"moves in, {name}", 1.0 - inside, inside)


def departures(name: str, member: Booleans) -> View:
    """Moves from the members [area] to the rest of the world."""
    inside = member.astype(np.float64)
    return View(f"moves out, {name}", inside, 1.0 - inside)


def within(name: str, member: Booleans) -> View:
    """Moves between the members [area]."""
    inside = member.astype(np.float64)
    return View(f"moves within, {name}", inside, inside)


def corridor(name: str, orig: int, dest: int, areas: int) -> View:
    """Moves from one area to another, given by their positions."""
    ends = np.zeros((2, areas))
    ends[0, orig], ends[1, dest] = 1.0, 1.0
    return View(name, *ends)


def measure(views: Sequence[View], moves: Floats, per: Floats | None = None) -> Floats:
    """Persons in each view: [view].

    Parameters
    ----------
    moves : [orig, dest], persons, or relative moves
    per : [orig], what relative moves are multiplied with to be persons
    """
    origins = np.stack([view.origins for view in views])
    destinations = np.stack([view.destinations for view in views])
    sent = origins if per is None else origins * per
    persons: Floats = np.vecdot(sent @ moves, destinations)
    return persons
