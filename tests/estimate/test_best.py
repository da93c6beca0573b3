"""The estimate of past flows that came before `moves`, on small worlds and on the embedded panel."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.areas import index
from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.calendar import PERIODS
from corridor.errors import InputError
from corridor.estimate.accounts.best import (
    FACTORS,
    OTHER_TYPES,
    SMALLEST,
    Ingredients,
    Weights,
    best_interval,
    best_moves,
    bounds,
    gravity,
    ingredients,
    mixed,
    parts,
    resting_share,
    settled_share,
)
from corridor.estimate.measures.scores import net_agreement

LAST = max(PERIODS)


@pytest.fixture
def found():
    table = np.array([[0.0, 10.0], [20.0, 0.0]])
    types = np.stack([table, 2 * table, 3 * table])
    settled = np.array([[1.0, 0.75], [0.25, 1.0]])
    return Ingredients(5, types, 2 * types, 10 * types, settled, table / 10, np.zeros(2))


def test_minimum_is_a_year_of_the_mean_of_both_accounts(found):
    units = parts(found, closed_share=0.25)
    np.testing.assert_allclose(units[0, OUTWARD], 1.25 * found.open_minimum[OUTWARD] / 5)
    np.testing.assert_allclose(units[0, RETURN], OTHER_TYPES * 1.25 * found.open_minimum[RETURN] / 5)


def test_newcomers_and_settled_share_independence(found):
    _, settled, recent, _ = parts(found, closed_share=0.0)
    weight = np.array([1.0, OTHER_TYPES, OTHER_TYPES])[:, None, None]
    np.testing.assert_allclose(settled + recent, weight * found.independence)
    # who is born in 0 and lives in 1 may go out from 0 to 1 and return from 1 to 0
    assert settled[OUTWARD, 0, 1] == 0.75 * found.independence[OUTWARD, 0, 1]
    assert settled[RETURN, 1, 0] == OTHER_TYPES * 0.75 * found.independence[RETURN, 1, 0]
    assert not recent[TRANSIT].any()


def test_gravity_counts_as_outward(found):
    units = parts(found, closed_share=0.0)
    np.testing.assert_array_equal(units[3, OUTWARD], found.gravity)
    assert not units[3, [RETURN, TRANSIT]].any()


def test_a_mixture_is_the_weighted_sum(found):
    units = parts(found, closed_share=0.0)
    moves = mixed(units, Weights(minimum=1.0, settled=0.1, recent=0.2, gravity=3.0, closed_share=0.0))
    np.testing.assert_allclose(moves, units[0] + 0.1 * units[1] + 0.2 * units[2] + 3 * units[3])


def test_what_rests_is_all_but_minimum():
    units = np.array([[8.0, 0.0, 0.0], [10.0, 10.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    weights = Weights(minimum=1.0, settled=0.2, recent=0.3, gravity=1.0, closed_share=0.0)
    assert resting_share(units, weights).tolist() == pytest.approx([0.2, 1.0, 1.0])


def test_bounds_multiply_the_estimate_by_the_factors_of_its_class():
    lower, upper = bounds(np.array([100.0, 100.0, 5000.0]), np.array([0.1, 0.9, 0.1]))
    assert lower.tolist() == pytest.approx([100 * FACTORS[1, 0, 0], 100 * FACTORS[1, 1, 0], 5000 * FACTORS[3, 0, 0]])
    assert upper.tolist() == pytest.approx([100 * FACTORS[1, 0, 1], 100 * FACTORS[1, 1, 1], 5000 * FACTORS[3, 0, 1]])


def test_bounds_of_next_to_nothing_begin_at_zero_and_of_nothing_are_nothing():
    lower, upper = bounds(np.array([SMALLEST / 100, 0.0]), np.ones(2))
    assert lower.tolist() == [0, 0]
    assert upper.tolist() == pytest.approx([SMALLEST * FACTORS[0, 1, 1], 0])


def test_gravity_falls_with_distance_and_grows_with_people():
    people = np.full(237, 1e6)
    attraction = gravity(people)
    deu, pol, aus = index("DEU"), index("POL"), index("AUS")
    assert attraction[deu, pol] > 5 * attraction[deu, aus] > 0
    assert attraction[deu, pol] == attraction[pol, deu]
    assert attraction[deu, deu] == 0
    people[pol] = 4e6
    assert gravity(people)[deu, pol] == pytest.approx(2 * attraction[deu, pol])


def test_no_corridor_is_closed_and_nobody_moves_within_an_area(panel):
    moves = best_moves(panel, LAST)
    assert moves.shape == (3, 237, 237)
    assert (moves >= 0).all()
    total = moves.sum(axis=0)
    np.testing.assert_array_equal(total > 0, ~np.eye(237, dtype=bool))


@pytest.mark.parametrize("start", PERIODS)
def test_the_world_is_plausible(panel, start):
    moves = best_moves(panel, start)
    found = ingredients(panel, start)
    assert 15e6 < moves.sum() < 40e6
    assert 0.15 < moves[RETURN].sum() / moves.sum() < 0.45
    agreed = net_agreement(moves.sum(axis=0), found.net / found.years)
    assert agreed.correlation > 0.85
    assert 0.8 < agreed.size_ratio < 1.3


def test_corridors_that_everybody_knows(panel):
    def thousands(start, orig, dest):
        return best_moves(panel, start)[:, index(orig), index(dest)].sum() / 1e3

    assert 300 < thousands(2010, "SYR", "TUR") < 700
    assert 150 < thousands(2020, "UKR", "POL") < 500
    assert 400 < thousands(2000, "MEX", "USA") < 1000
    assert thousands(2020, "PAK", "IND") < 150


def test_intervals_hold_the_estimate_of_large_corridors(panel):
    interval = best_interval(panel, LAST)
    large = interval.moves > 20
    assert (interval.lower[large] < interval.moves[large]).all()
    assert (interval.moves[large] < interval.upper[large]).all()
    np.testing.assert_allclose(interval.moves, best_moves(panel, LAST).sum(axis=0))


def test_the_first_period_has_the_settled_of_the_second(panel):
    np.testing.assert_array_equal(settled_share(panel, 1990), settled_share(panel, 1995))
    share = settled_share(panel, 2015)
    assert (share >= 0).all()
    assert (share <= 1).all()
    # Syrians in Türkiye came after 2010
    assert share[index("SYR"), index("TUR")] < 0.1


def test_a_period_that_no_stock_begins_is_refused(panel):
    with pytest.raises(InputError, match="2015, 2020"):
        best_moves(panel, 2016)
