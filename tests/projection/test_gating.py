"""Corridors with levers in the engine: what enters comes out, levers do what they say, twin and batch alike."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from corridor.axes import OUTWARD, RETURN
from corridor.drivers.anchors import ANCHORS
from corridor.drivers.channel import Driving, Effects
from corridor.drivers.channels.policy import CHANNEL, return_effects
from corridor.drivers.lever_gate import Opening, gate_of
from corridor.drivers.levers import (
    KIND_SHARES,
    KINDS,
    RESTRICTION_YEARS,
    Enforcement,
    Pathway,
    Regularisation,
    ReturnProgramme,
    Visa,
    check_levers,
)
from corridor.drivers.parameters import central_values, draw_values
from corridor.errors import InputError
from corridor.projection.driving import follow_driven
from corridor.projection.engine import project
from corridor.projection.ensemble import Totals, run_ensemble
from corridor.projection.gate import Split
from corridor.projection.gating import base_in, gate_rows, pass_gate
from tests.projection.test_driving import AREAS, _beside_the_twin, _driven_draw, _driving, _nothing
from tests.projection.test_ensemble import _draw, _world
from tests.worlds import random_inputs

if TYPE_CHECKING:
    from corridor.drivers.lever_gate import Gate
    from corridor.drivers.levers import Lever

CODES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
YEARS = range(2025, 2045)
ALL: dict[str, Any] = {"start": 2026, "source": "a test", "status": "J"}
MOVES = np.array([1000.0, 40.0])
CONSERVED = 1e-9
"""Relative: the promise."""


def pathway(capacity, unit="times", kind="work", origins=("AAA",), destinations=("BBB", "CCC"), **more) -> Pathway:
    values = {**ALL, **more}
    return Pathway(
        name="way",
        origins=origins,
        destinations=destinations,
        kind=kind,
        capacity=capacity,
        unit=unit,
        **values,
    )


def visa(**more) -> Visa:
    return Visa(name="visa", origins=("AAA",), destinations=("BBB", "CCC"), **{**ALL, **more})


def gate(*levers: Lever, **fixed: float) -> Gate:
    values = central_values(CHANNEL.parameters, {f"policy.{name}": value for name, value in fixed.items()})
    found = gate_of(levers, YEARS, CODES, values)
    assert found is not None
    return found


def passed(levers, year=2044, moves=MOVES, **fixed) -> Split:
    return pass_gate(gate(*levers, **fixed), year - YEARS[0], 0, moves).split


def test_an_idle_gate_is_that_of_levers_which_never_work_in_every_field():
    """A new field of the gate that `idle` forgets would differ here."""
    late = YEARS[-1] + 1
    levers = [
        pathway(2.0),
        visa(requirement="introduced", refusals=1.5, asylum_refusals=1.2),
        Enforcement(name="border", origins=("AAA",), destinations=("BBB", "CCC"), stopped=0.3, **ALL),
        Regularisation(name="stay", origins=("AAA",), destinations=("BBB", "CCC"), share=0.5, **ALL),
    ]
    idle, never = gate(*levers).idle(), gate(*[replace(lever, start=late) for lever in levers]).idle()
    asleep = gate(*[replace(lever, start=late) for lever in levers])
    for field in fields(idle):
        if field.name not in {"pathways", "values"}:
            np.testing.assert_array_equal(getattr(idle, field.name), getattr(asleep, field.name), err_msg=field.name)
            np.testing.assert_array_equal(getattr(idle, field.name), getattr(never, field.name), err_msg=field.name)
    split = pass_gate(idle, len(YEARS) - 1, 0, MOVES).split
    np.testing.assert_allclose(split.moves, MOVES)


def _before(moves=MOVES, **fixed) -> Split:
    return passed([pathway(1.0)], moves=moves, **fixed)


def _kept(split: Split) -> None:
    together = split.legal + split.irregular + split.unmet
    np.testing.assert_allclose(together, split.demand, rtol=CONSERVED)
    for part in fields(split):
        assert (getattr(split, part.name) >= 0.0).all(), part.name


def test_a_lever_that_changes_nothing_changes_nothing():
    split = _before()
    np.testing.assert_allclose(split.moves, MOVES, rtol=1e-12)
    np.testing.assert_allclose(split.irregular / MOVES, 0.16)
    np.testing.assert_allclose(split.unmet / split.demand, 0.4)
    _kept(split)


def test_more_places_are_taken_by_those_who_waited_and_some_who_went_irregularly():
    before, after = _before(), passed([pathway(2.0)])
    assert (after.legal > before.legal).all()
    assert (after.irregular < before.irregular).all()
    assert (after.unmet < before.unmet).all()
    np.testing.assert_allclose(after.demand, before.demand)
    _kept(after)


def test_a_capacity_in_persons_is_shared_out_like_moves():
    after = passed([pathway(0.52, "persons", share=1.0)])
    np.testing.assert_allclose(after.legal, 0.5 * MOVES / 1000.0, rtol=1e-3)  # far below demand: every place is taken
    assert after.legal.sum() <= 0.52 * (1.0 + 1e-9)
    _kept(after)


def test_places_of_a_plan_are_by_year_and_corridor_and_beside_those_there_would_be():
    opened, none = gate(pathway(1.0)), np.zeros((len(YEARS), 2))
    more = np.tile([30.0, 0.0], (len(YEARS), 1))
    more[-1] = [0.0, 5.0]
    only = np.arange(2)
    (usual,) = opened.pathways
    plan = Opening(0, more, "more", only, only, np.ones(len(YEARS)), np.ones(len(YEARS)))

    def split(opening, at) -> Split:
        return pass_gate(replace(opened, pathways=(usual, opening)), at, 0, MOVES).split

    before = split(replace(plan, capacity=none), 3)
    early, late = split(plan, 3), split(plan, len(YEARS) - 1)
    for after, added in ((early, [30.0, 0.0]), (late, [0.0, 5.0])):
        gained = after.legal - before.legal
        assert ((gained > 0.0) == (np.array(added) > 0.0)).all()
        assert (gained <= added).all()
        assert (gained >= 0.5 * np.array(added)).all()  # legal moves are near to half of demand: most places are taken
        np.testing.assert_allclose(after.demand, before.demand)
        _kept(after)


def test_corridors_of_one_pool_share_and_pools_do_not():
    opened = gate(pathway(1.0))
    (usual,) = opened.pathways
    capacity = np.full((len(YEARS), 2), 0.1) * [1.0, 2.0]
    apart = replace(usual, unit="persons", capacity=capacity, pools=np.arange(2))
    kinds = {name: replace(opened, pathways=(opening,)) for name, opening in (("usual", usual), ("apart", apart))}
    bases = base_in(opened, 0, MOVES)
    found = {name: pass_gate(each, len(YEARS) - 1, 0, MOVES).split.legal for name, each in kinds.items()}
    lost = KIND_SHARES["work"] * bases.split.legal
    np.testing.assert_allclose(found["usual"] - found["apart"], lost - [0.1, 0.2], rtol=1e-6)


def test_corridors_without_levers_are_split_and_stay_what_they_are():
    also = np.zeros((len(CODES), len(CODES)), dtype=bool)
    also[0, 3] = also[4, 0] = True
    values = central_values(CHANNEL.parameters, {})
    assert gate_of((), YEARS, CODES, values) is None
    alone = gate_of((), YEARS, CODES, values, also)
    assert alone is not None
    assert not alone.works.any()
    assert [*zip(alone.origins, alone.destinations, strict=True)] == [(0, 3), (4, 0)]
    rows = np.random.default_rng(1).uniform(1.0, 9.0, (2, len(CODES)))
    gated = gate_rows(alone, 7, 0, rows)
    assert (gated.rows == rows).all()
    np.testing.assert_allclose(gated.split.moves, rows[[0, 1], [3, 0]], rtol=1e-14)
    _kept(gated.split)
    with_lever = gate_of([pathway(2.0)], YEARS, CODES, values, also)
    assert with_lever is not None
    assert len(with_lever.origins) == 4
    assert with_lever.works.any(axis=0).tolist() == [True, True, False, False]


def test_a_closed_kind_closes_its_share_and_the_others_stay():
    before, after = _before(), passed([pathway(0.0, kind="family", ramp=0)])
    np.testing.assert_allclose(after.legal, (1.0 - KIND_SHARES["family"]) * before.legal)
    lost, more = before.legal - after.legal, after.irregular - before.irregular
    assert (more > 0.0).all()
    assert (more < 0.25 * lost).all()
    _kept(after)


@pytest.mark.parametrize(
    ("kind", "share", "total", "unauthorised"),
    [("family", 0.50, -0.32, 0.24), ("work", 0.32, -0.21, 0.14), ("study", 0.05, 0.0, 0.0)],
)
def test_a_pathway_that_closes_does_what_simon_and_others_found(kind, share, total, unauthorised):
    """Simon et al. 2018, PNAS: 44 of 100 can move legally, a quarter of the others go irregularly.

    The shares of legal moves are those that the published totals ask for (family, low-skilled work); study is small.
    """
    irregular = 0.25 * 0.56 / (0.44 + 0.25 * 0.56)
    today = {"share": share, "irregular_today": irregular, "unmet_today": 0.75 * 0.56}
    fixed = {"redirected": 0.25, "redirected_skilled": 0.05}
    closed = passed([pathway(0.0, kind=kind, **today)], **fixed)
    before = passed([pathway(1.0, kind=kind, **today)], **fixed)
    np.testing.assert_allclose(before.legal, 44.0 / 58.0 * MOVES)
    np.testing.assert_allclose(closed.moves / before.moves - 1.0, total, atol=0.04)
    np.testing.assert_allclose(closed.irregular / before.irregular - 1.0, unauthorised, atol=0.03)


def test_a_corridor_without_a_past_can_open():
    after = passed([pathway(300.0, "added")], moves=np.array([0.0, 0.0]))
    np.testing.assert_allclose(after.legal, 150.0)
    np.testing.assert_allclose(after.demand, 150.0)
    assert not after.irregular.any()
    after = passed([pathway(300.0, "added")], moves=np.array([1000.0, 0.0]))
    np.testing.assert_allclose(after.legal - [_before().legal[0], 0.0], [300.0, 0.0])
    _kept(after)


def test_a_fee_is_paid_by_those_who_move_that_way_and_keeps_nobody_from_moving():
    free, asked = (passed([pathway(2.0, fee=fee)]) for fee in (0.0, 100.0))
    for name in ("demand", "legal", "irregular", "unmet"):
        np.testing.assert_array_equal(getattr(free, name), getattr(asked, name))
    assert not free.fees.any()
    wanted, share = asked.demand * KIND_SHARES["work"], KIND_SHARES["work"]
    assert (asked.fees < 100.0 * wanted).all()
    assert (asked.fees > 100.0 * share * _before().legal).all()
    added = passed([pathway(300.0, "added", fee=10.0)], moves=np.array([0.0, 0.0]))
    np.testing.assert_allclose(added.fees, 1500.0)
    before = passed([pathway(2.0, fee=100.0, start=2044, end=2044)], year=2043)
    assert not before.fees.any()


def test_refusals_raise_irregular_moves_as_published():
    """Czaika & Hobolth 2016: visa refusals +10 %, irregular +4 to +7 %; asylum refusals +10 %, +2 to +4 %."""
    before = _before()
    for name, low, high in (("refusals", 0.04, 0.07), ("asylum_refusals", 0.02, 0.04)):
        parameter = "visa_refusals" if name == "refusals" else name
        (prior,) = (each.prior for each in CHANNEL.parameters if each.name == f"policy.{parameter}")
        for u in (0.0, 0.5, 1.0):
            fixed = {parameter: float(prior.quantile(np.array(u)))}
            after = passed([visa(**{name: 1.1}, ramp=0)], **fixed)
            rise = after.irregular / before.irregular - 1.0
            assert ((low <= rise) & (rise <= high)).all(), (name, u)
            one = gate(visa(), **fixed)
            turned = (before.legal - after.legal) * (one.redirected(0) * one.shares).sum(axis=0)
            np.testing.assert_allclose(turned, after.irregular - before.irregular)
            _kept(after)


@pytest.mark.parametrize("name", ["refusals", "asylum_refusals"])
def test_refusals_never_raise_total_moves_and_fewer_never_lower_them(name):
    before = _before()
    for factor in (1.1, 1.5, 5.0):
        more, fewer = (passed([visa(**{name: ratio}, ramp=0)]) for ratio in (factor, 1.0 / factor))
        assert (more.moves < before.moves).all()
        assert (more.unmet > before.unmet).all()
        assert (fewer.moves > before.moves).all()
        assert (more.legal >= 0.0).all()
        _kept(more)
        _kept(fewer)


def test_a_visa_requirement_lowers_legal_moves_as_recalled():
    """Bertoli & Fernandez-Huertas Moraga 2015: -40 to -47 %."""
    before, after = _before(), passed([visa(requirement="introduced")])
    fall = after.legal / before.legal - 1.0
    assert ((fall > -0.47) & (fall < -0.40)).all()
    assert (after.irregular > before.irregular).all()
    opened = passed([visa(requirement="removed")])
    assert (opened.legal > before.legal).all()
    _kept(after)
    _kept(opened)


def test_a_requirement_is_introduced_slowly_and_removed_at_once():
    """Czaika & de Haas 2017: introduction, gradual decline; removal, almost immediate rise. Within 5-10 years."""
    assert 5 <= RESTRICTION_YEARS <= 10
    before = _before().legal[0]

    def legal(lever, year):
        return passed([lever], year).legal[0]

    introduced = np.array([legal(visa(requirement="introduced", end=2040), year) for year in YEARS])
    np.testing.assert_allclose(introduced[0], before)
    assert (np.diff(introduced[: RESTRICTION_YEARS + 2]) < 0.0).all()
    np.testing.assert_allclose(introduced[RESTRICTION_YEARS + 1 : 16], introduced[15])
    np.testing.assert_allclose(introduced[16:], before)
    removed = [legal(visa(requirement="removed"), year) for year in (2025, 2026, 2044)]
    assert removed[0] == pytest.approx(before)
    assert removed[1] == removed[2] > before


def test_a_ramp_of_its_own_holds_both_ways():
    for capacity in (0.5, 2.0):
        legal = [passed([pathway(capacity, ramp=3)], year).legal[0] for year in range(2025, 2031)]
        assert len(set(np.round(legal, 9))) == 5
        assert np.sign(np.diff(legal)).tolist() == [np.sign(capacity - 1.0)] * 4 + [0.0]


def test_enforcement_stops_and_regularisation_turns():
    before = _before()
    stop = Enforcement(name="stop", origins=("AAA",), destinations=("BBB", "CCC"), stopped=0.3, **ALL)
    after = passed([stop])
    np.testing.assert_allclose(after.irregular, 0.7 * before.irregular)
    np.testing.assert_allclose(after.unmet, before.unmet + 0.3 * before.irregular)
    stay = Regularisation(name="stay", origins=("AAA",), destinations=("BBB", "CCC"), share=0.4, **ALL)
    after = passed([stay])
    np.testing.assert_allclose(after.legal, before.legal + 0.4 * before.irregular)
    np.testing.assert_allclose(after.moves, before.moves)
    _kept(after)


def test_shares_of_kinds_that_are_stated_leave_the_rest_to_the_others():
    found = gate(pathway(1.0, share=0.9), pathway(1.0, kind="study", destinations=("CCC",), share=0.1))
    np.testing.assert_allclose(found.shares.sum(axis=0), 1.0)
    np.testing.assert_allclose(found.shares[KINDS.index("work")], 0.9)
    np.testing.assert_allclose(found.shares[KINDS.index("study")], [0.1 * 0.12 / 0.55, 0.1])


def test_a_lever_may_say_what_its_corridors_are_like_today():
    one = pathway(1.0, destinations=("BBB",), irregular_today=0.02, unmet_today=0.05)
    split = passed([one, pathway(1.0, destinations=("CCC",))])
    np.testing.assert_allclose(split.irregular / MOVES, [0.02, 0.16])
    np.testing.assert_allclose(split.unmet / split.demand, [0.05, 0.4])


def _rows():
    return np.array([[0.0, *MOVES, 500.0, 200.0, 0.0]])


@pytest.mark.parametrize("capacity", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("diversion", [0.03, 0.10, 0.17])
def test_other_destinations_make_up_a_share_and_demand_is_conserved(capacity, diversion):
    found = gate(pathway(capacity, ramp=0), diversion=diversion)
    rows = _rows()
    gated = gate_rows(found, 10, 0, rows)
    change = (gated.rows - rows)[0]
    np.testing.assert_allclose(change[3:].sum(), -diversion * change[1:3].sum(), rtol=1e-9)
    np.testing.assert_allclose(change[3] / 500.0, change[4] / 200.0)
    np.testing.assert_allclose(gated.split.moves, gated.rows[0, 1:3], rtol=1e-12)
    before = _before().demand.sum() + rows[0, 3:].sum()
    np.testing.assert_allclose(gated.split.demand.sum() + gated.rows[0, 3:].sum(), before, rtol=CONSERVED)
    _kept(gated.split)


def test_returns_rise_when_doors_open_only_if_asked():
    for response, high in ((0.0, 1.0), (1.9, 2.0)):
        returns = gate_rows(gate(pathway(2.0), return_response=response), 10, 0, _rows()).returns
        assert ((returns >= 1.0) & (returns <= high)).all()
        assert bool((returns > 1.0).all()) == (response > 0.0)


def test_programmes_of_return_need_no_gate():
    programme = ReturnProgramme(name="home", origins=("AAA",), destinations=("CCC",), effect=0.2, **ALL)
    assert gate_of([programme], YEARS, CODES, central_values(CHANNEL.parameters, {})) is None
    back = return_effects([programme], YEARS, CODES)
    assert back is not None
    assert back.sum() == pytest.approx(0.2 * 19)
    assert back[1, 0, 2] == 0.2
    assert return_effects([pathway(1.0)], YEARS, CODES) is None
    assert gate_of([], YEARS, CODES, central_values(CHANNEL.parameters, {})) is None


@pytest.mark.parametrize(
    ("levers", "wrong"),
    [
        ([pathway(1.0, origins=("XXX",)), pathway(1.0, start=2025)], ["XXX", 2025]),
        ([pathway(1.0, start=2025, share=0.9), pathway(1.0, share=0.8)], [2025, 0.8]),
        ([pathway(1.0, share=0.9), pathway(1.0, share=0.8)], [0.8]),
        ([pathway(1.0, share=0.9), pathway(1.0, kind="study", share=0.2)], [0.2]),
        ([pathway(1.0, kind=kind, share=0.1) for kind in KINDS], [0.1]),
    ],
)
def test_mistakes_are_named(levers, wrong):
    with pytest.raises(InputError) as caught:
        check_levers(levers, CODES)
    assert [problem.value for problem in caught.value.problems] == wrong


# in the engine

LEVERS = (
    pathway(2.0, origins=("AAA", "BBB"), destinations=CODES),
    pathway(0.1, kind="family", origins=CODES, destinations=("DDD",), start=2027),
    pathway(500.0, "added", kind="resettlement", origins=("EEE",), destinations=("FFF",)),
    Visa(name="visa", origins=("CCC",), destinations=CODES, requirement="introduced", refusals=1.5, **ALL),
)


def _gated(driving: Driving, years: int, *levers: Lever, seed: int = 5, **fixed: float) -> Driving:
    draws = len(driving.exposure)
    named = {f"policy.{name}": value for name, value in fixed.items()}
    values = draw_values(CHANNEL.parameters, named, range(draws), seed)
    return replace(driving, gate=gate_of(levers, range(2025, 2025 + years), CODES, values))


@pytest.mark.parametrize("anchor", ANCHORS)
def test_levers_that_do_not_work_yet_leave_the_baseline_bit_for_bit(anchor):
    inputs = random_inputs(8)
    baseline = project(inputs, anchor)
    late = [replace(lever, start=2040) for lever in LEVERS]
    driving = _gated(_nothing(inputs), len(inputs.years), *late)
    assert driving.gate is not None
    for position, (state, year) in enumerate(follow_driven(inputs, baseline, driving)):
        assert np.array_equal(state.population, baseline.population[position + 1])
        assert np.array_equal(state.stock, baseline.stock[position + 1])
        assert np.array_equal(year.flows, baseline.flows[position])
        assert year.split is not None
        _kept(year.split)


@pytest.mark.parametrize("anchor", ANCHORS)
def test_moves_of_the_run_are_legal_and_irregular_moves(anchor):
    inputs = random_inputs(8)
    driving = _gated(_nothing(inputs), len(inputs.years), *LEVERS)
    found = driving.gate
    assert found is not None
    baseline = project(inputs, anchor)
    for position, (_, year) in enumerate(follow_driven(inputs, baseline, driving)):
        assert year.split is not None
        _kept(year.split)
        outward = year.moves[OUTWARD][found.origins, found.destinations]
        np.testing.assert_allclose(year.split.moves, outward, rtol=1e-9, atol=1e-9)
        assert np.array_equal(year.flows, baseline.flows[position]) == (position == 0)
        if position:
            assert year.moves[OUTWARD][4, 5] > 499.0


def test_returns_answer_in_the_engine():
    inputs = random_inputs(8)
    baseline = project(inputs, "observed")
    lasts = []
    for response in (0.0, 1.9):
        driving = _gated(_nothing(inputs), len(inputs.years), LEVERS[0], return_response=response)
        *_, (_, year) = follow_driven(inputs, baseline, driving)
        lasts.append(year.moves[RETURN])
    more = lasts[1] - lasts[0]
    assert more[:, :2].sum() > 0.0


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("scale", [0.02, 0.4])
@pytest.mark.parametrize("response", [0.0, 0.5])
def test_a_batch_with_levers_is_the_readable_twin(anchor, scale, response):
    world = _world(3, anchor=anchor, mode="birthplaces", scale=scale)
    draws, years = 3, len(world.inputs.years)
    driving = _gated(_driving(draws, years), years, *LEVERS, return_response=response)
    assert driving.gate is not None
    paths = replace(_draw(world)(range(draws)), driving=driving)
    for batch, t, year, _ in _beside_the_twin(world, paths, draws):
        for split in (batch.split, year.split):
            assert split is not None
            _kept(split)
        for part in fields(Split):
            one, other = getattr(batch.split, part.name)[t], getattr(year.split, part.name)
            np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-8 * other.max(), err_msg=part.name)


def test_batches_do_not_change_a_bit_of_runs_with_levers():
    world = _world(5, anchor="un", mode="birthplaces")
    years = len(world.inputs.years)

    def draw(numbers: range):
        every = _gated(_driving(11, years), years, *LEVERS)
        part = _driven_draw(_draw(world), every)(numbers)
        found = every.gate
        assert found is not None
        values = {name: value[np.array(numbers)] for name, value in found.values.items()}
        assert part.driving is not None
        return replace(part, driving=replace(part.driving, gate=replace(found, values=values)))

    runs = [run_ensemble(world, draw, 11, batch=batch, workers=workers) for batch, workers in ((20, 1), (4, 2))]
    for field in fields(Totals):
        one, other = (getattr(run, field.name) for run in runs)
        assert np.array_equal(one, other), field.name


def test_areas_are_those_of_the_tests():
    assert len(CODES) == AREAS
    assert Effects.none(1, 1, AREAS).pair is None
