"""A Dask cluster of processes computes what threads compute, to the bit, whatever dies meanwhile."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest

from corridor.errors import InputError
from corridor.stored_runs import cluster as module
from corridor.stored_runs import computing
from corridor.stored_runs.computing import Workforce, compute_run
from corridor.stored_runs.places import LocalPlace
from corridor.stored_runs.question import check_run, inputs_now

distributed = pytest.importorskip("distributed", reason="Dask is not installed: the extra cluster has it")

QUESTION = replace(
    check_run(
        "baseline",
        (),
        last=2026,
        anchor="un",
        base="2020-2024",
        draws=20,
        seed=1,
        corridors=["UZB-KAZ"],
        ages=True,
    ),
    draws=12,
    batch=1,
)


@pytest.fixture(scope="module")
def runs():
    return QUESTION.runs()


@pytest.fixture(scope="module")
def pooled(runs, tmp_path_factory):
    """Return the digest of the run on threads."""
    digests = {
        compute_run(LocalPlace(tmp_path_factory.mktemp("pool") / "run"), QUESTION, force=Workforce(n), runs=runs).digest
        for n in (1, 2)
    }
    assert len(digests) == 1
    return digests.pop()


@pytest.fixture(scope="module")
def crew(tmp_path_factory):
    """Start two workers of one thread, processes that TCP reaches, and return their cluster."""
    folder = tmp_path_factory.mktemp("dask")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit="2GB",
        local_directory=str(folder),
    ) as cluster:
        yield cluster


def dasked(folder, runs, address, **options):
    return compute_run(LocalPlace(folder), QUESTION, force=Workforce(cluster=address), runs=runs, **options)


def test_bits_are_those_of_threads_and_the_memory_of_workers_is_said_before(tmp_path, runs, pooled, crew):
    said: list[str] = []
    counted: list[int] = []
    run = dasked(
        tmp_path / "run",
        runs,
        crew.scheduler_address,
        tell=lambda plan: said.append(str(plan)),
        progress=counted.append,
    )
    assert run.digest == pooled
    assert counted == [1] * 12
    assert "2 workers of the cluster with 2 threads: at most 0." in said[1]
    assert run.finished["times"]["threads"] == 2


def test_a_worker_that_is_killed_costs_its_tasks_only(tmp_path, runs, pooled, crew):
    counted: list[int] = []

    def kill_one(done):
        if not counted:
            os.kill(next(iter(crew.workers.values())).process.pid, signal.SIGKILL)
        counted.append(done)

    assert dasked(tmp_path / "run", runs, crew.scheduler_address, progress=kill_one).digest == pooled
    assert counted == [1] * 12


def test_workers_with_other_tables_are_refused(tmp_path, runs, crew, monkeypatch):
    other = {**inputs_now(), "panel": {}}
    monkeypatch.setattr(module, "inputs_now", lambda: other)
    with pytest.raises(InputError, match=r"tcp://.*the worker has another panel\. Install the same"):
        dasked(tmp_path / "run", runs, crew.scheduler_address)


def test_workers_without_the_memory_are_refused_by_name(tmp_path, runs, crew, monkeypatch):
    monkeypatch.setattr(computing, "worker_memory", lambda *_: 3e9)
    with pytest.raises(InputError, match=r"(?s)tcp://.*needs 3.00 GB of memory.*take 2.00 GB.*\n.*tcp://"):
        dasked(tmp_path / "run", runs, crew.scheduler_address)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("none.json", "no such scheduler file. Write tcp://HOST:PORT"),
        ("tcp://127.0.0.1:1", "cannot be reached or was lost"),
    ],
)
def test_a_cluster_that_is_not_there_is_an_error(tmp_path, runs, monkeypatch, word, said):
    monkeypatch.setattr(module, "PATIENCE", 1)
    with pytest.raises(InputError, match=said):
        dasked(tmp_path / "run", runs, word)


def test_after_the_scheduler_is_lost_the_run_goes_on_where_it_was(tmp_path, runs, pooled, crew, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1)
    counted: list[int] = []

    def lose(done):
        counted.append(done)
        if len(counted) == 3:
            crew.close()

    with pytest.raises(InputError, match=r"the cluster .*was lost .* go on with corridor run --resume"):
        dasked(tmp_path / "run", runs, crew.scheduler_address, progress=lose)
    again: list[int] = []
    run = compute_run(LocalPlace(tmp_path / "run"), QUESTION, runs=runs, progress=again.append)
    assert (run.digest, again) == (pooled, [len(counted), *[1] * (12 - len(counted))])
