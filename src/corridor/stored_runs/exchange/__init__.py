"""Stored runs in the formats of other programs: a module a format, and the table of all in `formats`."""
