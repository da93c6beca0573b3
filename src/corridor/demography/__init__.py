"""Demography on plain arrays: life tables, graduation, migration schedules and the cohort-component step."""
