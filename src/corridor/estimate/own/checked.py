"""Checks of what a user brings: shapes that agree, numbers that are finite, counts not negative, known words."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, TypeGuard

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
    problems: list[Problem] = []
    found = [(name, numbers_of(name, values, problems), axes.split()) for name, values, axes in arrays]
    problems = problems or _wrong_shapes(found)
    if not problems:
        problems = [problem for name, array, _ in found for problem in _wrong_cells(name, array, name in signed)]
    if problems:
        raise InputError(problems)
    return tuple(array for _, array, _ in found)


def numbers_of(name: str, values: object, problems: list[Problem]) -> Floats:
    """Return an array as float64; adds what holds no numbers to `problems`: words, masks, truth values, unlike rows."""
    nothing = np.zeros(0)
    if np.ma.is_masked(values):
        problems.append(Problem("entries are masked", "Fill them, or leave them out", column=f"{name}="))
        return nothing
    try:
        array = np.asarray(values)
    except ValueError:
        problems.append(Problem("rows have unlike lengths", "Give an array", column=f"{name}="))
        return nothing
    real = array.dtype.kind in "iuf" or all(map(is_real, array.ravel()))
    if not real:
        kind = "truth values" if array.dtype.kind == "b" else "something else than numbers"
        problems.append(Problem(f"this holds {kind}", "Give numbers", column=f"{name}=", value=_first_odd(array)))
        return nothing
    return array.astype(np.float64, copy=False)


def is_real(value: object) -> TypeGuard[float]:
    """Tell whether a value is a real number, and no truth value."""
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_))


def _first_odd(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> object:
    return next(value for value in array.ravel().tolist() if not is_real(value))


def above_zero_problems(**options: object) -> list[Problem]:
    """Name the options that are no finite number above zero."""
    fault, remedy = "the number is not finite and above zero", "Give such a number, for example 1e-9"
    return [
        Problem(fault, remedy, column=f"{name}=", value=value)
        for name, value in options.items()
        if not (is_real(value) and 0 < float(value) < np.inf)
    ]


def count_problems(**options: object) -> list[Problem]:
    """Name the options that are no whole number from 1 on."""
    return [
        Problem("the number is not whole and at least 1", "Give such a number", column=f"{name}=", value=value)
        for name, value in options.items()
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1
    ]


def truth_problems(**options: object) -> list[Problem]:
    """Name the options that are neither True nor False."""
    return [
        Problem("this is neither True nor False", "Give one of them", column=f"{name}=", value=value)
        for name, value in options.items()
        if not isinstance(value, (bool, np.bool_))
    ]


def choice_problems(name: str, word: object, known: tuple[str, ...]) -> list[Problem]:
    """Name a word that is none of the choices, and list them or suggest the nearest."""
    if isinstance(word, str) and word in known:
        return []
    remedy = spelling(word, known) if isinstance(word, str) and word else f"Choose one of: {', '.join(known)}"
    return [Problem(f"{name} has no such method", remedy, column=name, value=word)]


def require_choice(name: str, word: str, known: tuple[str, ...]) -> None:
    """Refuse a word that names no method.

    Raises
    ------
    InputError
        Suggests the words nearest to it.
    """
    if problems := choice_problems(name, word, known):
        raise InputError(problems)


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
