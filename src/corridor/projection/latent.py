"""The standard normal processes that futures are drawn with: persistent in time, alike in neighbouring areas.

A process is N(0, 1) in every area and year. It is made of three independent parts, one of the whole world, one of the
area's subregion and one of its own; each is autoregressive, so that the process is too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.demography.random_streams import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers


@dataclass(frozen=True, slots=True)
class Dependence:
    """How a process in one area and year goes with the others.

    Attributes
    ----------
    persistence : correlation of an area with itself a year later
    world : correlation of areas of different subregions in the same year
    subregion : what is added to it for areas of the same subregion
    """

    persistence: float
    world: float
    subregion: float


def subregions_of(names: Sequence[str]) -> Integers:
    """Number the subregions of areas from 0 on, alphabetically: [area]."""
    numbers: Integers = np.unique(np.array(names), return_inverse=True)[1].astype(np.int64)
    return numbers


def latent_paths(
    name: str, dependence: Dependence, subregions: Integers, years: int, *, trajectories: range, seed: int
) -> Floats:
    """Paths of a process, stationary from its first year on: [trajectory, year, area].

    A trajectory's numbers depend on the seed, the name and its own number only, and those of a year not on how many
    years follow.

    Parameters
    ----------
    name : of the stream of random numbers
    subregions : [area], as `subregions_of` numbers them
    """
    regions, own = int(subregions.max()) + 1, 1.0 - dependence.world - dependence.subregion
    parts = autoregressive(
        name, dependence.persistence, years, 1 + regions + len(subregions), trajectories=trajectories, seed=seed
    )
    together: Floats = np.sqrt(own) * parts[..., 1 + regions :]
    together += np.sqrt(dependence.subregion) * parts[..., 1 + subregions]
    together += np.sqrt(dependence.world) * parts[..., :1]
    return together


def autoregressive(name: str, persistence: float, years: int, parts: int, *, trajectories: range, seed: int) -> Floats:
    """Independent AR(1) processes, N(0, 1) in every year: [trajectory, year, part]."""
    paths = np.empty((len(trajectories), years, parts))
    for row, trajectory in enumerate(trajectories):
        stream(seed, name, trajectory).standard_normal(out=paths[row])
    fresh = np.sqrt(1.0 - persistence**2)
    for year in range(1, years):
        paths[:, year] *= fresh
        paths[:, year] += persistence * paths[:, year - 1]
    return paths
