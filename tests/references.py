"""Reference numbers: our own small ones, always, and the full reference outputs where they lie beside the checkout.

`tests/expected/oracle` has the layout of the full reference, `../shared/oracle`, so that one test reads both. Its
inputs are made up, and its results are those of Corridor on a day when Corridor agreed with the full reference
(`tests/expected/make_oracle.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

SHARED = Path(__file__).resolve().parents[2] / "shared"
OWN = Path(__file__).parent / "expected" / "oracle"
FULL = SHARED / "oracle"
DATA = SHARED / "data"
ROOTS = {"own": OWN} | ({"full": FULL} if FULL.is_dir() else {})
"""The folders of reference outputs that are here, by the name that tests show."""


def referenced(*patterns: str) -> list[ParameterSet]:
    """Return every file and folder of the references that matches one of the patterns, to call a test with."""
    found = [
        pytest.param(path, id=f"{name}-{path.relative_to(root)}")
        for name, root in ROOTS.items()
        for pattern in patterns
        for path in sorted(root.glob(pattern))
    ]
    assert ROOTS.keys() == {"own"} or found, patterns
    return found


def need(*folders: str) -> None:
    """Skip the whole module that calls it where folders of the source data or the full references are not here."""
    for name in folders:
        if not (SHARED / name).is_dir():
            pytest.skip(f"needs shared/{name}, which is not beside this checkout", allow_module_level=True)
