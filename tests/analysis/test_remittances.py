"""Remittances: what is spread adds up to what the World Bank counts, and follows people and incomes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from corridor.analysis.remittances import PAID, load_rates, load_totals, remittances, sent_per_income
from corridor.areas import codes
from corridor.drivers.channels.income import income_paths

STOCK = np.array([[900.0, 30.0, 10.0], [0.0, 500.0, 20.0], [5.0, 0.0, 300.0]])
INCOME = np.array([1.0, 2.0, 6.0])
UNKNOWN = np.full(3, np.nan)


def test_shares_are_people_times_income():
    totals = np.array([120.0, 60.0, np.nan])
    sent = remittances(sent_per_income(totals, UNKNOWN, STOCK, INCOME), STOCK, INCOME)
    np.testing.assert_allclose(sent[0, 1:], [60.0, 60.0])
    np.testing.assert_allclose(sent[1, [0, 2]], [0.0, 60.0])
    assert np.isnan(sent[2]).all()


def test_nobody_abroad_means_unknown_not_nothing():
    alone = np.diag([1.0, 2.0, 3.0])
    assert np.isnan(sent_per_income(np.ones(3), UNKNOWN, alone, INCOME)).all()


def test_who_comes_to_a_place_where_nobody_lives_yet_sends_as_others_do():
    rate = sent_per_income(np.array([120.0, 60.0, 1.0]), UNKNOWN, STOCK, INCOME)
    assert rate[1, 0] == pytest.approx(rate[1, 2])
    assert STOCK[1, 0] == 0.0


def test_no_corridor_carries_more_than_its_residence_pays_in_all():
    totals, paid = np.array([120.0, 60.0, np.nan]), np.array([np.nan, 20.0, 200.0])
    sent = remittances(sent_per_income(totals, paid, STOCK, INCOME), STOCK, INCOME)
    np.testing.assert_allclose(sent[0, 1:], [20.0, 100.0])
    short = remittances(sent_per_income(totals, np.array([1.0, 20.0, 30.0]), STOCK, INCOME), STOCK, INCOME)
    np.testing.assert_allclose(short[0, 1:], [20.0, 30.0])


def test_more_people_and_higher_incomes_send_more():
    rate = sent_per_income(np.array([120.0, 60.0, 1.0]), UNKNOWN, STOCK, INCOME)
    before, more = remittances(rate, STOCK, INCOME), remittances(rate, 2.0 * STOCK, 1.5 * INCOME)
    np.testing.assert_allclose(more, 3.0 * before)


def test_corridors_of_a_receiver_sum_to_the_world_bank_total(panel, inputs):
    totals, years = load_totals(panel)
    (income,) = income_paths(panel, "SSP2", (2025,))
    sent = remittances(load_rates(panel, inputs.stock, income), inputs.stock, income)
    received = sent.sum(axis=1) - np.diagonal(sent)
    paid, _ = load_totals(panel, PAID)
    assert (np.nan_to_num(sent) <= np.where(np.isnan(paid), np.inf, paid) * (1.0 + 1e-9)).all()
    known = ~np.isnan(totals)
    np.testing.assert_allclose(received[known], totals[known], rtol=1e-9)
    assert known.sum() > 180
    assert np.isnan(received[~known]).all()
    rows = panel.frame("wdi")
    uzb = rows[(rows["indicator"] == "BX.TRF.PWKR.CD.DT") & (rows["area"] == "UZB")].sort_values("year").iloc[-1]
    at = codes().index("UZB")
    assert (totals[at], years[at]) == (uzb["value"], uzb["year"])


def test_corridors_rank_as_in_the_bilateral_table_of_the_world_bank(panel, inputs, sources):
    """Modelled too, for 2017: no truth, but another's view. Ours spreads the totals of 2024."""
    table = pd.read_csv(sources / "knomad" / "bilateral_remittances_2017.csv.gz", keep_default_na=False)
    places = pd.Index(codes())
    sending, receiving = (places.get_indexer(pd.Index(table[end])) for end in ("sending", "receiving"))
    told = pd.to_numeric(table["remittances_million_usd"]).to_numpy()
    (income,) = income_paths(panel, "SSP2", (2025,))
    ours = remittances(load_rates(panel, inputs.stock, income), inputs.stock, income)
    both = (sending >= 0) & (receiving >= 0) & (told > 0.0)
    ours = ours[receiving[both], sending[both]]
    known = ours > 0.0
    assert spearmanr(ours[known], told[both][known]).statistic > 0.85
