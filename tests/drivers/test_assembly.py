"""All channels together on the real world: zero in the base year, switches, blocks, and the draws behind them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corridor.areas import codes
from corridor.axes import OUTWARD, RETURN
from corridor.data.tables.bds_import import import_bds
from corridor.data.tables.imports import import_table
from corridor.drivers.anchors import ANCHORS
from corridor.drivers.assembly import central_chance, drawn_chance, driving_of, everything, load_conditions
from corridor.drivers.channel import BLOCKS, Driving, Part, Settings
from corridor.drivers.channels.bds_response import bds_response
from corridor.drivers.channels.bds_tables import load_world
from corridor.drivers.levers import Pathway, ReturnProgramme
from corridor.drivers.pages import channel_page, index_page
from corridor.drivers.registry import CHANNELS, PARAMETERS, acting
from corridor.errors import InputError
from corridor.projection.driving import follow_driven
from corridor.projection.engine import project
from corridor.projection.inputs import load_inputs
from tests.scenarios import policy_of

POLICY = policy_of("open", ("UZB", "KGZ"), ("KOR",), 0.5, 2027, phase_in=3)
SETTINGS = Settings(pathway="SSP3-7.0", income="SSP3", policies=(POLICY,))
PLACES = Pathway(
    name="places", origins=("UZB",), destinations=("KOR",), kind="work", capacity=2.0, unit="times", start=2027,
    source="a test", status="J",
)  # fmt: skip
HOME = ReturnProgramme(
    name="home", origins=("UZB",), destinations=("RUS",), effect=0.2, start=2027, source="a test", status="J"
)
ADDED = frozenset(CHANNELS) - {"exposure", "returns", "bds", "own"}
"""Channels that add something to what the engine does by itself: `exposure` and `returns` are its own."""
FIXED = {"displacement.crossing_share": 0.02, "displacement.flood_growth": 0.5, "displacement.storm_growth": 0.25}
LAST = 2032


@pytest.fixture(scope="module")
def short(panel):
    return load_inputs(panel, LAST)


@pytest.fixture(scope="module")
def conditions(panel, short):
    return load_conditions(panel, short.years, short.base.outward)


def _driving(conditions, settings: Settings) -> Driving:
    return driving_of(conditions, everything(settings), settings, central_chance(conditions))


@pytest.mark.parametrize("anchor", ANCHORS)
def test_all_channels_off_is_the_baseline_bit_for_bit(short, conditions, anchor):
    baseline = project(short, anchor)
    driving = _driving(conditions, replace(SETTINGS, off=ADDED))
    for position, (state, year) in enumerate(follow_driven(short, baseline, driving)):
        assert np.array_equal(year.flows, baseline.flows[position])
        assert np.array_equal(state.population, baseline.population[position + 1])
        assert np.array_equal(state.stock, baseline.stock[position + 1])


@pytest.mark.parametrize("anchor", ANCHORS)
def test_levers_bite_in_their_corridors_and_are_off_with_their_channel(short, conditions, anchor):
    baseline = project(short, anchor)
    levers = replace(SETTINGS, policies=(), levers=(PLACES, HOME), off=ADDED - {"policy"})
    driving = _driving(conditions, levers)
    assert driving.gate is not None
    *_, (_, year) = follow_driven(short, baseline, driving)
    uzb, kor, rus = (codes().index(iso3) for iso3 in ("UZB", "KOR", "RUS"))
    assert year.flows[uzb, kor] > 1.05 * baseline.flows[-1, uzb, kor]
    assert year.flows[rus, uzb] > 1.05 * baseline.flows[-1, rus, uzb]
    assert year.split is not None
    total = year.split.legal + year.split.irregular + year.split.unmet
    np.testing.assert_allclose(total, year.split.demand, rtol=1e-9)
    off = _driving(conditions, replace(levers, off=ADDED))
    frozen = driving_of(conditions, everything(levers) | {"policy": None}, levers, central_chance(conditions))
    assert off.gate is frozen.gate is None
    for position, (_, plain) in enumerate(follow_driven(short, baseline, off)):
        assert np.array_equal(plain.flows, baseline.flows[position])


@pytest.mark.parametrize("alone", sorted(ADDED))
def test_a_channel_alone_is_zero_in_the_base_year_and_not_later(short, conditions, alone):
    off = ADDED - {alone} - ({"income", "immobility"} if alone == "damages" else set())
    driving = _driving(conditions, replace(SETTINGS, off=frozenset(off)))
    effects = driving.effects
    assert not effects.push[:, 0].any()
    assert not effects.pull[:, 0].any()
    assert effects.pair is None or not effects.pair[0].any()
    baseline = project(short, "observed")
    flows = [year.flows for _, year in follow_driven(short, baseline, driving)]
    assert np.array_equal(flows[0], baseline.flows[0])
    assert not np.array_equal(flows[-1], baseline.flows[-1])


@pytest.mark.parametrize("own", ["exposure", "returns"])
def test_what_the_engine_has_by_itself_can_be_held_at_the_base_year(short, conditions, own):
    baseline = project(short, "observed")
    held = _driving(conditions, replace(SETTINGS, off=ADDED | {own}))
    kind = {"exposure": OUTWARD, "returns": RETURN}[own]
    moves = [year.moves[kind].sum() for _, year in follow_driven(short, baseline, held)]
    flows = [year.flows for _, year in follow_driven(short, baseline, held)]
    assert np.array_equal(flows[0], baseline.flows[0])
    assert not np.array_equal(flows[-1], baseline.flows[-1])
    shock = short.base.shock.sum() * 0.5 ** ((2025.5 - short.base.shock_middle) / short.base.shock_half_life)
    assert moves[-1] == pytest.approx(moves[0], abs=1.05 * shock)  # what a war moved fades on


def test_frozen_blocks_leave_nothing_but_networks(conditions):
    frozen = driving_of(conditions, dict.fromkeys(BLOCKS), SETTINGS, central_chance(conditions))
    assert not frozen.effects.push.any()
    assert not frozen.effects.pull.any()
    assert frozen.effects.pair is None
    assert (frozen.exposure[0], frozen.ageing[0]) == (0.0, 0.0)
    assert frozen.network[0] == central_chance(conditions).values["network.elasticity"][0]


def test_damages_act_through_income_whether_or_not_the_pathway_does(conditions):
    chance = central_chance(conditions)
    only = dict.fromkeys(BLOCKS) | {"climate through income": SETTINGS}
    damaged = driving_of(conditions, only, SETTINGS, chance)
    assert np.abs(damaged.effects.push[0, -1]).max() > 1e-4
    none = driving_of(
        conditions, only | {"climate through income": replace(SETTINGS, damages="none")}, SETTINGS, chance
    )
    assert not none.effects.push.any()


def test_a_fixed_parameter_holds_in_every_draw_and_moves_no_other(conditions):
    chance = drawn_chance(conditions, range(5), 3)
    fixed = replace(SETTINGS, fixed={"ageing.elasticity": 1.25})
    driving = driving_of(conditions, everything(fixed), fixed, chance)
    free = driving_of(conditions, everything(SETTINGS), SETTINGS, chance)
    assert (driving.ageing == 1.25).all()
    assert len(np.unique(free.ageing)) == 5
    np.testing.assert_array_equal(driving.effects.push, free.effects.push)
    np.testing.assert_array_equal(driving.network, free.network)


def test_draws_depend_on_their_number_only(conditions):
    together, alone = drawn_chance(conditions, range(2, 6), 9), drawn_chance(conditions, range(4, 5), 9)
    for name, values in together.values.items():
        assert values[2] == alone.values[name][0]
    np.testing.assert_array_equal(together.per_degree[2], alone.per_degree[0])


def test_a_percentile_is_the_same_in_all_draws(conditions):
    fixed = replace(SETTINGS, percentile=90.0, off=ADDED - {"displacement"}, fixed=FIXED)
    chance = drawn_chance(conditions, range(4), 3)
    push = driving_of(conditions, everything(fixed), fixed, chance).effects.push
    assert np.abs(push).max() > 0.0
    np.testing.assert_array_equal(push, np.broadcast_to(push[:1], push.shape))


def test_a_policy_multiplies_its_corridors(short, conditions):
    settings = replace(SETTINGS, off=ADDED - {"policy"})
    *_, (_, year) = follow_driven(short, project(short, "observed"), _driving(conditions, settings))
    plain = replace(settings, policies=())
    *_, (_, without) = follow_driven(short, project(short, "observed"), _driving(conditions, plain))
    orig, dest = codes().index("UZB"), codes().index("KOR")
    assert year.moves[0, orig, dest] / without.moves[0, orig, dest] == pytest.approx(np.exp(POLICY.effect), rel=0.02)


def test_the_demand_model_bds_takes_the_place_of_all_our_climate(sources, conditions, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = Settings(demand="bds")
    with pytest.raises(InputError, match="corridor data import bds"):
        _driving(conditions, settings)
    import_bds(sources / "bds")
    driving = _driving(conditions, settings)
    without = _driving(conditions, replace(settings, off=frozenset({"bds"})))
    no_climate = Settings(damages="none", off=frozenset({"slow_onset", "displacement"}))
    np.testing.assert_array_equal(without.effects.push, _driving(conditions, no_climate).effects.push)
    pair = driving.effects.pair
    assert pair is not None
    assert not pair[0].any()
    assert not driving.effects.push[:, 0].any()
    uzb, response = codes().index("UZB"), bds_response(load_world(), conditions.years)
    added = driving.effects.push[0, -1, uzb] - without.effects.push[0, -1, uzb]
    assert added == pytest.approx(response.push[-1, uzb], rel=1e-9)
    assert added != 0.0


def test_the_users_table_of_warming_takes_the_place_of_our_surface(panel, short, conditions, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(InputError, match="corridor data import warming"):
        load_conditions(panel, short.years, short.base.outward, "imported")
    file = tmp_path / "warming.csv"
    file.write_text("iso3,warming_per_degree\nUZB,2.5\n")
    import_table("warming", file)
    own = load_conditions(panel, short.years, short.base.outward, "imported")
    uzb = codes().index("UZB")
    assert own.warming.mean[uzb] == 2.5
    assert np.array_equal(np.delete(own.warming.mean, uzb), np.delete(conditions.warming.mean, uzb))


def test_every_parameter_has_a_status_a_source_and_a_name_of_its_own():
    names = [parameter.name for parameter in PARAMETERS]
    assert len(names) == len(set(names))
    for parameter in PARAMETERS:
        assert parameter.status in {"F", "C", "R", "J"}
        assert parameter.source
        assert parameter.meaning.endswith(".")
        assert parameter.name.split(".")[0] in {*CHANNELS, "temperature"}
        low, high = parameter.prior.quantile(np.array([0.05, 0.95]))
        assert low <= parameter.central <= high


def test_every_channel_gives_the_reason_of_its_direction():
    for name, channel in CHANNELS.items():
        assert name == channel.name
        assert len(channel.direction) > 40
        assert len(channel.mechanism) > 40
        assert len(channel.limits) > 20
        assert channel.block in {*BLOCKS, "feedback"}


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_its_function_which_the_assembly_reaches(conditions, monkeypatch, name):
    called = []
    channel = CHANNELS[name]
    assert (channel.effects is None) != (channel.income is None)

    def noted(case, settings):
        called.append(settings)
        return Part() if channel.effects else np.zeros(case.shape)

    patched = replace(channel, effects=noted) if channel.effects else replace(channel, income=noted)
    monkeypatch.setitem(CHANNELS, name, patched)
    asking = replace(SETTINGS, own_effects="imported" if name == "own" else "none")
    asking = replace(asking, demand="bds" if name == "bds" else "corridor")
    assert channel.acts(asking)
    _driving(conditions, asking)
    assert called == [asking]
    _driving(conditions, replace(asking, off=frozenset({name})))
    assert called == [asking]


def test_a_new_channel_is_one_record_in_the_registry(conditions, monkeypatch):
    before = _driving(conditions, SETTINGS)
    rain = replace(
        CHANNELS["own"], name="rain", acts=lambda _: True, effects=lambda case, _: Part(push=np.full(case.shape, 0.1))
    )
    monkeypatch.setitem(CHANNELS, "rain", rain)
    after = _driving(conditions, SETTINGS)
    np.testing.assert_allclose(after.effects.push, before.effects.push + 0.1)
    assert rain in acting(SETTINGS)


def test_the_table_of_signs_has_every_channel_that_needs_no_table_of_the_users():
    assert {name for name, channel in CHANNELS.items() if not channel.flows} == {"own", "bds"}
    assert not any(CHANNELS[name].acts(Settings()) for name in ("own", "bds"))


def test_no_corridor_runs_away_with_its_network(panel):
    inputs = load_inputs(panel, 2050)
    conditions = load_conditions(panel, inputs.years, inputs.base.outward)
    baseline = project(inputs, "observed")
    driving = _driving(conditions, Settings(off=ADDED - {"network"}))
    *_, (state, year) = follow_driven(inputs, baseline, driving)
    ratio = year.flows.sum(axis=0) / baseline.flows[-1].sum(axis=0)
    assert ratio.max() < 2.0  # Uzbekistan had 3.3 times its arrivals when a corridor without a stock counted one person
    orig, dest = codes().index("PAK"), codes().index("UZB")
    assert state.stock[orig, dest] < 100 * inputs.base.outward[orig, dest]


def test_the_pages_of_channels_are_what_the_records_say():
    pages = Path(__file__).resolve().parents[2] / "docs" / "reference" / "channels"
    for name, channel in CHANNELS.items():
        assert (pages / f"{name}.md").read_text() == channel_page(channel)
    assert (pages / "README.md").read_text() == index_page(list(CHANNELS.values()))
    assert len(list(pages.iterdir())) == len(CHANNELS) + 1
