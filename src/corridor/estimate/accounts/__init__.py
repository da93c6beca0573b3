"""Demographic accounts: transitions between two dates from stocks, births and deaths."""
