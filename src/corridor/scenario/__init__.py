"""Scenarios: named lists of overrides on a baseline, as TOML files.

`load_scenario` reads one, with all that it builds on, and returns its effective settings, or a report of every problem.
"""

from corridor.scenario.effective import Scenario
from corridor.scenario.load import load_scenario

__all__ = ["Scenario", "load_scenario"]
