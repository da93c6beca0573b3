"""Rules that close net migration over the world, so that every emigrant by sex and age is an immigrant somewhere.

Projected area by area, net migration does not sum to zero. Two rules in use are here: the world's sum is taken away
in proportion to population (the projections of Raftery's group at the University of Washington), or gains and losses
are scaled to meet. Corridors balanced among themselves, such as the Gulf's, are closed first as a world of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats

AREA = 0


def close_by_population(net: Floats, population: Floats) -> Floats:
    """Return net migration without its world sum, which the areas give up in proportion to population.

    A group that would fall below zero loses no more than all its people, and the others give up the rest. Where all
    that remain are groups that have arrivals only, they give up in proportion to these (a judgement: the rule as
    published says nothing on empty groups).

    Parameters
    ----------
    net : [area, sex, age], net migrants, persons
    population : [area, sex, age], persons who would be there without migration

    Returns
    -------
    [area, sex, age], persons; sums to zero over areas, and `population` plus it is nowhere negative
    """
    closed = np.maximum(net, -population)
    for _ in range(len(net) + 2):  # each round but the last two empties at least one more area of a group
        excess = closed.sum(axis=AREA)
        free = (excess <= 0.0) | (closed > -population)
        weights = np.where(free, population, 0.0)
        weights = np.where(weights.sum(axis=AREA) > 0.0, weights, population + closed)
        closed = closed - excess * _shares(weights)
        if np.all(closed >= -population):
            break
        closed = np.maximum(closed, -population)
    return closed


def close_by_sides(net: Floats, population: Floats) -> Floats:
    """Return net migration with the world's gains and losses, by sex and age, each scaled by one factor to meet.

    They meet at the mean of both (a judgement: neither side is the more trusted), or below it at the most that the
    losing areas have people for; an area that would lose more than all its people loses all, and the other losing
    areas make up for it. Where one side is empty the other has nothing to meet and becomes zero.

    Parameters and result are those of `close_by_population`.
    """
    gains = np.maximum(net, 0.0)
    most = np.where(net < 0.0, population, 0.0)
    losses = np.minimum(np.maximum(-net, 0.0), most)
    gained, lost = gains.sum(axis=AREA), losses.sum(axis=AREA)
    meeting = np.where(gained > 0.0, np.minimum(0.5 * (gained + lost), most.sum(axis=AREA)), 0.0)
    meeting = np.where(lost > 0.0, meeting, 0.0)
    return meeting * _shares(gains) - _scale_within(losses, most, meeting)


def _scale_within(losses: Floats, most: Floats, total: Floats) -> Floats:
    """Return losses scaled to a total over areas, none above `most`: what that cuts off, the others bear."""
    full = np.zeros(losses.shape, dtype=bool)
    for _ in range(len(losses) + 1):
        rest = np.maximum(total - np.where(full, most, 0.0).sum(axis=AREA), 0.0)
        scaled = np.where(full, most, rest * _shares(np.where(full, 0.0, losses)))
        beyond = scaled > most
        if not beyond.any():
            break
        full |= beyond
    return np.minimum(scaled, most)


def _shares(weights: Floats) -> Floats:
    whole = weights.sum(axis=AREA)
    shares: Floats = weights / np.where(whole > 0.0, whole, 1.0)
    return shares
