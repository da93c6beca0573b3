"""Laws of the accounts, of scaling to margins, and of moves a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.axes import RETURN, TRANSIT
from corridor.estimate.accounts.accounting import (
    account_of_birthplace,
    adjusted_stocks,
    demographic_account,
    net_migration,
)
from corridor.estimate.accounts.blend import blend
from corridor.estimate.tables.ipf import fit_margins

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.estimate.accounts.accounting import Stayers, System
    from corridor.estimate.accounts.natural_change import Balancing, BirthsMethod

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(2, 12)
STAYERS = st.sampled_from(["minimum", "independence"])
SYSTEM = st.sampled_from(["closed", "open"])
LAWS = settings(max_examples=120, deadline=None)


def world(seed: int, areas: int, everywhere: float = 0.0) -> tuple[Floats, Floats, Floats, Floats]:
    """Return a start stock and what births, deaths and moves of every kind made of it: skewed, balanced, and sparse.

    At least `everywhere` people of each birthplace live in each area.
    """
    generator = np.random.default_rng(seed)
    abroad = generator.lognormal(3, 2, (areas, areas)) * (generator.random((areas, areas)) < 0.6)
    start = everywhere + abroad + np.diag(generator.lognormal(9, 2, areas) + 10)
    deaths = start.sum(axis=0) * generator.uniform(0, 0.2, areas)
    births = np.diag(start) * generator.uniform(0, 0.2, areas)
    survivors = start * (1 - deaths / start.sum(axis=0))
    chances = np.eye(areas) + generator.lognormal(-5, 1, (areas, areas, areas))
    chances /= chances.sum(axis=2, keepdims=True)
    end = np.einsum("ki,kij->kj", survivors, chances) + np.diag(births)
    return start, end, births, deaths


@given(SEEDS, SIZES, STAYERS, SYSTEM)
@LAWS
def test_account_conserves_people(seed: int, areas: int, stayers: Stayers, system: System) -> None:
    start, end, births, deaths = world(seed, areas)
    account = demographic_account(start, end, births, deaths, stayers=stayers, system=system)
    scale = start.sum()
    change = end.sum(axis=0) - start.sum(axis=0) - births + deaths
    outside = account.adjusted.arrivals.sum(axis=0) - account.adjusted.departures.sum(axis=0)
    assert account.converged
    np.testing.assert_allclose(net_migration(account.flows.sum(axis=0)) + outside, change, atol=1e-10 * scale)
    np.testing.assert_allclose(account.residuals, 0, atol=1e-10 * scale)


@given(SEEDS, SIZES, st.sampled_from(["native", "proportion"]), st.sampled_from(["before", "after", "none"]))
@LAWS
def test_account_conserves_people_by_every_rule(
    seed: int, areas: int, births_method: BirthsMethod, balancing: Balancing
) -> None:
    start, end, births, deaths = world(seed, areas, everywhere=0.1)
    account = demographic_account(start, end, births, deaths, births_method=births_method, balancing=balancing)
    np.testing.assert_allclose(account.residuals, 0, atol=1e-10 * start.sum())
    adjusted = account.adjusted
    np.testing.assert_allclose(adjusted.start.sum(axis=1), adjusted.end.sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(adjusted.births.sum(axis=0), births, rtol=1e-9)
    np.testing.assert_allclose(adjusted.deaths.sum(axis=0), deaths, rtol=1e-9)


@given(SEEDS, SIZES, STAYERS, st.sampled_from(["native", "proportion"]))
@LAWS
def test_rows_and_columns_of_open_accounts_are_the_stocks(
    seed: int, areas: int, stayers: Stayers, births_method: BirthsMethod
) -> None:
    start, end, births, deaths = world(seed, areas)
    adjusted = adjusted_stocks(start, end, births, deaths, system="open", births_method=births_method)
    for birthplace in range(areas):
        account = account_of_birthplace(adjusted, birthplace, stayers=stayers)
        np.testing.assert_allclose(account[:-2].sum(axis=1), start[birthplace], rtol=1e-9, atol=1e-9 * start.sum())
        np.testing.assert_allclose(account[:, :-2].sum(axis=0), end[birthplace], rtol=1e-9, atol=1e-9 * start.sum())
        assert account.min() >= 0


@given(SEEDS, SIZES, STAYERS, SYSTEM)
@LAWS
def test_moves_are_not_negative_and_nobody_moves_to_where_they_are(
    seed: int, areas: int, stayers: Stayers, system: System
) -> None:
    flows = demographic_account(*world(seed, areas), stayers=stayers, system=system).flows
    assert flows.shape == (3, areas, areas)
    assert flows.min() >= 0
    assert not np.diagonal(flows, axis1=1, axis2=2).any()
    assert areas > 2 or not flows[TRANSIT].any()


@given(SEEDS, SIZES)
@LAWS
def test_minimum_moves_fewer_than_independence(seed: int, areas: int) -> None:
    stocks = world(seed, areas)
    fewest = demographic_account(*stocks).flows.sum()
    assert fewest <= demographic_account(*stocks, stayers="independence").flows.sum() * (1 + 1e-9)


@given(SEEDS, SIZES, STAYERS, SYSTEM)
@LAWS
def test_order_of_areas_does_not_matter(seed: int, areas: int, stayers: Stayers, system: System) -> None:
    stocks = world(seed, areas)
    order = np.random.default_rng(seed).permutation(areas)
    start, end, births, deaths = stocks
    shuffled = (start[order][:, order], end[order][:, order], births[order], deaths[order])
    flows = demographic_account(*stocks, stayers=stayers, system=system).flows
    again = demographic_account(*shuffled, stayers=stayers, system=system).flows
    scale = stocks[0].sum()
    np.testing.assert_allclose(again, flows[:, order][:, :, order], rtol=1e-6, atol=1e-9 * scale)


@given(SEEDS, SIZES, STAYERS, SYSTEM, st.floats(1e-3, 1e3))
@LAWS
def test_twice_the_people_make_twice_the_moves(
    seed: int, areas: int, stayers: Stayers, system: System, factor: float
) -> None:
    stocks = world(seed, areas)
    start, end, births, deaths = stocks
    scaled = (factor * start, factor * end, factor * births, factor * deaths)
    flows = demographic_account(*stocks, stayers=stayers, system=system).flows
    again = demographic_account(*scaled, stayers=stayers, system=system).flows
    np.testing.assert_allclose(again / factor, flows, rtol=1e-6, atol=1e-9 * stocks[0].sum())


@given(SEEDS, SIZES, SIZES, st.floats(0, 4))
@LAWS
def test_scaling_recovers_any_table_from_its_margins(seed: int, rows: int, columns: int, spread: float) -> None:
    generator = np.random.default_rng(seed)
    table = generator.lognormal(0, spread, (rows, columns)) * (generator.random((rows, columns)) < 0.7)
    table[0] += 0.01
    true = generator.lognormal(0, spread, (rows, 1)) * table * generator.lognormal(0, spread, columns)
    fit = fit_margins(table, true.sum(axis=1), true.sum(axis=0))
    assert fit.converged
    assert fit.unreachable.size == 0
    np.testing.assert_allclose(fit.table.sum(axis=1), true.sum(axis=1), rtol=1e-11)
    np.testing.assert_allclose(fit.table.sum(axis=0), true.sum(axis=0), rtol=1e-11)
    np.testing.assert_allclose(fit.table, true, rtol=1e-5, atol=1e-9 * true.sum())


def transitions(seed: int, areas: int) -> Floats:
    generator = np.random.default_rng(seed)
    return generator.lognormal(3, 2, (3, areas, areas)) * (1 - np.eye(areas))


@given(SEEDS, SIZES, st.floats(0, 1))
@LAWS
def test_blend_lies_between(seed: int, areas: int, weight: float) -> None:
    one, other = transitions(seed, areas), transitions(seed + 1, areas)
    mixed = blend(one, other, weight)
    assert (mixed >= np.minimum(one, other) * (1 - 1e-12)).all()
    assert (mixed <= np.maximum(one, other) * (1 + 1e-12)).all()
    assert mixed[RETURN].sum() == pytest.approx((1 - weight) * one[RETURN].sum() + weight * other[RETURN].sum())
