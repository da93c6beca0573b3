"""The products of past flows that a user can ask for, and their rows: who moved from where to where, when.

A product is one entry of `PRODUCTS`; the command line and `corridor.past_flows` offer what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from corridor.areas import codes, find, index, meant
from corridor.axes import SEXES, TYPES
from corridor.data.panel import load_panel
from corridor.errors import InputError, Problem, spelling
from corridor.estimate.annual_covariates import YEARS
from corridor.estimate.annual_series import annual_series
from corridor.estimate.best import bounds, past_moves, past_resting
from corridor.estimate.by_birthplace import moves_by_birthplace
from corridor.estimate.by_sex import moves_by_sex, transitions_by_sex
from corridor.estimate.past_flows import ASSUMPTIONS, PERIODS, transitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel
    from corridor.estimate.annual_series import AnnualSeries

    Tables: TypeAlias = Callable[[Panel, int], Floats]
    Bounds: TypeAlias = Callable[[Panel, int], tuple[Floats, Floats]]

ALL, LATEST = "all", "latest"
BY = ("total", "type", "sex")


@dataclass(frozen=True, slots=True)
class Product:
    """An estimate of past flows.

    Attributes
    ----------
    title : what it is, for a heading
    use : one sentence, what it may and may not be used for
    measure : name of the column of its numbers; persons
    periods : first years of its periods, or calendar years
    types : what its moves are told apart by
    by_type : panel, first year -> [type, orig, dest]
    by_sex : panel, first year -> [sex, type, orig, dest], or None
    interval : panel, first year -> lower and upper bound of 80 % intervals, [orig, dest] each, or None
    """

    title: str
    use: str
    measure: str
    periods: tuple[int, ...]
    by_type: Tables
    types: tuple[str, ...] = TYPES
    by_sex: Tables | None = None
    interval: Bounds | None = None


def _best_interval(panel: Panel, start: int) -> tuple[Floats, Floats]:
    return bounds(past_moves(panel, start, "best").sum(axis=0), past_resting(panel, start))


def _moves(product: str, title: str, use: str, interval: Bounds | None = None) -> Product:
    by_type, by_sex = partial(past_moves, product=product), partial(moves_by_sex, product=product)
    return Product(title, use, "moves_a_year", tuple(PERIODS), by_type, by_sex=by_sex, interval=interval)


def _account(assumption: str, title: str, use: str) -> Product:
    position = ASSUMPTIONS.index(assumption)

    def by_type(panel: Panel, start: int) -> Floats:
        table: Floats = transitions(panel, start)[position]
        return table

    def by_sex(panel: Panel, start: int) -> Floats:
        tables: Floats = transitions_by_sex(panel, start)[:, position]
        return tables

    return Product(title, use, "transitions", tuple(PERIODS), by_type, by_sex=by_sex)


@lru_cache(maxsize=1)
def _series(panel: Panel) -> AnnualSeries:
    return annual_series(panel)


def _annual(panel: Panel, year: int) -> Floats:
    series, place = _series(panel), YEARS.index(year)
    return np.stack([series.arrivals[place], series.returning[place]])


def _annual_interval(panel: Panel, year: int) -> tuple[Floats, Floats]:
    """Return the bounds of arrivals, returns added as they are."""
    series, place = _series(panel), YEARS.index(year)
    returning = series.returning[place]
    return series.lower[place] + returning, series.upper[place] + returning


PRODUCTS = {
    "best": _moves(
        "best",
        "Best estimate, moves a year",
        "Use it for the size of a corridor, as its destination would report it; not for net migration, which its "
        "arrivals and departures miss.",
        _best_interval,
    ),
    "consistent": _moves(
        "consistent",
        "Consistent estimate, moves a year",
        "Use it where flows must add up to the UN's net migration (accounts, projections); not to judge a single "
        "corridor, which `best` knows better.",
    ),
    "annual": Product(
        "Annual estimate, moves of the calendar year",
        "Use it for when the moves of a corridor rose and fell; not in the place of a report where there is one, nor "
        "for net migration. The intervals are those of arrivals, returns are added as they are.",
        "moves",
        YEARS,
        _annual,
        types=("arrival", "returning"),
        interval=_annual_interval,
    ),
    "minimum": _account(
        "minimum",
        "Fewest changes of residence that explain the stocks, in the period",
        "Use it as a lower bound and to compare methods; not as the number of people who moved.",
    ),
    "independence": _account(
        "independence",
        "Changes of residence if destinations did not depend on origins, in the period",
        "Use it as an ingredient and to compare methods; not as the number of people who moved.",
    ),
}
"""Word -> product."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a product are asked for.

    Attributes
    ----------
    product : the product
    periods : first years
    orig, dest : positions of the areas, in the order of the register
    by : one of `BY`
    birthplace : ISO alpha-3 code of the only birthplace that counts, or None for all
    """

    product: Product
    periods: tuple[int, ...]
    orig: Integers
    dest: Integers
    by: str
    birthplace: str | None


def past_flows(
    product: str = "best",
    *,
    period: int | str = LATEST,
    orig: str | Sequence[str] = (),
    dest: str | Sequence[str] = (),
    by: str = "total",
    birthplace: str | None = None,
    panel: Panel | None = None,
) -> pd.DataFrame:
    """Return past flows between areas as a long table.

    Parameters
    ----------
    product : one of `PRODUCTS`: "best", "consistent", "annual", "minimum", "independence"
    period : first year (periods run from 1 July to 1 July; for "annual" the calendar year), "latest" or "all"
    orig, dest : codes or names of areas or groups; none stands for all
    by : "total"; "type" (outward, return, transit; for "annual" arrival, returning) or "sex" for a row each
    birthplace : code or name of an area: only people born there (`best`, by total)
    panel : None stands for the one that is installed

    Returns
    -------
    Columns period, orig, dest, (type or sex), moves_a_year (annual: moves; minimum, independence: transitions),
    persons, and for totals of `best` and `annual` the bounds of 80 % intervals, lower and upper. Corridors in which
    nobody moves have no row.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    selection = check_selection(
        product=product,
        period=str(period),
        orig=_words(orig),
        dest=_words(dest),
        by=by,
        birthplace=birthplace,
    )
    return selected_flows(panel or load_panel(), selection)


def _words(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def check_selection(
    *, product: str, period: str, orig: Sequence[str], dest: Sequence[str], by: str, birthplace: str | None
) -> Selection:
    """Turn a user's words into a selection.

    Raises
    ------
    InputError
        With every problem: unknown product, period, area or way to divide, and what a product does not have.
    """
    chosen = PRODUCTS.get(product, PRODUCTS["best"])
    problems = [
        Problem(f"--{option} is one of {', '.join(known)}", spelling(word, known), column=f"--{option}", value=word)
        for option, word, known in (("product", product, tuple(PRODUCTS)), ("by", by, BY))
        if word not in known
    ]
    if period not in {ALL, LATEST, *map(str, chosen.periods)}:
        remedy = f"Choose one of {_listed(chosen.periods)}, or all"
        problems.append(Problem("a period is named by its first year", remedy, column="--period", value=period))
    problems += _not_offered(product, by, birthplace)
    origins, destinations = _positions("orig", orig, problems), _positions("dest", dest, problems)
    born = None if birthplace is None else _area("birthplace", birthplace, problems)
    if problems:
        raise InputError(problems)
    periods = {ALL: chosen.periods, LATEST: chosen.periods[-1:]}.get(period) or (int(period),)
    return Selection(chosen, periods, origins, destinations, by, born)


def _listed(years: tuple[int, ...]) -> str:
    return f"{years[0]} to {years[-1]}" if len(years) > len(PERIODS) else ", ".join(map(str, years))


def _positions(option: str, words: Sequence[str], problems: list[Problem]) -> Integers:
    """Return the positions of the areas that are meant, all without a word; add what nobody is called to `problems`."""
    found: set[str] = set()
    for word in words:
        try:
            found.update(area.iso3 for area in meant(word)[1])
        except InputError as unknown:
            problems += [replace(problem, column=f"--{option}") for problem in unknown.problems]
    return np.array(sorted(index(iso3) for iso3 in found or codes()), dtype=np.int64)


def _area(option: str, word: str, problems: list[Problem]) -> str | None:
    try:
        return find(word).iso3
    except InputError as unknown:
        problems += [replace(problem, column=f"--{option}") for problem in unknown.problems]
        return None


def _not_offered(product: str, by: str, birthplace: str | None) -> Iterator[Problem]:
    if by == "sex" and product in PRODUCTS and PRODUCTS[product].by_sex is None:
        yield Problem("the product is known by sex", "Choose another product", column="--by", value=by)
    if birthplace is not None and (product != "best" or by != "total"):
        rule = "moves of a birthplace are those of the best estimate, by total"
        yield Problem(rule, "Leave --product and --by out", column="--birthplace", value=birthplace)


def selected_flows(panel: Panel, selection: Selection) -> pd.DataFrame:
    """Return the rows of a selection (see `past_flows`), by period, origin and destination."""
    return pd.concat([_rows(panel, selection, start) for start in selection.periods], ignore_index=True)


def _rows(panel: Panel, selection: Selection, start: int) -> pd.DataFrame:
    tables, labels = _tables(panel, selection, start)
    cells = np.ix_(selection.orig, selection.dest)
    chosen = np.stack([table[cells] for table in tables], axis=-1)
    orig, dest, label = np.nonzero(chosen > 0)
    iso3 = np.array(codes(), dtype=object)
    origins, destinations = selection.orig[orig], selection.dest[dest]
    columns: dict[str, object] = {"period": start, "orig": iso3[origins], "dest": iso3[destinations]}
    if labels:
        columns[selection.by] = np.array(labels, dtype=object)[label]
    columns[selection.product.measure] = chosen[orig, dest, label]
    if selection.by == "total" and selection.birthplace is None and selection.product.interval is not None:
        lower, upper = selection.product.interval(panel, start)
        columns |= {"lower": lower[origins, destinations], "upper": upper[origins, destinations]}
    return pd.DataFrame(columns)


def _tables(panel: Panel, selection: Selection, start: int) -> tuple[Floats, tuple[str, ...]]:
    """Return the tables [label, orig, dest] of a period and their labels (none: one table of all moves)."""
    if selection.birthplace is not None:
        return moves_by_birthplace(panel, start, selection.birthplace)[None], ()
    if selection.by == "sex" and selection.product.by_sex is not None:
        return selection.product.by_sex(panel, start).sum(axis=1), SEXES
    by_type = selection.product.by_type(panel, start)
    return (by_type, selection.product.types) if selection.by == "type" else (by_type.sum(axis=0)[None], ())
