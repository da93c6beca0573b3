"""What is said of a population: dependency, support, median age, its peak, its generations; in every trajectory.

Arrays are [trajectory, date, age] with single ages 0..100+, both sexes, persons. Nothing here takes quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE, OPEN_AGE
from corridor.own_regions.results import dependency_ratio, median_age

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats, Integers
    from corridor.projection.quantiles import Singles

OLD, WORKING = 65, 15
GROUP = 5
UNITS = {
    "median_age": "years",
    "working_age": "persons aged 15-64",
    "share_65": "% of the population aged 65+",
    "dependency": "under 15 and 65+ per 100 aged 15-64",
    "old_age_dependency": "65+ per 100 aged 15-64",
    "old_age_dependency_20": "65+ per 100 aged 20-64",
    "support_ratio": "aged 20-64 per person aged 65+",
}
"""Measure -> what it counts."""


@dataclass(frozen=True, slots=True)
class Peak:
    """When a population is largest.

    Attributes
    ----------
    dates : [date], years whose 1 January is meant
    probability : [date], sums to 1; the first date stands for itself and all time before (the peak is past), the last
        for itself and all time after (the peak is not reached before)
    past_year : year of the largest population up to the first date, among the UN's estimates since 1990
    """

    dates: Integers
    probability: Floats
    past_year: int

    @property
    def already_past(self) -> float:
        """Probability that no later date has more people than there have been."""
        return float(self.probability[0])

    @property
    def not_reached(self) -> float:
        """Probability that the last date has more people than any before."""
        return float(self.probability[-1])

    @property
    def before(self) -> Floats:
        """Probability that the peak is before each date: [date]; zero on the first, where it is not yet known."""
        earlier: Floats = np.concatenate([[0.0], np.cumsum(self.probability)[:-1]])
        return earlier

    @property
    def most_likely(self) -> int | None:
        """The likeliest year between the first and the last date; None where no trajectory has its peak there."""
        inner = self.probability[1:-1]
        return int(self.dates[1 + int(inner.argmax())]) if inner.size and inner.max() > 0.0 else None


def measures(people: Floats) -> dict[str, Floats]:
    """Compute the measures of `UNITS` of people [..., age]: name -> [...]."""
    everyone, old = people.sum(axis=AGE), people[..., OLD:].sum(axis=AGE)
    of_15, of_20 = people[..., WORKING:OLD].sum(axis=AGE), people[..., 20:OLD].sum(axis=AGE)
    return {
        "median_age": median_age(people, 1),
        "working_age": of_15,
        "share_65": 100.0 * _ratio(old, everyone),
        "dependency": dependency_ratio(people, 1),
        "old_age_dependency": 100.0 * _ratio(old, of_15),
        "old_age_dependency_20": 100.0 * _ratio(old, of_20),
        "support_ratio": _ratio(of_20, old),
    }


def _ratio(part: Floats, base: Floats) -> Floats:
    ratio: Floats = np.divide(part, base, out=np.full_like(part, np.nan), where=base > 0.0)
    return ratio


def five_year_groups(people: Singles) -> Floats:
    """Sum single ages [..., age] in five-year groups, the open age by itself: [..., group]."""
    groups: Floats = np.add.reduceat(people, np.arange(0, OPEN_AGE + 1, GROUP), axis=AGE, dtype=np.float64)
    return groups


def peak(population: Floats, dates: Integers, past: Mapping[int, float]) -> Peak:
    """Find when the population [trajectory, date] is largest.

    Parameters
    ----------
    past : year -> persons, known before the first date
    """
    known = {**past, int(dates[0]): float(population[:, 0].max())}
    past_year = max(known, key=lambda year: known[year])
    later = np.where(population.max(axis=1) > known[past_year], population.argmax(axis=1), 0)
    share = np.bincount(later, minlength=len(dates)) / len(population)
    return Peak(dates, share, past_year)


def cohorts(people: Floats, dates: Integers, born: Sequence[int]) -> dict[int, Floats]:
    """Follow people [trajectory, date, age] born in given calendar years: year of birth -> [trajectory, date], persons.

    On 1 January they have completed one year less than lies between; not a number before that, and from 100 on.
    """
    found = {}
    for year in born:
        ages = np.asarray(dates) - 1 - year
        there = (ages >= 0) & (ages < OPEN_AGE)
        if there.any():
            found[year] = np.full(people.shape[:2], np.nan)
            found[year][:, there] = people[:, there, ages[there]]
    return found
