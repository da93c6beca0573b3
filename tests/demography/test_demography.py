"""Demography on plain arrays: what is known by hand of life tables, graduation, schedules and the step."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.axes import AGES, FEMALE, MALE
from corridor.demography import graduation
from corridor.demography.base_population import base_population
from corridor.demography.cohort_component import Guard, deaths_by_age, step, survive
from corridor.demography.kannisto import extend_to_oldest
from corridor.demography.life_table import life_table, separation
from corridor.demography.schedules import UN_FAMILIES, RogersCastro, model_schedule, rogers_castro
from corridor.demography.survival import separation_factors, survival_ratios
from corridor.errors import NotConverged

ABRIDGED = np.array([0, 1, *range(5, 101, 5)], dtype=float)


def gompertz(ages: np.ndarray) -> np.ndarray:
    """Rates of women and men, [sex, age], with infant and child mortality, below 1 at 130."""
    force = 0.004 * np.exp(-0.6 * ages) + 4e-5 * np.exp(0.095 * ages)
    both = np.stack([force, 1.3 * force])
    return both / (1.0 + both)


@pytest.fixture
def rates() -> np.ndarray:
    return gompertz(np.arange(131.0))


@pytest.fixture
def abridged() -> np.ndarray:
    return gompertz(np.concatenate([[0.0, 2.5], ABRIDGED[2:] + 2.0]))


@pytest.fixture
def year(rates) -> dict[str, np.ndarray]:
    """One area, one year: keyword arguments of a step."""
    fertility = np.zeros((1, AGES))
    fertility[:, 15:50] = 0.06
    survival = survival_ratios(life_table(rates), open_age=100)[None]
    population = 1e4 * np.cumprod(survival, axis=-1)
    return {
        "population": population,
        "survival": survival,
        "fertility": fertility,
        "sex_ratio": np.array([1.05]),
        "net_migrants": np.linspace(30.0, -30.0, AGES) * np.ones((1, 2, 1)),
    }


# Life tables


def test_constant_rates_give_the_exponential_life_table():
    table = life_table(np.full((2, 131), 0.02))
    assert table.l[:, 50] == pytest.approx(np.exp(-0.02 * 50), rel=2e-3)
    assert table.e[:, 40] == pytest.approx(50.0, rel=1e-3)
    assert np.all(table.q[:, -1] == 1.0)


@pytest.mark.parametrize(
    ("sex", "infant", "expected"),
    [
        (FEMALE, 0.01, 0.14903 - 2.05527 * 0.01),
        (FEMALE, 0.05, 0.04667 + 3.88089 * 0.05),
        (FEMALE, 0.2, 0.31411),
        (MALE, 0.0230, 0.02832 + 3.26021 * 0.0230),
        (MALE, 0.09, 0.29915),
    ],
)
def test_infants_after_andreev_and_kingkade(rates, sex, infant, expected):
    rates[:, 0] = infant
    assert separation(rates, width=1)[sex, 0] == pytest.approx(expected)


def test_children_after_coale_and_demeny(abridged):
    abridged[:, 0] = 0.1, 0.107
    a = separation(abridged, width=5, infants="coale-demeny")
    assert a[FEMALE, :2] == pytest.approx([0.053 + 2.8 * 0.1, 1.522 - 1.518 * 0.1])
    assert a[MALE, :2] == pytest.approx([0.33, 1.352])


def test_deaths_of_a_life_table_make_one(rates, abridged):
    for table in (life_table(rates), life_table(abridged, width=5)):
        assert table.d.sum(axis=-1) == pytest.approx(1.0)
        assert np.all(table.a > 0.0)


def test_single_and_abridged_tables_agree(rates):
    single = life_table(rates)
    starts = [0, 1, *range(5, 131, 5)]
    grouped = np.add.reduceat(single.d, starts, axis=-1) / np.add.reduceat(single.L, starts, axis=-1)
    assert life_table(grouped, width=5).e[:, 0] == pytest.approx(single.e[:, 0], abs=0.01)


def test_leading_axes_are_free(rates):
    many = np.stack([rates, 2 * rates / (1 + rates)])[:, None]
    assert np.array_equal(life_table(many).e[0, 0], life_table(rates).e)
    assert np.array_equal(survival_ratios(life_table(many))[1, 0], survival_ratios(life_table(many[1, 0])))


def test_extension_leaves_a_kannisto_curve_as_it_is():
    ages = np.arange(131.0)
    logit = np.array([[-12.0], [-11.5]]) + 0.11 * ages
    curve = 1.0 / (1.0 + np.exp(-logit))
    for fit_from in (80, 90):
        assert extend_to_oldest(curve[:, :100], fit_from=fit_from) == pytest.approx(curve)


def test_open_group_keeps_the_mortality_of_its_oldest(rates):
    table = life_table(rates)
    ratios = survival_ratios(table, open_age=100)
    assert ratios.shape == (2, AGES)
    assert np.array_equal(ratios[:, :100], survival_ratios(table)[:, :100])
    stationary = np.concatenate([table.L[:, :100], table.T[:, 100:101]], axis=-1)
    assert (stationary[:, 99] + stationary[:, 100]) * ratios[:, 100] == pytest.approx(stationary[:, 100])


# The step


def test_a_stationary_population_stays(year):
    births = 1e4
    population = np.stack([births * np.ones(AGES), births * np.ones(AGES)])[None] * np.cumprod(
        year["survival"], axis=-1
    )
    population[..., 100] = population[..., 99] * year["survival"][..., 100] / (1.0 - year["survival"][..., 100])
    women = population[:, FEMALE]
    year["fertility"] *= (2 * births / (women * year["fertility"]).sum(axis=-1))[:, None]
    done = survive(population, year["survival"], year["fertility"], np.array([1.0]))
    assert done.births == pytest.approx(np.full((1, 2), births))
    assert done.population == pytest.approx(population)


def test_migrants_at_the_end_neither_bear_nor_die(year):
    without = survive(*(year[name] for name in ("population", "survival", "fertility", "sex_ratio")))
    done = step(**year)
    assert done.population == pytest.approx(without.population + year["net_migrants"])
    assert np.array_equal(done.births, without.births)


def test_half_the_even_migrants_bear_and_die(year):
    half = 0.5 * year["net_migrants"]
    even = step(**year, timing="even")
    moved = {**year, "population": year["population"] + half, "net_migrants": half}
    end = step(**moved)
    assert even.population[..., 1:] == pytest.approx(end.population[..., 1:])
    extra = 0.5 * (half[:, FEMALE] * year["fertility"]).sum(axis=-1)
    assert even.births.sum(axis=-1) == pytest.approx(end.births.sum(axis=-1) + extra)


def test_the_arguments_are_left_alone(year):
    before = {name: value.copy() for name, value in year.items()}
    for guard in Guard:
        step(**year, guard=guard)
    step(**year, timing="even")
    assert all(np.array_equal(before[name], year[name]) for name in year)


def test_draws_of_mortality_share_one_population(year):
    draws = np.stack([year["survival"], 0.9 * year["survival"]])
    found = step(**{**year, "survival": draws})
    for draw in range(2):
        alone = step(**{**year, "survival": draws[draw]})
        assert np.array_equal(found.population[draw], alone.population)
        assert np.array_equal(found.cohort_deaths[draw], alone.cohort_deaths)


def test_guards(year):
    year["net_migrants"] = year["net_migrants"] * 0.0
    year["net_migrants"][0, FEMALE, 30] = -1e5
    none, bayespop, un = (step(**year, guard=guard).population[0, FEMALE, 30] for guard in Guard)
    assert none < -1e4
    assert bayespop == pytest.approx(0.5)
    start, arrived = year["population"][0, FEMALE, 30], none + 1e5
    assert un == pytest.approx(arrived - start + 0.00001 if arrived > start else 0.0005, rel=1e-6)
    with pytest.raises(ValueError, match="end of the step"):
        step(**year, timing="even", guard=Guard.UN)


def test_the_un_sets_what_is_still_negative(year):
    year["population"][0, FEMALE, 29:31] = 1.0, 100.0
    year["net_migrants"][0, FEMALE, 30] = -50.0
    assert step(**year, guard=Guard.UN).population[0, FEMALE, 30] == 0.0005


def test_deaths_by_age_in_a_stationary_population_are_those_of_the_table(rates):
    table = life_table(rates)
    stationary = np.concatenate([table.L[:, :-1], table.T[:, -1:]], axis=-1)[None]
    done = survive(stationary, survival_ratios(table)[None], np.zeros((1, 131)), np.ones(1))
    found = deaths_by_age(done.cohort_deaths, separation_factors(table)[None])[0]
    assert found[:, 1:120] == pytest.approx(table.d[:, 1:120], rel=1e-9)


# Graduation


def trend(moments: np.ndarray, abridged: np.ndarray) -> np.ndarray:
    """Rates falling by 2 % a year, [moment, area, sex, 22]."""
    falling: np.ndarray = np.exp(-0.02 * moments)[:, None, None, None] * abridged
    return falling


def test_half_a_year_of_shift_is_seen(abridged):
    mids = np.array([2028.0, 2033.0, 2038.0])
    years = range(2025, 2041)
    found = graduation.graduate_mortality(trend(mids - 2000, abridged), mids, years)[:, 0, :, 0]
    expected = trend(np.array(years) + 0.5 - 2000, abridged)[:, 0, :, 0]
    assert found == pytest.approx(expected, rel=1e-9)


def test_groups_give_back_their_rates(abridged):
    single = graduation.graduate_ages(abridged)
    assert single.shape == (2, 131)
    assert np.array_equal(single[:, 0], abridged[:, 0])
    table = life_table(single)
    starts = [0, 1, *range(5, 100, 5)]
    deaths, lived = (np.add.reduceat(values[:, :100], starts, axis=-1) for values in (table.d, table.L))
    assert deaths / lived == pytest.approx(abridged[:, :21], rel=1e-3)


def test_a_gompertz_curve_comes_back(rates):
    table = life_table(rates)
    starts = [0, 1, *range(5, 101, 5)]
    grouped = np.add.reduceat(table.d, starts, axis=-1) / np.add.reduceat(table.L, starts, axis=-1)
    found = graduation.graduate_ages(grouped)
    assert found[:, 20:] == pytest.approx(rates[:, 20:], rel=0.01)


def test_life_expectancy_is_met(abridged):
    mids, years = np.array([2028.0, 2033.0]), (2026, 2030)
    target = np.array([[[70.0, 61.5]], [[85.2, 81.0]]])
    found = graduation.graduate_mortality(trend(mids - 2000, abridged), mids, years, target)
    assert life_table(found).e[..., 0] == pytest.approx(target, abs=0.01)
    scaled = graduation.scale_to_life_expectancy(abridged, target[0, 0])
    assert life_table(extend_to_oldest(scaled, width=5), width=5).e[:, 0] == pytest.approx(
        target[0, 0], abs=graduation.YEARS_OF_LIFE
    )
    assert np.ptp(scaled / abridged, axis=-1) == pytest.approx(0.0, abs=1e-12)


def test_a_life_expectancy_beyond_reach_is_refused(abridged):
    with pytest.raises(NotConverged, match="years away"):
        graduation.scale_to_life_expectancy(abridged, np.array([0.01, 80.0]))


PATTERN = np.array([0.1, 12.0, 25.0, 28.0, 20.0, 11.0, 3.5, 0.38, 0.02])


def test_fertility_keeps_its_groups_and_its_total():
    found = graduation.graduate_fertility(np.stack([PATTERN, PATTERN[::-1]])[None], np.array([[2.5, 1.2]]))
    groups = found[..., 10:55].reshape(1, 2, 9, 5).sum(axis=-1)
    assert groups[0, 0] == pytest.approx(2.5 * PATTERN / PATTERN.sum(), rel=1e-12)
    assert groups[0, 1] == pytest.approx(1.2 * PATTERN[::-1] / PATTERN.sum(), rel=1e-12)
    assert np.all(found >= 0.0)
    assert np.all(found[..., :10] == 0.0)
    assert np.all(found[..., 55:] == 0.0)


def test_fertility_of_groups_is_a_mean_over_women():
    women = 1e4 * np.exp(-0.03 * np.arange(10, 55))[None, None]
    found = graduation.graduate_fertility(PATTERN[None, None], np.array([[3.0]]), women)
    births, mothers = (values.reshape(9, 5).sum(axis=-1) for values in (found[..., 10:55] * women, women))
    group_rates = births / mothers
    assert group_rates / group_rates.sum() == pytest.approx(PATTERN / PATTERN.sum(), rel=1e-12)
    assert found.sum() == pytest.approx(3.0)


def test_fertility_without_some_groups_or_women():
    pattern = PATTERN.copy()
    pattern[[0, 8]] = 0.0
    found = graduation.graduate_fertility(pattern[None, None], np.array([[2.0]]), np.zeros((1, 1, 45)))
    assert found.sum() == pytest.approx(2.0)
    assert np.all(found[..., [10, 14, 50, 54]] == 0.0)


# The base population


def test_waves_between_cohorts_come_back(year):
    waves = 1.0 + 0.2 * np.sin(np.arange(AGES))
    truth = year["population"] * waves
    before, fixed = truth, {name: year[name] for name in ("survival", "fertility", "sex_ratio", "net_migrants")}
    january = step(before, **fixed).population
    after = step(january, **fixed).population
    july = 0.5 * (before + january), 0.5 * (january + after)
    found = base_population(*july, **fixed)
    smoothed = 0.5 * (july[0] + july[1])
    assert np.abs(found - january).sum() < 0.15 * np.abs(smoothed - january).sum()


# Schedules


@pytest.mark.parametrize("family", UN_FAMILIES)
def test_model_schedules(family):
    schedule = model_schedule(family)
    assert schedule.shape == (2, AGES)
    assert schedule.sum() == pytest.approx(1.0)
    assert set(schedule.argmax(axis=-1)) <= {23, 24}
    share = schedule[FEMALE].sum()
    assert {"family": 0.49 < share < 0.51, "female labour": share > 0.6, "male labour": share < 0.4}[family]


def test_the_family_schedule_is_near_the_default_profile_of_the_un():
    published = [0.0613, 0.0267, 0.0207, 0.1047, 0.188, 0.1807, 0.1373, 0.0953, 0.064, 0.0427, 0.028, 0.0187]
    men = model_schedule("family")[MALE]
    found = np.add.reduceat(men / men.sum(), range(0, 60, 5))[: len(published)]
    found[-1] = men[55:60].sum() / men.sum()
    assert found == pytest.approx(published, abs=0.005)


def test_retirement_adds_its_own_peak():
    working = RogersCastro(0.02, 0.1, 0.05, 0.1, 0.4, 20.0, 0.002)
    ages = np.arange(AGES, dtype=float)
    retiring = RogersCastro(0.02, 0.1, 0.05, 0.1, 0.4, 20.0, 0.002, 0.03, 0.6, 0.3, 65.0, 0.0001, 0.04)
    extra = rogers_castro(ages, retiring) - rogers_castro(ages, working)
    late = 0.0001 * np.exp(0.04 * ages)
    peak = extra - late
    assert 60 <= int(peak.argmax()) <= 66
    assert peak[30] == pytest.approx(0.0, abs=1e-6)
