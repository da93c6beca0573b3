"""The explorer as a whole: every page opens in every language and both colours, asks for nothing from outside, is no
wider than its window, and has no serious fault for those who read by ear or use the keyboard."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PAGES = ("map", "area", "corridor", "chord", "ranking", "pyramid", "components", "scenario", "training", "about")
AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
PLACE = "&from=TJK&to=RUS&areas=KAZ&year=2040"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_page_opens_at_every_width_without_a_serious_fault(explorer_page, name, language):
    page = explorer_page(f"#page={name}&lang={language}{PLACE}")
    assert page.locator("main h1").first.inner_text().strip()
    said = page.locator("body").inner_text()
    for tell in ("undefined", "NaN", "[object", "{name}", "Infinity"):
        assert tell not in said
    for width in (400, 1024, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    if language == "kk":
        return
    if not AXE.is_file() and not os.environ.get("CI"):
        pytest.skip("ui/node_modules is not installed, and axe-core is there")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        page.wait_for_timeout(300)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [each for each in found["violations"] if each["impact"] in {"serious", "critical"}]
        assert not [(theme, each["id"], each["nodes"][0]["html"][:200], len(each["nodes"])) for each in serious]


def test_irregular_moves_of_a_corridor_under_a_scenario_take_few_clicks(explorer_page):
    """The path in docs/how-to/explorer.md: at most five clicks from the start page to the answer."""
    page = explorer_page()
    page.get_by_role("navigation").get_by_role("button", name="Corridor").click()
    for label, area in (("Origin", "Tajikistan"), ("Destination", "Russian Federation")):
        page.get_by_label(label).fill(area)
        page.get_by_label(label).press("Tab")
    page.get_by_label("Scenario").select_option(label="Free access in place of the Russian patent")
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(15):
        slider.press("ArrowRight")
    page.get_by_text("2040", exact=False).first.wait_for()
    assert "from=TJK&to=RUS" in page.url
    assert "year=2040" in page.url
    card = page.locator("main").inner_text()
    assert "Legal, irregular and unmet in 2040" in card
    assert "Irregular" in card
