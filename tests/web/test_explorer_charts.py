"""Charts and downloads of the explorer: what a reader does with the mouse and with the keyboard."""

from __future__ import annotations

import csv
import json
from io import BytesIO
from pathlib import Path

import pytest


def _saved(page, figure, kind):
    """Take a download of a figure from its menu."""
    page.locator(f"#{figure} summary").click()
    with page.expect_download() as waited:
        page.locator(f"#{figure} .menu-list button").nth(["csv", "xlsx", "json", "svg", "png"].index(kind)).click()
    return Path(waited.value.path()).read_bytes()


def test_csv_holds_the_figures_and_how_they_were_made(explorer_page):
    page = explorer_page("#page=ranking&areas=KAZ&bars=10")
    text = _saved(page, "ranking", "csv")
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(text.decode("utf-8-sig").splitlines()))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert float(rows[1][3]) > float(rows[10][3]) > 0
    made = {row[0]: row[1] for row in rows[12:]}
    assert made["Program"].startswith("Corridor ")
    assert "page=ranking" in made["Address of this view"]


def test_workbook_opens_and_has_the_sums_of_the_panel(explorer_page):
    openpyxl = pytest.importorskip("openpyxl")
    page = explorer_page("#page=pyramid&areas=KAZ")
    book = openpyxl.load_workbook(BytesIO(_saved(page, "pyramid", "xlsx")))
    figures, made = book.worksheets
    assert [cell.value for cell in figures["A"]][1:3] == ["0–4", "5–9"]
    assert all(isinstance(cell.value, int | float) for cell in figures["B"][1:])
    assert any(str(cell.value).startswith("SHA-256") for cell in made["A"])


def test_json_and_pictures_say_how_they_were_made(explorer_page):
    page = explorer_page("#page=components&areas=KAZ")
    facts = json.loads(_saved(page, "births", "json"))
    assert facts["version"]
    assert facts["digest"]
    assert facts["panel"]
    assert len(facts["rows"]) > 40
    drawn = _saved(page, "births", "svg").decode()
    assert drawn.startswith("<svg")
    assert "<metadata>" in drawn
    assert "var(--" not in drawn
    image = _saved(page, "births", "png")
    assert image.startswith(b"\x89PNG")
    assert b"iTXtDescription" in image


def test_region_opens_and_closes_by_keyboard(explorer_page):
    page = explorer_page("#page=chord&year=2030")
    region = page.get_by_role("button", name="Central Asia: ")
    region.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Kazakhstan: ").wait_for()
    page.get_by_role("button", name="Close Central Asia").press("Enter")
    assert page.get_by_role("button", name="Kazakhstan: ").count() == 0


def test_bar_opens_its_corridor(explorer_page):
    page = explorer_page("#page=ranking&areas=KAZ")
    page.locator(".bar").first.click()
    assert "page=corridor" in page.url
    assert "KAZ" in page.url


def test_arrow_keys_move_the_year_of_all_components(explorer_page):
    page = explorer_page("#page=components&areas=KAZ&year=2030")
    page.locator("#population svg").press("ArrowRight")
    assert page.locator("#deaths svg").get_attribute("aria-valuenow") == "2031"


def test_intervals_of_groups_are_refused_in_words(explorer_page):
    page = explorer_page("#page=components&areas=CICA")
    assert "cannot be added up" in page.locator("main").inner_text()
    assert page.locator(".fan").count() == 0
    assert explorer_page("#page=components&areas=KAZ").locator(".fan").count() == 4


def test_menu_closes_by_escape(explorer_page):
    page = explorer_page("#page=pyramid&areas=KAZ")
    page.locator("#pyramid summary").press("Enter")
    page.locator("#pyramid .menu-list button").first.focus()
    page.keyboard.press("Escape")
    assert page.locator("#pyramid details").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
