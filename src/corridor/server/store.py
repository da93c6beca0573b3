"""The runs that the server shows: those of one folder, and those that the command names. Nothing else is reached."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from corridor.errors import InputError, Problem
from corridor.server.limits import MOST_ROWS
from corridor.server.refusals import Refusal, nothing_here

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from corridor.stored_runs.run_folder import StoredRun

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
RUN, FINISHED = "run.json", "finished.json"
KEPT = 8
"""Runs that stay open in memory."""
NO_RUN = "there is no such run"
LIST = "Choose one of those that /api/runs lists"


@dataclass(slots=True)
class _Opened:
    stored: StoredRun
    tables: dict[str, pa.Table] = field(default_factory=dict)


@dataclass
class RunStore:
    """Runs by name.

    Attributes
    ----------
    folder : each of whose folders may be a run
    named : runs elsewhere, which the command names
    """

    folder: Path
    named: Mapping[str, Path] = field(default_factory=dict)
    _open: OrderedDict[str, _Opened] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def names(self) -> list[str]:
        """Return the names of all runs, finished or not."""
        inside = self.folder.iterdir() if self.folder.is_dir() else ()
        found = [path.name for path in inside if NAME.fullmatch(path.name) and (path / RUN).is_file()]
        return [*self.named, *sorted(name for name in found if name not in self.named)]

    def place(self, name: str) -> Path:
        """Return where a run of a name is or would be.

        Raises
        ------
        Refusal : the name is none, or would lead out of the folder
        """
        if name in self.named:
            return self.named[name]
        top = self.folder.resolve()
        path = (top / name).resolve() if NAME.fullmatch(name) else top
        if path.parent != top:
            fault = "this is not the name of a run: small letters, digits, points and hyphens, at most 64"
            raise Refusal(422, "input", Problem(fault, "Write a name such as ssp3-7.0-2060", column="name", value=name))
        return path

    def opened(self, name: str) -> StoredRun:
        """Open a run.

        Raises
        ------
        Refusal : there is none of the name
        InputError : it is damaged
        """
        return self._opened(name).stored

    def _opened(self, name: str) -> _Opened:
        from corridor.stored_runs.run_folder import open_run  # noqa: PLC0415 - loads tables

        if not NAME.fullmatch(name) and name not in self.named:
            raise nothing_here(NO_RUN, LIST, name)
        path = self.place(name)
        if not (path / RUN).is_file():
            raise nothing_here(NO_RUN, LIST, name)
        changed = [(path / file).stat().st_mtime_ns if (path / file).is_file() else 0 for file in (RUN, FINISHED)]
        key = f"{name} {changed}"
        with self._lock:
            if key not in self._open:
                self._open[key] = _Opened(open_run(path))
                while len(self._open) > KEPT:
                    self._open.popitem(last=False)
            self._open.move_to_end(key)
            return self._open[key]

    def summary(self, name: str) -> dict[str, Any]:
        """Return what a run answers and how far it has come."""
        from corridor.data.files import is_locked  # noqa: PLC0415 - as above

        try:
            stored = self.opened(name)
        except InputError as error:
            return {"name": name, "state": "damaged", "title": "", "fault": error.problems[0].fault}
        question = stored.question
        state = "finished" if stored.finished else "being written" if is_locked(self.place(name)) else "unfinished"
        return {
            "name": name,
            "state": state,
            "title": question.scenario.title,
            "scenario_digest": question.scenario.digest,
            "years": [question.years[0], question.last],
            "draws": question.draws,
            "seed": question.seed,
            "anchor": question.anchor,
            "base": question.base,
            "corridors": len(question.corridors),
            "digest": stored.digest if stored.finished else None,
            "finished": stored.finished["times"]["finished"] if stored.finished else None,
        }

    def table(self, name: str, file: str) -> pa.Table:
        """Return a summary of a finished run, checked once and kept in memory.

        Raises
        ------
        Refusal : the run is not finished, or does not keep this
        """
        import pyarrow as pa  # noqa: PLC0415 - only tables need it
        import pyarrow.parquet as pq  # noqa: PLC0415 - as above

        opened = self._opened(name)
        if opened.stored.finished is None:
            fault = "the run is not finished"
            raise Refusal(409, "unfinished", Problem(fault, "Wait, or go on with corridor run --resume", value=name))
        if file not in opened.stored.sums:
            raise nothing_here("the run keeps no such table", "Run it with --corridors", name)
        if file not in opened.tables:
            opened.tables[file] = pq.read_table(pa.BufferReader(opened.stored.read(file)))
        return opened.tables[file]


def page_of(table: pa.Table, wanted: Mapping[str, object], page: int, size: int) -> dict[str, Any]:
    """Return a page of the rows that hold the wanted values.

    Parameters
    ----------
    wanted : column -> value; None for any
    page : from 1
    size : rows of a page
    """
    import pyarrow.compute as pc  # noqa: PLC0415 - only tables need it

    for column, value in wanted.items():
        if value is not None:
            table = table.filter(pc.equal(table[column], value))
    size = min(size, MOST_ROWS)
    rows = table.slice((page - 1) * size, size).to_pylist()
    return {"rows": rows, "total": table.num_rows, "page": page, "pages": -(-table.num_rows // size), "size": size}


def runs_named(words: Sequence[Path]) -> dict[str, Path]:
    """Return the runs that a command names, by the names that pages call them.

    Raises
    ------
    InputError : one is no finished run, or two have the same name
    """
    found: dict[str, Path] = {}
    problems = []
    for path in words:
        name = re.sub(r"[^a-z0-9.-]+", "-", path.resolve().name.lower()).strip(".-")[:64] or "run"
        if not (path / RUN).is_file():
            remedy = "Name the folder of a run; corridor runs list shows them"
            problems.append(Problem("there is no run here", remedy, str(path)))
        elif not (path / FINISHED).is_file():
            remedy = f"Go on with it: corridor run --resume {path}"
            problems.append(Problem("the run is not finished", remedy, str(path)))
        elif name in found:
            problems.append(Problem("another run has this name", "Rename its folder", str(path)))
        found[name] = path
    if problems:
        raise InputError(problems)
    return found
