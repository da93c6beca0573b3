"""The reference page of exercise files, made from their schema: `python -m corridor.explorer.exercise_reference`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from corridor.explorer.exercises import CHANGES, MEASURES, RANGES, json_schema, load_exercises, type_words
from corridor.scenario.schema import part_of
from corridor.scenario.writing import toml_key, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INTRODUCTION = """\
# Exercise files

Written by one command: `python -m corridor.explorer.exercise_reference > docs/reference/exercise-files.md`.

An exercise of the training room is a TOML file. Its name, without the ending, is the key of the exercise: small
letters, numbers and hyphens. [Another page](../how-to/exercises.md) shows how to write one and how to run it with a
group.

Every text has an English and a Russian version: `title.en = "..."` and `title.ru = "..."`. A blank line in a text
begins a new paragraph. All problems of all files are reported at once, each with its line, field, fault and remedy.
"""
SECTIONS: Sequence[tuple[str, tuple[str | int, ...]]] = (
    ("At the top, before the first section", ()),
    ("[[setting]]", ("setting", 0)),
    ("[[step]]", ("step", 0)),
    ("[[step.look]]", ("step", 0, "look", 0)),
    ("[[step.flow]]", ("step", 0, "flow", 0)),
    ("[notes]", ("notes",)),
)
FIGURES = """\
## Figures in texts

`text`, `question`, `hint`, `answer` and `discussion` of a step may ask for figures: `{figure|setting|flow}`. The
explorer replaces this by the figure of its own contents in the year of the step, so a text never states a figure that
the tables do not show. `setting` must be one of the step's levers, and `flow` is the name of one of its flows.
"""
PREFIXES = """\
`change-` before the name asks for the change against the first lever of the step, with its sign, and `percent-` asks
for the same in per cent: `{percent-irregular|closed|to-korea}`. Ranges have no changes.
"""


def reference_page() -> str:
    """Return the reference of exercise files in Markdown."""
    parts = [INTRODUCTION, _shipped(), "## Fields\n", *_sections(), FIGURES, _figures(), PREFIXES]
    return "\n".join(parts)


def _shipped() -> str:
    rows = [
        (f"`{each.key}`", each.content.title.en, f"{each.content.minutes}", each.content.audience.en)
        for each in load_exercises()
    ]
    return "## Shipped exercises\n\n" + _table(("key", "title", "minutes", "for whom"), rows)


def _sections() -> Iterator[str]:
    schema = json_schema()
    for heading, path in SECTIONS:
        part = part_of(schema, path)
        required = part.get("required", ())
        rows = [_row(schema, (*path, name), required) for name in part["properties"]]
        about = f"{part['description'].splitlines()[0]}\n\n" if path else ""
        yield f"### {heading}\n\n{about}" + _table(("field", "type", "meaning", "example"), rows)


def _row(schema: dict[str, Any], path: tuple[str | int, ...], required: Sequence[str]) -> tuple[str, ...]:
    part, name = part_of(schema, path), str(path[-1])
    kind = "a text in both languages" if "en" in part.get("properties", {}) else type_words(part)
    (example,) = part.get("examples", [None])
    shown = f"`{toml_key(name)} = {toml_value(example)}`" if example else ""
    return f"`{name}`", kind + (", required" if name in required else ""), part["description"], shown


def _figures() -> str:
    rows = [(f"`{name}`", "no" if name in RANGES else "yes", meaning) for name, meaning in MEASURES.items()]
    prefixes = " and ".join(f"`{change}`" for change in CHANGES if change)
    return _table(("figure", f"with {prefixes}", "meaning"), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    escaped = ([cell.replace("|", r"\|") for cell in row] for row in rows)
    lines = [header, ["---"] * len(header), *escaped]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(reference_page())
