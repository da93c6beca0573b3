"""Build a panel from the source files: all readers, then our own results, whole or not at all."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from corridor.data.catalogue import source
from corridor.data.derivation import Derivation
from corridor.data.files import new_folder
from corridor.data.panel import REGISTRY, Panel, Registry, read_registry, write_table
from corridor.data.readers import migrant_stock
from corridor.data.rules import filled, warming_surface
from corridor.errors import InputError, PanelError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from corridor.data.table import Table

MEGABYTE = 10**6
LARGEST_PANEL = 20 * MEGABYTE
READERS = ("wpp", "migrant_stock", "worldbank", "ssp", "climate", "unhcr", "mobility", "natural_earth")
"""Modules of this room with `read(folder) -> list[Table]`."""


FILLED = (
    Derivation("migrant_stock", migrant_stock.filled_stock),
    Derivation("income", filled.income),
    Derivation("climate", filled.climate),
    Derivation(warming_surface.TABLE, warming_surface.surface_table),
)
"""Tables of all areas, made of published ones by the rules for holes and by surfaces fitted to them."""


def build_panel(
    sources: Path,
    out: Path,
    derivations: Sequence[Derivation] = (),
    progress: Callable[[str], None] | None = None,
) -> Registry:
    """Read every source, compute our own results, and put the panel folder at `out` in one step.

    Parameters
    ----------
    sources : folder with one folder a publisher
    out : panel folder to replace; other files in it stay
    derivations : own results of higher rooms, after those by the rules for holes; each sees the tables before it
    progress : is told the name of every reader and own result as it begins

    Returns
    -------
    The registry; on one machine the same sources give the same bytes (elsewhere sums can round differently).

    Raises
    ------
    InputError : with the problems of all sources; a table may not be redistributed; the panel exceeds 20 MB. What
        stood at `out` is then untouched.
    """
    tell = progress or (lambda _: None)
    tables = _read_all(sources, tell)
    with new_folder(out, _former_tables(out).__contains__) as folder:
        registry = Registry()
        for table in tables:
            registry = _add(registry, table, folder)
        for derivation in (*FILLED, *derivations):
            tell(derivation.name)
            registry = _add(registry, derivation.compute(Panel(folder, registry)), folder)
        _check_size(registry)
        registry.write(folder)
    return registry


def _former_tables(out: Path) -> set[str]:
    """Return the files of the panel that a folder holds; whatever else is in it stays."""
    try:
        return {REGISTRY, *(f"{name}.parquet" for name in read_registry(out).entries)}
    except PanelError:
        return set()


def _read_all(sources: Path, tell: Callable[[str], None]) -> list[Table]:
    tables: list[Table] = []
    problems: list[Problem] = []
    for reader in READERS:
        tell(reader)
        try:
            tables.extend(importlib.import_module(f"corridor.data.readers.{reader}").read(sources))
        except InputError as error:
            problems.extend(error.problems)
    problems += [problem for table in tables for problem in refusals(table)]
    if problems:
        raise InputError(problems)
    return tables


def refusals(table: Table) -> tuple[Problem, ...]:
    """Return why a table may not stand in the panel: its publisher is unknown or does not allow redistribution."""
    publisher = source(table.source)
    if publisher.redistribution:
        return ()
    fault = f"the table may not be redistributed in a panel; {publisher.title}: {publisher.licence}"
    remedy = "Leave the table out. Users can import it with `corridor data import`"
    return (Problem(fault, remedy, value=table.name),)


def _add(registry: Registry, table: Table, folder: Path) -> Registry:
    problems = refusals(table)
    if table.name in registry.entries:
        problems += (Problem("two tables of the panel have this name", "Rename one of the two", value=table.name),)
    if problems:
        raise InputError(problems)
    return registry.with_entry(table.name, write_table(table, folder))


def _check_size(registry: Registry) -> None:
    if registry.bytes > LARGEST_PANEL:
        largest = max(registry.entries, key=lambda name: registry.entries[name].bytes)
        fault = f"the panel has {registry.bytes / MEGABYTE:.1f} MB, more than {LARGEST_PANEL // MEGABYTE} MB"
        raise InputError(Problem(fault, f"Make the tables smaller; the largest is {largest}"))
