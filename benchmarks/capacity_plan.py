"""Seconds of planning the capacities of CICA x CICA: 756 corridors, 10 years, 100 draws; bound of the promise.

Demands are made up, of 5 kinds: log-normal over pathways, so that most are small, three in ten zero, uncertain by a
third. With `--engine` they are those of the engine, of 6 kinds, and runs of it are timed too.
Run `python -m benchmarks.capacity_plan [--engine] [aim ...]`; the aims: least, support, even, each also with -cautious.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from corridor.analysis.capacity_aims import Aim, best_support, least_without_way, most_even_gains
from corridor.analysis.capacity_caps import cap_of, join_caps, yearly_caps
from corridor.analysis.capacity_plan import GAP, CapacityProblem, plan_capacities
from corridor.analysis.pathway_plan import Limit, PlanQuestion, answer_plan_question
from corridor.analysis.pathway_runs import load_pathway_runs
from corridor.areas import members
from corridor.data.panel import load_panel
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.drivers.levers import KINDS as KINDS_OF_GATE
from corridor.scenario.load import load_scenario

MEMBERS, KINDS, YEARS, DRAWS = 28, 5, range(2026, 2036), 100
PROMISED = 60
TAIL = 0.2
AIMS = ("least", "least-cautious", "support", "even", "even-cautious")


def main(aims: tuple[str, ...] = AIMS) -> None:
    """Print a line for each aim."""
    problem, origins, destinations = made_up()
    for name in aims:
        cpu, wall = time.process_time(), time.perf_counter()
        plan = plan_capacities(problem, _aim(name, problem, origins, destinations))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(
            f"{name}, {problem.floor.size} capacities, {DRAWS} draws, {len(plan.cap_names)} caps: {wall:.1f} s wall, "
            f"{cpu:.1f} CPU s; promised {PROMISED}; gap {plan.gap:.4%}, {plan.rounds} rounds, {plan.status}"
        )
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def with_engine(aims: tuple[str, ...] = AIMS) -> None:
    """Print a line for each aim at the demand of the engine: the solution, and all with two runs of the engine."""
    panel, settings = load_panel(), load_scenario("baseline").settings
    group = [area.iso3 for area in members("CICA")]
    begin = time.perf_counter()
    runs = load_pathway_runs(panel, settings, group, YEARS, anchor=DEFAULT_ANCHOR, draws=DRAWS, seed=1)
    print(f"loading: {time.perf_counter() - begin:.1f} s wall")
    tenth, more = Limit(0.1, added=True), Limit(0.15, added=True)
    for name in aims:
        word, _, cautious = name.partition("-")
        aim, tail = {"even": "gains"}.get(word, word), TAIL if cautious else 1.0
        kinds: dict[str, Limit] = {kind: Limit(0.12, added=True) for kind in KINDS_OF_GATE}
        question = PlanQuestion(aim, None, tail, tenth, dict.fromkeys(group, more), kinds, None, {})
        begin = time.perf_counter()
        answer = answer_plan_question(runs, question, gap=GAP)
        wall, plan = time.perf_counter() - begin, answer.plan
        print(
            f"{name}, {answer.today.size} capacities, {DRAWS} draws, {len(plan.cap_names)} caps: solved in "
            f"{plan.cpu_seconds:.1f} CPU s, promised {PROMISED}; {wall:.1f} s wall with two runs of the engine; "
            f"gap {plan.gap:.4%}, {plan.rounds} rounds, {plan.status}"
        )
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def made_up(seed: int = 1) -> tuple[CapacityProblem, np.ndarray, np.ndarray]:
    """Return a problem with caps by destination and year, by kind and year, and in total; origins and destinations."""
    generator = np.random.default_rng(seed)
    pairs = [(o, d) for o in range(MEMBERS) for d in range(MEMBERS) if o != d]
    origins, destinations = (np.repeat([f"{pair[end]:02}" for pair in pairs], KINDS) for end in (0, 1))
    kinds = np.tile([f"kind {kind}" for kind in range(KINDS)], len(pairs))
    base = generator.lognormal(3.0, 2.5, len(kinds)) * (generator.random(len(kinds)) < 0.7)
    level = generator.normal(0.0, 0.1, (DRAWS, 1)) + generator.normal(0.0, 0.3, (DRAWS, len(kinds)))
    demand = np.exp(generator.normal(0.0, 0.05, (DRAWS, len(kinds), len(YEARS))))
    demand *= (base * np.exp(level))[:, :, None] * np.exp(0.02 * np.arange(len(YEARS)))
    today = np.median(demand[:, :, :1], axis=0) * generator.uniform(0.0, 1.0, (len(kinds), 1)) + np.zeros(len(YEARS))

    def limits(labels: np.ndarray, factor: float) -> dict[str, np.ndarray]:
        """Return for each group the places it has today times a factor, by year."""
        return {group: factor * today[labels == group].sum(axis=0) + 10.0 for group in np.unique(labels).tolist()}

    caps = join_caps(
        yearly_caps("places for", destinations.tolist(), limits(destinations, 1.3), YEARS),
        yearly_caps("places of", kinds.tolist(), limits(kinds, 1.17), YEARS),
        cap_of("all places", np.ones(today.shape), 1.15 * today.sum()),
    )
    redirected = generator.uniform(0.1, 0.6, len(kinds))
    return CapacityProblem(demand, today, caps, np.full(today.shape, np.inf), redirected), origins, destinations


def _aim(name: str, problem: CapacityProblem, origins: np.ndarray, destinations: np.ndarray) -> Aim:
    tail = TAIL if name.endswith("-cautious") else 1.0
    if name.startswith("least"):
        return least_without_way(problem.demand, problem.redirected, irregular=2.0, tail=tail)
    if name.startswith("support"):
        per_move = np.random.default_rng(0).uniform(0.5, 1.0, len(origins))
        return best_support(problem.demand, problem.floor, per_move, tail=tail)
    states = {
        f"{end} {state}": ends == state
        for end, ends in (("from", origins), ("to", destinations))
        for state in np.unique(ends)
    }
    return most_even_gains(problem.demand, problem.floor, states, tail=tail)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--engine"]
    (with_engine if "--engine" in sys.argv else main)(tuple(words) or AIMS)
