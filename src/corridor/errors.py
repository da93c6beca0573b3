"""The exception tree. Catch `CorridorError` to catch everything that Corridor raises on purpose.

CorridorError
├── InputError      what the user gave is wrong: holds every problem found, the command exits with 2
│   └── PanelError  a table of the embedded panel is missing or damaged
└── NotConverged    an iterative method ended above its tolerance where the caller asked for it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_PROBLEMS_SHOWN = 100
LONGEST_COLUMN = 200
LONGEST_VALUE = 1000
JOINERS = "\u200c\u200d"
"""Invisible characters that the spelling of Persian and of Indian languages needs."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and what to do about it.

    Attributes
    ----------
    fault : what is wrong, a clause that can follow the place ("a count cannot be negative or infinite")
    remedy : what the user can do, a sentence
    file, row, column, value : the place; `row` counts as a text editor does, the header being row 1; `column` may be an
        option of the command line ("--to") or an argument of a function ("to=")
    sheet : of a workbook
    """

    fault: str
    remedy: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: object = None
    sheet: str | None = None

    def __str__(self) -> str:
        column = "" if self.column is None else str(self.column)[:LONGEST_COLUMN]
        label = "option" if column.startswith("-") else "argument" if column.endswith("=") else "column"
        parts = (
            ("file", self.file),
            ("sheet", self.sheet),
            ("row", self.row),
            (label, None if self.column is None else column),
        )
        place = [f"{label} {content}" for label, content in parts if content is not None]
        if self.value is not None:
            value = _shortened(repr(self.value))
            place.append(f"value {value}" if place else value)
        said = f"{', '.join(place)}: {self.fault}" if place else self.fault[:1].upper() + self.fault[1:]
        return visible(f"{said}. {self.remedy}".strip())


def _shortened(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}... ({len(value):,} characters)"


class CorridorError(Exception):
    """Everything that Corridor raises on purpose."""


class InputError(CorridorError):
    """What the user gave cannot be used; `problems` holds all that was found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self._text())

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Travel between processes with all problems, where an exception would keep its text only."""
        return type(self), (self.problems,)

    def _text(self) -> str:
        shown = [str(problem) for problem in self.problems[:MOST_PROBLEMS_SHOWN]]
        hidden = len(self.problems) - len(shown)
        if hidden:
            shown.append(f"... and {hidden} more problems")
        return "\n".join(shown)


class PanelError(InputError):
    """A table of the panel is missing, damaged, or not the one its registry describes."""


class NotConverged(CorridorError):  # noqa: N818 - it reads as what happened
    """An iterative method ended above its tolerance."""


def visible(text: str, keep: str = "") -> str:
    r"""Return a text with every character that steers a terminal or a page written as its escape, such as `\x1b`.

    These are control characters, marks that turn the direction of writing, and bytes of file names that are no text.

    Parameters
    ----------
    keep : characters of this kind that stay
    """
    if text.isprintable():
        return text
    return "".join(mark if _harmless(mark, keep) else _escape(mark) for mark in text)


def _escape(mark: str) -> str:
    r"""Return the escape of a character: \x1b, \n, or \u202e, which JSON and TOML read as well."""
    if mark.isascii():
        return mark.encode("unicode_escape").decode()
    return f"\\u{ord(mark):04x}" if mark < "\U00010000" else f"\\U{ord(mark):08x}"


def _harmless(mark: str, keep: str) -> bool:
    return mark.isprintable() or mark in keep or mark in JOINERS or category(mark) == "Zs"


def reason(error: OSError) -> str:
    """Return why the system refused something, such as "No space left on device"."""
    return error.strerror or str(error)


def spelling(word: str, known: Sequence[str]) -> str:
    """Return a remedy that suggests the known words nearest to `word`, or lists where to find them."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    by_folded = {candidate.casefold(): candidate for candidate in known}
    asked = word.casefold()
    holding = [candidate for folded, candidate in by_folded.items() if asked in folded.strip(")").split()]
    near = [by_folded[match] for match in get_close_matches(asked, by_folded, n=3, cutoff=0.5)]
    if found := holding[:5] or near:
        return f"Did you mean {' or '.join(found)}?"
    return (
        f"Choose one of: {', '.join(known)}" if len(known) <= 30 else "Run `corridor areas` to see every code and name"
    )
