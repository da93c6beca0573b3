"""Folders under one manifest: what is lost or added is named, all of it at once."""

from __future__ import annotations

import pytest

from corridor.data.sealed_folder import open_sealed, write_sealed
from corridor.errors import InputError

FILES = {"a.csv": b"one", "b.csv": b"two"}


@pytest.fixture
def place(tmp_path):
    write_sealed(tmp_path / "kept", "made.json", "corridor test 1", {"rows": 2}, FILES)
    return tmp_path / "kept"


def opened(place):
    return open_sealed(place, "made.json", "corridor test 1", "Run again")


def test_what_was_written_is_read(place):
    (place / ".DS_Store").write_bytes(b"of the system")
    folder = opened(place)
    assert folder.facts == {"rows": 2}
    assert {name: folder.read(name) for name in folder.sums} == FILES


def test_lost_and_added_files_are_named_together(place):
    (place / "a.csv").rename(place / "c.csv")
    with pytest.raises(InputError) as report:
        opened(place)
    assert [problem.file for problem in report.value.problems] == [str(place / name) for name in ("a.csv", "c.csv")]


def test_swapped_files_are_found(place):
    (place / "a.csv").write_bytes(FILES["b.csv"])
    with pytest.raises(InputError, match=r"a\.csv: the file is not the one that was stored.*Run again"):
        opened(place).read("a.csv")


def test_a_file_that_the_manifest_does_not_name_is_not_read(place):
    folder = opened(place)
    (place / "c.csv").write_bytes(b"one")
    with pytest.raises(InputError, match="no seal names this file"):
        folder.read("c.csv")
