"""Figures as SVG text, drawn by hand: the same bytes for the same input, readable without colour."""
