"""Gravity models by Poisson pseudo-maximum likelihood with fixed effects of any number."""
