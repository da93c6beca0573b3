"""Where in a TOML text every field stands, so that a report can name the line."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import TypeAlias

FieldPath: TypeAlias = tuple[str | int, ...]
"""Keys and positions in lists, from 0, that lead to a value: ("policy", 0, "origins", 1)."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BLANK_OR_COMMA = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")  # numbers, booleans, dates: these may hold a blank
_STRINGS = (
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})',
    r"'''.*?'''(?:'{0,2})",
    r'"(?:\\.|[^"\\])*"',
    r"'[^']*'",
)
_STRING = re.compile("|".join(_STRINGS), re.DOTALL)


def field_lines(text: str) -> dict[FieldPath, int]:
    """Return the line, from 1, on which every key, table and entry of a list first stands.

    Parameters
    ----------
    text : valid TOML: `tomllib` has read it
    """
    return _Scanner(text.replace("\r\n", "\n")).scan()


class _Scanner:
    """Goes through a text once, and notes where fields begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[FieldPath, int] = {}
        self.tables: dict[FieldPath, int] = {}  # of an array of tables: how many there are so far
        self.ends = [match.start() for match in re.finditer("\n", text)]

    def scan(self) -> dict[FieldPath, int]:
        """Return the line of every field of the text."""
        table: FieldPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self.lines

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Step over what the pattern matches here, and return it."""
        match = pattern.match(self.text, self.at)
        skipped = match.group() if match else ""
        self.at += len(skipped)
        return skipped

    def _line(self) -> int:
        return bisect_right(self.ends, self.at - 1) + 1

    def _note(self, path: FieldPath, line: int) -> None:
        self.lines.setdefault(path, line)

    def _header(self) -> FieldPath:
        """Read [table] or [[table]], and return the path of the fields that follow."""
        line = self._line()
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        key = self._key()
        self.at += brackets
        path: FieldPath = ()
        for position, part in enumerate(key, start=1):
            path += (part,)
            self._note(path, line)
            if brackets == 2 and position == len(key):
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path += (self.tables[path] - 1,)
                self._note(path, line)
        return path

    def _key(self) -> list[str]:
        """Read a key, dotted or not, with the blanks around it."""
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            if self.text[self.at] in "\"'":
                parts.append(tomllib.loads(f"key = {self._skip(_STRING)}")["key"])
            else:
                parts.append(self._skip(_BARE_KEY))
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _pair(self, table: FieldPath) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path += (part,)
            self._note(path, line)
        self.at += 1  # the sign =
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: FieldPath) -> None:
        begins = self.text[self.at]
        if begins in "\"'":
            self._skip(_STRING)
        elif begins in "[{":
            self._entries(path, "]" if begins == "[" else "}")
        else:
            self._skip(_BARE_VALUE)

    def _entries(self, path: FieldPath, closing: str) -> None:
        """Read the entries of a list or of an inline table."""
        self.at += 1
        position = 0
        self._skip(_BLANK_OR_COMMA)
        while self.text[self.at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._note((*path, position), self._line())
                self._value((*path, position))
                position += 1
            self._skip(_BLANK_OR_COMMA)
        self.at += 1
