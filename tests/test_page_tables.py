"""Pages of results and their CSV: the tables of a page stand in the CSV beside it, cell by cell."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from tests.scripts import SCRIPTS, load_script

RESULTS = SCRIPTS.parent / "docs" / "results"
PAGE = """# Title

| | *moves*, 2025 | share |
|:--|--:|--:|
| [Syria](a.md) to `TUR` | 1,234,567 | +3.5 |
| none | 0.25, 1,000 | |

```
| not | a table |
```

## Below

| run | run |
|---|---|
| a | b |
"""
CELLS = """section,table,row,column,value
Title,1,1,,Syria to TUR
Title,1,1,"moves, 2025",1234567
Title,1,1,share,+3.5
Title,1,2,,none
Title,1,2,"moves, 2025","0.25, 1000"
Title,1,2,share,
Below,2,1,run,a
Below,2,1,run (2),b
"""


@pytest.fixture(scope="module")
def script():
    return load_script("page_tables")


@pytest.mark.parametrize("page", sorted(RESULTS.glob("*.md")), ids=lambda page: page.stem)
def test_the_csv_holds_the_tables_of_its_page(script, page):
    csv = page.with_suffix(".csv").read_text(encoding="utf-8")
    assert csv == script.tables_as_csv(page.read_text(encoding="utf-8"))
    frame = pd.read_csv(io.StringIO(csv))
    assert len(frame) > 0
    assert not frame.duplicated(["table", "row", "column"]).any()


def test_every_csv_has_a_page():
    assert {csv.stem for csv in RESULTS.glob("*.csv")} == {page.stem for page in RESULTS.glob("*.md")}


def test_cells_are_plain(script):
    assert script.tables_as_csv(PAGE) == CELLS


def test_a_row_of_another_length_is_an_error(script):
    with pytest.raises(ValueError, match="shorter"):
        script.tables_as_csv("| a | b |\n|---|---|\n| 1 |\n")


def test_a_page_is_written_with_its_csv_or_printed(script, tmp_path, capsys):
    script.publish(PAGE, tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text() == PAGE
    assert (tmp_path / "page.csv").read_text() == CELLS
    script.publish(PAGE, None)
    assert capsys.readouterr().out == PAGE
