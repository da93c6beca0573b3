"""Populations with intervals."""
