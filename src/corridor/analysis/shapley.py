"""Exact Shapley values: a change is shared among its causes so that the parts add up, whatever the order.

Shapley (1953, *A value for n-person games*): a player's part is its marginal contribution, averaged over all orders in
which the players can come. With n players that takes 2^n values, one of each coalition.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Booleans, Floats


def coalitions(players: int) -> Booleans:
    """Return every set of players: [coalition, player]; coalition k holds the players whose bit is set in k."""
    sets: Booleans = (np.arange(2**players)[:, None] >> np.arange(players)) % 2 == 1
    return sets


def shapley_values(values: Floats) -> Floats:
    """Parts of the players: [..., player], adding up to the value of all less the value of none.

    Parameters
    ----------
    values : [..., coalition], in the order of `coalitions`; any unit
    """
    players = int(values.shape[-1]).bit_length() - 1
    sets = coalitions(players)
    parts = np.empty((*values.shape[:-1], players))
    for player in range(players):
        without = np.flatnonzero(~sets[:, player])
        sizes = sets[without].sum(axis=1)
        weights = np.array([factorial(size) * factorial(players - size - 1) / factorial(players) for size in sizes])
        parts[..., player] = (values[..., without + 2**player] - values[..., without]) @ weights
    return parts


def first_in(values: Floats) -> Floats:
    """What each player brings when it comes first: [..., player], from values [..., coalition]."""
    singles = 2 ** np.arange(int(values.shape[-1]).bit_length() - 1)
    alone: Floats = values[..., singles] - values[..., :1]
    return alone


def last_in(values: Floats) -> Floats:
    """What each player brings when it comes last: [..., player], from values [..., coalition]."""
    everyone = values.shape[-1] - 1
    singles = 2 ** np.arange(int(values.shape[-1]).bit_length() - 1)
    added: Floats = values[..., everyone:] - values[..., everyone - singles]
    return added
