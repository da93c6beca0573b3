"""Figures of causes and of scenarios in a browser: no word is cut or touches another, on a telephone and on a page."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corridor.figures import ScenarioBand, WaterfallStep, scenario_fan, waterfall
from tests.web.test_brief import SLACK, TEXTS, apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

WIDTHS = (360, 480, 700)
YEARS = np.arange(2025, 2061)
MANY = [
    WaterfallStep("More or fewer people who could move", 210e3, 150e3, 270e3),
    WaterfallStep("Already under way: returns, networks, fading wars", -95e3, -140e3, -41e3),
    WaterfallStep("Climate through income", 4200.0, -9e3, 21e3),
    WaterfallStep("Climate through conflict", 310.0, -2e3, 3e3),
    WaterfallStep("Income and education", 62e3, 20e3, 110e3),
    WaterfallStep("Policy and visas", 0.0),
    WaterfallStep("Conflict", -33e3, -80e3, 5e3),
]
HUGE = [
    WaterfallStep("Population growth in countries of origin", 2.4e9, -1e9, 3.9e9),
    WaterfallStep("Tiny", 12.0, 3.0, 40.0),
    WaterfallStep("Few", 4.0, -4.0, 8.0),
]
LONG = [
    WaterfallStep("Donaudampfschifffahrtsgesellschaftskapitän", 123_456.0, -1.24e6, 1.24e6),
    WaterfallStep("MMMM " * 8, -999_499.0, -3e6, 2e6),
    WaterfallStep("M" * 60, 5.0),
    WaterfallStep("", 10.0),
]
WATERFALLS = {
    "many": (3.1e6, MANY, "Causes are compared by their mean over all orders in which they can come (Shapley values)."),
    "huge": (2e3, HUGE, ""),
    "long": (-1.9e6, LONG, "W" * 150),
    "zero": (0.0, [WaterfallStep("Nothing at all", 0.0), WaterfallStep("Still nothing", 0.0, 0.0, 0.0)], ""),
    "one": (120e3, [WaterfallStep("Climate through income", -90e3, -118e3, -20e3)], ""),
    "negative": (-180e3, [WaterfallStep("Income", -22e3, -31e3, -4e3), WaterfallStep("Climate", 14e3)], ""),
    "fine": (50_000_000.0, [WaterfallStep("Climate", 14.0, 10.0, 18.0)], ""),
    "still": (50_000_000.0, [WaterfallStep("Climate", 0.0)], ""),
}


def _scenario(name: str, end: float, wide: float, size: float) -> ScenarioBand:
    part = np.linspace(0.0, 1.0, len(YEARS))
    median = size * (1 + (end - 1) * part)
    return ScenarioBand(name, median, median - abs(size) * wide * part, median + abs(size) * wide * part)


def _scenarios(names: Sequence[str], size: float, apart: float = 0.1) -> list[ScenarioBand]:
    return [_scenario(name, 1 + apart * i, 0.2 + 0.05 * i, size) for i, name in enumerate(names)]


SSP = ["SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5"]
LONG_NAMES = [
    "Sustainable development, strong adaptation of agriculture",
    "Donaudampfschifffahrtsgesellschaft",
    "MM " * 12,
]
FANS = {
    "paths": _scenarios(SSP, 2.1e6),
    "same": _scenarios(SSP, 2.1e6, 0.0),
    "long": _scenarios(LONG_NAMES, -123_456_789.0, -0.9),
    "many": _scenarios([f"Scenario number {i}" for i in range(9)], 3e9),
    "one": _scenarios(["i"], 7.0),
    "zero": _scenarios(SSP, 0.0),
}


def _pictures() -> dict[str, Callable[[], str]]:
    """Return what draws each picture, by name."""
    found: dict[str, Callable[[], str]] = {}
    for (name, (start, steps, note)), width in product(WATERFALLS.items(), WIDTHS):
        end = ("Moves in 2050, if nothing else changes", start + sum(step.value for step in steps))
        draw = partial(waterfall, "w", name, ("Moves in 2025", start), steps, end, note=note, width=width)
        found[f"waterfall-{name}-{width}"] = draw
    for (name, scenarios), width in product(FANS.items(), WIDTHS):
        found[f"fan-{name}-{width}"] = partial(scenario_fan, "s", YEARS, scenarios, heading=name, width=width)
    return found


PICTURES = _pictures()


@pytest.mark.web
@pytest.mark.parametrize("name", PICTURES)
def test_words_are_whole_and_do_not_overlap(page: Page, name):
    width = name.rpartition("-")[2]
    page.set_content(f'<body style="margin:20px"><div style="width:{width}px">{PICTURES[name]()}</div>')
    (figure,) = page.evaluate(TEXTS)
    left, top, right, bottom = figure["view"]
    assert right - left == pytest.approx(float(width))  # letters have their full size
    boxes = [np.array(text["corners"]) for text in figure["texts"]]
    said = [text["words"] for text in figure["texts"]]
    wrong = [
        f"{words} is cut"
        for words, box in zip(said, boxes, strict=True)
        if (box < [left - SLACK, top - SLACK]).any() or (box > [right + SLACK, bottom + SLACK]).any()
    ]
    wrong += [
        f"{said[i]} and {said[j]} overlap" for i in range(len(boxes)) for j in range(i) if not apart(boxes[i], boxes[j])
    ]
    assert wrong == []
