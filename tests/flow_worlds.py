"""Hand-made products of flows for tests of forecasts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corridor.areas import codes
from corridor.backtest.flow_products import FlowProduct
from corridor.backtest.forecast_form import margins
from corridor.estimate.gravity.gravity_floor import label_distance_km

STARTS = (1990, 1995, 2000, 2005, 2010, 2015)
BEFORE = 8


def product_of(flows, *, population=None, name="hand-made", **known):
    """Wrap flows [period, orig, dest] among the first areas of the register, all others unknown.

    Unless they are given, stocks are half of what came before, one area has no income, and distances are real.
    """
    periods, among = flows.shape[:2]
    areas = len(codes())
    whole = np.full((periods, areas, areas), np.nan)
    whole[:, :among, :among] = flows
    people = np.full((periods + 1, areas), 1e6) if population is None else population
    net = np.nan_to_num(margins(whole)[2])
    came = np.nan_to_num(whole)
    stock = np.cumsum(np.concatenate([10.0 * came[:1], 2.5 * came]), axis=0)
    income = np.geomspace(1e3, 5e4, areas) * 1.1 ** np.arange(periods + 1.0)[:, None]
    income[:, 3] = np.nan
    return FlowProduct(
        name=name,
        starts=STARTS[:periods],
        years=(5,) * periods,
        flows=whole,
        population=people,
        net=np.concatenate([net[:1]] * BEFORE + [net]),
        **{"stock": stock, "income": income, "distance": label_distance_km()} | known,
    )


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


def reordered(past, order):
    """The same history with its areas in another order."""
    pairs = np.ix_(order, order)
    flows, stock = (values[:, order][:, :, order] for values in (past.flows, past.stock))
    people, income = (values[:, order] for values in (past.population, past.income))
    return replace(past, flows=flows, stock=stock, population=people, income=income, distance=past.distance[pairs])
