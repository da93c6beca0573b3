"""Base flows: what people do, as rates on the people who could do it.

By default the rates of the last period, in which the closed borders of 2020 and 2021 count with the years around them:
of all the ways to set them that were tried, this errs least out of sample on our own flows
(docs/explanation/corridor-model.md). Or a mean of several periods; or the last period moved by what the corridor model
expects after it (`corridor_model`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import OUTWARD, RETURN, TRANSIT
from corridor.calendar import PERIODS
from corridor.data.arrays import july_population, net_migration, stock_on_1_july, stocks_known
from corridor.estimate.gravity.corridor_model import Past, change_beyond_people, coefficients_by_horizon
from corridor.estimate.gravity.gravity_floor import label_distance_km, with_gravity_floor
from corridor.estimate.moves.product import evidence_of_year, period_mean
from corridor.estimate.moves.stocks import YEARS
from corridor.estimate.world.base_windows import DEFAULT_WINDOW, WINDOWS
from corridor.estimate.world.displacement import displacement, explained_excess, fading_half_life, return_rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.estimate.world.base_windows import BaseWindow
    from corridor.estimate.world.displacement import Displacement

SHOCK_SINCE = 2010
"""First year of the periods that a shock is measured against."""
SHOCK_PERIOD = 2020
"""First year of the last period."""
MOST_RETURNING = 0.5
"""No more than this share of a stock returns in a year (our judgement: it binds where the estimated stock is tiny)."""


@dataclass(frozen=True, slots=True)
class PeriodMoves:
    """Moves a year in one period, and the people who could make them.

    Attributes
    ----------
    start : first year; the period runs from 1 July to 1 July
    years : length
    moves : [type, orig, dest], persons a year
    stock : [birthplace, residence], persons, mean of the two ends, natives on the diagonal
    """

    start: int
    years: int
    moves: Floats
    stock: Floats


@dataclass(frozen=True, slots=True)
class BaseFlows:
    """What the engine multiplies.

    Attributes
    ----------
    outward : [orig, dest], moves of natives a year at the base date, persons, without the shock
    return_rate : [birthplace, residence], moves home a year per person of the stock
    transit_rate : [orig, dest], moves a year per foreign-born person of the origin
    shock : [orig, dest], moves a year that displacement explains, in the middle of the last period, persons
    shock_middle : the middle of the last period, as a year with a fraction
    shock_half_life : years in which the shock halves
    displaced : [birthplace, residence], people whom the shock has displaced and who are still abroad, persons
    displaced_return_rate : share of the displaced who return in a year
    """

    outward: Floats
    return_rate: Floats
    transit_rate: Floats
    shock: Floats
    shock_middle: float
    shock_half_life: float
    displaced: Floats
    displaced_return_rate: float


def base_flows(panel: Panel, stock_now: Floats, window: BaseWindow = WINDOWS[DEFAULT_WINDOW]) -> BaseFlows:
    """Base flows from the panel's past moves and displacement.

    The shock of the last period is set apart; the rates are applied to the people who could move on 1 January of the
    first year.

    Parameters
    ----------
    stock_now : [birthplace, residence], persons on that day, natives on the diagonal
    window : periods to average, and whether the corridor model changes their rates
    """
    periods, wars, shock = _calm_periods(panel)
    outward_rate, returning, transit = rates_of([periods[start] for start in window.starts])
    if window.changed:
        change = np.exp(expected_change(panel, shock))
        outward_rate, transit = outward_rate * change, transit * change
        returning = np.minimum(returning * change.T, MOST_RETURNING)
    outward = outward_rate * np.diagonal(stock_now)[:, None]
    length = PERIODS[SHOCK_PERIOD]
    return BaseFlows(
        outward=with_gravity_floor(outward, label_distance_km()),
        return_rate=np.ascontiguousarray(returning),
        transit_rate=transit,
        shock=shock,
        shock_middle=SHOCK_PERIOD + 0.5 + length / 2.0,
        shock_half_life=fading_half_life(wars.new.sum(axis=2)),
        displaced=np.minimum(length * shock, stock_now * (1.0 - np.eye(len(stock_now)))),
        displaced_return_rate=return_rate(wars.returned, wars.abroad),
    )


@lru_cache(maxsize=1)
def _calm_periods(panel: Panel) -> tuple[Mapping[int, PeriodMoves], Displacement, Floats]:
    """Moves of the periods without the shock of the last, by first year; displacement; that shock [orig, dest]."""
    periods = {start: period_moves(panel, start) for start in PERIODS if start >= SHOCK_SINCE}
    wars = displacement(panel)
    shock = displacement_shock(periods, wars)
    periods[SHOCK_PERIOD] = without_shock(periods[SHOCK_PERIOD], shock)
    return periods, wars, shock


def expected_change(panel: Panel, shock: Floats) -> Floats:
    """Log factors on the rates of the last period that the corridor model expects after it: [orig, dest].

    Learnt from all past periods as they were; the last one is looked at without its shock, whose people the engine
    follows by themselves. What people at both ends do is left to the engine, which counts them. The coefficients are
    those one period ahead, and hold from then on: those further ahead differ little.

    Parameters
    ----------
    shock : [orig, dest], moves a year of the last period that displacement explains, persons
    """
    past = past_of_corridors(panel)
    (coefficients,) = coefficients_by_horizon(past, 1)
    calm = past.flows.copy()
    calm[-1] -= shock
    return change_beyond_people(replace(past, flows=calm), coefficients)


def past_of_corridors(panel: Panel) -> Past:
    """Return what the corridor model sees today: the moves of all periods since 1990."""
    flows = np.stack([period_mean(panel, start, years).sum(axis=0) for start, years in PERIODS.items()])
    dates = (*PERIODS, SHOCK_PERIOD + PERIODS[SHOCK_PERIOD])
    people, net, stock = (read(panel, dates) for read in (july_population, net_migration, stocks_known))
    return Past(flows, people, net, stock)


def evidence(panel: Panel) -> Integers:
    """What each corridor's base moves rest on: [orig, dest], positions in `moves.product.WORDS`.

    The best that any year of the last period has: measured before adjusted to reports before modelled.
    """
    years = [year for year in YEARS if year >= SHOCK_PERIOD]
    found: Integers = np.max([evidence_of_year(panel, year) for year in years], axis=0)
    return found


def displacement_shock(periods: Mapping[int, PeriodMoves], wars: Displacement) -> Floats:
    """Outward moves a year of the last period that war explains: [orig, dest], persons.

    What they exceed the mean of the periods before by, as far as new displacement exceeds its own mean then.
    """
    recent, before = periods[SHOCK_PERIOD], [period for start, period in periods.items() if start < SHOCK_PERIOD]
    usual = np.mean([period.moves[OUTWARD] for period in before], axis=0)
    first = before[0].start
    return explained_excess(
        recent.moves[OUTWARD],
        usual,
        wars.between_july(SHOCK_PERIOD, SHOCK_PERIOD + recent.years) / recent.years,
        wars.between_july(first, SHOCK_PERIOD) / (SHOCK_PERIOD - first),
    )


def period_moves(panel: Panel, start: int) -> PeriodMoves:
    """Moves a year in the period that starts on 1 July of `start`; closed years count with those around."""
    years = PERIODS[start]
    moves = period_mean(panel, start, years)
    stock = (stock_on_1_july(panel, start) + stock_on_1_july(panel, start + years)) / 2.0
    return PeriodMoves(start, years, moves, stock)


def rates_of(periods: Sequence[PeriodMoves]) -> tuple[Floats, Floats, Floats]:
    """Moves per person-year over the periods: outward [orig, dest], return [birthplace, residence], transit.

    Person-years are those of the people who can make the move: natives at home, the stock abroad, all foreign-born.
    """
    made = np.sum([period.years * period.moves for period in periods], axis=0)
    lived = np.sum([period.years * period.stock for period in periods], axis=0)
    natives = np.diagonal(lived)
    foreign_born = lived.sum(axis=0) - natives
    outward = _per(made[OUTWARD], np.broadcast_to(natives[:, None], lived.shape))
    returning = np.minimum(_per(made[RETURN].T, lived), MOST_RETURNING)
    transit = _per(made[TRANSIT], np.broadcast_to(foreign_born[:, None], lived.shape))
    for table in (outward, returning, transit):
        np.fill_diagonal(table, 0.0)
    return outward, returning, transit


def without_shock(period: PeriodMoves, shock: Floats) -> PeriodMoves:
    """Return the period with the shock [orig, dest] taken out of its outward moves."""
    moves = period.moves.copy()
    moves[OUTWARD] -= shock
    return PeriodMoves(period.start, period.years, moves, period.stock)


def _per(made: Floats, lived: Floats) -> Floats:
    rate: Floats = np.divide(made, lived, out=np.zeros_like(made), where=lived > 0)
    return rate
