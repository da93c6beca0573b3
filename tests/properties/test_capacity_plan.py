"""Laws of plans of legal capacities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.analysis.capacity_aims import Aim, best_support, least_without_way, most_even_gains
from corridor.analysis.capacity_caps import cap_of, join_caps, yearly_caps
from corridor.analysis.capacity_plan import CapacityProblem, plan_capacities
from corridor.projection.gate import legal_moves, legal_slope

SEEDS = st.integers(0, 2**32 - 1)
NAMES = st.sampled_from(["least", "even", "support"])
TAILS = st.sampled_from([1.0, 0.5, 0.2])
LAWS = settings(max_examples=15, deadline=None)
EXACT = 1e-7


def problem_of(seed: int) -> CapacityProblem:
    """Return skewed demand over three destinations, some of it zero, caps by destination and year and a budget."""
    generator = np.random.default_rng(seed)
    pathways, years, draws = int(generator.integers(3, 9)), (2030, 2031), int(generator.integers(5, 15))
    demand = generator.lognormal(4, 1.5, (pathways, 2)) * generator.lognormal(0, 0.6, (draws, pathways, 2))
    demand *= generator.random((pathways, 1)) < 0.8
    demand[:, 0] += 1.0
    today = demand.mean(axis=0) * generator.uniform(0, 0.7, (pathways, 1))
    labels = [f"D{pathway % 3}" for pathway in range(pathways)]
    room = {
        group: today[np.array(labels) == group].sum(axis=0) + generator.lognormal(3, 1) for group in sorted(set(labels))
    }
    cost = generator.uniform(1, 5, today.shape)
    budget = float((cost * today).sum() + generator.lognormal(5, 1))
    caps = join_caps(yearly_caps("places for", labels, room, years), cap_of("budget", cost, budget))
    ceiling = today + generator.lognormal(5, 2, today.shape)
    redirected = generator.uniform(0, 1, pathways)
    beside = today * generator.uniform(-1, 2, demand.shape) if generator.random() < 0.5 else None
    return CapacityProblem(demand, today, caps, ceiling, redirected, beside)


def aim_of(name: str, problem: CapacityProblem, tail: float) -> Aim:
    pathways = np.arange(len(problem.floor))
    if name == "least":
        return least_without_way(problem.demand, problem.redirected, irregular=3.0, tail=tail)
    if name == "support":
        return best_support(problem.demand, problem.room(problem.floor), 0.1 + problem.redirected, tail=tail)
    states = {f"from {state}": pathways % 2 == state for state in (0, 1)}
    states |= {f"to {state}": pathways % 3 == state for state in (0, 1, 2)}
    return most_even_gains(problem.demand, problem.room(problem.floor), states, tail=tail)


@given(SEEDS, NAMES, TAILS)
@LAWS
def test_the_gap_is_proven_within_caps_floors_and_ceilings(seed: int, name: str, tail: float) -> None:
    problem = problem_of(seed)
    aim = aim_of(name, problem, tail)
    plan = plan_capacities(problem, aim)
    exact = plan_capacities(problem, aim, gap=EXACT)
    assert plan.status == exact.status == "proven"
    assert plan.gap <= 1e-3
    assert plan.today - 1e-9 * abs(plan.today) <= plan.value <= exact.bound * (1 + 1e-12) + 1e-12
    assert exact.value <= plan.bound + 1e-9 * abs(plan.bound)
    assert (plan.capacity >= problem.floor).all()
    assert (plan.capacity <= problem.ceiling).all()
    assert (plan.used <= problem.caps.limits * (1 + 1e-12)).all()


@given(SEEDS, NAMES, TAILS, st.floats(0.0, 2.0))
@LAWS
def test_no_plan_within_the_caps_is_worth_more_than_the_bound(seed: int, name: str, tail: float, share: float) -> None:
    problem = problem_of(seed)
    aim = aim_of(name, problem, tail)
    bound = plan_capacities(problem, aim).bound
    generator = np.random.default_rng(seed)
    added = generator.lognormal(0, 2, problem.floor.shape) * problem.floor.mean() * share
    added = np.minimum(added, problem.ceiling - problem.floor)
    room = (problem.caps.limits - problem.caps.use(problem.floor)) / np.maximum(problem.caps.use(added), 1e-12)
    other = problem.floor + added * min(1.0, float(room.min()))
    assert aim.value(problem.demand, problem.room(other)) <= bound + 1e-9 * abs(bound)


@given(SEEDS, NAMES, TAILS, st.floats(0.0, 100.0))
@LAWS
def test_loosening_a_cap_never_lowers_the_value(seed: int, name: str, tail: float, more: float) -> None:
    problem = problem_of(seed)
    aim = aim_of(name, problem, tail)
    cap = seed % len(problem.caps.names)
    limits = problem.caps.limits + more * (np.arange(len(problem.caps.names)) == cap)
    before = plan_capacities(problem, aim, gap=EXACT)
    after = plan_capacities(replace(problem, caps=replace(problem.caps, limits=limits)), aim, gap=EXACT)
    assert after.value >= before.value - EXACT * abs(before.value)
    most = before.value + before.price[cap] * more  # the value is concave in the limit
    assert after.value <= most + 1e-4 * abs(most)


@given(SEEDS, st.floats(1e-3, 1e3))
@LAWS
def test_twice_of_all_persons_and_places_is_twice_the_plan(seed: int, factor: float) -> None:
    problem = problem_of(seed)
    scaled = CapacityProblem(
        factor * problem.demand,
        factor * problem.floor,
        replace(problem.caps, limits=factor * problem.caps.limits),
        factor * problem.ceiling,
        problem.redirected,
        None if problem.beside is None else factor * problem.beside,
    )
    plan = plan_capacities(problem, aim_of("least", problem, 0.5), gap=EXACT)
    again = plan_capacities(scaled, aim_of("least", scaled, 0.5), gap=EXACT)
    assert again.value / factor == pytest.approx(plan.value, rel=3 * EXACT)


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(1e-3, 1e3))
def test_legal_moves_are_within_demand_and_places_and_concave(demand: float, places: float, more: float) -> None:
    wanted, grid = np.array(demand), places + more * np.array([0.0, 1.0, 2.0])
    moves = legal_moves(wanted, grid)
    assert (moves <= np.minimum(demand, grid) * (1 + 1e-12)).all()
    assert (np.diff(moves) >= -1e-12 * demand).all()
    assert np.diff(moves, 2)[0] <= 1e-12 * demand
    slope = legal_slope(wanted, grid)
    assert ((slope >= 0) & (slope <= 1)).all()
    assert legal_moves(wanted, np.array(np.inf)) == demand
    assert legal_moves(wanted, np.array(0.0)) == 0
