"""Remittances between areas: World Bank totals of receivers, spread over the residences of their people abroad.

What an area receives is shared out over residences in proportion to its people living there times income per head
there. So people abroad send the same share of the residence's income wherever they live (our judgement): incomes are
products per head, not what migrants earn, and what the people of one area send is alike everywhere. But no corridor
carries more than all that its residence publishes as paid; what is above goes to the other residences. In later years
each unit of income of a person abroad sends what it sends today; without inflation.

Totals paid are bounds and no more. What the world publishes as received is 1.7 times what it publishes as paid, some
large payers publish nothing (the Emirates), and others count wages of those who cross the border to work: a fit to
both margins is further from the World Bank's own bilateral table (rank correlation .77) than one to what is received
(.85).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.projection.spreading import spread_within

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

RECEIVED, PAID = "BX.TRF.PWKR.CD.DT", "BM.TRF.PWKR.CD.DT"
"""Indicators of the World Bank: personal remittances, received and paid, current US dollars."""
OLDEST = 2015
"""Totals before this year count as unknown (our judgement)."""


def load_totals(panel: Panel, indicator: str = RECEIVED) -> tuple[Floats, Floats]:
    """Last published totals [area], US dollars of their year, and these years [area]; not a number where unknown."""
    rows = panel.frame("wdi")
    rows = rows[(rows["indicator"] == indicator) & (rows["year"] >= OLDEST)].sort_values("year")
    last = rows.groupby("area").last().reindex(list(codes()))
    return last["value"].to_numpy(dtype=np.float64), last["year"].to_numpy(dtype=np.float64)


def sent_per_income(received: Floats, paid: Floats, stock: Floats, income: Floats) -> Floats:
    """What each dollar of income of a person abroad sends home: [birthplace, residence].

    Not a number where the total received is unknown or nobody lives abroad. Where nobody lives yet, the mean rate of
    the birthplace: whoever comes there later sends as others do.

    Parameters
    ----------
    received, paid : [area], dollars, not a number where unknown
    stock : [birthplace, residence], persons
    income : [residence], per head
    """
    earned = (stock - np.diag(np.diagonal(stock))) * income
    most = np.broadcast_to(np.where(np.isnan(paid), np.inf, paid), earned.shape)
    sent = spread_within(np.nan_to_num(received), earned[..., None], most[..., None])[..., 0]
    whole, of_all = earned.sum(axis=1), sent.sum(axis=1)
    mean = np.divide(of_all, whole, out=np.full(len(whole), np.nan), where=(whole > 0.0) & ~np.isnan(received))
    rate = np.repeat(mean[:, None], len(mean), axis=1)
    np.divide(sent, earned, out=rate, where=(earned > 0.0) & ~np.isnan(mean)[:, None])
    np.fill_diagonal(rate, np.where(np.isnan(mean), np.nan, 0.0))
    return rate


def load_rates(panel: Panel, stock: Floats, income: Floats) -> Floats:
    """Return `sent_per_income` of the last published totals."""
    received, paid = (load_totals(panel, indicator)[0] for indicator in (RECEIVED, PAID))
    return sent_per_income(received, paid, stock, income)


def remittances(per_income: Floats, stock: Floats, income: Floats) -> Floats:
    """Spread remittances: [..., birthplace, residence], dollars a year from the residence to the birthplace.

    Parameters
    ----------
    per_income : [birthplace, residence], see `sent_per_income`
    stock : [..., birthplace, residence], persons, any areas; people at home send nothing and should not be among them
    income : [..., residence], per head
    """
    sent: Floats = per_income * stock * income[..., None, :]
    return sent
