"""A folder of results: its sums, what of an earlier folder stays, and words that a spreadsheet or a page only shows."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.data.results_folder import former_files, other_files, write_results
from corridor.data.tables.export import encoded
from corridor.errors import InputError, visible
from corridor.figures import svg
from corridor.reports.report_files import environment

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pd.DataFrame({"region": ["North"], "persons": [1.0]})
EVIL = "</title><script>alert(1)</script>\" onload='alert(2)' \x1b[2J\u202e\udcff"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_holds_the_sum_of_every_file(tmp_path):
    write_results({"page.html": "page"}, {"flows": TABLE}, {"command": "corridor \udcff"}, tmp_path / "out")
    made = json.loads((tmp_path / "out" / "made.json").read_bytes())
    sums = {path.name: sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "out").iterdir()}
    assert made["results"] == {name: found for name, found in sums.items() if name != "made.json"}
    assert former_files(tmp_path / "out") == set(sums)


def test_files_of_the_user_stay_and_those_of_earlier_results_go(tmp_path):
    out = tmp_path / "out"
    write_results({"page.html": "page"}, {"flows": TABLE, "causes": TABLE}, {}, out)
    (out / "notes.txt").write_text("mine")
    (out / "causes.csv").write_text("mine now")
    assert list(other_files(out)) == ["causes.csv", "notes.txt"]
    write_results({"page.html": "page"}, {"flows": TABLE}, {}, out)
    assert names(out) == ["causes.csv", "flows.csv", "flows.parquet", "made.json", "notes.txt", "page.html"]
    assert (out / "causes.csv").read_text() == "mine now"


@pytest.mark.parametrize("text", ["", "[]", '{"results": ["page.html"]}', '{"results": {"../made.json": 1}}', "\x00"])
def test_a_file_that_is_named_like_ours_is_nobodys_sum(tmp_path, text):
    (tmp_path / "made.json").write_text(text)
    assert former_files(tmp_path) <= {"made.json"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    for place in ("file", "file/out", "n" * 300):
        with pytest.raises(InputError, match="-o"):
            write_results({}, {"flows": TABLE}, {}, tmp_path / place)
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", " =", "\t=", "\r", "\n", "\ta", "\u00a0@"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_and_no_head_begins_a_formula(first, suffix):
    word = f"{first}1+1"
    frame = pd.DataFrame({word: [1.0], "same": [word], "kind": pd.Categorical([word]), "none": [None]})
    content = encoded(frame, suffix)
    read = pd.read_csv if suffix == ".csv" else pd.read_excel
    table = read(BytesIO(content))
    for shown in (table.columns[0], table["same"][0], table["kind"][0]):
        assert shown == f"'{visible(word)}"
    assert table["none"].isna().all()


@given(st.text(max_size=20))
def test_a_visible_text_steers_nothing_and_plain_text_stays(text):
    shown = visible(text)
    assert visible(shown) == shown
    assert all(mark.isprintable() or mark.isspace() or mark in "\u200c\u200d" for mark in shown)
    assert not set("\n\r\t\v\f\x1b\x85\u2028\u202e") & set(shown)
    if text.isprintable():
        assert shown == text


def test_pages_and_pictures_show_words_as_text():
    page = environment().from_string('<p title="{{ word }}">{{ word }}').render(word=EVIL)
    for drawn in (
        svg.text(0, 0, EVIL),
        svg.title(EVIL),
        svg.tag("g", fill=EVIL),
        svg.figure("k", 1, 1, EVIL, EVIL),
        page,
    ):
        assert "<script>" not in drawn
        assert "' onload" not in drawn
        assert '" onload' not in drawn
        assert not set("\x1b\u202e\udcff") & set(drawn)
