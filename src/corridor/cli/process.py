"""The process around a command: how it ends when it is stopped, and when the system refuses to read or write.

A stop reaches the main thread as an exception, so that all that is being written is removed on the way out. Compiled
code cannot be left so: a thread waits for the same signals, and ends the process if the main thread has not.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from errno import ENOENT, EPIPE
from io import StringIO
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, NoReturn

import click

from corridor.cli.printing import say
from corridor.data.files import discard_unfinished
from corridor.errors import reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)  # no SIGHUP on Windows
)
GRACE = 1.0
"""Seconds that the main thread has to leave its work after a signal."""
BY_SIGNAL = 128
"""Exit codes of shells: this and the number of the signal."""
REFUSED = 2
SHOW_CURSOR = b"\x1b[?25h"

_ending = Lock()
_farewell = ["Results that were not finished have been removed."]
"""What a stopped process says last."""


def say_if_stopped(words: str) -> None:
    """Let the process say this when a signal stops it, and not that its results have been removed."""
    _farewell[:] = [words]


class Stopped(BaseException):
    """A signal asks the process to stop."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


def guarded(run: Callable[[], object]) -> int:
    """Run a command and return the exit code; whatever the user or the system refuses becomes one report.

    Parameters
    ----------
    run : returns the exit code, or anything else for 0; raises the exceptions of click
    """
    _prepare_streams()
    _watch_signals()
    try:
        try:
            code = run()
            _flush()
        except click.ClickException as error:
            code = error.exit_code
            _show(error)
        except (OSError, MemoryError, click.Abort) as error:
            code = _refused(error)
    except Stopped as stopped:
        _end(stopped.number)
    except OSError:  # the error stream is closed as well
        code = REFUSED
    for number in SIGNALS:  # all is done: nothing is left to stop
        signal.signal(number, signal.SIG_IGN)
    _leave_streams()
    return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    """Show what an encoding lacks as escapes; keep closed streams from becoming those of the next file opened."""
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            with suppress(OSError):
                handle = os.open(os.devnull, os.O_RDWR)
                if handle != number:
                    os.dup2(handle, number)
        elif number and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _watch_signals() -> None:
    """Let signals stop the main thread, or the process; those that are ignored (nohup) stay so."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    Thread(target=_await_signal, args=(reading,), daemon=True).start()


def _stop(number: int, _: FrameType | None) -> NoReturn:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)


def _await_signal(reading: int) -> None:
    number = os.read(reading, 1)[0]
    sleep(GRACE)
    _end(number)


def _end(number: int) -> NoReturn:
    """End the process at once, with its threads and child processes, and leave nothing half written."""
    with _ending:
        discard_unfinished()
        if "multiprocessing" in sys.modules:
            from multiprocessing import active_children, util

            for child in active_children():
                child.kill()
            util._run_finalizers(0)  # type: ignore[attr-defined]  # noqa: SLF001 - semaphores outlive their process
        words = f"Stopped by {signal.Signals(number).name}. {_farewell[0]}\n"
        with suppress(OSError):
            os.write(2, SHOW_CURSOR * os.isatty(2) + words.encode())
        os._exit(BY_SIGNAL + number)


def _show(error: click.ClickException) -> None:
    """Print what click has to say, with the user's words shown as they are."""
    told = StringIO()
    error.show(told)
    say(told.getvalue(), err=True, nl=False)


def _refused(error: BaseException) -> int:
    """Print in a line what the system refused, and return the exit code."""
    if isinstance(error, OSError) and error.errno == EPIPE:  # who read the output has seen enough
        return BY_SIGNAL + getattr(signal, "SIGPIPE", 13)
    say("Cannot do that:", err=True)
    say(f"  {_words(error)}", err=True)
    return REFUSED


def _words(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "The memory is not enough. Ask for less, such as fewer draws."
    if not isinstance(error, OSError):
        return "The input ended."
    if error.errno == ENOENT and not _here():
        return "The folder you are in no longer exists. Change to another folder."
    if error.filename is None:
        return f"The output cannot be written ({reason(error)}). Free some space, or send it elsewhere."
    return f"file {os.fsdecode(error.filename)}: the system refuses it ({reason(error)}). Name another place."


def _here() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - only whether there is one
    except FileNotFoundError:
        return False
    return True


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _leave_streams() -> None:
    """Turn away what a broken stream still holds, so that the interpreter does not complain about it at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
