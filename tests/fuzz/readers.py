"""The readers of users' files: for each the right files to start from, and how it reads a folder of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corridor.errors import InputError
from tests.bds_tables import small_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

IMPORTS = {
    "warming": "iso3,warming_per_degree,sd\nAFG,1.3,0.2\nKAZ,1.5,\nRUS,1.9,0.3\nIND,0.9,0.1\n",
    "effects": "iso3,year,log_push\nAFG,2025,0.0\nAFG,2050,0.05\nKAZ,2025,0.0\nKAZ,2050,-0.02\n",
    "flows": "orig,dest,year,persons,definition,source\nAFG,IRN,2019,120000,permits,an office\n"
    "IRN,AFG,2019,90000,permits,an office\nTOTAL,KAZ,2019,15000,registrations,an office\nKAZ,RUS,2019,71000,,\n",
    "distance": "orig,dest,km\nAFG,IRN,1620\nIRN,AFG,1620\nKAZ,RUS,2280\nRUS,KAZ,2280\n",
}


class Reader(NamedTuple):
    """A reader of users' files.

    Attributes
    ----------
    write : puts right files into an empty folder
    read : reads them, raises `InputError` where they are wrong, and returns what it notes
    """

    write: Callable[[Path], object]
    read: Callable[[Path], Sequence[str]]


def _own_data(folder: Path) -> Sequence[str]:
    from corridor.own_regions.plausibility import own_data

    return own_data(folder).notes


def _template(folder: Path) -> None:
    from corridor.own_regions.template import write_template

    write_template(folder)


def _examples(folder: Path) -> None:
    from corridor.estimate.own.own_files import write_examples

    write_examples(folder)


def _stocks(folder: Path) -> Sequence[str]:
    from corridor.estimate.own.own_data import flows_from_stocks
    from corridor.estimate.own.own_files import FILES, read_own_files

    tables, notes = read_own_files({name: _only(folder, Path(file).stem) for name, file in FILES.items()})
    own = flows_from_stocks(tables["start"], tables["end"], births=tables["births"], deaths=tables["deaths"])
    return [*notes, *own.notes]


def _only(folder: Path, stem: str) -> Path:
    return next(iter(sorted(folder.glob(f"{stem}.*"))), folder / f"{stem}.csv")


def _import_of(kind: str) -> Reader:
    def read(folder: Path) -> Sequence[str]:
        from corridor.data.tables.imports import import_notes, import_table, imported

        place = import_table(kind, _only(folder, kind), folder / "kept")
        imported(kind, folder / "kept")
        return import_notes(place)

    return Reader(lambda folder: (folder / f"{kind}.csv").write_text(IMPORTS[kind], "utf-8"), read)


def _bds_tables(folder: Path) -> None:
    for name, frame in small_tables().items():
        frame.to_csv(folder / f"{name}.csv", index=False)


def _bds(folder: Path) -> Sequence[str]:
    from corridor.data.tables.bds_import import read_tables

    read_tables(folder)
    return ()


def _revisions(folder: Path) -> None:
    from corridor.backtest.un_vintages import VINTAGES

    rows = [
        f"{vintage},{iso3},{start}-{start + 5},{(start % 7) * 3.5 - 9}"
        for vintage in VINTAGES
        for iso3 in ("AFG", "KAZ", "RUS")
        for start in range(1950, 2040, 5)
    ]
    text = "\n".join(["vintage,iso3,period,net_migration_thousands", *rows])
    (folder / "revisions.csv").write_text(text + "\n", "utf-8")


def _vintages(folder: Path) -> Sequence[str]:
    from corridor.backtest.un_vintages import VINTAGES, read_revisions, read_vintage

    frame, notes = read_revisions(_only(folder, "revisions"))
    for vintage in VINTAGES:
        read_vintage(frame, vintage)
    return notes


def _scenario_file(folder: Path) -> None:
    from corridor.scenario.reference import example_text

    shown = re.sub(r"(?m)^# (?!warming|per_degree|own_effects|overrides)(?=\[|[\w.\"]+ = )", "", example_text())
    (folder / "scenario.toml").write_text(shown, "utf-8")


def _scenario(folder: Path) -> Sequence[str]:
    from corridor.scenario.load import load_scenario

    load_scenario(str(folder / "scenario.toml"), last=2060)
    return ()


READERS: dict[str, Reader] = {
    "project": Reader(_template, _own_data),
    "estimate": Reader(_examples, _stocks),
    **{f"import {kind}": _import_of(kind) for kind in IMPORTS},
    "import bds": Reader(_bds_tables, _bds),
    "vintages": Reader(_revisions, _vintages),
    "scenario": Reader(_scenario_file, _scenario),
}
SHARES: dict[str, float] = {"project": 0.3, "estimate": 0.15, "scenario": 0.15, "import flows": 0.1}
"""Share of the cases that a reader gets; the others get equal parts of the rest."""


def outcome(read: Callable[[Path], Sequence[str]], folder: Path) -> str:
    """Read a folder: "noted", "accepted" or "refused"; every other exception than a refusal passes."""
    try:
        return "noted" if read(folder) else "accepted"
    except InputError as error:
        _speaks(error.problems)
        return "refused"


def _speaks(problems: Sequence[object]) -> None:
    """Every refusal says something that a terminal can show."""
    for problem in problems[:20]:
        text = str(problem)
        if not text.strip() or len(text) > 5000:
            raise AssertionError(f"a refusal of {len(text)} characters: {text[:200]!r}")
