"""Figures as SVG text, drawn by hand: the same bytes for the same input, readable without colour."""

from corridor.outlook.figures.chord import chord
from corridor.outlook.figures.flow_map import Place, flow_map
from corridor.outlook.figures.pyramid import pyramid
from corridor.outlook.figures.trend import Line, trend

__all__ = ["Line", "Place", "chord", "flow_map", "pyramid", "trend"]
