"""What a user waits for before anything is computed: names that must not be loaded, and CPU time."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "scipy", "pyarrow", "numba", "pandera", "rich")
SLACK = 2.0  # the machine is shared: the budgets are 30 and 100 ms


def _run(*command: str) -> tuple[str, float]:
    """Return the output of the best of five runs after a warm-up and its CPU seconds."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = []
    for _ in range(6):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return done.stdout, min(seconds[1:])


@pytest.mark.parametrize("statement", ["import corridor", "import corridor.areas", "import corridor.cli"])
def test_nothing_heavy_is_loaded(statement):
    code = f"import sys; {statement}; print(*sorted(name for name in sys.modules if '.' not in name))"
    loaded = set(_run(sys.executable, "-c", code)[0].split())
    assert "corridor" in loaded
    assert not loaded & set(HEAVY)


def test_help_loads_nothing_heavy_and_names_every_command():
    code = (
        "import sys; from corridor.cli import main, COMMANDS; main(['--help'], standalone_mode=False); "
        "print('loaded', *sys.modules); print('commands', *COMMANDS)"
    )
    output = _run(sys.executable, "-c", code)[0]
    text, loaded = output.split("loaded ", 1)
    assert not set(loaded.split()) & set(HEAVY)
    for command in loaded.split("commands ")[1].split():
        assert f"  {command} " in text


def test_pictures_load_no_models():
    code = "import sys, corridor.plot; print(*(name for name in sys.modules if name.split('.')[0] == 'corridor'))"
    assert len(_run(sys.executable, "-c", code)[0].split()) <= 25


def test_import_takes_at_most_30_ms_of_cpu():
    bare = _run(sys.executable, "-c", "pass")[1]
    assert _run(sys.executable, "-c", "import corridor")[1] - bare <= 0.030 * SLACK


def test_help_takes_at_most_100_ms_of_cpu():
    assert _run(sys.executable, "-m", "corridor", "--help")[1] <= 0.100 * SLACK


def test_the_main_job_needs_no_compiler(tmp_path):
    code = (
        "import sys; from corridor.cli import main; "
        f"main(['outlook', '--to', '2026', '-o', {str(tmp_path)!r}], standalone_mode=False); "
        "sys.exit(any(name.split('.')[0] == 'numba' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
