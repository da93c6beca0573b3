"""Tables as people save them: the header is found, words are equal however encoded, what cannot be read is named."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandera.pandas import DataFrameSchema

from corridor.data.tables import limits
from corridor.data.tables.checks import area, count, text, unique, year
from corridor.data.tables.reader import TableRead, read_table
from corridor.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = DataFrameSchema(
    {"region": text(), "persons": count(), "year": year(1900, 2100, required=False)}, checks=unique(["region", "year"])
)
FLOWS = DataFrameSchema({"orig": area(), "dest": area(["TOTAL"]), "persons": count()})
ROWS = "region,persons\nNorth,5\nNA,7\n"


def read(folder: Path, content: str | bytes, name: str = "t.csv", schema: DataFrameSchema = PEOPLE) -> TableRead:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, schema)


def refusal(path: Path, schema: DataFrameSchema = PEOPLE) -> str:
    with pytest.raises(InputError) as caught:
        read_table(path, schema)
    assert all(problem.file == str(path) and problem.remedy for problem in caught.value.problems)
    return str(caught.value)


def refused(folder: Path, content: str | bytes, name: str = "t.csv") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return refusal(path)


def workbook(path: Path, **sheets: list[Any]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.removesuffix("_hidden"))
        sheet.sheet_state = "hidden" if name.endswith("_hidden") else "visible"
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode("utf-8-sig"),
        ROWS.encode("utf-16"),
        ROWS.encode("utf-32"),
        ROWS.replace(",", ";").encode(),
        ROWS.replace(",", "\t").encode(),
        ROWS.replace(",", "|").encode(),
        ROWS.replace("\n", "\r").encode(),
        b"sep=;\r\n" + ROWS.replace(",", ";").encode(),
        b'# people, "at the start\n# of the year\n' + ROWS.encode(),
        b'People "of the region\nSource: office,\n,\n' + ROWS.encode(),
        b" Region ,PERSONS,Notes\nNorth,5,x\nNA,7,\n",
        b"region,persons,\nNorth,5,\nNA,7,\n",
        ROWS.encode() + b"\n# rounded, as published\n",
        ROWS.encode() + b"# rounded\n",
        b"region,persons,year\nNorth,5,2025\nNA,7,2025\n,,\nNote: rounded,,\n",
    ],
)
def test_csv_is_read_as_people_save_it(tmp_path: Path, content: bytes) -> None:
    frame = read(tmp_path, content).frame
    assert frame[["region", "persons"]].to_numpy().tolist() == [["North", 5.0], ["NA", 7.0]]
    assert read(tmp_path, gzip.compress(content, mtime=0), "t.csv.gz").frame.equals(frame)


def test_what_was_passed_over_is_noted(tmp_path: Path) -> None:
    content = "People\nregion;persons;colour\nNorth;1500,5;red\n#x\nSouth;2;red\n\nSource: office\n"
    assert read(tmp_path, content).notes == (
        "the header is in row 2; rows above it are not read: 1",
        "columns that are not read: colour",
        "comments are not read: row 4",
        "footnotes below the table are not read: row 7",
        "persons: numbers are written with decimal commas: 1500,5 is read as 1500.5",
    )


def test_names_are_equal_however_they_are_encoded(tmp_path: Path) -> None:
    content = "region,persons\nTu\u0308rkiye,1\n  New\u00a0  York ,2\nTürkiye\u200b,3\n"
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    assert "row 4, column region" in refusal(path)
    assert read(tmp_path, content.replace("Türkiye\u200b", "Z")).frame["region"].tolist() == [
        "Türkiye",
        "New York",
        "Z",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "region,persons\nC\u00f4te,1\n".encode("cp1252"),
            "row 2: the file is not written in UTF-8; the row would be 'Côte,1'",
        ),
        ("region,persons\nМосква,1\n".encode("cp1251"), "'Москва,1' in windows-1251"),
        (ROWS.encode() + b"\0", "row 4: the file holds a character NUL"),
        ('region,persons\n"North,5\nSouth,6\n', "row 2: a quotation mark is not closed"),
        ("region,persons\nNorth,5\nNorth,6\n", "row 3, column region, value 'North': another row has the same"),
        ("region,persons\nNorth,5,6\nSouth\n", "row 2: the row has 3 cells, and the header has 2"),
        ("region,persons,Persons\nNorth,5,6\n", "row 1, column persons: two columns have this name"),
        (
            "region,persons,yeer\nNorth,5,2025\n",
            "column yeer: the table has no column of this name; it may have a column year",
        ),
        ("People\nplace,number\nNorth,5\n", "no row has the columns region, persons; tried: rows 1 to 3"),
        ("region,persons\nNorth,5\nCapital,\n", "row 3, column persons: the cell is empty"),
        (b"PK\x03\x04xxxxxxxxxxxxxxxx", "the file is a workbook or another packed archive, whatever its name says"),
        (gzip.compress(ROWS.encode(), mtime=0), "packed by gzip"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("t.xls", "save it as XLSX"),
        ("t.ods", "save it as XLSX"),
        ("t.csv.zip", "Unpack it"),
        ("t.json", "Save it as CSV"),
    ],
)
def test_other_formats_come_with_a_remedy(tmp_path: Path, name: str, remedy: str) -> None:
    assert remedy in refused(tmp_path, ROWS, name)
    assert "a password protects" in refused(tmp_path, b"\xd0\xcf\x11\xe0" + b"x" * 99, "t.xlsx")


def test_the_first_visible_sheet_with_the_columns_is_read(tmp_path: Path) -> None:
    table = [["People"], [], ["Region", "persons"], ["North", 5], ["NA", 7.5]]
    path = tmp_path / "t.xlsx"
    old = [["region", "persons"], ["North", 1]]
    workbook(path, Old_hidden=old, Contents=[["sheets"], ["Data"]], Data=table, More=old)
    frame, notes = read_table(path, PEOPLE)
    assert frame.to_numpy().tolist() == [["North", 5.0], ["NA", 7.5]]
    assert notes[0] == "the sheet Data is read; not read are: Contents, More, Old (hidden)"
    workbook(path, Old_hidden=old, Contents=[["sheets"], ["Data"]])
    assert "tried: sheet Contents, rows 1 to 2" in refusal(path)


def test_cells_of_a_workbook_are_named_as_the_spreadsheet_counts(tmp_path: Path) -> None:
    rows = [
        [],
        ["region", "persons"],
        ["A", "#N/A"],
        ["B", True],
        ["C", date(2025, 9, 5)],
        ["D", "=1+1"],
        [],
        ["E", "68 127"],
    ]
    workbook(tmp_path / "t.xlsx", Data=rows)
    said = refusal(tmp_path / "t.xlsx").splitlines()
    faults = (
        ("row 3", "error #N/A"),
        ("row 4", "true or false"),
        ("row 5", "a date"),
        ("row 6", "formula without its value"),
    )
    for line, (row, fault) in zip(said, faults, strict=True):
        assert f"sheet Data, {row}, column persons" in line
        assert fault in line


def with_row(path: Path, row: str) -> Path:
    """Put a row of XML at the end of the sheet of a workbook."""
    workbook(path.with_name("plain.xlsx"), Sheet=[["region", "persons"], ["A", 1]])
    with zipfile.ZipFile(path.with_name("plain.xlsx")) as plain, zipfile.ZipFile(path, "w") as changed:
        for name in plain.namelist():
            content = plain.read(name)
            changed.writestr(name, content.replace(b"</sheetData>", row.encode() + b"</sheetData>"))
    return path


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "the limit is 1,000 columns"),
        ('<row r="1048576"><c r="Z1048576"><v>1</v></c></row>', "more than 10,000 empty rows, the limit"),
        ('<row r="1048577"><c r="A1048577"><v>1</v></c></row>', "at most 1,048,576 rows"),
        ('<row r="3"><c r="B3"><v>1e999</v></c></row>', "too large"),
        ('<row r="3"><c r="B3"><f>A1+1</f></c></row>', "formula without its value"),
        ("<row><c/></row>" * 1_050_000, "more than 1,048,576 rows"),
        ("<row>" + "<c/>" * 5_000_100 + "</row>", "more than 5,000,000 cells"),
        (f'<row r="3"><c r="A3" t="str"><v>{"x" * 9_000_000}</v></c></row>', "a row takes more than 8 MB"),
    ],
)
def test_a_value_far_away_is_refused_at_once(tmp_path: Path, row: str, said: str) -> None:
    start = time.process_time()
    assert said in refusal(with_row(tmp_path / "t.xlsx", row))
    assert time.process_time() - start < 2.0
    styled = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert len(read_table(with_row(tmp_path / "u.xlsx", styled), PEOPLE).frame) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pa.array([b"x"]), "the column holds binary"),
        (pa.array([True]), "the column holds bool"),
        (pa.array([[1.0]]), "the column holds list"),
        (pa.array([{"a": 1}]), "the column holds struct"),
        (pa.array([date(2025, 1, 1)]), "the column holds date32"),
        (pa.array([pd.Timestamp("2025-01-01")]), "the column holds timestamp"),
        (pa.array([None], pa.float64()), "the cell is empty"),
        (pa.array(["68.127"]), "the point may separate decimals or thousands"),
        (pa.array([float("inf")]), "a count cannot be negative or infinite"),
    ],
)
def test_types_of_parquet_that_are_no_numbers_are_named(tmp_path: Path, values: pa.Array, said: str) -> None:
    pq.write_table(pa.table({"region": ["A"], "persons": values}), tmp_path / "t.parquet")
    assert said in refusal(tmp_path / "t.parquet")


@pytest.mark.parametrize(
    "kind", [pa.decimal128(9, 2), pa.float16(), pa.int8(), pa.uint64(), pa.dictionary(pa.int8(), pa.int64())]
)
def test_types_of_parquet_that_are_numbers_are_read(tmp_path: Path, kind: pa.DataType) -> None:
    given = Decimal(5) if pa.types.is_decimal(kind) else 5
    numbers = pa.array([5]).dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else pa.array([given], kind)
    words = pa.array(["A"]).dictionary_encode()
    pq.write_table(pa.table({"Region": words, "persons": numbers}), tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet", PEOPLE).frame.to_numpy().tolist() == [["A", 5.0]]


def test_a_long_text_in_many_rows_is_refused_before_it_is_spread(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["x" * 10**6])
    pq.write_table(pa.table({"region": words, "persons": [1.0] * 20_000}), tmp_path / "t.parquet")
    assert "more than 32,767 characters, the limit" in refusal(tmp_path / "t.parquet")
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["x" * 30_000])
    pq.write_table(pa.table({"region": words, "persons": [1.0] * 20_000}), tmp_path / "t.parquet")
    assert "take more than 100 MB, the limit" in refusal(tmp_path / "t.parquet")


def test_limits_are_asked_before_reading(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "t.csv.gz", "wb", compresslevel=1) as file:
        for _ in range(101):
            file.write((b"0" * 999 + b"\n") * 1000)
    assert "more than 100 MB, unpacked" in refusal(tmp_path / "t.csv.gz")
    assert "more than 1,000,000 characters" in refused(tmp_path, ROWS + "x" * 1_100_000)
    assert "a cell has more than 131,072 characters" in refused(tmp_path, ROWS + "x" * 140_000 + ",1\n")
    assert "more than 1,000 columns" in refused(tmp_path, "region,persons" + ",x" * 1000 + "\n")
    assert "more than 5,000,000 rows" in refused(tmp_path, ROWS + "\n" * 5_000_001)
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate(101 * limits.MEGABYTE)
    assert "holds 101 MB, more than the limit of 100 MB" in refusal(tmp_path / "t.csv")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "a device, a pipe or a socket" in refusal(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    assert "a device, a pipe or a socket" in refusal(tmp_path / "zero.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere.csv")
    assert "the link leads to no file" in refusal(tmp_path / "link.csv")


def test_areas_are_read_by_any_name_and_noted(tmp_path: Path) -> None:
    content = "orig,dest,persons\nNA,Turkey,1\nKAZ,398,2\nEgypt; Arab Rep.,TOTAL,3\n".replace(";", "\\")
    content = content.replace("Egypt\\ Arab Rep.", '"Egypt, Arab Rep."')
    frame, notes = read(tmp_path, content, schema=FLOWS)
    assert frame[["orig", "dest"]].to_numpy().tolist() == [["NAM", "TUR"], ["KAZ", "KAZ"], ["EGY", "TOTAL"]]
    assert "orig: names and other codes are read as areas: NA as NAM, Egypt, Arab Rep. as EGY" in notes


def test_a_name_of_several_areas_is_the_one_left_or_refused(tmp_path: Path) -> None:
    both = read(tmp_path, "orig,dest,persons\nKorea,KAZ,1\nNorth Korea,KAZ,2\n", schema=FLOWS)
    assert both.frame["orig"].tolist() == ["KOR", "PRK"]
    assert "orig: Korea is read as KOR, because" in " ".join(both.notes)
    for word, said in (
        ("Korea", "KOR for Republic of Korea"),
        ("Congo", "COD for"),
        ("Micronesia", "a region of 7 areas"),
        ("Asia", ""),
    ):
        path = tmp_path / "t.csv"
        path.write_text(f"orig,dest,persons\n{word},KAZ,1\n")
        assert said in refusal(path, FLOWS)


def test_a_fault_of_many_rows_is_told_ten_times_and_counted(tmp_path: Path) -> None:
    said = refused(tmp_path, "region,persons\n" + "".join(f"R{row},-1\n" for row in range(3000))).splitlines()
    assert len(said) == 11
    assert "2,990 more rows: a count cannot be negative or infinite" in said[-1]


def test_rows_that_a_workbook_hides_are_read_with_a_note(tmp_path):
    path = tmp_path / "t.xlsx"
    book = workbook(path, Data=[["region", "persons"], ["North", 5], ["South", 7], ["West", 9]])
    book["Data"].row_dimensions[3].hidden = True
    book.save(path)
    frame, notes = read_table(path, PEOPLE)
    assert len(frame) == 3
    assert notes == ("1 row that is hidden or filtered out is read too: row 3",)
