"""Remittances between areas: World Bank totals of receivers, spread over the residences of their people abroad.

What an area receives is shared out over residences in proportion to its people living there times income per head
there. So people abroad send the same share of the residence's income wherever they live (our judgement): incomes are
products per head, not what migrants earn, and what the people of one area send is alike everywhere. In later years
each unit of income of a person abroad sends what it sends today; without inflation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes

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


def sent_per_income(totals: Floats, stock: Floats, income: Floats) -> Floats:
    """What each dollar of income of a person abroad sends home: [birthplace].

    Not a number where the total is unknown or nobody lives abroad.

    Parameters
    ----------
    totals : [area], dollars that areas receive
    stock : [birthplace, residence], persons
    income : [residence], per head
    """
    earned = (stock - np.diag(np.diagonal(stock))) @ income
    rate: Floats = np.divide(totals, earned, out=np.full(len(totals), np.nan), where=earned > 0.0)
    return rate


def remittances(per_income: Floats, stock: Floats, income: Floats) -> Floats:
    """Spread remittances: [..., birthplace, residence], dollars a year from the residence to the birthplace.

    Parameters
    ----------
    per_income : [birthplace], see `sent_per_income`
    stock : [..., birthplace, residence], persons, any areas; people at home send nothing and should not be among them
    income : [..., residence], per head
    """
    sent: Floats = per_income[:, None] * stock * income[..., None, :]
    return sent
