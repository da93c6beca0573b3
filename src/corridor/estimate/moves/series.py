"""Moves of every calendar year, before they are drawn to measured and reported flows.

The model of stocks is evaluated with the facts of each year; the correction that the measured years taught stays the
same in all years. Two things are not left to it. What a year like 2020 does to all moves at once is estimated from the
measured years, for each part of the model; other years count as 2019. And the remainder, whose terms describe
differences between countries and not the passing of time, grows like the number of migrants in the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.estimate.moves.level import FIT_YEARS, level
from corridor.estimate.moves.stocks import USUAL_YEAR, YEARS
from corridor.estimate.moves.structure import Parts, design, opened, parts
from corridor.estimate.moves.terms import facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.axes import Booleans, Floats
    from corridor.estimate.moves.level import Level
    from corridor.estimate.moves.sources import Measured
    from corridor.estimate.moves.terms import Background

OFFSET = 50.0
"""Added to moves of a year when years are compared, persons: measurements are cut there."""
PARTS = ("outward", "return", "remainder")


@dataclass(frozen=True, slots=True)
class Series:
    """Moves of calendar years: [year, orig, dest], persons.

    Attributes
    ----------
    outward : out of the birthplace, by the model of stocks
    returning : to the birthplace, by the model of stocks
    remainder : moves that no stock explains
    sudden : the part of `outward` that war explains
    level : what was learnt
    """

    outward: Floats
    returning: Floats
    remainder: Floats
    sudden: Floats
    level: Level

    @property
    def moves(self) -> Floats:
        """All moves: [year, orig, dest], persons."""
        moves: Floats = self.outward + self.returning + self.remainder
        return moves


def series(
    world: Background, measured: Measured, chosen: Booleans, progress: Callable[[int], None] | None = None
) -> Series:
    """Estimate the moves of all years.

    Parameters
    ----------
    measured : moves of `FIT_YEARS`
    chosen : [orig, dest], pairs to learn from
    progress : called with each year when it is done
    """
    learnt = level(facts(world, FIT_YEARS), measured.mean, chosen)
    by_year = np.empty((len(PARTS), len(YEARS), *chosen.shape))
    sudden = np.empty(by_year.shape[1:])
    for position, year in enumerate(YEARS):
        known = facts(world, (year,))
        given = design(known, learnt.scales)
        by_year[:, position] = _directed(opened(given, parts(given, learnt.coefficients)))
        sudden[position] = np.minimum(given.displaced, by_year[0, position])
        if progress is not None:
            progress(year)
    by_year[2] *= _remainder_growth(world, by_year[2])[:, None, None]
    change = np.exp(learnt.change)
    fit = slice(YEARS.index(FIT_YEARS[0]), YEARS.index(FIT_YEARS[-1]) + 1)
    measured_factors = _year_effects(by_year[:, fit] * change, measured.moves, chosen)
    usual = FIT_YEARS.index(USUAL_YEAR)
    factors = np.repeat(measured_factors[:, [usual]], len(YEARS), axis=1)
    factors[:, fit] = measured_factors
    by_year *= factors[:, :, None, None]
    scale = _scaled_by(by_year.sum(axis=0), learnt)
    by_year *= scale
    sudden *= factors[0][:, None, None] * scale
    return Series(by_year[0], by_year[1], by_year[2], sudden, learnt)


def _directed(made: Parts) -> Floats:
    """Parts as moves from origin to destination: [part, orig, dest], diagonal zero."""
    directed = np.stack([made.outward, made.returning.T, made.remainder])
    home = np.arange(directed.shape[-1])
    directed[:, home, home] = 0.0
    return directed


def _scaled_by(moves: Floats, learnt: Level) -> Floats:
    """Factors that correct the moves of all years: [year, orig, dest]."""
    corrected = np.stack([learnt.applied(of_year) for of_year in moves])
    factors: Floats = np.divide(corrected, moves, out=np.zeros_like(moves), where=moves > 0.0)
    return factors


def _remainder_growth(world: Background, remainder: Floats) -> Floats:
    """Factors [year] that let the world's remainder grow like the number of its migrants, 1 in the years of the fit."""
    migrants, total = world.stocks.stock.sum(axis=(1, 2)), remainder.sum(axis=(1, 2))
    fit = slice(YEARS.index(FIT_YEARS[0]), YEARS.index(FIT_YEARS[-1]) + 1)
    growth: Floats = migrants / migrants[fit].mean() * total[fit].mean() / total
    return growth


def _year_effects(by_year: Floats, measured: Floats, chosen: Booleans) -> Floats:
    """Factors of measured years for each part: [part, year], by least squared error of logarithms, weighted by size.

    Parameters
    ----------
    by_year : [part, year, orig, dest], persons
    measured : [year, orig, dest], persons
    chosen : [orig, dest], pairs to compare
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy, and only fitting needs it

    found = np.ones(by_year.shape[:2])
    for year in range(by_year.shape[1]):
        made, seen = by_year[:, year][:, chosen], measured[year][chosen]
        weight = np.sqrt(made.sum(axis=0))

        def height(logs: Floats, made: Floats = made, seen: Floats = seen, weight: Floats = weight) -> float:
            """Return the weighted squared error of the logarithms of moves, with a light ridge."""
            moves = np.exp(logs) @ made
            error = np.log((moves + OFFSET) / (seen + OFFSET))
            return float((weight * error**2).sum() / weight.sum() + 0.01 * logs @ logs)

        found[:, year] = np.exp(minimize(height, np.zeros(len(made)), method="L-BFGS-B").x)
    return found
