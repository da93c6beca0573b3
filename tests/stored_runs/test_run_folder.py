"""The folder of a run: whole, the same wherever it is computed, and refused when it is not what it says."""

from __future__ import annotations

import json
import resource
import shutil
import signal
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import corridor
from corridor.data.files import claimed
from corridor.errors import InputError
from corridor.stored_runs import computing, question
from corridor.stored_runs.citation import citation
from corridor.stored_runs.computing import Workforce, compute_run, plan_run
from corridor.stored_runs.listing import list_runs, unfinished_runs
from corridor.stored_runs.places import LocalPlace
from corridor.stored_runs.question import check_run
from corridor.stored_runs.run_folder import FINISHED, RUN, check_run_files, delete_run, open_run

WORDS = {"last": 2026, "anchor": "blended", "base": "2020-2024", "draws": 8, "seed": 1, "ages": True}


def asked(scenario="baseline", settings=(), corridors=("UZB-KAZ", "BGD-ARE"), **words):
    found = check_run(scenario, settings, corridors=corridors, **{**WORDS, **words})
    return replace(found, batch=3)


@pytest.fixture(scope="module")
def baseline():
    return asked()


@pytest.fixture(scope="module")
def runs(baseline):
    return baseline.runs()


@pytest.fixture(scope="module")
def finished(baseline, runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "baseline"
    return compute_run(LocalPlace(folder), baseline, runs=runs)


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished.place.folder, tmp_path / "run")


def test_a_stored_run_has_the_numbers_of_one_in_memory(finished):
    pairs = [("BGD", "ARE"), ("UZB", "KAZ")]
    there = corridor.open_run(finished.place.folder)
    here = corridor.World.load(to=2026).run(draws=8, corridors=pairs)
    for name in ("flows", "population", "stocks", "births", "deaths", "net_migration"):
        np.testing.assert_array_equal(getattr(there, name), getattr(here, name))
    for measure in ("population", "births", "net_migration", "moves_in"):
        np.testing.assert_array_equal(there.drawn(measure), here.drawn(measure))
    np.testing.assert_array_equal(there.drawn_flows(), here.drawn_flows())
    pd.testing.assert_frame_equal(there.to_frame(), here.to_frame())
    assert there.cite() == here.cite()
    assert (there.corridors, there.draws, there.years) == (tuple(pairs), 8, here.years)


def test_neither_workers_nor_another_folder_change_a_bit(finished, baseline, runs, tmp_path):
    for workers in (1, 3):
        again = compute_run(LocalPlace(tmp_path / str(workers)), baseline, runs=runs, force=Workforce(workers))
        assert again.digest == finished.digest
    other = compute_run(LocalPlace(tmp_path / "other"), replace(baseline, seed=2), runs=runs)
    assert other.digest != finished.digest


def test_a_finished_run_is_opened_and_not_computed_again(finished, baseline, monkeypatch):
    monkeypatch.setattr(computing, "keep_batches", None)
    assert compute_run(finished.place, baseline).digest == finished.digest


def test_summaries_are_tidy_and_their_bounds_surround_the_draws(finished):
    areas = pd.read_parquet(finished.place.folder / "areas.parquet")
    run = corridor.open_run(finished.place.folder)
    row = areas.query("area == 'KAZ' and year == 2026 and measure == 'moves_in'").iloc[0]
    assert row["central"] == pytest.approx(float(run.flows.at(dest="KAZ", year=2026).sum()), rel=1e-12)
    drawn = run.drawn("moves_in").at(area="KAZ", year=2026).values
    assert [row["lower_80"], row["upper_95"]] == pytest.approx(np.quantile(drawn, [0.1, 0.975]))
    corridors = pd.read_parquet(finished.place.folder / "corridors.parquet")
    assert len(corridors) == 2 * 2
    ages = pd.read_parquet(finished.place.folder / "ages.parquet")
    kazakhs = ages.query("area == 'KAZ' and date == 2027")
    assert kazakhs["central"].sum() == pytest.approx(run.population.at(area="KAZ", year=2027).values.sum())
    assert (kazakhs["lower_95"] <= kazakhs["upper_95"]).all()


def test_xarray_opens_the_arrays(finished):
    with xr.open_zarr(finished.place.folder / "central.zarr", consolidated=False) as arrays:
        run = corridor.open_run(finished.place.folder)
        np.testing.assert_array_equal(arrays["flows"].values, run.flows.values)
        assert arrays["population"].dims == ("date", "area", "sex", "age")


@pytest.mark.parametrize("name", ["central.zarr/flows/c/0/0/0", "areas.parquet", "draws/batches/1.json", FINISHED, RUN])
@pytest.mark.parametrize("damage", ["cut", "lost", "changed"])
def test_a_damaged_run_is_refused_with_the_file_and_a_remedy(folder, name, damage):
    path = folder / name
    content = path.read_bytes()
    path.unlink()
    if damage != "lost":
        path.write_bytes(content[:-3] if damage == "cut" else content[:-9] + b"x" + content[-8:])
    with pytest.raises(InputError) as refused:
        check_run_files(open_run(folder))
    assert any(part in str(refused.value) for part in (name, "not finished", "no run here"))
    assert all(problem.remedy for problem in refused.value.problems)


def test_a_file_too_many_is_named(folder):
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"notes\.txt.*does not belong to this run"):
        check_run_files(open_run(folder))


def test_another_question_in_a_folder_is_refused_by_name(finished, baseline):
    changed = replace(baseline, seed=5, draws=9)
    with pytest.raises(InputError, match=r"its draws is 8, not 9") as refused:
        compute_run(finished.place, changed)
    assert "its seed is 1, not 5" in str(refused.value)


def test_other_inputs_and_versions_are_refused_by_name(folder, baseline, monkeypatch):
    (folder / FINISHED).unlink()
    here = question.inputs_now()
    other = {**here, "panel": {**here["panel"], "population": "0" * 64}, "corridor": "99.0"}
    monkeypatch.setattr("corridor.stored_runs.run_folder.inputs_now", lambda: other)
    with pytest.raises(InputError, match=r"another corridor: .*and this is 99\.0") as refused:
        compute_run(LocalPlace(folder), baseline)
    assert "another panel: population" in str(refused.value)


def test_a_folder_of_something_else_is_refused_and_left_alone(baseline, tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(InputError, match="holds other files, and no run"):
        compute_run(LocalPlace(tmp_path), baseline)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_writers_are_refused(baseline, runs, tmp_path, monkeypatch):
    with claimed(tmp_path / "run"), monkeypatch.context() as patch:
        patch.setattr("corridor.data.files._claims", {})
        with pytest.raises(InputError, match="another run is writing into this folder"):
            compute_run(LocalPlace(tmp_path / "run"), baseline, runs=runs)
        assert not (tmp_path / "run").exists()


def test_a_run_that_does_not_fit_is_refused_before_it_starts(baseline, runs, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"more than 0\.10 GB of memory.*--memory"):
        compute_run(LocalPlace(tmp_path / "run"), baseline, runs=runs, force=Workforce(most_memory=1e8))
    usage = type("Usage", (), {"free": 10**6})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(InputError, match=r"GB more on disk, and 0\.00 GB are free"):
        compute_run(LocalPlace(tmp_path / "run"), baseline, runs=runs)


def test_the_plan_states_the_bytes_that_are_written(finished, baseline, runs):
    written = sum(finished.place.sizes().values())
    assert written <= plan_run(baseline, runs).disk <= 1.6 * written


def test_runs_are_listed_with_their_state(folder, baseline, runs, tmp_path):
    other = tmp_path / "stopped"

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute_run(LocalPlace(other), baseline, runs=runs, force=Workforce(1), progress=stop)
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / RUN).write_text("{}")
    states = {Path(run.folder).name: run.state for run in list_runs(tmp_path)}
    assert states["run"] == "finished"
    assert states["stopped"] in {"1 of 3 batches", "2 of 3 batches"}
    assert "carries no seal" in states["broken"]
    assert unfinished_runs(tmp_path) == [str(other)]
    resumed = compute_run(LocalPlace(other), open_run(other).question)
    assert resumed.digest == open_run(folder).digest
    assert (other / "scenario.toml").read_bytes() == (folder / "scenario.toml").read_bytes()


def test_a_run_is_deleted_and_nothing_else(folder):
    delete_run(folder)
    assert not folder.exists()
    with pytest.raises(InputError, match="no run here, and nothing was deleted"):
        delete_run(folder.parent)
    assert folder.parent.exists()


def test_a_citation_names_all_that_repeats_the_run(finished):
    text = citation(finished)
    for part in (finished.digest[:16], "8 draws of seed 1", "2025 to 2026", corridor.__version__, "World Population"):
        assert part in text
    assert citation(finished, "bibtex").startswith(f"@software{{corridor-{finished.digest[:16]},")


def test_a_run_without_draws_has_the_run_at_the_medians_alone(runs, tmp_path):
    stored = compute_run(LocalPlace(tmp_path / "run"), asked(draws=0), runs=runs)
    areas = pd.read_parquet(tmp_path / "run" / "areas.parquet")
    assert list(areas) == ["year", "area", "measure", "central"]
    assert check_run_files(stored) > 5
    with pytest.raises(InputError, match="has no draws"):
        corridor.open_run(tmp_path / "run").interval("births")


def test_manifests_are_json_that_anybody_reads(finished):
    facts = json.loads((finished.place.folder / RUN).read_text())
    assert facts["question"]["seed"] == 1
    assert facts["panel"]
    assert "title" in facts["scenario"]


def test_a_disk_that_is_full_loses_nothing_that_was_done(baseline, runs, tmp_path):
    place = LocalPlace(tmp_path / "run")
    whole = compute_run(LocalPlace(tmp_path / "whole"), baseline, runs=runs)
    kept = []

    def fill(done: int) -> None:  # no file may grow beyond a kilobyte after the first batch
        kept.append(done)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, former[1]))

    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(InputError, match=r"cannot be written \(File too large\).*--resume: what is done stays"):
            compute_run(place, baseline, runs=runs, force=Workforce(1), progress=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
        signal.signal(signal.SIGXFSZ, before)
    assert kept
    assert len(open_run(place.folder).draws().sums) == 1
    assert compute_run(place, baseline, runs=runs).digest == whole.digest


def test_clocks_that_jump_do_not_matter(finished, baseline, runs, tmp_path, monkeypatch):
    class Yesterday(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(1970, 1, 1, tzinfo=tz)

    monkeypatch.setattr(computing, "datetime", Yesterday)
    again = compute_run(LocalPlace(tmp_path / "run"), baseline, runs=runs)
    assert again.digest == finished.digest
    assert check_run_files(open_run(tmp_path / "run")) > 5
