"""Writing files and folders whole or not at all, whatever ends the process.

What is being written stands under a hidden name beside its place, and takes the place in one step when all of it is on
disk. A lock on the hidden name tells a writer that is at work from one that was killed: what a killed one left behind
is removed, or put back, by the next writer in the same place.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from errno import EINVAL, ENOSYS, ENOTSUP, EXDEV
from pathlib import Path
from threading import get_ident
from time import sleep
from typing import TYPE_CHECKING

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

PART, WORK = ".corridor-part", ".corridor-work"
"""Ends of the hidden names of files and folders that are being written."""
LOCK, NEW, OLD = "lock", "new", "old"
"""In a hidden folder: whose lock is its writer's and whose text is the name of the place; what will stand there; what
stood there, where the system cannot exchange two folders in one step."""
LONGEST_NAME = 180
"""Bytes of a name that its hidden name repeats, of the 255 that a file system allows."""
TRIES, PAUSE = 10, 0.05
"""How often a lock is tried, and the seconds between: who sweeps holds it for a moment."""
AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Of Linux: paths count from the current folder; both paths exchange what they name."""

_claims: dict[tuple[Path, int], Path] = {}
"""Place and thread -> hidden folder, of all places that this process writes to."""
_works: dict[Path, Path | None] = {}
"""Hidden folder -> the place beside it that it is for, of all whose lock this process has."""
_parts: set[Path] = set()
"""Hidden files that this process is writing."""


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to a hidden name beside `path`, force it to disk, and put it in place in one step."""
    with whole_file(path) as stream:
        stream.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file of a hidden name beside `path`; it takes its place when the block ends well, else it vanishes."""
    prefix = _hidden(path.name, ".")
    _sweep_parts(path.parent, prefix)
    handle, temporary = _new_part(path.parent, prefix)
    guard = os.dup(handle)  # keeps the lock until the file stands in its place
    _parts.add(temporary)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        os.close(guard)
        temporary.unlink(missing_ok=True)
        _parts.discard(temporary)


@contextmanager
def new_folder(path: Path, replaced: Callable[[str], bool] = lambda _: True) -> Iterator[Path]:
    """Yield an empty folder beside `path`; it takes the place of `path` when the block ends well, else it vanishes.

    Parameters
    ----------
    replaced : tells of a name in the folder that stood there whether it may go; others stay, unless the new folder has
        something of the name

    Raises
    ------
    InputError : `path` is not a folder, cannot be replaced, or is being written to by somebody else
    """
    with claimed(path) as workplace:
        place, fresh = _real(path), workplace / NEW
        fresh.mkdir()
        yield fresh
        if place.exists():
            _keep(place, fresh, replaced)
            shutil.copystat(place, fresh)
        _to_disk(fresh)
        _swap(fresh, place, workplace / OLD)
        _to_disk(place.parent)


@contextmanager
def claimed(path: Path) -> Iterator[Path]:
    """Keep other writers away from a folder during the block; yield a hidden folder beside it, gone afterwards.

    What killed writers left beside the folder is removed first. A thread may claim a folder again that it holds.

    Raises
    ------
    InputError : as `new_folder`
    """
    place = _real(path)
    mine = place, get_ident()
    if mine in _claims:
        yield _claims[mine]
        return
    if problems := [*replacing_problems(path)]:
        raise InputError(problems)
    parents = _make_parents(place.parent)
    try:
        with _locked(place.parent / _hidden(place.name, WORK), place.name) as workplace:
            if workplace is None:
                fault = "another run is writing into this folder"
                raise InputError(Problem(fault, "Wait until it has ended, or name another folder with -o", str(path)))
            _sweep_work(place.parent)
            _claims[mine] = workplace
            try:
                yield workplace
            finally:
                del _claims[mine]
    finally:
        for parent in parents:
            with suppress(OSError):
                parent.rmdir()


def is_locked(path: Path) -> bool:
    """Tell whether another process is writing into a folder."""
    place = _real(path)
    work = place.parent / _hidden(place.name, WORK)
    if not (work / LOCK).exists():
        return False
    with suppress(OSError), (work / LOCK).open("rb") as stream:
        return not _lock(stream.fileno())
    return False


def replacing_problems(path: Path) -> Iterator[Problem]:
    """Say why results in one step cannot take the place of a folder."""
    place, remedy = _real(path), "Name a folder inside it with -o"
    one_step = "the results replace a folder in one step"
    nearest = next(above for above in (place, *place.parents) if above.exists())
    if not nearest.is_dir():
        fault = "the results go into a folder, but this is a file"
        yield Problem(fault, "Name another folder with -o", str(path if nearest == place else nearest))
    elif os.path.ismount(place):
        yield Problem(f"{one_step}, and a mounted folder cannot be replaced", remedy, str(path))
    elif place.exists():
        home = os.environ.get("HOME")
        for words, folder in (("the folder you are in", Path.cwd()), ("your home", Path(home) if home else None)):
            if folder is not None and _real(folder).is_relative_to(place):
                yield Problem(f"{one_step}, and this one holds {words}", remedy, str(path))


def discard_unfinished() -> None:
    """Remove all that this process is writing, and put back what it had moved away: it is about to end at once."""
    for work, place in list(_works.items()):
        with suppress(OSError):
            _remove(work, place)
    for part in list(_parts):
        with suppress(OSError):
            part.unlink()


def _real(path: Path) -> Path:
    """Return where a path leads; a link to a folder stays one when the folder is replaced."""
    return Path(os.path.realpath(path))


def _hidden(name: str, end: str) -> str:
    """Return the hidden name of what will have a name, in bytes that a file system allows."""
    written = os.fsencode(name)
    if len(written) > LONGEST_NAME:
        digest = hashlib.sha256(written).hexdigest()[:16]
        name = f"{os.fsdecode(written[: LONGEST_NAME - 20])}-{digest}"
    return f".{name}{end}"


def _make_parents(folder: Path) -> list[Path]:
    """Make a folder with those above it; return those that were not there, the deepest first."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _lock(handle: int) -> bool:
    """Take the lock of an open file, or tell that another process has it; it falls when the process ends."""
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415 - there is none on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: nothing can be told, and nobody is refused
        return True
    return True


def _new_part(folder: Path, prefix: str) -> tuple[int, Path]:
    """Make a hidden file and lock it; one that was swept before it was locked is made again."""
    while True:
        handle, name = tempfile.mkstemp(dir=folder, prefix=prefix, suffix=PART)
        if _lock(handle) and Path(name).exists():
            return handle, Path(name)
        os.close(handle)


def _sweep_parts(folder: Path, prefix: str) -> None:
    """Remove the hidden files of killed writers of one file."""
    for part in [entry for entry in _entries(folder) if entry.name.startswith(prefix) and entry.name.endswith(PART)]:
        with suppress(OSError), part.open("rb") as stream:
            if _lock(stream.fileno()):
                part.unlink()


def _sweep_work(folder: Path) -> None:
    """Remove the hidden folders of killed writers into a folder, and put back what they had moved away."""
    for work in [entry for entry in _entries(folder) if entry.name.endswith(WORK) and entry not in _works]:
        with suppress(OSError), _locked(work):
            pass


def _entries(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith(".")]


@contextmanager
def _locked(work: Path, name: str | None = None) -> Iterator[Path | None]:
    """Make a hidden folder, or take over that of a killed writer, and remove it afterwards; None if one is at work.

    Parameters
    ----------
    name : of the place beside it that will be written; None where it is only swept
    """
    handle = _lock_folder(work, tries=1 if name is None else TRIES)
    if handle is None:
        yield None
        return
    place = None if name is None else work.parent / name
    _works[work] = place
    try:
        former = os.fsdecode(os.pread(handle, 4096, 0))
        _clear(work, work.parent / former if former else None)
        if name is not None:
            os.truncate(handle, 0)
            os.pwrite(handle, os.fsencode(name), 0)
        yield work
    finally:
        _remove(work, place)
        os.close(handle)
        del _works[work]


def _remove(work: Path, place: Path | None) -> None:
    """Remove a hidden folder whose lock this process has."""
    _clear(work, place)
    (work / LOCK).unlink(missing_ok=True)
    with suppress(OSError):  # somebody may have claimed it since
        work.rmdir()


def _lock_folder(work: Path, tries: int) -> int | None:
    """Return the open lock of a hidden folder, made if need be; None if another process has it at every try."""
    while tries > 0:
        work.mkdir(exist_ok=True)
        try:
            handle = os.open(work / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        except FileNotFoundError:
            continue  # its writer has just removed the folder
        if not _lock(handle):
            os.close(handle)
            tries -= 1
            sleep(PAUSE * (tries > 0))
            continue
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), (work / LOCK).stat()):
                return handle
        os.close(handle)
    return None


def _clear(work: Path, place: Path | None) -> None:
    """Empty a hidden folder but for its lock; what had been moved away from a place goes back if nothing is there."""
    if place is not None and (work / OLD).exists() and not place.exists():
        (work / OLD).rename(place)
    for name in (NEW, OLD):
        shutil.rmtree(work / name, ignore_errors=True)


def _keep(place: Path, fresh: Path, replaced: Callable[[str], bool]) -> None:
    """Link into a new folder what is to stay of the one that it replaces, so that nothing is lost at any moment."""
    for entry in place.iterdir():
        if replaced(entry.name) or (fresh / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, fresh / entry.name, symlinks=True, copy_function=_link)
        else:
            _link(str(entry), str(fresh / entry.name))


def _link(source: str, target: str) -> None:
    """Give a file a second name, or copy it where the file system has no second names."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno == EXDEV:  # another disk is mounted there, and what replaces a folder must not empty it
            raise
        shutil.copy2(source, target, follow_symlinks=False)


def _swap(fresh: Path, place: Path, old: Path) -> None:
    """Put `fresh` at `place`; a folder that stood there goes to `fresh`, or to `old` and comes back if that fails."""
    if place.exists() and _exchange(fresh, place):
        return
    if place.exists():
        place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise


def _exchange(one: Path, two: Path) -> bool:
    """Exchange two folders in one step, or tell that the system cannot."""
    import ctypes  # noqa: PLC0415 - only who replaces a folder waits for it

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    if rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(two), RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in {ENOSYS, EINVAL, ENOTSUP}:
        return False
    raise OSError(number, os.strerror(number), str(two))


def _to_disk(folder: Path) -> None:
    """Force the names in a folder to disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
