"""Tidy summaries of a run as Parquet: the run at the medians, and intervals of its draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.axes import AGES, SEXES
from corridor.data.tables.export import encoded
from corridor.projection.quantiles import quantiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from corridor.axes import Floats
    from corridor.stored_runs.central import Central
    from corridor.stored_runs.question import RunQuestion
    from corridor.stored_runs.trajectories import TrajectoryStore

BOUNDS = {"lower_95": 0.025, "lower_80": 0.1, "upper_80": 0.9, "upper_95": 0.975}
"""Column -> share of draws below it."""
OF_DRAWS = {
    "population": "population",
    "births": "births",
    "deaths": "deaths",
    "net_migration": "net",
    "moves_in": "moves_in",
    "moves_out": "moves_out",
}
"""Measure by area and year -> array of the draws."""
AREAS, CORRIDORS, AGE_GROUPS = "areas.parquet", "corridors.parquet", "ages.parquet"


def summaries(question: RunQuestion, central: Central, store: TrajectoryStore | None) -> dict[str, bytes]:
    """Return file name -> content of the summaries.

    `areas.parquet` has a row for each year, area and measure, `corridors.parquet` for each year and kept corridor, and
    `ages.parquet`, where ages are kept, for each date, area, sex and five-year group; persons, with the bounds of
    `BOUNDS` where there are draws.
    """
    tables = {AREAS: area_table(question, central, store)}
    if question.corridors:
        tables[CORRIDORS] = corridor_table(question, central, store)
    if store is not None and store.by_ages:
        tables[AGE_GROUPS] = age_table(question, central, store)
    return {name: encoded(table, ".parquet") for name, table in tables.items()}


def area_table(question: RunQuestion, central: Central, store: TrajectoryStore | None) -> pd.DataFrame:
    """Return year, area, measure, central and bounds."""
    import pandas as pd  # noqa: PLC0415 - only tables need it

    years, areas = len(question.years), len(codes())
    parts = []
    for measure, values in central.measures().items():
        columns: dict[str, object] = {
            "year": np.repeat(np.array(question.years, np.int32), areas),
            "area": pd.Categorical(codes() * years, categories=codes()),
            "measure": measure,
            "central": values.ravel(),
        }
        if store is not None:
            columns |= _bounds(quantiles(store.measure(OF_DRAWS[measure])[:, :years], tuple(BOUNDS.values())))
        parts.append(pd.DataFrame(columns))
    whole = pd.concat(parts, ignore_index=True)
    return whole.astype({"measure": pd.CategoricalDtype(list(OF_DRAWS))})


def corridor_table(question: RunQuestion, central: Central, store: TrajectoryStore | None) -> pd.DataFrame:
    """Return year, orig, dest, central and bounds of the corridors that are kept."""
    import pandas as pd  # noqa: PLC0415 - only tables need it

    orig, dest = question.ends
    years, iso3 = len(question.years), np.array(codes())
    columns: dict[str, object] = {
        "year": np.repeat(np.array(question.years, np.int32), len(orig)),
        "orig": pd.Categorical(np.tile(iso3[orig], years), categories=codes()),
        "dest": pd.Categorical(np.tile(iso3[dest], years), categories=codes()),
        "central": central.flows[:, orig, dest].ravel(),
    }
    if store is not None:
        columns |= _bounds(quantiles(store.measure("moves"), tuple(BOUNDS.values())))
    return pd.DataFrame(columns)


def age_table(question: RunQuestion, central: Central, store: TrajectoryStore) -> pd.DataFrame:
    """Return date (a year: its 1 January), area, sex, age (first of five years), central and bounds."""
    import pandas as pd  # noqa: PLC0415 - only tables need it

    from corridor.projection.kernels import GROUP_WIDTH  # noqa: PLC0415 - loads the compiler

    bounds = store.age_quantiles(tuple(BOUNDS.values()))
    starts = np.arange(0, AGES, GROUP_WIDTH)
    groups = np.add.reduceat(central.population, starts, axis=3)
    dates = range(question.years[0], question.last + 2)
    date, area, sex, age = np.indices(groups.shape).reshape(4, -1)
    return pd.DataFrame(
        {
            "date": np.array(dates, np.int32)[date],
            "area": pd.Categorical(np.array(codes())[area], categories=codes()),
            "sex": pd.Categorical(np.array(SEXES)[sex], categories=SEXES),
            "age": starts[age].astype(np.int32),
            "central": groups.ravel(),
            **_bounds(bounds),
        }
    )


def _bounds(values: Floats) -> Mapping[str, Floats]:
    """Return column -> bound, for values [bound, ...]."""
    return {name: bound.ravel() for name, bound in zip(BOUNDS, values, strict=True)}
