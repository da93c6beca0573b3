"""The explorer as a whole: every page opens in every language and colour, nothing from outside, no serious fault for
those who read by ear or keyboard, nothing wider than the window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PAGES = ("map", "area", "corridor", "chord", "ranking", "pyramid", "components", "scenario", "training", "about")
AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
PLACE = "&from=TJK&to=RUS&areas=KAZ&year=2040"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_page_opens(explorer_page, name, language):
    page = explorer_page(f"#page={name}&lang={language}{PLACE}")
    assert page.locator("main h1").first.inner_text().strip()
    said = page.locator("body").inner_text()
    for tell in ("undefined", "NaN", "[object", "{name}", "Infinity"):
        assert tell not in said


@pytest.mark.parametrize("width", [400, 1024, 1920])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_is_wider_than_the_window(explorer_page, name, width, language):
    page = explorer_page(f"#page={name}&lang={language}{PLACE}", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(explorer_page, name, theme, language):
    if not AXE.is_file() and not os.environ.get("CI"):
        pytest.skip("ui/node_modules is not installed, and axe-core is there")
    page = explorer_page(f"#page={name}&lang={language}&theme={theme}{PLACE}")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [each for each in found["violations"] if each["impact"] in {"serious", "critical"}]
    assert not [(each["id"], each["nodes"][0]["html"][:200], len(each["nodes"])) for each in serious]
