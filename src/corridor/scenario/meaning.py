"""What is wrong with a source of settings: its form, by the models, and its meaning, by channels and areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from corridor import areas
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.drivers.levers import LEVERS
from corridor.errors import InputError, spelling
from corridor.scenario.schema import (
    ALL,
    SECTIONS,
    JsonSchema,
    ScenarioFile,
    bounds,
    json_schema,
    parameters_of,
    part_of,
    words,
)
from corridor.scenario.source import printable
from corridor.scenario.writing import toml_key, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from corridor.drivers.channel import Channel
    from corridor.errors import Problem
    from corridor.scenario.locate import FieldPath
    from corridor.scenario.source import ScenarioSource

TABLES = ("climate", "income", "demand")
"""Tables of the file whose fields are fixed by the models."""
MOST_TIMES = 100.0


def checked(source: ScenarioSource, channels: Mapping[str, Channel]) -> tuple[ScenarioFile | None, list[Problem]]:
    """Return what a source says, or None, and everything that is wrong with it."""
    given = source.raw if source.label is not None else {"title": "command line", **source.raw}
    problems: list[Problem] = []
    content = None
    try:
        content = ScenarioFile.model_validate(given)
    except ValidationError as error:
        schema = json_schema(channels)
        wrong = error.errors(include_url=False)
        around = {found["loc"][:-1] for found in wrong}  # a list with a wrong entry is called too short as well
        for found in wrong:
            problems += _form_problem(found, source, schema) if found["loc"] not in around else ()
    for check in (_channels, _parameters):
        problems += check(source, channels)
    for check_content in (_climate, _policies, _repeats):
        problems += check_content(source)
    return (None if problems else content), problems


def _form_problem(error: ErrorDetails, source: ScenarioSource, schema: JsonSchema) -> Iterator[Problem]:
    path = tuple(step for step in error["loc"] if step != "[key]")
    part, value = part_of(schema, path), error["input"]
    name = _name(path)
    if error["type"] == "missing":
        yield source.problem(path, f"`{name}` is missing", _example(name, part))
    elif error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        yield source.problem(path, "there is no such field in this place", _place_for(path, schema), name)
    elif error["loc"][-1] == "[key]":
        yield source.problem(path, "this is not a year of four digits", "For example: 2060 = 2.1", value)
    elif part and not (path[0] == "parameters" and isinstance(value, dict)):  # else its name is not known, see below
        subject = f"an entry of `{name}`" if isinstance(path[-1], int) else f"`{name}`"
        yield source.problem(path, f"{subject} is not {words(part)}", _remedy(path, part, value), value)


def _name(path: FieldPath) -> str:
    return printable(next((step for step in reversed(path) if isinstance(step, str)), ""))


def _remedy(path: FieldPath, part: JsonSchema, value: object) -> str:
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    remedy = _example(name, part)
    match path:
        case (str() as section,) | (str() as section, int()) if section in LEVERS:
            named = section.replace("_", " ")
            remedy = f"Head every {named} with [[{section}]], in two pairs of brackets, and set its fields below"
            if section == "pathway" and isinstance(value, str):
                remedy = "A pathway of emissions or incomes belongs under [climate] or [income]"
        case (str(),) if part.get("type") == "object":
            remedy = f"Write [{name}] on a line of its own, and its fields below"
    if "enum" in part and isinstance(value, str):
        remedy = spelling(value, part["enum"])
    if part.get("type") == "boolean":
        remedy = "Write true or false, in small letters and without quotation marks"
    return remedy


def _example(name: str, part: JsonSchema) -> str:
    if "examples" in part:
        return f"For example: {toml_key(name)} = {toml_value(part['examples'][0])}"
    return "Write a text in quotation marks" if part.get("type") == "string" else f"Write {words(part)}"


def _place_for(path: FieldPath, schema: JsonSchema) -> str:
    """Say what an unknown field may mean: a near spelling beside it, or the same name in another place."""
    name = str(path[-1])
    siblings = list(part_of(schema, path[:-1])["properties"])
    homes = [f"[{table}]" for table in TABLES if name in part_of(schema, (table,))["properties"]]
    homes += [f"[[{table}]]" for table in LEVERS if name in part_of(schema, (table, 0))["properties"]]
    if len(path) > 1 and name in schema["properties"] and name not in SECTIONS:
        return f"Move `{name}` to the top of the file, above the first [section]"
    if homes:
        return f"`{name}` belongs under {' or '.join(homes)}"
    return spelling(name, siblings)


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = raw.get(name)
    return table if isinstance(table, dict) else {}


def _channels(source: ScenarioSource, channels: Mapping[str, Channel]) -> Iterator[Problem]:
    known = [*channels, ALL]
    for name in _table(source.raw, "channels"):
        if name not in known:
            yield source.problem(("channels", name), "there is no such channel", spelling(name, known), name)


def _parameters(source: ScenarioSource, channels: Mapping[str, Channel]) -> Iterator[Problem]:
    known = parameters_of(channels)
    for name, value in _table(source.raw, "parameters").items():
        path = ("parameters", name)
        if isinstance(value, dict):
            remedy = (
                f'Put the whole name in quotation marks: "{printable(name)}.{printable(next(iter(value), "name"))}"'
            )
            yield source.problem(path, "the parameter is a table, not a number", remedy)
        elif name not in known:
            remedy = spelling(name, list(known)) if known else "No channel has parameters"
            yield source.problem(path, "there is no such parameter", remedy, name)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            low, high = bounds(known[name].prior)
            if not low <= value <= high:
                fault = f"`{name}` is outside its prior, {known[name].prior}"
                remedy = f"Write a number from {low:g} to {high:g}; its middle is {known[name].central:g}"
                yield source.problem(path, fault, remedy, value)


def _climate(source: ScenarioSource) -> Iterator[Problem]:
    climate = _table(source.raw, "climate")
    if "warming" not in climate:
        return
    for other in ("pathway", "percentile"):
        if other in climate:
            fault = f"a {other} is given together with your own path"
            yield source.problem(("climate", other), fault, f"Leave out `warming` or `{other}`", climate[other])
    yield from _warming(source, climate["warming"])


def _warming(source: ScenarioSource, warming: object) -> Iterator[Problem]:
    if not isinstance(warming, dict):
        return
    years = sorted(int(year) for year in warming if year.isascii() and year.isdecimal() and len(year) == 4)
    if not years or years[0] > BASE_YEAR or years[-1] <= BASE_YEAR:
        fault = f"your own path does not begin by {BASE_YEAR} and go on after it"
        found = f"{years[0]} to {years[-1]}" if years else "no year"
        remedy = f"Add years, for example: warming = {{ {BASE_YEAR} = 1.3, {LAST_YEAR} = 2.7 }}"
        yield source.problem(("climate", "warming"), fault, remedy, found)


def reach_problem(source: ScenarioSource, warming: Mapping[int, float], last: int) -> Iterator[Problem]:
    """Say whether a path of the user's own ends before the last year of a run."""
    if max(warming) < last:
        fault = f"your own path does not reach the last year of the run, {last}"
        remedy = f"Add {last} to it, or end the run by {max(warming)}"
        yield source.problem(("climate", "warming"), fault, remedy, f"{min(warming)} to {max(warming)}")


def _policies(source: ScenarioSource) -> Iterator[Problem]:
    for section in LEVERS:
        entries = source.raw.get(section)
        for position, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                yield from _corridors(source, (section, position), entry)
                yield from _lever(source, (section, position), entry)


def _lever(source: ScenarioSource, path: FieldPath, lever: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong between the fields of one lever."""
    capacity = lever.get("capacity")
    if lever.get("unit") == "times" and isinstance(capacity, int | float) and capacity > MOST_TIMES:
        fault = f'the factor on today\'s capacity (unit = "times") is above {MOST_TIMES:g}'
        yield source.problem((*path, "capacity"), fault, 'Write places as unit = "persons"', capacity)
    match lever.get("ages"):
        case [int() as least, int() as greatest] if least > greatest:
            fault = "`ages` names the greatest age first and then the least"
            remedy = f"Write: ages = {toml_value([greatest, least])}"
            yield source.problem((*path, "ages"), fault, remedy, toml_value([least, greatest]))
    if path[0] == "visa" and not any(name in lever for name in ("requirement", "refusals", "asylum_refusals")):
        fault = "the visa lever sets none of `requirement`, `refusals` and `asylum_refusals`"
        yield source.problem(path, fault, 'For example: requirement = "removed"')


def _corridors(source: ScenarioSource, path: FieldPath, policy: Mapping[str, Any]) -> Iterator[Problem]:
    ends: list[frozenset[str]] = []
    for name in ("origins", "destinations"):
        there, unknown = _places(source, (*path, name), policy.get(name))
        ends.append(there)
        yield from unknown
    if len(ends[0]) == 1 and ends[0] == ends[1]:
        fault, remedy = "the corridor leads from an area to itself", "Name another destination"
        yield source.problem((*path, "destinations"), fault, remedy, *ends[1])
    start, end = policy.get("start"), policy.get("end")
    if isinstance(start, int) and isinstance(end, int) and end < start:
        named = str(path[0]).replace("_", " ")
        fault, remedy = f"the {named} ends before the year it starts, {start}", "Change `start` or `end`"
        yield source.problem((*path, "end"), fault, remedy, end)
    if path[0] == "policy" and policy.get("status") in ("F", "C", "R") and not str(policy.get("source", "")).strip():
        fault, remedy = "`source` is missing, and the status is not J", 'Add where it is published, or status = "J"'
        yield source.problem((*path, "source"), fault, remedy)


def _places(source: ScenarioSource, path: FieldPath, listed: object) -> tuple[frozenset[str], list[Problem]]:
    """Return the codes of the areas that are listed, and what is wrong with the list."""
    found: set[str] = set()
    problems: list[Problem] = []
    for position, word in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(word, str):
            continue
        try:
            found |= {area.iso3 for area in areas.meant(word)[1]}
        except InputError as unknown:
            problems += [source.problem((*path, position), each.fault, each.remedy, word) for each in unknown.problems]
    return frozenset(found), problems


def _repeats(source: ScenarioSource) -> Iterator[Problem]:
    listed = source.raw.get("overrides")
    seen: set[str] = set()
    for position, word in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(word, str) and word in seen:
            yield source.problem(("overrides", position), "the override is given twice", "Delete one of the two", word)
        seen |= {word} if isinstance(word, str) else set()
