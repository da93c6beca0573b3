"""Held against what is published: how far the engine is from the UN's medium."""
