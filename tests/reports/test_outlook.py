"""The main job on the embedded panel: the numbers, the files, and what bad input is told."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.areas import areas, index, members
from corridor.cli import main
from corridor.errors import InputError
from corridor.estimate.moves.product import WORDS
from corridor.reports.outlook.answer import compute_outlook, group_moves, largest_corridors, touches
from corridor.reports.outlook.brief import render
from corridor.reports.outlook.causes import compute_causes
from corridor.reports.outlook.export import how_it_was_made, write_outlook
from corridor.reports.outlook.tables import outlook_tables
from corridor.reports.outlook.words import brief_of
from corridor.reports.request import check_request

FILES = {
    "brief.html",
    "made.json",
    *(
        f"{name}.{kind}"
        for name in ("group", "areas", "corridors", "world_corridors", "pyramids")
        for kind in ("csv", "parquet")
    ),
}
OF_CAUSES = {f"{name}.{kind}" for name in ("causes", "pathways", "damages") for kind in ("csv", "parquet")}


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["outlook", *words], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


# The numbers


def test_moves_of_a_group_add_up(outlook):
    moves, flows = group_moves(outlook), outlook.projection.flows
    inside = outlook.positions
    np.testing.assert_allclose(moves.inward + moves.within, flows[:, :, inside].sum(axis=(1, 2)))
    np.testing.assert_allclose(moves.outward + moves.within, flows[:, inside].sum(axis=(1, 2)))
    net = outlook.projection.net_migration[:, inside].sum(axis=1)
    np.testing.assert_allclose(moves.inward - moves.outward, net, atol=1e-3)


def test_the_population_of_the_group_is_near_the_uns(outlook):
    moves = group_moves(outlook)
    # The default anchor follows the UN by four tenths; the rest is what recent moves, and the channels, would do to the
    # region by 2060.
    assert np.abs(moves.population / moves.population_un - 1.0).max() < 0.008


def test_members_are_those_of_today(outlook):
    assert [area.iso3 for area in outlook.request.areas] == [area.iso3 for area in members("CICA")]
    assert outlook.member.sum() == 28


def test_largest_corridors_are_sorted_and_chosen(outlook):
    pairs = largest_corridors(outlook.now, 20, touches(outlook.member))
    sizes = [outlook.now[pair] for pair in pairs]
    assert sizes == sorted(sizes, reverse=True)
    assert all(outlook.member[orig] or outlook.member[dest] for orig, dest in pairs)
    assert (index("MEX"), index("USA")) in largest_corridors(outlook.now, 5)


def test_no_corridor_is_listed_where_nobody_moves():
    assert largest_corridors(np.zeros((3, 3)), 5) == []


def test_every_corridor_says_what_it_rests_on(outlook, panel):
    brief = brief_of(outlook, panel)
    at = {area.name: position for position, area in enumerate(areas())}
    for row in (*brief.corridors, *brief.world_corridors):
        assert row.evidence == WORDS[outlook.evidence[at[row.origin], at[row.destination]]]
    assert {row.evidence for row in brief.world_corridors} > {"measured"}
    for word in WORDS:
        assert word in brief.evidence_note


# The tables and files


def test_tables_hold_what_the_projection_says(outlook):
    tables = outlook_tables(outlook)
    areas = tables["areas"].set_index(["area", "year"])
    kazakhstan = index("KAZ")
    assert len(areas) == 28 * 36
    assert areas.loc[("KAZ", 2060), "moves_in"] == pytest.approx(outlook.later[:, kazakhstan].sum())
    assert areas.loc[("KAZ", 2025), "population_1_january"] == pytest.approx(
        outlook.projection.population[0, kazakhstan].sum()
    )
    pyramid = tables["pyramids"].query("area == 'KAZ' and year == 2060")
    np.testing.assert_array_equal(pyramid["persons"], outlook.projection.population[35, kazakhstan].ravel())
    corridors = tables["corridors"]
    words = [
        WORDS[outlook.evidence[index(orig), index(dest)]]
        for orig, dest in zip(corridors["orig"], corridors["dest"], strict=True)
    ]
    assert corridors["evidence"].tolist() == words
    assert set(corridors["orig"]) | set(corridors["dest"]) > {"KAZ", "USA"}
    assert (
        not tables["world_corridors"][["orig", "dest"]].isin([area.iso3 for area in outlook.request.areas]).any().any()
    )


def test_all_files_are_written_and_agree(outlook, panel, tmp_path):
    made = how_it_was_made(outlook, panel)
    path = write_outlook(outlook, brief_of(outlook, panel), made, tmp_path / "new" / "folder")
    assert {file.name for file in path.parent.iterdir()} == FILES
    for name in ("group", "areas", "corridors", "pyramids"):
        csv = pd.read_csv(path.parent / f"{name}.csv", keep_default_na=False, na_values=[""])
        parquet = pd.read_parquet(path.parent / f"{name}.parquet")
        pd.testing.assert_frame_equal(csv, parquet, check_dtype=False, rtol=1e-8)
    said = json.loads((path.parent / "made.json").read_text())
    assert said["command"] == 'corridor outlook --group "CICA" --to 2060 --anchor blended --base 2020-2024'
    assert said["panel"] == {name: panel.entry(name).sha256 for name in panel.names()}


def test_the_same_outlook_gives_the_same_bytes(outlook, panel, tmp_path):
    made = how_it_was_made(outlook, panel)
    for folder in ("one", "two"):
        write_outlook(outlook, brief_of(outlook, panel), made, tmp_path / folder)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_the_brief_needs_nothing_from_elsewhere(outlook, panel, tmp_path):
    made = how_it_was_made(outlook, panel)
    text = write_outlook(outlook, brief_of(outlook, panel), made, tmp_path).read_text()
    assert "<script" not in text
    loaded = re.findall(r'<(?:link|img|image|use|iframe)[^>]*?(?:src|href)="([^"]*)"', text)
    loaded += re.findall(r"url\(([^)]*)\)", text) + re.findall(r"@import\s+(\S+)", text)
    assert all(address.startswith(("data:", "#")) for address in loaded)
    for member in outlook.request.areas:
        assert member.name.replace("'", "&#39;") in text


def test_the_command_answers(tmp_path):
    said = run("--group", "Central Asia", "--to", "2030", "--anchor", "observed", "-o", str(tmp_path))
    assert "Kazakhstan" in said
    assert f"The report is in {tmp_path / 'brief.html'}" in said
    assert {file.name for file in tmp_path.iterdir()} == FILES | OF_CAUSES


def test_one_area_alone(tmp_path):
    assert "Mongolia" in run("--group", "mongolia", "--to", "2026", "-o", str(tmp_path))


# Bad input


def test_every_problem_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    said = run(
        "--group", "CICAA", "--to", "20x", "--anchor", "observd", "--base", "1990", "-o", str(tmp_path / "file"), code=2
    )
    assert "Did you mean CICA" in said
    assert "2026 to 2100" in said
    assert "Did you mean observed" in said
    assert "2010-2024" in said
    assert "folder" in said


@pytest.mark.parametrize("year", ["2025", "2101", "-1", "", "2060.5"])
def test_years_outside_the_medium(year, tmp_path):
    assert "2026 to 2100" in run("--to", year, "-o", str(tmp_path), code=2)
    assert not any(tmp_path.iterdir())


def test_a_folder_where_no_folder_can_be():
    assert "cannot be written to" in run("-o", "/proc/corridor", code=2)


def test_a_damaged_panel_stops_with_the_tables_name(tmp_path, panel, monkeypatch):
    copy = tmp_path / "panel"
    shutil.copytree(Path(panel.folder), copy)
    table = copy / "net_migration.parquet"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    monkeypatch.setenv("CORRIDOR_PANEL", str(copy))
    out = tmp_path / "out"
    assert "net_migration" in run("--to", "2030", "-o", str(out), code=2)
    assert not out.exists()


def test_a_request_repeats_itself(tmp_path):
    request = check_request("cica", 2040, "un", "2010-2020", tmp_path)
    again = request.command.split('"')
    assert again[1] == "CICA"
    assert "--to 2040" in again[2]


def test_two_groups_count_together(panel, tmp_path):
    request = check_request(["Central Asia", "RUS"], 2027, "blended", "2020-2024", tmp_path)
    assert len(request.areas) == 6
    assert request.group == "Central Asia and Russian Federation"
    assert request.command.startswith('corridor outlook --group "Central Asia" --group "Russian Federation" --to 2027')
    both = compute_outlook(panel, request)
    causes = compute_causes(both)
    assert causes.views[0].name == "moves in, Central Asia and Russian Federation"
    page = render(brief_of(both, panel, causes))
    assert "Migration outlook: Central Asia and Russian Federation" in page
    with pytest.raises(InputError) as refused:
        check_request(["Central Asai", "Rusia"], 2027, "blended", "2020-2024", tmp_path)
    assert len(refused.value.problems) == 2
