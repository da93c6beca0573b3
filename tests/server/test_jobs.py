"""Jobs: a queue of processes, cancelled with all that they started."""

from __future__ import annotations

import os
import sys
import time

import pytest

from corridor.server import jobs as module
from corridor.server.jobs import Jobs
from corridor.server.refusals import Refusal
from tests.server.conftest import problems

WAIT = 10.0


def until(what):
    end = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def sleepers(monkeypatch):
    """Let jobs be processes that sleep and start another that sleeps."""
    code = "import subprocess, sys, time; subprocess.Popen(['sleep', '60']); print('on', flush=True); time.sleep(60)"
    monkeypatch.setattr(module, "command_of", lambda _job, _file: [sys.executable, "-c", code])
    found = Jobs(running=2, queued=3)
    yield found
    found.end()


def add(jobs, folder, name):
    return jobs.add(name, folder / name, title="A", toml='title = "A"', draws=20, last=2030)


def test_two_run_and_the_others_wait_until_the_queue_is_full(sleepers, tmp_path):
    running = [add(sleepers, tmp_path, f"job{number}") for number in range(2)]
    until(lambda: all(job.state == "running" for job in running))
    waiting = [add(sleepers, tmp_path, f"more{number}") for number in range(3)]
    with pytest.raises(Refusal, match="busy"):
        add(sleepers, tmp_path, "one-more")
    assert [job.state for job in waiting] == ["waiting"] * 3
    sleepers.cancel(running[0].number)
    until(lambda: waiting[0].state == "running")


def test_cancelling_ends_the_whole_group(sleepers, tmp_path):
    job = add(sleepers, tmp_path, "job")
    until(lambda: job.process is not None)
    group = job.process.pid
    sleepers.cancel(job.number)
    assert job.state == "cancelled"
    until(lambda: not alive(group))


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_end_of_the_server_ends_all(sleepers, tmp_path):
    jobs = [add(sleepers, tmp_path, f"job{number}") for number in range(3)]
    until(lambda: sum(job.process is not None for job in jobs) == 2)
    groups = [job.process.pid for job in jobs if job.process]
    sleepers.end()
    until(lambda: not any(alive(group) for group in groups))
    assert {job.state for job in jobs} == {"cancelled"}


def test_a_process_that_fails_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "command_of", lambda *_: [sys.executable, "-c", "raise SystemExit('no room')"])
    jobs = Jobs()
    job = add(jobs, tmp_path, "job")
    until(lambda: job.state == "failed")
    assert "no room" in job.said
    jobs.end()


def test_a_page_asks_for_a_run_and_cancels_it(client, monkeypatch):
    monkeypatch.setattr(module, "command_of", lambda *_: [sys.executable, "-c", "import time; time.sleep(60)"])
    wanted = {"toml": 'title = "A"', "name": "mine", "draws": 20, "to": 2030}
    answer = client.post("/api/jobs", json=wanted)
    assert answer.status_code == 201
    number = answer.json()["id"]
    assert client.post("/api/jobs", json=wanted).status_code == 409
    assert client.get(f"/api/jobs/{number}").json()["name"] == "mine"
    assert client.delete(f"/api/jobs/{number}").json()["state"] == "cancelled"
    assert [job["state"] for job in client.get("/api/jobs").json()["jobs"]] == ["cancelled"]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"name": "../out"}, "name"),
        ({"name": "Upper"}, "name"),
        ({"name": "a\n"}, "name"),
        ({"draws": 3}, "draws"),
        ({"draws": 20_000}, "draws"),
        ({"to": 2025}, "to"),
        ({"name": "small"}, "name"),
        ({"toml": "title = 3"}, "title"),
    ],
)
def test_what_cannot_be_run_is_refused(client, change, column):
    answer = client.post("/api/jobs", json={"toml": 'title = "A"', "name": "mine", "draws": 20, "to": 2030} | change)
    assert answer.status_code in {409, 422}
    assert problems(answer)[0]["column"] == column
    assert client.get("/api/jobs").json()["jobs"] == []
