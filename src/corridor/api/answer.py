"""The answer to a question: its figures as tables, its report as files, and the command that gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corridor.api.arguments import named_as_arguments, path_of
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True, repr=False)
class Answer:
    """The result of a question, such as `corridor.explain`.

    Attributes
    ----------
    title : title of the question, such as "Why moves of Kazakhstan change, 2060"
    command : the line of the command line that gives the same answer
    tables : name -> tidy table; the first is the main one
    write : writes the report into a folder and returns the path of its page
    """

    title: str
    command: str
    tables: Mapping[str, pd.DataFrame]
    write: Callable[[Path], Path] = field(compare=False)

    def to_frame(self, table: str | None = None) -> pd.DataFrame:
        """Return a copy of a table of the answer; without a name, of the main table.

        Raises
        ------
        InputError : the answer has no such table
        """
        name = next(iter(self.tables)) if table is None else table
        if not (isinstance(name, str) and name in self.tables):
            fault = "the answer has no such table"
            raise InputError(Problem(fault, spelling(str(name), list(self.tables)), column="table=", value=name))
        return self.tables[name].copy()

    def report(self, folder: str | Path) -> Path:
        """Write the page, the tables and a record of how they were made into a folder, and return the path of the page.

        Raises
        ------
        InputError : the folder cannot be written to
        """
        problems: list[Problem] = []
        path = path_of("folder", folder, problems)
        if problems:
            raise InputError(problems)
        with named_as_arguments():
            return self.write(path)

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} ({len(table):,} rows)" for name, table in self.tables.items())
        return f"{self.title}\n  tables: {rows}\n  the same: {self.command}"
