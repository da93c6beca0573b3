"""The ledger's page in a browser: nothing is asked for elsewhere, nothing runs over, both columns are as wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corridor.reports.ledger.answer import answer_ledger_request, check_ledger_request
from corridor.reports.ledger.page import ledger_page

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

LEVERS = """title = "A door opened, with a title that is longer than most titles are"
[[pathway]]
name = "Places"
origins = ["BGD"]
destinations = ["ARE"]
kind = "work"
capacity = 50000
unit = "added"
start = 2026
source = "a test whose source is written out in full, as sources should be"
status = "J"
"""


@pytest.fixture(scope="module")
def file(panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    scenario = folder / "open.toml"
    scenario.write_text(LEVERS)
    request = check_ledger_request(
        ("BGD", "ARE"), scenario=str(scenario), last=2027, anchor="observed", draws=0, seed=1, folder=folder
    )
    page: Path = folder / "ledger.html"
    page.write_text(ledger_page(answer_ledger_request(panel, request), request, panel))
    return page


@pytest.mark.parametrize("width", [1200, 390])
def test_it_fits_and_both_columns_are_as_wide(browser: Browser, file, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    widths = page.evaluate(
        "[...document.querySelectorAll('.ledger tbody tr')].map(row => [...row.querySelectorAll('td')]"
        ".map(cell => cell.getBoundingClientRect().width))"
    )
    assert widths
    assert all(abs(one - other) <= 1.0 for one, other in widths)
    context.close()
