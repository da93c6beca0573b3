"""What is written from the models: the reference page, the JSON Schema as a file, an example to begin with."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from corridor.data.files import write_whole
from corridor.drivers import registry
from corridor.drivers.levers import LEVERS
from corridor.errors import InputError, Problem
from corridor.scenario.effective import resolve
from corridor.scenario.schema import SECTIONS, JsonSchema, json_schema, part_of, words
from corridor.scenario.source import shipped_names, source_of
from corridor.scenario.writing import toml_key, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corridor.drivers.channel import Channel

WIDTH = 110
INTRODUCTION = """\
# Scenarios

Written by one command: `corridor scenario reference > docs/reference/scenarios.md`.

A scenario is a TOML file. It contains the settings that differ from the baseline, and it may build on other scenarios,
which it names. The settings that result, the effective settings, are stored with every result, together with the origin
of every field and a digest.

```console
$ corridor scenario list                                                  # the scenarios that come with Corridor
$ corridor scenario new mine.toml                                         # an example with every field, to edit
$ corridor scenario show ssp3-7.0 --set climate.percentile=90             # every setting, and where it comes from
$ corridor scenario diff ssp1-1.9 ssp5-8.5                                # in which fields two scenarios differ
$ corridor scenario schema                                                # JSON Schema, for editors
```

`corridor scenario check FILE...` reports all problems of the files, and of the scenarios on which they build, at once.
Each problem has a line, a field, a fault and a remedy. If there is any problem, the command exits with 2. To name a
scenario, write the name of a shipped one or the path of a file. Editors that know JSON Schema complete and check the
fields as you type: save the schema in the folder of your file and begin the file with
`#:schema scenario.schema.json` ([the schema](scenario.schema.json)).
"""
LEVERS_NOTE = """\
## Levers

`[[pathway]]`, `[[visa]]`, `[[enforcement]]` and `[[regularisation]]` split the demand of their corridors into legal
moves, irregular moves and unmet demand. `[[return_programme]]` changes returns. [Legal
pathways](../explanation/pathways.md) contains the formulas, the priors with their status letters, and the open
questions. [Another page](../results/pathway-scenarios.md) contains the results of the shipped scenarios. A scenario
without levers gives exactly the results of the baseline.
"""


def shipped_titles() -> list[tuple[str, str, str]]:
    """Return name, title and description of every scenario that comes with Corridor."""
    sources = ((name, source_of(name, "file", Path()).raw) for name in shipped_names())
    return [(name, raw["title"], raw["description"]) for name, raw in sources]


def schema_text(channels: Mapping[str, Channel] | None = None) -> str:
    """Return the JSON Schema of scenario files as a file."""
    return json.dumps(json_schema(_known(channels)), ensure_ascii=False, indent=1) + "\n"


def _known(channels: Mapping[str, Channel] | None) -> Mapping[str, Channel]:
    return registry.CHANNELS if channels is None else channels


def example_text(channels: Mapping[str, Channel] | None = None) -> str:
    """Return a scenario file that says and does little, with every other field as a comment to be uncommented."""
    every = _known(channels)
    schema = json_schema(every)
    blocks = [_example_fields(schema, (), [name for name in schema["properties"] if name not in SECTIONS])]
    for section in SECTIONS:
        path = (section, 0) if section in LEVERS else (section,)
        part = part_of(schema, path)
        heading = f"[[{section}]]" if section in LEVERS else f"[{section}]"
        commented = "# " if section in LEVERS else ""
        about = _comment(part_of(schema, (section,))["description"])
        blocks.append([*about, commented + heading, *_example_fields(schema, path, list(part.get("properties", {})))])
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _example_fields(schema: JsonSchema, path: tuple[str | int, ...], names: Sequence[str]) -> list[str]:
    lines = []
    for name in names:
        part = part_of(schema, (*path, name))
        live = name == "title"
        value = toml_value(_example(part))
        lines += [
            *_comment(f"{part['description']} {_sentence(words(part))}"),
            f"{'' if live else '# '}{toml_key(name)} = {value}",
        ]
    return lines


def _example(part: JsonSchema) -> object:
    return part["examples"][0] if "examples" in part else True


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _comment(text: str) -> list[str]:
    return [f"## {line}" for line in wrap(text, WIDTH)]


def write_example(path: Path) -> None:
    """Write the example into a new file, whole or not at all.

    Raises
    ------
    InputError : something stands there already, or the folder cannot be written to
    """
    if path.exists() or path.is_symlink():
        raise InputError(
            Problem(
                "a file of this name exists, and a new scenario does not replace files",
                "Choose another name",
                str(path),
            )
        )
    try:
        write_whole(path, example_text().encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fault = f"the file cannot be written ({reason})"
        raise InputError(Problem(fault, "Choose a folder that exists", str(path))) from error


def reference_page(channels: Mapping[str, Channel] | None = None) -> str:
    """Return the reference of scenario files in Markdown."""
    every = _known(channels)
    schema = json_schema(every)
    parts = [
        INTRODUCTION,
        _priority(),
        _shipped_table(),
        LEVERS_NOTE,
        "## Fields\n",
        *_sections(schema),
        _example_block(every),
    ]
    return "\n".join(parts)


def _priority() -> str:
    documented = inspect.getdoc(resolve) or ""
    return f"## Which setting holds\n\n{documented.partition('holds.')[2].partition('Parameters')[0].strip()}\n"


def _shipped_table() -> str:
    rows = [(f"`{name}`", title, description) for name, title, description in shipped_titles()]
    return "## Shipped scenarios\n\n" + _markdown(("name", "title", "description"), rows)


def _sections(schema: JsonSchema) -> Iterator[str]:
    top = [name for name in schema["properties"] if name not in SECTIONS]
    yield _section("### At the top, before the first [section]", "", schema, (), top)
    for section in SECTIONS:
        path = (section, 0) if section in LEVERS else (section,)
        heading = f"### [[{section}]]" if section in LEVERS else f"### [{section}]"
        about = part_of(schema, (section,))["description"]
        yield _section(heading, about, schema, path, list(part_of(schema, path).get("properties", {})))


def _section(heading: str, about: str, schema: JsonSchema, path: tuple[str | int, ...], names: Sequence[str]) -> str:
    required = part_of(schema, path).get("required", ())
    rows = []
    for name in names:
        part = part_of(schema, (*path, name))
        kind = words(part) + (", required" if name in required else "")
        example = f"`{toml_key(name)} = {toml_value(_example(part))}`"
        rows.append((f"`{name}`", kind, part["description"], example))
    table = _markdown(("field", "type", "meaning", "example"), rows) if rows else "None yet.\n"
    return "\n".join(filter(None, (f"{heading}\n", about and f"{about}\n", table)))


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    escaped = ([cell.replace("|", r"\|") for cell in row] for row in rows)
    lines = [header, ["---"] * len(header), *escaped]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _example_block(channels: Mapping[str, Channel]) -> str:
    return f"## An example with every field\n\n```toml\n{example_text(channels)}```\n"
