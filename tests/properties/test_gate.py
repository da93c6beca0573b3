"""Laws of the policy gate: people are conserved, more places never mean fewer legal moves, none is favoured."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.axes import OUTWARD
from corridor.drivers.channels.policy import CHANNEL
from corridor.drivers.lever_gate import gate_of
from corridor.drivers.levers import KINDS, Enforcement, Pathway, Regularisation, Visa
from corridor.drivers.parameters import draw_values
from corridor.projection.gate import base_of, irregular_moves, legal_moves, legal_slope
from corridor.projection.gating import gate_moves, gate_rows, pass_gate

LAWS = settings(max_examples=50, deadline=None)
CODES = ("AAA", "BBB", "CCC", "DDD")
YEARS = range(2025, 2036)
PERSONS = st.floats(0.0, 1e9)
SHARES = st.floats(0.0, 1.0)
SEEDS = st.integers(0, 2**32 - 1)
CONSERVED = 1e-9
PLACES = st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def common(draw):
    """What all levers say."""
    return {
        "name": "any",
        "origins": draw(PLACES),
        "destinations": CODES,
        "start": draw(st.integers(2026, 2034)),
        "end": draw(st.none() | st.just(2035)),
        "ramp": draw(st.none() | st.integers(0, 12)),
        "source": "a test",
        "status": "J",
    }


@st.composite
def pathways(draw):
    unit = draw(st.sampled_from(["persons", "times", "added"]))
    capacity = draw(st.floats(0.0, 20.0) if unit == "times" else PERSONS)
    return Pathway(kind=draw(st.sampled_from(KINDS)), capacity=capacity, unit=unit, **draw(common()))


@st.composite
def visas(draw):
    return Visa(
        requirement=draw(st.sampled_from([None, "introduced", "removed"])),
        refusals=draw(st.floats(0.1, 5.0)),
        asylum_refusals=draw(st.floats(0.1, 5.0)),
        **draw(common()),
    )


@st.composite
def controls(draw):
    stop = draw(st.booleans())
    share = draw(st.floats(0.0, 0.95))
    return Enforcement(stopped=share, **draw(common())) if stop else Regularisation(share=share, **draw(common()))


LISTS = st.lists(st.one_of(pathways(), visas(), controls()), min_size=1, max_size=5)


def _gate(listed, seed, draws=3):
    found = gate_of(listed, YEARS, CODES, draw_values(CHANNEL.parameters, {}, range(draws), seed))
    assert found is not None
    return found


def _moves(seed):
    random = np.random.default_rng(seed)
    moves = 10.0 ** random.uniform(-3.0, 6.0, (3, 4, 4)) * random.integers(0, 2, (3, 4, 4))
    for table in moves:
        np.fill_diagonal(table, 0.0)
    return moves


@given(PERSONS, PERSONS, st.floats(0.0, 1e9))
@LAWS
def test_more_capacity_or_demand_never_means_fewer_legal_moves(demand, capacity, more):
    moves = legal_moves(np.array(demand), np.array(capacity))
    assert 0.0 <= moves <= min(demand, capacity)
    for other in (
        legal_moves(np.array(demand), np.array(capacity + more)),
        legal_moves(np.array(demand + more), np.array(capacity)),
    ):
        assert other >= moves * (1.0 - 1e-15)
    assert 0.0 <= legal_slope(np.array(demand), np.array(capacity)) <= 1.0


@given(st.floats(1e-6, 1e9), SHARES, st.floats(0.0, 0.99))
@LAWS
def test_the_base_is_returned(moves, irregular, unmet):
    base = base_of(np.array([moves]), irregular, unmet)
    legal = legal_moves(base.split.demand, base.capacity)
    np.testing.assert_allclose(legal, base.split.legal, rtol=1e-12)
    np.testing.assert_allclose(base.split.moves, moves, rtol=1e-15)


@given(SHARES, st.floats(0.0, 0.9), SHARES, st.floats(0.0, 1.0), st.floats(0.1, 3.0))
@LAWS
def test_total_moves_never_fall_and_irregular_ones_never_rise_as_legal_ones_do(share, unmet, q, e, usual):
    base = base_of(np.full(200, 5000.0), share, unmet).split
    legal = np.linspace(0.0, 1.0, 200) * base.demand
    irregular = irregular_moves(base.demand, legal, base.legal, usual * base.irregular, redirected=q, elasticity=e)
    rounding = 1e-12 * base.demand[0]
    assert (np.diff(irregular) <= rounding).all()
    assert (np.diff(legal + irregular) >= -rounding).all()
    assert (legal + irregular <= base.demand + rounding).all()
    closed = irregular - np.minimum(usual * base.irregular, base.demand - legal)
    lost = np.maximum(base.legal - legal, 0.0)
    assert (closed[lost > 0.0] <= q * lost[lost > 0.0] + rounding).all()


@given(LISTS, SEEDS)
@LAWS
def test_people_are_conserved_in_every_corridor_year_and_draw(listed, seed):
    gate, moves = _gate(listed, seed), _moves(seed)
    for position in range(len(YEARS)):
        for draw in range(3):
            wanted = moves.copy()
            split = gate_moves(gate, position, draw, wanted).split
            total = split.legal + split.irregular + split.unmet
            np.testing.assert_allclose(total, split.demand, rtol=CONSERVED)
            assert all((getattr(split, part.name) >= 0.0).all() for part in fields(split))
            passing = wanted[OUTWARD][gate.origins, gate.destinations]
            np.testing.assert_allclose(split.moves, passing, rtol=CONSERVED, atol=1e-9 * (1.0 + moves.max()))
            assert (wanted >= -1e-9 * moves.max()).all()
            still = ~gate.works[position]
            before = moves[OUTWARD][gate.origins, gate.destinations][still]
            if not gate.works[position].any():
                assert np.array_equal(wanted, moves)
                np.testing.assert_allclose(split.moves[still], before, rtol=1e-12)


@given(LISTS, SEEDS, SHARES)
@LAWS
def test_demand_is_conserved_over_the_destinations_of_an_origin(listed, seed, diversion):
    gate = _gate(listed, seed)
    values = {**gate.values, "policy.diversion": np.full(3, diversion)}
    gate = replace(gate, values=values)
    rows = _moves(seed)[OUTWARD][gate.senders]
    for position in (0, 5, 10):
        passed = pass_gate(gate, position, 1, rows[gate.places, gate.destinations])
        gated = gate_rows(gate, position, 1, rows)
        works = gate.works[position]
        free, after = rows.copy(), gated.rows.copy()
        for table in (free, after):
            table[gate.places[works], gate.destinations[works]] = 0.0
        sent = np.bincount(gate.places, np.where(works, gated.split.demand, 0.0), len(rows)) + after.sum(axis=1)
        wanted = np.bincount(gate.places, np.where(works, passed.split.demand, 0.0), len(rows)) + free.sum(axis=1)
        induced = np.bincount(gate.places, np.where(works, passed.induced, 0.0), len(rows))
        assert (sent <= wanted * (1.0 + CONSERVED) + 1e-9).all()  # people drawn away are part of what a lever induces
        assert (sent >= (wanted - induced) * (1.0 - CONSERVED) - 1e-9).all()


@given(LISTS, SEEDS, pathways(), SHARES)
@LAWS
def test_raising_a_capacity_never_lowers_legal_moves(listed, seed, raised, more):
    """Whatever other levers work beside it; nor total moves, nor does it raise unmet demand."""
    moves = _moves(seed)[OUTWARD]
    splits = []
    for places in (raised.capacity, raised.capacity * (1.0 + more) + more):
        gate = _gate([replace(raised, capacity=places), *listed], seed)
        splits.append(pass_gate(gate, 9, 0, moves[gate.origins, gate.destinations]).split)
    low, high = splits
    rounding = 1e-11 * high.demand
    assert (high.legal >= low.legal - rounding).all()
    assert (high.moves >= low.moves - rounding).all()
    assert (high.unmet <= low.unmet + rounding).all()


@given(LISTS, SEEDS)
@LAWS
def test_a_world_of_half_as_many_has_half_the_moves(listed, seed):
    times = [
        replace(lever, capacity=1.5, unit="times") if isinstance(lever, Pathway) and lever.unit != "times" else lever
        for lever in listed
    ]
    gate, moves = _gate(times, seed), _moves(seed)[OUTWARD]
    wanted = moves[gate.origins, gate.destinations]
    one, half = (pass_gate(gate, 8, 2, scale * wanted).split for scale in (1.0, 0.5))
    for part in fields(one):
        np.testing.assert_allclose(getattr(half, part.name), 0.5 * getattr(one, part.name), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_lever_in_one_corridor_leaves_other_origins_alone(seed):
    pathway = Pathway(
        name="one", origins=("AAA",), destinations=("BBB",), kind="work", capacity=3.0, unit="times", start=2026,
        source="a test", status="J",
    )  # fmt: skip
    moves = _moves(seed)
    wanted = moves.copy()
    gate_moves(_gate([pathway], seed), 5, 0, wanted)
    assert np.array_equal(wanted[:, 1:], moves[:, 1:])
    assert np.array_equal(wanted[1:], moves[1:])
