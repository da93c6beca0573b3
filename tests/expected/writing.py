"""Writing small reference tables: all digits, and the same table gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from corridor.axes import Floats

AREAS = ["A", "B", "C", "D"]


def write(path: Path, frame: pd.DataFrame, *, index: bool = False) -> None:
    """Write a table with all its digits; the same table gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    compression: Any = {"method": "gzip", "mtime": 1} if path.suffix == ".gz" else None
    frame.to_csv(path, index=index, lineterminator="\n", compression=compression)


def write_matrix(path: Path, values: Floats, rows: Sequence[str] = AREAS, columns: Sequence[str] = AREAS) -> None:
    """Write a matrix with the names of its rows and columns."""
    write(path, pd.DataFrame(values, index=list(rows), columns=list(columns)).rename_axis("orig"), index=True)


def write_vector(path: Path, values: Floats) -> None:
    """Write a vector as a column `value`."""
    write(path, pd.DataFrame({"region": range(len(values)), "value": values}))


def write_long(path: Path, values: Floats) -> None:
    """Write an array [orig, dest, layer] with the origin running fastest, as the reference does."""
    names = [[f"{axis}{at:02}" for at in range(size)] for axis, size in zip("odl", values.shape, strict=True)]
    rows = pd.MultiIndex.from_product(names[::-1], names=["layer", "dest", "orig"]).to_frame(index=False)
    write(path, rows[["orig", "dest", "layer"]].assign(value=values.ravel(order="F")))


def measures(values: Mapping[str, float], **columns: Any) -> pd.DataFrame:
    """Return a table of measures, with further columns of one value."""
    return pd.DataFrame({"measure": list(values), "value": list(values.values())}).assign(**columns)


def with_margins(component: Floats, rows: Floats, columns: Floats, total: float) -> Floats:
    """Return a table with its margins as last column and row."""
    return np.block([[component, rows[:, None]], [columns[None, :], np.array([[total]])]])


def cube_rows(values: Floats, axes: Mapping[str, Sequence[Any]], name: str) -> pd.DataFrame:
    """Return an array as rows with its coordinates, the last axis fastest."""
    rows: pd.DataFrame = pd.MultiIndex.from_product(list(axes.values()), names=list(axes)).to_frame(index=False)
    rows[name] = values.ravel()
    return rows
