"""Arrays in the layout of Zarr 3, written and read chunk by chunk without trust: every chunk has a sum elsewhere.

Chunks are stored as they are, little-endian and uncompressed: random numbers hardly compress. Zarr and xarray open the
folder; we read it ourselves because Zarr would take a chunk that is missing for zeros.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """The form of one array.

    Attributes
    ----------
    shape, chunk : lengths of its axes, and of those of a chunk; chunks divide the first two axes only
    axes : their names
    kind : "<f4" or "<f8"
    """

    shape: Shape
    chunk: Shape
    axes: tuple[str, ...]
    kind: str

    @property
    def empty(self) -> bool:
        """Whether the array has no cell, and so no chunk."""
        return not math.prod(self.shape)

    @property
    def parts(self) -> int:
        """Chunks beside each other on the second axis, for each on the first."""
        return 0 if self.empty else -(-self.shape[1] // self.chunk[1])

    @property
    def chunk_bytes(self) -> int:
        """Bytes of a chunk."""
        return math.prod(self.chunk) * np.dtype(self.kind).itemsize

    def key(self, name: str, number: int, part: int = 0) -> str:
        """Return the path of a chunk: its number on the first axis, and its part on the second."""
        return f"{name}/c/{number}/{part}" + (len(self.shape) - 2) * "/0"

    def chunks(self, name: str, number: int, values: npt.NDArray[Any]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of chunks with a number; those at an end are filled up with zeros, as in Zarr."""
        for part in range(self.parts):
            block = np.zeros(self.chunk, self.kind)
            piece = values[:, part * self.chunk[1] : (part + 1) * self.chunk[1]]
            block[tuple(slice(length) for length in piece.shape)] = piece
            yield self.key(name, number, part), block.tobytes()

    def values(self, content: bytes) -> npt.NDArray[Any]:
        """Return the values of a chunk."""
        return np.frombuffer(content, self.kind).reshape(self.chunk)


def descriptions(forms: Mapping[str, ArrayForm], stated: Mapping[str, Any]) -> dict[str, bytes]:
    """Return path -> content of the files by which Zarr knows a group of arrays.

    Parameters
    ----------
    stated : attributes of the group
    """
    import zarr  # noqa: PLC0415 - only who begins a new folder waits for it

    with tempfile.TemporaryDirectory() as folder:
        group = zarr.open_group(folder, mode="w")
        for name, form in forms.items():
            group.create_array(
                name,
                shape=form.shape,
                chunks=form.chunk,
                dtype=form.kind,
                compressors=None,
                dimension_names=form.axes,
            )
        group.attrs.update(dict(stated))
        found = sorted(Path(folder).rglob("zarr.json"))
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
