"""Networks of people abroad."""

from __future__ import annotations

import numpy as np

from corridor.drivers.channels.network import YEARS_PRESENT, network_factor

BASE = np.array([[900.0, 99.0], [0.0, 500.0]])
NO_MOVES = np.zeros((2, 2))


def test_factor_is_the_ratio_to_the_power_of_the_elasticity():
    stock = np.array([[1000.0, 199.0], [15.0, 1.0]])
    np.testing.assert_allclose(network_factor(stock, BASE, NO_MOVES, 0.5), [[1.0, np.sqrt(2.0)], [4.0, 1.0]])


def test_natives_at_home_are_no_network():
    grown = BASE + np.diag([1e6, 1e6])
    assert np.array_equal(network_factor(grown, BASE, NO_MOVES, 0.4), np.ones((2, 2)))


def test_a_stock_that_is_gone_leaves_a_corridor_open():
    factor = network_factor(np.zeros((2, 2)), BASE, NO_MOVES, 0.4)
    assert 0.0 < factor[0, 1] == np.float64(0.01**0.4)
    assert factor[1, 0] == 1.0


def test_a_corridor_without_a_stock_does_not_multiply_with_its_first_migrants():
    moves = np.array([[0.0, 50.0], [0.0, 0.0]])
    nobody = np.zeros((2, 2))
    after_thirty_years = 30.0 * moves
    factor = network_factor(after_thirty_years, nobody, moves, 0.4)
    assert factor[0, 1] < ((YEARS_PRESENT + 30.0) / YEARS_PRESENT) ** 0.4
    assert factor[1, 0] == 1.0
