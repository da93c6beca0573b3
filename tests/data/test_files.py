"""Files and folders appear whole or not at all: killed writers, two writers, files of the user, exotic places."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from corridor.data import files
from corridor.data.files import claimed, new_folder, whole_file, write_whole
from corridor.errors import InputError

KILLED = """
import os, sys
from pathlib import Path
from corridor.data import files
place = Path(sys.argv[1])
if sys.argv[2] == "file":
    with files.whole_file(place) as stream:
        stream.write(b"half")
        os._exit(9)
if sys.argv[2] == "aside":
    files._exchange = lambda *_: False
    renamed = Path.rename
    def rename(self, target):
        if self.name == "new":
            os._exit(9)
        return renamed(self, target)
    Path.rename = rename
with files.new_folder(place) as fresh:
    (fresh / "half").write_text("half")
    if sys.argv[2] == "folder":
        os._exit(9)
"""


def kill(place: Path, where: str) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, str(place), where], check=False).returncode == 9


def fill(place: Path, **texts: str) -> None:
    with new_folder(place) as fresh:
        for name, text in texts.items():
            (fresh / name).write_text(text)


def held(place: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in place.iterdir() if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_next_writer_sweeps_what_a_killed_one_left(tmp_path):
    fill(tmp_path / "report", a="1")
    kill(tmp_path / "report", "folder")
    kill(tmp_path / "report.csv", "file")
    assert len(names(tmp_path)) == 3
    assert held(tmp_path / "report") == {"a": "1"}
    fill(tmp_path / "other", b="2")
    write_whole(tmp_path / "report.csv", b"3")
    assert names(tmp_path) == ["other", "report", "report.csv"]


def test_a_folder_that_was_moved_aside_comes_back(tmp_path):
    fill(tmp_path / "report", a="1")
    kill(tmp_path / "report", "aside")
    assert not (tmp_path / "report").exists()
    fill(tmp_path / "other", b="2")
    assert held(tmp_path / "report") == {"a": "1"}
    assert names(tmp_path) == ["other", "report"]


def test_folders_are_swapped_where_the_system_cannot_exchange_them(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    fill(tmp_path / "report", a="1")
    fill(tmp_path / "report", b="2")
    assert held(tmp_path / "report") == {"b": "2"}
    assert names(tmp_path) == ["report"]


def test_two_writers_to_one_folder_are_refused_and_two_folders_are_not(tmp_path):
    refused = list[str]()

    def write() -> None:
        fill(tmp_path / "other", b="2")
        try:
            fill(tmp_path / "link", c="3")
        except InputError as error:
            refused.append(str(error))

    (tmp_path / "link").symlink_to(tmp_path / "report")
    with claimed(tmp_path / "report"):
        other = threading.Thread(target=write)
        other.start()
        other.join()
        fill(tmp_path / "report", a="1")
    assert len(refused) == 1
    assert "another run is writing into this folder. Wait until it has ended" in refused[0]
    assert names(tmp_path) == ["link", "other", "report"]
    assert held(tmp_path / "report") == {"a": "1"}


def test_what_may_not_go_stays(tmp_path):
    fill(tmp_path / "report", ours="1", mine="2")
    (tmp_path / "report" / "deep").mkdir()
    (tmp_path / "report" / "deep" / "mine").write_text("3")
    (tmp_path / "report" / "link").symlink_to("nowhere")
    with new_folder(tmp_path / "report", {"ours"}.__contains__) as fresh:
        (fresh / "new").write_text("4")
    assert held(tmp_path / "report") == {"mine": "2", "new": "4"}
    assert (tmp_path / "report" / "deep" / "mine").read_text() == "3"
    assert (tmp_path / "report" / "link").is_symlink()


def test_the_folder_one_is_in_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    for place in (tmp_path / "inner", tmp_path, Path("/")):
        with pytest.raises(InputError, match="Name a folder inside it"):
            fill(place, a="1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "inner"))
    with pytest.raises(InputError, match="your home"):
        fill(tmp_path / "inner", a="1")


def test_folders_above_that_were_made_in_vain_go_again(tmp_path):
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "a" / "b" / "c"):
        raise ZeroDivisionError
    assert names(tmp_path) == []
    fill(tmp_path / "a" / "b" / "c", d="1")
    assert held(tmp_path / "a" / "b" / "c") == {"d": "1"}


@pytest.mark.parametrize("name", ["n" * 255, "ж" * 127, os.fsdecode(b"caf\xe9"), "a\nb", " ", "-o", "$(id)"])
def test_any_name_that_the_system_allows_will_do(tmp_path, name):
    fill(tmp_path / name, a="1")
    fill(tmp_path / name, b="2")
    assert held(tmp_path / name) == {"b": "2"}
    with whole_file(tmp_path / name / name) as stream:
        stream.write(b"3")
    assert names(tmp_path) == [name]
    assert names(tmp_path / name) == sorted(["b", name])
