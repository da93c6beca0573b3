"""Smuggling and the risk of death: ranges that are stated, routes that are matched, nobody where nobody moves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.analysis.safety import (
    EUROPE_YEARS,
    FEWEST,
    PARAMETERS,
    PRICE,
    PRIOR_RISK,
    RISK,
    ROUTES,
    SMUGGLED,
    DeathRisk,
    european_range,
    exposure,
    load_death_risk,
    route_shares,
    safety_bounds,
    safety_draws,
)

ONE_ROUTE, OTHER_ROUTE = "Central Mediterranean Route", "Eastern Borders Route"


def test_the_price_is_what_unodc_published():
    """UNODC 2018: at least 2.5 million people, 5.5 to 7 billion dollars, in 2016."""
    low, middle, high = safety_bounds()[PRICE]
    assert (low, high) == (5.5e9 / 2.5e6, 7e9 / 2.5e6)
    assert low < middle < high
    assert {each.name: each.status for each in PARAMETERS} == {SMUGGLED: "J", PRICE: "C", RISK: "J"}


def test_revenue_and_deaths_are_products():
    risk = DeathRisk(np.array([0.001]), np.array([0.1]), np.array([1.0]))
    values = {SMUGGLED: np.array([0.5, 0.5]), PRICE: np.array([2000.0, 3000.0]), RISK: np.array([0.0, 0.5])}
    found = exposure(np.full((1, 1, 1), 100.0), risk, values)
    np.testing.assert_allclose(found.revenue[:, 0, 0], [100_000.0, 150_000.0])
    np.testing.assert_allclose(found.deaths[:, 0, 0], [0.1, 1.0])


def test_a_draw_depends_on_its_number_and_the_seed_only():
    many, one = safety_draws(range(10), 1), safety_draws(range(7, 8), 1)
    other = safety_draws(range(10), 2)
    for name in many:
        assert many[name][7] == one[name][0]
        assert not np.array_equal(many[name], other[name])


def test_corridors_without_counts_have_the_prior(panel):
    risk = load_death_risk(panel, ["UZB", "BGD", "TJK", "FRA"], ["KOR", "ARE", "RUS", "ITA"])
    np.testing.assert_array_equal(risk.low, PRIOR_RISK[0])
    np.testing.assert_array_equal(risk.high, PRIOR_RISK[1])
    assert not risk.counted.any()


def test_routes_with_counts_have_ranges_of_their_own(panel):
    risk = load_death_risk(panel, ["BGD", "AFG", "MEX", "UZB"], ["ITA", "CHE", "USA", "POL"])
    assert (risk.low > 0.0).all()
    assert (risk.low < risk.high).all()
    assert (risk.high < 1.0).all()
    assert risk.counted[2] == 1.0
    assert risk.high[2] == pytest.approx(PRIOR_RISK[1], rel=0.1)  # what the prior's upper end is said to be
    assert risk.high[0] > risk.high[1] > risk.high[2]  # by sea to Italy, by the Aegean, by land


def test_a_range_holds_the_ratio_of_all_years(panel):
    detections, deaths = panel.frame("border_detections"), panel.frame("missing_migrants")
    for route, same in ROUTES.items():
        low, high = european_range(detections, deaths, route)
        of_route = detections[(detections["route"] == route) & detections["year"].isin(EUROPE_YEARS)]
        died = deaths[(deaths["route"] == same) & deaths["year"].isin(EUROPE_YEARS)]["dead_missing"].sum()
        assert low < died / (died + of_route["detections"].sum()) < high


def test_routes_are_those_of_the_origin_or_of_all_where_few_are_detected():
    rows = [(ONE_ROUTE, "AAA", 2020, 3 * FEWEST), (OTHER_ROUTE, "AAA", 2021, FEWEST), (OTHER_ROUTE, "BBB", 2021, 1)]
    detections = pd.DataFrame(rows, columns=["route", "nationality", "year", "detections"])
    assert route_shares(detections, "AAA") == {ONE_ROUTE: 0.75, OTHER_ROUTE: 0.25}
    of_all = route_shares(detections, "BBB")
    assert of_all == route_shares(detections, "CCC")
    assert of_all[ONE_ROUTE] == pytest.approx(300 / 401)


def test_the_ranges_are_those_of_the_docs(panel):
    detections, deaths = panel.frame("border_detections"), panel.frame("missing_migrants")
    text = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "pathways.md").read_text()
    for route in ROUTES:
        low, high = (1000.0 * risk for risk in european_range(detections, deaths, route))
        (row,) = [line for line in text.splitlines() if line.startswith(f"| | {route.removesuffix(' Route')}")]
        written = [float(number) for number in row.split("|")[3].split(" to ")]
        np.testing.assert_allclose([low, high], written, rtol=0.03)
