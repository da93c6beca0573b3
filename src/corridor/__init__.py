"""Corridor: how many people move from where to where, why, and what the next decades may bring.

Importing this package costs next to nothing: every public name is fetched from its room when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "agreement": "corridor.estimate.measures.scores",
    "flows_from_stocks": "corridor.estimate.own.own_data",
    "gravity": "corridor.estimate.gravity.models",
    "load_inputs": "corridor.projection.inputs",
    "load_panel": "corridor.data.panel",
    "moves_by_birthplace": "corridor.estimate.accounts.by_birthplace",
    "past_flows": "corridor.estimate.world.products",
    "plot": "corridor.plot",
    "project": "corridor.projection.engine",
    "score_table": "corridor.estimate.measures.scores",
}
"""Public name -> the module that holds it."""

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 - names are listed once, in the table above


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the attribute may be of any type
    if name not in _PUBLIC:
        raise AttributeError(f"module 'corridor' has no attribute {name!r}")
    module = import_module(_PUBLIC[name])
    return module if module.__name__ == f"corridor.{name}" else getattr(module, name)
