"""Contents in the cache folder: found again, and never taken for whole when they are not."""

from __future__ import annotations

from corridor.server.keeping import Keeping, digest_of
from corridor.server.limits import MOST_CACHED


def test_contents_are_found_again(tmp_path):
    keeping = Keeping(tmp_path)
    assert keeping.find("a") is None
    keeping.keep("a", b"contents")
    assert keeping.find("a") == b"contents"
    assert keeping.find("b") is None


def test_changed_contents_are_none(tmp_path):
    keeping = Keeping(tmp_path)
    keeping.keep("a", b"contents")
    (tmp_path / "a.bin").write_bytes(b"contentz")
    assert keeping.find("a") is None
    keeping.keep("b", b"contents")
    (tmp_path / "b.json").rename(tmp_path / "a.json")
    (tmp_path / "b.bin").rename(tmp_path / "a.bin")
    assert keeping.find("a") is None


def test_few_are_kept(tmp_path):
    keeping = Keeping(tmp_path)
    for number in range(MOST_CACHED + 3):
        keeping.keep(f"{number}", b"contents")
    assert len(list(tmp_path.glob("*.bin"))) == MOST_CACHED


def test_a_folder_that_cannot_be_made_is_no_fault(tmp_path):
    (tmp_path / "file").write_text("")
    Keeping(tmp_path / "file").keep("a", b"contents")


def test_the_digest_depends_on_what_is_asked_and_on_the_run(tmp_path):
    run = tmp_path / "finished.json"
    run.write_text("1")
    first = digest_of(["a"], [run])
    assert first == digest_of(["a"], [run]) != digest_of(["b"], [run])
    run.write_text("2")
    assert digest_of(["a"], [run]) != first
