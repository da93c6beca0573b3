"""Shapley values: against all orders one by one, and by the properties that define them."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from corridor.analysis.shapley import coalitions, first_in, last_in, shapley_values


def _by_orders(values: np.ndarray, players: int) -> np.ndarray:
    orders = list(permutations(range(players)))
    parts = np.zeros(players)
    for order in orders:
        present = 0
        for player in order:
            parts[player] += values[present + 2**player] - values[present]
            present += 2**player
    return parts / len(orders)


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_parts_are_the_mean_over_all_orders_and_add_up(players):
    values = np.random.default_rng(players).normal(0.0, 1e6, (4, 2**players))
    parts = shapley_values(values)
    for row, of_row in zip(values, parts, strict=True):
        np.testing.assert_allclose(of_row, _by_orders(row, players), rtol=1e-9)
    np.testing.assert_allclose(parts.sum(axis=-1), values[:, -1] - values[:, 0], rtol=1e-9)


def test_coalitions_are_numbered_by_their_members():
    sets = coalitions(3)
    assert sets[0].sum() == 0
    assert sets[5].tolist() == [True, False, True]
    assert sets[-1].all()


def test_a_player_that_changes_nothing_gets_nothing_and_alike_players_get_the_same():
    worth = coalitions(3) @ np.array([3.0, 3.0, 0.0])
    np.testing.assert_allclose(shapley_values(worth**2), [18.0, 18.0, 0.0])


def test_first_and_last():
    values = np.array([0.0, 1.0, 2.0, 10.0])
    assert first_in(values).tolist() == [1.0, 2.0]
    np.testing.assert_allclose(last_in(values), [8.0, 9.0])
    assert shapley_values(values).tolist() == [4.5, 5.5]
