"""Pages about how well flows are known."""
