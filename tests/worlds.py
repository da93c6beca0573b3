"""Random small worlds for the tests of the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGES
from corridor.demography.mover_classes import CLASSES, STREAMS, Movers, class_schedules, mixed_schedules
from corridor.demography.schedules import model_schedule
from corridor.estimate.moves.mover_ages import merged
from corridor.estimate.world.base_flows import BaseFlows
from corridor.projection.inputs import Inputs, means_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats, Integers


def random_inputs(seed: int, areas: int = 6, years: int = 4, scale: float = 0.02) -> Inputs:
    """Return a world of plausible people: sizes over four orders, moves of about `scale` of the people a year."""
    random = np.random.default_rng(seed)
    population = _population(random, areas)
    residents = population.sum(axis=(1, 2))
    stock = _stock(random, residents)
    ages = np.arange(AGES)
    deaths = 1.0 - np.exp(-0.0001 * np.exp(0.09 * ages))
    survival = np.broadcast_to(1.0 - deaths, (years, areas, 2, AGES)).copy()
    fertility = np.broadcast_to(np.where((ages >= 15) & (ages < 50), 0.06, 0.0), (years, areas, AGES)).copy()
    net_by_age = random.normal(0.0, 0.3 * scale, (years, areas, 2, AGES)) * population
    return Inputs(
        years=tuple(range(2025, 2025 + years)),
        population=population,
        stock=stock,
        survival=survival,
        fertility=fertility,
        sex_ratio=np.full((years, areas), 1.05),
        schedule=model_schedule("family"),
        movers=_movers(np.random.default_rng([seed, 1]), population),
        base=_base(random, stock, scale),
        un_net=net_by_age.sum(axis=(2, 3)),
        un_net_by_age=net_by_age,
        un_level=means_ahead(net_by_age.sum(axis=(2, 3))),
        un_level_by_age=means_ahead(net_by_age),
    )


def permuted(inputs: Inputs, order: Sequence[int] | Integers) -> Inputs:
    """Return the same world with its areas in another order."""
    base, movers, across = inputs.base, inputs.movers, np.ix_(list(order), list(order))
    square = {
        name: getattr(base, name)[across] for name in ("outward", "return_rate", "transit_rate", "shock", "displaced")
    }
    yearly = {
        name: getattr(inputs, name)[:, order]
        for name in ("survival", "fertility", "sex_ratio", "un_net", "un_net_by_age", "un_level", "un_level_by_age")
    }
    return replace(
        inputs,
        population=inputs.population[order],
        stock=inputs.stock[across],
        base=replace(base, **square),
        movers=Movers(movers.schedules[:, :, order], movers.weights[:, :, order][..., order]),
        **yearly,
    )


def _population(random: np.random.Generator, areas: int) -> Floats:
    size = 10.0 ** random.uniform(3.0, 7.0, areas)
    shape = np.exp(-np.arange(AGES) / 40.0)
    people: Floats = size[:, None, None] * shape * random.uniform(0.5, 1.5, (areas, 2, AGES)) / (2.0 * shape.sum())
    return people


def _movers(random: np.random.Generator, population: Floats) -> Movers:
    areas, mixture = len(population), (2, len(STREAMS))
    composition = random.dirichlet(np.ones(len(CLASSES)), (*mixture, areas)).swapaxes(2, 3)
    weights = random.dirichlet(np.ones(4), (areas, areas)).T.reshape(*mixture, areas, areas)
    movers = Movers(mixed_schedules(class_schedules(), composition, population), np.ascontiguousarray(weights))
    return merged(movers, np.ones((areas, areas)), population, np.arange(areas) == 1)


def _stock(random: np.random.Generator, residents: Floats) -> Floats:
    stock = random.uniform(0.0, 0.3, (len(residents), len(residents))) / len(residents)
    np.fill_diagonal(stock, 0.0)
    np.fill_diagonal(stock, 1.0 - stock.sum(axis=0))
    stock *= residents
    return stock


def _base(random: np.random.Generator, stock: Floats, scale: float) -> BaseFlows:
    rates = random.uniform(0.0, scale, (3, *stock.shape)) * random.integers(0, 2, (3, *stock.shape))
    for table in rates:
        np.fill_diagonal(table, 0.0)
    shock = rates[0] * stock.diagonal()[:, None] * 0.1
    return BaseFlows(
        outward=rates[0] / len(stock) * stock.diagonal()[:, None],
        return_rate=rates[1],
        transit_rate=rates[2] / len(stock),
        shock=shock,
        shock_middle=2022.5,
        shock_half_life=1.5,
        displaced=np.minimum(4.0 * shock, stock),
        displaced_return_rate=0.06,
    )
