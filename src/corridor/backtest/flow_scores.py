"""Scores of forecasts of flows: sizes of errors, common part, proper scores, coverage, and skill with its interval.

Targets are corridors, out-, in- and net migration of areas (persons a year), and net rates per 1,000 people at the
start of the period, by the population that came. Only areas known at the origin and in the period are scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas, members
from corridor.backtest.flow_errors import SIZES
from corridor.backtest.forecast_form import MARGINS, QUANTILES, known_areas, margins
from corridor.backtest.net_rates import ranked_probability_score
from corridor.demography.random_streams import stream
from corridor.estimate.measures.scores import interval_score

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from corridor.axes import Booleans, Floats, Integers
    from corridor.backtest.forecast_form import Forecast

CORRIDORS, NET_RATE = "corridors", "net rate"
TARGETS = (CORRIDORS, *MARGINS, NET_RATE)
ALL, CICA = "all", "CICA"
INTERVALS = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}
SIGNED = ("net", NET_RATE)
"""Targets that may be below zero: no logarithms, no common part."""
BINS = np.diff([0.0, *QUANTILES, 1.0])
"""Nominal shares of the bins of the PIT histogram, between the quantiles."""
SIZE_NAMES = ("below 1", "1 to 10", "10 to 100", "100 to 1,000", "1,000 to 10,000", "10,000 and more")


@dataclass(frozen=True, slots=True)
class Cells:
    """Forecasts and outcomes of one target in one period.

    Attributes
    ----------
    target : one of `TARGETS`
    point, outcome : [cell]
    area : [cell], position of the area; of a corridor the origin
    quantiles : [`QUANTILES`, cell], or None
    crps : [cell]; the absolute error where there is no distribution
    groups : name -> [cell], whether a cell belongs to it
    """

    target: str
    point: Floats
    outcome: Floats
    area: Integers
    quantiles: Floats | None
    crps: Floats
    groups: Mapping[str, Booleans]


def cells_of(forecast: Forecast, ahead: int, outcome: Floats, last: Floats, population: Floats) -> Iterator[Cells]:
    """Lay out the cells of every target.

    Parameters
    ----------
    ahead : horizon, counted from 0
    outcome : [orig, dest], persons a year, as they came
    last : [orig, dest], in the last period before the origin, for size classes
    population : [area], at the start of the period, as it came
    """
    point = forecast.point[ahead]
    known = known_areas(point) & known_areas(outcome)
    pair = np.outer(known, known) & np.isfinite(point) & np.isfinite(outcome) & ~np.eye(len(known), dtype=np.bool_)
    quantiles = None if forecast.quantiles is None else forecast.quantiles[:, ahead][:, pair]
    groups = {ALL: np.ones(int(pair.sum()), dtype=np.bool_), **_corridor_groups(pair, last)}
    yield _cells(
        CORRIDORS,
        point[pair],
        outcome[pair],
        np.nonzero(pair)[0].astype(np.int64),
        quantiles=quantiles,
        draws=None,
        groups=groups,
    )
    came = margins(np.where(pair, outcome, np.nan))
    drawn = None if forecast.draws is None else forecast.draws[:, :, ahead][..., known]
    of_areas = {ALL: np.ones(int(known.sum()), dtype=np.bool_), **_area_groups(known)}
    scale = 1000.0 / population[known]
    for place, (target, by) in enumerate([*((name, np.ones_like(scale)) for name in MARGINS), (NET_RATE, scale)]):
        row = min(place, 2)
        draws = None if drawn is None else drawn[:, row] * by
        spread = None if draws is None else np.quantile(draws, QUANTILES, axis=0)
        made = forecast.margins[row, ahead, known] * by
        own = np.flatnonzero(known).astype(np.int64)
        yield _cells(target, made, came[row, known] * by, own, quantiles=spread, draws=draws, groups=of_areas)


def _cells(
    target: str,
    point: Floats,
    outcome: Floats,
    area: Integers,
    *,
    quantiles: Floats | None,
    draws: Floats | None,
    groups: Mapping[str, Booleans],
) -> Cells:
    if draws is not None:
        crps = ranked_probability_score(draws, outcome)
    elif quantiles is not None:
        crps = quantile_score(quantiles, outcome)
    else:
        crps = np.abs(point - outcome)
    return Cells(target, point, outcome, area, quantiles, crps, groups)


def _corridor_groups(pair: Booleans, last: Floats) -> dict[str, Booleans]:
    """Region of the origin, size class of the last flow, and both ends in CICA: name -> [corridor]."""
    orig, dest = np.nonzero(pair)
    size = np.digitize(np.nan_to_num(last[pair]), SIZES)
    cica = _cica()
    regions = np.array([area.region for area in areas()])[orig]
    return {
        CICA: cica[orig] & cica[dest],
        **{f"from {region}": regions == region for region in sorted(set(regions))},
        **{f"size {name}": size == place for place, name in enumerate(SIZE_NAMES)},
    }


def _area_groups(known: Booleans) -> dict[str, Booleans]:
    """Region and CICA: name -> [known area]."""
    regions = np.array([area.region for area in areas()])[known]
    return {CICA: _cica()[known], **{region: regions == region for region in sorted(set(regions))}}


def _cica() -> Booleans:
    own = {area.iso3 for area in members(CICA)}
    return np.array([area.iso3 in own for area in areas()])


def score_rows(cells: Cells) -> list[dict[str, object]]:
    """Score the cells, by group: a row a group with the measures as columns."""
    rows = []
    for group, inside in cells.groups.items():
        if inside.any():
            quantiles = None if cells.quantiles is None else cells.quantiles[:, inside]
            found = measures(cells.point[inside], cells.outcome[inside], quantiles, signed=cells.target in SIGNED)
            rows.append(
                {"target": cells.target, "group": group, "cells": int(inside.sum())}
                | found
                | {"crps": float(cells.crps[inside].mean())}
            )
    return rows


def measures(point: Floats, outcome: Floats, quantiles: Floats | None, *, signed: bool = False) -> dict[str, float]:
    """Score numbers and quantiles against outcomes; what cannot be computed is NaN.

    Parameters
    ----------
    point, outcome : [cell]
    quantiles : [`QUANTILES`, cell], or None
    signed : values may be below zero

    Returns
    -------
    mae, rmse; log_error: mean absolute difference of log(1 + value); cpc: common part; interval_score and coverage (per
    cent) of each interval; pit_0 ...: per cent of outcomes in each bin between the quantiles
    """
    error = np.abs(point - outcome)
    found = {"mae": float(error.mean()), "rmse": float(np.sqrt((error**2).mean())), "log_error": np.nan, "cpc": np.nan}
    if not signed:
        found["log_error"] = float(np.abs(np.log1p(point) - np.log1p(outcome)).mean())
        whole = point.sum() + outcome.sum()
        found["cpc"] = float(2.0 * np.minimum(point, outcome).sum() / whole) if whole > 0 else np.nan
    for level, (lower, upper) in INTERVALS.items():
        if quantiles is None:
            found |= {f"interval_score_{level}": np.nan, f"coverage_{level}": np.nan}
            continue
        low, high = quantiles[QUANTILES.index(lower)], quantiles[QUANTILES.index(upper)]
        found[f"interval_score_{level}"] = float(interval_score(outcome, low, high, level / 100.0).mean())
        found[f"coverage_{level}"] = 100.0 * float(_inside_of(quantiles, outcome, level).mean())
    shares = np.full(len(BINS), np.nan) if quantiles is None else pit_shares(quantiles, outcome)
    return found | {f"pit_{place}": 100.0 * float(share) for place, share in enumerate(shares)}


def quantile_score(quantiles: Floats, outcome: Floats) -> Floats:
    """Approximate the ranked probability score from `QUANTILES` [quantile, cell]: twice the mean pinball loss."""
    levels = np.array(QUANTILES)
    edges = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2.0, [1.0]])
    off = outcome - quantiles
    loss = np.maximum(levels[:, None] * off, (levels[:, None] - 1.0) * off)
    return np.asarray(2.0 * np.tensordot(np.diff(edges), loss, axes=1))


def pit_shares(quantiles: Floats, outcome: Floats) -> Floats:
    """Share of outcomes in each bin between the quantiles: [bin]; calibrated forecasts give `BINS`.

    An outcome that several quantiles equal lies in all bins between them, in proportion to their nominal shares (the
    non-randomised histogram of Czado, Gneiting and Held 2009).
    """
    lowest, highest = (quantiles < outcome).sum(axis=0), (quantiles <= outcome).sum(axis=0)
    bins = np.arange(len(BINS))[:, None]
    weights = BINS[:, None] * ((lowest <= bins) & (bins <= highest))
    return np.asarray((weights / weights.sum(axis=0)).mean(axis=1))


def area_errors(cells: Cells) -> pd.DataFrame:
    """Sums by area, for the bootstrap: target, area, error, cells, and how many outcomes lie inside each interval.

    Columns inside_50, inside_80, inside_95: NaN where there is no distribution.
    """
    import pandas as pd  # noqa: PLC0415 - only a table needs it

    count = len(areas())
    place = cells.area
    sums = {"error": np.bincount(place, np.abs(cells.point - cells.outcome), count)}
    number = np.bincount(place, minlength=count)
    for level in INTERVALS:
        inside = None if cells.quantiles is None else _inside_of(cells.quantiles, cells.outcome, level)
        sums[f"inside_{level}"] = np.full(count, np.nan) if inside is None else np.bincount(place, inside, count)
    some = number > 0
    kept = {name: values[some] for name, values in sums.items()}
    return pd.DataFrame({"target": cells.target, "area": np.flatnonzero(some), "cells": number[some]} | kept)


def _inside_of(quantiles: Floats, outcome: Floats, level: int) -> Booleans:
    """Say of each outcome whether it lies in the interval of so many per cent: [cell]."""
    lower, upper = (QUANTILES.index(bound) for bound in INTERVALS[level])
    return np.asarray((quantiles[lower] <= outcome) & (outcome <= quantiles[upper]))


def coverage_with_interval(
    inside: Floats, cells: Floats, *, replicates: int = 2000, seed: int = 1
) -> tuple[float, float, float]:
    """Return the share of outcomes inside an interval in per cent, with its 95 % interval.

    Areas are drawn with replacement, whole with all their origins, and origins too, whole with all their areas.

    Parameters
    ----------
    inside, cells : [origin, area], outcomes inside and all outcomes
    """
    shares = _ratios(inside, cells, replicates, seed)
    low, high = np.quantile(100.0 * shares, [0.025, 0.975])
    return float(100.0 * inside.sum() / cells.sum()), float(low), float(high)


def skill_with_interval(
    ours: Floats, rival: Floats, *, replicates: int = 2000, seed: int = 1
) -> tuple[float, float, float]:
    """Return the skill in per cent, 100 (1 - error / error of the rival), with its 95 % interval.

    Areas are drawn with replacement, whole with all their origins, and origins too, whole with all their areas.

    Parameters
    ----------
    ours, rival : [origin, area], sums of absolute errors over the same cells; zero where an area has none

    Returns
    -------
    Skill and its bounds; NaN where the rival errs nowhere. Samples in which it does are left out
    """
    if not rival.any():
        return np.nan, np.nan, np.nan
    low, high = np.quantile(100.0 * (1.0 - _ratios(ours, rival, replicates, seed)), [0.025, 0.975])
    return float(100.0 * (1.0 - ours.sum() / rival.sum())), float(low), float(high)


def skill_words(skill: float, lower: float, upper: float) -> str:
    """Write a skill with its interval, per cent."""
    if np.isnan(skill):
        return "-"
    rounded = (round(value, 1) + 0.0 for value in (skill, lower, upper))  # no minus before a zero
    return "{:+.1f} ({:+.1f} to {:+.1f})".format(*rounded)


def _ratios(part: Floats, whole: Floats, replicates: int, seed: int) -> Floats:
    """Return the ratios of the sums [origin, area] of both in each sample in which the second has any."""
    by_origin, by_area = _resampled(*part.shape, replicates, seed)
    above, below = (((by_origin @ side) * by_area).sum(axis=1) for side in (part, whole))
    return np.asarray(above[below > 0] / below[below > 0])


@cache
def _resampled(origins: int, count: int, replicates: int, seed: int) -> tuple[Floats, Floats]:
    """How often each origin and each area is drawn: [replicate, origin], [replicate, area]."""
    generator = stream(seed, "skill")
    by_origin = generator.multinomial(origins, np.full(origins, 1.0 / origins), replicates).astype(np.float64)
    by_area = generator.multinomial(count, np.full(count, 1.0 / count), replicates).astype(np.float64)
    return by_origin, by_area


def r2_over_time(point: Floats, outcome: Floats) -> Floats:
    """R2 over time within each corridor: [orig, dest], NaN where the outcome does not vary or fewer than three came.

    Parameters
    ----------
    point, outcome : [origin, orig, dest], forecasts the same number of periods ahead and what came
    """
    known = (np.isfinite(point) & np.isfinite(outcome)).all(axis=0)
    around = outcome - outcome.mean(axis=0)
    total = (around**2).sum(axis=0)
    usable = known & (total > 0) & (len(point) >= 3)
    left = ((point - outcome) ** 2).sum(axis=0)
    return np.asarray(1.0 - np.divide(left, total, out=np.full_like(total, np.nan), where=usable))
