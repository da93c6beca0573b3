"""The rules for holes in the data, and what they fill."""
