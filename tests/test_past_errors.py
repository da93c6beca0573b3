"""What a sheet says of past errors: the rolling-origin scores of the same forecast, area by area."""

from __future__ import annotations

import numpy as np

from corridor.areas import codes
from corridor.backtest.flow_products import panel_product
from corridor.outlook.past_errors import ORIGINS, PRODUCT, past_error_words, past_errors
from corridor.outlook.words import brief_of


def test_errors_are_those_of_rates_that_stay(panel):
    errors, product = past_errors(panel), panel_product(panel, PRODUCT)
    kaz = codes().index("KAZ")
    missed = []
    for origin in ORIGINS:
        at = product.period(origin)
        before, after = product.flows[at - 1][kaz].sum(), product.flows[at][kaz].sum()
        start, now = product.population[at - 1][kaz], product.population[at][kaz]
        missed.append(abs(before * now / start - after))
    np.testing.assert_allclose(errors[0, kaz], np.mean(missed), rtol=1e-9)
    assert errors.shape == (3, len(codes()))
    assert (errors >= 0.0).all()


def test_every_sheet_says_how_far_forecasts_missed(outlook, panel):
    brief = brief_of(outlook, panel)
    errors = past_errors(panel)
    for member, position in zip(brief.members, outlook.positions, strict=True):
        assert member.past_error == past_error_words(errors[:, position])
        assert "missed moves out by" in member.past_error
