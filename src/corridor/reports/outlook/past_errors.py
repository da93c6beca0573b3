"""How far the default base would have missed in the past: what sheets of areas and corridors say of their error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.flow_products import panel_product
from corridor.backtest.forecast_form import MARGINS, margins
from corridor.backtest.simple_rivals import exposed_persistence
from corridor.figures.wording import persons

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
    """Forecast every period as the default base does: the rates of the one before, on the people of the origin."""
    product, missed = panel_product(panel), []
    for at in map(product.period, ORIGINS):
        (made,) = exposed_persistence(product.before(at), product.years[at : at + 1])
        missed.append((made, product.flows[at]))
    areas = np.mean([np.abs(margins(made) - margins(came)) for made, came in missed], axis=0)
    return PastErrors(areas, np.mean([np.abs(made - came) for made, came in missed], axis=0))


def past_error_words(errors: Floats) -> str:
    """Say the errors of one area [`MARGINS`], persons a year."""
    out, into, net = (persons(float(errors[MARGINS.index(name)])) for name in ("out", "in", "net"))
    last = ORIGINS[-1] + 4
    return (
        f"We made forecasts for {ORIGINS[0]}, {ORIGINS[1]} ... {ORIGINS[-1]} that keep the rates of the years before. "
        f"In the years that followed, to {last}, they missed moves out by {out} a year on average, moves in by {into} "
        f"and net migration by {net}. Errors of later years are larger. This is not a margin of error of the figures "
        "above, because past moves are estimates themselves."
    )
