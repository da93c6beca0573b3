"""Rolling origins of flow forecasts as files: tidy tables, a page with figures of skill and calibration."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

import corridor
from corridor.backtest.flow_scores import BINS, TARGETS, skill_words
from corridor.backtest.forecast_form import QUANTILES
from corridor.backtest.rolling import overall, r2_frame
from corridor.figures.bars import Bar, bars
from corridor.reports.report_files import page_from, provenance, write_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from corridor.backtest.rolling import Results
    from corridor.data.panel import Panel

PAGE = "flow_skill.html"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow")
FIGURE_TARGETS = ("corridors", "out", "in", "net")
METHOD = (
    "The file flow_scores.csv contains the scores of every horizon, region of origin, size class and CICA; "
    "flow_skill.csv contains the skill with intervals, and flow_r2.csv the R2 over time within corridors. The "
    "two-part model draws its intervals. All other models take them from their own errors at earlier origins; moves "
    "out, moves in and net migration of the corridor model are drawn as in projections. We found the form of the "
    "last two blends and the terms of the corridor model with all periods in view. Gravity models with effects of "
    "ends or pairs can give extreme values over 20 years. We chose the settings of the trees after seeing later "
    "errors."
)
CHEAP = 1e3
"""Errors of a thousand persons and more are written whole."""


def first_period_table(results: Results, skill: pd.DataFrame) -> pd.DataFrame:
    """One period ahead, over all origins, as a table for people: a row a model and target."""
    measured = overall(results)
    keys = ["model", "target"]
    means = measured[measured["ahead"] == 1].groupby(keys, sort=False).mean(numeric_only=True).reset_index()
    joined = means.drop(columns="mae").merge(skill[skill["ahead"] == 1], on=keys)
    rows = []
    for row in joined.to_dict("records"):
        interval = skill_words(row["skill"], row["lower_95"], row["upper_95"])
        rows.append(
            {"model": row["model"], "target": row["target"], "origins": str(row["origins"])}
            | {"MAE": _number(row["mae"]), "skill, %": interval, "RMSE": _number(row["rmse"])}
            | {"log": _two(row["log_error"]), "CPC": _two(row["cpc"], 3), "CRPS": _number(row["crps"])}
            | {f"in {each} %": _two(row[f"coverage_{each}"], 1) for each in (50, 80, 95)}
        )
    import pandas as pd  # noqa: PLC0415 - only a table needs it

    return pd.DataFrame(rows)


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:,.0f}" if value >= CHEAP else f"{value:.1f}"


def _two(value: float, decimals: int = 2) -> str:
    return "-" if np.isnan(value) else f"{value:.{decimals}f}"


def write_flow_skill(results: Results, skill: pd.DataFrame, panel: Panel, folder: Path, command: str) -> Path:
    """Write the page and its tables, all made before the first is written, and return the page's path.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    tables = {"flow_scores": results.scores, "flow_skill": skill, "flow_r2": r2_frame(results)}
    product = str(results.scores["product"].iloc[0])
    made = provenance(panel, command, {"product": product}, LIBRARIES)
    return write_report((PAGE, flow_skill_page(results, skill, command)), tables, made, folder)


def flow_skill_page(results: Results, skill: pd.DataFrame, command: str) -> str:
    """Return a page that needs nothing from elsewhere; the same results give the same bytes."""
    table, measured = first_period_table(results, skill), overall(results)
    return page_from(
        "flow_skill.html",
        version=corridor.__version__,
        product=str(results.scores["product"].iloc[0]),
        origins=", ".join(map(str, sorted(results.scores["origin"].unique()))),
        heads=tuple(table.columns),
        rows=table.to_numpy().tolist(),
        errors=_error_figures(skill),
        coverage=_coverage_figures(measured),
        pit=_pit_figures(measured),
        method=METHOD,
        command=command,
    )


def _error_figures(skill: pd.DataFrame) -> Mapping[str, str]:
    """Target -> bars of the error of each model, per cent of that of persistence, one period ahead."""
    drawn = {}
    for place, target in enumerate(TARGETS):
        own = skill[(skill["ahead"] == 1) & (skill["target"] == target)]
        ordered = own.sort_values("skill", ascending=False)
        values = 100.0 - ordered[["skill", "upper_95", "lower_95"]].to_numpy(dtype=np.float64)
        items = [Bar(model, *map(float, row)) for model, row in zip(ordered["model"], values, strict=True)]
        drawn[target] = bars(f"error-{place}", items, heading=f"Error, {target}", reach=120.0)
    return drawn


def _coverage_figures(measured: pd.DataFrame) -> Mapping[str, str]:
    """Target -> bars of the coverage of the 80 % interval, one period ahead, with its range over origins."""
    drawn = {}
    for place, target in enumerate(FIGURE_TARGETS):
        own = measured[(measured["ahead"] == 1) & (measured["target"] == target)].dropna(subset="coverage_80")
        by_model = own.groupby("model", sort=False)["coverage_80"]
        items = [Bar(str(name), part.mean(), part.min(), part.max()) for name, part in by_model]
        drawn[target] = bars(f"coverage-{place}", items, heading=f"Within the 80 % interval, {target}", reach=100.0)
    return drawn


def _pit_figures(measured: pd.DataFrame) -> Mapping[str, str]:
    """Model -> bars of the PIT histogram of corridors: outcomes in a bin over what a calibrated forecast has there."""
    levels = [0.0, *QUANTILES, 1.0]
    names = [f"{100 * low:g} to {100 * high:g} %" for low, high in pairwise(levels)]
    columns = [f"pit_{place}" for place in range(len(BINS))]
    own = measured[(measured["ahead"] == 1) & (measured["target"] == "corridors")].dropna(subset=columns)
    drawn = {}
    for place, (model, part) in enumerate(own.groupby("model", sort=False)):
        ratios = part[columns].to_numpy() / (100.0 * BINS)
        columns_of = zip(names, ratios.mean(axis=0), ratios.min(axis=0), ratios.max(axis=0), strict=True)
        items = [Bar(name, float(mean), float(low), float(high)) for name, mean, low, high in columns_of]
        drawn[str(model)] = bars(f"pit-{place}", items, heading=f"PIT histogram, {model}", reach=2.0)
    return drawn
