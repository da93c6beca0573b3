"""Plots in one call: every form of input, what is refused, what is lumped, the same bytes again."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from corridor import plot
from corridor.areas import areas, codes
from corridor.errors import InputError
from corridor.figures.given import read_flows, read_people
from corridor.figures.sankey import crossings, sankey

SVG = "{http://www.w3.org/2000/svg}"
USUAL = ("orig", "dest", "flow")
MATRIX = np.array([[0.0, 1200.0, 30.0], [400.0, 0.0, 0.0], [0.0, 90.0, 0.0]])
LABELS = ["KAZ", "RUS", "UZB"]
SQUARE = pd.DataFrame(MATRIX, index=LABELS, columns=LABELS)
LONG = pd.DataFrame(
    [(o, d, MATRIX[i, j]) for i, o in enumerate(LABELS) for j, d in enumerate(LABELS)], columns=list(USUAL)
)
OF_FLOWS = [plot.chord, plot.sankey, plot.flow_map]
PEOPLE = np.arange(202.0).reshape(2, 101) * 1000


def tree(figure: plot.Figure) -> ET.Element:
    return ET.fromstring(figure.svg)  # noqa: S314 - the markup is our own


def words(figure: plot.Figure) -> list[str]:
    return ["".join(element.itertext()) for element in tree(figure).iter(f"{SVG}text")]


def hovers(figure: plot.Figure) -> list[str]:
    return [element.text or "" for element in tree(figure).iter(f"{SVG}title")]


def world(seed: int = 1) -> np.ndarray:
    flows = np.random.default_rng(seed).lognormal(2.0, 3.0, (237, 237))
    np.fill_diagonal(flows, 0.0)
    return flows


def refused(call, *args, **options) -> list[tuple[int | None, str | None, object]]:
    with pytest.raises(InputError) as caught:
        call(*args, **options)
    assert all(problem.fault and problem.remedy for problem in caught.value.problems)
    return [(problem.row, problem.column, problem.value) for problem in caught.value.problems]


# Forms of input


@pytest.mark.parametrize("draw", OF_FLOWS)
def test_every_form_of_the_same_flows_gives_the_same_bytes(draw):
    renamed = LONG.rename(columns={"orig": "from", "dest": "to", "flow": "n"})
    drawn = [
        draw(LONG),
        draw(renamed, orig="from", dest="to", flow="n"),
        draw(SQUARE),
        draw(SQUARE[["UZB", "KAZ", "RUS"]]),
        draw(MATRIX, names=LABELS),
        draw(MATRIX.tolist(), names=LABELS),
    ]
    assert len({figure.svg for figure in drawn}) == 1


def test_a_long_table_and_a_matrix_hold_the_same_flows():
    flows = world()
    names = [f"area {i}" for i in range(237)]
    square = pd.DataFrame(flows, index=names, columns=names)
    long = square.rename_axis("orig").reset_index().melt("orig", var_name="dest", value_name="flow")
    for given in (square, long, long[long["flow"] > 0].sample(frac=1, random_state=1)):
        found = read_flows(given, None, USUAL)
        order = [list(found.labels).index(name) for name in names]
        np.testing.assert_array_equal(found.moves[np.ix_(order, order)], flows)


def test_an_array_of_all_areas_needs_no_names():
    assert list(read_flows(world(), None, USUAL).labels) == list(codes())


def test_labels_may_be_numbers_and_counts_may_be_text():
    table = pd.DataFrame({"orig": [1, 2], "dest": [2, 3], "flow": ["10", "20.5"]})
    found = read_flows(table, None, USUAL)
    assert list(found.labels) == ["1", "2", "3"]
    assert found.moves.sum() == 30.5


def test_people_come_as_single_ages_groups_or_a_table():
    groups = np.add.reduceat(PEOPLE, np.arange(0, 101, 5), axis=1)
    table = pd.DataFrame(
        [(a, s, PEOPLE[i, a]) for i, s in enumerate(("Female", "M")) for a in range(101)],
        columns=["age", "sex", "persons"],
    )
    table["age"] = table["age"].astype(str).replace("100", "100+")
    assert plot.pyramid(PEOPLE).svg == plot.pyramid(table).svg
    np.testing.assert_array_equal(read_people(table, ("age", "sex", "persons")), PEOPLE)
    np.testing.assert_array_equal(
        np.add.reduceat(read_people(groups, ("age", "sex", "persons")), np.arange(0, 101, 5), axis=1), groups
    )


# What is refused


@pytest.mark.parametrize("draw", OF_FLOWS)
def test_wrong_rows_are_all_named(draw):
    table = pd.DataFrame(
        [("KAZ", "RUS", -1.0), ("KAZ", "UZB", np.inf), ("RUS", None, 5.0), ("UZB", "RUS", np.nan), ("KAZ", "RUS", 2.0)],
        columns=list(USUAL),
    )
    found = refused(draw, table)
    assert (2, "flow", -1.0) in found
    assert (3, "flow", np.inf) in found
    assert (4, "dest", None) in found
    assert (6, "orig, dest", "KAZ to RUS") in found
    assert [place[:2] for place in found].count((5, "flow")) == 1
    assert len(found) == 5


def test_words_for_numbers_are_refused():
    assert refused(plot.chord, LONG.astype({"flow": object}).replace({"flow": {1200.0: "many"}})) == [
        (3, "flow", "many")
    ]


def test_missing_columns_are_named_with_near_spellings():
    with pytest.raises(InputError, match="Did you mean origin"):
        plot.sankey(LONG.rename(columns={"orig": "origin"}))
    assert refused(plot.sankey, LONG.rename(columns={"orig": "a", "dest": "b", "flow": "c"})) == [
        (None, None, ["a", "b", "c"])
    ]


def test_labels_of_a_square_table_agree():
    assert refused(plot.chord, SQUARE.rename(columns={"UZB": "UZ"})) == [(4, None, "UZB"), (1, "UZ", "UZ")]
    assert (4, None, "RUS") in refused(plot.chord, SQUARE.rename(index={"UZB": "RUS"}))
    assert refused(plot.chord, SQUARE.replace(90.0, -90.0)) == [(4, "RUS", -90.0)]


@pytest.mark.parametrize(
    ("flows", "names"),
    [(MATRIX, None), (MATRIX, ["A", "B"]), (MATRIX, ["A", "A", "B"]), (MATRIX[:2], ["A", "B"]), (MATRIX[0], ["A"])],
)
def test_an_array_and_its_names_agree(flows, names):
    assert refused(plot.chord, flows, names=names) == [(None, "names", flows.shape)]


def test_an_array_of_words_and_names_of_a_table_are_refused():
    assert refused(plot.chord, "flows") == [(None, None, "str")]
    assert refused(plot.chord, SQUARE, names=LABELS) == [(None, "names", None)]
    assert refused(plot.chord, np.where(MATRIX == 90, np.nan, MATRIX), names=LABELS)[0][:2] == (3, "RUS")


def test_a_map_needs_areas_and_suggests_spellings():
    table = LONG.replace({"dest": {"UZB": "Uzbekstan"}})
    with pytest.raises(InputError, match=r"row 4, column dest, value 'Uzbekstan'.*Did you mean Uzbekistan"):
        plot.flow_map(table)
    assert refused(plot.flow_map, LONG.replace({"dest": {"UZB": "Uzbekistan"}})) == [(4, "dest", "Uzbekistan")]
    assert refused(plot.flow_map, LONG, group=["FRA"]) == [(None, "group", ["FRA"])]


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"width": 10}, "width"),
        ({"largest": 0}, "largest"),
        ({"groups": {"KAZ": "Asia", "UZB": "Asia"}}, "groups"),
        ({"groups": {label: label for label in [*LABELS, "A", "B", "C", "D", "E"]}}, "groups"),
    ],
)
@pytest.mark.parametrize("draw", [plot.chord, plot.sankey])
def test_wrong_options_are_refused(draw, options, column):
    assert [place[1] for place in refused(draw, LONG, **options)] == [column]


def test_people_are_checked():
    table = pd.DataFrame(
        [
            (0, "female", 1.0),
            (101, "female", 1.0),
            (1, "both", 1.0),
            (2, "male", -1.0),
            (0, "F", 1.0),
            ("0-4", "m", 1.0),
        ],
        columns=["age", "sex", "persons"],
    )
    found = refused(plot.pyramid, table)
    assert sorted(found, key=str) == sorted(
        [(3, "age", 101), (4, "sex", "both"), (5, "persons", -1.0), (6, "age", 0), (7, "age", "0-4")], key=str
    )
    assert refused(plot.pyramid, PEOPLE[:, :50]) == [(None, None, (2, 50))]
    assert refused(plot.pyramid, -PEOPLE)[0] == (1, "1", -1000.0)
    assert refused(plot.pyramid, PEOPLE, PEOPLE) == [(None, "years", None)]
    assert refused(plot.pyramid, PEOPLE, years=(2025, 2060)) == [(None, "years", (2025, 2060))]


# What is shown


@pytest.mark.parametrize("draw", [plot.chord, plot.sankey])
def test_codes_are_named_where_there_is_room(draw):
    assert "Kazakhstan to Russian Federation: 1,200 a year" in hovers(draw(LONG))
    assert "KAZ to RUS: 1,200 a year" in hovers(draw(LONG, width=340))
    assert "KAZ to Urals: 1,200 a year" in hovers(draw(LONG.replace("RUS", "Urals")))


def test_small_areas_are_lumped_and_no_one_is_lost():
    flows = world()
    figure = plot.chord(flows)
    assert "30 sectors" in figure.description
    assert "Other (208): the remaining areas," in " ".join(words(figure))
    bands = [re.search(r": (.*) arrive, (.*) leave", hover) for hover in hovers(figure)]
    assert sum(band is not None for band in bands) == 30
    figure = plot.sankey(flows)
    assert "25 origins, 25 destinations" in figure.description
    assert [said for said in words(figure) if said.startswith("Other (213)")]


def test_a_sankey_draws_all_people_to_scale():
    flows = world()
    figure = plot.sankey(flows)
    bars = [bar for bar in tree(figure).iter(f"{SVG}rect") if bar.get("width") == "10"]
    assert len(bars) == 50
    assert sum(float(bar.get("height") or 0) for bar in bars) == pytest.approx(2 * 360, abs=50 * 0.4)


def test_largest_names_the_ends_of_the_largest_flows():
    flows = world()
    top = np.argsort(-flows, axis=None)[:5]
    named = {areas()[end].short_name for place in top for end in divmod(int(place), 237)}
    for draw in (plot.chord, plot.sankey):
        figure = draw(flows, largest=5)
        ends = {hover.split(": ")[0] for hover in hovers(figure) if re.search("arrive|leave", hover)}
        assert {name for name in ends if not name.startswith("Other")} == named


def test_one_area_alone_is_not_lumped():
    assert "Other" not in plot.chord(LONG, largest=1).svg
    two = pd.DataFrame([("KAZ", "RUS", 9), ("RUS", "UZB", 5)], columns=list(USUAL))
    assert "Other" not in plot.sankey(two, largest=1).svg
    assert "Other (2)" in plot.sankey(LONG, largest=1).svg


def test_areas_without_moves_are_not_counted():
    wide = np.zeros((60, 60))
    wide[:3, :3] = MATRIX
    assert "Other" not in plot.chord(wide, names=[f"a{i}" for i in range(60)]).svg


@pytest.mark.parametrize("draw", [plot.chord, plot.sankey])
def test_groups_share_a_colour_and_have_a_key(draw):
    figure = draw(LONG, groups={"KAZ": "Asia", "RUS": "Europe", "UZB": "Asia", "FRA": "Elsewhere"})
    assert {"Asia", "Europe"} <= set(words(figure))
    assert "Elsewhere" not in words(figure)
    hovered = {element.findtext(f"{SVG}title") or "": element for element in tree(figure).iter(f"{SVG}path")}
    fills = {said.split(" to ")[0]: element.get("fill") for said, element in hovered.items() if " to " in said}
    assert fills["Kazakhstan"] == fills["Uzbekistan"] != fills["Russian Federation"]


def test_a_map_draws_the_largest_and_says_how_many():
    figure = plot.flow_map(world(), largest=7)
    assert sum(" to " in hover for hover in hovers(figure)) == 7
    assert any(said.startswith("7 of 55,932 flows, the largest: ") for said in words(figure))
    assert "moves within" not in words(figure)


def test_a_map_of_a_group_colours_by_direction():
    table = pd.DataFrame([("KAZ", "UZB", 900), ("DEU", "KAZ", 500), ("DEU", "FRA", 9e6)], columns=list(USUAL))
    figure = plot.flow_map(table, group="CICA")
    assert {"moves within", "moves in"} <= set(words(figure))
    assert "France" not in figure.svg


def test_a_pyramid_of_one_moment_has_no_years():
    figure = plot.pyramid(PEOPLE, title="Ages")
    assert "0: " not in figure.description
    assert words(figure)[0] == "Ages"
    both = words(plot.pyramid(PEOPLE, PEOPLE / 2, years=(2025, 2060)))
    assert {"2025", "2060"} <= set(both)
    assert len(both) == len(words(plot.pyramid(PEOPLE))) + 2


@pytest.mark.parametrize("draw", OF_FLOWS)
def test_nothing_to_show_is_said(draw):
    for figure in (draw(LONG.assign(flow=0)), draw(LONG[:0]), draw(SQUARE * 0), draw(np.zeros((0, 0)), names=[])):
        assert "There are no moves to show." in words(figure)


def test_crossings_are_counted_by_people():
    assert crossings(np.eye(3)) == 0
    assert crossings(np.array([[0.0, 2.0], [3.0, 0.0]])) == 6
    flows = np.random.default_rng(2).uniform(size=(4, 5))
    pairs = [flows[i, j] * flows[k, m] for i in range(4) for k in range(i + 1, 4) for j in range(5) for m in range(j)]
    assert crossings(flows) == pytest.approx(sum(pairs))


def test_the_order_of_a_sankey_crosses_least_where_nothing_needs_to_cross():
    flows = np.eye(6)[[3, 5, 0, 1, 4, 2]] * np.arange(1.0, 7.0)
    names = list("abcdef")
    found = re.findall(r"<title>(\w) to (\w)", sankey("s", names, names, flows, heading="H"))
    assert len(found) == 6
    drawn = sankey("s", names, names, flows, heading="H")
    starts = [re.search(rf"<title>{o} to {d}[^<]*</title>", drawn) for o, d in found]
    assert all(starts)
    for start, end in re.findall(r'd="M[\d.]+ ([\d.]+)C[\d.]+ [\d.]+ [\d.]+ ([\d.]+)', drawn):
        assert start == end


# The figure


@pytest.mark.parametrize("draw", OF_FLOWS)
def test_a_figure_tells_what_it_is(draw):
    figure = draw(LONG, title='<b> & "people"')
    assert str(figure).startswith('<b> & "people". ')
    assert len(figure.description) > 30
    root = tree(figure)
    assert root.get("role") == "img"
    said = {element.get("id"): element.text for element in root if element.get("id")}
    assert [said[key] for key in (root.get("aria-labelledby") or "").split()] == [figure.title, figure.description]
    assert figure._repr_html_() == figure._repr_svg_() == figure.svg


def test_ids_tell_figures_apart():
    figures = [plot.chord(LONG), plot.sankey(LONG), plot.chord(LONG, title="T"), plot.chord(LONG[:3])]
    ids = [key for figure in figures for key in re.findall(r' id="([^"]+)"', figure.svg)]
    assert len(ids) == len(set(ids)) == 3 * len(figures)


def test_a_figure_is_saved_whole_or_not_at_all(tmp_path):
    figure = plot.sankey(LONG, title="Moves")
    assert figure.save(tmp_path / "a.svg").read_text(encoding="utf-8").strip() == figure.svg
    page = figure.save(str(tmp_path / "a.html")).read_text(encoding="utf-8")
    assert figure.svg in page
    assert "<title>Moves</title>" in page
    assert not re.search(r"(?:src|href)=", page)
    for wrong in ("a.png", "a", "missing/a.svg"):
        with pytest.raises(InputError, match=r"Choose"):
            figure.save(tmp_path / wrong)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.svg"]


def test_the_same_input_gives_the_same_bytes():
    assert plot.chord(world()).svg == plot.chord(world()).svg
    assert plot.sankey(world()).svg == plot.sankey(world()).svg
    assert plot.flow_map(world()).svg == plot.flow_map(world()).svg
    assert plot.pyramid(PEOPLE).svg == plot.pyramid(PEOPLE).svg


def test_a_map_without_a_group_has_a_legend_of_one_colour():
    flows = pd.DataFrame([("USA", "MHL", 100), ("MHL", "USA", 50)], columns=list(USUAL))
    said = words(plot.flow_map(flows))
    assert said[-4:] == ["moves", "100 a year", "20 a year", "area of a circle: all moves on this map"]
    assert "There are no moves to show." in words(plot.flow_map(flows.assign(flow=0)))
