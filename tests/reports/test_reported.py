"""Reported flows beside ours: what is set beside what, which rows a sheet shows, and that every sheet shows them."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.analysis.views import arrivals, corridor
from corridor.areas import codes, index
from corridor.cli import main
from corridor.data.tables.import_notices import TOTAL
from corridor.data.tables.imports import import_table, imported
from corridor.estimate.moves.product import moves_of_year
from corridor.estimate.world.reported import (
    CORRIDORS_SHOWN,
    DISPLACED,
    MATERIAL,
    UNHCR,
    YEARS_SHOWN,
    beside,
    reported_flows,
)
from corridor.reports.outlook.reported import (
    COMMAND,
    DIFFER,
    HOW_TO,
    OF_OFFICES,
    OF_PERIODS,
    OF_UNHCR,
    note_of,
    reported_of_area,
    reported_part,
    rows_of_views,
    series,
)

if TYPE_CHECKING:
    from pathlib import Path

REGISTERED, PERMITS = "Arrivals registered for permanent residence", "Permits issued, stays above 90 days."
OFFICE = "Bureau of National Statistics"
TABLE = f"""orig,dest,year,persons,definition,source
TOTAL,KAZ,2024,29282,{REGISTERED},{OFFICE}
KAZ,TOTAL,2024,12732,Departures removed from the register,{OFFICE}
KAZ,KOR,2018,4000,"{PERMITS}",Office <b>A</b>
KAZ,KOR,2019,5000,"{PERMITS}",Office <b>A</b>
KAZ,KOR,2019,2500,Nationals registered,Office <b>A</b>
KAZ,KOR,1980,7,"{PERMITS}",Office <b>A</b>
MNG,FJI,2010,0,,
"""


def text_of(page: str) -> str:
    """Return the words of a page, one blank between them."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "reported.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def brought(table, tmp_path) -> pd.DataFrame:
    import_table("flows", table, tmp_path / "imports")
    return imported("flows", tmp_path / "imports")


@pytest.fixture
def home(table, tmp_path, monkeypatch) -> str:
    """Import the table where the commands look for it, and return its sha256."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    import_table("flows", table)
    return hashlib.sha256(table.read_bytes()).hexdigest()


@pytest.fixture
def nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "empty"))


def run(*words: str) -> str:
    done = CliRunner().invoke(main, [*words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def ours(panel, year: int) -> np.ndarray:
    moves: np.ndarray = moves_of_year(panel, year).sum(axis=0)
    return moves


def values(rows: pd.DataFrame, key: tuple[object, ...], *columns: str) -> list[float]:
    """The figures of the one row of that key."""
    (row,) = rows.loc[[name == key for name in rows.index], list(columns)].to_numpy(dtype=float).tolist()
    return [float(value) for value in row]


def own(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["brought"]]


# What is set beside what


def test_a_year_stands_beside_the_moves_of_that_year(panel, brought):
    rows = own(reported_flows(panel, brought)).set_index(["orig", "dest", "definition", "period_end"])
    assert len(rows) == len(brought)
    expected = ours(panel, 2018)[index("KAZ"), index("KOR")]
    pair = values(rows, ("KAZ", "KOR", PERMITS, 2018), "ours", "ratio")
    assert pair == pytest.approx([expected, expected / 4000])
    assert np.isnan(values(rows, ("KAZ", "KOR", PERMITS, 1980), "ours", "ratio")).all()


def test_totals_stand_beside_all_arrivals_and_all_departures(panel, brought):
    rows = own(reported_flows(panel, brought)).set_index(["orig", "dest"])
    moves, kaz = ours(panel, 2024), index("KAZ")
    assert values(rows, (TOTAL, "KAZ"), "ours") == pytest.approx([moves[:, kaz].sum()])
    out = moves[kaz].sum()
    assert values(rows, ("KAZ", TOTAL), "ours", "ratio") == pytest.approx([out, out / 12732])


def test_a_period_stands_beside_the_moves_from_july_to_july(panel):
    frame = pd.DataFrame(
        [("KAZ", "RUS", 2010, 2013, 10.0), ("KAZ", TOTAL, 2010, 2013, 10.0), ("KAZ", "RUS", 2020, 2025, 10.0)],
        columns=["orig", "dest", "period_start", "period_end", "persons"],
    )
    rows = own(reported_flows(panel, frame)).set_index(["dest", "period_end"])
    moves = ours(panel, 2010) / 2 + ours(panel, 2011) + ours(panel, 2012) + ours(panel, 2013) / 2
    assert values(rows, ("RUS", 2013), "ours") == pytest.approx([moves[index("KAZ"), index("RUS")]])
    assert values(rows, (TOTAL, 2013), "ours") == pytest.approx([moves[index("KAZ")].sum()])
    assert np.isnan(values(rows, ("RUS", 2025), "ours")).all()
    assert set(rows["definition"]) == set(rows["source"]) == {""}


def test_nobody_reported_has_no_ratio(panel, brought):
    rows = own(reported_flows(panel, brought)).set_index(["orig", "dest"])
    row = values(rows, ("MNG", "FJI"), "persons", "ours", "ratio")
    assert row[0] == 0.0
    assert np.isnan(row).tolist() == [False, False, True]


def test_new_displacement_is_shown_where_it_is_material_and_as_published(panel):
    rows = reported_flows(panel)
    assert set(rows["source"]) == {UNHCR}
    assert not rows["brought"].any()
    published = panel.frame("displacement_flows").set_index(["origin", "asylum", "year"])["persons"]
    keys = pd.MultiIndex.from_frame(rows[["orig", "dest", "period_end"]])
    np.testing.assert_array_equal(published.loc[keys].to_numpy(), rows["persons"].to_numpy())
    recent = published[published.index.get_level_values("year").isin(range(2020, 2025))]
    a_year = recent.groupby(["origin", "asylum"]).sum() / 5
    assert set(zip(rows["orig"], rows["dest"], strict=True)) == set(a_year.index[a_year >= MATERIAL])
    assert rows["period_end"].max() == 2024


# Which rows belong on a sheet


def test_a_corridor_shows_the_latest_dates_of_each_series(panel, brought):
    rows = beside(reported_flows(panel, brought), ["KAZ"], ["KOR"])
    counts = rows.groupby("definition").size().to_dict()
    assert counts == {PERMITS: 3, "Nationals registered": 1, DISPLACED: YEARS_SHOWN}
    assert rows["brought"].tolist() == [True] * 4 + [False] * YEARS_SHOWN
    assert rows[~rows["brought"]]["period_end"].tolist() == [2020, 2021, 2022, 2023, 2024]


def test_an_area_shows_its_totals_and_its_largest_corridors(panel, brought):
    others = [iso3 for iso3 in codes() if iso3 != "KAZ"]
    reported = reported_flows(panel, brought)
    leaving = beside(reported, ["KAZ"], others)
    assert leaving["dest"].tolist()[0] == TOTAL
    assert leaving[leaving["dest"] == "KOR"].groupby("definition").size().max() == 1
    assert beside(reported, others, ["KAZ"])["orig"].tolist()[0] == TOTAL


def test_largest_corridors_come_first_and_are_few(panel):
    reported, others = reported_flows(panel), [iso3 for iso3 in codes() if iso3 != "DEU"]
    shown = beside(reported, others, ["DEU"])
    latest = reported[reported["dest"] == "DEU"].groupby("orig").tail(1).sort_values("persons", ascending=False)
    assert len(shown) == CORRIDORS_SHOWN
    assert shown["persons"].tolist() == latest["persons"].tolist()[:CORRIDORS_SHOWN]


def test_totals_are_not_shown_for_groups_or_single_origins(panel, brought):
    reported = reported_flows(panel, brought)
    assert TOTAL not in set(beside(reported, ["UZB", "KGZ"], ["KAZ"])["orig"])
    assert TOTAL not in set(beside(reported, list(codes()), list(codes()))["orig"])


# Words


def test_words_name_definition_and_source_also_where_none_was_given(panel, brought):
    found = series(beside(reported_flows(panel, brought), ["MNG"], ["FJI"]))
    assert [one.words for one in found] == ["Definition not stated. Source not stated."]
    (flow,) = found[0].flows
    assert flow.name == "Mongolia to Fiji"
    assert flow.rows[0][::3] == ("2010", "–")


def test_several_definitions_of_a_year_stand_side_by_side(panel, brought):
    found = series(beside(reported_flows(panel, brought), ["KAZ"], ["KOR"]))
    assert [one.words for one in found] == [
        "Nationals registered. Office <b>A</b>.",
        "Permits issued, stays above 90 days. Office <b>A</b>.",
        f"{DISPLACED}. UNHCR.",
    ]
    of_2019 = [row for one in found[:2] for row in one.flows[0].rows if row[0] == "2019"]
    assert [row[1] for row in of_2019] == ["2,500", "5,000"]
    assert float(of_2019[0][3]) == pytest.approx(2 * float(of_2019[1][3]), abs=0.02)


def test_the_note_speaks_of_what_is_shown(panel, brought):
    reported = reported_flows(panel, brought)
    both = note_of(series(beside(reported, ["KAZ"], ["KOR"])))
    assert both == f"{DIFFER} {OF_OFFICES} {OF_UNHCR}"
    assert note_of(series(beside(reported, ["UKR"], ["DEU"]))) == f"{DIFFER} {OF_UNHCR}"
    periods = brought.assign(period_start=2010, period_end=2012).drop(columns="year").drop_duplicates("dest")
    assert note_of(series(own(reported_flows(panel, periods)))) == f"{DIFFER} {OF_OFFICES} {OF_PERIODS}"
    assert note_of([]) == ""


def test_a_part_without_figures_that_were_brought_says_how_to_bring_some(panel, brought):
    pair = corridor("Mongolia to Fiji", index("MNG"), index("FJI"), len(codes()))
    without, given = (reported_part(reported_flows(panel, rows), [pair]) for rows in (None, brought))
    assert without is not None
    assert given is not None
    assert (without.series, without.how_to, without.command) == ([], HOW_TO, COMMAND)
    assert (len(given.series), given.how_to) == (1, "")
    assert reported_part(None, [pair]) is None


def test_views_and_areas_find_the_same_figures(panel, brought):
    reported = reported_flows(panel, brought)
    view = arrivals("Kazakhstan", np.array(codes()) == "KAZ")
    of_view = series(rows_of_views(reported, [view]))
    of_area = reported_of_area(reported, index("KAZ"))
    (heading,) = [heading for heading in of_area if "arrivals" in heading]
    assert [[flow.rows for flow in one.flows] for one in of_area[heading]] == [
        [flow.rows for flow in one.flows] for one in of_view
    ]
    assert of_area[heading][0].flows[0].name == "All origins"
    assert of_view[0].flows[0].name == "All arrivals, Kazakhstan"
    assert reported_of_area(None, index("KAZ")) == {}


# Every sheet


@pytest.mark.usefixtures("nothing")
def test_an_estimate_of_a_corridor_without_reports_says_nothing_of_them():
    assert "Reported" not in run("estimate", "--orig", "MNG", "--dest", "FJI", "--period", "all")


@pytest.mark.usefixtures("home")
def test_the_history_of_a_corridor_shows_reports(panel):
    words = ("estimate", "--orig", "KAZ", "--dest", "KOR", "--period", "all")
    said = " ".join(run(*words).split())
    moves = ours(panel, 2018)[index("KAZ"), index("KOR")]
    assert f"2018 4,000 {moves:,.0f} {moves / 4000:.2f}" in said
    assert "Permits issued, stays above 90 days. Office <b>A</b>." in said
    assert DIFFER in said
    assert "Reported" not in run(*words, "--product", "consistent")
    assert "Reported" not in run("estimate", "--orig", "KAZ")


def test_explain_shows_totals_in_text_and_page(panel, home, tmp_path):
    said = " ".join(run("explain", "KAZ", "--to", "2026", "--draws", "0", "-o", str(tmp_path / "out")).split())
    page = text_of((tmp_path / "out" / "explanation.html").read_text())
    moves, kaz = ours(panel, 2024), index("KAZ")
    into, out = moves[:, kaz].sum(), moves[kaz].sum()
    for text in (said, page):
        for words in (REGISTERED, OFFICE, DIFFER):
            assert words in text
    assert f"All arrivals, Kazakhstan 2024 29,282 {into:,.0f} {into / 29282:.2f}" in page
    assert f"All departures, Kazakhstan 2024 12,732 {out:,.0f} {out / 12732:.2f}" in page
    assert f"2024 29,282 {into:,.0f} {into / 29282:.2f}" in said
    assert COMMAND not in page
    made = json.loads((tmp_path / "out" / "made.json").read_text())
    assert made["imported"] == {"flows": home}


@pytest.mark.usefixtures("nothing")
def test_explain_without_an_import_says_how_to_bring_one_on_the_page_only(tmp_path):
    said = run("explain", "MNG", "FJI", "--to", "2026", "--draws", "0", "-o", str(tmp_path / "out"))
    page = (tmp_path / "out" / "explanation.html").read_text()
    assert COMMAND in page
    assert "Reported figures and our estimates" not in page
    assert COMMAND not in said
    assert "imported" not in json.loads((tmp_path / "out" / "made.json").read_text())


@pytest.mark.usefixtures("home")
def test_a_ledger_shows_both_directions(panel, tmp_path):
    said = run("ledger", "KAZ", "KOR", "--to", "2026", "--draws", "0", "-o", str(tmp_path / "out"))
    page = (tmp_path / "out" / "ledger.html").read_text()
    moves = ours(panel, 2019)[index("KAZ"), index("KOR")]
    assert "Office &lt;b&gt;A&lt;/b&gt;" in page
    assert f"2019 2,500 {moves:,.0f} {moves / 2500:.2f}" in text_of(page)
    assert f"2019 2,500 {moves:,.0f} {moves / 2500:.2f}" in " ".join(said.replace("│", " ").split())


def test_country_sheets_show_totals(panel, home, tmp_path):
    run("outlook", "--group", "KAZ", "--group", "DEU", "--to", "2026", "-o", str(tmp_path / "out"))
    page = (tmp_path / "out" / "brief.html").read_text()
    into = ours(panel, 2024)[:, index("KAZ")].sum()
    kazakhstan = text_of(page[page.index('id="KAZ"') :])
    assert f"All origins 2024 29,282 {into:,.0f} {into / 29282:.2f}" in kazakhstan
    assert "All destinations 2024 12,732" in kazakhstan
    assert f"{DIFFER} {OF_OFFICES} {OF_UNHCR}" in text_of(page)
    assert COMMAND not in page
    assert json.loads((tmp_path / "out" / "made.json").read_text())["imported"] == {"flows": home}
