"""Remittances: what is spread adds up to what the World Bank counts, and follows people and incomes."""

from __future__ import annotations

import numpy as np

from corridor.areas import codes
from corridor.drivers.income import income_paths
from corridor.explain.remittances import load_totals, remittances, sent_per_income

STOCK = np.array([[900.0, 30.0, 10.0], [0.0, 500.0, 20.0], [5.0, 0.0, 300.0]])
INCOME = np.array([1.0, 2.0, 6.0])


def test_shares_are_people_times_income():
    totals = np.array([120.0, 60.0, np.nan])
    sent = remittances(sent_per_income(totals, STOCK, INCOME), STOCK, INCOME)
    np.testing.assert_allclose(sent[0, 1:], [60.0, 60.0])
    np.testing.assert_allclose(sent[1, [0, 2]], [0.0, 60.0])
    assert np.isnan(sent[2]).all()


def test_nobody_abroad_means_unknown_not_nothing():
    alone = np.diag([1.0, 2.0, 3.0])
    assert np.isnan(sent_per_income(np.ones(3), alone, INCOME)).all()


def test_more_people_and_higher_incomes_send_more():
    rate = sent_per_income(np.array([120.0, 60.0, 1.0]), STOCK, INCOME)
    before, more = remittances(rate, STOCK, INCOME), remittances(rate, 2.0 * STOCK, 1.5 * INCOME)
    np.testing.assert_allclose(more, 3.0 * before)


def test_corridors_of_a_receiver_sum_to_the_world_bank_total(panel, inputs):
    totals, years = load_totals(panel)
    (income,) = income_paths(panel, "SSP2", (2025,))
    sent = remittances(sent_per_income(totals, inputs.stock, income), inputs.stock, income)
    received = sent.sum(axis=1) - np.diagonal(sent)
    known = ~np.isnan(totals)
    np.testing.assert_allclose(received[known], totals[known], rtol=1e-9)
    assert known.sum() > 180
    assert np.isnan(received[~known]).all()
    rows = panel.frame("wdi")
    uzb = rows[(rows["indicator"] == "BX.TRF.PWKR.CD.DT") & (rows["area"] == "UZB")].sort_values("year").iloc[-1]
    at = codes().index("UZB")
    assert (totals[at], years[at]) == (uzb["value"], uzb["year"])
