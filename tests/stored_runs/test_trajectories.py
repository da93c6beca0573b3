"""Stored trajectories: other readers find them, and a chunk that is missing or another is an error, never zeros."""

from __future__ import annotations

import math
import shutil
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
import zarr

import corridor
from corridor.errors import InputError
from corridor.projection.ensemble import Totals, run_ensemble
from corridor.seals import sealed_facts, unsealed
from corridor.stored_runs.places import LocalPlace
from corridor.stored_runs.tasks import keep_batches
from corridor.stored_runs.trajectories import ARRAYS, BY_AGE, DRAWS, DRAWS_FORM, open_store, reopen_store
from tests.projection.test_ensemble import _draw, _world

if TYPE_CHECKING:
    from corridor.projection.trajectory import Paths

WORLD = _world(10, mode="net")
DRAW = _draw(WORLD)
ENDS = (np.array([0, 1]), np.array([1, 2]))
BIRTHS = f"{ARRAYS}/births/c"


def opened(folder, trajectories=7, world=WORLD, draw=DRAW):
    return open_store(LocalPlace(folder), world, draw, trajectories, batch=3, corridors=ENDS)


def run_into(folder, trajectories=7):
    keep_batches(opened(folder, trajectories), WORLD, DRAW, corridors=ENDS)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = run_into(tmp_path_factory.mktemp("stored") / "run")
    return folder, run_ensemble(WORLD, DRAW, 7, batch=3, corridors=ENDS)


@pytest.fixture
def folder(run, tmp_path):
    return shutil.copytree(run[0], tmp_path / "run")


def read_all(folder):
    store = opened(folder)
    return {field.name: store.measure(field.name) for field in fields(Totals)}, list(store.by_age())


def test_zarr_reads_what_was_written(run):
    folder, totals = run
    arrays = zarr.open_group(folder / ARRAYS, mode="r")
    found, groups = read_all(folder)
    for field in fields(Totals):
        np.testing.assert_array_equal(np.asarray(arrays[field.name]), getattr(totals, field.name))
        np.testing.assert_array_equal(found[field.name], getattr(totals, field.name))
    np.testing.assert_array_equal(np.asarray(arrays[BY_AGE]), np.concatenate(groups, axis=1))
    assert arrays.attrs["corridors"] == [f"{a}-{b}" for a, b in (("ABW", "AFG"), ("AFG", "AGO"))]
    again = reopen_store(LocalPlace(folder))
    np.testing.assert_array_equal(again.measure("births"), totals.births)


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
    with pytest.raises(InputError, match=rf"births/c/\d/0/0.*{said}.*Delete .*batches/\d\.json and go on with"):
        read_all(folder)
    for number in (0, 1):
        (folder / f"batches/{number}.json").unlink()
    with pytest.raises(InputError, match=r"2 of 3 batches are not whole.*Go on with it"):
        read_all(folder)
    assert [len(numbers) for numbers in opened(folder).missing] == [3, 3]
    again = run_ensemble(WORLD, DRAW, 7, batch=3, corridors=ENDS)
    np.testing.assert_array_equal(read_all(run_into(folder))[0]["births"], again.births)


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


@pytest.mark.parametrize("name", [DRAWS, f"{ARRAYS}/zarr.json", f"{ARRAYS}/births/zarr.json"])
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
    facts = unsealed(folder / DRAWS, DRAWS_FORM, "")
    (folder / DRAWS).write_bytes(sealed_facts("corridor draws 0", facts))
    with pytest.raises(InputError, match="'corridor draws 0', and this version reads"):
        opened(folder)


def test_a_run_without_corridors_and_ages_has_no_chunks_of_them(tmp_path):
    store = open_store(LocalPlace(tmp_path / "run"), WORLD, DRAW, 2, ages=False)
    keep_batches(store, WORLD, DRAW)
    assert math.prod(store.measure("moves").shape) == 0
    assert not store.by_ages


def test_what_is_done_is_not_computed_again_and_the_rest_is_the_same(run, tmp_path):
    told, asked = [], []

    def stop(done: int) -> None:
        told.append(done)
        if sum(told) >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_batches(opened(tmp_path / "run"), WORLD, DRAW, corridors=ENDS, workers=1, progress=stop)
    left = opened(tmp_path / "run").missing
    assert len(left) < 3

    def counted(numbers: range) -> Paths:
        asked.append(numbers)
        return DRAW(numbers)

    store = opened(tmp_path / "run", draw=counted)
    asked.clear()
    told.clear()
    keep_batches(store, WORLD, counted, corridors=ENDS, progress=told.append)
    assert asked == left
    assert sum(told) == sum(map(len, left))
    for name, values in read_all(tmp_path / "run")[0].items():
        np.testing.assert_array_equal(values, getattr(run[1], name))


def test_quantiles_by_age_are_those_of_the_stored_trajectories(run):
    store = opened(run[0])
    groups = np.concatenate(list(store.by_age()), axis=1)
    np.testing.assert_allclose(groups.sum(axis=(3, 4)), run[1].population, rtol=1e-6)
    np.testing.assert_allclose(store.age_quantiles((0.1, 0.5)), np.quantile(groups, (0.1, 0.5), axis=0), rtol=1e-6)


def test_a_folder_of_something_else_is_refused(run, tmp_path):
    with pytest.raises(InputError, match="Choose another folder"):
        opened(run[0], draw=_draw(WORLD, 0.5))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(InputError, match="Choose another folder"):
        opened(tmp_path / "notes")
    assert (tmp_path / "notes" / "mine.txt").read_text(encoding="utf-8") == "kept"
