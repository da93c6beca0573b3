"""Cases: right files, one of them spoilt by a rule chosen at random, and what a reader makes of them.

A reader may accept, note or refuse. It must not raise anything else, nor take more than five seconds or a gigabyte.
"""

from __future__ import annotations

import resource
import signal
import tempfile
import time
import traceback
import warnings
from collections import Counter
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz.mutations import AS_FILES, OF_SETTINGS, OF_TABLES
from tests.fuzz.readers import READERS, SHARES, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 5.0
"""Seconds of the processor that a reader may take for a case."""
STANDING = 60.0
"""Seconds after which a reader stands still, such as before a pipe; a loaded machine makes any other slow."""
LARGEST = 1_000_000
"""Kilobytes of memory that a process may take at most."""


class Case(NamedTuple):
    """A case by its reader and number, and what came of it."""

    reader: str
    number: int
    rule: str = ""
    result: str = ""
    seconds: float = 0.0
    kilobytes: int = 0
    details: str = ""

    @property
    def faulty(self) -> bool:
        return self.result not in {"accepted", "noted", "refused"}


class Hang(BaseException):
    """A reader took too long; no `except Exception` may swallow it."""


def spoil(folder: Path, random: Random) -> str:
    """Spoil one file of a folder; return the name of the rule."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    path = random.choice(files)
    content = path.read_bytes()
    if path.suffix == ".toml":
        rule = random.choice(OF_SETTINGS)
    elif random.random() < 0.12:
        suffix, rule = random.choice(sorted(AS_FILES.items()))
        path.unlink()
        path = path.with_suffix(suffix)
    else:
        rule = random.choice(OF_TABLES)
    content = rule(content, random)
    if random.random() < 0.15 and rule not in AS_FILES.values():
        content = random.choice(OF_TABLES if path.suffix != ".toml" else OF_SETTINGS)(content, random)
    path.write_bytes(content)
    return f"{rule.__name__} of {path.name}"


def run(case: Case) -> Case:
    """Make a case and read it."""
    random, reader = Random(f"{case.reader} {case.number}"), READERS[case.reader]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reader.write(folder)
        rule = spoil(folder, random)
        started, details = time.process_time(), ""
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        signal.setitimer(signal.ITIMER_REAL, STANDING)
        try:
            result = outcome(reader.read, folder)
        except Hang:
            result, details = "took too long", traceback.format_exc()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a fault of the reader
            result, details = type(error).__name__, traceback.format_exc()
        finally:
            for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
                signal.setitimer(timer, 0.0)
        seconds = time.process_time() - started
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Case(case.reader, case.number, rule, result, seconds, kilobytes, details)


def cases(first: int, readers: Sequence[str]) -> Iterator[Case]:
    """Cases without end: each reader by its share."""
    rest = (1.0 - sum(SHARES.get(name, 0.0) for name in readers)) / max(1, sum(name not in SHARES for name in readers))
    weights = [SHARES.get(name, rest) for name in readers]
    for number in count(first):
        yield Case(Random(number).choices(readers, weights)[0], number)


def report(done: Sequence[Case]) -> str:
    """Table of what came of cases, and the first of every fault."""
    rows = [f"{'reader':18}{'accepted':>10}{'noted':>8}{'refused':>9}{'faults':>8}{'slowest, s':>12}"]
    for name in READERS:
        own = [case for case in done if case.reader == name]
        if own:
            found = Counter("faults" if case.faulty else case.result for case in own)
            figures = (found["accepted"], found["noted"], found["refused"], found["faults"])
            slowest = max(case.seconds for case in own)
            rows.append(f"{name:18}{figures[0]:>10,}{figures[1]:>8,}{figures[2]:>9,}{figures[3]:>8,}{slowest:>12.2f}")
    rows.append(f"largest process: {max((case.kilobytes for case in done), default=0) / 1000:,.0f} MB")
    kinds: dict[str, list[Case]] = {}
    for case in done:
        if case.faulty:
            kinds.setdefault("\n".join(case.details.splitlines()[-4:]) or case.result, []).append(case)
    for last, own in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        one = own[0]
        rows.append(f'\n{len(own)} times, such as --case "{one.reader}" {one.number} ({one.rule}):\n{last}')
    return "\n".join(rows)


def ready() -> None:
    warnings.simplefilter("error")

    def stop(_signal: int, _frame: object) -> None:
        raise Hang

    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, stop)
