"""Moves by sex: as male as the stock that they feed or leave.

Moves from b to d of people born in b, and their moves back, are as male as the stock of people born in b who live in d;
transit moves are as male as all foreign-born at their origin. Where the stock is small its share is drawn to that of
all foreign-born at the host, and where these are few, to one half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import MALE, OUTWARD, RETURN, TRANSIT
from corridor.estimate.moves.product import moves_of_year
from corridor.estimate.moves.stocks import STOCK_DATES, YEARS, between

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel

FEW = 100.0
"""A stock weighs so many persons against the share of its host (our judgement)."""


def male_shares(
    stock: Floats, of_pair: float = FEW, of_host: float = FEW, usual: tuple[float, float] = (1.0, 2.0)
) -> tuple[Floats, Floats]:
    """Share of men in stocks [..., birthplace, residence] and among all foreign-born [..., residence].

    Parameters
    ----------
    stock : [..., sex, birthplace, residence], persons
    of_pair : persons of a stock that count as much as the share among all foreign-born of its host
    of_host : foreign-born of a host that count as much as the usual share
    usual : men and people whose share of men holds where nothing is known
    """
    men, people = stock[..., MALE, :, :], stock.sum(axis=-3)
    hosts = (men.sum(axis=-2) + of_host * usual[0] / usual[1]) / (stock.sum(axis=-2).sum(axis=-2) + of_host)
    shares: Floats = (men + of_pair * hosts[..., None, :]) / (people + of_pair)
    return shares, hosts


def moves_of_year_by_sex(panel: Panel, year: int, variant: str = "moves") -> Floats:
    """Moves of a calendar year: [sex, type, orig, dest], persons; both sexes sum to `product.moves_of_year`."""
    moves = moves_of_year(panel, year, variant)
    stock = panel.array("migrant_stock")
    shares, of_host = male_shares(stock)
    at = YEARS.index(year)
    of_stock, of_foreign = between(shares, STOCK_DATES)[at], between(of_host, STOCK_DATES)[at]
    male = np.empty_like(moves)
    male[OUTWARD], male[RETURN], male[TRANSIT] = of_stock, of_stock.T, of_foreign[:, None]
    return np.stack([(1.0 - male) * moves, male * moves])
