"""What the explorer shows of the past: moves, stocks, populations, the evidence behind, and past errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import PERIODS
from corridor.estimate.moves.product import moves_of_years
from corridor.reports.outlook.past_errors import past_errors

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel
