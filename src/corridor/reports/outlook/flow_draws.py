"""Moves of every draw beside those of the central run, in one file of any size, written a few draws at a time.

The file holds the corridors that touch the group. The central run is draw 0 of the kind "central" in tables, and a
variable of its own in NetCDF; draws of trajectories are numbered from 1 and of the kind "draw".
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.data.files import whole_file
from corridor.data.tables.export import as_bytes, safe_words
from corridor.errors import InputError, Problem
from corridor.projection.batches import in_batches
from corridor.reports.outlook.answer import touches
from corridor.reports.outlook.flows_file import DECIMALS, NETCDF, describe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    import pandas as pd
    from scipy.io import netcdf_file

    from corridor.axes import Floats, Integers
    from corridor.projection.batches import Progress
    from corridor.projection.quantiles import Singles
    from corridor.reports.outlook.answer import Outlook

BATCH = 2
"""Draws that run together: four batches at once hold some 140 MB of moves of the whole world to 2100."""
KINDS = ("central", "draw")


@dataclass(frozen=True, slots=True)
class DrawnFlows:
    """What a file of draws is made of.

    Attributes
    ----------
    outlook : its central run stands beside the draws
    draws, seed : how many trajectories, and which
    orig, dest : [corridor], positions of the ends of corridors that touch the group
    """

    outlook: Outlook
    draws: int
    seed: int
    orig: Integers
    dest: Integers

    @property
    def central(self) -> Floats:
        """Moves of the central run: [year, corridor], persons."""
        flows: Floats = self.outlook.projection.flows[:, self.orig, self.dest]
        return flows


def drawn_flows(outlook: Outlook, draws: int, seed: int) -> DrawnFlows:
    """Return what a file of draws is made of."""
    member = outlook.member
    return DrawnFlows(outlook, draws, seed, *np.nonzero(touches(member) & ~np.eye(len(member), dtype=np.bool_)))


def write_drawn_flows(drawn: DrawnFlows, path: Path, *, progress: Progress | None = None) -> None:
    """Write the central run and every draw; what was at `path` is replaced when all is written.

    Parameters
    ----------
    progress : called with the number of draws written since the last call

    Raises
    ------
    InputError : the file cannot be written
    """
    write = {".csv": _write_csv, ".parquet": _write_parquet, NETCDF: _write_netcdf}[path.suffix.lower()]

    try:
        with whole_file(path) as stream:
            write(drawn, draw_by_draw(drawn, progress), stream)
    except OSError as error:
        fault = f"the file cannot be written ({error.strerror})"
        raise InputError(Problem(fault, "Name another file", file=str(path))) from error


def draw_by_draw(drawn: DrawnFlows, progress: Progress | None = None) -> Iterator[tuple[int, Singles]]:
    """Yield the number of every draw, from 1, and its moves [year, corridor], persons, single precision.

    Draw n is trajectory n - 1 of the seed, as in every command; no more than four batches are held at once.
    """
    from corridor.projection.ensemble import run_batch  # noqa: PLC0415 - loads the compiler

    runs, corridors = drawn.outlook.runs, (drawn.orig, drawn.dest)
    world, paths = runs.world, runs.paths(drawn.seed, drawn.outlook.request.scenario.settings)

    def run(numbers: range) -> Singles:
        return run_batch(world, paths, numbers, corridors)[0].moves

    for numbers, moves in in_batches(run, drawn.draws, batch=BATCH, progress=progress):
        yield from zip((number + 1 for number in numbers), moves, strict=True)


def drawn_table(drawn: DrawnFlows, number: int, moves: Floats | Singles, scenario: str) -> pd.DataFrame:
    """Rows of a draw, of the central run if `number` is 0: scenario, kind, draw, year, orig, dest, moves (persons)."""
    import pandas as pd  # noqa: PLC0415 - bad input is told before it is loaded

    rounded = moves.astype(np.float64).round(DECIMALS)
    year, corridor = np.nonzero(rounded)
    iso3 = pd.Categorical(codes(), categories=codes())
    kind = pd.Categorical([KINDS[number > 0]], categories=KINDS)
    return pd.DataFrame(
        {
            "scenario": pd.Categorical([scenario]).repeat(len(year)),
            "kind": kind.repeat(len(year)),
            "draw": np.full(len(year), number, np.int32),
            "year": np.array(drawn.outlook.projection.years)[year],
            "orig": iso3[drawn.orig[corridor]],
            "dest": iso3[drawn.dest[corridor]],
            "moves": rounded[year, corridor],
        }
    )


def _tables(drawn: DrawnFlows, draws: Iterator[tuple[int, Singles]], scenario: str) -> Iterator[pd.DataFrame]:
    yield drawn_table(drawn, 0, drawn.central, scenario)
    for number, moves in draws:
        yield drawn_table(drawn, number, moves, scenario)


def _write_csv(drawn: DrawnFlows, draws: Iterator[tuple[int, Singles]], stream: BinaryIO) -> None:
    import pandas as pd  # noqa: PLC0415 - bad input is told before it is loaded

    titled = safe_words(pd.DataFrame({"scenario": [drawn.outlook.request.scenario.title]}))
    for place, table in enumerate(_tables(drawn, draws, str(titled["scenario"][0]))):
        text = table.to_csv(index=False, header=place == 0, float_format="%.10g", lineterminator="\n")
        stream.write(as_bytes(str(text)))


def _write_parquet(drawn: DrawnFlows, draws: Iterator[tuple[int, Singles]], stream: BinaryIO) -> None:
    import pyarrow as pa  # noqa: PLC0415 - only this format needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this format needs it

    writer: pq.ParquetWriter | None = None
    for table in _tables(drawn, draws, drawn.outlook.request.scenario.title):
        rows = pa.Table.from_pandas(table, preserve_index=False)
        writer = writer or pq.ParquetWriter(stream, rows.schema, compression="zstd")
        writer.write_table(rows)
    if writer is not None:
        writer.close()


def _write_netcdf(drawn: DrawnFlows, draws: Iterator[tuple[int, Singles]], stream: BinaryIO) -> None:
    """Write a file with one draw through SciPy, and append the others: records of NetCDF 3 follow each other."""
    from scipy.io import netcdf_file  # noqa: PLC0415 - only this format needs it

    number, moves = next(draws)
    begun = BytesIO()  # SciPy closes what it writes to
    file = netcdf_file(begun, "w", version=2)
    _describe(file, drawn)
    for name, dimensions, kind in (("draw", ("draw",), "i4"), ("moves", ("draw", "year", "corridor"), "f4")):
        file.createVariable(name, kind, dimensions)[:] = np.asarray([number if name == "draw" else moves])
    file.variables["draw"].long_name = "number of the trajectory, from 1; the central run is the variable central"
    _units(file.variables["moves"], "persons who move in a year, in a draw")
    file.flush()
    number_first = file.variables["draw"]._begin < file.variables["moves"]._begin  # noqa: SLF001 - SciPy's order
    stream.write(begun.getvalue())
    file.close()
    for number, moves in draws:
        parts = (np.array(number, ">i4").tobytes(), moves.astype(">f4").tobytes())
        stream.write(b"".join(parts if number_first else parts[::-1]))
    stream.seek(4)
    stream.write(np.array(drawn.draws, ">i4").tobytes())


def _describe(file: netcdf_file, drawn: DrawnFlows) -> None:
    """Write all but the draws: axes, the central run, and how it was made."""
    request, areas = drawn.outlook.request, np.array([list(code) for code in codes()], dtype="S1")
    file.createDimension("draw", None)
    describe(file, drawn.outlook, {"corridor": len(drawn.orig)})
    file.history = f"{request.command} --flows FILE.nc --draws {drawn.draws} --seed {drawn.seed}"
    for end, places, words in (("orig", drawn.orig, "area that is left"), ("dest", drawn.dest, "area that is entered")):
        names = file.createVariable(end, "S1", ("corridor", "letters"))
        names[:] = areas[places]
        names.long_name = f"{words}, ISO 3166-1 alpha-3"
    central = file.createVariable("central", "f4", ("year", "corridor"))
    central[:] = drawn.central.astype(np.float32)
    _units(central, "persons who move in a year, in the central run: every parameter at its median")


def _units(variable: object, words: str) -> None:
    for name, value in (("units", "1"), ("long_name", words), ("cell_methods", "year: sum")):
        setattr(variable, name, value)
