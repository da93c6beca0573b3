"""Sobol' indices: against functions whose indices are known, then of the world: what can act, acts, and is told."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.analysis.attribution import end_moves, repeated
from corridor.analysis.sensitivity import (
    acting_parameters,
    chance_at,
    median_paths,
    plan_sensitivity,
    sensitivity,
)
from corridor.analysis.sobol import sobol_indices, sobol_points
from corridor.analysis.views import measure
from corridor.areas import WORLD, codes
from corridor.cli import main
from corridor.drivers.assembly import central_chance, driving_of, everything
from corridor.drivers.channel import Settings
from corridor.drivers.levers import ReturnProgramme, Visa
from corridor.drivers.parameters import Fixed
from corridor.drivers.registry import CHANNELS, PARAMETERS, TITLES, without_climate
from corridor.errors import InputError
from corridor.figures import svg
from corridor.figures.bars import Bar, bars
from corridor.projection.runs import load_runs
from corridor.reports.sensitivity.answer import check_sensitivity_request, outputs_of
from corridor.reports.sensitivity.page import (
    beyond_words,
    first_words,
    indices_table,
    method_words,
    outputs_table,
    sensitivity_page,
)
from tests.plain_words import tells, words_of_page
from tests.scenarios import policy_of

if TYPE_CHECKING:
    from corridor.analysis.sensitivity import Sensitivity
    from corridor.projection.runs import Runs
    from corridor.reports.sensitivity.answer import SensitivityRequest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "sensitivity.md"
LAST = 2030
FEW = 8
READERS = ((pd.read_csv, "csv"), (pd.read_parquet, "parquet"))
CALM = Settings(off=frozenset({"slow_onset", "displacement"}))
SETTINGS = {
    "baseline": Settings(),
    "burke": Settings(damages="burke-hsiang-miguel"),
    "kahn": Settings(damages="kahn"),
    "no damages": Settings(damages="none"),
    "damages off": Settings(off=frozenset({"damages"})),
    "no climate": without_climate(Settings()),
    "income unfelt": Settings(off=frozenset({"income", "immobility", "slow_onset", "displacement"})),
    "income unfelt, climate direct": Settings(off=frozenset({"income", "immobility"})),
    "no people": Settings(off=frozenset({"ageing", "network", "exposure"})),
    "percentile": Settings(percentile=80.0),
    "own path": Settings(own_warming={2010: 1.0, 2025: 1.3, 2100: 2.7}),
    "bds": Settings(demand="bds", off=frozenset({"bds"})),
    "policy": Settings(policies=(policy_of("a law", ("UZB",), ("KOR",), 0.5, 2026),)),
}


@pytest.fixture(scope="module")
def runs(panel) -> Runs:
    return load_runs(panel, LAST, "observed")


def _request(*target: str, **changed: Any) -> SensitivityRequest:
    words: dict[str, Any] = {"last": LAST, "scenario": "baseline", "anchor": "observed", "samples": FEW, "seed": 1}
    return check_sensitivity_request(target or ("CICA",), settings=(), folder=Path(), **{**words, **changed})


@pytest.fixture(scope="module")
def found(runs) -> Sensitivity:
    request = _request()
    return sensitivity(runs, request.plan, request.views)


# The library, through the code that the world goes through


def test_indices_of_ishigami_are_those_worked_out_by_hand():
    points = np.pi * (2.0 * sobol_points(3, 2048, 1) - 1.0)
    x, y, z = np.moveaxis(points, -1, 0)
    a, b = 7.0, 0.1
    indices = sobol_indices((np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x))[None], 1)
    alone, mixed = (1.0 + b * np.pi**4 / 5.0) ** 2 / 2.0, 8.0 * b**2 * np.pi**8 / 225.0
    parts = np.array([alone, a**2 / 8.0, 0.0])
    total = parts + np.array([mixed, 0.0, mixed])
    variance = parts.sum() + mixed
    np.testing.assert_allclose(indices.first[0], parts / variance, atol=0.02)
    np.testing.assert_allclose(indices.total[0], total / variance, atol=0.02)
    low, high = indices.total_range[:, 0]
    assert (low <= total / variance).all()
    assert (total / variance <= high).all()


def test_parts_of_a_sum_are_their_variances_and_outputs_stand_apart():
    weights = np.array([[3.0, 2.0, 1.0, 0.0], [0.0, 0.0, 0.0, 5.0], [0.0, 0.0, 0.0, 0.0]])
    values = 100.0 + np.moveaxis(sobol_points(4, 1024, 2) @ weights.T, -1, 0)
    indices = sobol_indices(values, 1)
    expected = weights[:2] ** 2 / (weights[:2] ** 2).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(indices.first[:2], expected, atol=0.02)
    np.testing.assert_allclose(indices.total[:2], expected, atol=0.02)
    assert (indices.total[0, 3], indices.total[1, 0]) == (0.0, 0.0)
    assert not indices.first[2].any()
    assert not indices.total_range[:, 2].any()


def test_one_input_and_one_output_keep_their_axes():
    indices = sobol_indices(sobol_points(1, 256, 1)[None, ..., 0] ** 2, 1)
    assert indices.first.shape == indices.total.shape == (1, 1)
    assert indices.total_range.shape == (2, 1, 1)
    np.testing.assert_allclose([indices.first[0, 0], indices.total[0, 0]], 1.0, atol=0.02)


def test_intervals_narrow_with_samples_and_repeat_by_seed():
    def of(samples: int, seed: int):
        points = sobol_points(2, samples, seed)
        return sobol_indices((points[..., 0] + points[..., 1] ** 2)[None], seed)

    few, many = of(32, 1), of(512, 1)
    assert (np.diff(many.total_range, axis=0) < np.diff(few.total_range, axis=0)).all()
    np.testing.assert_array_equal(of(32, 1).total_range, few.total_range)
    assert (of(32, 2).total != few.total).all()


def test_only_one_input_changes_between_a_and_each_mixed_sample():
    points = sobol_points(5, 16, 3)
    for each in range(5):
        np.testing.assert_array_equal(points[2 + each, :, each], points[1, :, each])
        others = np.arange(5) != each
        np.testing.assert_array_equal(points[2 + each][:, others], points[0][:, others])


# What can act


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_parameter_is_listed_if_and_only_if_it_changes_what_drives(settings, runs):
    uncertain = [parameter for parameter in PARAMETERS if not isinstance(parameter.prior, Fixed)]
    points = np.vstack([np.full(len(uncertain), 0.5), 0.5 + 0.45 * np.eye(len(uncertain))])
    driving = driving_of(runs.conditions, everything(settings), settings, chance_at(runs.conditions, uncertain, points))
    parts = (driving.effects.push, driving.effects.pull, driving.ageing, driving.network)
    changed = np.stack([(part[1:] != part[:1]).reshape(len(uncertain), -1).any(axis=1) for part in parts], axis=1)
    changing = [parameter.name for parameter, at in zip(uncertain, changed, strict=True) if at.any()]
    assert [parameter.name for parameter in acting_parameters(settings)] == changing


@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_of_a_channel_that_is_off_is_listed(channel):
    off = acting_parameters(Settings(off=frozenset({channel})))
    assert not [parameter.name for parameter in off if parameter.name.startswith(f"{channel}.")]
    assert len(off) < len(acting_parameters(Settings())) or channel in {"exposure", "bds", "own", "returns", "policy"}


def test_what_is_fixed_is_not_listed():
    fixed = acting_parameters(Settings(fixed={"network.elasticity": 0.3}))
    assert next(each for each in acting_parameters(Settings()) if each not in fixed).name == "network.elasticity"
    assert not any(isinstance(each.prior, Fixed) for each in fixed)


def test_the_response_in_place_of_our_channels_draws_nothing_but_is_climate():
    listed = [parameter.name for parameter in acting_parameters(Settings(demand="bds"))]
    assert {name.split(".")[0] for name in listed} == {"ageing", "income", "immobility", "network"}
    assert len(plan_sensitivity(Settings(demand="bds"), 8, 1).parts) == 2
    assert len(plan_sensitivity(Settings(demand="bds", off=frozenset({"bds"})), 8, 1).parts) == 1


def test_a_scenario_that_leaves_nothing_uncertain_is_refused():
    with pytest.raises(InputError, match="Switch a channel on"):
        plan_sensitivity(Settings(off=frozenset(CHANNELS)), 8, 1)


def test_points_are_quantiles_and_the_middle_is_the_centre(runs):
    parameters, central = acting_parameters(Settings()), central_chance(runs.conditions)
    middle = chance_at(runs.conditions, parameters, np.full((3, len(parameters)), 0.5))
    for name in central.values:
        expected = np.repeat(central.values[name], 3)
        np.testing.assert_allclose(middle.values[name], expected, rtol=1e-12)
    np.testing.assert_array_equal(middle.per_degree, np.repeat(central.per_degree, 3, axis=0))
    strength = next(each for each in parameters if each.name == "immobility.strength")
    low = chance_at(runs.conditions, (strength,), np.array([[0.25]])).values["immobility.strength"]
    np.testing.assert_allclose(3.0 * low**2 - 2.0 * low**3, 0.25, rtol=1e-9)  # beta(2, 2) in closed form


def test_without_climate_each_set_of_values_that_differs_runs_once():
    plan = plan_sensitivity(Settings(), 16, 1)
    full, calm = plan.parts
    assert len(full.points) == 16 * (len(plan.parameters) + 2)
    assert len(calm.points) == 16 * (len(calm.parameters) + 2)
    assert plan.size == len(full.points) + len(calm.points)
    points = sobol_points(len(plan.parameters), 16, 1).reshape(-1, len(plan.parameters))
    for part in plan.parts:
        columns = [plan.parameters.index(parameter) for parameter in part.parameters]
        np.testing.assert_array_equal(part.points[part.of_point], points[:, columns])
    assert len(plan_sensitivity(without_climate(Settings()), 16, 1).parts) == 1


# Of the world


def test_a_run_is_the_deterministic_run_at_the_same_values(runs):
    parameters = acting_parameters(Settings())
    points = np.random.default_rng(4).random((2, len(parameters)))
    _, views = outputs_of(["CICA"])
    for settings in (Settings(), without_climate(Settings())):
        driving = driving_of(
            runs.conditions, everything(settings), settings, chance_at(runs.conditions, parameters, points)
        )
        moves = end_moves(runs.world, repeated(median_paths(runs.world), driving), views)[1]
        for draw in range(2):
            *_, (_, year) = runs.follow(driving, draw)
            np.testing.assert_allclose(moves[draw], measure(views, year.flows), rtol=1e-9)


def test_batches_and_workers_do_not_change_a_result(panel):
    runs = load_runs(panel, 2026, "observed")
    plan, (_, views) = plan_sensitivity(CALM, FEW, 1), outputs_of(["KAZ"])
    done: list[int] = []
    one = sensitivity(runs, plan, views, batch=7, workers=1, progress=done.append)
    two = sensitivity(runs, plan, views, batch=32, workers=2)
    assert sum(done) == plan.size == one.runs
    np.testing.assert_array_equal(one.moves, two.moves)
    for name in ("first", "total", "first_range", "total_range"):
        np.testing.assert_array_equal(getattr(one.indices, name), getattr(two.indices, name))


def test_the_seed_chooses_the_points():
    one, same, other = (plan_sensitivity(Settings(), FEW, seed).parts[0].points for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).all()


def test_what_climate_adds_answers_to_climate(found):
    outputs, names = found.outputs, found.parameters
    assert outputs[:4] == ("moves in the world", "moves in, CICA", "moves out, CICA", "moves within, CICA")
    assert outputs[4:] == tuple(f"{output}, by climate" for output in outputs[:4])
    climate = [name.startswith(("temperature", "slow_onset", "displacement", "damages")) for name in names]
    total = found.indices.total
    assert (total[4:, climate].sum(axis=1) > 2.0 * total[4:, np.logical_not(climate)].sum(axis=1)).all()
    assert (total[4:6].argmax(axis=1) == names.index("slow_onset.constant")).all()
    assert (found.moves[:4] > 0.0).all()
    assert (found.moves.std(axis=1) > 0.0).all()


def test_targets_are_read_as_elsewhere():
    assert [view.name for view in outputs_of([WORLD])[1]] == ["moves in the world"]
    assert len(outputs_of(["KAZ"])[1]) == 3
    name, views = outputs_of(["UZB", "Russia"])
    assert name.startswith("Uzbekistan to ")
    flows = np.arange(len(codes()) ** 2, dtype=np.float64).reshape(len(codes()), -1)
    assert measure(views, flows)[1] == flows[codes().index("UZB"), codes().index("RUS")]
    for wrong in (["KAZ", "KAZ"], ["CICA", "KAZ"], ["KAZ", "UZB", "RUS"], ["Atlantis"]):
        with pytest.raises(InputError):
            outputs_of(wrong)


# What is told


def test_tables_are_tidy_and_the_page_needs_nothing_from_elsewhere(found):
    request = _request()
    table = indices_table(found)
    assert len(table) == 2 * found.indices.total.size
    assert not table.duplicated(["output", "parameter", "order"]).any()
    totals = table[table["order"] == "total"]
    assert totals.groupby("output", sort=False)["index"].apply(lambda part: part.is_monotonic_decreasing).all()
    row = totals[(totals["output"] == found.outputs[1]) & (totals["parameter"] == found.parameters[2])].iloc[0]
    assert row["index"] == found.indices.total[1, 2]
    assert (row["lower_95"], row["upper_95"]) == tuple(found.indices.total_range[:, 1, 2])
    measured = outputs_table(found)
    assert (measured["lower_80"] < measured["upper_80"]).all()
    page = sensitivity_page(found, request)
    assert tells(words_of_page(page)) == []
    assert page == sensitivity_page(found, request)
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert page.count("<svg") == len(found.outputs)
    leading = found.parameters[int(found.indices.total[0].argmax())]
    words = first_words(found, request)
    assert words.startswith("The number of moves depends most on ")
    assert TITLES[leading] in words
    assert "the effect of climate on “Slow onset: all areas”" in words
    assert "emigration propensities and the pattern of warming over areas are at their medians" in method_words(
        found, request
    )


def test_every_parameter_has_a_title_of_its_own():
    assert all(parameter.title for parameter in PARAMETERS)
    assert len(set(TITLES.values())) == len(TITLES)


def test_indices_outside_of_shares_are_told_with_their_intervals(found):
    request = _request()
    within = replace(
        found.indices, total=np.clip(found.indices.total, 0, 1), total_range=np.clip(found.indices.total_range, 0, 1)
    )
    assert beyond_words(replace(found, indices=within), request) == ""
    total, bounds = within.total.copy(), within.total_range.copy()
    total[0, 1], bounds[:, 0, 1] = 1.04, (0.8, 1.3)
    said = beyond_words(replace(found, indices=replace(within, total=total, total_range=bounds)), request)
    assert f"“{TITLES[found.parameters[1]]}” for {found.outputs[0]}, 1.04 (0.80 to 1.30)" in said
    assert "Read values above 1 as 1" in said
    said = beyond_words(replace(found, indices=replace(within, total_range=bounds)), request)
    assert "only ends of intervals" in said


def test_bars_are_as_long_as_their_values():
    items = [Bar("a.b", 0.8, 0.6, 1.3), Bar("c.d", 0.2, 0.1, 0.3), Bar("e.f", 0.0, -0.1, 0.1)]
    tree = ET.fromstring(bars("k", items, heading="Indices"))  # noqa: S314 - the markup is our own
    space = "{http://www.w3.org/2000/svg}"
    widths = [float(each.get("width", "0")) for each in tree.iter(f"{space}rect")]
    np.testing.assert_allclose(widths[0], 4.0 * widths[1], atol=0.3)
    assert widths[2] == 0.0
    assert {"a.b", "c.d", "e.f"} <= {each.text for each in tree.iter(f"{space}text")}
    assert svg.message("k", 1, 1, "h", "w").split(">")[0].split()[0] == bars("k", [], heading="h").split()[0]


def test_the_command_prints_and_writes(tmp_path):
    options = ["--to", "2026", "--samples", "8", "--set", "channels.slow_onset=false", "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(main, ["sensitivity", "UZB", "RUS", *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "; 10 parameters vary" in done.stderr
    assert TITLES["immobility.strength"] in done.stdout
    assert "immobility.strength" not in done.stdout
    tables = ("sensitivity", "sensitivity_outputs", "sensitivity_parameters")
    expected = {f"{name}{suffix}" for name in tables for suffix in (".csv", ".parquet")}
    assert {place.name for place in (tmp_path / "out").iterdir()} == expected | {"sensitivity.html", "made.json"}
    csv, parquet = (read(tmp_path / f"out/sensitivity.{kind}") for read, kind in READERS)
    pd.testing.assert_frame_equal(csv, parquet, check_dtype=False, rtol=1e-9)
    assert not csv["parameter"].str.startswith("slow_onset").any()
    made = json.loads((tmp_path / "out/made.json").read_text())
    assert made["command"].startswith('corridor sensitivity "UZB" "RUS" --to 2026 --scenario baseline')
    assert made["settings"]["scenario"]["settings"]["channels"]["slow_onset"] is False


def test_every_mistake_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    wrong = ["--to", "1999", "--samples", "65", "--seed", "x", "--anchor", "u", "--scenario", "basline"]
    options = [*wrong, "--set", "climate.pathway=SSP9", "-o", str(tmp_path / "file")]
    done = CliRunner().invoke(main, ["sensitivity", "Kazakstan", *options])
    assert done.exit_code == 2
    told = ("Kazakhstan", "--to", "--samples", "--seed", "--anchor", "baseline", "SSP9", "goes into a folder")
    for part in told:
        assert part in done.output, part
    done = CliRunner().invoke(main, ["sensitivity", "KAZ", "--set", "channels.all=false", "-o", str(tmp_path / "x")])
    assert done.exit_code == 2
    assert "Switch a channel on" in done.output


# The page


def _documented() -> list[dict[str, list[float]]]:
    """Both tables of the page, moves and what climate adds: parameter -> total indices by output."""
    text = PAGE.read_text(encoding="utf-8")
    tables = re.split(r"^\| parameter .*$", text, flags=re.MULTILINE)[1:]
    rows = [re.findall(r"^\| [^|`]*\(`([a-z_.]+)`\) +\|(.*)\|$", table, re.MULTILINE) for table in tables]
    return [{name: [float(cell.split()[0]) for cell in cells.split("|")] for name, cells in table} for table in rows]


def test_the_page_names_every_parameter_that_acts_and_none_that_is_not():
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE.read_text(encoding="utf-8")))
    of_channels = {name for name in named if name.split(".")[0] in {*CHANNELS, "temperature"}}
    acting = {parameter.name for parameter in acting_parameters(Settings())}
    assert of_channels == acting
    assert [set(table) for table in _documented()] == [acting, acting]


def test_what_matters_on_the_page_matters_in_a_small_run(panel):
    """Who has a fifth or more on the page is among the first four; who has little everywhere stays at the median."""
    documented = _documented()
    hardly = {name for name in documented[0] if max(*documented[0][name], *documented[1][name]) < 0.05}
    fixed = {parameter.name: parameter.central for parameter in PARAMETERS if parameter.name in hardly}
    assert len(fixed) == 8
    runs = load_runs(panel, 2060, "blended")
    plan, (_, views) = plan_sensitivity(Settings(fixed=fixed), FEW, 1), outputs_of(["CICA"])
    found = sensitivity(runs, plan, views)
    for row, output in enumerate(found.outputs):
        table, column = documented[row // len(views)], row % len(views)
        leading = {name for name, totals in table.items() if totals[column] >= 0.2}
        assert 1 <= len(leading) <= 3
        largest = np.argsort(-found.indices.total[row])[:4]
        assert {found.parameters[at] for at in largest} >= leading, output


def test_numbers_of_the_gate_are_listed_where_levers_use_them():
    visa = Visa(
        name="visa", origins=("UZB",), destinations=("KOR",), refusals=1.2, start=2027, source="a test", status="J"
    )
    home = ReturnProgramme(
        name="home", origins=("UZB",), destinations=("KOR",), effect=0.2, start=2027, source="a test", status="J"
    )
    shares = ["policy.irregular_share", "policy.unmet_share", "policy.redirected", "policy.redirected_skilled"]
    for levers, names in (((visa,), [*shares, "policy.visa_refusals"]), ((home,), [])):
        listed = acting_parameters(Settings(levers=levers))
        added = [each.name for each in listed if each not in acting_parameters(Settings())]
        assert sorted(added) == sorted(names)
        assert acting_parameters(Settings(levers=levers, off=frozenset({"policy"}))) == acting_parameters(Settings())
