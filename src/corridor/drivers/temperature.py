"""Global warming: the assessed range of five emission pathways, one percentile a future, or a path of the user's own.

The assessment (IPCC AR6 WG1, chapter 4: twenty-year means, 5 %, central and 95 % estimate; 0.85 K from 1850-1900 to
1995-2014 added) gives three quantiles a year. Between and beyond them warming is a shifted lognormal variable that has
exactly these quantiles: with z the standard normal quantile, q that of 95 %, and r the upper half-width over the lower,

    G(z) = central + (upper - central) (r^(z/q) - 1) / (r - 1),

which is normal where r is 1. A future keeps its percentile in all years: a world that warms much does so throughout.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.parameters import Parameter, Uniform
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.data.panel import Panel

PATHWAYS = {
    "SSP1-1.9": "very low emissions: net zero about 2050",
    "SSP1-2.6": "low emissions: net zero after 2070",
    "SSP2-4.5": "medium emissions: about today's until 2050",
    "SSP3-7.0": "high emissions: doubled by 2100",
    "SSP5-8.5": "very high emissions: doubled by 2050",
}
"""Emission pathway -> what it supposes."""
TABLE = "global_warming"
REFERENCE_YEARS = (2011, 2020)
"""First and last year of the mean that country warming is counted from."""
UPPER_NORMAL = 1.6448536269514722
"""The standard normal quantile of 95 %."""
FURTHEST = (0.5, 99.5)
"""Percentiles beyond these stand at them: nothing is assessed out there (our judgement)."""
EVEN = 1e-6
"""Half-widths whose log ratio is smaller are equal."""

TEMPERATURE_PARAMETERS = (
    Parameter(
        "temperature.percentile",
        "Position of a trajectory's warming in the assessed range, the same in all years.",
        "percent",
        Uniform(0.0, 100.0),
        "F",
        "IPCC AR6 WG1, chapter 4 (2021): assessed 5 %, central and 95 % estimates of global surface air temperature; "
        "the shape between them is our judgement",
        title="Place in the range of warming",
    ),
)


def global_warming(panel: Panel, pathway: str, years: Sequence[int], percentile: Floats) -> Floats:
    """Return global warming above 1850-1900 under a pathway: [draw, year], K.

    Parameters
    ----------
    pathway : a key of `PATHWAYS`
    years : calendar years within the table's, 2010 to 2100
    percentile : of the assessed range, 0 to 100: [draw]

    Raises
    ------
    InputError : the pathway is unknown, a year is not assessed, a percentile is not within 0 to 100
    """
    return through_quantiles(_assessed(panel, pathway, years), percentile)


def through_quantiles(quantiles: Floats, percentile: Floats) -> Floats:
    """Return shifted lognormal variables with given quantiles at a percentile each: [draw, year].

    Parameters
    ----------
    quantiles : 5 %, 50 % and 95 %, rising: [year, 3]
    percentile : 0 to 100: [draw]
    """
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, and an outlook does without

    at = np.asarray(percentile, dtype=np.float64)
    if not ((at >= 0.0) & (at <= 100.0)).all():
        remedy = "Give the percentile of the assessed warming, 50 for its central estimate"
        raise InputError(Problem("a percentile is not within 0 and 100", remedy, value=at.tolist()))
    along = ndtri(np.clip(at, *FURTHEST) / 100.0)[:, None] / UPPER_NORMAL
    lower, central, upper = quantiles.T
    skew = np.log((upper - central) / (central - lower))
    even = np.abs(skew) < EVEN
    safe = np.where(even, 1.0, skew)
    rise = np.where(even, along, np.expm1(safe * along) / np.expm1(safe))
    warming: Floats = central + (upper - central) * rise
    return warming


def own_path(path: Mapping[int, float], years: Sequence[int]) -> Floats:
    """Return a path of the user's own in some years, straight between those given: [year], K above 1850-1900.

    Raises
    ------
    InputError : it has no years, a value is no warming, or it ends before the last year or begins after the first
    """
    _check_path(path, years)
    known = sorted(path)
    return np.interp(years, known, [float(path[year]) for year in known])


def _check_path(path: Mapping[int, float], years: Sequence[int]) -> None:
    low, high = -5.0, 15.0
    problems = [
        Problem(
            "global warming of this year is not a number of K above 1850-1900",
            "Correct it",
            column=str(year),
            value=value,
        )
        for year, value in path.items()
        if not low <= value <= high
    ]
    if not path or min(path) > min(years) or max(path) < max(years):
        fault = f"the path of global warming does not reach from {min(years)} to {max(years)}"
        problems.append(Problem(fault, "Add its first or last year", value=sorted(path)))
    if problems:
        raise InputError(problems)


def warming_since_reference(
    panel: Panel, pathway: str, years: Sequence[int], percentile: Floats, own: Mapping[int, float] | None = None
) -> Floats:
    """Return global warming above the mean of 2011-2020: [draw, year], K.

    Parameters
    ----------
    percentile : [draw]; it also sets the draws of a path of the user's own, which is the same in all
    own : calendar year -> K above 1850-1900, in place of the pathway's; where it begins after 2011, the central
        estimate of 2011-2020 is what it is counted from
    """
    reference = range(REFERENCE_YEARS[0], REFERENCE_YEARS[1] + 1)
    if own is None:
        every = global_warming(panel, pathway, [*reference, *years], percentile)
        return np.asarray(every[:, len(reference) :] - every[:, : len(reference)].mean(axis=1, keepdims=True))
    later = own_path(own, years)
    before = own_path(own, reference) if min(own) <= reference[0] else _assessed(panel, pathway, reference)[:, 1]
    return np.repeat((later - before.mean())[None, :], len(percentile), axis=0)


@lru_cache(maxsize=1)
def _table(panel: Panel) -> pd.DataFrame:
    return panel.frame(TABLE)


def _assessed(panel: Panel, pathway: str, years: Sequence[int]) -> Floats:
    """Return the 5 %, central and 95 % estimates of a pathway: [year, 3], K above 1850-1900."""
    if pathway not in PATHWAYS:
        raise InputError(Problem("there is no such emission pathway", spelling(pathway, list(PATHWAYS)), value=pathway))
    rows = _table(panel)
    of_pathway = rows[rows["scenario"] == pathway].set_index("year")[["lower", "central", "upper"]]
    absent = sorted(set(years) - set(of_pathway.index))
    if absent:
        span = f"{of_pathway.index.min()} to {of_pathway.index.max()}"
        raise InputError(Problem(f"global warming is assessed only for {span}", "Choose years within", value=absent))
    found: Floats = of_pathway.loc[list(years)].to_numpy(dtype=np.float64)
    return found
