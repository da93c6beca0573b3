"""Runs in an object store: written, stopped, carried on, checked, listed and deleted like those in a folder."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from corridor.cli import main
from corridor.errors import InputError
from corridor.stored_runs.computing import Workforce, compute_run
from corridor.stored_runs.listing import list_runs, unfinished_runs
from corridor.stored_runs.places import LocalPlace, inside, place_of
from corridor.stored_runs.question import check_run
from corridor.stored_runs.run_folder import FINISHED, RUN, check_run_files, delete_run, open_run

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed: the extra cluster has it")
memory = pytest.importorskip("fsspec.implementations.memory")

WORDS = {"last": 2026, "anchor": "un", "base": "2020-2024", "draws": 20, "seed": 1, "ages": False}
QUESTION = replace(check_run("baseline", (), corridors=["UZB-KAZ"], **WORDS), draws=6, batch=2)  # type: ignore[arg-type]  # a table of words
RUNS, ADDRESS = "memory://bucket/runs", "memory://bucket/runs/one"


@pytest.fixture(scope="module")
def runs():
    return QUESTION.runs()


@pytest.fixture(scope="module")
def local(tmp_path_factory, runs):
    return compute_run(LocalPlace(tmp_path_factory.mktemp("runs") / "one"), QUESTION, runs=runs)


@pytest.fixture
def store(monkeypatch):
    """Return an empty store of this process."""
    monkeypatch.setattr(memory.MemoryFileSystem, "store", {})
    monkeypatch.setattr(memory.MemoryFileSystem, "pseudo_dirs", [""])
    return memory.MemoryFileSystem


def stop(_: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("store")
def test_a_run_in_a_store_is_stopped_and_carried_on_and_has_the_bytes_of_one_on_disk(runs, local):
    place = place_of(ADDRESS)
    with pytest.raises(KeyboardInterrupt):
        compute_run(place, QUESTION, runs=runs, force=Workforce(1), progress=stop)
    assert unfinished_runs(RUNS) == [ADDRESS]
    assert next(list_runs(RUNS)).state in {"1 of 3 batches", "2 of 3 batches"}
    with pytest.raises(
        InputError, match=r"one: the run is not finished. Go on with it: .*--resume memory://bucket/runs"
    ):
        check_run_files(open_run(ADDRESS))
    stored = compute_run(place, QUESTION, runs=runs)
    assert (stored.digest, place.sizes().keys()) == (local.digest, local.place.sizes().keys())
    assert check_run_files(open_run(ADDRESS)) == check_run_files(local)
    assert {**place.sizes(), FINISHED: 0} == {**local.place.sizes(), FINISHED: 0}


@pytest.mark.usefixtures("store")
def test_commands_take_addresses(runs):
    compute_run(place_of(ADDRESS), QUESTION, runs=runs)
    for words, said in (
        (["list", RUNS], "finished"),
        (["show", ADDRESS], "UZB-KAZ"),
        (["check", ADDRESS], "files are whole"),
        (["delete", ADDRESS, "--yes"], "is deleted"),
    ):
        done = CliRunner().invoke(main, ["runs", *words], catch_exceptions=False)
        assert (done.exit_code, said in done.output) == (0, True), done.output
    assert not place_of(ADDRESS).sizes()


@pytest.mark.usefixtures("store")
def test_what_is_missing_or_was_changed_in_a_store_is_named(runs):
    place = place_of(ADDRESS)
    compute_run(place, QUESTION, runs=runs)
    place.write("areas.parquet", b"changed")
    inside(place, "draws").write("notes.txt", b"more")
    fault = r"(?s)memory://bucket/runs/one/areas\.parquet.*draws/notes\.txt: the file does not belong"
    with pytest.raises(InputError, match=fault):
        check_run_files(open_run(ADDRESS))


@pytest.mark.usefixtures("store")
def test_places_that_hold_no_run_are_refused():
    for call, said in (
        (lambda: open_run(ADDRESS), "there is no run here"),
        (lambda: delete_run(ADDRESS), "nothing was deleted"),
        (lambda: list(list_runs(ADDRESS)), "no such folder of runs"),
        (lambda: place_of(ADDRESS).read(RUN, "Begin it"), "run.json: the file is missing. Begin it"),
        (lambda: place_of("nostore://bucket/run"), r"address cannot be used.*Write s3://BUCKET/PATH"),
    ):
        with pytest.raises(InputError, match=said):
            call()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "The specified bucket does not exist"), r"cannot be written \(The specified bucket"),
        (PermissionError(13, "Access Denied"), r"cannot be written \(Access Denied\)"),
        (RuntimeError("no credentials"), r"cannot be written \(RuntimeError: no credentials\)"),
    ],
)
def test_a_store_that_refuses_is_one_report(store, monkeypatch, runs, error, said):
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(store, "pipe_file", refuse)
    with pytest.raises(InputError, match=rf"memory://bucket/runs/one/run\.json.*{said}.*corridor run --resume"):
        compute_run(place_of(ADDRESS), QUESTION, runs=runs)


def test_a_store_that_does_not_answer_is_one_report(store, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(store, "exists", refuse)
    for call in (lambda: open_run(ADDRESS), lambda: list(list_runs(RUNS)), lambda: delete_run(ADDRESS)):
        with pytest.raises(InputError, match=r"the store does not answer \(no route\)\. Check the address"):
            call()


def test_an_address_of_a_file_is_a_folder_of_this_machine(tmp_path):
    assert place_of(f"file://{tmp_path}/run") == LocalPlace(tmp_path / "run")
