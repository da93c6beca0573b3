"""Seal the files of the package that are no code: write the sha256 of each to `src/corridor/seals.json`.

    python scripts/seal.py

Run it after one of these files was changed on purpose. A changed file without its seal is refused when it is read.
"""

from __future__ import annotations

from corridor.data.files import write_whole
from corridor.seals import PACKAGE, SHIPPED, SHIPPED_FORM, sealed_facts, sum_of


def manifest() -> bytes:
    """Return the content of the manifest."""
    files = sorted(path for ending in ("css", "csv", "js", "toml") for path in PACKAGE.rglob(f"*.{ending}"))
    sums = {path.relative_to(PACKAGE).as_posix(): sum_of(path.read_bytes()) for path in files}
    return sealed_facts(SHIPPED_FORM, sums)


def seal() -> None:
    """Write the manifest."""
    write_whole(PACKAGE / SHIPPED, manifest())


if __name__ == "__main__":
    seal()
