"""The channels: one module each, with its parameters, its function and its limits."""
