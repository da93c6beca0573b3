"""Moves of all years in one file: the same figures in every format, and wrong names told before anything runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.io import netcdf_file

from corridor.areas import codes, index
from corridor.cli import main
from corridor.drivers.anchors import DEFAULT_ANCHOR
from corridor.estimate.world.base_windows import DEFAULT_WINDOW
from corridor.reports.explanation.answer import answer_explain_request, check_explain_request
from corridor.reports.outlook.answer import compute_outlook
from corridor.reports.outlook.flow_draws import drawn_flows, write_drawn_flows
from corridor.reports.outlook.flows_file import flows_file_problems, flows_table, write_flows
from corridor.reports.request import check_request


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


DRAWS, SEED = 6, 3


@pytest.fixture(scope="module")
def near(panel, tmp_path_factory):
    """Return an outlook of Kazakhstan to 2030."""
    folder = tmp_path_factory.mktemp("near")
    return compute_outlook(panel, check_request("KAZ", 2030, DEFAULT_ANCHOR, DEFAULT_WINDOW, folder))


@pytest.fixture(scope="module")
def files(near, tmp_path_factory):
    """Write the draws in every format."""
    folder = tmp_path_factory.mktemp("draws")
    paths = {suffix: folder / f"draws{suffix}" for suffix in (".csv", ".parquet", ".nc")}
    for path in paths.values():
        write_drawn_flows(drawn_flows(near, DRAWS, SEED), path)
    assert set(folder.iterdir()) == set(paths.values())
    return paths


def test_draws_stand_beside_the_central_run(files, near):
    table = pd.read_parquet(files[".parquet"])
    assert table.columns.tolist() == ["scenario", "kind", "draw", "year", "orig", "dest", "moves"]
    assert table.groupby("kind", observed=True)["draw"].unique().map(sorted).to_dict() == {
        "central": [0],
        "draw": list(range(1, DRAWS + 1)),
    }
    assert ((table["orig"] == "KAZ") | (table["dest"] == "KAZ")).all()
    central = table[table["kind"] == "central"].drop(columns=["kind", "draw"])
    every = flows_table(near)
    expected = every[(every["orig"] == "KAZ") | (every["dest"] == "KAZ")]
    pd.testing.assert_frame_equal(central.reset_index(drop=True), expected.reset_index(drop=True))
    csv = pd.read_csv(files[".csv"], keep_default_na=False)
    pd.testing.assert_frame_equal(
        csv, table.astype({"scenario": str, "kind": str, "orig": str, "dest": str}), check_dtype=False
    )


def test_draws_are_those_that_explain_has_and_stand_around_the_central_run(files, panel, tmp_path):
    request = check_explain_request(
        ["KAZ"],
        last=2030,
        scenario="baseline",
        anchor=DEFAULT_ANCHOR,
        draws=8,
        seed=SEED,
        folder=tmp_path,
    )
    answer = answer_explain_request(panel, request)
    assert answer.draws is not None
    table = pd.read_parquet(files[".parquet"])
    last = table[table["year"] == 2030]
    for view, end in enumerate(("dest", "orig")):
        of_draw = last[last[end] == "KAZ"].groupby("draw")["moves"].sum().to_numpy()
        np.testing.assert_allclose(of_draw[0], answer.central.later[0, view], rtol=1e-4)
        np.testing.assert_allclose(of_draw[1:], answer.draws.later[:DRAWS, view], rtol=1e-4)
        assert of_draw[1:].min() < of_draw[0] < of_draw[1:].max()
        assert np.median(of_draw[1:]) == pytest.approx(of_draw[0], rel=0.35)


def test_netcdf_holds_the_same_draws_and_the_central_run_apart(files, near):
    with netcdf_file(files[".nc"], mmap=False) as file:
        moves, central = file.variables["moves"], file.variables["central"][:]
        assert moves.dimensions == ("draw", "year", "corridor")
        assert file.variables["draw"][:].tolist() == list(range(1, DRAWS + 1))
        ends = [[b"".join(code).decode() for code in file.variables[end][:]] for end in ("orig", "dest")]
        assert f"--draws {DRAWS} --seed {SEED}" in file.history.decode()
        drawn = moves[:].astype(np.float64)
    assert drawn.shape == (DRAWS, len(near.projection.years), 2 * (len(codes()) - 1))
    places = [[index(code) for code in end] for end in ends]
    np.testing.assert_allclose(central, near.projection.flows[:, places[0], places[1]], rtol=1e-6)
    table = pd.read_parquet(files[".parquet"])
    one = table[table["draw"] == DRAWS].set_index(["year", "orig", "dest"])["moves"]
    for at in np.argsort(-drawn[-1, -1])[:20]:
        assert one[2030, ends[0][at], ends[1][at]] == pytest.approx(drawn[-1, -1, at], abs=0.06)


def test_the_same_seed_gives_the_same_bytes(files, near, tmp_path, monkeypatch):
    monkeypatch.setattr("corridor.reports.outlook.flow_draws.BATCH", 1)
    for suffix, path in files.items():
        again, other = tmp_path / f"again{suffix}", tmp_path / f"other{suffix}"
        write_drawn_flows(drawn_flows(near, DRAWS, SEED), again)
        assert again.read_bytes() == path.read_bytes()
    write_drawn_flows(drawn_flows(near, DRAWS, SEED + 1), other)
    assert other.read_bytes() != files[".nc"].read_bytes()


def test_draws_need_a_file_and_a_number(tmp_path):
    words = ["outlook", "--group", "KAZ", "--draws", "5", "--seed", "x", "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "option --draws, value 5: there is no file for the draws" in done.output
    assert "option --seed, value 'x'" in done.output
    assert "value -1" in CliRunner().invoke(main, ["outlook", "--draws", "-1"]).output
