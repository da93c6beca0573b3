"""Figures: places on the map, room for labels, arcs of the circle, words for those who do not see."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

from corridor.figures import Line, Place, chord, flow_map, pyramid, svg, trend
from corridor.figures.flow_map import largest_corridors
from corridor.figures.layout import axis_positions, nice_below, nice_step, spread, text_width, wrap
from corridor.figures.projection import MapWindow, equal_earth, window

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = np.array([[60.0, 20.0], [100.0, 20.0], [100.0, 50.0], [60.0, 50.0], [60.0, 20.0]])
PLACES = [
    Place("IRN", "Iran (Islamic Republic of)", 53.0, 32.0, member=True),
    Place("PRK", "Democratic People's Republic of Korea", 127.0, 40.0, member=True),
    Place("USA", "United States of America", -98.0, 39.0, member=False),
]
NAMES = [place.name for place in PLACES]


def tree(markup: str) -> ET.Element:
    return ET.fromstring(markup)  # noqa: S314 - the markup is our own


def words(markup: str) -> list[str]:
    return [element.text or "" for element in tree(markup).iter(f"{SVG}text")]


def corners(data: str) -> list[tuple[float, float]]:
    """Follow the steps of path data."""
    steps = [
        tuple(map(float, re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part))) for part in re.split("[Ml]", data.rstrip("z"))[1:]
    ]
    return [tuple(place) for place in np.cumsum(steps, axis=0)]


# Markup


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (-0.04, "0"), (12.0, "12"), (-0.5, "-.5"), (0.25, ".2"), (10.06, "10.1")],
)
def test_coordinates_are_short(value, text):
    assert svg.number(value) == text


def test_what_people_typed_cannot_become_markup():
    drawn = svg.figure("k", 10, 10, "<b>&", '"x"', svg.text(0, 0, "</text><script>"))
    assert "<script>" not in drawn
    assert words(drawn) == ["</text><script>"]


def test_a_path_leaves_out_points_that_do_not_move():
    assert svg.path([(1, 1), (1.01, 1), (2, 0.5)], closed=True) == "M1 1l1-.5z"


GROUNDS = {svg.BLUE: [svg.PAPER], svg.ORANGE: [svg.PAPER]}


@pytest.mark.parametrize("colour", [svg.BLUE, svg.ORANGE, svg.NAVY, svg.MUTED, svg.INK])
def test_letters_stand_out_from_their_grounds(colour):
    for ground in GROUNDS.get(colour, [svg.PAPER, svg.SEA, svg.LAND]):
        assert contrast(colour, ground) >= 4.5  # WCAG 2.2, level AA


def contrast(one: str, other: str) -> float:
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Layout


def test_spread_leaves_what_does_not_touch():
    np.testing.assert_allclose(spread([10.0, 50.0, 90.0], [5.0, 5.0, 5.0], 0.0, 100.0), [10.0, 50.0, 90.0])


def test_spread_moves_what_touches_as_little_as_possible():
    np.testing.assert_allclose(
        spread([50.0, 50.0, 52.0], [10.0, 10.0, 10.0], 0.0, 100.0), [40.667, 50.667, 60.667], atol=1e-3
    )


def test_spread_keeps_order_distance_and_bounds():
    positions = np.random.default_rng(3).uniform(0, 100, 12)
    moved = spread(positions, [6.0] * 12, 0.0, 100.0)
    order = np.argsort(positions)
    assert (np.diff(moved[order]) >= 6.0 - 1e-9).all()
    assert moved.min() >= 3.0
    assert moved.max() <= 97.0


def test_spread_of_nothing():
    assert spread([], [], 0.0, 1.0).shape == (0,)


@pytest.mark.parametrize(("span", "step"), [(7.0, 2.0), (10.0, 2.0), (1_300_000.0, 500_000.0), (12.0, 2.5), (0.0, 1.0)])
def test_steps_of_an_axis_are_round(span, step):
    assert nice_step(span, 5) == step


def test_an_axis_holds_all_values():
    positions, step = axis_positions(-130.0, 720.0, 5)
    assert (positions[0], positions[-1], step) == (-200.0, 800.0, 200.0)
    assert 0.0 in positions


@pytest.mark.parametrize(("value", "below"), [(659_000.0, 500_000.0), (100.0, 100.0), (19.9, 10.0)])
def test_round_numbers_below(value, below):
    assert nice_below(value) == below


def test_long_names_break_evenly():
    assert wrap("Democratic People's Republic of Korea", 20) == ["Democratic People's", "Republic of Korea"]
    assert wrap("Kazakhstan", 4) == ["Kazakhstan"]
    assert wrap("", 4) == [""]


def test_wide_letters_are_wide():
    assert text_width("MMMM", 10) > text_width("aaaa", 10) > text_width("iiii", 10)


# Projection


def test_equal_earth_at_known_points():
    x, y = equal_earth(np.array([0.0, 180.0, 0.0]), np.array([0.0, 0.0, 90.0]))
    np.testing.assert_allclose(x, [0.0, 2.7066, 0.0], atol=1e-4)  # the published size of the map: 5.4133 x 2.6347
    np.testing.assert_allclose(y, [0.0, 0.0, 1.3173], atol=1e-4)


def test_equal_earth_keeps_areas():
    lon, lat = np.meshgrid(np.linspace(-170, 170, 60), np.linspace(-80, 80, 60))
    small = 1e-4
    x0, y0 = equal_earth(lon, lat)
    x1, _ = equal_earth(lon + small, lat)
    _, y2 = equal_earth(lon, lat + small)
    area = (
        (x1 - x0) * (y2 - y0) / np.radians(small) ** 2
    )  # meridians lean, but x does not enter y: a triangular Jacobian
    np.testing.assert_allclose(area, np.cos(np.radians(lat)), rtol=1e-3)


def test_a_window_holds_its_places_across_the_date_line():
    lon, lat = np.array([178.0, -172.0, 174.0]), np.array([-18.0, -14.0, -41.0])
    view = window(lon, lat, 800.0, (0.4, 0.7), 0.1)
    points = view.pixels(lon, lat)
    assert abs(view.centre - (-179.0)) < 1e-9
    assert (points > 0).all()
    assert (points < [view.width, view.height]).all()


def test_far_places_lie_where_atlases_show_them():
    view = window(np.array([30.0, 128.0]), np.array([10.0, 60.0]), 800.0, (0.4, 0.7), 0.1)
    (america, alaska), _ = view.pixels(np.array([-98.0, -150.0]), np.array([39.0, 60.0])).T
    assert america < 0
    assert alaska < 0


def test_the_whole_world_is_centred_so_that_bering_strait_is_the_cut():
    view = window(np.arange(-180.0, 180.0, 20.0), np.zeros(18), 800.0, (0.4, 0.7), 0.1)
    assert view.centre == 11.0


def test_land_is_cut_at_the_window():
    view = MapWindow(centre=80.0, scale=1000.0, left=-0.1, top=0.7, width=200.0, height=100.0)
    x, y = np.array(corners(view.land([SQUARE]))).T
    assert (x.min(), x.max()) == (-3.0, 203.0)
    assert (y.min(), y.max()) == (-3.0, 103.0)
    assert view.land([SQUARE + np.array([0.0, -80.0])]) == ""


# Map


def test_largest_corridors_come_first_and_zeros_never():
    moves = np.array([[0.0, 5.0, 0.0], [7.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
    assert largest_corridors(moves).tolist() == [[1, 0], [0, 1], [1, 2]]
    assert largest_corridors(np.zeros((0, 0))).shape == (0, 2)


def test_a_map_names_places_and_says_its_corridors():
    flows = np.array([[0.0, 1200.0, 30_000.0], [400.0, 0.0, 0.0], [0.0, 0.0, 9e9]])
    drawn = flow_map("m", PLACES, flows, [SQUARE], heading="Corridors")
    hovers = [e.text for e in tree(drawn).iter(f"{SVG}title")]
    assert "Iran (Islamic Republic of) to United States of America: 30,000 a year" in hovers
    assert "moves out" in words(drawn)
    assert "lies beyond the edge" in words(drawn)
    assert "moves in" not in words(drawn)
    assert "9.00 billion" not in drawn  # the diagonal is no corridor


def test_a_map_of_one_person():
    flows = np.zeros((3, 3))
    flows[0, 1] = 1.0
    drawn = flow_map("m", PLACES, flows, [SQUARE], heading="Corridors")
    assert "fewer than 10 a year" in drawn
    assert "nan" not in drawn


@pytest.mark.parametrize("places", [PLACES, PLACES[:1], []])
def test_a_map_without_moves_says_so(places):
    drawn = flow_map("m", places, np.zeros((len(places),) * 2), [SQUARE], heading="Corridors")
    assert "There are no moves to show." in words(drawn)


def test_two_maps_share_a_scale():
    flows = np.array([[0.0, 1000.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    alone = flow_map("m", PLACES, flows, [], heading="Corridors")
    beside = flow_map("m", PLACES, flows, [], heading="Corridors", widest=1e6, largest=1e6)
    assert "1,000 a year" in words(alone)
    assert "1.00 million a year" in words(beside)


# Chord


def test_a_chord_diagram_leaves_out_sectors_without_moves():
    flows = np.array([[0.0, 500.0, 0.0], [300.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    drawn = chord("c", NAMES, flows, heading="Moves")
    assert "America" not in drawn
    assert "800 moves a year" in drawn


@pytest.mark.parametrize("flows", [np.zeros((3, 3)), np.full((3, 3), np.nan)])
def test_a_chord_diagram_without_moves_says_so(flows):
    assert words(chord("c", NAMES, flows, heading="Moves")) == ["There are no moves to show."]


def test_moves_within_one_sector_alone():
    drawn = chord("c", ["Asia"], np.array([[50.0]]), heading="Moves")
    assert "Asia: 50 a year within" in drawn
    assert "nan" not in drawn


def test_arcs_share_the_circle_by_all_moves():
    from corridor.figures.chord import GAPS, _links, _sectors

    moves = np.random.default_rng(1).uniform(0, 9, (7, 7))
    sectors = _sectors(moves)
    sizes = np.array([sector.size for sector in sectors])
    np.testing.assert_allclose(sizes / sizes.sum(), (moves.sum(0) + moves.sum(1)) / (2 * moves.sum()))
    assert sizes.sum() >= 2 * math.pi * (1 - GAPS) - 1e-9
    links = list(_links(moves, sectors))
    assert len(links) == 49
    for here, sector in enumerate(sectors):
        ends = [link.leaves for link in links if link.origin == here]
        ends += [link.arrives for link in links if link.destination == here]
        ends.sort(key=lambda arc: arc.start)
        assert ends[0].start == pytest.approx(sector.start)
        assert ends[-1].end == pytest.approx(sector.end)
        for one, next_one in pairwise(ends):
            assert one.end == pytest.approx(next_one.start)


# Pyramid


def test_a_pyramid_groups_ages_and_keeps_the_open_one():
    from corridor.figures.pyramid import _groups

    people = np.arange(202.0).reshape(2, 101)
    groups = _groups(people)
    assert groups.shape == (2, 21)
    assert groups[0, 0] == sum(range(5))
    assert groups[1, 20] == 201.0
    np.testing.assert_allclose(groups.sum(axis=1), people.sum(axis=1))


@pytest.mark.parametrize(
    ("persons", "unit"), [(3e6, "millions of people"), (30_000.0, "thousands of people"), (40.0, "people")]
)
def test_a_pyramid_counts_in_a_fitting_unit(persons, unit):
    people = np.full((2, 101), persons / 5)
    drawn = pyramid("p", people, people * 0.5, heading="Ages", years=(2025, 2060))
    assert unit in words(drawn)
    assert "100+" in words(drawn)
    assert not [word for word in words(drawn) if word.startswith("-")]


def test_a_pyramid_of_nobody_says_so():
    empty = np.zeros((2, 101))
    assert words(pyramid("p", empty, empty, heading="Ages", years=(2025, 2060))) == ["There is no population to show."]


# Trend


def test_a_trend_labels_its_lines_and_marks_years():
    years = np.arange(2025, 2061)
    lines = [Line("In", np.linspace(1e6, 2e6, 36), svg.BLUE), Line("Net", np.linspace(-1e5, -9e5, 36), svg.MUTED)]
    said = words(trend("t", years, lines, heading="Moves"))
    assert {"In", "Net", "2025", "2040", "2060", "0", "2 million", "\u22121 million"} <= set(said)


def test_an_axis_that_does_not_start_at_zero_says_so():
    years = np.arange(2025, 2031)
    high = trend("t", years, [Line("P", np.linspace(4e9, 5e9, 6), svg.BLUE)], heading="P")
    low = trend("t", years, [Line("P", np.linspace(1e9, 5e9, 6), svg.BLUE)], heading="P")
    assert "The axis does not start at zero." in words(high)
    assert "The axis does not start at zero." not in words(low)


def test_a_trend_breaks_where_values_are_unknown():
    years = np.arange(2025, 2032)
    values = np.array([1.0, 2.0, np.nan, 3.0, np.nan, 4.0, 5.0])
    drawn = trend("t", years, [Line("P", values, svg.BLUE)], heading="P")
    coloured = [e for e in tree(drawn).iter(f"{SVG}path") if e.get("stroke-width") == "2"]
    assert len(coloured) == 2
    assert len(list(tree(drawn).iter(f"{SVG}circle"))) == 1
    assert "nan" not in drawn


def test_a_trend_of_one_year_and_of_nothing():
    one = trend("t", np.array([2025]), [Line("P", np.array([7e5]), svg.BLUE)], heading="P")
    assert "2025" in words(one)
    nothing = trend("t", np.array([2025]), [Line("P", np.array([np.nan]), svg.BLUE)], heading="P")
    assert words(nothing) == ["There are no figures to show."]


def test_every_figure_tells_a_screen_reader_what_it_is():
    flows = np.array([[0.0, 1200.0, 30.0], [400.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    people = np.full((2, 101), 1000.0)
    for drawn in (
        flow_map("f", PLACES, flows, [SQUARE], heading="H"),
        chord("f", NAMES, flows, heading="H"),
        pyramid("f", people, people, heading="H", years=(2025, 2060)),
        trend("f", np.array([2025, 2026]), [Line("P", np.array([1.0, 2.0]), svg.BLUE)], heading="H"),
    ):
        root = tree(drawn)
        assert root.get("role") == "img"
        named = {e.get("id"): e.text for e in root if e.get("id")}
        assert root.get("aria-labelledby", "").split() == ["f-t", "f-d"]
        assert named["f-t"] == "H"
        assert len(named["f-d"] or "") > 20
