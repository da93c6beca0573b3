"""Scenarios: named lists of overrides on a baseline, as TOML files.

`load_scenario` reads one, with all that it builds on, and returns its effective settings, or a report of every problem.
"""

from corridor.scenario.effective import EffectiveScenario
from corridor.scenario.load import load_scenario

__all__ = ["EffectiveScenario", "load_scenario"]
