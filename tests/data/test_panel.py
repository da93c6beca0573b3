"""The panel's format: what is written comes back, and what is damaged is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor import areas
from corridor.calendar import STOCK_SOURCES, WPP_REVISION, WPP_SOURCE
from corridor.data.catalogue import source
from corridor.data.panel import (
    EMBEDDED,
    REGISTRY,
    REGISTRY_FORM,
    Panel,
    Registry,
    load_panel,
    read_registry,
    table_from_array,
    write_table,
)
from corridor.data.table import Table
from corridor.errors import InputError, PanelError
from corridor.seals import sealed_facts, unsealed

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.table import Coordinates

NUMBERS = np.arange(3 * 2 * 4, dtype=np.float64).reshape(3, 2, 4) * 0.25 - 1.0
AXES: dict[str, Coordinates] = {"year": (2000, 2001, 2002), "area": ("AFG", "KAZ"), "age": (0, 5, 10, 15)}


def gridded(name: str = "rates", values: Floats = NUMBERS) -> Table:
    return table_from_array(name, values, AXES, source="corridor", unit="persons", description="Made up.")


def facts(name: str = "facts") -> Table:
    frame = pd.DataFrame(
        {
            "origin": ["KAZ", "NAM", "KAZ"],
            "year": [1995, 2000, 2001],
            "persons": [10, 2**40, -3],
            "share": [0.125, np.nan, 1 / 3],
            "word": ["a", None, "NA"],
        }
    )
    return Table(name, frame, "corridor", "persons", "Made up.", notes=("one", "two"))


@pytest.fixture
def panel(tmp_path):
    registry = Registry()
    for table in (gridded(), facts()):
        registry = registry.with_entry(table.name, write_table(table, tmp_path))
    registry.write(tmp_path)
    return load_panel(tmp_path)


def test_a_gridded_table_comes_back_as_array_and_as_rows(panel):
    assert np.array_equal(panel.array("rates"), NUMBERS)
    pd.testing.assert_frame_equal(panel.frame("rates"), gridded().frame)
    assert panel.coordinates("rates", "area") == ("AFG", "KAZ")
    assert panel.coordinates("rates", "year") == (2000, 2001, 2002)


def test_a_list_of_facts_comes_back_with_its_missing_values(panel):
    frame = panel.frame("facts")
    pd.testing.assert_frame_equal(frame, facts().frame)
    assert frame["word"].tolist()[2] == "NA"


def test_the_registry_says_what_the_tables_hold(panel):
    entry = panel.entry("facts")
    assert (entry.rows, entry.years, entry.coverage, entry.notes) == (3, (1995, 2001), 2, ("one", "two"))
    assert panel.entry("rates").shape == (3, 2, 4)
    assert panel.entry("rates").decimals == {"value": 2}
    assert panel.names() == ("facts", "rates")


def test_every_table_names_its_revision_and_the_uns_are_those_of_the_calendar():
    entries = load_panel().registry.entries
    assert all(entry.revision == source(entry.source).revision for entry in entries.values())
    assert entries["net_migration"].source == WPP_SOURCE
    assert entries["net_migration"].revision == str(WPP_REVISION)
    for revision, key in STOCK_SOURCES.items():
        assert entries[f"migrant_stock_{revision}_published"].source == key


def test_a_panel_of_another_revision_is_refused(tmp_path):
    entries = dict(read_registry(EMBEDDED).entries)
    entries["net_migration"] = replace(entries["net_migration"], source="un_wpp_2022")
    Registry(entries).write(tmp_path)
    with pytest.raises(PanelError, match=f"un_wpp_2022.*{WPP_SOURCE}"):
        load_panel(tmp_path)


def test_areas_without_a_figure_are_not_covered(tmp_path):
    values = NUMBERS.copy()
    values[:, 1] = np.nan
    assert write_table(gridded(values=values), tmp_path).coverage == 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, 1 / 3, 5e-324, -0.5])
def test_every_float_survives(tmp_path, value):
    values = NUMBERS.copy()
    values[1, 1, 2] = value
    entry = write_table(gridded(values=values), tmp_path)
    stored = Panel(tmp_path, Registry({"rates": entry})).array("rates")
    assert np.array_equal(stored, values, equal_nan=True)


def test_whole_numbers_beyond_32_bits_survive(tmp_path):
    values = np.zeros_like(NUMBERS)
    values[1] = 2.0**45
    values[2] = -(2.0**45)
    entry = write_table(gridded(values=values), tmp_path)
    assert np.array_equal(Panel(tmp_path, Registry({"rates": entry})).array("rates"), values)


def test_arrays_cannot_be_written_to(panel):
    with pytest.raises(ValueError, match="read-only"):
        panel.array("rates")[0] = 1


def test_the_same_table_gives_the_same_bytes(tmp_path):
    entries = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        entries += [(write_table(gridded(), folder).sha256, write_table(facts(), folder).sha256)]
    assert entries[0] == entries[1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: frame.iloc[:-1],
        lambda frame: frame.iloc[::-1],
        lambda frame: frame.drop(columns="age"),
        lambda frame: frame.assign(year=2000),
    ],
)
def test_rows_that_are_not_the_grid_are_refused(tmp_path, spoil):
    table = Table("rates", spoil(gridded().frame), "corridor", "persons", "Made up.", AXES)
    with pytest.raises(InputError, match="rates does not hold every combination"):
        write_table(table, tmp_path)
    assert not list(tmp_path.iterdir())


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


@pytest.mark.parametrize("name", ["rates", "facts"])
@pytest.mark.parametrize("damage", [flip, truncate, lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_a_damaged_table_is_named_with_the_remedy(panel, name, damage):
    damage(panel.folder / f"{name}.parquet")
    with pytest.raises(PanelError, match=f"{name}.parquet: the file .*corridor data build"):
        panel.frame(name)
    assert [problem.file for problem in panel.damaged()] == [str(panel.folder / f"{name}.parquet")]


def test_two_damaged_tables_are_both_reported(panel):
    for name in panel.names():
        flip(panel.folder / f"{name}.parquet")
    assert len(panel.damaged()) == 2


@pytest.mark.parametrize("key", ["sha256", "axes", "notes", "unit", "decimals", "years"])
def test_a_registry_entry_without_a_key_is_named(panel, key):
    path = panel.folder / REGISTRY
    entries = unsealed(path, REGISTRY_FORM, "")
    del entries["rates"][key]
    path.write_bytes(sealed_facts(REGISTRY_FORM, entries))
    with pytest.raises(PanelError, match="entry of table rates is damaged"):
        load_panel(panel.folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rates": 3}', "\x00"])
def test_a_damaged_registry_is_reported(panel, content):
    (panel.folder / REGISTRY).write_text(content)
    with pytest.raises(PanelError, match="corridor data build"):
        load_panel(panel.folder)


def test_an_edited_registry_is_refused(panel):
    path = panel.folder / REGISTRY
    path.write_text(path.read_text().replace('"unit": "persons"', '"unit": "thousands"', 1))
    with pytest.raises(PanelError, match=f"{REGISTRY}: the file was changed after it was sealed.*corridor data build"):
        load_panel(panel.folder)


def test_swapped_and_added_tables_are_named(panel):
    rates, facts = (panel.folder / f"{name}.parquet" for name in ("rates", "facts"))
    one, other = rates.read_bytes(), facts.read_bytes()
    rates.write_bytes(other)
    facts.write_bytes(one)
    assert [problem.file for problem in panel.damaged()] == [str(facts), str(rates)]
    (panel.folder / "more.parquet").write_bytes(one)
    with pytest.raises(PanelError, match=r"more\.parquet: the registry of the panel does not name this table"):
        load_panel(panel.folder)


def test_a_folder_without_a_panel_is_reported(tmp_path):
    with pytest.raises(PanelError, match="holds no panel"):
        load_panel(tmp_path / "nowhere")


def test_the_environment_names_another_panel(panel, monkeypatch):
    monkeypatch.setenv("CORRIDOR_PANEL", str(panel.folder))
    assert load_panel().names() == ("facts", "rates")


def test_wrong_names_suggest_right_ones(panel):
    with pytest.raises(InputError, match="Did you mean rates"):
        panel.array("rate")
    with pytest.raises(InputError, match="area"):
        panel.coordinates("rates", "areas")
    with pytest.raises(InputError, match="list of facts"):
        panel.array("facts")


def test_the_installed_panel_is_whole_and_small():
    panel = load_panel()
    assert panel.damaged() == ()
    assert panel.registry.bytes <= 20e6
    assert {path.stem for path in panel.folder.glob("*.parquet")} == set(panel.names())


def test_the_tables_of_the_engine_are_complete():
    panel = load_panel()
    gridded_names = [name for name in panel.names() if panel.entry(name).axes]
    for name in gridded_names:
        entry = panel.entry(name)
        for axis in ("area", "birthplace", "residence"):
            assert entry.axes.get(axis, areas.codes()) == areas.codes(), (name, axis)
        assert np.isfinite(panel.array(name)).all(), name
    assert len(gridded_names) >= 16


def test_reading_arrays_does_not_import_pandas():
    import subprocess
    import sys

    script = (
        "import sys\nfrom corridor.data.panel import load_panel\n"
        "panel = load_panel()\npanel.array('population_july'), panel.array('migrant_stock')\n"
        "sys.exit('pandas' in sys.modules or 'pandera' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_copy_of_the_panel_reads_the_same(tmp_path):
    copy = load_panel(shutil.copytree(load_panel().folder, tmp_path / "copy"))
    assert np.array_equal(copy.array("net_migration"), load_panel().array("net_migration"))
