"""Figures as SVG text, drawn by hand: the same bytes for the same input, readable without colour."""

from corridor.figures.chord import chord
from corridor.figures.flow_map import Place, flow_map
from corridor.figures.pyramid import pyramid
from corridor.figures.scenario_fan import ScenarioBand, scenario_fan
from corridor.figures.trend import Line, trend
from corridor.figures.waterfall import WaterfallStep, waterfall

__all__ = [
    "Line",
    "Place",
    "ScenarioBand",
    "WaterfallStep",
    "chord",
    "flow_map",
    "pyramid",
    "scenario_fan",
    "trend",
    "waterfall",
]
