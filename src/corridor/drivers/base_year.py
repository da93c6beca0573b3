"""The year that channels and levers count from."""

BASE_YEAR = 2025
"""Calendar year in which every log effect is exactly zero: the first year of the engine."""
LAST_YEAR = 2100
"""Last calendar year that a scenario may name."""
