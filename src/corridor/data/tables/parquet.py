"""Parquet: what its columns hold and how much its footer announces, asked before any column is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.data.tables import limits
from corridor.data.tables.limits import damaged, fail, file_size, need_shape, need_size
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    import pyarrow as pa
    import pyarrow.parquet as pq


def open_parquet(path: Path, texts: Sequence[str] = ()) -> pq.ParquetFile:
    """Open a file, of which only the footer is read; `texts` are columns to be read as each text once and its places.

    Raises
    ------
    InputError : it is too large, has too many rows or columns, or is damaged
    """
    import pyarrow as pa  # noqa: PLC0415 - only this format needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this format needs it

    need_size(path, file_size(path), limits.LARGEST_PARQUET, "the Parquet file", "Split it or leave columns out")
    try:
        file = pq.ParquetFile(path, read_dictionary=list(texts))
        need_shape(path, file.metadata.num_rows, file.metadata.num_columns)
        groups = (file.metadata.row_group(place) for place in range(file.metadata.num_row_groups))
        unpacked = sum(group.total_byte_size for group in groups)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(damaged(path, error)) from error
    remedy = "Split it or leave columns out"
    need_size(path, unpacked, limits.LARGEST_PARQUET_UNPACKED, "the Parquet file, unpacked,", remedy)
    return file


def read_columns(path: Path, file: pq.ParquetFile, names: Sequence[str]) -> list[npt.NDArray[Any]]:
    """Return columns as arrays: numbers as float64 (nan where there is none), words as objects ("" for none).

    Raises
    ------
    InputError : a column holds what is neither words nor numbers, a text is too long, or the file is damaged
    """
    import pyarrow as pa  # noqa: PLC0415 - only this format needs it

    kinds = [file.schema_arrow.field(name).type for name in names]
    if strange := [(name, kind) for name, kind in zip(names, kinds, strict=True) if not _is_read(kind)]:
        fault, remedy = "the column holds {}, neither words nor numbers", "Write it as text or numbers"
        raise InputError([Problem(fault.format(kind), remedy, str(path), None, name) for name, kind in strange])
    texts = [name for name, kind in zip(names, kinds, strict=True) if _is_text(kind)]
    announced = file.metadata.num_rows
    try:
        table = open_parquet(path, texts).read(columns=list(names), use_threads=False)
        table.validate(full=True)
        arrays = [_array(path, name, table.column(name)) for name in names]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(damaged(path, error)) from error
    if table.num_rows != announced:
        fail(path, f"the file announces {announced:,} rows and holds {table.num_rows:,}", "Write the file again")
    return arrays


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow.types as of  # noqa: PLC0415 - only this format needs it

    kind = kind.value_type if of.is_dictionary(kind) else kind
    return bool(of.is_string(kind) or of.is_large_string(kind) or of.is_string_view(kind))


def _is_read(kind: pa.DataType) -> bool:
    import pyarrow.types as of  # noqa: PLC0415 - only this format needs it

    kind = kind.value_type if of.is_dictionary(kind) else kind
    return _is_text(kind) or of.is_integer(kind) or of.is_floating(kind) or of.is_decimal(kind) or of.is_null(kind)


def _array(path: Path, name: str, column: pa.ChunkedArray) -> npt.NDArray[Any]:
    import pyarrow as pa  # noqa: PLC0415 - only this format needs it

    if pa.types.is_null(column.type):
        return np.full(len(column), "", dtype=object)
    if not _is_text(column.type):
        column = column.combine_chunks()
        numbers = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        return np.asarray(numbers.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    arrays = [_words(path, name, chunk) for chunk in column.chunks]
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=object)


def _words(path: Path, name: str, chunk: pa.Array) -> npt.NDArray[Any]:
    """Return the words of a chunk; equal words are one object, so that a long text in many rows stands once."""
    import pyarrow as pa  # noqa: PLC0415 - only this format needs it
    import pyarrow.compute as pc  # noqa: PLC0415 - only this format needs it

    coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
    lengths = pc.binary_length(coded.dictionary)
    if (pc.max(lengths).as_py() or 0) > limits.LONGEST_CELL:
        fault = f"a text has more than {limits.LONGEST_CELL:,} characters, the limit"
        raise InputError(Problem(fault, "Shorten it, or name the right column", str(path), None, name))
    total = pc.sum(lengths.take(coded.indices)).as_py() or 0
    if total > limits.LARGEST_TEXT:
        limit = limits.LARGEST_TEXT // limits.MEGABYTE
        fail(path, f"the texts of column {name} take more than {limit} MB, the limit", "Split it or shorten them")
    known = np.array([*coded.dictionary.to_pylist(), ""], dtype=object)
    known[[word is None for word in known]] = ""
    places = pc.fill_null(coded.indices.cast(pa.int64()), len(known) - 1)
    words: npt.NDArray[Any] = known[places.to_numpy(zero_copy_only=False)]
    return words
