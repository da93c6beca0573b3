"""Net migration as what a census pair and vital events leave over: residual methods.

United Nations, Manual VI: Methods of Measuring Internal Migration (1970); Bogue, Hinze and White, Techniques of
Estimating Net Migration (1982); United Nations, Preparing Migration Data for Subnational Population Projections (1992).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.errors import InputError, Problem
from corridor.estimate.own.checked import checked_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats


@dataclass(frozen=True, slots=True)
class SurvivalNet:
    """Net migration of cohorts by census survival ratios, all [cohort], persons.

    Attributes
    ----------
    forward : the end minus the survivors of the start: migrants still alive at the end
    reverse : the end taken back to the start, minus the start: those who moved and died are counted too
    average : the mean of both
    expected_end, expected_start : populations without migration
    """

    forward: Floats
    reverse: Floats
    average: Floats
    expected_end: Floats
    expected_start: Floats


def net_from_survival_ratios(start: Floats, end: Floats, survival: Floats) -> SurvivalNet:
    """Estimate the net migration of cohorts between two censuses.

    Parameters
    ----------
    start, end : [cohort], the same people at both censuses, `end` being older by the interval
    survival : [cohort], census survival ratios: of the whole country, or of a life table; they can be above 1 where
        coverage differs

    Raises
    ------
    InputError
        If shapes disagree, a number is negative or not finite, or a ratio is zero.
    """
    start, end, survival = checked_arrays(
        ("start", start, "cohort"), ("end", end, "cohort"), ("survival", survival, "cohort")
    )
    if not survival.all():
        raise InputError(
            Problem("a survival ratio is not above zero", "Leave out cohorts that died out", file="survival")
        )
    expected_end, expected_start = survival * start, end / survival
    forward, reverse = end - expected_end, expected_start - start
    return SurvivalNet(forward, reverse, (forward + reverse) / 2, expected_end, expected_start)


def net_of_children(
    population: Floats,
    net: Floats,
    *,
    first_mothers: int = 3,
    mothers: int = 6,
    exposures: Sequence[float] = (0.25, 0.75),
) -> Floats:
    """Estimate the net migration of those born between two censuses from that of women of their mothers' ages.

    Child group i has the net migration of women of ages `first_mothers + i` onwards, times the children per woman
    there, times the share of the interval that these children have lived (UN 1970).

    Parameters
    ----------
    population : [age], at the end, in five-year groups from age 0: of one sex, or both
    net : [age], net migration at the end ages; the first groups, born since the start, are not read
    first_mothers : position of the youngest mothers of the youngest children (3: ages 15-19)
    mothers : age groups of mothers (6: ages 15-44)
    exposures : share of the interval that each group of children has lived, the youngest first (ages 0-4 and 5-9 in
        ten years: a quarter and three quarters)

    Returns
    -------
    [child group], persons

    Raises
    ------
    InputError
        If shapes disagree, a number is not finite or negative (`net` may be), there are too few ages, or nobody is of
        the mothers' ages.
    """
    population, net = checked_arrays(("population", population, "age"), ("net", net, "age"), signed=("net",))
    windows = [slice(first_mothers + group, first_mothers + group + mothers) for group in range(len(exposures))]
    if windows[-1].stop > len(population) or not all(population[window].any() for window in windows):
        remedy = f"Give five-year ages up to position {windows[-1].stop - 1}"
        raise InputError(Problem("women of some of the mothers' ages are missing", remedy, file="population"))
    per_woman = [
        exposure * population[group] / population[window].sum()
        for group, (window, exposure) in enumerate(zip(windows, exposures, strict=True))
    ]
    children = net[: len(windows)] * 0.0
    children += [ratio * net[window].sum() for ratio, window in zip(per_woman, windows, strict=True)]
    return children


def net_from_vital_statistics(start: Floats, end: Floats, births: Floats, deaths: Floats) -> Floats:
    """Return the change of population that births and deaths leave over, `(end - start) - (births - deaths)`.

    Parameters
    ----------
    start, end, births, deaths : [area], persons

    Raises
    ------
    InputError
        If shapes disagree or a count is negative or not finite.
    """
    start, end, births, deaths = checked_arrays(
        ("start", start, "area"), ("end", end, "area"), ("births", births, "area"), ("deaths", deaths, "area")
    )
    net: Floats = (end - start) - (births - deaths)
    return net
