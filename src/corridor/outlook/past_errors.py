"""How far forecasts by the corridor model missed in the past: what sheets of areas and corridors say of their error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.forecast_form import MARGINS, margins
from corridor.estimate.base_flows import past_of_corridors
from corridor.estimate.corridor_model import coefficients_by_horizon, expected
from corridor.estimate.past_flows import PERIODS
from corridor.outlook.figures.wording import persons

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

ORIGINS = (2000, 2005, 2010, 2015, 2020)
"""1 Julys at which the forecast stands; each is held against the period that follows."""


@dataclass(frozen=True, slots=True)
class PastErrors:
    """Mean absolute errors over `ORIGINS`, persons a year.

    Attributes
    ----------
    areas : [`MARGINS`, area], of moves out, moves in and net migration
    corridors : [orig, dest]
    """

    areas: Floats
    corridors: Floats


def past_errors(panel: Panel) -> PastErrors:
    """Forecast every period from those before by the model that base flows rest on, which sees nothing later."""
    past, missed = past_of_corridors(panel), []
    for at in (list(PERIODS).index(origin) for origin in ORIGINS):
        seen = past.before(at)
        (coefficients,) = coefficients_by_horizon(seen, 1)
        missed.append((expected(seen, coefficients), past.flows[at]))
    areas = np.mean([np.abs(margins(made) - margins(came)) for made, came in missed], axis=0)
    return PastErrors(areas, np.mean([np.abs(made - came) for made, came in missed], axis=0))


def past_error_words(errors: Floats) -> str:
    """Say the errors of one area [`MARGINS`], persons a year."""
    out, into, net = (persons(float(errors[MARGINS.index(name)])) for name in ("out", "in", "net"))
    last = ORIGINS[-1] + 4
    return (
        f"Forecasts by the model that the base rests on, made in {ORIGINS[0]}, {ORIGINS[1]} ... {ORIGINS[-1]} for the "
        f"years that followed, to {last}, missed moves out by {out} a year on average, moves in by {into}, net "
        f"migration by {net}. Later years are surely missed by more."
    )
