"""Rules that close net migration over the world: cases worked by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.demography.closing import close_by_population, close_by_sides

SHAPE = (4, 2, 3)
RULES = [close_by_population, close_by_sides]
BY_RULE = pytest.mark.parametrize("rule", RULES)


def column(*by_area: float) -> np.ndarray:
    return np.array(by_area).reshape(-1, 1, 1)


def persons(low: float, high: float) -> st.SearchStrategy[np.ndarray]:
    amounts = st.floats(low, high).map(lambda amount: round(amount, 3))
    return arrays(np.float64, SHAPE, elements=amounts)


NET = persons(-1e5, 1e5)
PEOPLE = persons(0.0, 1e5)


@pytest.mark.parametrize(
    ("net", "people", "closed"),
    [
        ((30.0, -10.0, 0.0), (100.0, 200.0, 100.0), (25.0, -20.0, -5.0)),
        ((-30.0, 10.0, 0.0), (100.0, 200.0, 100.0), (-25.0, 20.0, 5.0)),
        # 70 in excess: 35, 17.5, 17.5. The second has 12.5 too few to give, which the others bear as 2 to 1.
        ((80.0, -15.0, 5.0), (40.0, 20.0, 20.0), (45.0 - 25.0 / 3.0, -20.0, -12.5 - 12.5 / 3.0)),
    ],
)
def test_world_sum_is_taken_in_proportion_to_population(net, people, closed):
    found = close_by_population(column(*net), column(*people))
    assert found.ravel() == pytest.approx(closed)


def test_arrivals_in_an_empty_group_shrink_to_those_who_can_leave():
    found = close_by_population(column(50.0, -10.0), column(0.0, 10.0))
    assert found.ravel() == pytest.approx([10.0, -10.0])


@pytest.mark.parametrize(
    ("net", "people", "closed"),
    [
        ((30.0, 10.0, -20.0), (99.0, 99.0, 99.0), (22.5, 7.5, -30.0)),
        ((40.0, 0.0, -60.0), (99.0, 99.0, 99.0), (50.0, 0.0, -50.0)),
        # Losses 10 and 10 are to be 20 each; the first has 12 people, so the second bears 28.
        ((60.0, -10.0, -10.0), (99.0, 12.0, 99.0), (40.0, -12.0, -28.0)),
        ((60.0, -10.0, -10.0), (99.0, 12.0, 13.0), (25.0, -12.0, -13.0)),
        ((60.0, 0.0, 20.0), (99.0, 12.0, 13.0), (0.0, 0.0, 0.0)),
        ((0.0, -5.0, -20.0), (99.0, 12.0, 13.0), (0.0, 0.0, 0.0)),
    ],
)
def test_sides_meet(net, people, closed):
    found = close_by_sides(column(*net), column(*people))
    assert found.ravel() == pytest.approx(closed)


@BY_RULE
@settings(deadline=None)
@given(net=NET, people=PEOPLE)
def test_world_sums_to_zero_and_no_group_is_negative(rule, net, people):
    closed = rule(net, people)
    assert np.abs(closed.sum(axis=0)).max() < 1e-6
    assert (people + closed).min() >= 0.0


@BY_RULE
@settings(deadline=None)
@given(net=NET, people=PEOPLE, order=st.permutations(range(SHAPE[0])))
def test_the_order_of_areas_is_of_no_account(rule, net, people, order):
    assert rule(net[order], people[order]) == pytest.approx(rule(net, people)[order], rel=1e-9, abs=1e-6)


@BY_RULE
@settings(deadline=None)
@given(net=NET, people=PEOPLE)
def test_what_is_closed_stays(rule, net, people):
    closed = rule(net, people)
    assert rule(closed, people) == pytest.approx(closed, rel=1e-9, abs=1e-6)


@settings(deadline=None)
@given(net=NET, people=PEOPLE)
def test_no_area_changes_sides(net, people):
    closed = close_by_sides(net, people)
    assert np.all(closed * net >= 0.0)
