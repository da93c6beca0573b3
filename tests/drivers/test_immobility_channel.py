"""Means and reasons to leave."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, ndtri

from corridor.areas import areas, codes, index
from corridor.calendar import LAST_STOCK
from corridor.data.arrays import stock_on_1_july
from corridor.drivers.assembly import load_conditions
from corridor.drivers.channels.immobility import (
    CHANNEL,
    LOG_CHANGES,
    SPREAD,
    Costs,
    decile_incomes,
    gate_table,
    gini_indices,
    immobility_push,
    load_means,
    moving_costs,
    rise_and_fall,
)
from corridor.drivers.channels.income import log_income_ratio
from corridor.drivers.parameters import central_values
from corridor.estimate.world.base_flows import base_flows

NOW = int(np.flatnonzero(LOG_CHANGES == 0.0)[0])


@pytest.fixture(scope="module")
def shares(panel):
    return load_conditions(panel, [2025], base_flows(panel, stock_on_1_july(panel, LAST_STOCK)).outward).shares


@pytest.fixture(scope="module")
def means(panel, shares):
    return load_means(panel, shares)


def _elasticity(log_income):
    return np.clip((np.log(10_000.0) - log_income) / np.log(2.0), -1.0, 1.0)


@pytest.mark.parametrize("start", [500.0, 4_000.0, 5_000.0, 8_000.0, 10_000.0, 14_000.0, 90_000.0])
@pytest.mark.parametrize("change", [-1.5, -0.05, 0.3, 2.5])
def test_closed_form_is_the_integral_of_the_elasticity(start, change):
    lower, upper = np.log(start), np.log(start) + change
    turns = np.log([5_000.0, 10_000.0, 20_000.0])
    rise, fall = rise_and_fall(lower, np.array(change))
    for found, part in ((rise, np.maximum), (fall, np.minimum)):
        expected, _ = quad(lambda x, part=part: part(_elasticity(x), 0.0), lower, upper, points=turns)
        assert found == pytest.approx(expected, abs=1e-8)


def test_doubled_income_moves_the_poor_by_the_published_elasticity():
    doubled = np.array(np.log(2.0))
    poor, rich = (rise_and_fall(np.log(income), doubled) for income in (2_000.0, 20_000.0))
    np.testing.assert_allclose(0.35 * np.array(poor), [0.35 * np.log(2.0), 0.0])
    np.testing.assert_allclose(0.35 * np.array(rich), [0.0, -0.35 * np.log(2.0)])


def test_deciles_are_those_of_the_lognormal_with_the_gini_index():
    found = decile_incomes(np.array([1000.0, 1000.0]), np.array([0.0, 0.45]))
    np.testing.assert_allclose(found[0], 1000.0)
    sigma = np.sqrt(2.0) * ndtri((1.0 + 0.45) / 2.0)
    ranks = (np.arange(1_000_000) + 0.5) / 1_000_000
    incomes = 1000.0 * np.exp(sigma * ndtri(ranks) - 0.5 * sigma**2)
    np.testing.assert_allclose(found[1, :9], incomes.reshape(10, -1).mean(axis=1)[:9], rtol=1e-5)
    assert found[1].mean() == pytest.approx(1000.0)
    gini = 2.0 * (ranks * incomes).mean() / incomes.mean() - 1.0
    assert gini == pytest.approx(0.45, abs=1e-3)


def test_gini_indices_are_the_latest_or_the_subregions_mean(panel):
    rows = panel.frame("wdi").query("indicator == 'SI.POV.GINI'")
    latest = rows.sort_values("year").groupby("area")["value"].last()
    found = gini_indices(panel)
    assert 100.0 * found[index("PAK")] == latest["PAK"]
    asia = [area.iso3 for area in areas() if area.subregion == "Southern Asia" and area.iso3 in latest.index]
    assert "AFG" not in asia
    assert 100.0 * found[index("AFG")] == pytest.approx(latest[asia].mean())
    assert found.min() > 0.2
    assert found.max() < 0.65


def test_costs_are_distance_and_what_the_passport_needs(panel):
    free = moving_costs(panel, Costs(required=0.0, e_visa=0.0, on_arrival=0.0, eta=0.0, no_admission=0.0))
    costs = moving_costs(panel, Costs())
    np.testing.assert_allclose(free, free.T)
    rows = panel.frame("visa_requirement")
    for class_, fee in (("required", 300.0), ("e_visa", 50.0), ("no_admission", 2500.0), ("visa_free", 0.0)):
        row = rows[rows["requirement"] == class_].iloc[0]
        pair = index(row["passport"]), index(row["destination"])
        assert costs[pair] - free[pair] == pytest.approx(fee)
    assert free[index("PAK"), index("IND")] < free[index("PAK"), index("NOR")] < free[index("PAK"), index("CAN")]
    assert free.max() == pytest.approx(500.0 + 0.1 * np.pi * 6371.0, rel=0.01)


def test_gate_is_the_mean_of_logistic_curves():
    random = np.random.default_rng(2)
    deciles, costs = random.lognormal(8.0, 1.0, (3, 10)), random.lognormal(7.0, 0.5, (3, 3))
    shares = np.array([[0.0, 0.4, 0.6], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    table = gate_table(deciles, costs, shares)

    def able(orig, change):
        scores = (np.log(deciles[orig])[:, None] + change - np.log(costs[orig])) / SPREAD
        return expit(scores).mean(axis=0) @ shares[orig]

    for orig in (0, 1):
        expected = [np.log(able(orig, change) / able(orig, 0.0)) for change in LOG_CHANGES]
        np.testing.assert_allclose(table[orig], expected, atol=1e-12)
    assert not table[:, NOW].any()
    assert not table[2].any()
    assert np.all(np.diff(table[:2], axis=1) > 0.0)


def test_gate_is_as_steep_for_the_poor_as_what_was_found_where_incomes_grew(means, shares):
    steepness = (means.gate[:, NOW + 1] - means.gate[:, NOW - 1]) / (LOG_CHANGES[NOW + 1] - LOG_CHANGES[NOW - 1])
    moving = shares.sum(axis=1) > 0
    incomes = np.exp(means.log_income)
    assert np.median(steepness[moving & (incomes < 5_000.0)]) == pytest.approx(0.35, abs=0.05)
    assert np.median(steepness[moving & (incomes >= 10_000.0)]) < 0.05


def test_a_loss_of_income_keeps_the_poor_and_sends_the_middle_away(means):
    draws = central_values(CHANNEL.parameters, {})
    push = immobility_push(np.full((1, 1, len(codes())), np.log(0.95)), means, draws)[0, 0]
    assert push[index("AFG")] < 0.0
    assert push[index("ETH")] < 0.0
    assert push[index("CHN")] > 0.0
    assert push[index("EGY")] > 0.0
    assert abs(push).max() < 0.06


def test_sizes_are_those_that_the_limits_state(panel, means):
    incomes = np.exp(means.log_income)
    for doubt, percent in ((0.5, -3.0), (1.0, -6.0)):
        draws = central_values(CHANNEL.parameters, {"immobility.strength": doubt})
        push = immobility_push(np.full((1, 1, len(incomes)), np.log(0.9)), means, draws)[0, 0]
        assert 100.0 * np.median(np.expm1(push[incomes < 2_000.0])) == pytest.approx(percent, abs=0.5)
    outflow = base_flows(panel, stock_on_1_july(panel, LAST_STOCK)).outward.sum(axis=1)
    draws = central_values(CHANNEL.parameters, {})
    for pathway, year, percent in (("SSP2", 2060, -10), ("SSP2", 2100, -26), ("SSP3", 2100, -8), ("SSP5", 2100, -39)):
        push = immobility_push(log_income_ratio(panel, pathway, [year])[None], means, draws)[0, 0]
        assert 100.0 * outflow @ np.expm1(push) / outflow.sum() == pytest.approx(percent, abs=0.6)


def test_means_are_counted_once(means):
    change = np.full((1, 1, len(codes())), 0.5)
    ends = [
        immobility_push(change, means, central_values(CHANNEL.parameters, {"immobility.gate_weight": weight}))[0, 0]
        for weight in (0.0, 0.5, 1.0)
    ]
    np.testing.assert_allclose(ends[1], 0.5 * (ends[0] + ends[2]), atol=1e-12)
    poor = index("BDI")
    rich = means.rich_share[poor]
    assert ends[0][poor] == pytest.approx(0.5 * 0.5 * (0.35 * (1.0 - rich) + 0.74 * rich))
    assert ends[2][poor] == pytest.approx(0.5 * means.gate[poor, NOW + 8])


def test_draws_are_those_of_the_parameters_and_doubt_scales_all(means):
    change = np.linspace(-1.0, 2.0, 237)[None, None]
    draws = {name: np.repeat(value, 3) for name, value in central_values(CHANNEL.parameters, {}).items()}
    draws["immobility.strength"] = np.array([0.0, 0.5, 1.0])
    push = immobility_push(change, means, draws)
    assert not push[0].any()
    np.testing.assert_allclose(push[2], 2.0 * push[1])
