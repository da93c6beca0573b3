"""Fitted tables: nothing converges beside what cannot be reached, options and arrays are checked, in any unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.errors import InputError, NotConverged
from corridor.estimate.tables import conditional_maximisation as conditional
from corridor.estimate.tables import ipf, ipf_blocks, ipf_three_way, rescaling
from corridor.estimate.tables.net_balance import balance_to_net
from corridor.estimate.tables.net_tables import nearest_by_absolute_change, nearest_by_entropy, nearest_by_squares

fit_margins: Any = ipf.fit_margins  # what is given here is of wrong types on purpose
conditional_maximisation: Any = conditional.conditional_maximisation
fit_blocks: Any = ipf_blocks.fit_blocks
fit_layers: Any = ipf_three_way.fit_layers
rescale_net: Any = rescaling.rescale_net
whole_numbers: Any = rescaling.whole_numbers
NEAREST: list[Any] = [nearest_by_entropy, nearest_by_absolute_change, nearest_by_squares]
SEED = np.array([[5.0, 1.0, 2.0], [2.0, 7.0, 3.0], [0.5, 4.0, 9.0]])
ROWS, COLUMNS = np.array([10.0, 20.0, 5.0]), np.array([12.0, 9.0, 14.0])
PRIOR = np.array([[0.0, 4.0, 2.0], [3.0, 0.0, 5.0], [1.0, 6.0, 0.0]])
NET = np.array([2.0, -3.0, 1.0])
ITERATIONS: list[Any] = [
    lambda **given: fit_margins(SEED, ROWS, COLUMNS, **given),
    lambda **given: conditional_maximisation(SEED, ROWS, COLUMNS, **given),
    lambda **given: fit_layers(ROWS[None], COLUMNS[None], SEED, **given),
    lambda **given: fit_blocks(SEED, [[35.0]], [0, 0, 0], [0, 0, 0], row_totals=ROWS, **given),
]


@pytest.mark.parametrize("fit", ITERATIONS)
@pytest.mark.parametrize(
    "given", [{"tolerance": t} for t in (0, -1, np.nan, True, "1")] + [{"most_sweeps": m} for m in (0, 2.5, True, None)]
)
def test_options_of_iterations(fit, given):
    with pytest.raises(InputError, match=f"{next(iter(given))}="):
        fit(**given)


def test_a_row_of_zeros_with_a_total_never_converges():
    empty = SEED * [[0.0], [1.0], [1.0]]
    found = fit_margins(empty, ROWS, COLUMNS)
    assert found.unreachable.tolist() == [0]
    assert not found.converged
    for fit in (
        lambda: conditional_maximisation(empty, ROWS, COLUMNS),
        lambda: fit_layers(ROWS[None], COLUMNS[None], empty),
        lambda: fit_blocks(empty, [[35.0]], [0] * 3, [0] * 3, row_totals=ROWS),
    ):
        with pytest.raises(InputError, match="row 0"):
            fit()


def test_totals_that_contradict_never_converge():
    """The only block of the first row shall be empty, and the row shall not."""
    blocks, groups = [[0.0, 10.0], [15.0, 10.0]], ([0, 1, 1], [0, 0, 1])
    seed = np.array([[5.0, 1.0, 0.0], [2.0, 7.0, 3.0], [0.5, 4.0, 9.0]])
    with pytest.raises(InputError, match="block 0 1"):
        fit_blocks(seed, blocks, *groups, row_totals=ROWS)
    seed[0, 2] = 1.0
    rough = fit_blocks(seed, blocks, *groups, row_totals=[11.0, 19.0, 5.0], most_sweeps=50, allow_unconverged=True)
    assert not rough.converged
    with pytest.raises(NotConverged, match=r"off by 0\.1 in block 0 1"):
        fit_blocks(seed, blocks, *groups, row_totals=[11.0, 19.0, 5.0], most_sweeps=50)


@pytest.mark.parametrize("nearest", NEAREST)
def test_net_migration_out_of_reach_is_named(nearest):
    closed = np.zeros((3, 3), dtype=bool)
    closed[:, 0] = True
    with pytest.raises((InputError, NotConverged), match=r"area 0.*none leads from others into this area"):
        nearest(PRIOR, NET, forbidden=closed)
    with pytest.raises((InputError, NotConverged), match="area 0, 1"):
        nearest(PRIOR, np.array([-2.0, 4.0, -2.0]), forbidden=[[0, 0, 0], [0, 0, 0], [1, 1, 0]])


def test_zeros_of_the_prior_rule_out_only_with_entropy():
    prior = PRIOR * [[1.0], [0.0], [0.0]]
    with pytest.raises(NotConverged, match="area 0"):
        nearest_by_entropy(prior, NET)
    for nearest in (nearest_by_absolute_change, nearest_by_squares):
        assert nearest(prior, NET).converged
    with pytest.raises(NotConverged, match="less than the fewest moves with this net migration, 3"):
        nearest_by_entropy(PRIOR, NET, total=2.0)
    with pytest.raises(NotConverged, match="more than the most moves with this net migration, 5"):
        nearest_by_entropy(np.triu(PRIOR), np.array([-3.0, 1.0, 2.0]), total=7.0)


@pytest.mark.parametrize("nearest", NEAREST)
@given(seed=st.integers(0, 2**32 - 1), unit=st.sampled_from([1e-9, 1e-6, 1e3, 1e9]))
@settings(max_examples=15, deadline=None)
def test_units_and_order_do_not_matter_to_net_tables(nearest: Any, seed: int, unit: float) -> None:
    generator = np.random.default_rng(seed)
    prior = generator.lognormal(2, 1, (5, 5)) * (1 - np.eye(5))
    net = generator.normal(0, 10, 5)
    net -= net.mean()
    one, other = nearest(prior, net), nearest(unit * prior, unit * net)
    np.testing.assert_allclose(other.table / unit, one.table, rtol=1e-6, atol=1e-6)
    assert other.converged
    assert other.error <= 1e-6 * unit
    order = generator.permutation(5)
    if nearest is not nearest_by_absolute_change:  # which has several answers
        moved = nearest(prior[np.ix_(order, order)], net[order])
        np.testing.assert_allclose(moved.table, one.table[np.ix_(order, order)], rtol=1e-6, atol=1e-6)


@given(seed=st.integers(0, 2**32 - 1), unit=st.sampled_from([1e-9, 1e-6, 1e3, 1e9]))
@settings(max_examples=25, deadline=None)
def test_units_do_not_matter_to_margins(seed: int, unit: float) -> None:
    generator = np.random.default_rng(seed)
    table = generator.lognormal(2, 2, (4, 5))
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    seeds = table * generator.lognormal(0, 1, (4, 1)) * generator.lognormal(0, 1, 5)
    for fit in (fit_margins, conditional_maximisation):
        np.testing.assert_allclose(fit(unit**2 * seeds, unit * rows, unit * columns).table, unit * table, rtol=1e-8)
    found = balance_to_net(unit * table[:, :4], unit * (table[:, :4].sum(axis=0) - table[:, :4].sum(axis=1)) * 0.0)
    assert found.converged
    assert found.steps > 0


@pytest.mark.parametrize("nearest", NEAREST)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"prior": "abc"}, "numbers"),
        ({"prior": PRIOR > 0}, "truth values"),
        ({"prior": PRIOR[:2]}, "axes"),
        ({"prior": np.where(PRIOR == 4, np.nan, PRIOR)}, "negative or infinite"),
        ({"net": [1.0, -1.0]}, "axes"),
        ({"net": NET * np.inf}, "not finite"),
        ({"forbidden": PRIOR}, "neither forbidden nor free"),
        ({"forbidden": np.zeros((2, 2), dtype=bool)}, "axes"),
    ],
)
def test_net_tables_refuse(nearest, given, said):
    with pytest.raises(InputError, match=said):
        nearest(**({"prior": PRIOR, "net": NET} | given))


def test_masks_and_shapes_of_margins():
    masked = np.ma.masked_equal(SEED, 7.0)
    for wrong in (
        lambda: fit_margins(masked, ROWS, COLUMNS),
        lambda: fit_margins(SEED, ROWS[:, None], COLUMNS),
        lambda: fit_margins(SEED, None, COLUMNS[:2]),
        lambda: fit_margins(SEED, ["a", "b", "c"], COLUMNS),
        lambda: fit_margins([[1.0], [1.0, 2.0]], ROWS, COLUMNS),
        lambda: conditional_maximisation(SEED[0], ROWS, COLUMNS),
        lambda: conditional_maximisation(SEED * np.nan, ROWS, COLUMNS),
        lambda: fit_layers(ROWS, COLUMNS),
        lambda: fit_layers(ROWS[None], COLUMNS[None], SEED[:2]),
        lambda: fit_layers(ROWS[None], COLUMNS[None, :2], diagonal="largest"),
        lambda: fit_layers(ROWS[None], COLUMNS[None], diagonal="most"),
        lambda: fit_blocks(SEED, [[35.0]], "000", [0, 0, 0]),
        lambda: fit_blocks(SEED, [[35.0]], [0.0, 0.0, 0.0], [0, 0, 0]),
        lambda: rescale_net("net"),
        lambda: rescale_net(NET, weights=[1.0, np.nan, 1.0]),
        lambda: rescale_net(NET, method=None),
        lambda: whole_numbers([0.5, 1.5], total="2"),
        lambda: whole_numbers([0.5, 1.5], total=np.nan),
        lambda: whole_numbers([0.5, 1.5], total=True),
        lambda: whole_numbers([0.1, 0.2, -0.3], total=5.0),
    ):
        with pytest.raises(InputError):
            wrong()
