"""How far a forecast by constant rates missed each area in the past: what its sheet says of its own error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.flow_products import panel_product
from corridor.backtest.forecast_form import MARGINS, history, margins
from corridor.backtest.simple_rivals import exposed_persistence
from corridor.outlook.figures.wording import persons

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

ORIGINS = (2000, 2005, 2010, 2015, 2020)
"""1 Julys at which the forecast stands; each is held against the period that follows."""
PRODUCT = "consistent"
"""The estimate that base flows rest on."""


def past_errors(panel: Panel) -> Floats:
    """Mean absolute error of moves out, moves in and net migration, persons a year: [`MARGINS`, area].

    The forecast: the rates of the last period on the origin's population, whose growth goes on. It is what the anchor
    `observed` does, short of ages and birthplaces; it sees nothing after its origin.
    """
    product = panel_product(panel, PRODUCT)
    errors = []
    for origin in ORIGINS:
        at = product.period(origin)
        forecast = exposed_persistence(history(product, origin), product.years[at : at + 1])
        errors.append(np.abs(margins(forecast[0]) - margins(product.flows[at])))
    mean: Floats = np.mean(errors, axis=0)
    return mean


def past_error_words(errors: Floats) -> str:
    """Say the errors of one area [`MARGINS`], persons a year."""
    out, into, net = (persons(float(errors[MARGINS.index(name)])) for name in ("out", "in", "net"))
    last = ORIGINS[-1] + 4
    return (
        f"Forecasts by the rates of the five years before, made in {ORIGINS[0]}, {ORIGINS[1]} ... {ORIGINS[-1]} for "
        f"the years that followed, to {last}, missed moves out by {out} a year on average, moves in by {into}, net "
        f"migration by {net}. Later years are surely missed by more."
    )
