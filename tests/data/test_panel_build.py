"""Building a panel: from the sources as laid down, whole or not at all, the same twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from corridor.cli import main
from corridor.data import build
from corridor.data.build import build_panel, refusals
from corridor.data.catalogue import SOURCES, source
from corridor.data.derivation import Derivation
from corridor.data.files import new_folder
from corridor.data.panel import load_panel, table_from_array
from corridor.errors import InputError
from corridor.estimate.moves.product import DECIMALS, TABLE
from tests.source_files import write_made_up, write_made_up_map

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike

    from corridor.data.table import Coordinates, Table

SMALL_READERS = ("climate", "natural_earth")
SAME = 1e-9  # our own results, by the machine's linear algebra; published figures are the same to the bit
LAST_DIGIT = {TABLE: 10.0**-DECIMALS}  # kept rounded: what lies between two digits goes either way
GO_EITHER_WAY = 1e-4  # of all cells: 200 of 5.9 million were seen


def made_up(name: str = "flows", key: str = "corridor", values: ArrayLike = (1.0, 2.0)) -> Table:
    axes: dict[str, Coordinates] = {"year": (2000, 2001)}
    return table_from_array(name, np.array(values), axes, source=key, unit="persons", description="Made up.")


@pytest.fixture
def small(monkeypatch, tmp_path_factory):
    """Return made-up files of two publishers, and build from these only."""
    monkeypatch.setattr(build, "READERS", SMALL_READERS)
    monkeypatch.setattr(build, "FILLED", (Derivation("flows", lambda _: made_up()),))
    folder = tmp_path_factory.mktemp("sources")
    write_made_up(folder, "climate")
    write_made_up_map(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run(*arguments: str, panel: Path | None = None) -> Result:
    return CliRunner().invoke(main, ["data", *arguments], env={"CORRIDOR_PANEL": str(panel) if panel else None})


@pytest.fixture(scope="module")
def rebuilt(sources, tmp_path_factory):
    out = tmp_path_factory.mktemp("built") / "panel"
    built = run("build", "--from", str(sources), "-o", str(out))
    assert built.exit_code == 0, built.output
    return load_panel(out)


def test_the_installed_panel_is_the_one_that_the_command_builds(rebuilt):
    installed = load_panel()
    assert installed.names() == rebuilt.names()
    for name in installed.names():
        ours, theirs = installed.entry(name), rebuilt.entry(name)
        assert ours == replace(theirs, sha256=ours.sha256, bytes=ours.bytes), name  # those are of the very file
        tolerance = SAME if ours.source == "corridor" else 0.0
        if ours.axes:
            one, other = installed.array(name), rebuilt.array(name)
            step = LAST_DIGIT.get(name, 0.0) + tolerance
            assert np.allclose(one, other, rtol=tolerance, atol=step), name
            assert np.mean(~np.isclose(one, other, rtol=tolerance, atol=tolerance)) < GO_EITHER_WAY, name
        else:
            pd.testing.assert_frame_equal(installed.frame(name), rebuilt.frame(name), rtol=tolerance, atol=tolerance)


def test_every_table_of_the_panel_may_be_redistributed():
    panel = load_panel()
    assert all(source(panel.entry(name).source).redistribution for name in panel.names())


def test_two_builds_give_the_same_bytes_and_later_results_see_earlier_ones(small, tmp_path):
    doubled = Derivation("doubled", lambda panel: made_up("doubled", values=2 * panel.array("flows")))
    for out in ("one", "two"):
        registry = build_panel(small, tmp_path / out, [doubled])
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert load_panel(tmp_path / "one").array("doubled").tolist() == [2.0, 4.0]
    assert {"flows", "doubled", "land", "global_warming"} < set(registry.entries)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("key", [key for key, entry in SOURCES.items() if not entry.redistribution])
def test_what_may_not_be_redistributed_is_refused(key):
    (problem,) = refusals(made_up("taken", key))
    assert problem.value == "taken"
    assert source(key).title in problem.fault


def test_the_old_panel_stays_when_a_result_is_refused(small, tmp_path):
    out = tmp_path / "panel"
    out.mkdir()
    (out / "old").write_text("stays")
    with pytest.raises(InputError, match="may not be redistributed"):
        build_panel(small, out, [Derivation("taken", lambda _: made_up("taken", "cepii"))])
    assert contents(out) == {"old": b"stays"}
    assert [path.name for path in tmp_path.iterdir()] == ["panel"]


def test_a_reader_that_reads_what_may_not_be_redistributed_is_refused(small, tmp_path, monkeypatch):
    from corridor.data.readers import climate

    monkeypatch.setattr(climate, "read", lambda _: [made_up("taken", "cepii")])
    with pytest.raises(InputError, match="GeoDist"):
        build_panel(small, tmp_path / "panel")
    assert not list(tmp_path.iterdir())


def test_an_unknown_source_is_refused():
    with pytest.raises(InputError, match="Did you mean"):
        refusals(made_up(key="un_wpp_2042"))


def test_a_name_stands_once(small, tmp_path):
    with pytest.raises(InputError, match="two tables of the panel have this name"):
        build_panel(small, tmp_path / "panel", [Derivation("flows", lambda _: made_up())])


def test_a_panel_that_is_too_large_is_refused(small, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "LARGEST_PANEL", 1_000)
    with pytest.raises(InputError, match="more than 0 MB"):
        build_panel(small, tmp_path / "panel")
    assert not list(tmp_path.iterdir())


def test_the_problems_of_all_publishers_are_in_one_report(tmp_path):
    with pytest.raises(InputError) as report:
        build_panel(tmp_path / "empty", tmp_path / "panel")
    files = {str(problem.file) for problem in report.value.problems}
    assert any("tfr.csv.gz" in file for file in files)
    assert any("ims2020" in file for file in files)
    assert len({file.split("/empty/")[1].split("/")[0] for file in files}) >= 6
    assert not list(tmp_path.iterdir())


def test_damage_in_two_files_of_one_publisher_is_reported_at_once(tmp_path):
    (tmp_path / "un_ims").mkdir()
    for name in ("ims2024_bilateral_sex.parquet", "ims2020_bilateral_sex.parquet"):
        path = tmp_path / "un_ims" / name
        made_up().frame.to_parquet(path)
        path.write_bytes(path.read_bytes()[:-100])
    from corridor.data.readers import migrant_stock

    with pytest.raises(InputError) as report:
        migrant_stock.read(tmp_path)
    assert len(report.value.problems) == 2


def test_a_folder_is_swapped_in_whole(tmp_path):
    out = tmp_path / "folder"
    with new_folder(out) as fresh:
        (fresh / "a").write_text("1")
    with pytest.raises(UnicodeError), new_folder(out) as fresh:
        (fresh / "a").write_text("\udc00", encoding="utf-8")
    assert contents(out) == {"a": b"1"}
    with new_folder(out) as fresh:
        (fresh / "b").write_text("3")
    assert contents(out) == {"b": b"3"}
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_is_not_replaced_by_a_folder(tmp_path):
    (tmp_path / "file").write_text("stays")
    with pytest.raises(InputError, match="folder"), new_folder(tmp_path / "file"):
        pass
    assert (tmp_path / "file").read_text() == "stays"


# The command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_the_command_lists_tables_and_rules(form):
    tables = run("list", "--format", form)
    assert tables.exit_code == 0
    assert "population_july" in tables.output
    rules = run("rules", "--format", form)
    assert rules.exit_code == 0
    assert "unknown-origin" in rules.output


def test_the_command_checks_and_names_every_damaged_table(tmp_path):
    assert "All tables are unchanged" in run("check").output
    copy = shutil.copytree(load_panel().folder, tmp_path / "copy")
    (copy / "net_migration.parquet").unlink()
    (copy / "population_july.parquet").write_bytes(b"PAR1")
    checked = run("check", panel=copy)
    assert checked.exit_code == 2
    assert "net_migration" in checked.output
    assert "population_july" in checked.output


def test_the_command_imports_what_the_panel_may_not_hold(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    file = tmp_path / "distances.csv"
    file.write_text("orig,dest,km\nKAZ,UZB,800\n")
    imported = run("import", "distance", str(file))
    assert imported.exit_code == 0, imported.output
    assert run("import", "distances", str(file)).exit_code == 2


def test_the_command_reports_missing_sources_without_a_traceback(tmp_path):
    built = run("build", "--from", str(tmp_path / "nowhere"), "-o", str(tmp_path / "panel"))
    assert built.exit_code == 2
    assert "Cannot do that" in built.output
    assert not list(tmp_path.iterdir())


def test_a_new_panel_takes_the_place_of_the_old_one_and_of_nothing_else(small, tmp_path):
    out = tmp_path / "panel"
    build_panel(small, out, [Derivation("doubled", lambda panel: made_up("doubled", values=2 * panel.array("flows")))])
    (out / "notes.txt").write_text("stays")
    (out / "mine.parquet").write_bytes(b"stays")
    build_panel(small, out)
    assert {"notes.txt", "mine.parquet", "flows.parquet"} <= set(contents(out))
    assert "doubled.parquet" not in contents(out)
