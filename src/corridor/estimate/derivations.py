"""Our own results that the panel holds, in the order in which they are computed."""

from __future__ import annotations

from corridor.data.build import Derivation
from corridor.estimate import best, past_flows

DERIVATIONS = (
    Derivation(past_flows.TABLE, past_flows.transitions_table),
    Derivation(best.TABLE, best.moves_table),
    Derivation(best.RESTING_TABLE, best.resting_table),
)
