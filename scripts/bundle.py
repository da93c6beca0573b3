"""Build the explorer's pages from `ui/` into the package, and note of which sources they are made.

    python scripts/bundle.py

Needs Node.js. The same sources give the same bytes. Who only uses Corridor needs none of this: the built pages are
part of the package.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from corridor.data.files import write_whole
from corridor.seals import sum_of

ROOT = Path(__file__).resolve().parents[1]
UI, BUNDLE = ROOT / "ui", ROOT / "src" / "corridor" / "explorer" / "bundle"
MADE_OF = ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def sources() -> dict[str, str]:
    """Return path -> sha256 of everything that the pages are built from."""
    files = [*(UI / name for name in MADE_OF), *(UI / "src").rglob("*")]
    kept = sorted(path for path in files if path.is_file() and ".test." not in path.name)
    return {path.relative_to(UI).as_posix(): sum_of(path.read_bytes()) for path in kept}


def build() -> None:
    """Check the types, build, and write the sums of the sources."""
    if not (UI / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=UI, check=True)
    subprocess.run(["npx", "tsc", "--noEmit"], cwd=UI, check=True)
    subprocess.run(["npx", "vite", "build", "--logLevel", "warn"], cwd=UI, check=True)
    write_whole(BUNDLE / "sources.json", (json.dumps(sources(), indent=1) + "\n").encode())


if __name__ == "__main__":
    build()
