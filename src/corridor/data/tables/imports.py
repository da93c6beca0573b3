"""Published tables that the panel may not hold: a user brings the file, it is checked and kept on this machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.data.sealed_folder import SealedFolder, open_sealed, write_sealed
from corridor.data.tables.import_notices import (
    LONGEST_PERIOD,
    MOST_MOVERS,
    PERIOD,
    SERIES,
    TOTAL,
    between_areas,
    follow,
    notices,
    possible_distance,
    short_period,
    sums_above_totals,
)
from corridor.errors import InputError, Problem, spelling
from corridor.seals import unsealed

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

    from corridor.data.tables.reader import TableRead

TABLE, ORIGIN = "table.parquet", "origin.json"
IMPORT_FORM = "corridor import 1"
BDS = "bds"
"""The kind that is a folder of nine tables: `corridor.data.tables.bds_import`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table that can be imported.

    Attributes
    ----------
    description : what a row says
    columns : the columns with their units, and which of them may be left out
    publishers : who publishes such tables
    licence : why the panel does not hold them
    """

    description: str
    columns: str
    publishers: str
    licence: str


KINDS = {
    "warming": Kind(
        "How much an area warms for each degree of global warming.",
        "iso3, warming_per_degree (K per K), sd (K per K, may be left out)",
        "META (openmodels), Ricke et al. 2018, or a table of your own",
        "GPL-3 or no licence stated",
    ),
    "effects": Kind(
        "A log effect of your own on how many leave an area, such as that of drought or of the sea.",
        f"iso3, year ({BASE_YEAR} to {LAST_YEAR}), log_push (.05 is 5 % more moves out)",
        "a study or a model of your own",
        "yours",
    ),
    "flows": Kind(
        "How many people moved from an area to another, to be shown beside our estimates.",
        "orig, dest (one of the two may be TOTAL: all areas), year, or in place of it period_start and period_end "
        "(1 January or 1 July of both; beside ours they count from 1 July), persons, definition (what is counted, may "
        "be left out), source (who publishes it, may be left out)",
        "national statistical offices, OECD, Eurostat, Abel and Cohen 2019, Gaskin and Abel 2025",
        "share-alike, non-commercial, or to be confirmed at the publisher's",
    ),
    "distance": Kind(
        "How far two areas are apart.",
        "orig, dest, km",
        "CEPII GeoDist (Mayer and Zignago 2011)",
        "to be confirmed at the publisher's",
    ),
}


def import_table(kind: str, path: Path, out: Path | None = None) -> Path:
    """Check a file and keep it, in place of what was imported of its kind before.

    Parameters
    ----------
    kind : one of `KINDS`
    path : the file; columns that the kind does not name are left out
    out : folder of imported tables, by default in the user's data folder

    Returns
    -------
    The folder of the kind: the table as Parquet, and `origin.json` with the file's name, sha256, date, rows and notes
    on how it was read.

    Raises
    ------
    InputError : the kind is unknown, the file cannot be read or breaks its rules; what was imported before stays
    """
    frame, notes = _checked(kind, path)
    origin = {
        "kind": kind,
        "file": path.name,
        "sha256": sha256_of(path),
        "imported": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": len(frame),
        "columns": list(frame.columns),
        "notes": list(notes),
    }
    place = imports_folder(out) / kind
    write_sealed(place, ORIGIN, IMPORT_FORM, origin, {TABLE: frame.to_parquet(index=False)})
    return place


def import_notes(place: Path) -> list[str]:
    """Return how the imported table of a folder was read, as `import_table` noted."""
    return [str(note) for note in open_import(place, again(place.name)).facts["notes"]]


def imported(kind: str, out: Path | None = None) -> pd.DataFrame:
    """Return the imported table of a kind: its columns in the order of `KINDS`, float64 and int64, sorted by its keys.

    Raises
    ------
    InputError : the kind is unknown, nothing of it was imported, or the stored table is damaged
    """
    place = imports_folder(out) / _known(kind)
    if not place.is_dir():
        fault, remedy = f"no table of the kind {kind} has been imported", f"Run `corridor data import {kind} FILE`"
        raise InputError(Problem(fault, remedy, str(place / TABLE)))
    open_import(place, again(kind)).read(TABLE)
    return _checked(kind, place / TABLE).frame


def is_imported(kind: str, out: Path | None = None) -> bool:
    """Say whether a table of a kind was imported; an unknown kind raises `InputError`."""
    return (imports_folder(out) / _known(kind)).is_dir()


def imported_sums(out: Path | None = None) -> dict[str, str]:
    """Return kind -> sha256 of the file that was imported, of all kinds of which there is one."""
    there = {kind: imports_folder(out) / kind for kind in KINDS if is_imported(kind, out)}
    return {kind: unsealed(place / ORIGIN, IMPORT_FORM, again(kind))["sha256"] for kind, place in there.items()}


def again(kind: str, what: str = "FILE") -> str:
    """Return what to do about a stored table that is not whole."""
    return f"Import it again: corridor data import {kind} {what}"


def open_import(place: Path, remedy: str) -> SealedFolder:
    """Open what was imported of a kind, which the folder's name says.

    Raises
    ------
    InputError : a file is missing, was changed or added, or the folder holds another kind
    """
    folder = open_sealed(place, ORIGIN, IMPORT_FORM, remedy)
    if folder.facts["kind"] != place.name:
        fault = f"the folder holds tables of the kind {folder.facts['kind']}, not {place.name}"
        raise InputError(Problem(fault, remedy, str(place)))
    return folder


def _checked(kind: str, path: Path) -> TableRead:
    from corridor.data.tables.reader import TableRead, read_table  # noqa: PLC0415 - slow to import, only an import needs it

    frame, notes = read_table(path, _schema(_known(kind)))
    if kind == "flows":
        _need_one_date(path, frame)
        if problems := sums_above_totals(path, frame):
            raise InputError(problems)
    keys = [name for name in ("iso3", "orig", "dest", "year", *PERIOD, *SERIES) if name in frame]
    return TableRead(frame.sort_values(keys, ignore_index=True), (*notes, *notices(kind, frame)))


def _schema(kind: str) -> DataFrameSchema:
    from pandera.pandas import DataFrameSchema  # noqa: PLC0415 - slow to import, and only an import needs it

    from corridor.data.tables.checks import area, number, rows_hold, unique, year  # noqa: PLC0415 - as above

    place = area()
    if kind == "warming":
        # Published values lie between .5 and 2; above 5 the unit is another.
        columns = {"iso3": place, "warming_per_degree": number(0, 5), "sd": number(0, 5, nullable=True, required=False)}
        return DataFrameSchema(columns, checks=unique(["iso3"]))
    if kind == "effects":
        # Beyond 3 the moves would be twenty times as many: percents, most likely.
        columns = {"iso3": place, "year": year(BASE_YEAR, LAST_YEAR), "log_push": number(-3, 3)}
        return DataFrameSchema(columns, checks=unique(["iso3", "year"]))
    if kind == "distance":
        half_round_the_earth = 20_100
        return DataFrameSchema(
            {"orig": place, "dest": place, "km": number(0, half_round_the_earth)},
            checks=[
                unique(["orig", "dest"]),
                rows_hold(possible_distance, ["orig", "dest", "km"], "areas are not apart, or one is far from itself"),
            ],
        )
    return _flows_schema()


def _flows_schema() -> DataFrameSchema:
    from pandera.pandas import DataFrameSchema  # noqa: PLC0415 - slow to import, and only an import needs it

    from corridor.data.tables.checks import area, remark, rows_hold, unique, year  # noqa: PLC0415 - as above
    from corridor.data.tables.meaning import people  # noqa: PLC0415 - as above

    end = area([TOTAL])
    dates = {name: year(1900, 2150, required=False) for name in ("year", *PERIOD)}
    keys = {"orig": end, "dest": end, **dates}
    checks = [
        unique([*keys, *SERIES]),
        rows_hold(_ends_later, PERIOD, "the period does not end after it starts"),
        rows_hold(_has_an_area, ["orig", "dest"], f"{TOTAL} stands at both ends"),
        rows_hold(between_areas, ["orig", "dest"], "the move is to the same area"),
        rows_hold(follow, ["orig", "dest", *PERIOD], "the period overlaps another one of its pair and series"),
        rows_hold(short_period, PERIOD, f"the period is longer than {LONGEST_PERIOD} years"),
        rows_hold(lambda rows: ~(rows["persons"] > MOST_MOVERS), ["persons"], "more than a billion people move"),
    ]
    return DataFrameSchema({**keys, "persons": people(), **{name: remark() for name in SERIES}}, checks=checks)


def _has_an_area(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame["orig"] != TOTAL) | (frame["dest"] != TOTAL)


def _ends_later(frame: pd.DataFrame) -> pd.Series[bool]:
    if not set(PERIOD) <= set(frame):
        return pd.Series(data=True, index=frame.index)
    return frame["period_start"] < frame["period_end"]


def _need_one_date(path: Path, frame: pd.DataFrame) -> None:
    dates = [name for name in ("year", *PERIOD) if name in frame]
    if dates not in (["year"], PERIOD):
        fault = "the table has neither a column year nor the two columns period_start and period_end"
        raise InputError(Problem(fault, "Give the columns these names", str(path), 1, ", ".join(dates) or None))


def _known(kind: str) -> str:
    if kind not in KINDS:
        of_folder = "Import the folder of its tables with corridor.data.tables.bds_import"
        remedy = of_folder if kind == BDS else spelling(kind, [*KINDS, BDS])
        raise InputError(Problem("there is no such kind of table", remedy, value=kind))
    return kind


def imports_folder(out: Path | None = None) -> Path:
    """Return the folder of imported tables: `out`, or the one in the user's data folder."""
    if out is not None:
        return out
    import platformdirs  # noqa: PLC0415 - only the default place needs it

    return Path(platformdirs.user_data_dir("corridor", appauthor=False)) / "imports"


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
