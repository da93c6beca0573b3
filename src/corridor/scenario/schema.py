"""What a scenario file may hold: every field typed, and described next to itself.

The reference page, the JSON Schema for editors, the example file and the rules that a report of problems names are all
made from the models here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.drivers.levers import LEVERS, Enforcement, Pathway, Policy, Regularisation, ReturnProgramme, Text, Visa
from corridor.drivers.parameters import Beta, Fixed, Normal, Uniform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.drivers.channel import Channel
    from corridor.drivers.parameters import Parameter, Prior

ALL = "all"
"""The key of `[channels]` that switches every channel at once."""
WRITTEN_YEAR = "^[0-9]{4}$"

Year = Annotated[str, Field(pattern=WRITTEN_YEAR)]
Kelvin = Annotated[float, Field(ge=0, le=10, examples=[2.1])]
Names = list[Text]
JsonSchema = dict[str, Any]


class ScenarioTable(BaseModel):
    """A table of a scenario file: its fields are those of the model, of the types it says, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Climate(ScenarioTable):
    """The path of global temperature: a published pathway or your own path."""

    pathway: Literal["SSP1-1.9", "SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5"] | None = Field(
        default=None, description="Pathway of emissions whose assessed warming is followed.", examples=["SSP3-7.0"]
    )
    percentile: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None,
        description=(
            "Percentile of the pathway's assessed warming. If you leave it out, every draw has a percentile of its "
            "own, and a run without draws uses the median."
        ),
        examples=[50],
    )
    warming: dict[Year, Kelvin] | None = Field(
        default=None,
        description=(
            "Your own path of warming, in place of pathway and percentile: calendar year = K above 1850-1900, with "
            f"straight lines between years. It begins by {BASE_YEAR} and reaches the last year of the run."
        ),
        examples=[{str(BASE_YEAR): 1.3, "2060": 2.1, str(LAST_YEAR): 2.7}],
    )
    per_degree: Literal["surface", "imported"] | None = Field(
        default=None,
        description=(
            "Warming of areas for each degree of global warming: `surface` is our own estimate; `imported` is the "
            "table that `corridor data import warming FILE` stored, for the areas that it contains."
        ),
        examples=["imported"],
    )
    own_effects: Literal["none", "imported"] | None = Field(
        default=None,
        description=(
            "Your own effects on emigration, such as those of drought or of the sea: `imported` is the table that "
            "`corridor data import effects FILE` stored."
        ),
        examples=["imported"],
    )


class Income(ScenarioTable):
    """Income of areas, and the effect of warming on it."""

    pathway: Literal["SSP1", "SSP2", "SSP3", "SSP4", "SSP5"] | None = Field(
        default=None, description="Socioeconomic pathway whose income per person is followed.", examples=["SSP3"]
    )
    damages: Literal["kalkuhl-wenz", "burke-hsiang-miguel", "kahn", "none"] | None = Field(
        default=None,
        description=("Estimate of the effect of warming on income (family of damage functions)."),
        examples=["kalkuhl-wenz"],
    )


class Demand(ScenarioTable):
    """The model that turns causes into moves."""

    model: Literal["corridor", "bds"] | None = Field(
        default=None,
        description=(
            "`corridor` uses our channels; `bds` uses the climate response of Burzynski, Docquier and Scheewel."
        ),
        examples=["corridor"],
    )


class ScenarioFile(ScenarioTable):
    """A scenario: the settings that differ from the baseline."""

    title: Text = Field(description="A few words that name the scenario.", examples=["High warming, closed trade"])
    description: str = Field(
        default="",
        description=("The question that the scenario asks and the reason for it, for readers."),
        examples=["What if ...?"],
    )
    overrides: Names = Field(
        default=[],
        description=(
            "Scenarios on which this file builds: names of shipped scenarios, or paths of files from the folder of "
            "this one. They are applied in order, before this file's own fields."
        ),
        examples=[["ssp3-7.0", "bhm"]],
    )
    climate: Climate = Climate()
    income: Income = Income()
    channels: dict[str, bool] = Field(
        default={},
        description=(
            "Switches of channels. A channel is on unless it is switched off. `all` switches every channel that is "
            "not named."
        ),
        examples=[{ALL: False}],
    )
    parameters: dict[str, float] = Field(
        default={},
        description=(
            'Values of channel parameters, fixed in every draw: "channel.parameter" = value, with the name in '
            "quotation marks. Other parameters are drawn as before."
        ),
    )
    policy: list[Policy] = Field(default=[], description="Settings of corridors, each under its own [[policy]].")
    pathway: list[Pathway] = Field(
        default=[],
        description=(
            "Legal ways to move that have a capacity, each under its own [[pathway]]. Pathways of the same kind in "
            "the same corridor are applied one after the other."
        ),
    )
    visa: list[Visa] = Field(default=[], description="Visa regimes of corridors, each under its own [[visa]].")
    enforcement: list[Enforcement] = Field(
        default=[], description="Control of borders, each under its own [[enforcement]]."
    )
    regularisation: list[Regularisation] = Field(
        default=[],
        description=(
            "Programmes that give a legal stay to people who moved irregularly, each under its own [[regularisation]]."
        ),
    )
    return_programme: list[ReturnProgramme] = Field(
        default=[], description="Programmes that help people to return, each under its own [[return_programme]]."
    )
    demand: Demand = Demand()


SECTIONS = ("climate", "income", "channels", "parameters", *LEVERS, "demand")
"""Sections of a file in the order in which they are written."""


def parameters_of(channels: Mapping[str, Channel]) -> dict[str, Parameter]:
    """Return the parameters of channels by name."""
    return {parameter.name: parameter for channel in channels.values() for parameter in channel.parameters}


def bounds(prior: Prior) -> tuple[float, float]:
    """Return the lowest and highest value to which a parameter may be fixed; infinite where there is no limit."""
    match prior:
        case Uniform(low=low, high=high) | Normal(low=low, high=high):
            return low, high
        case Beta():
            return 0.0, 1.0
        case Fixed():
            return float("-inf"), float("inf")


def json_schema(channels: Mapping[str, Channel]) -> JsonSchema:
    """Return the JSON Schema (draft 2020-12) of scenario files, with the channels and parameters there are."""
    schema: JsonSchema = _plain(ScenarioFile.model_json_schema())
    switches, numbers = (schema["properties"][name] for name in ("channels", "parameters"))
    every = {ALL: {"type": "boolean", "description": "This switches every channel that is not named."}}
    named = {name: {"type": "boolean", "description": f"{channel.title}."} for name, channel in channels.items()}
    switches |= {"properties": every | named, "additionalProperties": False}
    fixed = {name: _number(parameter) for name, parameter in parameters_of(channels).items()}
    numbers |= {"properties": fixed, "additionalProperties": False}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Corridor scenario"}


def _number(parameter: Parameter) -> JsonSchema:
    limits = zip(("minimum", "maximum"), bounds(parameter.prior), strict=True)
    finite = {name: limit for name, limit in limits if abs(limit) != float("inf")}
    known = (
        f"Unit: {parameter.unit}. Prior: {parameter.prior}. Status: {parameter.status}. Source: "
        f"{parameter.source.rstrip('.')}."
    )
    meaning = f"{parameter.meaning.rstrip('.')}. {known}"
    return {"type": "number", "description": meaning, "examples": [parameter.central], **finite}


def _plain(schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON document
    """Drop what TOML has no word for, the null, and titles that repeat the name of a field."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        (value,) = (each for each in schema["anyOf"] if each != {"type": "null"})
        schema = {key: part for key, part in schema.items() if key not in {"anyOf", "default"}} | value
    if "patternProperties" in schema:
        schema = schema | {"additionalProperties": False}
    if "$ref" in schema:
        schema = {key: part for key, part in schema.items() if key != "default"}
    dropped = {"title"} if isinstance(schema.get("title"), str) else set()
    return {key: _plain(part) for key, part in schema.items() if key not in dropped}


def part_of(schema: JsonSchema, path: tuple[str | int, ...]) -> JsonSchema:
    """Return the schema of the field at `path`; an empty one where there is no such field."""
    found = schema
    for step in path:
        any_key: JsonSchema = next(iter(found.get("patternProperties", {}).values()), {})
        found = found.get("items", {}) if isinstance(step, int) else found.get("properties", {}).get(step, any_key)
        if "$ref" in found:
            found = schema["$defs"][found["$ref"].rpartition("/")[2]] | found
    return found


def words(part: JsonSchema) -> str:
    """Return in plain words what a field holds: "a number from 0 to 100"."""
    if "enum" in part:
        return f"one of {', '.join(part['enum'])}"
    kind = part.get("type")
    if kind == "array":
        return _list_words(part)
    if kind in {"integer", "number"}:
        return f"a {'whole ' if kind == 'integer' else ''}number{_range(part)}"
    if kind == "string":
        return "a text that is not empty" if "pattern" in part else "a text"
    if kind == "boolean":
        return "true or false"
    return "a table of years and numbers" if "patternProperties" in part else "a table of fields"


def _list_words(part: JsonSchema) -> str:
    entries = part["items"]
    if entries.get("type") == "integer":
        return f"a list of {part['minItems']} whole numbers{_range(entries)}"
    named = "texts" if entries.get("type") == "string" else "tables"
    return f"a list of {named}{', at least one' if part.get('minItems') else ''}"


def _range(part: JsonSchema) -> str:
    low = part.get("minimum", part["exclusiveMinimum"] + 1 if "exclusiveMinimum" in part else None)
    high = part.get("maximum")
    if low is None or high is None:
        return "" if low is high else f" of at least {low:g}" if high is None else f" of at most {high:g}"
    return f" from {low:g} to {high:g}"
