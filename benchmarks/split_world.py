"""Worlds of any number of regions: the real one, its areas split into equal parts.

A part has a share of the people, of all stocks and of all moves of its area, and its rates. So the engine runs truly,
with all channels on, on arrays of the size that real regions would have. Nobody moves between parts of one area.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.projection.engine import project
from corridor.projection.trajectory import Paths, follow_baseline

if TYPE_CHECKING:
    from corridor.axes import Floats, Integers
    from corridor.estimate.world.base_flows import BaseFlows
    from corridor.projection.ensemble import EnsembleWorld
    from corridor.projection.inputs import Inputs


def parents_of(regions: int, areas: int) -> Integers:
    """Return the position of the area that each of some regions is a part of; no two areas differ by more than one."""
    return np.sort(np.arange(regions) % areas)


def split_world(world: EnsembleWorld, parents: Integers) -> EnsembleWorld:
    """Return a world of parts, with a baseline of its own under the default anchor."""
    inputs = _split_inputs(world.inputs, parents)
    of_nodes = {field.name: getattr(world.nodes, field.name)[:, parents] for field in fields(world.nodes)}
    baseline = follow_baseline(inputs, project(inputs, DEFAULT_ANCHOR))
    return replace(world, inputs=inputs, baseline=baseline, nodes=replace(world.nodes, **of_nodes))


def split_paths(paths: Paths, parents: Integers) -> Paths:
    """Return the paths of parts: those of their areas."""
    driving = paths.driving
    if driving is not None:
        effects = driving.effects
        tables = {
            name: None if (of := getattr(effects, name)) is None else _pairs(of, parents) for name in ("pair", "back")
        }
        effects = replace(effects, push=effects.push[..., parents], pull=effects.pull[..., parents], **tables)
        driving = replace(driving, effects=effects)
    return Paths(
        paths.fertility[..., parents],
        paths.life_expectancy[..., parents, :],
        paths.propensity[..., parents],
        paths.pull[..., parents],
        driving,
    )


def _split_inputs(inputs: Inputs, parents: Integers) -> Inputs:
    share = 1.0 / np.bincount(parents)[parents]
    rates = {name: getattr(inputs, name)[:, parents] for name in ("survival", "fertility", "sex_ratio")}
    nets = {name: getattr(inputs, name)[:, parents] * share for name in ("un_net", "un_level")}
    by_age = share[:, None, None]
    nets |= {name: getattr(inputs, name)[:, parents] * by_age for name in ("un_net_by_age", "un_level_by_age")}
    movers = inputs.movers
    return replace(
        inputs,
        population=inputs.population[parents] * by_age,
        stock=_split_stock(inputs.stock, parents, share),
        movers=replace(movers, schedules=movers.schedules[:, :, parents], weights=_pairs(movers.weights, parents)),
        base=_split_base(inputs.base, parents, share),
        **rates,
        **nets,
    )


def _split_base(base: BaseFlows, parents: Integers, share: Floats) -> BaseFlows:
    both = share[:, None] * share
    return replace(
        base,
        outward=_pairs(base.outward, parents) * both,
        return_rate=_pairs(base.return_rate, parents),
        transit_rate=_pairs(base.transit_rate, parents) * share,
        shock=_pairs(base.shock, parents) * both,
        displaced=_pairs(base.displaced, parents) * both,
    )


def _split_stock(stock: Floats, parents: Integers, share: Floats) -> Floats:
    """Split a stock [birthplace, residence]: the natives of a part live in that part."""
    split = _pairs(stock, parents) * share[:, None] * share
    split[parents[:, None] == parents] = 0.0
    np.fill_diagonal(split, np.diagonal(stock)[parents] * share)
    return split


def _pairs(table: Floats, parents: Integers) -> Floats:
    """Take the last two axes of a table, both of areas, for parts."""
    return np.ascontiguousarray(table[..., parents, :][..., parents])
