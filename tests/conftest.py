"""What tests share: the reference data laid beside the project, read in place, and the embedded panel."""

from __future__ import annotations

import os
from functools import cache

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before NumPy is loaded

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.references import DATA, FULL, ROOTS, SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.data.panel import Panel
    from corridor.projection.inputs import Inputs
    from corridor.reports.outlook.answer import Outlook


def pytest_report_header() -> str | None:
    """Say what is not compared because the full references and the source data are not here."""
    if SHARED.is_dir():
        return None
    return f"no folder {SHARED}: tests compare with tests/expected only, and those that need source data skip"


def _need(folder: Path) -> Path:
    if not folder.is_dir():
        pytest.skip(f"the folder shared/{folder.name} is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def oracle() -> Path:
    """Return the folder of the full reference outputs."""
    return _need(FULL)


@pytest.fixture(scope="session", params=list(ROOTS))
def reference(request: pytest.FixtureRequest) -> Path:
    """Return the folder of our own small reference outputs, and of the full ones where they are."""
    return ROOTS[request.param]


@pytest.fixture(scope="session")
def sources() -> Path:
    """Return the folder of source data."""
    return _need(DATA)


@pytest.fixture(scope="session", autouse=True)
def _tables_are_read_once() -> Iterator[None]:
    """Let every command of a test process have the same embedded panel: its arrays are read-only and stay in memory."""
    from corridor.data import panel as module

    opened = cache(module.load_panel)

    def load_panel(folder: Path | str | None = None) -> Panel:
        embedded = folder is None and not os.environ.get(module.VARIABLE)
        return opened() if embedded else load(folder)

    load, module.load_panel = module.load_panel, load_panel
    yield
    module.load_panel = load


@pytest.fixture(scope="session")
def panel() -> Panel:
    """Return the embedded panel."""
    from corridor.data.panel import load_panel

    return load_panel()


@pytest.fixture(scope="session")
def inputs(panel: Panel) -> Inputs:
    """Return what the engine needs for the whole world to 2100."""
    from corridor.projection.inputs import load_inputs

    return load_inputs(panel)


@pytest.fixture(scope="session")
def outlook(panel: Panel) -> Outlook:
    """Return the outlook that the command computes by default."""
    from corridor.drivers.anchors import DEFAULT_ANCHOR
    from corridor.estimate.world.base_windows import DEFAULT_WINDOW
    from corridor.reports.outlook.answer import compute_outlook
    from corridor.reports.request import check_request

    return compute_outlook(panel, check_request("CICA", 2060, DEFAULT_ANCHOR, DEFAULT_WINDOW, Path()))
