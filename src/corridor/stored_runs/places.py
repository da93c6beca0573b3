"""Where the files of a run are: a folder of this machine, or of an object store that fsspec reaches (S3, GCS).

Every file is written whole or not at all: on disk by renaming, in an object store because objects appear whole.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from corridor.data.files import PART, WORK, write_whole
from corridor.errors import InputError, Problem, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ABSENT = "the file is missing"


class Place(Protocol):
    """A folder; names of files in it have / between their parts."""

    def read(self, name: str, remedy: str) -> bytes:
        """Return the content of a file; one that is missing or cannot be read raises `InputError` with the remedy."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all; `InputError` if the system refuses."""

    def sizes(self) -> Mapping[str, int]:
        """Return the names of all files with their bytes, without hidden ones; nothing if there is no such folder."""

    def holds(self, name: str) -> bool:
        """Tell whether there is a file of this name."""

    def folders(self) -> list[str] | None:
        """Return the names of the folders directly inside, in order; None if there is no such folder."""

    def delete(self) -> None:
        """Delete the folder and all that is in it."""

    def path(self, name: str) -> str:
        """Return where a file stands, for reports."""


@dataclass(frozen=True, slots=True)
class LocalPlace:
    """A folder of this machine."""

    folder: Path

    def read(self, name: str, remedy: str) -> bytes:
        """Return the content of a file."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            raise InputError(Problem(ABSENT, remedy, self.path(name))) from None
        except OSError as error:
            fault = f"the file cannot be read ({reason(error)})"
            raise InputError(Problem(fault, remedy, self.path(name))) from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file under another name, force it to disk, and rename it."""
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise InputError(_not_written(reason(error), str(path))) from error

    def sizes(self) -> Mapping[str, int]:
        """Return names and bytes of all files."""
        files = (path for path in self.folder.rglob("*") if path.is_file()) if self.folder.is_dir() else ()
        return {
            path.relative_to(self.folder).as_posix(): path.stat().st_size
            for path in files
            if not path.name.startswith(".") and not path.name.endswith((PART, WORK))
        }

    def holds(self, name: str) -> bool:
        """Tell whether there is a file."""
        return (self.folder / name).is_file()

    def folders(self) -> list[str] | None:
        """Return the names of the folders inside."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir()) if self.folder.is_dir() else None

    def delete(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder)

    def path(self, name: str) -> str:
        """Return the path of a file."""
        return str(self.folder / name)


@dataclass(frozen=True, slots=True)
class RemotePlace:
    """A folder of an object store.

    Attributes
    ----------
    files : file system of fsspec
    root : path of the folder in it
    address : as the user wrote it
    """

    files: Any
    root: str
    address: str

    def read(self, name: str, remedy: str) -> bytes:
        """Return the content of an object."""
        with _answered("the file cannot be read", remedy, self.path(name)):
            content: bytes = self.files.cat_file(f"{self.root}/{name}")
        return content

    def write(self, name: str, content: bytes) -> None:
        """Put an object."""
        try:
            self.files.pipe_file(f"{self.root}/{name}", content)
        except Exception as error:  # each store raises exceptions of its own
            raise InputError(_not_written(_said(error), self.path(name))) from error

    def sizes(self) -> Mapping[str, int]:
        """Return names and bytes of all objects."""
        with self._listed():
            found = self.files.find(self.root, detail=True) if self.files.exists(self.root) else {}
        start = len(self.root.rstrip("/")) + 1
        return {path[start:]: int(facts["size"]) for path, facts in found.items() if not path.endswith("/")}

    def holds(self, name: str) -> bool:
        """Tell whether there is an object."""
        with self._listed():
            return bool(self.files.exists(f"{self.root}/{name}"))

    def folders(self) -> list[str] | None:
        """Return the names that objects below share up to their next slash."""
        with self._listed():
            found = self.files.ls(self.root, detail=True) if self.files.exists(self.root) else None
        if found is None:
            return None
        return sorted(Path(facts["name"]).name for facts in found if facts["type"] == "directory")

    @contextmanager
    def _listed(self) -> Iterator[None]:
        """Ask the store, not what was heard from it before."""
        self.files.invalidate_cache()
        remedy = "Check the address, your right to read it, and the network"
        with _answered("the store does not answer", remedy, self.address):
            yield

    def delete(self) -> None:
        """Delete all objects of the folder."""
        remedy = "Mend the cause and try again"
        with _answered("the run cannot be deleted", remedy, self.address):
            self.files.rm(self.root, recursive=True)

    def path(self, name: str) -> str:
        """Return the address of an object."""
        return f"{self.address.rstrip('/')}/{name}".rstrip("/")


@contextmanager
def _answered(fault: str, remedy: str, path: str) -> Iterator[None]:
    """Let every refusal of an object store become one report."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(Problem(ABSENT, remedy, path)) from None
    except Exception as error:  # each store raises exceptions of its own
        raise InputError(Problem(f"{fault} ({_said(error)})", remedy, path)) from error


def _said(error: Exception) -> str:
    return reason(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"


def _not_written(why: str, path: str) -> Problem:
    remedy = "Free space or mend the cause, then go on with corridor run --resume: what is done stays"
    return Problem(f"the file cannot be written ({why})", remedy, path)


def is_remote(word: str | Path) -> bool:
    """Tell whether a place is an address of an object store, such as s3://bucket/run."""
    return "://" in str(word)


def place_of(word: str | Path) -> Place:
    """Return the place that a path or an address means.

    Raises
    ------
    InputError : fsspec is not installed, or knows no such store
    """
    if not is_remote(word):
        return LocalPlace(Path(word))
    address = str(word)
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - only an address needs it

        files, root = url_to_fs(address)
        if "file" in files.protocol:
            return LocalPlace(Path(root))
    except ImportError as error:
        remedy = 'Install it: pip install "corridor[cluster]", and the package of the store (s3fs, gcsfs)'
        raise InputError(Problem(f"a package is missing: {error}", remedy, address)) from error
    except (ValueError, OSError) as error:
        fault = f"the address cannot be used ({error})"
        raise InputError(Problem(fault, "Write s3://BUCKET/PATH or gs://BUCKET/PATH, or a folder", address)) from error
    return RemotePlace(files, root, address)


def inside(place: Place, name: str) -> Place:
    """Return a folder inside a place."""
    if isinstance(place, LocalPlace):
        return LocalPlace(place.folder / name)
    if isinstance(place, RemotePlace):
        return RemotePlace(place.files, f"{place.root.rstrip('/')}/{name}", place.path(name))
    raise TypeError(place)
