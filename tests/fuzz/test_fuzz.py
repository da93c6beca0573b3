"""A few hundred cases of the fuzzer in the suite; `make fuzz` runs as many as one likes."""

from __future__ import annotations

import multiprocessing
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.cases import Case, cases, ready, report, run
from tests.fuzz.readers import READERS, outcome

if TYPE_CHECKING:
    from pathlib import Path

CASES = 200


@pytest.mark.parametrize("name", READERS)
def test_the_files_that_cases_start_from_are_right(name: str, tmp_path: Path) -> None:
    READERS[name].write(tmp_path)
    assert outcome(READERS[name].read, tmp_path) in {"accepted", "noted"}


def test_no_reader_breaks_down() -> None:
    with multiprocessing.get_context("spawn").Pool(1, ready) as pool:
        done = pool.map(run, islice(cases(10**6, list(READERS)), CASES))
    assert not any(case.faulty for case in done), report(done)
    assert {case.result for case in done} >= {"accepted", "refused"}


def test_cases_that_once_broke_a_reader_down_are_refused() -> None:
    with multiprocessing.get_context("spawn").Pool(1, ready) as pool:
        done = pool.map(run, [Case("vintages", 30909), Case("project", 19747)])
    assert [case.result for case in done] == ["refused", "refused"], report(done)


def test_a_case_comes_again_by_its_number() -> None:
    with multiprocessing.get_context("spawn").Pool(1, ready) as pool:
        one, two = pool.map(run, [Case("project", 5)] * 2)
    assert (one.rule, one.result, one.details) == (two.rule, two.result, two.details)
