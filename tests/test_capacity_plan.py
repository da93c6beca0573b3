"""Plans of legal capacities: against exact and independent solvers, their proof, their prices, conflicts of caps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from corridor.errors import InputError
from corridor.explain.capacity_aims import best_support, least_without_way, most_even_gains, tail_weights
from corridor.explain.capacity_caps import cap_of, feasible_places, join_caps, yearly_caps
from corridor.explain.capacity_frontier import frontier
from corridor.explain.capacity_plan import CapacityProblem, plan_capacities
from corridor.projection.gate import legal_moves, legal_slope

YEARS = (2030, 2031)
TIGHT = 1e-8


def some_problem(seed, pathways=6, years=YEARS, draws=7, room=0.35):
    """Return a small problem with caps by destination and year, by kind and year, and in total; and its destinations."""
    generator = np.random.default_rng(seed)
    demand = generator.lognormal(4, 1, (pathways, len(years))) * generator.lognormal(0, 0.5, (draws, pathways, 1))
    demand *= generator.random((pathways, len(years))) < 0.85
    today = demand.mean(axis=0) * generator.uniform(0, 0.5, (pathways, len(years)))
    destinations = np.array([f"D{pathway % 3}" for pathway in range(pathways)])
    kinds = np.array(["work" if pathway < pathways // 2 else "study" for pathway in range(pathways)])
    gap = demand.mean(axis=0) - today

    def limits(labels, share):
        return {
            group: today[labels == group].sum(axis=0) + share * np.maximum(gap[labels == group].sum(axis=0), 5.0)
            for group in np.unique(labels)
        }

    caps = join_caps(
        yearly_caps("places for", destinations, limits(destinations, 1.4 * room), years),
        yearly_caps("places of kind", kinds, limits(kinds, 1.2 * room), years),
        cap_of("all places", np.ones(today.shape), today.sum() + room * np.maximum(gap, 0).sum()),
    )
    redirected = generator.uniform(0.1, 0.6, pathways)
    return CapacityProblem(demand, today, caps, np.full(today.shape, np.inf), redirected), destinations


def with_caps(problem, caps):
    return CapacityProblem(problem.demand, problem.floor, caps, problem.ceiling, problem.redirected)


def states_of(labels):
    return {label: labels == label for label in np.unique(labels)}


def best_within_one_cap(problem, weights, limit):
    """Exact: with one cap on all places, every open place is worth the same price; halve the price's bracket."""

    def places(price):
        low, high = problem.floor.copy(), np.maximum(problem.floor, 40 * problem.demand.max(axis=0))
        for _ in range(80):
            middle = (low + high) / 2
            more = weights[:, None] * legal_slope(problem.demand, middle).mean(axis=0) > price
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return low

    cheap, dear = 0.0, float(weights.max())
    for _ in range(80):
        price = (cheap + dear) / 2
        cheap, dear = (price, dear) if places(price).sum() > limit else (cheap, price)
    found = places(dear)
    return float((weights[:, None] * legal_moves(problem.demand, found).mean(axis=0)).sum()), found


@pytest.mark.parametrize("seed", range(25))
def test_one_cap_gives_the_plan_of_equal_prices(seed):
    problem, _ = some_problem(seed)
    limit = problem.floor.sum() + np.random.default_rng(seed).uniform(0.1, 0.9) * problem.demand.mean(axis=0).sum()
    problem = with_caps(problem, cap_of("all places", np.ones(problem.floor.shape), limit))
    aim = least_without_way(problem.demand, problem.redirected, irregular=2.0)
    plan = plan_capacities(problem, aim, gap=TIGHT)
    value, _ = best_within_one_cap(problem, 1.0 + problem.redirected, limit)
    assert plan.status == "proven"
    assert plan.value == pytest.approx(value, rel=1e-6)
    assert value <= plan.bound * (1 + 1e-12)
    assert plan.used[0] <= limit * (1 + 1e-12)


def polished(problem, aim, start):
    """An independent solver on epigraph form: SLSQP with analytic slopes, from several starts."""
    demand = problem.demand.reshape(len(problem.demand), -1)
    floor, caps = problem.floor.ravel(), problem.caps
    weights, dense = aim.weights.toarray(), caps.weights.toarray()
    high = np.maximum(floor, 30 * demand.max(axis=0))
    groups, draws, cells = len(aim.groups), len(demand), floor.size
    scale = abs(aim.value(demand, high)) + 1e-9
    size = np.maximum(demand.mean(axis=0), 1.0)

    def split(x):
        return x[:cells] * size, x[cells], x[cells + 1 : cells + 1 + groups], x[cells + 1 + groups :].reshape(groups, draws)

    def sums(x):
        return aim.by_group(demand, split(x)[0]) / scale

    def sums_slope(x):
        slope = legal_slope(demand, split(x)[0])
        return weights[:, None] * (slope * size) / scale

    def constraints(x):
        _, value, eta, short = split(x)
        tail = eta - short.sum(axis=1) / (aim.tail * draws) - value
        return np.concatenate([tail, (short - eta[:, None] + sums(x)).ravel()])

    def constraints_slope(x):
        rows = np.zeros((groups + groups * draws, x.size))
        for group in range(groups):
            begin = cells + 1 + groups + group * draws
            rows[group, cells], rows[group, cells + 1 + group] = -1.0, 1.0
            rows[group, begin : begin + draws] = -1.0 / (aim.tail * draws)
            own = slice(groups + group * draws, groups + (group + 1) * draws)
            rows[own, :cells] = sums_slope(x)[group]
            rows[own, cells + 1 + group] = -1.0
            rows[own, begin : begin + draws] += np.eye(draws)
        return rows

    at = sums(np.concatenate([start.ravel() / size, np.zeros(1 + groups + groups * draws)]))
    eta = np.quantile(at, aim.tail, axis=1)
    x = np.concatenate([start.ravel() / size, [-9.0], eta, np.maximum(eta[:, None] - at, 0).ravel()])
    x[cells] = constraints(x)[:groups].min() - 9.0
    bounds = [(a, b) for a, b in zip(floor / size, high / size, strict=True)]
    bounds += [(None, None)] * (1 + groups) + [(0, None)] * (groups * draws)
    row_size = np.maximum(caps.limits, 1.0)
    found = minimize(
        lambda x: -x[cells],
        x,
        jac=lambda x: -np.eye(1, x.size, cells)[0],
        bounds=bounds,
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-13},
        constraints=[
            {"type": "ineq", "fun": constraints, "jac": constraints_slope},
            {
                "type": "ineq",
                "fun": lambda x: (caps.limits - dense @ (x[:cells] * size)) / row_size,
                "jac": lambda x: -np.hstack([dense * size / row_size[:, None], np.zeros((len(dense), x.size - cells))]),
            },
        ],
    )
    places = np.clip(found.x[:cells] * size, floor, high)
    return aim.value(demand, places), bool((caps.use(places) <= caps.limits * (1 + 1e-7)).all())


AIMS = ("least", "even", "support")


def aim_of(name, problem, labels, tail=1.0):
    if name == "least":
        return least_without_way(problem.demand, problem.redirected, irregular=2.0, tail=tail)
    if name == "even":
        return most_even_gains(problem.demand, problem.floor, states_of(labels), tail=tail)
    return best_support(problem.demand, problem.floor, 0.5 + problem.redirected, tail=tail)


@pytest.mark.parametrize("tail", [1.0, 0.4])
@pytest.mark.parametrize("name", AIMS)
@pytest.mark.parametrize("seed", range(5))
def test_plans_equal_those_of_an_independent_solver(seed, name, tail):
    problem, labels = some_problem(seed, pathways=4, draws=5)
    aim = aim_of(name, problem, labels, tail)
    plan = plan_capacities(problem, aim, gap=TIGHT)
    value, feasible = polished(problem, aim, plan.capacity * 0.5 + problem.floor * 0.5)
    print(plan.value, value, feasible, plan.bound, plan.gap, plan.rounds)
    assert plan.status == "proven"
    assert plan.value == pytest.approx(value, rel=1e-6)
