"""Measures of flows: indices of migration systems, summaries, and scores of agreement."""
