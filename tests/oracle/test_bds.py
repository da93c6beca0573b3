"""The world model of climate migration against its published table, reference values, and our page about it."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor import areas
from corridor.cli.printing import aligned
from corridor.data.tables.bds_import import import_bds, imported_bds, read_tables
from corridor.drivers.channels.bds import (
    COLUMNS,
    MENDED,
    PUBLISHED,
    VARIANTS,
    Parameters,
    calibrate,
    crossing_table,
    levels,
    solve,
    solve_all,
    totals_table,
    world_table,
)
from corridor.drivers.channels.bds_response import bds_response, rate_ratios
from corridor.drivers.channels.bds_tables import HIGH, LOW, RURAL, URBAN, world_of
from tests.references import need

need("data/bds")


PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "bds.md"
FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
CICA = tuple(area.iso3 for area in areas.members("CICA"))
WITHIN = 0.005  # millions: half of the last printed digit
MOST_SECONDS = 1.0  # CPU, four scenarios
TOTALS = {
    "RCP 4.5": (9.03, 27.06, 0.15, -0.30, 25.65, 7.94, 69.53),
    "Higher T": (8.98, 44.39, 0.34, -0.44, 41.12, 14.15, 108.54),
    "Higher SL": (30.14, 28.21, 0.19, -0.30, 25.76, 8.22, 92.23),
}


@pytest.fixture(scope="module")
def tables(sources):
    return read_tables(sources / "bds")


@pytest.fixture(scope="module")
def world(tables):
    return world_of(tables)


@pytest.fixture(scope="module")
def published(world):
    return solve_all(world, PUBLISHED)


@pytest.fixture(scope="module")
def mended(world):
    return solve_all(world, MENDED)


def cells(table):
    return table[[*COLUMNS, "Total"]].to_numpy(dtype=float)


def totals(world, parameters):
    table = world_table(solve_all(world, parameters), world.north)
    return table[table["year"] == "Total"].set_index("scenario")


# The published table ------------------------------------------------------------------------------------------------


def test_all_cells_of_the_published_table(published, world, oracle):
    known = pd.read_csv(oracle / "climate" / "bds_world_climate_migrants_millions.csv")
    table = world_table(published, world.north)
    assert list(table.columns) == list(known.columns)
    for name in ("scenario", "year"):
        assert table[name].tolist() == known[name].astype(str).tolist()
    difference = np.abs(cells(table) - cells(known))
    assert np.isfinite(difference).sum() == 102
    assert np.nanmax(difference) <= WITHIN


def test_total_rows(world):
    table = totals(world, PUBLISHED)
    for scenario, known in TOTALS.items():
        np.testing.assert_allclose(
            table.loc[f"delta {scenario}", [*COLUMNS, "Total"]].astype(float), known, atol=WITHIN
        )


def test_reference_values_of_the_calibration(world):
    start = calibrate(world, world.damage[2.09][0], PUBLISHED)
    india = world.codes.index("IND")
    assert start.technology.slope == pytest.approx(0.200831212768906, rel=1e-12)
    assert start.technology.kappa[URBAN, 0] == pytest.approx(0.100415606384453, rel=1e-12)
    np.testing.assert_allclose(start.technology.scale[:, india], [11029.388, 48630.103], atol=5e-4)
    np.testing.assert_allclose(start.wages[:, :, india], [[1143.453, 1515.740], [6125.689, 20785.149]], atol=5e-4)
    few = {(world.codes[place], int(skill)): start.natives[URBAN, skill, place] for skill, place in no_stayers(start)}
    assert few == {("NZL", HIGH): pytest.approx(15_548.9, abs=0.05), ("WSM", LOW): pytest.approx(32_268.7, abs=0.05)}
    assert (start.stayers[RURAL] > 0).all()


def no_stayers(start):
    return np.argwhere(start.stayers[URBAN] <= 0)


def test_the_levels_of_2010_in_every_scenario(published, world):
    for outcome in published.values():
        counted = levels(outcome, world.north)[0] / 1e6
        np.testing.assert_allclose(counted, [0, 516.606, 40.771, 2.897, 59.785, 74.561], atol=5e-4)


def test_people_without_climate_change(published):
    outcome = published["No CLC"]
    natives, residents = (each.sum(axis=(1, 2, 3)) / 1e6 for each in (outcome.natives, outcome.residents))
    np.testing.assert_allclose(natives, [3134.514, 3739.758, 3938.583, 4088.286], atol=5e-4)
    np.testing.assert_allclose(residents, [3134.514, 3739.633, 3938.513, 4088.256], atol=5e-4)


def test_emigrants_without_climate_change(published, world):
    emigrants = published["No CLC"].emigrants.sum(axis=2) / 1e6
    for code, known in {
        "IND": (13.018, 24.736, 28.895, 29.492),
        "BGD": (6.415, 9.231, 9.039, 7.712),
        "KAZ": (3.707, 5.739, 4.792, 3.273),
    }.items():
        np.testing.assert_allclose(emigrants[:, world.codes.index(code)], known, atol=5e-4)


def test_it_takes_as_many_rounds_as_published(published):
    assert {taken for outcome in published.values() for taken in outcome.rounds[1:]} == {24, 25}


@pytest.mark.parametrize("other", [{"damping": 1.0}, {"damping": 0.5}, {"tolerance": 1e-9}])
def test_the_equilibrium_does_not_hang_on_the_search(published, world, other):
    found = levels(solve(world, "Higher T", replace(PUBLISHED, **other)), world.north)
    np.testing.assert_allclose(found / 1e6, levels(published["Higher T"], world.north) / 1e6, rtol=0, atol=2e-9)


def test_four_scenarios_take_little_time(world):
    begin = time.process_time()
    solve_all(world)
    assert time.process_time() - begin <= MOST_SECONDS


# Mends and variations -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ({"own_flood": True}, (69.53, 108.54, 74.23)),
        ({"own_schooling": True}, (68.83, 107.37, 92.43)),
        ({"causal_share": 1.0}, (70.52, 110.11, 93.44)),
        ({"internal_ratio_high": None}, (69.95, 108.80, 91.37)),
        ({"chi": 0.0}, (69.96, 108.97, 93.60)),
    ],
)
def test_one_change_at_a_time(world, change, known):
    table = totals(world, replace(PUBLISHED, **change))
    np.testing.assert_allclose(table["Total"], known, atol=WITHIN)


def test_the_own_flood_leaves_fewer_flooded_at_home(world):
    local = totals(world, Parameters(own_flood=True)).loc["delta Higher SL", "Local"]
    assert local == pytest.approx(13.54, abs=WITHIN)


def test_arrivals_put_nine_cells_off_and_no_more_than_known(world, oracle):
    known = pd.read_csv(oracle / "climate" / "bds_world_climate_migrants_millions.csv")
    table = world_table(solve_all(world, Parameters(all_arrive=True)), world.north)
    off = np.abs(cells(table) - cells(known))
    assert (off > WITHIN).sum() == 9
    assert np.nanmax(off[:3]) == pytest.approx(0.028, abs=5e-4)
    assert off[3:].max() <= 0.01


def test_the_mended_world_loses_nobody(mended):
    for outcome in mended.values():
        natives, residents = (each.sum(axis=(1, 2, 3)) for each in (outcome.natives, outcome.residents))
        np.testing.assert_allclose(residents, natives, rtol=1e-9)


def test_the_published_shares_of_the_higher_sea_are_a_neighbours(tables, world):
    by_name = tables["countries"].sort_values("country")["iso3"].map(world.codes.index).to_numpy()
    own, higher = (world.flooded[label][:, :, by_name] for label in (4.5, 9.0))
    np.testing.assert_allclose(higher[:, :, 1:], 1.5 * own[:, :, :-1], rtol=0, atol=1e-12)
    assert not np.allclose(higher, 1.5 * own, atol=1e-3)


def test_higher_temperature_is_one_and_a_half_times_the_damage(world):
    normal = world.damage[2.09]
    np.testing.assert_allclose(world.damage[9.0], normal[0] + 1.5 * (normal - normal[0]), rtol=0, atol=1e-14)
    np.testing.assert_array_equal(world.damage[0.0], np.broadcast_to(normal[0], normal.shape))


def test_tongas_city_would_lack_people(world):
    named_otherwise = replace(world, codes=tuple("T" if code == "TON" else code for code in world.codes))
    tonga = world.codes.index("TON")
    stayers = [calibrate(each, world.damage[2.09][0], PUBLISHED).stayers for each in (world, named_otherwise)]
    assert stayers[0][URBAN, LOW, tonga] > 0 > stayers[1][URBAN, LOW, tonga]


# Response -----------------------------------------------------------------------------------------------------------


def test_effects_follow_productivity(mended, world):
    """Up where the origin loses more than the destinations of its emigrants, in total and by corridor."""
    base, warm = mended["No CLC"], mended["RCP 4.5"]
    push, pair = rate_ratios(warm, base)
    productivity = np.log(world.damage[2.09] / world.damage[2.09][0])[:, URBAN]
    shares = base.emigrants / base.emigrants.sum(axis=2, keepdims=True)
    abroad = np.einsum("tod,td->to", shares, productivity)
    for date in (1, 2, 3):
        assert np.corrcoef(push[date], abroad[date] - productivity[date])[0, 1] > 0.85
        many = base.emigrants[date] > 100
        differs = productivity[date] - abroad[date][:, None]
        assert np.corrcoef(pair[date][many], differs[many])[0, 1] > 0.98


def test_the_response_over_the_world_and_its_size(world):
    response = bds_response(world, range(2025, 2101))
    assert np.all(response.push[0] == 0)
    assert np.all(response.pair[0] == 0)
    assert len(response.absent) == 58
    last = dict(zip(areas.codes(), response.push[-1], strict=True))
    assert min(last[code] for code in ("IND", "BGD", "RUS", "MNG")) > 0 > max(last["AFG"], last["AZE"])
    assert all(-0.05 < last[code] < 0.12 for code in CICA)


# The page -----------------------------------------------------------------------------------------------------------


def lines(frame):
    words = frame.map(lambda cell: f"{round(cell, 2) + 0.0:.2f}" if isinstance(cell, float) else str(cell))
    return aligned([list(frame.columns), *words.to_numpy().tolist()], markdown=True)


def totals_lines(world):
    return lines(totals_table(world))


def crossing_lines(world):
    groups = {"World": world.codes, "CICA": CICA}
    one, other = (crossing_table(solve_all(world, each), world.codes, groups) for each in VARIANTS.values())
    both = {
        f"{name}, {variant}": each[name]
        for name in groups
        for variant, each in zip(VARIANTS, (one, other), strict=True)
    }
    return lines(one[["scenario", "year"]].assign(**both))


@pytest.mark.parametrize("make", [totals_lines, crossing_lines])
def test_the_tables_of_the_page_are_what_is_computed(make, world):
    made, written = make(world).splitlines(), PAGE.read_text().splitlines()
    first = written.index(made[0])
    assert "--" in written[first + 1]
    for line, documented in zip(made[2:], written[first + 2 : first + len(made)], strict=True):
        assert FIGURE.sub("", line).split() == FIGURE.sub("", documented).split()
        for figure, known in zip(FIGURE.findall(line), FIGURE.findall(documented), strict=True):
            step = 10.0 ** -len(known.partition(".")[2])  # processors differ where a figure lies between two digits
            assert abs(float(figure) - float(known)) < 1.5 * step, (line, documented)


def test_the_figures_in_the_words_of_the_page(published, mended, world):
    text = " ".join(PAGE.read_text().split())
    for sentence in (
        *sea_words(world),
        *people_words(published, mended, world),
        *crossing_words(published, mended, world),
    ):
        assert sentence in text


def sea_words(world):
    own = totals(world, Parameters(own_flood=True))[[*COLUMNS, "Total"]].astype(float)
    sea = own.loc["delta Higher SL"] - own.loc["delta RCP 4.5"]
    yield f"adds {sea['Total']:.1f} million to RCP 4.5, {100 * sea['Local'] / sea['Total']:.0f} % of them local"


def people_words(published, mended, world):
    plain, other = (outcomes["No CLC"] for outcomes in (published, mended))
    last = [each.natives[3].sum() / 1e6 for each in (other, plain)]
    yield f"{last[0]:,.0f} million natives in 2100 instead of {last[1]:,.0f}"
    shares = [
        100 * each.natives[:, :, HIGH].sum(axis=(1, 2)) / each.natives.sum(axis=(1, 2, 3)) for each in (plain, other)
    ]
    (first, second, *_), (_, mend, *_) = shares
    yield f"from {first:.0f} % of natives in 2010 to {second:.0f} % in 2040 as published and to {mend:.0f} % mended"
    lost = (plain.natives - plain.residents).sum(axis=(1, 2, 3)).max() / 1e6
    yield f"up to {lost:.2f} million people leave and live nowhere"
    guyana = world.codes.index("GUY")
    people = other.emigrants[3, guyana].sum(), mended["RCP 4.5"].emigrants[3, guyana].sum()
    push = rate_ratios(mended["RCP 4.5"], other)[0][3, guyana]
    up, down = 100 * np.expm1(push), 100 * (1 - people[1] / people[0])
    yield f"for Guyana the share of emigrants rises by {up:.0f} % in 2100 and their number falls by {down:.0f} %"


def crossing_words(published, mended, world):
    cica, everyone = np.isin(world.codes, CICA), np.full(len(world.codes), fill_value=True)

    def abroad(outcomes, origins, scenario="No CLC"):
        return outcomes[scenario].emigrants[:, origins].sum(axis=(1, 2)) / 1e6

    def rise(outcomes, scenario):
        return 100 * (abroad(outcomes, cica, scenario) / abroad(outcomes, cica) - 1)

    people, normal, hot = abroad(published, cica), rise(published, "RCP 4.5"), rise(published, "Higher T")
    yield f"from {people[0]:.1f} million in 2010 to {people[1]:.1f} in 2040 without climate change"
    yield f"RCP 4.5 adds {normal[1]:.1f} % in 2040 and {normal[3]:.1f} % in 2100, and Higher T {hot[3]:.1f} % in 2100"
    people, normal, hot = abroad(mended, cica), rise(mended, "RCP 4.5"), rise(mended, "Higher T")
    yield (
        f"In the mended variant there are {people[1]:.1f} million in 2040, and climate adds {normal[1]:.1f} %, "
        f"{normal[3]:.1f} % and {hot[3]:.1f} %"
    )
    one, other = abroad(published, everyone), abroad(mended, everyone)
    yield f"from {one[0]:.0f} million in 2010 to {one[3]:.0f} million in 2100 as published, {other[3]:.0f} mended"
    inside = [staying(totals(world, variant)) for variant in (PUBLISHED, MENDED)]
    yield f"{inside[0]:.0f} % stay in their country, {100 - inside[0]:.0f} % cross a border"
    yield f"mended {inside[1]:.0f} % and {100 - inside[1]:.0f} %"


def staying(table):
    row = table.loc["delta RCP 4.5"]
    return 100 * (row["Local"] + row["Int-reg"]) / row["Total"]


def test_the_page_names_the_areas_that_the_model_lacks(world):
    absent = bds_response(world, (2025,)).absent
    assert f"{len(absent)} areas are not in the model and keep zero: {' '.join(absent)}." in " ".join(
        PAGE.read_text().split()
    )


def test_the_copy_is_as_the_folder(sources, tables, tmp_path):
    import_bds(sources / "bds", tmp_path)
    for name, frame in imported_bds(tmp_path).items():
        pd.testing.assert_frame_equal(frame, tables[name])
