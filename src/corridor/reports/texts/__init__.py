"""Standing texts of reports: how figures are made, what they cannot say, how causes are called."""
