"""`python -m benchmarks.option_values [VALUES [COMMAND ...]]`: wrong values of options never crash.

Every command gets VALUES (100) random wrong values, one at a time, for its options and arguments. Nothing may end in a
traceback, with an exit code other than 0 and 2, or go on for 20 seconds without a sign of progress. A command that
accepts a value and begins to compute has passed, and is stopped.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corridor.cli import COMMANDS
from corridor.cli import main as corridor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SILENT = 20.0
"""Seconds without a word after which a command is stuck."""
STOPPED = {128 + signal.SIGTERM}
VALUES = (
    *(
        "",
        " ",
        "0",
        "-1",
        "-0",
        "1.5",
        "1e3",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "9" * 400,
        "0x10",
        "1_000",
        "٣",
        "½",
        "１０",
    ),
    *("None", "true", "KAZ", "kaz", "World", "CICA", "Côte d'Ivoire", "Côte d'Ivoire", "中国", "\u202eKAZ", "\ufeff"),
    *(
        "KAZ,UZB",
        "a=b",
        "climate.percentile=",
        "climate.percentile=x",
        "=",
        "==1",
        "a.b.c.d=1",
        "climate=1",
        "x=[1",
        'x="',
    ),
    *(
        "/",
        ".",
        "..",
        "/dev/null",
        "/dev/full",
        "/proc/self/mem",
        "nowhere/x.csv",
        "x.csv",
        "x.toml",
        "~",
        "n" * 255,
        "n" * 5000,
    ),
    *(
        "[bold]",
        "{}",
        "%s",
        "$(id)",
        "`id`",
        "; ls",
        "|",
        "\x1b[2J",
        "\x07",
        "a\nb",
        "\t",
        "=1+1",
        "@x",
        "<script>",
        "--",
        "-h",
    ),
    *(
        "2024",
        "2025",
        "2100",
        "2101",
        "99999",
        "2025-02-30",
        "0001-01-01",
        "1" * 30,
        "+5%",
        "-5%",
        "KOR=",
        "KOR=-1",
        "work=x",
    ),
    *(
        "null",
        "[]",
        "[1]",
        "{a}",
        "\\",
        "'",
        '"',
        "\udcff",
        "\U0010ffff",
        "e\u0301" * 50,
        "𝟙",
        "1,000",
        "1 000",
        "1e-400",
        "²",
    ),
)


def main(words: Sequence[str]) -> int:
    """Print what went wrong, and how often a value was refused, accepted, or accepted and computed with."""
    values, found = int(words[0]) if words else 100, 0
    for module in ("pandas", "scipy.optimize", "pandera.pandas", "rich.table", "jinja2", *COMMANDS.values()):
        import_module(module)
    for name, command in commands(corridor):
        if words[1:] and name.split()[0] not in words[1:]:
            continue
        ends = [tried(name, line) for line in lines(command, values, random.Random(name))]  # noqa: S311 - values
        wrong = [end for end in ends if not isinstance(end, int)]
        counts = ", ".join(
            f"{ends.count(code)} {said}" for code, said in ((0, "done"), (2, "refused"), (143, "computed with"))
        )
        print(f"{name:<22}{counts}, {len(wrong)} wrong", *wrong, sep="\n  " if wrong else "", flush=True)
        found += len(wrong)
    return int(found > 0)


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that is no group with its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        elif command is not None and command.params:
            yield f"{before}{name}", command


def lines(command: click.Command, values: int, chance: random.Random) -> Iterator[list[str]]:
    """Yield command lines with one wrong value each, and the least that is needed beside it."""
    for _ in range(values):
        chosen = chance.choice(command.params)
        words = []
        for parameter in command.params:
            if parameter is chosen or parameter.required:
                value = chance.choice(VALUES) if parameter is chosen else "KAZ"
                words += _written(parameter, value)
        yield words


def _written(parameter: click.Parameter, value: str) -> list[str]:
    if isinstance(parameter, click.Argument):
        return [value]
    return [parameter.opts[0]] if getattr(parameter, "is_flag", False) else [parameter.opts[0], value]


def tried(name: str, words: Sequence[str]) -> int | str:
    """Return the exit code of a command line, or what is wrong with how it ended."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder).with_suffix(".said")
        code = _ended(_fork([*name.split(), *words], Path(folder), said), Path(folder))
        text = said.read_text(errors="replace")
        said.unlink()
    if "Traceback" in text or "Exception ignored" in text or code not in {0, 2, *STOPPED}:
        return f"{code} {name} {list(words)}: {text.strip()[-300:]}"
    return code


def _fork(words: list[str], folder: Path, said: Path) -> int:
    """Run a command in a process of its own, which has loaded already what commands need."""
    child = os.fork()
    if child:
        return child
    code: object = 1
    try:
        os.chdir(folder)
        os.environ["XDG_DATA_HOME"] = str(folder)
        output = os.open(said, os.O_CREAT | os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(output, stream)
        sys.argv = ["corridor", *words]
        corridor(prog_name="corridor")
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - a crash is what is looked for
        os.write(2, traceback.format_exc().encode(errors="replace"))
    finally:
        os._exit(code if isinstance(code, int) else 1)


def _ended(child: int, folder: Path) -> int:
    """Wait for the end of a command; one that has claimed its folder computes, and is stopped."""
    last, stopped = time.monotonic() + SILENT, False
    while time.monotonic() < last:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if not stopped and any(folder.rglob(".*.corridor-work")):
            os.kill(child, signal.SIGTERM)
            stopped = True
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
