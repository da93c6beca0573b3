"""Our own results that the panel holds, in the order in which they are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.data.derivation import Derivation
from corridor.estimate.accounts import past_flows
from corridor.estimate.moves import product

if TYPE_CHECKING:
    from pathlib import Path


def derivations(sources: Path) -> tuple[Derivation, ...]:
    """Results of the room `estimate`.

    Parameters
    ----------
    sources : folder with one folder a publisher; measured and reported flows in it are used and not stored
    """
    return (
        Derivation(past_flows.TABLE, past_flows.transitions_table),
        *product.derivations(sources),
    )
