"""Make the small reference outputs of life tables and cohort-component steps: a part of `make_oracle`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.demography.cohort_component import deaths_by_age, step
from corridor.demography.kannisto import extend_to_oldest
from corridor.demography.life_table import life_table
from corridor.demography.survival import separation_factors, survival_ratios
from tests.expected.writing import cube_rows, write
from tests.references import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats

SEXES = ["female", "male"]


def gompertz(ages: Floats, areas: int, times: int) -> Floats:
    """Return death rates [area, time, sex, age] that rise by a tenth a year of age and fall with time."""
    level = 5e-5 * (1 + 0.5 * np.arange(areas)[:, None, None, None])
    level = level * (1 - 0.1 * np.arange(times)[:, None, None]) * np.array([1.0, 1.4])[:, None]
    rates: Floats = level * np.exp(0.085 * ages) + 0.01 * np.exp(-ages)
    return rates


def write_five_year_steps() -> None:
    """Write abridged life tables and two steps of five years of two areas."""
    folder, random = OWN / "ccm" / "wpp2024_5x5", np.random.default_rng(6)
    areas, periods = ["ONE", "TWO"], ["2020-2025", "2025-2030"]
    starts = [0, 1, *range(5, 101, 5)]
    given = gompertz(np.array(starts) + 2.5, 2, 2)
    long = extend_to_oldest(given, width=5)
    table = life_table(long, width=5)
    groups = [0, 1, *range(5, 5 * long.shape[-1] - 5, 5)]
    axes: dict[str, Sequence[object]] = {"iso3": areas, "period": periods, "sex": SEXES}
    write(folder / "in_mx.csv", cube_rows(given, {**axes, "age_start": starts}, "mx"))
    survival, factors = survival_ratios(table), separation_factors(table)
    columns = cube_rows(long, {**axes, "age_start": groups}, "mx")
    for symbol in "aqldLTe":
        columns[f"{symbol}x"] = getattr(table, symbol).ravel()
    columns["sx"] = np.concatenate([survival, np.full((*survival.shape[:-1], 1), np.nan)], axis=-1).ravel()
    write(folder / "out_lifetable.csv", columns)

    ages = [*range(0, 131, 5)]
    fertile, total, ratio = list(range(15, 50, 5)), 2.1, np.array([[1.05, 1.05], [1.07, 1.06]])
    share = np.array([8.0, 22, 28, 22, 13, 5, 2])
    births = cube_rows(np.broadcast_to(share, (2, 2, 7)), {**dict(list(axes.items())[:2]), "age_start": fertile}, "p")
    write(folder / "in_fertility.csv", births.rename(columns={"p": "pasfr_percent"}).assign(tfr=total))
    write(folder / "in_srb.csv", cube_rows(ratio, dict(list(axes.items())[:2]), "srb_male_per_female"))
    net = random.normal(0, 3, (2, 2, 2, 21)).round(3)
    write(folder / "in_net_migration.csv", cube_rows(net, {**axes, "age_start": ages[:21]}, "net_mig_thousands"))
    people = np.zeros((2, 2, 27))
    people[..., :21] = 500 * np.exp(-np.array(ages[:21]) / 40)
    rates = np.zeros(27)
    rates[3:10] = share / 100 * total / 5
    wide = np.zeros((2, 2, 2, 27))
    wide[..., :21] = net
    found, born, dead = [people], [], []
    for t in range(2):
        done = step(people, survival[:, t], np.tile(rates, (2, 1)), ratio[:, t], wide[:, t], width=5)
        dead.append(deaths_by_age(done.cohort_deaths, factors[:, t]))
        born.append(done.births)
        people = done.population
        found.append(people)
    years = [2020, 2025, 2030]
    out = cube_rows(
        np.stack(found, 1), {"iso3": areas, "year": years, "sex": SEXES, "age_start": ages}, "pop_thousands"
    )
    write(folder / "out_pop.csv", out.rename(columns={"people": "pop_thousands"}))
    by_sex = np.stack(born, 1)
    out = cube_rows(by_sex[..., 0], {"iso3": areas, "period": periods}, "female_births_thousands")
    write(folder / "out_births.csv", out.assign(male_births_thousands=by_sex[..., 1].ravel()))
    write(folder / "out_deaths.csv", cube_rows(np.stack(dead, 1), {**axes, "age_start": ages}, "deaths_thousands"))


def write_single_years() -> None:
    """Write two steps of single years, with migrants at the end of the year and over the year."""
    folder, random = OWN / "ccm" / "wpp2024_1x1", np.random.default_rng(7)
    years, ages = [2025, 2026], list(range(131))
    axes: dict[str, Sequence[object]] = {"iso3": ["ONE"], "year": years, "sex": SEXES}
    mortality = extend_to_oldest(gompertz(np.arange(100.0), 1, 2))
    write(folder / "in_mx.csv.gz", cube_rows(mortality, {**axes, "age": ages}, "mx"))
    table = life_table(mortality)
    survival, factors = survival_ratios(table), separation_factors(table)
    out = cube_rows(survival, {**axes, "age": list(range(survival.shape[-1]))}, "Sx")
    write(folder / "ref_survival_ratio_selected_years.csv", out)
    fertile = np.exp(-(((np.arange(15.0, 50.0) - 28) / 6) ** 2)) * 0.12
    write(
        folder / "in_asfr.csv.gz",
        cube_rows(np.tile(fertile, (1, 2, 1)), {"iso3": ["ONE"], "year": years, "age": range(15, 50)}, "asfr"),
    )
    write(folder / "in_srb_tfr.csv", pd.DataFrame({"iso3": "ONE", "year": years, "srb": [1.05, 1.06]}))
    net = random.normal(0, 0.5, (1, 2, 2, 101)).round(3)
    write(folder / "in_net_migration.csv.gz", cube_rows(net, {**axes, "age": range(101)}, "net_mig_thousands"))
    start = np.exp(-np.arange(101.0) / 45) * np.array([[100.0], [104.0]])
    write(
        folder / "in_base_pop_1jan2025.csv",
        cube_rows(start[None], {"iso3": ["ONE"], "sex": SEXES, "age": range(101)}, "pop_1jan2025_thousands"),
    )
    rates, migrants = np.zeros((1, 131)), np.zeros((1, 2, 2, 131))
    rates[0, 15:50], migrants[..., :101] = fertile, net
    frames: dict[str, list[pd.DataFrame]] = {"out_pop_101ages.csv.gz": [], "out_births.csv": []}
    timings: tuple[Any, ...] = ("end", "even")
    for timing in timings:
        people = np.zeros((1, 2, 131))
        people[..., :101] = start
        found, born, dead = [people], [], []
        for t, ratio in enumerate((1.05, 1.06)):
            done = step(people, survival[:, t], rates, np.array([ratio]), migrants[:, t], timing=timing)
            dead.append(to_100(deaths_by_age(done.cohort_deaths, factors[:, t])))
            born.append(done.births[0])
            people = done.population
            found.append(people)
        out_axes = {"iso3": ["ONE"], "mig_timing": [timing], "year": [*years, 2027], "sex": SEXES, "age": range(101)}
        frames["out_pop_101ages.csv.gz"].append(cube_rows(to_100(np.stack(found, 1)), out_axes, "pop"))
        births = pd.DataFrame({"iso3": "ONE", "mig_timing": timing, "year": years})
        frames["out_births.csv"].append(births.assign(births=np.sum(born, axis=1), births_f=[each[0] for each in born]))
        if timing == "end":
            write(folder / "out_deaths_end.csv.gz", cube_rows(np.stack(dead, 1), {**axes, "age": range(101)}, "deaths"))
    for name, parts in frames.items():
        write(folder / name, pd.concat(parts))


def to_100(values: Floats) -> Floats:
    return np.concatenate([values[..., :100], values[..., 100:].sum(axis=-1, keepdims=True)], axis=-1)


def write_un_years() -> None:
    """Write the inputs of two years of two areas; from the second more people leave than there are."""
    folder, random = OWN / "ccm" / "un_1x1", np.random.default_rng(8)
    areas, years = ["ONE", "TWO"], [2018, 2019]
    axes: dict[str, Sequence[object]] = {"iso3": areas, "year": years, "sex": SEXES, "age_start": range(101)}
    mortality = gompertz(np.arange(101.0), 2, 2)
    write(folder / "in_mx.csv.gz", cube_rows(mortality, axes, "mx"))
    write(folder / "in_survival_ratio.csv.gz", cube_rows(np.exp(-mortality), axes, "Sx"))
    people = np.rint(2e4 * np.exp(-np.arange(101.0) / 30)) * np.ones((2, 2, 1))
    net = random.normal(0, 20, (2, 2, 2, 101)).round(3)
    net[1, :, :, 80:] = -1e5
    net[0] = np.maximum(net[0], -0.1 * people[0])
    write(folder / "in_net_migration.csv.gz", cube_rows(net, axes, "net_mig"))
    write(folder / "in_base_pop.csv", cube_rows(people, {"iso3": areas, "sex": SEXES, "age_start": range(101)}, "pop"))
    fertile = np.tile(np.exp(-(((np.arange(15.0, 50.0) - 28) / 6) ** 2)) * 0.12, (2, 2, 1))
    births = cube_rows(fertile, {"iso3": areas, "year": years, "age_start": range(15, 50)}, "asfr")
    write(folder / "in_asfr_srb.csv", births.assign(srb=1.05))


def write_cohorts() -> None:
    """Write abridged and single life tables, and what steps of five years and of one year make of people."""
    write_five_year_steps()
    write_single_years()
    write_un_years()
