"""`corridor run`, `corridor runs` and `corridor cite` on real runs of small size."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.cli import main
from corridor.stored_runs.run_folder import FINISHED, open_run

SIZE = ("--draws", "8", "--to", "2028")


def told(*words):
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words):
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2, result.output
    return result.output


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two runs, written by one batch file."""
    folder = tmp_path_factory.mktemp("home")
    text = 'to = 2028\ndraws = 8\n[[run]]\n[[run]]\nname = "korea"\nscenario = "korea-eps-doubled"\n'
    (folder / "batch.toml").write_text(text, encoding="utf-8")
    said = told("run", "--batch", str(folder / "batch.toml"), "-o", str(folder / "runs"))
    assert said.count("The run is in") == 2
    return folder / "runs"


def test_a_single_run_equals_that_of_a_batch(home, tmp_path):
    told("run", *SIZE, "-o", str(tmp_path / "run"))
    assert open_run(tmp_path / "run").digest == open_run(home / "baseline").digest


def test_runs_are_listed_and_shown(home):
    listed = json.loads(told("runs", "list", str(home), "--format", "json"))
    assert [run["state"] for run in listed] == ["finished", "finished"]
    assert "Baseline" in told("runs", "list", str(home))
    shown = json.loads(told("runs", "show", str(home / "korea"), "--format", "json"))
    assert shown["digest"] == open_run(home / "korea").digest
    assert "moves in the world" in told("runs", "show", str(home / "korea"))


def test_runs_are_checked_against_a_manifest(home, tmp_path):
    runs = {name: open_run(home / name).digest for name in ("baseline", "korea")}
    words = ("runs", "check", *(str(home / name) for name in runs), "--manifest", str(tmp_path / "digests.json"))
    (tmp_path / "digests.json").write_text(json.dumps({"digests": runs}))
    assert "those of the manifest, to the bit" in told(*words)
    (tmp_path / "digests.json").write_text(json.dumps({"digests": {**runs, "korea": runs["baseline"]}}))
    assert re.search(r"korea: the figures have the digest", refused(*words))
    (tmp_path / "digests.json").write_text(json.dumps({"digests": {"korea": runs["korea"]}}))
    assert "names no run of this name" in refused(*words)
    (tmp_path / "digests.json").write_text("[]")
    assert "is not JSON of the form" in refused(*words)


def test_runs_are_compared_draw_by_draw(home, tmp_path):
    said = told(
        *("runs", "compare", str(home / "baseline"), str(home / "korea"), "--area", "KOR", "--area", "CICA"),
        *("-o", str(tmp_path / "all.csv")),
    )
    assert "Republic of Korea, 2028" in said
    rows = pd.read_csv(tmp_path / "all.csv").query("year == 2028")
    korea = rows.query("area == 'KOR' and measure == 'moves_in'").iloc[0]
    assert korea["difference"] == pytest.approx(korea["other"] - korea["this"])
    assert 0 < korea["lower_80"] <= korea["upper_80"]
    assert korea["percent_lower_80"] <= korea["percent"] * 1.5
    members = rows.query("area == 'CICA' and measure == 'moves'").iloc[0]
    corridors = rows[rows["area"].str.len().eq(7) & rows["measure"].eq("moves")]
    assert members["this"] == pytest.approx(corridors["this"].sum())
    assert "no such year" in refused("runs", "compare", str(home / "baseline"), str(home / "korea"), "--year", "1999")


def test_a_run_is_cited_and_deleted(home, tmp_path):
    told("run", "--draws", "0", "--to", "2028", "-o", str(tmp_path / "run"))
    assert open_run(tmp_path / "run").digest[:16] in told("cite", str(tmp_path / "run"))
    told("runs", "delete", str(tmp_path / "run"), "--yes")
    assert not (tmp_path / "run").exists()
    assert "no run here" in refused("runs", "show", str(home))


def test_a_run_that_was_stopped_is_found_and_carried_on(home, tmp_path):
    whole = open_run(home / "baseline").digest
    told("run", *SIZE, "-o", str(tmp_path / "runs" / "one"))
    for name in (FINISHED, "draws/batches/0.json"):
        (tmp_path / "runs" / "one" / name).unlink()
    told("run", "--resume", "-o", str(tmp_path / "runs"))
    assert open_run(tmp_path / "runs" / "one").digest == whole
    assert "no run here waits" in refused("run", "--resume", "-o", str(tmp_path / "runs"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("baseline", "--resume", "x"), "are given together"),
        (("nowhere",), "no scenario of this name"),
        (("--workers", "many"), "not a whole number from 1 to 256"),
        (("--draws", "3"), "neither 0 nor a whole number"),
        (("--corridors", "UZB-UZB"), "leads from an area to itself"),
        (("--corridors", "CIKA"), "neither a corridor nor a group"),
        (("--dask", "tcp://127.0.0.1:1", "--draws", "8", "--to", "2028"), "cannot be reached|not installed"),
        (("-o", "nosuch://bucket/run"), "address|a package is missing"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_remedy(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("corridor.stored_runs.cluster.PATIENCE", 1)
    assert re.search(said, refused("run", *words))
    assert not list(tmp_path.rglob("finished.json"))


def test_a_signal_keeps_what_is_done_and_says_how_to_go_on(tmp_path):
    words = [sys.executable, "-m", "corridor", "run", "--draws", "100", "--to", "2026", "--workers", "1", "-o", "one"]
    process = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    first = tmp_path / "one" / "draws" / "batches" / "0.json"
    until = time.monotonic() + 120
    while not first.exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert "The draws that are done are kept. Go on with corridor run --resume" in process.communicate(timeout=30)[1]
    assert first.exists()
    assert open_run(tmp_path / "one").finished is None
    told("run", "--resume", str(tmp_path / "one"))
    assert open_run(tmp_path / "one").finished is not None


def test_a_run_is_exported_or_refused_with_every_fault(home, tmp_path):
    path = tmp_path / "x.xlsx"
    words = ("runs", "export", str(home / "korea"), "-o", str(path), "--group", "UZB", "--year")
    assert f"The run is in {path}" in told(*words, "2027", "--year", "2028")
    assert set(pd.read_excel(path, "areas")["year"]) == {2027, 2028}
    said = refused(*words, "2060", "--group", "Atlantis", "--format", "csvv")
    assert all(word in said for word in ("2060", "Atlantis", "Did you mean csv"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.xlsx"]
