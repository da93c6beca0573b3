"""Tables of the world model of Burzynski, Docquier and Scheewel: a folder that a user brings, checked and kept.

"The Geography of Climate Migration", Journal of Demographic Economics, doi 10.1017/dem.2021.6. The tables are the
sheets of the authors' workbook (github.com/hscheewel/GeographyOfClimateMigration, `inputs.xlsx`), one file each. The
panel does not hold them. Their licence, MIT, lies beside every kept copy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

from pandera.pandas import Column, DataFrameSchema

from corridor import areas
from corridor.data.sealed_folder import write_sealed
from corridor.data.tables.checks import code, count, number, rows_hold, share, text, unique
from corridor.data.tables.files import SUFFIXES
from corridor.data.tables.imports import BDS, IMPORT_FORM, ORIGIN, again, imports_folder, open_import, sha256_of
from corridor.data.tables.reader import read_several, read_table
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from pandera.pandas import Check

SOURCE = "github.com/hscheewel/GeographyOfClimateMigration, inputs.xlsx; doi 10.1017/dem.2021.6"
LICENCE = "LICENCE.txt"
REGIONS, SKILLS = ("a", "n"), ("l", "h")
"""Rural (agriculture) and urban (other); low and high."""
YEARS = (2010, 2040, 2070, 2100)
DAMAGES = (0.0, 0.09, 2.09, 4.09, 9.0)
FLOODS = (0.0, 4.5, 8.5, 9.0)
"""Labels of the workbook's scenarios; 9 says "1.5 times" and is neither degrees nor metres."""
NORTH_OR_SOUTH = (1, 0)
LEAST_POSITIVE = 1e-9
MIT = """MIT License

Copyright (c) 2019 hendrikscheewel

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one table holds.

    Attributes
    ----------
    axes : columns that tell rows apart beside iso3, each with all its values: the table has every combination
    columns : the others
    checks : of rows
    """

    columns: Mapping[str, Column]
    axes: Mapping[str, Sequence[str | float]] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()


def _positive() -> Column:
    return number(LEAST_POSITIVE)


def _dry_at_first(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame["year"] != YEARS[0]) | (frame["flooded_share"] == 0)


def _common_at_first(frame: pd.DataFrame) -> pd.Series[bool]:
    first = frame["damage_factor"].where(frame["year"] == YEARS[0])
    common = first.groupby([frame["iso3"], frame["region"]]).transform("median")
    return first.isna() | (first == common)


def _one_of(axis: str, values: Sequence[str | float]) -> Check:
    fault = f"{axis} is not one of {', '.join(map(str, values))}"
    return rows_hold(lambda frame: frame[axis].isin(values), [axis], fault)


DRY_AT_FIRST = rows_hold(_dry_at_first, ["year", "flooded_share"], "people are flooded in 2010, when nobody should be")
COMMON_AT_FIRST = rows_hold(
    _common_at_first, ["year", "damage_factor"], "the damage factor of 2010 is not the same in every scenario"
)
_REGION = {"region": REGIONS}
_REGION_SKILL = {"region": REGIONS, "skill": SKILLS}
SHEETS = {
    "countries": Sheet({"country": text(), "oecd": number()}, checks=(_one_of("oecd", NORTH_OR_SOUTH),)),
    "gdp_2010": Sheet({"gdp": _positive()}, _REGION),
    "urban_wage_ratio_2010": Sheet({"wage_ratio": _positive()}),
    "residents_2010": Sheet({"residents": _positive()}, _REGION_SKILL),
    "internal_ratio_2010": Sheet({"internal_ratio": count()}, _REGION_SKILL),
    "fertility_education": Sheet({"n": count(), "p": share()}, {**_REGION_SKILL, "year": YEARS}),
    "temperature_damage": Sheet(
        {"damage_factor": _positive()}, {"scenario": DAMAGES, **_REGION, "year": YEARS}, (COMMON_AT_FIRST,)
    ),
    "flooded_share": Sheet({"flooded_share": share()}, {"scenario": FLOODS, **_REGION, "year": YEARS}, (DRY_AT_FIRST,)),
}
"""Table -> what it holds, of the eight with a row for every country. The ninth is `emigrants_2010`."""
EMIGRANTS = "emigrants_2010"
TABLES = (*SHEETS, EMIGRANTS)


def import_bds(folder: Path, out: Path | None = None) -> Path:
    """Check the nine tables and keep them, in place of those imported before.

    Parameters
    ----------
    folder : holds the nine of `TABLES`, each as csv, csv.gz, xlsx or parquet; other files and columns are left out
    out : folder of imported tables, by default in the user's data folder

    Returns
    -------
    The folder of the copy: the tables as Parquet, `origin.json` with each file's name, sha256 and rows, and the
    licence.

    Raises
    ------
    InputError : a table is missing, cannot be read, breaks its rules or lacks rows; what was imported before stays
    """
    (frames, notes), files = _read(folder), _files(folder)
    origin = {
        "kind": BDS,
        "source": SOURCE,
        "licence": f"MIT, Copyright (c) 2019 hendrikscheewel; {LICENCE}",
        "imported": datetime.now(UTC).isoformat(timespec="seconds"),
        "tables": {
            name: {"file": files[name].name, "sha256": sha256_of(files[name]), "rows": len(frame)}
            for name, frame in frames.items()
        },
        "notes": notes,
    }
    place = imports_folder(out) / BDS
    kept = {f"{name}.parquet": frame.to_parquet(index=False) for name, frame in frames.items()}
    write_sealed(place, ORIGIN, IMPORT_FORM, origin, {**kept, LICENCE: MIT.encode()})
    return place


def imported_bds(out: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return the imported tables, as `read_tables` does.

    Raises
    ------
    InputError : they were not imported, or the copy is damaged
    """
    place = imports_folder(out) / BDS
    if not place.is_dir():
        fault = "the tables of the world model of Burzynski, Docquier and Scheewel have not been imported"
        raise InputError(
            Problem(
                fault,
                f"Run `corridor data import {BDS} DIR`; docs/results/bds.md says where to get the tables",
                str(place),
            )
        )
    folder = open_import(place, again(BDS, "DIR"))
    for name in folder.sums:
        folder.read(name)
    return read_tables(place)


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the nine tables of a folder, checked, each sorted by its keys: countries by code.

    Raises
    ------
    InputError
        A table is missing or stands twice, cannot be read, has a value that breaks its rule or a key twice, or lacks
        a row. The countries are checked first, because they say which rows the others need.
    """
    return _read(folder)[0]


def _read(folder: Path) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables, and how they were read: each note begins with the name of its file."""
    files = _files(folder)
    first = read_table(files["countries"], _schema("countries", areas.codes()))
    countries = first.frame
    known = tuple(sorted(countries["iso3"]))
    _need_two_sides(files["countries"], countries)
    others = [name for name in TABLES if name != "countries"]
    read = read_several({files[name]: _schema(name, known) for name in others})
    tables = {"countries": first, **dict(zip(others, read, strict=True))}
    frames = {name: table.frame for name, table in tables.items()}
    problems = [
        problem for name in others if name in SHEETS for problem in _lacking(files[name], name, frames[name], known)
    ]
    if problems:
        raise InputError(problems)
    ordered = {name: frame.sort_values(_keys(name), ignore_index=True) for name, frame in frames.items()}
    return ordered, [f"{files[name].name}: {note}" for name, table in tables.items() for note in table.notes]


def _files(folder: Path) -> dict[str, Path]:
    """Return the file of every table."""
    if not folder.is_dir():
        fault = "there is no such folder"
        raise InputError(Problem(fault, "Name the folder; docs/results/bds.md lists its files", str(folder)))
    standing = {name: [path for path in _spelled(folder, name) if path.is_file()] for name in TABLES}
    problems = [
        Problem(
            f"the folder lacks the table {name} ({', '.join(SUFFIXES)})",
            "Add all nine tables, which docs/results/bds.md lists",
            str(folder),
        )
        for name, found in standing.items()
        if not found
    ]
    problems += [
        Problem("the folder holds this table more than once", f"Remove all but one of {_names(found)}", str(folder))
        for found in standing.values()
        if len(found) > 1
    ]
    if problems:
        raise InputError(problems)
    return {name: found[0] for name, found in standing.items()}


def _spelled(folder: Path, name: str) -> list[Path]:
    return [folder / f"{name}{suffix}" for suffix in SUFFIXES]


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths)


def _keys(name: str) -> list[str]:
    return ["origin", "destination", "region", "skill"] if name == EMIGRANTS else [*SHEETS[name].axes, "iso3"]


def _schema(name: str, countries: Sequence[str]) -> DataFrameSchema:
    country = code(countries)
    if name == EMIGRANTS:
        abroad = rows_hold(
            lambda frame: frame["origin"] != frame["destination"],
            ["origin", "destination"],
            "an emigrant lives in another country",
        )
        columns = {"origin": country, "destination": country, **_columns({"region": REGIONS, "skill": SKILLS})}
        return DataFrameSchema({**columns, "emigrants": count()}, checks=[unique(_keys(name)), abroad])
    sheet = SHEETS[name]
    numeric = [_one_of(axis, values) for axis, values in sheet.axes.items() if axis in {"scenario", "year"}]
    columns = {**_columns(sheet.axes), "iso3": country, **sheet.columns}
    return DataFrameSchema(columns, checks=[unique(_keys(name)), *numeric, *sheet.checks])


def _columns(axes: Mapping[str, Sequence[str | float]]) -> dict[str, Column]:
    return {
        axis: number() if axis in {"scenario", "year"} else code([str(value) for value in values])
        for axis, values in axes.items()
    }


def _need_two_sides(path: Path, countries: pd.DataFrame) -> None:
    if countries["oecd"].nunique() < len(NORTH_OR_SOUTH):
        raise InputError(
            Problem("all countries are in one group, North or South", "Get the file again", str(path), column="oecd")
        )


def _lacking(path: Path, name: str, frame: pd.DataFrame, countries: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for each row that a table needs and lacks."""
    keys = _keys(name)
    there = set(frame[keys].itertuples(index=False, name=None))
    needed = product(*SHEETS[name].axes.values(), countries)
    fault = f"the table has no row for this {', '.join(keys)}"
    for row in needed:
        if row not in there:
            yield Problem(fault, "Add the row", str(path), column=", ".join(keys), value=", ".join(map(str, row)))
