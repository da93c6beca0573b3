"""Held against what is published: the engine beside the UN's medium, forecasts of flows beside what came."""
