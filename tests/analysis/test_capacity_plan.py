"""Plans of legal capacities: against exact and independent solvers, their proof, their prices, conflicts of caps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from corridor.analysis.capacity_aims import best_support, least_without_way, most_even_gains, tail_weights
from corridor.analysis.capacity_caps import cap_of, feasible_places, join_caps, yearly_caps
from corridor.analysis.capacity_frontier import frontier
from corridor.analysis.capacity_plan import CapacityProblem, plan_capacities
from corridor.errors import InputError
from corridor.projection.gate import legal_moves, legal_slope

YEARS = (2030, 2031)
TIGHT = 1e-8


def some_problem(seed, pathways=6, years=YEARS, draws=7, room=0.35):
    """Return a small problem with caps by destination, by kind and in total, and the destinations of its pathways."""
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
        yearly_caps("places for", destinations.tolist(), limits(destinations, 1.4 * room), years),
        yearly_caps("places of kind", kinds.tolist(), limits(kinds, 1.2 * room), years),
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
            more = weights[:, None] * legal_slope(problem.demand, problem.room(middle)).mean(axis=0) > price
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return low

    cheap, dear = 0.0, float(weights.max())
    for _ in range(80):
        price = (cheap + dear) / 2
        cheap, dear = (price, dear) if places(price).sum() > limit else (cheap, price)
    found = places(dear)
    return float((weights[:, None] * legal_moves(problem.demand, problem.room(found)).mean(axis=0)).sum()), found


@pytest.mark.parametrize("uncertain", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_one_cap_gives_the_plan_of_equal_prices(seed, uncertain):
    problem, _ = some_problem(seed)
    generator = np.random.default_rng(seed)
    limit = problem.floor.sum() + generator.uniform(0.1, 0.9) * problem.demand.mean(axis=0).sum()
    problem = with_caps(problem, cap_of("all places", np.ones(problem.floor.shape), limit))
    if uncertain:  # each draw has its own capacities of today
        problem = replace(problem, beside=problem.floor * generator.uniform(-1, 1, problem.demand.shape))
    aim = least_without_way(problem.demand, problem.redirected, irregular=2.0)
    plan = plan_capacities(problem, aim, gap=TIGHT)
    value, _ = best_within_one_cap(problem, 1.0 + problem.redirected, limit)
    assert plan.status == "proven"
    assert plan.value == pytest.approx(value, rel=1e-6)
    assert plan.value == pytest.approx(aim.value(problem.demand, problem.room(plan.capacity)), rel=1e-12)
    np.testing.assert_allclose(
        plan.expected_legal, legal_moves(problem.demand, problem.room(plan.capacity)).mean(axis=0), rtol=1e-12
    )
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
        return (
            x[:cells] * size,
            x[cells],
            x[cells + 1 : cells + 1 + groups],
            x[cells + 1 + groups :].reshape(groups, draws),
        )

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
    assert feasible
    assert plan.status == "proven"
    assert plan.value == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("name", AIMS)
def test_the_default_gap_is_proven(name):
    problem, labels = some_problem(11, pathways=40, draws=30)
    aim = aim_of(name, problem, labels, 0.2)
    lines: list[str] = []
    plan = plan_capacities(problem, aim, progress=lines.append)
    exact = plan_capacities(problem, aim, gap=TIGHT)
    assert plan.status == "proven"
    assert plan.gap <= 1e-3
    assert plan.today < plan.value <= exact.value * (1 + TIGHT) <= plan.bound * (1 + 2 * TIGHT)
    assert plan.value == pytest.approx(aim.value(problem.demand, plan.capacity), rel=1e-12)
    assert (plan.capacity >= problem.floor).all()
    assert (plan.used <= problem.caps.limits * (1 + 1e-12)).all()
    np.testing.assert_allclose(plan.price, exact.price, atol=0.1 * exact.price.max())
    assert len(lines) == plan.rounds


@pytest.mark.parametrize("tail", [1.0, 0.4])
@pytest.mark.parametrize("name", AIMS)
def test_prices_are_what_one_more_place_brings(name, tail):
    problem, labels = some_problem(3)
    aim = aim_of(name, problem, labels, tail)
    plan = plan_capacities(problem, aim, gap=1e-10)
    step, found = 0.02, []
    for cap in np.flatnonzero(plan.price > 0.01 * plan.price.max())[-2:]:
        sides = []
        for sign in (-1, 1):
            limits = problem.caps.limits + sign * step * (np.arange(len(plan.price)) == cap)
            other = plan_capacities(
                with_caps(problem, replace(problem.caps, limits=limits)), aim, gap=1e-11, most_rounds=20
            )
            irregular = (problem.redirected[:, None] * other.expected_legal).sum()
            sides.append((other.value, other.expected_legal.sum(), irregular))
        value, legal, irregular = np.diff(sides, axis=0)[0] / (2 * step)
        assert plan.price[cap] == pytest.approx(value, rel=2e-3)
        assert plan.legal_per_place[cap] == pytest.approx(legal, abs=0.02)
        assert plan.irregular_per_place[cap] == pytest.approx(irregular, abs=0.02)
        found.append(cap)
    assert found
    slack = plan.used < problem.caps.limits * (1 - 1e-6)
    assert (plan.price[slack] < 1e-6 * plan.price.max()).all()


def test_a_cap_that_counts_all_is_worth_legal_moves_where_all_weigh_alike():
    problem, _ = some_problem(4)
    plan = plan_capacities(problem, least_without_way(problem.demand, problem.redirected), gap=1e-9)
    binding = plan.price > 1e-3
    assert binding.any()
    np.testing.assert_allclose(plan.legal_per_place[binding], plan.price[binding], rtol=1e-3)


def test_order_of_pathways_does_not_matter():
    problem, labels = some_problem(6)
    order = np.random.default_rng(0).permutation(len(labels))
    cells = np.arange(problem.floor.size).reshape(problem.floor.shape)[order].ravel()
    caps = replace(problem.caps, weights=problem.caps.weights[:, cells])
    shuffled = CapacityProblem(
        problem.demand[:, order], problem.floor[order], caps, problem.ceiling[order], problem.redirected[order]
    )
    for name in AIMS:
        plan = plan_capacities(problem, aim_of(name, problem, labels, 0.4), gap=1e-9)
        again = plan_capacities(shuffled, aim_of(name, shuffled, labels[order], 0.4), gap=1e-9)
        assert again.value == pytest.approx(plan.value, rel=1e-8)
        if name != "even":  # what the states that gain more than the least do is less exact
            np.testing.assert_allclose(again.capacity, plan.capacity[order], atol=0.01 * problem.demand.max())


def test_where_nothing_can_be_gained_the_floors_are_proven_best():
    problem, labels = some_problem(15)
    shut = np.where((labels == "D1")[:, None], problem.floor, np.inf)
    aim = most_even_gains(problem.demand, problem.floor, states_of(labels))
    plan = plan_capacities(replace(problem, ceiling=shut), aim, gap=1e-6)
    assert plan.status == "proven"
    assert plan.value == 0.0
    no_room = with_caps(problem, replace(problem.caps, limits=problem.caps.use(problem.floor)))
    for name in AIMS:
        plan = plan_capacities(no_room, aim_of(name, problem, labels, 0.4), gap=1e-6)
        assert plan.status == "proven"
        np.testing.assert_allclose(plan.capacity, problem.floor, rtol=1e-9)


def test_without_demand_or_caps():
    problem, _ = some_problem(16)
    nobody = replace(problem, demand=0.0 * problem.demand)
    plan = plan_capacities(nobody, least_without_way(nobody.demand, nobody.redirected))
    assert plan.value == plan.gap == 0.0
    assert (plan.capacity == problem.floor).all()
    free = with_caps(problem, yearly_caps("places for", ["x"] * len(problem.floor), {}, YEARS))
    plan = plan_capacities(free, least_without_way(problem.demand, problem.redirected))
    assert plan.expected_legal.sum() == pytest.approx(problem.demand.mean(axis=0).sum(), rel=1e-6)


def test_of_equally_even_plans_the_one_with_most_legal_moves_is_taken():
    problem, labels = some_problem(8)
    limits = problem.caps.limits.copy()
    limits[:2] = problem.caps.use(problem.floor)[:2] + 1e-3 * limits[:2]  # the first destination can hardly gain
    problem = with_caps(problem, replace(problem.caps, limits=limits))
    aim = most_even_gains(problem.demand, problem.floor, states_of(labels))
    plan = plan_capacities(problem, aim)
    sums = aim.by_group(problem.demand, plan.capacity).mean(axis=1)
    assert sums[0] == pytest.approx(plan.value, rel=1e-2)
    assert sums[1:].min() > 5 * sums[0]
    assert plan.used[-1] == pytest.approx(problem.caps.limits[-1], rel=1e-6) or (plan.price[:-1] > 0).any()


def test_ample_caps_leave_nobody_without_a_way():
    problem, _ = some_problem(9)
    problem = with_caps(problem, cap_of("all places", np.ones(problem.floor.shape), 1e9))
    plan = plan_capacities(problem, least_without_way(problem.demand, problem.redirected))
    assert plan.expected_legal.sum() == pytest.approx(problem.demand.mean(axis=0).sum(), rel=1e-6)
    assert not plan.price.any()


def test_ceilings_bind_and_what_is_at_least_asked_is_opened():
    problem, labels = some_problem(10)
    ceiling = problem.floor + 20.0
    asked = yearly_caps("at least for", labels, {"D0": -problem.floor[labels == "D0"].sum(axis=0) - 30.0}, YEARS)
    caps = join_caps(problem.caps, replace(asked, weights=-asked.weights))
    problem = CapacityProblem(problem.demand, problem.floor, caps, ceiling, problem.redirected)
    plan = plan_capacities(problem, least_without_way(problem.demand, problem.redirected))
    assert plan.status == "proven"
    assert (plan.capacity <= ceiling).all()
    added = plan.capacity[labels == "D0"].sum(axis=0) - problem.floor[labels == "D0"].sum(axis=0)
    assert (added >= 30.0 - 1e-6).all()


def test_a_plan_goes_on_from_where_it_was_stopped():
    problem, labels = some_problem(12, pathways=12)
    aim = aim_of("even", problem, labels, 0.4)
    stopped = plan_capacities(problem, aim, gap=TIGHT, most_rounds=1)
    assert stopped.status == "stopped"
    assert stopped.gap > TIGHT
    again = plan_capacities(problem, aim, gap=TIGHT, start=stopped.capacity)
    assert again.status == "proven"
    assert again.value >= stopped.value


def test_floors_above_caps_are_named_with_the_change_that_helps():
    problem, _ = some_problem(1)
    used = problem.caps.use(problem.floor)
    limits = problem.caps.limits.copy()
    limits[1], limits[7] = used[1] - 3.0, used[7] / 1.25
    with pytest.raises(InputError) as caught:
        plan_capacities(
            with_caps(problem, replace(problem.caps, limits=limits)),
            least_without_way(problem.demand, problem.redirected),
        )
    first, second = caught.value.problems
    assert "'places for D0 in 2031'" in first.fault
    assert f"by 3 to {used[1]:,.6g}" in first.remedy
    assert problem.caps.names[7] in second.fault
    assert "or every cap by 25.000%" in second.remedy


def test_caps_that_conflict_with_each_other_are_named_together():
    ones = np.ones((2, 2))
    caps = join_caps(
        cap_of("at least 100", -ones, -100.0), cap_of("at most 70", ones, 70.0), cap_of("budget", 3.0 * ones, 900.0)
    )
    with pytest.raises(InputError) as caught:
        feasible_places(caps, np.zeros(4), np.full(4, np.inf))
    (problem,) = caught.value.problems
    assert "at least 100" in str(problem)
    assert "at most 70" in str(problem)
    assert "budget" not in str(problem)
    assert "by 30 to" in problem.remedy
    raised = replace(caps, limits=np.array([-100.0, 100.0, 900.0]))
    places = feasible_places(raised, np.zeros(4), np.full(4, np.inf))
    assert (raised.use(places) <= raised.limits + 1e-6).all()


def test_what_does_not_fit_is_refused():
    problem, labels = some_problem(2)
    aim = least_without_way(problem.demand, problem.redirected)
    broken = replace(problem, floor=-problem.floor, ceiling=-2 * problem.floor - 1)
    with pytest.raises(InputError) as caught:
        plan_capacities(broken, aim)
    assert len(caught.value.problems) == 2
    for wrong in ({"floor": problem.floor[:3]}, {"caps": cap_of("all", np.ones(3), 1.0)}):
        with pytest.raises(InputError):
            plan_capacities(replace(problem, **wrong), aim)
    with pytest.raises(InputError, match="negative or not finite"):
        best_support(problem.demand, problem.floor, -problem.redirected)
    with pytest.raises(InputError, match="with the shape of the demand"):
        plan_capacities(replace(problem, beside=problem.floor), aim)
    with pytest.raises(InputError, match="less than no places"):
        plan_capacities(replace(problem, beside=-2.0 * problem.floor - np.ones(problem.demand.shape)), aim)
    with pytest.raises(InputError, match="is positive"):
        best_support(problem.demand, problem.floor, 0.0 * problem.redirected)
    with pytest.raises(InputError, match="worst draws"):
        least_without_way(problem.demand, problem.redirected, tail=0.01)
    with pytest.raises(InputError, match="All demand has a legal pathway already"):
        most_even_gains(0.0 * problem.demand, problem.floor, states_of(labels))
    with pytest.raises(InputError, match="fewer than two steps"):
        frontier(problem, (aim, aim), 1)


@pytest.mark.parametrize("tail", [1.0, 0.4])
def test_a_frontier_gives_up_the_first_aim_for_the_second(tail):
    problem, labels = some_problem(13, pathways=9)
    aims = (aim_of("least", problem, labels, tail), aim_of("even", problem, labels, tail))
    found = frontier(problem, aims, 5, gap=1e-6)
    first, second = found.values.T
    assert (np.diff(first) <= 1e-6 * abs(first[0])).all()
    assert (second[1:] >= found.least[1:] - 1e-9).all()
    assert second[-1] > second[0]
    middle = found.plans[2].capacity / 2 + found.plans[0].capacity / 2
    assert aims[0].value(problem.demand, middle) <= found.plans[1].bound * (1 + 1e-6) or (
        aims[1].value(problem.demand, middle) < found.least[1]
    )
    assert {plan.status for plan in found.plans} == {"proven"}
    table = found.table()
    assert table.shape == (10, 7)
    assert table.value.tolist() == found.values.ravel().tolist()


def test_the_worst_draws_have_all_the_weight():
    sums = np.array([[3.0, 1.0, 2.0, 4.0]])
    np.testing.assert_allclose(tail_weights(sums, 0.5), [[0, 0.5, 0.5, 0]])
    np.testing.assert_allclose(tail_weights(sums, 0.375), [[0, 2 / 3, 1 / 3, 0]])
    np.testing.assert_allclose(tail_weights(sums, 1.0), 0.25)


def test_cautious_values_of_all_draws_are_expectations():
    problem, labels = some_problem(14)
    for name in AIMS:
        plain = aim_of(name, problem, labels).value(problem.demand, 2 * problem.floor)
        cautious = aim_of(name, problem, labels, 0.3).value(problem.demand, 2 * problem.floor)
        assert cautious < plain
    aim = aim_of("least", problem, labels)
    by_hand = ((1 + problem.redirected[:, None]) * legal_moves(problem.demand, 2 * problem.floor).mean(axis=0)).sum()
    assert aim.value(problem.demand, 2 * problem.floor) == pytest.approx(by_hand)
