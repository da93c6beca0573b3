"""People whom pathways bring have the profile of their kind, beside usual movers; nobody appears or is lost."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from corridor.areas import index
from corridor.axes import AGES, MALE
from corridor.data.panel import load_panel
from corridor.demography.mover_classes import Profile, profile_schedules, profile_weights
from corridor.drivers.anchors import ANCHORS
from corridor.drivers.assembly import central_chance, driving_of, everything
from corridor.drivers.channel import Settings
from corridor.drivers.levers import PROFILES, WORKERS, Pathway
from corridor.projection import kernels
from corridor.projection.driving import follow_driven
from corridor.projection.engine import project
from corridor.projection.ensemble import Totals, run_ensemble, walk
from corridor.projection.gating import gate_moves, pass_gate
from corridor.projection.leaving import move_by_age
from corridor.projection.pathway_movers import Widened, shares_of, with_brought
from corridor.projection.runs import load_runs
from corridor.reports.ledger.words import lever_words
from tests.projection.test_driving import TWIN, _beside_the_twin, _driven_draw, _driving, _nothing
from tests.projection.test_ensemble import _draw, _world
from tests.projection.test_gating import CODES, MOVES, _gated, gate, pathway, visa
from tests.properties.test_gate import LISTS, SEEDS, YEARS, _gate
from tests.properties.test_gate import _moves as random_moves
from tests.worlds import random_inputs

if TYPE_CHECKING:
    from corridor.projection.engine import Year

LAWS = hypothesis_settings(max_examples=30, deadline=None)
EVERYWHERE = np.arange(len(CODES))
LEVERS = (
    pathway(2.0, origins=("AAA", "BBB"), destinations=CODES),
    pathway(3.0, kind="study", origins=CODES, destinations=("CCC",), ages=(16, 30)),
    pathway(0.1, kind="family", origins=CODES, destinations=("DDD",), start=2027),
    pathway(500.0, "added", origins=("EEE",), destinations=("FFF",), male_share=0.35, ages=(30, 44)),
)


def _brought(*levers, year=2044, moves=MOVES):
    return pass_gate(gate(*levers), year - YEARS[0], 0, moves)


# whom a pathway brings


@pytest.mark.parametrize(("unit", "capacity"), [("times", 2.0), ("added", 300.0), ("persons", 900.0)])
def test_legal_moves_above_the_usual_are_brought(unit, capacity):
    usual, opened = _brought(pathway(1.0)), _brought(pathway(capacity, unit))
    assert not usual.brought.any()
    np.testing.assert_allclose(opened.brought[0], opened.split.legal - usual.split.legal, rtol=1e-9, atol=1e-9)
    assert opened.brought.sum() > 0.0


@pytest.mark.parametrize(
    "levers",
    [
        [pathway(0.0, ramp=0)],
        [pathway(0.5, ramp=0), visa(refusals=2.0)],
        [visa(requirement="removed")],
        [pathway(2.0, kind="resettlement")],
        [pathway(2.0, start=2045)],
    ],
)
def test_nobody_is_brought_by_what_closes_or_has_no_profile_or_does_not_work(levers):
    assert not _brought(*levers).brought.any()


def test_kinds_and_their_profiles_stay_apart():
    found = gate(pathway(2.0), pathway(2.0, kind="study"), pathway(2.0, kind="seasonal"), pathway(0.5, kind="family"))
    assert found.profiles == (WORKERS, PROFILES["study"], PROFILES["family"])
    brought = pass_gate(found, 10, 0, MOVES).brought
    share = found.shares[:, 0]
    np.testing.assert_allclose(brought[1] / brought[0], share[3] / (share[0] + share[1]))
    assert not brought[2].any()


def test_the_last_pathway_of_a_kind_says_who_comes():
    men = pathway(1.5, male_share=1.0, start=2030, end=2040)
    found = gate(pathway(2.0), men)
    for year, last in ((2029, 0), (2030, 1), (2041, 0)):
        brought = pass_gate(found, year - YEARS[0], 0, MOVES).brought
        assert (brought[last] > 0.0).all()
        assert not brought[1 - last].any()


def test_a_file_may_say_who_comes():
    assert pathway(1.0).people == WORKERS
    assert pathway(1.0, male_share=0.95).people == Profile("labour", 0.95, WORKERS.ages)
    assert pathway(1.0, ages=(20, 39)).people == Profile("labour", WORKERS.male_share, (20, 39))
    assert pathway(1.0, kind="protection").people is None
    assert pathway(1.0, kind="protection", male_share=0.4).people == Profile("family", 0.4)
    assert pathway(1.0, kind="study", male_share=0.0).people == Profile("study", 0.0)


# their sexes and ages


def test_a_profile_keeps_to_its_ages_and_its_share_of_men():
    curves = profile_schedules([WORKERS, Profile("study")])
    assert curves.shape == (2, 2, AGES)
    ages = np.arange(AGES)
    within = (ages >= 18) & (ages <= 64)
    assert (curves[:, 0] > 0.0).tolist() == [within.tolist()] * 2
    assert (curves[:, 1] > 0.0).all()
    usual = np.array([[[0.3], [0.3]], [[0.1], [0.3]]])
    weights = profile_weights(usual, [WORKERS, Profile("study")], np.array([[0.5], [0.25]]))
    np.testing.assert_allclose(weights[:, :2], 0.25 * usual)
    np.testing.assert_allclose(weights[:, 2, 0], [0.5 * 0.2, 0.5 * 0.8])
    np.testing.assert_allclose(weights[:, 3, 0], [0.25 * 0.6, 0.25 * 0.4])
    assert weights.sum() == pytest.approx(1.0)


def test_who_is_brought_comes_beside_usual_movers():
    inputs = random_inputs(8)
    found = gate(pathway(300.0, "added", origins=("EEE",), destinations=("FFF",), male_share=0.7, ages=(20, 39)))
    flows = random_moves(1)[0, 0, 0] + np.random.default_rng(1).uniform(1.0, 50.0, (6, 6))
    np.fill_diagonal(flows, 0.0)
    before, _, _ = move_by_age(flows, inputs.movers, inputs.population)
    flows = flows.copy()
    flows[4, 5] += 300.0
    movers = with_brought(inputs.movers, found, np.array([[300.0]]), flows)
    after, emigrants, immigrants = move_by_age(flows, movers, inputs.population)
    one, other = np.array([4]), np.array([5])
    added = after.by_age(one, other) - before.by_age(one, other)
    assert added.sum() == pytest.approx(300.0)
    assert added[MALE].sum() == pytest.approx(210.0)
    np.testing.assert_allclose(added[:, 20:40].sum(), 300.0)
    np.testing.assert_allclose(added[:, :20], 0.0, atol=1e-9)
    np.testing.assert_allclose(emigrants.sum(axis=0), immigrants.sum(axis=0), rtol=1e-12)
    rest = after.by_age(EVERYWHERE, np.arange(5)) - before.by_age(EVERYWHERE, np.arange(5))
    np.testing.assert_allclose(rest, 0.0, atol=1e-9)


def test_where_nobody_is_brought_movers_are_the_usual_ones_themselves():
    movers = random_inputs(8).movers
    opened, none = gate(pathway(2.0)), np.zeros((1, 2))
    assert with_brought(movers, opened, none, np.ones((6, 6))) is movers
    assert Widened.of(movers, None) is None
    assert Widened.of(movers, gate(pathway(2.0, kind="protection"))) is None


def test_shares_of_moves_are_never_more_than_all():
    shares = shares_of(np.array([[3.0, 0.0, 2.0], [1.0, 0.0, 2.0]]), np.array([8.0, 0.0, 3.0]))
    np.testing.assert_allclose(shares, [[0.375, 0.0, 0.5], [0.125, 0.0, 0.5]])


@given(LISTS, SEEDS)
@LAWS
def test_who_is_brought_moves_legally_and_weights_are_shares(listed, seed):
    listed = [replace(one, ages=(20, 50)) if isinstance(one, Pathway) and one.start % 2 else one for one in listed]
    found, moves = _gate(listed, seed), random_moves(seed)
    usual = np.random.default_rng(seed).dirichlet(np.ones(4), (4, 4)).T.reshape(2, 2, 4, 4)
    movers = replace(random_inputs(3, areas=4).movers, weights=usual)
    for position in (0, 3, 10):
        wanted = moves.copy()
        gated = gate_moves(found, position, 1, wanted)
        assert (gated.brought >= 0.0).all()
        assert (gated.brought.sum(axis=0) <= gated.split.legal * (1.0 + 1e-9)).all()
        weights = with_brought(movers, found, gated.brought, wanted.sum(axis=0)).weights
        assert (weights >= 0.0).all()
        np.testing.assert_allclose(weights.sum(axis=(0, 1)), 1.0)
        if position == 0:
            assert not gated.brought.any()


@given(
    SEEDS,
    st.integers(0, 100).map(lambda percent: percent / 100.0),
    st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted).map(tuple),
)
@LAWS
def test_the_world_balances_by_age_and_sex_with_any_profile(seed, male_share, ages):
    inputs = random_inputs(seed % 1000, years=3, scale=0.1)
    baseline = project(inputs, "observed")
    opening = pathway(5.0, origins=CODES, destinations=CODES, male_share=male_share, ages=ages)
    for _, year in follow_driven(inputs, baseline, _gated(_nothing(inputs), 3, opening, *LEVERS)):
        _balanced(year)


def _balanced(year: Year) -> None:
    out, into = year.emigrants.sum(axis=0), year.immigrants.sum(axis=0)
    np.testing.assert_allclose(into, out, rtol=1e-9, atol=1e-9 * (1.0 + out.max()))
    np.testing.assert_allclose(year.emigrants.sum(axis=(1, 2)), year.flows.sum(axis=1), rtol=1e-6, atol=1e-6)


# runs


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("scale", [0.02, 0.4])
def test_a_batch_with_profiles_is_the_readable_twin(anchor, scale):
    world = _world(3, anchor=anchor, mode="birthplaces", scale=scale)
    draws, years = 3, len(world.inputs.years)
    paths = replace(_draw(world)(range(draws)), driving=_gated(_driving(draws, years), years, *LEVERS))
    seen = {}

    def watch(position, t, moved):
        seen[position, t] = moved.by_age(EVERYWHERE[:3], EVERYWHERE[2:]), moved.weights.shape[1]

    found = [by_year for _, _, by_year, _ in _beside_the_twin(world, paths, draws)]
    for _ in walk(world, paths, watch):
        pass
    wide = 0
    for (position, t), (movers, streams) in seen.items():
        year = found[position * draws + t]
        assert year.moved is not None
        expected = year.moved.by_age(EVERYWHERE[:3], EVERYWHERE[2:])
        np.testing.assert_allclose(movers, expected, rtol=1e-7, atol=TWIN * 1e4 * expected.max())
        assert streams == year.moved.weights.shape[1]
        wide += streams > 2
    assert wide == draws * (years - 1)


def test_batches_and_workers_do_not_change_a_bit_of_runs_with_profiles():
    world = _world(5, anchor="un", mode="birthplaces")
    years = len(world.inputs.years)

    def draw(numbers: range):
        every = _gated(_driving(11, years), years, *LEVERS)
        driving = _driven_draw(_draw(world), every)(numbers).driving
        assert driving is not None
        assert every.gate is not None
        values = {name: value[np.array(numbers)] for name, value in every.gate.values.items()}
        return replace(_draw(world)(numbers), driving=replace(driving, gate=replace(every.gate, values=values)))

    runs = [run_ensemble(world, draw, 11, batch=batch, workers=workers) for batch, workers in ((20, 1), (4, 2))]
    for field in fields(Totals):
        one, other = (getattr(run, field.name) for run in runs)
        assert np.array_equal(one, other), field.name


@pytest.mark.parametrize("late", [True, False])
def test_trajectories_are_those_without_levers_bit_for_bit_until_somebody_is_brought(late):
    world = _world(4, anchor="un", mode="birthplaces")
    years = len(world.inputs.years)
    levers = [replace(lever, start=2040 if late else 2027) for lever in LEVERS]
    dates = []
    for driving in (_driving(3, years), _gated(_driving(3, years), years, *levers)):
        walked = walk(world, replace(_draw(world)(range(3)), driving=driving))
        dates.append([date.people.copy() for date in walked])
    same = [np.array_equal(one, other) for one, other in zip(*dates, strict=True)]
    assert same == [True] * (years + 1) if late else [True] * 3 + [False] * (years - 2)


def test_every_emigrant_of_a_batch_is_an_immigrant_of_the_same_age_and_sex(monkeypatch):
    world = _world(6, anchor="blended", mode="birthplaces", scale=0.3)
    years, gaps, migrate = len(world.inputs.years), [], kernels.migrate

    def watched(people, *rest):
        before = people.sum(axis=0)
        migrate(people, *rest)
        gaps.append(np.abs(people.sum(axis=0) / before - 1.0).max())

    monkeypatch.setattr(kernels, "migrate", watched)
    for _ in walk(world, replace(_draw(world)(range(4)), driving=_gated(_driving(4, years), years, *LEVERS))):
        pass
    assert len(gaps) == 4 * years
    assert max(gaps) <= TWIN


# in words


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        (pathway(2.0), "are workers, 80% men, aged 18 to 64"),
        (pathway(2.0, kind="study", ages=(18, 100)), "are students, aged 18 or more"),
        (pathway(2.0, kind="family"), "are families"),
        (pathway(2.0, kind="family", male_share=0.25, ages=(0, 17)), "are families, 25% men, up to age 17"),
        (pathway(2.0, kind="resettlement"), "have the usual sexes and ages"),
    ],
)
def test_the_ledger_says_who_comes(opening, words):
    told = f"pathway, {opening.kind}: 2 times the capacity without the lever; people beyond the usual moves {words}"
    assert lever_words(opening) == told


# the world of today


@pytest.fixture(scope="module")
def world():
    return load_runs(load_panel(), 2026)


def _agreement(**more) -> Pathway:
    return Pathway(
        name="agreement",
        origins=("UZB",),
        destinations=("KOR",),
        start=2026,
        kind="work",
        capacity=50_000.0,
        unit="added",
        source="a test",
        status="J",
        **more,
    )


def _by_age(year: Year, one, other) -> np.ndarray:
    assert year.moved is not None
    return year.moved.by_age(one, other)


def _last(world, *levers: Pathway) -> Year:
    settings, chance = Settings(levers=levers), central_chance(world.conditions)
    driving = driving_of(world.conditions, everything(settings), settings, chance)
    *_, (_, year) = follow_driven(world.inputs, world.baseline, driving)
    return year


@pytest.mark.parametrize(
    ("more", "share", "least", "greatest"),
    [({}, 0.8, 18, 64), ({"male_share": 0.95, "ages": (18, 39)}, 0.95, 18, 39)],
)
def test_a_work_agreement_brings_adults_and_the_share_of_men_that_is_asked(world, more, share, least, greatest):
    one, other = np.array([index("UZB")]), np.array([index("KOR")])
    before, after = _last(world), _last(world, _agreement(**more))
    usual, all_movers = (_by_age(year, one, other) for year in (before, after))
    added, total = all_movers - usual, after.moves[:, one[0], other[0]].sum()
    assert 0.9 * 50_000 < added.sum() < 50_000  # some of them would have moved irregularly
    assert all_movers.sum() == pytest.approx(total)
    brought, rest = 50_000.0, total - 50_000.0
    profile = all_movers - rest * usual / usual.sum()
    assert profile.sum() == pytest.approx(brought)
    assert profile[MALE].sum() / brought == pytest.approx(share)
    np.testing.assert_allclose(profile[:, least : greatest + 1].sum(), brought, rtol=1e-9)
    assert added[:, :18].sum() < 0.02 * added.sum()
    _balanced(after)


def test_protection_brings_usual_movers(world):
    one, other = np.array([index("UZB")]), np.array([index("KOR")])
    before, after = (_last(world, *levers) for levers in ((), (replace(_agreement(), kind="protection"),)))
    usual, more = (_by_age(year, one, other) for year in (before, after))
    np.testing.assert_allclose(more / more.sum(), usual / usual.sum(), rtol=1e-9)
    assert more.sum() > usual.sum() + 40_000
    assert after.moved is not None
    assert after.moved.weights is world.inputs.movers.weights
