"""A stored run that is killed again and again ends with the bytes of one that nobody killed."""

from __future__ import annotations

from benchmarks.run_kills import kill_runs, small_question


def test_killed_runs_lose_nothing_and_end_the_same(tmp_path):
    finished, faults = kill_runs(4, tmp_path, small_question(draws=8, batch=1))
    assert finished >= 1
    assert not faults
