"""Random small worlds for the tests of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGES
from corridor.demography.schedules import model_schedule
from corridor.estimate.base_flows import BaseFlows
from corridor.projection.inputs import Inputs

if TYPE_CHECKING:
    from corridor.axes import Floats


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
        base=_base(random, stock, scale),
        un_net=net_by_age.sum(axis=(2, 3)),
        un_net_by_age=net_by_age,
    )


def _population(random: np.random.Generator, areas: int) -> Floats:
    size = 10.0 ** random.uniform(3.0, 7.0, areas)
    shape = np.exp(-np.arange(AGES) / 40.0)
    people: Floats = size[:, None, None] * shape * random.uniform(0.5, 1.5, (areas, 2, AGES)) / (2.0 * shape.sum())
    return people


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
