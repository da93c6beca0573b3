"""Stored trajectories: other readers find them, and a chunk that is missing or another is an error, never zeros."""

from __future__ import annotations

import math
import shutil
from dataclasses import fields

import numpy as np
import pytest
import zarr

import corridor
from corridor.errors import InputError
from corridor.projection.ensemble import Totals, run_ensemble
from corridor.projection.trajectory_store import ARRAYS, BY_AGE, RUN, RUN_FORM, open_store
from corridor.seals import sealed_facts, unsealed
from tests.projection.test_ensemble import _draw, _world

WORLD = _world(10, mode="net")
DRAW = _draw(WORLD)
ENDS = (np.array([0, 1]), np.array([1, 2]))
BIRTHS = f"{ARRAYS}/births/c"


def opened(folder, trajectories=7):
    return open_store(folder, WORLD, DRAW, trajectories, batch=3, corridors=ENDS)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored") / "run"
    return folder, run_ensemble(WORLD, DRAW, 7, batch=3, corridors=ENDS, store=opened(folder))


@pytest.fixture
def folder(run, tmp_path):
    return shutil.copytree(run[0], tmp_path / "run")


def read_all(folder):
    store = opened(folder)
    groups = list(store.by_age())
    return [store.read(range(3 * number, min(3 * number + 3, 7))) for number in store.batches], groups


def test_zarr_reads_what_was_written(run):
    folder, totals = run
    arrays = zarr.open_group(folder / ARRAYS, mode="r")
    for field in fields(Totals):
        np.testing.assert_array_equal(np.asarray(arrays[field.name]), getattr(totals, field.name))
    parts, groups = read_all(folder)
    np.testing.assert_array_equal(np.asarray(arrays[BY_AGE]), np.concatenate(groups, axis=1))
    np.testing.assert_array_equal(np.concatenate([part.births for part in parts]), totals.births)
    assert arrays.attrs["corridors"] == [f"{a}-{b}" for a, b in (("ABW", "AFG"), ("AFG", "AGO"))]


def lose(folder):
    (folder / BIRTHS / "1/0/0").unlink()


def cut(folder):
    (folder / BIRTHS / "1/0/0").write_bytes((folder / BIRTHS / "1/0/0").read_bytes()[:-4])


def make_zeros(folder):
    size = (folder / BIRTHS / "1/0/0").stat().st_size
    (folder / BIRTHS / "1/0/0").write_bytes(bytes(size))


def swap(folder):
    one, other = (folder / BIRTHS / f"{number}/0/0" for number in (0, 1))
    one.rename(other.with_name("x"))
    other.rename(one)
    other.with_name("x").rename(other)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lose, "the chunk is missing"),
        (cut, "bytes instead of"),
        (make_zeros, "not the one that was stored"),
        (swap, "not the one that was stored"),
    ],
)
def test_a_chunk_that_is_not_the_stored_one_is_an_error_with_a_remedy_that_works(folder, damage, said):
    damage(folder)
    with pytest.raises(InputError, match=rf"births/c/\d/0/0.*{said}.*Delete .*batches/\d\.json and run again"):
        read_all(folder)
    for number in (0, 1):
        (folder / f"batches/{number}.json").unlink()
    with pytest.raises(InputError, match=r"2 of 3 batches are not whole.*Run again into the same folder"):
        read_all(folder)
    with pytest.raises(InputError, match="no seal names this file"):
        opened(folder).read(range(3))
    again = run_ensemble(WORLD, DRAW, 7, batch=3, corridors=ENDS, store=opened(folder))
    np.testing.assert_array_equal(np.concatenate([part.births for part in read_all(folder)[0]]), again.births)


@pytest.mark.parametrize("name", [f"{BIRTHS}/3/0/0", f"{ARRAYS}/{BY_AGE}/c/0/99", "batches/9.json", "notes.txt"])
def test_a_file_too_many_is_named(folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("more")
    with pytest.raises(InputError, match=f"{name}.*does not belong to this run"):
        opened(folder)


def test_seals_of_other_batches_and_runs_are_refused(folder, tmp_path):
    other = run_into(tmp_path / "other", 6)
    for source in (folder / "batches/1.json", other / "batches/0.json"):
        shutil.copyfile(source, folder / "batches/0.json")
        with pytest.raises(InputError, match="seals another batch, or that of another run"):
            opened(folder)


def run_into(folder, trajectories):
    run_ensemble(WORLD, DRAW, trajectories, batch=3, corridors=ENDS, store=opened(folder, trajectories))
    return folder


@pytest.mark.parametrize("name", [RUN, f"{ARRAYS}/zarr.json", f"{ARRAYS}/births/zarr.json"])
def test_descriptions_that_were_edited_or_deleted_are_found(folder, name):
    text = (folder / name).read_text()
    (folder / name).write_text(text + " ")
    with pytest.raises(InputError, match=f"{name}.*Choose another folder"):
        opened(folder)
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"{name}.*missing"):
        opened(folder)


def test_stores_of_other_inputs_and_versions_are_refused_by_name(folder, monkeypatch):
    with pytest.raises(InputError, match="trajectories is 7, not 8"):
        opened(folder, 8)
    with monkeypatch.context() as patch:
        patch.setattr(corridor, "__version__", "99.0")
        with pytest.raises(InputError, match=r"another run: corridor is '.*', not '99\.0'.*Choose another folder"):
            opened(folder)
    facts = unsealed(folder / RUN, RUN_FORM, "")
    (folder / RUN).write_bytes(sealed_facts("corridor trajectories 0", facts))
    with pytest.raises(InputError, match="'corridor trajectories 0', and this version reads"):
        opened(folder)


def test_a_run_without_corridors_has_no_chunks_of_moves(tmp_path):
    totals = run_ensemble(WORLD, DRAW, 2, store=open_store(tmp_path / "run", WORLD, DRAW, 2))
    store = open_store(tmp_path / "run", WORLD, DRAW, 2)
    assert store.read(range(2)).moves.shape == totals.moves.shape
    assert math.prod(totals.moves.shape) == 0
