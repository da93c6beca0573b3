"""Past flows of all areas: the accounts close, and the panel holds what they give."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.axes import OUTWARD, RETURN
from corridor.calendar import PERIODS
from corridor.estimate.accounts.past_flows import between_july, period_transitions, transitions, window_of
from corridor.estimate.moves.product import moves_of_year

NET_ERROR = 1.0  # persons; the accounts close to 1e-5, the panel rounds each of 237 corridors to 0.01


@pytest.mark.parametrize("start", PERIODS)
def test_net_migration_is_that_of_the_un(panel, start):
    flows = transitions(panel, start).sum(axis=1)
    net = flows.sum(axis=1) - flows.sum(axis=2)
    expected = window_of(panel, start).net
    assert np.abs(net - expected).max() <= NET_ERROR


@pytest.mark.parametrize("start", PERIODS)
def test_the_consistent_product_has_the_net_migration_of_the_un_in_all_areas(panel, start):
    weights = np.array([0.5, *np.ones(PERIODS[start] - 1), 0.5])  # from 1 July to 1 July
    years = [moves_of_year(panel, start + at, "consistent").sum(axis=0) for at in range(len(weights))]
    flows = np.tensordot(weights, years, axes=1)
    net = flows.sum(axis=0) - flows.sum(axis=1)
    assert len(net) == 237
    assert np.abs(net - window_of(panel, start).net).max() <= NET_ERROR


@pytest.mark.parametrize("start", PERIODS)
def test_the_account_balances(panel, start):
    window = window_of(panel, start)
    change = window.end.sum(axis=0) - window.start.sum(axis=0)
    np.testing.assert_allclose(change, window.births - window.deaths + window.net, atol=1e-4)
    assert abs(window.net.sum()) <= 1e-6


@pytest.mark.parametrize("start", [1990, 2020])
def test_the_panel_holds_what_the_account_gives(panel, start):
    np.testing.assert_allclose(transitions(panel, start), period_transitions(panel, start), atol=0.0051)


def test_open_accounts_need_fewer_moves_of_natives_home(panel):
    closed, opened = (period_transitions(panel, 2010, system) for system in ("closed", "open"))
    assert opened.min() >= 0.0
    assert opened[0].sum() < 1.5 * closed[0].sum()


def test_world_totals_are_of_the_size_of_published_estimates(panel):
    blended = [
        0.87 * minimum + 0.13 * independence
        for minimum, independence in (transitions(panel, start).sum(axis=(1, 2, 3)) for start in list(PERIODS)[:6])
    ]
    published = np.array([72.7, 71.4, 76.3, 89.0, 97.5, 101.2]) * 1e6
    assert np.abs(np.array(blended) / published - 1.0).max() < 0.15


def test_types_are_about_birthplaces(panel):
    minimum = transitions(panel, 2015)[0]
    assert minimum[OUTWARD].sum() > minimum[RETURN].sum()
    assert np.einsum("tii->", minimum) == 0.0


def test_half_years_at_both_ends(panel):
    first = panel.coordinates("net_migration", "year")[0]
    rows = panel.array("net_migration")[2020 - first : 2025 - first]
    expected = rows[0] / 2 + rows[1] + rows[2] + rows[3] + rows[4] / 2
    np.testing.assert_allclose(between_july(panel, "net_migration", 2020, 2024), expected)
