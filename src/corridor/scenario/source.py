"""One source of settings, a file or the command line: read, with the place of every field for reports."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.data.tables.toml_text import DEEPEST, too_deep
from corridor.drivers.levers import LEVERS
from corridor.errors import InputError, Problem, spelling
from corridor.scenario.locate import field_lines
from corridor.seals import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.scenario.locate import FieldPath

MOST_BYTES = 200_000
MOST_LINES_BACK = 300
"""Lines of a list or text without an end through which its beginning is looked for."""
MOST_SHOWN = 60
"""Characters of a wrong value that a report repeats."""
FILE_ONLY = ("title", "description", "overrides", *LEVERS)
"""Fields that `--set` does not reach."""
SHIPPED = files("corridor.scenario") / "shipped"
SYNTAX = (
    (
        "Unclosed array",
        "a list has no ] at its end or lacks a comma between entries",
        "Look at the list that begins here",
    ),
    (
        "Unclosed inline table",
        "an inline table has no } at its end or lacks a comma between fields",
        "Add the missing bracket or comma",
    ),
    ("Unterminated string", "a text lacks the quotation marks at its end", "Add them"),
    ('Expected "\'"', "a text lacks the quotation marks at its end", "Add them"),
    ("Expected '\"", "a text lacks the quotation marks at its end", "Add them"),
    (
        "Illegal character '\\n'",
        "a text of one line does not end on it",
        'Close it with ", or use """ for several lines',
    ),
    ("Unescaped '\\'", "a backslash in a text begins no known escape", "Write it twice, or use single quotation marks"),
    (
        "Invalid value",
        "the value is not a number, true, false, a text, a list or a table",
        "Put texts in quotation marks",
    ),
    ("Invalid date", "there is no such date", "Write years as whole numbers, texts in quotation marks"),
    (
        "Expected newline",
        "the line holds more than one field",
        "Put texts in quotation marks, and each field on its own line",
    ),
    (
        "Expected '=' after a key",
        "the field is not written: field = value",
        "Add the sign =, or quote a name with blanks",
    ),
    ("Expected ']]'", "the heading of a list of tables is not like [[policy]]", "Close both brackets"),
    ("Expected ']'", "the heading of a section is not like [section]", "Close the bracket"),
    ("Cannot overwrite a value", "a field is given twice", "Delete one of the two"),
    ("Duplicate inline table key", "a field is given twice", "Delete one of the two"),
    ("Cannot declare", "a section has two headings", "Put the fields of both under one heading"),
    ("Cannot mutate", "a list or inline table is written in two places", "Add to it where it stands"),
    ("Cannot redefine", "a list or inline table is written in two places", "Add to it where it stands"),
    ("Nests too deep", "lists and tables nest too deep", "Write it flat"),
    ("Exceeds the limit", "a number is too long", "Write fewer digits"),
    (
        "",
        "the line is neither `field = value` nor a [section] nor a comment after #",
        "Write it so; texts stand in quotation marks",
    ),
)
"""How the parser's complaint begins -> what is wrong, and what to do."""
UNCLOSED = SYNTAX[0][0]
_RUNS_ON = ("Unclosed", "Unterminated", "Expected \"'", "Expected '\"")
_POSITION = re.compile(r"at line (\d+)")
_FIELD = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=""")
_HEADING = re.compile(r"""\s*\[+\s*([\w."' -]+?)\s*\]*\s*(?:#.*)?$""")


@dataclass(frozen=True, slots=True)
class ScenarioSource:
    """What one file, or the command line, says.

    Attributes
    ----------
    origin : how provenance names it: "file", "override NAME" or "command line"
    label : the file as reports name it; None for the command line
    raw : the parsed content
    folder : from which the paths of its overrides start
    lines : path of a field -> its line in the file
    """

    origin: str
    label: str | None
    raw: dict[str, Any]
    folder: Path = Path()
    lines: Mapping[FieldPath, int] = field(default_factory=dict)

    def problem(self, path: FieldPath, fault: str, remedy: str, value: object = None) -> Problem:
        """Return a problem with the place of a field; of the nearest field around it where it does not stand there."""
        if self.label is None:
            return Problem(fault, remedy, column=f"--set {dotted(path)}", value=_shown(value))
        line = next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), 1)
        return Problem(fault, remedy, self.label, line, dotted(path), _shown(value))


def dotted(path: FieldPath) -> str:
    """Return a path as reports write it, entries of lists counted from 1: policy[1].origins[2]."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{printable(step)}" for step in path).removeprefix(
        "."
    )


def printable(name: str) -> str:
    """Return a name that fits on a line of a report."""
    return name if name.isprintable() else repr(name)


def _shown(value: object) -> object:
    match value:
        case bool():
            return str(value).lower()
        case date() | datetime() | time():
            return value.isoformat()
        case str() if len(value) > MOST_SHOWN:
            return value[:MOST_SHOWN] + "..."
        case str() | float():
            return value
        case int() if abs(value) < 10**MOST_SHOWN:
            return value
    return None


def shipped_names() -> tuple[str, ...]:
    """Return the names of the scenarios that come with Corridor."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in SHIPPED.iterdir() if each.name.endswith(".toml")))


def source_of(word: str, origin: str, folder: Path) -> ScenarioSource:
    """Read a shipped scenario by its name, or a file by its path from `folder`.

    Raises
    ------
    InputError : there is none of that name, or it cannot be read, or it is no TOML
    """
    if word in shipped_names():
        return _parsed(shipped(f"scenario/shipped/{word}.toml"), origin, f"{word} (shipped)", Path())
    path = folder / word
    if not (word.endswith(".toml") or "/" in word or "\\" in word or (word and path.exists())):
        fault = "no scenario of this name comes with Corridor, and this is not the path of a .toml file"
        raise InputError(Problem(fault, spelling(word, shipped_names()), value=word))
    return _parsed(_read(path), origin, printable(str(path)), path.parent)


def identity(word: str, folder: Path) -> str:
    """Return what tells one scenario from another, whatever the path is written like."""
    return word if word in shipped_names() else os.path.normpath((folder / word).absolute())


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            fault = "the file cannot be read (it is a device, a pipe or a socket)"
            raise InputError(Problem(fault, "Name a file", printable(str(path))))
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        remedy = f"Name a file that exists, or a shipped scenario: {', '.join(shipped_names())}"
        raise InputError(Problem(f"the file cannot be read ({reason})", remedy, printable(str(path)))) from error
    if len(data) > MOST_BYTES:
        fault = f"the file has more than the {MOST_BYTES:,} bytes of a scenario"
        raise InputError(Problem(fault, "Check that this is a scenario file", printable(str(path))))
    return data


def _parsed(data: bytes, origin: str, label: str, folder: Path) -> ScenarioSource:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        remedy = "Save it as UTF-8 in your editor"
        raise InputError(Problem("the file is not UTF-8 text", remedy, label, line)) from error
    if row := too_deep(text):
        fault = f"lists and tables nest too deep; the limit is {DEEPEST}"
        lines = [line[:MOST_SHOWN] for line in text.replace("\r\n", "\n").split("\n")]
        raise InputError(Problem(fault, "Write it flat", label, row, _field_on(lines, row)))
    try:
        return ScenarioSource(origin, label, tomllib.loads(text), folder, field_lines(text))
    except RecursionError as error:
        raise InputError(_syntax_problem(text, "Nests too deep", label)) from error
    except ValueError as error:  # also where a number is too long for Python
        raise InputError(_syntax_problem(text, str(error), label)) from error


def _syntax_problem(text: str, complaint: str, label: str) -> Problem:
    lines = text.replace("\r\n", "\n").split("\n")
    position = _POSITION.search(complaint)
    line = min(int(position.group(1)), len(lines)) if position else len(lines)
    begins = _first_line_that_fails(lines, line)
    if begins < line and (_HEADING.match(lines[line - 1]) or _FIELD.match(lines[line - 1])):
        complaint = UNCLOSED  # the parser took the next field or section for an entry of the list
    if complaint.startswith(_RUNS_ON) or position is None:
        line = begins
    fault, remedy = next(known[1:] for known in SYNTAX if complaint.startswith(known[0]))
    return Problem(fault, remedy, label, line, _field_on(lines, line))


def _first_line_that_fails(lines: Sequence[str], line: int) -> int:
    """Return where the statement begins that the parser gave up in at `line`: after the longest part that is TOML."""
    shortest = max(line - MOST_LINES_BACK, 0)
    return next((good + 1 for good in range(line - 1, shortest - 1, -1) if _is_toml("\n".join(lines[:good]))), line)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _field_on(lines: Sequence[str], line: int) -> str | None:
    """Return the dotted name of the field or section that a line sets, as far as it can be told without parsing."""
    here = lines[line - 1]
    header = _HEADING.match(here)
    if header:
        return header.group(1)
    found = _FIELD.match(here) or re.match(r"\s*([\w-]+)", here)
    if found is None:
        return None
    above = next((match for each in reversed(lines[: line - 1]) if (match := _HEADING.match(each))), None)
    return f"{above.group(1)}.{found.group(1)}" if above else found.group(1)


def command_line(pairs: Sequence[str]) -> tuple[ScenarioSource, list[Problem]]:
    """Return what `--set KEY=VALUE` options say, and what is wrong with their form.

    A value that is no TOML is a text: --set income.pathway=SSP3.
    """
    raw: dict[str, Any] = {}
    problems = []
    for pair in pairs:
        key, sign, value = pair.partition("=")
        table, dot, name = (part.strip() for part in key.partition("."))
        if not sign or not table or (dot and not name):
            fault, remedy = "this is not KEY=VALUE", "For example: --set climate.percentile=90"
            problems.append(Problem(fault, remedy, column="--set", value=pair))
        elif table in FILE_ONLY:
            fault, remedy = f"`{table}` cannot be set here, only in a file", "Write it into a scenario file"
            if table == "pathway":
                remedy += "; a pathway of emissions or incomes belongs under [climate] or [income]"
            problems.append(Problem(fault, remedy, column=f"--set {printable(key.strip())}"))
        elif dot:
            fields = raw.get(table)
            raw[table] = (fields if isinstance(fields, dict) else {}) | {name.strip("\"'"): _value(value.strip())}
        else:
            raw[table] = _value(value.strip())
    return ScenarioSource("command line", None, raw), problems


def _value(text: str) -> object:
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text
