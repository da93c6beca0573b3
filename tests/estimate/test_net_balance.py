"""Balancing flows to a given net migration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.estimate.tables.net_balance import balance_to_net


def _problem(seed: int, areas: int, size: float):
    random = np.random.default_rng(seed)
    flows = np.exp(random.normal(2.0, 3.0, (areas, areas)))
    np.fill_diagonal(flows, 0.0)
    turnover = flows.sum(axis=0) + flows.sum(axis=1)
    net = random.normal(0.0, size, areas) * turnover
    return flows, net - net.sum() * turnover / turnover.sum()


@given(st.integers(0, 10_000), st.integers(2, 40), st.sampled_from([0.0, 0.1, 0.9]))
@settings(max_examples=100, deadline=None)
def test_net_migration_is_met_by_one_factor_an_area(seed, areas, size):
    flows, net = _problem(seed, areas, size)
    found = balance_to_net(flows, net)
    balanced = flows * found.factors[:, None] / found.factors
    assert found.converged
    assert np.abs(balanced.sum(axis=0) - balanced.sum(axis=1) - net).max() <= 2e-6
    assert np.log(found.factors).mean() == pytest.approx(0.0, abs=1e-9)


def test_flows_that_agree_already_stay_as_they_are():
    flows, _ = _problem(1, 5, 0.0)
    found = balance_to_net(flows, flows.sum(axis=0) - flows.sum(axis=1))
    assert found.steps == 0
    np.testing.assert_allclose(found.factors, 1.0, rtol=1e-12)


def test_last_years_factors_save_steps():
    flows, net = _problem(2, 30, 0.5)
    first = balance_to_net(flows, net)
    again = balance_to_net(flows, net * 1.01, start=first.factors)
    assert again.steps < first.steps


def test_an_area_without_flows_is_left_alone_if_nothing_is_asked_of_it():
    flows, net = _problem(3, 6, 0.3)
    flows[0], flows[:, 0] = 0.0, 0.0
    net = flows.sum(axis=0) - flows.sum(axis=1)
    assert balance_to_net(flows, net).converged


def test_what_cannot_be_met_is_said():
    flows = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    found = balance_to_net(flows, np.array([-5.0, 2.0, 3.0]))
    assert not found.converged
    assert found.error > 1.0


def test_factors_that_run_away_end_as_not_converged():
    flows = np.array([[0.0, 5.0, 0.0], [5.0, 0.0, 0.0], [3.0, 3.0, 0.0]])
    found = balance_to_net(flows, np.array([40.0, -50.0, 10.0]))
    assert not found.converged
    assert np.isfinite(found.factors).all()
