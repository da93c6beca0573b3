"""A result of our own in the panel: its name and how it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.data.panel import Panel
    from corridor.data.table import Table


@dataclass(frozen=True, slots=True)
class Derivation:
    """A result of our own that is computed from the tables before it and stored in the panel.

    Attributes
    ----------
    name : of the table
    compute : from the panel so far to the table
    """

    name: str
    compute: Callable[[Panel], Table]
