"""Long work says how much time is left, from what is done; nothing promises a time before it begins."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

import corridor.cli
from corridor.cli.printing import progress_bar

PROMISE = re.compile(r"\babout \{?\d*[\w.:]*\}? (s|seconds|min|minutes)\b|(some|about) \w+ (seconds|minutes)")


def test_time_left_comes_from_what_is_done():
    page = io.StringIO()
    console = Console(file=page, width=100)
    clock = iter(range(0, 1000, 10))
    bar = progress_bar(console)
    bar.get_time = lambda: float(next(clock))
    task = bar.add_task("running the world", total=10)
    left = [bar.tasks[0].time_remaining]
    for _ in range(3):
        bar.advance(task)
        left.append(bar.tasks[0].time_remaining)
    assert (left[0], left[-1]) == (None, 70.0)
    console.print(bar.get_renderable())
    assert "0:01:10 left" in page.getvalue()


def test_no_command_promises_a_time():
    sources = Path(str(corridor.cli.__file__)).parent.glob("*.py")
    promised = {path.name: found.group() for path in sources if (found := PROMISE.search(path.read_text()))}
    assert promised == {}
