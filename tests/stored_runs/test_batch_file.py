"""Batch files: several runs in one file, every problem in one report."""

from __future__ import annotations

import pytest

from corridor.errors import InputError
from corridor.stored_runs.batch_file import read_batch


def written(folder, text):
    path = folder / "batch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_hold_for_all_runs_and_each_has_its_own(tmp_path):
    (tmp_path / "own.toml").write_text('title = "Own"\n[climate]\npercentile = 90\n', encoding="utf-8")
    path = written(
        tmp_path,
        'to = 2030\ndraws = 20\nseed = 7\ncorridors = ["UZB-KAZ"]\n'
        '[[run]]\nscenario = "baseline"\n'
        '[[run]]\nscenario = "own.toml"\n'
        '[[run]]\nname = "hot"\nscenario = "baseline"\nset = ["climate.percentile=95"]\n',
    )
    first, second, third = read_batch(path)
    assert [run.name for run in (first, second, third)] == ["baseline", "own", "hot"]
    assert {(run.question.last, run.question.draws, run.question.seed) for run in (first, second, third)} == {
        (2030, 20, 7)
    }
    assert second.question.scenario.settings.percentile == 90.0
    assert third.question.scenario.settings.percentile == 95.0
    assert first.question.corridors == (("UZB", "KAZ"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("to = 2030\n", "names no runs"),
        ("run = 5\n", "names no runs"),
        ("[[run]]\nscenarios = 'baseline'\n", "no such setting of a run.*scenario"),
        ("draw = 20\n[[run]]\n", "no such setting of all runs.*draws"),
        ("draws = 3\n[[run]]\n", "neither 0 nor a whole number"),
        ("[[run]]\nscenario = 'nowhere'\n", "no scenario of this name"),
        ("[[run]]\nset = 'a=b'\n", r"run\[1\]\.set.*not a list of texts"),
        ("ages = 1\n[[run]]\n", "not true or false"),
        ("corridors = ['UZB']\n[[run]]\n", "neither a corridor nor a group"),
        ("[[run]]\nname = '../x'\n", "a name has up to 64 letters"),
        ("[[run]]\n[[run]]\n", "several runs have this name"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read_batch(written(tmp_path, text))


def test_a_name_that_holds_a_dot_is_kept_whole(tmp_path):
    path = written(tmp_path, "[[run]]\nscenario = 'ssp3-7.0'\n")
    assert [run.name for run in read_batch(path)] == ["ssp3-7.0"]


def test_all_problems_come_at_once(tmp_path):
    path = written(tmp_path, "draw = 1\n[[run]]\nscenario = 'nowhere'\n[[run]]\nnmae = 'x'\n")
    with pytest.raises(InputError) as refused:
        read_batch(path)
    assert len(refused.value.problems) >= 3
