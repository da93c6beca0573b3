"""The waterfall: bars lie where the numbers are, every number is said, and what does not add up is refused."""

from __future__ import annotations

import math
import re

import pytest

from corridor.figures import WaterfallStep, svg, waterfall
from corridor.figures.layout import cut, far_from_zero, fit, room_for, text_width, value_axis
from corridor.figures.waterfall import DOWN, HAIR, UP
from corridor.figures.wording import MINUS, between
from tests.figures.test_figures import SVG, luminance, tree, words

STEPS = [
    WaterfallStep("Climate through income", 50_000.0, 20_000.0, 90_000.0),
    WaterfallStep("Already under way: returns, networks, fading wars", -80_000.0, -110_000.0, 10_000.0),
    WaterfallStep("Policy", 0.0),
]
START, END = ("Moves in 2025", 3_100_000.0), ("Moves in 2050", 3_070_000.0)


def _bars(markup: str) -> list[tuple[str, float, float]]:
    """Return colour, left and right of the bars from top to bottom."""
    found = [{key: e.get(key, "") for key in ("fill", "x", "width")} for e in tree(markup).iter(f"{SVG}rect")]
    return [(bar["fill"], float(bar["x"]), float(bar["x"]) + float(bar["width"])) for bar in found]


def _whiskers(markup: str) -> list[tuple[float, float]]:
    """Return left and right of the whiskers in ink, the key's last."""
    data = [e.get("d", "") for e in tree(markup).iter(f"{SVG}path") if e.get("stroke-width") == "1.3"]
    starts = [[float(re.match(r"-?[\d.]+", part).group()) for part in d.split("M")[1:]] for d in data]  # type: ignore[union-attr] # every part starts with a number
    return [(low, high) for _, low, high in starts]


@pytest.mark.parametrize("width", [360.0, 480.0, 700.0])
def test_each_bar_begins_where_the_one_above_ends(width):
    start, up, down, zero, end, *_ = _bars(waterfall("w", "x", START, STEPS, END, width=width))
    assert [start[0], up[0], down[0], zero[0], end[0]] == [svg.NAVY, UP, DOWN, svg.INK, svg.NAVY]
    assert up[1] == pytest.approx(start[2], abs=0.11)
    assert down[2] == pytest.approx(up[2], abs=0.11)
    assert (down[2] - down[1]) / (up[2] - up[1]) == pytest.approx(8 / 5, rel=0.02)
    assert end[2] == pytest.approx(down[1], abs=0.11)
    assert start[1] == end[1]
    assert zero[2] - zero[1] == pytest.approx(HAIR, abs=0.11)
    assert (zero[1] + zero[2]) / 2 == pytest.approx(down[1], abs=0.11)


def test_a_whisker_spans_the_bounds_of_its_step():
    markup = waterfall("w", "x", START, STEPS, END)
    _, up, down, *_ = _bars(markup)
    pixel = (up[2] - up[1]) / 50_000
    first, second, _ = _whiskers(markup)
    assert first == pytest.approx((up[1] + 20_000 * pixel, up[1] + 90_000 * pixel), abs=0.3)
    assert second == pytest.approx((down[2] - 110_000 * pixel, down[2] + 10_000 * pixel), abs=0.3)


def test_the_figures_are_written():
    written = words(waterfall("w", "x", START, STEPS, END, note="By Shapley values."))
    assert {"3.10 million", "+50,000", f"{MINUS}80,000", "0", "3.07 million", "By Shapley values."} <= set(written)
    assert {"+20,000 to +90,000", f"{MINUS}110,000 to +10,000", "Persons a year", "80 % interval"} <= set(written)


def test_it_says_all_figures_to_those_who_do_not_see():
    drawn = tree(waterfall("w", "Causes", START, STEPS, END, note="By Shapley values."))
    assert drawn.findtext(f"{SVG}title") == "Causes"
    assert drawn.get("aria-labelledby") == "w-t w-d"
    said = drawn.findtext(f"{SVG}desc")
    assert said == (
        "Moves in 2025: 3.10 million persons a year. Climate through income +50,000 (80 % between +20,000 and +90,000);"
        f" Already under way: returns, networks, fading wars {MINUS}80,000 (80 % between {MINUS}110,000 and +10,000);"
        " Policy 0. Moves in 2050: 3.07 million. The axis does not start at zero. By Shapley values."
    )


def test_steps_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="the steps lead to 3070000, not to 3071000"):
        waterfall("w", "x", START, STEPS, ("Moves in 2050", 3_071_000.0))
    assert "3.07 million" in waterfall("w", "x", START, STEPS, ("Moves in 2050", 3_070_001.4))


@pytest.mark.parametrize(
    ("start", "step", "broken"), [(3e6, 1e5, True), (-3e6, 1e5, True), (1e5, -9e4, False), (-1e5, 3e5, False)]
)
def test_totals_are_broken_where_the_axis_leaves_out_zero(start, step, broken):
    markup = waterfall("w", "x", ("a", start), [WaterfallStep("b", step)], ("c", start + step))
    assert ("does not start at zero" in markup) == broken
    gaps = [e for e in tree(markup).iter(f"{SVG}path") if e.get("fill") == svg.PAPER]
    assert len(gaps) == (2 if broken else 0)
    assert ("0" in words(markup)) != broken
    first, _, last, *_ = _bars(markup)
    side = 1 if start > 0 else 2
    assert first[side] == pytest.approx(last[3 - side] if start * (start + step) < 0 else last[side], abs=0.11)


def test_bars_stay_in_the_figure_at_extremes():
    steps = [
        WaterfallStep("huge", 2.4e9, -1e9, 3.9e9),
        WaterfallStep("tiny", 12.0, 3.0, 40.0),
        WaterfallStep("few", 4.0),
    ]
    markup = waterfall("w", "x", ("a", 2e3), steps, ("b", 2e3 + 2.4e9 + 16), width=360.0)
    assert all(0 <= left < right <= 360 for _, left, right in _bars(markup))
    assert all(0 <= left < right <= 360 for left, right in _whiskers(markup))
    assert len(_whiskers(markup)) == 2  # that of the huge step and the key's: the tiny one would hide its bar
    assert {"+2.40 billion", "+12", "0 to +40", "fewer than 10", f"{MINUS}1.00 to +3.90 billion"} <= set(words(markup))


def test_nothing_changes_in_nothing():
    markup = waterfall("w", "x", ("a", 0.0), [WaterfallStep("b", 0.0)], ("c", 0.0))
    assert words(markup).count("0") == 4  # three rows and the axis
    assert "Increase" not in markup
    assert "Decrease" not in markup
    assert "nan" not in markup


@pytest.mark.parametrize(
    ("start", "steps"), [(5.0, []), (math.nan, [WaterfallStep("b", 1.0)]), (5.0, [WaterfallStep("b", math.nan)])]
)
def test_nothing_to_show_is_said(start, steps):
    assert "no figures to show" in waterfall("w", "x", ("a", start), steps, ("c", 5.0))


def test_half_a_pair_of_bounds_is_none():
    assert WaterfallStep("b", 1.0, 0.5).bounds is None
    assert WaterfallStep("b", 1.0, 0.5, math.nan).bounds is None
    assert WaterfallStep("b", 1.0, 0.5, 2.0).bounds == (0.5, 2.0)


def test_increases_and_decreases_differ_without_colour():
    light, dark, paper = luminance(UP), luminance(DOWN), luminance(svg.PAPER)
    assert (light + 0.05) / (dark + 0.05) > 2
    assert (paper + 0.05) / (light + 0.05) > 3  # WCAG 2.2, graphical objects


# What the figure is laid out with


def test_an_interval_says_its_unit_once():
    assert between("1.20 million", "3.40 million") == "1.20 to 3.40 million"
    assert between("900,000", "3.40 million") == "900,000 to 3.40 million"
    assert between("fewer than 10", "fewer than 10") == "fewer than 10 to fewer than 10"


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("words", ["Already under way: returns, networks, fading wars", "M" * 60, "", "a b c d e"])
def test_words_are_fitted_to_the_room(words, bold):
    lines = fit(words, 12.0, 150.0, bold=bold)
    assert all(room_for(line, 12.0, bold=bold) <= 150.0 for line in lines)
    assert " ".join(lines) == words or lines[0].endswith("…")


def test_words_are_cut_only_where_they_must():
    assert cut("Kazakhstan", 12.0, 200.0) == "Kazakhstan"
    short = cut("Kazakhstan", 12.0, 50.0)
    assert short.endswith("…")
    assert text_width(short[:-1], 12.0) <= 38.0


@pytest.mark.parametrize(
    ("low", "high", "far"),
    [(6.0, 10.0, True), (4.0, 10.0, False), (-10.0, -6.0, True), (-1.0, 9.0, False), (0, 0, False)],
)
def test_an_axis_leaves_out_zero_where_it_is_far(low, high, far):
    assert far_from_zero(low, high) == far
    positions, _, note = value_axis(low, high, 5)
    assert (0.0 in positions) != far
    assert bool(note) == far
