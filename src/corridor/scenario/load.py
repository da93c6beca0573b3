"""A scenario read with all that it builds on: every problem of all files in one report, or its effective settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.drivers import registry
from corridor.drivers.levers import LEVERS, share_conflicts
from corridor.errors import InputError, Problem
from corridor.scenario.effective import EffectiveScenario, Layer, resolve
from corridor.scenario.meaning import checked, reach_problem
from corridor.scenario.source import command_line, identity, printable, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corridor.drivers.channel import Channel, Settings
    from corridor.scenario.schema import ScenarioFile
    from corridor.scenario.source import ScenarioSource


MOST_CHAINED = 20
"""Files of which each builds on the next."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A source and what it says."""

    source: ScenarioSource
    content: ScenarioFile

    @property
    def layer(self) -> Layer:
        """Its content with its origin, to be laid over what it builds on."""
        return Layer(self.source.origin, self.content)


@dataclass(slots=True)
class _Reading:
    """Reads a file and, once each, all that it builds on; keeps what is wrong."""

    channels: Mapping[str, Channel]
    problems: list[Problem] = field(default_factory=list)
    known: dict[str, tuple[_Read, ...]] = field(default_factory=dict)  # identity -> layers, lowest first
    open: dict[str, str] = field(default_factory=dict)  # identity -> word, of the files above this one

    def layers(self, word: str, origin: str, folder: Path) -> tuple[_Read, ...]:
        """Return what a scenario builds on, lowest first, and itself at the end."""
        own = identity(word, folder)
        if own not in self.known:
            self.open[own] = word
            self.known[own] = self._read(source_of(word, origin, folder))
            del self.open[own]
        return self.known[own]

    def _read(self, source: ScenarioSource) -> tuple[_Read, ...]:
        content, problems = checked(source, self.channels)
        self.problems += problems
        listed = source.raw.get("overrides")
        below = [
            each
            for position, word in enumerate(listed if isinstance(listed, list) else ())
            if isinstance(word, str)
            for each in self._override(source, position, word)
        ]
        last_named = {id(each): each for each in reversed(below)}  # one that is reached twice counts where named last
        lowest_first = tuple(reversed(last_named.values()))
        return lowest_first if content is None else (*lowest_first, _Read(source, content))

    def _override(self, source: ScenarioSource, position: int, word: str) -> tuple[_Read, ...]:
        path = ("overrides", position)
        own = identity(word, source.folder)
        if own in self.open:
            chain = [*list(self.open.values())[list(self.open).index(own) :], word]
            fault = f"the scenario builds on itself: {' > '.join(map(printable, chain))}"
            self.problems.append(source.problem(path, fault, "Take one of the overrides out", word))
            return ()
        if len(self.open) >= MOST_CHAINED:
            fault = f"more than {MOST_CHAINED} scenarios build one on the next, the limit"
            self.problems.append(source.problem(path, fault, "Put some of them together", word))
            return ()
        try:
            return self.layers(word, f"override {word}", source.folder)
        except InputError as error:
            self.problems += [self._named(source, position, word, each) for each in error.problems]
            self.open.pop(own, None)
            return ()

    @staticmethod
    def _named(source: ScenarioSource, position: int, word: str, problem: Problem) -> Problem:
        """Place what keeps an override from being found where it is named; what is wrong inside it stays there."""
        if problem.row is not None:
            return problem
        return source.problem(("overrides", position), problem.fault, problem.remedy, word)


def load_scenario(
    word: str,
    settings: Sequence[str] = (),
    channels: Mapping[str, Channel] | None = None,
    last: int | None = None,
) -> EffectiveScenario:
    """Read a scenario, put it together with all that it builds on, and check it.

    Parameters
    ----------
    word : name of a shipped scenario, or path of a file
    settings : KEY=VALUE of `--set` options, which hold over the file
    channels : that may be switched and fixed; None for all there are
    last : last year of the run, which a path of warming must reach; None leaves that open

    Raises
    ------
    InputError : with every problem of the file, its overrides and the options
    """
    reading = _Reading(registry.CHANNELS if channels is None else channels)
    layers: tuple[_Read, ...] = ()
    try:
        layers = reading.layers(word, "file", Path())
    except InputError as error:
        reading.problems += error.problems
    layers += _options(settings, reading)
    if not reading.problems:
        reading.problems += [*_together(layers), *_reach(layers, last)]
    if reading.problems:
        raise InputError(dict.fromkeys(reading.problems))
    content = next(each.content for each in layers if each.source.origin == "file")
    held, provenance = resolve([each.layer for each in layers], reading.channels)
    conflicts = [*_shares(layers, held)]
    if conflicts:
        raise InputError(conflicts)
    applied = (each.source.origin.partition(" ")[2] for each in layers if each.source.origin.startswith("override "))
    return EffectiveScenario(
        content.title, content.description, tuple(applied), held, provenance, tuple(reading.channels)
    )


def _options(settings: Sequence[str], reading: _Reading) -> tuple[_Read, ...]:
    if not settings:
        return ()
    source, malformed = command_line(settings)
    content, problems = checked(source, reading.channels)
    reading.problems += [*malformed, *problems]
    return () if content is None else (_Read(source, content),)


def _together(layers: Sequence[_Read]) -> Iterator[Problem]:
    """Say what is wrong between sources that are each right."""
    names: dict[tuple[str, str], ScenarioSource] = {}
    own_path = False
    for each in layers:
        climate = each.content.climate
        own_path = climate.warming is not None or (own_path and climate.pathway is None)
        if own_path and climate.percentile is not None:
            fault, remedy = (
                "a percentile is given together with your own path, which has none",
                "Set `pathway` beside it, or leave out `percentile`",
            )
            yield each.source.problem(("climate", "percentile"), fault, remedy, climate.percentile)
        for section in LEVERS:
            for position, entry in enumerate(getattr(each.content, section)):
                if (section, entry.name) in names:
                    owner = names[section, entry.name].label
                    fault = f"another {section.replace('_', ' ')}, in {owner}, has this name"
                    yield each.source.problem((section, position, "name"), fault, "Give it another name", entry.name)
                names[section, entry.name] = each.source


def _shares(layers: Sequence[_Read], held: Settings) -> Iterator[Problem]:
    """Say which pathways state shares of kinds that do not go together."""
    places = {
        entry.name: (each.source, position) for each in layers for position, entry in enumerate(each.content.pathway)
    }
    for pathway, fault, remedy in share_conflicts(held.levers):
        source, position = places[pathway.name]
        yield source.problem(("pathway", position, "share"), fault, remedy, pathway.share)


def _reach(layers: Sequence[_Read], last: int | None) -> Iterator[Problem]:
    paths = [each for each in layers if each.content.climate.warming or each.content.climate.pathway]
    warming = paths[-1].content.climate.warming if paths else None
    if last is not None and warming is not None:
        yield from reach_problem(paths[-1].source, {int(year): kelvin for year, kelvin in warming.items()}, last)


def load_all(
    words: Sequence[str], channels: Mapping[str, Channel] | None = None, last: int | None = None
) -> dict[str, EffectiveScenario]:
    """Read several scenarios, by their words.

    Raises
    ------
    InputError : with every problem of all of them
    """
    loaded: dict[str, EffectiveScenario] = {}
    problems: list[Problem] = []
    for word in words:
        try:
            loaded[word] = load_scenario(word, channels=channels, last=last)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return loaded
