"""Standing texts of reports."""
