"""Network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.axes import Floats


def network_factor(stock: Floats, base_stock: Floats, elasticity: float) -> Floats:
    """Factor of a corridor's pull by the people already there: [orig, dest]."""
    factor: Floats = ((1.0 + stock) / (1.0 + base_stock)) ** elasticity
    return factor
