"""Laws of reading: whatever bytes a file holds, the answer is a checked frame or an InputError."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pandera.pandas import DataFrameSchema

from corridor.data.tables.checks import code, count, unique, year
from corridor.data.tables.reader import read_frame
from corridor.errors import InputError

if TYPE_CHECKING:
    import pytest

SCHEMA = DataFrameSchema(
    {"area": code(("KAZ", "UZB")), "year": year(1990, 2024), "persons": count()}, checks=unique(["area", "year"])
)
GOOD = b'area,year,persons,note\nKAZ,2020,1500.5,"a, b"\nUZB,2021,0,\xd0\xb0\n'

EDITS = st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 2), st.binary(max_size=4)), max_size=6)


@given(EDITS)
@settings(max_examples=400, deadline=None)
@example([(0, 0, b"\x00")])
@example([(len(GOOD), 0, b'"')])
def test_mutated_bytes_never_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int, bytes]]
) -> None:
    content = GOOD
    for place, removed, added in edits:
        content = content[:place] + added + content[place + removed :]
    path = tmp_path_factory.getbasetemp() / "mutated.csv"
    path.write_bytes(content)
    try:
        frame = read_frame(path, SCHEMA)
    except InputError:
        return
    assert frame["area"].isin(["KAZ", "UZB"]).all()
    assert np.isfinite(frame["persons"]).all()
    assert (frame["persons"] >= 0).all()
    assert frame["year"].between(1990, 2024).all()
