"""The container that holds an explorer's contents: gzip of a header in JSON and of arrays.

    8 bytes "CORRIDOR", 4 bytes length of the header (little endian), the header, then all arrays one after the other.

Numbers of 32 bits are stored as differences of their bits from the number before, as whole numbers. Numbers of more
than one byte are stored byte by byte, first the lowest byte of every number. Both let them compress better.
`ui/src/contents/container.ts` reads it.
"""

from __future__ import annotations

import gzip
import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from corridor.axes import Floats

MAGIC = b"CORRIDOR"
FORM = "corridor explorer 1"
KINDS = {"f32": "<f4", "u16": "<u2", "u8": "u1"}
MANTISSA = 23
"""Bits of a 32-bit number after the first."""


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return a header and arrays as one container; the same values give the same bytes.

    Parameters
    ----------
    header : what JSON can hold; the form and the list of arrays are added
    arrays : of 32-bit numbers, or of whole numbers of 16 or 8 bits without sign
    """
    facts = {name: {"kind": _kind(values), "shape": list(values.shape)} for name, values in arrays.items()}
    text = json.dumps({"form": FORM, **header, "arrays": facts}, ensure_ascii=False, separators=(",", ":")).encode()
    parts = [MAGIC, struct.pack("<I", len(text)), text, *(_planes(values) for values in arrays.values())]
    return gzip.compress(b"".join(parts), compresslevel=6, mtime=0)


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header and the arrays of a container."""
    content = gzip.decompress(packed)
    if content[:8] != MAGIC:
        raise ValueError("these are not the contents of an explorer")
    (length,) = struct.unpack("<I", content[8:12])
    header, at, arrays = json.loads(content[12 : 12 + length]), 12 + length, {}
    for name, fact in header["arrays"].items():
        kind, count = np.dtype(KINDS[fact["kind"]]), int(np.prod(fact["shape"]))
        planes = np.frombuffer(content, np.uint8, count * kind.itemsize, at).reshape(kind.itemsize, count)
        values = np.ascontiguousarray(planes.T).view(kind).reshape(-1)
        whole = np.cumsum(values.view("<u4"), dtype="<u4").view(kind) if fact["kind"] == "f32" else values
        arrays[name] = whole.reshape(fact["shape"])
        at += count * kind.itemsize
    return header, arrays


def _kind(values: NDArray[Any]) -> str:
    return next(kind for kind, code in KINDS.items() if np.dtype(code) == values.dtype)


def _planes(values: NDArray[Any]) -> bytes:
    """Return the lowest byte of every number, then the next, and so on."""
    kind = np.dtype(KINDS[_kind(values)])
    flat = np.ascontiguousarray(values, kind).reshape(-1)
    if kind.itemsize == 4:
        bits = flat.view("<u4")
        flat = np.diff(bits, prepend=np.uint32(0))
    return flat.view(np.uint8).reshape(-1, kind.itemsize).T.tobytes()


def rounded(values: Floats, bits: int) -> NDArray[np.float32]:
    """Return 32-bit numbers whose last bits are zero: they keep `bits` after the first, and compress well.

    The relative error is at most 2 to the power of -(bits + 1); numbers below .001 persons become zero.
    """
    narrow = np.where(np.abs(values) < 1e-3, 0.0, values).astype("<f4")
    whole = narrow.view(np.uint32)
    half = np.uint32(1 << (MANTISSA - bits - 1))
    mask = np.uint32(0xFFFFFFFF ^ ((1 << (MANTISSA - bits)) - 1))
    found = ((whole + half) & mask).view("<f4")
    return np.where(np.isfinite(narrow), found, narrow).astype("<f4")
