"""The cohort-component step against bayesPop 12.0-1 on WPP 2024, and against the UN's rules written as plain loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.demography.cohort_component import Guard, deaths_by_age, step
from corridor.demography.kannisto import extend_to_oldest
from corridor.demography.life_table import life_table
from corridor.demography.survival import separation_factors, survival_ratios
from tests.oracle.test_life_table import cube
from tests.references import ROOTS

if TYPE_CHECKING:
    from pathlib import Path

RELATIVE = 1e-11  # double precision over 16 or 75 steps; found: 8e-14 and 3e-12 (inputs written with 15 digits)
ROUNDING = 1e-15  # of a group's people: its deaths are the small difference of survivors in the reference
PERSONS = 1e-8  # the loops below add in another order
AREAS = {"own": ("ONE", "TWO"), "full": ("CAN", "FRA", "KWT", "MEX")}
UN_AREAS = [(root, area) for root in ROOTS for area in AREAS[root]]
EMPTIED = {"TWO", "KWT"}  # where more people leave than there are


def widen(values: np.ndarray, first: int, ages: int) -> np.ndarray:
    wide = np.zeros((*values.shape[:-1], ages))
    wide[..., first : first + values.shape[-1]] = values
    return wide


def to_100(values: np.ndarray) -> np.ndarray:
    return np.concatenate([values[..., :100], values[..., 100:].sum(axis=-1, keepdims=True)], axis=-1)


def assert_deaths(found: np.ndarray, expected: np.ndarray, population: np.ndarray) -> None:
    assert np.all(np.abs(found - expected) <= RELATIVE * expected + ROUNDING * population)


def test_five_year_steps(reference: Path):
    folder = reference / "ccm/wpp2024_5x5"
    axes, groups = ["iso3", "period", "sex", "age_start"], 27
    table = life_table(extend_to_oldest(cube(pd.read_csv(folder / "in_mx.csv"), axes, "mx"), width=5), width=5)
    survival, factors = survival_ratios(table), separation_factors(table)
    fertility = pd.read_csv(folder / "in_fertility.csv")
    fertility["rate"] = fertility.pasfr_percent / 100 * fertility.tfr / 5
    rates = widen(cube(fertility, ["iso3", "period", "age_start"], "rate"), 3, groups)
    sex_ratio = cube(pd.read_csv(folder / "in_srb.csv"), ["iso3", "period"], "srb_male_per_female")
    net = widen(cube(pd.read_csv(folder / "in_net_migration.csv"), axes, "net_mig_thousands"), 0, groups)
    out = cube(pd.read_csv(folder / "out_pop.csv"), ["iso3", "year", "sex", "age_start"], "pop_thousands")
    sexes = ["female_births_thousands", "male_births_thousands"]
    born = pd.read_csv(folder / "out_births.csv").groupby(["iso3", "period"])[sexes].sum()
    births = born.to_numpy().reshape(*sex_ratio.shape, 2)
    deaths = cube(pd.read_csv(folder / "out_deaths.csv"), axes, "deaths_thousands")
    population = out[:, 0]
    for t in range(sex_ratio.shape[1]):
        done = step(population, survival[:, t], rates[:, t], sex_ratio[:, t], net[:, t], width=5)
        np.testing.assert_allclose(done.population, out[:, t + 1], rtol=RELATIVE)
        np.testing.assert_allclose(done.births, births[:, t], rtol=RELATIVE)
        assert_deaths(deaths_by_age(done.cohort_deaths, factors[:, t]), deaths[:, t], population)
        population = done.population


@pytest.mark.parametrize("timing", ["end", "even"])
def test_single_years(reference: Path, timing):
    folder = reference / "ccm/wpp2024_1x1"
    axes, ages = ["iso3", "year", "sex", "age"], 131
    table = life_table(cube(pd.read_csv(folder / "in_mx.csv.gz"), axes, "mx"))
    survival, factors = survival_ratios(table), separation_factors(table)
    rates = widen(cube(pd.read_csv(folder / "in_asfr.csv.gz"), ["iso3", "year", "age"], "asfr"), 15, ages)
    sex_ratio = cube(pd.read_csv(folder / "in_srb_tfr.csv"), ["iso3", "year"], "srb")
    net = widen(cube(pd.read_csv(folder / "in_net_migration.csv.gz"), axes, "net_mig_thousands"), 0, ages)
    out = pd.read_csv(folder / "out_pop_101ages.csv.gz")
    births = pd.read_csv(folder / "out_births.csv")
    out, births = out[out.mig_timing == timing], births[births.mig_timing == timing]
    expected = cube(out, axes, "pop")
    deaths = cube(pd.read_csv(folder / "out_deaths_end.csv.gz"), axes, "deaths")
    start = pd.read_csv(folder / "in_base_pop_1jan2025.csv")
    population = widen(cube(start, ["iso3", "sex", "age"], "pop_1jan2025_thousands"), 0, ages)
    for t in range(sex_ratio.shape[1]):
        done = step(population, survival[:, t], rates[:, t], sex_ratio[:, t], net[:, t], timing=timing)
        np.testing.assert_allclose(to_100(done.population), expected[:, t + 1], rtol=RELATIVE)
        np.testing.assert_allclose(done.births.sum(-1), cube(births, ["iso3", "year"], "births")[:, t], rtol=RELATIVE)
        np.testing.assert_allclose(done.births[:, 0], cube(births, ["iso3", "year"], "births_f")[:, t], rtol=RELATIVE)
        if timing == "end":
            found = deaths_by_age(done.cohort_deaths, factors[:, t])
            assert_deaths(to_100(found), deaths[:, t], to_100(population))
        population = done.population


Sexes = list[list[float]]


def un_step_in_loops(
    population: Sexes, survival: Sexes, fertility: list[float], sex_ratio: float, net_migrants: Sexes
) -> Sexes:
    """One year of one country by the UN's rules: lists [sex][age], women first."""
    ages = len(population[0])
    end = [[0.0] * ages, [0.0] * ages]
    for sex in range(2):
        for age in range(1, ages):
            end[sex][age] = population[sex][age - 1] * survival[sex][age]
        end[sex][-1] = (population[sex][-2] + population[sex][-1]) * survival[sex][-1]
    births = sum(fertility[age] * (population[0][age] + end[0][age]) / 2 for age in range(1, ages))
    girls = births / (1 + sex_ratio)
    end[0][0], end[1][0] = girls * survival[0][0], (births - girls) * survival[1][0]
    for sex in range(2):
        for age in range(ages):
            end[sex][age] += max(net_migrants[sex][age], 0.00001 - population[sex][age])
            if end[sex][age] < 0:
                end[sex][age] = 0.0005
    return end


@pytest.mark.parametrize(("root", "iso3"), UN_AREAS)
def test_the_un_rules_against_plain_loops(root: str, iso3: str):
    folder = ROOTS[root] / "ccm/un_1x1"

    def read(name: str, axes: list[str], value: str) -> np.ndarray:
        frame = pd.read_csv(folder / name, keep_default_na=False)
        return cube(frame[frame.iso3 == iso3], axes, value)

    axes = ["year", "sex", "age_start"]
    survival, net = read("in_survival_ratio.csv.gz", axes, "Sx"), read("in_net_migration.csv.gz", axes, "net_mig")
    births = pd.read_csv(folder / "in_asfr_srb.csv")
    births = births[births.iso3 == iso3]
    fertility = births.pivot_table(index="year", columns="age_start", values="asfr").reindex(
        columns=range(101), fill_value=0
    )
    rates, sex_ratio = fertility.fillna(0.0).to_numpy(), births.groupby("year").srb.first().to_numpy()
    population = read("in_base_pop.csv", ["sex", "age_start"], "pop")
    loops = population.tolist()
    guarded = 0
    for t in range(len(sex_ratio)):
        guarded += np.sum(net[t] < 0.00001 - population)
        population = step(population, survival[t], rates[t], sex_ratio[t], net[t], guard=Guard.UN).population
        loops = un_step_in_loops(loops, survival[t].tolist(), rates[t].tolist(), float(sex_ratio[t]), net[t].tolist())
        np.testing.assert_allclose(population, loops, rtol=0, atol=PERSONS)
    assert (guarded > 0) == (iso3 in EMPTIED), guarded
