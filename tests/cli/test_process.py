"""The process around a command: stopped by signals, refused by the system, and words that would steer a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import IO, TYPE_CHECKING

import pytest

from tests.signals import hear_signals

if TYPE_CHECKING:
    from pathlib import Path

CORRIDOR = (sys.executable, "-m", "corridor")
PATIENCE = 10.0  # the machine is shared; a thread ends the process after one second
WORK = """
import sys, time
from pathlib import Path
import numpy as np
from corridor.cli.process import guarded
from corridor.data.files import new_folder
from corridor.projection.batches import in_batches

def waits():
    print("at work", flush=True)
    time.sleep(60)

def compiled():
    from numba import njit
    @njit(nogil=True)
    def loop(n):
        for i in range(n):
            for j in range(n):
                if i * j < 0:
                    return i
        return 0
    loop(1)
    print("at work", flush=True)
    loop(10**9)

def threads():
    def task(numbers):
        print("at work", flush=True)
        time.sleep(60)
    list(in_batches(task, 100))

def processes():
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from corridor.projection.batches import end_with_parent
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
        done = pool.submit(abs, -1).result()
        print("at work", flush=True)
        pool.submit(time.sleep, 60).result()

def run():
    with new_folder(Path(sys.argv[1])) as fresh:
        (fresh / "half").write_text("half")
        globals()[sys.argv[2]]()

if __name__ == "__main__":
    sys.exit(guarded(run))
"""


def begin(folder: Path, work: str) -> subprocess.Popen[str]:
    script = folder / "work.py"
    script.write_text(WORK)
    command = [sys.executable, str(script), str(folder / "report"), work]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hear_signals,  # noqa: PLW1509 - only resets signals
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    return process


def gone(group: int) -> bool:
    """Wait until no process of a group is left."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("work", "number"),
    [
        ("waits", signal.SIGINT),
        ("waits", signal.SIGHUP),
        ("compiled", signal.SIGTERM),
        ("threads", signal.SIGINT),
        ("processes", signal.SIGTERM),
    ],
)
def test_a_signal_stops_all_and_leaves_nothing(tmp_path, work, number):
    process = begin(tmp_path, work)
    began = time.monotonic()
    process.send_signal(number)
    _, told = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2
    assert process.returncode == 128 + number
    assert told == f"Stopped by {number.name}. Results that were not finished have been removed.\n"
    assert gone(process.pid)
    assert [path.name for path in tmp_path.iterdir()] == ["work.py"]


def test_workers_end_with_a_killed_parent(tmp_path):
    process = begin(tmp_path, "processes")
    process.kill()
    process.communicate()
    assert gone(process.pid)


def test_what_is_ignored_stays_ignored(tmp_path):
    code = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{WORK}"
    (tmp_path / "work.py").write_text(code.replace("time.sleep(60)", "time.sleep(1)"))
    process = subprocess.Popen([sys.executable, tmp_path / "work.py", tmp_path / "report", "waits"], stdout=-1)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    assert process.wait(PATIENCE) == 0
    process.stdout.close()
    assert (tmp_path / "report" / "half").exists()


def corridor(
    *words: str | bytes,
    code: int = 0,
    stdout: int | IO[bytes] = subprocess.PIPE,
    cwd: Path | None = None,
    **environment: str,
) -> str:
    """Run a command; return what it says on both streams, in which nothing may look like a crash."""
    env = {**os.environ, **environment}
    done = subprocess.run([*CORRIDOR, *words], env=env, check=False, stdout=stdout, stderr=subprocess.PIPE, cwd=cwd)
    said = ((done.stdout or b"") + done.stderr).decode()
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert done.returncode == code, said
    return said


def test_a_reader_that_has_seen_enough_ends_the_command_without_a_word():
    reading, writing = os.pipe()
    os.close(reading)
    assert corridor("areas", "--format", "csv", stdout=writing, code=141) == ""
    os.close(writing)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")  # noqa: PTH110 - a device
@pytest.mark.parametrize("words", [["areas"], ["areas", "--format", "csv"], ["--help"]])
def test_a_full_output_is_told_in_one_report(words):
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        said = corridor(*words, stdout=full, code=2)
    told = "The output cannot be written (No space left on device). Free some space, or send it elsewhere."
    assert said.splitlines() == ["Cannot do that:", f"  {told}"]


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "C\\xf4te d'Ivoire"), ("utf-8", "Côte d'Ivoire")])
def test_letters_that_the_output_lacks_are_escapes(encoding, shown):
    for form in ("table", "csv"):
        assert shown in corridor("areas", "--format", form, PYTHONIOENCODING=encoding)


def test_words_of_the_user_cannot_steer_the_terminal(tmp_path):
    name = b"\x1b[2J\xe2\x80\xae\xff[bold].toml"
    for words in (["areas", name], ["scenario", "check", name], [name], ["areas", b"--" + name]):
        said = corridor(*words, code=2)
        assert "\\x1b[2J\\u202e\\udcff[bold]" in said.replace("\\\\", "\\")
        assert not set("\x1b\u202e") & set(said)
    (tmp_path / "s.toml").write_text('title = "\\u001b[2J[bold]:smile:\\u202e"\ndescription = "\\u0007[/b]"\n')
    for form in ("table", "json", "toml"):
        said = corridor("scenario", "show", "s.toml", "--format", form, cwd=tmp_path)
        assert "[bold]:smile:\\u202e" in said
        assert "[/b]" in said
        assert not set("\x1b\u202e\x07") & set(said)


def test_commands_to_type_next_are_quoted(tmp_path):
    assert "scenario check 'a;b $(c).toml'" in corridor("scenario", "new", "a;b $(c).toml", cwd=tmp_path)
    assert "corridor project 'a b'" in corridor("project", "--template", "a b", cwd=tmp_path)


def test_a_folder_that_is_gone_is_named(tmp_path):
    (tmp_path / "here").mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    words = ["-m", "corridor", "outlook", "--group", "KAZ", "--to", "2026"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=tmp_path / "here", capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[1:] == ["  The folder you are in no longer exists. Change to another folder."]
