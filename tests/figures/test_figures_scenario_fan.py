"""Scenarios over years: lines and bounds lie where the values are, and can be told apart without colour."""

from __future__ import annotations

import re

import numpy as np
import pytest

from corridor.figures import ScenarioBand, scenario_fan, svg
from corridor.figures.fan import LINE
from corridor.figures.scenario_fan import BAND, LOOKS
from tests.figures.test_figures import SVG, luminance, tree, words

YEARS = np.arange(2025, 2061)
NAMES = ("SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5")
WIDTHS = [360.0, 480.0, 620.0]


def _scenario(name: str, end: float, wide: float, size: float = 2e6) -> ScenarioBand:
    """Return a scenario that goes from `size` to `end` times that, the bounds `wide` above and below at the end."""
    part = np.linspace(0.0, 1.0, len(YEARS))
    median = size * (1 + (end - 1) * part)
    return ScenarioBand(name, median, median - size * wide * part, median + size * wide * part)


FOUR = [_scenario(name, end, 0.25) for name, end in zip(NAMES, (1.2, 1.3, 1.05, 1.45), strict=True)]


def _paths(markup: str, **wanted: str) -> list[np.ndarray]:
    """Return the corners [corner, (x, y)] of paths with these attributes."""
    found = []
    for element in tree(markup).iter(f"{SVG}path"):
        if all(element.get(key.replace("_", "-")) == value for key, value in wanted.items()):
            steps = [re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part) for part in element.get("d", "").strip("Mz").split("l")]
            found.append(np.cumsum(np.array(steps, dtype=np.float64), axis=0))
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_bars_at_the_right_hold_the_bounds_of_the_last_year(width):
    markup = scenario_fan("s", YEARS, FOUR, heading="x", width=width)
    bars = _paths(markup, stroke_width="4")
    lines = [line for line in _paths(markup, stroke_width="2.2") if len(line) > 2]
    assert len(bars) == len(lines) == 4
    pixel = (lines[0][-1, 1] - lines[3][-1, 1]) / (0.25 * 2e6)
    for bar, line in zip(bars, lines, strict=True):
        low, high = bar[:, 1]
        assert (low + high) / 2 == pytest.approx(line[-1, 1], abs=0.3)
        assert low - high == pytest.approx(0.5 * 2e6 * pixel, abs=0.6)
        assert bar[0, 0] > line[-1, 0]
    assert len({float(bar[0, 0]) for bar in bars}) == 4


def test_one_band_spans_all_scenarios():
    markup = scenario_fan("s", YEARS, FOUR, heading="x")
    (band,) = _paths(markup, fill=BAND)
    bars = np.concatenate(_paths(markup, stroke_width="4"))
    last = band[band[:, 0] == band[:, 0].max(), 1]
    assert (last.min(), last.max()) == pytest.approx((bars[:, 1].min(), bars[:, 1].max()), abs=0.3)


@pytest.mark.parametrize("width", WIDTHS)
def test_names_and_figures_are_written_highest_first(width):
    markup = scenario_fan("s", YEARS, FOUR, heading="x", width=width)
    written = words(markup)
    assert [word for word in sorted(written, key=_heights(markup).__getitem__) if word in NAMES] == [
        NAMES[i] for i in (3, 1, 0, 2)
    ]
    assert {"2.90 million", "2.40 to 3.40 million", "2.10 million", "1.60 to 2.60 million"} <= set(written)


def _heights(markup: str) -> dict[str, float]:
    return {e.text or "": float(e.get("y", 0)) for e in tree(markup).iter(f"{SVG}text")}


def test_labels_keep_apart_where_lines_meet():
    markup = scenario_fan("s", YEARS, [_scenario(name, 1.2, 0.1) for name in NAMES], heading="x")
    heights = sorted(_heights(markup)[name] for name in NAMES)
    assert min(np.diff(heights)) >= 3 * LINE


def test_it_says_all_figures_to_those_who_do_not_see():
    drawn = tree(scenario_fan("s", YEARS, FOUR[:1], heading="Moves"))
    assert drawn.findtext(f"{SVG}title") == "Moves"
    assert drawn.get("aria-labelledby") == "s-t s-d"
    said = drawn.findtext(f"{SVG}desc")
    assert said is not None
    assert said.startswith("SSP1-2.6: median 2.40 million in 2060, 80 % between 1.90 and 2.90 million. ")
    assert said.endswith("The axis does not start at zero.")


def test_an_axis_that_starts_at_zero_says_nothing_of_it():
    assert "does not start at zero" not in scenario_fan("s", YEARS, [_scenario("a", 0.2, 0.1)], heading="x")


def test_unknown_values_are_left_out():
    unknown = np.full(len(YEARS), np.nan)
    short = np.where(YEARS <= 2050, FOUR[0].median, np.nan)
    scenarios = [ScenarioBand("alone", FOUR[0].median, unknown, unknown), ScenarioBand("short", short, short, short)]
    markup = scenario_fan("s", YEARS, [*scenarios, ScenarioBand("none", unknown, unknown, unknown)], heading="x")
    assert "none" not in words(markup)
    assert "nan" not in markup
    said = tree(markup).findtext(f"{SVG}desc") or ""
    assert "alone: median 2.40 million in 2060. short: median 2.29 million in 2050" in said


@pytest.mark.parametrize("scenarios", [[], [ScenarioBand("a", *[np.full(len(YEARS), np.nan)] * 3)]])
def test_nothing_to_show_is_said(scenarios):
    assert "no figures to show" in scenario_fan("s", YEARS, scenarios, heading="x")


def test_a_single_year_and_zeros_can_be_drawn():
    nothing = np.zeros(1)
    markup = scenario_fan("s", YEARS[:1], [ScenarioBand("a", nothing, nothing, nothing)], heading="x")
    assert "nan" not in markup
    assert "a: median 0 in 2025" in markup


def test_scenarios_are_told_apart_without_colour():
    assert len({look.dash for look in LOOKS}) == len({tuple(look.mark) for look in LOOKS}) == len(LOOKS)
    for look in LOOKS:
        assert (luminance(svg.PAPER) + 0.05) / (luminance(look.colour) + 0.05) > 3  # WCAG 2.2, graphical objects
    markup = scenario_fan("s", YEARS, FOUR, heading="x")
    dashes = [e.get("stroke-dasharray", "") for e in tree(markup).iter(f"{SVG}path") if e.get("stroke-width") == "2.2"]
    assert set(dashes) == {look.dash for look in LOOKS[:4]}


def test_there_may_be_more_scenarios_than_looks():
    names = [f"Scenario {i}" for i in range(9)]
    written = words(scenario_fan("s", YEARS, [_scenario(name, 1.2, 0.1) for name in names], heading="x"))
    assert set(names) <= set(written)
