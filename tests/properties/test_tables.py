"""Laws of tables fitted to margins, net migration and whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.estimate.accounts.accounting import (
    adjusted_stocks,
    flows_of_birthplace,
    independence,
    minimum,
    net_migration,
)
from corridor.estimate.measures.summaries import flow_matrix, flow_table, lump_small, od_table
from corridor.estimate.tables.components import multiplicative_components
from corridor.estimate.tables.conditional_maximisation import conditional_maximisation
from corridor.estimate.tables.ipf import fit_margins
from corridor.estimate.tables.ipf_three_way import fit_layers
from corridor.estimate.tables.net_tables import (
    nearest_by_absolute_change,
    nearest_by_entropy,
    nearest_by_squares,
)
from corridor.estimate.tables.rescaling import rescale_net, whole_numbers

if TYPE_CHECKING:
    from corridor.axes import Floats

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(2, 9)
LAWS = settings(max_examples=60, deadline=None)


def moves(seed: int, areas: int) -> Floats:
    generator = np.random.default_rng(seed)
    return generator.lognormal(2, 2, (areas, areas)) * (1 - np.eye(areas)) * (generator.random((areas, areas)) < 0.8)


def reachable_net(seed: int, flows: Floats) -> Floats:
    """Net migration that some scaling of the same table has."""
    factors = np.random.default_rng(seed + 1).lognormal(0, 1, len(flows))
    scaled = flows * factors[:, None] / factors
    net: Floats = scaled.sum(axis=0) - scaled.sum(axis=1)
    return net


def slopes(prices: Floats) -> Floats:
    """What a move more from i to j saves, by its prices: [orig, dest]."""
    return prices - prices[:, None]


@given(SEEDS, SIZES)
@LAWS
def test_entropy_has_prices_that_prove_it(seed: int, areas: int) -> None:
    prior = moves(seed, areas)
    net = reachable_net(seed, prior)
    found = nearest_by_entropy(prior, net)
    np.testing.assert_allclose(found.table.sum(axis=0) - found.table.sum(axis=1), net, atol=1e-5)
    used = prior > 0
    assert not found.table[~used].any()
    np.testing.assert_allclose(np.log(found.table[used] / prior[used]), slopes(found.prices)[used], atol=1e-6)


@given(SEEDS, SIZES, st.booleans())
@LAWS
def test_absolute_change_has_prices_that_prove_it(seed: int, areas: int, free: bool) -> None:
    prior = moves(seed, areas)
    generator = np.random.default_rng(seed + 2)
    net = generator.normal(0, prior.sum(), areas) if free else reachable_net(seed, prior)
    net -= net.mean()
    found = nearest_by_absolute_change(prior, net)
    scale = max(prior.max(), np.abs(net).max())
    np.testing.assert_allclose(found.table.sum(axis=0) - found.table.sum(axis=1), net, atol=1e-8 * scale)
    assert found.table.min() >= -1e-9 * scale
    price, apart, tiny = slopes(found.prices), ~np.eye(areas, dtype=bool), 1e-7 * scale
    more, less, some = found.table > prior + tiny, found.table < prior - tiny, found.table > tiny
    assert (price[apart] <= 1 + 1e-9).all()
    np.testing.assert_allclose(price[more], 1.0)
    np.testing.assert_allclose(price[less & some], -1.0)
    assert (price[less & ~some] <= -1 + 1e-9).all()
    assert (price[some & apart] >= -1 - 1e-9).all()


@given(SEEDS, SIZES, st.booleans())
@LAWS
def test_squares_have_prices_that_prove_them(seed: int, areas: int, free: bool) -> None:
    prior = moves(seed, areas)
    net = np.random.default_rng(seed + 2).normal(0, prior.sum(), areas) if free else reachable_net(seed, prior)
    net -= net.mean()
    scale = max(prior.max(), np.abs(net).max(), 1.0)
    found = nearest_by_squares(prior, net, tolerance=1e-9 * scale)
    np.testing.assert_allclose(found.table.sum(axis=0) - found.table.sum(axis=1), net, atol=1e-8 * scale)
    expected = np.maximum(0.0, prior + slopes(found.prices)) * (1 - np.eye(areas))
    np.testing.assert_allclose(found.table, expected, atol=1e-9 * scale)


@given(SEEDS, SIZES)
@LAWS
def test_each_distance_is_least_for_its_own_table(seed: int, areas: int) -> None:
    prior = moves(seed, areas)
    net = reachable_net(seed, prior)
    entropy, absolute, squares = (
        nearest(prior, net).table for nearest in (nearest_by_entropy, nearest_by_absolute_change, nearest_by_squares)
    )
    tiny = 1e-6 * (1 + prior.sum()) ** 2
    for rival in (entropy, absolute, squares):
        assert np.abs(absolute - prior).sum() <= np.abs(rival - prior).sum() + tiny
        assert ((squares - prior) ** 2).sum() <= ((rival - prior) ** 2).sum() + tiny


@given(SEEDS, SIZES, SIZES)
@LAWS
def test_factors_and_margins_give_one_table(seed: int, rows: int, columns: int) -> None:
    generator = np.random.default_rng(seed)
    table = generator.lognormal(0, 1, (rows, columns))
    true = generator.lognormal(0, 1, (rows, 1)) * table * generator.lognormal(0, 1, columns)
    margins = true.sum(axis=1), true.sum(axis=0)
    model = conditional_maximisation(table, *margins)
    np.testing.assert_allclose(model.table, fit_margins(table, *margins).table, rtol=1e-8)
    layers = generator.random((rows, columns, 3))
    spread = conditional_maximisation(table[..., None] * layers / layers.sum(axis=2, keepdims=True), *margins)
    np.testing.assert_allclose(spread.origin, model.origin, rtol=1e-6)


@given(SEEDS, SIZES, st.integers(1, 4), st.booleans())
@LAWS
def test_layers_have_their_margins(seed: int, areas: int, layers: int, stay: bool) -> None:
    generator = np.random.default_rng(seed)
    true = generator.lognormal(0, 2, (layers, areas, areas))
    table = generator.lognormal(0, 1, (areas, areas))
    rows, columns = true.sum(axis=2), true.sum(axis=1)
    fit = fit_layers(rows, columns, table, diagonal="largest" if stay else "fitted")
    np.testing.assert_allclose(fit.table.sum(axis=2), rows, rtol=1e-8)
    np.testing.assert_allclose(fit.table.sum(axis=1), columns, rtol=1e-8)
    if stay:
        np.testing.assert_array_equal(np.diagonal(fit.table, axis1=1, axis2=2), np.minimum(rows, columns))


@given(SEEDS, SIZES)
@LAWS
def test_any_seed_keeps_the_margins_of_the_account(seed: int, areas: int) -> None:
    generator = np.random.default_rng(seed)
    start = generator.lognormal(3, 2, (areas, areas))
    end = start * generator.lognormal(0, 0.3, (areas, areas))
    end *= start.sum() / end.sum()
    adjusted = adjusted_stocks(start, end, np.zeros(areas), np.zeros(areas))
    table = generator.lognormal(0, 1, (areas, areas))
    for estimate, closed in ((minimum, minimum(adjusted)), (independence, independence(adjusted))):
        seeded = estimate(adjusted, seed=table)
        np.testing.assert_allclose(
            net_migration(seeded.sum(axis=0)), net_migration(closed.sum(axis=0)), atol=1e-8 * start.sum()
        )
    one = flows_of_birthplace(adjusted, 0, seed=table)
    np.testing.assert_allclose(one.sum(axis=1), adjusted.start[0], rtol=1e-8)
    np.testing.assert_allclose(one.sum(axis=0), adjusted.end[0], rtol=1e-8)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
@LAWS
def test_whole_numbers_keep_the_sum_and_stay_near(values: list[float]) -> None:
    rounded = whole_numbers(np.array(values))
    assert rounded.sum() == round(float(np.sum(values)))
    assert (rounded == np.round(rounded)).all()
    assert np.abs(rounded - values).max() <= 1


@given(st.lists(st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-3), min_size=2, max_size=30))
@LAWS
def test_rescaled_net_migration_sums_to_zero(values: list[float]) -> None:
    net = np.array([*values, 5.0, -5.0])
    kept = rescale_net(net)
    assert kept.sum() == pytest.approx(0, abs=1e-9 * np.abs(net).sum())
    assert (np.sign(kept) == np.sign(net)).all()
    assert np.abs(kept).sum() == pytest.approx(np.abs(net).sum())
    assert rescale_net(net, method="switches").sum() == pytest.approx(0, abs=1e-9 * np.abs(net).sum())


@given(SEEDS, SIZES, st.floats(0, 100))
@LAWS
def test_tables_come_back_from_their_long_form(seed: int, areas: int, threshold: float) -> None:
    labels = [f"area {number}" for number in range(areas)]
    matrix = od_table(moves(seed, areas), labels, totals=False)
    table = flow_table(matrix)
    np.testing.assert_array_equal(flow_matrix(table), matrix)
    for by in (("flow",), ("turnover",)):
        assert lump_small(table, threshold, by=by)["flow"].sum() == pytest.approx(matrix.to_numpy().sum())


@given(SEEDS, SIZES)
@LAWS
def test_components_multiply_back(seed: int, areas: int) -> None:
    flows = moves(seed, areas)
    found = multiplicative_components(flows)
    back = found.total * np.outer(found.origin, found.destination) * found.interaction
    np.testing.assert_allclose(back, flows, rtol=1e-9)
    if found.total:
        assert found.origin.sum() == pytest.approx(1)
