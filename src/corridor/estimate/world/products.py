"""The products of past flows that a user can ask for, and their rows: who moved from where to where, when.

A product is one entry of `PRODUCTS`; the command line and `corridor.past_flows` offer what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from corridor.areas import codes, find, index, meant
from corridor.axes import SEXES, TYPES
from corridor.calendar import PERIODS
from corridor.errors import InputError, Problem, spelling
from corridor.estimate.accounts.by_birthplace import moves_by_birthplace
from corridor.estimate.accounts.by_sex import transitions_by_sex
from corridor.estimate.accounts.past_flows import ASSUMPTIONS, transitions
from corridor.estimate.moves.ages import GROUPS, moves_by_age
from corridor.estimate.moves.product import WORDS, evidence_of_year, interval_of_year, moves_of_year
from corridor.estimate.moves.sexes import moves_of_year_by_sex
from corridor.estimate.moves.stocks import YEARS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corridor.axes import Floats, Integers
    from corridor.data.panel import Panel

    Tables: TypeAlias = Callable[[Panel, int], Floats]
    Bounds: TypeAlias = Callable[[Panel, int], tuple[Floats, Floats]]

ALL, LATEST = "all", "latest"
BY = ("total", "type", "sex", "age", "sex,age")


@dataclass(frozen=True, slots=True)
class Product:
    """An estimate of past flows.

    Attributes
    ----------
    title : what it is, for a heading
    use : one sentence, what it may and may not be used for
    periods : calendar years, or first years of its periods
    by_type : panel, year -> [type, orig, dest], persons a year
    by_sex : panel, year -> [sex, type, orig, dest], persons a year
    interval : panel, year -> lower and upper bound of 80 % intervals, [orig, dest] each, or None
    detailed : whether its totals say what they rest on, and are known by birthplace
    """

    title: str
    use: str
    periods: tuple[int, ...]
    by_type: Tables
    by_sex: Tables
    interval: Bounds | None = None
    detailed: bool = False


def _moves(variant: str, title: str, use: str, *, detailed: bool = False) -> Product:
    by_type, by_sex = partial(moves_of_year, variant=variant), partial(moves_of_year_by_sex, variant=variant)
    return Product(title, use, YEARS, by_type, by_sex, partial(interval_of_year, variant=variant), detailed)


def _account(assumption: str, title: str, use: str) -> Product:
    position = ASSUMPTIONS.index(assumption)

    def by_type(panel: Panel, start: int) -> Floats:
        """Return transitions a year by type; shape (type, orig, dest), persons."""
        table: Floats = transitions(panel, start)[position] / PERIODS[start]
        return table

    def by_sex(panel: Panel, start: int) -> Floats:
        """Return transitions a year by sex; shape (sex, type, orig, dest), persons."""
        tables: Floats = transitions_by_sex(panel, start)[:, position] / PERIODS[start]
        return tables

    return Product(title, use, tuple(PERIODS), by_type, by_sex)


PRODUCTS = {
    "moves": _moves(
        "moves",
        "Moves of the calendar year",
        "Use it for the size of a corridor and for when its moves rose and fell. Its net migration is not the UN's: "
        "use `consistent` for that.",
        detailed=True,
    ),
    "consistent": _moves(
        "consistent",
        "Moves of the calendar year that agree with net migration and with migrant stocks",
        "Use it where flows must add up to the UN's net migration (accounts). A single corridor is better known to "
        "`moves`.",
    ),
    "minimum": _account(
        "minimum",
        "Fewest changes of residence a year that explain the stocks at both ends of the period",
        "Use it as a lower bound and to compare methods. It is not the number of people who moved.",
    ),
    "independence": _account(
        "independence",
        "Changes of residence a year if destinations did not depend on origins",
        "Use it to compare methods. It is not the number of people who moved.",
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


def check_selection(
    *, product: str, period: str, orig: Sequence[str], dest: Sequence[str], by: str, birthplace: str | None
) -> Selection:
    """Turn a user's words into a selection.

    Raises
    ------
    InputError
        With every problem: unknown product, period, area or way to divide, and what a product does not have.
    """
    chosen = PRODUCTS.get(product, PRODUCTS["moves"])
    problems = [
        Problem(f"this is not one of {', '.join(known)}", spelling(word, known), column=f"--{option}", value=word)
        for option, word, known in (("product", product, tuple(PRODUCTS)), ("by", by, BY))
        if word not in known
    ]
    if period not in {ALL, LATEST, *map(str, chosen.periods)}:
        remedy = f"Choose one of {_listed(chosen.periods)}, or all"
        problems.append(
            Problem("the product has no period that starts in this year", remedy, column="--period", value=period)
        )
    problems += _not_offered(chosen, by, birthplace)
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


def _not_offered(product: Product, by: str, birthplace: str | None) -> Iterator[Problem]:
    if birthplace is not None and not (product.detailed and by == "total"):
        known = " or ".join(name for name, each in PRODUCTS.items() if each.detailed)
        fault = f"estimates by birthplace exist only for the product {known}, by total"
        yield Problem(fault, "Leave --product and --by out", column="--birthplace", value=birthplace)


def selected_flows(panel: Panel, selection: Selection) -> pd.DataFrame:
    """Return the rows of a selection (see `corridor.past_flows`), by period, origin and destination."""
    return pd.concat([_rows(panel, selection, start) for start in selection.periods], ignore_index=True)


def _rows(panel: Panel, selection: Selection, start: int) -> pd.DataFrame:
    tables, labels = _tables(panel, selection, start)
    cells = np.ix_(selection.orig, selection.dest)
    chosen = np.stack([table[cells] for table in tables], axis=-1)
    orig, dest, label = np.nonzero(chosen > 0)
    iso3 = np.array(codes(), dtype=object)
    origins, destinations = selection.orig[orig], selection.dest[dest]
    columns: dict[str, object] = {"period": start, "orig": iso3[origins], "dest": iso3[destinations]}
    for position, name in enumerate(selection.by.split(",") if labels else ()):
        columns[name] = np.array([each[position] for each in labels], dtype=object)[label]
    columns["moves"] = chosen[orig, dest, label]
    if selection.by != "type" and selection.birthplace is None and selection.product.interval is not None:
        share = chosen[orig, dest, label] / chosen.sum(axis=-1)[orig, dest]
        lower, upper = selection.product.interval(panel, start)
        columns |= {"lower": share * lower[origins, destinations], "upper": share * upper[origins, destinations]}
    if selection.by == "total" and selection.product.detailed and "lower" in columns:
        columns["evidence"] = np.array(WORDS, dtype=object)[evidence_of_year(panel, start)[origins, destinations]]
    return pd.DataFrame(columns)


def _tables(panel: Panel, selection: Selection, start: int) -> tuple[Floats, list[tuple[str, ...]]]:
    """Return the tables [label, orig, dest] of a period and their labels (none: one table of all moves)."""
    if selection.birthplace is not None:
        return moves_by_birthplace(panel, start, selection.birthplace)[None], []
    if selection.by == "sex":
        return selection.product.by_sex(panel, start).sum(axis=1), [(sex,) for sex in SEXES]
    by_type = selection.product.by_type(panel, start)
    if selection.by == "type":
        return by_type, [(name,) for name in TYPES]
    if selection.by == "total":
        return by_type.sum(axis=0)[None], []
    ages = moves_by_age(panel, start, selection.product.by_sex(panel, start))
    if selection.by == "age":
        return ages.sum(axis=0), [(group,) for group in GROUPS]
    return ages.reshape(-1, *ages.shape[2:]), [(sex, group) for sex in SEXES for group in GROUPS]
