"""Rolling origins: every model at every origin of a product, scored, kept on disk, and taken up again where it stopped.

The results of a model at an origin are a folder of three Parquet tables, written whole: `scores`, `area_errors` (for
the bootstrap) and `points` (forecasts of the first period after the origin). What they were made of is in `made.json`,
which seals the tables; if that differs from what is asked, they are made anew. Results that were changed are refused.
"""

from __future__ import annotations

import hashlib
import io
import re
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import corridor
from corridor.areas import areas
from corridor.backtest.boosted_trees import TREES, installed
from corridor.backtest.corridor_forecast import CorridorModel
from corridor.backtest.flow_scores import (
    ALL,
    INTERVALS,
    area_errors,
    cells_of,
    coverage_with_interval,
    r2_over_time,
    score_rows,
    skill_with_interval,
)
from corridor.backtest.forecast_form import history
from corridor.backtest.gravity_rivals import GRAVITY_RIVALS
from corridor.backtest.simple_rivals import PERSISTENCE, RIVALS
from corridor.backtest.two_part import TwoPart
from corridor.data.sealed_folder import SealedFolder, open_sealed, write_sealed
from corridor.errors import InputError, Problem
from corridor.projection.batches import end_with_parent, without_interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.backtest.flow_products import FlowProduct
    from corridor.backtest.forecast_form import Forecast, Model

MODELS: tuple[Model, ...] = (
    *RIVALS,
    CorridorModel(),
    TwoPart(),
    *GRAVITY_RIVALS,
    *([TREES] if installed() else []),
)
ORIGINS = (1995, 2000, 2005, 2010, 2015)
MOST_PERIODS = 5
"""Periods ahead, 25 years."""
DRAWS = 300
MADE = "made.json"
MADE_FORM = "corridor back-test 1"
TABLES = ("scores", "area_errors", "points")


@dataclass(frozen=True, slots=True)
class Results:
    """What models reached.

    Attributes
    ----------
    scores : product, model, origin, ahead (periods, from 1), target, group, cells, and the measures of `flow_scores`
    area_errors : product, model, origin, ahead, target, area, cells, error, and outcomes inside each interval
    points : product, model, origin, ahead, orig, dest, point, outcome: of the first period ahead
    """

    scores: pd.DataFrame
    area_errors: pd.DataFrame
    points: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Job:
    """One model at one origin."""

    model: Model
    origin: int
    periods: int
    draws: int
    seed: int


def run_rolling(
    product: FlowProduct,
    folder: Path,
    *,
    models: Sequence[Model] = MODELS,
    origins: Sequence[int] = ORIGINS,
    periods: int = MOST_PERIODS,
    draws: int = DRAWS,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[str], object] = lambda _: None,
) -> Results:
    """Score all models at all origins that their product has; a model with too short a past is left out there.

    Parameters
    ----------
    folder : where results are kept and found again
    periods : most periods ahead
    workers : processes
    progress : called with the name of each job that is done, those found on disk too

    Raises
    ------
    InputError
        If no period of the product starts at an origin, no model has a past to be fitted on, or results on disk were
        changed.
    """
    jobs = planned(product, models, origins, periods=periods, draws=draws, seed=seed)
    if not jobs:
        fault = f"{product.name} has too few periods to have one before an origin and one after it"
        raise InputError(Problem(fault, "Import flows over two or more periods", value=list(product.starts)))
    places = {job: folder / _named(product.name) / f"{_named(job.model.name)}-{job.origin}" for job in jobs}
    open_jobs = _open_jobs(product, places)
    for job in jobs:
        if job not in open_jobs:
            progress(f"{job.model.name}, {job.origin}")
    if workers == 1 or len(open_jobs) < 2:
        for job in open_jobs:
            _do(product, job, places[job])
            progress(f"{job.model.name}, {job.origin}")
    else:
        _in_processes(product, open_jobs, places, workers, progress)
    kept = [_opened(place) for place in places.values()]
    parts = [[_read(each, table) for each in kept] for table in TABLES]
    return Results(*(pd.concat(frames, ignore_index=True) for frames in parts))


def planned(
    product: FlowProduct,
    models: Sequence[Model] = MODELS,
    origins: Sequence[int] = ORIGINS,
    *,
    periods: int = MOST_PERIODS,
    draws: int = DRAWS,
    seed: int = 1,
) -> list[Job]:
    """List the jobs: every model at every origin with enough of a past."""
    return [
        Job(model, origin, periods, draws, seed)
        for model in models
        for origin in origins
        if product.period(origin) >= model.least_periods
    ]


def _in_processes(
    product: FlowProduct, jobs: Sequence[Job], places: dict[Job, Path], workers: int, progress: Callable[[str], object]
) -> None:
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent) as pool:
        with without_interrupts():
            running = {pool.submit(_do, product, job, places[job]): job for job in jobs}
        for done in as_completed(running):
            done.result()
            progress(f"{running[done].model.name}, {running[done].origin}")


def _do(product: FlowProduct, job: Job, place: Path) -> None:
    frames = zip(TABLES, _run_job(product, job), strict=True)
    files = {f"{table}.parquet": frame.to_parquet(index=False) for table, frame in frames}
    write_sealed(place, MADE, MADE_FORM, _made(product, job), files)


def _run_job(product: FlowProduct, job: Job) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Fit, predict and score one model at one origin: the three tables of `Results`."""
    known = product.period(job.origin)
    forecast = forecast_from(product, job)
    last, scores, errors = product.flows[known - 1], [], []
    for ahead in range(len(forecast.point)):
        period = known + ahead
        common: dict[str, str | int] = {"product": product.name, "model": job.model.name, "origin": job.origin}
        common["ahead"] = ahead + 1
        for cells in cells_of(forecast, ahead, product.flows[period], last, product.population[period]):
            scores += [common | row for row in score_rows(cells)]
            errors.append(_marked(area_errors(cells), common))
    of_areas = pd.concat(errors, ignore_index=True)
    return pd.DataFrame(scores), of_areas, _points(product, job, forecast.point[0], product.flows[known])


def _marked(frame: pd.DataFrame, common: dict[str, str | int]) -> pd.DataFrame:
    """Put the same columns before those of every row."""
    for place, (column, value) in enumerate(common.items()):
        frame.insert(place, column, value)
    return frame


def forecast_from(product: FlowProduct, job: Job) -> Forecast:
    """Fit on what is known at the origin and predict the periods after it, as many as are asked and the product has."""
    known = product.period(job.origin)
    fitted = job.model.fit(history(product, job.origin))
    return fitted.predict(product.years[known : known + job.periods], job.draws, job.seed)


def _points(product: FlowProduct, job: Job, point: Floats, outcome: Floats) -> pd.DataFrame:
    orig, dest = np.nonzero(np.isfinite(point) & np.isfinite(outcome))
    columns = {"product": product.name, "model": job.model.name, "origin": job.origin, "ahead": 1}
    cells = {"orig": orig.astype(np.int16), "dest": dest.astype(np.int16)}
    return pd.DataFrame(columns | cells | {"point": point[orig, dest], "outcome": outcome[orig, dest]})


def skill_frame(results: Results, *, against: str = PERSISTENCE, replicates: int = 2000, seed: int = 1) -> pd.DataFrame:
    """Skill of each model: a row a product, model, target and periods ahead, over the origins that both have.

    Columns product, model, ahead, target, origins, mae, skill, lower_95, upper_95 (per cent).
    """
    keys, rows = ["product", "ahead", "target"], []
    frame = results.area_errors
    for (product, ahead, target), part in frame.groupby(keys):
        rival = _by_area(part[part["model"] == against])
        for model in dict.fromkeys(part["model"]):
            own = part[part["model"] == model]
            ours = _by_area(own)
            shared = ours.index.intersection(rival.index)
            cells = own["cells"][own["origin"].isin(shared)].sum()
            sides = ours.loc[shared].to_numpy(), rival.loc[shared].to_numpy()
            skill, low, high = skill_with_interval(*sides, replicates=replicates, seed=seed)
            row = {"product": product, "model": model, "ahead": ahead, "target": target, "origins": len(shared)}
            rows.append(row | {"mae": sides[0].sum() / cells, "skill": skill, "lower_95": low, "upper_95": high})
    return pd.DataFrame(rows)


def _by_area(part: pd.DataFrame, values: str = "error") -> pd.DataFrame:
    """Sums as origins by areas, zero where an area has no cells."""
    table = part.pivot_table(index="origin", columns="area", values=values, aggfunc="sum")
    return table.reindex(columns=range(len(areas()))).fillna(0.0)


def coverage_frame(results: Results, model: str, inside: Sequence[int] | None = None) -> pd.DataFrame:
    """Coverage of a model's intervals, a row a target, periods ahead and interval, over all origins that have them.

    Columns target, ahead, origins, cells, level, coverage, lower_95, upper_95 (per cent).

    Parameters
    ----------
    inside : positions of the areas to count, corridors by their origin; all if None
    """
    frame = results.area_errors
    own = frame[(frame["model"] == model) & frame["inside_80"].notna()]
    own = own if inside is None else own[own["area"].isin(inside)]
    rows = []
    for (target, ahead), part in own.groupby(["target", "ahead"], sort=False):
        cells = _by_area(part, "cells")
        for level in INTERVALS:
            within = _by_area(part, f"inside_{level}")
            share, low, high = coverage_with_interval(within.to_numpy(), cells.to_numpy())
            row = {"target": target, "ahead": ahead, "origins": len(cells), "cells": int(part["cells"].sum())}
            rows.append(row | {"level": level, "coverage": share, "lower_95": low, "upper_95": high})
    return pd.DataFrame(rows)


def r2_frame(results: Results) -> pd.DataFrame:
    """R2 over time within corridors, one period ahead: product, model, origins, corridors, median, share_below_zero."""
    rows = []
    for (product, model), part in results.points.groupby(["product", "model"], sort=False):
        points, outcomes = [], []
        for _, at_origin in part.groupby("origin"):
            points.append(_laid_out(at_origin, "point"))
            outcomes.append(_laid_out(at_origin, "outcome"))
        found = r2_over_time(np.stack(points), np.stack(outcomes))
        found = found[np.isfinite(found)]
        row = {"product": product, "model": model, "origins": len(points), "corridors": len(found)}
        known = len(found) > 0
        median, below = (float(np.median(found)), float((found < 0).mean())) if known else (np.nan, np.nan)
        rows.append(row | {"median": median, "share_below_zero": below})
    return pd.DataFrame(rows)


def _laid_out(part: pd.DataFrame, column: str) -> Floats:
    values = np.full((len(areas()), len(areas())), np.nan)
    values[part["orig"], part["dest"]] = part[column]
    return values


def overall(results: Results) -> pd.DataFrame:
    """Scores over all cells, without the groups."""
    return results.scores[results.scores["group"] == ALL].drop(columns="group").reset_index(drop=True)


def _named(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _made(product: FlowProduct, job: Job) -> dict[str, object]:
    """What a result rests on: the figures of the product, the model with its settings, and the version."""
    digest = hashlib.sha256()
    for array in (product.flows, product.population, product.net, product.stock, product.income, product.distance):
        digest.update(np.ascontiguousarray(array).tobytes())
    model = re.sub(r" at 0x[0-9a-f]+", "", repr(job.model))
    periods = list(product.starts), list(product.years)
    settings = {"model": model, "origin": job.origin, "periods": job.periods, "draws": job.draws, "seed": job.seed}
    return (
        settings
        | {"flows": digest.hexdigest(), "starts": periods[0], "years": periods[1]}
        | {"corridor": corridor.__version__}
    )


def _open_jobs(product: FlowProduct, places: dict[Job, Path]) -> list[Job]:
    """Return the jobs whose results are not on disk; results that are not whole raise one error with all of them."""
    missing: list[Job] = []
    problems: list[Problem] = []
    for job, place in places.items():
        try:
            if not _kept(place, _made(product, job)):
                missing.append(job)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return missing


def _kept(place: Path, made: dict[str, object]) -> bool:
    """Tell whether results stand in a folder that are whole and made of the same; what is not whole raises an error."""
    if not place.exists():
        return False
    kept = _opened(place)
    for name in kept.sums:
        kept.read(name)
    return kept.facts == made


def _opened(place: Path) -> SealedFolder:
    return open_sealed(place, MADE, MADE_FORM, f"Delete the folder {place} and run again: all other results are kept")


def _read(kept: SealedFolder, table: str) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(kept.read(f"{table}.parquet")))
