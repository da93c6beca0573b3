"""Corridor: how many people move from where to where, why, and what the next decades may bring.

Importing this package costs next to nothing: every public name is fetched from its room when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what type checkers and editors see; a test holds it to the table below
    from corridor import areas as areas
    from corridor import plot as plot
    from corridor.api.answer import Answer as Answer
    from corridor.api.explain import explain as explain
    from corridor.api.labelled import Labelled as Labelled
    from corridor.api.ledger import ledger as ledger
    from corridor.api.outlook import outlook as outlook
    from corridor.api.past_flows import flows_from_stocks as flows_from_stocks
    from corridor.api.past_flows import past_flows as past_flows
    from corridor.api.pathways import plan_pathways as plan_pathways
    from corridor.api.population import population as population
    from corridor.api.project import project_regions as project_regions
    from corridor.api.run import Run as Run
    from corridor.api.run import open_run as open_run
    from corridor.api.scenario import Scenario as Scenario
    from corridor.api.sensitivity import sensitivity as sensitivity
    from corridor.api.world import World as World
    from corridor.api.world import run as run
    from corridor.data.panel import load_panel as load_panel
    from corridor.errors import CorridorError as CorridorError
    from corridor.errors import InputError as InputError
    from corridor.errors import NotConverged as NotConverged
    from corridor.estimate.gravity.models import gravity as gravity
    from corridor.estimate.measures.scores import agreement as agreement
    from corridor.estimate.measures.scores import score_table as score_table

__version__ = "0.1.0"

_PUBLIC = {
    # the world and its runs
    "World": "corridor.api.world",
    "run": "corridor.api.world",
    "Run": "corridor.api.run",
    "open_run": "corridor.api.run",
    "Scenario": "corridor.api.scenario",
    "Labelled": "corridor.api.labelled",
    # questions, each with tables and a report
    "outlook": "corridor.api.outlook",
    "explain": "corridor.api.explain",
    "ledger": "corridor.api.ledger",
    "population": "corridor.api.population",
    "sensitivity": "corridor.api.sensitivity",
    "plan_pathways": "corridor.api.pathways",
    "project_regions": "corridor.api.project",
    "Answer": "corridor.api.answer",
    # past flows
    "past_flows": "corridor.api.past_flows",
    "flows_from_stocks": "corridor.api.past_flows",
    "gravity": "corridor.estimate.gravity.models",
    "agreement": "corridor.estimate.measures.scores",
    "score_table": "corridor.estimate.measures.scores",
    # areas, data, figures
    "areas": "corridor.areas",
    "load_panel": "corridor.data.panel",
    "plot": "corridor.plot",
    # what is raised
    "CorridorError": "corridor.errors",
    "InputError": "corridor.errors",
    "NotConverged": "corridor.errors",
}
"""Public name -> the module that holds it."""

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 - names are listed once, in the table above


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the attribute may be of any type
    if name not in _PUBLIC:
        raise AttributeError(f"module 'corridor' has no attribute {name!r}")
    module = import_module(_PUBLIC[name])
    return module if module.__name__ == f"corridor.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
