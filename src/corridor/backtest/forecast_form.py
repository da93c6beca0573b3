"""The one form of forecasts of flows: what a model may see, what it gives, and how it is asked.

A model is fitted on a `History`, which holds nothing after the origin, and then predicts successive periods.
Corridors are given as quantiles, for draws of all corridors would fill the memory; margins of areas as draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from corridor.estimate.gravity.corridor_model import Past

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from corridor.axes import Booleans, Floats
    from corridor.backtest.flow_products import FlowProduct

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
MARGINS = ("out", "in", "net")


@dataclass(frozen=True, slots=True)
class History(Past):
    """Flows over successive periods, each from 1 July to 1 July, and what was known of areas and corridors with them.

    Attributes
    ----------
    flows : [period, orig, dest], persons a year, diagonal zero; NaN for areas that are not known then
    population : [period + 1, area], on 1 July of every start and of the last end, persons
    net : [before + period, area], net migration of WPP 2024, persons a year: five-year periods from `NET_SINCE` to the
        first start, then those of the flows
    stock : [period + 1, birthplace, residence], natives on the diagonal, persons: on the same dates or the last known
        before, NaN where there is none
    starts, years : first year and length of each period; a period starts where the one before ends
    income : [period + 1, area], gross domestic product per head, the last figure of a year that had ended on the date;
        NaN where there is none
    distance : [orig, dest], km
    """

    starts: tuple[int, ...]
    years: tuple[int, ...]
    income: Floats
    distance: Floats

    def before(self, periods: int) -> Self:
        """Return what was known after the first `periods`: copies, so that nothing later can be reached."""
        return replace(
            Past.before(self, periods),
            starts=self.starts[:periods],
            years=self.years[:periods],
            income=self.income[: periods + 1].copy(),
        )


def history(product: FlowProduct, origin: int) -> History:
    """Cut a product at an origin.

    Raises
    ------
    InputError
        If no period starts at the origin.
    """
    return product.before(product.period(origin))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Predicted flows of successive periods after an origin, persons a year; NaN for areas not known at the origin.

    Attributes
    ----------
    point : [horizon, orig, dest], the single number for each corridor
    margins : [out / in / net, horizon, area], the single numbers for areas
    quantiles : [`QUANTILES`, horizon, orig, dest]; None where a model has no intervals
    draws : [draw, out / in / net, horizon, area]; None where a model has no intervals
    """

    point: Floats
    margins: Floats
    quantiles: Floats | None = None
    draws: Floats | None = None


class Fitted(Protocol):
    """A model that was fitted on a history."""

    def predict(self, lengths: Sequence[int], draws: int, seed: int) -> Forecast:
        """Predict the periods that follow the origin, of so many years each."""
        ...


class Model(Protocol):
    """A model of flows."""

    @property
    def name(self) -> str:
        """Its name in tables."""
        ...

    @property
    def least_periods(self) -> int:
        """How many past periods it needs at least to be fitted."""
        ...

    def fit(self, past: History) -> Fitted:
        """Fit on a history."""
        ...


def margins(flows: Floats) -> Floats:
    """Sum flows [..., orig, dest] into [out / in / net, ..., area]; NaN for areas without any known corridor."""
    known = known_areas(flows)
    whole = np.nan_to_num(flows)
    out, into = whole.sum(axis=-1), whole.sum(axis=-2)
    return np.where(known, np.stack([out, into, into - out]), np.nan)


def known_areas(flows: Floats) -> Booleans:
    """Say of each area whether it has a corridor, not that to itself, that is known: [..., area]."""
    return np.asarray(corridors(flows).any(axis=-1))


def corridors(flows: Floats) -> Booleans:
    """Say of each pair of two areas whether its flow is known: [..., orig, dest]."""
    return np.asarray(np.isfinite(flows) & ~np.eye(flows.shape[-1], dtype=np.bool_))


def population_ahead(past: History, lengths: Sequence[int]) -> Floats:
    """Forecast populations at the start of each period: [horizon, area]; growth stays that of the last past period."""
    growth = (past.population[-1] / past.population[-2]) ** (1.0 / past.years[-1])
    passed = np.cumsum([0, *lengths[:-1]])
    return np.asarray(past.population[-1] * growth ** passed[:, None].astype(np.float64))
