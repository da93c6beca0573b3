"""NetCDF 3 with 64-bit offsets, described by the CF conventions: flows, and the measures of areas."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.areas import areas, codes
from corridor.stored_runs.exchange.made import cited, notes
from corridor.stored_runs.exchange.measures import CENTRAL, MOVES, OF_AREAS, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from scipy.io import netcdf_file

    from corridor.axes import Floats
    from corridor.stored_runs.exchange.content import Content

CONVENTIONS = "CF-1.11"
INSTITUTION = "The Corridor developers"
LETTERS = 3


def files(content: Content) -> dict[str, bytes]:
    """Return the file.

    Flows of a year are `moves` [time, orig, dest]; the bounds of flows whose draws are stored are `moves_lower_95` and
    so on [time, corridor]. A measure of areas is a variable of its name [time, area]; population stands on the dates
    of 1 January instead. Figures that were not asked for are nan.
    """
    from scipy.io import netcdf_file  # noqa: PLC0415 - only this format needs it

    stream = BytesIO()
    file = netcdf_file(stream, "w", version=2)
    _describe(file, content)
    years = sorted(int(year) for year in content.areas["year"].unique())
    _times(file, years)
    _areas(file, content.areas, years)
    _flows(file, content, years)
    file.flush()
    written = stream.getvalue()
    file.close()
    return {"": written}


def _describe(file: netcdf_file, content: Content) -> None:
    """Say what the file holds and how it was made."""
    facts = notes(content)
    attributes = {
        **facts,
        "Conventions": CONVENTIONS,
        "institution": INSTITUTION,
        "source": facts["computed_by"],
        "history": f"{facts['computed_at']} corridor run: seed {facts['seed']}, {facts['draws']} draws",
        "references": facts["citation"],
        "license": facts["licences"],
        "sources": "\n".join(cited(content.stored)),
    }
    for name, text in attributes.items():
        _attribute(file, name, text)


def _attribute(target: Any, name: str, text: str) -> None:  # noqa: ANN401 - SciPy has no types
    setattr(target, name, text.encode(errors="backslashreplace"))


def _variable(file: netcdf_file, name: str, kind: str, axes: tuple[str, ...], values: object, **words: str) -> None:
    variable = file.createVariable(name, kind, axes)
    if kind == "f8":
        variable._FillValue = np.array(np.nan, ">f8")  # noqa: SLF001 - the conventions name it so
    variable[:] = values
    for key, text in words.items():
        _attribute(variable, key, text)


def _times(file: netcdf_file, years: Sequence[int]) -> None:
    """Write the years of events, at their middle and with their bounds, and the dates of population."""
    for name, size in {"time": len(years), "date": len(years), "bound": 2}.items():
        file.createDimension(name, size)
    first = date(years[0], 1, 1)
    edges = np.array([[(date(year + end, 1, 1) - first).days for end in (0, 1)] for year in years], np.float64)
    words = {"standard_name": "time", "calendar": "standard", "axis": "T", "units": f"days since {first} 00:00:00"}
    middle = {**words, "bounds": "time_bounds", "long_name": "middle of the calendar year"}
    _coordinate(file, "time", edges.mean(axis=1), **middle)
    _coordinate(file, "date", edges[:, 0], **words, long_name="1 January of the calendar year")
    bounds = file.createVariable("time_bounds", "f8", ("time", "bound"))
    bounds[:] = edges
    for axis in ("time", "date"):
        _variable(file, f"year_of_{axis}", "i4", (axis,), years, long_name="calendar year")


def _coordinate(file: netcdf_file, name: str, values: Floats, **words: str) -> None:
    variable = file.createVariable(name, "f8", (name,))
    variable[:] = values
    for key, text in words.items():
        _attribute(variable, key, text)


def _names(file: netcdf_file, name: str, axis: str, texts: Sequence[str], words: str) -> None:
    """Write texts of one length in bytes as characters, as NetCDF 3 has them."""
    encoded = [text.encode() for text in texts]
    width = max(map(len, encoded))
    letters = f"letters_{width}"
    if letters not in file.dimensions:
        file.createDimension(letters, width)
    values = np.array([list(text.ljust(width, b"\0")) for text in encoded], np.uint8).view("S1")
    _variable(file, name, "S1", (axis, letters), values, long_name=words, _Encoding="utf-8")


def _areas(file: netcdf_file, frame: pd.DataFrame, years: Sequence[int]) -> None:
    """Write the measures of the areas that are exported."""
    inside = [code for code in codes() if code in set(frame["area"])]
    named = {area.iso3: area.name for area in areas()}
    file.createDimension("area", len(inside))
    _names(file, "area", "area", inside, "area, ISO 3166-1 alpha-3")
    _names(file, "area_name", "area", [named[code] for code in inside], "English name of the area")
    year, area = _places(frame["year"], years), _places(frame["area"], inside)
    for name, measure in OF_AREAS.items():
        here, axis = (frame["measure"] == name).to_numpy(), "date" if measure.is_stock else "time"
        for column in [column for column in STATISTICS if column in frame]:
            values = np.full((len(years), len(inside)), np.nan)
            values[year[here], area[here]] = frame[column].to_numpy()[here]
            method = "point" if measure.is_stock else "sum"
            words = _words(measure.words, column, f"{axis}: {method}", f"area_name year_of_{axis}")
            _variable(file, _name(name, column), "f8", (axis, "area"), values, **words)


def _flows(file: netcdf_file, content: Content, years: Sequence[int]) -> None:
    """Write flows between all areas, and the bounds of those whose draws are stored."""
    frame = content.flows
    for end, words in (("orig", "area that is left"), ("dest", "area that is entered")):
        file.createDimension(end, len(codes()))
        _names(file, end, end, codes(), f"{words}, ISO 3166-1 alpha-3")
    values = np.full((len(years), len(codes()), len(codes())), np.nan)
    year, orig, dest = (_places(frame[name], known) for name, known in _axes(years))
    values[year, orig, dest] = frame[CENTRAL]
    described = _words(MOVES.words, CENTRAL, "time: sum", "year_of_time")
    _variable(file, "moves", "f8", ("time", "orig", "dest"), values, **described)
    columns = [column for column in STATISTICS if column in frame and column != CENTRAL]
    drawn = frame.dropna(subset=columns)
    if columns and len(drawn):
        _bounds(file, drawn, columns, years)


def _axes(years: Sequence[int]) -> tuple[tuple[str, Sequence[object]], ...]:
    return ("year", years), ("orig", codes()), ("dest", codes())


def _bounds(file: netcdf_file, drawn: pd.DataFrame, columns: Sequence[str], years: Sequence[int]) -> None:
    pairs = list(dict.fromkeys(zip(drawn["orig"], drawn["dest"], strict=True)))
    file.createDimension("corridor", len(pairs))
    for place, end in enumerate(("orig", "dest")):
        texts = [pair[place] for pair in pairs]
        _names(file, f"corridor_{end}", "corridor", texts, f"{end} of the corridor, ISO 3166-1 alpha-3")
    year = _places(drawn["year"], years)
    corridor = _places(zip(drawn["orig"], drawn["dest"], strict=True), pairs)
    for column in columns:
        values = np.full((len(years), len(pairs)), np.nan)
        values[year, corridor] = drawn[column]
        words = _words(MOVES.words, column, "time: sum", "corridor_orig corridor_dest year_of_time")
        _variable(file, _name("moves", column), "f8", ("time", "corridor"), values, **words)


def _places(values: Any, known: Sequence[object]) -> Any:  # noqa: ANN401 - years, codes or pairs of codes
    found = {value: place for place, value in enumerate(known)}
    return np.array([found[value] for value in values], np.int64)


def _name(measure: str, column: str) -> str:
    return measure if column == CENTRAL else f"{measure}_{column}"


def _words(measure: str, column: str, method: str, coordinates: str) -> dict[str, str]:
    return {
        "units": "1",
        "long_name": f"{measure}: {STATISTICS[column]}",
        "cell_methods": method,
        "coordinates": coordinates,
    }
