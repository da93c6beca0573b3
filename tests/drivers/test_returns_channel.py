"""What the record of returns says is what the base flows hold."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.areas import index
from corridor.calendar import LAST_STOCK
from corridor.data.arrays import stock_on_1_july
from corridor.drivers.channels.returns import CHANNEL
from corridor.estimate.world.base_flows import MOST_RETURNING, base_flows


@pytest.fixture(scope="module")
def world(panel):
    stock = stock_on_1_july(panel, LAST_STOCK)
    base = base_flows(panel, stock)
    abroad = stock * (1.0 - np.eye(len(stock)))
    return base, abroad


def test_no_rate_is_above_the_limit(world):
    assert "at most one half a year" in CHANNEL.mechanism
    assert MOST_RETURNING == 0.5
    assert world[0].return_rate.max() <= MOST_RETURNING


def test_share_of_returns_is_as_the_limits_say(world):
    base, abroad = world
    returns = (base.return_rate * abroad).sum()
    onward = (base.transit_rate * abroad.sum(axis=0)[:, None]).sum()
    share = returns / (returns + onward + base.outward.sum())
    assert share == pytest.approx(0.385, abs=0.005)
    assert "39 %" in CHANNEL.limits


def test_the_gulf_to_south_asia_shows_contracts(world):
    base, abroad = world
    corridors = np.ix_(
        [index(iso3) for iso3 in ("IND", "PAK", "BGD", "LKA", "NPL")],
        [index(iso3) for iso3 in ("ARE", "KWT", "QAT", "BHR", "SAU", "OMN")],
    )
    rate = (base.return_rate * abroad)[corridors].sum() / abroad[corridors].sum()
    assert rate == pytest.approx(0.07, abs=0.005)
    assert "7 % return" in CHANNEL.limits
