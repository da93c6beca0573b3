"""A scenario that is checked when it is made and that every function with a scenario accepts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.api.arguments import named_as_arguments, settings_of, words_of
from corridor.errors import InputError, Problem
from corridor.scenario.load import load_scenario
from corridor.scenario.source import shipped_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.api.arguments import Settings
    from corridor.scenario.effective import EffectiveScenario


@dataclass(frozen=True, init=False, repr=False)
class Scenario:
    """Checked assumptions about climate, incomes and damages, and about laws and pathways in corridors.

    Attributes
    ----------
    name : name of a shipped scenario (`Scenario.shipped()`), or path of a TOML file
    changes : settings that override it, KEY=VALUE
    effective : all settings that result, each with its origin
    """

    name: str
    changes: tuple[str, ...]
    effective: EffectiveScenario = field(compare=False)

    def __init__(self, name: str | Path = "baseline", settings: Settings | None = None) -> None:
        problems: list[Problem] = []
        word, changes = scenario_and_settings(name, settings, problems)
        if problems:
            raise InputError(problems)
        with named_as_arguments():
            found = load_scenario(word, changes)
        for attribute, value in (("name", word), ("changes", changes), ("effective", found)):
            object.__setattr__(self, attribute, value)

    @classmethod
    def of_text(cls, name: str, effective: EffectiveScenario) -> Scenario:
        """Return the scenario of a stored run, which needs no file any more."""
        made = cls.__new__(cls)
        for attribute, value in (("name", name), ("changes", ()), ("effective", effective)):
            object.__setattr__(made, attribute, value)
        return made

    @staticmethod
    def shipped() -> tuple[str, ...]:
        """Names of the scenarios that come with Corridor."""
        return shipped_names()

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return self.effective.title

    @property
    def description(self) -> str:
        """Description of the scenario's assumptions."""
        return self.effective.description

    @property
    def digest(self) -> str:
        """The sha256 of all resulting settings: two scenarios with the same digest give the same results."""
        return self.effective.digest

    def to_toml(self) -> str:
        """Return the text of a scenario file that sets every field and has the same digest everywhere."""
        return self.effective.to_toml()

    def __repr__(self) -> str:
        changed = f", {', '.join(self.changes)}" if self.changes else ""
        return f"Scenario {self.name}{changed}: {self.title}"


def words_and_scenario(
    scenario: object, settings: object, problems: Sequence[Problem] = (), *, single: bool = False, **given: object
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Return the names in a question, and its scenario and settings in the form that checks of requests take.

    Parameters
    ----------
    problems : problems that were found before
    single : whether each argument names one area or group
    given : argument -> names of areas or groups, one or several

    Raises
    ------
    InputError : with every fault
    """
    found = list(problems)
    words = [word for name, one in given.items() for word in words_of(name, one, found, single=single)]
    name, changes = scenario_and_settings(scenario, settings, found)
    if found:
        raise InputError(found)
    return tuple(words), name, changes


def scenario_and_settings(scenario: object, settings: object, problems: list[Problem]) -> tuple[str, tuple[str, ...]]:
    """Return the name of a scenario and the settings that override it, in the form that checks of requests take.

    Parameters
    ----------
    scenario : a `Scenario`, a name or a path
    """
    changes = settings_of(settings, problems)
    if isinstance(scenario, Scenario):
        return scenario.name, (*scenario.changes, *changes)
    if isinstance(scenario, (str, Path)):
        return str(scenario), changes
    fault, remedy = "this is not a scenario", "Write a name of Scenario.shipped(), a path, or a corridor.Scenario"
    problems.append(Problem(fault, remedy, column="scenario=", value=scenario))
    return "baseline", changes
