"""Hold-outs of net migration rates: the models and three simple forecasts against what came after.

Rates are five-year rates of WPP 2024 between 1 Julys, 1950 to 2020; errors are per 1,000 people a year, the mean over
areas and over the periods held out. The question is that of Azose and Raftery (2015, Demography 52:1627-1650).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.data.rules.holes import HOLY_SEE
from corridor.demography.net_rates import net_rates, predict_net_rates, sample_net_rate_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel
    from corridor.demography.net_rates import Innovations

FIRST, LAST, PERIOD = 1950, 2020, 5
"""First and last 1 July, and years of a period."""
HELD_OUT = (5, 15, 30)
"""Years held out at the end."""
TRAJECTORIES = 4000
PER_THOUSAND = 1000.0 / PERIOD
MODELS: Mapping[str, Innovations] = {"pooled": "pooled", "reference": "constant"}
NORMAL_95 = 1.959964


class Coverage(NamedTuple):
    """Share of outcomes within prediction intervals, and its 95 % binomial interval; per cent."""

    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class HoldOut:
    """One forecast of one hold-out.

    Attributes
    ----------
    forecast : a model, or `persistence`, `mean of the past`, `zero`
    start, end : 1 July from and to which is predicted
    error : mean absolute error of the median, per 1,000 a year
    crps : continuous ranked probability score, per 1,000 a year; that of a single number is its absolute error
    cover80, cover95 : coverage of the 80 and 95 % intervals; None where a forecast has none
    """

    forecast: str
    start: int
    end: int
    error: float
    crps: float
    cover80: Coverage | None = None
    cover95: Coverage | None = None


def _panel_rates(panel: Panel) -> tuple[Floats, Floats]:
    """Return five-year rates [area, period] and populations on 1 July [year, area], without the Holy See.

    The Holy See has no published net migration; the other 236 areas do.
    """
    kept = np.array([code != HOLY_SEE for code in codes()])
    net = np.concatenate([panel.array("net_migration_history"), panel.array("net_migration")])
    by_age = panel.array("population_july").sum(axis=(-2, -1))
    population = np.concatenate([panel.array("population_total_july"), by_age])
    years = slice(0, LAST - FIRST + 1)
    return net_rates(net[years, kept], population[years, kept], PERIOD), population[years, kept]


def hold_out(
    rates: Floats,
    population: Floats,
    periods: int,
    *,
    end: int = LAST,
    models: Mapping[str, Innovations] = MODELS,
    sweeps: int = 3000,
    seed: int = 1,
) -> list[HoldOut]:
    """Fit the models before the last `periods` and score their forecasts of these.

    Parameters
    ----------
    rates : [area, period], from `FIRST` on; what lies after `end` is not looked at
    population : [year, area], on 1 July from `FIRST` on
    periods : held out
    end : 1 July on which the last period held out ends
    models : name -> innovations
    sweeps, seed : of the sampler; a quarter of the sweeps is the burn-in
    """
    known = (end - FIRST) // PERIOD - periods
    past, future = rates[:, :known], rates[:, known : known + periods]
    start = FIRST + PERIOD * known
    last, average = past[:, -1:], past.mean(axis=1, keepdims=True)
    simple = {"persistence": last, "mean of the past": average, "zero": np.zeros_like(last)}
    results = []
    for name, innovations in models.items():
        posterior = sample_net_rate_model(
            past, population[start - FIRST], innovations=innovations, sweeps=sweeps, burn_in=sweeps // 4, seed=seed
        )
        drawn = predict_net_rates(posterior, past, periods, TRAJECTORIES, seed)
        results.append(score(name, start, drawn, future))
    for name, forecast in simple.items():
        error = float(np.abs(forecast - future).mean() * PER_THOUSAND)
        results.append(HoldOut(name, start, end, error, error))
    return results


def score(forecast: str, start: int, drawn: Floats, future: Floats) -> HoldOut:
    """Score trajectories [trajectory, area, period] of rates against the rates that came [area, period]."""
    low95, low80, median, high80, high95 = np.quantile(drawn, [0.025, 0.1, 0.5, 0.9, 0.975], axis=0)
    return HoldOut(
        forecast,
        start,
        start + PERIOD * future.shape[1],
        float(np.abs(median - future).mean() * PER_THOUSAND),
        float(ranked_probability_score(drawn, future).mean() * PER_THOUSAND),
        coverage((low80 <= future) & (future <= high80)),
        coverage((low95 <= future) & (future <= high95)),
    )


def ranked_probability_score(drawn: Floats, outcome: Floats) -> Floats:
    """Return the continuous ranked probability score of draws [draw, ...] (Gneiting and Raftery 2007)."""
    count = len(drawn)
    ranks = (2.0 * np.arange(1, count + 1) - count - 1.0).reshape(-1, *[1] * outcome.ndim)
    spread = (ranks * np.sort(drawn, axis=0)).sum(axis=0) / count**2
    return np.asarray(np.abs(drawn - outcome).mean(axis=0) - spread)


def coverage(inside: Booleans) -> Coverage:
    """Return the share of outcomes [area, period] inside, and its Wilson interval.

    Periods of one area are not independent: the number of outcomes is divided by the design effect of areas as
    clusters (Kish 1965), at least 1.
    """
    share, outcomes = float(inside.mean()), float(inside.size)
    if inside.shape[1] > 1 and 0.0 < share < 1.0:
        of_areas = float(inside.mean(axis=1).var(ddof=1)) / len(inside)
        outcomes = outcomes / max(1.0, of_areas * outcomes / (share * (1.0 - share)))
    square = NORMAL_95**2 / outcomes
    middle = (share + square / 2.0) / (1.0 + square)
    half = NORMAL_95 * np.sqrt(share * (1.0 - share) / outcomes + square / (4.0 * outcomes)) / (1.0 + square)
    return Coverage(100.0 * share, 100.0 * float(middle - half), 100.0 * float(middle + half))


def hold_outs(panel: Panel, years: Sequence[int] = HELD_OUT) -> list[HoldOut]:
    """Score all forecasts of the last 5, 15 and 30 years to 2020."""
    rates, population = _panel_rates(panel)
    return [result for held in years for result in hold_out(rates, population, held // PERIOD)]


def hold_outs_frame(results: Sequence[HoldOut]) -> pd.DataFrame:
    """Hold-outs as a table for people: per 1,000 a year, coverage in per cent with its binomial interval."""
    return pd.DataFrame(
        [
            {
                "held out": f"{result.start}-{result.end}",
                "forecast": result.forecast,
                "MAE": f"{result.error:.2f}",
                "CRPS": f"{result.crps:.2f}",
                "80 % covers": _words(result.cover80),
                "95 % covers": _words(result.cover95),
            }
            for result in results
        ]
    )


def _words(found: Coverage | None) -> str:
    return "-" if found is None else f"{found.share:.1f} ({found.lower:.1f}-{found.upper:.1f})"
