"""Flows from a user's own stocks."""
