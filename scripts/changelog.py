"""Join the changes described in `changes/` into the newest version of `CHANGELOG.md`, and remove their files.

    python scripts/changelog.py

The changelog is written whole or not at all. Files are removed after it stands; a sentence that is already in it is not
added again, so that a run that was stopped can be repeated.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import fill

from click import echo

from corridor.data.files import write_whole

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 120
HEADING = re.compile(r"^## ", re.MULTILINE)


def entry_of(text: str) -> str:
    """Return the text of a change as an entry of the changelog.

    Raises
    ------
    ValueError : there is no text, or it brings a heading or a list of its own
    """
    words = " ".join(text.split())
    if not words or words.startswith(("#", "- ", "* ")):
        raise ValueError("a change is described in full sentences, without heading or list mark")
    return fill(
        words, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def joined(changelog: str, entries: list[str]) -> str:
    """Return a changelog with the entries at the end of its first version, those that it holds already left out.

    Raises
    ------
    ValueError : the changelog has no version
    """
    versions = list(HEADING.finditer(changelog))
    if not versions:
        raise ValueError("the changelog has no version, a line that begins with '## '")
    end = versions[1].start() if len(versions) > 1 else len(changelog)
    first, older = changelog[:end].rstrip("\n"), changelog[end:]
    new = "".join(f"{entry}\n" for entry in entries if entry not in first)
    return f"{first}\n{new}" + (f"\n{older}" if older else "")


def collect(root: Path) -> list[Path]:
    """Join the changes of a project into its changelog and remove their files, which are returned.

    Raises
    ------
    ValueError : as `entry_of`, with the file, and as `joined`; nothing is written then
    """
    files = sorted(path for path in (root / "changes").glob("*.md") if path.name != "README.md")
    entries = []
    for path in files:
        try:
            entries.append(entry_of(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    changelog = root / "CHANGELOG.md"
    write_whole(changelog, joined(changelog.read_text(encoding="utf-8"), entries).encode())
    for path in files:
        path.unlink()
    return files


if __name__ == "__main__":
    for file in collect(ROOT):
        echo(f"added {file.name}")
