"""What sheets say of past errors: how far the default base would have missed."""

from __future__ import annotations

import numpy as np

from corridor.areas import areas, codes
from corridor.backtest.flow_products import panel_product
from corridor.backtest.forecast_form import history
from corridor.backtest.simple_rivals import exposed_persistence
from corridor.reports.outlook.past_errors import ORIGINS, past_error_words, past_errors
from corridor.reports.outlook.words import brief_of, by_name


def test_errors_are_those_of_rates_that_go_on(panel):
    errors, product = past_errors(panel), panel_product(panel)
    kaz, rus = codes().index("KAZ"), codes().index("RUS")
    out, corridor = [], []
    for origin in ORIGINS:
        at = product.period(origin)
        (made,) = exposed_persistence(history(product, origin), [product.years[at]])
        off = made - product.flows[at]
        out.append(abs(off[kaz].sum()))
        corridor.append(abs(off[kaz, rus]))
    np.testing.assert_allclose(errors.areas[0, kaz], np.mean(out), rtol=1e-9)
    np.testing.assert_allclose(errors.corridors[kaz, rus], np.mean(corridor), rtol=1e-9)
    assert errors.areas.shape == (3, len(codes()))
    assert (errors.corridors >= 0.0).all()


def test_every_sheet_says_how_far_forecasts_missed(outlook, panel):
    brief = brief_of(outlook, panel)
    errors = past_errors(panel)
    for member, position in zip(brief.members, by_name(outlook), strict=True):
        assert member.past_error == past_error_words(errors.areas[:, position])
        assert "missed moves out by" in member.past_error
    row = brief.corridors[0]
    names = [area.name for area in areas()]
    assert row.missed == errors.corridors[names.index(row.origin), names.index(row.destination)]
