"""Runs that are kept: a folder each, begun, carried on after a crash, checked, listed, compared and cited."""
