"""Checks of what a user brings: shapes that agree, numbers that are finite, counts not negative, known words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from corridor.axes import Floats

MOST_NAMED = 20
"""Wrong cells named for each array; there can be thousands."""


def checked_arrays(*arrays: tuple[str, object, str], signed: tuple[str, ...] = ()) -> tuple[Floats, ...]:
    """Return arrays as float64 after checking all of them.

    Parameters
    ----------
    arrays : name, values and axes of each; axes are words ("orig dest"), and one word has one length throughout
    signed : names of the arrays that may be negative

    Raises
    ------
    InputError
        Names every array with a wrong number of axes, every axis of two lengths, and cells that are not finite or are
        negative.
    """
    found = [(name, np.asarray(values, dtype=np.float64), axes.split()) for name, values, axes in arrays]
    problems = _wrong_shapes(found)
    if not problems:
        problems = [problem for name, array, _ in found for problem in _wrong_cells(name, array, name in signed)]
    if problems:
        raise InputError(problems)
    return tuple(array for _, array, _ in found)


def require_choice(name: str, word: str, known: tuple[str, ...]) -> None:
    """Refuse a word that names no method.

    Raises
    ------
    InputError
        Suggests the words nearest to it.
    """
    if word not in known:
        raise InputError(Problem(f"{name} has no such method", spelling(str(word), known), column=name, value=word))


def _wrong_shapes(arrays: list[tuple[str, Floats, list[str]]]) -> list[Problem]:
    lengths: dict[str, int] = {}
    problems = []
    for name, array, axes in arrays:
        agrees = array.ndim == len(axes) and all(
            lengths.setdefault(axis, length) == length for axis, length in zip(axes, array.shape, strict=True)
        )
        if not agrees:
            fault = f"its axes are not [{', '.join(axes)}], each as long as in the other arrays"
            problems.append(Problem(fault, "Use one order of areas throughout", file=name, value=array.shape))
    return problems


def _wrong_cells(name: str, array: Floats, signed: bool) -> list[Problem]:
    fault = "the number is not finite" if signed else "a count cannot be negative or infinite"
    wrong = np.argwhere(~np.isfinite(array) | ((array < 0) & (not signed)))
    return [
        Problem(
            fault, "Check the source", file=name, column=" ".join(map(str, place)), value=float(array[tuple(place)])
        )
        for place in wrong[:MOST_NAMED]
    ]
