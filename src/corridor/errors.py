"""The exception tree. Catch `CorridorError` to catch everything that Corridor raises on purpose.

CorridorError
├── InputError      what the user gave is wrong: holds every problem found, the command exits with 2
│   └── PanelError  a table of the embedded panel is missing or damaged
└── NotConverged    an iterative method ended above its tolerance where the caller asked for it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_PROBLEMS_SHOWN = 100


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
        column = "" if self.column is None else str(self.column)
        label = "option" if column.startswith("-") else "argument" if column.endswith("=") else "column"
        parts = (("file", self.file), ("sheet", self.sheet), ("row", self.row), (label, self.column))
        place = [f"{label} {content}" for label, content in parts if content is not None]
        if self.value is not None:
            place.append(f"value {self.value!r}" if place else repr(self.value))
        said = f"{', '.join(place)}: {self.fault}" if place else self.fault[:1].upper() + self.fault[1:]
        return f"{said}. {self.remedy}".strip()


class CorridorError(Exception):
    """Everything that Corridor raises on purpose."""


class InputError(CorridorError):
    """What the user gave cannot be used; `problems` holds all that was found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self._text())

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
