"""The real process: it starts, shows its page, answers, and ends at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import pytest


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
    with urlopen(address) as answer:
        assert b"explorer.js" in answer.read()
        assert answer.headers["x-content-type-options"] == "nosniff"
    with urlopen(f"{base}api/contents") as answer:
        assert answer.status == 202
        assert json.load(answer)["state"] == "computing"
    asked = Request(
        f"{base}api/check",
        json.dumps({"toml": 'title = "A"'}).encode(),
        {"X-Corridor-Token": token, "Content-Type": "application/json"},
    )
    with urlopen(asked) as answer:
        assert json.load(answer)["title"] == "A"
    begun = time.perf_counter()
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 128 + signal.SIGINT
    assert time.perf_counter() - begun < 2.0
    assert "The server has ended" in process.stdout.read()


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
    code = "import sys, corridor.cli, corridor.cli.serve_command; print('fastapi' in sys.modules or 'uvicorn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
