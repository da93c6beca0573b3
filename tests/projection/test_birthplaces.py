"""The stock by birthplace and residence, worked by hand on three areas."""

from __future__ import annotations

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.projection.birthplaces import move_birthplaces, within_stock

STOCK = np.array([[100.0, 10.0, 4.0], [0.0, 200.0, 6.0], [20.0, 0.0, 50.0]])


def _moves(kind, orig, dest, persons):
    moves = np.zeros((3, 3, 3))
    moves[kind, orig, dest] = persons
    return moves


def _moved(moves, births=(0.0, 0.0, 0.0), death_share=(0.0, 0.0, 0.0)):
    births, death_share = np.array(births), np.array(death_share)
    flows = moves.sum(axis=0)
    residents = STOCK.sum(axis=0) * (1 - death_share) + births + flows.sum(axis=0) - flows.sum(axis=1)
    return move_birthplaces(STOCK, moves, births, death_share, residents)


def test_outward_movers_are_natives_of_their_origin():
    moved = _moved(_moves(OUTWARD, 0, 1, 7.0))
    expected = STOCK.copy()
    expected[0, 0] -= 7.0
    expected[0, 1] += 7.0
    np.testing.assert_allclose(moved, expected)


def test_return_movers_are_natives_of_their_destination():
    moved = _moved(_moves(RETURN, 1, 0, 5.0))
    expected = STOCK.copy()
    expected[0, 1] -= 5.0
    expected[0, 0] += 5.0
    np.testing.assert_allclose(moved, expected)


def test_transit_movers_were_born_in_neither():
    moved = _moved(_moves(TRANSIT, 2, 0, 3.0))
    expected = STOCK.copy()
    expected[1, 2] -= 3.0
    expected[1, 0] += 3.0
    np.testing.assert_allclose(moved, expected)


def test_births_are_natives_and_deaths_fall_on_all_alike():
    moved = _moved(np.zeros((3, 3, 3)), births=(9.0, 0.0, 0.0), death_share=(0.1, 0.0, 0.5))
    expected = STOCK * np.array([0.9, 1.0, 0.5])
    expected[0, 0] += 9.0
    np.testing.assert_allclose(moved, expected)


def test_more_returns_than_people_abroad_count_as_outward_moves():
    fitted = within_stock(_moves(RETURN, 1, 0, 30.0), STOCK, 0.8)
    assert fitted[RETURN, 1, 0] == 8.0
    assert fitted[OUTWARD, 1, 0] == 22.0


def test_more_transit_than_foreign_born_counts_as_outward_moves():
    fitted = within_stock(_moves(TRANSIT, 0, 1, 100.0), STOCK, 0.8)
    assert fitted[TRANSIT, 0, 1] == 16.0
    assert fitted[OUTWARD, 0, 1] == 84.0
