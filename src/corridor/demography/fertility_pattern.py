"""Age patterns of fertility in the future: each area's own trend, given up step by step for a pattern of the world.

Sevcikova, Li, Kantorova, Gerland & Raftery (2016), *Age-specific mortality and fertility rates for probabilistic
population projections*. A pattern is the share of each age in total fertility; logits keep shares within 0 and 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE
from corridor.demography.graduation import FERTILITY_WIDTHS, FIRST_FERTILE_AGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats

SINGLE_AGES = sum(FERTILITY_WIDTHS)
"""Ages 10, 11, ..., 54."""
TREND_YEARS = 15.0
LEAST_SHARE = 1e-7
"""No age has a lesser share: a judgement that gives ages without births a logit."""
FIRST_ADULT = 20 - FIRST_FERTILE_AGE
FIRST_LATE = 45 - FIRST_FERTILE_AGE
MOST_LATE = 5.0
"""Single ages from 45 on have at most this many times their last observed share."""
ROUNDING = 1e-9
"""Mean ages at birth, years, that differ by less are the same: a sum over ages in another order differs by 1e-14."""


def project_fertility_pattern(
    observed: Floats,
    observed_years: Sequence[float],
    norm: Floats,
    years: Sequence[float],
    arrival: Floats,
    *,
    trend_years: float = TREND_YEARS,
) -> Floats:
    """Return age patterns of fertility.

    The logits of the pattern go from the last observed ones (i) on a straight line to those of the norm, reached in
    the year of arrival, and (ii) along their own recent trend; the mean of both is taken, in which (i) has weight 0 at
    the last observation and 1 on arrival. Once an area's mean age at birth has turned down above that of the norm,
    its pattern stays what it was at the turn. Of single ages, those under 20 never gain in share, and none from 45 on
    has more than 5 times its last observed share; the ages between take up the difference.

    Parameters
    ----------
    observed : [observed year, area, age], rates or shares at single ages 10, ..., 54, or in groups 10-14, ..., 50-54
    observed_years : [observed year], at least two, ascending
    norm : [age], the pattern that all areas go to
    years : [year], ascending, after the last observed
    arrival : [area], the year in which the norm is reached; infinite: never
    trend_years : the trend is taken over at least so many years, or over all observed if these are fewer

    Returns
    -------
    [year, area, age], shares that sum to 1 over ages

    Raises
    ------
    ValueError
        where the years are not as said, or the ages are neither 45 single ones nor 9 groups
    """
    _check(observed, observed_years, norm, years)
    past = _shares(observed)
    ahead = np.asarray(years, dtype=np.float64) - observed_years[-1]
    logits = _logit(past)
    trend = _trend(logits, np.asarray(observed_years), trend_years)
    mixed = _mix(logits[-1], trend, _logit(_shares(norm)), ahead, arrival - observed_years[-1])
    patterns = _shares(_inverse_logit(mixed))
    if patterns.shape[AGE] == SINGLE_AGES:
        patterns = _limit_ends(patterns, past[-1])
    return _freeze(patterns, past[-1], _shares(norm))


def mean_age_at_birth(pattern: Floats) -> Floats:
    """Return the mean age of mothers, years, [...], from shares [..., age] at single ages or in five-year groups."""
    width = SINGLE_AGES / pattern.shape[AGE]
    middles = FIRST_FERTILE_AGE + width * (np.arange(pattern.shape[AGE]) + 0.5)
    mean: Floats = pattern @ middles / pattern.sum(axis=AGE)
    return mean


def _check(observed: Floats, observed_years: Sequence[float], norm: Floats, years: Sequence[float]) -> None:
    if observed.shape[AGE] not in {SINGLE_AGES, len(FERTILITY_WIDTHS)} or norm.shape != observed.shape[AGE:]:
        raise ValueError("patterns have 45 single ages 10-54 or 9 groups of them, the norm as many as the observed")
    if len(observed_years) < 2 or len(observed_years) != len(observed):
        raise ValueError("a trend needs two observed patterns or more, and a year for each")
    if np.any(np.diff([*observed_years, *years]) <= 0.0):
        raise ValueError("observed years and projected years after them ascend")


def _trend(logits: Floats, years: Floats, trend_years: float) -> Floats:
    """Return the yearly change of logits, [area, age]."""
    start = max(int(np.searchsorted(years, years[-1] - trend_years, side="right")) - 1, 0)
    trend: Floats = (logits[-1] - logits[start]) / (years[-1] - years[start])
    return trend


def _mix(last: Floats, trend: Floats, norm: Floats, ahead: Floats, due: Floats) -> Floats:
    """Return logits [year, area, age] between the way to the norm and the own trend; `due` [area] counts as `ahead`."""
    elapsed = ahead[:, None, None]
    weight = elapsed / np.maximum(due[:, None], elapsed)  # whoever has arrived stays at weight 1
    to_norm = last + weight * (norm - last)
    mixed: Floats = weight * to_norm + (1.0 - weight) * (last + elapsed * trend)
    return mixed


def _limit_ends(patterns: Floats, last: Floats) -> Floats:
    young, adult, late = slice(FIRST_ADULT), slice(FIRST_ADULT, FIRST_LATE), slice(FIRST_LATE, None)
    limited = patterns.copy()
    limited[..., young] = np.minimum(np.minimum.accumulate(patterns[..., young], axis=0), last[:, young])
    limited[..., late] = np.minimum(patterns[..., late], MOST_LATE * last[:, late])
    ends = limited[..., young].sum(axis=AGE) + limited[..., late].sum(axis=AGE)
    limited[..., adult] *= ((1.0 - ends) / limited[..., adult].sum(axis=AGE))[..., None]
    return limited


def _freeze(patterns: Floats, last: Floats, norm: Floats) -> Floats:
    """Return patterns [year, area, age] that stay as they were when the mean age turned down above the norm's."""
    path = np.concatenate((last[None], patterns))
    means = mean_age_at_birth(path)
    turned = (means[:-1] > mean_age_at_birth(norm) + ROUNDING) & (means[1:] < means[:-1] - ROUNDING)
    at_turn = np.where(turned.any(axis=0), turned.argmax(axis=0), len(path))
    year = np.minimum(np.arange(1, len(path))[:, None], at_turn)
    frozen: Floats = path[year, np.arange(path.shape[1])]
    return frozen


def _shares(pattern: Floats) -> Floats:
    shares = np.maximum(pattern / pattern.sum(axis=AGE, keepdims=True), LEAST_SHARE)
    whole: Floats = shares / shares.sum(axis=AGE, keepdims=True)
    return whole


def _logit(share: Floats) -> Floats:
    logit: Floats = np.log(share) - np.log1p(-share)
    return logit


def _inverse_logit(logit: Floats) -> Floats:
    share: Floats = np.exp(-np.logaddexp(0.0, -logit))
    return share
