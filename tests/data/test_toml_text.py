"""Texts that a hostile or broken file holds are refused at once and in few words."""

from __future__ import annotations

import time

import pytest

from corridor.data.tables.numbers import Range, read_numbers
from corridor.data.tables.toml_text import DEEPEST, too_deep
from corridor.errors import Problem


@pytest.mark.parametrize("nested", [".".join("a" * (DEEPEST + 2)), "[" * (DEEPEST + 1)])
def test_deep_nesting_is_found_by_its_line(nested: str) -> None:
    assert too_deep(f"# {nested}\nx = 1\n{nested} = 1\n") == 3
    assert too_deep(f"# {nested}\nx = '{nested}'\na.b.c = [[1]]\n") is None


def test_a_long_word_takes_no_time() -> None:
    started = time.perf_counter()
    assert too_deep("a" * 200_000) is None
    assert time.perf_counter() - started < 1.0  # seconds; a search that goes back takes minutes


def test_a_long_column_is_cut_in_what_people_read() -> None:
    assert len(str(Problem("it is wrong", "Correct it", "file", 1, "a" * 40_000))) < 500


@pytest.mark.parametrize("wrong", ["[1]", "a;b", "x,y"])
def test_a_wrong_cell_shows_no_habit_of_its_column(wrong: str) -> None:
    found = read_numbers(["1 000", "2 500", wrong], Range())
    assert set(found.faults) == {2}
    assert wrong not in str(found.note)
    assert set(read_numbers([wrong], Range()).faults) == {0}
