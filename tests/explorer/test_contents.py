"""The contents of an explorer hold the figures of runs, as every command states them."""

from __future__ import annotations

import numpy as np
import pytest

import corridor
from corridor.areas import codes, index, members
from corridor.explorer.container import unpack
from corridor.explorer.contents import BASELINE, asked_of, asked_of_run, contents_of, prepare, runs_of, shipped_scenario
from corridor.explorer.russian import russian
from corridor.scenario.source import shipped_names
from corridor.stored_runs.run_folder import open_run

LAST = 2031
FINE, COARSE = 2.0**-11, 2.0**-7
"""Relative errors of rounded figures, and of bounds and differences, twice what they are at most."""


@pytest.fixture(scope="module")
def world():
    return corridor.World.load(to=LAST)


@pytest.fixture(scope="module")
def prepared():
    return prepare(asked_of("CICA", LAST, "corridor explorer", beside=("closed-doors", "no-climate")))


@pytest.fixture(scope="module")
def done():
    return []


@pytest.fixture(scope="module")
def contents(prepared, done):
    return unpack(contents_of(prepared, progress=done.append))


def ends(arrays):
    return arrays["corridor/orig"].astype(int), arrays["corridor/dest"].astype(int)


def test_every_run_is_counted(prepared, contents, done):
    assert contents
    assert sum(done) == runs_of(prepared.asked) == 2 + 16


def test_the_baseline_is_that_of_the_api(world, contents):
    _, arrays = contents
    run = world.run()
    orig, dest = ends(arrays)
    np.testing.assert_allclose(arrays["s0/flows"], run.flows.values[:, orig, dest].T, rtol=FINE, atol=1e-3)
    frame = run.to_frame().pivot_table(index="area", columns="year", values="moves_in").loc[list(codes())]
    np.testing.assert_allclose(arrays["s0/areas/moves_in"], frame, rtol=FINE, atol=1e-3)
    people = run.population.values[0].sum(axis=(1, 2))
    np.testing.assert_allclose(arrays["s0/ages"][0].sum(axis=(1, 2)), people, rtol=FINE, atol=1.0)


def test_other_scenarios_are_differences(world, contents):
    header, arrays = contents
    orig, dest = ends(arrays)
    base, other = (world.run(name).flows.values[:, orig, dest].T for name in (BASELINE, "closed-doors"))
    at = [each["key"] for each in header["scenarios"]].index("closed-doors")
    off = np.maximum(0.51, np.maximum(0.00051 * base, COARSE * np.abs(other - base)))
    assert (np.abs(arrays[f"s{at}/flows"] - (other - base)) <= off).all()


def test_all_corridors_within_the_group_and_the_largest_are_kept(world, contents):
    _, arrays = contents
    kept = set(zip(*ends(arrays), strict=True))
    flows = world.run().flows.values.max(axis=0)
    inside = [index(area.iso3) for area in members("CICA")]
    assert all((o, d) in kept for o in inside for d in inside if o != d and flows[o, d] >= 5.0)
    assert len(kept) >= 5000
    largest = np.unravel_index(np.argsort(-flows, axis=None)[:3000], flows.shape)
    assert all(pair in kept for pair in zip(*map(list, largest), strict=True))


def test_the_split_is_that_of_the_ledger(contents):
    header, arrays = contents
    at = [each["key"] for each in header["scenarios"]].index("closed-doors")
    table = corridor.ledger("IND", "ARE", scenario="closed-doors", to=LAST, draws=0).to_frame()
    values = table[table["side"] == "India"].set_index(["figure", "case"])["value"]
    orig, dest = ends(arrays)
    corridors = arrays[f"s{at}/gate/corridors"].astype(int)
    (place,) = [k for k, c in enumerate(corridors) if (orig[c], dest[c]) == (index("IND"), index("ARE"))]
    names = {"legal": "Leave legally", "irregular": "Leave irregularly", "unmet": "Would leave and do not: unmet"}
    for part, figure in names.items():
        value = float(arrays[f"s{at}/gate/{part}"][place, -1])
        assert value == pytest.approx(values[figure, "scenario"], rel=2 * COARSE)
    k = corridors[place]
    outward = float(arrays["s0/outward_share"][k, -1]) * float(arrays["s0/flows"][k, -1])
    for part in ("irregular", "unmet"):
        value = float(arrays[f"s{at}/gate/{part}_today"][place]) * outward
        assert value == pytest.approx(values[names[part], "baseline"], rel=4 * FINE)


def test_causes_add_up(contents):
    header, arrays = contents
    causes, flows = arrays["s0/causes/flows"].astype(float), arrays["s0/flows"].astype(float)
    years = [year - header["future"][0] for year in header["causeYears"]]
    change = flows[:, years] - flows[:, :1]
    off = np.abs(causes).sum(axis=0) * COARSE + flows[:, years] * FINE + flows[:, :1] * FINE + 0.1
    assert (np.abs(causes.sum(axis=0) - change) <= off).all()


def test_small_risks_are_kept(contents):
    _, arrays = contents
    low, high = (arrays[f"corridor/risk_{end}"] for end in ("low", "high"))
    assert (low > 0.0).all()
    assert (high > low).all()


def test_past_moves_are_those_of_the_api(contents):
    _, arrays = contents
    orig, dest = ends(arrays)
    table = corridor.past_flows(period=2019, orig="UZB", dest="RUS")
    (place,) = [k for k in range(len(orig)) if (orig[k], dest[k]) == (index("UZB"), index("RUS"))]
    row = table.iloc[0]
    for name, column in (("flows", "moves"), ("low", "lower"), ("high", "upper")):
        assert arrays[f"past/{name}"][place, 2019 - 1990] == pytest.approx(row[column], rel=4 * COARSE)


def test_a_stored_run_brings_its_bounds(tmp_path, world):
    world.run("korea-eps-doubled", draws=8, corridors=[("VNM", "KOR"), ("KOR", "VNM")], store=tmp_path / "run")
    asked = asked_of_run(open_run(tmp_path / "run"), "CICA", "corridor explorer run", beside=())
    header, arrays = unpack(contents_of(prepare(asked)))
    assert [each["key"] for each in header["scenarios"]] == [BASELINE, "korea-eps-doubled"]
    assert (header["start"], header["scenarios"][1]["draws"]) == ("korea-eps-doubled", 8)
    assert header["made"]["digest"] == open_run(tmp_path / "run").digest
    bounds = arrays["s1/bounds/flows"]
    assert bounds.shape[:2] == (4, 2)
    assert (np.diff(bounds, axis=0) >= 0.0).all()
    run = world.run("korea-eps-doubled", draws=8, corridors=[("VNM", "KOR"), ("KOR", "VNM")])
    wanted = np.quantile(run.drawn_flows().values, 0.9, axis=0)
    orig, dest = ends(arrays)
    kept = arrays["s1/bounds/corridors"].astype(int)
    at = [(codes()[orig[k]], codes()[dest[k]]) for k in kept].index(("VNM", "KOR"))
    central = run.flows.values[:, index("VNM"), index("KOR")]
    which = run.corridors.index(("VNM", "KOR"))
    np.testing.assert_allclose(bounds[2, at] + central, wanted[:, which], rtol=1e-3, atol=1.0)


def test_a_preview_is_the_scenario_that_the_contents_hold(prepared, contents):
    header, arrays = contents
    found, previewed = unpack(prepared.preview(shipped_scenario("closed-doors", LAST)))
    at = [each["key"] for each in header["scenarios"]].index("closed-doors")
    assert found["scenarios"][0]["digest"] == header["scenarios"][at]["digest"]
    for name, values in previewed.items():
        np.testing.assert_array_equal(values, arrays[name.replace("s1/", f"s{at}/")])


def test_everything_has_russian_words(contents):
    header, _ = contents
    assert set(russian()["scenarios"]) == set(shipped_names())
    assert {group["key"] for group in header["groups"]} == set(russian()["groups"])
    assert all(area["name"]["ru"] and area["name"]["kk"] for area in header["areas"])
