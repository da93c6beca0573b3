"""Past flows: fitting tables to margins, demographic accounting, blends, and moves a year."""
