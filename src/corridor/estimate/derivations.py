"""Our own results that the panel holds, in the order in which they are computed."""

from __future__ import annotations

from corridor.data.build import Derivation
from corridor.estimate.past_flows import TABLE, transitions_table

DERIVATIONS = (Derivation(TABLE, transitions_table),)
