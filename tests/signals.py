"""Processes of tests hear signals, even where the suite runs in the background or under nohup and ignores them."""

from __future__ import annotations

import signal


def hear_signals() -> None:
    """Give the signals of a terminal their usual meaning back; called in a new process before it runs a program."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
