"""The corridor model among the forecasts that are held against what came: learnt anew at every origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.simple_rivals import SimpleRival
from corridor.estimate.corridor_model import Past, coefficients_by_horizon, expected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.backtest.forecast_form import History


def corridor_forecast(past: History, lengths: Sequence[int]) -> Floats:
    """Flows as the corridor model expects them: [horizon, orig, dest], persons a year."""
    seen = model_past(past)
    return np.stack([expected(seen, each) for each in coefficients_by_horizon(seen, len(lengths))])


def model_past(past: History) -> Past:
    """Return what the model sees of a history."""
    return Past(past.flows, past.population, past.net, past.stock)


CORRIDOR_MODEL = SimpleRival("corridor model", corridor_forecast)
"""Ours."""
