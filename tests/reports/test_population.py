"""Populations with intervals: groups are summed within trajectories, measures agree with counting by hand."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.cli import COMMANDS, main
from corridor.errors import InputError
from corridor.projection.quantiles import UN_BOUNDS, quantiles
from corridor.reports.population.answer import (
    GroupTrajectories,
    check_population_request,
    follow_group,
    load_request,
    members_of,
    plan_request,
    population_answer,
    summarise,
)
from corridor.reports.population.measures import cohorts, five_year_groups, measures, peak
from corridor.reports.population.page import (
    BOUNDS,
    how_it_was_made,
    nearness_words,
    peak_words,
    population_page,
    population_table,
    write_population,
)
from tests.plain_words import tells, words_of_page

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.projection.runs import Runs
    from corridor.projection.trajectory import Mode
    from corridor.reports.population.answer import PopulationAnswer, PopulationRequest

SINGLE = 1e-6  # relative; people are kept in single precision
FEW = 24
LAST = 2036


def _request(group: str = "OTS", **changed: Any) -> PopulationRequest:
    words: dict[str, Any] = {
        "last": LAST,
        "trajectories": FEW,
        "seed": 1,
        "anchor": "un",
        "mode": "flows",
        "by": "total",
    }
    return check_population_request(group, folder=Path(), **{**words, **changed})


@pytest.fixture(scope="module")
def runs(panel) -> Runs:
    return load_request(panel, _request())


@pytest.fixture(scope="module")
def answer(panel, runs) -> PopulationAnswer:
    return population_answer(panel, _request(), runs=runs)


@pytest.fixture(scope="module")
def kazakhstan(panel, runs) -> PopulationAnswer:
    return population_answer(panel, _request("KAZ"), runs=runs)


def _followed(runs: Runs, group: str) -> GroupTrajectories:
    request = _request(group)
    return follow_group(replace(runs.world, mode="flows"), runs.paths(1), members_of(request.areas), FEW)


def test_a_group_is_the_sum_of_its_members_in_every_trajectory(runs):
    whole = _followed(runs, "OTS")
    parts = [_followed(runs, area.iso3) for area in _request("OTS").areas]
    for name in ("people", "births", "deaths", "net"):
        summed = sum(getattr(part, name).astype(np.float64) for part in parts)
        np.testing.assert_allclose(getattr(whole, name), summed, rtol=SINGLE, atol=1.0)


def test_the_range_of_a_group_is_narrower_than_the_sum_of_its_members_ranges(runs, answer):
    members = [_followed(runs, area.iso3).people[:, -1].sum(axis=(1, 2)) for area in answer.request.areas]
    summed = np.sum([quantiles(member) for member in members], axis=0)
    width = answer.population[4, -1] - answer.population[0, -1]
    assert width < 0.95 * (summed[4] - summed[0])


def test_people_change_by_births_deaths_and_net_migration(runs):
    group = _followed(runs, "KAZ")
    total = group.people.astype(np.float64).sum(axis=(2, 3))
    change = group.births.astype(np.float64) - group.deaths + group.net
    np.testing.assert_allclose(np.diff(total, axis=1), change, atol=SINGLE * total.max())


def test_the_same_seed_gives_the_same_and_another_seed_another(panel, runs, kazakhstan):
    again = population_answer(panel, _request("KAZ"), runs=runs)
    np.testing.assert_array_equal(again.people, kazakhstan.people)
    other = population_answer(panel, _request("KAZ", seed=2), runs=runs)
    assert not np.array_equal(other.population[:, -1], kazakhstan.population[:, -1])


def test_bounds_are_ordered_and_widen_from_a_known_start(answer):
    for values in (answer.people, *answer.measures.values(), *answer.flows.values()):
        assert (np.diff(values, axis=0) >= 0.0).all()
    width = (answer.population[-1] - answer.population[0]) / answer.population[2]
    assert width[0] < SINGLE
    assert (np.diff(width) > 0.0).all()


def test_an_area_stands_near_the_un(panel, kazakhstan):
    at = len(kazakhstan.dates) - 1
    assert (
        kazakhstan.un[2, at] == panel.array("population_january_total")[at, members_of(kazakhstan.request.areas)].sum()
    )
    assert abs(kazakhstan.population[2, at] / kazakhstan.un[2, at] - 1.0) < 0.05
    assert (np.diff(kazakhstan.un[:, 1:], axis=0) > 0.0).all()
    assert "times as wide as the UN's" in nearness_words(kazakhstan)


def test_of_a_group_the_un_publishes_the_medium_only(answer):
    assert np.isnan(answer.un[[0, 1, 3, 4]]).all()
    assert "only for single areas" in nearness_words(answer)


# Measures


def _people() -> Floats:
    """Return ten people of every age under 20, twenty of 20-64, five from 65 on."""
    return np.repeat([10.0, 20.0, 5.0], [20, 45, 36])


def test_measures_by_hand():
    found = measures(_people())
    young, of_15, of_20, old = 150.0, 50.0 + 900.0, 900.0, 180.0
    assert found["working_age"] == of_15
    assert found["old_age_dependency"] == pytest.approx(100.0 * old / of_15)
    assert found["old_age_dependency_20"] == pytest.approx(20.0)
    assert found["support_ratio"] == pytest.approx(5.0)
    assert found["dependency"] == pytest.approx(100.0 * (young + old) / of_15)
    assert found["share_65"] == pytest.approx(100.0 * old / (200.0 + 900.0 + 180.0))
    assert found["median_age"] == pytest.approx(20.0 + (640.0 - 200.0) / 20.0)
    assert of_20 / old == found["support_ratio"]


def test_age_groups_are_of_five_years_and_one_that_is_open():
    groups = five_year_groups(np.arange(101, dtype=np.float32))
    assert groups.shape == (21,)
    assert groups[0] == 10.0
    assert groups[-1] == 100.0
    assert groups.sum() == 5050.0


def test_people_of_a_generation_grow_a_year_older_every_year():
    dates = np.array([2025, 2026, 2027])
    people = np.broadcast_to(np.arange(101.0), (1, 3, 101))
    found = cohorts(people, dates, (1900, 1926, 2000, 2025, 2040))
    assert sorted(found) == [1926, 2000, 2025]
    np.testing.assert_array_equal(found[2000][0], [24, 25, 26])
    np.testing.assert_array_equal(found[1926][0], [98, 99, np.nan])
    np.testing.assert_array_equal(found[2025][0], [np.nan, 0, 1])


def test_the_peak_by_hand():
    dates = np.array([2025, 2026, 2027, 2028])
    population = np.array([[10, 9, 8, 7], [10, 12, 11, 9], [10, 11, 13, 12], [10, 11, 12, 13], [10, 10.5, 10.2, 9]])
    found = peak(population, dates, {2010: 9.0})
    np.testing.assert_allclose(found.probability, [0.2, 0.4, 0.2, 0.2])
    np.testing.assert_allclose(found.before, [0.0, 0.2, 0.6, 0.8])
    assert (found.past_year, found.most_likely) == (2025, 2026)
    assert (found.already_past, found.not_reached) == (0.2, 0.2)


def test_a_larger_past_is_the_peak():
    population = np.array([[10.0, 12.0, 11.0], [10.0, 16.0, 11.0]])
    found = peak(population, np.array([2025, 2026, 2027]), {2010: 15.0})
    np.testing.assert_allclose(found.probability, [0.5, 0.5, 0.0])
    assert found.past_year == 2010


def test_probabilities_of_the_peak_sum_to_one(answer):
    assert answer.peak.probability.sum() == pytest.approx(1.0)
    assert (np.diff(answer.peak.before) >= 0.0).all()


def test_the_peak_of_japan_is_past(panel, runs):
    japan = population_answer(panel, _request("JPN"), runs=runs)
    assert japan.peak.already_past == 1.0
    assert 2005 <= japan.peak.past_year <= 2012
    words = f"it is already past (it was largest in {japan.peak.past_year}): 100%."
    assert peak_words(japan) == f"These are the probabilities of the date on which the population peaks: {words}"


# Files


def test_the_table_is_tidy_and_complete(kazakhstan):
    table = population_table(kazakhstan)
    assert not table.duplicated(["year", "measure", "sex", "age", "source"]).any()
    people = table[(table["measure"] == "population") & (table["source"] == "Corridor")]
    assert len(people) == len(kazakhstan.dates) * 3 * 22
    cell = people[(people["year"] == LAST) & (people["sex"] == "male") & (people["age"] == "20-24")]
    np.testing.assert_array_equal(cell[list(BOUNDS)].to_numpy()[0], kazakhstan.people[:, -1, 1, 4])
    assert {"births", "net_migration", "median_age", "support_ratio", "born_2000"} <= set(table["measure"])


def test_the_page_needs_nothing_from_elsewhere_and_does_not_change(kazakhstan):
    page = population_page(kazakhstan)
    assert tells(words_of_page(page)) == []
    assert page == population_page(kazakhstan)
    assert page.count("<svg") == 6
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert kazakhstan.request.command.replace('"', "&#34;") in page


def test_nothing_is_written_where_a_folder_cannot_be(kazakhstan, panel, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="Name another folder"):
        write_population(kazakhstan, panel, tmp_path / "file")
    assert [place.name for place in tmp_path.iterdir()] == ["file"]


def test_it_says_how_it_was_made(kazakhstan, panel):
    made = how_it_was_made(kazakhstan, panel)
    assert made["command"] == (
        f'corridor population "Kazakhstan" --to {LAST} --trajectories {FEW} --seed 1 --anchor un --mode flows'
    )
    assert made["panel"] == {name: panel.entry(name).sha256 for name in panel.names()}


def test_a_request_from_python_is_checked_too():
    assert replace(_request(), last=2100).last == 2100
    with pytest.raises(InputError, match=r"--to.*\n.*--trajectories.*\n.*--mode"):
        replace(_request(), last=1999, trajectories=1, mode=cast("Mode", "none"))


def test_a_run_that_takes_too_much_is_refused(runs, monkeypatch):
    assert plan_request(runs, _request()).memory < 2e9
    monkeypatch.setattr("corridor.reports.population.answer.MOST_MEMORY", 0.8e9)
    with pytest.raises(InputError, match=r"more than 0\.80 GB of memory"):
        plan_request(runs, replace(_request(), trajectories=10_000))


def test_a_summary_needs_trajectories_only(runs, kazakhstan):
    group = _followed(runs, "KAZ")
    central = GroupTrajectories(*(values[:1] for values in (group.people, group.births, group.deaths, group.net)))
    again = summarise(kazakhstan.request, group, central, kazakhstan.past, kazakhstan.un)
    assert again.people.shape == (len(UN_BOUNDS), len(kazakhstan.dates), 3, 22)
    bounds = [0, 1, 3, 4]
    np.testing.assert_array_equal(again.people[bounds], kazakhstan.people[bounds])
    np.testing.assert_allclose(again.people[2, :, -1, -1], group.people[0].sum(axis=(1, 2)), rtol=1e-6)


# The command


@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "population", "corridor.cli.population_command")


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize(
    ("by", "words"),
    [("total", "2030"), ("age", "100+"), ("sex", "female"), ("year", "2027")],
)
def test_the_command_prints_and_writes(by, words, tmp_path):
    size = ["--to", "2033", "--trajectories", "20", "--by", by]
    done = CliRunner().invoke(main, ["population", "KAZ", *size, "-o", str(tmp_path / "out")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "GB of memory" in done.stderr
    assert words in done.stdout
    written = {place.name for place in (tmp_path / "out").iterdir()}
    tables = {f"{name}{suffix}" for name in ("population", "population_peak") for suffix in (".csv", ".parquet")}
    assert written == tables | {"population.html", "made.json"}
    csv, parquet = (pd.read_csv(tmp_path / "out/population.csv"), pd.read_parquet(tmp_path / "out/population.parquet"))
    np.testing.assert_allclose(csv["central"], parquet["central"], rtol=1e-9)
    assert json.loads((tmp_path / "out/made.json").read_text())["settings"]["members"] == ["KAZ"]


@pytest.mark.usefixtures("_known")
def test_every_mistake_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    wrong = ["--to", "1999", "--trajectories", "3", "--seed", "x", "--anchor", "u", "--mode", "flow", "--by", "ages"]
    done = CliRunner().invoke(main, ["population", "Kazakstan", *wrong, "-o", str(tmp_path / "file")])
    assert done.exit_code == 2
    for part in ("Kazakhstan", "--to", "--trajectories", "--seed", "--anchor", "--mode", "--by", "goes into a folder"):
        assert part in done.output
    assert [place.name for place in tmp_path.iterdir()] == ["file"]


# Scenarios


def test_a_scenario_drives_the_moves_and_leaves_births_and_deaths_as_drawn(panel):
    plain = population_answer(panel, _request("KWT", mode="birthplaces"))
    off = population_answer(panel, _request("KWT", mode=None, scenario="no-channels"))
    ranges = [0, 1, 3, 4]
    np.testing.assert_array_equal(off.people[ranges], plain.people[ranges])
    driven = population_answer(panel, _request("KWT", mode=None, scenario="baseline"))
    assert driven.request.mode == "birthplaces"
    np.testing.assert_array_equal(driven.people[:, :2], plain.people[:, :2])  # the base year's moves are the same
    assert not np.array_equal(driven.people[:, -1], plain.people[:, -1])


def test_the_command_of_a_scenario_and_what_is_stored():
    request = _request("KAZ", mode=None, scenario="ssp3-7.0", settings=("income.damages=kahn",))
    assert request.command.endswith("--mode birthplaces --scenario ssp3-7.0 --set income.damages=kahn")
    assert request.scenario is not None
    assert request.scenario.settings.damages == "kahn"


def test_a_scenario_in_a_folder_with_a_space_can_be_asked_for_again(tmp_path):
    (tmp_path / "my scenarios").mkdir()
    file = tmp_path / "my scenarios" / "mine.toml"
    file.write_text('title = "Mine"\n\n[income]\ndamages = "kahn"\n')
    request = _request("KAZ", mode=None, scenario=str(file))
    assert shlex.split(request.command)[-2:] == ["--scenario", str(file)]


def test_channels_need_birthplaces_and_a_known_scenario():
    with pytest.raises(InputError) as told:
        _request("KAZ", mode="flows", scenario="ssp3-7")
    said = str(told.value)
    assert "people by birthplace" in said
    assert "ssp3-7.0" in said
