"""A table that breaks its rules is reported whole; a damaged file is reported, never read in part."""

from __future__ import annotations

import gzip
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandera.pandas import DataFrameSchema

from corridor.data.tables import checks, limits
from corridor.data.tables.checks import code, count, number, share, text, unique, year
from corridor.data.tables.reader import read_frame
from corridor.errors import InputError
from tests.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = ("KAZ", "NAM", "TUR", "UZB")
FLOWS = DataFrameSchema(
    {
        "orig": code(KNOWN),
        "dest": code(KNOWN),
        "year": year(1990, 2024),
        "persons": count(),
        "note": text(required=False),
    },
    checks=unique(["orig", "dest", "year"]),
)
GOOD = "orig,dest,year,persons\nUZB,KAZ,2020,1500.5\nNAM,TUR,2021,0\n"


def written(folder: Path, content: str | bytes, name: str = "flows.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def problems(path: Path, schema: DataFrameSchema = FLOWS) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(InputError) as caught:
        read_frame(path, schema)
    assert all(problem.file == str(path) and problem.remedy for problem in caught.value.problems)
    return [(problem.row, problem.column, problem.fault) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["flows.csv", "flows.csv.gz", "flows.xlsx", "flows.parquet"])
def test_every_format_gives_the_same_frame(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame(
        {"orig": ["UZB", "NAM"], "dest": ["KAZ", "TUR"], "year": [2020, 2021], "persons": [1500.5, 0.0], "more": [1, 2]}
    )
    path = tmp_path / name
    write_table(frame.astype({"orig": "category"}) if path.suffix == ".parquet" else frame, path)
    read = read_frame(path, FLOWS)
    pd.testing.assert_frame_equal(read, frame[["orig", "dest", "year", "persons"]], check_dtype=False)
    assert read["year"].dtype == np.int64
    assert read["persons"].dtype == np.float64


def test_the_code_of_namibia_is_no_missing_value(tmp_path: Path) -> None:
    path = written(tmp_path, "iso2,value\nNA,1\n")
    assert read_frame(path, DataFrameSchema({"iso2": code(("NA",)), "value": number()}))["iso2"].tolist() == ["NA"]


def test_one_report_names_every_bad_row(tmp_path: Path) -> None:
    content = (
        "orig,dest,year,persons\n"
        "UZB,KAZ,2020,1\n"
        "UZV,KAZ,2020,1\n"
        "UZB,TUR,2020,-5\n"
        "UZB,NAM,2020,inf\n"
        "KAZ,NAM,2031,1\n"
        "KAZ,TUR,2020.5,1\n"
        "UZB,KAZ,2020,3\n"
        "KAZ,UZB,2020,many\n"
        "TUR,UZB,2020,\n"
        ",UZB,2021,1\n"
    )
    path = written(tmp_path, content)
    year_rule = "the year is not a whole number from 1990 to 2024"
    count_rule = "a count cannot be negative or infinite"
    assert problems(path) == [
        (3, "orig", "the code is not a known one"),
        (4, "persons", count_rule),
        (5, "persons", count_rule),
        (6, "year", year_rule),
        (7, "year", year_rule),
        (8, "orig, dest, year", "another row has the same orig, dest, year"),
        (9, "persons", "this is not a number"),
        (10, "persons", "the cell is empty"),
        (11, "orig", "the cell is empty"),
    ]
    with pytest.raises(InputError, match=r"row 3, column orig, value 'UZV'.*Did you mean UZB"):
        read_frame(path, FLOWS)


def test_rows_count_as_in_an_editor(tmp_path: Path) -> None:
    content = 'orig,dest,year,persons,note\n\nUZB,KAZ,2020,1,"two\nlines"\nUZB,TUR,2020,-1,x\n'
    assert [row for row, *_ in problems(written(tmp_path, content))] == [5]
    frame = pd.DataFrame(
        {"orig": ["UZB", "KAZ"], "dest": ["KAZ", "UZB"], "year": [2020, 2020], "persons": [1.0, np.nan]}
    )
    frame.to_parquet(tmp_path / "flows.parquet")
    assert problems(tmp_path / "flows.parquet") == [(3, "persons", "the cell is empty")]


def test_missing_columns_come_with_near_spellings(tmp_path: Path) -> None:
    path = written(tmp_path, "origin,dest,year,person,year\nUZB,KAZ,2020,1,2020\n")
    with pytest.raises(InputError) as caught:
        read_frame(path, FLOWS)
    report = str(caught.value)
    assert [problem.column for problem in caught.value.problems] == ["orig", "persons", "year"]
    assert "Did you mean origin?" in report
    assert "Did you mean person?" in report


def test_ragged_rows_are_all_listed(tmp_path: Path) -> None:
    content = GOOD + "UZB,KAZ,2021,1,9\nUZB,KAZ,2022,1\nUZB,KAZ\n"
    rule = "the row has {} cells, and the header has 4"
    assert problems(written(tmp_path, content)) == [(4, None, rule.format(5)), (6, None, rule.format(2))]
    assert problems(written(tmp_path, GOOD + "UZB,KAZ\n")) == [(4, None, rule.format(2))]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"orig,dest,year,persons\n", "rows below its header"),
        ("a.csv", GOOD.encode("utf-16-le"), "NUL"),
        ("a.csv", GOOD.encode() + b"\xcb\xfe,KAZ,2020,1\n", "UTF-8"),
        ("a.csv.gz", GOOD.encode(), "damaged or incomplete"),
        ("a.csv.gz", gzip.compress(GOOD.encode(), mtime=0)[:-12], "damaged or incomplete"),
        ("a.xlsx", GOOD.encode(), "damaged or incomplete"),
        ("a.parquet", b"", "is empty"),
        ("a.parquet", b"PAR1", "damaged or incomplete"),
        ("a.ods", b"", "the file is not one of"),
    ],
)
def test_damaged_files_are_reported(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    found = problems(written(tmp_path, content, name))
    assert len(found) == 1
    assert rule in found[0][2]


def test_cut_binary_files_are_reported(tmp_path: Path) -> None:
    frame = pd.read_csv(written(tmp_path, GOOD))
    frame.to_parquet(tmp_path / "whole.parquet")
    frame.to_excel(tmp_path / "whole.xlsx", index=False)
    for suffix in ("parquet", "xlsx"):
        whole = (tmp_path / f"whole.{suffix}").read_bytes()
        cut = written(tmp_path, whole[: len(whole) // 2], f"cut.{suffix}")
        assert "damaged or incomplete" in problems(cut)[0][2]
    version = bytearray(whole)
    version[whole.rindex(b"PK\x01\x02") + 6] = 200
    assert "damaged or incomplete" in problems(written(tmp_path, bytes(version), "version.xlsx"))[0][2]
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    assert "damaged or incomplete" in problems(tmp_path / "other.xlsx")[0][2]


def test_words_of_parquet_are_unicode(tmp_path: Path) -> None:
    words = pa.array([b"\xb1ZB"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"orig": words, "dest": ["KAZ"], "year": [2020], "persons": [1.0]}), tmp_path / "a.parquet")
    assert "damaged or incomplete" in problems(tmp_path / "a.parquet")[0][2]


def test_a_missing_file_and_a_folder_are_reported(tmp_path: Path) -> None:
    assert "the file cannot be opened" in problems(tmp_path / "absent.csv")[0][2]
    (tmp_path / "folder.csv").mkdir()
    assert "the file cannot be opened" in problems(tmp_path / "folder.csv")[0][2]


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, GOOD)
    frame = read_frame(path, FLOWS)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    packed = written(tmp_path, gzip.compress(GOOD.encode() * 1000), "a.csv.gz")
    monkeypatch.setattr(limits, "MOST_ROWS", 1)
    assert "more than 1 rows" in problems(path)[0][2]
    assert "more than 1 rows" in problems(tmp_path / "a.parquet")[0][2]
    monkeypatch.setattr(limits, "LARGEST_TEXT", 1000)
    assert "the CSV file holds more than" in problems(packed)[0][2]
    monkeypatch.setattr(limits, "LARGEST_SHEET", 100)
    assert "unpacked, holds" in problems(tmp_path / "a.xlsx")[0][2]


def test_a_long_report_is_cut_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_OF_A_KIND", 3)
    path = written(tmp_path, "area,value\n" + "UZB,-1\n" * 9)
    found = problems(path, DataFrameSchema({"area": code(KNOWN), "value": count()}))
    assert [row for row, *_ in found] == [2, 3, 4, None]


def test_shares_and_bounds_say_what_they_demand(tmp_path: Path) -> None:
    path = written(tmp_path, "area,part,level\nKAZ,1.5,5\nUZ,.5,11\nTUR,,7\n")
    schema = DataFrameSchema({"area": code(), "part": share(nullable=True), "level": number(upper=10)})
    assert problems(path, schema) == [
        (2, "part", "the share is not between 0 and 1"),
        (3, "area", "this is not a code of three capital letters"),
        (3, "level", "this is not a finite number that is at most 10"),
    ]
