"""Moves of all years in one file: the same figures in every format, and wrong names told before anything runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.io import netcdf_file

from corridor.areas import codes, index
from corridor.cli import main
from corridor.outlook.flows_file import flows_file_problems, flows_table, write_flows


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_holds_every_corridor_and_year(outlook, tmp_path, suffix):
    write_flows(outlook, tmp_path / f"flows{suffix}")
    path = tmp_path / f"flows{suffix}"
    table = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    assert table.columns.tolist() == ["scenario", "year", "orig", "dest", "moves"]
    one = table[(table["year"] == 2040) & (table["orig"] == "UZB") & (table["dest"] == "KAZ")]["moves"]
    assert one.item() == pytest.approx(outlook.projection.flows[15, index("UZB"), index("KAZ")], abs=0.06)
    by_year = table.groupby("year")["moves"].sum()
    np.testing.assert_allclose(by_year, outlook.projection.flows.sum(axis=(1, 2)), rtol=1e-4)
    assert set(table["scenario"]) == {"Baseline"}


def test_netcdf_holds_axes_units_and_figures(outlook, tmp_path):
    write_flows(outlook, tmp_path / "flows.nc")
    with netcdf_file(tmp_path / "flows.nc", mmap=False) as file:
        assert file.variables["year"][:].tolist() == list(outlook.projection.years)
        assert [b"".join(code).decode() for code in file.variables["dest"][:]] == list(codes())
        assert file.variables["moves"].dimensions == ("year", "orig", "dest")
        assert file.Conventions == b"CF-1.8"
        np.testing.assert_allclose(file.variables["moves"][:], outlook.projection.flows, rtol=1e-6)


def test_rows_are_of_people_who_move(outlook):
    table = flows_table(outlook)
    assert (table["moves"] > 0.0).all()
    assert (table["orig"].astype(str) != table["dest"].astype(str)).all()


def test_a_name_that_is_none_is_told_before_anything_runs(tmp_path):
    (problem,) = flows_file_problems(tmp_path / "flows.xlsx")
    assert ".parquet" in problem.fault
    words = ["outlook", "--group", "Kazahstan", "--flows", str(tmp_path / "flows.txt"), "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    for part in ("Kazakhstan", "--flows", ".nc"):
        assert part in done.output
    assert list(tmp_path.iterdir()) == []
