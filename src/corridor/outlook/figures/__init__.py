"""Figures as SVG text, drawn by hand: the same bytes for the same input, readable without colour."""

from corridor.outlook.figures.chord import chord
from corridor.outlook.figures.flow_map import Place, flow_map
from corridor.outlook.figures.pyramid import pyramid
from corridor.outlook.figures.scenario_fan import ScenarioBand, scenario_fan
from corridor.outlook.figures.trend import Line, trend
from corridor.outlook.figures.waterfall import Step, waterfall

__all__ = [
    "Line",
    "Place",
    "ScenarioBand",
    "Step",
    "chord",
    "flow_map",
    "pyramid",
    "scenario_fan",
    "trend",
    "waterfall",
]
