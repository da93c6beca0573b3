"""What imported tables can mean: rules of rows together, and notes on figures that are possible and seldom right.

The limits are our judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas, codes
from corridor.calendar import BASE_YEAR
from corridor.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

PERIOD = ["period_start", "period_end"]
TOTAL = "TOTAL"
"""In place of an area in a table of flows: all areas together, so that the row is all arrivals or all departures."""
SERIES = ["definition", "source"]
"""Columns that tell series of flows of one pair and date apart."""
MOST_SHOWN = 5
LONGEST_PERIOD = 50
MOST_MOVERS, MANY_MOVERS, FEW_MOVERS = 1e9, 1e7, 100.0
FIRST_YEAR = 1950
ROUNDING = 0.01
MOST_JUMP, LEAST_JUMP = 50.0, 1000.0
INNER_KM, LEAST_KM = 2500.0, 1.0
"""Mean distance inside the largest area, and the least between two areas."""
MOST_OFF_KM, MOST_TIMES_OFF, FAR_KM, SAME_KM = 4500.0, 6.0, 500.0, 1.0
"""From the distance between label points, in km, or in times if these are far apart; and rounding."""
USUAL_RATIOS = (0.75, 1.35)
"""Of distances to those between label points, in the median of at least so many pairs:"""
LEAST_PAIRS = 3
USUAL_WARMING = (0.3, 3.0)
STRONG_PUSH = 1.0


# Rules of rows ------------------------------------------------------------------------------------------------------


def between_areas(frame: pd.DataFrame) -> pd.Series[bool]:
    """Say of each row whether it leads from one area to another."""
    return (frame["orig"] != frame["dest"]) | (frame["orig"] == TOTAL)


def possible_distance(frame: pd.DataFrame) -> pd.Series[bool]:
    """Say of each row whether two areas are apart, and an area not far from itself."""
    within = frame["orig"] == frame["dest"]
    return (within & (frame["km"] <= INNER_KM)) | (~within & (frame["km"] >= LEAST_KM)) | frame["km"].isna()


def follow(frame: pd.DataFrame) -> pd.Series[bool]:
    """Say of each row whether its period starts after the one before of its pair and series has ended."""
    if not set(PERIOD) <= set(frame):
        return frame["orig"] == frame["orig"]
    ordered = frame.sort_values(PERIOD)
    keys = ["orig", "dest", *(name for name in SERIES if name in frame)]
    before = ordered.groupby(keys)["period_end"].cummax().groupby([ordered[key] for key in keys]).shift()
    told = ordered.duplicated([*keys, *PERIOD])  # by another rule
    return (before.isna() | (before <= ordered["period_start"]) | told).reindex(frame.index)


def short_period(frame: pd.DataFrame) -> pd.Series[bool]:
    """Say of each row whether its period is no longer than half a century."""
    if not set(PERIOD) <= set(frame):
        return frame["orig"] == frame["orig"]
    return frame["period_end"] - frame["period_start"] <= LONGEST_PERIOD


def sums_above_totals(path: Path, frame: pd.DataFrame) -> list[Problem]:
    """Return a problem for each total that is less than its parts."""
    dates = [name for name in ("year", *PERIOD, *SERIES) if name in frame]
    problems = []
    for end, other in (("orig", "dest"), ("dest", "orig")):
        whole = frame[frame[end] == TOTAL].set_index([other, *dates])["persons"]
        parts = frame[(frame[end] != TOTAL) & (frame[other] != TOTAL)].groupby([other, *dates])["persons"].sum()
        both = whole.to_frame("whole").join(parts.to_frame("parts"), how="inner")
        for key, (total, sum_) in both[both["parts"] > both["whole"] * (1.0 + ROUNDING) + 10.0].iterrows():
            place = ", ".join(str(word) for word in key)  # type: ignore[attr-defined]  # of several levels
            fault = f"the rows of single areas sum to {sum_:,.10g} persons, more than the row {TOTAL}"
            problems.append(Problem(fault, "Correct one of them", str(path), None, end, f"{place}: {total:,.10g}"))
    return problems[:MOST_SHOWN]


# Notes --------------------------------------------------------------------------------------------------------------


def notices(kind: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return notes on the rows of a kind of table."""
    return tuple(NOTICES[kind](frame))


def _shown(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    rows = [", ".join(map(_word, row)) for row in frame[list(columns)].head(MOST_SHOWN).itertuples(index=False)]
    more = f" and {len(frame) - MOST_SHOWN} more" if len(frame) > MOST_SHOWN else ""
    return f"{'; '.join(rows)}{more}"


def _word(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _flows(frame: pd.DataFrame) -> Iterator[str]:
    dates = ["year"] if "year" in frame else PERIOD
    columns = ["orig", "dest", *dates, "persons"]
    many = frame[frame["persons"] > MANY_MOVERS]
    if len(many):
        yield f"persons: more than ten million are said to move: {_shown(many, columns)}"
    elif frame["persons"].max() < FEW_MOVERS:
        yield f"persons: no row has {FEW_MOVERS:.0f} persons; were they thousands, write persons"
    odd = frame[(frame[dates[0]] < FIRST_YEAR) | (frame[dates[-1]] > BASE_YEAR + 1)]
    if len(odd):
        yield f"years before {FIRST_YEAR} or after {BASE_YEAR + 1}: {_shown(odd, columns)}"
    ordered = frame.sort_values(dates)
    keys = ["orig", "dest", *(name for name in SERIES if name in frame)]
    before = ordered.groupby(keys)["persons"].shift()
    most, least = np.fmax(before, ordered["persons"]), np.fmin(before, ordered["persons"])
    jump = ordered[before.notna() & (most > MOST_JUMP * least) & (most > LEAST_JUMP)]
    if len(jump):
        yield f"persons: pairs change by over a factor of {MOST_JUMP:.0f} from the date before: {_shown(jump, columns)}"


def _distance(frame: pd.DataFrame) -> Iterator[str]:
    back = frame.merge(frame.rename(columns={"orig": "dest", "dest": "orig", "km": "back"}), on=["orig", "dest"])
    uneven = back[(back["km"] - back["back"] > SAME_KM + ROUNDING * back["back"])]
    if len(uneven):
        yield f"km: the way back has another length: {_shown(uneven, ('orig', 'dest', 'km', 'back'))}"
    apart = frame[frame["orig"] != frame["dest"]]
    globe = _globe_km()[tuple(apart[end].map(codes().index).to_numpy(dtype=np.int64) for end in ("orig", "dest"))]
    apart = apart.assign(globe=globe.round())
    ratios = np.maximum(apart["km"], LEAST_KM) / np.maximum(globe, LEAST_KM)
    strange = (globe > FAR_KM) & ((ratios > MOST_TIMES_OFF) | (ratios < 1.0 / MOST_TIMES_OFF))
    far = apart[strange | (np.abs(apart["km"] - globe) > MOST_OFF_KM)]
    if len(far):
        words = _shown(far, ("orig", "dest", "km", "globe"))
        yield f"km: the areas are about so far apart on the globe as the second figure says: {words}"
    ratio = float((apart["km"] / globe).median()) if len(apart) else 1.0
    if len(apart) >= LEAST_PAIRS and not USUAL_RATIOS[0] <= ratio <= USUAL_RATIOS[1]:
        yield f"km: in the median a distance is {ratio:.2f} times that on the globe; are these kilometres?"


def _globe_km() -> np.ndarray:
    from corridor.areas.distance import great_circle_km  # noqa: PLC0415 - only distances need it

    return great_circle_km(*np.array([(area.longitude, area.latitude) for area in areas()]).T)


def _warming(frame: pd.DataFrame) -> Iterator[str]:
    low, high = USUAL_WARMING
    odd = frame[~frame["warming_per_degree"].between(low, high)]
    if len(odd):
        words = _shown(odd, ("iso3", "warming_per_degree"))
        yield f"warming_per_degree: published values lie between {low} and {high} K per K: {words}"
    if "sd" in frame and len(odd := frame[frame["sd"] > frame["warming_per_degree"]]):
        yield f"sd: it is larger than the value itself: {_shown(odd, ('iso3', 'warming_per_degree', 'sd'))}"


def _effects(frame: pd.DataFrame) -> Iterator[str]:
    odd = frame[frame["log_push"].abs() > STRONG_PUSH]
    if len(odd):
        times = float(np.exp(odd["log_push"].iloc[0]))
        words = _shown(odd, ("iso3", "year", "log_push"))
        yield f"log_push: {odd['log_push'].iloc[0]:.4g} is {times:.3g} times as many moves, no per cent: {words}"


NOTICES: dict[str, Callable[[pd.DataFrame], Iterator[str]]] = {
    "warming": _warming,
    "effects": _effects,
    "flows": _flows,
    "distance": _distance,
}
