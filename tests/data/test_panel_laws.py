"""Laws of the panel's format and of the rules for holes, for any numbers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corridor.data.panel import Panel, Registry, table_from_array, write_table
from corridor.data.readers.migrant_stock import fill_unknown
from corridor.data.rules.holes import whole_persons

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
PERSONS = st.one_of(st.just(0.0), st.floats(1e-3, 1e8))
ANY_NUMBER = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**12), 10**12).map(float),
    st.integers(-(10**9), 10**9).map(lambda number: number / 1000),
)


@settings(max_examples=150, deadline=None)
@given(SHAPES.flatmap(lambda shape: arrays.arrays(np.float64, shape, elements=ANY_NUMBER)))
def test_any_grid_comes_back_bit_by_bit(values):
    axes = {name: tuple(range(length)) for name, length in zip("xyz", values.shape, strict=True)}
    table = table_from_array("any", values, axes, source="corridor", unit="", description="")
    with tempfile.TemporaryDirectory() as folder:
        entry = write_table(table, Path(folder))
        assert np.array_equal(Panel(Path(folder), Registry({"any": entry})).array("any"), values, equal_nan=True)


@settings(max_examples=200, deadline=None)
@given(
    arrays.arrays(np.float64, (4, 3), elements=PERSONS),
    arrays.arrays(np.float64, (3,), elements=PERSONS),
    arrays.arrays(np.float64, (4, 3), elements=PERSONS),
)
def test_the_unknown_find_a_place_and_nobody_is_lost(known, unknown, lacking):
    stock = fill_unknown(known, unknown, lacking)
    total = known.sum(axis=0) + unknown
    placeable = (known.sum(axis=0) > 0) | (lacking.sum(axis=0) >= unknown)
    assert np.allclose(stock.sum(axis=0)[placeable], total[placeable], rtol=1e-12)
    assert (stock >= known - 1e-12 * total).all()
    assert (stock <= np.maximum(total, 0) * (1 + 1e-12)).all()


@settings(max_examples=200, deadline=None)
@given(arrays.arrays(np.float64, (2, 5), elements=st.floats(-1e6, 1e6)))
def test_whole_persons_keep_their_sum(values):
    rounded = whole_persons(values)
    assert np.array_equal(rounded, np.rint(rounded))
    assert np.abs(rounded - values).max() <= 1.0 + 1e-6
    assert np.abs(rounded.sum(axis=-1) - values.sum(axis=-1)).max() <= 0.5 + 1e-6
