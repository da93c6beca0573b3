"""The nine tables of the world model: checked whole, kept with how they came and their licence, read back equal."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.cli import main
from corridor.data.tables.bds_import import TABLES, import_bds, imported_bds, read_tables
from corridor.data.tables.imports import import_table
from corridor.errors import InputError
from tests.bds_tables import small_tables, write_tables
from tests.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.errors import Problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tables(small_tables(), tmp_path / "brought")


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_tables(folder)
    return caught.value.problems


def change(folder: Path, name: str, row: int, column: str, value: object) -> None:
    """Write a value into a row, counted as an editor does."""
    path = folder / f"{name}.csv"
    frame = pd.read_csv(path, dtype=str)
    frame.loc[row - 2, column] = str(value)
    frame.to_csv(path, index=False)


def test_the_tables_come_back_as_they_were_brought(folder, tmp_path):
    place = import_bds(folder, tmp_path / "imports")
    kept, brought = imported_bds(tmp_path / "imports"), small_tables()
    assert tuple(sorted(kept)) == tuple(sorted(TABLES))
    for name, frame in kept.items():
        keys = [str(column) for column in frame if frame[column].dtype != float or column == "scenario"]
        expected = brought[name][list(frame.columns)].sort_values(keys, ignore_index=True)
        pd.testing.assert_frame_equal(frame.sort_values(keys, ignore_index=True), expected, check_dtype=False)
    origin = json.loads((place / "origin.json").read_text(encoding="utf-8"))
    for name, fact in origin["tables"].items():
        path = folder / fact["file"]
        assert fact["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert fact["rows"] == len(brought[name])


def test_the_licence_stays_with_the_copy(folder, tmp_path):
    place = import_bds(folder, tmp_path / "imports")
    licence = (place / "LICENCE.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2019 hendrikscheewel" in licence
    assert "The above copyright notice and this permission notice shall be included in all copies" in licence
    assert "MIT" in json.loads((place / "origin.json").read_text(encoding="utf-8"))["licence"]


@pytest.mark.parametrize("suffix", ["csv.gz", "xlsx", "parquet"])
def test_a_table_may_have_another_format(folder, suffix):
    expected = read_tables(folder)["gdp_2010"]
    frame = pd.read_csv(folder / "gdp_2010.csv")
    (folder / "gdp_2010.csv").unlink()
    path = folder / f"gdp_2010.{suffix}"
    write_table(frame, path)
    pd.testing.assert_frame_equal(read_tables(folder)["gdp_2010"], expected)


def test_every_missing_or_doubled_table_is_told(folder):
    (folder / "gdp_2010.csv").unlink()
    (folder / "flooded_share.csv").unlink()
    (folder / "countries.parquet").write_bytes(b"")
    found = problems(folder)
    assert [problem.fault.split(" (")[0] for problem in found] == [
        "the folder lacks the table gdp_2010",
        "the folder lacks the table flooded_share",
        "the folder holds this table more than once",
    ]
    assert {problem.file for problem in found} == {str(folder)}


def test_a_file_or_nothing_is_no_folder(folder):
    for path in (folder / "gdp_2010.csv", folder / "nowhere"):
        assert [(problem.file, problem.fault) for problem in problems(path)] == [(str(path), "there is no such folder")]


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        (("countries", 3, "oecd"), "2", "oecd is not one of 1, 0"),
        (("countries", 3, "iso3"), "KZK", "the code is not a known one"),
        (("gdp_2010", 4, "gdp"), "-5", "this is not a finite number that is at least 1e-09"),
        (("urban_wage_ratio_2010", 2, "wage_ratio"), "much", "this is not a number"),
        (("residents_2010", 5, "residents"), "0", "this is not a finite number that is at least 1e-09"),
        (("residents_2010", 5, "region"), "x", "the code is not a known one"),
        (("internal_ratio_2010", 6, "internal_ratio"), "-0.1", "a count cannot be negative or infinite"),
        (("fertility_education", 7, "p"), "1.2", "the share is not between 0 and 1"),
        (("fertility_education", 7, "year"), "2011", "year is not one of 2010, 2040, 2070, 2100"),
        (("temperature_damage", 8, "damage_factor"), "inf", "this is not a finite number that is at least 1e-09"),
        (("temperature_damage", 8, "scenario"), "3", "scenario is not one of 0.0, 0.09, 2.09, 4.09, 9.0"),
        (
            ("temperature_damage", 2, "damage_factor"),
            "0.8",
            "the damage factor of 2010 is not the same in every scenario",
        ),
        (("flooded_share", 2, "flooded_share"), "0.1", "people are flooded in 2010, when nobody should be"),
        (("emigrants_2010", 9, "destination"), "AFG", "an emigrant lives in another country"),
        (("emigrants_2010", 9, "origin"), "UZB", "the code is not a known one"),
    ],
)
def test_a_bad_value_is_told_with_its_place(folder, cell, value, rule):
    name, row, column = cell
    change(folder, name, row, column, value)
    told = {problem.fault: problem for problem in problems(folder)}
    assert rule in told
    problem = told[rule]
    assert (problem.file, problem.row) == (str(folder / f"{name}.csv"), row)
    assert column in str(problem.column)
    assert value.rstrip("0") in str(problem.value)
    assert problem.remedy


def test_problems_of_several_tables_are_told_together(folder):
    change(folder, "gdp_2010", 4, "gdp", "-5")
    change(folder, "flooded_share", 3, "flooded_share", "7")
    assert [problem.file for problem in problems(folder)] == [
        str(folder / "gdp_2010.csv"),
        str(folder / "flooded_share.csv"),
    ]


def test_every_lacking_row_is_told(folder):
    path = folder / "fertility_education.csv"
    frame = pd.read_csv(path)
    frame.drop(index=[0, 5]).to_csv(path, index=False)
    found = problems(folder)
    assert {str(problem.value) for problem in found} == {"a, l, 2010, AFG", "a, h, 2040, AFG"}
    assert {problem.column for problem in found} == {"region, skill, year, iso3"}
    assert {problem.file for problem in found} == {str(path)}


def test_a_key_stands_once(folder):
    path = folder / "emigrants_2010.csv"
    frame = pd.read_csv(path)
    pd.concat([frame, frame.iloc[[0]]]).to_csv(path, index=False)
    (found,) = problems(folder)
    assert (found.row, found.fault) == (
        len(frame) + 2,
        "another row has the same origin, destination, region, skill",
    )


def test_there_is_a_north_and_a_south(folder):
    path = folder / "countries.csv"
    pd.read_csv(path).assign(oecd=1).to_csv(path, index=False)
    assert [problem.fault for problem in problems(folder)] == ["all countries are in one group, North or South"]


def test_a_bad_folder_leaves_what_was_imported(folder, tmp_path):
    out = tmp_path / "imports"
    import_bds(folder, out)
    before = imported_bds(out)
    change(folder, "gdp_2010", 4, "gdp", "-5")
    with pytest.raises(InputError):
        import_bds(folder, out)
    pd.testing.assert_frame_equal(imported_bds(out)["gdp_2010"], before["gdp_2010"])
    assert sorted(path.name for path in out.iterdir()) == ["bds"]


def test_absent_tables_say_what_to_do(tmp_path):
    with pytest.raises(InputError, match="corridor data import bds DIR"):
        imported_bds(tmp_path)
    with pytest.raises(InputError, match=r"corridor\.data\.tables\.bds_import"):
        import_table("bds", tmp_path / "any.csv", tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the variable is a convention of Linux")
def test_the_command_brings_the_folder(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    done = CliRunner().invoke(main, ["data", "import", "bds", str(folder)], catch_exceptions=False)
    assert done.output == f"The table is kept in {tmp_path / 'corridor' / 'imports' / 'bds'}\n"
    assert len(imported_bds()["countries"]) == 5


def test_the_command_reports_a_bad_folder(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    change(folder, "gdp_2010", 4, "gdp", "-5")
    done = CliRunner().invoke(main, ["data", "import", "bds", str(folder)])
    assert done.exit_code == 2
    assert "gdp_2010.csv, row 4, column gdp, value '-5'" in done.output


def test_how_tables_were_read_is_noted_and_told(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    frame = pd.read_csv(folder / "countries.csv", dtype=str).assign(comment_of_mine="x")
    frame.to_csv(folder / "countries.csv", index=False)
    result = CliRunner().invoke(main, ["data", "import", "bds", str(folder)])
    assert "note: countries.csv: columns that are not read: comment_of_mine" in result.output
