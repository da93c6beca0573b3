"""`corridor serve`: the explorer with a program behind it, on this machine only."""
