"""Plots in a browser: no label touches another or is cut, at 5, 22 and 237 areas, wide and on a telephone."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corridor import plot
from corridor.areas import areas, members
from tests.web.test_brief import SLACK, TEXTS, apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

REGIONS = {area.iso3: area.region for area in areas()}
CODES = {
    "5": ["KAZ", "UZB", "RUS", "KGZ", "TJK"],
    "22": [area.iso3 for area in members("CICA")][:22],
    "237": [area.iso3 for area in areas()],
}
LONG_NAMES = [
    "Donaudampfschifffahrtsgesellschaft",
    "Democratic People's Republic of Korea " * 3,
    "MMMM " * 9,
    "i",
    "ÅÄÖ",
]


def moves(count: int) -> np.ndarray:
    flows = np.random.default_rng(count).lognormal(4.0, 2.5, (count, count))
    np.fill_diagonal(flows, 0.0)
    return flows


def pictures() -> dict[str, Callable[[], plot.Figure]]:
    """Return what draws each picture, by name."""
    found: dict[str, Callable[[], plot.Figure]] = {}
    pair, title = ["KAZ", "PRK"], "Moves between members, a title of some length"
    for draw in (plot.chord, plot.sankey, plot.flow_map):
        kind = draw.__name__
        for (size, codes), width in product(CODES.items(), (340, 700)):
            found[f"{kind}-{size}-{width}"] = partial(draw, moves(len(codes)), names=codes, width=width, title=title)
        found[f"{kind}-one"] = partial(draw, [[0, 5], [0, 0]], names=pair)
        found[f"{kind}-none"] = partial(draw, np.zeros((2, 2)), names=pair, title=title)
    for draw, width in product((plot.chord, plot.sankey), (340, 640)):
        own = {name: name for name in LONG_NAMES}
        kind = draw.__name__
        found[f"{kind}-groups-{width}"] = partial(draw, moves(237), groups=REGIONS, width=width, largest=20)
        found[f"{kind}-long-{width}"] = partial(draw, moves(5), names=LONG_NAMES, width=width, groups=own)
    people = np.linspace(9e5, 1e3, 101) * np.array([[1.0], [0.97]])
    found["pyramid"] = partial(plot.pyramid, people, title="Kazakhstan, with a title that needs more than one line")
    found["pyramid-two"] = partial(plot.pyramid, people, people * 1.3, years=(2025, 2060))
    found["map-group"] = partial(plot.flow_map, moves(237), group="CICA")
    return found


PICTURES = pictures()


@pytest.mark.web
@pytest.mark.parametrize("name", PICTURES)
def test_words_are_whole_and_do_not_overlap(page: Page, tmp_path, name):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(PICTURES[name]().save(tmp_path / "figure.html").as_uri())
    outer, *_ = page.evaluate(TEXTS)
    assert outer["texts"]
    wrong = []
    for figure in page.evaluate(TEXTS):
        left, top, right, bottom = figure["view"]
        boxes = [np.array(text["corners"]) for text in figure["texts"]]
        said = [text["words"] for text in figure["texts"]]
        for i, box in enumerate(boxes):
            if (box < [left - SLACK, top - SLACK]).any() or (box > [right + SLACK, bottom + SLACK]).any():
                wrong.append(f"{said[i]} is cut")
            wrong += [f"{said[i]} and {said[j]} overlap" for j in range(i) if not apart(box, boxes[j])]
    assert wrong == []
    assert complaints == []


@pytest.mark.web
def test_a_page_fits_a_narrow_window(browser: Browser, tmp_path):
    narrow = browser.new_page(viewport={"width": 320, "height": 600})
    narrow.goto(plot.sankey(moves(5), names=CODES["5"]).save(tmp_path / "figure.html").as_uri())
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 320
    narrow.close()
