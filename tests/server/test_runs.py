"""Runs by name: tables in pages, the scenario, and no way out of the folder."""

from __future__ import annotations

import statistics
import time

import pytest

from corridor.errors import InputError
from corridor.server.refusals import Refusal
from corridor.server.store import RunStore, runs_named
from tests.server.conftest import problems


def test_runs_are_listed(client):
    said = client.get("/api/runs").json()
    (run,) = said["runs"]
    assert (run["name"], run["state"], run["draws"], run["years"]) == ("small", "finished", 8, [2025, 2027])
    assert client.get("/api/runs/small").json() == run


def test_rows_of_areas_come_in_pages(client):
    first = client.get("/api/runs/small/areas?measure=population&year=2026&size=100").json()
    last = client.get("/api/runs/small/areas?measure=population&year=2026&size=100&page=3").json()
    assert (first["total"], first["pages"], len(first["rows"]), len(last["rows"])) == (237, 3, 100, 37)
    assert {"year", "area", "measure", "central", "lower_80", "upper_80"} <= set(first["rows"][0])
    assert client.get("/api/runs/small/areas?page=900").json()["rows"] == []
    assert client.get("/api/runs/small/areas?measure=nonsense").json()["total"] == 0


def test_rows_of_corridors(client):
    said = client.get("/api/runs/small/corridors?orig=UZB&dest=KAZ").json()
    assert [row["year"] for row in said["rows"]] == [2025, 2026, 2027]


def test_a_page_of_rows_takes_a_moment(client):
    taken = []
    for _ in range(20):
        begun = time.perf_counter()
        client.get("/api/runs/small/areas?measure=population&year=2026")
        taken.append(time.perf_counter() - begun)
    assert statistics.median(taken) < 0.1


def test_the_scenario_of_a_run_is_a_file(client):
    answer = client.get("/api/runs/small/scenario.toml")
    assert answer.text.startswith('title = "Baseline"')


@pytest.mark.parametrize("name", ["nope", "..", "%2e%2e", "..%2fsmall", "Small", "small%00", "a" * 65, ".small", "-"])
def test_other_names_are_no_runs(client, name):
    for path in ("", "/areas", "/scenario.toml"):
        answer = client.get(f"/api/runs/{name}{path}")
        assert answer.status_code in {404, 422}
        assert problems(answer)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, store_folder):
    inside = tmp_path / "runs"
    inside.mkdir()
    (inside / "link").symlink_to(store_folder / "small")
    with pytest.raises(Refusal):
        RunStore(inside).opened("link")


def test_a_damaged_run_is_listed_as_such(tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "run.json").write_text("{}")
    (run,) = [RunStore(tmp_path).summary(name) for name in RunStore(tmp_path).names()]
    assert run["state"] == "damaged"


def test_runs_that_the_command_names_must_be_finished(tmp_path, store_folder):
    assert runs_named([store_folder / "small"]) == {"small": store_folder / "small"}
    with pytest.raises(InputError, match="there is no run here"):
        runs_named([tmp_path])
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(InputError, match="not finished"):
        runs_named([tmp_path])
