"""What pages get: contents, checks, previews and runs with draws, the same as on the command line."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner

from corridor.cli import main
from corridor.explorer.container import unpack
from corridor.seals import shipped
from corridor.server.jobs import BATCH
from corridor.server.worlds import Wanted
from corridor.stored_runs.run_folder import open_run
from tests.server.served import LAST, served

PATENT = shipped("scenario/shipped/russian-patent-replaced.toml").decode().replace("2027", "2026")
CLOSED = shipped("scenario/shipped/closed-doors.toml").decode().replace("2027", "2026")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve the world to 2027, for all tests of a module."""
    made = served(tmp_path_factory.mktemp("server"))
    yield made
    made.house.jobs.end()


@pytest.fixture
def until():
    """Wait until something holds."""

    def wait(holds):
        end = time.monotonic() + 120
        while not holds():
            assert time.monotonic() < end, "it does not come about"
            time.sleep(0.1)

    return wait


@pytest.fixture(scope="module")
def contents(server):
    return unpack(server.contents())


def test_contents_come_and_are_kept(server, contents):
    header, _ = contents
    assert header["future"] == [2025, LAST]
    assert {"closed-doors", "bhm"} <= {scenario["key"] for scenario in header["scenarios"]}
    again = served(server.store.parent)
    assert again.contents() == server.contents()
    assert again.house.worlds.of("").done <= 1  # no run of the world but that behind previews


@pytest.mark.usefixtures("contents")
def test_kept_contents_that_were_changed_are_not_believed(server):
    (kept,) = (server.store.parent / "cache").glob("*.bin")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] + b"x")
    try:
        keeping = server.house.worlds.keeping
        assert keeping.find(kept.stem) is None
    finally:
        kept.write_bytes(whole)
    assert keeping.find(kept.stem) == whole


def test_a_check_names_fields_and_doubts(server):
    wrong = server.post("/api/check", {"toml": PATENT.replace('kind = "work"', 'kind = "works"')})
    assert wrong.status_code == 422
    assert any("pathway" in (each["column"] or "") for each in wrong.json()["error"]["problems"])
    doubted = server.post("/api/check", {"toml": PATENT.replace("capacity = 3\n", "capacity = 50\n")}).json()
    assert len(doubted["digest"]) == 64
    assert [each["kind"] for each in doubted["warnings"]] == ["factor"]


@pytest.mark.parametrize("word", ["/etc/passwd", "../x.toml", "file.toml"])
def test_a_scenario_of_a_page_reaches_no_file(server, word):
    answer = server.post("/api/check", {"toml": f'title = "x"\noverrides = ["{word}"]'})
    assert answer.status_code == 422
    assert "shipped" in answer.text


@pytest.mark.usefixtures("contents")
def test_two_readers_do_not_mix(server):
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(server.post, "/api/preview", {"toml": toml}) for toml in (PATENT, CLOSED) * 2]
        found = [unpack(each.result().content) for each in asked]
    titles = [header["scenarios"][0]["title"]["en"] for header, _ in found]
    assert titles == ["Free access in place of the Russian patent", "Closed doors within CICA"] * 2
    for one, two in zip(found[:2], found[2:], strict=True):
        for name, values in one[1].items():
            np.testing.assert_array_equal(values, two[1][name])


def test_a_run_of_a_page_is_that_of_the_command_line(server, until, tmp_path, monkeypatch):
    asked = {"toml": PATENT, "name": "patent", "draws": 8, "to": LAST}
    job = server.post("/api/jobs", asked).json()
    until(lambda: server.get(f"/api/jobs/{job['id']}").json()["state"] in {"done", "failed"})
    assert server.get(f"/api/jobs/{job['id']}").json()["said"] == ""
    monkeypatch.chdir(tmp_path)
    saved = tmp_path / "patent.toml"
    saved.write_text(server.get("/api/runs/patent/scenario.toml").text, encoding="utf-8")
    words = ["run", "patent.toml", "--draws", "8", "--to", str(LAST), "-o", "mine"]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert open_run(tmp_path / "mine").digest == open_run(server.store / "patent").digest
    summary = server.get("/api/runs/patent").json()
    assert (summary["state"], summary["draws"]) == ("finished", 8)
    rows = server.get("/api/runs/patent/areas?measure=moves_in&year=2026&area=RUS").json()
    assert rows["total"] == 1
    assert rows["rows"][0]["lower_80"] <= rows["rows"][0]["upper_80"]
    page = server.get("/api/runs/patent/corridors?size=10&page=2").json()
    assert (len(page["rows"]), page["page"]) == (10, 2)
    assert server.post("/api/jobs", asked).status_code == 409


def test_a_job_that_is_cancelled_frees_its_place(server, until):
    asked = [{"toml": CLOSED, "name": f"closed-{number}", "draws": 2000, "to": LAST} for number in range(3)]
    jobs = [server.post("/api/jobs", each).json()["id"] for each in asked]
    state = lambda job: server.get(f"/api/jobs/{job}").json()["state"]  # noqa: E731 - as short as it is
    until(lambda: state(jobs[0]) == state(jobs[1]) == "running")
    assert state(jobs[2]) == "waiting"
    assert server.delete(f"/api/jobs/{jobs[0]}").json()["state"] == "cancelled"
    until(lambda: state(jobs[2]) == "running")
    for job in jobs[1:]:
        server.delete(f"/api/jobs/{job}")
    assert all(state(job) == "cancelled" for job in jobs)
    until(lambda: all(each.process is None for each in server.house.jobs.known.values()))


def test_a_batch_is_what_runs_keep_together():
    from corridor.projection.batches import BATCH as KEPT

    assert BATCH == KEPT


def test_wrong_words_of_the_command_are_told():
    from corridor.errors import InputError
    from corridor.server.worlds import check_wanted

    with pytest.raises(InputError, match="no group of this name"):
        check_wanted(Wanted("CIKA", LAST, "blended"))
