"""What tests share: the folder of reference data laid beside the project, read in place."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _need(folder: Path) -> Path:
    if not folder.is_dir():
        pytest.skip(f"reference folder {folder.name} is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def oracle() -> Path:
    """Return the folder of reference outputs."""
    return _need(SHARED / "oracle")


@pytest.fixture(scope="session")
def sources() -> Path:
    """Return the folder of source data."""
    return _need(SHARED / "data")
