"""Sexes and ages of movers by corridor: mixes by hand, the fit, and the real world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.areas import codes
from corridor.axes import AGES, FEMALE, MALE, OUTWARD, RETURN, TRANSIT
from corridor.backtest.mover_ages import (
    correction_left,
    curves_table,
    male_table,
    stated_curves,
    streams_table,
    uncorrected_table,
)
from corridor.demography.mover_classes import CLASSES, STREAMS, Movers, class_schedules, mixed_schedules
from corridor.estimate.moves.mover_ages import (
    HOST_PRIOR,
    PAIR_PRIOR,
    MoverEffects,
    effects_frame,
    few_leave,
    load_effects,
    male_share_of_moves,
    male_share_of_stock,
    merged,
    movers_of,
    returning_odds,
    stock_by_sex,
    stream_weights,
)
from corridor.estimate.moves.mover_fit import FittedYear, Given, curve_of, fit_movers, logs_of, objective
from corridor.projection.demand import MOST_LEAVING
from corridor.projection.engine import advance, start_of
from corridor.projection.inputs import base_moves
from corridor.projection.leaving import leaving_rates, move_by_age
from tests.scripts import SCRIPTS, load_script, same_text
from tests.worlds import random_inputs

POINTS = 0.05  # of the male share, the promise
POINTS_HOME = 0.08  # on the way home, where men and women of the ages of returners live in the host in other numbers
PAGE_TABLES = {
    "Curves of the classes": lambda _, inputs: curves_table(inputs.population.sum(axis=0)),
    "Streams and classes in the moves of 2025, per cent": lambda _, inputs: streams_table(inputs),
    "Men among movers, per cent, and mean age of movers, years": male_table,
    "Error by age and sex without any correction, per cent": uncorrected_table,
}
CORRIDORS = (("IND", "ARE"), ("BGD", "SAU"), ("PHL", "HKG"), ("UKR", "POL"))


@pytest.fixture
def world():
    return random_inputs(31, areas=4)


def _flows(world, share=0.02):
    flows = np.random.default_rng(3).uniform(0.0, share / 4.0, (4, 4)) * world.population.sum(axis=(1, 2))[:, None]
    np.fill_diagonal(flows, 0.0)
    return flows


def test_shares_of_classes_are_those_of_the_movers(world):
    composition = np.random.default_rng(1).dirichlet(np.ones(len(CLASSES)), (2, len(STREAMS), 4)).swapaxes(2, 3)
    curves, people = class_schedules(), world.population
    mixed = mixed_schedules(curves, composition, people)
    for at in np.ndindex(2, len(STREAMS), 4):
        sex, stream, area = at
        by_class = curves[:, sex] * people[area, sex]
        movers = composition[sex, stream, :, area] @ (by_class / by_class.sum(axis=1, keepdims=True))
        np.testing.assert_allclose(mixed[at] * people[area, sex], movers, rtol=1e-12)


def test_curves_are_relative_and_in_the_order_of_their_ages():
    curves = class_schedules()
    assert curves.shape == (len(CLASSES), 2, AGES)
    np.testing.assert_allclose(curves.max(axis=2), 1.0)
    grown = curves[:, :, 15:].argmax(axis=2) + 15
    study, labour, family, older = grown
    assert (study < labour).all()
    assert (older > 40).all()
    assert (older > family).all()
    children = curves[:, :, :15].sum(axis=2) / curves.sum(axis=2)
    assert (children[CLASSES.index("family")] > 2.0 * np.delete(children, CLASSES.index("family"), axis=0)).all()


def test_the_male_share_is_the_stocks_where_it_is_large_and_the_hosts_where_there_is_none():
    by_sex = np.zeros((2, 3, 3))
    by_sex[:, 0, 1] = 1e6, 3e6
    by_sex[:, 1, 2] = 2e6, 2e6
    share, hosts = male_share_of_stock(by_sex)
    assert share[0, 1] == pytest.approx(0.75, abs=1e-3)
    assert share[2, 1] == hosts[1] == pytest.approx((3e6 + HOST_PRIOR * 5 / 8) / (4e6 + HOST_PRIOR))
    assert share[1, 0] == pytest.approx(5 / 8)
    by_sex[:, 2, 1] = 0.0, PAIR_PRIOR
    share, hosts = male_share_of_stock(by_sex)
    assert share[2, 1] == pytest.approx((1.0 + hosts[1]) / 2.0)


def test_moves_out_and_back_are_as_male_as_the_stock():
    by_sex = np.zeros((2, 3, 3))
    by_sex[:, 0, 1] = 1e6, 3e6
    by_sex[:, 2, 1] = 2e6, 0.0
    moves = np.zeros((3, 3, 3))
    moves[OUTWARD, 0, 1], moves[RETURN, 1, 0] = 10.0, 5.0
    stock, hosts = male_share_of_stock(by_sex)
    share = male_share_of_moves(moves, by_sex)
    assert share[0, 1] == share[1, 0] == stock[0, 1]
    moves[TRANSIT, 1, 0] = 15.0
    assert male_share_of_moves(moves, by_sex)[1, 0] == pytest.approx((5.0 * stock[0, 1] + 15.0 * hosts[1]) / 20.0)


def test_returns_make_a_corridor_older_and_effects_add_up():
    moves = np.zeros((3, 2, 2))
    moves[OUTWARD, 0, 1] = moves[RETURN, 1, 0] = 8.0
    odds = returning_odds(moves)
    assert odds[0, 1] < 0.0 < odds[1, 0]
    assert odds[0, 1] == pytest.approx(-odds[1, 0])
    assert odds[0, 0] == 0.0
    leaning = np.array([[[0.1, 0.2]] * 2, [[-0.3, 0.5]] * 2])
    male = np.full((2, 2), 0.7)
    weights = stream_weights(odds, leaning, male)
    np.testing.assert_allclose(weights.sum(axis=(0, 1)), 1.0)
    np.testing.assert_allclose(weights[MALE].sum(axis=0), 0.7)
    told = np.log(weights[:, 1, 0, 1] / weights[:, 0, 0, 1])
    np.testing.assert_allclose(told, odds[0, 1] + 0.1 + 0.5)


def test_effects_are_read_as_they_were_written(tmp_path):
    random = np.random.default_rng(5)
    effects = MoverEffects(random.normal(size=(2, 2, 237)), random.normal(size=(2, 2, 4, 237)))
    effects_frame(effects).to_csv(tmp_path / "effects.csv", index=False)
    found = load_effects(tmp_path / "effects.csv")
    np.testing.assert_allclose(found.leaning, effects.leaning)
    np.testing.assert_allclose(found.composition, effects.composition)
    np.testing.assert_allclose(found.shares.sum(axis=2), 1.0)


def test_the_committed_effects_are_of_all_areas_in_their_order():
    frame = effects_frame(load_effects())
    assert tuple(frame["iso3"]) == codes() * 2
    assert list(frame["sex"]) == ["female"] * 237 + ["male"] * 237


def test_who_arrives_has_left_for_there(world):
    flows, movers, people = _flows(world), world.movers, world.population
    moved, emigrants, immigrants = move_by_age(flows, movers, people)
    np.testing.assert_array_equal(moved.kept, 1.0)
    everywhere = np.arange(4)
    for area in everywhere:
        here = np.array([area])
        np.testing.assert_allclose(moved.by_age(everywhere, here), immigrants[area], rtol=1e-12)
        np.testing.assert_allclose(moved.by_age(here, everywhere), emigrants[area], rtol=1e-12)
    sexes = moved.by_age(np.array([0]), np.array([1])).sum(axis=1)
    np.testing.assert_allclose(sexes, flows[0, 1] * movers.weights[:, :, 0, 1].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(movers.male_share[0, 1], sexes[MALE] / sexes.sum(), rtol=1e-12)


def test_two_corridors_of_an_origin_differ_as_their_mixes_do(world):
    weights = np.zeros_like(world.movers.weights)
    weights[FEMALE, 0, :, 0], weights[MALE, 1, :, 1] = 1.0, 1.0
    movers = Movers(world.movers.schedules, weights)
    moved, _, _ = move_by_age(_flows(world), movers, world.population)
    to_first, to_second = (moved.by_age(np.array([2]), np.array([dest])) for dest in (0, 1))
    assert to_first[MALE].sum() == to_second[FEMALE].sum() == 0.0
    expected = world.movers.schedules[FEMALE, 0, 2] * world.population[2, FEMALE]
    np.testing.assert_allclose(to_first[FEMALE] / to_first.sum(), expected / expected.sum(), rtol=1e-12)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.79, 2.0])
def test_no_group_loses_more_than_four_fifths_and_the_ages_of_its_sex_make_up(world, share):
    people, schedules = world.population, world.movers.schedules
    wanted = share * people.sum(axis=2).T[:, None] * np.array([0.3, 0.7])[:, None]
    rates, kept, leavers = leaving_rates(wanted, schedules, people)
    gone = np.einsum("sjo,sjoa->osa", wanted, rates)
    np.testing.assert_allclose(leavers.swapaxes(0, 1), gone, rtol=1e-12)
    assert (gone <= MOST_LEAVING * people * (1.0 + 1e-9)).all()
    np.testing.assert_allclose(rates.sum(axis=3), np.broadcast_to(kept, wanted.shape), rtol=1e-12)
    np.testing.assert_allclose(kept, min(1.0, MOST_LEAVING / share), rtol=1e-6)


def test_where_one_sex_cannot_give_all_the_moves_of_the_area_shrink_alike(world):
    people = world.population.copy()
    people[1, MALE] *= 0.01
    flows = _flows(world, 0.2)
    moved, emigrants, immigrants = move_by_age(flows, world.movers, people)
    assert 0.0 < moved.kept[1] < 0.5
    np.testing.assert_array_equal(moved.kept[[0, 2, 3]], 1.0)
    made = flows * moved.kept[:, None]
    np.testing.assert_allclose(emigrants.sum(axis=(1, 2)), made.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(immigrants.sum(axis=(1, 2)), made.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(emigrants.sum(axis=0), immigrants.sum(axis=0), rtol=1e-12)
    assert (emigrants <= MOST_LEAVING * people * (1.0 + 1e-9)).all()


def test_nobody_leaves_where_nobody_of_a_sex_lives(world):
    people = world.population.copy()
    people[2, FEMALE] = 0.0
    moved, emigrants, _ = move_by_age(_flows(world), world.movers, people)
    assert moved.kept[2] == 0.0
    assert emigrants[2].sum() == 0.0


def test_merged_streams_have_the_ages_of_both_and_the_sexes_of_each_corridor(world):
    flows, people = _flows(world), world.population
    areas = np.array([False, False, True, False])
    one = merged(world.movers, flows, people, areas)
    (_, before, _), (moved, after, _) = (move_by_age(flows, movers, people) for movers in (world.movers, one))
    np.testing.assert_allclose(after, before, rtol=1e-12)
    np.testing.assert_allclose(one.male_share, world.movers.male_share, rtol=1e-12)
    np.testing.assert_array_equal(one.weights[:, :, ~areas], world.movers.weights[:, :, ~areas])
    to_first, to_last = (moved.by_age(np.array([2]), np.array([dest]))[MALE] for dest in (0, 3))
    np.testing.assert_allclose(to_first / to_first.sum(), to_last / to_last.sum(), rtol=1e-12)


def test_streams_are_merged_where_the_last_three_percent_leave():
    leaving = np.array([1.0, 60.0, 1.5, 37.0, 0.5])
    np.testing.assert_array_equal(few_leave(leaving), [True, False, True, False, True])


# The fit


def _given(world, years=1):
    random = np.random.default_rng(8)
    share, odds = random.uniform(0.2, 0.8, (4, 4)), random.normal(0.0, 0.5, (4, 4))
    net = random.normal(0.0, 50.0, (years, 4, 2, AGES))
    found = [FittedYear(_flows(world), world.population, by_age) for by_age in net]
    return Given(found, world.population, share, odds, stated_curves(), np.zeros((2, len(CLASSES))))


def test_parameters_of_a_curve_come_back():
    logs = stated_curves()[1, 0]
    np.testing.assert_allclose(logs_of(curve_of(logs)), logs)


def test_the_gradient_is_that_of_the_objective(world):
    given = _given(world, years=2)
    function = objective(given)
    size = sum(int(np.prod(shape)) for shape in given.shapes)
    point = np.random.default_rng(2).normal(0.0, 0.3, size)
    point[: given.start.size] += given.start.ravel() - 0.5 * point[: given.start.size]
    _, gradient = function(point)
    for at in range(0, size, 7):
        step = np.zeros(size)
        step[at] = 1e-5
        slope = (function(point + step)[0] - function(point - step)[0]) / 2e-5
        assert gradient[at] == pytest.approx(slope, rel=1e-4, abs=1e-7 * np.abs(gradient).max())


def test_the_fit_finds_the_mix_that_made_the_net_migrants(world):
    given = _given(world)
    random = np.random.default_rng(4)
    truth = MoverEffects(random.normal(0.0, 1.0, (2, 2, 4)), random.normal(0.0, 1.0, (2, 2, len(CLASSES), 4)))
    movers = Movers(
        mixed_schedules(class_schedules(), truth.shares, world.population),
        stream_weights(given.odds, truth.leaning, given.male_share),
    )
    flows = _flows(world)
    _, emigrants, immigrants = move_by_age(flows, movers, world.population)
    year = FittedYear(flows, world.population, immigrants - emigrants)
    given = replace(given, years=[year], ridge=1e-12, usual_ridge=1e-12)
    nothing = MoverEffects(np.zeros_like(truth.leaning), np.zeros_like(truth.composition))
    fit = fit_movers(given, free_curves=False, steps=2000)
    before, after = (
        correction_left(
            year,
            Movers(
                mixed_schedules(class_schedules(), effects.shares, world.population),
                stream_weights(given.odds, effects.leaning, given.male_share),
            ),
        )
        for effects in (nothing, fit.effects)
    )
    assert after < 0.02 * before
    np.testing.assert_array_equal(fit.curves[2][1].mu2, pytest.approx(np.exp(given.start[2, 1, 4])))


# The real world


def test_engine_moves_are_as_male_as_the_stock(panel, inputs):
    at, stock = {code: position for position, code in enumerate(codes())}, stock_by_sex(panel)
    _, year = advance(start_of(inputs), inputs, 0, "un")
    assert year.moved is not None
    for orig, dest in CORRIDORS:
        one, other = np.array([at[orig]]), np.array([at[dest]])
        men = stock[MALE, one[0], other[0]] / stock[:, one[0], other[0]].sum()
        for pair, points in (((one, other), POINTS), ((other, one), POINTS_HOME)):
            by_sex = year.moved.by_age(*pair).sum(axis=1)
            assert by_sex[MALE] / by_sex.sum() == pytest.approx(men, abs=points), (orig, dest)


def test_mixes_follow_the_base_moves_that_are_handed_in(panel, inputs):
    at = {code: position for position, code in enumerate(codes())}
    home, away = at["IND"], at["ARE"]
    moves, effects, by_sex = base_moves(inputs.base, inputs.stock), load_effects(), stock_by_sex(panel)
    np.testing.assert_array_equal(movers_of(moves, by_sex, inputs.population, effects).weights, inputs.movers.weights)
    more = moves.copy()
    more[TRANSIT, away, home] += 1e3
    usual, changed = (movers_of(each, by_sex, inputs.population, effects).weights for each in (moves, more))
    assert (changed[:, :, away, home] != usual[:, :, away, home]).all()
    changed[:, :, away, home] = usual[:, :, away, home]
    np.testing.assert_array_equal(changed, usual)


def test_contract_workers_leave_young(inputs):
    at = {code: position for position, code in enumerate(codes())}
    moved, _, _ = move_by_age(base_moves(inputs.base, inputs.stock).sum(axis=0), inputs.movers, inputs.population)
    ages = np.arange(AGES) + 0.5
    for orig, dest in (("IND", "ARE"), ("BGD", "SAU"), ("NPL", "QAT")):
        pair = np.array([at[orig]]), np.array([at[dest]])
        out, back = (moved.by_age(*way).sum(axis=0) for way in (pair, pair[::-1]))
        assert (out @ ages) / out.sum() < (back @ ages) / back.sum() < 50.0


def test_the_script_writes_effects_that_give_the_same_shares(tmp_path):
    script, effects = load_script("fit_mover_ages"), load_effects()
    shifted = replace(effects, composition=effects.composition + 0.7)
    script.write(script.MoverFit((), shifted, 0.0, 0), tmp_path / "effects.csv")
    np.testing.assert_allclose(load_effects(tmp_path / "effects.csv").shares, effects.shares, atol=1e-3)


@pytest.mark.parametrize("title", list(PAGE_TABLES))
def test_the_page_shows_the_tables(panel, inputs, title):
    script = load_script("fit_mover_ages")
    made = script.markdown(PAGE_TABLES[title](panel, inputs))
    page = (SCRIPTS.parent / "docs" / "results" / "mover-ages.md").read_text()
    documented = page[page.index(f"\n{title}\n") + len(title) + 3 :]
    same_text(documented[: documented.index("\n\n")], made.strip())
