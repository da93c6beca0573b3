"""Seals: the sums by which a stored file is known again when it is read, so that a changed one is never taken for data.

A manifest is a JSON file whose first line states its format with a version, and the sha256 of all that follows. It
holds the sums of the files that it describes. So a change of any bit is found: in a file by its manifest, in a manifest
by its first line, which must be the only one that fits. Nothing that can hold code is ever read (no pickles).

One hash serves all: processors have instructions for sha256, 1.4 GB in a CPU second, so the 14 MB of the panel take
10 ms, and a thousand trajectories of the world with ages, 3.5 GB, three seconds of a run of a minute or more.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PACKAGE = Path(__file__).parent
SHIPPED = "seals.json"
"""The manifest of the data files that come with the package, written by `scripts/seal.py`."""
SHIPPED_FORM = "corridor package 1"
INSTALL = "Install Corridor anew. Who changed the file on purpose runs python scripts/seal.py"
_FIRST = re.compile(rb'\{"format": "([^"\n]*)", "seal": "[0-9a-f]{64}",\n')


def sum_of(content: bytes | memoryview) -> str:
    """Return the sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _first_line(form: str, rest: bytes) -> bytes:
    return f'{{"format": "{form}", "seal": "{sum_of(rest)}",\n'.encode()


def sealed(form: str, members: str) -> bytes:
    """Return a manifest: `members` is its JSON object without the opening brace and the line end after it."""
    return _first_line(form, members.encode()) + members.encode()


def sealed_facts(form: str, facts: Mapping[str, object]) -> bytes:
    """Return a manifest of some facts."""
    return sealed(form, json.dumps(facts, indent=1, ensure_ascii=False).removeprefix("{\n") + "\n")


def unsealed(path: Path, form: str, remedy: str, refuse: type[InputError] = InputError) -> dict[str, Any]:
    """Return the facts of a manifest in a file; parameters are those of `unsealed_facts`.

    Raises
    ------
    InputError : there is none, it has no seal or that of another format or version, or it was changed
    """
    return unsealed_facts(read_bytes(path, remedy, refuse), form, remedy, str(path), refuse)


def unsealed_facts(
    content: bytes, form: str, remedy: str, place: str, refuse: type[InputError] = InputError
) -> dict[str, Any]:
    """Return the facts of a manifest.

    Parameters
    ----------
    content : of the manifest
    form : that it was sealed as
    remedy : what the user does about a manifest that is missing or not whole
    place : where it stands
    refuse : the error to raise

    Raises
    ------
    InputError : it has no seal or that of another format or version, or it was changed
    """
    first = _FIRST.match(content)
    if first is None:
        fault = "the file carries no seal: it is damaged, or another version of Corridor wrote it"
        raise refuse(Problem(fault, remedy, place))
    if first[1] != form.encode():
        fault = f"the file is of the format {first[1].decode(errors='replace')!r}, and this version reads {form!r}"
        raise refuse(Problem(fault, remedy, place))
    if first[0] != _first_line(form, content[first.end() :]):
        raise refuse(Problem("the file was changed after it was sealed: its sha256 does not fit", remedy, place))
    facts: dict[str, Any] = json.loads(content)
    return {name: fact for name, fact in facts.items() if name not in {"format", "seal"}}


def checked(path: Path, stated: str | None, remedy: str, refuse: type[InputError] = InputError) -> bytes:
    """Return the content of a file whose sha256 is the stated one; None stands for a file that no manifest names.

    Raises
    ------
    InputError : the file cannot be read, or is another
    """
    return checked_content(lambda: read_bytes(path, remedy, refuse), stated, remedy, str(path), refuse)


def checked_content(
    read: Callable[[], bytes], stated: str | None, remedy: str, place: str, refuse: type[InputError] = InputError
) -> bytes:
    """Return what is read if its sha256 is the stated one; parameters are those of `checked` and `unsealed_facts`.

    Raises
    ------
    InputError : it cannot be read, or is another
    """
    if stated is None:
        raise refuse(Problem("no seal names this file", remedy, place))
    content = read()
    if sum_of(content) != stated:
        raise refuse(Problem("the file is not the one that was stored: its sha256 does not fit", remedy, place))
    return content


def read_bytes(path: Path, remedy: str, refuse: type[InputError] = InputError) -> bytes:
    """Return the content of a stored file; one that cannot be read raises `refuse`."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise refuse(Problem("the file is missing", remedy, str(path))) from None
    except OSError as error:
        raise refuse(Problem(f"the file cannot be read ({error.strerror})", remedy, str(path))) from None


def shipped(name: str) -> bytes:
    """Return a data file of the package by its path in it, checked.

    Raises
    ------
    InputError : the file is missing, damaged, or not one of those that were sealed
    """
    return checked(PACKAGE / name, shipped_sums().get(name), INSTALL)


@cache
def shipped_sums() -> dict[str, str]:
    """Return the sums of the data files that come with the package."""
    return unsealed(PACKAGE / SHIPPED, SHIPPED_FORM, INSTALL)
