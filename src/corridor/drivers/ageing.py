"""Ageing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.axes import Floats

WORKING_AGES = (20, 65)


def working_share(population: Floats) -> Floats:
    """Share of people of working age: [area], from [area, sex, age]."""
    working = population[:, :, slice(*WORKING_AGES)].sum(axis=(1, 2))
    residents = population.sum(axis=(1, 2))
    share: Floats = np.divide(working, residents, out=np.zeros_like(residents), where=residents > 0.0)
    return share


def ageing_pull(share: Floats, base_share: Floats, elasticity: Floats | float) -> Floats:
    """Log pull of destinations that lack people of working age: [..., area]."""
    known = (share > 0.0) & (base_share > 0.0)
    need = np.divide(base_share, share, out=np.ones_like(share), where=known)
    pull: Floats = elasticity * np.log(need)
    return pull
