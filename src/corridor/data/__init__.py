"""The source catalogue, one reader a publisher, the checks, and the panel that everything above reads."""
