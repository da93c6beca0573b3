"""The flow-difference method: net migration of an area made into arrivals and departures by sex and age.

Sevcikova, Raymer & Raftery (2024). A net total alone has no age profile: the same total stands for many or few moves.
The method first states gross flows that differ by the net total, then gives each flow a profile of its own. The
constants published for each area may not be passed on with Corridor; the defaults are their medians over areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE

if TYPE_CHECKING:
    from corridor.axes import Floats

MEDIAN_BASE = 0.001
"""Median over areas of `b0`, which runs from 5e-6 to .07."""
SLOPE = 0.5
"""`b1` of every area."""
LEAST_OF_BASE = 0.1
"""The least share moving is this part of `b0`."""
MEDIAN_FEMALE_INFLOW = 0.499
MEDIAN_FEMALE_OUTFLOW = 0.500
MOST_SPREAD = 0.5
"""A sampled group's standard deviation is at most this share of its people."""


@dataclass(frozen=True, slots=True)
class FlowDifference:
    """Arrivals and departures whose difference is net migration; persons.

    Attributes
    ----------
    inflow : [..., sex, age]
    outflow : [..., sex, age]
    """

    inflow: Floats
    outflow: Floats

    @property
    def net(self) -> Floats:
        """Arrivals less departures, [..., sex, age]."""
        return self.inflow - self.outflow


def flow_difference(
    population: Floats,
    net: Floats,
    *,
    schedules_in: Floats,
    schedules_out: Floats,
    female_share: Floats | float = MEDIAN_FEMALE_INFLOW,
    female_share_negative: Floats | float = MEDIAN_FEMALE_OUTFLOW,
    b0: Floats | float = MEDIAN_BASE,
    b1: Floats | float = SLOPE,
    b1_negative: Floats | float | None = None,
    least_share: Floats | float | None = None,
    world_population: Floats | None = None,
) -> FlowDifference:
    """Return arrivals and departures by sex and age that differ by the net total.

    Parameters
    ----------
    population : [..., sex, age], persons, projected without migration
    net : [...], net migrants of both sexes, persons in the span of time (a year, five) that the constants are fitted to
    schedules_in, schedules_out : [..., sex, age], how ready each age is to move; only their shape within a sex counts
    female_share, female_share_negative : [...], women's share of `net` where it is positive, and where it is negative
    b0 : [...], arrivals per head where the net total is zero
    b1, b1_negative : [...], arrivals added by one net migrant, and where `net` is negative; `b1` for both by default
    least_share : [...], the least arrivals, and the least departures, per head; a tenth of `b0` by default
    world_population : [sex, age], persons. Where given, departures are weighted by the area's own population and
        arrivals by the world's; without it both keep the schedules' profile (the unweighted variant)

    Raises
    ------
    ValueError
        where people are to move and no age of that sex has any weight
    """
    people = population.sum(axis=AGE)
    by_sex = _split_by_sex(net, np.where(net < 0.0, female_share_negative, female_share))
    slope = b1 if b1_negative is None else np.where(net < 0.0, b1_negative, b1)
    least = LEAST_OF_BASE * np.asarray(b0) if least_share is None else least_share
    arrivals = gross_inflow(people, by_sex, _each_sex(b0), _each_sex(slope), _each_sex(least))
    weights_in, weights_out = schedules_in, schedules_out
    if world_population is not None:
        weights_in, weights_out = schedules_in * world_population, schedules_out * population
    return FlowDifference(_by_age(arrivals, weights_in), _by_age(arrivals - by_sex, weights_out))


def gross_inflow(people: Floats, net: Floats, b0: Floats, b1: Floats, least_share: Floats) -> Floats:
    """Return arrivals, [...], such that neither they nor departures (arrivals less `net`) fall below the least.

    All [...] or broadcast to it: `people` and `net` in persons, the others as `flow_difference` has them.
    """
    least = least_share * people
    inflow: Floats = np.maximum(np.maximum(b0 * people + b1 * net, least), least + net)
    return inflow


def sample_net(flows: FlowDifference, population: Floats, precision: float, normals: Floats) -> Floats:
    """Return one random net migration by sex and age whose total by sex is that of `flows`.

    Parameters
    ----------
    flows : expected arrivals and departures
    population : [..., sex, age], persons
    precision : inverse variance of the net count, per person who moves
    normals : [..., sex, age], standard normal numbers

    Returns
    -------
    [..., sex, age], persons; before the total is restored a group's standard deviation is at most half its people
    """
    spread = np.sqrt((flows.inflow + flows.outflow) / precision)
    spread = np.minimum(spread, MOST_SPREAD * population)
    noise = spread * normals
    whole = spread.sum(axis=AGE, keepdims=True)
    share = np.divide(spread, whole, out=np.zeros_like(spread), where=whole > 0.0)
    sampled: Floats = flows.net + noise - share * noise.sum(axis=AGE, keepdims=True)
    return sampled


def _split_by_sex(total: Floats, female_share: Floats) -> Floats:
    women = total * female_share
    by_sex: Floats = np.stack((women, total - women), axis=-1)
    return by_sex


def _each_sex(constant: Floats | float) -> Floats:
    each: Floats = np.asarray(constant, dtype=np.float64)[..., None]
    return each


def _by_age(totals: Floats, weights: Floats) -> Floats:
    whole = weights.sum(axis=AGE)
    if np.any((whole <= 0.0) & (totals != 0.0)):
        raise ValueError("people are to move, but no age of their sex has any weight")
    per_weight = totals / np.where(whole > 0.0, whole, 1.0)
    flows: Floats = per_weight[..., None] * weights
    return flows
