"""The one runner: medians are the engine's, draws are those of any batch, what is stored is resumed; one pool only."""

from __future__ import annotations

import threading
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from corridor.areas import index
from corridor.drivers.channel import Settings
from corridor.projection.batches import WORKERS, in_batches, in_order, one_thread
from corridor.projection.driving import project_driven
from corridor.projection.ensemble import Totals, plan_ensemble, walk
from corridor.projection.runs import load_runs
from corridor.scenario.load import load_scenario

SOURCE = Path(__file__).resolve().parents[2] / "src"
DRAWS = 5
CORRIDORS = tuple(np.array([index(iso3) for iso3 in ends]) for ends in (("UZB", "KAZ"), ("RUS", "KGZ")))


@pytest.fixture(scope="module")
def runs(panel):
    return load_runs(panel, 2027)


@pytest.fixture(scope="module")
def drawn(runs):
    return runs.draws(Settings(), DRAWS, corridors=CORRIDORS)


def _same(one, other):
    for field in fields(Totals):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def test_the_central_run_is_the_driven_one_and_follows_the_same_years(runs):
    settings = Settings()
    central = runs.central(settings)
    with one_thread():
        driven = project_driven(runs.inputs, runs.baseline, runs.driving(settings))
    np.testing.assert_array_equal(central.flows, driven.flows)
    for position, (state, year) in enumerate(runs.follow(runs.driving(settings))):
        np.testing.assert_array_equal(year.flows, central.flows[position])
        np.testing.assert_array_equal(state.population, central.population[position + 1])


def test_draws_are_those_of_a_walk_with_the_same_numbers(runs, drawn):
    numbers = range(2, DRAWS)
    moves = np.empty((len(numbers), len(runs.inputs.years), 2))

    def watch(position, t, moved):
        moves[t, position] = (moved.moves * moved.persons[:, None])[CORRIDORS]

    *_, last = walk(runs.world, runs.paths(1, Settings())(numbers), watch)
    np.testing.assert_array_equal(drawn.population[2:, -1], last.residents.astype(np.float32))
    np.testing.assert_array_equal(drawn.moves[2:], moves.astype(np.float32))
    assert (drawn.moves > 0.0).all()


def test_draws_lie_around_the_central_run(runs, drawn):
    central = runs.central(Settings()).flows[(slice(None), *CORRIDORS)]
    assert ((0.5 * central < drawn.moves.mean(axis=0)) & (drawn.moves.mean(axis=0) < 2.0 * central)).all()


def test_channels_are_drawn_only_where_settings_ask_for_them(runs, drawn):
    plain = runs.draws(None, DRAWS)
    assert plain.moves.shape[-1] == 0
    np.testing.assert_array_equal(plain.births[:, 0], drawn.births[:, 0])
    assert (plain.population[:, -1] != drawn.population[:, -1]).any()
    assert not runs.draws(None, 1, mode="net").moves_out.any()


def test_a_run_whose_pathways_bring_people_is_planned_with_their_streams(runs):
    gate = runs.driving(load_scenario("korea-eps-doubled").settings).gate
    streams, areas = runs.inputs.movers.weights.shape[1:3]
    more = plan_ensemble(runs.world, 20, gate=gate).memory - plan_ensemble(runs.world, 20).memory
    weights = 8 * 2 * (streams + len(gate.profiles)) * areas**2
    assert len(gate.profiles) > 0
    assert WORKERS * weights < more < 5 * WORKERS * weights


def test_results_come_in_the_order_of_pieces_and_do_not_pile_up():
    first, begun = threading.Event(), []

    def task(piece):
        begun.append(piece)
        if piece == 0:
            first.wait(10.0)
        return piece

    found = in_order(task, range(20), workers=2)
    release = threading.Timer(0.2, first.set)
    release.start()
    assert next(found) == 0
    assert max(begun) <= 3
    assert list(found) == list(range(1, 20))


def test_what_a_task_raises_reaches_the_caller():
    def task(piece):
        return 1 // piece

    with pytest.raises(ZeroDivisionError):
        list(in_order(task, (1, 0, 1)))


def test_batches_cover_every_trajectory_once_and_tell_their_runs():
    told = list[int]()
    found = list(in_batches(list, 7, batch=3, runs=2, progress=told.append))
    assert [numbers for _, numbers in found] == [[0, 1, 2], [3, 4, 5], [6]]
    assert told == [6, 6, 2]


def test_there_is_one_pool():
    modules = [path for path in SOURCE.rglob("*.py") if "ThreadPool" in path.read_text()]
    assert [path.name for path in modules] == ["batches.py"]


def test_threads_of_linear_algebra_change_no_bit(panel, runs):
    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads, user_api="blas"):
            again = load_runs(panel, runs.inputs.years[-1])
            drawn = again.draws(Settings(), 2)
            found.append([again.central(Settings()).flows, again.inputs.survival, drawn.population, drawn.moves_in])
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)
