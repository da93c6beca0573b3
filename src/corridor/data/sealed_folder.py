"""A folder of files under one manifest: written whole, and read back only if nothing was changed, lost or added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor.data.files import new_folder, write_whole
from corridor.errors import InputError, Problem
from corridor.seals import checked, sealed_facts, sum_of, unsealed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILES = "files"


@dataclass(frozen=True, slots=True)
class SealedFolder:
    """What stands in a folder.

    Attributes
    ----------
    place : the folder
    facts : of its manifest
    sums : file name -> sha256
    remedy : what the user does where a file is not the one that was stored
    """

    place: Path
    facts: Mapping[str, Any]
    sums: Mapping[str, str]
    remedy: str

    def read(self, name: str) -> bytes:
        """Return the content of a file, checked."""
        return checked(self.place / name, self.sums.get(name), self.remedy)


def write_sealed(
    place: Path, manifest: str, form: str, facts: Mapping[str, object], files: Mapping[str, bytes]
) -> None:
    """Put a folder of files and their manifest in place in one step."""
    sums = {name: sum_of(content) for name, content in files.items()}
    with new_folder(place) as fresh:
        for name, content in files.items():
            write_whole(fresh / name, content)
        write_whole(fresh / manifest, sealed_facts(form, {**facts, FILES: sums}))


def open_sealed(place: Path, manifest: str, form: str, remedy: str) -> SealedFolder:
    """Open a folder; the content of its files is checked when they are read.

    Raises
    ------
    InputError : the manifest is missing, changed or of another format; files are missing or were added
    """
    facts = unsealed(place / manifest, form, remedy)
    sums = facts.pop(FILES)
    problems = strays(place, {*sums, manifest}, remedy)
    if problems:
        raise InputError(problems)
    return SealedFolder(place, facts, sums, remedy)


def strays(place: Path, known: set[str], remedy: str) -> list[Problem]:
    """Return a problem for every file that a folder lacks, and for every one that nothing in it names.

    Names that begin with a dot do not count: systems and stopped programs leave them, and nobody reads them.
    """
    found = {path.name for path in place.iterdir() if not path.name.startswith(".")}
    lost = [Problem("the file is missing", remedy, str(place / name)) for name in sorted(known - found)]
    added = "the folder holds this file, and its manifest does not name it"
    return lost + [Problem(added, remedy, str(place / name)) for name in sorted(found - known)]
