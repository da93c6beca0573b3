"""Read wrong files in great number: `python -m tests.fuzz --cases 100000`, or one again: `--case project 123`."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from itertools import islice
from pathlib import Path
from random import Random

from tests.fuzz.cases import LARGEST, Case, cases, ready, report, run, spoil
from tests.fuzz.readers import READERS


def main() -> int:
    options = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    options.add_argument("--cases", type=int, default=2000)
    options.add_argument("--first", type=int, default=0, help="number of the first case")
    options.add_argument("--readers", nargs="*", default=list(READERS), choices=list(READERS), metavar="READER")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--case", nargs=2, metavar=("READER", "NUMBER"), help="one case again, with its traceback")
    options.add_argument("--keep", type=Path, help="with --case: keep the spoilt files in this folder")
    asked = options.parse_args()
    if asked.case:
        return _again(asked.case[0], int(asked.case[1]), asked.keep)
    done = []
    with multiprocessing.get_context("spawn").Pool(asked.workers, ready, maxtasksperchild=5000) as pool:
        for case in pool.imap_unordered(run, islice(cases(asked.first, asked.readers), asked.cases), chunksize=20):
            done.append(case)
            if case.faulty:
                print(f"{case.reader} {case.number}: {case.result} ({case.rule})", file=sys.stderr, flush=True)
            if len(done) % 1000 == 0:
                print(f"{len(done):,} cases, {sum(case.faulty for case in done)} faults", file=sys.stderr, flush=True)
    print(report(done))
    return int(any(case.faulty for case in done) or max(case.kilobytes for case in done) > LARGEST)


def _again(reader: str, number: int, keep: Path | None) -> int:
    ready()
    if keep is not None:
        keep.mkdir(parents=True)
        READERS[reader].write(keep)
        spoil(keep, Random(f"{reader} {number}"))
    case = run(Case(reader, number))
    print(f"{case.rule}: {case.result} in {case.seconds:.2f} s\n{case.details}")
    return int(case.faulty)


if __name__ == "__main__":
    sys.exit(main())
