"""Reader of the UN International Migrant Stock, revisions 2024 and 2020, and the stock without unknown origins.

The 2024 revision has fewer pairs than the 2020 revision (2015: 9,581 against 12,187; Türkiye 44 origins against 109)
and counts the rest as of unknown origin. `filled_stock` gives them their places; it is our own result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandera.pandas import DataFrameSchema

from corridor import areas
from corridor.axes import SEXES
from corridor.calendar import (
    FIRST_KNOWN,
    LAST_PERIOD,
    LAST_STOCK,
    OLDER_STOCK_REVISION,
    STOCK_REVISION,
    STOCK_SOURCES,
    STOCK_YEARS,
    WPP,
)
from corridor.data.panel import table_from_array
from corridor.data.rules.holes import (
    BIRTHPLACE_SHARED,
    CHANNEL_ISLANDS,
    NATIVES_ABROAD,
    RESIDENCE_LIKE,
    UNKNOWN_ORIGIN,
    notes,
    shared_birthplaces,
)
from corridor.data.table import Table
from corridor.data.tables.checks import code, count, unique, year
from corridor.data.tables.reader import read_frame
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel

FOLDER = "un_ims"
KEYS = ["year", "birthplace", "residence", "sex"]
SCHEMA = DataFrameSchema(
    {"orig": code(), "dest": code(), "year": year(FIRST_KNOWN, LAST_STOCK), "stock_f": count(), "stock_m": count()},
    checks=unique(["orig", "dest", "year"]),
)


def read(folder: Path) -> list[Table]:
    """Return the stocks of both revisions as published.

    Raises
    ------
    InputError : with every problem of both files
    """
    tables: list[Table] = []
    problems: list[Problem] = []
    for revision in STOCK_SOURCES:
        try:
            tables.append(_published(folder / FOLDER / f"ims{revision}_bilateral_sex.parquet", revision))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tables


def _published(path: Path, revision: int) -> Table:
    frame = read_frame(path, SCHEMA).rename(columns={"orig": "birthplace", "dest": "residence"})
    by_sex = [
        frame[KEYS[:-1]].assign(sex=sex, persons=frame[column].astype(np.int64))
        for sex, column in zip(SEXES, ("stock_f", "stock_m"), strict=True)
    ]
    return Table(
        name=f"migrant_stock_{revision}_published",
        frame=pd.concat(by_sex).sort_values(KEYS, ignore_index=True),
        source=STOCK_SOURCES[revision],
        unit="persons",
        description="People by birthplace (in some residences citizenship), residence and sex on 1 July, as published; "
        f"{UNKNOWN_ORIGIN} is unknown origin, {CHANNEL_ISLANDS} the Channel Islands.",
        notes=("A pair without a row has no published figure; a pair with 0 is published as none.",),
    )


def filled_stock(panel: Panel) -> Table:
    """Return `migrant_stock`: persons [year, sex, birthplace, residence] on 1 July, no unknown origin, diagonal 0.

    Per date, residence and sex, people of unknown origin in the 2024 revision first fill the pairs that the 2020
    revision has and the 2024 revision lacks, with their 2020 figures (for 2024 those of the year 2020). Where these
    figures exceed the unknown, they are all reduced in one proportion, so that they take the whole remainder and no
    more. What is left over goes to the known origins in proportion. A residence with no known origin at all follows
    the rule `no-known-origin`. Residences and birthplaces without figures follow `channel-islands`,
    `shared-birthplace` and `no-published-stock` (see `corridor.data.rules.holes.RULES`).

    The sums over birthplaces equal the published totals of the 2024 revision (Jersey and Guernsey together those of
    the Channel Islands; Kosovo, Saint Barthelemy and Saint Martin come in addition).

    Raises
    ------
    InputError : people of unknown origin remain in a residence
    """
    codes = (*areas.codes(), CHANNEL_ISLANDS)
    published, older = (_published_array(panel, revision, codes) for revision in STOCK_SOURCES)
    listed = ~np.isnan(published[:, :, :-1]).all(axis=(0, 1))
    known, unknown = np.nan_to_num(published[:, :, :-1]), np.nan_to_num(published[:, :, -1])
    older[STOCK_YEARS.index(LAST_STOCK)] = older[STOCK_YEARS.index(LAST_PERIOD)]
    lacking = np.where(listed, 0.0, np.nan_to_num(older[:, :, :-1]))
    population = _population(panel)
    stock = fill_unknown(known, unknown, lacking)
    _place_without_known(stock, known, unknown, population, codes)
    _refuse_remainder(stock, known, unknown, codes)
    return table_from_array(
        "migrant_stock",
        _register_areas(stock, codes, population),
        {"year": STOCK_YEARS, "sex": SEXES, "birthplace": areas.codes(), "residence": areas.codes()},
        source="corridor",
        unit="persons",
        description="People born elsewhere by birthplace and residence on 1 July, without unknown origins.",
        notes=(
            f"Built on the UN's migrant stock, revisions {STOCK_REVISION} and {OLDER_STOCK_REVISION}, and {WPP}.",
            *notes("migrant_stock"),
        ),
    )


def fill_unknown(known: Floats, unknown: Floats, lacking: Floats) -> Floats:
    """Return the stock with the people of unknown origin spread over birthplaces.

    Parameters
    ----------
    known : persons [..., birthplace, residence]
    unknown : persons of unknown origin [..., residence]
    lacking : figures of another revision for pairs that `known` lacks [..., birthplace, residence]

    Returns
    -------
    persons [..., birthplace, residence]; a residence without any known person keeps what `lacking` does not take
    unplaced
    """
    wanted, origins = lacking.sum(axis=-2), known.sum(axis=-2)
    part = np.divide(np.minimum(wanted, unknown), wanted, out=np.zeros_like(wanted), where=wanted > 0)
    placed = lacking * part[..., None, :]
    left = unknown - placed.sum(axis=-2)
    growth = np.divide(left, origins, out=np.zeros_like(left), where=origins > 0)
    result: Floats = known * (1.0 + growth[..., None, :]) + placed
    return result


def _published_array(panel: Panel, revision: int, codes: Sequence[str]) -> Floats:
    """Return the published figures [date, sex, birthplace, residence], the last birthplace unknown; nan: none."""
    frame = panel.frame(f"migrant_stock_{revision}_published")
    axes = {"year": STOCK_YEARS, "sex": SEXES, "birthplace": (*codes, UNKNOWN_ORIGIN), "residence": codes}
    at = [pd.Index(list(coordinates)).get_indexer(pd.Index(frame[axis])) for axis, coordinates in axes.items()]
    problems = [
        Problem("no rule covers this code", "Add it to corridor.data.rules.holes", column=axis, value=strange)
        for axis, position in zip(axes, at, strict=True)
        for strange in frame.loc[position < 0, axis].unique()
    ]
    if problems:
        raise InputError(problems)
    values = np.full([len(coordinates) for coordinates in axes.values()], np.nan)
    values[tuple(at)] = frame["persons"].to_numpy(dtype=np.float64)
    return values


def _population(panel: Panel) -> Floats:
    """Return the population on the dates of the stocks [date, sex, area of the register]."""
    years = panel.coordinates("population_july", "year")
    july = panel.array("population_july")[[years.index(date) for date in STOCK_YEARS]].sum(axis=-1)
    return np.moveaxis(july, 1, 2)


def _place_without_known(
    stock: Floats, known: Floats, unknown: Floats, population: Floats, codes: Sequence[str]
) -> None:
    """Give residences without known origins the composition of a later date, or of a neighbour's whole population."""
    silent = (known.sum(axis=-2) == 0) & (unknown > 0)
    for residence in np.flatnonzero(silent.any(axis=(0, 1))).tolist():
        left = unknown[..., residence] - (stock - known)[..., residence].sum(axis=-1)
        pattern = _pattern(stock, silent, residence, population, codes)
        total = pattern.sum(axis=-1, keepdims=True)
        shares = np.divide(pattern, total, out=np.zeros_like(pattern), where=total > 0)
        stock[..., residence] += np.where(silent[..., residence], left, 0.0)[..., None] * shares


def _pattern(stock: Floats, silent: Floats, residence: int, population: Floats, codes: Sequence[str]) -> Floats:
    """Return weights of birthplaces [date, sex, birthplace] for a residence without known origins."""
    if codes[residence] not in NATIVES_ABROAD:
        spoken = np.flatnonzero(~silent[..., residence].any(axis=-1))
        return np.broadcast_to(stock[spoken[0], ..., residence] if spoken.size else 0.0, stock.shape[:-1])
    neighbour = codes.index(NATIVES_ABROAD[codes[residence]])
    pattern = stock[..., neighbour].copy()
    pattern[..., neighbour] = population[..., neighbour] - pattern.sum(axis=-1)
    pattern[..., residence] = 0.0
    return pattern


def _refuse_remainder(stock: Floats, known: Floats, unknown: Floats, codes: Sequence[str]) -> None:
    gap = np.abs(stock.sum(axis=-2) - known.sum(axis=-2) - unknown).max(axis=(0, 1))
    unplaced = [codes[residence] for residence in np.flatnonzero(gap > 1e-3).tolist()]
    if unplaced:
        fault = "no rule gives people of unknown origin who live here a birthplace"
        raise InputError([Problem(fault, "Add the residence to NATIVES_ABROAD", value=area) for area in unplaced])


def _register_areas(stock: Floats, codes: Sequence[str], population: Floats) -> Floats:
    """Return the stock by the areas of the register [date, sex, birthplace, residence], diagonal 0."""
    register = areas.codes()
    at = {area: position for position, area in enumerate(register)}
    result = shared_birthplaces(stock, codes, register, population)
    channel = result[..., -1]
    result = result[..., :-1]
    islands = [at[area] for area in BIRTHPLACE_SHARED[CHANNEL_ISLANDS]]
    people = population[..., islands]
    result[..., islands] = channel[..., None] * (people / people.sum(axis=-1, keepdims=True))[..., None, :]
    for area, like in RESIDENCE_LIKE.items():
        per_head = population[..., at[area]] / population[..., at[like]]
        result[..., at[area]] = result[..., at[like]] * per_head[..., None]
    diagonal = np.arange(len(register))
    result[..., diagonal, diagonal] = 0.0
    return result
