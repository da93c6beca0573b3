"""Effective settings: what holds after everything is put together, where each field came from, and their digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from corridor import areas
from corridor.drivers.channel import Settings
from corridor.drivers.levers import LEVERS, Policy, RampedLever, section_of
from corridor.scenario.schema import ALL
from corridor.scenario.writing import toml_table, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from corridor.drivers.channel import Channel
    from corridor.drivers.levers import Lever
    from corridor.scenario.schema import ScenarioFile

BASELINE = "baseline"
Fields = dict[str, Any]
"""Section and field, "climate.pathway", -> value."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source sets; `origin` is "file", "override NAME" or "command line"."""

    origin: str
    content: ScenarioFile


@dataclass(frozen=True, slots=True)
class EffectiveScenario:
    """A scenario with all that it builds on, put together.

    Attributes
    ----------
    title, description : of the file
    overrides : names of the building blocks that were applied, in order, those of building blocks included
    settings : what holds
    provenance : field, "climate.pathway", "policy.NAME" -> baseline, override NAME, file or command line
    channels : names of all channels, on or off
    """

    title: str
    description: str
    overrides: tuple[str, ...]
    settings: Settings
    provenance: Mapping[str, str]
    channels: tuple[str, ...]

    @property
    def effective(self) -> dict[str, Any]:
        """What is stored with every result: plain dictionaries, lists, texts and numbers, for JSON as for TOML."""
        return {
            "title": self.title,
            "description": self.description,
            "overrides": list(self.overrides),
            "settings": settings_table(self.settings, self.channels),
            "from": dict(self.provenance),
            "digest": self.digest,
        }

    @property
    def digest(self) -> str:
        """The sha256 of the settings as canonical JSON; titles, descriptions and provenance do not enter."""
        table = settings_table(self.settings, self.channels)
        written = json.dumps(table, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()

    def to_toml(self) -> str:
        """Return a scenario file that sets every field, without overrides: it has the same digest anywhere."""
        head = {"title": self.title, "description": self.description}
        lines = [f"{key} = {toml_value(value)}\n" for key, value in head.items() if value]
        for section, content in settings_table(self.settings, self.channels).items():
            lines += self._section(section, content)
        return "".join(lines)

    def _section(self, section: str, content: Any) -> Iterator[str]:  # noqa: ANN401 - a table or a list of them
        if section in LEVERS:
            for entry in content:
                origin = self.provenance[f"{section}.{entry['name']}"]
                yield "\n" + toml_table(f"[[{section}]]  # {origin}", entry, {})
        elif content:
            notes = {key: self.provenance[f"{section}.{key}"] for key in content}
            yield "\n" + toml_table(f"[{section}]", content, notes)


def settings_table(settings: Settings, channels: Iterable[str]) -> dict[str, Any]:
    """Return settings in the form of a scenario file: section -> field -> value; what is None is left out."""
    if settings.own_warming is None:
        climate: dict[str, Any] = {"pathway": settings.pathway, "percentile": settings.percentile}
    else:
        climate = {"warming": {str(year): kelvin + 0.0 for year, kelvin in sorted(settings.own_warming.items())}}
    climate |= {"per_degree": settings.per_degree, "own_effects": settings.own_effects}
    return {
        "climate": {key: value for key, value in climate.items() if value is not None},
        "income": {"pathway": settings.income, "damages": settings.damages},
        "channels": {name: name not in settings.off for name in channels},
        "parameters": {name: settings.fixed[name] + 0.0 for name in sorted(settings.fixed)},  # no negative zero
        "policy": [],
        **_lever_tables((*settings.policies, *settings.levers)),
        "demand": {"model": settings.demand},
    }


def _lever_tables(levers: Iterable[Lever]) -> dict[str, list[dict[str, Any]]]:
    """Return the sections of the sorts of levers that there are, so that scenarios without levers keep their digest."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for lever in levers:
        written = {field.name: getattr(lever, field.name) for field in fields(lever)}
        table = {key: _plain(part) for key, part in written.items() if part is not None}
        tables.setdefault(section_of(lever), []).append(table)
    return tables


def _plain(value: object) -> object:
    match value:
        case tuple():
            return list(value)
        case float():
            return value + 0.0  # no negative zero
    return value


def resolve(layers: Sequence[Layer], channels: Mapping[str, Channel]) -> tuple[Settings, dict[str, str]]:
    """Put layers together, and say which setting holds.

    Where several set the same field, the first of these holds:

    1. the command line, `--set KEY=VALUE`;
    2. the file's own fields;
    3. its overrides, later ones over earlier; a scenario on which an override builds comes directly below it;
    4. the baseline: SSP2-4.5 with income of SSP2, damages of Kalkuhl and Wenz, every channel on, no policy, no lever.

    Policies and levers of all of them add up; everything else replaces. A path of your own (`climate.warming`) takes
    the place of pathway and percentile set below it, and a pathway set above takes the place of the path.
    `channels.all` replaces every switch set below it, and gives way to the channels named beside it. An override that
    is reached twice counts once, where it is named last.

    Parameters
    ----------
    layers : lowest first
    channels : all there are

    Returns
    -------
    settings : what holds
    provenance : field -> origin of the layer that it comes from
    """
    held = _baseline(channels)
    provenance = dict.fromkeys(held, BASELINE)
    levers: list[Lever] = []
    for layer in layers:
        given = _given(layer.content, channels)
        for replaced in _replaced(given):
            held.pop(replaced, None)
            provenance.pop(replaced, None)
        held |= given
        provenance |= dict.fromkeys(given, layer.origin)
        levers += (_of_areas(lever) for section in LEVERS for lever in getattr(layer.content, section))
        named = [(section, entry.name) for section in LEVERS for entry in getattr(layer.content, section)]
        provenance |= {f"{section}.{name}": layer.origin for section, name in named}
    sorts = list(LEVERS.values())
    return _settings(held, sorted(levers, key=lambda lever: sorts.index(type(lever)))), provenance


def _baseline(channels: Mapping[str, Channel]) -> Fields:
    table = settings_table(Settings(), channels)
    return {
        f"{section}.{key}": value for section in table if section not in LEVERS for key, value in table[section].items()
    }


def _given(content: ScenarioFile, channels: Mapping[str, Channel]) -> Fields:
    """Return the fields that a source sets, of all sections but the lists."""
    table = content.model_dump(exclude_none=True, include={"climate", "income", "channels", "parameters", "demand"})
    switches = table["channels"]
    if ALL in switches:
        table["channels"] = dict.fromkeys(channels, switches.pop(ALL)) | switches
    return {f"{section}.{key}": value for section, fields in table.items() for key, value in fields.items()}


def _replaced(given: Fields) -> tuple[str, ...]:
    """Return the fields that give way although they are not set anew."""
    if "climate.warming" in given:
        return "climate.pathway", "climate.percentile"
    return ("climate.warming",) if "climate.pathway" in given else ()


def _of_areas(lever: Lever) -> Lever:
    return replace(lever, origins=_codes(lever.origins), destinations=_codes(lever.destinations))


def _codes(listed: Iterable[str]) -> tuple[str, ...]:
    """Return the ISO codes that areas and groups mean, each once, in the order of the register."""
    found = {area.iso3 for word in listed for area in areas.meant(word)[1]}
    return tuple(code for code in areas.codes() if code in found)


def _settings(held: Fields, levers: Sequence[Lever]) -> Settings:
    def of(section: str) -> Fields:
        """Return the fields of one section under their own names."""
        return {key.partition(".")[2]: held[key] for key in held if key.partition(".")[0] == section}

    climate, income = of("climate"), of("income")
    warming = climate.get("warming")
    return Settings(
        pathway=climate.get("pathway", Settings().pathway),
        percentile=climate.get("percentile"),
        own_warming=None if warming is None else {int(year): warming[year] for year in sorted(warming)},
        per_degree=climate["per_degree"],
        own_effects=climate["own_effects"],
        income=income["pathway"],
        damages=income["damages"],
        off=frozenset(name for name, on in of("channels").items() if not on),
        fixed=of("parameters"),
        policies=tuple(lever for lever in levers if isinstance(lever, Policy)),
        levers=tuple(lever for lever in levers if isinstance(lever, RampedLever)),
        demand=of("demand")["model"],
    )


def differences(one: EffectiveScenario, two: EffectiveScenario) -> list[tuple[str, object, object]]:
    """Return the fields in which two scenarios differ: field, value in one, value in two; None where it is not set."""
    left, right = (_flat(settings_table(each.settings, each.channels)) for each in (one, two))
    every = dict.fromkeys((*left, *right))
    return [(key, left.get(key), right.get(key)) for key in every if left.get(key) != right.get(key)]


def _flat(table: Mapping[str, Any]) -> Fields:
    sections = {key: value for key, value in table.items() if key not in LEVERS}
    sections |= {f"{name}.{entry['name']}": entry for name in LEVERS for entry in table.get(name, ())}
    return {f"{section}.{key}": value for section, fields in sections.items() for key, value in fields.items()}


def field_rows(scenario: EffectiveScenario) -> list[tuple[str, object, str]]:
    """Return field, value and origin of everything that holds, for showing."""
    flat = _flat(settings_table(scenario.settings, scenario.channels))
    return [(key, value, _origin(key, scenario.provenance)) for key, value in flat.items()]


def _origin(key: str, provenance: Mapping[str, str]) -> str:
    return provenance[key.rpartition(".")[0] if key.partition(".")[0] in LEVERS else key]
