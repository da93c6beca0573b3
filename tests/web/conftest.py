"""A browser for the tests of pages; without Chromium they skip by name, on CI they fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.briefs import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Request

    from corridor.data.panel import Panel

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all tests."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing and CI is set")
        pytest.skip("Chromium is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Open one page for all pictures of a module."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    yield context.new_page()
    context.close()


Opened = Callable[..., "Page"]


@pytest.fixture(scope="session")
def explorer_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the explorer of a small run with draws as one file, as a user does."""
    import corridor
    from corridor.explorer.contents import asked_of_run, contents_of, prepare
    from corridor.explorer.page import write_single_file
    from corridor.stored_runs.question import corridors_of
    from corridor.stored_runs.run_folder import open_run

    folder = tmp_path_factory.mktemp("explorer")
    corridor.run(to=2040, draws=8, corridors=corridors_of("CICA"), store=folder / "run")
    asked = asked_of_run(open_run(folder / "run"), "CICA", "corridor explorer run")
    return write_single_file(contents_of(prepare(asked)), "CICA", folder / "explorer.html")


@pytest.fixture
def explorer_page(browser: Browser, explorer_file: Path) -> Iterator[Opened]:
    """Return what opens the explorer at a place; whatever it asks for from outside, or logs as an error, fails."""
    context = browser.new_context()
    faults: list[str] = []

    def heard(request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            faults.append(f"asked for {request.url}")

    def opened(hash: str = "", width: int = 1200, height: int = 900) -> Page:  # noqa: A002 - the address's own word
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("request", heard)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{explorer_file.as_uri()}{hash}")
        page.locator("main h1").first.wait_for()
        return page

    yield opened
    context.close()
    assert not faults


@pytest.fixture(scope="session")
def world(panel: Panel) -> World:
    """Return the areas, people and moves that briefs are made of."""
    return World(panel)
