"""Displacement by floods and storms."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.areas import codes, index
from corridor.calendar import LAST_STOCK
from corridor.data.arrays import stock_on_1_july
from corridor.drivers.channels.displacement import (
    CHANNEL,
    Displaced,
    displaced_people,
    displacement_push,
    load_displaced,
)
from corridor.drivers.parameters import central_values
from corridor.estimate.world.base_flows import base_flows

CENTRAL = central_values(CHANNEL.parameters, {})


@pytest.fixture(scope="module")
def base(panel):
    return load_displaced(panel, base_flows(panel, stock_on_1_july(panel, LAST_STOCK)).outward.sum(axis=1))


def test_means_are_over_all_years_of_the_table(panel, base):
    rows = panel.frame("internal_displacement")
    assert (rows["year"].min(), rows["year"].max()) == (2008, 2023)
    floods = rows[(rows["area"] == "PAK") & (rows["cause"] == "flood")]
    assert base.flood[index("PAK")] == pytest.approx(floods["persons"].sum() / 16)
    in_all = rows[rows["cause"].isin(["flood", "storm"])]["persons"].sum()
    assert 16 * (base.flood.sum() + base.storm.sum()) == pytest.approx(in_all)


def test_a_degree_is_half_as_many_floods_again(base):
    floods = Displaced(base.flood, np.zeros_like(base.flood), base.outflow)
    people = displaced_people(np.array([[0.0, 1.0, 2.0]]), np.ones((3, len(codes()))), floods, CENTRAL)[0]
    np.testing.assert_allclose(people[0], base.flood)
    np.testing.assert_allclose(people[1], 1.5 * base.flood)
    np.testing.assert_allclose(people[2], 2.0 * base.flood)


def test_people_displaced_grow_with_the_population_and_the_push_does_not_count_it_again(base):
    ratio = np.full((1, len(codes())), 1.3)
    still = np.array([[0.0]])
    np.testing.assert_allclose(displaced_people(still, ratio, base, CENTRAL)[0, 0], 1.3 * (base.flood + base.storm))
    assert not displacement_push(still, base, CENTRAL).any()


def test_push_is_the_crossing_share_of_those_displaced_in_addition():
    base = Displaced(np.array([1e6]), np.array([2e6]), np.array([1e5]))
    draws = {
        "displacement.flood_growth": np.array([0.5, 0.4]),
        "displacement.storm_growth": np.array([0.0, 0.2]),
        "displacement.crossing_share": np.array([0.01, 0.02]),
    }
    push = displacement_push(np.array([[0.0, 2.0], [0.0, 1.0]]), base, draws)[:, :, 0]
    np.testing.assert_allclose(push, [[0.0, np.log(1.0 + 0.01 * 1e6 / 1e5)], [0.0, np.log(1.0 + 0.02 * 0.8e6 / 1e5)]])


def test_moves_at_most_double_or_halve_and_nobody_moves_where_nobody_does():
    base = Displaced(np.array([1e9, 1e9]), np.zeros(2), np.array([10.0, 0.0]))
    push = displacement_push(np.array([[5.0, -1.0]]), base, CENTRAL)[0]
    np.testing.assert_allclose(push[:, 0], np.log([2.0, 0.5]))
    assert not push[:, 1].any()


def test_the_worlds_moves_change_as_little_as_the_structural_models_say(panel, base):
    rows = panel.frame("global_warming").query("scenario == 'SSP2-4.5'").set_index("year")["central"]
    push = displacement_push(np.array([[rows[2100] - rows[2025]]]), base, CENTRAL)[0, 0]
    world = base.outflow @ np.expm1(push) / base.outflow.sum()
    assert 0.005 < world < 0.02  # our band for all of climate is 0 to 6 %
    top = {codes()[at] for at in np.argsort(-push)[:4]}
    assert top == {"CUB", "SSD", "SOM", "CHN"}
    for iso3 in ("ARE", "KWT", "QAT", "KGZ", "UZB"):
        assert push[index(iso3)] < 0.001
