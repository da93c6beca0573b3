"""Numbers as people write them: how a column writes decimals and thousands is decided once, from all its cells.

A cell such as 7.400 may be seven and four tenths or seven thousand four hundred. The other cells of the column decide,
or what the column can hold (a life expectancy is no 68,127 years). Where both remain possible the column is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corridor.axes import Floats

NOTHING = {"", "NA"}
"""Cells without a number; NA is what R writes."""
SPREADSHEET_ERRORS = {
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
}
INFINITE = re.compile(r"[-+]?inf(inity)?", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d\d-\d\d")
TRUTHS = {"true", "false", "yes", "no"}
DIGITS = re.compile(r"[1-9]")
BLANKS = "[ \u00a0\u2007\u2009\u202f]"
POWER = r"(?:[eE][-+]?\d+)?"
LOOKS_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:[.,]\d{3})+")
MOST_FAULTS = 10_000
DOUBT_REMEDY = (
    "Write numbers without thousands separators, and with one kind of decimal sign; "
    "where these are decimals, add a zero to one of them"
)


@dataclass(frozen=True, slots=True)
class Habit:
    """A way of writing numbers.

    Attributes
    ----------
    words : what a note says of it
    form : of a whole cell
    groups, point : what separates thousands (to be taken out), and decimals
    """

    words: str
    form: re.Pattern[str]
    groups: str = ""
    point: str = "."

    def value(self, cell: str) -> float:
        """Return the number of a cell that has the form."""
        plain = re.sub(self.groups, "", cell) if self.groups else cell
        return float(plain if self.point == "." else plain.replace(self.point, "."))


def _grouped(words: str, groups: str, point: str) -> Habit:
    form = rf"[-+]?(?:[1-9]\d{{0,2}}(?:{groups}\d{{3}})+|\d+)(?:{re.escape(point)}\d*)?"
    return Habit(words, re.compile(form, re.ASCII), groups, point)


def _plain(words: str, point: str) -> Habit:
    mark = re.escape(point)
    return Habit(words, re.compile(rf"[-+]?(?:\d+{mark}?\d*|{mark}\d+){POWER}", re.ASCII), "", point)


HABITS = (
    _plain("decimal points", "."),
    _plain("decimal commas", ","),
    _grouped("commas between thousands and decimal points", ",", "."),
    _grouped("points between thousands and decimal commas", r"\.", ","),
    _grouped("blanks between thousands and decimal points", BLANKS, "."),
    _grouped("blanks between thousands and decimal commas", BLANKS, ","),
    _grouped("apostrophes between thousands and decimal points", "['\u2019]", "."),
    _grouped("apostrophes between thousands and decimal commas", "['\u2019]", ","),
)


@dataclass(frozen=True, slots=True)
class Range:
    """What a column can hold; where `decimals`, three decimals throughout are no surprise."""

    lower: float = -np.inf
    upper: float = np.inf
    whole: bool = False
    decimals: bool = False

    def holds(self, values: Floats) -> bool:
        """Say whether all values can stand in the column."""
        inside = (values >= self.lower) & (values <= self.upper)
        return bool((inside & (~np.asarray(self.whole) | (values % 1 == 0))).all())


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column read.

    Attributes
    ----------
    values : float64, nan where the cell is empty or wrong
    faults : place of a cell -> what is wrong with it, and what to do
    doubt : why the whole column cannot be read, and the cell that shows it; None where it can
    note : how it was read, where that is not plain
    """

    values: Floats
    faults: dict[int, tuple[str, str]]
    doubt: tuple[str, str] | None = None
    note: str | None = None


def read_numbers(cells: Sequence[object], possible: Range) -> Numbers:
    """Return the numbers of a column whose cells are texts, or numbers as a workbook holds them."""
    values = np.full(len(cells), np.nan)
    native = np.array([isinstance(cell, (Real, Decimal)) and not isinstance(cell, bool) for cell in cells], dtype=bool)
    values[native] = [float(cell) for cell, number in zip(cells, native, strict=True) if number]  # type: ignore[arg-type]  # numbers by the mask
    words = [None if number else _tidy(cell) for cell, number in zip(cells, native, strict=True)]
    unique = dict.fromkeys(word for word in words if word is not None and word not in NOTHING)
    faulty = {word: fault for word in unique if (fault := _fault(word))}
    known: dict[str | None, float] = {word: float(word) for word in unique if INFINITE.fullmatch(word)}
    rest = [word for word in unique if word not in faulty and word not in known]
    habit, strange, doubt = _habit(rest, possible)
    faulty |= strange
    known |= {word: habit.value(word) for word in rest if word not in faulty}
    for word, value in list(known.items()):
        if fault := _range_fault(str(word), value):
            faulty[str(word)] = fault
            known[word] = np.nan
    if unique:
        values[~native] = [known.get(word, np.nan) for word in words if word is not None]
    faults: dict[int, tuple[str, str]] = {}
    if faulty:
        wrong = (place for place, word in enumerate(words) if word in faulty)
        faults = {place: faulty[str(words[place])] for place, _ in zip(wrong, range(MOST_FAULTS + 1), strict=False)}
    fitting = [word for word in rest if word not in faulty]
    return Numbers(values, faults, doubt, _note(habit, fitting, possible) if fitting else None)


def _tidy(cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip().replace("\u2212", "-")
    return "" if cell is None or str(cell) in {"<NA>", "NaT", "None"} else str(cell).upper()


def _fault(word: str) -> tuple[str, str] | None:
    """Say what a cell is that no habit of writing numbers explains."""
    if HABITS[0].form.fullmatch(word):
        return None
    error = word.upper() if word.upper() in SPREADSHEET_ERRORS else ""
    reasons = (
        (error, f"the cell holds the error {error} of a spreadsheet", "Correct the formula that gives it"),
        (
            word.startswith("="),
            "the cell holds a formula without its value",
            "Open the workbook in a spreadsheet program and save it, or write the number",
        ),
        (word.casefold() in TRUTHS, "this is true or false, and no number", "Write the number"),
        (
            word.casefold().strip("+-") == "nan",
            "this is nan, which is no number",
            "Leave the cell empty, or leave the row out",
        ),
        (
            DATE.match(word),
            "this is a date, and no number",
            "Format the column as numbers or text, and write the number again",
        ),
    )
    return next(((fault, remedy) for holds, fault, remedy in reasons if holds), None)


def _range_fault(word: str, value: float) -> tuple[str, str] | None:
    if np.isinf(value) and not INFINITE.fullmatch(word):
        return "the number is too large for a computer's arithmetic", "Correct the number"
    if value == 0.0 and DIGITS.search(re.split("[eE]", word)[0]):
        return "the number is too small for a computer's arithmetic", "Write 0, or correct the number"
    return None


def _habit(words: Sequence[str], possible: Range) -> tuple[Habit, dict[str, tuple[str, str]], tuple[str, str] | None]:
    """Return how a column is written, the cells that are written otherwise, and what keeps it from being read."""
    fitting = [habit for habit in HABITS if all(map(habit.form.fullmatch, words))]
    if not fitting:
        best = max(HABITS, key=lambda habit: sum(map(bool, map(habit.form.fullmatch, words))))
        return best, dict(_otherwise(words, best)), None
    marked = list(filter(LOOKS_GROUPED.fullmatch, words))  # the others mean the same by every habit that fits
    readings: dict[bytes, tuple[Habit, Floats]] = {}
    for habit in fitting:
        values = np.array([habit.value(word) for word in marked])
        readings.setdefault(values.tobytes(), (habit, values))
    if len(readings) == 1:
        return fitting[0], {}, None
    likely = [habit for habit, values in readings.values() if possible.holds(values)] or fitting[:1]
    if len(likely) == 1 or (possible.decimals and not likely[0].groups):
        return likely[0], {}, None
    shown = next(word for word in marked if likely[0].value(word) != likely[1].value(word))
    sign = "comma" if "," in shown else "point"
    meanings = " or ".join(f"{habit.value(shown):.10g}" for habit in likely[:2])
    return likely[0], {}, (f"the {sign} may separate decimals or thousands; the number may be {meanings}", shown)


def _otherwise(words: Iterable[str], best: Habit) -> Iterable[tuple[str, tuple[str, str]]]:
    for word in words:
        if best.form.fullmatch(word):
            continue
        if any(habit.form.fullmatch(word) for habit in HABITS):
            fault = f"the number is not written as others of its column, with {best.words}"
            yield word, (fault, "Write all numbers alike, without thousands separators")
        else:
            yield word, ("this is not a number", "Write digits with a decimal point only")


def _note(habit: Habit, words: Sequence[str], possible: Range) -> str | None:
    """Return how the numbers were read, where a reader could see them otherwise."""
    if habit is HABITS[0] and possible.decimals:
        return None
    if habit is HABITS[0]:
        pointed = [word for word in words if "." in word]
        grouped = [word for word in pointed if LOOKS_GROUPED.fullmatch(word)]
        whole = np.array([float(word.replace(".", "")) for word in grouped])
        if 2 * len(grouped) <= len(pointed) or not possible.holds(whole):
            return None
        return f"numbers are read with decimal points: {grouped[0]} is {float(grouped[0]):.10g}, no thousands"
    shown = next((word for word in words if re.search(r"[^\d+-]", word)), words[0])
    return f"numbers are written with {habit.words}: {shown} is read as {habit.value(shown):.10g}"
