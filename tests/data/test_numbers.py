"""Numbers as people write them: a column is read in one way, or refused; nothing is read a thousand times too small."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from corridor.data.tables.numbers import Range, read_numbers

PERSONS, YEARS, CHILDREN = Range(lower=0.0), Range(15, 105), Range(0, 12)


@pytest.mark.parametrize(
    ("cells", "possible", "values", "noted"),
    [
        (["300", "7"], PERSONS, [300, 7], None),
        (["1500.5", ".5", "2e3", "+4", "\u22125"], Range(), [1500.5, 0.5, 2000, 4, -5], None),
        (["1500,5", "7,400"], PERSONS, [1500.5, 7.4], "decimal commas"),
        (["7,400", "0,5"], PERSONS, [7.4, 0.5], "decimal commas"),
        (["1,234,567", "68,127"], PERSONS, [1234567, 68127], "commas between thousands"),
        (["1.234.567", "68.127"], PERSONS, [1234567, 68127], "points between thousands"),
        (["1.234,5", "68.127"], PERSONS, [1234.5, 68127], "points between thousands"),
        (["1 234", "5"], PERSONS, [1234, 5], "blanks between thousands"),
        (["1\u00a0234,5", "5"], PERSONS, [1234.5, 5], "blanks between thousands"),
        (["1\u202f234", "12\u202f345"], PERSONS, [1234, 12345], "blanks between thousands"),
        (["1'234.5", "2\u2019345"], PERSONS, [1234.5, 2345], "apostrophes"),
        (["68.127", "70.250"], YEARS, [68.127, 70.25], None),
        (["68,127", "70,250"], YEARS, [68.127, 70.25], "decimal commas"),
        (["2.413", "1.888"], CHILDREN, [2.413, 1.888], None),
        (["2.025", "2.030"], Range(1900, 2200, whole=True), [2025, 2030], "points between thousands"),
        (["68.127", "7.400"], Range(0, decimals=True), [68.127, 7.4], None),
        (["68.127", "70.250", "0.5"], PERSONS, [68.127, 70.25, 0.5], "68.127 is 68.127, no thousands"),
        (["68.127", "12.5", "0.25"], PERSONS, [68.127, 12.5, 0.25], None),
        ([68.127, 300, "7"], PERSONS, [68.127, 300, 7], None),
        ([Decimal("68.127")], PERSONS, [68.127], None),
        (["NA", "", None, "5"], PERSONS, [np.nan, np.nan, np.nan, 5], None),
    ],
)
def test_a_column_is_read_by_its_habit(cells, possible, values, noted):
    read = read_numbers(cells, possible)
    assert (read.doubt, read.faults) == (None, {})
    np.testing.assert_array_equal(read.values, values)
    assert (read.note is None) if noted is None else (noted in str(read.note))


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["68.127", "66.196"], "point"),
        (["7.400", "300"], "point"),
        (["68,127", "66,196"], "comma"),
        (["-1.500", "2.000"], "point"),
        (["7.400", "5678"], "point"),
        (["900.000", "40.000"], "point"),
    ],
)
def test_what_may_be_thousands_is_refused(cells, sign):
    doubt = read_numbers(cells, Range()).doubt
    assert doubt is not None
    assert doubt[0].startswith(f"the {sign} may separate decimals or thousands")
    assert doubt[1] == cells[0]


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("1e999", "too large"),
        ("-1e999", "too large"),
        ("1e-400", "too small"),
        ("NaN", "nan"),
        ("TRUE", "true or false"),
        (True, "true or false"),
        (np.bool_(False), "true or false"),
        ("#N/A", "error #N/A of a spreadsheet"),
        ("#ref!", "error #REF! of a spreadsheet"),
        ("=A1+B1", "a formula without its value"),
        ("2025-09-05", "a date"),
        ("12%", "this is not a number"),
        ("0x10", "this is not a number"),
        ("1_000", "this is not a number"),
        ("\u0663", "this is not a number"),
        ("(5)", "this is not a number"),
        ("1,5", "not written as others of its column"),
    ],
)
def test_a_cell_that_is_no_number_is_named(cell, fault):
    read = read_numbers(["12.5", cell, "300.25"], Range())
    assert list(read.faults) == [1]
    assert fault in read.faults[1][0]
    assert read.faults[1][1]


def test_nought_and_infinity_are_left_to_the_rules():
    np.testing.assert_array_equal(read_numbers(["0", "0.00", "0e5", "-Inf"], Range()).values, [0, 0, 0, -np.inf])
