"""The flow-difference method: cases worked by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.demography.flow_difference import FlowDifference, flow_difference, gross_inflow, sample_net

AREAS, AGES = 3, 4
PEOPLE = np.array([[100.0, 300.0], [200.0, 200.0]])
READY = np.array([[1.0, 3.0], [1.0, 1.0]])


def within(shape: tuple[int, ...], low: float, high: float) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, shape, elements=st.floats(low, high, allow_subnormal=False))


@st.composite
def areas(draw):
    people = draw(within((AREAS, 2, AGES), 1.0, 1e7))
    ready = [draw(within((AREAS, 2, AGES), 0.01, 1.0)) for _ in range(2)]
    constants = {"b0": draw(within((AREAS,), 5e-6, 0.07)), "b1": draw(within((AREAS,), 0.0, 1.0))}
    world = people.sum(axis=0) if draw(st.booleans()) else None
    common = {"schedules_in": ready[0], "schedules_out": ready[1], "world_population": world, **constants}
    return people, draw(within((AREAS,), -1e6, 1e6)), common


def test_small_net_by_hand():
    # Women 40 of 100 net: arrivals .1 x 400 + .5 x 40 = 60, departures 20; men 60: 70 and 10.
    flows = flow_difference(
        PEOPLE, np.array(100.0), female_share=0.4, b0=0.1, b1=0.5, schedules_in=READY, schedules_out=READY
    )
    assert flows.inflow == pytest.approx(np.array([[15.0, 45.0], [35.0, 35.0]]))
    assert flows.outflow == pytest.approx(np.array([[5.0, 15.0], [5.0, 5.0]]))
    assert flows.net.sum(axis=-1) == pytest.approx([40.0, 60.0])


def test_weights_by_hand():
    # Departures of women 20 by 1 x 100 and 3 x 300; arrivals 60 by 1 x 900 and 3 x 100.
    world = np.array([[900.0, 100.0], [1.0, 3.0]])
    flows = flow_difference(
        PEOPLE,
        np.array(100.0),
        female_share=0.4,
        b0=0.1,
        schedules_in=READY,
        schedules_out=READY,
        world_population=world,
    )
    assert flows.outflow == pytest.approx(np.array([[2.0, 18.0], [5.0, 5.0]]))
    assert flows.inflow == pytest.approx(np.array([[45.0, 15.0], [17.5, 52.5]]))


@pytest.mark.parametrize(
    ("net", "arrivals"),
    [(0.0, 10.0), (8.0, 14.0), (40.0, 41.0), (-8.0, 6.0), (-40.0, 1.0)],
)
def test_gross_inflow_keeps_both_sides_above_the_least(net, arrivals):
    # 1,000 people, b0 = .01, b1 = .5, least 1 either way.
    found = gross_inflow(np.array(1000.0), np.array(net), np.array(0.01), np.array(0.5), np.array(0.001))
    assert found == pytest.approx(arrivals)


def test_constants_for_net_emigration():
    flows = flow_difference(
        PEOPLE,
        np.array(-100.0),
        female_share=0.9,
        female_share_negative=0.25,
        b0=0.1,
        b1=0.5,
        b1_negative=0.2,
        schedules_in=READY,
        schedules_out=READY,
    )
    # Women -25: .1 x 400 - .2 x 25 = 35; men -75: 40 - 15 = 25.
    assert flows.inflow.sum(axis=-1) == pytest.approx([35.0, 25.0])
    assert flows.outflow.sum(axis=-1) == pytest.approx([60.0, 100.0])


def test_no_one_can_leave_an_empty_area():
    empty = np.zeros((2, 2))
    common = {"schedules_in": READY, "schedules_out": READY, "world_population": PEOPLE}
    arriving = flow_difference(empty, np.array(10.0), **common)
    assert arriving.inflow.sum() == pytest.approx(10.0)
    assert not arriving.outflow.any()
    with pytest.raises(ValueError, match="no age of their sex"):
        flow_difference(empty, np.array(-10.0), **common)


def test_sampled_net_by_hand():
    # Spreads: sqrt(16 / 1) = 4 and min(sqrt(36), 4 / 2) = 2; noise 4 and -2, of which 2 x (2/3, 1/3) is taken back.
    flows = FlowDifference(np.array([[10.0, 20.0]]), np.array([[6.0, 16.0]]))
    found = sample_net(flows, np.array([[100.0, 4.0]]), 1.0, np.array([[1.0, -1.0]]))
    assert found == pytest.approx(np.array([[4.0 + 4.0 - 4.0 / 3.0, 4.0 - 2.0 - 2.0 / 3.0]]))


@settings(deadline=None)
@given(case=areas())
def test_difference_is_net_and_neither_side_below_the_least(case):
    people, net, common = case
    flows = flow_difference(people, net, female_share=0.5, female_share_negative=0.5, **common)
    assert flows.net.sum(axis=-1) == pytest.approx(np.stack((net, net), axis=-1) / 2.0, rel=1e-9, abs=1e-6)
    least = 0.1 * common["b0"][:, None] * people.sum(axis=-1)
    for side in (flows.inflow, flows.outflow):
        assert np.all(side >= 0.0)
        assert np.all(side.sum(axis=-1) >= least - 1e-6)


@settings(deadline=None)
@given(case=areas(), order=st.permutations(range(AREAS)))
def test_areas_do_not_touch(case, order):
    people, net, common = case
    flows = flow_difference(people, net, **common)
    moved = {name: value[order] if name != "world_population" else value for name, value in common.items()}
    assert np.array_equal(flow_difference(people[order], net[order], **moved).net, flows.net[order])


@settings(deadline=None)
@given(case=areas(), normals=within((AREAS, 2, AGES), -3.0, 3.0), precision=st.floats(0.01, 10.0))
def test_sampling_keeps_totals(case, normals, precision):
    people, net, common = case
    flows = flow_difference(people, net, **common)
    sampled = sample_net(flows, people, precision, normals)
    assert sampled.sum(axis=-1) == pytest.approx(flows.net.sum(axis=-1), rel=1e-9, abs=1e-4)
