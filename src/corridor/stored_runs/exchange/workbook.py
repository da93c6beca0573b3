"""A workbook for Excel and LibreOffice: areas, flows, notes and sources, a sheet each."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from corridor.data.tables.export import MOST_SHEET_ROWS, safe_words
from corridor.errors import Problem
from corridor.stored_runs.exchange.made import notes, sources
from corridor.stored_runs.exchange.measures import STATISTICS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from openpyxl.cell import WriteOnlyCell

    from corridor.stored_runs.exchange.content import Content

WIDTHS = {"measure": 15, "name": 20, "text": 100, "source": 24, "publisher": 34, "title": 44, "revision": 24}
WIDTHS |= {"licence": 34, "licence_status": 17, "address": 46, "citation": 60, "tables": 60, "year": 7}
WIDTHS |= dict.fromkeys(STATISTICS, 16)
USUAL_WIDTH = 8
LINE = 15.0
"""Height of a line of text, in points."""
FORMATS = {"areas": "#,##0", "flows": "#,##0.0"}
"""Sheet -> format of its figures: a cell shows so many decimals, and holds all digits."""


def problems(content: Content) -> Iterator[Problem]:
    """Say which table has more rows than a sheet holds."""
    for name, frame in (("areas", content.areas), ("flows", content.flows)):
        if len(frame) >= MOST_SHEET_ROWS:
            fault = f"the sheet {name} would have {len(frame):,} rows, and {MOST_SHEET_ROWS - 1:,} are the most"
            yield Problem(fault, "Choose fewer rows with --group or --year, or another format such as parquet")


def files(content: Content) -> dict[str, bytes]:
    """Return the workbook; every sheet has its header in the first row, which stays in view."""
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded
    from openpyxl import Workbook  # noqa: PLC0415 - only this format needs it

    told = pd.DataFrame(notes(content).items(), columns=["name", "text"])
    sheets = {"areas": content.areas, "flows": content.flows, "notes": told}
    book = Workbook(write_only=True)
    for name, frame in {**sheets, "sources": pd.DataFrame(sources(content.stored))}.items():
        _sheet(book, name, safe_words(frame))
    stream = BytesIO()
    book.save(stream)
    return {"": stream.getvalue()}


def _sheet(book: Any, name: str, frame: pd.DataFrame) -> None:  # noqa: ANN401 - openpyxl has no types
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only this format needs it

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(frame, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(str(column), USUAL_WIDTH)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
    _print_on_pages(sheet, wide=name == "sources")
    sheet.append(_header(sheet, list(map(str, frame))))
    cells = [_cell(sheet, str(column), FORMATS.get(name)) for column in frame]
    for number, row in enumerate(frame.astype(object).where(frame.notna(), None).itertuples(index=False), start=2):
        for cell, value in zip(cells, row, strict=True):
            cell.value = value
        if name not in FORMATS:
            sheet.row_dimensions[number].height = LINE * _lines(frame, row)
        sheet.append(cells)


def _lines(frame: pd.DataFrame, row: Sequence[str]) -> int:
    """Return the lines that the longest text of a row takes; programs do not find the height of a row by themselves."""
    return max(-(-len(text) * 11 // (WIDTHS[str(name)] * 10)) for name, text in zip(frame, row, strict=True)) or 1


def _print_on_pages(sheet: Any, *, wide: bool) -> None:  # noqa: ANN401 - openpyxl has no types
    """Make printed pages as wide as the table, with the header on each."""
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _header(sheet: Any, names: Sequence[str]) -> list[WriteOnlyCell]:  # noqa: ANN401 - openpyxl has no types
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - only this format needs it
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415 - only this format needs it

    cells = [WriteOnlyCell(sheet, name.replace("_", " ")) for name in names]
    for cell, name in zip(cells, names, strict=True):
        cell.font = Font(name="Calibri", size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EDF2")
        cell.border = Border(bottom=Side("thin"))
        cell.alignment = Alignment(horizontal="right" if name in STATISTICS else "left")
    return cells


def _cell(sheet: Any, name: str, figures: str | None) -> WriteOnlyCell:  # noqa: ANN401 - openpyxl has no types
    """Return the cell of a column, which is written again and again with other values.

    Parameters
    ----------
    figures : format of figures; None in a sheet of texts
    """
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - only this format needs it
    from openpyxl.styles import Alignment  # noqa: PLC0415 - only this format needs it

    cell = WriteOnlyCell(sheet)
    if figures is None:
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    elif name in STATISTICS:
        cell.number_format = figures
    else:
        cell.alignment = Alignment(horizontal="left")
    return cell
