"""Values and tables written as TOML."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_key(key: str) -> str:
    """Return a key, in quotation marks where it needs them."""
    return key if _BARE_KEY.fullmatch(key) else toml_value(key)


def toml_value(value: object) -> str:
    """Return a text, number, truth value, list or dictionary as TOML on one line."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON leaves this one bare
        case dict():
            inner = ", ".join(f"{toml_key(key)} = {toml_value(part)}" for key, part in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(toml_value(part) for part in value)}]"
    raise TypeError(type(value))


def toml_table(heading: str, fields: Mapping[str, object], notes: Mapping[str, str]) -> str:
    """Return a table under its heading, with a comment after the fields that have a note."""
    lines = [heading]
    for key, value in fields.items():
        note = f"  # {notes[key]}" if key in notes else ""
        lines.append(f"{toml_key(key)} = {toml_value(value)}{note}")
    return "\n".join(lines) + "\n"
