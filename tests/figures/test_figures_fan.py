"""The fan chart and the pyramid with bounds: bands lie where the values are, labels keep apart, words say it all."""

from __future__ import annotations

import re

import numpy as np
import pytest

from corridor.figures.fan import HEIGHT, INNER, LINE, OUTER, WIDTH, fan
from corridor.figures.layout import text_width
from corridor.figures.pyramid import uncertain_pyramid
from tests.figures.test_figures import SVG, tree

YEARS = np.arange(2025, 2061)
NARROW = np.array([0.999, 0.9995, 1.0, 1.0005, 1.001])
WIDE = np.array([0.5, 0.8, 1.0, 1.3, 1.9])


def _bounds(ends: np.ndarray, size: float = 2e7) -> np.ndarray:
    grown = np.linspace(0.0, 1.0, len(YEARS))
    return size * (1.0 + (ends[:, None] - 1.0) * grown)


def _labels(markup: str) -> list[tuple[float, float, str]]:
    """Return the labels at the right end: x, y and words."""
    return [
        (float(e.get("x", 0)), float(e.get("y", 0)), e.text or "")
        for e in tree(markup).iter(f"{SVG}text")
        if e.get("font-weight") == "600"
    ]


@pytest.mark.parametrize("ends", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("others", [False, True])
def test_labels_do_not_overlap_and_stay_inside(ends, others):
    markup = fan("f", YEARS, _bounds(ends), heading="People", other=_bounds(NARROW) if others else None)
    labels = _labels(markup)
    assert len(labels) == (8 if others else 5)
    heights = sorted(y for _, y, _ in labels)
    assert min(np.diff(heights)) >= LINE - 0.11  # coordinates are written in tenths
    assert heights[-1] < HEIGHT
    assert all(x + text_width(words, 11.5) <= WIDTH for x, _, words in labels)


def test_the_outer_band_holds_the_inner_one():
    paths = {
        e.get("fill"): e.get("d", "") for e in tree(fan("f", YEARS, _bounds(WIDE), heading="x")).iter(f"{SVG}path")
    }

    def height(data: str) -> float:
        steps = [[float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part)] for part in data.strip("Mz").split("l")]
        ys = np.cumsum([y for _, y in steps])
        return float(ys.max() - ys.min())

    assert height(paths[OUTER]) == pytest.approx(height(paths[INNER]) * (1.9 - 0.5) / (1.3 - 0.8), rel=0.01)


def test_a_fan_says_its_figures_in_words():
    markup = fan("f", YEARS, _bounds(WIDE), heading="People", other=_bounds(NARROW, 3e7))
    said = tree(markup).findtext(f"{SVG}desc")
    assert said is not None
    assert "Median 20.0 million in 2025, 20.0 million in 2060, 95 % between 10.0 million and 38.0 million." in said
    assert "UN median 30.0 million." in said


def test_an_axis_that_does_not_start_at_zero_says_so():
    assert "does not start at zero" in fan("f", YEARS, _bounds(NARROW), heading="x")
    assert "does not start at zero" not in fan("f", YEARS, _bounds(WIDE), heading="x", past={1990.5: 1e6})


def test_unknown_bounds_of_others_are_left_out():
    other = _bounds(WIDE)
    other[[0, 1, 3, 4]] = np.nan
    words = [words for *_, words in _labels(fan("f", YEARS, _bounds(WIDE), heading="x", other=other))]
    assert [word for word in words if "UN" in word] == ["UN median"]


def test_nothing_to_show_is_said():
    assert "no figures to show" in fan("f", YEARS, np.full((5, len(YEARS)), np.nan), heading="x")
    empty = np.zeros((5, 2, 21))
    assert "no population to show" in uncertain_pyramid("p", empty, empty[0], heading="x", years=(2025, 2060))


def test_a_pyramid_shows_the_bounds_of_every_group():
    bounds = np.multiply.outer(WIDE, np.full((2, 21), 1e6))
    markup = uncertain_pyramid("p", bounds, bounds[2], heading="x", years=(2025, 2060))
    bars = [e for e in tree(markup).iter(f"{SVG}path") if e.get("stroke") in {"#a34a00", "#1d5c94"}]
    assert len(bars) == 2 * 2 * 21
    widths = [sum(e.get("stroke-width") == width for e in bars) for width in ("1", bars[1].get("stroke-width"))]
    assert widths == [42, 42]
    said = tree(markup).findtext(f"{SVG}desc")
    assert said is not None
    assert "2060: 21.0 million women and 21.0 million men" in said
