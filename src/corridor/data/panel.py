"""The panel: the harmonised tables that everything above reads, one Parquet file each, and the registry about them.

A panel is a folder with `NAME.parquet` for every table and `registry.json`, which holds the facts of each table (its
publisher, unit, axes, notes) and the sha256 of its file, which is checked when a table is read. The registry carries a
seal of its own (`corridor.seals`), which is checked when the panel is opened.

How values are stored. Numbers with at most `MOST_DECIMALS` decimals are stored as whole numbers (value x 10^decimals),
so they come back exactly as published. A gridded table stores one column, `value`, with its first axis (mostly
the year) running fastest; whole numbers are stored as differences along that axis, which compress to half the size.
The coordinates stand in the registry. A list of facts stores its columns as they are, text as dictionaries.
"""

from __future__ import annotations

import io
import json
import math
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.calendar import WPP_SOURCE
from corridor.data.catalogue import source
from corridor.data.files import write_whole
from corridor.errors import InputError, PanelError, Problem, spelling
from corridor.seals import checked, sealed, sum_of, unsealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

    from corridor.axes import Floats, Integers
    from corridor.data.table import Coordinates, Table

EMBEDDED = Path(__file__).parent / "panel"
"""The panel that is installed with the package."""
VARIABLE = "CORRIDOR_PANEL"
"""The environment variable that names another panel folder."""
REGISTRY = "registry.json"
REGISTRY_FORM = "corridor panel 1"
MOST_DECIMALS = 9
ROWS_PER_GROUP = 1 << 22
REBUILD = "Install Corridor anew, or build the panel from its sources: corridor data build"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the registry says about one table.

    Attributes
    ----------
    source, unit, description, notes : as in `corridor.data.table.Table`
    revision : the publisher's revision that the figures are of
    axes : axis name -> coordinates of a gridded table; empty for a list of facts
    columns : the columns of a list of facts; ("value",) for a gridded table
    decimals : column -> decimals of the numbers stored as whole numbers
    rows : combinations of coordinates, or facts
    years : first and last year, None where a table has no years
    coverage : areas of the register, out of 237, with at least one figure
    sha256, bytes : of the file
    """

    source: str
    revision: str
    unit: str
    description: str
    axes: Mapping[str, Coordinates]
    columns: tuple[str, ...]
    decimals: Mapping[str, int]
    rows: int
    years: tuple[int, int] | None
    coverage: int
    sha256: str
    bytes: int
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of every axis."""
        return tuple(len(coordinates) for coordinates in self.axes.values())


@dataclass(frozen=True, slots=True)
class Registry:
    """The entries of a panel by table name, in alphabetical order."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def with_entry(self, name: str, entry: Entry) -> Registry:
        """Return the registry with one table more."""
        return Registry(dict(sorted({**self.entries, name: entry}.items())))

    @property
    def bytes(self) -> int:
        """Size of all tables."""
        return sum(entry.bytes for entry in self.entries.values())

    def write(self, folder: Path) -> None:
        """Write `registry.json`."""
        tables = [
            f"{json.dumps(name)}: {{\n"
            + ",\n".join(f" {json.dumps(key)}: {json.dumps(fact)}" for key, fact in asdict(entry).items())
            + "\n}"
            for name, entry in self.entries.items()
        ]
        write_whole(folder / REGISTRY, sealed(REGISTRY_FORM, ",\n".join(tables) + "\n}\n"))


def read_registry(folder: Path) -> Registry:
    """Read `registry.json` of a panel folder.

    Raises
    ------
    PanelError : there is no registry, its seal does not fit, or an entry lacks a key (the table is named)
    """
    path = folder / REGISTRY
    if not path.exists():
        raise PanelError(Problem("the folder holds no panel", REBUILD, file=str(path)))
    facts = unsealed(path, REGISTRY_FORM, REBUILD, PanelError)
    return Registry({name: _entry(name, fact) for name, fact in sorted(facts.items())})


def _entry(name: str, fact: dict[str, Any]) -> Entry:
    try:
        return Entry(
            **{
                **fact,
                "axes": {axis: tuple(coordinates) for axis, coordinates in fact["axes"].items()},
                "columns": tuple(fact["columns"]),
                "years": None if fact["years"] is None else tuple(fact["years"]),
                "notes": tuple(fact["notes"]),
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise PanelError(
            Problem(f"the registry's entry of table {name} is damaged ({error})", REBUILD, file=REGISTRY)
        ) from None


def load_panel(folder: Path | str | None = None) -> Panel:
    """Open a panel: `folder`, or the folder named by the variable CORRIDOR_PANEL, or the one installed with Corridor.

    Raises
    ------
    PanelError : the folder holds no readable registry, a table that the registry does not name, or figures of another
        revision of World Population Prospects than that of `corridor.calendar`; damaged and missing tables are found
        when they are read
    """
    place = Path(folder or os.environ.get(VARIABLE) or EMBEDDED)
    registry = read_registry(place)
    _demand_known_tables(place, registry)
    other = {entry.source for entry in registry.entries.values() if entry.source.startswith("un_wpp_")} - {WPP_SOURCE}
    if other:
        fault = f"the panel holds {', '.join(sorted(other))}, and this version of Corridor counts on {WPP_SOURCE}"
        raise PanelError(Problem(fault, REBUILD, file=str(place)))
    return Panel(place, registry)


def _demand_known_tables(folder: Path, registry: Registry) -> None:
    ours = (path for path in sorted(folder.glob("*.parquet")) if path.stem not in registry.entries)
    problems = [Problem("the registry of the panel does not name this table", REBUILD, str(path)) for path in ours]
    if problems:
        raise PanelError(problems)


class Panel:
    """The tables of a panel folder; a file is checked against its sum whenever it is read, arrays are kept."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        self.folder = folder
        self.registry = registry
        self._arrays: dict[str, Floats] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of all tables, alphabetically."""
        return tuple(self.registry.entries)

    def entry(self, name: str) -> Entry:
        """Return what the registry says about a table; an unknown name raises `InputError` with the nearest ones."""
        try:
            return self.registry.entries[name]
        except KeyError:
            raise InputError(
                Problem("the panel has no table of this name", spelling(name, self.names()), value=name)
            ) from None

    def coordinates(self, name: str, axis: str) -> Coordinates:
        """Return the coordinates of an axis of a gridded table."""
        axes = self.entry(name).axes
        if axis not in axes:
            raise InputError(Problem(f"table {name} has no such axis", spelling(axis, tuple(axes)), value=axis))
        return axes[axis]

    def array(self, name: str) -> Floats:
        """Return the values of a gridded table, shaped by its axes, read-only; nan where nothing is published.

        Raises
        ------
        InputError : no such table, or it is a list of facts
        PanelError : the table's file is missing or damaged
        """
        if name not in self._arrays:
            entry = self.entry(name)
            if not entry.axes:
                raise InputError(
                    Problem(f"table {name} is a list of facts, not an array", "Read it with Panel.frame", value=name)
                )
            values = _grid_values(self._read(name), entry)
            values.setflags(write=False)
            self._arrays[name] = values
        return self._arrays[name]

    def frame(self, name: str) -> pd.DataFrame:
        """Return the rows of a table as a data frame; of a gridded table one row a combination of its coordinates."""
        import pandas as pd  # noqa: PLC0415 - the engine reads arrays only and must not wait for pandas

        entry = self.entry(name)
        if entry.axes:
            return pd.DataFrame({**_grid_columns(entry.axes), "value": self.array(name).ravel()})
        stored = self._read(name)
        return pd.DataFrame({column: _list_column(stored, column, entry) for column in entry.columns})

    def damaged(self) -> tuple[Problem, ...]:
        """Return a problem for every table whose file is missing or not the one the registry describes."""
        problems: list[Problem] = []
        for name in self.names():
            try:
                self._content(name)
            except PanelError as error:
                problems.extend(error.problems)
        return tuple(problems)

    def _content(self, name: str) -> bytes:
        return checked(_path(self.folder, name), self.entry(name).sha256, REBUILD, PanelError)

    def _read(self, name: str) -> pa.Table:
        import pyarrow.parquet as pq  # noqa: PLC0415 - opening a panel must not wait for it

        # Threads of Arrow that are still starting when a short process ends abort it, and small tables need none.
        return pq.ParquetFile(io.BytesIO(self._content(name)), pre_buffer=False).read(use_threads=False)


def table_from_array(
    name: str,
    values: Floats,
    axes: Mapping[str, Coordinates],
    *,
    source: str,
    unit: str,
    description: str,
    notes: tuple[str, ...] = (),
) -> Table:
    """Return a gridded table of an array shaped by `axes`; the other arguments are the facts of a `Table`."""
    import pandas as pd  # noqa: PLC0415 - only a build needs it

    from corridor.data.table import Table  # noqa: PLC0415 - only a build needs it

    frame = pd.DataFrame({**_grid_columns(axes), "value": values.reshape(-1)})
    return Table(name, frame, source, unit, description, axes, notes)


def _grid_columns(axes: Mapping[str, Coordinates]) -> dict[str, Any]:
    """Return axis -> its coordinate in every row of the grid, the last axis fastest."""
    shape = tuple(len(coordinates) for coordinates in axes.values())
    return {
        axis: np.asarray(coordinates, dtype=object if isinstance(coordinates[0], str) else np.int64)[at.ravel()]
        for (axis, coordinates), at in zip(axes.items(), np.indices(shape), strict=True)
    }


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def write_table(table: Table, folder: Path) -> Entry:
    """Write a table into a panel folder and return its registry entry; the same table gives the same bytes.

    Raises
    ------
    InputError : a gridded table does not hold every combination of its coordinates once, in order
    """
    if table.axes:
        columns, decimals = _store_grid(_checked_grid(table), len(next(iter(table.axes.values()))))
    else:
        columns, decimals = _store_list(table.frame)
    content = _parquet(columns)
    write_whole(_path(folder, table.name), content)
    return Entry(
        source=table.source,
        revision=source(table.source).revision,
        unit=table.unit,
        description=table.description,
        axes=dict(table.axes),
        columns=("value",) if table.axes else tuple(table.frame.columns),
        decimals=decimals,
        rows=len(table.frame),
        years=_years(table.frame),
        coverage=_coverage(table.frame),
        sha256=sum_of(content),
        bytes=len(content),
        notes=table.notes,
    )


def _checked_grid(table: Table) -> Floats:
    """Return the values of a gridded table, shape by its axes, after checking that its rows are its grid."""
    frame, shape = table.frame, tuple(len(coordinates) for coordinates in table.axes.values())
    fits = len(frame) == math.prod(shape) and list(frame.columns) == [*table.axes, "value"]
    for position, (axis, coordinates) in enumerate(table.axes.items() if fits else ()):
        across = [1] * len(shape)
        across[position] = len(coordinates)
        expected = np.asarray(coordinates).reshape(across)
        found = frame[axis].to_numpy().reshape(shape)
        fits = fits and len(set(coordinates)) == len(coordinates) and bool(np.all(found == expected))
    if not fits:
        fault = f"gridded table {table.name} does not hold every combination of its coordinates once, in order"
        raise InputError(Problem(fault, "Correct the reader that made it"))
    values: Floats = frame["value"].to_numpy(dtype=np.float64).reshape(shape)
    return values


def _store_grid(values: Floats, first: int) -> tuple[dict[str, Any], dict[str, int]]:
    series = values.reshape(first, -1).T
    whole = _whole(series)
    if whole is None or np.isnan(series).any():
        return {"value": series.ravel()}, {}
    numbers, decimals = whole
    return {"value": _narrow(np.diff(numbers, axis=1, prepend=0)).ravel()}, {"value": decimals}


def _grid_values(stored: pa.Table, entry: Entry) -> Floats:
    # pyarrow's own to_numpy would import pandas, which takes longer than reading the whole panel
    series = np.from_dlpack(stored.column("value").combine_chunks()).reshape(-1, entry.shape[0])
    if "value" not in entry.decimals:
        return np.ascontiguousarray(series.T, dtype=np.float64).reshape(entry.shape)
    numbers = np.cumsum(series.T, axis=0, dtype=np.int64)
    return (numbers / 10.0 ** entry.decimals["value"]).reshape(entry.shape)


def _store_list(frame: pd.DataFrame) -> tuple[dict[str, Any], dict[str, int]]:
    import pyarrow as pa  # noqa: PLC0415 - only a build needs it

    columns: dict[str, Any] = {}
    decimals: dict[str, int] = {}
    for column in frame.columns:
        values = frame[column]
        if values.dtype.kind == "f":
            floats = values.to_numpy(dtype=np.float64)
            whole = _whole(floats)
            if whole is not None:
                decimals[column] = whole[1]
                columns[column] = pa.array(_narrow(whole[0]), mask=np.isnan(floats))
                continue
            columns[column] = floats
        elif values.dtype.kind in "iu":
            columns[column] = _narrow(values.to_numpy(dtype=np.int64))
        else:
            columns[column] = pa.array(values.to_numpy(dtype=object), from_pandas=True)
    return columns, decimals


def _list_column(stored: pa.Table, column: str, entry: Entry) -> Any:  # noqa: ANN401 - numbers or text
    values = stored.column(column).to_numpy()
    if column in entry.decimals:
        return values / 10.0 ** entry.decimals[column]
    return values.astype(np.int64) if values.dtype.kind == "i" else values


def _whole(values: Floats) -> tuple[Integers, int] | None:
    """Return (numbers, decimals) with numbers / 10^decimals equal to `values` bit by bit (nan as 0), or None."""
    known = np.nan_to_num(values)
    if not np.isfinite(values[~np.isnan(values)]).all():
        return None
    for decimals in range(MOST_DECIMALS + 1):
        scale = 10.0**decimals
        numbers = np.rint(known * scale)
        if np.abs(numbers).max(initial=0.0) > 2.0**52:
            return None
        if np.array_equal(numbers / scale, known):
            return numbers.astype(np.int64), decimals
    return None


def _narrow(numbers: Integers) -> Any:  # noqa: ANN401 - the width depends on the numbers
    """Return the numbers in 32 bits where these hold them."""
    return numbers.astype(np.int32) if np.abs(numbers).max(initial=0) < 2**31 else numbers


def _parquet(columns: Mapping[str, Any]) -> bytes:
    """Return a Parquet file: zstd, no statistics, no metadata, so that equal columns give equal bytes."""
    import pyarrow as pa  # noqa: PLC0415 - only a build needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - only a build needs it

    table = pa.table(columns)
    numeric = [name for name in table.column_names if _splits(table.schema.field(name).type)]
    content = io.BytesIO()
    pq.write_table(
        table,
        content,
        row_group_size=ROWS_PER_GROUP,
        compression="zstd",
        compression_level=15,
        use_dictionary=[name for name in table.column_names if name not in numeric],
        column_encoding=dict.fromkeys(numeric, "BYTE_STREAM_SPLIT"),
        write_statistics=False,
        store_schema=False,
        data_page_version="2.0",
    )
    return content.getvalue()


def _splits(kind: pa.DataType) -> bool:
    """Say whether Parquet can split the bytes of this type into streams, which compresses numbers best."""
    import pyarrow as pa  # noqa: PLC0415 - only a build needs it

    return bool(kind in (pa.int32(), pa.int64(), pa.float64()))


def _years(frame: pd.DataFrame) -> tuple[int, int] | None:
    for column in ("year", "period"):
        if column in frame.columns and frame[column].dtype.kind in "iu" and len(frame):
            return int(frame[column].min()), int(frame[column].max())
    return None


def _coverage(frame: pd.DataFrame) -> int:
    """Count the areas of the register that stand in a text column beside a figure."""
    from corridor import areas  # noqa: PLC0415 - only a build needs it

    known = frame[frame["value"].notna()] if "value" in frame.columns else frame
    texts = [column for column in known.columns if known[column].dtype.kind in "OTU"]
    found: set[object] = set()
    for column in texts:
        found.update(known[column].unique())
    return len(found.intersection(areas.codes()))
