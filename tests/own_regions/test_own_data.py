"""Anyone's data projected: the numbers obey their laws, meet what was given, and agree with the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from corridor import areas
from corridor.axes import AGE, SEXES
from corridor.calendar import BASE_YEAR
from corridor.demography.cohort_component import survive
from corridor.demography.graduation import graduate_mortality
from corridor.errors import InputError
from corridor.own_regions.plausibility import own_data
from corridor.own_regions.results import dependency_ratio, median_age, result_tables
from corridor.own_regions.template import REGIONS, write_template
from corridor.projection.demand import MOST_LEAVING
from corridor.projection.inputs import MIDDLE_OF_PERIOD, years_of
from tests.folders import as_rows, each_region, edit, flows_net, new, projected, rows, scaled, setting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.data.panel import Panel
    from corridor.own_regions.run import OwnProjection
    from corridor.projection.inputs import Inputs

CLOSES = 1e-9  # relative; sums of a few thousand float64 numbers
AGAINST_THE_ENGINE = 1e-9  # relative; the same rates by another way, rates of life tables differ by rounding only
AGAINST_THE_UN = 0.02  # relative, of people in 2050: ages of mortality by Lee-Carter, ages of migration by a model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "mine")
    return tmp_path / "mine"


def need_balance(projection: OwnProjection) -> None:
    people = projection.population.sum(axis=AGE)
    net = (projection.immigrants - projection.emigrants + projection.outside).sum(axis=AGE)
    np.testing.assert_allclose(people[1:], people[:-1] + projection.births - projection.deaths + net, rtol=CLOSES)
    immigrants, emigrants = projection.immigrants.sum(axis=1), projection.emigrants.sum(axis=1)
    np.testing.assert_allclose(immigrants, emigrants, rtol=CLOSES)
    for across, moved in ((2, projection.emigrants), (1, projection.immigrants)):
        np.testing.assert_allclose(projection.flows.sum(axis=across), moved.sum(axis=(2, 3)), rtol=CLOSES)
    for name in ("population", "births", "deaths", "flows", "emigrants", "immigrants"):
        assert getattr(projection, name).min() >= 0.0, name


@pytest.mark.parametrize("timing", ["end", "even"])
@pytest.mark.parametrize("factor", [1, 200])
def test_people_balance(timing, factor, folder, panel):
    setting(f'timing = "{timing}"')(folder)
    setting('accept = ["large-migration"]')(folder)
    for name in ("flows", "net_migration"):
        scaled(name, "persons", factor)(folder)
    projection = projected(folder, panel)
    need_balance(projection)
    assert bool(projection.notes()) == (factor > 1)


def test_flows_are_met_and_then_their_rates_go_on(folder, panel):
    edit("flows", lambda frame: pd.concat([frame.assign(year=2025), frame.assign(year=2030, persons=2)]))(folder)
    projection = projected(folder, panel)
    given = rows(folder, "flows")
    for step, year in enumerate((2025, 2030)):
        sent = given[given["year"] == year].groupby("orig", sort=False)["persons"].sum().to_numpy()
        np.testing.assert_allclose(projection.flows[step].sum(axis=1), 5.0 * sent, rtol=CLOSES)
    later = projection.flows[2:]
    assert (np.ptp(later.sum(axis=2), axis=0) > 0.0).all()
    shares = later / later.sum(axis=2, keepdims=True)
    np.testing.assert_allclose(shares, np.broadcast_to(shares[0], shares.shape), atol=CLOSES)


def test_moves_by_age_keep_their_ages(folder, panel):
    groups = pd.MultiIndex.from_product([SEXES, range(0, 90, 5)], names=["sex", "age"]).to_frame(index=False)

    def by_age(frame: pd.DataFrame) -> pd.DataFrame:
        split = frame.merge(groups, how="cross")
        split["persons"] *= np.where(split["age"].between(20, 39), 0.1, 0.02)
        return split

    for name in ("flows", "net_migration"):
        edit(name, by_age)(folder)
    projection = projected(folder, panel)
    need_balance(projection)
    sent = rows(folder, "flows").groupby(["orig", "sex", "age"], sort=False)["persons"].sum().to_numpy()
    np.testing.assert_allclose(projection.emigrants[0].ravel(), 5.0 * sent, rtol=CLOSES)
    outside = rows(folder, "net_migration")["persons"].to_numpy()
    np.testing.assert_allclose(projection.outside[-1].ravel(), 5.0 * outside, rtol=CLOSES)


def test_no_group_gives_more_than_it_has(folder, panel):
    edit("net_migration", lambda frame: frame.assign(persons=-50_000))(folder)
    setting('accept = ["large-migration"]')(folder)
    projection = projected(folder, panel)
    need_balance(projection)
    survivors = projection.population[1:] - projection.outside
    assert (-projection.outside <= MOST_LEAVING * survivors * (1.0 + CLOSES)).all()
    assert "moves were asked for" in " ".join(projection.notes())


def test_life_expectancy_and_fertility_are_met(folder, panel):
    inputs = projected(folder, panel).inputs
    expected = rows(folder, "life_expectancy").query("year == 2025")["years"].to_numpy().reshape(-1, 2)
    np.testing.assert_allclose(inputs.life_expectancy[0], expected, atol=1e-8)
    births = rows(folder, "total_fertility")["births_per_woman"].to_numpy().reshape(-1, 2)
    halfway = births @ [0.6, 0.4]
    np.testing.assert_allclose(5.0 * inputs.fertility[2].sum(axis=AGE), halfway, rtol=CLOSES)


def test_own_ages_take_the_level_of_life_expectancy_and_total_fertility(folder, panel):
    ages = (0, 1, *range(5, 90, 5))
    lines = [f"{sex},{age},{0.0005 * np.exp(0.07 * age)}" for sex in SEXES for age in ages]
    new("mortality.csv", each_region("region,sex,age,rate", *lines))(folder)
    new("fertility.csv", each_region("region,age,rate", "20,.1", "25,.2"))(folder)
    inputs = projected(folder, panel).inputs
    expected = rows(folder, "life_expectancy").query("year == 2025")["years"].to_numpy().reshape(-1, 2)
    np.testing.assert_allclose(inputs.life_expectancy[0], expected, atol=1e-8)
    np.testing.assert_allclose(inputs.fertility[0, :, 5], 2.0 * inputs.fertility[0, :, 4], rtol=CLOSES)
    first = [region.fertility[0] for region in REGIONS.values()]
    np.testing.assert_allclose(5.0 * inputs.fertility[0].sum(axis=AGE), first, rtol=CLOSES)


def test_results_can_be_projected_further(folder, panel):
    for name in ("life_expectancy", "total_fertility", "flows"):
        (folder / f"{name}.csv").unlink()
    lines = [f"{sex},{age},{0.0005 * np.exp(0.07 * age)}" for sex in SEXES for age in (0, 1, *range(5, 90, 5))]
    new("mortality.csv", each_region("region,sex,age,rate", *lines))(folder)
    new("fertility.csv", each_region("region,age,rate", "20,.1", "25,.2"))(folder)
    new("sex_ratio.csv", each_region("region,boys_per_girl", "1.05"))(folder)
    once = projected(folder, panel)
    tables = result_tables(once, own_data(folder).settings.start)
    halfway = tables["population"].query("date == '2035-01-01'")
    halfway.to_parquet(folder / "population.parquet")
    (folder / "population.csv").unlink()
    setting("start = 2034-12-31")(folder)
    setting("years = 15")(folder)
    again = projected(folder, panel)
    assert again.inputs.years[0] == 2035
    np.testing.assert_allclose(again.population, once.population[2:], rtol=CLOSES)


def test_an_open_age_puts_the_oldest_together(folder, panel):
    full = projected(folder, panel)
    setting("open_age = 75")(folder)
    short = projected(folder, panel)
    assert short.population.shape[-1] == 16
    np.testing.assert_allclose(short.population[0, ..., -1], full.population[0, ..., 15:].sum(axis=-1), rtol=CLOSES)
    np.testing.assert_allclose(short.population.sum(axis=(1, 2, 3)), full.population.sum(axis=(1, 2, 3)), rtol=0.01)


def test_single_ages_with_all_rates_given_are_the_engine(tmp_path, inputs: Inputs, panel: Panel):
    codes, years = ["KAZ", "UZB", "DEU"], list(range(BASE_YEAR, BASE_YEAR + 3))
    at = [areas.codes().index(code) for code in codes]
    periods = np.array(panel.coordinates("mortality_rate", "period"), dtype=np.float64)
    later = periods >= BASE_YEAR
    middles, expectation = periods[later] + MIDDLE_OF_PERIOD, years_of(panel, "life_expectancy", years)
    rates = graduate_mortality(panel.array("mortality_rate")[later], middles, years, expectation)[:, at]
    by_age: dict[str, Sequence[Any]] = {"region": codes, "sex": SEXES, "age": range(101)}
    dated: dict[str, Sequence[Any]] = {"year": years, "region": codes}
    net = inputs.un_net_by_age[:3, at]
    as_rows(tmp_path, "population", by_age, "persons", inputs.population[at])
    as_rows(tmp_path, "mortality", {**dated, **by_age, "age": range(131)}, "rate", rates)
    as_rows(tmp_path, "fertility", {**dated, "age": range(10, 55)}, "rate", inputs.fertility[:3, at, 10:55])
    as_rows(tmp_path, "sex_ratio", dated, "boys_per_girl", inputs.sex_ratio[:3, at])
    as_rows(tmp_path, "net_migration", {**dated, **by_age}, "persons", net)
    (tmp_path / "project.toml").write_text("years = 3\n")
    found = projected(tmp_path, panel)
    expected = inputs.population[at]
    for step in range(3):
        of_step = (inputs.survival[step, at], inputs.fertility[step, at], inputs.sex_ratio[step, at])
        expected = survive(expected, *of_step).population + net[step]
        np.testing.assert_allclose(found.population[step + 1], expected, rtol=AGAINST_THE_ENGINE)


@pytest.mark.parametrize("code", ["KAZ", "UZB", "DEU", "NGA"])
def test_an_areas_standard_comes_near_the_uns_medium(code, tmp_path, inputs: Inputs, panel: Panel):
    at = areas.codes().index(code)
    dated: dict[str, Sequence[Any]] = {"year": range(2025, 2050), "region": [code]}
    by_age: dict[str, Sequence[Any]] = {"region": [code], "sex": SEXES, "age": range(101)}
    as_rows(tmp_path, "population", by_age, "persons", inputs.population[at])
    as_rows(tmp_path, "net_migration", dated, "persons", inputs.un_net[:25, at])
    (tmp_path / "project.toml").write_text(f'years = 25\nstandard = "{code}"\naccept = ["small-migration"]\n')
    found = projected(tmp_path, panel).population[-1].sum()
    published = panel.array("population_january_total")
    moment = panel.coordinates("population_january_total", "year").index(2050)
    np.testing.assert_allclose(found, published[moment, at].sum(), rtol=AGAINST_THE_UN)


def test_median_age_and_dependency_ratio():
    people = np.array([10.0, 0.0, 0.0, 10.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0])
    assert median_age(people, 5) == 17.5
    assert dependency_ratio(people, 5) == 100.0


def test_uneven_and_later_years_are_noted(folder):
    edit("total_fertility", lambda frame: pd.concat([frame, frame[frame["year"] == 2050].assign(year=2090)]))(folder)
    edit("life_expectancy", lambda frame: frame.assign(year=frame["year"] + 5))(folder)
    notes = own_data(folder).notes
    assert any("not evenly apart" in note for note in notes)
    assert any("stand for 2025 too" in note for note in notes)


def test_flows_that_are_part_of_net_migration_count_once(folder, panel):
    edit("net_migration", lambda frame: frame.assign(persons=flows_net(folder).loc[frame["region"]].to_numpy()))(folder)
    setting('net_migration = "all"')(folder)
    projection = projected(folder, panel)
    assert not projection.outside.any()
    setting('net_migration = "outside"')(folder)
    with pytest.raises(InputError, match="double-count"):
        own_data(folder)


def test_people_of_regions_that_have_no_flows_left_are_refused_by_name(folder):
    edit("population", lambda frame: frame[(frame["sex"] == "female") & (frame["region"] == frame["region"][0])])(
        folder
    )
    edit("flows", lambda frame: frame[frame["orig"] != frame["orig"][0]])(folder)
    with pytest.raises(InputError) as refused:
        own_data(folder)
    assert any(problem.remedy for problem in refused.value.problems)
