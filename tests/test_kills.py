"""Killed commands leave whole folders: a small part of `python -m benchmarks.kills`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_killed_commands_leave_nothing_mixed_and_no_process():
    words = [sys.executable, "-m", "benchmarks.kills", "6", "10", "project", "data import"]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("same bytes") == 2
