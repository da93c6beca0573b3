"""Exercises of the training room: TOML files that a trainer can write, checked, and as the explorer takes them.

An exercise names settings (scenarios) and leads in steps through what they change. Its texts are in English and
Russian, and may hold places for figures, `{moves|SETTING|FLOW}`, which the explorer fills from its contents: so a text
never says a figure that the tables beside it do not show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corridor import areas
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.errors import InputError, Problem, spelling
from corridor.scenario.load import load_scenario
from corridor.scenario.schema import part_of, words
from corridor.scenario.source import shipped_names, source_of
from corridor.scenario.writing import toml_key, toml_value
from corridor.seals import PACKAGE, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from corridor.scenario.effective import EffectiveScenario
    from corridor.scenario.source import ScenarioSource

    FieldPath = tuple[str | int, ...]
    Titles = dict[str, str]

FOLDER = "explorer/exercises"
"""Folder of the shipped exercises in the package."""
BASELINE = "baseline"
PAGES = ("map", "area", "corridor", "chord", "ranking", "pyramid", "components", "scenario")
MEASURES = {
    "moves": "moves from the origins to the destinations of the flow, persons a year",
    "back": "moves the other way, persons a year",
    "legal": "legal moves out of the birthplace, persons a year",
    "irregular": "irregular moves out of the birthplace, persons a year",
    "unmet": "demand that is not met, persons a year",
    "revenue": "revenue of smugglers from the irregular moves, a range in US dollars of 2016",
    "deaths": "expected deaths on irregular moves, a range in persons a year",
    "emigration": "moves from the origins to all areas, persons a year",
    "immigration": "moves from all areas to the destinations, persons a year",
    "people": "people of the origins on 1 January",
    "residents": "people of the destinations on 1 January",
}
"""Figures that a text may ask for -> what they are."""
CHANGES = ("", "change-", "percent-")
"""What may stand before the name of a figure: nothing, its change against the baseline, that in per cent."""
RANGES = ("revenue", "deaths")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Name = Annotated[str, Field(pattern=NAME)]
Words = Annotated[str, Field(pattern=r"\S")]
Year = Annotated[int, Field(gt=BASE_YEAR, le=LAST_YEAR)]
Minutes = Annotated[int, Field(ge=1, le=480)]
AreaWords = Annotated[list[Words], Field(min_length=1)]


class ExerciseTable(BaseModel):
    """A table of an exercise file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(ExerciseTable):
    """A text in both languages. A blank line begins a new paragraph."""

    en: Words = Field(description="The text in English.", examples=["Who moves?"])
    ru: Words = Field(description="The text in Russian.", examples=["Кто переезжает?"])


TEXT = {"en": "...", "ru": "..."}


class Setting(ExerciseTable):
    """A scenario under the name of a lever: the readers switch to it with a large button."""

    name: Name = Field(description="Short name: small letters, numbers and hyphens.", examples=["closed"])
    title: Text = Field(description="What the button says.", examples=[TEXT])
    description: Text = Field(
        description="One or two sentences on what the setting assumes, and what of it is judgement.", examples=[TEXT]
    )
    scenario: str = Field(
        default="", description="Name of a shipped scenario. Leave it out if you write a `table`.", examples=[BASELINE]
    )
    settings: list[Words] = Field(
        default=[],
        description="Settings KEY=VALUE that hold over the shipped scenario.",
        examples=[["climate.percentile=90"]],
    )
    table: dict[str, Any] = Field(
        default={},
        description="A scenario of your own, with the fields of scenario files, in place of `scenario`.",
        examples=[{"overrides": ["closed-doors"]}],
    )


class Flow(ExerciseTable):
    """Corridors whose moves a step shows: from all origins to all destinations, and back."""

    name: Name = Field(description="Short name, which the texts of the step use.", examples=["to-korea"])
    title: Text = Field(description="The name that readers see.", examples=[TEXT])
    origins: AreaWords = Field(description="Areas or groups that people leave.", examples=[["UZB", "KGZ"]])
    destinations: AreaWords = Field(description="Areas or groups that people move to.", examples=[["KOR"]])


class Look(ExerciseTable):
    """A place in the explorer that the readers open before they answer."""

    page: Literal["map", "area", "corridor", "chord", "ranking", "pyramid", "components", "scenario"] = Field(
        description="Page of the explorer.", examples=["corridor"]
    )
    title: Text = Field(description="What the link says.", examples=[TEXT])
    areas: list[Words] = Field(default=[], description="Areas or groups that the page shows.", examples=[["CICA"]])
    orig: str = Field(default="", description="Origin on the corridor page.", examples=["UZB"])
    dest: str = Field(default="", description="Destination on the corridor page.", examples=["KOR"])
    year: Annotated[int, Field(ge=1990, le=LAST_YEAR)] | Literal[""] = Field(
        default="", description="Year that the page shows; that of the step if you leave it out.", examples=[2035]
    )
    setting: str = Field(default="", description="Name of the setting that the page shows.", examples=["closed"])


class Step(ExerciseTable):
    """One step: read, look, pull a lever, answer, discuss."""

    title: Text = Field(description="A few words.", examples=[TEXT])
    minutes: Minutes = Field(description="Time of the step.", examples=[12])
    text: Text = Field(description="What happens, and what the reader needs to know.", examples=[TEXT])
    question: Text = Field(description="The question to answer from the figures.", examples=[TEXT])
    hint: Text = Field(description="Where to look.", examples=[TEXT])
    answer: Text = Field(description="The answer that the figures support.", examples=[TEXT])
    discussion: Text = Field(description="Questions that figures do not answer.", examples=[TEXT])
    year: Year = Field(description="Year of all figures of the step.", examples=[2035])
    levers: Annotated[list[Name], Field(min_length=2, max_length=4)] = Field(
        description="Names of two to four settings, the first is shown first.", examples=[["today", "closed"]]
    )
    flow: Annotated[list[Flow], Field(min_length=1, max_length=4)] = Field(
        description="One to four flows, each under its own [[step.flow]].", examples=[[]]
    )
    look: list[Look] = Field(default=[], description="Places to open, each under its own [[step.look]].", examples=[[]])


class Notes(ExerciseTable):
    """What the facilitator needs; readers see it only behind a switch."""

    aims: Text = Field(description="What the group should know at the end.", examples=[TEXT])
    timing: Text = Field(description="How to divide the time, and what to leave out.", examples=[TEXT])
    answers: Text = Field(description="Answers to expect, step by step.", examples=[TEXT])
    misunderstandings: Text = Field(description="Misunderstandings to expect, and what to say.", examples=[TEXT])
    unknown: Text = Field(description="What the model does not know.", examples=[TEXT])


class ExerciseFile(ExerciseTable):
    """An exercise."""

    title: Text = Field(description="A few words that name the exercise.", examples=[TEXT])
    audience: Text = Field(description="For whom it is.", examples=[TEXT])
    minutes: Minutes = Field(description="Time of the whole exercise.", examples=[60])
    aims: Annotated[list[Text], Field(min_length=1)] = Field(description="Learning aims.", examples=[[TEXT]])
    storyline: Text = Field(description="The situation in which the readers find themselves.", examples=[TEXT])
    handout: Text = Field(description="The first lines of the printed handout.", examples=[TEXT])
    setting: Annotated[list[Setting], Field(min_length=2)] = Field(
        description="Settings, each under its own [[setting]].", examples=[[]]
    )
    step: Annotated[list[Step], Field(min_length=1, max_length=12)] = Field(
        description="Steps in order, each under its own [[step]].", examples=[[]]
    )
    notes: Notes = Field(description="Notes of the facilitator, under [notes].", examples=[{}])


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise that was checked.

    Attributes
    ----------
    key : name of its file without the ending
    content : what the file says
    scenarios : name of a setting -> key and scenario; shipped scenarios without changes keep their own names
    """

    key: str
    content: ExerciseFile
    scenarios: Mapping[str, tuple[str, EffectiveScenario]]


def load_exercises(folder: str | Path | None = None) -> list[Exercise]:
    """Read the shipped exercises, or all files `*.toml` of a trainer's folder, by name.

    Raises
    ------
    InputError : with every problem of all files
    """
    paths = _paths(folder)
    found: list[Exercise] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(_load(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return found


def _paths(folder: str | Path | None) -> list[Path]:
    place = PACKAGE / FOLDER if folder is None else Path(folder)
    paths = sorted(place.glob("*.toml")) if place.is_dir() else []
    if not paths:
        fault = "there are no exercises here: no folder with files whose names end in .toml"
        raise InputError(Problem(fault, "Name the folder that holds your exercise files", str(place)))
    if folder is None:
        for path in paths:
            shipped(f"{FOLDER}/{path.name}")  # refuses a damaged file
    return paths


def _load(path: Path) -> Exercise:
    source = source_of(str(path), "file", Path())
    problems = [*_name_problem(path)]
    try:
        content = ExerciseFile.model_validate(source.raw)
    except ValidationError as error:
        raise InputError([*problems, *_form_problems(error, source)]) from error
    scenarios: dict[str, tuple[str, EffectiveScenario]] = {}
    for position, setting in enumerate(content.setting):
        try:
            scenarios[setting.name] = _scenario(path.stem, setting, source, position)
        except InputError as error:
            problems += error.problems
    problems += _meaning_problems(content, source)
    if problems:
        raise InputError(problems)
    return Exercise(path.stem, content, scenarios)


def _name_problem(path: Path) -> Iterator[Problem]:
    if not re.match(NAME, path.stem):
        yield Problem(
            "the name of the file is not made of small letters, numbers and hyphens",
            "Rename it, for example: labour-mobility.toml",
            str(path),
        )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of exercise files."""
    return ExerciseFile.model_json_schema()


def _form_problems(error: ValidationError, source: ScenarioSource) -> Iterator[Problem]:
    schema = json_schema()
    for found in error.errors(include_url=False):
        path = tuple(
            step for step in found["loc"] if not (isinstance(step, str) and step.startswith(("int", "literal[")))
        )
        yield _form_problem(found, path, source, schema)


def _form_problem(found: ErrorDetails, path: FieldPath, source: ScenarioSource, schema: dict[str, Any]) -> Problem:
    part, name = part_of(schema, path), str(next((step for step in reversed(path) if isinstance(step, str)), ""))
    if found["type"] == "missing":
        return source.problem(path, f"`{name}` is missing", _example(name, part))
    if found["type"] == "extra_forbidden":
        known = list(part_of(schema, path[:-1]).get("properties", {}))
        return source.problem(path, "there is no such field in this place", spelling(name, known), name)
    if part.get("pattern") == NAME:
        remedy = "Use small letters, numbers and hyphens only"
        return source.problem(path, f"`{name}` is not a short name", remedy, found["input"])
    given = found["input"] if isinstance(found["input"], str | int | float) else None
    return source.problem(path, f"`{name}` is not {type_words(part)}", _example(name, part), given)


def _example(name: str, part: dict[str, Any]) -> str:
    return f"For example: {toml_key(name)} = {toml_value(part['examples'][0])}" if part.get("examples") else "Add it"


def type_words(part: dict[str, Any]) -> str:
    """Return in plain words what a field holds."""
    if "anyOf" in part:
        return type_words(part["anyOf"][0])
    if part.get("type") != "array":
        return words(part)
    kind = {"string": "texts"}.get(part["items"].get("type", ""), "tables")
    least, most = part.get("minItems"), part.get("maxItems")
    count = f", {least} to {most}" if least and most else f", at least {least}" if least else ""
    return f"a list of {kind}{count}"


def _scenario(key: str, setting: Setting, source: ScenarioSource, position: int) -> tuple[str, EffectiveScenario]:
    """Return the key and the scenario of a setting."""
    path: FieldPath = ("setting", position)
    if bool(setting.scenario) == bool(setting.table):
        fault = "the setting needs either the name of a shipped scenario or a table of its own"
        raise InputError(source.problem(path, fault, 'For example: scenario = "closed-doors"', setting.name))
    if setting.table:
        return f"{key}.{setting.name}", _own_scenario(setting, source, path)
    if setting.scenario not in shipped_names():
        remedy = spelling(setting.scenario, shipped_names())
        fault = "no scenario of this name comes with Corridor"
        raise InputError(source.problem((*path, "scenario"), fault, remedy, setting.scenario))
    try:
        scenario = load_scenario(setting.scenario, setting.settings)
    except InputError as error:
        raise InputError(
            source.problem((*path, "settings"), each.fault, each.remedy, each.column) for each in error.problems
        ) from error
    return (f"{key}.{setting.name}" if setting.settings else setting.scenario), scenario


def _own_scenario(setting: Setting, source: ScenarioSource, path: FieldPath) -> EffectiveScenario:
    """Load the table of a setting as if it were a file of its own, and say what is wrong where it stands."""
    table = {"title": setting.title.en, "description": setting.description.en, **setting.table}
    with TemporaryDirectory() as folder:
        own = Path(folder) / "table.toml"
        own.write_text("".join(f"{toml_key(key)} = {toml_value(value)}\n" for key, value in table.items()), "utf-8")
        try:
            return load_scenario(str(own), setting.settings)
        except InputError as error:
            raise InputError(
                source.problem((*path, "table", *_steps(each.column)), each.fault, each.remedy, each.value)
                for each in error.problems
            ) from error


def _steps(column: str | None) -> FieldPath:
    """Return the path of a dotted name: pathway[1].origins is ("pathway", 0, "origins")."""
    found = re.findall(r"\[(\d+)\]|([^.\[\]]+)", column or "")
    return tuple(int(number) - 1 if number else name for number, name in found)


def _meaning_problems(content: ExerciseFile, source: ScenarioSource) -> Iterator[Problem]:
    names = [setting.name for setting in content.setting]
    yield from _repeats(names, source, ("setting",), "setting")
    minutes = sum(step.minutes for step in content.step)
    if minutes > content.minutes:
        fault = f"the steps take {minutes} minutes, more than the exercise"
        yield source.problem(("minutes",), fault, f"Write {minutes} or more", content.minutes)
    for number, step in enumerate(content.step):
        yield from _step_problems(step, number, names, source)


def _repeats(names: Sequence[str], source: ScenarioSource, path: FieldPath, word: str) -> Iterator[Problem]:
    for position, name in enumerate(names):
        if name in names[:position]:
            fault = f"another {word} has this name"
            yield source.problem((*path, position, "name"), fault, "Give it another name", name)


def _step_problems(step: Step, number: int, names: Sequence[str], source: ScenarioSource) -> Iterator[Problem]:
    path: FieldPath = ("step", number)
    for position, lever in enumerate(step.levers):
        if lever not in names:
            yield source.problem((*path, "levers", position), "there is no such setting", spelling(lever, names), lever)
    flows = [flow.name for flow in step.flow]
    yield from _repeats(flows, source, (*path, "flow"), "flow")
    for position, flow in enumerate(step.flow):
        for end in ("origins", "destinations"):
            yield from _area_problems(getattr(flow, end), source, (*path, "flow", position, end))
    for position, look in enumerate(step.look):
        place: FieldPath = (*path, "look", position)
        yield from _area_problems(look.areas, source, (*place, "areas"))
        for end in ("orig", "dest"):
            yield from _area_problems(filter(None, [getattr(look, end)]), source, (*place, end), listed=False)
        if look.setting and look.setting not in names:
            fault = "there is no such setting"
            yield source.problem((*place, "setting"), fault, spelling(look.setting, names), look.setting)
    for field in ("text", "question", "hint", "answer", "discussion"):
        yield from _figure_problems(getattr(step, field), source, (*path, field), names, flows)


def _area_problems(
    named: Sequence[str] | Iterator[str], source: ScenarioSource, path: FieldPath, *, listed: bool = True
) -> Iterator[Problem]:
    for position, word in enumerate(named):
        try:
            areas.meant(word)
        except InputError as error:
            place = (*path, position) if listed else path
            yield from (source.problem(place, each.fault, each.remedy, word) for each in error.problems)


def _figure_problems(
    text: Text, source: ScenarioSource, path: FieldPath, names: Sequence[str], flows: Sequence[str]
) -> Iterator[Problem]:
    """Say which places for figures in a text cannot be filled."""
    for language in ("en", "ru"):
        for asked in PLACEHOLDER.findall(getattr(text, language)):
            remedy = _figure_remedy(asked, names, flows)
            if remedy:
                yield source.problem((*path, language), "the text asks for a figure that is not known", remedy, asked)


def _figure_remedy(asked: str, names: Sequence[str], flows: Sequence[str]) -> str:
    """Return what is wrong with a place for a figure, as a remedy; empty if nothing is."""
    parts = asked.split("|")
    if len(parts) != 3:
        return "Write {figure|setting|flow}, for example: {irregular|closed|to-korea}"
    known = [f"{change}{name}" for name in MEASURES for change in CHANGES if not (change and name in RANGES)]
    for part, choices in zip(parts, (known, names, flows), strict=True):
        if part not in choices:
            return f"`{part}` is not known. {spelling(part, list(choices))}"
    return ""


def exercise_scenarios(exercises: Sequence[Exercise]) -> list[tuple[str, Titles, Titles, EffectiveScenario]]:
    """Return the scenarios that the steps switch between, each once: key, title, description, scenario.

    The baseline is not among them, since every explorer holds it. Title and description are in English and Russian.
    """
    found: dict[str, tuple[str, Titles, Titles, EffectiveScenario]] = {}
    for exercise in exercises:
        for setting in exercise.content.setting:
            key, scenario = exercise.scenarios[setting.name]
            if key != BASELINE:
                found.setdefault(key, (key, setting.title.model_dump(), setting.description.model_dump(), scenario))
    return list(found.values())


def exercise_facts(exercises: Sequence[Exercise]) -> list[dict[str, Any]]:
    """Return what the header of an explorer says of exercises: plain tables for JSON, groups as codes of areas."""
    return [_facts(exercise) for exercise in exercises]


def _facts(exercise: Exercise) -> dict[str, Any]:
    facts = exercise.content.model_dump(exclude={"setting", "step"})
    settings = [
        {
            "name": setting.name,
            "title": setting.title.model_dump(),
            "description": setting.description.model_dump(),
            "scenario": exercise.scenarios[setting.name][0],
        }
        for setting in exercise.content.setting
    ]
    return {
        "key": exercise.key,
        **facts,
        "settings": settings,
        "steps": [_step_facts(s) for s in exercise.content.step],
    }


def _step_facts(step: Step) -> dict[str, Any]:
    flows = [
        {**flow.model_dump(), "origins": _codes(flow.origins), "destinations": _codes(flow.destinations)}
        for flow in step.flow
    ]
    looks = [{**look.model_dump(), "year": look.year or step.year} for look in step.look]
    return {**step.model_dump(exclude={"flow", "look"}), "flows": flows, "looks": looks}


def _codes(listed: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(area.iso3 for word in listed for area in areas.meant(word)[1]))
