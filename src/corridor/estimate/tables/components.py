"""Multiplicative components of flows: total, shares of origins, destinations and layers, and what remains.

Total-reference coding: a flow is the total times the shares of its origin and its destination times an interaction,
which is 1 where origin and destination are independent (Rogers, Willekens, Little and Raymer 2002, Mathematical
Population Studies 9:1; Raymer, Bonaguidi and Valentini 2006, Population, Space and Place 12:5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.own.checked import checked_arrays
from corridor.estimate.tables.ipf import ratio

if TYPE_CHECKING:
    from corridor.axes import Floats


@dataclass(frozen=True, slots=True)
class Components:
    """`flows == total * origin[:, None] * destination * interaction`.

    Attributes
    ----------
    total : persons
    origin, destination : [orig] and [dest], shares of the total
    interaction : [orig, dest], 1 under independence, 0 where nobody can move
    """

    total: float
    origin: Floats
    destination: Floats
    interaction: Floats


@dataclass(frozen=True, slots=True)
class LayeredComponents:
    """`flows == total * origin * destination * layer * interaction`, each along its own axis.

    Attributes
    ----------
    total : persons
    origin, destination, layer : [orig], [dest] and [layer], shares of the total
    origin_destination, origin_layer, destination_layer : shares of the total in each pair of categories, [orig, dest],
        [orig, layer] and [dest, layer]
    interaction : [orig, dest, layer], 1 where all three are independent
    """

    total: float
    origin: Floats
    destination: Floats
    layer: Floats
    origin_destination: Floats
    origin_layer: Floats
    destination_layer: Floats
    interaction: Floats


def multiplicative_components(flows: Floats) -> Components:
    """Take a table [orig, dest] apart into its components; a table without moves has shares of zero.

    Raises
    ------
    InputError
        If a count is negative or not finite.
    """
    (flows,) = checked_arrays(("flows", flows, "orig dest"))
    total = flows.sum()
    origin, destination = ratio(flows.sum(axis=1), total), ratio(flows.sum(axis=0), total)
    return Components(float(total), origin, destination, ratio(flows, total * np.outer(origin, destination)))


def layered_components(flows: Floats) -> LayeredComponents:
    """Take a table [orig, dest, layer], such as moves by age, apart into its components.

    Raises
    ------
    InputError
        If a count is negative or not finite.
    """
    (flows,) = checked_arrays(("flows", flows, "orig dest layer"))
    total = flows.sum()
    origin, destination, layer = (ratio(flows.sum(axis=axes), total) for axes in ((1, 2), (0, 2), (0, 1)))
    independent = total * origin[:, None, None] * destination[:, None] * layer
    return LayeredComponents(
        float(total),
        origin,
        destination,
        layer,
        origin_destination=ratio(flows.sum(axis=2), total),
        origin_layer=ratio(flows.sum(axis=1), total),
        destination_layer=ratio(flows.sum(axis=0), total),
        interaction=ratio(flows, independent),
    )


def components_by_layer(flows: Floats) -> tuple[Components, ...]:
    """Take every layer of a table [orig, dest, layer] apart by itself.

    Raises
    ------
    InputError
        If a count is negative or not finite.
    """
    (flows,) = checked_arrays(("flows", flows, "orig dest layer"))
    return tuple(multiplicative_components(table) for table in np.moveaxis(flows, 2, 0))
