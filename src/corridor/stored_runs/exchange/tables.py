"""Areas and flows as two tables in a folder: CSV, with every digit, and Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.data.tables.export import as_bytes, encoded, safe_words
from corridor.stored_runs.exchange.made import readme

if TYPE_CHECKING:
    import pandas as pd

    from corridor.stored_runs.exchange.content import Content

README = "README.txt"
WORDS = {"areas": "measures by year and area", "flows": "moves by year, origin and destination"}


def csv_files(content: Content) -> dict[str, bytes]:
    """Return the two tables as CSV; a figure has the shortest digits that give the same float64 again."""
    files = {"areas.csv": exact_csv(content.areas), "flows.csv": exact_csv(content.flows)}
    return {**files, README: readme(content, {f"{name}.csv": words for name, words in WORDS.items()})}


def parquet_files(content: Content) -> dict[str, bytes]:
    """Return the two tables as Parquet."""
    files = {"areas.parquet": encoded(content.areas, ".parquet"), "flows.parquet": encoded(content.flows, ".parquet")}
    return {**files, README: readme(content, {f"{name}.parquet": words for name, words in WORDS.items()})}


def exact_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV without loss; words are such that a spreadsheet only shows them."""
    return as_bytes(str(safe_words(frame).to_csv(index=False, lineterminator="\n")))
