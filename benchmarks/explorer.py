"""How fast the explorer is in headless Chromium: opening, a step of the slider, isolating an area.

    python -m benchmarks.explorer FILE.html

FILE is what `corridor explorer` writes. Steps are timed with 5,000 flows on the map, from the change to the second
frame after it, and stated as medians and as 95th percentiles.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from corridor.seals import PACKAGE

if TYPE_CHECKING:
    from playwright.sync_api import Page

STEPS = 40
TIMED = """(change) => new Promise((done) => {
  const begun = performance.now();
  eval(change);
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
})"""
"""Make a change in the page and return the milliseconds until it is on the screen."""


def main(file: Path) -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    bundle = (PACKAGE / "explorer/bundle/explorer.js").read_bytes()
    print(f"bundle: {len(gzip.compress(bundle)) / 1e3:.0f} kB gzipped; file: {file.stat().st_size / 1e6:.1f} MB")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        address = f"{file.absolute().as_uri()}#top=5000&year=2025"
        for name in ("first page", "reload"):
            begun = perf_counter()
            page.goto(address) if name == "first page" else page.reload()
            page.locator("main svg").first.wait_for()
            print(f"{name}: {perf_counter() - begun:.2f} s")
        _say("slider step", [_step(page, year) for year in range(2026, 2026 + STEPS)])
        _say(
            "isolate", [_hash(page, f"top=5000&year=2030&areas={area}") for area in ("KAZ", "RUS", "UZB", "IND", "ARE")]
        )
        browser.close()


def _step(page: Page, year: int) -> float:
    return _hash(page, f"top=5000&year={min(year, 2060) if year <= 2060 else year - 60}")


def _hash(page: Page, words: str) -> float:
    taken: float = page.evaluate(TIMED, f"location.hash = '{words}'")
    return taken


def _say(name: str, taken: list[float]) -> None:
    last = quantiles(taken, n=20)[-1]
    print(f"{name}: {median(taken):.0f} ms, 95 of 100 within {last:.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
