"""Which files hold tables: by their names and first bytes; and those of a folder that look meant and cannot be read."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from corridor.data.tables.limits import fail, file_size
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Kind = Literal["text", "workbook", "parquet"]

SUFFIXES = (".csv", ".csv.gz", ".xlsx", ".parquet")
"""What messages name; tables of tabs (.tsv, .txt) and workbooks with macros (.xlsm) are read too."""
KINDS: dict[str, Kind] = {
    **{f"{suffix}{packed}": "text" for suffix in (".csv", ".tsv", ".txt") for packed in ("", ".gz")},
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".parquet": "parquet",
}
SPREADSHEET = "Open it in a spreadsheet program and save it as XLSX or CSV"
UNPACK = "Unpack it and name the table inside"
OTHERS = {
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".fods", ".numbers", ".html", ".htm", ".dbf"), SPREADSHEET),
    **dict.fromkeys((".zip", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz", ".gz"), UNPACK),
    **dict.fromkeys((".json", ".feather", ".arrow", ".dta", ".sav", ".rds", ".rdata"), "Save it as CSV or Parquet"),
    **dict.fromkeys((".pdf", ".doc", ".docx"), "Write the table as CSV or XLSX"),
}
"""Suffix of a file that may hold a table, yet is not read -> what to do."""
MAGIC = (
    (b"PK\x03\x04", "workbook", "a workbook or another packed archive", "End its name with .xlsx if it is a workbook"),
    (b"PAR1", "parquet", "a Parquet file", "End its name with .parquet"),
    (b"\x1f\x8b", None, "packed by gzip", "End its name with .csv.gz"),
    (b"\xd0\xcf\x11\xe0", None, "a workbook of the old format (XLS), or one that a password protects", SPREADSHEET),
    (b"%PDF", None, "a PDF", "Write the table as CSV or XLSX"),
    (b"<html", None, "a web page", SPREADSHEET),
    (b"<!DOCTYPE", None, "a web page", SPREADSHEET),
    (b"<?xml", None, "an XML file", SPREADSHEET),
)
"""First bytes -> the kind that has them, what the file is, and what to do where its name says another."""
ALIKE = 0.75
BACKUPS = (".bak", ".old", ".orig", ".swp", ".tmp", "~")


def suffix_of(path: Path) -> str:
    """Return the ending of a name in small letters, that before .gz with it."""
    last = path.suffix.lower()
    before = path.with_suffix("").suffix.lower() if last == ".gz" else ""
    return f"{before}{last}" if f"{before}{last}" in KINDS else last


def kind_of(path: Path) -> Kind:
    """Return how the table of a file is to be read.

    Raises
    ------
    InputError : it is no regular file, or its name or its first bytes say that it cannot be read
    """
    suffix = suffix_of(path)
    if suffix not in KINDS:
        fail(path, f"the file is not one of {', '.join(SUFFIXES)}", OTHERS.get(suffix, "Save it as CSV or XLSX"))
    file_size(path)
    kind = KINDS[suffix]
    if not suffix.endswith(".gz"):
        with path.open("rb") as file:
            start = file.read(16)
        for first, owner, what, remedy in MAGIC:
            if start.startswith(first) and owner != kind:
                fail(path, f"the file is {what}, whatever its name says", remedy)
    return kind


def find_tables(folder: Path, names: Sequence[str]) -> tuple[dict[str, Path], list[Problem], list[str]]:
    """Return the file of every table of a folder, what is wrong, and the names of files that are not read.

    A file, folder or link that is named like a table and cannot be read is a problem, never passed over.
    """
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    others: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        suffix = suffix_of(path)
        name = path.name[: len(path.name) - len(suffix)].casefold()
        if suffix not in KINDS or name not in names:
            told = list(_misnamed(path, name, suffix, names))
            looks_meant = name.split(".")[0] in names or suffix in KINDS or suffix in OTHERS
            others += [path.name] * (looks_meant and not told and path.is_file())
        elif told := _unreadable(path):
            pass
        elif name in found:
            told = [Problem(f"the same table is also in {found[name].name}", "Remove one of the two", str(path))]
        else:
            found[name] = path
        problems += told
    return found, problems, others


def _unreadable(path: Path) -> list[Problem]:
    try:
        kind_of(path)
    except InputError as error:
        return list(error.problems)
    except OSError as error:
        return [Problem(f"the file cannot be opened ({error.strerror})", "Check the permissions", str(path))]
    return []


def _misnamed(path: Path, name: str, suffix: str, names: Sequence[str]) -> Iterator[Problem]:
    """Say what is wrong with an entry of a folder that looks like a table and is none."""
    word = name.split(".", maxsplit=1)[0]
    if path.name.lower().endswith(BACKUPS) or not (
        suffix in KINDS or suffix in OTHERS or not (suffix or path.is_dir())
    ):
        return
    if word in names and suffix not in KINDS:
        yield from _unreadable(path)
    elif near := get_close_matches(word, names, n=1, cutoff=ALIKE):
        fault = f"no table has this name; known are {', '.join(names)}"
        yield Problem(fault, f"Rename it to {near[0]}{suffix}, or move it away", str(path))
