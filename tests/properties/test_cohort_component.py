"""Laws of the cohort-component step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.demography.cohort_component import deaths_by_age, step, survive

AREAS, AGES = 3, 12


def within(shape: tuple[int, ...], low: float, high: float) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, shape, elements=st.floats(low, high, allow_subnormal=False))


@st.composite
def years(draw) -> dict[str, np.ndarray]:
    fertility = draw(within((AREAS, AGES), 0.0, 0.5))
    fertility[:, 0] = 0.0
    return {
        "population": draw(within((AREAS, 2, AGES), 0.0, 1e7)),
        "survival": draw(within((AREAS, 2, AGES), 0.0, 1.0)),
        "fertility": fertility,
        "sex_ratio": draw(within((AREAS,), 0.9, 1.3)),
        "net_migrants": draw(within((AREAS, 2, AGES), -1e6, 1e6)),
    }


WIDTHS = st.sampled_from([1, 5])
TIMINGS = st.sampled_from(["end", "even"])


@settings(deadline=None)
@given(year=years(), width=WIDTHS, timing=TIMINGS)
def test_population_balances(year, width, timing):
    done = step(**year, width=width, timing=timing)
    start, net = (year[name].sum(axis=(-2, -1)) for name in ("population", "net_migrants"))
    gained = done.births.sum(axis=-1) - done.cohort_deaths.sum(axis=(-2, -1)) + net
    assert done.population.sum(axis=(-2, -1)) == pytest.approx(start + gained, rel=1e-12, abs=1e-4)


@settings(deadline=None)
@given(year=years(), order=st.permutations(range(AREAS)), timing=TIMINGS)
def test_areas_do_not_touch(year, order, timing):
    done = step(**year, timing=timing)
    permuted = step(**{name: value[order] for name, value in year.items()}, timing=timing)
    assert np.array_equal(permuted.population, done.population[order])
    assert np.array_equal(permuted.births, done.births[order])


@settings(deadline=None)
@given(year=years(), factor=st.floats(0.01, 100.0), timing=TIMINGS)
def test_people_scale(year, factor, timing):
    done = step(**year, timing=timing)
    scaled = {name: value * factor if name in {"population", "net_migrants"} else value for name, value in year.items()}
    assert step(**scaled, timing=timing).population == pytest.approx(factor * done.population, rel=1e-9, abs=1e-3)


@settings(deadline=None)
@given(year=years(), width=WIDTHS)
def test_without_migration_the_timings_agree(year, width):
    year["net_migrants"] = np.zeros_like(year["net_migrants"])
    end, even = (step(**year, width=width, timing=timing) for timing in ("end", "even"))
    assert np.array_equal(end.population, even.population)
    assert np.array_equal(end.births, even.births)


@settings(deadline=None)
@given(year=years(), width=WIDTHS)
def test_nobody_dies_where_all_survive(year, width):
    population, fertility, sex_ratio = (year[name] for name in ("population", "fertility", "sex_ratio"))
    done = survive(population, np.ones_like(population), fertility, sex_ratio, width=width)
    assert np.all(done.cohort_deaths == 0.0)
    assert np.array_equal(done.population[..., 0], done.births)
    assert np.array_equal(done.population[..., 1:-1], population[..., :-2])
    assert done.births[:, 1] == pytest.approx(sex_ratio * done.births[:, 0], rel=1e-12)


@settings(deadline=None)
@given(year=years(), factors=within((AREAS, 2, AGES), 0.0, 1.0))
def test_deaths_by_age_are_the_same_people(year, factors):
    deaths = survive(*(year[name] for name in ("population", "survival", "fertility", "sex_ratio"))).cohort_deaths
    found = deaths_by_age(deaths, factors)
    assert np.all(found >= -1e-6)
    assert found.sum(axis=-1) == pytest.approx(deaths.sum(axis=-1), rel=1e-12, abs=1e-6)
