"""The outlook of a group of areas."""
