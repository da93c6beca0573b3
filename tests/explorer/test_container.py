"""The container: what is packed comes back, the same bytes for the same values, rounding within what it says."""

from __future__ import annotations

import gzip
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from corridor.explorer.container import pack, rounded, unpack

ARRAYS = {
    "a": np.linspace(-5.0, 1e9, 24, dtype="<f4").reshape(2, 3, 4),
    "b": np.arange(65_530, 65_536, dtype="<u2"),
    "c": np.arange(7, dtype="u1"),
    "empty": np.zeros((0, 3), "<f4"),
}


def test_what_is_packed_comes_back():
    header, arrays = unpack(pack({"title": "Қазақстан"}, ARRAYS))
    assert header["title"] == "Қазақстан"
    assert {name: values.shape for name, values in arrays.items()} == {name: v.shape for name, v in ARRAYS.items()}
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], values)


def test_same_values_same_bytes():
    assert pack({"a": 1}, ARRAYS) == pack({"a": 1}, ARRAYS)


def test_other_content_is_refused():
    with pytest.raises(ValueError, match="not the contents of an explorer"):
        unpack(gzip.compress(b"something else entirely"))


def test_the_layout_is_the_one_that_the_pages_read():
    content = gzip.decompress(pack({}, {"a": np.array([1.0, 2.0], "<f4")}))
    (length,) = struct.unpack("<I", content[8:12])
    assert content[:8] == b"CORRIDOR"
    assert json.loads(content[12 : 12 + length])["arrays"] == {"a": {"kind": "f32", "shape": [2]}}
    bits = np.array([0x3F800000, 0x40000000 - 0x3F800000], "<u4").view("u1").reshape(2, 4)
    assert content[12 + length :] == bits.T.tobytes()


@given(
    hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(-1e12, 1e12, allow_subnormal=False)),
    st.sampled_from([7, 11]),
)
def test_rounding_keeps_what_it_says(values, bits):
    found = rounded(values, bits).astype(np.float64)
    kept = np.abs(values) >= 1e-3
    assert (found[~kept] == 0.0).all()
    np.testing.assert_allclose(found[kept], values[kept], rtol=2.0 ** -(bits + 1) * 1.001)


def test_unknown_values_stay_unknown():
    assert np.isnan(rounded(np.array([np.nan, 1.0]), 7)).tolist() == [True, False]
