"""Help shows choices and ranges, shells complete them, and they are those of the tables behind them."""

from __future__ import annotations

import click
import pytest
from click.shell_completion import ShellComplete

from corridor.analysis.pathway_plan import AIMS
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.cli import main
from corridor.cli.options import Choice, IntRange
from corridor.drivers.anchors import ANCHORS
from corridor.estimate.world.base_windows import WINDOWS
from corridor.projection.trajectory import MODES
from corridor.reports.population.answer import LEAST_TRAJECTORIES, MOST_TRAJECTORIES, VIEWS
from corridor.reports.request import MOST_DRAWS, SEEDS
from corridor.reports.sensitivity.answer import SAMPLES
from corridor.scenario.source import shipped_names

CHOICES = {"anchor": tuple(ANCHORS), "base": tuple(WINDOWS), "mode": MODES, "by": VIEWS, "aim": tuple(AIMS)}
RANGES = {
    "last": (BASE_YEAR + 1, LAST_YEAR),
    "first": (BASE_YEAR + 1, LAST_YEAR),
    "draws": (0, MOST_DRAWS),
    "seed": (0, SEEDS[-1]),
    "trajectories": (LEAST_TRAJECTORIES, MOST_TRAJECTORIES),
    "samples": (SAMPLES[0], SAMPLES[-1]),
}
COMMANDS = ("outlook", "explain", "ledger", "population", "sensitivity", "pathways optimise")


def _parameters(words: str) -> dict[str, click.Parameter]:
    command: click.Command | None = main
    for word in words.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return {str(parameter.name): parameter for parameter in command.params}


@pytest.mark.parametrize("command", COMMANDS)
def test_choices_and_ranges_are_those_of_the_tables(command):
    found = _parameters(command)
    chosen = [name for name in CHOICES if name in found]
    ranged = [name for name in RANGES if name in found]
    assert "anchor" in chosen
    assert {"last", "seed"} <= set(ranged)
    for name in chosen:
        kind = found[name].type
        assert isinstance(kind, Choice)
        assert tuple(kind.choices) == CHOICES[name]
    for name in ranged:
        kind = found[name].type
        assert isinstance(kind, IntRange)
        more = 1 if (command, name) == ("population", "last") else 0  # a date, 1 January after the last year
        assert (kind.min, kind.max) == (RANGES[name][0], RANGES[name][1] + more)


def _completed(words: list[str], incomplete: str) -> set[str]:
    completion = ShellComplete(main, {}, "corridor", "_CORRIDOR_COMPLETE")
    return {str(item.value) for item in completion.get_completions(words, incomplete)}


def test_shells_complete_areas_scenarios_and_choices():
    assert "Kazakhstan" in _completed(["explain"], "kaz")
    assert "CICA" in _completed(["outlook", "--group"], "CI")
    assert _completed(["explain", "KAZ", "--scenario"], "ssp") == {n for n in shipped_names() if n.startswith("ssp")}
    assert _completed(["ledger", "UZB", "KOR", "--anchor"], "b") == {"blended"}
    assert "explain" in _completed([], "ex")
