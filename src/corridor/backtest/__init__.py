"""Held against what is published: the engine beside the UN's medium, forecasts of flows and net rates beside what came."""
