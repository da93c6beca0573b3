"""Writing files and folders whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to a temporary name beside `path`, force it to disk, and put it in place in one step."""
    with whole_file(path) as stream:
        stream.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file of a temporary name beside `path`; it takes its place when the block ends well, else it vanishes."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path`; it takes the place of `path` when the block ends well, else it vanishes.

    Raises
    ------
    InputError : `path` exists and is not a folder
    """
    if path.exists() and not path.is_dir():
        raise InputError(Problem("the results go into a folder, but this is a file", "Choose another place", str(path)))
    path.parent.mkdir(parents=True, exist_ok=True)
    workplace = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        fresh = workplace / "new"
        fresh.mkdir()
        yield fresh
        _swap(fresh, path, workplace / "old")
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _swap(fresh: Path, path: Path, old: Path) -> None:
    """Put `fresh` at `path`; a folder that stood there moves to `old`, and comes back if the swap fails."""
    if path.exists():
        path.rename(old)
    try:
        fresh.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
