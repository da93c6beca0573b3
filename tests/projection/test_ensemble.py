"""Many trajectories: the same as one in NumPy, the same in any batches, closed, stopped and resumed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corridor.drivers.anchors import ANCHORS
from corridor.errors import InputError
from corridor.projection import kernels
from corridor.projection.anchors import NEARLY_ALL, bearable
from corridor.projection.demand import MOST_LEAVING
from corridor.projection.engine import State, project
from corridor.projection.ensemble import EnsembleWorld, Totals, plan_ensemble, run_ensemble, walk
from corridor.projection.leaving import leaving_rates
from corridor.projection.quantiles import group_totals, quantiles
from corridor.projection.runs import Runs
from corridor.projection.survival_nodes import SurvivalNodes
from corridor.projection.trajectory import MODES, Paths, advance_trajectory, follow_baseline
from tests.worlds import random_inputs

if TYPE_CHECKING:
    from corridor.projection.ensemble import Draw
    from corridor.projection.trajectory import Mode

TWIN = 1e-12  # relative, a year's step: the same sums in another order
BASELINE = 1e-9  # relative, the promise for the deterministic run, after all years
LEVELS = np.array([70.0, 75.0, 80.0])


def _world(
    seed: int = 1, *, anchor: str = "observed", mode: Mode = "flows", areas: int = 6, scale: float = 0.02
) -> EnsembleWorld:
    inputs = random_inputs(seed, areas=areas, scale=scale)
    years = len(inputs.years)
    e0 = np.broadcast_to(LEVELS, (years, areas, 2, 3)).copy()
    deaths = (1.0 - inputs.survival)[..., None, :] * np.array([1.3, 1.0, 0.8])[:, None]
    nodes = SurvivalNodes(e0, 1.0 - deaths, np.full((years, areas, 2, 2), 1.2))
    return EnsembleWorld(inputs, follow_baseline(inputs, project(inputs, anchor)), nodes, mode)


def _draw(world: EnsembleWorld, spread: float = 1.0) -> Draw:
    """Return paths of a trajectory that depend on its number only; medians if `spread` is zero."""
    total = world.inputs.fertility.sum(axis=2)

    def draw(numbers: range) -> Paths:
        drawn = [np.random.default_rng([7, number]).normal(0.0, spread, (4, *total.shape)) for number in numbers]
        fertility, mortality, propensity, pull = np.stack(drawn, axis=1)
        expectancy = 75.0 + 2.0 * np.stack([mortality, 0.5 * mortality], axis=-1)
        return Paths(total * np.exp(0.2 * fertility), expectancy, 0.5 * propensity, 0.5 * pull)

    return draw


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("scale", [0.02, 0.4])
def test_a_year_of_a_batch_is_that_of_the_readable_twin(mode, anchor, scale):
    world = _world(3, anchor=anchor, mode=mode, scale=scale)
    paths = _draw(world)(range(3))
    state = State(world.inputs.population, world.inputs.stock, world.inputs.base.displaced)
    dates = walk(world, paths)
    next(dates)
    batch = next(dates)
    for t in range(3):
        after, year = advance_trajectory(
            state, world.inputs, world.baseline, world.nodes, paths.of(t), position=0, mode=mode
        )
        groups = np.abs(after.population).max()
        np.testing.assert_allclose(batch.people[t], after.population, rtol=TWIN, atol=TWIN * groups)
        np.testing.assert_allclose(batch.births[t], year.births.sum(axis=1), rtol=TWIN)
        np.testing.assert_allclose(batch.deaths[t], year.deaths.sum(axis=1), rtol=1e-9)
        np.testing.assert_allclose(batch.moves_out[t], year.emigrants.sum(axis=(1, 2)), rtol=TWIN)
        np.testing.assert_allclose(batch.moves_in[t], year.immigrants.sum(axis=(1, 2)), rtol=TWIN)
        if mode == "birthplaces":
            np.testing.assert_allclose(batch.stock[t].T, after.stock, rtol=1e-9, atol=TWIN * after.stock.max())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("anchor", ANCHORS)
def test_median_paths_are_the_deterministic_run(mode, anchor):
    world = _world(4, anchor=anchor, mode=mode)
    expected = project(world.inputs, anchor)
    for position, date in enumerate(walk(world, _draw(world, 0.0)(range(2)))):
        for people in date.people:
            np.testing.assert_allclose(people, expected.population[position], rtol=BASELINE)


@pytest.mark.parametrize("mode", MODES)
def test_batches_and_workers_do_not_change_a_bit(mode):
    world = _world(5, anchor="un", mode=mode)
    runs = [
        run_ensemble(world, _draw(world), 11, batch=batch, workers=workers)
        for batch, workers in ((20, 1), (1, 2), (4, 2), (5, 1))
    ]
    for field in fields(Totals):
        values = [getattr(run, field.name) for run in runs]
        assert all(np.array_equal(values[0], other) for other in values[1:]), field.name


@pytest.mark.parametrize("mode", ["flows", "birthplaces"])
@pytest.mark.parametrize("anchor", ANCHORS)
def test_every_emigrant_is_an_immigrant_of_the_same_age_and_sex(mode, anchor, monkeypatch):
    world = _world(6, anchor=anchor, mode=mode, scale=0.3)
    gaps, migrate = [], kernels.migrate

    def watched(people, *rest):
        before = people.sum(axis=0)
        migrate(people, *rest)
        gaps.append(np.abs(people.sum(axis=0) / before - 1.0).max())

    monkeypatch.setattr(kernels, "migrate", watched)
    world_sums = [date.net.sum(axis=1) / date.residents.sum(axis=1) for date in walk(world, _draw(world)(range(4)))]
    assert len(gaps) == 4 * len(world.inputs.years)
    assert max(gaps) <= TWIN
    assert np.abs(world_sums).max() <= TWIN


@pytest.mark.parametrize("share", [0.1, 0.5, 0.7, 1.5])
def test_leaving_is_that_of_the_engine_at_every_limit(share):
    world = _world(7).inputs
    people, schedules = world.population, world.movers.schedules
    leaving = share * world.movers.weights.mean(axis=-1) * people.sum(axis=(1, 2))
    leaving[0, 0, 1] = 0.0
    by_area, kept = np.ascontiguousarray(leaving.swapaxes(1, 2)), np.empty(len(people))
    rows, rates = np.empty((2, by_area[0].size, people.shape[-1])), np.zeros((*by_area.shape, people.shape[-1]))
    kernels.leave(by_area, people, schedules, MOST_LEAVING, rows, kept)
    for of_sex, leavers, found in zip(rates, by_area, rows, strict=True):
        of_sex[leavers > 0.0] = found[: np.count_nonzero(leavers)]
    expected, expected_kept, _ = leaving_rates(leaving, schedules, people)
    np.testing.assert_allclose(kept, expected_kept, rtol=TWIN)
    emigrants = by_area[..., None] * rates
    np.testing.assert_allclose(emigrants.swapaxes(1, 2), leaving[..., None] * expected, rtol=1e-9)


@pytest.mark.parametrize("size", [0.1, 2.0, 50.0])
def test_a_correction_is_borne_as_in_the_engine(size):
    random = np.random.default_rng(8)
    people = random.uniform(1.0, 100.0, (5, 2, 6))
    correction = size * random.normal(size=people.shape)
    correction[0] *= 100.0
    correction -= correction.mean(axis=(1, 2), keepdims=True)
    correction -= correction.mean(axis=0)
    bearing, moved = people.sum(axis=(1, 2)), people.reshape(5, -1).copy()
    kernels.correct(moved, correction.reshape(5, -1), bearing, NEARLY_ALL)
    expected = people + bearable(correction, people, bearing, NEARLY_ALL)
    np.testing.assert_allclose(moved, expected.reshape(5, -1), rtol=TWIN, atol=1e-11)
    assert moved.min() > 0.0


@pytest.mark.parametrize("probabilities", [(0.0, 0.025, 0.5, 0.975, 1.0), (0.3,)])
@pytest.mark.parametrize("trajectories", [1, 2, 41])
def test_quantiles_are_numpys(probabilities, trajectories):
    values = np.random.default_rng(12).normal(size=(trajectories, 50, 101))
    expected = np.quantile(values, probabilities, axis=0)
    np.testing.assert_allclose(quantiles(values, probabilities), expected, rtol=1e-12, atol=1e-14)


def test_a_group_is_summed_within_trajectories():
    values = np.random.default_rng(13).normal(size=(30, 2, 4)).astype(np.float32)
    members = np.array([[True, True, False, False], [True, True, True, True]])
    expected = np.stack([values[..., row].sum(axis=2) for row in members], axis=-1)
    np.testing.assert_allclose(group_totals(values, members), expected, rtol=1e-5, atol=1e-6)


def test_a_run_that_takes_too_much_is_refused_before_it_starts():
    world = _world(14)
    with pytest.raises(InputError, match=r"more than 2\.00 GB of memory"):
        run_ensemble(world, _draw(world), 10**9)
    assert plan_ensemble(world, 2000).memory > plan_ensemble(world, 1000).memory
    assert plan_ensemble(world, 1000).disk == 0.0 < plan_ensemble(world, 1000, stored=True).disk


@pytest.fixture(scope="module")
def real_world(panel, inputs):
    return Runs.of(panel, inputs, "un").world


def test_the_promised_size_fits_the_promised_memory(real_world):
    assert plan_ensemble(real_world, 1000).memory <= 2e9
    assert plan_ensemble(real_world, 1000, stored=True).memory <= 2e9


def test_the_real_world_at_its_medium_is_the_deterministic_run(real_world):
    world, inputs = real_world, real_world.inputs
    still = np.zeros((1, *inputs.sex_ratio.shape))
    medium = (world.nodes.e0[None, ..., world.nodes.e0.shape[-1] // 2], still, still)
    *_, last = walk(world, Paths(inputs.fertility.sum(axis=2)[None], *medium))
    np.testing.assert_allclose(last.people[0], world.baseline.projection.population[-1], rtol=BASELINE, atol=1e-6)


def test_what_is_drawn_depends_on_the_number_only(panel, inputs):
    draw = Runs.of(panel, inputs, "observed").paths(3)
    together, alone = draw(range(2, 5)), draw(range(4, 5))
    for name in ("fertility", "life_expectancy", "propensity", "pull"):
        np.testing.assert_array_equal(getattr(together, name)[2:], getattr(alone, name))


def test_an_outlook_does_not_wait_for_numba():
    program = "import sys, corridor.reports.outlook.answer, corridor.projection.engine; print('numba' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"


STOCK_OF_A_YEAR = """
import hashlib
import numpy as np
from corridor.projection.stock_kernels import move_stock
random, areas = np.random.default_rng(0), 237
stock, moves, returns, transits = random.lognormal(3.0, 2.0, (4, areas, areas))
kept, births, share, residents = random.uniform(0.5, 1.0, (4, areas))
displaced, arrived = 0.1 * stock, np.empty((areas, areas))
move_stock(
    stock, displaced, moves, returns, transits, kept, births, 0.01 * share, 1e4 * residents, 0.06, 0.8, arrived
)
print(hashlib.sha256(stock.tobytes()).hexdigest())
"""


def test_the_first_run_of_an_installation_gives_the_same_bits_as_the_next(tmp_path):
    """The first compiles its loops, the next reads them: they once summed in different orders."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", STOCK_OF_A_YEAR]
    runs = [
        subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout for _ in range(2)
    ]
    assert len(runs[0]) == 65
    assert runs[0] == runs[1]
