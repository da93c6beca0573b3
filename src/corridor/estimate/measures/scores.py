"""How well estimated flows agree with reported ones: the measures of the field, for any estimate and any reference.

The measures are those by which Abel and Cohen (2019, Scientific Data 6:82) and their followers compare methods:
correlations of counts, of logarithms, of shares of the destination's inflow and of rates on the origin's population;
the common part of commuters (Lenormand et al. 2012, PLoS ONE 7:e45985), there called CPC; sizes of errors; totals.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import areas
from corridor.errors import InputError, Problem
from corridor.estimate.gravity.flow_columns import (
    Role,
    level_problems,
    list_problems,
    name_problems,
    numbers_in,
    table_problems,
)
from corridor.estimate.own.checked import checked_arrays, is_real, numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.axes import Booleans, Floats

FACTOR = 3.0
"""Azose and Raftery (2019) found their estimates typically within this factor of what is reported."""
LEAST = 0.5
"""A flow is at least this much where ratios are taken, and an estimate below it is written as zero; persons."""
SAME = 1e-14
"""Part of the largest number that rounding explains of a difference."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of an estimate with reported flows; a measure that cannot be computed is NaN.

    Attributes
    ----------
    cells : corridors and periods compared
    count : Pearson correlation of persons
    log : Pearson correlation of log(persons + 1)
    share : Pearson correlation of shares of the destination's inflow in the period, over the cells compared
    rate : Pearson correlation of persons per head of the origin's population
    common_part : twice the sum of the smaller of the two over the sum of both, 0..1
    within_factor : share of cells less than `FACTOR` apart, both taken as at least `LEAST`
    mean_absolute_error : persons
    median_percentage_error : median of the absolute error over the reported, where something is reported (1 = 100 %)
    zeros : share of cells whose estimate is below `LEAST`
    total_ratio : sum of the estimates over the sum of the reported
    """

    cells: int
    count: float
    log: float
    share: float
    rate: float
    common_part: float
    within_factor: float
    mean_absolute_error: float
    median_percentage_error: float
    zeros: float
    total_ratio: float


@dataclass(frozen=True, slots=True)
class NetAgreement:
    """Agreement of the net migration that flows imply with a published one.

    Attributes
    ----------
    correlation : Pearson, over areas
    same_sign : share of areas that gain or lose by both
    mean_absolute_error : persons
    size_ratio : sum of absolute net migration over that of the reference
    """

    correlation: float
    same_sign: float
    mean_absolute_error: float
    size_ratio: float


def agreement(
    estimated: Floats,
    reported: Floats,
    *,
    inflow: Sequence[object] | None = None,
    population: Floats | None = None,
) -> Agreement:
    """Score estimated against reported flows.

    Parameters
    ----------
    estimated, reported : [cell], persons over the same time
    inflow : [cell], a label of the destination and period whose inflow a cell is part of; without it `share` is NaN
    population : [cell], of the origin; without it `rate` is NaN

    Raises
    ------
    InputError
        If lengths differ, there is no cell, a flow is negative or not finite, or a population is not positive.
    """
    estimated, reported, population = _checked(estimated, reported, inflow, population)
    error = np.abs(estimated - reported)
    some = reported > 0
    return Agreement(
        cells=len(reported),
        count=_correlation(estimated, reported),
        log=_correlation(np.log1p(estimated), np.log1p(reported)),
        share=np.nan if inflow is None else _correlation(_shares(estimated, inflow), _shares(reported, inflow)),
        rate=np.nan if population is None else _correlation(estimated / population, reported / population),
        common_part=_quotient(2 * np.minimum(estimated, reported).sum(), estimated.sum() + reported.sum()),
        within_factor=float(within_factor(estimated, reported).mean()),
        mean_absolute_error=float(error.mean()),
        median_percentage_error=float(np.median(error[some] / reported[some])) if some.any() else np.nan,
        zeros=float((estimated < LEAST).mean()),
        total_ratio=_quotient(estimated.sum(), reported.sum()),
    )


def within_factor(estimated: Floats, reported: Floats, factor: float = FACTOR) -> Booleans:
    """Say of each cell whether the two are less than a factor apart, both taken as at least `LEAST`."""
    if not (is_real(factor) and 1 < factor < np.inf):
        raise InputError(Problem("the factor is not above 1", "Give 3, for example", column="factor=", value=factor))
    estimated, reported, _ = _checked(estimated, reported, None, None)
    ratio = np.maximum(estimated, LEAST) / np.maximum(reported, LEAST)
    close: Booleans = (ratio < factor) & (ratio > 1 / factor)
    return close


def log_correlation_within(estimated: Floats, reported: Floats, group: Sequence[object]) -> float:
    """Return the correlation of log(persons + 1) after the mean of each group is taken from both.

    So each reporter's own scale (whom it counts, after how long a stay) is left out of the comparison.
    """
    estimated, reported, _ = _checked(estimated, reported, group, None)
    logs = pd.DataFrame({"estimated": np.log1p(estimated), "reported": np.log1p(reported)})
    centred = logs - logs.groupby(np.asarray(group)).transform("mean")
    return _correlation(centred["estimated"].to_numpy(), centred["reported"].to_numpy())


def net_agreement(flows: Floats, net: Floats) -> NetAgreement:
    """Compare the net migration of flows [orig, dest] with a published one [area], both over the same time."""
    flows, net = checked_arrays(("flows", flows, "area area"), ("net", net, "area"), signed=("net",))
    implied = flows.sum(axis=0) - flows.sum(axis=1)
    return NetAgreement(
        correlation=_correlation(implied, net),
        same_sign=float((np.sign(implied) == np.sign(net)).mean()),
        mean_absolute_error=float(np.abs(implied - net).mean()),
        size_ratio=_quotient(np.abs(implied).sum(), np.abs(net).sum()),
    )


def score_table(
    cells: pd.DataFrame, estimates: Sequence[str], *, reported: str = "reported", by: Sequence[str] = ()
) -> pd.DataFrame:
    """Score estimates beside each other, on the same cells, whole or by groups of cells.

    Parameters
    ----------
    cells : one row a corridor and period, with columns orig, dest, period, the reported flow, one column an estimate,
        and population (of the origin) if rates are to be scored
    estimates : columns to score
    by : columns to group by, such as period or the regions that `with_regions` adds

    Returns
    -------
    One row an estimate and group: estimate, the columns of `by`, the measures of `Agreement`

    Raises
    ------
    InputError
        If a column is missing or stands twice, a cell is empty, or a number cannot be used.
    """
    counts = _counts(cells, estimates, reported, by)
    rows = []
    for group, part in _groups(cells.reset_index(drop=True), by):
        place = (part["dest"].astype(str) + " " + part["period"].astype(str)).tolist()
        population = counts["population"][part.index] if "population" in counts else None
        for name in estimates:
            truth, estimated = counts[reported][part.index], counts[name][part.index]
            scored = agreement(estimated, truth, inflow=place, population=population)
            rows.append({"estimate": name, **dict(zip(by, group, strict=True)), **asdict(scored)})
    return pd.DataFrame(rows, columns=["estimate", *by, *(measure.name for measure in fields(Agreement))])


def _counts(cells: pd.DataFrame, estimates: Sequence[str], reported: str, by: Sequence[str]) -> dict[str, Floats]:
    """Return the columns of numbers that are scored, by name; report all that is wrong."""
    problems = list_problems("estimates", estimates) + list_problems("by", by) + name_problems("reported", reported)
    problems = problems or table_problems(cells, ["dest", "period", reported, *estimates, *by])
    if problems:
        raise InputError(problems)
    beside = ["population"] * ("population" in cells)
    counts = {name: numbers_in(cells, name, Role.FLOW, problems) for name in dict.fromkeys([reported, *estimates])}
    counts |= {name: numbers_in(cells, name, Role.POPULATION, problems) for name in beside}
    for name in dict.fromkeys(("dest", "period", *by)):
        problems += level_problems(cells, name)
    if problems:
        raise InputError(problems)
    return counts


def with_regions(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with the UN regions of both ends, columns orig_region and dest_region."""
    if problems := table_problems(cells, ["orig", "dest"]):
        raise InputError(problems)
    regions = {area.iso3: area.region for area in areas()}
    return cells.assign(orig_region=cells["orig"].map(regions), dest_region=cells["dest"].map(regions))


def _groups(cells: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[tuple[object, ...], pd.DataFrame]]:
    if not by:
        yield (), cells
        return
    for group, part in cells.groupby(list(by)):
        yield (group if isinstance(group, tuple) else (group,)), part


def _shares(flows: Floats, inflow: Sequence[object]) -> Floats:
    """Return each flow over the sum of its group; NaN where that is zero."""
    places = pd.factorize(pd.Series(list(inflow), dtype=object), use_na_sentinel=False)[0]
    totals = np.bincount(places, weights=flows)[places]
    share: Floats = np.divide(flows, totals, out=np.full(len(flows), np.nan), where=totals > 0)
    return share


def _correlation(left: Floats, right: Floats) -> float:
    """Return Pearson's correlation of the pairs that are known; NaN where one side does not vary."""
    known = np.isfinite(left) & np.isfinite(right)
    if known.sum() < 2 or any(np.ptp(side) <= SAME * np.abs(side).max() for side in (left[known], right[known])):
        return np.nan
    return float(np.corrcoef(left[known], right[known])[0, 1])


def _quotient(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan


def _checked(
    estimated: object, reported: object, inflow: Sequence[object] | None, population: object
) -> tuple[Floats, Floats, Floats | None]:
    """Return flows and population as floats; report all that is wrong."""
    problems: list[Problem] = []
    given = {"estimated": estimated, "reported": reported}
    given |= {} if population is None else {"population": population}
    found = {name: numbers_of(name, values, problems) for name, values in given.items()}
    sizes = [values.shape for values in found.values()] + (
        [] if inflow is None else [np.shape(np.asarray(inflow, dtype=object))]
    )
    if not problems and (len(set(sizes)) > 1 or len(sizes[0]) != 1 or not sizes[0][0]):
        fault = "estimates, reports, inflow and population do not have one value a cell, or there is no cell"
        problems.append(Problem(fault, "Compare the same cells", value=sizes))
    if problems:
        raise InputError(problems)
    faults = {"population": "the population is not positive or not finite"}
    problems = [
        Problem(faults.get(name, "the flow is negative or not finite"), "Leave the cell out of both", None, row, name)
        for name, values in found.items()
        for row in (
            np.flatnonzero(~np.isfinite(values) | (values < 0) | ((name in faults) & (values == 0))) + 1
        ).tolist()
    ]
    if problems:
        raise InputError(problems)
    return found["estimated"], found["reported"], found.get("population")


def interval_score(reported: Floats, lower: Floats, upper: Floats, coverage: float = 0.8) -> Floats:
    """Width plus the penalty for what lies outside (Gneiting and Raftery 2007, JASA 102:359); lower is better.

    Raises
    ------
    InputError
        If the coverage is not between 0 and 1.
    """
    if not (is_real(coverage) and 0 < coverage < 1):
        raise InputError(
            Problem("the coverage is not between 0 and 1", "Give .8 for 80 %", column="coverage=", value=coverage)
        )
    reported, lower, upper = checked_arrays(
        *(
            (name, np.atleast_1d(np.asarray(each)), "cell")
            for name, each in (("reported", reported), ("lower", lower), ("upper", upper))
        ),
        signed=("reported", "lower", "upper"),
    )
    if (lower > upper).any():
        raise InputError(Problem("a lower bound is above the upper one", "Exchange them", column="lower="))
    penalty = 2.0 / (1.0 - coverage)
    outside = np.maximum(lower - reported, 0.0) + np.maximum(reported - upper, 0.0)
    score: Floats = upper - lower + penalty * outside
    return score
