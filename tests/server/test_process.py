"""The real process: it starts, shows its page, answers, and ends at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from tests.signals import hear_signals


@pytest.fixture
def started(tmp_path):
    command = [
        sys.executable,
        "-m",
        "corridor",
        "serve",
        "--no-browser",
        "--to",
        "2030",
        "--store",
        str(tmp_path / "runs"),
    ]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hear_signals,  # noqa: PLW1509 - only resets signals
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")},
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    yield process, address, begun
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_shows_its_page_and_ends_by_ctrl_c(started):
    process, address, _ = started
    base, token = address.split("?token=")
    shown = httpx2.get(address)
    assert b"explorer.js" in shown.content
    assert shown.headers["x-content-type-options"] == "nosniff"
    contents = httpx2.get(f"{base}api/contents")
    assert (contents.status_code, contents.json()["state"]) == (202, "computing")
    checked = httpx2.post(f"{base}api/check", json={"toml": 'title = "A"'}, headers={"X-Corridor-Token": token})
    assert checked.json()["title"] == "A"
    begun = time.perf_counter()
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 128 + signal.SIGINT
    assert time.perf_counter() - begun < 2.0
    assert "The server has ended" in process.stdout.read()


def test_only_this_machine_is_listened_to(started):
    _, address, _ = started
    port = int(address.split(":")[2].split("/")[0])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port]
    assert listening == [f"0100007F:{port:04X}"]


def test_a_wrong_request_is_refused_before_anything_starts(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "corridor", "serve", str(tmp_path), "--no-browser"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "there is no run here" in done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "corridor", "serve", "--group", "CICAX", "--no-browser"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "CICA" in done.stderr


def test_the_program_without_the_command_does_not_load_the_server():
    code = "import sys, corridor.cli.serve_command; print({'fastapi', 'uvicorn'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
