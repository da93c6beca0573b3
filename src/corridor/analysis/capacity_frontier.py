"""The frontier between two aims: how much of one a plan gives up for some of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.capacity_plan import GAP, MOST_ROUNDS, CapacityPlan, plan_capacities, search_plan
from corridor.analysis.capacity_program import ObjectiveTerm
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from corridor.analysis.capacity_aims import Aim
    from corridor.analysis.capacity_plan import CapacityProblem
    from corridor.axes import Floats


@dataclass(frozen=True)
class Frontier:
    """Plans from the best for the first aim to the best for the second.

    Attributes
    ----------
    aims : the two aims
    least : [step], value of the second aim that the plan has to keep; minus infinity in the first step
    values : [step, aim]
    plans : [step]; their value, bound and gap are of the first aim, in the last step of the second
    """

    aims: tuple[Aim, Aim]
    least: Floats
    values: Floats
    plans: tuple[CapacityPlan, ...]

    def table(self) -> pd.DataFrame:
        """Columns: step, aim, unit, value, least (asked of the second aim), gap, status; a row a step and aim."""
        import pandas as pd  # noqa: PLC0415 - slow to import

        return pd.DataFrame(
            [
                (step, aim.name, aim.unit, self.values[step, position], self.least[step], plan.gap, plan.status)
                for step, plan in enumerate(self.plans)
                for position, aim in enumerate(self.aims)
            ],
            columns=["step", "aim", "unit", "value", "least", "gap", "status"],
        )


def frontier(
    problem: CapacityProblem,
    aims: tuple[Aim, Aim],
    steps: int = 5,
    *,
    gap: float = GAP,
    progress: Callable[[str], object] = lambda _: None,
) -> Frontier:
    """Best plans for the first aim that keep more and more of the second, in equal steps of its value.

    Between the two ends each plan makes the first aim as large as can be with the second at least at a level, so that
    parts of the frontier that weighted sums would jump over are seen too.

    Parameters
    ----------
    steps : plans, both ends among them: at least 2
    gap : relative gap to be proven for each plan

    Raises
    ------
    InputError : as `plan_capacities`
    """
    if steps < 2:
        raise InputError(Problem("the frontier has fewer than two steps", "Ask for 2 steps or more", value=steps))
    first, second = aims
    best, other = (plan_capacities(problem, aim, gap=gap, progress=progress) for aim in aims)
    levels = np.linspace(second.value(problem.demand, problem.room(best.capacity)), other.value, steps)
    plans = [best]
    for level in levels[1:-1]:
        terms = (ObjectiveTerm(first), ObjectiveTerm(second, weight=0.0, at_least=float(level)))
        starts = (other.capacity, plans[-1].capacity)
        plans.append(search_plan(problem, terms, starts, gap=gap, most_rounds=MOST_ROUNDS, progress=progress))
        progress(f"step {len(plans)} of {steps}")
    plans.append(other)
    values = np.array([[aim.value(problem.demand, problem.room(plan.capacity)) for aim in aims] for plan in plans])
    return Frontier(aims, np.array([-np.inf, *levels[1:]]), values, tuple(plans))
