"""The world model of climate migration on a small world: its laws, its slips, its response as a channel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from corridor import areas
from corridor.cli import main
from corridor.data.tables import bds_import
from corridor.drivers.channel import BLOCKS, Part, Settings
from corridor.drivers.channels import bds_tables
from corridor.drivers.channels.bds import (
    COLUMNS,
    MENDED,
    PUBLISHED,
    SCENARIOS,
    Calibration,
    Choices,
    calibrate,
    choose,
    climate,
    crossing_table,
    emigrants_of,
    labour,
    levels,
    next_generation,
    skill_ratio,
    skill_weights,
    solve,
    solve_all,
    totals_table,
    wages,
    world_table,
)
from corridor.drivers.channels.bds_response import (
    CHANNEL,
    BdsResponse,
    asked,
    bds_response,
    rate_ratios,
    response_under,
    year_weights,
)
from corridor.drivers.channels.bds_tables import DRY, FLOODED, HIGH, LOW, RURAL, URBAN, BdsWorld, world_of
from corridor.drivers.parameters import STATUSES, central_values
from corridor.errors import InputError, NotConverged
from tests.bds_tables import CODES, NORTH, small_tables, write_tables
from tests.scenarios import policy_of

TEMPERATURE, SEA = SCENARIOS["RCP 4.5"]


@pytest.fixture(scope="module")
def world() -> BdsWorld:
    return world_of({name: frame.sample(frac=1, random_state=1) for name, frame in small_tables().items()})


@pytest.fixture(scope="module")
def start(world: BdsWorld) -> Calibration:
    return calibrate(world, world.damage[TEMPERATURE][0], MENDED)


def test_arrays_stand_in_the_order_of_codes_whatever_the_order_of_rows(world):
    tables = small_tables()
    fertility = tables["fertility_education"].set_index(["iso3", "region", "skill", "year"])
    assert world.codes == CODES
    assert world.north.tolist() == [code in NORTH for code in CODES]
    assert world.schooling[2, RURAL, HIGH, 3] == fertility.loc[("TON", "a", "h", 2070), "p"]
    assert world.children[1, URBAN, LOW, 0] == fertility.loc[("AFG", "n", "l", 2040), "n"]
    pairs = tables["emigrants_2010"].set_index(["region", "skill", "origin", "destination"])["emigrants"]
    assert world.emigrants[URBAN, HIGH, 1, 4] == pairs.loc[("n", "h", "KAZ", "USA")]
    flooded = tables["flooded_share"].set_index(["scenario", "iso3", "region", "year"])["flooded_share"]
    assert world.flooded[9.0][3, URBAN, 2] == flooded.loc[(9.0, "RUS", "n", 2100)]
    assert (bds_import.YEARS, bds_import.REGIONS[RURAL], bds_import.SKILLS[HIGH]) == (bds_tables.YEARS, "a", "h")


# Calibration and laws -----------------------------------------------------------------------------------------------


def test_the_calibrated_world_makes_the_output_and_wages_of_2010(world, start):
    technology, damage = start.technology, world.damage[TEMPERATURE][0]
    ratio = skill_ratio(world.residents)
    weights = skill_weights(technology.bias * ratio**technology.kappa)
    output = damage * technology.scale * ratio**technology.externality * labour(weights, world.residents)
    np.testing.assert_allclose(output, world.output, rtol=1e-12)
    np.testing.assert_allclose(start.wages[URBAN, HIGH] / start.wages[URBAN, LOW], world.wage_ratio, rtol=1e-12)
    np.testing.assert_allclose(start.wages[RURAL, HIGH] / start.wages[RURAL, LOW], MENDED.rural_bias, rtol=1e-12)
    np.testing.assert_allclose((start.wages * world.residents).sum(axis=1), world.output, rtol=1e-12)


def test_choices_at_the_wages_of_2010_are_those_of_2010(world, start):
    nobody_flooded = np.zeros_like(world.flooded[SEA][0])
    chosen = choose(start, start.wages, start.natives, nobody_flooded, MENDED)
    np.testing.assert_allclose(chosen.residents, world.residents, rtol=1e-12)
    np.testing.assert_allclose(emigrants_of(start, chosen), world.emigrants.sum(axis=(0, 1)), rtol=1e-12)
    tonga = CODES.index("TON")
    assert chosen.internal[DRY, RURAL, LOW, tonga] == 0
    np.testing.assert_allclose(
        chosen.internal[DRY, RURAL, HIGH], 0.3 * world.residents[RURAL, HIGH], rtol=1e-12, err_msg="high-skilled"
    )
    others = np.arange(len(CODES)) != tonga
    moved = world.internal_ratio[RURAL, LOW] * world.residents[RURAL, LOW]
    np.testing.assert_allclose(chosen.internal[DRY, RURAL, LOW][others], moved[others], rtol=1e-12)


def test_wages_are_marginal_products(world, start):
    """Output with weights and productivity held, moved by a hundredth of a person."""
    factor = world.damage[TEMPERATURE][2]
    paid = wages(start.technology, world.residents, factor)
    ratio = skill_ratio(world.residents)
    weights = skill_weights(start.technology.bias * ratio**start.technology.kappa)
    productivity = factor * start.technology.scale * ratio**start.technology.externality
    for region in (RURAL, URBAN):
        for skill in (LOW, HIGH):
            step = np.zeros_like(world.residents)
            step[region, skill] = 0.01 * world.residents[region, skill]
            more, less = (labour(weights, world.residents + sign * step)[region] for sign in (0.5, -0.5))
            slope = productivity[region] * (more - less) / step[region, skill]
            np.testing.assert_allclose(paid[region, skill], slope, rtol=1e-5)


def test_choices_follow_the_formula_of_every_pair(start):
    """The published form, one pair, home, region and skill at a time."""
    random = np.random.default_rng(3)
    paid = start.wages * random.uniform(0.5, 2.0, start.wages.shape)
    flooded = random.uniform(0.0, 0.5, (2, len(CODES)))
    chosen = choose(start, paid, start.natives, flooded, PUBLISHED)
    relative = paid / start.wages
    emigrants, residents = np.zeros((len(CODES),) * 2), np.zeros_like(paid)
    for (region, skill, orig), natives in np.ndenumerate(start.natives):
        for home, (share, k) in enumerate([(1 - flooded[region, orig], 1.0), (flooded[region, orig], 2.0)]):
            away = start.abroad[region, skill, orig] * (k * relative[URBAN, skill] / relative[region, skill, orig]) ** (
                1 / 1.4
            )
            inside = start.internal[region, skill, orig] * (
                k * relative[URBAN, skill, orig] / relative[region, skill, orig]
            ) ** (1 / 1.4)
            stayers = share * natives / (1 + inside + away.sum())
            assert chosen.stayers[home, region, skill, orig] == pytest.approx(stayers, rel=1e-12)
            assert chosen.internal[home, region, skill, orig] == pytest.approx(inside * stayers, rel=1e-12)
            emigrants[orig] += away * stayers
            residents[URBAN, skill] += away * stayers
            residents[region, skill, orig] += stayers
            residents[1 - region, skill, orig] += inside * stayers
    np.testing.assert_allclose(emigrants_of(start, chosen), emigrants, rtol=1e-12)
    np.testing.assert_allclose(chosen.residents, residents, rtol=1e-12)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_everyone_lives_somewhere(world, scenario):
    outcome = solve(world, scenario, MENDED)
    natives = outcome.natives.sum(axis=(1, 2))
    placed = outcome.stayers.sum(axis=(1, 2, 3)) + outcome.internal.sum(axis=(1, 2, 3)) + outcome.emigrants.sum(axis=2)
    np.testing.assert_allclose(placed, natives, rtol=1e-12)
    np.testing.assert_allclose(outcome.residents.sum(axis=(1, 2, 3)), natives.sum(axis=1), rtol=1e-9)
    assert all(np.all(outcome.emigrants[:, place, place] == 0) for place in range(len(CODES)))


def test_heat_at_home_sends_people_abroad_and_abroad_keeps_them(world):
    base, place = solve(world, "RCP 4.5", MENDED), CODES.index("KAZ")
    hotter = world.damage[TEMPERATURE].copy()
    hotter[1:, :, place] *= 0.8
    push, _ = rate_ratios(solve(replace(world, damage={**world.damage, TEMPERATURE: hotter}), "RCP 4.5", MENDED), base)
    assert np.all(push[1:, place] > 0)
    assert np.all(np.delete(push, place, axis=1)[1] < 0)


def test_floods_send_people_away(world):
    kept = replace(world, flooded={label: np.zeros_like(share) for label, share in world.flooded.items()})
    push, _ = rate_ratios(solve(world, "RCP 4.5", MENDED), solve(kept, "RCP 4.5", MENDED))
    assert np.all(push[1] > 0)


def test_rounds_that_end_early_are_reported(world):
    with pytest.raises(NotConverged, match="50 rounds"):
        solve(world, "RCP 4.5", replace(MENDED, tolerance=-1.0))


def test_an_unknown_scenario_is_refused_with_the_nearest(world):
    with pytest.raises(InputError, match=r"Did you mean RCP 4\.5"):
        solve(world, "RCP 4,5")


# Slips --------------------------------------------------------------------------------------------------------------


def test_the_sea_is_mended_to_the_own_share(world):
    as_published, mended = (climate(world, "Higher SL", variant)[1] for variant in (PUBLISHED, MENDED))
    np.testing.assert_array_equal(as_published, world.flooded[9.0])
    np.testing.assert_array_equal(mended, 1.5 * world.flooded[4.5])
    for scenario in ("No CLC", "RCP 4.5", "Higher T"):
        for one, other in zip(climate(world, scenario, PUBLISHED), climate(world, scenario, MENDED), strict=True):
            np.testing.assert_array_equal(one, other)
    drowned = replace(world, flooded={**world.flooded, 4.5: np.full_like(world.flooded[4.5], 0.9)})
    assert climate(drowned, "Higher SL", MENDED)[1].max() == 1.0


def test_a_childs_skill_hangs_on_the_home_or_on_the_parent():
    """One country; 10 adults a cell, each with one child; dry and flooded homes."""
    stayers = np.full((2, 2, 2, 1), 10.0)
    chosen = choose_nothing(stayers)
    schooling = np.array([[0.1, 0.5], [0.2, 0.6]])[..., None]
    children = np.ones((2, 2, 1))
    of_home = next_generation(chosen, children, schooling, PUBLISHED)[..., 0]
    np.testing.assert_allclose(of_home, [[28, 12], [24, 16]])
    children[:, HIGH] = 3.0
    own = next_generation(chosen, children, schooling, MENDED)[..., 0]
    np.testing.assert_allclose(
        own, [[20 * 0.9 + 60 * 0.5, 20 * 0.1 + 60 * 0.5], [20 * 0.8 + 60 * 0.4, 20 * 0.2 + 60 * 0.6]]
    )
    of_home = next_generation(chosen, children, schooling, PUBLISHED)[..., 0]
    np.testing.assert_allclose(of_home[RURAL, HIGH], 10 * 0.5 + 30 * 0.5 + 10 * 0.1 + 30 * 0.1)


def choose_nothing(stayers):
    nobody = np.zeros_like(stayers)
    return Choices(stayers, nobody, nobody[0], nobody[0, 0], stayers.sum(axis=0))


def test_who_leaves_arrives_only_when_mended(world):
    """A city with fewer high-skilled than have moved there: its rural high-skilled leave."""
    place, residents = CODES.index("USA"), world.residents.copy()
    residents[URBAN, HIGH, place] = 1000.0
    crowded = replace(world, residents=residents)
    published, mended = (
        solve(crowded, "No CLC", variant) for variant in (PUBLISHED, replace(PUBLISHED, all_arrive=True))
    )
    lost = published.natives[1:].sum(axis=(1, 2, 3)) - published.residents[1:].sum(axis=(1, 2, 3))
    assert np.all(lost > 100)
    np.testing.assert_allclose(
        mended.natives[1:].sum(axis=(1, 2, 3)), mended.residents[1:].sum(axis=(1, 2, 3)), rtol=1e-9
    )
    assert published.emigrants[0, place].sum() == pytest.approx(mended.emigrants[0, place].sum())
    start = calibrate(crowded, world.damage[TEMPERATURE][0], PUBLISHED)
    assert start.stayers[URBAN, HIGH, place] < 0
    assert np.all(start.abroad[URBAN, HIGH, place] == 0)


# Tables -------------------------------------------------------------------------------------------------------------


def test_the_table_is_levels_then_differences_with_totals(world):
    outcomes = solve_all(world)
    table = world_table(outcomes, world.north)
    assert list(table.columns) == ["scenario", "year", *COLUMNS, "Total"]
    assert table["scenario"].tolist() == ["No CLC"] * 3 + [
        f"delta {name}" for name in SCENARIOS if name != "No CLC" for _ in range(4)
    ]
    base, higher = (levels(outcomes[name], world.north) for name in ("No CLC", "Higher T"))
    np.testing.assert_allclose(table.loc[7:9, list(COLUMNS)], (higher - base)[1:] / 1e6, rtol=1e-12)
    np.testing.assert_allclose(table.loc[10, list(COLUMNS)].astype(float), (higher - base).sum(axis=0) / 1e6)
    np.testing.assert_allclose(table.loc[3:, list(COLUMNS)].sum(axis=1), table.loc[3:, "Total"])
    assert table.loc[:2, "Total"].isna().all()


def test_columns_add_up_by_side(world):
    outcome = solve(world, "RCP 4.5")
    counted = levels(outcome, world.north)
    assert counted[3, COLUMNS.index("N-S")] == pytest.approx(
        sum(
            outcome.emigrants[3, CODES.index(orig), CODES.index(dest)]
            for orig in NORTH
            for dest in CODES
            if dest not in NORTH
        )
    )
    np.testing.assert_allclose(counted[:, 2:].sum(axis=1), outcome.emigrants.sum(axis=(1, 2)))
    np.testing.assert_allclose(counted[:, 0], outcome.stayers[:, FLOODED].sum(axis=(1, 2, 3)))


def test_crossings_are_counted_by_group_of_origin(world):
    outcomes = solve_all(world, MENDED)
    table = crossing_table(outcomes, world.codes, {"All": CODES, "Two": ("KAZ", "RUS")})
    assert list(table.columns) == ["scenario", "year", "All", "Two"]
    two = outcomes["No CLC"].emigrants[2, [1, 2]].sum() / 1e6
    assert table.loc[1, "Two"] == pytest.approx(two)
    crossing = world_table(outcomes, world.north)[list(COLUMNS[2:])].sum(axis=1)
    np.testing.assert_allclose(table["All"], crossing)


def test_totals_stand_beside_each_other(world):
    table = totals_table(world)
    row = table[(table["scenario"] == "delta Higher SL") & (table["computation"] == "mended")]
    expected = world_table(solve_all(world, MENDED), world.north).iloc[-1]
    assert row["Total"].item() == expected["Total"]
    assert len(table) == 3 * 5


# Response -----------------------------------------------------------------------------------------------------------


def test_effects_are_zero_in_2025_and_linear_between_dates(world):
    years = (2010, 2025, 2026, 2040, 2055, 2070, 2100)
    response = bds_response(world, years)
    outcome, base = (solve(world, scenario, MENDED) for scenario in ("RCP 4.5", "No CLC"))
    place = [areas.index(code) for code in CODES]
    share, share_base = (each.emigrants.sum(axis=2) / each.natives.sum(axis=(1, 2)) for each in (outcome, base))
    at_dates = np.log(share / share_base)
    assert np.all(response.push[1] == 0)
    assert np.all(response.pair[1] == 0)
    for year, expected in (
        (2010, -at_dates[1] / 2),
        (2026, at_dates[1] / 30),
        (2040, at_dates[1] / 2),
        (2055, (at_dates[1] + at_dates[2]) / 2 - at_dates[1] / 2),
        (2100, at_dates[3] - at_dates[1] / 2),
    ):
        np.testing.assert_allclose(response.push[years.index(year)][place], expected, rtol=1e-9, atol=1e-15)


def test_pairs_stand_at_their_origin_and_destination(world):
    response = bds_response(world, (2025, 2100), "Higher T")
    _, pair = rate_ratios(solve(world, "Higher T", MENDED), solve(world, "No CLC", MENDED))
    for orig, dest in (("AFG", "USA"), ("USA", "AFG"), ("RUS", "KAZ")):
        found = response.pair[1, areas.index(orig), areas.index(dest)]
        at_dates = pair[:, CODES.index(orig), CODES.index(dest)]
        assert found == pytest.approx(at_dates[3] - at_dates[1] / 2, rel=1e-9)
        assert found != 0


def test_push_carries_totals_and_pairs_only_share_them_out(world):
    outcome, base = (solve(world, scenario, MENDED) for scenario in ("Higher T", "No CLC"))
    push, pair = rate_ratios(outcome, base)
    moved = base.emigrants * np.exp(pair)
    np.testing.assert_allclose(moved.sum(axis=2), base.emigrants.sum(axis=2), rtol=1e-12)
    natives = outcome.natives.sum(axis=(1, 2)) / base.natives.sum(axis=(1, 2))
    np.testing.assert_allclose(moved * (np.exp(push) * natives)[..., None], outcome.emigrants, rtol=1e-12)


def test_corridors_without_people_follow_their_origin(world):
    emptied = world.emigrants.copy()
    emptied[:, :, 0, 1] = 0.0
    emptied[:, :, 2] = 0.0
    outcome, base = (solve(replace(world, emigrants=emptied), name, MENDED) for name in ("RCP 4.5", "No CLC"))
    push, pair = rate_ratios(outcome, base)
    assert np.all(pair[:, 0, 1] == 0)
    assert np.all(pair[:, 2] == 0)
    assert np.all(np.isfinite(push))


def test_areas_that_the_model_lacks_keep_zero_and_are_named(world):
    response = bds_response(world, range(2025, 2031))
    assert response.absent == tuple(code for code in areas.codes() if code not in CODES)
    outside = [areas.index(code) for code in response.absent]
    assert np.all(response.push[:, outside] == 0)
    assert np.all(response.pair[:, outside] == 0)
    assert np.all(response.pair[:, :, outside] == 0)
    assert np.any(response.push != 0)


def test_the_response_is_a_channels_effects(world):
    response = bds_response(world, range(2025, 2028))
    part = response.part(2) + Part()
    assert part.push is not None
    assert part.push.shape == (2, 3, len(areas.codes()))
    np.testing.assert_array_equal(part.push[1], response.push)
    assert part.pair is response.pair
    assert part.pull is part.back is None
    twice = part + part
    assert twice.push is not None
    np.testing.assert_array_equal(twice.push, 2.0 * part.push)


def test_weights_of_years_sum_to_nothing():
    weights = year_weights(range(2025, 2101))
    np.testing.assert_allclose(weights.sum(axis=1), 0, atol=1e-15)
    assert np.all(weights[0] == 0)


def test_years_outside_the_model_are_refused(world):
    with pytest.raises(InputError, match="from 2010 to 2100"):
        bds_response(world, (2025, 2101))


def test_settings_choose_the_scenario(world):
    assert asked(Settings(demand="bds")) == ("RCP 4.5", MENDED)
    assert asked(Settings(demand="bds", fixed={"bds.temperature": 1.5, "bds.mu": 2.0, "income.other": 1.0})) == (
        "Higher T",
        replace(MENDED, mu=2.0),
    )
    years = range(2025, 2041)
    response = response_under(Settings(demand="bds", fixed={"bds.temperature": 1.5}), world, years)
    assert isinstance(response, BdsResponse)
    np.testing.assert_array_equal(response.push, bds_response(world, years, "Higher T").push)
    assert not np.array_equal(response.push, bds_response(world, years).push)


@pytest.mark.parametrize(
    ("settings", "column", "value"),
    [
        (Settings(pathway="SSP5-8.5"), "pathway", "SSP5-8.5"),
        (Settings(percentile=95.0), "percentile", 95.0),
        (Settings(own_warming={2025: 1.2}), "own_warming", "a path of its own"),
        (Settings(fixed={"bds.temperature": 2.0}), "bds.temperature", 2.0),
    ],
)
def test_other_climates_are_refused_with_what_the_model_can_do(settings, column, value):
    with pytest.raises(InputError) as caught:
        asked(settings)
    (problem,) = caught.value.problems
    assert (problem.column, problem.value) == (column, value)
    assert "SSP2-4.5" in problem.remedy
    assert "Higher T" in problem.remedy


@pytest.mark.parametrize(
    "fixed", [{"bds.mu": 0.0}, {"bds.mu": np.nan}, {"bds.chi": 1.0}, {"bds.chi": -0.1}, {"bds.causal_share": 1.1}]
)
def test_parameters_out_of_range_are_refused(fixed):
    with pytest.raises(InputError, match="is not finite and between"):
        asked(Settings(fixed=fixed))


def test_every_setting_that_is_wrong_is_told():
    settings = Settings(pathway="SSP1-1.9", percentile=5.0, fixed={"bds.mo": 1.0, "bds.temperature": 9.0})
    with pytest.raises(InputError) as caught:
        asked(settings)
    assert [problem.column for problem in caught.value.problems] == ["pathway", "percentile", "bds.temperature", None]
    assert "bds.mu" in caught.value.problems[-1].remedy


def test_policies_are_no_climate():
    agreement = policy_of("agreement", ("UZB",), ("KOR",), 0.5, 2030)
    assert asked(Settings(policies=(agreement,)))[0] == "RCP 4.5"


def test_the_channel_is_described_with_its_published_numbers():
    assert (CHANNEL.name, CHANNEL.block) == ("bds", "climate direct")
    assert CHANNEL.block in BLOCKS
    values = central_values(CHANNEL.parameters, {})
    for name in ("mu", "chi", "growth", "rural_bias", "causal_share", "internal_ratio_high"):
        assert values[f"bds.{name}"] == getattr(PUBLISHED, name)
    assert values["bds.temperature"] == 1.0
    assert all(
        parameter.status in STATUSES and "10.1017/dem.2021.6" in parameter.source for parameter in CHANNEL.parameters
    )


# Command ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def brought(tmp_path, monkeypatch):
    monkeypatch.setattr(bds_import, "imports_folder", lambda _=None: tmp_path / "imports")
    bds_import.import_bds(write_tables(small_tables(), tmp_path / "brought"))


def printed(*words: str) -> str:
    done = CliRunner().invoke(main, ["bds", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.usefixtures("brought")
def test_the_command_prints_the_table_in_three_forms(world):
    expected = world_table(solve_all(world, PUBLISHED), world.north)
    lines = printed("--variant", "published", "--format", "csv").splitlines()
    assert lines[0] == ",".join(expected.columns)
    assert len(lines) == 16
    assert lines[1].endswith(",")
    assert lines[4].split(",")[3] == f"{expected['Int-reg'].to_numpy()[3]:.2f}"
    table, markdown = (printed("--variant", "published", "--format", form) for form in ("table", "markdown"))
    assert "-0.00" not in table
    assert [line.split()[-1] for line in table.splitlines()[1:4]] == ["-"] * 3
    assert [line.strip("| ").split(" | ") for line in markdown.splitlines() if "--" not in line] == [
        line.strip().split(" | ") for line in table.splitlines()
    ]
    assert printed() != table


@pytest.mark.usefixtures("brought")
def test_the_command_prints_who_crosses_borders_by_group():
    done = CliRunner().invoke(main, ["bds", "--group", "Central Asia", "--format", "csv"], catch_exceptions=False)
    assert done.stdout.splitlines()[0] == "scenario,year,World,Central Asia"
    assert done.stderr == "Not in the model: KGZ, TJK, TKM, UZB\n"
    refused = CliRunner().invoke(main, ["bds", "--group", "Tuvalu"])
    assert refused.exit_code == 2
    assert "no area of the group is in the model" in refused.output


def test_the_command_without_tables_says_how_to_bring_them(tmp_path, monkeypatch):
    monkeypatch.setattr(bds_import, "imports_folder", lambda _=None: tmp_path)
    refused = CliRunner().invoke(main, ["bds"])
    assert refused.exit_code == 2
    assert "corridor data import bds DIR" in refused.output
