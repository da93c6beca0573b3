"""Which parameters matter most."""
