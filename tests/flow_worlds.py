"""Hand-made products of flows for tests of forecasts."""

from __future__ import annotations

import numpy as np

from corridor.areas import codes
from corridor.backtest.flow_products import FlowProduct
from corridor.backtest.forecast_form import margins

STARTS = (1990, 1995, 2000, 2005, 2010, 2015)
BEFORE = 8


def product_of(flows, *, population=None, name="hand-made"):
    """Wrap flows [period, orig, dest] among the first areas of the register, all others unknown."""
    periods, known = flows.shape[:2]
    areas = len(codes())
    whole = np.full((periods, areas, areas), np.nan)
    whole[:, :known, :known] = flows
    people = np.full((periods + 1, areas), 1e6) if population is None else population
    net = np.nan_to_num(margins(whole)[2])
    before = np.concatenate([net[:1]] * BEFORE + [net])
    return FlowProduct(name, STARTS[:periods], (5,) * periods, whole, people, before, _at_home(people, known))


def _at_home(people, known):
    """Stocks [date, birthplace, residence]: of the known areas one in a hundred lives in each other one."""
    stock = people[:, :, None] * np.eye(people.shape[1])
    stock[:, :known, :known] += 1e-4 * people[:, :known, None]
    return stock


def random_walks(seed, *, known=40, periods=6, spread=0.5, persistence=1.0):
    """Flows whose logarithms walk at random, or return to their own level."""
    generator = np.random.default_rng(seed)
    level = generator.normal(5.0, 2.0, (known, known))
    logs = [level]
    for _ in range(periods - 1):
        shock = generator.normal(0.0, spread, level.shape)
        logs.append(level + persistence * (logs[-1] - level) + shock)
    flows = np.exp(np.stack(logs))
    flows[:, range(known), range(known)] = 0.0
    return product_of(flows)
