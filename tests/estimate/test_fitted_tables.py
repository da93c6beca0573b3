"""Tables fitted to layers, blocks, factors and net migration: what single cases show, and bad input."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.errors import InputError, NotConverged
from corridor.estimate.own.checked import checked_arrays
from corridor.estimate.tables.components import layered_components, multiplicative_components
from corridor.estimate.tables.conditional_maximisation import conditional_maximisation
from corridor.estimate.tables.ipf import fit_margins, require_converged, require_reachable
from corridor.estimate.tables.ipf_blocks import block_sums, fit_blocks, groups_of, repeat_blocks
from corridor.estimate.tables.ipf_three_way import fit_layers
from corridor.estimate.tables.net_balance import balance_to_net_and_total
from corridor.estimate.tables.net_tables import nearest_by_absolute_change, nearest_by_entropy, nearest_by_squares

SEED = np.array([[5.0, 1.0, 0.0], [2.0, 7.0, 3.0], [0.5, 0.0, 9.0]])
ROWS, COLUMNS = np.array([10.0, 20.0, 5.0]), np.array([12.0, 9.0, 14.0])
HOLLOW = np.array([[0.0, 100.0, 30.0], [50.0, 0.0, 45.0], [60.0, 35.0, 0.0]])
NET = np.array([20.0, 15.0, -35.0])


def test_one_margin_scales_once() -> None:
    assert fit_margins(SEED, ROWS, None).table.sum(axis=1).tolist() == pytest.approx(ROWS)
    by_columns = fit_margins(SEED, None, COLUMNS)
    assert by_columns.table.sum(axis=0).tolist() == pytest.approx(COLUMNS)
    assert by_columns.converged
    with pytest.raises(InputError, match="no margin to be scaled to"):
        fit_margins(SEED, None, None)
    with pytest.raises(InputError, match=r"column row 1: the row has a total and no positive cell"):
        fit_margins(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([1.0, 1.0]), None)
    with pytest.raises(InputError, match="margins do not fit the table"):
        fit_margins(SEED, ROWS[:2], None)


def test_rows_that_did_not_settle_are_named() -> None:
    # Two rows alone in two columns, and together short of them: no single row shows it.
    seed = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 2.0]])
    fit = fit_margins(seed, np.array([3.0, 3.0, 4.0, 4.0]), np.array([4.0, 4.0, 3.0, 3.0]), most_sweeps=50)
    assert fit.unsettled.tolist() == [0, 1, 2, 3]


def test_reports_name_twenty_and_count_the_rest() -> None:
    require_converged(converged=True, unsettled=(), error=0.0, what="table")
    with pytest.raises(NotConverged, match=r"table: off by 0\.5 in 0, 1, .*, 19 and 11 more; check"):
        require_converged(converged=False, unsettled=range(31), error=0.5, what="table")


def test_margins_that_blocks_rule_out_are_refused() -> None:
    seed = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    require_reachable(seed, np.array([1.0, 2.0, 4.0]), np.array([1.5, 1.5, 4.0]), what="birthplace")
    with pytest.raises(InputError, match=r"birthplace 0, 1, value \(4.0, 3.0\): the sums of row totals") as caught:
        require_reachable(seed, np.array([1.0, 3.0, 3.0]), np.array([1.5, 1.5, 4.0]), what="birthplace")
    assert [problem.column for problem in caught.value.problems] == ["birthplace 0, 1", "birthplace 2"]


def test_factors_make_the_table_of_the_margins() -> None:
    model = conditional_maximisation(SEED, ROWS, COLUMNS)
    np.testing.assert_allclose(model.table, fit_margins(SEED, ROWS, COLUMNS).table, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(model.table, model.origin[:, None] * SEED * model.destination, rtol=1e-12)


def test_factors_of_layers_keep_their_proportions() -> None:
    seed = np.stack([SEED, 2 * SEED, SEED.T], axis=2)
    model = conditional_maximisation(seed, ROWS, COLUMNS)
    np.testing.assert_allclose(model.table[..., 1], 2 * model.table[..., 0], rtol=1e-12)
    np.testing.assert_allclose(model.table.sum(axis=(1, 2)), ROWS, rtol=1e-10)


def test_factors_that_do_not_settle_raise_unless_allowed() -> None:
    contradiction = np.array([[1.0, 1.0], [0.0, 1.0]])
    margins = np.array([1.0, 3.0]), np.array([2.0, 2.0])
    with pytest.raises(NotConverged, match=r"row 0, row 1; check the totals"):
        conditional_maximisation(contradiction, *margins, most_sweeps=50)
    model = conditional_maximisation(contradiction, *margins, most_sweeps=50, allow_unconverged=True)
    assert not model.converged
    assert model.error > 0.1
    with pytest.raises(InputError, match="row 1: the row has a total and no positive cell"):
        conditional_maximisation(np.array([[1.0, 1.0], [0.0, 0.0]]), *margins)


def test_layers_are_fitted_one_by_one() -> None:
    rows, columns = np.array([ROWS, 2 * ROWS]), np.array([COLUMNS, 2 * COLUMNS])
    fit = fit_layers(rows, columns, SEED)
    np.testing.assert_allclose(fit.table[0], fit_margins(SEED, ROWS, COLUMNS).table, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(fit.table[1], 2 * fit.table[0], rtol=1e-10, atol=1e-13)
    largest = fit_layers(rows, columns, np.ones((3, 3)), diagonal="largest").table
    np.testing.assert_allclose(np.diagonal(largest, axis1=1, axis2=2), np.minimum(rows, columns))
    np.testing.assert_allclose(largest.sum(axis=2), rows)


def test_layer_that_cannot_be_fitted_is_named() -> None:
    rows, columns = np.array([ROWS, ROWS]), np.array([COLUMNS, COLUMNS + 1])
    with pytest.raises(InputError, match=r"file layer 1, value .*the sums of row totals and of column totals differ"):
        fit_layers(rows, columns)
    with pytest.raises(InputError, match=r"file layer 0, column row 0: the row has a total and no positive cell"):
        fit_layers(rows, np.array([COLUMNS, COLUMNS]), SEED * [[0.0], [1.0], [1.0]])
    bound = np.array([[1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(InputError, match=r"file layer 0, column row 0, 1: the zeros of the seed leave no room"):
        fit_layers(np.array([[9.0, 1.0]]), np.array([[4.0, 6.0]]), bound)
    knot = np.array([[1.0, 1, 1, 1], [2, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 2]])
    hard = np.array([[3.0, 3.0, 4.0, 4.0]]), np.array([[4.0, 4.0, 3.0, 3.0]])
    with pytest.raises(NotConverged, match=r"tables by layer: off by .* in layer 0"):
        fit_layers(*hard, knot, most_sweeps=30)
    assert not fit_layers(*hard, knot, most_sweeps=30, allow_unconverged=True).converged


def test_blocks_rows_and_columns_hold_together() -> None:
    generator = np.random.default_rng(3)
    seed, true = generator.lognormal(size=(2, 7, 7))
    groups = groups_of([2, 3, 2])
    totals = block_sums(true, groups, groups)
    assert totals.shape == (3, 3)
    fit = fit_blocks(seed, totals, groups, groups, row_totals=true.sum(axis=1), column_totals=true.sum(axis=0))
    assert fit.converged
    np.testing.assert_allclose(block_sums(fit.table, groups, groups), totals, rtol=1e-10)
    np.testing.assert_allclose(fit.table.sum(axis=0), true.sum(axis=0), rtol=1e-10)
    odds = np.log(fit.table / seed)[:2, 2:5]  # one block: only a row and a column factor is left
    np.testing.assert_allclose(odds[1] - odds[0], (odds[1] - odds[0]).mean(), rtol=1e-6)


def test_blocks_refuse_what_cannot_be() -> None:
    groups, ones = groups_of([1, 1]), np.ones((2, 2))
    with pytest.raises(InputError, match=r"block 0 1, value 2.0: the block has a total and no positive cell"):
        fit_blocks(np.eye(2), np.array([[1.0, 2.0], [0.0, 1.0]]), groups, groups)
    with pytest.raises(InputError, match="a row or column has no group"):
        block_sums(ones, [0, -1], groups)
    with pytest.raises(InputError, match="sums of row totals and of block totals differ"):
        fit_blocks(ones, ones, groups, groups, row_totals=np.array([1.0, 1.0]))
    with pytest.raises(InputError, match=r"file row totals, value .*its axes are not"):
        fit_blocks(ones, ones, groups, groups, row_totals=np.array([1.0, 1.0, 2.0]))
    with pytest.raises(NotConverged, match=r"table with block totals: off by .* in block 0 0, block"):
        fit_blocks(ones, ones, groups, groups, row_totals=np.array([1.0, 3.0]), most_sweeps=20)
    fit = fit_blocks(
        ones, ones, groups, groups, row_totals=np.array([1.0, 3.0]), most_sweeps=20, allow_unconverged=True
    )
    assert not fit.converged


def test_repeating_blocks_and_summing_them_are_inverse() -> None:
    values = np.arange(6.0).reshape(2, 3)
    blocks = repeat_blocks(values, [2, 1], [1, 2, 3])
    assert blocks.shape == (3, 6)
    sums = block_sums(blocks, groups_of([2, 1]), groups_of([1, 2, 3]))
    np.testing.assert_array_equal(sums, values * np.outer([2, 1], [1, 2, 3]))


def test_entropy_keeps_zeros_and_the_diagonal() -> None:
    prior = HOLLOW + np.diag([7.0, 8.0, 9.0])
    forbidden = np.zeros((3, 3), dtype=np.bool_)
    forbidden[2, 0] = True
    found = nearest_by_entropy(prior, NET, forbidden=forbidden)
    np.testing.assert_allclose(np.diag(found.table), [7.0, 8.0, 9.0], rtol=1e-14)  # the scale is 1 to rounding
    assert found.table[2, 0] == 0.0
    np.testing.assert_allclose(found.table.sum(axis=0) - found.table.sum(axis=1), NET, atol=1e-6)


def test_grand_total_below_the_moves_that_net_migration_needs_is_refused() -> None:
    with pytest.raises(NotConverged, match="table with a given net migration: off by"):
        nearest_by_entropy(HOLLOW, NET, total=30.0)
    found = nearest_by_entropy(HOLLOW, NET, total=40.0)
    assert found.table.sum() == pytest.approx(40.0)
    for total in (0.0, np.inf):
        with pytest.raises(InputError, match="the total is not above zero"):
            nearest_by_entropy(HOLLOW, NET, total=total)
    rough = balance_to_net_and_total(HOLLOW, NET, 30.0)
    assert not rough.converged
    assert rough.error > 1.0


def test_absolute_change_of_nothing_is_nothing() -> None:
    agreed = HOLLOW.sum(axis=0) - HOLLOW.sum(axis=1)
    for nearest in (nearest_by_entropy, nearest_by_absolute_change, nearest_by_squares):
        np.testing.assert_allclose(nearest(HOLLOW, agreed).table, HOLLOW, atol=1e-9)


def test_squares_by_hand() -> None:
    # Two areas, one person more to the first: half a person on each of the two moves.
    found = nearest_by_squares(np.array([[0.0, 5.0], [5.0, 0.0]]), np.array([1.0, -1.0]))
    np.testing.assert_allclose(found.table, [[0.0, 4.5], [5.5, 0.0]])
    # Where the counter flow would turn negative it stays at zero.
    found = nearest_by_squares(np.array([[0.0, 1.0], [5.0, 0.0]]), np.array([10.0, -10.0]))
    np.testing.assert_allclose(found.table, [[0.0, 0.0], [10.0, 0.0]], atol=1e-9)


@pytest.mark.parametrize("nearest", [nearest_by_entropy, nearest_by_absolute_change, nearest_by_squares])
def test_net_migration_is_checked(nearest: object) -> None:
    assert callable(nearest)
    with pytest.raises(InputError, match=r"value 5\.0: net migration does not sum to zero"):
        nearest(HOLLOW, NET + np.array([5.0, 0.0, 0.0]))
    with pytest.raises(InputError, match=r"file prior, column 0 1, value -1\.0"):
        nearest(HOLLOW - np.eye(3)[[1, 1, 1]] * [[101.0], [0.0], [0.0]], NET)


def test_forbidden_cells_that_rule_net_migration_out() -> None:
    forbidden = np.zeros((3, 3), dtype=np.bool_)
    forbidden[:, 0] = True
    for nearest in (nearest_by_absolute_change, nearest_by_squares):
        with pytest.raises(InputError, match="not forbidden cannot carry"):
            nearest(HOLLOW, NET, forbidden=forbidden)
    with pytest.raises(NotConverged, match="area 0"):
        nearest_by_entropy(HOLLOW, NET, forbidden=forbidden)
    assert not nearest_by_entropy(HOLLOW, NET, forbidden=forbidden, allow_unconverged=True).converged


def test_components_multiply_back() -> None:
    found = multiplicative_components(HOLLOW)
    back = found.total * found.origin[:, None] * found.destination * found.interaction
    np.testing.assert_allclose(back, HOLLOW, rtol=1e-12)
    empty = multiplicative_components(np.zeros((2, 2)))
    assert empty.total == 0
    assert not empty.interaction.any()
    independent = np.einsum("i,j,k->ijk", [1.0, 2.0], [3.0, 4.0], [5.0, 6.0, 7.0])
    np.testing.assert_allclose(layered_components(independent).interaction, 1.0, rtol=1e-12)


def test_arrays_are_checked_together() -> None:
    with pytest.raises(InputError) as caught:
        checked_arrays(("a", np.zeros((2, 3)), "orig dest"), ("b", np.zeros(2), "dest"), ("c", 1.0, "orig"))
    assert [problem.file for problem in caught.value.problems] == ["b", "c"]
    with pytest.raises(InputError) as caught:
        checked_arrays(("a", [1.0, -1.0], "x"), ("b", [np.nan, -1.0], "x"), signed=("b",))
    assert [(problem.file, problem.column) for problem in caught.value.problems] == [("a", "1"), ("b", "0")]
