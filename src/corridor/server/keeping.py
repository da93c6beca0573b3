"""Contents that were computed are kept in the user's cache folder, sealed, under a digest of all they come from."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.data.files import write_whole
from corridor.data.panel import EMBEDDED, REGISTRY, VARIABLE
from corridor.errors import InputError
from corridor.seals import PACKAGE, checked, sealed_facts, sum_of, unsealed
from corridor.server.limits import MOST_CACHED

if TYPE_CHECKING:
    from collections.abc import Sequence

FORM = "corridor explorer contents 1"
AGAIN = "It is computed again"
LIBRARIES = ("numba", "numpy", "scipy")


def cache_folder() -> Path:
    """Return the folder of contents in the user's cache."""
    import platformdirs  # noqa: PLC0415 - only the default place needs it

    return platformdirs.user_cache_path("corridor", appauthor=False) / "explorer"


def imported_files() -> list[Path]:
    """Return the tables that the user has imported, which runs start from as well."""
    import platformdirs  # noqa: PLC0415 - as above

    folder = platformdirs.user_data_path("corridor", appauthor=False) / "imports"
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def digest_of(words: Sequence[str], files: Sequence[Path]) -> str:
    """Return the digest of all that contents come from, without loading any of it.

    These are the program's code, the seals of its data, the registry of its panel, the versions of the libraries that
    compute, the tables that the user imported, and what is given.

    Parameters
    ----------
    words : what is asked
    files : of a stored run, which seal all others of it
    """
    from importlib.metadata import version  # noqa: PLC0415 - takes a moment

    total = hashlib.sha256()
    for word in (FORM, *words, *(f"{name} {version(name)}" for name in LIBRARIES)):
        total.update(f"{word}\n".encode())
    code = sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".toml"})
    panel = Path(os.environ.get(VARIABLE) or EMBEDDED) / REGISTRY
    for path in (PACKAGE / "seals.json", panel, *code, *imported_files(), *files):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Keeping:
    """Contents on disk.

    Attributes
    ----------
    folder : for nothing else
    """

    folder: Path

    def find(self, digest: str) -> bytes | None:
        """Return the contents of a digest; None where there are none, or not whole."""
        manifest, content = self._paths(digest)
        if not manifest.is_file():
            return None
        try:
            facts = unsealed(manifest, FORM, AGAIN)
            found = checked(content, facts["sum"] if facts["of"] == digest else None, AGAIN)
        except InputError:
            return None
        with suppress(OSError):
            manifest.touch()
        return found

    def keep(self, digest: str, contents: bytes) -> None:
        """Keep contents, and let go of those that were not looked at for longest; a full disk is no fault."""
        manifest, content = self._paths(digest)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(content, contents)
            write_whole(manifest, sealed_facts(FORM, {"of": digest, "sum": sum_of(contents)}))
            known = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
            for old in known[MOST_CACHED:]:
                old.unlink(missing_ok=True)
                old.with_suffix(".bin").unlink(missing_ok=True)

    def _paths(self, digest: str) -> tuple[Path, Path]:
        return self.folder / f"{digest}.json", self.folder / f"{digest}.bin"
