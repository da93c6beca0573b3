"""The axes of every array in Corridor, in their one order, and the array types.

Order: DRAW, YEAR, ORIG, DEST, SEX, AGE; an array leaves out the axes it lacks and keeps the order of the rest.
SEX and AGE always come last, so their positions are constants. Areas stand in the order of `corridor.areas`.
Stocks (populations, migrants by birthplace) stand on 1 January, flows fill a calendar year. Persons, years, float64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Integers: TypeAlias = npt.NDArray[np.int64]
    Booleans: TypeAlias = npt.NDArray[np.bool_]

SEX = -2
"""Position of the sex axis in an array that has one."""
AGE = -1
"""Position of the age axis in an array that has one."""

SEXES = ("female", "male")
FEMALE, MALE = 0, 1

AGES = 101
"""Single ages 0, 1, ..., 99 and the open group 100 and over."""
OPEN_AGE = AGES - 1

TYPES = ("outward", "return", "transit")
"""Kinds of move: from the birthplace, to the birthplace, neither."""
OUTWARD, RETURN, TRANSIT = 0, 1, 2
