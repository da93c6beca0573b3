"""The brief in a browser, on paper and on a telephone: whole, quiet, readable."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corridor.reports.outlook.brief import Brief, Headline, render
from tests.web.briefs import World, still

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

LARGEST_FILE = 8_000_000
"""Bytes: what still travels by mail and opens on an office computer."""
SLACK = 1.0
"""Pixels by which boxes of text may touch: boxes hold room above and below the letters."""
LINE_SLACK = 0.17
"""Part of a box's height without letters in it, above and below."""

ASEAN = ["BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM"]
PACIFIC = ["FJI", "TON", "WSM", "TUV", "KIR", "NRU", "NZL", "AUS"]
BRIEFS: dict[str, Callable[[World], Brief]] = {
    "members": lambda world: world.brief(world.cica),
    "no moves": lambda world: still(world.brief(world.cica)),
    "no members": lambda world: world.brief([], "Nobody"),
    "one area": lambda world: world.brief(["FSM"], "Micronesia (Fed. States of)"),
    "long names": lambda world: world.brief(["PRK", "HKG", "FSM", "IRN", "VEN"], "Long names"),
    "neighbours": lambda world: world.brief(ASEAN, "ASEAN"),
    "across the date line": lambda world: world.brief(PACIFIC, "Pacific"),
    "world": lambda world: world.brief(world.iso3, "World"),
}
TEXTS = """() => [...document.querySelectorAll('svg')].filter(svg => svg.getClientRects().length).map(svg => {
  const view = svg.getBoundingClientRect();
  return {
    id: svg.id, view: [view.left, view.top, view.right, view.bottom],
    texts: [...svg.querySelectorAll('text')].filter(text => text.textContent).map(text => {
      const box = text.getBBox(), to = text.getScreenCTM(), slack = box.height * SLACK;
      const at = (x, y) => { const p = new DOMPoint(x, y).matrixTransform(to); return [p.x, p.y]; };
      const [l, t, r, b] = [box.x, box.y + slack, box.x + box.width, box.y + box.height - slack];
      return { words: text.textContent, corners: [at(l, t), at(r, t), at(r, b), at(l, b)] };
    }),
  };
})""".replace("SLACK", str(LINE_SLACK))


@pytest.fixture(scope="module")
def pages(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write every brief as a file."""
    folder = tmp_path_factory.mktemp("briefs")
    files = {name: folder / f"{name.replace(' ', '-')}.html" for name in BRIEFS}
    for name, make in BRIEFS.items():
        files[name].write_text(render(make(world)), encoding="utf-8")
    return files


@pytest.fixture
def opened(browser: Browser, pages: dict[str, Path]):
    """Open a brief at a width; complaints and requests are kept."""
    context = browser.new_context()

    def at(name: str, width: int) -> tuple[Page, list[str], list[str]]:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        complaints: list[str] = []
        requests: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(pages[name].as_uri())
        return page, complaints, requests

    yield at
    context.close()


def apart(one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether two rectangles, also turned ones, are apart: along some side of one of them (separating axes)."""
    for edge in (one[1] - one[0], one[3] - one[0], other[1] - other[0], other[3] - other[0]):
        axis = edge / max(float(np.hypot(*edge)), 1e-9)
        first, second = one @ axis, other @ axis
        if first.max() <= second.min() + SLACK or second.max() <= first.min() + SLACK:
            return True
    return False


# In a browser


@pytest.mark.web
@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", BRIEFS)
def test_a_page_is_quiet_and_does_not_scroll_sideways(opened, pages, name, width):
    page, complaints, requests = opened(name, width)
    assert requests == [pages[name].as_uri()]
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.web
@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", BRIEFS)
def test_words_in_figures_are_whole_and_do_not_overlap(opened, name, width):
    page, _, _ = opened(name, width)
    figures = page.evaluate(TEXTS)
    wrong = []
    for figure in figures:
        left, top, right, bottom = figure["view"]
        boxes = [np.array(text["corners"]) for text in figure["texts"]]
        words = [text["words"] for text in figure["texts"]]
        for i, box in enumerate(boxes):
            if (box < [left - SLACK, top - SLACK]).any() or (box > [right + SLACK, bottom + SLACK]).any():
                wrong.append(f"{figure['id']}: {words[i]} is cut")
            wrong += [
                f"{figure['id']}: {words[i]} and {words[j]} overlap" for j in range(i) if not apart(box, boxes[j])
            ]
    assert wrong == []


@pytest.mark.web
@pytest.mark.parametrize("width", [1280, 400])
def test_both_forms_of_a_figure_are_never_shown_together(opened, width):
    page, _, _ = opened("members", width)
    shown = [figure["id"] for figure in page.evaluate(TEXTS)]
    suffix = "" if width == 1280 else "-narrow"
    assert [key for key in shown if key.startswith(("map", "chord"))] == [
        f"{kind}-{moment}{suffix}" for kind in ("map", "chord") for moment in ("now", "later")
    ]


@pytest.mark.web
def test_every_link_leads_somewhere(opened):
    page, _, _ = opened("members", 1280)
    lost = page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !document.querySelector(h))"
    )
    assert lost == []


@pytest.mark.web
def test_paper_holds_all_sheets_each_in_one_piece(opened, world, tmp_path):
    page, _, _ = opened("members", 1280)
    file = tmp_path / "brief.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    assert 10 <= len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) <= 28 + 16
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing")
    printed = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout
    sheets = printed.split("\f")
    first, last = (Counter(i for i, p in enumerate(sheets) for _ in re.findall(mark, p)) for mark in SHEET_ENDS)
    assert first == last
    assert first.total() == len(world.cica)
    assert max(first.values()) == 1


SHEET_ENDS = ("Persons on 1 January; moves a year", "Why moves in change +Why moves out change")


# The text of the page


@pytest.mark.parametrize("name", ["members", "world"])
def test_the_same_brief_gives_the_same_bytes(pages, world, name):
    assert render(BRIEFS[name](world)) == pages[name].read_text(encoding="utf-8")


def test_the_whole_world_stays_usable(pages):
    text = pages["world"].read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST_FILE
    assert text.count('<article class="sheet"') == 237
    assert text.count('<th scope="row"><a href="#') == 237


@pytest.mark.parametrize("name", BRIEFS)
def test_names_on_the_page_are_unique_and_numbers_are_clean(pages, name):
    text = pages[name].read_text(encoding="utf-8")
    ids = Counter(re.findall(r'\bid="([^"]+)"', text))
    assert [key for key, count in ids.items() if count > 1] == []
    shown = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
    assert not re.search(r"(?<![\w.])[-\u2212]0(?![\d.,])|\bnan\b|\bNone\b|\binf\b", shown)


def test_tables_have_captions_and_headed_columns(pages):
    text = pages["members"].read_text(encoding="utf-8")
    tables = re.findall(r"<table.*?</table>", text, flags=re.DOTALL)
    assert len(tables) == 5 + 2 + 3 * 28
    for table in tables:
        assert "<caption>" in table
        assert not re.search(r"<th(?![^>]*scope=)[ >]", table)


def test_what_people_typed_cannot_become_markup(world):
    evil = "<script>alert(1)</script>"
    brief = replace(world.brief(["KAZ", "UZB"]), title=evil, headlines=[Headline(evil, evil, evil)], limits=[evil])
    member = replace(brief.members[0], name=evil, notes=[evil])
    text = render(replace(brief, members=[member]))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_what_is_missing_is_left_out(world):
    brief = replace(world.brief(["KAZ", "UZB"]), flow_map=None, chord=None, trends=None, headlines=[], limits=[])
    text = render(brief)
    for section in ("map", "chord", "trends", "glance", "limits"):
        assert f'id="{section}"' not in text
        assert f'href="#{section}"' not in text
    assert "The group has no members." in render(replace(brief, members=[]))
